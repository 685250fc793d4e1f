"""`recsys-rag mcp`: the recommender as tools of the Model Context Protocol, by stdio or HTTP."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from recsys_rag._cli.options import command, model_options, option, source_of, writing_options
from recsys_rag._cli.serve import check_extra, home_options, set_up


@command()
@option(
    "--http",
    "Listen at this port of this machine, under /mcp.  [default: stdio]",
    metavar="PORT",
    type=click.IntRange(1, 65535),
)
@home_options
@model_options
@writing_options
def mcp(http: int | None, home: Path | None, database: str | None, **source: Any) -> None:
    """Give an assistant the tools to recommend (MCP).

    recommend, critique, explain, verify, similar, items, feedback, and a user's history as a
    resource. Remembers as `serve` does, in the same place. Needs the extra: pip install
    'recsys-rag[mcp]'.

    \b
    Examples:
      recsys-rag mcp
      recsys-rag mcp --model models/mine --http 8100
    """
    chosen = source_of(**source)
    check_extra()
    from recsys_rag.errors import MissingExtraError

    if find_spec("mcp") is None:
        raise MissingExtraError("this needs: pip install 'recsys-rag[mcp]'")
    from recsys_rag._serve.database import Database
    from recsys_rag._serve.service import Service
    from recsys_rag._serve.tools import tools_of

    ready = set_up(chosen, home, database)
    service = Service(Database(ready.address), ready.settings)
    try:
        service.renew()
        server = tools_of(service)
        if http is None:
            server.run()
        else:
            server.run("streamable-http", port=http)
    finally:
        service.close()
