"""Cited facts derived again from the rows of a dataset by plain counting; for `independent_check`. Reads no text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from recsys_rag.data.dataset import Dataset
from recsys_rag.types import Evidence, RecommendedItem

Models = Callable[..., Any]


@dataclass(frozen=True)
class Case:
    """One query's data: its history as {item index: rating}, oldest first, the models to ask, the list shown before."""

    dataset: Dataset
    history: dict[int, float]
    examples: tuple[int, ...]
    neighbors_of: Models | None
    scores_of: Models | None
    predictions_of: Models | None
    n_neighbors: int
    previous: tuple[str, ...] = ()

    @property
    def liked(self) -> list[int]:
        scale = self.dataset.scale
        return [item for item, rating in self.history.items() if scale is None or rating >= scale.liked]

    def row(self, examples: tuple[int, ...] | None = None) -> sparse.csr_array:
        """The history as the ranking saw it: films named as examples count as rated highest."""
        top = self.dataset.scale.high if self.dataset.scale else 1.0
        ratings = {**dict.fromkeys(self.examples if examples is None else examples, top), **self.history}
        items = sorted(ratings)
        values = np.array([ratings[item] for item in items], np.float32)
        places = (np.zeros(len(items), int), np.array(items, int))
        return sparse.csr_array((values, places), shape=(1, self.dataset.n_items))

    def scores(self, left_out: Sequence[int] = ()) -> Sequence[float]:
        """The scores of all items for the person, had they never rated nor named some items."""
        assert self.scores_of is not None
        history = {item: rating for item, rating in self.history.items() if item not in left_out}
        return self.scores_of(history, tuple(one for one in self.examples if one not in left_out))


def oldest_first(dataset: Dataset, user_id: str) -> dict[int, float]:
    """A user's ratings in the order of time, of one second in the order of the file; without times, as they stand."""
    begin, end = dataset.interactions.indptr[dataset.users.index(user_id) :][:2]
    places = list(range(begin, end))
    if dataset.timestamps is not None:
        times = dataset.timestamps
        places.sort(key=lambda place: (times[place], dataset.rows[place]))
    return {int(dataset.interactions.indices[one]): float(dataset.interactions.data[one]) for one in places}


def differences(case: Case, item: RecommendedItem, evidence: Evidence) -> list[str]:
    """Derive a cited fact again from rows and catalog; return how it differs."""
    if evidence.item_id != item.candidate.item_id:
        return [f"is about item {evidence.item_id}"]
    derived = _DERIVE[evidence.kind](case, item, evidence)
    return [
        f"{name} is {evidence.facts.get(name)!r}, the data say {value!r}"
        for name, value in derived.items()
        if not _same(evidence.facts.get(name), value)
    ]


def _same(stated: object, derived: object) -> bool:
    if isinstance(stated, int | float) and isinstance(derived, float):
        step = 0.05 if isinstance(stated, float) else 0.5
        return abs(stated - derived) <= step + 1e-4
    return stated == derived


def _neighbors(case: Case, item: RecommendedItem, evidence: Evidence) -> dict[str, object]:
    assert case.neighbors_of is not None
    users, similarities = case.neighbors_of(case.row(examples=()))
    asked = [int(one) for one, s in zip(users, similarities, strict=True) if s > 0][: case.n_neighbors]
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
        "user_ids": tuple(case.dataset.users.id(one) for one in liking[: len(evidence.facts["user_ids"])]),  # type: ignore[arg-type]
    }


def _carrier(case: Case, item: RecommendedItem, evidence: Evidence) -> dict[str, object]:
    dataset, shown = case.dataset, item.candidate.item_index
    own = [dataset.items.index(one) for one in evidence.facts["item_ids"]]  # type: ignore[union-attr]
    full, less = float(case.scores()[shown]), float(case.scores(own)[shown])
    derived: dict[str, object] = {
        "titles": tuple(dataset.catalog.name(one) for one in own),
        "loss_percent": 100.0 * (full - less) / full,
    }
    if "place" in evidence.facts:
        first = float(case.scores(own[:1])[shown])
        others = [float(case.scores([one])[shown]) for one in {*case.history, *case.examples} - {own[0]}]
        least, most = 1 + sum(one < first - 1e-5 for one in others), 1 + sum(one < first + 1e-5 for one in others)
        stated = int(evidence.facts["place"])  # type: ignore[arg-type]
        derived["place"] = min(max(stated, least), most)
    if evidence.facts.get("named"):
        derived["named"] = int(set(own) <= set(case.examples) - set(case.history))
    elif dataset.scale:
        derived["ratings"] = tuple(f"{case.history[one]:g}" if one in case.liked else "not liked" for one in own)
    return derived


def _leaning(case: Case, item: RecommendedItem, evidence: Evidence) -> dict[str, object]:
    catalog, facts = case.dataset.catalog, evidence.facts

    def has(one: int) -> bool:
        if "genre" in facts:
            return facts["genre"] in catalog.genres[one]
        return int(catalog.years[one]) // 10 * 10 == facts["decade"]

    if not has(item.candidate.item_index):
        return {"trait": f"not one of item {item.candidate.item_id}"}
    liked, every = case.liked, range(case.dataset.n_items)
    return {
        "liked": sum(has(one) for one in liked),
        "of": len(liked),
        "share_percent": 100.0 * sum(has(one) for one in liked) / len(liked),
        "catalog_percent": 100.0 * sum(has(one) for one in every) / len(every),
        "feedback": "liked" if case.dataset.scale else "chose",
    }


def _popularity(case: Case, item: RecommendedItem, evidence: Evidence) -> dict[str, object]:
    interactions = case.dataset.interactions
    of_item = interactions.data[interactions.indices == item.candidate.item_index].tolist()
    if case.dataset.scale is None:
        return {"ratings": len(of_item)}
    return {"ratings": len(of_item), "mean": sum(of_item) / len(of_item), "top": float(case.dataset.scale.high)}


def _predicted(case: Case, item: RecommendedItem, evidence: Evidence) -> dict[str, object]:
    assert case.dataset.scale
    assert case.predictions_of is not None
    predicted, errors = case.predictions_of(case.row(), np.array([item.candidate.item_index]))
    shown = float(item.candidate.predicted_rating or 0.0)  # beside the title
    derived = {"top": float(case.dataset.scale.high), "error": max(float(errors[0, 0]), 0.1)}
    return {**derived, "rating": shown if abs(shown - float(predicted[0, 0])) <= 0.051 else float(predicted[0, 0])}


def _words(case: Case, item: RecommendedItem, evidence: Evidence) -> dict[str, object]:
    catalog, facts, place = case.dataset.catalog, evidence.facts, item.candidate.item_index
    people = {one for column in catalog.metadata.values() for one in column[place]}
    year = catalog.year(place) or 0
    derived: dict[str, object] = {}
    if not set(facts.get("genres", ())) <= set(catalog.genres[place]):  # type: ignore[arg-type]
        derived["genres"] = catalog.genres[place]
    if not set(facts.get("people", ())) <= people:  # type: ignore[arg-type]
        derived["people"] = tuple(sorted(people))
    if "first_year" in facts and not int(facts["first_year"]) <= year <= int(facts["last_year"]):  # type: ignore[arg-type]
        derived["first_year"] = year
    return derived


def _like(case: Case, item: RecommendedItem, evidence: Evidence) -> dict[str, object]:
    catalog = case.dataset.catalog
    example = catalog.items.index(str(evidence.facts["item_id"]))
    theirs = catalog.genres[example] if example in case.examples else ()
    shared = tuple(one for one in catalog.genres[item.candidate.item_index] if one in theirs)
    return {"title": catalog.name(example), "genres": shared}


def _person(case: Case, item: RecommendedItem, evidence: Evidence) -> dict[str, object]:
    name, column = evidence.facts["person"], case.dataset.catalog.metadata[str(evidence.facts["role"])]
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


def _moved(case: Case, item: RecommendedItem, evidence: Evidence) -> dict[str, object]:
    derived: dict[str, object] = {"now": item.rank, "last": len(case.previous), "before": None}
    if item.candidate.item_id in case.previous:
        derived["before"] = case.previous.index(item.candidate.item_id) + 1
    return derived


def _plot(case: Case, item: RecommendedItem, evidence: Evidence) -> dict[str, object]:
    plots = [" ".join(one.split()) for one in case.dataset.catalog.metadata["plot"][item.candidate.item_index]]
    return {} if any(str(evidence.facts["quote"]) in one for one in plots) else {"quote": plots}


def _metadata(case: Case, item: RecommendedItem, evidence: Evidence) -> dict[str, object]:
    catalog, place = case.dataset.catalog, item.candidate.item_index
    return {name: catalog.metadata[name][place][: len(evidence.facts[name])] for name in evidence.facts}  # type: ignore[arg-type]


def _catalog(case: Case, item: RecommendedItem, evidence: Evidence) -> dict[str, object]:
    catalog, place = case.dataset.catalog, item.candidate.item_index
    derived: dict[str, object] = {"title": catalog.titles[place]}
    derived["genres"] = tuple(one for one in catalog.genres[place] if one not in ("unknown", "(no genres listed)"))
    return {**derived, "year": catalog.year(place)} if catalog.year(place) else derived


_DERIVE: dict[str, Callable[[Case, RecommendedItem, Evidence], dict[str, object]]] = {
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
