"""The promise, held on real data with the real model: random users, five texts each, by the second
judge.

The whole of it, 1,000 texts, is `recsys-rag evaluate-text --users 200`.
"""

from collections.abc import Mapping

import pytest

from recsys_rag import Dataset, Recommender, __version__
from recsys_rag import _assets as assets
from recsys_rag.lab.evaluate.text.study import Study, label_of, run
from recsys_rag.settings import from_mapping


def study_of(dataset: Dataset, writer: str, n_users: int) -> tuple[Study, Mapping[str, float]]:
    """Return what the study finds of a writer by the embedded model: all of it, and its row.

    Asserts the promise: 0 titles outside candidates and history, 0 unsupported claims in shown
    text, 0 empty texts.
    """
    if assets.available("smollm2") is None:
        pytest.skip("the embedded model is not here; get it: recsys-rag lm fetch smollm2")
    settings = from_mapping({"retrieve": {"encoder": "none"}})
    recommender = Recommender(settings).fit(dataset)
    by = recommender.models.writing
    study = run(
        recommender.flow, by, settings, writers=[writer], users=n_users, version=__version__
    )
    recommender.close()
    label = label_of(writer, by(writer))
    row = study.rows[label]
    assert study.problems[label] == []
    assert row["texts"] == 5 * n_users
    assert row["precision_verifier"] == row["precision_judge"] == 1.0
    assert row["invented_titles"] == row["empty"] == 0
    return study, row


@pytest.mark.acceptance
@pytest.mark.movielens
@pytest.mark.model
@pytest.mark.parametrize("writer", ["clauses"])  # "tuned" was taught older kinds
def test_people_are_told_nothing_that_the_data_does_not_say(ml100k: Dataset, writer: str) -> None:
    study, row = study_of(ml100k, writer, n_users=20)
    assert row["template"] <= 0.02
    assert row["unique_sentences"] >= 0.6
    assert row["same_opener"] <= 2
    assert row["swap_fails"] >= 0.95
    assert study.deletion
    assert study.deletion.cited >= 0.9
    assert abs(study.deletion.random) < 0.2
    assert abs(study.deletion.popular) < 0.2
