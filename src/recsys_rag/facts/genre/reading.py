"""What sentences about a leaning toward a genre mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.facts.leaning.reading import PARTS, SHAPES, leaning_slots
from recsys_rag.verify.genres import called, is_several
from recsys_rag.verify.names import as_shown
from recsys_rag.verify.slots import TEXT

if TYPE_CHECKING:
    from recsys_rag.facts.genre import GenreFact


def _slots(fact: "GenreFact") -> Mapping[str, Check]:
    return {
        **leaning_slots(fact),
        "a_genre": lambda text: bool(called(text, [fact.genre])),
        "genres": lambda text: is_several(text, fact.genre),
        "label": lambda text: text.casefold() == as_shown(fact.genre).casefold(),
    }


READING = Reading(
    _slots,
    shapes={**SHAPES, **dict.fromkeys(("a_genre", "genres", "label"), TEXT)},
    own=(
        "<it> is <a_genre>, like <n_of_m> films (?:that )?you <feedback>",
        "<it> is <a_genre>, as are <p> % of the films (?:that )?you <feedback>",
        "you lean toward <genres>, with <n_of_m> films (?:that )?you <feedback>, and <film> is "
        "another",
        "you lean toward <genres> like this one, with <n_of_m> films (?:that )?you <feedback>",
        "as <a_genre>,? <it> is in line with <n_of_m> films (?:that )?you <feedback>",
        "of the films (?:that )?you <feedback>, <p> % are <genres>, against <q> % of the "
        "catalog, and <film> is one more",
        "since <p> % of the films (?:that )?you <feedback> are <genres>, <it> is on familiar "
        "ground",
        "with <it> you would stay with <genres>, which are <p> % of the films (?:that )?you "
        "<feedback>",
        "<it> stays with <genres>, which are <p> % of the films (?:that )?you <feedback>",
        "with <it> you would stay with <genres>, like <n_of_m> films (?:that )?you <feedback>",
        "<it> is <a_genre>, as are <n_of_m> films (?:that )?you <feedback>",
        "like <n_of_m> films (?:that )?you <feedback>, <it> is <a_genre>",
        "since <n_of_m> films (?:that )?you <feedback> are <genres>, <it> is on familiar ground",
        "<it> joins the <genres>, to which <n_of_m> films (?:that )?you <feedback> belong",
        "look at <n_of_m> films (?:that )?you <feedback>: they are <genres>, and so is <it>",
        "<it> joins the <genres>, which are <p> % of the films (?:that )?you <feedback> but "
        "<q> % of the catalog",
        "your history leans toward <genres>, <p> % of the films (?:that )?you <feedback> "
        "against <q> % of the catalog, and <film> is one",
        "<p> % of the films (?:that )?you <feedback> are <genres> too, against <q> % of the "
        "catalog",
    ),
    clauses=(
        "{SHARE} {FILMS} are <genres>{AGAINST}",
        "{SHARE} {FILMS} are <genres>{AGAINST}, (?:as is|and so is) <it>",
        "<genres> (?:make up|are|account for) {SHARE} {FILMS}{AGAINST}",
        "<genres> (?:make up|are|account for) {SHARE} {FILMS}{AGAINST}, and <it> is "
        "(?:one|another)(?: of them)?",
        "<label> (?:makes up|accounts for|is a genre of) {SHARE} {FILMS}{AGAINST}",
    ),
    predicates=(
        "is <a_genre>",
        "is <a_genre>,? (?:just )?like {SHARE} {FILMS}",
        "is <a_genre>,? (?:just )?as are {SHARE} {FILMS}",
        "is <a_genre>, a genre (?:that|which) (?:makes up|accounts for) {SHARE} {FILMS}{AGAINST}",
        "is <a_genre>, and {SHARE} {FILMS} are <genres>(?: too)?",
        "is <a_genre>, and so are {SHARE} {FILMS}",
    ),
    modifiers=(
        "<a_genre>",
        "<a_genre> (?:just )?like {SHARE} {FILMS}",
        "like {SHARE} {FILMS}, <a_genre>",
        "as <a_genre>",
    ),
    parts=PARTS,
)
