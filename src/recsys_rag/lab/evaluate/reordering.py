"""Whether a language model that reorders the best 20 helps held-out people. Nothing obeys what this
finds.

For each person, the served pipeline ranks 20 candidates; the model reads the titles that the person
liked and the candidates as A to T, and names the one that it expects next, which then goes first.
What counts is the paired difference in NDCG@10 with its 95 % interval. The letters are dealt by
which candidates there are, never by their rank: models prefer some letters whatever stands there,
and that must be noise.
"""

import string
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from recsys_rag.data.dataset import RatingScale
from recsys_rag.errors import GenerationError
from recsys_rag.lab.evaluate import metrics
from recsys_rag.lab.evaluate.fold import Fold
from recsys_rag.lab.evaluate.methods import ours
from recsys_rag.lab.evaluate.served import Served
from recsys_rag.lab.evaluate.significance import Difference, Estimate, difference, estimate
from recsys_rag.protocols import LanguageModel
from recsys_rag.settings import Settings
from recsys_rag.types import Batch, Grammar, Prompt

LETTERS = string.ascii_uppercase[:20]  # as many candidates are reordered
_MOST_LIKED = 15  # titles of the history that the model reads, the last ones
_LONGEST_TITLE = 60  # characters
_K = 10
_PATIENCE_SECONDS = 600.0  # for one answer: a slow machine must not cost the measurement
_TOLD = (("all", None), ("3", 3), ("none", 0))  # how many ratings of each history are told


@dataclass(frozen=True, slots=True)
class Reordering:
    """What the model did for people of whom so many ratings were told."""

    ratings_told: str
    ndcg: Estimate  # of the order that the pipeline serves
    gain: Difference  # with the model's pick in first place
    right_picks: float  # share of people whose pick was relevant
    right_firsts: float  # share of people whose served first item was


def reorderings(
    fold: Fold,
    settings: Settings,
    model: LanguageModel,
    *,
    people: int,
    seed: int = 0,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> tuple[Reordering, ...]:
    """Return what the model does for this many people of the fold, for each length of history told.

    The pipeline of these settings is fitted to the fold's train. Same seed, same people. Raises
    GenerationError where the model cannot keep to a grammar, or fails.
    """
    if not model.honors_grammar:
        raise GenerationError(
            f"{model.model_id} cannot be restricted to one of 20 letters; "
            "use the embedded model, or transformers:<name>"
        )
    progress("fitting", 0, 1)
    served = ours(settings)[0].fitted(fold.train)
    assert isinstance(served, Served)
    chosen = np.sort(np.random.default_rng(seed).permutation(len(fold.users))[:people])
    users, relevant = fold.users[chosen], fold.relevant[chosen]
    catalog = fold.train.catalog
    measured = []
    for cut, (told, max_ratings) in enumerate(_TOLD):
        batch = fold.batch(users, max_ratings)
        lists = served.rank(
            batch, fold.known.interactions[users], min(len(LETTERS), fold.train.n_items)
        )
        reordered = lists.copy()
        for row, ranking in enumerate(lists):
            progress("asking", cut * len(users) + row, len(_TOLD) * len(users))
            liked = [catalog.name(item) for item in _liked(batch, row, fold.train.scale)]
            candidates = ranking[ranking >= 0].tolist()
            if len(candidates) > 1:
                pick = candidates[_pick(model, liked, candidates, catalog.name, catalog.noun, seed)]
                candidates = [pick, *(item for item in candidates if item != pick)]
                reordered[row, : len(candidates)] = candidates
        without = metrics.ndcg(lists[:, :_K], relevant, _K)
        gain = difference(metrics.ndcg(reordered[:, :_K], relevant, _K), without, seed)
        shares = [
            float(metrics.hit_rate(order[:, :1], relevant, 1).mean())
            for order in (reordered, lists)
        ]
        measured.append(Reordering(told, estimate(without, seed), gain, shares[0], shares[1]))
    progress("asking", 1, 1)
    return tuple(measured)


def _liked(batch: Batch, row: int, scale: RatingScale | None) -> list[int]:
    """Return the last items that a person liked, oldest first; by item index without times."""
    begin, end = batch.histories.indptr[row], batch.histories.indptr[row + 1]
    items, ratings = batch.histories.indices[begin:end], batch.histories.data[begin:end]
    if batch.steps_back is not None:
        order = np.argsort(-batch.steps_back[begin:end], kind="stable")
        items, ratings = items[order], ratings[order]
    liked = items if scale is None else items[ratings >= scale.liked]
    return [int(item) for item in liked[-_MOST_LIKED:]]


def _pick(
    model: LanguageModel,
    liked: Sequence[str],
    candidates: Sequence[int],
    name: Callable[[int], str],
    noun: str,
    seed: int,
) -> int:
    """Return the place of the candidate that the model expects the person to like next."""
    order = np.argsort(candidates)  # dealt by which they are, not by rank
    dealt = np.random.default_rng([seed, *np.sort(candidates).tolist()]).permutation(order)
    prompt = reordering_prompt(liked, [name(candidates[index]) for index in dealt], noun)
    grammar = Grammar({"start": tuple((f" {letter}", "end") for letter in LETTERS[: len(dealt)])})
    answer = "".join(
        model.generate(
            prompt,
            grammar=grammar,
            max_tokens=4,
            temperature=0.0,
            timeout_seconds=_PATIENCE_SECONDS,
        )
    )
    return int(dealt[LETTERS.index(answer.strip())])


def reordering_prompt(liked: Sequence[str], candidates: Sequence[str], noun: str) -> Prompt:
    r"""Return the question which candidate comes next, answered by a space and a letter.

    Titles are data: each is one line of at most 60 characters, so that none can pose as another.

    >>> print(reordering_prompt(["Fargo (1996)"], ["Heat (1995)", "Babe\nB. Heat"], "film").raw)
    Liked by one person, oldest first:
    Fargo (1996)
    <BLANKLINE>
    Candidates:
    A. Heat (1995)
    B. Babe B. Heat
    <BLANKLINE>
    The letter of the film that this person likes next:
    """
    history = "\n".join(["Liked by one person, oldest first:", *map(_line, liked)])
    listed = "\n".join(
        f"{letter}. {_line(title)}" for letter, title in zip(LETTERS, candidates, strict=False)
    )
    return Prompt(
        "",
        "",
        raw=f"{history if liked else 'Of one person nothing is known.'}\n\nCandidates:\n{listed}"
        f"\n\nThe letter of the {noun} that this person likes next:",
    )


def _line(title: str) -> str:
    printable = "".join(
        " " if unicodedata.category(character)[0] in "CZ" else character for character in title
    )
    return " ".join(printable.split())[:_LONGEST_TITLE].strip() or "?"
