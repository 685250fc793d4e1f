"""The person's leaning toward a director or an actor of the item: how many liked items are theirs.
Needs metadata."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.evidence.affinity import MIN_LIKED
from recsys_rag.evidence.history import feedback_of, liked_items
from recsys_rag.evidence.strength import between, wilson_lower
from recsys_rag.types import Evidence, ResolvedQuery

ROLES = ("director", "actors")  # metadata columns
_MIN_COUNT = 2
_MIN_LIFT = 3.0
# films of one person, and their share, that are together a reason as good as any
_STRONG, _LARGE = 5, 0.2


class PersonEvidence:
    """States "3 of the 14 films you liked were directed by Agnes Thorold, who directed 8 of the 60
    in the catalog".

    Stated where at least two liked items are theirs, no fewer than half of their items in the
    history were liked, and their share among the liked is beyond chance above, and at least three
    times, that of the catalog. At most one fact an item and a role: the person with most liked
    items, ties by the order of the credits. The item itself is not counted.
    """

    kind = "person"

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._items_of = {role: _items_of(dataset.catalog.metadata.get(role, ())) for role in ROLES}

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
            for role in ROLES:
                yield from self._of_role(item, role, liked, seen)

    def _of_role(self, item: int, role: str, liked: set[int], seen: set[int]) -> Iterator[Evidence]:
        counted = []
        for place, name in enumerate(self._dataset.catalog.people(item, role)):
            theirs = self._items_of[role][name] - {item}
            count = len(liked & theirs)
            if self._is_distinct(count, len(liked - {item}), theirs, seen):
                counted.append((-count, place, name))
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

    def _stated(self, item: int, role: str, name: str, count: int, of: int) -> Evidence:
        dataset = self._dataset
        item_id, feedback = dataset.items.id(item), feedback_of(dataset)
        in_catalog = len(self._items_of[role][name])
        films = f"{count} of the {of} {dataset.catalog.noun}s you {feedback}"
        theirs = f"{in_catalog} of the {dataset.n_items} in the catalog"
        said = (
            f"{films} were directed by {name}, who directed {theirs}"
            if role == "director"
            else f"{name} is in the cast of {films}, and of {theirs}"
        )
        return Evidence(
            self.kind,
            item_id,
            {
                "person": name,
                "role": role,
                "liked": count,
                "of": of,
                "in_catalog": in_catalog,
                "catalog": dataset.n_items,
                "feedback": feedback,
            },
            f"catalog {role} of item {item_id}; {count} of {of} liked items of the history; {theirs}",
            said,
            between(0.3, 0.9, ((count - 1) / (_STRONG - 1) + count / of / _LARGE) / 2),
        )


def _items_of(column: Iterable[tuple[str, ...]]) -> Mapping[str, set[int]]:
    """Return which items each name of a metadata column stands at.

    >>> _items_of([("Orla Venn",), (), ("Hal Brandiger", "Orla Venn")])
    {'Orla Venn': {0, 2}, 'Hal Brandiger': {2}}
    """
    found: dict[str, set[int]] = {}
    for item, names in enumerate(column):
        for name in names:
            found.setdefault(name, set()).add(item)
    return found
