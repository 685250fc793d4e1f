"""Rating prediction: errors worked by hand, and figures of a published fold."""

import numpy as np
import pytest

from recsys_rag.data.dataset import Dataset
from recsys_rag.data.splits import random_split
from recsys_rag.errors import EvaluationError
from recsys_rag.lab.evaluate.division_protocols import PROTOCOLS, Cut, EvaluationProtocol
from recsys_rag.lab.evaluate.harness import evaluate
from recsys_rag.lab.evaluate.methods import Predictor, chosen, our_predictor
from recsys_rag.lab.evaluate.peers.textbook import ItemMean
from recsys_rag.lab.evaluate.ratings import errors_of, run_ratings
from recsys_rag.testing.datasets import made_up_movies

MEAN = Predictor("plain-item-mean", {}, lambda dataset: ItemMean().fit(dataset))


@pytest.mark.movielens
def test_item_means_on_u1_have_the_errors_of_a_plain_loop(ml100k: Dataset, tmp_path) -> None:
    fold = PROTOCOLS["u1"].test(ml100k)
    table = run_ratings(fold, [MEAN], folder=tmp_path)
    _, items = fold.test.interactions.nonzero()
    means, overall = fold.train.item_means, fold.train.interactions.data.mean()
    predicted = np.where(np.isnan(means[items]), overall, means[items])
    assert table.rows[0].figures["rmse"].mean == pytest.approx(
        np.sqrt(np.mean((predicted - fold.test.interactions.data) ** 2)), abs=1e-6
    )
    assert table.rows[0].figures["mae"].mean == pytest.approx(
        np.mean(np.abs(predicted - fold.test.interactions.data)), abs=1e-6
    )
    assert (
        table.rows[0].figures["rmse"].low
        < table.rows[0].figures["rmse"].mean
        < table.rows[0].figures["rmse"].high
    )
    assert repr(run_ratings(fold, [MEAN], folder=tmp_path)) == repr(table)


def test_our_predictor_is_compared_pair_by_pair_and_below_0_is_better() -> None:
    def cut(dataset: Dataset, part: str) -> Cut:
        train, test = random_split(dataset, 0.2, seed=1)
        return Cut(train, train, train, test)

    made = EvaluationProtocol("made", "a fifth", cut, "a random fifth", task="rating prediction")
    fold = made.test(made_up_movies())
    table = run_ratings(fold, [our_predictor(), MEAN], baseline="plain-item-mean")
    figures = {row.method: row.figures for row in table.rows}
    compared = table.row("rating").difference
    assert compared.mean == pytest.approx(
        figures["rating"]["rmse"].mean - figures["plain-item-mean"]["rmse"].mean
    )
    assert compared.low < compared.mean < compared.high < 0
    assert [row.method for row in table.rows] == ["rating", "plain-item-mean"]
    assert errors_of(fold, ItemMean().fit(fold.train))["ratings"].sum() == fold.test.n_ratings


@pytest.mark.movielens
def test_folds_of_rating_prediction_are_not_ranked(ml100k: Dataset) -> None:
    with pytest.raises(
        EvaluationError, match="protocol 'u1' is of rating prediction, not of ranking"
    ):
        evaluate(PROTOCOLS["u1"].test(ml100k), {})


def test_folds_of_ranking_are_not_predicted_and_unknown_names_are_refused() -> None:
    fold = PROTOCOLS["seed"].test(made_up_movies())
    with pytest.raises(
        EvaluationError, match="protocol 'seed' of made-up-movies has no ratings to predict"
    ):
        run_ratings(fold, [MEAN])
    with pytest.raises(EvaluationError, match="no method 'x'; there are rating"):
        chosen([our_predictor()], ["x"])
