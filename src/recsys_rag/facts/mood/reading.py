"""What sentences about moods and themes mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify._traits import trait_slots

if TYPE_CHECKING:
    from recsys_rag.facts.mood import MoodFact


def _slots(fact: "MoodFact") -> Mapping[str, Check]:
    return trait_slots(fact.moods + ("for families",) * fact.for_families, fact.themes)


# what any film may be said to be is in `words.toml`: these are the forms of our writers besides
READING = Reading(
    _slots,
    shapes={"its_families": "children and grown-ups|(?:the whole |the )?family|families"},
    own=(
        "with <film> you get {A_WORK}",
        "in <film> you get {A_WORK}",
        "<it> tells of {THEMES} and is {MOODS}",
        "at the heart of <film>: {THEMES}",
        "at its heart: {THEMES}",
        "(?:the mood of <film>|its mood) is {MOODS}",
        "<it> is a film for <its_families> to watch together",
        "<it> suits <its_families> watching together",
    ),
    predicates=("is (?:made |meant |suited )?for <its_families>(?: to watch together)?",),
)
