"""GBNF is judged by llama.cpp itself: what it decodes under the grammar must be a text that the
grammar derives."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recsys_rag._turns import Deadline
from recsys_rag.generate._backends.gbnf import to_gbnf
from recsys_rag.generate._backends.llama_cpp import LlamaCpp
from recsys_rag.types import Grammar

NASTY = st.text(
    alphabet="\"'\\[]{}()|*+?.^$#-:=/<> \n\r\t\x07\x1b09aZé映🎬", min_size=1, max_size=6
)


def decoded(smollm2: LlamaCpp, gbnf: str, seed: int) -> str:
    request = {
        "prompt": "Text:",
        "grammar": gbnf,
        "n_predict": 64,
        "temperature": 1.5,
        "seed": seed,
    }
    chunks = smollm2._complete(request, Deadline(60.0))
    return "".join(chunk["choices"][0]["text"] for chunk in chunks if chunk.get("choices"))


def test_states_get_names_that_gbnf_allows_and_start_becomes_root() -> None:
    grammar = Grammar(
        {
            "the why?": ((".", "end"),),
            "start": ((" a", "the why?"), (' "b"', "end"), (" c", "start")),
        }
    )
    assert to_gbnf(grammar) == 'root ::= " a" s1 | " \\"b\\"" | " c" root\ns1 ::= "."'


@pytest.mark.model
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(literal=NASTY)
def test_llama_cpp_decodes_exactly_the_literal(smollm2: LlamaCpp, literal: str) -> None:
    assert decoded(smollm2, to_gbnf(Grammar({"start": ((literal, "end"),)})), seed=0) == literal


@pytest.mark.model
def test_llama_cpp_decodes_texts_that_the_grammar_derives(smollm2: LlamaCpp) -> None:
    grammar = Grammar(
        {
            "start": ((' See "Heat"', "why"), (" It\\is", "why"), (" [x]", "end")),
            "why": ((" a", "last"), (" b.\n", "end")),
            "last": ((" c!", "end"), (" 映画 {d}", "end")),
        }
    )
    texts = {decoded(smollm2, to_gbnf(grammar), seed) for seed in range(5)}
    assert len(texts) > 1
    assert all(grammar.parse(text) is not None for text in texts), texts
