"""Text in pieces against a grammar."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.errors import GenerationError
from recsys_rag.generate._backends.derivation import Derivation
from recsys_rag.testing.language_model_conformance import CLAUSES

TEXT = " See Heat next, since you liked Casino."


@given(cuts=st.lists(st.integers(0, len(TEXT)), max_size=8))
def test_any_cutting_of_a_derived_text_gives_its_literals(cuts: list[int]) -> None:
    derivation, places = Derivation(CLAUSES), [0, *sorted(cuts), len(TEXT)]
    pieces = [TEXT[begin:end] for begin, end in itertools.pairwise(places)]
    literals = [literal for piece in pieces for literal in derivation.feed(piece)]
    assert tuple(literals) == CLAUSES.parse(TEXT)
    assert derivation.is_complete


@given(place=st.integers(0, len(TEXT) - 1), wrong=st.characters(exclude_categories=["Cs"]))
def test_a_wrong_character_anywhere_is_refused_or_leaves_the_text_incomplete(
    place: int, wrong: str
) -> None:
    text = TEXT[:place] + wrong + TEXT[place + 1 :]
    derivation = Derivation(CLAUSES)
    try:
        literals = derivation.feed(text)
    except GenerationError:
        assert CLAUSES.parse(text) is None
    else:
        assert (CLAUSES.parse(text) == tuple(literals)) == derivation.is_complete


@pytest.mark.parametrize("text", [" Hello", " See Heat next, because", TEXT + " And more"])
def test_the_place_where_a_text_leaves_its_grammar_is_shown(text: str) -> None:
    with pytest.raises(GenerationError, match=r"leaves its grammar at ' (Hello|because|And more)'"):
        Derivation(CLAUSES).feed(text)


def test_a_text_that_is_cut_short_is_not_complete() -> None:
    derivation = Derivation(CLAUSES)
    assert derivation.feed(TEXT[:-1]) == [" See Heat next,", " since you liked Casino"]
    assert not derivation.is_complete
