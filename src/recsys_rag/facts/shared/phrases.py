"""How a mood or theme shared with liked items is said."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases
from recsys_rag.facts._traits import words_for
from recsys_rag.generate.wording import clean, listed

if TYPE_CHECKING:
    from recsys_rag.facts.shared import SharedFact


def _fields(fact: "SharedFact", noun: str) -> Fields:
    (word,) = words_for([fact.value], fact.column)
    fields = {"mood" if fact.column == "moods" else "theme": word, "liked": fact.feedback}
    fields["films"] = listed([clean(title) for title in fact.examples])
    return fields


PHRASES = Phrases(
    _fields,
    opens=(
        "{film} is {mood}, like {films}, which you {liked}",
        "You {liked} {films}, and {film} is {mood} too",
        "Like {films}, which you {liked}, {film} is {mood}",
        "{film} is about {theme}, like {films}, which you {liked}",
        "You {liked} {films}, and {film} is about {theme} too",
        "Like {films}, which you {liked}, {film} is about {theme}",
    ),
    nexts=(
        "it is {mood}, like {films}, which you {liked}",
        "it is about {theme}, like {films}, which you {liked}",
        "it is about {theme}, as you know from {films}, which you {liked}",
    ),
)
