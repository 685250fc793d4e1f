"""The gate: an oracle that helps short histories only, a model that helps nobody, and who is asked
at all."""

import time
import zlib
from dataclasses import replace

import numpy as np
import pytest

from recsys_rag.errors import EvaluationError, GenerationError
from recsys_rag.lab.evaluate.gate import STRENGTHS, Remembered, Trial, gate, judged, trial_of
from recsys_rag.lab.evaluate.gate_people import AS_THEY_ARE, in_turn, people_of
from recsys_rag.lab.evaluate.methods import ours
from recsys_rag.lab.evaluate.metrics import ndcg
from recsys_rag.lab.evaluate.protocols import protocol
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.testing.ranking_models import ScriptedRanker

SETTINGS = from_mapping({"retrieve": {"encoder": "none"}, "rerank": {"model": "scripted"}})
MOVIES = made_up_movies(150)
FOLD = protocol("seed").validation(MOVIES)
SHORT = ("0", "1-5", "6-20")


def noise(liked, title):
    return zlib.crc32(f"{liked}{title}".encode()) / 2**32


def told_of(user):
    """Return every sequence of liked titles that a prompt may hold of a user, cut from either end,
    and what is held out."""
    history, row = FOLD.history, slice(*FOLD.history.interactions.indptr[user : user + 2])
    items, ratings, times = (
        of[row]
        for of in (history.interactions.indices, history.interactions.data, history.timestamps)
    )
    order = np.lexsort((items, times))
    names = [(FOLD.train.catalog.name(int(items[at])), ratings[at] >= 4) for at in order]
    held_out = {
        FOLD.train.catalog.name(int(item)) for item in FOLD.test.interactions[[user]].indices
    }
    for n in range(len(names) + 1):
        for part in (names[:n], names[len(names) - n :]):
            yield n, tuple(name for name, liked in part if liked)[-15:], held_out


@pytest.fixture(scope="module")
def oracle():
    """A model that knows what people with one to five ratings are waiting for, and guesses for all
    others."""
    known = {}
    for user in FOLD.users.tolist():
        for n, liked, held_out in told_of(user):
            if 1 <= n <= 5 and liked:
                known.setdefault(liked, set()).update(held_out)
    for user in FOLD.users.tolist():
        for n, liked, _ in told_of(user):
            if n > 5:
                known.pop(liked, None)
    return ScriptedRanker(
        lambda liked, title: (
            float(title in known[tuple(liked)]) if tuple(liked) in known else noise(liked, title)
        )
    )


@pytest.mark.parametrize("form", ["labels", "titles"])
def test_a_model_that_helps_short_histories_only_is_on_for_these_only(oracle, form):
    verdict = gate(MOVIES, SETTINGS, oracle, form=form, users=60)
    assert [one.length for one in verdict.bins][:3] == ["0", "1-5", "6-20"]
    assert [one.length for one in verdict.bins if one.is_on] == ["1-5"]
    helped = verdict.bins[1]
    assert helped.difference == pytest.approx(helped.with_stage - helped.without)
    assert helped.low > 0.05
    assert (verdict.strength("1-5"), verdict.strength("6-20"), verdict.strength(">100")) == (
        helped.strength,
        0.0,
        0.0,
    )


def test_a_model_that_helps_nobody_is_on_nowhere():
    verdict = gate(MOVIES, SETTINGS, ScriptedRanker(noise), users=60)
    assert len(verdict.bins) >= 3
    assert not verdict.is_on


def test_the_passport_says_what_the_verdict_is_about():
    model = ScriptedRanker(noise, weights="of these files")
    verdict = gate(MOVIES, SETTINGS, model, users=9, lengths=["0"], seed=3)
    assert (verdict.model, verdict.weights_hash) == ("scripted", model.weights_hash())
    assert (verdict.content_hash, verdict.pipeline_hash) == (
        MOVIES.content_hash,
        SETTINGS.pipeline_hash(),
    )
    assert (verdict.protocol, verdict.passport, verdict.seed) == ("seed", FOLD.passport.key, 3)
    # every third of nine chose
    assert [(one.length, one.people) for one in verdict.bins] == [("0", 6)]


def test_two_runs_with_one_seed_find_the_same():
    first, again = (
        gate(MOVIES, SETTINGS, ScriptedRanker(noise), users=12, lengths=SHORT, seed=5)
        for _ in range(2)
    )
    assert replace(first, seconds=0.0) == replace(again, seconds=0.0)
    assert (
        first.bins
        != gate(MOVIES, SETTINGS, ScriptedRanker(noise), users=12, lengths=SHORT, seed=6).bins
    )


def test_without_the_stage_it_is_the_pipeline_that_evaluate_measures():
    trial = trial_of(FOLD, SETTINGS, lambda liked, candidates: np.zeros(len(candidates)))
    everybody = people_of(FOLD, 10**6, ["6-20"])[0]
    own = everybody[everybody.cuts == AS_THEY_ARE]
    served = ours(SETTINGS)[0].fitted(FOLD.train)
    rows = FOLD.users[own.places]
    lists = served.rank(FOLD.batch(rows), FOLD.known.interactions[rows], 10)
    np.testing.assert_array_equal(trial.ndcg(own, 0.0), ndcg(lists, FOLD.relevant[own.places], 10))


def test_the_strength_is_chosen_on_other_people_than_those_who_judge():
    people = people_of(FOLD, 30, ["6-20"])[0]
    gains = dict(
        zip(people.places.tolist(), [1.0, -0.5, -0.5] * 10, strict=True)
    )  # who chooses gains, who judges loses

    class Scripted(Trial):
        def ndcg(self, people, strength):
            return np.array([0.5 + 0.4 * strength * gains[one] for one in people.places.tolist()])

    found = judged(Scripted(FOLD, None), people)
    assert (found.strength, found.people) == (STRENGTHS[-1], 20)
    assert found.difference == pytest.approx(-0.2)
    assert not found.is_on


def test_people_of_a_length_come_first_and_others_are_cut_to_it():
    groups = people_of(FOLD, 40, seed=2)
    assert [len(one) for one in groups[:3]] == [40, 40, 40]
    for group in groups:
        assert len(set(group.places.tolist())) == len(group)
        lengths = FOLD.history_lengths[group.places]
        as_they_are = group.cuts == AS_THEY_ARE
        asked = np.where(as_they_are, lengths, group.cuts)
        low, high = {
            "0": (0, 0),
            "1-5": (1, 5),
            "6-20": (6, 20),
            "21-100": (21, 100),
            ">100": (101, 10**9),
        }[group.length]
        assert ((asked >= low) & (asked <= high)).all()
        assert (lengths[~as_they_are] > high).all()
    assert not groups[2].n_cut  # most people of this data have 6 to 20
    assert groups[0].n_cut == 40
    batch = FOLD.batch(FOLD.users[groups[0].places], 0)
    assert batch.histories.nnz == 0


def test_who_has_little_time_asks_about_all_lengths_alike():
    # 10 ms a question
    model = ScriptedRanker(lambda liked, title: time.sleep(0.0005) or noise(liked, title))
    told = []
    verdict = gate(
        MOVIES,
        SETTINGS,
        model,
        users=40,
        lengths=SHORT,
        seconds=0.6,
        expect=lambda *one: told.append(one),
    )
    assert 0 < len(model.prompts) < 120
    people = [one.people for one in verdict.bins]
    assert max(people) - min(people) <= 1
    assert told[0][0] == 120
    assert told[0][1] > 0


def test_a_question_is_asked_once_whatever_is_tried():
    model = ScriptedRanker(noise)
    gate(MOVIES, SETTINGS, model, users=12, lengths=SHORT)
    asked = [one.raw for one in model.prompts]
    assert len(asked) == len(set(asked)) <= 36


def test_an_opinion_is_remembered_for_its_own_question():
    asked = []
    opinion = Remembered(
        lambda liked, candidates: asked.append((liked, candidates)) or np.array([float(len(asked))])
    )
    assert [opinion(*one)[0] for one in (((1,), (2,)), ((1,), (2,)), ((), (2,)), ((1,), (3,)))] == [
        1.0,
        1.0,
        2.0,
        3.0,
    ]


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"model": ScriptedLanguageModel(["x"])}, GenerationError, "cannot rank by labels"),
        ({"model": ScriptedRanker(noise, error="out of memory")}, GenerationError, "out of memory"),
        ({"by": "u1"}, EvaluationError, "rating prediction"),
        ({"settings": from_mapping({"preset": "seed"})}, EvaluationError, "nothing to switch on"),
    ],
)
def test_what_cannot_be_judged_is_refused(changes, error, says):
    asked = {
        "dataset": MOVIES,
        "settings": SETTINGS,
        "model": ScriptedRanker(noise),
        "users": 6,
        **changes,
    }
    with pytest.raises(error, match=says):
        gate(**asked)


def test_nobody_is_asked_twice_in_a_row_while_others_wait():
    groups = people_of(FOLD, 5, SHORT)
    assert [group for group, _ in in_turn(groups)] == [0, 1, 2] * 5
