"""`recsys-rag key`: keys of programs that ask the service. Shows a key once, when it is made."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recsys_rag._cli.options import group, json_option, option
from recsys_rag._cli.serve import check_extra, home_options

if TYPE_CHECKING:
    from recsys_rag._serve.keys import Keys


@group
def key() -> None:
    """Make, list and revoke the keys of the service.

    \b
    Examples:
      recsys-rag key create --name shop --scope recommend --scope feedback
      recsys-rag key list
      recsys-rag key revoke 3f1b2c9a0d4e
    """


@key.command("create")
@option("--name", "What the key is for.", metavar="NAME", default="")
@option(
    "--scope",
    "What it may do; repeatable.  [default: recommend, feedback]",
    type=click.Choice(["recommend", "feedback", "admin"]),
    multiple=True,
)
@option(
    "--per-minute", "How many requests a minute it may make.", metavar="N", type=click.IntRange(1)
)
@home_options
def _create(
    name: str,
    scope: tuple[str, ...],
    per_minute: int | None,
    home: Path | None,
    database: str | None,
) -> None:
    """Make a key and print it: the only time that it can be read.

    \b
    Example:
      recsys-rag key create --name shop --scope recommend
    """
    scopes = scope or ("recommend", "feedback")
    click.echo(_keys(home, database).create(name, scopes, per_minute))


@key.command("list")
@json_option
@home_options
def _list_keys(as_json: bool, home: Path | None, database: str | None) -> None:
    """List the keys: their ids, what they may do, and whether they are revoked.

    \b
    Example:
      recsys-rag key list
    """
    keys = _keys(home, database).all()
    if as_json:
        from recsys_rag._cli.console import write_json

        write_json({"keys": keys})
        return
    if not keys:
        click.echo("No key yet; make one with `recsys-rag key create`.")
    for known in keys:
        made = datetime.fromtimestamp(known["created_at"], UTC).strftime("%Y-%m-%d")
        state = "revoked" if known["revoked_at"] else "valid"
        limit = f", {known['per_minute']} a minute" if known["per_minute"] else ""
        click.echo(f"{known['id']}  {made}  {state:8}{known['scopes']}{limit}  {known['name']}")


@key.command("revoke")
@click.argument("key_id", metavar="ID")
@home_options
def _revoke(key_id: str, home: Path | None, database: str | None) -> None:
    """Refuse a key from now on; running services follow within a second.

    \b
    Example:
      recsys-rag key revoke 3f1b2c9a0d4e
    """
    _keys(home, database).revoke(key_id)
    click.echo(f"Revoked {key_id}.")


def _keys(home: Path | None, database: str | None) -> "Keys":
    check_extra()
    from recsys_rag._serve.configuration import default_home
    from recsys_rag._serve.database import Database
    from recsys_rag._serve.keys import Keys

    opened = Database(database or str((home or default_home()) / "service.db"))
    opened.migrate()
    return Keys(opened)
