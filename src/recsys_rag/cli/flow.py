"""Words into lines, as they come: text that streams is wrapped without waiting for its end. Knows no recommendation."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from recsys_rag.cli.console import plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_CITATION = re.compile(r"(\[\d+\])")
_WORDS = re.compile(r"\S+(?: \[\d+\]\S*)*")


class Paragraph:
    """A paragraph on a console: what is said is shown at once, lines are broken between words, `close` ends it.

    The first line begins with `first` spaces, the others with `indent`.
    """

    def __init__(self, console: "Console", *, first: int = 0, indent: int = 0) -> None:
        self._console = console
        self._start = first
        self._indent = indent
        self._column = 0  # 0: nothing on this line yet

    def say(self, text: str, style: str = "", *, gap: int = 1) -> None:
        """Add words, `gap` spaces after what is there. A citation like [2] stays with its word and has its own color."""
        self._put(_WORDS.findall(plain(text)), style, gap)

    def keep(self, text: str, style: str = "", *, gap: int = 3) -> None:
        """Add text that stands on one line if any line is long enough for it."""
        if self._indent + _cells(plain(text)) > self._console.width:
            self.say(text, style, gap=gap)
        else:
            self._put([plain(text)], style, gap)

    def close(self) -> None:
        """End the line, if one is begun."""
        if self._column:
            self._console.print()
            self._console.file.flush()
        self._column, self._start = 0, self._indent

    def _put(self, pieces: Sequence[str], style: str, gap: int) -> None:
        """Write pieces, none of them broken, the first one after `gap` spaces, the others after one."""
        lines = ""
        for piece in pieces:
            if self._column and self._column + gap + _cells(piece) > self._console.width:
                lines += "\n"
                self._column, self._start = 0, self._indent
            before = gap if self._column else self._start
            lines += " " * before + piece
            self._column += before + _cells(piece)
            gap = 1
        self._console.print(_styled(lines, style), end="")
        self._console.file.flush()


def table(
    console: "Console", rows: Sequence[Sequence[tuple[str, str]]], *, right: frozenset[int] = frozenset()
) -> None:
    """Write rows of (text, style) cells in columns as wide as their widest cell, those in `right` flushed right.

    On a terminal the line is cut where the window ends; piped, nothing is cut.
    """
    from rich.text import Text

    widths = [max(_cells(plain(row[column][0])) for row in rows) for column in range(len(rows[0]))] if rows else []
    for row in rows:
        line = Text()
        for column, (text, style) in enumerate(row):
            if not widths[column]:
                continue
            padding = " " * (widths[column] - _cells(plain(text)))
            line.append((padding if column in right else "") + plain(text), style)
            line.append("" if column in right else padding)
            line.append("  ")
        line.rstrip()
        if console.is_terminal:
            line.truncate(console.width, overflow="ellipsis")
        console.print(line)


def _cells(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)


def _styled(text: str, style: str) -> "Text":
    from rich.text import Text

    line = Text()
    for part in _CITATION.split(text):
        line.append(part, "cyan" if not style and _CITATION.fullmatch(part) else style)
    return line
