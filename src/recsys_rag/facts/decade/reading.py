"""What sentences about a leaning toward a decade mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.facts.leaning.reading import PARTS, SHAPES, leaning_slots
from recsys_rag.verify.slots import exactly

if TYPE_CHECKING:
    from recsys_rag.facts.decade import DecadeFact


def _slots(fact: "DecadeFact") -> Mapping[str, Check]:
    return {**leaning_slots(fact), "decade": exactly(f"{fact.decade}s")}


READING = Reading(
    _slots,
    shapes={**SHAPES, "decade": "[0-9]{4}s"},
    own=(
        "<it> comes from the <decade>, like <n_of_m> films (?:that )?you <feedback>",
        "of the films (?:that )?you <feedback>, <p> % come from the <decade>, against <q> % of "
        "the catalog, and so does <it>",
        "you lean toward the <decade>, with <n_of_m> films (?:that )?you <feedback>(?:, and "
        "<it> comes from there too)?",
        "as a film of the <decade>,? <it> is in line with <n_of_m> films (?:that )?you <feedback>",
        "(?:with <film> you would stay|it stays) in the <decade>, the source of <p> % of the "
        "films (?:that )?you <feedback>",
        "(?:with <film> you would stay|it stays) in the <decade>, like <n_of_m> films "
        "(?:that )?you <feedback>",
        "<it> is a film of the <decade>, as are <n_of_m> films (?:that )?you <feedback>",
        "like <n_of_m> films (?:that )?you <feedback>, <it> belongs to the <decade>",
        "look at <n_of_m> films (?:that )?you <feedback>: they come from the <decade>, and so "
        "does <it>",
        "the <decade> gave you <n_of_m> films (?:that )?you <feedback>, and <it> is from those "
        "years too",
        "<it> belongs to the <decade>, as do <p> % of the films (?:that )?you <feedback> but "
        "<q> % of the catalog",
        "<it> is a film of the <decade>, as are <p> % of the films (?:that )?you <feedback>",
        "<p> % of the films (?:that )?you <feedback> share its decade, the <decade>, against "
        "<q> % of the catalog",
    ),
    clauses=(
        "{SHARE} {FILMS} (?:come|are|date) from the <decade>{AGAINST}",
        "{SHARE} {FILMS} (?:come|are|date) from the <decade>{AGAINST}, (?:as does|as is|and so "
        "is|and so does) <it>",
        "the <decade> (?:make up|account for) {SHARE} {FILMS}{AGAINST}",
    ),
    predicates=(
        "(?:is|comes|dates|hails) from the <decade>",
        "(?:is|comes|dates|hails) from the <decade>,? (?:just )?like {SHARE} {FILMS}",
        "(?:is|comes|dates|hails) from the <decade>,? (?:just )?as (?:are|do) {SHARE} {FILMS}",
        "(?:is|comes|dates|hails) from the <decade>, (?:a decade that|which) (?:makes "
        "up|accounts for) {SHARE} {FILMS}{AGAINST}",
    ),
    modifiers=(
        "from the <decade>",
        "a film (?:from|of) the <decade>",
        "from the <decade>,? like {SHARE} {FILMS}",
    ),
    parts=PARTS,
)
