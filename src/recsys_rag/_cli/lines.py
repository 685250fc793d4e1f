"""Words into lines, as they come, on a console or on a sheet that is shown later. Knows no
recommendation."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from recsys_rag._cli.console import plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_CITATION = re.compile(r"(\[\d+\])")
_GAP = 2  # spaces between columns
_LEAST = 20  # columns that a text needs to be read
_WORDS = re.compile(r"\S+(?: \[\d+\]\S*)*")


class _Surface(Protocol):
    """What words can be put on: a console, or a `Sheet`."""

    @property
    def width(self) -> int: ...
    def print(self, *objects: Any, end: str = "\n") -> None: ...


class Sheet:
    """A text of many lines, put together to be shown as one."""

    def __init__(self, width: int) -> None:
        from rich.text import Text

        self.width = width
        self.text = Text()

    def print(self, *objects: "Text", end: str = "\n") -> None:
        """Add a text and what ends it."""
        for text in objects:
            self.text.append_text(text)
        self.text.append(end)


class Paragraph:
    """A paragraph: what is said is shown at once, lines are broken between words, `close` ends it.

    The first line begins with `first` spaces, the others with `indent`.
    """

    def __init__(self, console: _Surface, *, first: int = 0, indent: int = 0) -> None:
        self._console = console
        self._start = first
        self._indent = indent
        self._column = 0
        self._begun = False  # a line may be begun and still have no width

    def say(self, text: str, style: str = "", *, gap: int = 1) -> None:
        """Add words, `gap` spaces after what is there. A citation like [2] stays with its word and
        has its own color."""
        self._put(_WORDS.findall(plain(text)), style, gap)

    def keep(self, text: str, style: str = "", *, gap: int = 3) -> None:
        """Add text that stands on one line; what is too long for any line has lines of its own."""
        if self._indent + _cells(plain(text)) > self._console.width:
            self.close()
            self.say(text, style)
            self.close()
        else:
            self._put([plain(text)], style, gap)

    def pad(self, text: str, style: str, width: int) -> None:
        """Add text without breaking the line, with spaces after it up to this width."""
        cell = plain(text)
        self._console.print(_styled(cell + " " * (width - _cells(cell)), style), end="")
        self._column += max(width, _cells(cell))
        self._begun = True

    def close(self) -> None:
        """End the line, if one is begun."""
        if self._begun:
            self._console.print()
        self._column, self._start, self._begun = 0, self._indent, False

    def _put(self, pieces: Sequence[str], style: str, gap: int) -> None:
        """Write pieces, none of them broken, the first one after `gap` spaces, the others after
        one."""
        lines = ""
        for piece in pieces:
            if self._begun and self._column + gap + _cells(piece) > self._console.width:
                lines += "\n"
                self._column, self._start, self._begun = 0, self._indent, False
            before = gap if self._begun else self._start
            lines += " " * before + piece
            self._column += before + _cells(piece)
            self._begun = True
            gap = 1
        self._console.print(_styled(lines, style), end="")


def sentence(console: "Console", text: str, style: str = "") -> None:
    """Show a text of its own, its further lines set in a little."""
    paragraph = Paragraph(console, indent=2)
    paragraph.say(text, style)
    paragraph.close()


Row: TypeAlias = Sequence[tuple[str, str]]  # (text, style) cells


def table(console: "Console", rows: Sequence[Row], *, right: frozenset[int] = frozenset()) -> None:
    """Write rows in columns as wide as their widest cell, those in `right` flushed right; empty
    columns take no room.

    Where a terminal is too narrow, the widest column is cut; piped, nothing is cut.
    """
    from rich.text import Text

    widths = _widths(rows)
    used = [column for column, width in enumerate(widths) if width]
    if console.is_terminal and used:
        too_much = sum(widths[column] + _GAP for column in used) - _GAP - console.width
        widest = max(used, key=lambda column: widths[column])
        widths[widest] = max(_LEAST, widths[widest] - max(0, too_much))
    for row in rows:
        line = Text()
        for column in used:
            cell = Text(plain(row[column][0]), row[column][1])
            if console.is_terminal:
                cell.truncate(widths[column], overflow="ellipsis")
            cell.align("right" if column in right else "left", widths[column])
            line.append_text(cell).append(" " * _GAP)
        line.rstrip()
        if console.is_terminal:
            line.truncate(console.width, overflow="ellipsis")
        console.print(line)


def definitions(console: "Console", rows: Sequence[Row]) -> None:
    """Write rows in columns, the last of which holds texts: these are wrapped within their column
    and never cut."""
    widths = _widths(rows)[:-1]
    indent = sum(width + _GAP for width in widths)
    for row in rows:
        line = Paragraph(console, indent=indent if console.width - indent >= _LEAST else 2 * _GAP)
        for (text, style), width in zip(row[:-1], widths, strict=True):
            line.pad(text, style, width + _GAP)
        line.say(*row[-1], gap=0)
        line.close()


def _widths(rows: Sequence[Row]) -> list[int]:
    return [max(_cells(plain(cell)) for cell, _ in column) for column in zip(*rows, strict=True)]


def _cells(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)


def _styled(text: str, style: str) -> "Text":
    from rich.text import Text

    line = Text()
    for part in _CITATION.split(text):
        line.append(part, "cyan" if not style and _CITATION.fullmatch(part) else style)
    return line
