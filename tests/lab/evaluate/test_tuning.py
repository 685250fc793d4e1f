"""tune: a search on validation only, kept and resumed, never below what it began with."""

import numpy as np
import pytest

from recsys_rag import _build as build
from recsys_rag import settings
from recsys_rag._fuse.bins import BIN_NAMES, bins_of
from recsys_rag._fuse.weighted import WeightedFusion
from recsys_rag.lab.evaluate import metrics
from recsys_rag.lab.evaluate.division_protocols import protocol
from recsys_rag.lab.evaluate.measure import lists
from recsys_rag.lab.evaluate.methods import FUSED, ours
from recsys_rag.lab.evaluate.tuning import SPACE, _pruned, tune
from recsys_rag.lab.evaluate.weighing import Weighing, weighings
from recsys_rag.settings import Settings, with_changes
from recsys_rag.testing.datasets import made_up_movies

pytest.importorskip("optuna")
SEARCHED = {*SPACE} - {"slit"}  # which only ranks where the weights name it
FOLD = protocol("seed").validation(made_up_movies())
PARTS = {
    name: part.fit(FOLD.train)
    for name, part in build.retrievers(
        with_changes(Settings(), {"retrieve": {"encoder": "none"}})
    ).items()
    if name in ("popularity", "ease", "als")
}


@pytest.fixture(scope="module")
def tuned():
    return tune([FOLD], Settings(), trials=3, seed=1)


def test_what_is_chosen_are_settings_and_the_file_says_where_they_come_from(tuned, tmp_path):
    text = tuned.toml()
    (tmp_path / "tuned.toml").write_text(text)
    loaded = settings.load(tmp_path / "tuned.toml", {})
    assert loaded == with_changes(Settings(), tuned.changes)
    assert set(tuned.changes["retrieve"]) == SEARCHED
    assert f"# passport: {FOLD.passport.key}" in text
    assert "validation part" in text


def test_no_choice_is_below_the_settings_it_began_with(tuned):
    begun = build.retrievers(with_changes(Settings(), {"retrieve": {"encoder": "none"}}))
    for name in SEARCHED:
        before = metrics.ndcg(
            lists(FOLD, begun[name].fit(FOLD.train), 10), FOLD.relevant, 10
        ).mean()
        assert tuned.ndcg[name] >= before - 1e-9


def test_weights_are_not_below_the_best_single_retriever_but_for_what_pruning_may_cost(tuned):
    parts = build.retrievers(
        with_changes(Settings(), {"retrieve": {**tuned.changes["retrieve"], "encoder": "none"}})
    )
    fitted = {name: part.fit(FOLD.train) for name, part in parts.items() if name != "bm25"}
    for place, weighing in weighings([FOLD], [fitted]):
        best = max(
            weighing.ndcg({name: 1.0, "ease": max(float(name == "ease"), 0.5)}) for name in fitted
        )
        assert tuned.ndcg[f"fused {BIN_NAMES[place]}"] >= best - 0.0005 * len(fitted)


@pytest.mark.parametrize("diversity", [0.0, 0.05, 0.2, 1.0])
def test_diversity_stays_where_it_loses_no_more_than_its_standard_error(diversity):
    given = with_changes(
        Settings(), {"retrieve": {"encoder": "none"}, "rerank": {"diversity": diversity}}
    )
    chosen = tune([FOLD], given, trials=1)

    def of(strength):
        whole = with_changes(given, {**chosen.changes, "rerank": {"diversity": strength}})
        pipeline = next(one for one in ours(whole) if one.name == FUSED).fitted(FOLD.train)
        return metrics.ndcg(lists(FOLD, pipeline, 10), FOLD.relevant, 10)

    lost = of(0.0) - of(diversity)
    is_dear = lost.mean() > lost.std(ddof=1) / np.sqrt(len(lost))
    assert chosen.changes["rerank"]["diversity"] == (0.0 if is_dear else diversity)
    assert chosen.ndcg["pipeline"] == pytest.approx(
        of(chosen.changes["rerank"]["diversity"]).mean()
    )
    assert is_dear == (diversity == 1.0)


def test_two_searches_with_one_seed_choose_the_same(tuned):
    again = tune([FOLD], Settings(), trials=3, seed=1)
    assert again == tuned


def test_a_search_that_was_kept_goes_on_where_it_stopped(tmp_path):
    first = tune([FOLD], Settings(), trials=1, folder=tmp_path)
    told: list[str] = []
    again = tune(
        [FOLD],
        Settings(),
        trials=1,
        folder=tmp_path,
        progress=lambda what, done, total: told.append(what),
    )
    assert again == first
    assert told == []
    more = tune(
        [FOLD],
        Settings(),
        trials=2,
        folder=tmp_path,
        progress=lambda what, done, total: told.append(what),
    )
    assert told.count("ease") == 1
    assert more.ndcg["ease"] >= first.ndcg["ease"]


def test_a_limit_of_time_still_gives_every_setting():
    hurried = tune([FOLD], Settings(), trials=50, seconds=1.0)
    assert set(hurried.changes["retrieve"]) == SEARCHED
    assert settings.with_changes(Settings(), hurried.changes)


def test_without_time_for_one_trial_everything_stays_as_given():
    hurried = tune([FOLD], Settings(), trials=50, seconds=1e-6)
    assert with_changes(Settings(), hurried.changes) == with_changes(
        Settings(), {"fit": {"choose": False}}
    )
    assert not hurried.ndcg


def test_weighing_is_what_the_fusion_of_the_same_weights_ranks():
    weights = {"popularity": 0.3, "ease": 1.0, "als": 0.5}
    for _, weighing in weighings([FOLD], [PARTS]):
        for one in weighing.parts:
            assert one.relevant.shape[0] == one.blocked.shape[0] == len(one.users) >= 20
    batch = FOLD.batch()
    fused = WeightedFusion(weights).fuse(
        {name: part.score(batch) for name, part in PARTS.items()}, batch
    )

    class Scores:
        def score(self, asked):
            return fused[[rows[one.tobytes()] for one in asked.histories.toarray()]]

    rows = {one.tobytes(): row for row, one in enumerate(batch.histories.toarray())}
    per_user = metrics.ndcg(lists(FOLD, Scores(), 10), FOLD.relevant, 10)
    own = bins_of(batch.histories)
    for place, weighing in weighings([FOLD], [PARTS]):
        if place >= 3:  # the users who have so many ratings, nobody cut
            assert weighing.ndcg(weights) == pytest.approx(per_user[own == place].mean())


def test_only_validation_parts_are_accepted():
    with pytest.raises(AssertionError, match="never chosen on a test part"):
        tune([protocol("seed").test(made_up_movies())], Settings(), trials=1)


def test_short_histories_are_those_of_all_who_have_as_many_cut_as_the_protocol_says():
    for name in ("seed", "loo"):
        fold = protocol(name).validation(made_up_movies())
        ease = {"ease": build.retrievers(settings.Settings())["ease"].fit(fold.train)}
        found = dict(weighings([fold], [ease]))
        assert [len(one.users) for one in found[0].parts] == [len(fold.users)]
        assert not found[0].parts[0].scores["ease"].any()
        lengths = fold.history_lengths
        assert [len(one.users) for one in found[1].parts] == [
            int((lengths >= cut).sum()) for cut in (1, 3, 5)
        ]
        for one, cut in zip(found[1].parts, (1, 3, 5), strict=True):
            expected = ease["ease"].score(fold.batch(one.users, cut))
            assert (np.argmax(one.scores["ease"], axis=1) == np.argmax(expected, axis=1)).all()


def test_a_person_counts_once_however_often_they_are_asked():
    class Part:
        def __init__(self, users, ndcg):
            self.users, self._ndcg = np.array(users), np.array(ndcg)

        def ndcg(self, weights):
            return self._ndcg

    weighing = Weighing((Part([7, 3], [0.3, 0.1]), Part([3], [0.3])))
    assert weighing.by_person({"ease": 1.0}).tolist() == pytest.approx([0.2, 0.3])
    assert weighing.ndcg({"ease": 1.0}) == pytest.approx(0.7 / 3)


def test_settings_are_chosen_on_three_cuts_of_train():
    movies = made_up_movies()
    folds = protocol("seed").validations(movies)
    held_out = set(protocol("seed").test(movies).test.rows.tolist())
    assert len(folds) == len({fold.passport.key for fold in folds}) == 3
    for fold in folds:
        assert not held_out & {*fold.train.rows.tolist(), *fold.test.rows.tolist()}
    both = tune(folds[:2], Settings(), trials=1)
    alone = [tune([fold], Settings(), trials=1) for fold in folds[:2]]
    assert both.ndcg["ease"] == pytest.approx(np.mean([one.ndcg["ease"] for one in alone]))


def test_what_is_told_as_a_reason_ranks_wherever_there_is_a_history():
    unhelpful = with_changes(
        Settings(), {"fuse": {"weights": {"popularity": 1.0}}}
    )  # EASE is not among what it begins with
    tuned = tune([FOLD], unhelpful, trials=1)
    learned = [place for place, name in enumerate(BIN_NAMES) if f"fused {name}" in tuned.ndcg]
    assert 0 in learned
    assert len(learned) >= 2
    for place in learned[1:]:
        assert tuned.changes["fuse"]["weights"]["ease"][place] >= 0.5
    assert tuned.changes["fuse"]["weights"]["ease"][0] == 0  # without a history it is silent


def test_pruning_leaves_the_fewest_that_are_not_seen_to_be_worse_and_never_drops_what_explains():
    best = {"ease": 1.0}

    class Judged:
        """als gains .1; popularity nothing at all; recent .01 in the mean, but more or less of it
        for everyone."""

        def by_person(self, weights):
            of_recent = np.array([0.11, -0.09]) * ("recent" in weights)
            return 0.2 + 0.1 * ("als" in weights) + of_recent

    whole = {"ease": 0.5, "als": 1.0, "popularity": 0.3, "recent": 0.2, "user_knn": 0.0}
    assert _pruned(whole, Judged()) == {"ease": 0.5, "als": 1.0}
    assert _pruned(best, Judged()) == best


def test_lengths_of_history_that_too_few_people_have_keep_their_weights():
    own = {"popularity": [1.0, 1.0, 1.0, 1.0, 0.15], "ease": [0.0, 1.0, 1.0, 1.0, 0.85]}
    begun = with_changes(Settings(), {"fuse": {"weights": own}})
    fold = protocol("loo").validation(made_up_movies())
    assert 0 < (fold.history_lengths > 20).sum() < 20
    tuned = tune([fold], begun, trials=1)
    assert "fused 21-100" not in tuned.ndcg
    for place in (3, 4):
        learned = {
            name: weights[place] for name, weights in tuned.changes["fuse"]["weights"].items()
        }
        assert {name: weight for name, weight in learned.items() if weight} == {
            name: weights[place] for name, weights in own.items()
        }


def test_a_retriever_that_the_weights_name_is_searched_too():
    named = settings.with_changes(
        Settings(), {"fuse": {"weights": {**Settings().fuse.weights, "slit": 0.5}}}
    )
    tuned = tune([FOLD], named, trials=1)
    assert set(tuned.changes["retrieve"]) == {*SEARCHED, "slit"} == set(SPACE)
    assert "slit" in tuned.changes["fuse"]["weights"]
