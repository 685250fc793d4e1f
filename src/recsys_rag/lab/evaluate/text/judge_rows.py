"""Cited facts derived again from the rows of a dataset by plain counting; for `judge`. Reads no
text, shares no code with it.

Neither `evidence` nor `verify` is imported: what is right here is so by another way. Similar users,
predictions and the scores of a ranking come from the models, as functions that are given; who rated
what is counted here.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from recsys_rag.data.dataset import Dataset
from recsys_rag.types import Evidence, Query, RecommendedItem

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Models:
    """What is asked of fitted parts, None where the recommender has no such part.

    `neighbors_of(history row)` returns users and similarities; `scores_of(query, history,
    examples)` the scores by which this query would rank all items with that history (item index ->
    rating, oldest first) and those examples; `predictions_of(history row, item indices)` ratings
    and their errors.
    """

    neighbors_of: Callable[..., Any] | None = None
    scores_of: Callable[[Query, Mapping[int, float], Sequence[int]], Any] | None = None
    predictions_of: Callable[..., Any] | None = None
    n_neighbors: int = 50


@dataclass(frozen=True)
class Case:
    """One query's data: its history as {item index: rating}, oldest first, and the items that its
    words name."""

    dataset: Dataset
    query: Query
    history: dict[int, float]
    examples: tuple[int, ...]
    models: Models
    known: dict[tuple[int, ...], Sequence[float]] = field(
        default_factory=dict
    )  # what was left out -> scores of all items

    @property
    def liked(self) -> list[int]:
        scale = self.dataset.scale
        return [
            item for item, rating in self.history.items() if scale is None or rating >= scale.liked
        ]

    def row(self, examples: tuple[int, ...] | None = None) -> sparse.csr_array:
        """The history as the ranking saw it: films named as examples count as rated highest."""
        top = self.dataset.scale.high if self.dataset.scale else 1.0
        ratings = {
            **dict.fromkeys(self.examples if examples is None else examples, top),
            **self.history,
        }
        items = sorted(ratings)
        values = np.array([ratings[item] for item in items], np.float32)
        places = (np.zeros(len(items), int), np.array(items, int))
        return sparse.csr_array((values, places), shape=(1, self.dataset.n_items))

    def scores(self, left_out: Sequence[int] = ()) -> Sequence[float]:
        """The scores of all items for the person, had they never rated nor named some items."""
        assert self.models.scores_of is not None
        key = tuple(sorted(left_out))
        if key in self.known:
            return self.known[key]
        history = {item: rating for item, rating in self.history.items() if item not in left_out}
        examples = tuple(one for one in self.examples if one not in left_out)
        self.known[key] = self.models.scores_of(self.query, history, examples)
        return self.known[key]


def oldest_first(dataset: Dataset, user_id: str) -> dict[int, float]:
    """A user's ratings in the order of time, of one second in the order of the file; without times,
    as they stand."""
    begin, end = dataset.interactions.indptr[dataset.users.index(user_id) :][:2]
    places = list(range(begin, end))
    if dataset.timestamps is not None:
        times = dataset.timestamps
        places.sort(key=lambda place: (times[place], dataset.rows[place]))
    return {
        int(dataset.interactions.indices[one]): float(dataset.interactions.data[one])
        for one in places
    }


def differences(case: Case, item: RecommendedItem, evidence: Evidence) -> list[str]:
    """Derive a cited fact again from rows and catalog; return how it differs."""
    if evidence.item_id != item.candidate.item_id:
        return [f"is about item {evidence.item_id}"]
    facts = evidence.facts
    derived = _DERIVE[evidence.kind](case, item, facts)
    return [
        f"{name} is {facts.get(name)!r}, the data say {value!r}"
        for name, value in derived.items()
        if not _same(facts.get(name), value)
    ]


def _same(stated: object, derived: object) -> bool:
    if isinstance(stated, int | float) and isinstance(derived, float):
        step = 0.05 if isinstance(stated, float) else 0.5
        return abs(stated - derived) <= step + 1e-4
    return stated == derived


def _neighbors(case: Case, item: RecommendedItem, facts: Facts) -> dict[str, object]:
    assert case.models.neighbors_of is not None
    users, similarities = case.models.neighbors_of(case.row(examples=()))
    asked = [int(one) for one, s in zip(users, similarities, strict=True) if s > 0][
        : case.models.n_neighbors
    ]
    ratings = []
    for user in asked:  # row by row, as the file has them
        begin, end = case.dataset.interactions.indptr[user : user + 2]
        for place in range(begin, end):
            if case.dataset.interactions.indices[place] == item.candidate.item_index:
                ratings.append((user, float(case.dataset.interactions.data[place])))
    scale = case.dataset.scale
    if scale is None:
        return {"chosen": len(ratings), "neighbors": len(asked)}
    liking = [user for user, rating in ratings if rating >= scale.liked]
    return {
        "raters": len(ratings),
        "liked": len(liking),
        "neighbors": len(asked),
        "threshold": scale.liked,
        "top": float(scale.high),
        "user_ids": tuple(case.dataset.users.id(one) for one in liking[: len(facts["user_ids"])]),
    }


def _carrier(case: Case, item: RecommendedItem, facts: Facts) -> dict[str, object]:
    dataset, shown = case.dataset, item.candidate.item_index
    own = [dataset.items.index(one) for one in facts["item_ids"]]
    full, less = float(case.scores()[shown]), float(case.scores(own)[shown])
    derived: dict[str, object] = {
        "titles": tuple(dataset.catalog.name(one) for one in own),
        "loss_percent": 100.0 * (full - less) / full if full > 0 else "no score to lose",
    }
    if "place" in facts:
        first = float(case.scores(own[:1])[shown])
        others = [
            float(case.scores([one])[shown]) for one in {*case.history, *case.examples} - {own[0]}
        ]
        least, most = (
            1 + sum(one < first - 1e-5 for one in others),
            1 + sum(one < first + 1e-5 for one in others),
        )
        stated = int(facts["place"])
        derived["place"] = min(max(stated, least), most)
    if "near" in facts:
        derived["near"] = int(all(_is_near(dataset, one, shown) for one in own))
    if facts.get("named"):
        derived["named"] = int(set(own) <= set(case.examples) - set(case.history))
    elif dataset.scale:
        derived["ratings"] = tuple(
            f"{case.history[one]:g}" if one in case.liked else "not liked" for one in own
        )
    return derived


def _is_near(dataset: Dataset, one: int, other: int) -> bool:
    """Whether other people's ratings bring two items together: fewer than 50, a twentieth of the
    catalog, are nearer.

    Nearer: shared raters, squared, for each rater that the item has.
    """
    interactions, shared = dataset.interactions, Counter[int]()
    for user in range(dataset.n_users):
        rated = interactions.indices[
            interactions.indptr[user] : interactions.indptr[user + 1]
        ].tolist()
        if other in rated:
            shared.update(rated)
    del shared[other]
    raters = Counter(interactions.indices[np.isin(interactions.indices, list(shared))].tolist())
    nearness = {item: n * n / raters[item] for item, n in shared.items()}
    nearer = sum(value > nearness.get(one, 0.0) for value in nearness.values())
    return one in nearness and nearer < min(50, max(1, dataset.n_items // 20))


def _leaning(case: Case, item: RecommendedItem, facts: Facts) -> dict[str, object]:
    catalog = case.dataset.catalog

    def has(one: int) -> bool:
        if "genre" in facts:
            return bool(facts["genre"] in catalog.genres[one])
        return bool(int(catalog.years[one]) // 10 * 10 == facts["decade"])

    if not has(item.candidate.item_index):
        return {"trait": f"not one of item {item.candidate.item_id}"}
    liked, every = case.liked, range(case.dataset.n_items)
    return {
        "liked": sum(has(one) for one in liked),
        "of": len(liked),
        "share_percent": 100.0 * sum(has(one) for one in liked) / max(len(liked), 1),
        "catalog_percent": 100.0 * sum(has(one) for one in every) / len(every),
        "feedback": "liked" if case.dataset.scale else "chose",
    }


def _popularity(case: Case, item: RecommendedItem, facts: Facts) -> dict[str, object]:
    interactions = case.dataset.interactions
    of_item = interactions.data[interactions.indices == item.candidate.item_index].tolist()
    if case.dataset.scale is None:
        return {"ratings": len(of_item)}
    return {
        "ratings": len(of_item),
        "mean": sum(of_item) / len(of_item),
        "top": float(case.dataset.scale.high),
    }


def _predicted(case: Case, item: RecommendedItem, facts: Facts) -> dict[str, object]:
    assert case.dataset.scale
    assert case.models.predictions_of is not None
    predicted, errors = case.models.predictions_of(
        case.row(), np.array([item.candidate.item_index])
    )
    shown = float(item.candidate.predicted_rating or 0.0)  # beside the title
    derived = {"top": float(case.dataset.scale.high), "error": max(float(errors[0, 0]), 0.1)}
    return {
        **derived,
        "rating": shown if abs(shown - float(predicted[0, 0])) <= 0.051 else float(predicted[0, 0]),
    }


def _words(case: Case, item: RecommendedItem, facts: Facts) -> dict[str, object]:
    catalog, place = case.dataset.catalog, item.candidate.item_index
    people = {one for column in catalog.metadata.values() for one in column[place]}
    year = catalog.year(place) or 0
    derived: dict[str, object] = {}
    if not set(facts.get("genres", ())) <= set(catalog.genres[place]):
        derived["genres"] = catalog.genres[place]
    if not set(facts.get("people", ())) <= people:
        derived["people"] = tuple(sorted(people))
    if "first_year" in facts and not int(facts["first_year"]) <= year <= int(facts["last_year"]):
        derived["first_year"] = year
    return derived


def _like(case: Case, item: RecommendedItem, facts: Facts) -> dict[str, object]:
    catalog = case.dataset.catalog
    example = catalog.items.index(str(facts["item_id"]))
    theirs = catalog.genres[example] if example in case.examples else ()
    shared = tuple(one for one in catalog.genres[item.candidate.item_index] if one in theirs)
    return {"title": catalog.name(example), "genres": shared}


def _person(case: Case, item: RecommendedItem, facts: Facts) -> dict[str, object]:
    name, column = facts["person"], case.dataset.catalog.metadata[str(facts["role"])]
    if name not in column[item.candidate.item_index]:
        return {"person": column[item.candidate.item_index]}
    liked = [one for one in case.liked if one != item.candidate.item_index]
    return {
        "liked": sum(name in column[one] for one in liked),
        "of": len(liked),
        "in_catalog": sum(name in row for row in column),
        "catalog": case.dataset.n_items,
        "feedback": "liked" if case.dataset.scale else "chose",
    }


def _moved(case: Case, item: RecommendedItem, facts: Facts) -> dict[str, object]:
    derived: dict[str, object] = {
        "now": item.rank,
        "last": len(case.query.previous),
        "before": None,
    }
    if item.candidate.item_id in case.query.previous:
        derived["before"] = case.query.previous.index(item.candidate.item_id) + 1
    return derived


def _plot(case: Case, item: RecommendedItem, facts: Facts) -> dict[str, object]:
    plots = [
        " ".join(one.split())
        for one in case.dataset.catalog.metadata["plot"][item.candidate.item_index]
    ]
    return {} if any(str(facts["quote"]) in one for one in plots) else {"quote": plots}


def _metadata(case: Case, item: RecommendedItem, facts: Facts) -> dict[str, object]:
    catalog, place = case.dataset.catalog, item.candidate.item_index
    return {name: catalog.metadata[name][place][: len(facts[name])] for name in facts}


def _catalog(case: Case, item: RecommendedItem, facts: Facts) -> dict[str, object]:
    catalog, place = case.dataset.catalog, item.candidate.item_index
    derived: dict[str, object] = {"title": catalog.titles[place]}
    derived["genres"] = tuple(
        one for one in catalog.genres[place] if one not in ("unknown", "(no genres listed)")
    )
    return {**derived, "year": catalog.year(place)} if catalog.year(place) else derived


_DERIVE: dict[str, Callable[[Case, RecommendedItem, Facts], dict[str, object]]] = {
    "neighbors": _neighbors,
    "carrier": _carrier,
    "genre": _leaning,
    "decade": _leaning,
    "popularity": _popularity,
    "predicted": _predicted,
    "words": _words,
    "like": _like,
    "person": _person,
    "moved": _moved,
    "plot": _plot,
    "metadata": _metadata,
    "catalog": _catalog,
}
