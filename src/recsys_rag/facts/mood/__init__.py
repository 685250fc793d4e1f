"""Mood: what a film is like and what it is about, by the moods and themes of its notes."""

from dataclasses import dataclass

from recsys_rag.data.catalog import Catalog
from recsys_rag.fact import Fact
from recsys_rag.facts._traits import FAMILIES, has_words, sayable, topics_of
from recsys_rag.facts.kind import Kind, nothing_more, of_items
from recsys_rag.facts.mood.phrases import PHRASES
from recsys_rag.facts.mood.reading import READING
from recsys_rag.facts.mood.recount import objection
from recsys_rag.types import Evidence

_SHOWN = 2  # moods, and themes


@dataclass(frozen=True, slots=True)
class MoodFact(Fact):
    """Of the vocabulary of `facts.traits`, the first two of each that the catalog has."""

    kind = "mood"
    part = "what"
    moods: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    for_families: bool = False

    @property
    def topics(self) -> frozenset[str]:
        return topics_of((*self.moods, *self.themes))


def _stated(catalog: Catalog, item: int) -> Evidence | None:
    """State "tense and gritty, about a heist"."""
    values = {column: catalog.texts(item, column) for column in ("moods", "themes")}
    moods, themes = (sayable(values[column], column)[:_SHOWN] for column in values)
    families = FAMILIES in values["moods"]
    if not (moods or themes or families):
        return None
    told = [column for column, entries in values.items() if entries]
    parts = [*moods, *themes, *([FAMILIES] if families else [])]
    return Evidence(
        catalog.items.id(item),
        MoodFact(moods, themes, families),
        catalog.source(item, *told),
        f"moods and themes: {', '.join(parts)}",
        0.46,
    )


KIND = Kind(
    MoodFact,
    of_items(_stated, has_words),
    PHRASES,
    READING,
    nothing_more,
    (
        MoodFact(("tense", "dark humor"), ("heist", "friendship")),
        MoodFact(("gentle",), ("animals",), True),
        MoodFact(("eerie",)),
        MoodFact((), ("courtroom",)),
        MoodFact((), (), True),
    ),
    objection,
)
