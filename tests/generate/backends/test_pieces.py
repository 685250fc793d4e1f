"""Where free text begins, and where it stops."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.errors import GenerationError
from recsys_rag.generate._backends.pieces import before_stop, begun

STOPS = ["\n\n", "ab", "b."]


@given(pieces=st.lists(st.text(alphabet="ab.\n ", max_size=3), max_size=8))
def test_a_text_ends_before_the_first_stop_however_it_arrives(pieces: list[str]) -> None:
    texts = ["".join(pieces[: n + 1]) for n in range(len(pieces))]
    whole = "".join(pieces)
    shown = list(before_stop(texts, STOPS))
    # A longer stop may be complete only later than one that begins after it; so each prefix decides
    # for itself.
    ends = [
        min((text.find(stop) for stop in STOPS if stop in text), default=None) for text in texts
    ]
    first = next((end for end in ends if end is not None), None)
    assert "".join(shown) == (whole if first is None else whole[:first])
    assert all(shown)


def test_what_may_become_a_stop_is_held_back_until_it_is_sure() -> None:
    shown = before_stop(iter(["See", "See\n", "See\nH"]), ["\n\n"])
    assert [next(shown), next(shown)] == ["See", "\nH"]


def test_without_stops_all_text_is_shown_at_once() -> None:
    assert list(before_stop(["a", "ab"], [])) == ["a", "b"]


@given(
    pieces=st.lists(st.text(alphabet="a \n", max_size=3), max_size=6).filter(
        lambda pieces: "a" in "".join(pieces)
    )
)
def test_a_text_begins_at_its_first_word(pieces: list[str]) -> None:
    assert "".join(begun(pieces, "gpt2")) == "".join(pieces).lstrip()


@pytest.mark.parametrize("pieces", [[], [""], [" ", "\n"]])
def test_white_space_alone_is_an_empty_text(pieces: list[str]) -> None:
    with pytest.raises(GenerationError, match="gpt2: the model returned an empty text"):
        list(begun(pieces, "gpt2"))
