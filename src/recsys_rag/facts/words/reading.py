"""What sentences about what was asked for mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify._wordings import wordings_beside
from recsys_rag.verify.slots import (
    A_GENRE,
    DECADE,
    GENRE,
    GENRES,
    LABELS,
    NAMES,
    YEAR,
    exactly,
    holds,
    lists,
)

if TYPE_CHECKING:
    from recsys_rag.facts.words import WordsFact


def _slots(fact: "WordsFact") -> Mapping[str, Check]:
    slots = {
        fact.asked: lambda text: True,
        "genres": lists(fact.genres),
        "genre": lists(fact.genres),
        "many": lists(fact.genres),
        "labels": lists(fact.genres),
        "people": lists(fact.people),
        "its_genres": lists(fact.genres),
    }
    if fact.years is not None:
        first, last = fact.years
        slots |= {"in_years": holds, "first": exactly(first), "last": exactly(last)}
        if first == last:
            slots |= {"year": exactly(first), "its_year": exactly(first)}
        elif first % 10 == 0 and last - first == 9:
            slots |= {"decade": exactly(f"{first}s"), "its_decade": exactly(f"{first}s")}
    return slots


_WORDINGS = wordings_beside(__file__)
READING = Reading(
    _slots,
    shapes={
        "words": "@flag",
        "profile": "@flag",
        "genres": A_GENRE,
        "genre": GENRE,
        "many": GENRES,
        "labels": LABELS,
        "people": NAMES,
        "decade": DECADE,
        **dict.fromkeys(("year", "first", "last"), YEAR),
    },
    **_WORDINGS,
)
