"""The whole way on invented films: known users, visitors and people with only words; text that is
proven; save and load."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from recsys_rag import Filters, Fitted, Query, Recommender, Settings
from recsys_rag import _assets as assets
from recsys_rag import _build as build
from recsys_rag._histories import FittedHistories
from recsys_rag._models import LanguageModels
from recsys_rag.data._order import reordered
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.errors import (
    GenerationError,
    NotFittedError,
    QueryError,
    SettingsError,
    UnknownItemError,
    UnknownUserError,
)
from recsys_rag.generate._backends.llama_cpp import LlamaCpp
from recsys_rag.lab.evaluate.text.answers import oldest_first
from recsys_rag.protocols import LanguageModel
from recsys_rag.recommender import query_of
from recsys_rag.settings import from_mapping, with_changes
from recsys_rag.testing.datasets import checkerboard, dataset_of, made_up_movies
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import Finished, History, Ranked, Recommendation, Written

SETTINGS = from_mapping({"retrieve": {"encoder": "none"}, "generate": {"model": "template"}})


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return made_up_movies()


@pytest.fixture(scope="module")
def fitted(dataset: Dataset) -> Recommender:
    return Recommender(SETTINGS).fit(dataset)


@pytest.fixture
def with_model(fitted: Recommender) -> Callable[[LanguageModel], Recommender]:
    """The fitted recommender, writing with a scripted model."""

    def made(model: LanguageModel) -> Recommender:
        models = LanguageModels(SETTINGS, lambda *name: model)
        return Recommender(SETTINGS, fitted.fitted, models=models)

    return made


def test_nothing_depends_on_the_order_in_which_the_data_names_people_and_items(
    dataset: Dataset, fitted: Recommender
) -> None:
    rng = np.random.default_rng(5)
    other = reordered(dataset, rng.permutation(dataset.n_users), rng.permutation(dataset.n_items))
    assert other.items.ids != dataset.items.ids
    again = Recommender(SETTINGS).fit(other)
    people = dataset.users.ids
    rankings, others = fitted.rank(users=people, k=10), again.rank(users=people, k=10)
    assert (others.item_ids == rankings.item_ids).all()
    assert (others.scores == rankings.scores).all()
    assert again.recommend(user=people[0], k=5).text == fitted.recommend(user=people[0], k=5).text


def _history(dataset: Dataset, user: str) -> dict[str, float]:
    """A user's ratings as a visitor would bring them: oldest first."""
    return {dataset.items.id(item): rating for item, rating in oldest_first(dataset, user).items()}


def test_known_user_equals_fold_in_of_the_same_history(
    fitted: Recommender, dataset: Dataset
) -> None:
    users = list(dataset.users.ids)
    known = fitted.rank(users, k=10)
    folded = fitted.rank(histories=[_history(dataset, user) for user in users], k=10)
    np.testing.assert_array_equal(known.item_ids, folded.item_ids)
    np.testing.assert_array_equal(known.scores, folded.scores)


@pytest.fixture(scope="module")
def movielens(ml100k: Dataset) -> Recommender:
    return Recommender(SETTINGS).fit(ml100k)


@pytest.mark.movielens
def test_all_users_of_movielens_equal_their_history_folded_in(
    movielens: Recommender, ml100k: Dataset
) -> None:
    users = ml100k.users.ids
    known = movielens.rank(users, k=10)
    folded = movielens.rank(histories=[_history(ml100k, user) for user in users], k=10)
    np.testing.assert_array_equal(known.item_ids, folded.item_ids)
    np.testing.assert_array_equal(known.scores, folded.scores)


def test_known_user_and_visitor_with_the_same_history_are_told_the_same(
    fitted: Recommender, dataset: Dataset
) -> None:
    user = dataset.users.ids[3]
    known = fitted.recommend(user, k=4)
    visitor = fitted.recommend(history=_history(dataset, user), k=4)
    assert known.text == visitor.text
    assert known.liked == visitor.liked


def test_shown_items_carry_the_ranks_and_scores_of_the_ranking(
    fitted: Recommender, dataset: Dataset
) -> None:
    user = dataset.users.ids[7]
    shown = fitted.recommend(user, k=6, explain=False).items
    ranking = fitted.rank([user], k=6)
    assert [item.item_id for item in shown] == ranking.item_ids[0].tolist()
    assert [item.score for item in shown] == ranking.scores[0].tolist()
    weights = fitted.fitted.in_force.fuse.weights
    weighed = {name for name in fitted.fitted.parts if np.any(weights.get(name, 0))}
    assert weighed >= {"ease", "bm25"}
    assert all(set(item.candidate.ranks) == weighed - {"bm25"} for item in shown)  # no words
    assert min(item.candidate.ranks["ease"] for item in shown) <= 6


def test_nothing_seen_is_recommended(fitted: Recommender, dataset: Dataset) -> None:
    for row, user in zip(
        fitted.rank(dataset.users.ids, k=15).item_ids, dataset.users.ids, strict=True
    ):
        assert not set(row) & set(_history(dataset, user))


def test_ranking_does_not_depend_on_who_else_is_in_the_batch(
    fitted: Recommender, dataset: Dataset
) -> None:
    together = fitted.rank(dataset.users.ids[:9], k=5)
    alone = [fitted.rank([user], k=5).item_ids[0] for user in dataset.users.ids[:9]]
    np.testing.assert_array_equal(together.item_ids, alone)


def test_what_is_asked_for_is_required_and_what_is_refused_never_comes(fitted: Recommender) -> None:
    asked = fitted.recommend(query="comedy from the 90s, not horror", k=3, explain=False)
    assert asked.items
    for item in asked.items:
        assert "Comedy" in item.genres
        assert "Horror" not in item.genres
        assert item.year is not None
        assert 1990 <= item.year <= 1999


def test_a_profile_moves_the_ranking_softly(fitted: Recommender, dataset: Dataset) -> None:
    def share(profile: str) -> float:
        shown = [
            fitted.recommend(user, profile=profile, k=5, explain=False).items
            for user in dataset.users.ids[:20]
        ]
        return float(np.mean(["Western" in item.genres for items in shown for item in items]))

    assert share("western movies") > share("") + 0.1


def test_dislikes_hold_back_what_resembles_them(fitted: Recommender) -> None:
    liked = {"The Cellar Hymnal": 5.0, "Bonewhistle": 5.0, "The Glass Harbor (1994)": 5.0}
    ranker = fitted.flow.ranker
    disliked = "What the Marsh Kept"
    resolved = ranker.resolve(Query(history=liked, dislikes=(disliked,)))
    moved = ranker.score([resolved])[0] - ranker.score([ranker.resolve(Query(history=liked))])[0]
    fan = replace(ranker.resolve(Query(history={disliked: 5.0})), leads=False)
    alike = ranker.score([fan])[0]
    np.testing.assert_allclose(moved, -0.5 * alike, atol=1e-5)
    assert disliked not in [one.title for one in ranker.candidates(resolved, 20)]


@pytest.mark.parametrize(
    ("words", "is_known"), [("a hidden gem", False), ("something well known", True)]
)
def test_hidden_gems_have_few_ratings_and_well_known_items_many(
    fitted: Recommender, dataset: Dataset, words: str, is_known: bool
) -> None:
    shown = fitted.recommend(query=words, k=8, explain=False).items
    counts = dataset.popularity[[item.candidate.item_index for item in shown]]
    assert len(shown) == 8
    assert ((counts > dataset.popularity.mean()) == is_known).all()


def test_words_alone_are_enough_and_nothing_at_all_gives_what_is_popular(
    fitted: Recommender, dataset: Dataset
) -> None:
    by_words = fitted.recommend(query="a western with a sheriff", k=3)
    assert all("Western" in item.genres and item.explanation for item in by_words.items)
    nothing = fitted.recommend(k=5, explain=False)
    assert (
        np.mean(dataset.popularity[[item.candidate.item_index for item in nothing.items]])
        > dataset.popularity.mean()
    )


def test_like_a_title_counts_as_liking_it_and_does_not_return_it(fitted: Recommender) -> None:
    like = fitted.recommend(query="like Redline Mesa", k=5, explain=False)
    assert "Redline Mesa" not in [item.title for item in like.items]
    assert any("like: Redline Mesa" in phrase for phrase in like.understood)


def test_a_stream_ranks_first_then_writes_item_by_item_then_ends(
    fitted: Recommender, dataset: Dataset
) -> None:
    events = list(fitted.stream(dataset.users.ids[0], k=3))
    assert isinstance(events[0], Ranked)
    assert isinstance(events[-1], Finished)
    assert [event.item.rank for event in events if isinstance(event, Written)] == [1, 2, 3]
    final = events[-1].recommendation
    assert final.items == tuple(event.item for event in events if isinstance(event, Written))
    assert all(item.explanation for item in final.items)
    assert final.n_dropped == 0
    assert final.n_checked >= 3
    assert {"retrieve", "write"} <= set(final.seconds)


def test_without_explanations_no_model_is_asked_for(
    fitted: Recommender, with_model: Callable[..., Recommender]
) -> None:
    model = ScriptedLanguageModel(error="must not be called")
    answer = with_model(model).recommend(fitted.dataset.users.ids[0], k=3, explain=False)
    assert model.prompts == []
    assert [item.explanation for item in answer.items] == ["", "", ""]
    assert answer.text == ""


def test_a_model_under_a_grammar_writes_every_text_and_all_of_it_is_supported(
    with_model: Callable[..., Recommender],
) -> None:
    for seed_user in ("u0", "u1"):
        asked = with_model(ScriptedLanguageModel())
        answer = asked.recommend(asked.dataset.users.ids[int(seed_user[1])], k=5)
        assert [item.written_by for item in answer.items] == ["clauses"] * 5
        assert answer.n_dropped == 0
        assert answer.model_id == "scripted"


def _text(answer: Recommendation) -> Iterator[str]:
    return (item.explanation for item in answer.items)


def test_free_text_that_the_data_does_not_support_is_never_shown(
    with_model: Callable[..., Recommender],
) -> None:
    lies = ScriptedLanguageModel(
        ["It won nine Oscars and you have seen it twice. Quillmere is the best film ever made."],
        honors_grammar=False,
    )
    asked = with_model(lies)
    answer = asked.recommend(asked.dataset.users.ids[0], k=3)
    assert not any(
        word in text for text in _text(answer) for word in ("Oscar", "best film", "seen it")
    )
    assert all(_text(answer))
    assert [item.written_by for item in answer.items] == ["template"] * 3
    assert answer.n_dropped >= 3
    assert all(item.rejected for item in answer.items)


@pytest.mark.parametrize(
    "model",
    [
        ScriptedLanguageModel(error="the engine fell over"),
        ScriptedLanguageModel([""], honors_grammar=False),
    ],
    ids=["fails", "says nothing"],
)
def test_when_the_model_fails_the_template_answers_and_says_so(
    model: LanguageModel, with_model: Callable[..., Recommender]
) -> None:
    asked = with_model(model)
    answer = asked.recommend(asked.dataset.users.ids[0], k=2)
    assert all(_text(answer))
    assert {item.written_by for item in answer.items} == {"template"}
    assert any("fell over" in note or "empty text" in note for note in answer.notes)


def test_a_missing_model_is_said_and_the_template_answers(fitted: Recommender) -> None:
    def missing() -> LanguageModel:
        raise GenerationError("no weights on this machine; run `recsys-rag lm fetch smollm2`")

    flow = build.flow(fitted.fitted, missing)
    answer = next(
        e for e in flow.stream(Query(fitted.dataset.users.ids[0], k=2)) if isinstance(e, Finished)
    ).recommendation
    assert all(_text(answer))
    assert any("lm fetch smollm2" in note for note in answer.notes)


def test_a_saved_recommender_answers_as_before(
    fitted: Recommender, dataset: Dataset, tmp_path: Path
) -> None:
    fitted.save(tmp_path / "m")
    loaded = Recommender.load(tmp_path / "m")
    before, after = fitted.rank(dataset.users.ids, k=10), loaded.rank(dataset.users.ids, k=10)
    np.testing.assert_array_equal(before.item_ids, after.item_ids)
    np.testing.assert_array_equal(before.scores, after.scores)
    assert (
        loaded.recommend(dataset.users.ids[5], profile="crime", k=3).text
        == fitted.recommend(dataset.users.ids[5], profile="crime", k=3).text
    )
    assert loaded.dataset.content_hash == dataset.content_hash


def test_a_cached_recommender_is_fitted_once_and_made_again_when_damaged(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECSYS_RAG_HOME", str(tmp_path))
    opened = []

    def open_dataset() -> Dataset:
        opened.append(1)
        return dataset

    first = Recommender.cached("invented", SETTINGS, open_dataset=open_dataset)
    second = Recommender.cached("invented", SETTINGS, open_dataset=open_dataset)
    assert len(opened) == 1
    np.testing.assert_array_equal(first.rank(["1"], k=3).item_ids, second.rank(["1"], k=3).item_ids)
    next(tmp_path.glob("fitted/*/arrays/*.npy")).write_bytes(b"")
    Recommender.cached("invented", SETTINGS, open_dataset=open_dataset)
    assert len(opened) == 2


def test_similar_items_are_liked_by_the_same_people() -> None:
    """Even users like even items: what is similar to item 4 must be even."""
    recommender = Recommender(SETTINGS).fit(checkerboard())
    alike = recommender.similar(recommender.dataset.items.id(4), k=8)
    assert [one.item_index % 2 for one in alike] == [0] * 8


def test_similar_items_read_alike_and_leave_the_item_out(fitted: Recommender) -> None:
    titles = [one.title for one in fitted.similar("redline mesa", k=5)]
    assert "Redline Mesa II: Overdrive" in titles
    assert "Redline Mesa" not in titles


def test_a_film_that_the_catalog_lists_twice_is_one_film(dataset: Dataset) -> None:
    catalog = dataset.catalog
    twin = catalog.titles.index("Vandrell")
    other = catalog.titles.index("Rooftop Calypso")
    titles = tuple(
        "Vandrell" if place == other else title for place, title in enumerate(catalog.titles)
    )
    years = catalog.years.copy()
    years[other] = years[twin]
    listed_twice = Recommender(SETTINGS).fit(
        replace(dataset, catalog=replace(catalog, titles=titles, years=years))
    )
    for user in dataset.users.ids[:30]:
        shown = [item.title for item in listed_twice.recommend(user, k=25, explain=False).items]
        ranked = listed_twice.rank([user], k=25)
        assert [titles[item] for item in ranked.item_indices[0] if item >= 0] == shown
        assert shown.count("Vandrell") <= 1
        if {twin, other} & set(dataset.history(user)[0].tolist()):
            assert "Vandrell" not in shown


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        ({"user": "nobody"}, UnknownUserError, "no user 'nobody' among the"),
        (
            {"history": {"Redlin Mesa": 5}},
            UnknownItemError,
            r"closest titles: Redline Mesa \(1985\)",
        ),
        ({"dislikes": ["Quillmore"]}, UnknownItemError, r"Quillmere \(1961\)"),
        (
            {"history": {"Quillmere": 9}},
            QueryError,
            "rating 9 for 'Quillmere' is outside this data's scale of 1 to 5",
        ),
        ({"history": {"Quillmere": float("nan")}}, QueryError, "rating nan for 'Quillmere'"),
        ({"k": 0}, QueryError, "k is 0; ask for 1 to "),
        ({"k": 10_000}, QueryError, "k is 10000; ask for 1 to "),
        ({"filters": Filters(years=(2090, 2091))}, QueryError, "no item is left to recommend"),
    ],
)
def test_a_request_that_cannot_be_answered_says_why(
    fitted: Recommender, asked: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        fitted.recommend(**asked)  # type: ignore[arg-type]


def test_of_what_nothing_has_together_as_much_is_left_out_as_must_be(fitted: Recommender) -> None:
    answer = fitted.recommend(query="western from 2002 with Orla Venn", explain=False)
    assert answer.items
    assert "no film fits all of it; these fit all but" in answer.notes[0]
    assert "Orla Venn" not in answer.notes[0]


def test_a_short_list_says_why(fitted: Recommender) -> None:
    answer = fitted.recommend(query="western", k=30, explain=False)
    assert 0 < len(answer.items) < 30
    assert any("instead of 30" in note for note in answer.notes)


def test_asking_before_fit_says_what_to_do() -> None:
    with pytest.raises(NotFittedError, match=r"call \.fit"):
        Recommender(SETTINGS).recommend("1")


def test_weights_for_a_retriever_that_there_is_not_are_refused(dataset: Dataset) -> None:
    wrong = from_mapping({"retrieve": {"encoder": "none"}, "fuse": {"weights": {"eaze": 1.0}}})
    with pytest.raises(SettingsError, match="names 'eaze', but the retrievers are popularity"):
        Recommender(wrong).fit(dataset)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gpt9", "no language model 'gpt9'; there are smollm2"),
        ("nowhere.gguf", r"nowhere\.gguf does not exist"),
    ],
)
def test_an_unknown_language_model_is_refused_with_those_there_are(name: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        build.language_model(name)


@pytest.mark.movielens
def test_a_history_counts_in_the_order_in_which_it_is_given(
    movielens: Recommender, ml100k: Dataset
) -> None:
    history = _history(ml100k, "196")
    backwards = dict(reversed(history.items()))
    scores = [movielens.rank(histories=[one], k=50).scores for one in (history, backwards)]
    assert not np.array_equal(*scores)


def test_predictions_from_a_handful_of_ratings_are_stated_with_a_wide_error() -> None:
    few = dataset_of(
        np.array([[5, 4, 0, 0], [5, 4, 5, 5], [4, 0, 5, 4], [0, 5, 5, 5]]), RatingScale(1, 5)
    )
    recommended = Recommender(SETTINGS).fit(few).recommend(few.users.id(0), k=2)
    predicted = [
        one for item in recommended.items for one in item.evidence if one.kind == "predicted"
    ]
    assert predicted
    assert all(one.fact.rating_error >= 0.5 for one in predicted)
    assert "nan" not in str(recommended.items)


@pytest.mark.model
def test_the_embedded_model_gets_ready_while_the_list_is_made_and_only_where_texts_are_wanted(
    fitted: Recommender, tmp_path: Path
) -> None:
    if assets.available("smollm2") is None:
        pytest.skip("the embedded model is not here; get it: recsys-rag lm fetch smollm2")
    fitted.save(tmp_path / "m")
    settings = with_changes(SETTINGS, {"generate": {"model": "smollm2"}})
    user = fitted.dataset.users.ids[0]

    def processes(asked: Recommender) -> list[int | None]:
        shared = [shared.model for shared in asked.models._shared.values()]
        return [model._engine.process_id for model in shared if isinstance(model, LlamaCpp)]

    silent = Recommender.load(tmp_path / "m", settings=settings)
    list(silent.stream(user, k=2, explain=False))
    assert processes(silent) == []
    for asked in (silent, Recommender.load(tmp_path / "m", settings=settings, writes=True)):
        if asked is silent:
            asked.stream(user, k=2)  # nothing is taken from the stream yet
        (process_id,) = processes(asked)
        assert process_id
        assert [item.written_by for item in asked.recommend(user, k=1).items] == ["clauses"]
        assert processes(asked) == [process_id]
        asked.close()
        assert processes(asked) == [None]


def test_each_writer_has_its_own_model_loaded_once(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def loaded(name: str, *, adapter: str, **others: object) -> LanguageModel:
        asked.append(adapter)
        return ScriptedLanguageModel()

    monkeypatch.setattr(build, "language_model", loaded)
    recommender = Recommender(with_changes(SETTINGS, {"generate": {"model": "mine"}})).fit(dataset)
    tuned, clauses, raw = (recommender.models.writing(one) for one in ("tuned", "clauses", "raw"))
    assert asked == ["auto", "none"]
    assert raw is clauses is recommender.models.writing() is not tuned
    assert recommender.models.writing("template") is None


# --- a query, or keywords -------------------------------------------------------------------------


def shown(recommendation: Recommendation) -> list[tuple[str, float, str]]:
    return [(item.item_id, item.score, item.explanation) for item in recommendation.items]


def test_keywords_are_a_query_under_their_own_names(fitted: Recommender) -> None:
    before = fitted.recommend("1", k=2, explain=False)
    filters = Filters(genres=("Drama",))
    assert query_of(
        7,
        history={"a": 3.0},
        profile="calm",
        query="drama",
        likes=["l"],
        dislikes=["b"],
        exclude=["c"],
        k=4,
        filters=filters,
        include_seen=True,
        diversity=0.1,
        calibration=0.2,
        novelty=0.0,
        previous=before,
    ) == Query(
        "7",
        {"a": 3.0},
        ("l",),
        "calm",
        "drama",
        ("b",),
        ("c",),
        4,
        filters,
        True,
        {"diversity": 0.1, "calibration": 0.2, "novelty": 0.0},
        tuple(item.item_id for item in before.items),
    )


def test_a_keyword_that_is_none_says_nothing() -> None:
    nothing = dict.fromkeys(("history", "filters", "diversity", "novelty", "previous", "user"))
    assert query_of(None, **nothing) == Query() == query_of()
    assert query_of(user=7) == query_of("7") == query_of(7) == Query("7")


def test_a_query_goes_as_it_is_and_alone() -> None:
    query = Query("1", k=3)
    assert query_of(query) is query is query_of(query=query)
    with pytest.raises(QueryError, match="give a Query or keywords, not both: k, profile"):
        query_of(query, k=5, profile="calm")
    with pytest.raises(QueryError, match="the user is given twice: '1' and '2'"):
        query_of("1", user="2")
    with pytest.raises(TypeError, match="mood"):
        query_of("1", mood="calm")


def test_a_query_and_keywords_get_the_same_answer(fitted: Recommender) -> None:
    query = Query("5", profile="crime", words="drama", k=3, strengths={"novelty": 0.3})
    whole = fitted.recommend(query)
    parts = fitted.recommend("5", profile="crime", query="drama", k=3, novelty=0.3)
    assert whole.query == parts.query
    assert shown(whole) == shown(parts)
    *_, last = fitted.stream(query)
    assert isinstance(last, Finished)
    assert shown(last.recommendation) == shown(whole)


def test_how_many_where_nobody_says(fitted: Recommender) -> None:
    assert len(fitted.recommend("1", explain=False).items) == 5
    assert len(fitted.recommend(Query("1"), explain=False).items) == 10
    assert len(fitted.recommend(query=Query("1"), explain=False).items) == 10
    assert len(fitted.similar("Vandrell", query=Query(k=4))) == 4
    assert fitted.rank(["1"]).item_ids.shape == (1, 10)
    assert len(fitted.similar("Vandrell")) == 10
    assert len(fitted.similar("Vandrell", 3)) == len(fitted.similar("Vandrell", k=3)) == 3


def test_queries_users_and_histories_are_ranked_in_this_order(fitted: Recommender) -> None:
    history = {"Vandrell": 5.0}
    queries = [Query("3", words="drama", k=4), "4", 5]
    rankings = fitted.rank(queries, users=[6, "7"], histories=[history], k=4, novelty=0.5)
    alone = [
        fitted.rank([queries[0]]),
        *(fitted.rank([user], k=4, novelty=0.5) for user in ("4", "5", "6", "7")),
        fitted.rank(histories=[history], k=4, novelty=0.5),
    ]
    np.testing.assert_array_equal(
        rankings.item_ids, np.concatenate([ranking.item_ids for ranking in alone])
    )
    assert fitted.rank(k=3).item_ids.shape == (0, 3)


def test_ids_that_are_numbers_are_those_of_the_data() -> None:
    numbered = {"user": [1, 1, 2, 2, 3], "item": [7, 8, 8, 9, 7], "rating": [5, 1, 4, 3, 2]}
    plain = with_changes(Settings(), {"retrieve": {"encoder": "none"}})
    fitted = Recommender(plain).fit(Dataset.from_frames(numbered))
    by_text = fitted.recommend(user="1", k=1, explain=False).items
    for user in (1, 1.0, np.int64(1), np.float64(1)):
        assert fitted.recommend(user=user, k=1, explain=False).items == by_text
        assert fitted.rank(users=[user], k=1).item_ids.tolist() == [[by_text[0].item_id]]
    for history in ({7.0: 5}, {np.int64(7): np.float32(5)}, {7: Decimal(5)}, {"7": 5}):
        assert len(fitted.recommend(history=history, k=1, explain=False).items) == 1
    with pytest.raises(QueryError, match="users is one text, '12'; give a list of ids"):
        fitted.rank(users="12", k=1)


def test_what_is_ranked_together_has_one_k(fitted: Recommender) -> None:
    with pytest.raises(QueryError, match=r"ranked together need one k; these have \[3, 10\]"):
        fitted.rank([Query("3", k=3), "4"])


def test_what_is_similar_can_be_filtered_and_leaves_out_what_was_seen(fitted: Recommender) -> None:
    plain = fitted.similar("Vandrell", k=8)
    only = fitted.similar("Vandrell", Query(filters=Filters(genres=("Comedy",)), k=3))
    assert all("Comedy" in candidate.genres for candidate in only)
    rest = fitted.similar("Vandrell", exclude=[plain[0].title], k=7)
    assert [candidate.item_id for candidate in rest] == [item.item_id for item in plain[1:]]
    rated = set(_history(fitted.dataset, "3"))
    assert rated & {candidate.item_id for candidate in fitted.similar("Vandrell", k=30)}
    mine = fitted.similar("Vandrell", user="3", k=30)
    assert not rated & {candidate.item_id for candidate in mine}
    assert {candidate.predicted_rating for candidate in plain} == {None}


def test_before_a_fit_nothing_can_be_asked() -> None:
    unfitted = Recommender(SETTINGS)
    for ask in (
        lambda: unfitted.recommend("1"),
        lambda: unfitted.rank(["1"]),
        lambda: unfitted.similar("Vandrell"),
        lambda: unfitted.add_feedback("1", {}),
        lambda: unfitted.parts,
        lambda: unfitted.dataset,
        lambda: unfitted.save("nowhere"),
    ):
        with pytest.raises(NotFittedError, match=r"call \.fit\(dataset\) or Recommender\.load"):
            ask()


# --- what was learned can be shared ---------------------------------------------------------------


def test_what_was_learned_serves_other_settings(fitted: Recommender) -> None:
    popular = with_changes(SETTINGS, {"fuse": {"weights": {"popularity": 1.0}}})
    other = Recommender(popular, fitted.fitted)
    assert other.parts is fitted.parts
    assert list(other.flow.ranker.retrievers) == ["popularity"]
    assert list(fitted.flow.ranker.retrievers) != ["popularity"]
    assert Recommender(fitted=fitted.fitted).settings == SETTINGS


def test_histories_may_come_from_elsewhere(fitted: Recommender) -> None:
    class Swapped:
        """Everybody has the history of user 2."""

        def of(self, user_id: str) -> History:
            return FittedHistories(fitted.dataset).of("2")

    swapped = Recommender(SETTINGS, fitted.fitted, histories=Swapped())
    assert shown(swapped.recommend("nobody", k=3)) == shown(fitted.recommend("2", k=3))
    with pytest.raises(QueryError, match="record the feedback there"):
        swapped.add_feedback("2", {"Vandrell": 5})


def test_a_fitter_of_ones_own_learns_what_settings_ask_for(
    fitted: Recommender, dataset: Dataset
) -> None:
    class Elsewhere:
        def fit(self, dataset: Dataset, settings: Settings, progress: object = None) -> Fitted:
            assert settings == SETTINGS
            return fitted.fitted

    assert Recommender(SETTINGS).fit(dataset, fitter=Elsewhere()).parts is fitted.parts


def test_another_language_model_is_named_at_the_door(tmp_path: Path, fitted: Recommender) -> None:
    assert Recommender.default(lm="template").settings.generate.model == "template"
    assert Recommender.default().settings == Settings()
    file = tmp_path / "s.toml"
    file.write_text("[generate]\nseed = 4\n")
    asked = Recommender.from_settings(file, lm="template").settings.generate
    assert (asked.seed, asked.model) == (4, "template")
    fitted.save(tmp_path / "m")
    assert Recommender.load(tmp_path / "m", lm="mine").settings.generate.model == "mine"


def test_feedback_counts_in_the_next_answer(dataset: Dataset) -> None:
    recommender = Recommender(SETTINGS).fit(dataset)
    first = recommender.recommend("3", k=3, explain=False).items[0]
    recommender.add_feedback(3, {first.title: 5})
    history = _history(dataset, "3") | {first.item_id: 5.0}
    again = recommender.recommend(user=3, k=3, explain=False)
    assert shown(again) == shown(recommender.recommend(history=history, k=3, explain=False))
    assert first.item_id not in [item.item_id for item in again.items]
    recommender.fit(dataset)
    assert recommender.recommend("3", k=3, explain=False).items[0] == first
