"""Lists of JSON objects, and XML without entities. Knows no format."""

import re
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from recsys_rag.errors import DataError
from recsys_rag.imports._files import ExportFile

_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_DEEPEST = 20


def records(file: ExportFile) -> list[dict[str, Any]]:
    """Return the objects of a file that is a list of objects; those that are none are empty.

    Raises DataError for what is no JSON.
    """
    value = file.json
    if not isinstance(value, list):
        return []
    return [record if isinstance(record, dict) else {} for record in value]


def elements(file: ExportFile, names: tuple[str, ...]) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Yield the XML elements of these names: name, line, and the text of each child.

    An "&" that stands alone, as some exports have it, is read as itself. Declarations of documents
    and entities are refused. Raises DataError for what is no XML.
    """
    text = "".join(
        piece if piece.startswith("<![CDATA[") else _BARE_AMPERSAND.sub("&amp;", piece)
        for piece in _CDATA.split(file.text)
    )
    text = re.sub(r"^\s*<\?xml.*?\?>", "", text, count=1)  # it was decoded already
    reading = _Elements(file.path, names)
    try:
        reading.parser.Parse(text, True)
    except expat.ExpatError as error:
        raise DataError(
            f"{file.path}: cannot be read as XML: {error}; download the export again"
        ) from None
    yield from reading.elements


class _Elements:
    """Collects the elements that were asked for as the parser meets them."""

    def __init__(self, path: str, names: tuple[str, ...]) -> None:
        self.elements: list[tuple[str, int, dict[str, str]]] = []
        self._path, self._names = path, names
        self._open: list[str] = []
        self._line = 0
        self._children: dict[str, str] | None = None
        self._text: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append

    def _refuse(self, *_: object) -> None:
        raise DataError(
            f"{self._path}: declares entities or a document type, which no export does; "
            "nothing was read"
        )

    def _start(self, name: str, _: object) -> None:
        if len(self._open) >= _DEEPEST:
            raise DataError(f"{self._path}: is nested deeper than {_DEEPEST} levels")
        if self._children is None and name in self._names:
            self._children, self._line = {}, self.parser.CurrentLineNumber
        self._open.append(name)
        self._text.clear()

    def _end(self, name: str) -> None:
        self._open.pop()
        if self._children is None:
            return
        if name in self._names:
            self.elements.append((name, self._line, self._children))
            self._children = None
        else:
            self._children[name] = "".join(self._text).strip()
        self._text.clear()
