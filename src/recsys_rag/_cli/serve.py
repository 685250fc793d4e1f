"""`recsys-rag serve`: the service over HTTP. Fits or loads what answers, and starts it."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from recsys_rag._cli.options import (
    command,
    group_of,
    model_options,
    option,
    source_of,
    writing_options,
)

if TYPE_CHECKING:
    from recsys_rag._cli.options import Source
    from recsys_rag._serve.configuration import Configuration
    from recsys_rag.settings import Settings

home_options = group_of(
    option(
        "--home",
        "The folder of the database and the models.  [default: the user's data folder]",
        metavar="DIR",
        type=Path,
    ),
    option(
        "--database",
        "Another database: a SQLite file, or postgresql://USER@HOST/NAME.",
        metavar="URL",
    ),
)
_serving_options = group_of(
    option(
        "--host",
        "The address to listen at; another than this machine's own needs a key.",
        metavar="ADDRESS",
        default="127.0.0.1",
    ),
    option(
        "--port", "The port to listen at.", metavar="N", type=click.IntRange(1, 65535), default=8000
    ),
    option(
        "--workers",
        "How many processes answer.",
        metavar="N",
        type=click.IntRange(1, 64),
        default=1,
    ),
    option("--need-key", "Need a key on this machine too, as behind a proxy.", is_flag=True),
    option(
        "--metrics-port",
        "Serve figures for Prometheus at this port of this machine.",
        metavar="N",
        type=click.IntRange(1, 65535),
    ),
    option(
        "--refit-hours",
        "Fit a new model so often, where something was said since; 0 = only when asked.",
        metavar="HOURS",
        type=click.FloatRange(0),
        default=0.0,
    ),
    option(
        "--text-seconds",
        "After so long, the built-in template's texts stay.",
        metavar="SECONDS",
        type=click.FloatRange(1),
        default=60.0,
    ),
)


@command()
@_serving_options
@home_options
@model_options
@writing_options
def serve(
    host: str,
    port: int,
    workers: int,
    need_key: bool,
    metrics_port: int | None,
    text_seconds: float,
    refit_hours: float,
    home: Path | None,
    database: str | None,
    **source: Any,
) -> None:
    """Serve recommendations over HTTP, with a memory.

    From nothing: brings MovieLens 100K, fits it, and serves it at http://127.0.0.1:8000, for this
    machine alone. A database remembers what people say, and the next answer knows it.
    docs/service.md has the calls; needs the extra: pip install 'recsys-rag[serve]'.

    \b
    Examples:
      recsys-rag serve
      recsys-rag serve --model models/mine --port 9000 --workers 2
      recsys-rag serve --database postgresql://me@localhost/films --host 0.0.0.0
    """
    chosen = source_of(**source)
    check_extra()
    import msgspec

    from recsys_rag._serve.configuration import Configuration
    from recsys_rag._serve.running import run

    address, folder = _places(home, database)
    configuration = Configuration(
        database=address,
        home=str(folder),
        settings={},
        host=host,
        port=port,
        n_workers=workers,
        needs_key=need_key or host not in ("127.0.0.1", "::1", "localhost"),
        text_seconds=text_seconds,
        refit_hours=refit_hours,
    )
    ready = set_up(chosen, home, database, configuration)
    configuration = msgspec.structs.replace(
        configuration, settings=msgspec.to_builtins(ready.settings)
    )
    click.echo(
        f"Serving model {ready.version} ({ready.origin}) at http://{host}:{port}; Ctrl-C stops it."
    )
    run(configuration, metrics_port=metrics_port)


class Ready(NamedTuple):
    """A database with a model that answers."""

    address: str
    settings: "Settings"
    version: int
    origin: str


def set_up(
    source: "Source",
    home: Path | None,
    database: str | None,
    configuration: "Configuration | None" = None,
) -> Ready:
    """Bring the database up to date, and have the model of this source answer.

    Raises SettingsError where the `configuration` opens a door without a key.
    """
    from recsys_rag._cli.sources import opened
    from recsys_rag._serve.database import Database
    from recsys_rag._serve.keys import Keys
    from recsys_rag._serve.running import check_door, first_model

    address, folder = _places(home, database)
    opened_database = Database(address)
    opened_database.migrate()
    if configuration:
        check_door(configuration, Keys(opened_database))
    ready = opened(source, writes=False)
    for line in ready.notes:
        click.echo(line, err=True)
    origin = str(source.model.absolute()) if source.model else source.data_or_default
    tell = partial(click.echo, err=True)
    version = first_model(opened_database, folder, ready.recommender, origin, tell)
    opened_database.close()
    return Ready(address, ready.recommender.settings, version, origin)


def _places(home: Path | None, database: str | None) -> tuple[str, Path]:
    """Return the address of the database and the folder of the models."""
    from recsys_rag._serve.configuration import default_home

    folder = home or default_home()
    return database or str(folder / "service.db"), folder


def check_extra() -> None:
    """Raise MissingExtraError where the extra of the service is not installed."""
    from importlib.util import find_spec

    from recsys_rag.errors import MissingExtraError

    needed = ("fastapi", "uvicorn", "sqlalchemy", "alembic", "jinja2", "prometheus_client")
    if missing := [name for name in needed if find_spec(name) is None]:
        raise MissingExtraError(
            f"the service needs {', '.join(missing)}: pip install 'recsys-rag[serve]'"
        )
