"""Whom the gate asks about: some people of each length of history, and people cut short where it
has too few. Ranks nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.fuse.bins import BIN_NAMES, bins_of_lengths
from recsys_rag.lab.evaluate.fold import Fold

AS_THEY_ARE = -1
# numbers of ratings that stand for a length, in turn
_CUTS = ((0,), (1, 3, 5), (6, 12, 20), (21, 50, 100), ())


@dataclass(frozen=True, slots=True)
class People:
    """Some people of one length of history, in a random order."""

    length: str  # a name of BIN_NAMES
    places: NDArray[np.int64]  # (n,) in fold.users, nobody twice
    cuts: NDArray[np.int64]  # (n,) to how many ratings each is cut; -1 = as they are

    def __len__(self) -> int:
        return len(self.places)

    def first(self, n: int) -> "People":
        """Return the first n of them."""
        return self[np.arange(min(n, len(self)))]

    def __getitem__(self, which: NDArray[np.integer] | NDArray[np.bool_]) -> "People":
        return People(self.length, self.places[which], self.cuts[which])

    @property
    def n_cut(self) -> int:
        return int((self.cuts != AS_THEY_ARE).sum())


def people_of(
    fold: Fold, users: int, lengths: Sequence[str] = BIN_NAMES, seed: int = 0
) -> tuple[People, ...]:
    """Return at most `users` people for each of these lengths of history, shortest first; lengths
    that nobody has are left out.

    People who have so many ratings come first; where they are too few, people with more are cut to
    as many, as the protocol cuts them (`Fold.batch`), so one person may stand for several lengths.
    Same seed, same people.
    """
    found = (
        _of_length(fold, BIN_NAMES.index(length), users, seed)
        for length in BIN_NAMES
        if length in lengths
    )
    return tuple(one for one in found if len(one))


def _of_length(fold: Fold, place: int, users: int, seed: int) -> People:
    rng = np.random.default_rng([seed, place])
    lengths = fold.history_lengths
    own = rng.permutation(np.flatnonzero(bins_of_lengths(lengths) == place))[:users]
    places, cuts = [own], [np.full(len(own), AS_THEY_ARE)]
    if _CUTS[place]:
        longer = rng.permutation(np.flatnonzero(bins_of_lengths(lengths) > place))[
            : users - len(own)
        ]
        places.append(longer)
        cuts.append(np.resize(np.array(_CUTS[place]), len(longer)))
    order = rng.permutation(sum(map(len, places)))
    return People(
        BIN_NAMES[place],
        np.concatenate(places).astype(np.int64)[order],
        np.concatenate(cuts).astype(np.int64)[order],
    )


def in_turn(groups: Sequence[People]) -> Iterator[tuple[int, People]]:
    """Yield (group, one person) evenly over the groups, so that whoever stops early has asked about
    each alike.

    >>> one, two = (People(name, np.arange(n), np.full(n, -1)) for name, n in (("0", 1), ("1-5", 2)))
    >>> [(group, int(person.places[0])) for group, person in in_turn([one, two])]
    [(0, 0), (1, 0), (1, 1)]
    """
    for turn in range(max(map(len, groups), default=0)):
        for group, people in enumerate(groups):
            if turn < len(people):
                yield group, people[np.array([turn])]
