"""What people said, as the database has it, and the history that follows from it. Ranks nothing."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from recsys_rag._histories import Event, FittedHistories, checked_rating, merged, no_history
from recsys_rag._serve import tables
from recsys_rag._serve.database import Database, now
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import QueryError, UnknownUserError
from recsys_rag.types import History

# What can be said of an item. A rating has a number; "liked" is a liking without one; "seen" counts
# as known; "not_for_me" holds back the item and what is like it; "dismissed" holds back the item
# alone; "shown" is for rotation; "withdrawn" takes back all that the person said about it here.
KINDS = ("rating", "liked", "not_for_me", "seen", "shown", "dismissed", "withdrawn")
_MOST_AHEAD_SECONDS = 300  # clocks differ


@dataclass(frozen=True, slots=True)
class Feedback:
    """One thing that a person says about an item."""

    user_id: str
    item_id: str
    kind: str
    rating: float | None = None  # for kind "rating" only
    said_at: int | None = None  # seconds; None = now
    recommendation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """All that is known of a person when a question is asked."""

    user_id: str | None
    history: History
    is_known: bool  # in the data, or by feedback
    liked: tuple[str, ...] = ()  # item ids, without a rating
    not_for_me: tuple[str, ...] = ()  # item ids
    dismissed: tuple[str, ...] = ()  # item ids
    shown: Mapping[str, int] = field(default_factory=dict)  # item id -> when last, seconds
    last_number: int = 0  # of the last feedback that is counted in


@dataclass(frozen=True, slots=True)
class Given:
    """Histories that are at hand."""

    histories: Mapping[str, History]

    def of(self, user_id: str) -> History:
        return self.histories[user_id]


def checked(feedback: Feedback, dataset: Dataset) -> Feedback:
    """Return the feedback with the id of its item, a liking's rating and a time.

    Raises UnknownItemError, QueryError.
    """
    if feedback.kind not in KINDS:
        raise QueryError(f"kind {feedback.kind!r} is none of {', '.join(KINDS)}")
    item = dataset.catalog.resolve(feedback.item_id)
    rating = feedback.rating
    if feedback.kind == "rating":
        if rating is None:
            raise QueryError("feedback of kind 'rating' needs a rating")
        rating = checked_rating(dataset, feedback.item_id, rating)
    elif rating is not None:
        raise QueryError(f"feedback of kind {feedback.kind!r} has no rating; use kind 'rating'")
    at = now() if feedback.said_at is None else feedback.said_at
    if not 0 <= at <= now() + _MOST_AHEAD_SECONDS:
        raise QueryError(f"said_at {at} is not between 1970 and now; give seconds since 1970")
    return replace(feedback, item_id=dataset.items.id(item), rating=rating, said_at=at)


def record(connection: Connection, database: Database, feedback: Sequence[Feedback]) -> list[int]:
    """Write feedback that was `checked`, within a transaction; return its numbers, same order."""
    if not feedback:
        return []
    rows = [asdict(said) for said in feedback]
    statement = database.insert(tables.feedback).returning(
        tables.feedback.c.number, sort_by_parameter_order=True
    )
    return [int(number) for number in connection.execute(statement, rows).scalars()]


_GONE = sa.select(tables.forgotten.c.user_sha256)
_ANY_GONE = sa.select(tables.forgotten.c.at).limit(1)
_SAID = (
    sa.select(tables.feedback)
    .where(tables.feedback.c.user_id.in_(sa.bindparam("wanted", expanding=True)))
    .order_by(tables.feedback.c.user_id, tables.feedback.c.said_at, tables.feedback.c.number)
)


class People:
    """Reads people: fitted data + feedback, the latest per item wins. Nothing is remembered between
    two questions, so that every process knows what was said to any other."""

    def __init__(self, database: Database, dataset: Dataset) -> None:
        self._database, self._dataset = database, dataset
        self._fitted = FittedHistories(dataset)

    def of(self, user_id: str) -> Person:
        """Return what is known of one person, who may be unknown."""
        return self.of_many([user_id])[user_id]

    def of_many(self, user_ids: Iterable[str]) -> dict[str, Person]:
        """Return what is known of each, in one reading of the database."""
        wanted = list(dict.fromkeys(user_ids))
        said: dict[str, list[Any]] = {user_id: [] for user_id in wanted}
        gone: set[str] = set()
        with self._database.reading() as connection:
            if any_forgotten(connection):
                secret, hashes = secret_of(connection), set(connection.execute(_GONE).scalars())
                gone = {user_id for user_id in wanted if hashed(user_id, secret) in hashes}
            rows = connection.execute(_SAID, {"wanted": wanted}).all()
        for user_id, theirs in groupby(rows, key=lambda row: str(row.user_id)):
            said[user_id] = list(theirs)
        return {
            user_id: self._person(user_id, rows, is_gone=user_id in gone)
            for user_id, rows in said.items()
        }

    def _person(self, user_id: str, rows: Sequence[Any], *, is_gone: bool) -> Person:
        try:
            before = no_history() if is_gone else self._fitted.of(user_id)
            is_known = not is_gone
        except UnknownUserError:
            before, is_known = no_history(), False
        by_item: dict[str, list[Event]] = {}
        held: dict[str, str] = {}  # item id -> "liked", "not_for_me" or "dismissed"
        shown: dict[str, int] = {}
        for row in rows:
            item_id, place = row.item_id, self._dataset.items.get(row.item_id)
            if row.kind == "shown":
                shown[item_id] = max(row.said_at, shown.get(item_id, 0))
            elif place is None:  # an item of another version of the catalog
                continue
            elif row.kind in ("not_for_me", "dismissed", "liked"):
                held[item_id] = row.kind
            elif row.kind == "seen":
                by_item.setdefault(item_id, []).append(Event(place, math.nan, row.said_at))
            else:
                held.pop(item_id, None)
                if row.kind == "withdrawn":
                    by_item.pop(item_id, None)
                else:
                    by_item.setdefault(item_id, []).append(Event(place, row.rating, row.said_at))
        events = [event for theirs in by_item.values() for event in theirs]
        return Person(
            user_id,
            merged(before, events),
            is_known or bool(rows),
            _of_kind(held, "liked"),
            _of_kind(held, "not_for_me"),
            _of_kind(held, "dismissed"),
            shown,
            max((row.number for row in rows), default=0),
        )


def _of_kind(held: Mapping[str, str], kind: str) -> tuple[str, ...]:
    return tuple(item_id for item_id, its_kind in held.items() if its_kind == kind)


# --- who asked to be forgotten --------------------------------------------------------------------


def any_forgotten(connection: Connection) -> bool:
    """Say whether anybody waits for a model without them."""
    return connection.execute(_ANY_GONE).first() is not None


def secret_of(connection: Connection) -> str:
    """Return the secret of this database, which hashes are made with. `make_secret` made it."""
    about = tables.about.c
    return str(
        connection.execute(sa.select(about.value).where(about.name == "secret")).scalar_one()
    )


def make_secret(database: Database) -> None:
    """Give the database its secret, where it has none."""
    import secrets

    with database.writing() as connection:
        statement = database.insert(tables.about).values(name="secret", value=secrets.token_hex(32))
        connection.execute(statement.on_conflict_do_nothing())


def hashed(user_id: str, secret: str) -> str:
    """Return what stands for a person who is not to be named any more."""
    import hashlib
    import hmac

    return hmac.new(secret.encode(), user_id.encode(), hashlib.sha256).hexdigest()


def export_rows(connection: Connection, user_id: str) -> dict[str, Any]:
    """Return all that the database holds of a person, as plain objects."""
    about, kept = tables.feedback.c, tables.kept.c
    said = connection.execute(
        sa.select(tables.feedback).where(about.user_id == user_id).order_by(about.number)
    ).mappings()
    lists = connection.execute(
        sa.select(kept.body).where(kept.user_id == user_id).order_by(kept.created_at, kept.id)
    ).scalars()
    own = sa.select(tables.conversations.c.id).where(tables.conversations.c.user_id == user_id)
    turn = tables.turns.c
    turns = connection.execute(
        sa.select(turn.conversation_id, turn.number, turn.said_at, turn.words, turn.reply)
        .where(turn.conversation_id.in_(own))
        .order_by(turn.conversation_id, turn.number)
    ).mappings()
    return {
        "feedback": [{**row} for row in said],
        "recommendations": [json.loads(body) for body in lists],
        "turns": [{**row} for row in turns],
    }


def forget(
    connection: Connection, user_id: str, *, receipt_id: str, is_fitted: bool
) -> dict[str, int]:
    """Delete all that the database holds of a person; return how many rows of what. Where they
    stand in what was fitted, a hash keeps them out of it until it is fitted anew."""
    theirs = sa.select(tables.conversations.c.id).where(tables.conversations.c.user_id == user_id)
    turns = sa.delete(tables.turns).where(tables.turns.c.conversation_id.in_(theirs))
    removed = {"turns": connection.execute(turns).rowcount}
    for name, table in (
        ("conversations", tables.conversations),
        ("feedback", tables.feedback),
        ("recommendations", tables.kept),
    ):
        done = connection.execute(sa.delete(table).where(table.c.user_id == user_id))
        removed[name] = done.rowcount
    if is_fitted:
        own = hashed(user_id, secret_of(connection))
        connection.execute(sa.delete(tables.forgotten).where(tables.forgotten.c.user_sha256 == own))
        connection.execute(
            sa.insert(tables.forgotten).values(user_sha256=own, receipt_id=receipt_id, at=now())
        )
    return removed
