"""The database: SQLite in a file, or PostgreSQL. Opens it, brings it to this version's schema, and
gives transactions. Knows no table."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from recsys_rag.errors import MissingExtraError, SettingsError

_BUSY_SECONDS = 30
_KEPT_OPEN = 10  # connections; more are opened where more are needed at once, and closed again
_POSTGRESQL = "postgresql+psycopg"


def now() -> int:
    """Return the time in whole seconds since 1970."""
    return int(time.time())


class Database:
    """Transactions on one database, for any number of threads and processes.

    `url` is the path of a SQLite file, `sqlite:///PATH` or `postgresql://...`. Raises SettingsError
    for what is neither, MissingExtraError where the driver is not installed.
    """

    def __init__(self, url: str) -> None:
        self.url = _full(url)
        try:
            self.engine = _engine(self.url)
        except (ArgumentError, NoSuchModuleError) as error:
            raise SettingsError(
                f"--database {_without_password(url)!r} cannot be used ({error}); give the path of "
                "a file, or postgresql://USER@HOST/NAME"
            ) from None
        except ModuleNotFoundError:
            raise MissingExtraError(
                "PostgreSQL needs its driver: pip install 'recsys-rag[postgres]'"
            ) from None

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def shown(self) -> str:
        """The address without its password."""
        return _without_password(self.url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a transaction that only reads."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a transaction that is on disk when this ends, and is not there when it raises."""
        connecting = self.engine.connect().execution_options(writes=True)
        with connecting as connection, connection.begin():
            yield connection

    def fill(self) -> None:
        """Open all connections that are kept open, so that how many files are open does not grow
        with what is asked."""
        with ExitStack() as held:
            for _ in range(_KEPT_OPEN):
                held.enter_context(self.engine.connect())

    def insert(self, table: sqlalchemy.Table) -> Any:
        """Return an INSERT of this dialect, which knows `on_conflict_do_nothing` and
        `on_conflict_do_update`."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def migrate(self) -> None:
        """Bring the schema to this version; safe where several processes do it at once.

        Raises SettingsError where the database cannot be opened, or is of a later version.
        """
        from alembic import command
        from alembic.util.exc import CommandError

        try:
            with self.writing() as connection:
                if not self.is_sqlite:  # one process at a time; SQLite has one writer anyway
                    connection.execute(sqlalchemy.text("SELECT pg_advisory_xact_lock(7277746)"))
                command.upgrade(alembic_config(connection), "head")
        except CommandError as error:
            raise SettingsError(
                f"the database {self.shown} was made by a later version of recsys-rag ({error}); "
                "install that version, or give another --database"
            ) from None
        except (OperationalError, DBAPIError) as error:
            raise SettingsError(
                f"the database {self.shown} cannot be opened: {_reason(error)}; "
                "check the address and its permissions"
            ) from None

    def shrink(self) -> bool:
        """Give back what deleted rows occupied; say whether no byte of them is left in the files
        (PostgreSQL keeps its log of writes for as long as it is set to)."""
        if not self.is_sqlite:
            with self.engine.connect() as connection:
                outside = connection.execution_options(isolation_level="AUTOCOMMIT")
                for table in ("feedback", "kept", "idempotency"):
                    outside.execute(sqlalchemy.text(f"VACUUM FULL {table}"))
            return False
        raw = self.engine.raw_connection()  # neither may run in a transaction
        try:
            cursor = raw.cursor()
            cursor.execute("VACUUM")
            for _ in range(50):  # readers of other processes hold the log for a moment
                is_busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() or (1,)
                if not is_busy:
                    return True
                time.sleep(0.1)
        finally:
            raw.close()
        return False

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def alembic_config(connection: Connection) -> Any:
    """Return the configuration by which alembic finds the migrations of this package."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _full(url: str) -> str:
    """Return the address as SQLAlchemy has it.

    >>> _full("service.db"), _full("postgresql://me@here/db")
    ('sqlite:///service.db', 'postgresql+psycopg://me@here/db')
    """
    if "://" not in url:
        return f"sqlite:///{url}"
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return f"{_POSTGRESQL}://{url.removeprefix(scheme)}"
    return url


def _without_password(url: str) -> str:
    try:
        return sqlalchemy.make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return url.rpartition("@")[2]


def _reason(error: DBAPIError) -> str:
    return " ".join(str(error.orig).split())


def _engine(url: str) -> Engine:
    address = sqlalchemy.make_url(url)
    if address.get_backend_name() == "postgresql":
        return sqlalchemy.create_engine(
            address, pool_pre_ping=True, pool_size=_KEPT_OPEN, max_overflow=20
        )
    if address.get_backend_name() != "sqlite":
        raise ArgumentError("neither SQLite nor PostgreSQL")
    if not address.database or address.database == ":memory:":
        raise ArgumentError("a database in memory is not shared between processes")
    Path(address.database).absolute().parent.mkdir(parents=True, exist_ok=True)
    engine = sqlalchemy.create_engine(
        address,
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
        pool_size=_KEPT_OPEN,
        max_overflow=30,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # what was acknowledged survives a loss of power
        "foreign_keys=ON",
        "cache_size=-256",  # KB a connection; what is read often the system keeps, for all
        "secure_delete=ON",  # what is deleted is overwritten
        f"busy_timeout={_BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # subtle: a transaction that reads first and writes later could fail without waiting
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
