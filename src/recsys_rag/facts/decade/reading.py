"""What sentences about a leaning toward a decade mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.facts._leaning.reading import (
    CLAUSES,
    FRAMES,
    MODIFIERS,
    PREDICATES,
    SHAPES,
    SHARED_PARTS,
    leaning_slots,
)
from recsys_rag.verify.slots import DECADE, exactly

if TYPE_CHECKING:
    from recsys_rag.facts.decade import DecadeFact


def _slots(fact: "DecadeFact") -> Mapping[str, Check]:
    is_it = exactly(f"{fact.decade}s")
    return {**leaning_slots(fact), "decade": is_it, "its_decade": is_it}


READING = Reading(
    _slots,
    shapes={**SHAPES, "decade": DECADE},
    clauses=(
        *CLAUSES,
        "((with|in) <it>,? you (would )?stay|<it> stays) in the <decade>,? {LIKE} {OF_LIKED}",
        "((with|in) <it>,? you (would )?stay|<it> stays) in the <decade>,? the source of "
        "{OF_LIKED}{AGAINST}",
        "as a film of the <decade>,? <it> is in line with {OF_LIKED}{AGAINST}",
        "the <decade> gave you {OF_LIKED},? and <it> is from those years too",
        "{LEAN} the <decade>,? with {OF_LIKED}(, and <it> comes from there too)?",
        "{OF_LIKED} share <its> decade,? the <decade>{AGAINST}",
    ),
    predicates=PREDICATES,
    modifiers=MODIFIERS,
    reasons=("your (liking|taste|fondness) (for|of) (films of )?the <decade>",),
    frames=FRAMES,
    parts={
        **SHARED_PARTS,
        "MANY": ("<decade> films", "(films|those) (of|from) the <decade>", "the <decade>"),
        "THEM": ("the <decade>",),
        "ARE": (
            "(was|were) (made|released|shot|produced) in the <decade>",
            "(is|are|was|were) from the <decade>",
            "(come|are|date|hail|stem|comes|is|dates|hails) from the <decade>( too)?",
            "(belong to|are of) the <decade>",
        ),
        "IS": (
            "(was|is) (made|released|shot|produced|from) (in )?(the <decade>|that decade)",
            "(is|comes|dates|hails|stems) from the <decade>",
            "(belongs to|is of) the <decade>",
            "is a film (of|from) the <decade>",
        ),
        "AS": ("as (are|do)",),
        "NOUN": ("film (of|from) the <decade>",),
        "A_NOUN": ("from the <decade>", "a film (of|from) the <decade>"),
    },
)
