"""What every `LanguageModel` must pass, as one function for the tests of backends and plug-ins.
Judges no prose."""

import time
from collections.abc import Sequence

from recsys_rag._turns import Cancellation
from recsys_rag.errors import Cancelled, GenerationError
from recsys_rag.protocols import Cancellable, LanguageModel, missing_members
from recsys_rag.types import Grammar, Prompt

EXAMPLE = (
    "Film: Fargo (1996)\nBecause: Pulp Fiction (5)",
    "You liked Pulp Fiction, and Fargo is close to it.",
)
PROMPT = Prompt(
    "Say in one sentence why.", "Film: Heat (1995)\nBecause: Casino (5)", examples=(EXAMPLE,)
)
CLAUSES = Grammar(
    {
        "start": (
            (" Heat is one to see,", "why"),
            (" See Heat next,", "why"),
            (" It is Heat,", "why"),
        ),
        "why": ((" close to Casino", "stop"), (" since you liked Casino", "stop")),
        "stop": ((".", "end"),),
    }
)
NASTY = Grammar(
    {
        "start": (
            (' "Amélie" (2001)\n', "last"),
            (" [REC]² \\ {x} 映画 🎬", "last"),
            (" 映像 🎭\t1,2%", "last"),
            ("no space", "last"),
        ),
        "last": ((" 10.", "end"), (" 11.", "end"), (' "', "end")),
    }
)
ENDLESS = Grammar({"start": ((" and on", "start"), (" and again", "start"))})
HOT = 5.0  # a temperature at which unlikely alternatives are taken too


def check_language_model(
    model: LanguageModel, *, repeatable: bool = True, seeds: Sequence[int] = range(6)
) -> None:
    """Raise AssertionError, with the reason, where the model breaks a promise of `LanguageModel`.

    `repeatable`: whether the same seed must give the same text; servers need not promise that.
    Closes the model at the end.
    """
    missing = missing_members(model, LanguageModel)
    assert not missing, f"{type(model).__name__} lacks {missing} of protocols.LanguageModel"
    assert model.model_id, "model_id is empty"
    _check_free_text(model, repeatable)
    if model.honors_grammar:
        _check_grammar(model, repeatable, seeds)
    else:
        _check_refusal(model)
    _check_deadline(model)
    if isinstance(model, Cancellable):
        _check_cancellation(model)
    model.close()
    model.close()  # closing twice is no error


def _check_free_text(model: LanguageModel, repeatable: bool) -> None:
    pieces = list(model.generate(PROMPT, max_tokens=12, seed=1))
    assert "".join(pieces).strip(), "free text is empty, and no GenerationError was raised"
    assert all(pieces), f"an empty piece among {pieces}"
    abandoned = model.generate(PROMPT, max_tokens=12, seed=1)
    assert next(abandoned) == pieces[0] or not repeatable, "the same seed begins another text"
    abandoned.close()  # type: ignore[attr-defined]  # backends are generators
    again = "".join(model.generate(PROMPT, max_tokens=12, seed=1))
    assert again == "".join(pieces) or not repeatable, f"the same seed gave {pieces} and {again!r}"


def _check_grammar(model: LanguageModel, repeatable: bool, seeds: Sequence[int]) -> None:
    for grammar in (CLAUSES, NASTY):
        texts = [
            "".join(model.generate(PROMPT, grammar=grammar, temperature=HOT, seed=seed))
            for seed in seeds
        ]
        for text in texts:
            assert grammar.parse(text) is not None, f"the grammar does not derive {text!r}"
        assert len(set(texts)) > 1, f"{len(texts)} seeds gave the same text {texts[0]!r}"
    again = "".join(model.generate(PROMPT, grammar=CLAUSES, temperature=HOT, seed=seeds[0]))
    first = "".join(model.generate(PROMPT, grammar=CLAUSES, temperature=HOT, seed=seeds[0]))
    assert again == first or not repeatable, f"the same seed gave {first!r} and {again!r}"
    coldest = {
        "".join(model.generate(PROMPT, grammar=CLAUSES, temperature=0.0, seed=seed))
        for seed in seeds[:2]
    }
    assert len(coldest) == 1 or not repeatable, f"temperature 0 gave {coldest}"
    assert _fails(model, grammar=ENDLESS, max_tokens=9), (
        "a text cut short inside a grammar raised no GenerationError"
    )


def _check_refusal(model: LanguageModel) -> None:
    try:
        piece = next(model.generate(PROMPT, grammar=CLAUSES))
    except GenerationError:
        return
    raise AssertionError(f"honors_grammar is False, but generate(grammar=...) yielded {piece!r}")


def _check_deadline(model: LanguageModel) -> None:
    begun = time.monotonic()
    assert _fails(model, timeout_seconds=1e-9), (
        "a deadline that nobody can meet raised no GenerationError"
    )
    assert time.monotonic() - begun < 60.0, "GenerationError came long after the deadline"


def _check_cancellation(model: LanguageModel) -> None:
    assert isinstance(model, Cancellable)
    cancellation = Cancellation()
    cancellation.cancel()
    try:
        text = "".join(model.until(cancellation).generate(PROMPT, max_tokens=4))
    except Cancelled:
        pass
    else:
        raise AssertionError(f"a text that was cancelled came all the same: {text!r}")
    assert list(model.generate(PROMPT, max_tokens=4)), "cancelling one text ended another asker's"


def _fails(
    model: LanguageModel,
    grammar: Grammar | None = None,
    max_tokens: int = 160,
    timeout_seconds: float = 60.0,
) -> bool:
    try:
        for _ in model.generate(
            PROMPT, grammar=grammar, max_tokens=max_tokens, timeout_seconds=timeout_seconds
        ):
            pass
    except GenerationError as error:
        return bool(str(error))
    return False
