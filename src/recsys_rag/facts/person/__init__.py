"""Person: the leaning toward a director or an actor of the item, by how many liked items are
theirs. Needs metadata."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.fact import Fact, Named
from recsys_rag.facts._history import feedback_of, liked_items
from recsys_rag.facts._leaning import MIN_LIKED, Feedback
from recsys_rag.facts._strength import between, wilson_lower
from recsys_rag.facts.kind import Kind
from recsys_rag.facts.person.phrases import PHRASES
from recsys_rag.facts.person.reading import READING
from recsys_rag.facts.person.recount import objection, recount
from recsys_rag.types import Evidence, ResolvedQuery

_MIN_COUNT = 2
_MIN_LIFT = 3.0
# items of one person, and their share, that are together a reason as good as any
_STRONG, _LARGE = 5, 0.2

Column = Literal["director", "actors"]  # of the metadata
COLUMNS: tuple[Column, ...] = ("director", "actors")


@dataclass(frozen=True, slots=True)
class PersonFact(Fact):
    """`n_liked` of the `n_history` liked items are theirs, and `n_theirs` of the `n_catalog` of the
    catalog."""

    kind = "person"
    person: str
    role: Column
    n_liked: int
    n_history: int
    n_theirs: int
    n_catalog: int
    feedback: Feedback

    @property
    def names(self) -> tuple[Named, ...]:
        return (Named(self.person, "person"),)

    @property
    def reasons(self) -> tuple[tuple[object, ...], ...]:
        return (("person", self.person),)


class _PersonEvidence:
    """States "3 of the 14 films you liked were directed by Agnes Thorold, who directed 8 of the 60
    in the catalog".

    Stated where at least two liked items are theirs, no fewer than half of their items in the
    history were liked, and their share among the liked is beyond chance above, and at least three
    times, that of the catalog. At most one fact an item and a role: the person with most liked
    items, ties by the order of the credits. The item itself is not counted.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        metadata = dataset.catalog.metadata
        self._items_by_name = {role: _items_by_name(metadata.get(role, ())) for role in COLUMNS}

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield at most one fact an item and role, in the order of `item_indices`; none for short
        histories."""
        liked = set(liked_items(resolved, self._dataset).tolist())
        if len(liked) < MIN_LIKED:
            return
        seen = set(resolved.item_indices.tolist())
        for item in item_indices.tolist():
            for role in COLUMNS:
                yield from self._in_role(item, role, liked, seen)

    def _in_role(
        self, item: int, role: Column, liked: set[int], seen: set[int]
    ) -> Iterator[Evidence]:
        counted = []
        for rank, name in enumerate(self._dataset.catalog.people(item, role)):
            theirs = self._items_by_name[role][name] - {item}
            count = len(liked & theirs)
            if self._is_distinct(count, len(liked - {item}), theirs, seen):
                counted.append((-count, rank, name))
        if counted:
            count, _, name = min(counted)
            yield self._stated(item, role, name, -count, len(liked - {item}))

    def _is_distinct(self, count: int, of: int, theirs: set[int], seen: set[int]) -> bool:
        share = len(theirs) / self._dataset.n_items
        return (
            count >= _MIN_COUNT
            and 2 * count >= len(seen & theirs)
            and count >= _MIN_LIFT * share * of
            and wilson_lower(count, of) > share
        )

    def _stated(self, item: int, role: Column, name: str, count: int, of: int) -> Evidence:
        dataset = self._dataset
        item_id, feedback = dataset.items.id(item), feedback_of(dataset)
        n_theirs = len(self._items_by_name[role][name])
        own = f"{count} of the {of} {dataset.catalog.noun}s you {feedback}"
        theirs = f"{n_theirs} of the {dataset.n_items} in the catalog"
        statement = (
            f"{own} were directed by {name}, who directed {theirs}"
            if role == "director"
            else f"{name} is in the cast of {own}, and of {theirs}"
        )
        return Evidence(
            item_id,
            PersonFact(name, role, count, of, n_theirs, dataset.n_items, feedback),
            f"catalog {role} of item {item_id}; {count} of {of} liked items of the history; "
            f"{theirs}",
            statement,
            between(0.3, 0.9, ((count - 1) / (_STRONG - 1) + count / of / _LARGE) / 2),
        )


def _items_by_name(column: Iterable[tuple[str, ...]]) -> Mapping[str, set[int]]:
    """Return which items each name of a metadata column stands at.

    >>> _items_by_name([("Orla Venn",), (), ("Hal Brandiger", "Orla Venn")])
    {'Orla Venn': {0, 2}, 'Hal Brandiger': {2}}
    """
    items: dict[str, set[int]] = {}
    for item, names in enumerate(column):
        for name in names:
            items.setdefault(name, set()).add(item)
    return items


KIND = Kind(
    PersonFact,
    lambda parts: _PersonEvidence(parts.dataset),
    PHRASES,
    READING,
    recount,
    (
        PersonFact("Kit Osei", "director", 3, 14, 5, 60, "liked"),
        PersonFact("Kit Osei", "director", 6, 6, 7, 60, "liked"),
        PersonFact("Rhea Landau", "actors", 2, 9, 8, 60, "chose"),
    ),
    objection,
)
