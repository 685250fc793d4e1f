"""Whether the rows of the dataset bear out a piece of evidence: each kind is counted again by row
id. Reads no text.

Shares nothing with `evidence`, which states the facts. Two kinds rest on a model and not on rows
alone: who is similar, and how items score without a film of the history, are asked of the fitted
parts again; who rated what, and every count and share, is read here.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.catalog import fold
from recsys_rag.data.dataset import Dataset, histories_of
from recsys_rag.protocols import FindsNeighbors, ScoresWithout
from recsys_rag.types import Candidate, Evidence, ResolvedQuery
from recsys_rag.verify.names import texts
from recsys_rag.verify.standing import objection, objection_to_candidate

_NO_GENRES = ("unknown", "(no genres listed)")


class RowReader:
    """Reads facts again from one dataset. `neighbors` similar users are asked, as the evidence
    does.

    `finder` and `scorer` are None where the recommender has no such part; what would rest on them
    is then not borne out.
    """

    def __init__(
        self,
        dataset: Dataset,
        *,
        finder: FindsNeighbors | None = None,
        scorer: ScoresWithout | None = None,
        neighbors: int = 50,
    ) -> None:
        self.dataset = dataset
        self.finder = finder
        self.scorer = scorer
        self.neighbors = neighbors

    @cached_property
    def catalog_counts(self) -> Counter[str | int]:
        """How many items of the catalog have each genre, and how many are of each decade."""
        decades = [int(one) // 10 * 10 for one in self.dataset.catalog.years]
        return Counter(
            one for genres in self.dataset.catalog.genres for one in set(genres)
        ) + Counter(decades)

    def objections(
        self, resolved: ResolvedQuery, listed: Sequence[Candidate] = ()
    ) -> Callable[[Candidate, Evidence], str]:
        """Return what says of a fact for this query why the rows do not bear it out, or "". Work is
        shared between calls.

        `listed` are the candidates as they are shown, best first: facts about their places are
        borne out by nothing else.
        """
        return _QueryRows(self, resolved, listed).objection


class _QueryRows:
    """One query's history, read once."""

    def __init__(
        self, reader: RowReader, resolved: ResolvedQuery, listed: Sequence[Candidate]
    ) -> None:
        self._shown = [one.item_id for one in listed]
        self._reader = reader
        self._dataset = reader.dataset
        self._resolved = resolved
        self._rated = dict(
            zip(resolved.item_indices.tolist(), resolved.ratings.tolist(), strict=True)
        )
        # films left out -> score of each item
        self._scores: dict[tuple[int, ...], NDArray[np.float32]] = {}

    def objection(self, candidate: Candidate, evidence: Evidence) -> str:
        """Return how the fact differs from the rows, or ""; a kind that is not known here is never
        borne out."""
        catalog = self._dataset.catalog
        wrong = objection_to_candidate(candidate, catalog) or objection(
            evidence, candidate, catalog
        )
        derive = _DERIVE.get(evidence.kind)
        if wrong or derive is None:
            return wrong or f"nothing here reads facts of kind {evidence.kind!r} again"
        try:
            derived = derive(self, candidate, evidence.facts)
        except (KeyError, ValueError, TypeError) as error:
            return f"its facts cannot be read again: {error!r}"
        for name, value in derived.items():
            if not _agrees(evidence.facts.get(name), value):
                return f"{name} is {evidence.facts.get(name)!r}, the rows say {_plain(value)!r}"
        return ""

    # --- what the history holds -------------------------------------------------------------------

    @cached_property
    def liked(self) -> list[int]:
        scale = self._dataset.scale
        return [
            item for item, rating in self._rated.items() if scale is None or rating >= scale.liked
        ]

    @cached_property
    def examples(self) -> list[int]:
        named = (*self._resolved.words.like_items, *self._resolved.profile.like_items)
        return [int(one) for one in dict.fromkeys(named) if int(one) not in self._rated]

    @cached_property
    def similar(self) -> NDArray[np.bool_]:
        """Which users are among the most similar, (n_users,)."""
        similar = np.zeros(self._dataset.n_users, np.bool_)
        if self._reader.finder and self._rated:
            users, similarities = self._reader.finder.neighbors(self._row(self._rated))
            similar[users[: self._reader.neighbors][similarities[: self._reader.neighbors] > 0]] = (
                True
            )
        return similar

    def lost(self, groups: Sequence[tuple[int, ...]], item: int) -> dict[tuple[int, ...], float]:
        """What the item loses without each group of films, as a share of its score; {} where there
        is nothing to lose."""
        scorer, every = self._reader.scorer, np.arange(self._dataset.n_items)
        missing = [one for one in dict.fromkeys([(), *groups]) if one not in self._scores]
        if scorer and missing:
            self._scores.update(
                zip(missing, scorer.scores_without(self._resolved, missing, every), strict=True)
            )
        full = float(self._scores[()][item]) if self._scores else 0.0
        return (
            {one: 1.0 - float(self._scores[one][item]) / full for one in groups} if full > 0 else {}
        )

    def _row(self, ratings: Mapping[int, float]) -> sparse.csr_array:
        items = np.array(sorted(ratings), np.int64)
        values = np.array([ratings[one] for one in items.tolist()], np.float32)
        return histories_of(self._dataset.n_items, [(items, values)])

    # --- each kind --------------------------------------------------------------------------------

    def neighbors(self, candidate: Candidate, facts: Mapping[str, Any]) -> dict[str, object]:
        by_item, scale = self._dataset.by_item, self._dataset.scale
        column = slice(*by_item.indptr[candidate.item_index :][:2])
        raters = by_item.indices[column][self.similar[by_item.indices[column]]]
        asked = int(self.similar.sum())
        if scale is None:
            return {
                "chosen": len(raters),
                "neighbors": asked,
                "user_ids": self._among(facts, raters),
            }
        liking = raters[by_item.data[column][self.similar[by_item.indices[column]]] >= scale.liked]
        return {
            "raters": len(raters),
            "liked": len(liking),
            "neighbors": asked,
            "threshold": scale.liked,
            "top": float(scale.high),
            "step": float(scale.step),
            "user_ids": self._among(facts, liking),
        }

    def _among(self, facts: Mapping[str, Any], users: NDArray[np.integer]) -> tuple[str, ...]:
        """Return those of the fact's users who are among these: all of them, where it is right."""
        places = set(users.tolist())
        return tuple(one for one in facts["user_ids"] if self._dataset.users.get(one) in places)

    def carrier(self, candidate: Candidate, facts: Mapping[str, Any]) -> dict[str, object]:
        items = tuple(self._dataset.items.index(one) for one in facts["item_ids"])
        lost = self.lost([items], candidate.item_index)
        derived: dict[str, object] = {
            "loss_percent": 100.0 * lost[items] if lost else None,
            "titles": tuple(self._dataset.catalog.name(one) for one in items),
        }
        if "near" in facts:
            derived["near"] = int(all(self._is_near(one, candidate.item_index) for one in items))
        if "place" in facts:
            each = self.lost(
                [(one,) for one in (*self._rated, *self.examples)], candidate.item_index
            )
            derived["place"] = _place(each, (items[0],), facts["place"])
        if facts.get("named"):
            return {**derived, "named": int(set(items) <= set(self.examples))}
        if not set(items) <= set(self.liked):
            return {
                "item_ids": tuple(
                    one
                    for one, item in zip(facts["item_ids"], items, strict=True)
                    if item in self.liked
                )
            }
        scale = self._dataset.scale
        return {
            **derived,
            "ratings": tuple(f"{self._rated[one]:g}" for one in items) if scale else None,
        }

    def _is_near(self, one: int, other: int) -> bool:
        """Say whether few items share more raters with `other` than `one` does, for how many they
        have: 50, or a twentieth."""
        shares = self._shared_raters(other)
        n_nearer = int((shares > shares[one]).sum())
        return bool(shares[one] > 0) and n_nearer < min(50, max(1, self._dataset.n_items // 20))

    def _shared_raters(self, item: int) -> NDArray[np.float64]:
        """Return for each other item its raters among those of this one, squared, for each rater
        that it has."""
        has_rated = np.zeros(self._dataset.n_users, np.bool_)
        by_item = self._dataset.by_item
        has_rated[by_item.indices[slice(*by_item.indptr[item:][:2])]] = True
        shared = np.add.reduceat(
            np.append(has_rated[by_item.indices], False).astype(np.float64), by_item.indptr[:-1]
        )
        counts = np.diff(by_item.indptr)
        # reduceat gives an empty slice the entry that follows
        shared = np.where(counts > 0, shared, 0.0)
        shared[item] = 0.0
        return np.asarray(shared**2 / np.maximum(counts, 1))

    def leaning(self, candidate: Candidate, facts: Mapping[str, Any]) -> dict[str, object]:
        catalog, liked = self._dataset.catalog, self.liked
        if "genre" in facts:
            trait: str | int = facts["genre"]
            n = sum(trait in catalog.genres[one] for one in liked)
        else:
            trait = facts["decade"]
            n = sum(int(catalog.years[one]) // 10 * 10 == trait for one in liked)
        return {
            "liked": n,
            "of": len(liked),
            "share_percent": 100.0 * n / len(liked) if liked else 0.0,
            "catalog_percent": 100.0 * self._reader.catalog_counts[trait] / len(catalog),
            "feedback": "liked" if self._dataset.scale else "chose",
        }

    def predicted(self, candidate: Candidate, facts: Mapping[str, Any]) -> dict[str, object]:
        """Against the prediction that the ranking made for the candidate; what its error is, no row
        says."""
        scale = self._dataset.scale
        if scale is None or candidate.predicted_rating is None or not self._rated:
            return {"rating": None}
        return {"rating": float(candidate.predicted_rating), "top": float(scale.high)}

    def popularity(self, candidate: Candidate, facts: Mapping[str, Any]) -> dict[str, object]:
        by_item, scale = self._dataset.by_item, self._dataset.scale
        ratings = by_item.data[slice(*by_item.indptr[candidate.item_index :][:2])]
        if scale is None:
            return {"ratings": len(ratings)}
        return {
            "ratings": len(ratings),
            "mean": float(ratings.mean(dtype=np.float64)),
            "top": float(scale.high),
        }

    def words(self, candidate: Candidate, facts: Mapping[str, Any]) -> dict[str, object]:
        """Only that it was asked for: `standing` has held it against the catalog."""
        asked = {"words": self._resolved.words, "profile": self._resolved.profile}[facts["asked"]]
        people = {fold(one) for one in asked.people}
        derived: dict[str, object] = {
            "genres": tuple(one for one in facts.get("genres", ()) if one in asked.genres) or None,
            "people": tuple(one for one in facts.get("people", ()) if fold(one) in people) or None,
        }
        if "first_year" in facts:
            derived["first_year"], derived["last_year"] = asked.years or (None, None)
        return derived

    def like(self, candidate: Candidate, facts: Mapping[str, Any]) -> dict[str, object]:
        catalog = self._dataset.catalog
        named = {
            int(one)
            for one in (*self._resolved.words.like_items, *self._resolved.profile.like_items)
        }
        example = catalog.items.index(facts["item_id"])
        theirs = catalog.genres[example] if example in named else ()
        return {
            "genres": tuple(
                one for one in candidate.genres if one in theirs and one not in _NO_GENRES
            )
        }

    def person(self, candidate: Candidate, facts: Mapping[str, Any]) -> dict[str, object]:
        """Counted over the column of the role; the item itself is not among the liked."""
        catalog, name, role = self._dataset.catalog, facts["person"], facts["role"]
        liked = [one for one in self.liked if one != candidate.item_index]
        return {
            "liked": sum(name in catalog.people(one, role) for one in liked),
            "of": len(liked),
            "in_catalog": sum(name in names for names in catalog.metadata[role]),
            "catalog": len(catalog),
            "feedback": "liked" if self._dataset.scale else "chose",
        }

    def moved(self, candidate: Candidate, facts: Mapping[str, Any]) -> dict[str, object]:
        places = [
            ids.index(candidate.item_id) + 1 if candidate.item_id in ids else None
            for ids in (self._shown, list(self._resolved.query.previous))
        ]
        return {"now": places[0], "before": places[1], "last": len(self._resolved.query.previous)}

    def plot(self, candidate: Candidate, facts: Mapping[str, Any]) -> dict[str, object]:
        """Nothing more: `standing` has held the quotation against the catalog, word for word."""
        return {}

    def metadata(self, candidate: Candidate, facts: Mapping[str, Any]) -> dict[str, object]:
        """The names in the order of the catalog, from its first one."""
        catalog, place = self._dataset.catalog, candidate.item_index
        return {
            name: catalog.people(place, name)[: len(texts(value))] for name, value in facts.items()
        }

    def catalog(self, candidate: Candidate, facts: Mapping[str, Any]) -> dict[str, object]:
        genres = tuple(one for one in candidate.genres if one not in _NO_GENRES)
        return {"title": candidate.title, "genres": genres, "year": candidate.year}


_DERIVE: Mapping[str, Callable[[_QueryRows, Candidate, Mapping[str, Any]], dict[str, object]]] = {
    "neighbors": _QueryRows.neighbors,
    "carrier": _QueryRows.carrier,
    "genre": _QueryRows.leaning,
    "decade": _QueryRows.leaning,
    "predicted": _QueryRows.predicted,
    "popularity": _QueryRows.popularity,
    "words": _QueryRows.words,
    "like": _QueryRows.like,
    "person": _QueryRows.person,
    "moved": _QueryRows.moved,
    "plot": _QueryRows.plot,
    "metadata": _QueryRows.metadata,
    "catalog": _QueryRows.catalog,
}


def _place(losses: Mapping[tuple[int, ...], float], one: tuple[int, ...], stated: int) -> int:
    """Return the place of a loss among all, largest first; where others are as large, the stated
    one if it is theirs too.

    >>> _place({(7,): 0.5, (8,): 0.2, (9,): 0.2}, (9,), 3), _place({(7,): 0.5, (8,): 0.2, (9,): 0.2}, (9,), 1)
    (3, 2)
    """
    own, slack = losses.get(one, 0.0), 1e-5  # scores have 32 bits
    first = 1 + sum(other > own + slack for other in losses.values())
    last = sum(other >= own - slack for other in losses.values())
    return stated if first <= stated <= last else first


def _agrees(stated: object, derived: object) -> bool:
    """Say whether the stated value is the derived one, rounded where it was stated rounded: to 1,
    or to one decimal."""
    if isinstance(derived, float) and isinstance(stated, int | float):
        return abs(stated - derived) <= (0.05 if isinstance(stated, float) else 0.5) + 1e-3
    return stated == derived


def _plain(value: object) -> object:
    return round(value, 2) if isinstance(value, float) else value
