"""The suite must catch what it promises to catch: each broken retriever here fails the check that
names its fault."""

import numpy as np
import pytest

from recsys_rag.errors import NotFittedError
from recsys_rag.retrieve.item_knn import ItemKNN
from recsys_rag.retrieve.popularity import Popularity
from recsys_rag.testing import conformance


class _Sums:
    """A correct retriever of five lines: the number of co-rated histories."""

    name = "sums"

    def __init__(self):
        self.counts = None

    def fit(self, dataset):
        self.counts = dataset.popularity.astype(np.float32)
        return self

    def score(self, batch):
        if self.counts is None:
            raise NotFittedError("call fit first")
        return np.tile(self.counts, (len(batch), 1))

    def state(self):
        if self.counts is None:
            raise NotFittedError("call fit first")
        return {"counts": self.counts}

    def restore(self, dataset, state):
        self.counts = state["counts"]
        return self


class _NoName(_Sums):
    name = "not a key"


class _AnswersUnfitted(_Sums):
    def score(self, batch):
        return np.zeros(batch.histories.shape, np.float32)


class _NotFinite(_Sums):
    def score(self, batch):
        return super().score(batch) * np.float32(np.nan)


class _Random(_Sums):
    def score(self, batch):
        return super().score(batch) + np.random.default_rng().random(
            batch.histories.shape, np.float32
        )


class _Remembers(_Sums):
    def fit(self, dataset):
        if self.counts is None:
            return super().fit(dataset)
        self.counts = dataset.popularity.astype(np.float32) + self.counts[0]
        return self


class _WritesToTheBatch(_Sums):
    def score(self, batch):
        scores = super().score(batch)
        batch.histories.data[:] = 1.0
        return scores


class _LooksAtTheBatch(_Sums):
    def score(self, batch):
        return super().score(batch) * np.float32(len(batch))


class _LosesItsState(_Sums):
    def restore(self, dataset, state):
        self.counts = np.zeros_like(state["counts"])
        return self


class _TellsEmptyOnesApart(_Sums):
    def score(self, batch):
        return super().score(batch) + np.arange(len(batch), dtype=np.float32)[:, None]


class _DividesByNothing(_Sums):
    def fit(self, dataset):
        super().fit(dataset)
        with np.errstate(all="ignore"):
            self.counts = (
                (self.counts / self.counts).astype(np.float32)
                if self.counts.sum() == 0
                else self.counts
            )
        return self


@pytest.mark.parametrize(
    ("broken", "check", "fault"),
    [
        (_NoName, conformance._check_protocol, "not an identifier"),
        (_AnswersUnfitted, conformance._check_refuses_before_fit, "does not raise"),
        (_NotFinite, conformance._check_scores_are_whole_and_finite, "not finite"),
        (_Random, conformance._check_is_deterministic, "asking twice"),
        (_Remembers, conformance._check_fit_forgets, "still visible"),
        (_WritesToTheBatch, conformance._check_leaves_its_input_alone, "ratings were changed"),
        (_LooksAtTheBatch, conformance._check_batch_does_not_matter, "differently alone"),
        (_LosesItsState, conformance._check_state_round_trip, "scores differently"),
        (_TellsEmptyOnesApart, conformance._check_empty_history_is_no_secret, "different scores"),
        (_DividesByNothing, conformance._check_odd_data_is_served, "no ratings at all"),
        (Popularity, conformance._check_checkerboard_is_learned, "is offered item"),
        (Popularity, conformance._check_history_matters, "score the same"),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_a_broken_retriever_fails_the_check_that_names_its_fault(broken, check, fault):
    with pytest.raises(AssertionError, match=fault):
        check(broken)


def test_a_retriever_that_takes_the_row_for_the_user_fails_the_fold_in_check():
    class TakesRowForUser(ItemKNN):
        def score(self, batch):
            scores = super().score(batch)
            return scores if len(batch) > 100 else scores + np.float32(1)

    with pytest.raises(AssertionError, match="a visitor with the ratings of user 0"):
        conformance._check_known_user_equals_fold_in(TakesRowForUser)


def test_a_correct_impersonal_retriever_passes():
    conformance.check_retriever(_Sums, personal=False)
