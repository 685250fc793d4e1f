"""The promise, held on real data with the real model: 200 random users, five texts each, by the second judge."""

import random

import pytest

from independent_check import problems
from recsys_rag import Dataset, Recommender, assets
from recsys_rag.settings import from_mapping

_N_USERS = 200


@pytest.mark.movielens
@pytest.mark.model
def test_200_users_are_told_nothing_that_the_data_does_not_say(ml100k: Dataset) -> None:
    """0 titles outside candidates and history, 0 unsupported claims in shown text, 0 empty texts; by the embedded model."""
    if assets.available("smollm2") is None:
        pytest.skip("the embedded model is not here; get it: recsys-rag lm fetch smollm2")
    recommender = Recommender(from_mapping({"retrieve": {"encoder": "none"}})).fit(ml100k)
    found, empty, by_template = [], 0, 0
    for user in random.Random(2026).sample(ml100k.users.ids, _N_USERS):
        answer = recommender.recommend(user, k=5)
        parts = recommender._fitted
        found += problems(
            ml100k,
            answer,
            neighbors_of=parts["user_knn"].neighbors,  # type: ignore[attr-defined]
            contributions_of=parts["ease"].contributions,  # type: ignore[attr-defined]
            predictions_of=recommender._predictor.predict_with_errors,  # type: ignore[union-attr]
        )
        empty += sum(not item.explanation for item in answer.items)
        by_template += sum(item.written_by == "template" for item in answer.items)
        assert len(answer.items) == 5
        assert answer.model_id == "smollm2"
    assert found == []
    assert empty == 0
    assert by_template <= 0.02 * 5 * _N_USERS
