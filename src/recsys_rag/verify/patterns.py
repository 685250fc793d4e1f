"""The wordings of a reading as patterns: slots and parts in the place of their names."""

import itertools
import re
from collections.abc import Iterator
from functools import cache
from string import Formatter
from typing import Any, TypeAlias

from recsys_rag.fact import Reading, Role
from recsys_rag.verify.names import MARK
from recsys_rag.verify.slots import NUMBER

Pattern: TypeAlias = re.Pattern[str]

_FILM = f"(?P<film>{MARK})"
_SLOT = re.compile("<([a-z_]+)>")


@cache
def patterns(reading: Reading[Any], role: Role) -> tuple[Pattern, ...]:
    """Return the wordings of a role as patterns for `fullmatch`; compiled when first asked for."""
    return tuple(re.compile(_expanded(reading, wording)) for wording in wordings(reading, role))


@cache
def any_pattern(reading: Reading[Any], role: Role) -> Pattern:
    """Return one pattern that matches what some pattern of this role does: quick to ask, says
    nothing of slots."""
    expanded = (_expanded(reading, wording) for wording in wordings(reading, role))
    loose = (re.sub(r"\(\?P<[a-z_]+>", "(?:", wording) for wording in expanded)
    return re.compile("|".join(f"(?:{wording})" for wording in loose) or "(?!)")


def wordings(reading: Reading[Any], role: Role) -> Iterator[str]:
    """Yield the wordings of a role, with `<slots>`, each part in braces spelled out in all its
    ways."""
    for wording in getattr(reading, role):
        yield from _spelled_out(reading, wording)


def _spelled_out(reading: Reading[Any], wording: str) -> Iterator[str]:
    parsed = Formatter().parse(wording) if "{" in wording else ()
    names = [name for _, name, _, _ in parsed if name and name in reading.parts]
    if not names:
        yield wording
        return
    for ways in itertools.product(*(reading.parts[name] for name in names)):
        spelled = wording
        for name, way in zip(names, ways, strict=True):
            spelled = spelled.replace(f"{{{name}}}", way, 1)
        yield from _spelled_out(reading, spelled)


def _expanded(reading: Reading[Any], wording: str) -> str:
    def shape(slot: re.Match[str]) -> str:
        name = slot[1]
        if name == "it":
            return f"(?:it|this film|this one|{_FILM})"
        return _FILM if name == "film" else f"(?P<{name}>{reading.shapes.get(name, NUMBER)})"

    return _SLOT.sub(shape, wording)
