"""/items: the catalog, and what is like one of its items."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from recsys_rag._serve import views
from recsys_rag._serve.api.answers import (
    REFUSALS,
    answer,
    cursor_of,
    described,
    place_of,
    service_of,
)
from recsys_rag._serve.asking import Name, Text, Whole
from recsys_rag._serve.problems import Refused
from recsys_rag._serve.views import CatalogItemView
from recsys_rag.data.dataset import Dataset

router = APIRouter(prefix="/api/v1", tags=["items"])
Item = Annotated[Name, Path(description="An item's id or title.")]


class CatalogPageView(msgspec.Struct, frozen=True, kw_only=True):
    """Items of the catalog; `next` is where the following ones are, null at the end."""

    items: tuple[CatalogItemView, ...]
    suggestions: tuple[str, ...]  # the closest titles, where nothing is called so
    next: str | None


class SimilarItemView(msgspec.Struct, frozen=True, kw_only=True):
    """An item that is like another."""

    item: CatalogItemView
    score: float


class SimilarView(msgspec.Struct, frozen=True, kw_only=True):
    """The items most like one, most like it first."""

    about: CatalogItemView
    similar: tuple[SimilarItemView, ...]


@router.get("/items", summary="Find items by their titles", responses=described(CatalogPageView))
async def items(
    request: Request,
    q: Annotated[Text, Query(description="A title as it is typed; all items without one.")] = "",
    limit: Annotated[Whole, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str, Query(max_length=200, description="`next` of the page before.")] = "",
) -> Response:
    """List what is called so, or begins so, best known first; with suggestions where nothing is."""
    service = service_of(request)
    dataset = service.engine.recommender.dataset
    begin = place_of(cursor) if cursor else 0
    if not isinstance(begin, int) or isinstance(begin, bool) or not 0 <= begin <= dataset.n_items:
        raise Refused(422, "this cursor is none that was given here; begin without one")

    def page() -> CatalogPageView:
        gone = {dataset.items.get(item_id) for item_id in service.engine.withdrawn.ids()}
        places = [place for place in matching(dataset, q) if place not in gone]
        here = places[begin : begin + limit]
        following = begin + limit
        more = f"/api/v1/items?{_query(q, limit, following)}" if following < len(places) else None
        return CatalogPageView(
            items=tuple(views.catalog_item_view(dataset, place) for place in here),
            suggestions=() if places else dataset.catalog.closest(q),
            next=more,
        )

    return answer(await service.in_thread(page))


@router.get("/items/{item}", summary="One item", responses=described(CatalogItemView))
async def item(request: Request, item: Item) -> Response:
    """Return what the catalog has of an item."""
    service = service_of(request)
    dataset = service.engine.recommender.dataset
    place = await service.in_thread(dataset.catalog.resolve, item)
    return answer(views.catalog_item_view(dataset, place))


@router.delete(
    "/items/{item}",
    summary="Have an item shown no more",
    status_code=204,
    responses={204: {"description": "The next answer of any process is without it."}, **REFUSALS},
)
async def withdraw(request: Request, item: Item) -> Response:
    """Withdraw an item: from here on it is in no list, also after a refit.

    What people said of it counts on, and kept lists stay as they are.
    """
    return await _changed(request, item, service_of(request).engine.withdrawn.withdraw)


@router.post(
    "/items/{item}:restore",
    summary="Have a withdrawn item shown again",
    status_code=204,
    responses={204: {"description": "The next answer of any process may have it."}, **REFUSALS},
)
async def restore(request: Request, item: Item) -> Response:
    """Take back what `DELETE` did."""
    return await _changed(request, item, service_of(request).engine.withdrawn.restore)


async def _changed(request: Request, item: str, change: Callable[[str], None]) -> Response:
    service = service_of(request)
    catalog = service.engine.recommender.dataset.catalog
    item_id = catalog.items.id(await service.in_thread(catalog.resolve, item))
    await service.in_thread(change, item_id)
    return Response(status_code=204)


@router.get(
    "/items/{item}/similar", summary="What is like an item", responses=described(SimilarView)
)
async def similar(
    request: Request, item: Item, k: Annotated[Whole, Query(ge=1, le=100)] = 10
) -> Response:
    """Return what people who took to an item also took to, and what reads like it."""
    service = service_of(request)
    engine = service.engine
    dataset = engine.recommender.dataset

    def alike() -> SimilarView:
        return SimilarView(
            about=views.catalog_item_view(dataset, dataset.catalog.resolve(item)),
            similar=tuple(
                SimilarItemView(
                    item=views.catalog_item_view(dataset, candidate.item_index),
                    score=round(candidate.score, 6),
                )
                for candidate in engine.similar(item, k)
            ),
        )

    return answer(await service.in_thread(alike))


def matching(dataset: Dataset, typed: str) -> list[int]:
    """Return the items whose title is or holds what was typed, best known first; those that are
    called so exactly come before."""
    from recsys_rag.data.catalog import fold

    catalog = dataset.catalog
    known = (-dataset.popularity).tolist()
    wanted = fold(typed)
    exact = set(catalog.find(typed)) if typed.strip() else set()
    every: list[int] = [
        place
        for place, title in enumerate(catalog.titles)
        if place in exact or not wanted or wanted in fold(title)
    ]
    return sorted(every, key=lambda place: (place not in exact, known[place], place))


def _query(q: str, limit: int, begin: int) -> str:
    from urllib.parse import urlencode

    given: dict[str, Any] = {"q": q, "limit": limit, "cursor": cursor_of(begin)}
    return urlencode(given)


VIEWS = (CatalogPageView, SimilarView)
