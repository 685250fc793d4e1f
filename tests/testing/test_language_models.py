"""The scripted language model keeps the contract that it stands in for."""

import pytest

from recsys_rag._turns import Cancellation
from recsys_rag.errors import GenerationError
from recsys_rag.testing.language_model_conformance import (
    CLAUSES,
    ENDLESS,
    PROMPT,
    check_language_model,
)
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import Grammar


@pytest.mark.parametrize("honors_grammar", [True, False])
def test_a_scripted_model_passes_the_conformance_suite(honors_grammar: bool) -> None:
    class Slow(ScriptedLanguageModel):  # drawn under a grammar, scripted without one
        def generate(self, prompt, **options):  # type: ignore[no-untyped-def]
            texts = [] if options.get("grammar") else ["Heat is tense."]
            model = ScriptedLanguageModel(texts, honors_grammar=honors_grammar, delay_seconds=0.001)
            yield from model.until(self._cancellation).generate(prompt, **options)

    check_language_model(Slow(honors_grammar=honors_grammar), seeds=range(12))


def test_a_model_that_goes_on_when_it_is_cancelled_does_not_pass() -> None:
    class Deaf(ScriptedLanguageModel):
        def until(self, cancellation: Cancellation) -> ScriptedLanguageModel:
            return self

    deaf = Deaf(["Heat is tense."], honors_grammar=False, delay_seconds=0.001)
    with pytest.raises(AssertionError, match=r"was cancelled came all the same: 'Heat is tense\.'"):
        check_language_model(deaf)


def test_texts_are_served_in_turn_and_prompts_are_kept() -> None:
    model = ScriptedLanguageModel(["One film.", "Two films."])
    assert ["".join(model.generate(PROMPT)) for _ in range(3)] == [
        "One film.",
        "Two films.",
        "One film.",
    ]
    assert model.prompts == [PROMPT] * 3


def test_a_function_of_the_prompt_writes_the_text() -> None:
    model = ScriptedLanguageModel(lambda prompt: prompt.facts.splitlines()[0])
    assert list(model.generate(PROMPT)) == ["Film: ", "Heat ", "(1995)"]


def test_a_scripted_text_that_leaves_the_grammar_is_refused() -> None:
    with pytest.raises(GenerationError, match="does not derive the scripted text 'Heat!'"):
        list(ScriptedLanguageModel(["Heat!"]).generate(PROMPT, grammar=CLAUSES))


def test_a_scripted_text_of_the_grammar_comes_literal_by_literal() -> None:
    model = ScriptedLanguageModel([" See Heat next, close to Casino."])
    assert list(model.generate(PROMPT, grammar=CLAUSES)) == [
        " See Heat next,",
        " close to Casino",
        ".",
    ]


@pytest.mark.parametrize("grammar", [ENDLESS, Grammar({"start": ((" ", "start"),)})])
def test_a_text_that_does_not_end_within_max_tokens_is_refused(grammar: Grammar) -> None:
    with pytest.raises(GenerationError, match="needs more than max_tokens=5"):
        list(ScriptedLanguageModel().generate(PROMPT, grammar=grammar, max_tokens=5))


def test_an_error_comes_after_the_pieces_asked_for() -> None:
    pieces = ScriptedLanguageModel(
        ["Heat is tense."], error="the engine died", error_after=2
    ).generate(PROMPT)
    assert [next(pieces), next(pieces)] == ["Heat ", "is "]
    with pytest.raises(GenerationError, match="the engine died"):
        next(pieces)


def test_a_slow_model_fails_at_the_deadline_and_not_later() -> None:
    model = ScriptedLanguageModel(["Heat is tense."], delay_seconds=3600.0)
    with pytest.raises(GenerationError, match=r"no text after 0\.01 s"):
        list(model.generate(PROMPT, timeout_seconds=0.01))


def test_an_empty_script_is_an_empty_text() -> None:
    with pytest.raises(GenerationError, match="empty text"):
        list(ScriptedLanguageModel().generate(PROMPT))
