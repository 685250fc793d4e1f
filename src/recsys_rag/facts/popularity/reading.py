"""What sentences about the ratings of all people mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.slots import DECIMAL, FLAG, PEOPLE, RATING, exactly, holds

if TYPE_CHECKING:
    from recsys_rag.facts.popularity import PopularityFact


def _slots(fact: "PopularityFact") -> Mapping[str, Check]:
    slots = {"count": exactly(fact.n_ratings)}
    if fact.mean_rating is None:
        return {**slots, "pick": holds}
    return {
        **slots,
        "rated": holds,
        "decimal": exactly(f"{fact.mean_rating:.1f}"),
        "top": exactly(f"{fact.top_rating:g}"),
    }


READING = Reading(
    _slots,
    shapes={"decimal": DECIMAL, "top": RATING, "rated": FLAG, "pick": FLAG},
    own=(
        "<it> averages <decimal> of <top> over <count> ratings",
        "the <count> ratings of <film> average <decimal> of <top>",
        "its <count> ratings average <decimal> of <top>",
        "on average, <count> people gave <it> <decimal> of <top>",
        "across <count> ratings, <it> averages <decimal> of <top>",
        "with <count> ratings, <it> stands at <decimal> of <top>",
        "rated by <count> people, <it> averages <decimal> of <top>",
        "<it> has an average of <decimal> of <top> from <count> people",
        "among those who rated <it>, <count> in all, the average is <decimal> of <top>",
        "<it> stands at <decimal> of <top> after <count> ratings",
        "<count> people rated <it>, with an average of <decimal> of <top>",
        "<pick><it> was chosen by <count> people",
        "<pick>(?:in all, )?<count> people chose <it>",
        "<pick>so far, <count> people have chosen <it>",
        "<pick>there are <count> people who chose <it>",
        "<pick><it> is the choice of <count> people",
        "<pick>count those who chose <it>: <count> people",
    ),
    clauses=(
        f"(?:other )?{PEOPLE} (?:have )?(?:give|gave|given) <it> {{MEAN}} {{RATED}}",
        f"(?:other )?{PEOPLE} (?:have )?(?:rate|rated|give|gave|given) <it> {{RATED}} on average",
        "{ITS} (?:average|mean)(?: rating)? is {RATED}",
        "{ITS} (?:average|mean)(?: rating)? is {RATED} {OVER}",
        "(?:the average|the mean)(?: rating)? of its <rated><count> ratings is {RATED}",
        "its <rated><count> ratings average {RATED}",
        "on average, (?:other )?(?:<rated><count> )?"
        + PEOPLE
        + " (?:gave|rated|have given|have rated) <it> {RATED}",
        "<rated><count> " + PEOPLE + " have rated <it>, with {MEAN} {RATED}",
        "<rated><count> " + PEOPLE + " have rated <it>, giving it {RATED} on average",
        "<rated><count> " + PEOPLE + " (?:have )?rated <it>",
    ),
    predicates=(
        "averages {RATED}",
        "averages {RATED} {OVER}",
        "(?:has|holds|carries|enjoys|earned|has earned) {MEAN} {RATED}",
        "(?:has|holds|carries|enjoys|earned|has earned) {MEAN} {RATED} {OVER}",
        "(?:is|was|has been) rated {RATED} on average",
        "(?:is|was|has been) rated {RATED} on average by <rated><count> " + PEOPLE,
        "(?:was|has been) rated by <rated><count> " + PEOPLE,
        "(?:was|has been) rated by <rated><count> "
        + PEOPLE
        + ",? (?:with {MEAN}|who gave it|averaging) {RATED}(?: on average)?",
        "has <rated><count> ratings",
        "has <rated><count> ratings,? (?:with|and) {MEAN} {RATED}",
        "(?:was|has been) chosen by <pick><count> " + PEOPLE,
    ),
    modifiers=(
        "with {MEAN} {RATED}",
        "with {MEAN} {RATED} {OVER}",
        "averaging {RATED} {OVER}",
        "averaging {RATED}",
        "rated {RATED} on average",
        "rated {RATED} on average by <rated><count> " + PEOPLE,
        "rated by <rated><count> " + PEOPLE,
        "chosen by <pick><count> " + PEOPLE,
    ),
    parts={
        "RATED": ("<decimal>", "<decimal> of <top>"),
        "ITS": ("its", "<film>'s"),
        "OVER": (
            "(?:over|across|from|by|after|among) (?:all )?(?:its )?<rated><count> "
            f"(?:ratings|{PEOPLE})",
        ),
        "MEAN": ("(?:an? )?(?:average|mean)(?: rating| score)? of",),
    },
    closes=True,
)
