"""Fitted parts go on when the catalog is changed: what reads it alone is as after a fit, what was
learned from ratings stays."""

from dataclasses import replace

import numpy as np
import pytest

from recsys_rag.data.catalog import Row, with_rows
from recsys_rag.data.dataset import Dataset, histories_of
from recsys_rag.errors import NotFittedError
from recsys_rag.protocols import Retriever, Widens
from recsys_rag.retrieve._recent import Recent
from recsys_rag.retrieve.als import ALS
from recsys_rag.retrieve.bm25 import BM25
from recsys_rag.retrieve.ease import EASE
from recsys_rag.retrieve.embedding import Embedding
from recsys_rag.retrieve.item_knn import ItemKNN
from recsys_rag.retrieve.popularity import Popularity
from recsys_rag.retrieve.rating import RatingPredictor
from recsys_rag.retrieve.user_knn import UserKNN
from recsys_rag.testing.conformance import batch_of
from recsys_rag.testing.datasets import made_up_movies

BEFORE = made_up_movies()
N = BEFORE.n_items
NEW = Row("Tidal Clockwork", 1999, ("Horror", "Comedy"), metadata={"keywords": ("clock", "tide")})
OLD = replace(BEFORE.catalog.row(3), title="Sea Clockwork", metadata={"plot": ("A tide.",)})
AFTER = BEFORE.with_catalog(with_rows(BEFORE.catalog, {"x1": NEW, BEFORE.items.id(3): OLD}))
ALL = (Popularity, Recent, UserKNN, ItemKNN, EASE, ALS)


class Counting:
    """An encoder of letters that counts the texts it was given."""

    encoder_id = "letters"

    def __init__(self) -> None:
        self.n_texts = 0

    def encode(self, texts):
        self.n_texts += len(texts)
        counts = np.array([[text.count(c) for c in "abcdefgh "] for text in texts], np.float32)
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


def local_ease() -> EASE:
    return EASE(dense_items=20, neighbors=8, directions=4)


@pytest.mark.parametrize("make", [*ALL, local_ease])
def test_what_was_learned_from_ratings_stays_and_knows_nothing_of_new_items(make) -> None:
    part = make().fit(BEFORE)
    scores = part.score(batch_of(BEFORE))
    wider = part.widened(BEFORE, AFTER)
    assert isinstance(part, Widens)
    told = wider.score(batch_of(AFTER))
    assert (told[:, :N] == scores).all()
    assert (told[:, N:] == 0).all()
    assert (part.score(batch_of(BEFORE)) == scores).all()  # it stays as it is
    restored = make().restore(AFTER, wider.state())
    assert (restored.score(batch_of(AFTER)) == told).all()


@pytest.mark.parametrize("make", [Popularity, Recent, UserKNN, ItemKNN])
def test_it_is_as_after_a_fit_where_nothing_but_ratings_counts(make) -> None:
    batch = batch_of(AFTER)
    wider = make().fit(BEFORE).widened(BEFORE, AFTER)
    assert (wider.score(batch) == make().fit(AFTER).score(batch)).all()


@pytest.mark.parametrize("make", [UserKNN, ItemKNN, EASE, ALS, local_ease])
def test_a_history_may_hold_a_new_item(make) -> None:
    wider = make().fit(BEFORE).widened(BEFORE, AFTER)
    rated = (np.array([2, 5, N]), np.array([5.0, 4.0, 5.0], np.float32))
    batch = replace(batch_of(AFTER, 1), histories=histories_of(N + 1, [rated]))
    scores = wider.score(batch)
    assert np.isfinite(scores).all()
    assert scores[0, N] == 0
    assert scores[0, :N].any()


@pytest.mark.parametrize("make", [BM25, lambda: Embedding(Counting())])
def test_what_reads_the_catalog_alone_is_as_after_a_fit(make) -> None:
    batch = replace(batch_of(AFTER, 3), text=("tidal clock", "a tide", "horror"))
    wider = make().fit(BEFORE).widened(BEFORE, AFTER)
    assert (wider.score(batch) == make().fit(AFTER).score(batch)).all()
    assert wider.score(batch)[0].argmax() == N or make is not BM25


def test_only_texts_that_changed_are_encoded() -> None:
    part = Embedding(Counting()).fit(BEFORE)
    before = part.encoder.n_texts
    part.widened(BEFORE, AFTER)
    assert part.encoder.n_texts == before + 2


def test_a_new_item_is_expected_to_be_rated_like_those_of_its_kind() -> None:
    part = RatingPredictor(sweeps=20, draws=5).fit(BEFORE)
    items, histories = np.arange(N), BEFORE.interactions[:5]
    wider = part.widened(BEFORE, AFTER)
    same = wider.predict(AFTER.interactions[:5], items)
    assert (same == part.predict(histories, items)).all()
    predicted, errors = wider.predict_with_errors(AFTER.interactions[:5], np.array([N]))
    low, high = same.min(axis=1), same.max(axis=1)
    assert ((low <= predicted[:, 0]) & (predicted[:, 0] <= high)).all()
    assert (errors > 0).all()
    assert len(set(np.round(predicted[:, 0], 4).tolist())) > 1  # it is about the person too


@pytest.mark.parametrize("make", [*ALL, RatingPredictor, lambda: Embedding(Counting())])
def test_a_part_that_is_not_fitted_says_so(make) -> None:
    with pytest.raises(NotFittedError, match="was asked before it was fitted"):
        make().widened(BEFORE, AFTER)


def test_the_parts_of_the_product_all_widen() -> None:
    from recsys_rag import _build as build
    from recsys_rag.settings import Settings

    parts: dict[str, Retriever] = build.retrievers(Settings())
    assert all(isinstance(part, Widens) for part in parts.values())


def test_the_data_stay_as_they_are() -> None:
    assert isinstance(AFTER, Dataset)
    assert (AFTER.interactions[:, :N] != BEFORE.interactions).nnz == 0
    assert (AFTER.n_items, AFTER.items.id(N)) == (N + 1, "x1")
