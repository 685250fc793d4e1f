"""The language models that many share: loaded once, served in fair turns, closed for all.

Knows names and writers; what a name means, `build` knows.
"""

import os
import threading
import weakref
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import TypeAlias

from recsys_rag import _assets as assets
from recsys_rag import _build as build
from recsys_rag._turns import Cancellation, Turns
from recsys_rag.errors import AssetError, GenerationError, MissingExtraError, RecsysRagError
from recsys_rag.log import logger
from recsys_rag.protocols import LanguageModel, LoadsAhead, WritesSeveral
from recsys_rag.settings import Settings

# (name, adapter) -> the model, None for "template"
Load: TypeAlias = Callable[[str, str], LanguageModel | None]


@dataclass(slots=True)
class _Shared:
    """A model, once it is made, with what keeps those who share it apart."""

    model: LanguageModel | None = None
    is_prepared: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    turns: Turns = field(default_factory=Turns)


class LanguageModels:
    """The language models of these settings, for any number of threads.

    A model is made and loaded when it is first asked for, by one thread, while the others wait for
    it. Whoever has it write takes a `turn` for each text, so that the texts of several lists
    interleave and a deadline need not count the wait: one turn at a time, or as many as the model
    says. A process that was forked has its own locks
    and, where an engine runs in a process of its own, its own engine.
    """

    def __init__(self, settings: Settings, load: Load | None = None) -> None:
        self._settings = settings
        self._load = load or self._built
        self._shared: dict[tuple[str, str], _Shared] = {}
        self._lock = threading.Lock()
        _ALL.add(self)

    def writing(self, writer: str | None = None) -> LanguageModel | None:
        """Return the loaded language model by which this writer writes, None for the template; by
        default the writer of the settings.

        The adapter that comes with the package is loaded for the writer `tuned` alone, one that was
        named for all. Raises SettingsError, AssetError, MissingExtraError, ArtifactError as
        `build.language_model`, GenerationError where the model cannot be loaded.
        """
        writer = writer or self._settings.generate.writer
        if writer == "template":
            return None
        adapter = build.writing_adapter(self._settings, writer)
        return self.named(self._settings.generate.model, adapter)

    def named(self, name: str, adapter: str) -> LanguageModel | None:
        """Return the loaded model of this name and adapter, the same one each time. Raises as
        `writing`."""
        shared = self._of(name, adapter)
        with shared.lock:
            model = self._made(shared, name, adapter)
            if isinstance(model, LoadsAhead):
                try:
                    model.load()
                    logger.debug("language model %s is loaded", name)
                except RecsysRagError:
                    raise
                except Exception as error:  # of an installed package: the template still answers
                    what = f"{type(error).__name__}: {error}"
                    raise GenerationError(f"{name} cannot be loaded: {what}") from error
            return model

    def turn(
        self, model: LanguageModel, cancellation: Cancellation | None = None
    ) -> AbstractContextManager[None]:
        """Wait for the turn to have `model` write one text. Raises Cancelled while it waits."""
        with self._lock:
            owners = [shared for shared in self._shared.values() if shared.model is model]
        return owners[0].turns.turn(cancellation) if owners else nullcontext()

    def prepare(self) -> None:
        """Have the language model that writes get ready beside other work; returns at once.

        What goes wrong is told with the texts. A model whose files are not here is brought when it
        is to write.
        """
        generate = self._settings.generate
        if generate.writer == "template":
            return
        adapter = build.writing_adapter(self._settings)
        shared = self._of(generate.model, adapter)
        if shared.is_prepared or not shared.lock.acquire(blocking=False):
            return  # it is ready, or somebody is loading it
        try:
            must_be_brought = generate.model in build.embedded_models()
            is_here = not must_be_brought or assets.available(generate.model)
            with suppress(AssetError, MissingExtraError, GenerationError):
                model = self._made(shared, generate.model, adapter) if is_here else None
                if model:
                    build.prepare(self._settings, model)
                    shared.is_prepared = True
        finally:
            shared.lock.release()

    def close(self) -> None:
        """Free the memory of the models, and their processes where they have some.

        Waits for the texts that are being written; a later use loads the models again.
        """
        with self._lock:
            every = list(self._shared.values())
        for shared in every:
            with shared.turns.turn(alone=True), shared.lock:
                if shared.model:
                    shared.model.close()
                shared.is_prepared = False

    def _of(self, name: str, adapter: str) -> _Shared:
        with self._lock:
            return self._shared.setdefault((name, adapter), _Shared())

    def _made(self, shared: _Shared, name: str, adapter: str) -> LanguageModel | None:
        if shared.model is None:
            model = self._load(name, adapter)
            if isinstance(model, WritesSeveral):
                shared.turns = Turns(model.texts_at_once)
            shared.model = model
        return shared.model

    def _built(self, name: str, adapter: str) -> LanguageModel | None:
        threads = self._settings.generate.threads
        return build.language_model(name, threads=threads, adapter=adapter)

    def renew_locks(self) -> None:
        """Let a process that was just forked use the models; called by itself."""
        # subtle: a lock that another thread held at the fork would stay locked in the child
        self._lock = threading.Lock()
        for shared in self._shared.values():
            shared.lock, shared.turns = threading.Lock(), Turns(shared.turns.n_places)


def _renew_locks() -> None:
    for models in _ALL:
        models.renew_locks()


_ALL: "weakref.WeakSet[LanguageModels]" = weakref.WeakSet()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_locks)
