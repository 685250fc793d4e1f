"""Writes docs/cli.md and docs/settings.md from where commands and settings are declared: `make
docs`. Tests compare them."""

import inspect
import sys
from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import click
import msgspec
from msgspec import Meta

from recsys_rag import wire
from recsys_rag._cli import failures
from recsys_rag._cli.main import program
from recsys_rag.settings import Settings

_WIDTH = 100
_EXITS = f"""## Exit codes

| code | meaning |
|---|---|
| 0 | done |
| {failures.OURS} | something that should work did not: the network, the disk, a language model, this program |
| {failures.THEIRS} | the command or its input needs a change; the message says what, where, and how |
| {failures.INTERRUPTED} | interrupted by Ctrl-C; nothing was left half-written |
| {failures.BROKEN_PIPE} | whatever was reading the output went away |

Messages go to stderr, the answer to stdout. Color and progress appear on a terminal only; piped
text is plain and 100 columns wide. `--debug` shows the traceback of an error.
"""  # noqa: E501  # rows of a table


def commands() -> str:
    """Return docs/cli.md: the help of every command, the JSON, the exit codes."""
    parts = ["# The command line\n\n<!-- Made by `make docs`. Change the help texts instead. -->\n"]
    for path, command in _commands(program, ("recsys-rag",)):
        parts.append(f"## {' '.join(path)}\n\n```text\n{_help(command, path)}\n```\n")
    parts += [f"## What --json prints\n\n{inspect.getdoc(wire)}\n", _EXITS]
    return "\n".join(parts)


def _commands(
    command: click.Command, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield a command and all below it, depth first, in the order of their help."""
    yield path, command
    if isinstance(command, click.Group):
        with click.Context(command) as ctx:
            for name in command.list_commands(ctx):
                below = command.get_command(ctx, name)
                assert below is not None
                yield from _commands(below, (*path, name))


def _help(command: click.Command, path: tuple[str, ...]) -> str:
    settings = {**program.context_settings, "terminal_width": _WIDTH}
    with click.Context(command, info_name=" ".join(path), **settings) as ctx:
        text = command.get_help(ctx)
    own, heading, _ = text.partition("\nYour own tables:\n")
    if not heading or path[-1] == "fit":
        return text
    return f"{own}\nYour own tables: the options listed under `recsys-rag fit`."


def settings() -> str:
    """Return docs/settings.md: every setting with its type, bounds, default and meaning."""
    lines = [
        "# Settings",
        "",
        "<!-- Made by `make docs`. Change the declarations in settings.py instead. -->",
        "",
        "A TOML file holds them as tables; an environment variable such as",
        "`RECSYS_RAG__GENERATE__MODEL` sets `generate.model`. Later wins: defaults, preset, file,",
        "environment. Unknown keys are refused.",
        "",
        "| setting | type | default | meaning |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{key}` | {kind} | `{default}` | {meaning} |" for key, kind, default, meaning in rows()
    ]
    return "\n".join(lines) + "\n"


def rows() -> list[tuple[str, str, str, str]]:
    """Return (key, type and bounds, default, meaning) of every setting, as declared."""
    declared: list[tuple[str, str, str, str]] = []

    def walk(section: type[msgspec.Struct], prefix: str) -> None:
        hints = get_type_hints(section, include_extras=True)
        for field in msgspec.structs.fields(section):
            hint = hints[field.name]
            if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
                walk(hint, f"{prefix}{field.name}.")
                continue
            default = (
                field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
            )
            shown = msgspec.json.encode(default).decode()
            declared.append((f"{prefix}{field.name}", _kind(hint), shown, _meaning(hint)))

    walk(Settings, "")
    return declared


def _metas(hint: Any) -> list[Meta]:
    """Collect the constraints on a type; nested Annotated types are flat already."""
    if get_origin(hint) is not Annotated:
        return []
    return [meta for meta in get_args(hint)[1:] if isinstance(meta, Meta)]


def _meaning(hint: Any) -> str:
    return next((meta.description for meta in reversed(_metas(hint)) if meta.description), "")


def _kind(hint: Any) -> str:
    plain = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if get_origin(plain) is Literal:
        return " or ".join(get_args(plain))
    if get_origin(plain) is dict:
        in_all = len(get_args(get_args(plain)[1]))  # one number or five, or nine
        name = "table of numbers, or of five each" if in_all == 2 else "table of nine numbers each"
    else:
        name = {int: "integer", float: "number"}.get(plain, "text")
    pairs = [
        (sign, bound)
        for meta in _metas(hint)
        for sign, bound in ((">", meta.gt), (">=", meta.ge), ("<", meta.lt), ("<=", meta.le))
    ]
    bounds = [f"{sign} {bound:g}" for sign, bound in pairs if bound is not None]
    return f"{name} {', '.join(bounds)}".strip()


if __name__ == "__main__":
    sys.stdout.write({"commands": commands, "settings": settings}[sys.argv[1]]())
