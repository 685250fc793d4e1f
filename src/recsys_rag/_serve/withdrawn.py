"""Items that are not to be shown any more, whatever version answers. Ranks nothing."""

import json

import sqlalchemy as sa

from recsys_rag._serve import tables
from recsys_rag._serve.database import Database

_NAME = "withdrawn items"
_ABOUT = tables.about.c
_READ = sa.select(_ABOUT.value).where(_ABOUT.name == _NAME)


class Withdrawn:
    """The ids of these items, in the database and nowhere else: what one process withdraws is gone
    from the next answer of any."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ids(self) -> tuple[str, ...]:
        """Return the ids, as they were withdrawn."""
        with self._database.reading() as connection:
            return _ids(connection.execute(_READ).scalar())

    def withdraw(self, item_id: str) -> None:
        """Have an item shown no more."""
        self._change(item_id, is_gone=True)

    def restore(self, item_id: str) -> None:
        """Have an item shown again."""
        self._change(item_id, is_gone=False)

    def _change(self, item_id: str, *, is_gone: bool) -> None:
        first = self._database.insert(tables.about).values(name=_NAME, value="[]")
        with self._database.writing() as connection:
            connection.execute(first.on_conflict_do_nothing())
            before = _ids(connection.execute(_READ.with_for_update()).scalar())
            others = [id for id in before if id != item_id]
            value = json.dumps([*others, item_id] if is_gone else others)
            connection.execute(
                sa.update(tables.about).where(_ABOUT.name == _NAME).values(value=value)
            )


def _ids(value: str | None) -> tuple[str, ...]:
    return tuple(json.loads(value)) if value else ()
