"""What sentences about moods and themes mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.facts._traits import words_for
from recsys_rag.verify.slots import TEXT, holds, lists
from recsys_rag.verify.traits import trait_slots

if TYPE_CHECKING:
    from recsys_rag.facts.mood import MoodFact


def _slots(fact: "MoodFact") -> Mapping[str, Check]:
    slots: dict[str, Check] = {}
    if fact.moods:
        said = lists(words_for(fact.moods, "moods"))
        slots |= {"moods": said, "a_moods": lambda text: _with_article(text, said)}
    if fact.themes:
        slots["themes"] = lists(words_for(fact.themes, "themes"))
    if fact.for_families:
        slots["families"] = holds
    return {**slots, **trait_slots(fact.moods + ("for families",) * fact.for_families, fact.themes)}


def _with_article(text: str, said: Check) -> bool:
    article, _, rest = text.partition(" ")
    return article == ("an" if rest[:1] in set("aeiou") else "a") and said(rest)


READING = Reading(
    _slots,
    shapes={
        "moods": TEXT,
        "a_moods": TEXT,
        "themes": TEXT,
        "families": "children and grown-ups|(?:the whole |the )?family|families",
    },
    own=(
        "<it> is <a_moods> film(?: about <themes>)?",
        "with <film> you get <a_moods> film about <themes>",
        "in <film> you get <a_moods> story of <themes>",
        "<it> tells of <themes> and is <moods>",
        "at the heart of <film>: <themes>",
        "at its heart: <themes>",
        "<it> turns on <themes>",
        "<it> is about <themes>",
        "(?:the mood of <film>|its mood) is <moods>",
        "<it> is <moods>",
        "<it> is a film for <families> to watch together",
        "<it> suits <families> watching together",
    ),
    predicates=(
        "is <a_moods> (?:film|story|tale|one)(?: (?:about|of) <themes>)?",
        "is <moods>",
        "(?:is about|deals with|tells of|turns on|explores|is a (?:film|story) (?:about|of)) "
        "<themes>",
        "is (?:made |meant |suited )?for <families>(?: to watch together)?",
    ),
    modifiers=("<a_moods> (?:film|story|tale)(?: (?:about|of) <themes>)?", "a film about <themes>"),
)
