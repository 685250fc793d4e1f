"""The seed preset: as first described, found by name, its words shown as unverified."""

import numpy as np

from recsys_rag import Recommender
from recsys_rag import _build as build
from recsys_rag.lab.seed_preset import SeedFlow, seed_prompt
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import Finished, Query, Ranked

MOVIES = made_up_movies()
SEED = Recommender.preset("seed").fit(MOVIES)


def answer(model: ScriptedLanguageModel | None) -> list[object]:
    flow = build.flow(SEED.fitted, lambda: model)
    assert isinstance(flow, SeedFlow)
    return list(flow.stream(Query(MOVIES.users.ids[0], profile="action movies", k=5)))


def test_a_fifth_of_the_ratings_is_set_aside_before_it_learns() -> None:
    assert SEED.dataset.n_ratings == MOVIES.n_ratings - int(np.ceil(0.2 * MOVIES.n_ratings))


def test_it_shows_seen_items_too_in_the_order_of_their_index() -> None:
    (ranked, _) = answer(None)
    assert isinstance(ranked, Ranked)
    shown = [item.item_id for item in ranked.recommendation.items]
    indices = [MOVIES.items.index(item) for item in shown]
    assert indices == sorted(indices)
    neighbors, _ = SEED.fitted.parts["seed"].neighbors(  # type: ignore[attr-defined]
        SEED.dataset.interactions[[0]]
    )
    rated = set(SEED.dataset.interactions[neighbors].indices.tolist())
    assert indices == sorted(rated)[:5]  # whoever has seen them


def test_its_prompt_is_the_published_sentence_with_ids_for_titles() -> None:
    assert seed_prompt(" action\nmovies ", ["22", "405"]).raw == (
        "As a fan of action movies, you might enjoy the following movies: 22, 405."
    )
    model = ScriptedLanguageModel(["and Casablanca."], honors_grammar=False)
    (ranked, finished) = answer(model)
    ids = [item.item_id for item in ranked.recommendation.items]  # type: ignore[attr-defined]
    assert model.prompts[0].raw == seed_prompt("action movies", ids).raw
    assert isinstance(finished, Finished)
    made = finished.recommendation
    assert (made.unverified_text, made.text, made.model_id) == ("and Casablanca.", "", "scripted")
    assert all(item.written_by == "" and not item.evidence for item in made.items)


def test_a_model_that_fails_is_told_and_the_list_stays() -> None:
    (ranked, finished) = answer(ScriptedLanguageModel(["x"], error="out of memory"))
    made = finished.recommendation  # type: ignore[attr-defined]
    assert made.items == ranked.recommendation.items  # type: ignore[attr-defined]
    assert made.unverified_text == ""
    assert made.notes[-1] == "The seed method writes with its model only: out of memory"
