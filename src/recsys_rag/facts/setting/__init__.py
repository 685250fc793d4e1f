"""Setting: where and when the story of an item takes place, as far as a sentence can hold it."""

import re
from dataclasses import dataclass
from functools import partial

from recsys_rag.data.catalog import Catalog
from recsys_rag.fact import Fact, Named
from recsys_rag.facts._quoting import is_short_and_plain
from recsys_rag.facts._traits import has_words
from recsys_rag.facts.kind import Kind, nothing_more, of_items
from recsys_rag.facts.setting._words import when
from recsys_rag.facts.setting.phrases import PHRASES
from recsys_rag.facts.setting.reading import READING
from recsys_rag.facts.setting.recount import objection
from recsys_rag.types import Evidence

_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class SettingFact(Fact):
    """Place and time as the catalog has them, "" where unknown or not worth a word."""

    kind = "setting"
    part = "what"
    place: str = ""
    time: str = ""

    @property
    def names(self) -> tuple[Named, ...]:
        return (Named(self.place, "quotation"),) if self.place else ()


def _stated(catalog: Catalog, item: int) -> Evidence | None:
    """State "set in Paris in the 1930s"; no time where it is the decade of the item itself."""
    place, time = ("".join(catalog.texts(item, name)[:1]) for name in ("place", "time"))
    place = place if is_short_and_plain(place) else ""
    time = time if when(time) and not _is_own_decade(time, catalog.year(item)) else ""
    if not (place or time):
        return None
    told = [name for name, text in (("place", place), ("time", time)) if text]
    return Evidence(
        catalog.items.id(item),
        SettingFact(place, time),
        catalog.source(item, *told),
        f"set in: {', '.join(filter(None, (place, time)))}",
        0.42 if time else 0.36,
    )


def _is_own_decade(time: str, year: int | None) -> bool:
    """Say whether a time is, as far as it has years, of the decade in which the item came out.

    >>> _is_own_decade("1990s", 1996), _is_own_decade("1944 and 1996", 1996)
    (True, False)
    """
    years = [int(found) for found in _YEAR.findall(time)]
    return bool(years) and year is not None and all(one // 10 == year // 10 for one in years)


KIND = Kind(
    SettingFact,
    of_items(_stated, partial(has_words, columns=("place", "time"))),
    PHRASES,
    READING,
    nothing_more,
    (
        SettingFact("Paris", "1930s"),
        SettingFact("Long Island"),
        SettingFact("New York to Aspen", "1914 to 1918"),
        SettingFact("", "19th century"),
    ),
    objection,
)
