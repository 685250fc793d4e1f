"""The option --debug, understood before and after the name of a command. Says only whether
tracebacks are wanted."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

_KEY = "recsys_rag.debug"
F = TypeVar("F", bound=Callable[..., Any])


def debug_option(function: F) -> F:
    """Give a command the option --debug."""
    return click.option(
        "--debug",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_remember,
        help="Show the traceback of an error.",
    )(function)


def is_debugging(ctx: click.Context) -> bool:
    """Say whether --debug was given to the program or to its command."""
    return bool(ctx.meta.get(_KEY))


def _remember(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        ctx.meta[_KEY] = True
