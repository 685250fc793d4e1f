"""/recommendations and /rankings: lists with text, kept and replayed, and lists without."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from recsys_rag._serve import company, problems
from recsys_rag._serve.api.answers import (
    EVENTS,
    STREAM,
    answer,
    described,
    service_of,
    streamed,
    unchanging,
)
from recsys_rag._serve.asking import (
    GroupBody,
    Name,
    NextBody,
    RankingsBody,
    RecommendationsBody,
    VerifyBody,
    Whole,
)
from recsys_rag._serve.company import GroupView
from recsys_rag._serve.problems import Problem
from recsys_rag._serve.rereading import FactReadingView
from recsys_rag._serve.service import Ask
from recsys_rag._serve.views import RecommendationView, VerificationView
from recsys_rag.errors import RecsysRagError

router = APIRouter(prefix="/api/v1", tags=["lists"])
Id = Annotated[Name, Path(description="Id of a recommendation.")]


class RankingView(msgspec.Struct, frozen=True, kw_only=True):
    """The list for one query: item ids and scores, best first; or why there is none."""

    model: int | None = None  # the version that ranked
    items: tuple[str, ...] = ()
    scores: tuple[float, ...] = ()
    problem: Problem | None = None


class RankingsView(msgspec.Struct, frozen=True, kw_only=True):
    """A list a query, same order."""

    rankings: tuple[RankingView, ...]


@router.post(
    "/recommendations",
    summary="Recommend, with reasons",
    status_code=201,
    responses=described(RecommendationView, "The list, kept.", 201, also={EVENTS: STREAM}),
)
async def recommend(request: Request, body: RecommendationsBody) -> Response:
    """Recommend items with texts whose every sentence cites facts.

    With `Accept: text/event-stream`: the event `drafted` has an item with the template's text, as
    soon as its facts are counted; `ranked` has the whole list with these texts; `written` has an
    item whose text is final; `finished` has the list as it is kept. A failure after the beginning
    is the event `problem`.
    """
    return await _answered(request, body.ask())


@router.get(
    "/recommendations/{id}",
    summary="The same list, later",
    responses={
        **described(RecommendationView, "The bytes that were answered then."),
        304: {"description": "Not changed."},
    },
)
async def replay(request: Request, id: Id) -> Response:
    """Return a list as it was answered, byte for byte, also after a refit."""
    service = service_of(request)
    kept = await service.in_thread(service.lists.of, id)
    return unchanging(request, kept.body)


@router.post(
    "/recommendations/{id}/next",
    summary="The next of the same list",
    status_code=201,
    responses=described(RecommendationView, "A list of its own, kept.", 201, also={EVENTS: STREAM}),
)
async def following(request: Request, id: Id, body: NextBody | None = None) -> Response:
    """Return what comes after a kept list, with what was said since counted in."""
    service = service_of(request)
    ask = await service.in_thread(service.following, id, body.k if body else None)
    return await _answered(request, ask)


@router.get(
    "/recommendations/{id}/items/{item}/facts/{number}",
    summary="One fact, read again from the rows",
    responses=described(FactReadingView),
)
async def fact(
    request: Request,
    id: Id,
    item: Annotated[Name, Path(description="An item's id.")],
    number: Annotated[Whole, Path(ge=1, le=1_000, description="As the text cites it.")],
) -> Response:
    """Count a fact again, as of then and as of now, and show the rows that it rests on.

    Other people are counts and ratings without names.
    """
    service = service_of(request)
    return answer(await service.in_thread(service.fact, id, item, number))


@router.post(
    "/verify", summary="Judge a text, sentence by sentence", responses=described(VerificationView)
)
async def verify(request: Request, body: VerifyBody) -> Response:
    """Say of each sentence about an item, whoever wrote it, whether facts support or refute it, or
    whether it cannot be read."""
    service = service_of(request)
    return answer(await service.in_thread(service.verify, body.noun(), body.about, body.text))


@router.post(
    "/rankings",
    summary="Rank for many, without text",
    responses=described(RankingsView, "A list a query, same order."),
)
async def rankings(request: Request, body: RankingsBody) -> Response:
    """Rank for up to 256 queries at once; each has its list, or its problem."""
    return answer(
        RankingsView(
            rankings=tuple(
                RankingView(problem=problems.problem_of(row))
                if isinstance(row, RecsysRagError)
                else RankingView(model=row.model, items=row.item_ids, scores=row.scores)
                for row in await service_of(request).rank(body.nouns())
            )
        )
    )


@router.post(
    "/groups/recommendations",
    summary="One list for several people",
    responses=described(GroupView, "The list, with what each item is to each of them."),
)
async def together(request: Request, body: GroupBody) -> Response:
    """Recommend for two to ten people together: best first by the mean and the least of what each
    would give, nothing that anybody would give less than the floor.

    A member is a user, or a history, or words. Where too little is left, the list is shorter, and
    `notes` say so.
    """
    service = service_of(request)
    members, explain = [member.member for member in body.members], body.explain != "none"
    asked = (await service.current(), members, body.k, body.floor)
    return answer(await service.in_thread(company.together, *asked, explain=explain))


async def _answered(request: Request, ask: Ask) -> Response:
    """Answer as JSON or as events, as the request would have it."""
    service = service_of(request)
    if EVENTS in request.headers.get("accept", ""):
        return await streamed(request, service.recommend(ask))
    part = await service.recommend_whole(ask)
    assert isinstance(part.view, RecommendationView)
    request.state.timings.update(part.view.seconds)
    location = f"/api/v1/recommendations/{part.view.id}"
    return unchanging(request, part.body, 201, {"Location": location, "Content-Location": location})


# what is answered without the framework (`quick`)
QUICK: Mapping[str, Callable[..., Awaitable[Response]]] = {
    "/api/v1/rankings": rankings,
    "/api/v1/recommendations": recommend,
    "/api/v1/verify": verify,
}
VIEWS = (RecommendationView, RankingsView, GroupView, FactReadingView, VerificationView)
