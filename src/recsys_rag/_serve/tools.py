"""The service as tools of the Model Context Protocol, by its official SDK. What they return is what
the API answers; every sentence of it was proven."""

import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal, ParamSpec, TypeAlias

import msgspec
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ToolError
from pydantic import Field

from recsys_rag._serve import conversing, problems, views
from recsys_rag._serve.api.catalog import matching, similar_view
from recsys_rag._serve.asking import FeedbackBody, Name, Text
from recsys_rag._serve.conversing import Message
from recsys_rag._serve.service import Service
from recsys_rag.errors import RecsysRagError
from recsys_rag.types import Query
from recsys_rag.version import __version__

Arguments = ParamSpec("Arguments")
Structure: TypeAlias = dict[str, Any]
Cutoff = Annotated[int, Field(ge=1, le=100)]
Explain = Literal["none", "facts", "text"]
_INSTRUCTIONS = (
    "Recommends films with reasons. Every sentence of a text was checked against the data; quote "
    "texts as they are, and add none about the films. `recommend` begins a conversation; `critique`"
    " goes on with it."
)


def tools_of(service: Service) -> MCPServer:
    """Return the server of a service; it is run by stdio, or over HTTP under /mcp."""
    server = MCPServer("recsys-rag", instructions=_INSTRUCTIONS, version=__version__)
    for tool in (_recommend, _critique, _explain, _verify, _similar, _items, _feedback):
        bound = functools.partial(tool, service)
        name = tool.__name__.removeprefix("_")
        server.tool(name, description=tool.__doc__)(_telling(name, tool, bound))

    @server.resource("history://{user}", mime_type="application/json")
    async def history(user: str) -> str:
        """What is known of a user: ratings, likes, what is not for them."""
        try:
            return views.encode(await service.in_thread(service.memory.history, user)).decode()
        except RecsysRagError as error:
            raise ResourceError(problems.problem_of(error).detail) from None

    return server


def _telling(
    name: str, tool: Callable[..., Awaitable[Any]], bound: Callable[..., Awaitable[Any]]
) -> Callable[..., Awaitable[Structure]]:
    """Return a tool without its first argument, whose errors are told as the API tells them."""

    async def told(**arguments: Any) -> Structure:
        try:
            structure: Structure = msgspec.to_builtins(await bound(**arguments))
        except RecsysRagError as error:
            raise ToolError(problems.problem_of(error).detail) from None
        return structure

    described = inspect.signature(tool)
    parameters = list(described.parameters.values())[1:]
    told.__signature__ = described.replace(parameters=parameters, return_annotation=Structure)  # type: ignore[attr-defined]
    told.__annotations__ = {one.name: one.annotation for one in parameters} | {"return": Structure}
    told.__name__ = name
    return told


async def _recommend(
    service: Service,
    query: Text = "",
    user: Name | None = None,
    likes: list[Name] | None = None,
    dislikes: list[Name] | None = None,
    k: Cutoff = 5,
    explain: Explain = "facts",
) -> Any:
    """Recommend items to a user, or by words, or by items that are liked, with reasons. Begins a
    conversation."""
    base = Query(user_id=user, likes=tuple(likes or ()), dislikes=tuple(dislikes or ()), k=k)
    held = await service.in_thread(conversing.begin, service, base)
    message = Message(query.strip(), explain=explain)
    return await conversing.turn_whole(service, held.id, message)


async def _critique(
    service: Service,
    conversation: Name,
    say: Text = "",
    take_back: int | None = None,
    explain: Explain = "facts",
) -> Any:
    """Answer back to the last list of a conversation: "less violent", "newer than 2", "more like
    3", "seen 1, loved 4", "back"; or take a critique back by its id."""
    message = Message(say.strip(), take_back, explain=explain)
    return await conversing.turn_whole(service, conversation, message)


async def _explain(service: Service, recommendation: Name, rank: Cutoff) -> Any:
    """Return why an item stands in a list: its text, sentence by sentence, and all facts."""
    kept = await service.in_thread(service.lists.of, recommendation)
    for item in kept.view.items:
        if item.rank == rank:
            return item
    raise problems.Refused(404, f"the list has {len(kept.view.items)} items; say which by its rank")


async def _verify(service: Service, text: Text, about: Name, user: Name | None = None) -> Any:
    """Judge a text about an item, by any writer, sentence by sentence: supported, refuted, or
    unreadable, with the facts."""
    return await service.in_thread(service.verify, Query(user_id=user), about, text)


async def _similar(service: Service, item: Name, k: Cutoff = 10) -> Any:
    """Return what is most like an item (its id or title)."""
    return await service.in_thread(lambda: similar_view(service.engine, item, k))


async def _items(service: Service, title: Text, k: Cutoff = 10) -> Any:
    """Find items by their titles, as typed; with suggestions where nothing is called so."""

    def called() -> Structure:
        dataset = service.engine.recommender.dataset
        places = matching(dataset, title)
        return {
            "items": [views.catalog_item_view(dataset, place) for place in places[:k]],
            "suggestions": [] if places else dataset.catalog.closest(title),
        }

    return await service.in_thread(called)


async def _feedback(
    service: Service,
    user: Name,
    item: Name,
    kind: Literal["rating", "liked", "not_for_me", "seen", "shown", "dismissed", "withdrawn"],
    rating: float | None = None,
) -> Any:
    """Write down what a user says of an item; the next answer knows it."""
    said = FeedbackBody(user=user, item=item, kind=kind, rating=rating).noun()
    (recorded,) = await service.memory.say_soon([said])
    if recorded.error:
        raise recorded.error
    return {"number": recorded.number, "item_id": recorded.item_id}
