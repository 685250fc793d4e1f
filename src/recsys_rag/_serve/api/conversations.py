"""/conversations: lists that can be answered back, turn by turn, kept."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from recsys_rag._serve import conversing
from recsys_rag._serve.api.answers import EVENTS, STREAM, answer, described, service_of, streamed
from recsys_rag._serve.asking import ConversationBody, Name, TurnBody
from recsys_rag._serve.views import ConversationView, TurnView

router = APIRouter(prefix="/api/v1", tags=["conversations"])
Id = Annotated[Name, Path(description="Id of a conversation.")]


@router.post(
    "/conversations",
    summary="Begin a conversation",
    status_code=201,
    responses=described(ConversationView, "The conversation, kept.", 201),
)
async def begin(request: Request, body: ConversationBody) -> Response:
    """Begin with who asks, or with a kept list to answer back to; nothing is ranked yet."""
    service = service_of(request)
    query = body.noun(body.k)
    held = await service.in_thread(
        conversing.begin, service, query, query.user_id, body.recommendation
    )
    view = await service.in_thread(conversing.shown, service, held)
    location = f"/api/v1/conversations/{held.id}"
    return answer(view, 201, {"Location": location})


@router.get("/conversations/{id}", summary="A conversation", responses=described(ConversationView))
async def read(request: Request, id: Id) -> Response:
    """Return all turns, and what was said and holds. The lists are under /recommendations, byte for
    byte, also after a refit."""
    service = service_of(request)
    held = await service.in_thread(service.conversations.of, id)
    return answer(await service.in_thread(conversing.shown, service, held))


@router.post(
    "/conversations/{id}/turns",
    summary="Say something",
    status_code=201,
    responses=described(TurnView, "What it led to, kept.", 201, also={EVENTS: STREAM}),
)
async def say(request: Request, id: Id, body: TurnBody) -> Response:
    """Answer words against the last list ("less violent", "newer than 2", "seen 1, loved 4", "why
    2", "back", "start over"), or take a critique back.

    A list is made anew where something changed. Of two who answer the same turn (`after`) the later
    gets 409, and nothing of it is written. With `Accept: text/event-stream` as /recommendations;
    `finished` has the turn.
    """
    service = service_of(request)
    message = body.message()
    if EVENTS in request.headers.get("accept", ""):
        return await streamed(request, conversing.turn(service, id, message))
    turn = await conversing.turn_whole(service, id, message)
    return answer(turn, 201, {"Location": f"/api/v1/conversations/{id}"})


VIEWS = (ConversationView, TurnView)
