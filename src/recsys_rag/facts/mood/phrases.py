"""How moods and themes are said."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases
from recsys_rag.facts._traits import words_for
from recsys_rag.generate.wording import a, listed

if TYPE_CHECKING:
    from recsys_rag.facts.mood import MoodFact


def _fields(fact: "MoodFact", noun: str) -> Fields:
    fields: Fields = {}
    if fact.moods:
        moods = listed(words_for(fact.moods, "moods"))
        fields |= {"moods": moods, "a_moods": a(moods)}
    if fact.themes:
        fields["themes"] = listed(words_for(fact.themes, "themes"))
    if fact.for_families:
        fields["families"] = "children and grown-ups"
    return fields


PHRASES = Phrases(
    _fields,
    opens=(
        "{film} is {a_moods} film about {themes}",
        "With {film} you get {a_moods} film about {themes}",
        "{film} is about {themes}",
        "{film} is a film about {themes}",
        "{film} is {a_moods} film",
        "{film} is {moods}",
        "The mood of {film} is {moods}",
        "{film} is a film for {families} to watch together",
        "{film} suits {families} watching together",
    ),
    nexts=(
        "it is {a_moods} film about {themes}",
        "it is about {themes}",
        "it is a film about {themes}",
        "it is {a_moods} film",
        "its mood is {moods}",
        "it is {moods}",
        "it is a film for {families} to watch together",
        "it suits {families} watching together",
    ),
)
