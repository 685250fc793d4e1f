"""The harness: what reaches a method, what may be shown, what is kept, and that tables compare like
with like."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

import recsys_rag
from recsys_rag import Recommender
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import EvaluationError
from recsys_rag.lab.evaluate import kept, metrics
from recsys_rag.lab.evaluate.division_protocols import PROTOCOLS
from recsys_rag.lab.evaluate.fold import Fold
from recsys_rag.lab.evaluate.harness import evaluate, run
from recsys_rag.lab.evaluate.measure import lists, measure
from recsys_rag.lab.evaluate.methods import Method, chosen, ours
from recsys_rag.retrieve.ease import EASE
from recsys_rag.retrieve.popularity import Popularity
from recsys_rag.settings import Settings, with_changes
from recsys_rag.testing.datasets import checkerboard, made_up_movies
from recsys_rag.types import Batch, Scores

TEXTLESS = with_changes(Settings(), {"retrieve": {"encoder": "none"}})


@pytest.fixture(scope="module")
def fold() -> Fold:
    return PROTOCOLS["seed"].test(made_up_movies())


class Oracle:
    """Knows what was held out: what a leak would look like, and the upper bound of every metric."""

    def __init__(self, fold: Fold) -> None:
        self._held_out = fold.test.interactions.toarray()[fold.users].astype(np.float32)
        self._row = 0

    def score(self, batch: Batch) -> Scores:
        scores = self._held_out[self._row : self._row + len(batch)]
        self._row += len(batch)
        return scores


class Known:
    """Scores what is known highest: all of it must stay out of the lists."""

    def score(self, batch: Batch) -> Scores:
        return np.asarray(batch.histories.toarray(), np.float32)


def test_a_perfect_method_gets_1_where_1_can_be_had(fold: Fold) -> None:
    found = measure(fold, Oracle(fold), k=10, cuts=())
    assert found.per_user["ndcg"] == pytest.approx(np.ones(len(fold.users)))
    assert (found.per_user["mrr"] == 1).all()


def test_known_items_never_stand_in_a_list_and_cut_histories_choose_among_the_same_items(
    fold: Fold,
) -> None:
    known = fold.known.interactions[fold.users].toarray() > 0
    for cut in (None, 0, 2):
        ranked = lists(fold, Known(), 10, cut)
        assert not np.take_along_axis(known, ranked, axis=1).any()


def test_a_method_that_shows_known_items_by_design_is_measured_as_it_is(fold: Fold) -> None:
    class Shameless(Known):
        excludes_seen = False

    known = fold.known.interactions[fold.users].toarray() > 0
    assert np.take_along_axis(known, lists(fold, Shameless(), 5), axis=1).all()


def test_scores_and_the_retriever_that_made_them_measure_the_same(fold: Fold) -> None:
    ease = EASE().fit(fold.train)
    table = evaluate(fold, {"retriever": ease, "scores": ease.score(fold.batch())}, cuts=())
    assert table.row("retriever").figures == table.row("scores").figures


def test_rows_are_the_means_over_users_of_metrics_on_finished_lists(fold: Fold) -> None:
    popularity = Popularity().fit(fold.train)
    row = evaluate(fold, {"popularity": popularity}, k=7).row("popularity")
    ranked = lists(fold, popularity, 7)
    assert row.figures["recall"].mean == pytest.approx(
        metrics.recall(ranked, fold.relevant, 7).mean()
    )
    assert row.curve[0].mean == row.figures["ndcg"].mean  # popularity needs no history


def test_bins_are_of_the_length_of_the_history_and_hold_everyone_once(fold: Fold) -> None:
    table = evaluate(fold, {"popularity": Popularity().fit(fold.train)}, cuts=())
    assert sum(table.bin_sizes.values()) == len(fold.users)
    within = (fold.history_lengths >= 6) & (fold.history_lengths <= 20)
    assert table.bin_sizes["6-20"] == within.sum()
    own = metrics.ndcg(lists(fold, Popularity().fit(fold.train), 10), fold.relevant, 10)
    assert table.rows[0].bins["6-20"].mean == pytest.approx(own[within].mean())


def test_the_pipeline_is_measured_as_it_is_served() -> None:
    movies = made_up_movies()
    # who is served is asked now, after all ratings
    fold = replace(PROTOCOLS["seed"].test(movies), asked_at=None)
    pipeline = next(one for one in ours(TEXTLESS) if one.name == "fused").fitted(fold.train)
    served = (
        Recommender(TEXTLESS)
        .fit(fold.train)
        .rank([movies.users.ids[user] for user in fold.users], k=10)
    )
    assert (lists(fold, pipeline, 10) == served.item_indices).all()


def test_the_pipeline_keeps_validation_items_out_although_they_are_no_part_of_the_history() -> None:
    fold = PROTOCOLS["rb"].test(made_up_movies())
    pipeline = next(one for one in ours(TEXTLESS) if one.name == "fused").fitted(fold.train)
    ranked = lists(fold, pipeline, 10)
    known = fold.known.interactions[fold.users].toarray() > 0
    assert not (np.take_along_axis(known, np.maximum(ranked, 0), axis=1) & (ranked >= 0)).any()


def test_every_ranking_retriever_beats_chance_on_the_checkerboard() -> None:
    fold = PROTOCOLS["seed"].test(checkerboard())
    table = run(fold, ours(TEXTLESS), cuts=())
    chance = evaluate(
        fold,
        {"chance": np.random.default_rng(0).random((len(fold.users), 50)).astype(np.float32)},
        cuts=(),
    )
    for name in ("ease", "als", "item_knn", "user_knn", "fused"):
        assert table.row(name).figures["recall"].low > chance.rows[0].figures["recall"].high


def test_the_baseline_is_compared_with_all_others_and_p_values_are_corrected(fold: Fold) -> None:
    table = run(
        fold, chosen(ours(TEXTLESS), ["popularity", "ease", "seed"]), baseline="ease", cuts=()
    )
    assert table.row("ease").difference is None
    compared = [row.difference for row in table.rows if row.difference]
    assert len(compared) == 2
    assert all(one.adjusted >= one.p for one in compared)
    ndcg = {row.method: row.figures["ndcg"].mean for row in table.rows}
    assert table.row("seed").difference.mean == pytest.approx(ndcg["seed"] - ndcg["ease"])


def test_what_cannot_be_is_refused_with_what_can(fold: Fold) -> None:
    with pytest.raises(EvaluationError, match="k is 61; choose 1 to 60"):
        evaluate(fold, {}, k=61)
    with pytest.raises(
        EvaluationError, match="the baseline 'x' is not among the methods: popularity"
    ):
        run(fold, chosen(ours(TEXTLESS), ["popularity"]), baseline="x")
    with pytest.raises(EvaluationError, match="no method 'easy'; there are fused, popularity"):
        chosen(ours(TEXTLESS), ["easy"])
    with pytest.raises(EvaluationError, match="no method 'x' in this table; it has popularity"):
        evaluate(fold, {"popularity": Popularity().fit(fold.train)}, cuts=()).row("x")


def test_results_do_not_depend_on_how_many_users_are_ranked_at_once(fold: Fold) -> None:
    ease = EASE().fit(fold.train)
    ranked = lists(fold, ease, 10)
    alone = [lists(one_user(fold, user), ease, 10)[0].tolist() for user in fold.users[:9]]
    assert ranked[:9].tolist() == alone


def one_user(fold: Fold, user: int) -> Fold:
    return replace(fold, users=np.array([user]))


# --- what was measured before ---------------------------------------------------------------------


class Counted:
    """A fit that counts how often it is done."""

    fits = 0

    def fit(self, dataset: Dataset) -> Popularity:
        self.fits += 1
        return Popularity().fit(dataset)


def test_kept_figures_are_the_same_and_are_not_measured_again(fold: Fold, tmp_path: Path) -> None:
    counted = Counted()
    method = Method("counted", {"a": 1}, counted.fit)
    first = run(fold, [method], folder=tmp_path, cuts=(0, 2))
    again = run(fold, [method], folder=tmp_path, cuts=(0, 2))
    assert counted.fits == 1
    assert repr(again) == repr(first)  # by repr: nan is not equal to itself


def test_other_settings_cutoffs_parts_and_damage_are_measured_anew(
    fold: Fold, tmp_path: Path
) -> None:
    counted = Counted()
    run(fold, [Method("counted", {"a": 1}, counted.fit)], folder=tmp_path, cuts=())
    run(fold, [Method("counted", {"a": 2}, counted.fit)], folder=tmp_path, cuts=())
    run(fold, [Method("counted", {"a": 1}, counted.fit)], 5, folder=tmp_path, cuts=())
    validation = PROTOCOLS["seed"].validation(made_up_movies())
    run(validation, [Method("counted", {"a": 1}, counted.fit)], folder=tmp_path, cuts=())
    assert counted.fits == 4
    for file in tmp_path.rglob("*.json"):
        file.write_text('{"per_user": ')
    run(fold, [Method("counted", {"a": 1}, counted.fit)], folder=tmp_path, cuts=())
    assert counted.fits == 5


def test_kept_files_hold_nan_as_null_and_leave_nothing_half_written(
    fold: Fold, tmp_path: Path
) -> None:
    found = measure(fold, Popularity().fit(fold.train), cuts=())
    found.per_user["novelty"][0] = np.nan
    place = kept.place_of(tmp_path, fold.passport, "popularity", [])
    kept.write(place, found)
    back = kept.read(place)
    assert np.isnan(back.per_user["novelty"][0])
    for name, values in found.per_user.items():
        np.testing.assert_array_equal(back.per_user[name], values)
    assert [file.name for file in place.parent.iterdir()] == [place.name]
    assert kept.read(tmp_path / "nothing.json") is None


def test_progress_tells_of_every_list(fold: Fold) -> None:
    told: list[tuple[str, int, int]] = []
    run(
        fold,
        chosen(ours(TEXTLESS), ["popularity"]),
        cuts=(0,),
        progress=lambda *of: told.append(of),
    )
    assert told[0] == ("popularity", 0, 2 * len(fold.users))
    assert told[-1] == ("popularity", 2 * len(fold.users), 2 * len(fold.users))


def test_relevant_items_are_those_of_the_evaluated_users_in_their_order(fold: Fold) -> None:
    assert isinstance(fold.relevant, sparse.csr_array)
    assert (fold.relevant != fold.test.interactions[fold.users]).nnz == 0


def test_kept_figures_are_of_this_code_of_the_product_too(tmp_path: Path) -> None:
    """A copy of the package in which one line of the product differs has another hash."""
    code = "import recsys_rag.lab.evaluate.kept as kept; print(kept.code_hash())"
    source = Path(recsys_rag.__file__).parent
    shutil.copytree(
        source,
        tmp_path / "recsys_rag",
        ignore=shutil.ignore_patterns("__pycache__", "*.gguf", "*.safetensors"),
    )

    def hash_there() -> str:
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    before = hash_there()
    assert before == kept.code_hash()
    with (tmp_path / "recsys_rag/_ranking.py").open("a") as file:
        file.write("# another line\n")
    assert hash_there() != before
