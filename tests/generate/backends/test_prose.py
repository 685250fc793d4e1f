"""Free prose that can name nothing but what it was given."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from generate.backends.conftest import API_KEY, Reply
from generate.backends.test_openai import delta, events, reply_with
from grounding import KINDS, Bench
from recsys_rag.errors import GenerationError
from recsys_rag.generate import _free as free
from recsys_rag.generate._backends.llama_cpp import LlamaCpp
from recsys_rag.generate._backends.openai import OpenAIServer
from recsys_rag.generate._backends.prose import MOST_SENTENCES, foreign
from recsys_rag.generate._clauses import ClauseWriter
from recsys_rag.generate._sentence_ends import split_sentences
from recsys_rag.generate._template import TemplateWriter
from recsys_rag.protocols import KeepsToNames
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.testing.language_model_conformance import PROMPT
from recsys_rag.testing.language_models import ScriptedLanguageModel

NAMES = ["Heat (1995)", "Casino", "17 of 25", '"[REC]²" \\', "映画"]
OPENERS = ["It", "See"]
Start = Callable[[Reply], str]


def as_pattern(names: list[str], openers: list[str]) -> "re.Pattern[str]":
    """The grammar of `prose_gbnf`, written once more as a regular expression."""
    name = f"(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})(?:'s)?"
    item = rf"""(?:[a-z]+(?:['-][a-z]+)*'?|{name}|"{name}"|%|\[[1-9]\])"""
    sentence = rf"(?:(?:{'|'.join(openers)})|{name})(?:(?: |, |; |: ){item})*\."
    return re.compile(f" ?{sentence}(?: {sentence}){{0,2}}")


@pytest.mark.model
def test_the_embedded_model_names_nothing_but_what_it_was_given(smollm2: LlamaCpp) -> None:
    for seed in range(2):
        text = "".join(
            smollm2.prose(
                PROMPT, names=NAMES, openers=OPENERS, max_tokens=40, temperature=2.0, seed=seed
            )
        )
        assert foreign(text, NAMES, OPENERS) == ""
        for sentence in split_sentences(text, NAMES):
            assert as_pattern(NAMES, OPENERS).fullmatch(sentence), text


@pytest.mark.model
def test_llama_cpps_server_is_held_to_names_too(llama_server_url: str) -> None:
    model = OpenAIServer("smollm2", llama_server_url, api_key=API_KEY)
    text = "".join(
        model.prose(PROMPT, names=NAMES, openers=OPENERS, max_tokens=40, temperature=2.0)
    )
    assert foreign(text, NAMES, OPENERS) == ""
    model.close()


def test_a_server_that_ignores_grammars_is_refused_before_it_writes(server_replying: Start) -> None:
    model = OpenAIServer("m", server_replying(reply_with(events(delta("It is Heat.", "stop")))))
    with pytest.raises(GenerationError, match="cannot be constrained by a grammar"):
        list(model.prose(PROMPT, names=NAMES, openers=OPENERS))


def test_a_server_that_breaks_its_promise_is_found_out(server_replying: Start) -> None:
    def reply(handler: Any) -> None:
        text = "zq" if "Say yes." in json.dumps(handler.body) else "It is close to Ronin."
        reply_with(events(delta(text, "stop")))(handler)

    model = OpenAIServer("m", server_replying(reply))
    with pytest.raises(
        GenerationError, match="may contain only the names given, but contains 'Ronin'"
    ):
        list(model.prose(PROMPT, names=NAMES, openers=OPENERS))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("It is Casino. See Heat (1995) [2].", ""),
        ("It got 17 of 25.", ""),
        ("It got 18 of 25.", "18"),
        ("It is heat, and Heat.", "Heat"),
        ("It is CasinoX.", "CasinoX"),
        ("Ronin is next.", "Ronin"),
        ("It is It.", "It"),  # an opener opens; elsewhere it is a name
        ("It cost 3м.", "3м"),
        ("It is м.", "м"),
        ("It cites [12].", "12"),
    ],
)
def test_what_is_foreign_in_a_text(text: str, word: str) -> None:
    assert foreign(text, NAMES, OPENERS) == word


def test_the_constraint_allows_all_that_the_other_writers_say() -> None:
    bench = Bench.of(made_up_movies())
    n_texts = 0
    for place, resolved in enumerate(list(bench.queries())[::6]):
        for writer in (TemplateWriter(KINDS), ClauseWriter(ScriptedLanguageModel(), KINDS)):
            for rank, context in enumerate(bench.contexts(resolved), 1):
                text = " ".join(writer.write(context, rank=rank, seed=place))
                names = free.literals_of(context, KINDS)
                assert foreign(text, names, free.openers(KINDS)) == "", text
                assert as_pattern(names, free.openers(KINDS)).fullmatch(text), text
                n_texts += 1
    assert n_texts > 50
    assert MOST_SENTENCES >= 2


def test_the_free_writer_holds_a_model_to_names_where_it_can_be_held() -> None:
    class Held(ScriptedLanguageModel):
        def prose(
            self, prompt: object, *, names: list[str], openers: list[str], **options: object
        ) -> Any:
            self.names = names
            return iter(["It is close to Heat [1]."])

    bench = Bench.of(made_up_movies())
    context = next(iter(bench.contexts(next(iter(bench.queries())))))
    model = Held()
    assert isinstance(model, KeepsToNames)
    assert list(free.FreeWriter(model, KINDS).write(context, rank=1, seed=0)) == [
        "It is close to Heat [1]."
    ]
    assert context.candidate.name in model.names
