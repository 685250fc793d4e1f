"""The program `recsys-rag`: its commands by name, and how each of them ends. Loads a command when
it is called."""

import contextlib
import difflib
import keyword
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from recsys_rag import __version__
from recsys_rag._cli import failures
from recsys_rag._cli.options import debug_option, is_debugging

# name -> line of help; each command is in the module of its name. The lines stand here so that
# `--help` loads no command; a test keeps them equal.
COMMANDS = {
    "recommend": "Recommend items, each with reasons that can be checked.",
    "chat": "Ask, and answer back: lists obey all that was said.",
    "import": "Bring a history from Letterboxd, IMDb, Trakt or another site.",
    "together": "Find what all of you would like tonight: two to ten people.",
    "similar": "List the items most similar to one item.",
    "fit": "Fit a recommender to ratings and save it.",
    "rank": "Rank for everybody in a saved recommender, into Parquet.",
    "tune": "Choose settings and fusion weights on validation data.",
    "finetune": "Train a small language model on what the data proves.",
    "evaluate": "Measure how well held-out items are found.",
    "evaluate-text": "Measure the texts: are they true, personal, and varied?",
    "gate": "Measure whether a language model improves the order.",
    "serve": "Serve recommendations over HTTP, with a memory.",
    "mcp": "Give an assistant the tools to recommend (MCP).",
    "key": "Make, list and revoke the keys of the service.",
    "data": "List, fetch and describe data sets.",
    "enrich": "Fill a catalog from Wikidata, TMDB, OMDb or tags.",
    "lm": "List and fetch language models.",
    "cache": "List what is kept between calls, and make room.",
    "doctor": "Check what is installed and how to get the rest.",
}
_OF_LABORATORY = ("tune", "finetune", "evaluate", "evaluate-text", "gate")


class Program(click.Group):
    """The root group: imports the module of a subcommand only when that one is called, and maps
    errors to exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table, which is the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        attribute = cmd_name.replace("-", "_")
        attribute += "_" if keyword.iskeyword(attribute) else ""
        room = "lab.commands" if cmd_name in _OF_LABORATORY else "_cli"
        command = getattr(import_module(f"recsys_rag.{room}.{attribute}"), attribute)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command meant; a name that is almost one gets a hint."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            close = difflib.get_close_matches(name, COMMANDS, n=1)
            hint = (
                f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(COMMANDS)}"
            )
            raise click.UsageError(f"no command {name!r}{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands and their lines of help from the table, loading none of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        """Read the command line, which may end with showing the help."""
        try:
            return super().make_context(*args, **options)
        except BrokenPipeError:
            _stop_writing()
            raise click.exceptions.Exit(failures.BROKEN_PIPE) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; every error leaves as a Failure with its sentence and exit code."""
        try:
            outcome = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _stop_writing()
            ctx.exit(failures.BROKEN_PIPE)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except (Exception, KeyboardInterrupt) as error:
            _drop_what_cannot_be_written()
            raise failures.failure(error, debug=is_debugging(ctx)) from error
        return outcome

    def main(  # type: ignore[override]  # click declares two overloads, by the value of standalone_mode
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **options: Any
    ) -> Any:
        """Run the program and exit; with standalone_mode=False, raise what click raises and return
        the exit code."""
        if not options.pop("standalone_mode", True):
            return super().main(args, prog_name, standalone_mode=False, **options)
        try:
            outcome = super().main(args, prog_name, standalone_mode=False, **options)
        except click.exceptions.NoArgsIsHelpError as error:  # no command: the help is the answer
            click.echo(error.format_message())
            sys.exit(0)
        except click.ClickException as error:
            _show(error)
            sys.exit(error.exit_code)
        except click.Abort:  # Ctrl-C before a command ran, or at a question
            _show(failures.failure(KeyboardInterrupt(), debug=False))
            sys.exit(failures.INTERRUPTED)
        sys.exit(outcome if isinstance(outcome, int) else 0)


@click.group(
    cls=Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, message="recsys-rag %(version)s")
def program() -> None:
    """Recommendations a person can read and check.

    Collaborative filtering retrieves, a language model writes, and every claim is proven against
    the data.

    \b
    Examples:
      recsys-rag recommend --user 196 --profile "action movies" -k 5
      recsys-rag recommend --likes "Fargo" --query "dark comedy from the 90s"
      recsys-rag doctor
    """


program.params.append(debug_option)


def main() -> None:
    """Run `recsys-rag`; the entry point of the installed program."""
    for stream in (sys.stdout, sys.stderr):
        # a title must not crash a terminal that cannot show it
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    program(prog_name="recsys-rag")


def _show(error: click.ClickException) -> None:
    """Tell an error in our form; a wrong command line is told with where its help is."""
    if isinstance(error, failures.Failure):
        error.show()
        return
    message = error.format_message().strip()
    click.echo(f"recsys-rag: error: {message[:1].lower()}{message[1:]}", err=True)
    if isinstance(error, click.UsageError) and error.ctx is not None:
        click.echo(f"usage: {error.ctx.command_path} --help", err=True)


def _drop_what_cannot_be_written() -> None:
    """Keep the interpreter from trying again, at its exit, to write what stdout has refused."""
    try:
        sys.stdout.flush()
    except OSError:
        _stop_writing()


def _stop_writing() -> None:
    """Let the interpreter exit quietly although the reader of stdout has gone."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
