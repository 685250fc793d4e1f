"""How it is said that an item has what was asked for."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases
from recsys_rag.generate.wording import a, clean, genre_forms, listed, span

if TYPE_CHECKING:
    from recsys_rag.facts.words import WordsFact


def _fields(fact: "WordsFact", noun: str) -> Fields:
    what = genre_forms(fact.genres[0], noun)[0] if len(fact.genres) == 1 else a(noun)
    if len(fact.genres) > 1:
        what += f" listed under {listed([clean(genre) for genre in fact.genres])}"
    if fact.years:
        what += f" from {span(*fact.years)}"
    if fact.people:
        what += f" with {listed([clean(person) for person in fact.people])} in the credits"
    return {"asked_for" if fact.asked == "words" else "stated": what}


PHRASES = Phrases(
    _fields,
    opens=(
        "{film} is {asked_for}, as you asked",
        "In {film} you get {asked_for}, as you asked",
        "Going by what you wrote, {film} fits: it is {asked_for}",
        "True to your words, {film} is {asked_for}",
        "You asked for {asked_for}, and {film} is one",
        "Here is {asked_for}, as you asked: {film}",
        "{film} is {stated}, in line with the taste you named",
        "Going by the taste you named, {film} fits: it is {stated}",
        "In {film} you get {stated}, in line with the taste you named",
        "True to the taste you named, {film} is {stated}",
        "Here is {stated} for the taste you named: {film}",
    ),
    nexts=(
        "it is {asked_for}, as you asked",
        "true to your words, it is {asked_for}",
        "it is {asked_for}, which is what you asked for",
        "as you asked, it is {asked_for}",
        "you asked for {asked_for}, and this is one",
        "going by what you wrote, it fits: it is {asked_for}",
        "it is {stated}, in line with the taste you named",
        "true to the taste you named, it is {stated}",
        "going by the taste you named, it fits: it is {stated}",
    ),
)
