"""/feedback and /users: what people say, all that is known of one of them, and forgetting it."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Header, Path, Request
from starlette.responses import Response

from recsys_rag._serve import problems
from recsys_rag._serve.api.answers import (
    JSON,
    NDJSON,
    REFUSALS,
    one_or_many,
    pieces_of,
    read_as,
    service_of,
)
from recsys_rag._serve.asking import FeedbackBody, Name
from recsys_rag._serve.idempotency import Answer, repeatable
from recsys_rag._serve.memory import Recorded
from recsys_rag._serve.people import Feedback
from recsys_rag._serve.problems import Problem

router = APIRouter(prefix="/api/v1", tags=["people"])
UserId = Annotated[Name, Path(description="A user's id.")]


class RecordedView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one line of feedback."""

    line: int  # from 1
    status: str  # "recorded" or "refused"
    number: int | None = None  # of the feedback; counts up
    item: str = ""  # its id
    problem: Problem | None = None


@router.post(
    "/feedback",
    summary="Say what a person thinks of items",
    status_code=201,
    openapi_extra=one_or_many("FeedbackBody"),
    responses={
        201: {
            "description": "It is on disk, and the next answer knows it.",
            "content": {JSON: {"schema": {"$ref": "#/components/schemas/RecordedView"}}},
        },
        200: {
            "description": "A RecordedView a line, in the order of the lines.",
            "content": {NDJSON: {"schema": {"type": "string"}}},
        },
        **REFUSALS,
    },
)
async def feedback(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(max_length=200, description="The same key and body are written down once."),
    ] = None,
) -> Response:
    """Write down what people say: one piece as JSON, or many as lines of JSON (NDJSON).

    Kinds: rating (with a number), liked, not_for_me, seen, shown, dismissed, and withdrawn, which
    takes back what the person said about the item. Of NDJSON, each line has its result; a line that
    is refused keeps no other from being written.
    """
    service, content = service_of(request), await request.body()
    pieces, is_one = await pieces_of(request)
    read = [_read(piece) for piece in pieces]
    if is_one and isinstance(read[0], Problem):
        return problems.response(
            msgspec.structs.replace(read[0], request_id=request.state.request_id)
        )
    given = [said for said in read if isinstance(said, Feedback)]

    def told(recorded: Sequence[Recorded]) -> Answer:
        return _told(read, recorded, one=is_one)

    if idempotency_key is None:
        answer, again = told(await service.memory.say_soon(given)), False
    else:
        repeated = repeatable(request.state.key.id, request.url.path, idempotency_key, content)
        answer, again = await service.in_thread(service.memory.say_once, given, repeated, told)
    for said in given:
        request.app.state.metrics.count_feedback(said.kind)
    headers = {"Idempotent-Replayed": "true"} if again else None
    return Response(answer.body, answer.status, headers, media_type=answer.media_type)


def _object(description: str) -> dict[int | str, dict[str, Any]]:
    content = {JSON: {"schema": {"type": "object"}}}
    return {200: {"description": description, "content": content}, **REFUSALS}


@router.get(
    "/users/{user}/history",
    summary="What is known of a person",
    responses=_object("Ratings and what was seen, latest first, with what is held back."),
)
async def history(request: Request, user: UserId) -> dict[str, Any]:
    """Return the history that the next answer will rest on."""
    service = service_of(request)
    return await service.in_thread(service.memory.history, user)


@router.get(
    "/users/{user}/export",
    summary="All that is held of a person",
    responses=_object("History, every piece of feedback, every list."),
)
async def export(request: Request, user: UserId) -> dict[str, Any]:
    """Return everything that is held of a person, to take away."""
    service = service_of(request)
    return await service.in_thread(service.memory.export, user)


@router.delete(
    "/users/{user}", summary="Forget a person", responses=_object("A receipt, which names nobody.")
)
async def forget(request: Request, user: UserId) -> dict[str, Any]:
    """Delete all that is known of a person. Where they stand in what was fitted, it is fitted anew
    without them; the receipt then says "pending" until that is done."""
    service = service_of(request)
    return await service.in_thread(service.memory.forget, user)


@router.get("/receipts/{id}", summary="How far a forgetting is", responses=_object("The receipt."))
async def receipt(
    request: Request, id: Annotated[Name, Path(description="Id of a receipt.")]
) -> dict[str, Any]:
    """Return a receipt as it stands now."""
    service = service_of(request)
    return await service.in_thread(service.memory.receipt, id)


def _read(content: bytes) -> Feedback | Problem:
    body = read_as(FeedbackBody, content)
    return body if isinstance(body, Problem) else body.noun()


def _told(read: Sequence[Feedback | Problem], recorded: Sequence[Recorded], *, one: bool) -> Answer:
    """Return the answer to these lines."""
    outcomes = iter(recorded)
    views = []
    for line, said in enumerate(read, 1):
        outcome = next(outcomes) if isinstance(said, Feedback) else said
        if isinstance(outcome, Recorded) and outcome.error:
            outcome = problems.problem_of(outcome.error)
        if isinstance(outcome, Problem):
            views.append(RecordedView(line=line, status="refused", problem=outcome))
        else:
            number, item = outcome.number, outcome.item_id
            views.append(RecordedView(line=line, status="recorded", number=number, item=item))
    if not one:
        body = b"".join(msgspec.json.encode(view) + b"\n" for view in views)
        return Answer(200, NDJSON, body)
    if problem := views[0].problem:
        return Answer(problem.status, problems.MEDIA_TYPE, msgspec.json.encode(problem))
    return Answer(201, JSON, msgspec.json.encode(views[0]))


VIEWS = (RecordedView,)
BODIES = (FeedbackBody,)
