"""Which exit code an error gets, and its sentence: the only table of the command line. Knows no
command."""

import errno
import re
import traceback
from typing import IO, Any

import click

from recsys_rag import errors

THEIRS = 2  # the caller can put it right by changing the command or its input
# the caller asked for something that should have worked: this program, the network, the disk
OURS = 1
INTERRUPTED = 130  # 128 + SIGINT, as shells report it
BROKEN_PIPE = 141  # 128 + SIGPIPE

EXIT_CODES: dict[type[Exception], int] = {
    errors.DataError: THEIRS,
    errors.UnknownUserError: THEIRS,
    errors.UnknownItemError: THEIRS,
    errors.QueryError: THEIRS,
    errors.SettingsError: THEIRS,
    errors.MissingExtraError: THEIRS,
    errors.EvaluationError: THEIRS,
    errors.RegistryError: THEIRS,
    errors.ArtifactError: THEIRS,
    errors.AssetError: OURS,
    errors.NotFittedError: OURS,
    errors.GenerationError: OURS,
    errors.RecsysRagError: OURS,
}
_OPTIONS = {
    "rating_column=None": "--implicit",
    "timestamp_column=None": "--no-timestamps",
    "scale=(low, high, step)": "--scale LOW:HIGH:STEP",
    "counts=True": "--counts",
    "(repeats)": "(--repeats)",
    "scale=RatingScale(1, 10)": "--history-scale 1:10",
}
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
_WRONG_PATH = (
    errno.ENOENT,
    errno.EACCES,
    errno.EPERM,
    errno.EISDIR,
    errno.ENOTDIR,
    errno.EEXIST,
    errno.EROFS,
)


class Failure(click.ClickException):
    """An error on its way to the person: one sentence, an exit code and, with --debug, the
    traceback."""

    exit_code: int  # type: ignore[misc]  # click declares a class variable, but reads the instance

    def __init__(self, message: str, code: int, traceback_text: str = "") -> None:
        super().__init__(message)
        self.exit_code = code
        self.traceback_text = traceback_text

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the traceback, if asked for, and the sentence to stderr."""
        if self.traceback_text:
            click.echo(self.traceback_text, err=True)
        click.echo(f"recsys-rag: error: {self.message}", err=True)


def exit_code(error: BaseException) -> int:
    """Return the exit code of an error: that of its nearest class in the table.

    >>> exit_code(errors.DataError("row 3: ...")), exit_code(errors.AssetError("offline"))
    (2, 1)
    """
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, OSError):
        return THEIRS if error.errno in _WRONG_PATH else OURS
    return next((EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES), OURS)


def sentence(error: BaseException) -> str:
    """Return the sentence for an error: ours speak for themselves, others are put into words
    here."""
    if isinstance(error, errors.RecsysRagError):
        return in_options(" ".join(str(error).split()))
    if isinstance(error, KeyboardInterrupt):
        return "interrupted; nothing was left half-written"
    if isinstance(error, OSError) and error.errno in _DISK_FULL:
        return (
            f"the disk is full{_place(error)}; free some space and run it again "
            "(nothing was left half-written)"
        )
    if isinstance(error, OSError) and error.errno is not None and error.strerror:
        reason = f"{error.strerror[0].lower()}{error.strerror[1:]}{_place(error)}"
        return f"{reason}; check the path and its permissions"
    if isinstance(error, MemoryError):
        return "not enough memory; close other programs, or use a smaller data set"
    notes = "".join(f" ({note})" for note in getattr(error, "__notes__", ()))
    return (
        f"unexpected error: {type(error).__name__}: {error}{notes}; run again with --debug and "
        "report it"
    )


def failure(error: BaseException, *, debug: bool) -> Failure:
    """Return the failure for this error; with `debug`, its traceback comes first."""
    return Failure(
        sentence(error),
        exit_code(error),
        "".join(traceback.format_exception(error)) if debug else "",
    )


def in_options(message: str) -> str:
    """Name the options of this program where a message names those of the library.

    >>> in_options("name it with rating_column, or say that there is none (rating_column=None)")
    'name it with --rating-column, or say that there is none (--implicit)'
    """
    for library, option in _OPTIONS.items():
        message = message.replace(library, option)
    message = re.sub(
        r"\b(missing_rating|unknown_items|repeats|(?:items_)?columns|on_error|viewer)"
        r"=('[^']*'|\"[^\"]*\"|[\w.,-]+)",
        lambda option: f"--{option[1].replace('_', '-')} {option[2]}",
        message,
    )
    return re.sub(
        r"(?<![\w'-])([a-z]+_column|skip_limit)\b",
        lambda option: f"--{option[1].replace('_', '-')}",
        message,
    )


def _place(error: OSError) -> str:
    return f": {error.filename}" if error.filename else ""
