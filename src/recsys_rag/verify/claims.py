"""Text -> claims: sentences with the evidence numbers that they cite. Loses nothing: every word is
in some claim."""

import re

from recsys_rag.types import CITATION, Claim

_AFTER_CITED_SENTENCE = re.compile(r"(?<=\][.!?])\s+")


def claims_of(text: str) -> tuple[Claim, ...]:
    """Cut a text after each sentence that ends in a citation; what lacks one stays with the
    sentence that follows it.

    A dot ends a sentence only behind a citation, since titles hold dots; so an uncited sentence is
    judged together with its neighbor, and spoils it. The claims' texts joined by spaces are the
    text again, up to white space.

    >>> claims = claims_of("Near Dr. No (1962) [1]. It is a war film [2], and long.")
    >>> [(claim.text, claim.citations) for claim in claims]
    [('Near Dr. No (1962) [1].', (1,)), ('It is a war film [2], and long.', (2,))]
    """
    parts = [one.strip() for one in _AFTER_CITED_SENTENCE.split(text) if one.strip()]
    return tuple(
        Claim(one, tuple(dict.fromkeys(int(number) for number in CITATION.findall(one))))
        for one in parts
    )


def renumbered(text: str, numbers: dict[int, int]) -> str:
    """Number citations in the order in which a reader meets them; `numbers` (old -> new) grows with
    what is met.

    >>> numbers: dict[int, int] = {}
    >>> renumbered("Near Heat [3], and it is a war film [1].", numbers), numbers
    ('Near Heat [1], and it is a war film [2].', {3: 1, 1: 2})
    """
    return CITATION.sub(
        lambda found: f"[{numbers.setdefault(int(found[1]), len(numbers) + 1)}]", text
    )
