"""Conversations as they are kept: what each began with, and its turns in order. The value that they
amount to is not kept but made again by reading the words, so that it holds for any model."""

import json
import threading
from collections import OrderedDict
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from recsys_rag import wire
from recsys_rag._serve import tables
from recsys_rag._serve.database import Database
from recsys_rag._serve.problems import Refused
from recsys_rag.conversation import GONE, Conversation, why_asked
from recsys_rag.recommender import Recommender
from recsys_rag.types import Query

MOST_TURNS = 1_000
_REMEMBERED = 1_000  # values that need not be made again


@dataclass(frozen=True, slots=True)
class Said:
    """One turn. The first of a conversation may be a list that was brought along, without words."""

    number: int  # from 0
    said_at: int  # seconds
    words: str = ""
    takes_back: int | None = None  # the number of a critique
    stands: bool = True  # False: it could not be served, and asks for nothing
    reply: str = ""
    recommendation_id: str | None = None
    item_ids: tuple[str, ...] = ()  # the list as shown


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation as it is kept."""

    id: str
    user_id: str | None
    created_at: int  # seconds
    query: Query  # what it began with
    turns: tuple[Said, ...] = ()

    @property
    def next_number(self) -> int:
        return len(self.turns)

    @property
    def last_list(self) -> str | None:
        """The id of the list that is on the screen."""
        lists = (said.recommendation_id for said in reversed(self.turns))
        return next((id for id in lists if id is not None), None)


AnsweredBy: TypeAlias = tuple[int, int]  # version, and number of the last change of an item


class Conversations:
    """The conversations of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        # (conversation, how many turns, what answered) -> what they amount to
        self._values: OrderedDict[tuple[str, int, AnsweredBy], Conversation] = OrderedDict()

    def begin(self, held: Held) -> None:
        """Write a new conversation, with the turns that it has."""
        with self._database.writing() as connection:
            connection.execute(
                sa.insert(tables.conversations).values(
                    id=held.id,
                    user_id=held.user_id,
                    created_at=held.created_at,
                    query=json.dumps(wire.write(held.query)),
                )
            )
            for said in held.turns:
                connection.execute(sa.insert(tables.turns).values(_row(held.id, said)))

    def add(self, id: str, said: Said) -> None:
        """Write a turn. Raises Refused (409) where another took its number, and nothing is
        written."""
        try:
            with self._database.writing() as connection:
                connection.execute(sa.insert(tables.turns).values(_row(id, said)))
        except IntegrityError:
            raise gone_on(said.number) from None

    def of(self, id: str) -> Held:
        """Return a conversation. Raises Refused (404)."""
        turn = tables.turns.c
        with self._database.reading() as connection:
            row = connection.execute(
                sa.select(tables.conversations).where(tables.conversations.c.id == id)
            ).first()
            turns = connection.execute(
                sa.select(tables.turns).where(turn.conversation_id == id).order_by(turn.number)
            ).all()
        if row is None:
            raise Refused(404, f"no conversation {id!r} is kept here")
        query = wire.read(Query, json.loads(row.query))
        return Held(row.id, row.user_id, row.created_at, query, tuple(map(_said, turns)))

    def value(
        self, held: Held, recommender: Recommender, by: AnsweredBy, number: int | None = None
    ) -> Conversation:
        """Return what a conversation amounts to by this model, after the turn of this number."""
        n_turns = len(held.turns) if number is None else number + 1
        with self._lock:
            known = self._values.get((held.id, n_turns, by))
        if known is not None:
            return known
        conversation, first = Conversation(), 0
        with self._lock:
            for n_before in range(n_turns - 1, 0, -1):
                if before := self._values.get((held.id, n_before, by)):
                    conversation, first = before, n_before
                    break
        for said in held.turns[first:n_turns]:
            conversation = replayed(conversation, said, recommender)
        with self._lock:
            self._values[held.id, n_turns, by] = conversation
            while len(self._values) > _REMEMBERED:
                self._values.popitem(last=False)
        return conversation


def replayed(conversation: Conversation, said: Said, recommender: Recommender) -> Conversation:
    """Return the conversation after a turn as it is kept."""
    if not said.stands:
        return conversation
    conversation = answered(conversation, said.words, said.takes_back, recommender)
    if said.item_ids:
        items = recommender.dataset.items
        there = [items.index(item) if item in items else GONE for item in said.item_ids]
        conversation = conversation.shown(there)
    return conversation


def answered(
    conversation: Conversation, words: str, takes_back: int | None, recommender: Recommender
) -> Conversation:
    """Return the conversation after words, or after a critique was taken back."""
    if takes_back is not None:
        return replace(conversation.without(takes_back), reply="")
    if not words or why_asked(words) is not None:
        return replace(conversation, reply="")
    return recommender.converse(conversation, words)


def gone_on(number: int) -> Refused:
    """Return what is told to the later of two who answer the same turn."""
    return Refused(
        409,
        f"the conversation has gone on elsewhere: it has a turn {number} already; read it again, "
        "and say it after that",
    )


def _row(id: str, said: Said) -> dict[str, Any]:
    columns = {"stands": int(said.stands), "item_ids": json.dumps(said.item_ids)}
    return {"conversation_id": id, **asdict(said), **columns}


def _said(row: Any) -> Said:
    columns = {field.name: getattr(row, field.name) for field in fields(Said)}
    own = {"stands": bool(row.stands), "item_ids": tuple(json.loads(row.item_ids))}
    return Said(**columns | own)
