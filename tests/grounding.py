"""For tests of evidence, writers and verifier: contexts of real queries, and one made by hand for
every kind of evidence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from recsys_rag._fuse.weighted import WeightedFusion
from recsys_rag._histories import FittedHistories
from recsys_rag._ranking import Ranker
from recsys_rag.data._filters import CatalogFilters
from recsys_rag.data.dataset import Dataset, histories_of
from recsys_rag.fact import Fact
from recsys_rag.facts._quoting import quotable
from recsys_rag.facts.catalog import CatalogFact
from recsys_rag.facts.decade import DecadeFact
from recsys_rag.facts.genre import GenreFact
from recsys_rag.facts.influence import InfluenceFact
from recsys_rag.facts.like import LikeFact
from recsys_rag.facts.metadata import MetadataFact
from recsys_rag.facts.moved import MovedFact
from recsys_rag.facts.neighbors import NeighborsFact
from recsys_rag.facts.person import PersonFact
from recsys_rag.facts.plot import PlotFact
from recsys_rag.facts.popularity import PopularityFact, _PopularityEvidence
from recsys_rag.facts.predicted import PredictedFact
from recsys_rag.facts.record import RecordFact
from recsys_rag.facts.words import WordsFact
from recsys_rag.generate._selection import select
from recsys_rag.protocols import EvidenceSource, FittedParts
from recsys_rag.registry import fact_kinds
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
from recsys_rag.understand._understander import Understander

KINDS = fact_kinds()
_NOTHING = Understanding()


def stated(kind: str, data: Dataset, *items: int) -> list[Evidence]:
    """Return what a kind states of items from the data alone, for a person who said nothing."""
    source = KINDS[kind].evidence(FittedParts(data))
    return [*source.evidence(resolved_of(data, None), np.array(items))] if source else []


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
        histories, filters = FittedHistories(dataset), CatalogFilters(catalog)
        ranker = Ranker(dataset, histories, {"ease": ease}, fuser, understander, filters)
        parts = FittedParts(dataset, ranker, knn, rating, ease)
        kinds = [kind for name, kind in KINDS.items() if name != "popularity"]
        sources = [source for kind in kinds if (source := kind.evidence(parts))]
        sources.append(_PopularityEvidence(dataset, min_ratings=min_ratings))
        return cls(dataset, knn, ease, ranker, rating, tuple(sources))

    @property
    def parts(self) -> FittedParts:
        return FittedParts(self.dataset, self.ranker, self.knn, self.rating, self.ease)

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
            Context(candidate_of(self.dataset, item), pieces, noun=self.dataset.catalog.noun)
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
    one, title, year = (titles[:1], ids[:1]), catalog.titles[item], catalog.year(item) or 0
    two, stars, decade = (titles, ids), (4.0, 5.0, 1.0), year // 10 * 10
    facts: dict[str, Fact] = {
        "neighbors": NeighborsFact(17, 50, ("3",), 25, *stars, 61),
        "neighbors, all": NeighborsFact(16, 50, ("3",), 16, *stars, 61),
        "neighbors, halves": NeighborsFact(15, 50, ("3",), 18, 4.0, 5.0, 0.5, 61),
        "neighbors, ten": NeighborsFact(15, 50, ("3",), 18, 8.0, 10.0, 1.0, 61),
        "neighbors, split": NeighborsFact(9, 50, ("3",), 18, *stars, 61),
        "neighbors, chosen": NeighborsFact(32, 50, ("3",), everyone_percent=12),
        "influence": InfluenceFact(*one, 2, 14, 1400, (5.0,), True),
        "influence, main": InfluenceFact(*one, 1, 2, 1400, (8.0,), True, is_main=True),
        "influence, same rank": InfluenceFact(*one, 3, 3, 1400, (8.0,), True),
        "influence, pair": InfluenceFact(*two, 2, 14, 1400, (5.0, 4.5), True),
        "influence, pair, same": InfluenceFact(*two, 2, 203, 1400, (4.0, 4.0), True),
        "influence, chosen": InfluenceFact(*one, 2, 14, 1400, (), True, is_main=True),
        "influence, chosen pair": InfluenceFact(*two, 2, 14, 1400, (), True),
        "influence, far": InfluenceFact(*one, 2, 14, 1400, (5.0,)),
        "influence, pair, far": InfluenceFact(*two, 2, 14, 1400, (5.0, 4.5)),
        "influence, chosen, far": InfluenceFact(*one, 2, 14, 1400, ()),
        "influence, chosen pair, far": InfluenceFact(*two, 2, 14, 1400, ()),
        "influence, named, far": InfluenceFact(*one, 2, 14, 1400, (), is_example=True),
        "influence, named": InfluenceFact(*one, 2, 14, 1400, (), True, True, True),
        "genre": GenreFact(9, 14, 64, 22, "liked", genres[0]),
        "genre, all": GenreFact(14, 14, 100, 22, "chose", genres[0]),
        "decade": DecadeFact(9, 14, 64, 22, "liked", decade),
        "decade, chosen": DecadeFact(9, 14, 64, 22, "chose", decade),
        "predicted": PredictedFact(4.3, 5.0),
        "predicted, error": PredictedFact(4.0, 5.0, 0.9),
        "predicted, safe": PredictedFact(4.6, 5.0, 0.7, 94),
        "record": RecordFact(13, 20, 0.5),
        "popularity": PopularityFact(583, 3.9, 5.0),
        "popularity, chosen": PopularityFact(583),
        "words": WordsFact("words", genres[:1]),
        "words, all": WordsFact("words", genres, ("Kit Osei",), (decade, decade + 9)),
        "words, year": WordsFact("words", years=(1977, 1977)),
        "words, years": WordsFact("words", genres[:1], years=(1971, 1985)),
        "profile": WordsFact("profile", genres[:1]),
        "like": LikeFact(titles[0], ids[0], genres[:1]),
        "like, two": LikeFact(catalog.name(47), catalog.items.id(47), catalog.genres[47]),
        "person": PersonFact("Kit Osei", "director", 3, 14, 5, 60, "liked"),
        "person, all": PersonFact("Kit Osei", "director", 6, 6, 7, 60, "liked"),
        "person, actor": PersonFact("Rhea Landau", "actors", 2, 9, 8, 60, "chose"),
        "moved up": MovedFact(2, 10, 9),
        "moved down": MovedFact(4, 5, 1),
        "moved in": MovedFact(3, 5),
        "plot": PlotFact(quotable(catalog.people(item, "plot")[0]), "plot"),
        "metadata": MetadataFact(("Kit Osei",), ("Rhea Landau", "Cole Abernath")),
        "metadata, director": MetadataFact(("Kit Osei",)),
        "metadata, actors": MetadataFact((), ("Rhea Landau",)),
        "catalog": CatalogFact(title, genres, year),
        "catalog, bare": CatalogFact(title),
    }
    return {
        name: Evidence(item_id, fact, "made by hand", f"{name}: {fact}", 0.5)
        for name, fact in facts.items()
    }
