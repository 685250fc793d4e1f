"""Titles that carry the score: shares by hand, only what was liked, and the model's own contributions as reference."""

import numpy as np
import pytest

from grounding import resolved_of
from recsys_rag.data.dataset import RatingScale, histories_of
from recsys_rag.evidence.carrier import CarrierEvidence
from recsys_rag.retrieve.ease import EASE
from recsys_rag.testing.datasets import checkerboard, dataset_of, made_up_movies
from recsys_rag.types import Batch, Understanding

DATASET = dataset_of(np.array([[5.0, 4.0, 2.0, 5.0, 0.0]]), RatingScale(1, 5))  # u0 has rated items 0 to 3
ITEM = 4


class Adds:
    """A model whose contributions of the history are given."""

    def __init__(self, *contributions: float) -> None:
        self._contributions = contributions

    def contributions(self, histories: object, item_indices: np.ndarray) -> np.ndarray:
        return np.array([self._contributions] * len(item_indices), np.float32)


def _found(*contributions: float) -> list[dict]:
    source = CarrierEvidence(DATASET, Adds(*contributions))
    return [dict(one.facts) for one in source.evidence(resolved_of(DATASET, "u0"), np.array([ITEM]))]


def test_share_is_of_the_positive_contributions_in_percent() -> None:
    first, second = _found(0.6, 0.2, 0.2, -3.0)  # of 1.0 in all; item 2 was not liked, item 3 speaks against

    assert (first["titles"], first["item_ids"], first["ratings"]) == (("Item 0",), ("i0",), ("5",))
    assert (first["share_percent"], first["place"]) == (60, 1)
    assert (second["titles"], second["ratings"], second["share_percent"]) == (("Item 1",), ("4",), 20)


def test_place_counts_what_was_not_liked_too() -> None:
    (only,) = _found(0.2, 0.0, 0.8, 0.0)

    assert (only["titles"], only["place"], only["share_percent"]) == (("Item 0",), 2, 20)


def test_two_that_carry_alike_are_also_offered_together() -> None:
    single, pair, *others = _found(0.5, 0.4, 0.0, 0.1)

    assert single["titles"] == ("Item 0",)
    assert (pair["titles"], pair["ratings"], pair["share_percent"]) == (("Item 0", "Item 1"), ("5", "4"), 90)
    assert [one["titles"] for one in others] == [("Item 1",), ("Item 3",)]


def test_nothing_is_stated_where_nothing_liked_speaks_for_the_item() -> None:
    assert _found(-1.0, -1.0, 5.0, 0.0) == []
    assert _found(0.0, 0.0, 0.0, 0.0) == []
    assert _found(0.01, 0.0, 1.0, 0.0) == []  # 1 %


def test_statement_and_source_say_what_and_where() -> None:
    source = CarrierEvidence(DATASET, Adds(0.6, 0.2, 0.2, 0.0))
    first, *_ = source.evidence(resolved_of(DATASET, "u0"), np.array([ITEM]))

    assert first.statement == "your 5 for Item 0 carries 60 % of what speaks for it"
    assert first.source.startswith("history items i0: share of the positive contributions to the score of item i4")


def test_implicit_feedback_names_choices_without_ratings() -> None:
    dataset = checkerboard(20, 10)
    source = CarrierEvidence(dataset, EASE(l2=1.0).fit(dataset))

    first, *_ = source.evidence(resolved_of(dataset, "u0"), np.array([0]))

    assert "ratings" not in first.facts
    assert first.statement.startswith("your choice of Item ")


def test_a_film_named_as_an_example_is_told_apart_from_what_was_rated() -> None:
    """u0 has rated items 0 to 3; item 4 is named, and carries half of what speaks for item 0 of another list."""
    wide = dataset_of(np.array([[5.0, 4.0, 2.0, 5.0, 0.0, 0.0]]), RatingScale(1, 5))
    source = CarrierEvidence(wide, Adds(0.5, 0.0, 0.0, 0.0, 0.5))

    own, named = source.evidence(resolved_of(wide, "u0", words=Understanding(like_items=(4, 0))), np.array([5]))

    assert (own.facts["titles"], own.facts["ratings"], own.facts["share_percent"]) == (("Item 0",), ("5",), 50)
    assert (named.facts["titles"], named.facts["named"], named.facts["share_percent"]) == (("Item 4",), 1, 50)
    assert "ratings" not in named.facts
    assert named.statement == "your example Item 4 carries 50 % of what speaks for it"


def test_an_empty_history_carries_nothing() -> None:
    assert list(CarrierEvidence(DATASET, Adds()).evidence(resolved_of(DATASET, None), np.array([ITEM]))) == []


def test_equals_the_contributions_of_the_model() -> None:
    dataset = made_up_movies()
    model = EASE().fit(dataset)
    source = CarrierEvidence(dataset, model)
    n_found = 0
    for user_id in dataset.users.ids[::15]:
        items, ratings = dataset.history(user_id)
        row = slice(*dataset.interactions.indptr[dataset.user_index(user_id) :][:2])
        history = Batch(histories_of(dataset.n_items, [(items, ratings)]), ("",), dataset.steps_back[row])
        for found in source.evidence(resolved_of(dataset, user_id), np.arange(dataset.n_items)):
            parts = model.contributions(history, np.array([dataset.items.index(found.item_id)]))[0].tolist()
            positive = sum(part for part in parts if part > 0)
            own = [items.tolist().index(dataset.items.index(one)) for one in found.facts["item_ids"]]
            share = 100 * sum(parts[one] for one in own) / positive
            assert found.facts["share_percent"] == pytest.approx(share, abs=0.5001)
            assert found.facts["place"] == 1 + sum(part > parts[own[0]] for part in parts)
            assert all(ratings[one] >= 4 for one in own)
            n_found += 1
    assert n_found > 100
