"""What a fit chooses by itself, from trials on the data."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from recsys_rag import _build as build
from recsys_rag._choosing import Question, Trial, asked, batch_of, chosen, cut
from recsys_rag._fitted import Choice
from recsys_rag.data._order import in_order_of_ids, reordered
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.retrieve.popularity import Popularity
from recsys_rag.settings import Fuse, Settings, from_mapping, with_changes
from recsys_rag.testing.datasets import checkerboard, made_up_movies

SETTINGS = from_mapping({"retrieve": {"encoder": "none"}})
MOVIES = in_order_of_ids(made_up_movies(200))


@pytest.fixture(scope="module")
def trial() -> Trial:
    return cut(MOVIES)


def times(dataset: Dataset, places: np.ndarray) -> np.ndarray:
    assert dataset.timestamps is not None
    return dataset.timestamps[places]


def test_no_answer_is_in_the_trial_fit_or_in_what_is_known(trial: Trial) -> None:
    train = trial.train.interactions.toarray()
    for questions in trial.questions.values():
        for question in questions:
            answered = MOVIES.interactions.indices[question.answers]
            assert not train[question.user, answered].any()
            assert not set(question.answers) & set(question.known)
            assert set(question.history) <= set(question.known)


def test_visitors_are_kept_out_whole_and_known_people_are_not(trial: Trial) -> None:
    counts = np.diff(trial.train.interactions.indptr)
    visitors = {question.user for question in trial.questions["most"]}
    known = {question.user for question in trial.questions["known"]}
    assert not counts[list(visitors)].any()
    assert counts[list(known)].all()
    assert not visitors & known


def test_first_and_last_are_told_by_time(trial: Trial) -> None:
    for question in trial.questions["first 3"]:
        assert len(question.history) == 3
        assert times(MOVIES, question.history).max() <= times(MOVIES, question.answers).min()
    for question in trial.questions["last 3"]:
        assert len(question.history) == 3
        before = np.setdiff1d(question.known, question.history)
        assert times(MOVIES, question.history).min() >= times(MOVIES, before).max()
        assert times(MOVIES, question.history).max() <= times(MOVIES, question.answers).min()


def test_without_times_only_random_histories_are_asked() -> None:
    questions = cut(replace(MOVIES, timestamps=None)).questions
    assert not [kind for kind in questions if kind.startswith(("first", "last", "all"))]
    assert "random 3" in questions


def test_a_batch_holds_the_histories_by_item_and_their_order() -> None:
    first, second = MOVIES.interactions.indptr[:2]
    places = np.arange(first, second)[::-1].astype(np.int64)
    batch = batch_of(MOVIES, [Question(0, places, places[:0], places)])
    assert batch.histories.has_sorted_indices
    np.testing.assert_array_equal(batch.histories.toarray()[0], MOVIES.interactions.toarray()[0])
    np.testing.assert_array_equal(batch.steps_back, np.arange(len(places)))


def test_few_people_are_not_asked_about_and_what_is_shipped_stays() -> None:
    few = in_order_of_ids(made_up_movies(12))
    assert not list(asked(cut(few), few, {"popularity": Popularity().fit(few)}))
    weights = chosen(few, SETTINGS).over(SETTINGS).fuse.weights
    for name, weight in Fuse().weights.items():
        np.testing.assert_allclose(np.broadcast_to(weights[name], 5), np.broadcast_to(weight, 5))


def test_the_choice_does_not_depend_on_the_order_of_users_and_items() -> None:
    rng = np.random.default_rng(5)
    other = reordered(MOVIES, rng.permutation(MOVIES.n_users), rng.permutation(MOVIES.n_items))
    assert chosen(in_order_of_ids(other), SETTINGS) == chosen(MOVIES, SETTINGS) != Choice()


def test_without_times_nothing_recent_ranks() -> None:
    choice = chosen(replace(MOVIES, timestamps=None), SETTINGS)
    assert "recent" not in choice.changes["fuse"]["weights"]
    assert "recent" in Fuse().weights


def test_what_is_stated_is_not_chosen() -> None:
    assert chosen(MOVIES, with_changes(SETTINGS, {"fit": {"choose": False}})) == Choice()
    stated = with_changes(SETTINGS, {"fuse": {"weights": {"ease": 1.0}}})
    assert chosen(MOVIES, stated).over(stated).fuse == stated.fuse
    assert chosen(MOVIES, SETTINGS).over(stated).fuse == stated.fuse


def test_the_weights_that_were_chosen_can_be_built() -> None:
    for dataset in (MOVIES, in_order_of_ids(checkerboard(200, 50))):
        settings = chosen(dataset, SETTINGS).over(SETTINGS)
        assert isinstance(settings, Settings)
        weights = build.ranking_weights(settings.fuse.weights, build.retrievers(settings))
        build.fuser(settings, weights, dataset)


def test_short_histories_get_weights_by_the_fame_of_their_items() -> None:
    choice = chosen(MOVIES, SETTINGS)
    of_short = choice.changes["fuse"]["short"]
    assert set(of_short) == set(choice.changes["fuse"]["weights"]) - {"bm25", "embedding"}
    total = np.sum(list(of_short.values()), axis=0)
    assert (np.array(of_short["ease"]) >= 0.02 * total).all()
    assert any("known: " in line for line in choice.account)
    told = [weight for weights in of_short.values() for weight in weights]
    assert told == [round(weight, 3) for weight in told]


def test_a_trial_on_large_data_looks_at_some_people_and_always_at_who_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    movies = in_order_of_ids(made_up_movies(120))
    whole = cut(movies)
    monkeypatch.setattr("recsys_rag._choosing._TRIAL_RATINGS", movies.n_ratings // 2)
    some = cut(movies)
    assert some.questions.keys() == whole.questions.keys()
    known = [question.user for question in some.questions["known"]]
    kept, of_all = (np.diff(trial.train.interactions.indptr) for trial in (some, whole))
    assert 0 < kept.sum() < of_all.sum()
    assert (kept[known] == of_all[known]).all()
    assert set(np.flatnonzero(kept < of_all).tolist()).isdisjoint(known)
    assert (kept[kept < of_all] == 0).all()


def likes(
    users: Sequence[str], items: Sequence[str], genres: Sequence[tuple[str, ...]] = ()
) -> Dataset:
    """Choices without times, of items of which no more than their genres is known."""
    ids = tuple(sorted(set(items)))
    of_items = tuple(genres) or ((),) * len(ids)
    catalog = Catalog(Vocabulary(ids), ids, np.zeros(len(ids), np.int32), of_items)
    return in_order_of_ids(Dataset.from_triples("likes", users, items, None, catalog))


def misleading(n_users: int) -> Dataset:
    """Even people like even items and odd ones odd items; each genre has one of either."""
    rng = np.random.default_rng(3)
    taken = [(user, item) for user in range(n_users) for item in rng.permutation(20)[:5].tolist()]
    users, items = zip(
        *((f"{user:03}", f"{2 * i + user % 2:02}") for user, i in taken), strict=True
    )
    return likes(users, items, [(f"genre {item // 2}",) for item in range(40)])


@pytest.mark.parametrize(
    ("variant", "is_better"),
    [({"attribute_weight": 0.0}, True), ({"attribute_weight": 50.0}, False)],
)
def test_a_variant_of_a_retriever_is_chosen_where_it_ranks_better_alone_and_is_told(
    monkeypatch: pytest.MonkeyPatch, variant: dict[str, float], is_better: bool
) -> None:
    monkeypatch.setattr("recsys_rag._choosing._VARIANTS", {"ease": (variant,)})
    data = misleading(90)
    choice = chosen(data, SETTINGS)
    assert choice.changes.get("retrieve") == ({"ease": variant} if is_better else None)
    told = [line for line in choice.account if "better alone on whole histories" in line]
    assert len(told) == is_better
    if is_better:
        assert told[0].startswith("ease: attribute_weight 0, better alone")
        stated = with_changes(SETTINGS, {"retrieve": {"ease": {"l2": 400.0}}})
        assert "retrieve" not in chosen(data, stated).changes


def test_two_ratings_are_enough_to_be_asked_about_and_one_is_not() -> None:
    pairs = {user: 1 if user == "one" else 2 for user in ["one", *(f"two {n}" for n in range(9))]}
    users = [user for user, n in pairs.items() for _ in range(n)]
    items = [f"item {n % 4}" for n in range(len(users))]
    data = likes(users, items)
    of_kind = cut(data).questions
    asked_about = {data.users.id(question.user) for question in of_kind["most"]}
    assert len(asked_about) == 3  # a third of the nine
    assert "one" not in asked_about
    for question in of_kind["most"]:
        assert (len(question.history), len(question.answers)) == (1, 1)
