"""The reference of the command line as Markdown, from the help texts themselves. `python -m
recsys_rag.cli.reference`."""

import inspect
from collections.abc import Iterator

import click

from recsys_rag import wire
from recsys_rag.cli import errors
from recsys_rag.cli.main import program

_WIDTH = 100
_HEAD = """# The command line

<!-- Made by `python -m recsys_rag.cli.reference > docs/cli.md`; a test compares. Change the help texts, not this file. -->
"""
_EXITS = f"""## Exit codes

| code | meaning |
|---|---|
| 0 | done |
| {errors.OURS} | something that should have worked did not: the network, the disk, a language model, this program |
| {errors.THEIRS} | the command or its input must be changed; the message says what, where, and how |
| {errors.INTERRUPTED} | interrupted by Ctrl-C; nothing was left half-written |
| {errors.BROKEN_PIPE} | the reader of the output went away |

Messages go to stderr, the answer to stdout. Color and progress are shown on a terminal only; piped text is plain and 100 columns
wide. `--debug` shows the traceback of an error.
"""


def reference() -> str:
    """Return the whole reference."""
    parts = [_HEAD]
    for path, command in _commands(program, ("recsys-rag",)):
        parts.append(f"## {' '.join(path)}\n\n```text\n{_help(command, path)}\n```\n")
    parts += [f"## What --json gives\n\n{inspect.getdoc(wire)}\n", _EXITS]
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
        return command.get_help(ctx)


if __name__ == "__main__":
    print(reference(), end="")
