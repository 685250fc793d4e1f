"""`recsys-rag doctor`: can the default configuration run here, and if not, what to do. Changes
nothing."""

import sys
from typing import TYPE_CHECKING

import click

from recsys_rag.cli.debug import debug_option
from recsys_rag.cli.options import json_option

if TYPE_CHECKING:
    from recsys_rag.cli.checks import Check

_STYLES = {"ok": "green", "missing": "bold red", "optional": "yellow"}


@click.command()
@json_option
@debug_option
def doctor(as_json: bool) -> None:
    """Check what is installed and cached; say how to get the rest.

    Exits with 0 when the default configuration can run here, with 1 when something that it needs is missing.

    \b
    Example:
      recsys-rag doctor
    """
    from dataclasses import asdict

    from recsys_rag.cli import checks
    from recsys_rag.cli.console import write_json

    found = checks.all_checks()
    can_run = all(check.status != "missing" for check in found)
    if as_json:
        write_json({"can_run": can_run, "checks": [asdict(check) for check in found]})
    else:
        _show(found, can_run)
    sys.exit(0 if can_run else 1)


def _show(found: "list[Check]", can_run: bool) -> None:
    from recsys_rag.cli.console import paper
    from recsys_rag.cli.flow import definitions
    from recsys_rag.cli.render import sentence

    page = paper()
    rows = [
        [(check.status, _STYLES[check.status]), (check.name, "bold"), (check.detail, "")]
        for check in found
    ]
    definitions(page, rows)
    remedies = [check for check in found if check.remedy]
    if remedies:
        page.print()
        sentence(page, "To get what is not here:", "bold")
        definitions(page, [[(check.name, "bold"), (check.remedy, "")] for check in remedies])
    page.print()
    sentence(
        page,
        "The default configuration can run." if can_run else "Something is missing; see above.",
        "bold",
    )
