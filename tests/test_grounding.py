"""The promise, held on real data with the real model: random users, five texts each, by the second
judge.

The whole of it, 1,000 texts, is `recsys-rag evaluate-text --users 200`.
"""

import pytest

from recsys_rag import Dataset, Recommender, __version__, assets
from recsys_rag.lab.evaluate.text.study import label_of, models_of, run
from recsys_rag.settings import from_mapping

_N_USERS = 20


@pytest.mark.movielens
@pytest.mark.model
@pytest.mark.parametrize("writer", ["tuned", "clauses"])
def test_people_are_told_nothing_that_the_data_does_not_say(ml100k: Dataset, writer: str) -> None:
    """0 titles outside candidates and history, 0 unsupported claims in shown text, 0 empty texts;
    by the embedded model."""
    if assets.available("smollm2") is None:
        pytest.skip("the embedded model is not here; get it: recsys-rag lm fetch smollm2")
    settings = from_mapping({"retrieve": {"encoder": "none"}})
    recommender = Recommender(settings).fit(ml100k)
    models = models_of(recommender.flow, recommender.parts, settings)
    by = recommender.models.writing

    study = run(
        recommender.flow,
        models,
        by,
        settings,
        writers=[writer],
        users=_N_USERS,
        version=__version__,
    )

    found = study.rows[label_of(writer, by(writer))]
    assert study.problems[label_of(writer, by(writer))] == []
    assert found["texts"] == 5 * _N_USERS
    assert found["precision_verifier"] == found["precision_judge"] == 1.0
    assert found["invented_titles"] == found["empty"] == 0
    assert found["template"] <= 0.02
    assert found["unique_sentences"] >= 0.6
    assert found["same_opener"] <= 2
    assert found["swap_fails"] >= 0.95
    assert study.deletion
    assert study.deletion.cited >= 0.9
    assert abs(study.deletion.random) < 0.2
    assert abs(study.deletion.popular) < 0.2
