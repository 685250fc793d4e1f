"""The criterion `language_model`: fused as its formula says, asked about the best twenty only, and
about nobody else."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.errors import GenerationError
from recsys_rag.rerank.greedy import Greedy
from recsys_rag.rerank.language_model import STAGE, Preference, opinion_of
from recsys_rag.rerank.mmr import Diversity
from recsys_rag.testing.datasets import dataset_of, made_up_movies
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.testing.ranking_models import ScriptedRanker
from recsys_rag.types import Batch
from rerank.reranking import batch_of, dataset, pools

LOGITS = {"Item 0": -3.0, "Item 1": -1.0, "Item 2": 1.0, "Item 3": 0.0}


def ranked(model, scores, strength, *, made=None, form="labels", batch=None, k=None):
    made = made or dataset([()] * len(scores[0]))
    stage = Greedy([Preference(made, opinion_of(made, lambda: model, form))])
    strengths = {STAGE: np.broadcast_to(np.asarray(strength, float), len(scores)).copy()}
    return stage.rerank(
        batch or batch_of(made, len(scores)), pools(scores), k or len(scores[0]), strengths
    )


def test_worked_example():
    # scores scaled: 1, .75, .5, 0; logits -3, -1, 1, 0 scaled: 0, .5, 1, .75; half of each: .5,
    # .625, .75, .375
    model = ScriptedRanker(lambda liked, title: LOGITS[title])
    made = ranked(model, [[4.0, 3.0, 2.0, 0.0]], 0.5)
    assert made.item_indices.tolist() == [[2, 1, 0, 3]]
    assert made.scores.tolist() == [[2.0, 3.0, 4.0, 0.0]]  # with the scores they came with


@pytest.mark.parametrize(("strength", "order"), [(0.0, [0, 1, 2, 3]), (1.0, [2, 3, 1, 0])])
def test_off_is_the_retrievers_order_and_one_is_the_models(strength, order):
    model = ScriptedRanker(lambda liked, title: LOGITS[title])
    assert ranked(model, [[4.0, 3.0, 2.0, 0.0]], strength).item_indices.tolist() == [order]
    assert bool(model.prompts) == (strength > 0)


def test_both_forms_follow_the_model_to_the_same_order():
    model = ScriptedRanker(lambda liked, title: LOGITS[title])
    forms = [
        ranked(model, [[4.0, 3.0, 2.0, 0.0]], 1.0, form=form).item_indices.tolist()
        for form in ("labels", "titles")
    ]
    assert forms[0] == forms[1] == [[2, 3, 1, 0]]


def test_what_is_below_the_best_twenty_is_not_asked_about_and_overtakes_nobody():
    scores = [[30.0 - place for place in range(30)]]
    model = ScriptedRanker(lambda liked, title: float(title.split()[1]))
    for strength in (0.3, 1.0):
        order = ranked(model, scores, strength).item_indices[0].tolist()
        assert sorted(order[:20]) == list(range(20))
        assert order[20:] == list(range(20, 30))
    assert "Item 20" not in model.prompts[0].raw
    assert "Item 19" in model.prompts[0].raw


def test_only_queries_for_which_the_stage_is_on_are_asked_about():
    model = ScriptedRanker(lambda liked, title: LOGITS[title])
    made = ranked(
        model,
        [[4.0, 3.0, 2.0, 0.0]] * 3,
        [0.0, 1.0, 0.0],
        made=dataset([()] * 4, ratings=np.zeros((3, 4))),
    )
    assert made.item_indices.tolist() == [[0, 1, 2, 3], [2, 3, 1, 0], [0, 1, 2, 3]]
    assert len(model.prompts) == 1


def test_short_rows_stay_short_and_a_single_item_is_no_question():
    nan = float("nan")
    model = ScriptedRanker(lambda liked, title: LOGITS[title])
    made = dataset([()] * 4, ratings=np.zeros((2, 4)))
    order = ranked(model, [[4.0, 3.0, 2.0, nan], [4.0, nan, nan, nan]], 1.0, made=made)
    assert order.item_indices.tolist() == [[2, 1, 0, -1], [0, -1, -1, -1]]
    assert len(model.prompts) == 1


def test_it_is_told_what_was_liked_last_in_the_order_in_which_it_was():
    ratings = np.array([[5, 2, 4, 5, 0, 0]], float)
    made = dataset([()] * 6, ratings=ratings)
    told = []
    model = ScriptedRanker(lambda liked, title: told.append(tuple(liked)) or 0.0)
    batch = Batch(made.interactions, ("",), np.array([0, 3, 2, 1], np.int32))
    ranked(model, [[2.0, 1.0]], 1.0, made=made, batch=batch, k=2)
    assert set(told) == {("Item 2", "Item 3", "Item 0")}  # the 2 was no liking


def test_implicit_feedback_is_liking_and_no_history_is_said():
    told = []
    model = ScriptedRanker(lambda liked, title: told.append(tuple(liked)) or 0.0)
    made = dataset_of(np.array([[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]))
    ranked(model, [[2.0, 1.0]] * 2, 1.0, made=made, k=2)
    assert set(told) == {("Item 0", "Item 1"), ()}
    assert model.prompts[1].raw.startswith("Of one person nothing is known.")


@given(st.permutations(list(range(20))), st.integers(0, 5))
def test_the_opinion_does_not_depend_on_the_order_of_the_candidates(order, seed):
    made = made_up_movies(4)
    model = ScriptedRanker(lambda liked, title: len(title) % 7)
    opinion = opinion_of(made, lambda: model, "labels", seed=seed)
    asked = dict(zip(range(20), opinion((1, 2), tuple(range(20))), strict=True))
    assert dict(zip(order, opinion((1, 2), tuple(order)), strict=True)) == asked
    assert model.prompts[0] == model.prompts[1]


def test_diversity_still_has_the_last_word():
    made = dataset([("Drama",), ("Drama",), ("Comedy",)])
    model = ScriptedRanker(lambda liked, title: LOGITS[title] * -1)
    stages = Greedy(
        [Preference(made, opinion_of(made, lambda: model, "labels")), Diversity(made.catalog)]
    )
    strengths = {STAGE: np.array([1.0]), "diversity": np.array([0.9])}
    order = (
        stages.rerank(batch_of(made), pools([[3.0, 2.0, 1.0]]), 3, strengths)
        .item_indices[0]
        .tolist()
    )
    assert order == [0, 2, 1]


@pytest.mark.parametrize(
    ("form", "remedy"),
    [
        ("labels", "cannot rank by labels.*use the embedded"),
        ("titles", "cannot rank by titles.*transf"),
    ],
)
def test_a_model_that_cannot_score_is_refused_with_what_can(form, remedy):
    with pytest.raises(GenerationError, match=remedy):
        ranked(ScriptedLanguageModel(["x"]), [[2.0, 1.0]], 1.0, form=form)


def test_the_prompt_speaks_of_what_the_catalog_holds():
    made = dataset([()] * 2)
    books = replace(
        made, catalog=replace(made.catalog, noun="book", titles=("Emma", "Middlemarch"))
    )
    model = ScriptedRanker(lambda liked, title: 0.0)
    ranked(model, [[2.0, 1.0]], 1.0, made=books)
    assert model.prompts[0].raw.endswith("The letter of the book that this person likes next:")


@given(
    st.lists(st.floats(-5, 5, width=32), min_size=25, max_size=25),
    st.integers(1, 25),
    st.sampled_from([0.0, 0.1, 0.5, 1.0]),
    st.integers(0, 20),
)
def test_it_keeps_the_promises_of_a_reranker(scores, k, strength, missing):
    descending = sorted(scores, reverse=True)
    pool = [*descending[: 25 - missing], *[float("nan")] * missing]
    model = ScriptedRanker(lambda liked, title: len(title) * 7 % 11 + int(title[-1]))
    first, again = (ranked(model, [pool], strength, k=k) for _ in range(2))
    listed = [item for item in first.item_indices[0].tolist() if item >= 0]
    assert len(listed) == len(set(listed)) == min(k, 25 - missing)
    assert set(listed) <= set(range(25 - missing))
    assert first.item_indices.tolist() == again.item_indices.tolist()
    assert [first.scores[0][place] for place in range(len(listed))] == [
        np.float32(pool[item]) for item in listed
    ]
    if not strength:
        assert listed == list(range(len(listed)))
