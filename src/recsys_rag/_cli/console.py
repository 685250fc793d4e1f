"""Where the command line writes: stdout for the answer, stderr for everything about it. Knows no
answer.

Color and progress only where a person looks on: a terminal. Piped output is plain text of a fixed
width.
"""

import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

MAX_WIDTH = 100  # columns; longer lines tire the eye
MIN_WIDTH = 30
_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: str) -> str:
    """Return text without what could move the cursor or reverse the line: titles are data.

    >>> plain("Fargo\\x1b[2J\\n(1996)")
    'Fargo [2J (1996)'
    """
    kept = "".join(
        " " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text if c not in _BIDI
    )
    return " ".join(kept.split())


def size(n_bytes: int) -> str:
    """Return a size in the units that disks are sold in.

    >>> size(512), size(98_700_000), size(1_500_000_000)
    ('1 kB', '98.7 MB', '1.5 GB')
    """
    if n_bytes >= 1e9:
        return f"{n_bytes / 1e9:.1f} GB"
    return f"{n_bytes / 1e6:.1f} MB" if n_bytes >= 1e6 else f"{max(1, round(n_bytes / 1e3))} kB"


def write_json(value: Any) -> None:
    """Print one JSON value on stdout."""
    from recsys_rag.wire import dumps

    click.echo(dumps(value))


def paper(stream: TextIO | None = None) -> "Console":
    """Return the console for a stream (default: stdout), made for the stream as it is now."""
    from rich.console import Console

    file = stream or sys.stdout
    console = Console(file=file, highlight=False, markup=False, emoji=False, soft_wrap=True)
    console.on_broken_pipe = _raise_broken_pipe  # type: ignore[method-assign]  # else rich exits with 1
    wide = console.width if console.is_terminal else MAX_WIDTH
    console.width = max(MIN_WIDTH, min(wide, MAX_WIDTH))
    return console


def _raise_broken_pipe() -> None:
    raise BrokenPipeError


def note(message: str) -> None:
    """Tell the person something that is no part of the answer, on stderr."""
    click.echo(message, err=True)


class Progress:
    """Bars on stderr, made when there is something to show; nothing unless stderr is a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.visible = stream.isatty()
        self._bars: Bars | None = None
        self._tasks: dict[str, TaskID] = {}

    def counting(
        self, words: str, detail: str = "{done:,} of {total:,}", *, apart: bool = False
    ) -> Callable[[str, int, int], None]:
        """Return what shows (what, done, total) in one bar, or, `apart`, in one for each `what`."""

        def show(what: str, done: int, total: int) -> None:
            done, description = min(done, total), words.format(what)
            figures = detail.format(done=done, total=total)
            self.show(description if apart else words, description, done, total, figures)

        return show

    def size(self, name: str, done_bytes: int, total_bytes: int | None) -> None:
        """Show how much of a download is here."""
        total = f" of {total_bytes / 1e6:.1f}" if total_bytes else ""
        self.show(name, name, done_bytes, total_bytes, f"{done_bytes / 1e6:.1f}{total} MB")

    def spin(self, words: str) -> None:
        """Show that something goes on whose end is not known."""
        self.show(words, words, 0, None, "")

    def close(self) -> None:
        """Take the bars away; what is shown after it gets new ones."""
        if self._bars is not None:
            self._bars.stop()
        self._bars, self._tasks = None, {}

    def show(self, key: str, description: str, done: int, total: int | None, detail: str) -> None:
        """Show one bar, which `key` tells from the others."""
        if not self.visible:
            return
        if self._bars is None:
            self._bars = self._start()
        if key not in self._tasks:
            self._tasks[key] = self._bars.add_task(plain(description), total=total, detail=detail)
        self._bars.update(
            self._tasks[key],
            description=plain(description),
            completed=done,
            total=total,
            detail=detail,
        )

    def _start(self) -> "Bars":
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        bars = Bars(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=28),
            TextColumn("{task.fields[detail]}", markup=False),
            TimeElapsedColumn(),
            console=Console(file=self._stream),
            transient=True,
        )
        bars.start()
        return bars


@contextmanager
def progress() -> Iterator[Progress]:
    """Give bars on stderr for the time of a block; they are gone after it, also after an error or
    Ctrl-C."""
    bars = Progress(sys.stderr)
    try:
        yield bars
    finally:
        bars.close()
