"""What a process of the service is started with, as one value that travels to its workers."""

import os
from pathlib import Path
from typing import Any

import msgspec

from recsys_rag import settings as settings_module
from recsys_rag.settings import Settings

_VARIABLE = "RECSYS_RAG_SERVICE"  # read by the workers; may hold the database's password
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Configuration(msgspec.Struct, frozen=True, kw_only=True):
    """How to serve. `settings` are those of the product, as plain objects."""

    database: str
    home: str  # folder of the models
    settings: dict[str, Any]
    host: str = "127.0.0.1"
    port: int = 8000
    n_workers: int = 1
    needs_key: bool = False
    texts_at_once: int = 32
    text_seconds: float = 60.0
    refit_hours: float = 0.0  # 0 = only when asked
    model_address: str = ""  # of the process that has the language model; "" = each has its own

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names that the service answers to: its own where nobody needs a key, else any."""
        if self.needs_key:
            return ()
        return ("127.0.0.1", "localhost", "[::1]")

    @property
    def product(self) -> Settings:
        return settings_module.from_saved(self.settings, "the service's settings")

    def hand_on(self) -> None:
        """Let the processes that this one starts read it."""
        os.environ[_VARIABLE] = msgspec.json.encode(self).decode()


def handed_on() -> Configuration:
    """Return what `hand_on` handed on."""
    return msgspec.json.decode(os.environ[_VARIABLE], type=Configuration)


def default_home() -> Path:
    """Return the folder of a service that nobody said where to keep: $RECSYS_RAG_HOME/service, or
    the user's data folder of this platform."""
    home = os.environ.get("RECSYS_RAG_HOME")
    if home:
        return Path(home).expanduser() / "service"
    import platformdirs

    return Path(platformdirs.user_data_dir("recsys-rag", appauthor=False)) / "service"
