"""Keys of programs that ask: made once, shown once, kept as a hash, and what each may do."""

import hashlib
import hmac
import secrets
import threading
import time
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from recsys_rag._serve import tables
from recsys_rag._serve.database import Database, now
from recsys_rag.errors import QueryError

SCOPES = ("recommend", "feedback", "admin")  # admin may do all
_REMEMBERED_SECONDS = 1.0  # so long a revoked key may still be taken


@dataclass(frozen=True, slots=True)
class Key:
    """Who asks, and what they may do."""

    id: str
    name: str
    scopes: frozenset[str]
    per_minute: int | None  # requests; None = no limit

    def may(self, scope: str) -> bool:
        return scope in self.scopes or "admin" in self.scopes


NOBODY_NEEDS_A_KEY = Key("", "this machine", frozenset(SCOPES), None)


class Keys:
    """The keys of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._remembered: dict[str, tuple[float, str, Key]] = {}

    def create(self, name: str, scopes: tuple[str, ...], per_minute: int | None = None) -> str:
        """Make a key and return it; it cannot be read again. Raises QueryError."""
        unknown = sorted(set(scopes) - set(SCOPES))
        if unknown or not scopes:
            raise QueryError(
                f"scope {unknown[0] if unknown else ''!r} is none of {', '.join(SCOPES)}"
            )
        id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        with self._database.writing() as connection:
            connection.execute(
                sa.insert(tables.keys).values(
                    id=id,
                    secret_sha256=_sha256(secret),
                    name=name,
                    scopes=" ".join(sorted(set(scopes))),
                    per_minute=per_minute,
                    created_at=now(),
                )
            )
        return f"rsr_{id}_{secret}"

    def revoke(self, id: str) -> None:
        """Refuse a key from now on. Raises QueryError where there is none of this id."""
        about = tables.keys.c
        with self._database.writing() as connection:
            found = connection.execute(
                sa.update(tables.keys).where(about.id == id).values(revoked_at=now())
            )
        if not found.rowcount:
            raise QueryError(f"no key {id!r}; see `recsys-rag key list`")

    def all(self) -> list[dict[str, Any]]:
        """Return what is known of each key, oldest first; not the keys."""
        about = tables.keys.c
        shown = (
            about.id,
            about.name,
            about.scopes,
            about.per_minute,
            about.created_at,
            about.revoked_at,
        )
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(*shown).order_by(about.created_at, about.id))
            return [{**row} for row in rows.mappings()]

    def any_valid(self) -> bool:
        """Say whether there is a key that is not revoked."""
        return any(key["revoked_at"] is None for key in self.all())

    def of(self, given: str) -> Key | None:
        """Return the key that was given, None for one that is not valid; compared in constant
        time."""
        prefix, _, rest = given.partition("_")
        id, _, secret = rest.partition("_")
        if prefix != "rsr" or not id or len(id) > 16 or not id.isascii() or not id.isalnum():
            return None
        remembered = self._remembered.get(id)
        if remembered is None or time.monotonic() > remembered[0]:
            remembered = self._read(id)
            if remembered is None:
                self._remembered.pop(id, None)
                return None
            self._remembered[id] = remembered
        _, expected, key = remembered
        return key if hmac.compare_digest(_sha256(secret), expected) else None

    def _read(self, id: str) -> tuple[float, str, Key] | None:
        about = tables.keys.c
        with self._database.reading() as connection:
            row = connection.execute(
                sa.select(tables.keys).where(about.id == id, about.revoked_at.is_(None))
            ).first()
        if row is None:
            return None
        key = Key(row.id, row.name, frozenset(row.scopes.split()), row.per_minute)
        return time.monotonic() + _REMEMBERED_SECONDS, row.secret_sha256, key


class Allowances:
    """How many requests each key has left: so many a minute, given back evenly."""

    def __init__(self, n_workers: int = 1) -> None:
        self._n_workers = n_workers  # each has its share
        self._left: dict[str, tuple[float, float]] = {}  # key id -> (requests left, as of)
        self._lock = threading.Lock()

    def take(self, key: Key) -> float:
        """Take one request; return 0, or in how many seconds there will be one."""
        if key.per_minute is None:
            return 0.0
        most = max(1.0, key.per_minute / self._n_workers)
        a_second = most / 60
        at = time.monotonic()
        with self._lock:
            left, since = self._left.get(key.id, (most, at))
            left = min(most, left + (at - since) * a_second)
            if left < 1:
                self._left[key.id] = (left, at)
                return (1 - left) / a_second
            self._left[key.id] = (left - 1, at)
        return 0.0


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
