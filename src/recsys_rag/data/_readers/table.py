"""Any table as named columns in chunks of numbered rows, and how a file of one is written. Knows no
column's meaning and opens nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from recsys_rag.data._readers.cells import Cells
from recsys_rag.data._readers.columns import is_known_name
from recsys_rag.data._readers.left_out import LeftOut, OnError
from recsys_rag.errors import DataError

ROWS_OF_A_CHUNK = 50_000


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows in order: the number that an editor or viewer shows for each, and the columns.

    Columns of numbers as they are written, without zeros in front, are arrays; they say what their
    cells say as texts.
    """

    numbers: Sequence[int]
    columns: Sequence[Cells]


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns and chunks that can be read once. `notes` say what was inferred; rows that
    are not of the table's form are in `left_out`."""

    where: str
    columns: tuple[str, ...]
    chunks: Iterator[Chunk]
    left_out: LeftOut
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a table file is written, as far as the reader is told; "" and () are found out.

    `columns` names the columns of a file without a header, in order ("" is passed over).
    """

    separator: str = ""
    encoding: str = ""
    columns: tuple[str, ...] = ()
    named_by: str = "columns=user,item,rating,timestamp"  # the option that gives `columns`
    wide: bool = False  # one column an item: their names may be numbers, or missing
    on_error: OnError = "stop"
    skip_limit: float = 0.01


def named_by_place(columns: Sequence[str], width: int, where: str) -> tuple[str, ...]:
    """Return names for `width` columns, those of the first ones given; DataError for too many."""
    if width and len(columns) > width:
        raise DataError(
            f"{where}: {len(columns)} columns are named ({', '.join(columns)}), but a line has "
            f"{width} fields; name as many as there are"
        )
    rest = range(len(columns) + 1, width + 1)
    names = [name.strip() or f"column {place}" for place, name in enumerate(columns, 1)]
    return unique((*names, *(f"column {place}" for place in rest)), where)


def unique(names: Sequence[str], where: str) -> tuple[str, ...]:
    """Return names of columns, each its own: a number stands for a missing one and behind one that
    comes again. DataError where it is one that we know, so that either may be meant.

    >>> unique(["user", "", "note", "note"], "r.csv")
    ('user', 'column 2', 'note', 'note (2)')
    """
    columns: list[str] = []
    for place, name in enumerate(names, 1):
        again = name in columns
        if again and is_known_name(name):
            raise DataError(f"{where}: two columns are named {name!r}; rename one")
        columns.append(
            f"{name} ({names[:place].count(name)})" if again else name or f"column {place}"
        )
    return tuple(columns)
