"""Simulated people who answer back: each has one film in mind that was held out, is told attributes
of what is shown, never what it is scored by, and says one true difference a turn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys_rag.conversation import Conversation
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import QueryError
from recsys_rag.recommender import Recommender
from recsys_rag.types import Candidate, Query

_STRENGTHS = {"violence": "violent", "scares": "scary", "sadness": "sad"}
_VALUES = {"moods": "something {}", "themes": "about {}", "features": "with {}"}
STRATEGIES = ("none", "random", "true")


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks, and the film in mind (an item index), which is not in the data of the fit."""

    user_id: str
    target: int


@dataclass(slots=True)
class Outcome:
    """By strategy: in which list a person's film came, 0 = the first, None = in none."""

    found_at: dict[str, list[int | None]] = field(default_factory=dict)

    def success(self, strategy: str, n_turns: int) -> NDArray[np.bool_]:
        """Return for each person whether the film came within so many turns after the first list,
        (n_people,)."""
        return np.array(
            [place is not None and place <= n_turns for place in self.found_at[strategy]]
        )


def held_out(dataset: Dataset) -> tuple[Dataset, list[Person]]:
    """Return the data without the last liked film of each person, and who had which; a person
    without one stays away."""
    matrix, times = dataset.interactions, dataset.timestamps
    liked = dataset.scale.liked if dataset.scale else 0.0
    keep, people = np.ones(matrix.nnz, bool), []
    for user in range(dataset.n_users):
        rows = np.arange(matrix.indptr[user], matrix.indptr[user + 1])
        rows = rows[matrix.data[rows] >= liked]
        if len(rows):
            order = rows if times is None else np.lexsort((dataset.rows[rows], times[rows]))
            last = rows[order[-1]] if times is not None else rows[-1]
            keep[last] = False
            people.append(Person(dataset.users.id(user), int(matrix.indices[last])))
    return dataset.replace_rows(keep), people


def converse(
    recommender: Recommender, people: Sequence[Person], *, n_turns: int = 3, k: int = 10
) -> Outcome:
    """Let each person talk by each strategy: "none" asks for the next k, "true" says a difference
    between the list and the film, "random" says one of any film. What was shown does not come
    again, for all alike."""
    outcome, rng = Outcome({name: [] for name in STRATEGIES}), np.random.default_rng(0)
    for person in people:
        others = int(rng.integers(recommender.dataset.n_items))
        for strategy in STRATEGIES:
            wanted = others if strategy == "random" else person.target
            told = None if strategy == "none" else wanted
            place = _found_at(recommender, person, told, n_turns, k, np.random.default_rng(wanted))
            outcome.found_at[strategy].append(place)
    return outcome


def _found_at(
    recommender: Recommender,
    person: Person,
    told: int | None,
    n_turns: int,
    k: int,
    rng: np.random.Generator,
) -> int | None:
    ranker, catalog = recommender.flow.ranker, recommender.dataset.catalog
    conversation, shown = Conversation(), list[str]()
    for n_turn in range(n_turns + 1):
        resolved = ranker.resolve(Query(user_id=person.user_id, k=k, exclude=tuple(shown)))
        listed: Sequence[Candidate] = ()
        while not listed:
            try:
                listed = ranker.candidates(ranker.continued(resolved, conversation), k)
            except QueryError:  # nothing is left that fits: the last word is taken back
                if not conversation.critiques:
                    return None
                conversation = conversation.back()
        items = [one.item_index for one in listed]
        if person.target in items:
            return n_turn
        shown += [one.item_id for one in listed]
        conversation = conversation.shown(items)
        words = list(_differences(catalog, items, told)) if told is not None else []
        said = {critique.words for critique in conversation.critiques}
        new = [one for one in words if one not in said]
        if new:
            conversation = recommender.converse(conversation, new[int(rng.integers(len(new)))])
    return None


def _differences(catalog: Catalog, items: Sequence[int], target: int) -> list[str]:
    """Return all that can truly be said of how a film differs from most of a list."""
    half = len(items) / 2
    said: list[str] = []
    genres = [set(catalog.genres[item]) for item in items]
    for genre in sorted(set().union(*genres) | set(catalog.genres[target])):
        n_having = sum(genre in its for its in genres)
        if genre in catalog.genres[target] and n_having < half:
            said.append(f"a {genre.lower()}")
        elif genre not in catalog.genres[target] and n_having > half:
            said.append(f"no {genre.lower()}")
    for column, words in _VALUES.items():
        if isinstance(texts := catalog.attributes.get(column), tuple):
            had = [texts[item] for item in items]
            said += [
                words.format(value)
                for value in texts[target]
                if sum(value in its for its in had) < half
            ]
    for values, more, less in (
        (catalog.years, "newer than {}", "older than {}"),
        (catalog.runtimes, "longer than {}", "shorter than {}"),
    ):
        said += _compared(values, items, target, more, less, missing=0)
    for column, word in _STRENGTHS.items():
        levels = catalog.attributes.get(column)
        if isinstance(levels, np.ndarray):
            said += _compared(
                levels, items, target, f"more {word} than {{}}", f"less {word} than {{}}"
            )
    return said


def _compared(
    values: NDArray[Any],
    items: Sequence[int],
    target: int,
    more: str,
    less: str,
    missing: float = float("nan"),
) -> list[str]:
    """Return the comparison with the item in the middle of those that the film is beyond, where
    these are most of the list."""
    own = float(values[target])

    def is_known(value: float) -> bool:
        return value == value and value != missing

    if not is_known(own):
        return []
    known = [(float(values[item]), rank) for rank, item in enumerate(items, 1)]
    known = sorted(one for one in known if is_known(one[0]))
    below = [one for one in known if one[0] < own]
    above = [one for one in known if one[0] > own]
    for beyond, words in ((below, more), (above, less)):
        if len(beyond) > len(items) / 2:
            return [words.format(beyond[len(beyond) // 2][1])]
    return []
