"""Free text that arrives in pieces: where it begins, and where it stops. No engine, no grammar."""

from collections.abc import Iterable, Iterator, Sequence

from recsys_rag.errors import GenerationError


def begun(pieces: Iterable[str], name: str) -> Iterator[str]:
    """Yield the pieces without the text's leading white space, none empty. Raises GenerationError
    when nothing is left.

    >>> list(begun([" ", "", "  Heat", " is"], "gpt2"))
    ['Heat', ' is']
    """
    has_begun = False
    for piece in pieces:
        piece = piece if has_begun else piece.lstrip()
        if piece:
            has_begun = True
            yield piece
    if not has_begun:
        raise GenerationError(
            f"{name}: the model returned an empty text; try another seed or prompt"
        )


def before_stop(texts: Iterable[str], stops: Sequence[str]) -> Iterator[str]:
    r"""Yield what each longer text adds, up to the first of `stops`; holds back what may turn out
    to be one's beginning.

    `texts` is the whole text so far, each time; it is not asked again after a stop.

    >>> list(before_stop(["A", "A b.", "A b.\n", "A b.\nc", "A b.\nc\n\nd"], ["\n\n"]))
    ['A', ' b.', '\nc']
    """
    n_shown, text = 0, ""
    for text in texts:
        ends = [end for end in (text.find(stop) for stop in stops) if end >= 0]
        sure = (
            min(ends)
            if ends
            else len(text) - max((_beginning(text, stop) for stop in stops), default=0)
        )
        if sure > n_shown:
            yield text[n_shown:sure]
            n_shown = sure
        if ends:
            return
    if text[n_shown:]:
        yield text[n_shown:]


def _beginning(text: str, stop: str) -> int:
    """Return how many characters at the end of the text begin the stop."""
    return next(
        (n for n in range(min(len(stop) - 1, len(text)), 0, -1) if text.endswith(stop[:n])), 0
    )
