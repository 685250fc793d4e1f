"""The id <-> index map."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.data.vocabulary import Vocabulary, id_order
from recsys_rag.errors import DataError


@given(st.lists(st.text(), unique=True))
def test_every_id_comes_back_from_its_index(ids: list[str]) -> None:
    vocabulary = Vocabulary(tuple(ids))
    assert vocabulary.ids_at(vocabulary.indices(ids)) == tuple(ids)
    assert [vocabulary.index(one) for one in ids] == list(range(len(ids)))


def test_an_id_that_occurs_twice_is_refused_by_name() -> None:
    with pytest.raises(DataError, match="id 'b' occurs twice"):
        Vocabulary(("a", "b", "c", "b"))


def test_an_unknown_id_has_no_index() -> None:
    vocabulary = Vocabulary(("a",))
    assert vocabulary.get("z") is None
    assert "z" not in vocabulary
    with pytest.raises(KeyError, match="z"):
        vocabulary.indices(["a", "z"])


@given(st.sets(st.text()), st.sets(st.text()))
def test_ids_in_order_are_the_same_map_as_ids_out_of_order(ids: set[str], others: set[str]) -> None:
    ordered = sorted(ids, key=id_order)
    vocabulary = Vocabulary(tuple(ordered))
    turned = Vocabulary(tuple(reversed(ordered)))
    for one in ids | others:
        there = turned.get(one)
        assert vocabulary.get(one) == (None if there is None else len(ids) - 1 - there)
        assert (one in vocabulary) == (one in ids)
