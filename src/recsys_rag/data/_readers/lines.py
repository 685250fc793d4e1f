"""The lines of a text file with their numbers, and its encoding. Knows no table."""

import codecs
import itertools
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO

_MARKS = (
    (b"\xff\xfe\x00\x00|\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe|\xfe\xff", "utf-16"),
    (b"[^\x00]\x00[^\x00]\x00", "utf-16-le"),
    (b"\x00[^\x00]\x00[^\x00]", "utf-16-be"),
)


def encoding_of(stream: BinaryIO) -> tuple[str, str]:
    """Return the encoding of a stream, and a note where it is not UTF-8: UTF-16 and UTF-32 by their
    mark, or by the zeros of the first letters, else cp1252, or latin-1 where a byte means nothing
    in cp1252. UTF-8 with a few damaged bytes is UTF-8."""
    head = stream.read(4)
    for begin, encoding in _MARKS:
        if re.match(begin, head, re.DOTALL):
            return encoding, f"read as {encoding.upper()}"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
        while block := stream.read(1 << 20):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        odd = error.object[error.start]
        text = error.object.decode("utf-8", "surrogateescape")
        n_bad = sum("\udc80" <= sign <= "\udcff" for sign in text)
        if sum(not sign.isascii() for sign in text) > 3 * n_bad:  # one slip is no other encoding
            return "utf-8", f"byte {odd:#04x} is no UTF-8, as the rest is: read as \ufffd"
        found = "latin-1" if odd in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "cp1252"
        return (
            found,
            f"byte {odd:#04x} is no UTF-8: read as {found}; state another encoding if names look "
            "wrong",
        )
    return "utf-8", ""


class Lines:
    """Lines with their numbers; lines can be put back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._back: deque[str] = deque()
        self.number = 0  # of the line taken last

    def take(self) -> str | None:
        """Return the next line with its end, None where there is none."""
        line = self._back.popleft() if self._back else next(self._lines, None)
        self.number += line is not None
        return line

    def block(self, n: int) -> list[str]:
        """Return the next n lines, or what is left."""
        lines = [self._back.popleft() for _ in range(min(n, len(self._back)))]
        lines += itertools.islice(self._lines, n - len(lines))
        self.number += len(lines)
        return lines

    def put_back(self, lines: Sequence[str]) -> None:
        """Put lines back that were taken last."""
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)

    def first(self) -> str:
        """Return the first line that is not blank without taking it; blank lines are passed."""
        while (line := self.take()) is not None:
            if line.strip("\r\n\t ,;|\x00"):
                self.put_back([line])
                return line
        return ""
