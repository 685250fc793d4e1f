"""/items: the catalog, what changes in it, and what is like one of its items."""

from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from recsys_rag._serve import problems, views
from recsys_rag._serve.api.answers import (
    NDJSON,
    REFUSALS,
    answer,
    cursor_of,
    described,
    one_or_many,
    pieces_of,
    place_of,
    read_as,
    service_of,
    tags_of,
)
from recsys_rag._serve.asking import (
    ItemBody,
    ItemChangesBody,
    ItemId,
    ItemLineBody,
    Name,
    Text,
    Whole,
)
from recsys_rag._serve.engine import Engine
from recsys_rag._serve.items import encoded
from recsys_rag._serve.kept import etag
from recsys_rag._serve.problems import Problem, Refused
from recsys_rag._serve.views import CatalogItemView
from recsys_rag._serve.withdrawn import Withdrawn
from recsys_rag.data.catalog import Row, fold
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import RecsysRagError

router = APIRouter(prefix="/api/v1", tags=["items"])
Item = Annotated[Name, Path(description="An item's id or title.")]
NewItem = Annotated[ItemId, Path(description="An item's id.")]


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


class PutView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one line of items."""

    line: int  # from 1
    status: str  # "changed", also where it is new, "unchanged" or "refused"
    item: str = ""
    problem: Problem | None = None


@router.get("/items", summary="Find items by their titles", responses=described(CatalogPageView))
async def items(
    request: Request,
    q: Annotated[Text, Query(description="A title as it is typed; all items without one.")] = "",
    limit: Annotated[Whole, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str, Query(max_length=200, description="`next` of the page before.")] = "",
) -> Response:
    """List what is called so, or begins so, best known first; with suggestions where nothing is."""
    service = service_of(request)
    engine = await service.current()
    dataset = engine.recommender.dataset
    begin = place_of(cursor) if cursor else 0
    if not isinstance(begin, int) or isinstance(begin, bool) or not 0 <= begin <= dataset.n_items:
        raise Refused(422, "this cursor is none that was given here; begin without one")

    def page() -> CatalogPageView:
        gone = {dataset.items.get(item_id) for item_id in engine.withdrawn.ids()}
        places = [place for place in matching(dataset, q) if place not in gone]
        here = places[begin : begin + limit]
        following = begin + limit
        query = urlencode({"q": q, "limit": limit, "cursor": cursor_of(following)})
        more = f"/api/v1/items?{query}" if following < len(places) else None
        return CatalogPageView(
            items=tuple(views.catalog_item_view(dataset, place) for place in here),
            suggestions=() if places else dataset.catalog.closest(q),
            next=more,
        )

    return answer(await service.in_thread(page))


@router.get("/items/{item}", summary="One item", responses=described(CatalogItemView))
async def item(request: Request, item: Item) -> Response:
    """Return what the catalog has of an item, with an ETag for `PUT` and `PATCH`."""
    service = service_of(request)
    dataset = (await service.current()).recommender.dataset
    place = await service.in_thread(dataset.catalog.resolve, item)
    tag = _tag(dataset, dataset.catalog.row(place), place)
    if tag in tags_of(request, "if-none-match"):
        return Response(None, 304, {"ETag": tag})
    return _shown(dataset, place)


@router.put(
    "/items/{item}",
    summary="Put an item into the catalog",
    responses={
        **described(CatalogItemView, "The item, which was there, as it is now."),
        **described(CatalogItemView, "The item, which is new.", 201),
    },
)
async def put(request: Request, item: NewItem, body: ItemBody) -> Response:
    """Have the catalog hold an item just so: a new one, or all that is known of an old one.

    The next answer of any process knows it: its title, its columns, its text. What is learned from
    ratings, and from genres and years beside them, it gets by the next refit; until then nobody's
    ratings recommend a new item, words do. With `If-Match`, only what has this ETag is replaced,
    and with `If-None-Match: *` nothing is. A withdrawn item stays withdrawn.
    """
    return await _put(request, item, _always(body.row()))


@router.patch(
    "/items/{item}", summary="Change an item", responses=described(CatalogItemView, "As it is now.")
)
async def change(request: Request, item: NewItem, body: ItemChangesBody) -> Response:
    """Change some of what the catalog has of an item, as `PUT` does; what is left out stays, null
    clears (RFC 7396)."""

    def changed(before: Row | None) -> Row:
        if before is None:
            raise Refused(404, f"no item with the id {item!r}; PUT makes one")
        return body.over(before)

    return await _put(request, item, changed)


@router.post(
    "/items:bulk",
    summary="Put many items into the catalog",
    openapi_extra=one_or_many("ItemLineBody"),
    responses=described(
        PutView,
        "A PutView, or a line for each, in the order of the lines.",
        also={NDJSON: {"type": "string"}},
    ),
)
async def bulk(request: Request) -> Response:
    """Do what `PUT` does for one item as JSON, or for each line of NDJSON, in one transaction; a
    line that is refused keeps no other from being written."""
    service = service_of(request)
    pieces, is_one = await pieces_of(request)
    read = [read_as(ItemLineBody, piece) for piece in pieces]
    bodies = [body for body in read if isinstance(body, ItemLineBody)]
    changes = [(body.item, _always(body.row())) for body in bodies]
    outcomes = iter(await service.in_thread(service.change_items, changes))
    told = []
    for line, body in enumerate(read, 1):
        if isinstance(body, Problem):
            told.append(PutView(line=line, status="refused", problem=body))
        elif isinstance(outcome := next(outcomes), RecsysRagError):
            problem = problems.problem_of(outcome)
            told.append(PutView(line=line, status="refused", item=body.item, problem=problem))
        else:
            status = "changed" if outcome else "unchanged"
            told.append(PutView(line=line, status=status, item=body.item))
    if not is_one:
        content = b"".join(views.encode(view) + b"\n" for view in told)
        return Response(content, 200, media_type=NDJSON)
    if why := told[0].problem:
        return problems.response(msgspec.structs.replace(why, request_id=request.state.request_id))
    return answer(told[0])


def _always(row: Row) -> Callable[[Row | None], Row]:
    return lambda before: row


async def _put(request: Request, item_id: str, changed: Callable[[Row | None], Row]) -> Response:
    service = service_of(request)
    engine = await service.current()
    was_new: list[bool] = []

    def checked(before: Row | None) -> Row:
        _check_conditions(request, engine.recommender.dataset, item_id, before)
        was_new.append(before is None)
        return changed(before)

    (outcome,) = await service.in_thread(service.change_items, [(item_id, checked)])
    if isinstance(outcome, RecsysRagError):
        raise outcome
    dataset = (await service.current()).recommender.dataset
    return _shown(dataset, dataset.items.index(item_id), 201 if was_new[0] else 200)


def _check_conditions(request: Request, dataset: Dataset, item_id: str, before: Row | None) -> None:
    """Raise Refused (412) where the item is not as the request would have it."""
    tag = None if before is None else _tag(dataset, before, dataset.items.get(item_id))
    wanted, unwanted = tags_of(request, "if-match"), tags_of(request, "if-none-match")
    if wanted and (tag is None or not {tag, "*"} & wanted):
        raise Refused(412, f"item {item_id!r} is not as it was; read it again, and decide anew")
    if tag is not None and {tag, "*"} & unwanted:
        raise Refused(412, f"item {item_id!r} is there already")


def _tag(dataset: Dataset, row: Row, place: int | None) -> str:
    return etag(encoded((row, views.average_of(dataset, place))))


def _shown(dataset: Dataset, place: int, status: int = 200) -> Response:
    headers = {"ETag": _tag(dataset, dataset.catalog.row(place), place)}
    return answer(views.catalog_item_view(dataset, place), status, headers)


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
    return await _changed(request, item, Withdrawn.withdraw)


@router.post(
    "/items/{item}:restore",
    summary="Have a withdrawn item shown again",
    status_code=204,
    responses={204: {"description": "The next answer of any process may have it."}, **REFUSALS},
)
async def restore(request: Request, item: Item) -> Response:
    """Take back what `DELETE` did."""
    return await _changed(request, item, Withdrawn.restore)


async def _changed(
    request: Request, item: str, change: Callable[[Withdrawn, str], None]
) -> Response:
    service = service_of(request)
    engine = await service.current()
    catalog = engine.recommender.dataset.catalog
    item_id = catalog.items.id(await service.in_thread(catalog.resolve, item))
    await service.in_thread(change, engine.withdrawn, item_id)
    return Response(status_code=204)


@router.get(
    "/items/{item}/similar", summary="What is like an item", responses=described(SimilarView)
)
async def similar(
    request: Request, item: Item, k: Annotated[Whole, Query(ge=1, le=100)] = 10
) -> Response:
    """Return what people who took to an item also took to, and what reads like it."""
    service = service_of(request)
    engine = await service.current()
    return answer(await service.in_thread(similar_view, engine, item, k))


def similar_view(engine: Engine, item: str, k: int) -> SimilarView:
    """Show what is most like an item. Raises UnknownItemError, QueryError."""
    dataset = engine.recommender.dataset
    return SimilarView(
        about=views.catalog_item_view(dataset, dataset.catalog.resolve(item)),
        similar=tuple(
            SimilarItemView(
                item=views.catalog_item_view(dataset, one.item_index), score=round(one.score, 6)
            )
            for one in engine.similar(item, k)
        ),
    )


def matching(dataset: Dataset, typed: str) -> list[int]:
    """Return the items whose title is or holds what was typed, best known first; those that are
    called so exactly come before."""
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


VIEWS = (CatalogPageView, SimilarView, PutView)
BODIES = (ItemLineBody,)
