"""A language model that reorders the best 20, measured on held-out people."""

import math
import re

import numpy as np
import pytest

from recsys_rag.errors import GenerationError
from recsys_rag.lab.evaluate.division_protocols import protocol
from recsys_rag.lab.evaluate.methods import ours
from recsys_rag.lab.evaluate.reordering import LETTERS, Reordering, reorderings
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import Prompt

SETTINGS = from_mapping({"retrieve": {"encoder": "none"}})
FOLD = protocol("seed").validation(made_up_movies())
NAMES = [FOLD.train.catalog.name(item) for item in range(FOLD.train.n_items)]


def listed(prompt: Prompt) -> dict[str, str]:
    """Return title -> letter, as a model reads the candidates."""
    return {title: letter for letter, title in re.findall(r"^([A-T])\. (.*)$", prompt.raw, re.M)}


def model_that_picks(choose) -> ScriptedLanguageModel:
    return ScriptedLanguageModel(lambda prompt: f" {choose(listed(prompt), prompt)}")


def measured(model, people=40, seed=0) -> tuple[Reordering, ...]:
    return reorderings(FOLD, SETTINGS, model, people=people, seed=seed)


def served_lists(people: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return the places of these people in the fold, and what is served at each length told."""
    chosen = np.sort(np.random.default_rng(0).permutation(len(FOLD.users))[:people])
    users, ranker = FOLD.users[chosen], ours(SETTINGS)[0].fitted(FOLD.train)
    known = FOLD.known.interactions[users]
    return chosen, [
        ranker.rank(FOLD.batch(users, told), known, len(LETTERS)) for told in (None, 3, 0)
    ]


def test_a_model_that_knows_what_was_held_out_gains_and_one_that_avoids_it_loses() -> None:
    chosen, lists = served_lists(30)
    relevant = [set(FOLD.relevant[[person]].indices.tolist()) for person in chosen]

    def picking(wants_relevant: bool) -> tuple[Reordering, ...]:
        questions = iter([(row, told[row]) for told in lists for row in range(len(chosen))])

        def choose(letters, prompt):
            row, ranking = next(questions)
            fitting = [item for item in ranking if (item in relevant[row]) == wants_relevant]
            return letters[NAMES[(fitting or ranking)[0]]]

        return measured(model_that_picks(choose), people=30)

    for knowing, avoiding in zip(picking(True), picking(False), strict=True):
        assert knowing.gain.low > 0 > avoiding.gain.high
        assert knowing.right_picks > knowing.right_firsts == avoiding.right_firsts
        assert avoiding.right_picks == 0.0


@pytest.mark.parametrize("place", [0, 4, 19])
def test_the_pick_goes_first_and_the_others_keep_their_order(place: int) -> None:
    chosen, lists = served_lists(8)
    served = iter([ranking for told in lists for ranking in told])
    outcomes = measured(
        model_that_picks(lambda letters, prompt: letters[NAMES[next(served)[place]]]), people=8
    )

    def dcg(ranking, relevant):  # Jarvelin and Kekalainen, binary gains, cut at 10
        return sum(
            1 / math.log2(rank + 1) for rank, item in enumerate(ranking[:10], 1) if item in relevant
        )

    for outcome, told in zip(outcomes, lists, strict=True):
        gains = []
        for person, ranking in zip(chosen, told.tolist(), strict=True):
            relevant = set(FOLD.relevant[[person]].indices.tolist())
            ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(relevant), 10) + 1))
            moved = [ranking[place], *ranking[:place], *ranking[place + 1 :]]
            gains.append((dcg(moved, relevant) - dcg(ranking, relevant)) / ideal)
        assert outcome.gain.mean == pytest.approx(np.mean(gains))
        if place == 0:
            assert outcome.right_picks == outcome.right_firsts
            assert (outcome.gain.low, outcome.gain.high) == (0.0, 0.0)


def test_letters_do_not_tell_the_rank_and_titles_stay_on_their_line() -> None:
    prompts: list[Prompt] = []

    def choose(letters, prompt):
        prompts.append(prompt)
        return "T"

    once, again = (measured(model_that_picks(choose), people=6) for _ in range(2))
    assert once == again  # same seed, same people, same letters
    for prompt in prompts:
        assert len(listed(prompt)) == len(LETTERS)
        assert all(
            len(line) <= 63 for line in prompt.raw.split("Candidates:")[1].splitlines()[1:21]
        )
    told_nothing = [prompt for prompt in prompts if "nothing is known" in prompt.raw]
    assert len(told_nothing) >= len(prompts) // 3  # who has liked nothing so far has none either


def test_a_model_that_cannot_be_held_to_a_letter_is_refused_by_name() -> None:
    model = ScriptedLanguageModel(["A"], honors_grammar=False, model_id="chatty")
    with pytest.raises(GenerationError, match="chatty cannot be restricted to one of 20 letters"):
        measured(model)


def test_a_model_that_fails_ends_the_measurement() -> None:
    with pytest.raises(GenerationError, match="out of memory"):
        measured(ScriptedLanguageModel([" A"], error="out of memory"))
