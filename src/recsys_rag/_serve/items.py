"""Items that are put or changed while the service runs: a log in the database, which every answer
looks at. Ranks nothing, and knows no version."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import msgspec
import sqlalchemy as sa

from recsys_rag._serve import tables
from recsys_rag._serve.database import Database, now
from recsys_rag.data.catalog import Row
from recsys_rag.errors import RecsysRagError

Change: TypeAlias = Callable[[Row | None], Row | None]
_ROWS = msgspec.json.Decoder(Row)
_ABOUT = tables.items.c
LAST_NUMBER = sa.select(sa.func.max(_ABOUT.number))
_LATEST = (
    sa.select(_ABOUT.row)
    .where(_ABOUT.item_id == sa.bindparam("wanted"))
    .order_by(_ABOUT.number.desc())
    .limit(1)
)


class Items:
    """The log of changed items: rows are only added, and the latest of an item is what it is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self, until: int) -> dict[str, Row]:
        """Return what items are, by id, as of the change of this number; those that were changed
        first come first."""
        first, last = sa.func.min(_ABOUT.number), sa.func.max(_ABOUT.number)
        latest = (
            sa.select(first.label("first"), last.label("last"))
            .where(_ABOUT.number <= until)
            .group_by(_ABOUT.item_id)
            .subquery()
        )
        with self._database.reading() as connection:
            found = connection.execute(
                sa.select(_ABOUT.item_id, _ABOUT.row)
                .join(latest, _ABOUT.number == latest.c.last)
                .order_by(latest.c.first)
            ).all()
        return {item_id: _ROWS.decode(row) for item_id, row in found}

    def change(self, changes: Sequence[tuple[str, Change]]) -> list[bool | RecsysRagError]:
        """Write what items are from now on, by id, in one transaction.

        A change is given what was written of its item last, None where nothing was, and returns
        what it is, None where that stays. Returns for each whether anything was written, or what
        its change raised: then the item stays as it was.
        """
        outcomes: list[bool | RecsysRagError] = []
        with self._database.writing() as connection:
            if not self._database.is_sqlite:  # one at a time, as in SQLite
                connection.execute(sa.text("LOCK TABLE items IN EXCLUSIVE MODE"))
            for item_id, change in changes:
                before = connection.execute(_LATEST, {"wanted": item_id}).scalar()
                try:
                    row = change(None if before is None else _ROWS.decode(before))
                except RecsysRagError as error:
                    outcomes.append(error)
                    continue
                outcomes.append(row is not None)
                if row is not None:
                    values = {"row": encoded(row).decode(), "at": now()}
                    connection.execute(sa.insert(tables.items).values(item_id=item_id, **values))
        return outcomes


def encoded(row: Any) -> bytes:
    """Return JSON that does not depend on the order in which columns were given."""
    return msgspec.json.encode(row, order="deterministic")
