"""Column: any other column of the catalog as a fact under its own name, a few short values or a
number: designer, publisher, tags, players, minutes. Idioms where the name has one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import Catalog
from recsys_rag.fact import Fact, Named, Part
from recsys_rag.facts._quoting import is_short_and_plain
from recsys_rag.facts.column._names import (
    IDIOMS,
    IDLE,
    TOLD_BY_OTHERS,
    are_features,
    is_told,
    meaning_of,
    spoken,
    to_tell,
)
from recsys_rag.facts.column.phrases import PHRASES
from recsys_rag.facts.column.reading import READING
from recsys_rag.facts.column.recount import objection, texts_of
from recsys_rag.facts.kind import Kind, nothing_more
from recsys_rag.types import Evidence, ResolvedQuery

_SHOWN = 2  # values of a column
_LONG_MINUTES = 150
_STRENGTHS = {"runtime": 0.3, "certificate": 0.34}
_ASKED = 0.6  # of what words asked for
_PLAYERS = ("players from", "players to")
_MINUTES = ("playing time", "runtime")


@dataclass(frozen=True, slots=True)
class ColumnFact(Fact):
    """What a column says of an item: values, or a number; of players, from and to."""

    kind = "column"
    column: str  # as the catalog names it
    values: tuple[str, ...] = ()
    number: float | None = None
    highest: float | None = None  # where another column has the end of a range

    @property
    def is_long(self) -> bool:
        """Say whether it is a running time that a viewer wants to be warned of."""
        return self.column == "runtime" and (self.number or 0) >= _LONG_MINUTES

    @property
    def part(self) -> Part:
        return "sure" if self.is_long else "what"

    @property
    def names(self) -> tuple[Named, ...]:
        if are_features(self.column, self.values):
            return ()  # they are told in words of their own
        return tuple(Named(value, "quotation") for value in self.values)

    @property
    def topics(self) -> frozenset[str]:
        return frozenset(self.values)

    @property
    def reasons(self) -> tuple[tuple[object, ...], ...]:
        return (("column", self.column),)


class _ColumnEvidence:
    """States "designed by Ada Lint", "for 2 to 4 players", "its material is wood"."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        names = [*catalog.metadata, *catalog.attributes]
        self._texts = [
            name
            for name in names
            if is_told(name)
            and name not in TOLD_BY_OTHERS
            and not isinstance(catalog.attributes.get(name), np.ndarray)
        ]
        self._numbers = {
            name: values
            for name, values in catalog.attributes.items()
            if isinstance(values, np.ndarray)
            and is_told(name)
            and name not in TOLD_BY_OTHERS
            and not np.isin(values[~np.isnan(values)], (0.0, 1.0)).all()
        }

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield the facts of each item, those with an idiom first, in the order of
        `item_indices`."""
        asked: dict[str, list[str]] = {}
        for column, values in resolved.words.traits:
            asked.setdefault(column, []).extend(values)
        for item in item_indices.tolist():
            facts = [*self._of_texts(item, asked), *self._of_numbers(item)]
            for fact in sorted(facts, key=lambda one: meaning_of(one.column) is None):
                is_asked = not {*asked.get(fact.column, ())}.isdisjoint(fact.values)
                yield self._stated(item, fact, is_asked=is_asked)

    def _of_texts(self, item: int, asked: Mapping[str, Sequence[str]]) -> Iterator[ColumnFact]:
        for name in self._texts:
            values = [
                value
                for value in to_tell(name, texts_of(self._catalog, item, name), asked.get(name, ()))
                if is_short_and_plain(value) and value not in IDLE
            ]
            if values:
                yield ColumnFact(name, tuple(values[:_SHOWN]))

    def _of_numbers(self, item: int) -> Iterator[ColumnFact]:
        ends = {meaning_of(name): name for name in self._numbers}
        for name, values in self._numbers.items():
            number, meaning = float(values[item]), meaning_of(name)
            if not np.isfinite(number) or (meaning and number <= 0) or meaning == _PLAYERS[1]:
                continue
            highest = None
            if meaning == _PLAYERS[0]:
                highest = (
                    float(self._numbers[ends[_PLAYERS[1]]][item]) if _PLAYERS[1] in ends else 0
                )
                if not highest > number:
                    continue
            yield ColumnFact(name, (), number, highest)
        if minutes := int(self._catalog.runtimes[item]):
            yield ColumnFact("runtime", (), float(minutes))

    def _stated(self, item: int, fact: ColumnFact, *, is_asked: bool) -> Evidence:
        values = ", ".join(fact.values) or " to ".join(
            f"{one:g}" for one in (fact.number, fact.highest) if one is not None
        )
        has_idiom = meaning_of(fact.column) in IDIOMS
        name = spoken(fact.column) if fact.highest is None else "players"
        strength = _STRENGTHS.get(fact.column, 0.44 if has_idiom else 0.34)
        strength = _ASKED if is_asked else 0.5 if fact.is_long else strength
        return Evidence(
            self._catalog.items.id(item),
            fact,
            self._catalog.source(item, fact.column),
            f"its {name}: {values}{' minutes' if meaning_of(fact.column) in _MINUTES else ''}",
            strength,
        )


KIND = Kind(
    ColumnFact,
    lambda parts: _ColumnEvidence(parts.dataset.catalog),
    PHRASES,
    READING,
    nothing_more,
    (
        *(
            ColumnFact(column, ("Ada Lint", "Bo Ray"))
            for column in ("designer", "publisher", "developer", "author", "illustrator")
        ),
        *(
            ColumnFact(column, ("Ada Lint",))
            for column in ("composer", "narrator", "brand", "artist", "label", "tags")
        ),
        ColumnFact("features", ("female lead", "based on a book")),
        ColumnFact("features", ("black and white",)),
        ColumnFact("series", ("James Bond",)),
        ColumnFact("studio", ("Pixar", "Disney")),
        ColumnFact("country", ("France",)),
        ColumnFact("language", ("French",)),
        ColumnFact("certificate", ("R",)),
        ColumnFact("material", ("beech wood",)),
        ColumnFact("mechanics", ("worker placement", "trading")),
        ColumnFact("minplayers", (), 2.0, 4.0),
        ColumnFact("players", (), 3.0),
        ColumnFact("playing_time", (), 45.0),
        ColumnFact("pages", (), 320.0),
        ColumnFact("min_age", (), 10.0),
        ColumnFact("runtime", (), 104.0),
        ColumnFact("runtime", (), 195.0),
        ColumnFact("height in cm", (), 29.5),
        ColumnFact("episodes", (), 26.0),
    ),
    objection,
)
