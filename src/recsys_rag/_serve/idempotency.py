"""Answers that are given again when a request is repeated under the same Idempotency-Key."""

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from recsys_rag._serve import tables
from recsys_rag._serve.database import Database, now
from recsys_rag._serve.problems import Refused

_KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A request under an Idempotency-Key."""

    key_sha256: str  # of who asks, what for, and the key
    request_sha256: str  # of the body


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that can be given again. It names nobody."""

    status: int
    media_type: str
    body: bytes


def repeatable(asker: str, path: str, key: str, body: bytes) -> Repeatable:
    """Return the request as it is remembered."""
    name = "\n".join((asker, path, key)).encode("utf-8", "surrogateescape")
    return Repeatable(hashlib.sha256(name).hexdigest(), hashlib.sha256(body).hexdigest())


class Answers:
    """The answers of one database, for a day."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, connection: Connection, request: Repeatable) -> Answer | None:
        """Return the answer that this request had, None where it is new. Raises Refused (422) where
        another body had the same key."""
        row = connection.execute(
            sa.select(tables.idempotency).where(
                tables.idempotency.c.key_sha256 == request.key_sha256
            )
        ).first()
        if row is None:
            return None
        if row.request_sha256 != request.request_sha256:
            raise Refused(422, "this Idempotency-Key was used for another body; make a new one")
        return Answer(row.status, row.media_type, bytes(row.body))

    def keep(self, connection: Connection, request: Repeatable, answer: Answer) -> None:
        """Write an answer down, in the transaction of what it tells."""
        at, about = now(), tables.idempotency.c
        connection.execute(
            sa.delete(tables.idempotency).where(about.created_at < at - _KEPT_SECONDS)
        )
        connection.execute(
            sa.insert(tables.idempotency).values(
                key_sha256=request.key_sha256,
                request_sha256=request.request_sha256,
                status=answer.status,
                media_type=answer.media_type,
                body=answer.body,
                created_at=at,
            )
        )
