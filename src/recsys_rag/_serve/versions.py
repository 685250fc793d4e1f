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
from recsys_rag._serve.items import LAST_NUMBER, Items
from recsys_rag._serve.people import People
from recsys_rag._serve.problems import Refused
from recsys_rag._serve.withdrawn import Withdrawn
from recsys_rag.data.catalog import with_rows
from recsys_rag.errors import ArtifactError
from recsys_rag.recommender import Recommender
from recsys_rag.settings import Settings

# what stays in memory: the version that answers and the one before, each as fitted and with the
# items that were changed since
_LOADED = 4
_ACTIVE = (
    sa.select(tables.activations.c.version)
    .order_by(tables.activations.c.number.desc())
    .limit(1)
    .scalar_subquery()
)
_NOW = sa.select(_ACTIVE, LAST_NUMBER.scalar_subquery())


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
        self._loaded: OrderedDict[tuple[int, int], Engine] = OrderedDict()
        self._lock, self._changing = threading.Lock(), threading.Lock()
        self.items = Items(database)

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
        return self.now()[0]

    def now(self) -> tuple[int | None, int]:
        """Return the version that answers, None where there is none yet, and the number of the
        last change of an item, 0 where there is none."""
        with self._database.reading() as connection:
            version, number = connection.execute(_NOW).one()
        return version, number or 0

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

    def engine(self, version: int, number: int | None = None) -> Engine:
        """Return what answers by this version, with the items as of the change of this number, by
        default as they are now; it is loaded first if need be. Raises Refused, ArtifactError,
        DataError."""
        number = self.now()[1] if number is None else number
        if engine := self._there(version, number):
            return engine
        with self._changing:  # who asks at the same moment waits for the same
            if engine := self._there(version, number):
                return engine
            engine = self._there(version, 0) or self.take(
                version, fitting.load(self.of(version).folder, self.settings)
            )
            if not number:
                return engine
            fitted = engine.recommender.fitted
            catalog = with_rows(fitted.dataset.catalog, self.items.rows(number))
            if catalog is not fitted.dataset.catalog:
                fitted = fitting.with_catalog(fitted, catalog)
            return self.take(version, fitted, number)

    def _there(self, version: int, number: int) -> Engine | None:
        with self._lock:
            engine = self._loaded.get((version, number))
            if engine is not None:
                self._loaded.move_to_end((version, number))
            return engine

    def take(self, version: int, fitted: Fitted, number: int = 0) -> Engine:
        """Return what answers by what was fitted, with items as of the change of this number."""
        recommender = Recommender(self.settings, fitted, models=self._models)
        people = People(self._database, recommender.dataset)
        engine = Engine(version, number, recommender, people, Withdrawn(self._database))
        with self._lock:
            self._loaded[version, number] = engine
            self._loaded.move_to_end((version, number))
            while len(self._loaded) > _LOADED:
                self._loaded.popitem(last=False)
        return engine

    def drop(self, version: int) -> None:
        """Forget a version that was loaded."""
        with self._lock:
            for key in [key for key in self._loaded if key[0] == version]:
                del self._loaded[key]

    def current(self, before: Engine | None = None) -> Engine:
        """Return what answers now: `before` itself where that is still so, also where the version
        that should answer cannot be loaded."""
        version, number = self.now()
        if before is not None and (version, number) == before.by:
            return before
        if version is None:
            raise Refused(503, "no model is here yet; `recsys-rag serve` fits one")
        try:
            return self.engine(version, number)
        except (ArtifactError, Refused, OSError):
            if before is None:
                raise
            return before


def _version(row: Any) -> Version:
    return Version(row.version, Path(row.folder), row.created_at, row.status, json.loads(row.card))
