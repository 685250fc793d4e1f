"""What a refit learns from: the first data with feedback added and people left out; what is held
out; and whether a new version is worse than another. Touches no disk and no database."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag._serve.people import Given
from recsys_rag.data._order import at_places
from recsys_rag.data.dataset import Dataset, in_rows, users_of_ratings
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.recommender import Recommender
from recsys_rag.types import History, Query

MOST_HELD_OUT = 1_000  # people
_K = 10
_RESAMPLES = 2_000


@dataclass(frozen=True, slots=True)
class Said:
    """Where a person stands with an item after all that they said; rating None = none counts."""

    user_id: str
    item_id: str
    rating: float | None
    at: int  # seconds
    number: int  # of the last feedback


@dataclass(frozen=True, slots=True)
class Comparison:
    """NDCG@10 of held-out items by two versions, and the difference (new - old) with its 95 %
    interval by bootstrap over people; nan where nobody was held out."""

    people: int
    old: float
    new: float
    difference: float
    low: float
    high: float

    @property
    def is_worse(self) -> bool:
        """Say whether the new one is worse by more than chance."""
        return self.high < 0


def standing(
    rows: Sequence[tuple[str, str, str, float | None, int, int]], *, is_implicit: bool
) -> list[Said]:
    """Return where everybody stands with each item, from (user, item, kind, rating, at, number) in
    the order of saying. A liking without a rating is learned only where feedback is implicit:
    among ratings, it would become one that nobody gave.

    >>> rows = [("a", "i", "rating", 5.0, 1, 1), ("a", "i", "not_for_me", None, 2, 2)]
    >>> standing(rows, is_implicit=False)
    [Said(user_id='a', item_id='i', rating=None, at=2, number=2)]
    """
    latest: dict[tuple[str, str], Said] = {}
    for user_id, item_id, kind, rating, at, number in rows:
        if kind == "withdrawn":
            latest.pop((user_id, item_id), None)
        elif kind == "rating" or (kind == "liked" and is_implicit):
            latest[user_id, item_id] = Said(user_id, item_id, rating or 1.0, at, number)
        elif kind == "not_for_me":
            latest[user_id, item_id] = Said(user_id, item_id, None, at, number)
    return list(latest.values())


def held_out(said: Sequence[Said], liked: float, after: int) -> dict[str, Said]:
    """Return the last item that each person liked, where it was said after the feedback of this
    number and is not all that they said; of at most `MOST_HELD_OUT` people, the latest."""
    counts: dict[str, int] = {}
    last: dict[str, Said] = {}
    for one in said:
        counts[one.user_id] = counts.get(one.user_id, 0) + (one.rating is not None)
        if one.rating is not None and one.rating >= liked and one.number > after:
            before = last.get(one.user_id)
            if before is None or one.number > before.number:
                last[one.user_id] = one
    several = [one for user_id, one in last.items() if counts[user_id] > 1]
    several.sort(key=lambda one: -one.number)
    return {one.user_id: one for one in several[:MOST_HELD_OUT]}


def without_people(dataset: Dataset, user_ids: Collection[str]) -> Dataset:
    """Return the data without these people: neither their ratings nor their ids."""
    stays = np.array([user_id not in user_ids for user_id in dataset.users.ids], np.bool_)
    if stays.all():
        return dataset
    left = dataset.replace_rows(stays[users_of_ratings(dataset)])
    kept = np.flatnonzero(stays)
    return replace(
        left,
        users=Vocabulary(at_places(dataset.users.ids, kept)),
        interactions=sparse.csr_array(left.interactions[kept]),
        user_fields={name: at_places(values, kept) for name, values in dataset.user_fields.items()},
    )


def with_feedback(dataset: Dataset, said: Sequence[Said]) -> Dataset:
    """Return the data with what people said since: it takes the place of what they had rated.

    What was said of items that the catalog lacks is left out.
    """
    said = [one for one in said if one.item_id in dataset.items]
    new = sorted({one.user_id for one in said if one.rating is not None} - set(dataset.users.ids))
    users = Vocabulary((*dataset.users.ids, *new))
    n_items = dataset.n_items
    places = [(users.get(one.user_id), dataset.items.index(one.item_id)) for one in said]
    over = np.array([u * n_items + i for u, i in places if u is not None], np.int64)
    old_users = users_of_ratings(dataset)
    stays = ~np.isin(old_users * n_items + dataset.interactions.indices.astype(np.int64), over)
    added = [
        (place, one.rating, one.at)
        for place, one in zip(places, said, strict=True)
        if one.rating is not None
    ]
    user_column = np.concatenate([old_users[stays], _ints(u for (u, _), _, _ in added)])
    item_column = np.concatenate(
        [dataset.interactions.indices[stays], _ints(i for (_, i), _, _ in added)]
    )
    ratings = np.concatenate(
        [dataset.interactions.data[stays], np.array([r for _, r, _ in added], np.float32)]
    )
    first_row = int(dataset.rows.max()) + 1 if len(dataset.rows) else 0
    rows = np.concatenate([dataset.rows[stays], first_row + np.arange(len(added))])
    order = np.lexsort((item_column, user_column))
    times = None
    if dataset.timestamps is not None:
        times = np.concatenate([dataset.timestamps[stays], _ints(at for _, _, at in added)])[order]
    return replace(
        dataset,
        users=users,
        interactions=in_rows(
            user_column[order],
            item_column[order],
            ratings[order].astype(np.float32),
            (len(users), n_items),
        ),
        rows=rows[order].astype(np.int64),
        timestamps=times,
        user_fields={
            name: (*values, *[""] * len(new)) for name, values in dataset.user_fields.items()
        },
    )


def gains(
    recommender: Recommender, histories: Mapping[str, History], wanted: Mapping[str, str]
) -> NDArray[np.float64]:
    """Return NDCG@10 of the one held-out item of each person, in the order of `wanted`."""
    ranker = replace(recommender.flow.ranker, histories=Given(histories))
    queries = [ranker.resolve(Query(user_id, k=_K)) for user_id in wanted]
    k = min(_K, recommender.dataset.n_items)
    found = ranker.rank(queries, k).item_ids.tolist()
    return np.array(
        [
            1 / math.log2(ids.index(item) + 2) if item in ids else 0.0
            for ids, item in zip(found, wanted.values(), strict=True)
        ],
        np.float64,
    )


def compared(old: NDArray[np.float64], new: NDArray[np.float64], seed: int = 0) -> Comparison:
    """Compare two versions person by person."""
    if not len(old):
        nan = math.nan
        return Comparison(0, nan, nan, nan, nan, nan)
    differences = new - old
    rng = np.random.default_rng(seed)
    draws = rng.integers(len(differences), size=(_RESAMPLES, len(differences)))
    low, high = np.percentile(differences[draws].mean(axis=1), [2.5, 97.5])
    return Comparison(
        len(old),
        float(old.mean()),
        float(new.mean()),
        float(differences.mean()),
        float(low),
        float(high),
    )


def _ints(values: object) -> NDArray[np.int64]:
    return np.array(list(values), np.int64)  # type: ignore[call-overload]
