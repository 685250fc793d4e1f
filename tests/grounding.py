"""For tests of evidence, writers and verifier: contexts of real queries, and one made by hand for
every kind of evidence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from recsys_rag.data.dataset import Dataset, histories_of
from recsys_rag.data.filters import CatalogFilters
from recsys_rag.evidence.carrier import CarrierEvidence
from recsys_rag.evidence.catalog import CatalogEvidence
from recsys_rag.evidence.decade import DecadeEvidence
from recsys_rag.evidence.genre import GenreEvidence
from recsys_rag.evidence.leaving_out import LeavingOut
from recsys_rag.evidence.like import LikeEvidence
from recsys_rag.evidence.metadata import MetadataEvidence
from recsys_rag.evidence.moved import MovedEvidence
from recsys_rag.evidence.neighbors import NeighborEvidence
from recsys_rag.evidence.person import PersonEvidence
from recsys_rag.evidence.plot import PlotEvidence, quotable
from recsys_rag.evidence.popularity import PopularityEvidence
from recsys_rag.evidence.predicted import PredictedEvidence
from recsys_rag.evidence.words import WordsEvidence
from recsys_rag.fuse.weighted import WeightedFusion
from recsys_rag.generate.selection import select
from recsys_rag.histories import FittedHistories
from recsys_rag.protocols import EvidenceSource
from recsys_rag.ranking import Ranker
from recsys_rag.retrieve.ease import EASE
from recsys_rag.retrieve.rating import RatingPredictor
from recsys_rag.retrieve.user_knn import UserKNN
from recsys_rag.types import (
    Batch,
    Candidate,
    Context,
    Evidence,
    Query,
    ResolvedQuery,
    Scores,
    Understanding,
)
from recsys_rag.understand.understander import Understander

_NOTHING = Understanding()


def resolved_of(
    dataset: Dataset,
    user_id: str | None,
    *,
    words: Understanding = _NOTHING,
    profile: Understanding = _NOTHING,
) -> ResolvedQuery:
    """A known user's query, or one without history."""
    items, ratings = (
        dataset.history(user_id) if user_id else (np.zeros(0, np.int64), np.zeros(0, np.float32))
    )
    steps_back = None
    if dataset.steps_back is not None:
        row = (
            slice(*dataset.interactions.indptr[dataset.users.index(user_id) :][:2])
            if user_id
            else slice(0, 0)
        )
        steps_back = dataset.steps_back[row]
    return ResolvedQuery(
        Query(user_id=user_id), items, ratings, steps_back, profile=profile, words=words
    )


def candidate_of(dataset: Dataset, item: int, predicted: float | None = None) -> Candidate:
    catalog = dataset.catalog
    title, year, genres = catalog.titles[item], catalog.year(item), catalog.genres[item]
    return Candidate(catalog.items.id(item), item, title, year, genres, 0.0, predicted)


@dataclass
class Bench:
    """All evidence sources on fitted models of one dataset."""

    dataset: Dataset
    knn: UserKNN
    ease: EASE
    ranker: Ranker  # by ease alone
    rating: RatingPredictor | None
    sources: tuple[EvidenceSource, ...]

    @classmethod
    def of(cls, dataset: Dataset, *, min_ratings: int = 10, predicts: bool = True) -> "Bench":
        """`predicts` False leaves the rating predictor out, which takes seconds to fit."""
        knn, ease = UserKNN().fit(dataset), EASE().fit(dataset)
        rating = RatingPredictor().fit(dataset) if dataset.scale and predicts else None
        catalog = dataset.catalog
        fuser, understander = WeightedFusion({"ease": 1.0}), Understander(catalog)
        ranker = Ranker(
            dataset,
            FittedHistories(dataset),
            {"ease": ease},
            fuser,
            understander,
            CatalogFilters(catalog),
        )
        sources: list[EvidenceSource] = [
            NeighborEvidence(dataset, knn),
            CarrierEvidence(dataset, LeavingOut(dataset, ranker, ease)),
            GenreEvidence(dataset),
            DecadeEvidence(dataset),
            PopularityEvidence(dataset, min_ratings=min_ratings),
            WordsEvidence(catalog),
            LikeEvidence(catalog),
            PersonEvidence(dataset),
            MovedEvidence(catalog.items),
            MetadataEvidence(catalog),
            PlotEvidence(catalog),
            CatalogEvidence(catalog),
        ]
        if rating:
            sources.append(PredictedEvidence(dataset, rating))
        return cls(dataset, knn, ease, ranker, rating, tuple(sources))

    def found(self, resolved: ResolvedQuery, items: Sequence[int]) -> list[list[Evidence]]:
        """All evidence for each item, in order."""
        by_item: dict[str, list[Evidence]] = {self.dataset.items.id(item): [] for item in items}
        for source in self.sources:
            for piece in source.evidence(resolved, np.array(items, np.int64)):
                by_item[piece.item_id].append(piece)
        return list(by_item.values())

    def top(self, resolved: ResolvedQuery, k: int = 5) -> list[int]:
        history = histories_of(self.dataset.n_items, [(resolved.item_indices, resolved.ratings)])
        scores = (
            self.ease.score(Batch(history, ("",)))[0]
            if history.nnz
            else self.dataset.popularity.astype(float)
        )
        scores = scores.copy()
        scores[resolved.item_indices] = -np.inf
        return np.argsort(-scores, kind="stable")[:k].tolist()

    def scores(
        self, resolved: ResolvedQuery, history: Mapping[int, float], examples: Sequence[int]
    ) -> Scores:
        """The scores of all items for this query with another history, oldest first, and other
        examples."""
        items = sorted(history)
        newest = list(history)[::-1]
        anew = replace(
            resolved,
            item_indices=np.array(items, np.int64),
            ratings=np.array([history[one] for one in items], np.float32),
            steps_back=None
            if resolved.steps_back is None
            else np.array([newest.index(one) for one in items], np.int32),
            words=replace(
                resolved.words,
                like_items=tuple(
                    one for one in resolved.words.like_items if one in {*examples, *history}
                ),
            ),
        )
        return self.ranker.score([anew])[0]

    def contexts(self, resolved: ResolvedQuery, k: int = 5) -> list[Context]:
        """The contexts of a list of k, as the flow makes them."""
        items = self.top(resolved, k)
        chosen = select(self.found(resolved, items))
        return [
            Context(candidate_of(self.dataset, item), pieces)
            for item, pieces in zip(items, chosen, strict=True)
        ]

    def queries(self) -> Iterator[ResolvedQuery]:
        """All users, some of them with words, a profile or a list shown before, and two without any
        history."""
        genres, catalog = self.dataset.catalog.genre_names, self.dataset.catalog
        people = tuple(catalog.people(0, "director"))
        for place, user_id in enumerate(self.dataset.users.ids):
            asked = Understanding(genres=(genres[place % len(genres)], genres[0]))
            if place % 4 == 1:
                yield resolved_of(self.dataset, user_id, words=asked)
            elif place % 4 == 2:
                yield resolved_of(
                    self.dataset, user_id, profile=asked, words=Understanding(years=(1970, 1995))
                )
            elif place % 4 == 3:
                yield resolved_of(
                    self.dataset, user_id, words=Understanding(like_items=(place % len(catalog),))
                )
            elif place % 3 == 0:
                own = resolved_of(self.dataset, user_id)
                # the first is new, the second rises, the others fall
                _, second, *rest = self.top(own, 8)
                yield replace(
                    own, query=replace(own.query, previous=catalog.items.ids_at([*rest, second]))
                )
            else:
                yield resolved_of(self.dataset, user_id)
        yield resolved_of(
            self.dataset,
            None,
            words=Understanding(genres=("Comedy",), years=(1990, 1999), people=people),
        )
        yield resolved_of(self.dataset, None, words=Understanding(like_items=(0, 3)))


def by_hand(
    dataset: Dataset, item: int = 11, own: tuple[int, int] = (9, 25)
) -> dict[str, Evidence]:
    """One piece of evidence for each shape that a kind can have, with facts that fit the made-up
    catalog."""
    catalog = dataset.catalog
    item_id, titles = catalog.items.id(item), tuple(catalog.name(one) for one in own)
    ids, genres = catalog.items.ids_at(list(own)), catalog.genres[item]
    share = {"liked": 9, "of": 14, "share_percent": 64, "catalog_percent": 22}
    scale = {"threshold": 4.0, "top": 5.0, "step": 1.0}
    decade = (catalog.year(item) or 0) // 10 * 10
    facts: dict[str, tuple[str, dict]] = {
        "neighbors": (
            "neighbors",
            {"liked": 17, "raters": 25, "neighbors": 50, **scale, "user_ids": ("3",)},
        ),
        "neighbors, all": (
            "neighbors",
            {"liked": 6, "raters": 6, "neighbors": 50, **scale, "user_ids": ("3",)},
        ),
        "neighbors, halves": (
            "neighbors",
            {"liked": 5, "raters": 8, "neighbors": 50, **scale, "step": 0.5, "user_ids": ("3",)},
        ),
        "neighbors, ten": (
            "neighbors",
            {
                "liked": 5,
                "raters": 8,
                "neighbors": 50,
                "threshold": 8.0,
                "top": 10.0,
                "step": 1.0,
                "user_ids": ("3",),
            },
        ),
        "neighbors, chosen": ("neighbors", {"chosen": 12, "neighbors": 50, "user_ids": ("3",)}),
        "carrier": ("carrier", _own(titles[:1], ids[:1], ("5",), 31, 1)),
        "carrier, small": ("carrier", _own(titles[:1], ids[:1], ("8",), 3, 2)),
        "carrier, pair": ("carrier", _own(titles, ids, ("5", "4.5"), 31, 1)),
        "carrier, pair, same": ("carrier", _own(titles, ids, ("4", "4"), 4, 2)),
        "carrier, chosen": ("carrier", _own(titles[:1], ids[:1], (), 31, 1)),
        "carrier, chosen pair": ("carrier", _own(titles, ids, (), 31, 1)),
        "carrier, chosen, small": ("carrier", _own(titles[:1], ids[:1], (), 3, 1)),
        "carrier, chosen pair, small": ("carrier", _own(titles, ids, (), 3, 1)),
        "carrier, far": ("carrier", _far(_own(titles[:1], ids[:1], ("5",), 31, 1))),
        "carrier, small, far": ("carrier", _far(_own(titles[:1], ids[:1], ("8",), 3, 2))),
        "carrier, pair, small, far": ("carrier", _far(_own(titles, ids, ("5", "4.5"), 3, 2))),
        "carrier, chosen, small, far": ("carrier", _far(_own(titles[:1], ids[:1], (), 3, 1))),
        "carrier, chosen pair, small, far": ("carrier", _far(_own(titles, ids, (), 3, 1))),
        "carrier, named, small, far": (
            "carrier",
            {**_far(_own(titles[:1], ids[:1], (), 3, 1)), "named": 1},
        ),
        "carrier, named": ("carrier", {**_own(titles[:1], ids[:1], (), 31, 1), "named": 1}),
        "carrier, named, small": ("carrier", {**_own(titles[:1], ids[:1], (), 3, 1), "named": 1}),
        "genre": ("genre", {"genre": genres[0], **share, "feedback": "liked"}),
        "genre, all": (
            "genre",
            {"genre": genres[0], **share, "liked": 14, "share_percent": 100, "feedback": "chose"},
        ),
        "decade": ("decade", {"decade": decade, **share, "feedback": "liked"}),
        "decade, chosen": ("decade", {"decade": decade, **share, "feedback": "chose"}),
        "predicted": ("predicted", {"rating": 4.3, "top": 5.0}),
        "predicted, error": ("predicted", {"rating": 4.0, "top": 5.0, "error": 0.9}),
        "popularity": ("popularity", {"ratings": 583, "mean": 3.9, "top": 5.0}),
        "popularity, chosen": ("popularity", {"ratings": 583}),
        "words": ("words", {"asked": "words", "genres": genres[:1]}),
        "words, all": (
            "words",
            {
                "asked": "words",
                "genres": genres,
                "first_year": decade,
                "last_year": decade + 9,
                "people": ("Kit Osei",),
            },
        ),
        "words, year": ("words", {"asked": "words", "first_year": 1977, "last_year": 1977}),
        "words, years": (
            "words",
            {"asked": "words", "genres": genres[:1], "first_year": 1971, "last_year": 1985},
        ),
        "profile": ("words", {"asked": "profile", "genres": genres[:1]}),
        "like": ("like", {"title": titles[0], "item_id": ids[0], "genres": genres[:1]}),
        "person": ("person", _theirs("Kit Osei", "director", 3, 14, 5)),
        "person, all": ("person", _theirs("Kit Osei", "director", 6, 6, 7)),
        "person, actor": (
            "person",
            {**_theirs("Rhea Landau", "actors", 2, 9, 8), "feedback": "chose"},
        ),
        "moved up": ("moved", {"now": 2, "before": 9, "last": 10}),
        "moved down": ("moved", {"now": 4, "before": 1, "last": 5}),
        "moved in": ("moved", {"now": 3, "last": 5}),
        "plot": ("plot", {"quote": quotable(catalog.people(item, "plot")[0]), "column": "plot"}),
        "metadata": (
            "metadata",
            {"director": ("Kit Osei",), "actors": ("Rhea Landau", "Cole Abernath")},
        ),
        "metadata, director": ("metadata", {"director": ("Kit Osei",)}),
        "metadata, actors": ("metadata", {"actors": ("Rhea Landau",)}),
        "catalog": (
            "catalog",
            {"title": catalog.titles[item], "genres": genres, "year": catalog.year(item) or 0},
        ),
        "catalog, bare": ("catalog", {"title": catalog.titles[item], "genres": ()}),
    }
    return {
        name: Evidence(kind, item_id, of, "made by hand", f"{name}: {of}", 0.5)
        for name, (kind, of) in facts.items()
    }


def _theirs(name: str, role: str, liked: int, of: int, in_catalog: int) -> dict:
    counts = {"liked": liked, "of": of, "in_catalog": in_catalog, "catalog": 60}
    return {"person": name, "role": role, **counts, "feedback": "liked"}


def _far(facts: dict) -> dict:
    return {name: value for name, value in facts.items() if name != "near"}


def _own(
    titles: tuple[str, ...],
    ids: tuple[str, ...],
    ratings: tuple[str, ...],
    percent: int,
    place: int,
) -> dict:
    facts = {"titles": titles, "item_ids": ids, "loss_percent": percent, "place": place, "near": 1}
    return {**facts, "ratings": ratings} if ratings else facts
