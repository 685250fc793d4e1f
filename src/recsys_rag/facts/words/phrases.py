"""How it is said that an item has what was asked for."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases
from recsys_rag.generate.wording import a, clean, genres_form, listed, span

if TYPE_CHECKING:
    from recsys_rag.facts.words import WordsFact


def _fields(fact: "WordsFact", noun: str) -> Fields:
    what = genres_form(fact.genres, noun) if fact.genres else a(noun)
    if fact.years:
        what += f" from {span(*fact.years)}"
    if fact.people:
        what += f" with {listed([clean(person) for person in fact.people])} in the credits"
    return {"asked_for" if fact.asked == "words" else "stated": what}


PHRASES = Phrases(
    _fields,
    opens=(
        "{film} is {asked_for}, as you asked",
        "You asked for {asked_for}, and {film} is one",
        "As you asked, {film} is {asked_for}",
        "{film} is {stated}, in line with the taste you named",
        "True to the taste you named, {film} is {stated}",
        "In {film} you get {stated}, in line with the taste you named",
    ),
    nexts=(
        "it is {asked_for}, as you asked",
        "as you asked, it is {asked_for}",
        "you asked for {asked_for}, and this is one",
        "true to the taste you named, it is {stated}",
        "it is {stated}, in line with the taste you named",
    ),
)
