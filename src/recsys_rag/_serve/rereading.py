"""A fact of a kept list, read again from the rows: as of then, and as of now."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np

from recsys_rag._serve import views
from recsys_rag._serve.engine import Engine
from recsys_rag._serve.kept import Kept
from recsys_rag._serve.people import Given
from recsys_rag._serve.problems import Refused
from recsys_rag._serve.views import CatalogItemView, FactView, ItemView
from recsys_rag.conversation import Conversation
from recsys_rag.data.dataset import Dataset
from recsys_rag.data.query_rows import QueryRows
from recsys_rag.errors import RecsysRagError
from recsys_rag.registry import fact_kinds
from recsys_rag.types import Candidate, Evidence, History, ResolvedQuery
from recsys_rag.verify._rows import RowReader

_MOST_ROWS = 50
_NOBODY = ""  # the user id of a visitor, whose history was given


class RatedView(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the person's own history."""

    item_id: str
    title: str
    year: int | None
    rating: float | None  # None = seen, not rated


class RowsView(msgspec.Struct, frozen=True, kw_only=True):
    """The rows that a fact rests on. Other people are counts and ratings without names."""

    yours: tuple[RatedView, ...]
    others: dict[str, int]  # rating -> how many people gave it to the item
    similar: tuple[float, ...]  # what people like the asker gave it, highest first
    item: CatalogItemView


class CountView(msgspec.Struct, frozen=True, kw_only=True):
    """A fact, counted again from rows."""

    model: int
    is_borne_out: bool | None  # None: it cannot be counted any more
    difference: str  # what is not so
    values: dict[str, Any]  # those that were counted again


class FactReadingView(msgspec.Struct, frozen=True, kw_only=True):
    """One fact of a kept list: as it was stated, counted again as of then and as of now."""

    fact: FactView
    then: CountView
    now: CountView
    rows: RowsView


def fact_of(kept: Kept, item_id: str, number: int) -> tuple[ItemView, FactView]:
    """Return an item of a kept list and one of its facts. Raises Refused (404)."""
    item = next((item for item in kept.view.items if item.item_id == item_id), None)
    if item is None:
        raise Refused(404, f"recommendation {kept.id} has no item {item_id!r}")
    fact = next((fact for fact in item.facts if fact.number == number), None)
    if fact is None:
        raise Refused(
            404,
            f"item {item_id!r} of recommendation {kept.id} has no fact {number}; it has "
            f"{len(item.facts)}",
        )
    return item, fact


def read_again(
    kept: Kept,
    item_id: str,
    number: int,
    then: Engine | None,
    now: Engine,
    said: Callable[[Kept, Engine], Conversation],
) -> FactReadingView:
    """Count a fact again: by the model and the history of then, and by those of now.

    `then` is None where that model is no longer here; `said` is what a conversation asked for.
    Raises Refused (404).
    """
    item, fact = fact_of(kept, item_id, number)
    model = kept.view.as_of.model
    gone = CountView(
        model=model,
        is_borne_out=None,
        difference=f"model {model} is no longer here; then it was counted before it was said",
        values={},
    )
    counted_then = gone
    if then is not None:
        counted_then, _ = _counted(
            kept,
            item,
            fact,
            then,
            kept.history_in(then.recommender.dataset.items),
            said(kept, then),
        )
    history = (
        kept.history_in(now.recommender.dataset.items)
        if kept.user_id is None
        else now.people.of(kept.user_id).history
    )
    counted_now, rows = _counted(kept, item, fact, now, history, said(kept, now))
    return FactReadingView(fact=fact, then=counted_then, now=counted_now, rows=rows)


def _counted(
    kept: Kept,
    item: ItemView,
    fact: FactView,
    engine: Engine,
    history: History,
    conversation: Conversation,
) -> tuple[CountView, RowsView]:
    dataset, flow = engine.recommender.dataset, engine.recommender.flow
    place = dataset.items.get(item.item_id)
    if place is None:
        raise Refused(410, f"item {item.item_id!r} is no longer in the catalog")
    ranker = replace(flow.ranker, histories=Given({kept.user_id or _NOBODY: history}))
    query = replace(kept.query, user_id=kept.user_id or _NOBODY)
    try:
        resolved = ranker.resolve(query)
        if conversation.critiques:
            resolved = ranker.continued(resolved, conversation)
    except RecsysRagError as error:
        raise Refused(410, f"the question cannot be asked any more: {error}") from None
    candidate = replace(engine.candidate(resolved, place), score=item.score)
    assert isinstance(flow.rows, RowReader)
    listed = tuple(
        Candidate(other.item_id, -1, other.title, other.year, other.genres, other.score)
        for other in kept.view.items
    )
    rows = flow.rows.rows(resolved, listed)
    kind = fact_kinds()[fact.kind]
    evidence = Evidence(
        item.item_id,
        msgspec.convert(fact.values, kind.fact),
        fact.source,
        fact.statement,
        fact.strength,
    )
    difference = flow.rows.objections(resolved, listed)(candidate, evidence)
    try:
        values = _plain(kind.recount(evidence.fact, candidate, rows))
    except (KeyError, ValueError, TypeError, IndexError):
        values = {}
    count = CountView(
        model=engine.version, is_borne_out=not difference, difference=difference, values=values
    )
    return count, _rows(engine, resolved, rows, evidence, place)


def _rows(
    engine: Engine, resolved: ResolvedQuery, rows: QueryRows, evidence: Evidence, place: int
) -> RowsView:
    dataset = engine.recommender.dataset
    catalog = dataset.catalog
    users, ratings = rows.ratings_of(place)
    similar: list[float] = []
    if evidence.kind == "neighbors":
        similar = sorted(ratings[rows.neighbors[users]].tolist(), reverse=True)
    concerned = [item for item in rows.rated if _concerns(evidence.fact, item, dataset)]
    return RowsView(
        yours=tuple(
            RatedView(
                item_id=catalog.items.id(item),
                title=catalog.titles[item],
                year=catalog.year(item),
                rating=rows.rated[item],
            )
            for item in sorted(concerned, key=lambda item: (-rows.rated[item], item))[:_MOST_ROWS]
        ),
        others={f"{rating:g}": n for rating, n in sorted(Counter(ratings.tolist()).items())},
        similar=tuple(similar[:_MOST_ROWS]),
        item=views.catalog_item_view(dataset, place),
    )


def _concerns(fact: Any, item: int, dataset: Dataset) -> bool:
    """Say whether a fact speaks of this item of the person's history."""
    catalog = dataset.catalog
    ids = (*getattr(fact, "item_ids", ()), *filter(None, [getattr(fact, "item_id", "")]))
    if ids:
        return catalog.items.id(item) in ids
    if (genre := getattr(fact, "genre", None)) is not None:
        return genre in catalog.genres[item]
    if (decade := getattr(fact, "decade", None)) is not None:
        return bool(int(catalog.years[item]) // 10 * 10 == decade)
    if (person := getattr(fact, "person", None)) is not None:
        return str(person) in catalog.people(item, fact.role)
    return False


def _plain(values: Mapping[str, object]) -> dict[str, Any]:
    """Return what was counted as JSON has it, without the ids of people."""
    kept = {name: value for name, value in values.items() if name != "user_ids"}
    return {name: _of(value) for name, value in kept.items()}


def _of(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, tuple | list | set | frozenset):
        return [_of(part) for part in value]
    if isinstance(value, float):
        return round(value, 6) if np.isfinite(value) else None
    return value
