"""/v1/models and /v1/chat/completions: the recommender as clients of OpenAI's API see a model. What
it answers are lists of proven text; instructions in the messages have no say."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Request
from starlette.responses import Response, StreamingResponse

from recsys_rag._serve import conversing, problems, views
from recsys_rag._serve import kept as keeping
from recsys_rag._serve.api.answers import EVENTS, answer, described, service_of
from recsys_rag._serve.asking import ChatBody, ChatMessage, Name
from recsys_rag._serve.conversations import Held, Said
from recsys_rag._serve.conversing import Message
from recsys_rag._serve.database import now
from recsys_rag._serve.problems import Refused
from recsys_rag._serve.service import Part, Service
from recsys_rag._serve.views import ItemView, TurnView
from recsys_rag.errors import UnknownItemError
from recsys_rag.types import Query

router = APIRouter(prefix="/v1", tags=["chat"])
MODEL = "recsys-rag"
_STREAM = {"type": "string", "description": "Chunks as OpenAI has them, then [DONE]."}
_LISTED = re.compile(r"^\d+\. \*\*(?P<name>.+?)\*\*", re.MULTILINE)
_CITED = re.compile(r"\s*\[\d+\]")
_YEAR = re.compile(r" \(\d{4}\)$")


class ChatModelView(msgspec.Struct, frozen=True, kw_only=True):
    """What can be asked: one model, the recommender."""

    id: str = MODEL
    object: str = "model"
    created: int  # seconds since 1970
    owned_by: str = MODEL


class ChatModelsView(msgspec.Struct, frozen=True, kw_only=True):
    object: str = "list"
    data: tuple[ChatModelView, ...]


class ReplyView(msgspec.Struct, frozen=True, kw_only=True):
    role: str = "assistant"
    content: str


class ChoiceView(msgspec.Struct, frozen=True, kw_only=True):
    index: int = 0
    message: ReplyView
    finish_reason: str = "stop"


class UsageView(msgspec.Struct, frozen=True, kw_only=True):
    """No tokens are counted: nothing is charged by them."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class CompletionView(msgspec.Struct, frozen=True, kw_only=True):
    """An answer. Under its id as a conversation (/api/v1/conversations) stand the facts."""

    id: str
    object: str = "chat.completion"
    created: int
    model: str = MODEL
    choices: tuple[ChoiceView, ...]
    usage: UsageView = UsageView()


@router.get("/models", summary="What can be asked", responses=described(ChatModelsView))
async def models(request: Request) -> Response:
    """Return the one model that there is."""
    return answer(ChatModelsView(data=(await _model(request),)))


@router.get("/models/{id}", summary="One model", responses=described(ChatModelView))
async def model(request: Request, id: Annotated[Name, Path(description="Its name.")]) -> Response:
    """Return it, if it is the one that there is."""
    _check_model(id)
    return answer(await _model(request))


@router.post(
    "/chat/completions", summary="Chat", responses=described(CompletionView, also={EVENTS: _STREAM})
)
async def complete(request: Request, body: ChatBody) -> Response:
    """Answer the last message of a chat with a list; earlier ones hold. Numbers ("less violent than
    2") point to the list in the answer before. `user` is a user's id; settings of sampling and
    system messages are passed over."""
    _check_model(body.model)
    service = service_of(request)
    held, words = await service.in_thread(_held, service, body)
    if body.stream:
        parts = conversing.turn(service, held.id, Message(words))
        first = await anext(parts)  # what cannot be answered has its status
        chunks = _chunks(held, first, parts)
        return StreamingResponse(chunks, 200, {"X-Accel-Buffering": "no"}, media_type=EVENTS)
    turn = await conversing.turn_whole(service, held.id, Message(words))
    choice = ChoiceView(message=ReplyView(content=_text(turn)))
    return answer(CompletionView(id=held.id, created=held.created_at, choices=(choice,)))


async def _chunks(held: Held, first: Part, parts: AsyncIterator[Part]) -> AsyncIterator[bytes]:
    """Yield an answer item by item, each as its text is final."""

    def chunk(delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        told = {
            "id": held.id,
            "object": "chat.completion.chunk",
            "created": held.created_at,
            "model": MODEL,
            "choices": [choice],
        }
        return b"data: " + views.encode(told) + b"\n\n"

    try:
        yield chunk({"role": "assistant", "content": ""})
        part, said = first, ""
        while True:
            if part.name == "written" and isinstance(part.view, ItemView):
                text = _item(part.view) + "\n"
                said += text
                yield chunk({"content": text})
            elif isinstance(part.view, TurnView):
                whole = _text(part.view)
                rest = whole.removeprefix(said) if whole.startswith(said) else f"\n{whole}"
                yield chunk({"content": rest})
                break
            part = await anext(parts)
        yield chunk({}, "stop")
        yield b"data: [DONE]\n\n"
    except Exception as error:
        problem = problems.problem_of(error)
        told = {"error": {"message": problem.detail, "type": problem.type, "code": problem.status}}
        yield b"data: " + views.encode(told) + b"\n\n"
    finally:
        await parts.aclose()  # type: ignore[attr-defined]


def _text(turn: TurnView) -> str:
    """Return a turn as text: the list, then what is to be said of it."""
    view = turn.recommendation
    items = [_item(item) + "\n" for item in view.items] if view else []
    told = [turn.reply, *(view.notes if view else ())]
    return "".join(items) + "\n".join(dict.fromkeys(filter(None, told)))


def _item(item: ItemView) -> str:
    name = f"{item.title} ({item.year})" if item.year else item.title
    return f"{item.rank}. **{name}**: {_CITED.sub('', item.text)}"


def _held(service: Service, body: ChatBody) -> tuple[Held, str]:
    """Keep the chat so far as a conversation; return it and the message to answer.

    Raises Refused (422).
    """
    if body.messages[-1].role != "user":
        raise Refused(422, 'the last message must be of the role "user": it is what is answered')
    turns: list[Said] = []
    for message in body.messages[:-1]:
        if message.role == "user":
            turns.append(Said(len(turns), now(), message.text.strip()))
        elif message.role == "assistant" and turns:
            turns[-1] = replace(turns[-1], item_ids=_items(service, message))
    query = Query(user_id=body.user, k=5)
    held = Held(keeping.new_id(), body.user, now(), query, tuple(turns))
    service.conversations.begin(held)
    return held, body.messages[-1].text.strip()


def _items(service: Service, message: ChatMessage) -> tuple[str, ...]:
    """Return the ids of the items that an answer listed; a name that the catalog lacks keeps its
    place."""
    catalog = service.engine.recommender.dataset.catalog
    ids = []
    for listed in _LISTED.finditer(message.text):
        name = listed["name"]
        for title in (name, _YEAR.sub("", name)):
            try:
                ids.append(catalog.items.id(catalog.resolve(title)))
                break
            except UnknownItemError:
                continue
        else:
            ids.append("")
    return tuple(ids)


def _check_model(id: str) -> None:
    if id != MODEL:
        raise Refused(404, f"no model {id!r} here; there is {MODEL!r}")


async def _model(request: Request) -> ChatModelView:
    service = service_of(request)
    versions = await service.in_thread(service.versions.all)
    return ChatModelView(created=versions[0].created_at)


VIEWS = (ChatModelsView, CompletionView)
