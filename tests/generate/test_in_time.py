"""What installed packages write is waited for no longer than it was given."""

import threading
import time
from collections.abc import Iterator
from typing import Any, cast

import pytest

from installing import Install
from installing import install as install
from recsys_rag import _build as build
from recsys_rag.errors import GenerationError
from recsys_rag.generate._in_time import InTime
from recsys_rag.protocols import (
    Cancellable,
    LanguageModel,
    LeavesFactsOut,
    LoadsAhead,
    PreparesAhead,
    RepairsText,
    Writer,
)
from recsys_rag.settings import from_mapping
from recsys_rag.testing.language_model_conformance import check_language_model
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import Prompt

PROMPT = Prompt("Write.", "Film: Heat")
_ASLEEP = """
import threading
from recsys_rag.testing.language_models import ScriptedLanguageModel
AWAKE = threading.Event()
class Asleep(ScriptedLanguageModel):
    def generate(self, prompt, **options):
        yield "Heat "
        AWAKE.wait()
        yield "is tense."
class Drowsy:
    name = "drowsy"
    def __init__(self, model, temperature): pass
    def write(self, context, *, rank, seed, timeout_seconds=60.0):
        AWAKE.wait()
        yield "Heat is tense."
"""


class Waits(ScriptedLanguageModel):
    """Writes a word, and goes on when it may."""

    def __init__(self) -> None:
        super().__init__(["Heat is tense."])
        self.may_go_on = threading.Event()

    def generate(self, prompt: Prompt, **options: Any) -> Iterator[str]:
        for piece in super().generate(prompt, **options):
            yield piece
            self.may_go_on.wait()


def _model(part: Any) -> LanguageModel:
    return cast(LanguageModel, InTime(part))


@pytest.mark.parametrize("honors_grammar", [True, False])
def test_a_model_keeps_its_promises_as_it_does_alone(honors_grammar: bool) -> None:
    class Slow(ScriptedLanguageModel):  # drawn under a grammar, scripted without one
        def generate(self, prompt: Prompt, **options: Any) -> Iterator[str]:
            texts = [] if options.get("grammar") else ["Heat is tense."]
            model = ScriptedLanguageModel(texts, honors_grammar=honors_grammar, delay_seconds=0.001)
            yield from model.until(self._cancellation).generate(prompt, **options)

    check_language_model(_model(Slow(honors_grammar=honors_grammar)), seeds=range(12))


def test_a_text_that_does_not_end_is_given_up_and_the_next_one_fails_until_it_ends() -> None:
    waits = Waits()
    model = _model(waits)
    with pytest.raises(GenerationError, match=r"no complete text within 0\.05 s"):
        list(model.generate(PROMPT, timeout_seconds=0.05))
    with pytest.raises(GenerationError, match="still busy with a text that was given up"):
        list(model.generate(PROMPT))
    waits.may_go_on.set()
    assert "".join(model.generate(PROMPT)) == "Heat is tense."


def test_a_text_that_nobody_reads_on_ends_at_its_next_piece() -> None:
    class Endless(ScriptedLanguageModel):
        def generate(self, prompt: Prompt, **options: Any) -> Iterator[str]:
            while True:
                yield "and on "
                time.sleep(0.001)

    model = _model(Endless())
    for _ in range(2):  # the second one waits for the first
        text = model.generate(PROMPT)
        assert next(text) == "and on "
        cast(Any, text).close()


def test_what_goes_wrong_in_the_part_is_raised_where_the_text_is_read() -> None:
    model = _model(ScriptedLanguageModel(["a b c"], error="boom", error_after=1))
    text = model.generate(PROMPT)
    assert next(text) == "a "
    with pytest.raises(GenerationError, match="boom"):
        next(text)


def test_optional_abilities_are_those_of_the_part() -> None:
    class Repairs:
        name = "repairs"
        write = repair = left_out = lambda self, context, **options: iter(())

    assert isinstance(InTime(ScriptedLanguageModel()), Cancellable)
    assert not isinstance(InTime(ScriptedLanguageModel()), LoadsAhead | PreparesAhead)
    assert isinstance(InTime(Repairs()), Writer)
    assert isinstance(InTime(Repairs()), RepairsText)
    assert isinstance(InTime(Repairs()), LeavesFactsOut)


def test_an_installed_model_that_sleeps_costs_its_text(install: Install) -> None:
    install("backends", _ASLEEP, "acme = MODULE:Asleep")
    model = build.language_model("acme:big")
    assert model is not None
    with pytest.raises(GenerationError, match="no complete text"):
        list(model.generate(PROMPT, timeout_seconds=0.05))


def test_an_installed_writer_that_sleeps_costs_its_text(install: Install) -> None:
    install("writers", _ASLEEP, "drowsy = MODULE:Drowsy")
    settings = from_mapping({"generate": {"writer": "drowsy"}})
    writer = build.writer(settings, ScriptedLanguageModel())
    with pytest.raises(GenerationError, match="no complete text"):
        list(writer.write(cast(Any, None), rank=1, seed=0, timeout_seconds=0.05))
