"""Lists that were answered, kept byte for byte, with the question and the history as of then."""

import hashlib
import json
import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa

from recsys_rag import wire
from recsys_rag._serve import tables
from recsys_rag._serve.database import Database
from recsys_rag._serve.problems import Refused
from recsys_rag._serve.views import RecommendationView, decode
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.types import History, Query


def new_id() -> str:
    """Return an id that nobody can guess."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Kept:
    """A list as it was answered."""

    id: str
    user_id: str | None
    created_at: int  # seconds
    body: bytes
    query: Query
    explain: str
    # (item id, rating, when): oldest first; rating None = seen, when None = not known
    history: tuple[tuple[str, float | None, int | None], ...]
    item_ids: tuple[str, ...]
    turn: tuple[str, int] | None = None  # the conversation that it answers, and the turn in it

    @property
    def view(self) -> RecommendationView:
        return decode(self.body, RecommendationView)

    def history_in(self, items: Vocabulary) -> History:
        """Return the history as of then, as indices of this vocabulary."""
        rows = [row for row in self.history if row[0] in items]
        times = [when for _, _, when in rows if when is not None]
        return History(
            np.array([items.index(item) for item, _, _ in rows], np.int64),
            np.array([math.nan if rating is None else rating for _, rating, _ in rows], np.float32),
            np.array(times, np.int64) if times and len(times) == len(rows) else None,
        )


class Lists:
    """The kept lists of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, lists: Sequence[Kept]) -> Sequence[None]:
        """Write lists, in one transaction."""
        rows = [
            {
                "id": kept.id,
                "user_id": kept.user_id,
                "created_at": kept.created_at,
                "body": kept.body,
                "asked": json.dumps(
                    {
                        "query": wire.write(kept.query),
                        "explain": kept.explain,
                        "history": kept.history,
                        "turn": kept.turn,
                    }
                ).encode(),
                "item_ids": json.dumps(kept.item_ids),
            }
            for kept in lists
        ]
        with self._database.writing() as connection:
            connection.execute(sa.insert(tables.kept), rows)
        return [None] * len(rows)

    def of(self, id: str) -> Kept:
        """Return a kept list. Raises Refused (404)."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(tables.kept).where(tables.kept.c.id == id)).first()
        if row is None:
            raise Refused(404, f"no recommendation {id!r} is kept here")
        return _kept(row)

    def of_user(self, user_id: str, n: int = 20) -> list[Kept]:
        """Return the latest lists of a person, newest first."""
        about = tables.kept.c
        with self._database.reading() as connection:
            rows = connection.execute(
                sa.select(tables.kept)
                .where(about.user_id == user_id)
                .order_by(about.created_at.desc(), about.id)
                .limit(n)
            ).all()
        return [_kept(row) for row in rows]

    def shown_since(self, user_id: str, since: int) -> list[str]:
        """Return the ids of the items in lists of a person since then (seconds)."""
        about = tables.kept.c
        with self._database.reading() as connection:
            rows = connection.execute(
                sa.select(about.item_ids).where(about.user_id == user_id, about.created_at >= since)
            ).scalars()
            return list(dict.fromkeys(item for row in rows for item in json.loads(row)))


def snapshot(
    history: History, items: Vocabulary
) -> tuple[tuple[str, float | None, int | None], ...]:
    """Return a history by ids."""
    times: Sequence[int | None] = (
        [None] * len(history.items) if history.times is None else history.times.tolist()
    )
    return tuple(
        (items.id(item), None if math.isnan(rating) else rating, when)
        for item, rating, when in zip(
            history.items.tolist(), history.ratings.tolist(), times, strict=True
        )
    )


def etag(body: bytes) -> str:
    """Return what tells these bytes from others, as HTTP writes it."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _kept(row: Any) -> Kept:
    asked: Mapping[str, Any] = json.loads(row.asked)
    return Kept(
        row.id,
        row.user_id,
        row.created_at,
        bytes(row.body),
        wire.read(Query, asked["query"]),
        asked["explain"],
        tuple((item, rating, when) for item, rating, when in asked["history"]),
        tuple(json.loads(row.item_ids)),
        (asked["turn"][0], asked["turn"][1]) if asked.get("turn") else None,
    )
