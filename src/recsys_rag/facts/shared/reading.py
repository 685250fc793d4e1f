"""What sentences about a mood or theme shared with liked items mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.facts._leaning.reading import LIKED, SHAPES
from recsys_rag.facts._traits import words_for
from recsys_rag.verify.slots import NAMES, TEXT, exactly, lists, share
from recsys_rag.verify.traits import trait_slots

if TYPE_CHECKING:
    from recsys_rag.facts.shared import SharedFact


def _slots(fact: "SharedFact") -> Mapping[str, Check]:
    values = ([fact.value], ()) if fact.column == "moods" else ((), [fact.value])
    return {
        **trait_slots(*values),
        "of": share(fact.n_liked, fact.n_history),
        "all_of": share(fact.n_liked, fact.n_history),
        "m": exactly(fact.n_history),
        "feedback": exactly(fact.feedback),
        "films": lists(fact.examples),
        "mood" if fact.column == "moods" else "theme": exactly(
            *words_for([fact.value], fact.column)
        ),
    }


READING = Reading(
    _slots,
    shapes={**SHAPES, "films": NAMES, "mood": TEXT, "theme": TEXT},
    own=(
        "<it> is {WHAT}, (?:like|as are) {LIKED}",
        "<it> (?:is about|turns on) <theme>, as do {LIKED}",
        "<it> is {WHAT}, like <films>, which you <feedback>",
        "like {LIKED}, <film> is {WHAT}",
        "like <films>, which you <feedback>, <film> is {WHAT}",
        "you <feedback> <films>, and <film> is {WHAT} too",
        "<film> shares a trait with {LIKED}: it is <mood>",
        "with <film> you return to <theme>, the matter of {LIKED}",
        "<it> returns to <theme>, the matter of {LIKED}",
        "<it> has the <mood> tone of {LIKED}",
        "<it> is about <theme>, as you know from <films>, which you <feedback>",
    ),
    predicates=(
        "is {HOW},? (?:just )?(?:like|as are|as with) {LIKED}",
        "is {HOW},? (?:just )?"
        "(?:like|as are|as with) <films>, (?:both of )?which you (?:also )?<feedback>",
    ),
    modifiers=("<mood> like {LIKED}", "about <theme>, like {LIKED}"),
    parts={
        **LIKED,
        "WHAT": ("<mood>", "about <theme>"),
        "HOW": ("<mood>", "a <mood> film", "about <theme>", "a film about <theme>"),
        "LIKED": ("{OF_LIKED}",),
    },
)
