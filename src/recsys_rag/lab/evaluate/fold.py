"""One division of the data, ready to be measured on: what is learned from, folded in, asked for.
Cuts nothing itself."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset
from recsys_rag.lab.evaluate.passport import Passport
from recsys_rag.types import Batch


@dataclass(frozen=True)
class Fold:
    """What a protocol made of the data. The three datasets have the same users and items under the
    same indices.

    Retrievers are fitted on `train`; `history` is folded in; `known` is kept out of the lists;
    `test` is what was held out. `history` is `known` but in `rb`, where RecBole's models see train
    only, and validation items are just not shown.
    """

    protocol: str
    part: str  # "test" or "validation"
    train: Dataset
    history: Dataset
    known: Dataset
    test: Dataset
    # (n_users,) seconds: when each user is asked; None without timestamps
    asked_at: NDArray[np.int64] | None
    # a held-out item is relevant from this rating on; None = whatever the rating
    relevant_from: float | None
    users: NDArray[np.int64]  # rows of the users that are evaluated, ascending
    passport: Passport

    def batch(
        self,
        rows: NDArray[np.int64] | None = None,
        max_ratings: int | None = None,
        shortened: Literal["first", "last"] | None = None,
    ) -> Batch:
        """Return the queries of these users (rows of the dataset; None = all that are evaluated),
        in this order.

        `max_ratings` leaves each history the user's first or last ratings in time, in file order
        where there are no times; `shortened` says which, None = those of the protocol
        (`passport.shortened`): where what is held out came after the history, the last are what a
        person with so few ratings has at the moment of asking.
        """
        rows = self.users if rows is None else rows
        starts = self.history.interactions.indptr.astype(np.int64)
        counts = starts[rows + 1] - starts[rows]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        places = np.repeat(starts[rows], counts) + within
        # how many ratings came after each
        backwards = np.repeat(counts, counts) - 1 - self._turn[places]
        if max_ratings is not None:
            from_end = (shortened or self.passport.shortened) == "last"
            kept = (backwards if from_end else self._turn[places]) < max_ratings
            counts = np.minimum(counts, max_ratings)
            places = places[kept]
            backwards = (
                backwards[kept] if from_end else np.repeat(counts, counts) - 1 - self._turn[places]
            )
        histories = sparse.csr_array(
            (
                self.history.interactions.data[places],
                self.history.interactions.indices[places].astype(np.int32),
                np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
            ),
            shape=(len(rows), self.history.n_items),
        )
        dated = self.history.timestamps is not None
        return Batch(
            histories,
            ("",) * len(rows),
            backwards.astype(np.int32) if dated else None,
            None if self.asked_at is None else self.asked_at[rows],
        )

    @cached_property
    def _turn(self) -> NDArray[np.int64]:
        """How many ratings of the same user came before each one of `history`, aligned with
        `interactions.data`."""
        history = self.history
        users = np.repeat(np.arange(history.n_users), np.diff(history.interactions.indptr))
        times = (
            np.zeros(history.n_ratings, np.int64)
            if history.timestamps is None
            else history.timestamps
        )
        turn = np.empty(history.n_ratings, np.int64)
        turn[np.lexsort((history.rows, times, users))] = (
            np.arange(history.n_ratings) - history.interactions.indptr[users]
        )
        return turn

    @cached_property
    def relevant(self) -> sparse.csr_array:
        """The relevant held-out items of the evaluated users, (len(users), n_items), sorted
        indices."""
        return relevant_of(self.test, self.relevant_from)[self.users]

    @cached_property
    def history_lengths(self) -> NDArray[np.int64]:
        """How many ratings the history of each evaluated user has, (len(users),)."""
        return np.diff(self.history.interactions.indptr)[self.users].astype(np.int64)


def relevant_of(test: Dataset, relevant_from: float | None) -> sparse.csr_array:
    """Return the held-out ratings that count as relevant, (n_users, n_items)."""
    if relevant_from is None:
        return test.interactions
    return test.replace_rows(test.interactions.data >= relevant_from).interactions
