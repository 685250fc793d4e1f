"""How a mood or theme shared with liked items is said."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases
from recsys_rag.facts._leaning import MIN_LIKED
from recsys_rag.facts._traits import words_for
from recsys_rag.generate.wording import clean, listed, share

if TYPE_CHECKING:
    from recsys_rag.facts.shared import SharedFact


def _fields(fact: "SharedFact", noun: str) -> Fields:
    (word,) = words_for([fact.value], fact.column)
    fields = {"mood" if fact.column == "moods" else "theme": word, "liked": fact.feedback}
    if fact.n_history >= MIN_LIKED:  # "1 of the 2" is no count worth a word
        fields["n_of_m"] = share(fact.n_liked, fact.n_history)
    if fact.examples:
        fields["films"] = listed([clean(title) for title in fact.examples])
    return fields


PHRASES = Phrases(
    _fields,
    opens=(
        "{film} is {mood}, like {films}, which you {liked}",
        "You {liked} {films}, and {film} is {mood} too",
        "Like {films}, which you {liked}, {film} is {mood}",
        "{film} is {mood}, like {n_of_m} films you {liked}",
        "Like {n_of_m} films you {liked}, {film} is {mood}",
        "{film} is about {theme}, like {films}, which you {liked}",
        "You {liked} {films}, and {film} is about {theme} too",
        "Like {films}, which you {liked}, {film} is about {theme}",
        "{film} is about {theme}, like {n_of_m} films you {liked}",
        "Like {n_of_m} films you {liked}, {film} is about {theme}",
    ),
    nexts=(
        "it is {mood}, like {films}, which you {liked}",
        "it is {mood}, like {n_of_m} films you {liked}",
        "it is {mood}, as are {n_of_m} films you {liked}",
        "it is about {theme}, like {films}, which you {liked}",
        "it is about {theme}, like {n_of_m} films you {liked}",
        "it is about {theme}, as you know from {films}, which you {liked}",
    ),
)
