"""Versions of what was fitted: which there are, which one answers, and loading them. Fits nothing;
see `refit`."""

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from recsys_rag import _fitting as fitting
from recsys_rag._fitted import Fitted
from recsys_rag._models import LanguageModels
from recsys_rag._serve import tables
from recsys_rag._serve.database import Database, now
from recsys_rag._serve.engine import Engine
from recsys_rag._serve.people import People
from recsys_rag._serve.problems import Refused
from recsys_rag._serve.withdrawn import Withdrawn
from recsys_rag.errors import ArtifactError
from recsys_rag.recommender import Recommender
from recsys_rag.settings import Settings

_LOADED = 2  # versions that stay in memory: the one that answers, and the one before


@dataclass(frozen=True, slots=True)
class Version:
    """One version, as the database has it."""

    version: int
    folder: Path
    created_at: int
    status: str  # "fitting", "ready", "refused", "failed" or "erased"
    card: Mapping[str, Any]


class Versions:
    """The versions of one database. `settings` are those that all of them answer with."""

    def __init__(self, database: Database, settings: Settings, models: LanguageModels) -> None:
        self._database, self.settings, self._models = database, settings, models
        self._loaded: OrderedDict[int, Engine] = OrderedDict()
        self._lock = threading.Lock()

    def all(self) -> list[Version]:
        """Return all versions, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                sa.select(tables.models).order_by(tables.models.c.version.desc())
            ).all()
        return [_version(row) for row in rows]

    def of(self, version: int) -> Version:
        """Return one version. Raises Refused (404)."""
        with self._database.reading() as connection:
            row = connection.execute(
                sa.select(tables.models).where(tables.models.c.version == version)
            ).first()
        if row is None:
            raise Refused(404, f"there is no model {version}; see GET /api/v1/models")
        return _version(row)

    def active(self) -> int | None:
        """Return the version that answers, None where there is none yet."""
        about = tables.activations.c
        with self._database.reading() as connection:
            return connection.execute(
                sa.select(about.version).order_by(about.number.desc()).limit(1)
            ).scalar()

    def add(self, folder: Path | str, card: Mapping[str, Any], status: str = "ready") -> int:
        """Write down a new version; it does not answer yet."""
        with self._database.writing() as connection:
            return int(
                connection.execute(
                    sa.insert(tables.models)
                    .values(
                        folder=str(folder), created_at=now(), status=status, card=json.dumps(card)
                    )
                    .returning(tables.models.c.version)
                ).scalar_one()
            )

    def change(
        self,
        version: int,
        *,
        status: str | None = None,
        folder: Path | None = None,
        card: Mapping[str, Any] | None = None,
    ) -> None:
        """Write down what became of a version."""
        given = {
            "status": status,
            "folder": None if folder is None else str(folder),
            "card": None if card is None else json.dumps(card),
        }
        values = {name: value for name, value in given.items() if value is not None}
        with self._database.writing() as connection:
            connection.execute(
                sa.update(tables.models).where(tables.models.c.version == version).values(**values)
            )

    def activate(self, version: int, reason: str) -> None:
        """Have a version answer from now on, in all processes. Raises Refused."""
        known = self.of(version)
        if known.status not in ("ready", "refused"):
            raise Refused(409, f"model {version} is {known.status}; it cannot answer")
        self.engine(version)  # it can be loaded, or the one that answers goes on
        with self._database.writing() as connection:
            connection.execute(
                sa.insert(tables.activations).values(version=version, at=now(), reason=reason)
            )

    def engine(self, version: int) -> Engine:
        """Return what answers by this version; it is loaded first if need be. Raises Refused,
        ArtifactError."""
        with self._lock:
            if version in self._loaded:
                self._loaded.move_to_end(version)
                return self._loaded[version]
        return self.take(version, fitting.load(self.of(version).folder, self.settings))

    def take(self, version: int, fitted: Fitted) -> Engine:
        """Return what answers by what was fitted."""
        recommender = Recommender(self.settings, fitted, models=self._models)
        people = People(self._database, recommender.dataset)
        engine = Engine(version, recommender, people, Withdrawn(self._database))
        with self._lock:
            self._loaded[version] = engine
            self._loaded.move_to_end(version)
            while len(self._loaded) > _LOADED:
                self._loaded.popitem(last=False)
        return engine

    def drop(self, version: int) -> None:
        """Forget a version that was loaded."""
        with self._lock:
            self._loaded.pop(version, None)

    def current(self, before: Engine | None = None) -> Engine:
        """Return what answers now: `before` itself where that is still so, also where the version
        that should answer cannot be loaded."""
        version = self.active()
        if before is not None and version == before.version:
            return before
        if version is None:
            raise Refused(503, "no model is here yet; `recsys-rag serve` fits one")
        try:
            return self.engine(version)
        except (ArtifactError, Refused, OSError):
            if before is None:
                raise
            return before


def _version(row: Any) -> Version:
    return Version(row.version, Path(row.folder), row.created_at, row.status, json.loads(row.card))
