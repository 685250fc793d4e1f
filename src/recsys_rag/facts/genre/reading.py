"""What sentences about a leaning toward a genre mean."""

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
from recsys_rag.verify.names import as_shown
from recsys_rag.verify.slots import A_GENRE, GENRE, GENRES, LABELS, exactly

if TYPE_CHECKING:
    from recsys_rag.facts.genre import GenreFact


def _slots(fact: "GenreFact") -> Mapping[str, Check]:
    is_it = exactly(as_shown(fact.genre))
    own = dict.fromkeys(("a_genre", "genre", "genres", "label", "kind", "its_genres"), is_it)
    return {**leaning_slots(fact), **own}


READING = Reading(
    _slots,
    shapes={
        **SHAPES,
        "a_genre": A_GENRE,
        "genre": GENRE,
        "genres": GENRES,
        "label": LABELS,
        "kind": "@genre_before",
    },
    clauses=(
        *CLAUSES,
        "(with|in) <it>,? you (would )?stay with <genres>,? {LIKE} {OF_LIKED}{AGAINST}",
        "(with|in) <it>,? you (would )?stay with <genres>,? which are {OF_LIKED}{AGAINST}",
        "as <a_genre>,? <it> is in line with {OF_LIKED}{AGAINST}",
        "<it> joins the <genres>,? to which {OF_LIKED} belong",
    ),
    predicates=PREDICATES,
    modifiers=(*MODIFIERS, "as <a_genre>"),
    reasons=("your (liking|taste|fondness|love of|soft spot|leaning) (for|toward) <genres>",),
    frames=FRAMES,
    parts={
        **SHARED_PARTS,
        "MANY": ("<genres>",),
        "THEM": ("<label>",),
        "ARE": (
            "are <genres>( too)?",
            "(are|were|belong to|count as|fall under|are in) <kind>( too)?",
            "have <label> (as|among) (a|their) genres?",
            "(count|rank|qualify|class) as (<genres>|<label>)",
            "(are|is) of the <label> genre",
        ),
        "IS": ("is <a_genre>", "(is|belongs to|counts as|falls under) <kind>"),
        "AS": ("as are",),
        "NOUN": ("<genre>",),
        "A_NOUN": ("<a_genre>",),
    },
)
