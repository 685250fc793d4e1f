"""How tests run the program: in this process, or as a process of its own."""

import sys

from click.testing import CliRunner, Result

from recsys_rag._cli.main import program

MAIN = [sys.executable, "-c", "from recsys_rag._cli.main import main; main()"]


def run(*args: object) -> Result:
    """Run the program in this process; an exception that escapes it fails the test."""
    done = CliRunner().invoke(program, [str(arg) for arg in args], prog_name="recsys-rag")
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done
