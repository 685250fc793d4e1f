"""Tools of the Model Context Protocol, called by the SDK's own client: in memory, by stdio, and
over HTTP."""

import json
import os
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="needs the extra: pip install 'recsys-rag[mcp]'")

import anyio
import uvicorn
from mcp import Client, MCPError, StdioServerParameters

from recsys_rag._serve.service import Service
from recsys_rag._serve.tools import tools_of
from waiting import PATIENCE, wait_until

TOOLS = ["recommend", "critique", "explain", "verify", "similar", "items", "feedback"]


def asked(server: Any, work: Callable[[Client], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with Client(server) as client:
            return await work(client)

    return anyio.run(run)


async def called(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    return dict(answer.structured_content)


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    answer = await client.call_tool(tool, arguments)
    assert answer.is_error
    return str(answer.content[0].text)


def ids(turn: dict[str, Any]) -> list[str]:
    return [item["item_id"] for item in turn["recommendation"]["items"]]


async def converse(client: Client) -> None:
    assert [tool.name for tool in (await client.list_tools()).tools] == TOOLS
    first = await called(client, "recommend", query="a comedy", user="1", k=3)
    assert len(ids(first)) == 3
    second = await called(client, "critique", conversation=first["conversation_id"], say="not 1")
    assert ids(first)[0] not in ids(second)
    back = await called(client, "critique", conversation=first["conversation_id"], take_back=2)
    assert ids(back) == ids(first)


def test_a_conversation_in_memory(service: Service) -> None:
    asked(tools_of(service), converse)


def test_all_that_can_be_asked(service: Service) -> None:
    async def work(client: Client) -> None:
        turn = await called(client, "recommend", user="1", k=2)
        view = turn["recommendation"]
        item = await called(client, "explain", recommendation=view["id"], rank=1)
        assert item == view["items"][0]
        judged = await called(client, "verify", text=item["text"], about=item["item_id"], user="1")
        assert judged["n_supported"] == len(item["sentences"])
        found = await called(client, "items", title=item["title"])
        assert found["items"][0]["item_id"] == item["item_id"]
        alike = await called(client, "similar", item=item["title"], k=2)
        assert len(alike["similar"]) == 2
        await called(client, "feedback", user="new", item=item["title"], kind="liked")
        history = (await client.read_resource("history://new")).contents[0].text
        assert [row["item_id"] for row in json.loads(history)["liked"]] == [item["item_id"]]

    asked(tools_of(service), work)


def test_mistakes_are_told(service: Service) -> None:
    async def work(client: Client) -> None:
        assert "nowhere" in await refused(client, "critique", conversation="nowhere", say="newer")
        assert "no item" in await refused(client, "similar", item="No Such Film At All")
        assert "kind" in await refused(client, "feedback", user="1", item="1", kind="adored")
        assert "k" in await refused(client, "recommend", query="a comedy", k=1_000)
        with pytest.raises(MCPError):
            await client.read_resource("history:/x")

    asked(tools_of(service), work)


def test_a_call_that_is_cancelled_makes_room_for_others(
    make_service: Callable[..., Service], tmp_path: Path
) -> None:
    async def work(client: Client) -> None:
        with anyio.move_on_after(0):
            await client.call_tool("recommend", {"query": "a comedy", "explain": "text"})
        with anyio.fail_after(PATIENCE):
            while (await client.call_tool("recommend", {"query": "a comedy"})).is_error:
                await anyio.sleep(0.01)

    asked(tools_of(make_service(str(tmp_path / "one.db"), texts_at_once=1)), work)


@pytest.fixture
def http_address(service: Service) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = tools_of(service).streamable_http_app()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_until(lambda: server.started or not thread.is_alive())
    yield f"http://127.0.0.1:{port}/mcp"
    server.should_exit = True
    thread.join()


def test_a_conversation_over_http(http_address: str) -> None:
    asked(http_address, converse)


def test_a_conversation_by_stdio(fitted_folder: Path, tmp_path: Path) -> None:
    arguments = ["-m", "recsys_rag", "mcp", "--model", str(fitted_folder), "--home", str(tmp_path)]
    program = StdioServerParameters(command=sys.executable, args=arguments, env=dict(os.environ))
    asked(program, converse)
