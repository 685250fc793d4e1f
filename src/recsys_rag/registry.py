"""Parts by name: the built-in ones, and those that installed packages bring by entry point.

Nothing is imported before it is asked for. What breaks its contract is refused with the package and
the promise; it is never left out silently.
"""

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, get_args

import msgspec

from recsys_rag.errors import RecsysRagError, RegistryError
from recsys_rag.fact import Fact, Role
from recsys_rag.protocols import FactKind, Kinds, LanguageModel, Retriever, Writer, missing_members


def installed(
    group: str, *, taken: Mapping[str, Any], broken_promise: Callable[[str, Any], str]
) -> dict[str, Any]:
    """Return what installed packages bring in a group of entry points, by name.

    `broken_promise(name, part)` says which promise a part breaks, "" for none. Raises RegistryError
    for a part that breaks one, cannot be imported, or has a name that is `taken`.
    """
    parts: dict[str, Any] = {}
    for entry in sorted(entry_points(group=group), key=lambda entry: entry.name):
        if entry.name in taken or entry.name in parts:
            raise _refused(entry, f"its name must be free, and {entry.name!r} is taken")
        try:
            part = entry.load()
        except Exception as error:  # whatever a stranger's module raises
            raise _refused(
                entry, f"it must be importable: {type(error).__name__}: {error}"
            ) from error
        if broken := broken_promise(entry.name, part):
            raise _refused(entry, broken)
        parts[entry.name] = part
    return parts


def _refused(entry: EntryPoint, promise: str) -> RegistryError:
    package = f"{entry.dist.name} {entry.dist.version}" if entry.dist else "an installed package"
    return RegistryError(
        f"{package} brings {entry.name!r} ({entry.value}) to {entry.group}, which breaks a "
        f"promise: {promise}; fix or uninstall the package"
    )


# --- kinds of fact --------------------------------------------------------------------------------

# A line each, in the order in which facts of equal strength are preferred.
_KINDS = (
    "genre",
    "decade",
    "popularity",
    "words",
    "like",
    "person",
    "moved",
    "metadata",
    "plot",
    "catalog",
    "neighbors",
    "influence",
    "predicted",
    "record",
    "premise",
    "mood",
    "shared",
    "content",
    "setting",
    "column",
)


@cache
def fact_kinds() -> Kinds:
    """Return the kinds of fact by name: built-in ones, then those of the group `recsys_rag.facts`.

    Raises RegistryError for one that breaks a promise of `FactKind`.
    """
    kinds = {name: importlib.import_module(f"recsys_rag.facts.{name}").KIND for name in _KINDS}
    return kinds | installed("recsys_rag.facts", taken=kinds, broken_promise=_kind_breaks)


def _kind_breaks(name: str, kind: Any) -> str:
    if not isinstance(kind, FactKind):
        return "it must have every member of protocols.FactKind"
    if kind.name != name or not name.isidentifier():
        return f"its name must be that of its entry point, an identifier, and is {kind.name!r}"
    if not (
        isinstance(kind.fact, type) and issubclass(kind.fact, Fact) and is_dataclass(kind.fact)
    ):
        return "its fact must be a frozen dataclass under recsys_rag.fact.Fact"
    if not kind.samples or not all(type(sample) is kind.fact for sample in kind.samples):
        return "it must have samples, each a fact of its own type"
    if not kind.phrases.opens or not kind.phrases.nexts or not _can_be_read(kind):
        return "it must have phrases to open a text and to go on with, and a reading of its own"
    for sample in kind.samples:
        try:
            if msgspec.convert(msgspec.to_builtins(sample), kind.fact) != sample:
                return f"its facts must survive JSON, and {sample} does not"
        except (TypeError, ValueError) as error:
            return f"its facts must survive JSON: {error}"
    return ""


def _can_be_read(kind: Any) -> bool:
    """Say whether there are wordings, or slots (`its_...`) that need none."""
    if any(getattr(kind.reading, role) for role in get_args(Role)):
        return True
    slots = (slot for sample in kind.samples for slot in kind.reading.slots(sample))
    return any(slot.startswith("its_") for slot in slots)


# --- retrievers, backends and writers of installed packages ---------------------------------------


@cache
def retrievers(taken: tuple[str, ...]) -> Mapping[str, Callable[..., Retriever]]:
    """Return what makes the retrievers of the group `recsys_rag.retrievers`, by name.

    Raises RegistryError for one that takes a name that is `taken`, or breaks a promise of
    `Retriever` as far as the quick checks of `testing.conformance` see.
    """
    return installed(
        "recsys_rag.retrievers", taken=dict.fromkeys(taken), broken_promise=_retriever_breaks
    )


def code_of(retriever: str) -> str:
    """Return the file or folder of the package that brings this retriever, "" where none does, or
    it lies in no file. Imports nothing."""
    for entry in entry_points(group="recsys_rag.retrievers", name=retriever):
        found = importlib.util.find_spec(entry.module.partition(".")[0])
        if found is not None:
            return next(iter(found.submodule_search_locations or ()), found.origin or "")
    return ""


def _retriever_breaks(name: str, make: Any) -> str:
    from recsys_rag.testing.conformance import QUICK_CHECKS

    for check in QUICK_CHECKS:
        try:
            check(make)
        except AssertionError as error:
            return f"{check.__doc__} But {error}"
        except Exception as error:  # whatever a stranger's code raises
            return f"{check.__doc__} But {type(error).__name__}: {error}"
    return _has_other_name(name, make())


def language_model(backend: str, model: str) -> LanguageModel | None:
    """Return this model of a backend of the group `recsys_rag.backends`, None where none is so
    called. Raises RegistryError for a backend that fails or makes no `LanguageModel`."""
    backends = installed("recsys_rag.backends", taken={}, broken_promise=_is_not_callable)
    if backend not in backends:
        return None
    (entry,) = entry_points(group="recsys_rag.backends", name=backend)
    try:
        made: LanguageModel = backends[backend](model)
    except RecsysRagError:
        raise
    except Exception as error:  # whatever a stranger's code raises
        what = f"{type(error).__name__}: {error}"
        raise _refused(entry, f"it must make a model of {model!r}, and raised {what}") from error
    if missing := missing_members(made, LanguageModel):
        what = f"{type(made).__name__}, which lacks {missing}"
        raise _refused(entry, f"it must make a protocols.LanguageModel, and made a {what}")
    return made


@cache
def writers(taken: tuple[str, ...]) -> Mapping[str, Callable[..., Writer]]:
    """Return what makes writers of a language model and a `temperature`, by name, from the group
    `recsys_rag.writers`. Raises RegistryError for one that is no `Writer` or takes a name that is
    `taken`."""
    return installed(
        "recsys_rag.writers", taken=dict.fromkeys(taken), broken_promise=_writer_breaks
    )


def _writer_breaks(name: str, make: Any) -> str:
    from recsys_rag.testing.language_models import ScriptedLanguageModel

    if broken := _is_not_callable(name, make):
        return broken
    writer = make(ScriptedLanguageModel(), temperature=0.7)
    if missing := missing_members(writer, Writer):
        what = f"{type(writer).__name__}, which lacks {missing}"
        return f"it must make a protocols.Writer, and made a {what}"
    return _has_other_name(name, writer)


def _is_not_callable(name: str, make: Any) -> str:
    return "" if callable(make) else f"it must be callable, and is {make!r}"


def _has_other_name(name: str, part: Any) -> str:
    if part.name == name:
        return ""
    return f"its name must be that of its entry point, and is {part.name!r}"
