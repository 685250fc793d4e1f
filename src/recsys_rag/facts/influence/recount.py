"""What an item loses without items of the history, asked of the ranking again; whether other
people's ratings bring them together, counted again."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.query_rows import QueryRows
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.influence import InfluenceFact

_TIE = 1e-5  # scores have 32 bits


def recount(fact: "InfluenceFact", candidate: Candidate, rows: QueryRows) -> Mapping[str, object]:
    dataset, item = rows.dataset, candidate.item_index
    own = tuple(dataset.items.index(item_id) for item_id in fact.item_ids)
    examples = {item for item in rows.named if item not in rows.rated}
    scores = rows.scores_of([(), own])
    if not scores:
        return {"rank": None}
    counted: dict[str, object] = {
        "titles": tuple(dataset.catalog.name(index) for index in own),
        "rank": _rank(scores[()], item, rows, fact.rank),
        "rank_without": _rank(scores[own], item, rows, fact.rank_without),
        "n_ranked": int(rows.rankable.sum()),
        "is_near": fact.is_near and all(_is_near(rows, index, item) for index in own),
        "is_example": set(own) <= examples,
        "is_main": fact.is_main and len(own) == 1 and _is_main(rows, own, item, examples),
    }
    if fact.is_example:
        return {**counted, "ratings": ()}
    ratings = tuple(rows.rated[index] for index in own if index in rows.liked)
    if len(ratings) < len(own):
        return {"item_ids": tuple(dataset.items.ids_at([i for i in own if i in rows.liked]))}
    return {**counted, "ratings": ratings if dataset.scale else ()}


def _rank(scores: NDArray[np.float32], item: int, rows: QueryRows, stated: int) -> int:
    """Return the rank of an item among those that could be shown; where others score as high, the
    stated one if it is among theirs."""
    others = [other for other in np.flatnonzero(rows.rankable).tolist() if other != item]
    lead = scores[others] - scores[item]
    first, last = 1 + int((lead > _TIE).sum()), 1 + int((lead >= -_TIE).sum())
    return stated if first <= stated <= last else first


def _is_main(rows: QueryRows, own: tuple[int, ...], item: int, examples: set[int]) -> bool:
    """Say whether the score loses most without these items: more than without another one, than
    without all words and dislikes, and than a person has of whom nothing is known."""
    each = rows.scores_of([(), own, *((index,) for index in {*rows.rated, *examples})])
    losses = {group: float(each[()][item]) - float(each[group][item]) for group in each if group}
    loss = losses.pop(own) + _TIE
    films, nobody = rows.score_for_films(item), rows.score_for_nobody(item)
    return loss >= max([float(each[()][item]) - films, nobody, *losses.values()])


def _is_near(rows: QueryRows, own: int, other: int) -> bool:
    """Say whether few items share more raters with `other` than `own` does, for how many they
    have: fewer than 50, or than a twentieth of the catalog."""
    shares = _shared_raters(rows, other)
    n_nearer = int((shares > shares[own]).sum())
    return bool(shares[own] > 0) and n_nearer < min(50, max(1, rows.dataset.n_items // 20))


def _shared_raters(rows: QueryRows, item: int) -> NDArray[np.float64]:
    """Return for each other item its raters among those of this one, squared, for each rater that
    it has."""
    by_item = rows.dataset.by_item
    has_rated = np.zeros(rows.dataset.n_users, np.bool_)
    has_rated[rows.ratings_of(item)[0]] = True
    shared = np.add.reduceat(
        np.append(has_rated[by_item.indices], False).astype(np.float64), by_item.indptr[:-1]
    )
    counts = np.diff(by_item.indptr)
    # reduceat gives an empty slice the entry that follows
    shared = np.where(counts > 0, shared, 0.0)
    shared[item] = 0.0
    return np.asarray(shared**2 / np.maximum(counts, 1))
