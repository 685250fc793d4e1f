"""What similar users rated, counted again. Who rates alike is read from the rows; whose choices are
similar is asked of the model again."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.query_rows import QueryRows
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.neighbors import NeighborsFact


def recount(fact: "NeighborsFact", candidate: Candidate, rows: QueryRows) -> Mapping[str, object]:
    everyone, of_everyone = rows.ratings_of(candidate.item_index)
    scale, n_users = rows.dataset.scale, rows.dataset.n_users
    if "neighbors" not in rows.counted:
        rows.counted["neighbors"] = rows.neighbors if scale is None else _who_agrees(rows)
    near = rows.counted["neighbors"]
    ratings, users = of_everyone[near[everyone]], everyone[near[everyone]]
    liking = users if scale is None else users[ratings >= scale.liked]
    ids = {rows.dataset.users.id(user) for user in liking.tolist()}
    counted: dict[str, object] = {
        "n_liked": len(liking),
        "n_neighbors": int(near.sum()),
        # all of them, where it is right
        "user_ids": tuple(user_id for user_id in fact.user_ids if user_id in ids),
    }
    if scale is None:
        return {**counted, "n_raters": 0, "everyone_percent": 100.0 * len(everyone) / n_users}
    n_liked = int((of_everyone >= scale.liked).sum())
    return {
        **counted,
        "n_raters": len(users),
        "liked_rating": scale.liked,
        "top_rating": float(scale.high),
        "rating_step": float(scale.step),
        "everyone_percent": 100.0 * n_liked / len(everyone) if len(everyone) else None,
    }


def _who_agrees(rows: QueryRows) -> NDArray[np.bool_]:
    """Say of each user whether they are among the tenth (20 to 100) whose stars differ least from
    the person's on what both rated: by the mean difference, drawn toward the usual one by ten
    shared items, over three or more."""
    dataset = rows.dataset
    differences, shared = np.zeros(dataset.n_users), np.zeros(dataset.n_users)
    for item, rating in rows.rated.items():
        users, ratings = rows.ratings_of(item)
        differences[users] += np.abs(ratings - np.float32(rating))
        shared[users] += 1
    agrees = np.zeros(dataset.n_users, np.bool_)
    if not shared.any():
        return agrees
    usual = differences.sum() / shared.sum()
    mean = (differences + 10 * usual) / (shared + 10)
    n_rated = np.diff(dataset.interactions.indptr)
    is_copy = (differences == 0) & (shared == len(rows.rated)) & (n_rated == len(rows.rated))
    own = rows.resolved.query.user_id
    could = np.flatnonzero((shared >= 3) & (mean < usual) & ~is_copy)
    if own is not None and own in dataset.users:
        could = could[could != dataset.users.index(own)]
    most = min(100, max(20, dataset.n_users // 10))
    agrees[sorted(could.tolist(), key=lambda user: (mean[user], user))[:most]] = True
    return agrees
