import os
import re
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

import recsys_rag
from recsys_rag import __version__, errors
from recsys_rag._cli.main import COMMANDS, Program, program
from recsys_rag._cli.options import command

HEAVY = (
    "numpy",
    "scipy",
    "rich",
    "xllamacpp",
    "torch",
    "httpx2",
    "msgspec",
    "recsys_rag.types",
    "recsys_rag._cli.recommend",
)


def run(*args):
    return CliRunner().invoke(program, args, prog_name="recsys-rag")


def failing(error):
    """Return a program like ours with one command, which raises this."""
    root = Program("recsys-rag", params=list(program.params))

    @command()
    def fail():
        raise error

    root.get_command = lambda ctx, name: fail
    root.resolve_command = lambda ctx, args: ("fail", fail, args[1:])
    return root


def test_help_shows_all_commands_and_loads_none_of_them():
    code = (
        "import sys\nfrom recsys_rag._cli.main import program\n"
        "try: program(['--help'], prog_name='recsys-rag')\n"
        f"finally: print('LOADED', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("LOADED []"), done.stdout
    for name, line in COMMANDS.items():
        assert f"{name} " in done.stdout
        assert line in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_line_in_the_table_is_the_first_line_of_the_commands_help(name):
    command = program.get_command(click.Context(program), name)
    assert command is not None
    assert (command.help or "").splitlines()[0] == COMMANDS[name]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_every_command_has_an_example(name):
    done = run(name, "--help")
    assert done.exit_code == 0
    assert "Example" in done.stdout
    assert f"recsys-rag {name}" in done.stdout.partition("Example")[2]


def test_version_is_told():
    assert run("--version").stdout == f"recsys-rag {__version__}\n"


def test_an_unknown_command_gets_the_closest_one():
    done = run("recomend")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "recsys-rag: error: no command 'recomend'; did you mean 'recommend'?\n"
    )


def test_a_wrong_option_is_told_with_where_help_is():
    done = run("similar", "--bogus", "Fargo")
    assert done.exit_code == 2
    assert re.match(r"recsys-rag: error: no such option:? '?--bogus", done.stderr)
    assert done.stderr.endswith("usage: recsys-rag similar --help\n")


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (errors.DataError("r.csv is empty"), 2, "r.csv is empty"),
        (errors.AssetError("no network"), 1, "no network"),
        (
            RuntimeError("oops"),
            1,
            "unexpected error: RuntimeError: oops; run again with --debug and report it",
        ),
        (KeyboardInterrupt(), 130, "interrupted; nothing was left half-written"),
    ],
)
def test_an_error_in_a_command_becomes_one_sentence_and_an_exit_code(error, code, told):
    done = CliRunner().invoke(failing(error), ["fail"])
    assert (done.exit_code, done.stdout, done.stderr) == (code, "", f"recsys-rag: error: {told}\n")


@pytest.mark.parametrize("args", [["--debug", "fail"], ["fail", "--debug"]])
def test_debug_before_or_after_the_command_shows_the_traceback_and_keeps_the_exit_code(args):
    done = CliRunner().invoke(failing(errors.DataError("r.csv is empty")), args)
    assert done.exit_code == 2
    assert "Traceback" in done.stderr
    assert done.stderr.endswith("recsys-rag: error: r.csv is empty\n")


def test_a_reader_that_goes_away_is_no_error():
    code = (
        "import click\nfrom recsys_rag._cli import main\n"
        "@click.command()\ndef data():\n    for i in range(200000): click.echo(i)\n"
        "main.Program.get_command = lambda self, ctx, name: data\nmain.main()"
    )
    reading, writing = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", code, "data"], stdout=writing, stderr=subprocess.PIPE
    ) as child:
        os.close(writing)
        os.read(reading, 10)
        os.close(reading)
        assert child.stderr.read() == b""
        assert child.wait(300) == 141


def test_a_terminal_that_cannot_show_a_letter_gets_a_question_mark():
    code = (
        "import click, sys\nfrom recsys_rag._cli import main\n"
        "@click.command()\ndef data():\n    sys.stdout.write('Am\\u00e9lie \\u00b7\\n')\n"
        "main.Program.get_command = lambda self, ctx, name: data\nmain.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "data"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"Am?lie ?\n", b"")


@pytest.mark.parametrize("arguments", [[], ["data"], ["finetune"]])
def test_without_a_command_the_help_is_the_answer_and_no_error(arguments):
    done = CliRunner().invoke(program, arguments, prog_name="recsys-rag")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Usage: {' '.join(['recsys-rag', *arguments])} ")
    assert "Commands:" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["fit", "--help"], ["lm", "list"], ["lm", "list", "--json"]],
    ids=["help", "help of a command", "rich", "json"],
)
def test_whatever_writes_a_closed_pipe_is_told_by_141_as_the_docs_say(arguments, tmp_path):
    reading, writing = os.pipe()
    os.close(reading)  # nobody reads
    done = subprocess.run(
        [sys.executable, "-m", "recsys_rag", *arguments],
        stdout=writing,
        stderr=subprocess.PIPE,
        env={**os.environ, "RECSYS_RAG_HOME": str(tmp_path)},
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


def test_python_dash_m_is_the_program():
    done = subprocess.run(
        [sys.executable, "-m", "recsys_rag", "--version"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, f"recsys-rag {recsys_rag.__version__}\n")
