"""What sentences about the person's own items mean."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.names import as_shown, is_list_of
from recsys_rag.verify.slots import FEEDBACK, FLAG, NAME, RATING, TWO_NAMES, exactly, holds

if TYPE_CHECKING:
    from recsys_rag.facts.influence import InfluenceFact

_IN_EYES = "(?:in the eyes of other (?:viewers|people)|in the ratings of others)"
_ON_THE_WHOLE = "(?:much |mostly |largely )?the same people"


def _slots(fact: "InfluenceFact") -> Mapping[str, Check]:
    titles, ratings = [as_shown(title) for title in fact.titles], [f"{r:g}" for r in fact.ratings]
    slots: dict[str, Check] = {"feedback": exactly("liked" if ratings else "chose")}
    if n := fact.n_places:
        more = [f"more than {most} places" for most in (100, 50, 20, 10) if n > most]
        slots["places"] = exactly(f"{n} place{'s' * (n > 1)}", *more)
    if fact.is_near:
        slots["near"] = holds
    if fact.is_main:
        slots["main"] = holds
    if fact.is_example:
        return {**slots, "example": exactly(titles[0])}
    slots["rated" if ratings else "pick"] = holds
    if len(titles) == 2:
        slots["both"] = exactly(" and ".join(titles))
        if ratings:
            first, second = ratings
            pairs = [f"{title} {rating}" for title, rating in zip(titles, ratings, strict=True)]
            slots["pairs"] = lambda text: is_list_of(re.sub(r" an? (?=[0-9])", " ", text), pairs)
            same = [f"{first} each"] if first == second else []
            slots["each"] = exactly(f"{first} and {second}", *same)
        return slots
    slots["title"] = exactly(titles[0])
    if ratings:
        slots["r"] = exactly(ratings[0])
        slots["a_r"] = exactly(f"{_article(ratings[0])} {ratings[0]}")
    return slots


def _article(rating: str) -> str:
    whole = rating.split(".")[0]
    return "an" if whole.startswith("8") or whole in ("11", "18") else "a"


READING = Reading(
    _slots,
    shapes={
        **dict.fromkeys(("title", "example"), NAME),
        **dict.fromkeys(("rated", "pick", "near", "main"), FLAG),
        "both": TWO_NAMES,
        "r": RATING,
        "a_r": f"an? {RATING}",
        "each": f"{RATING} (?:each|and {RATING})",
        "pairs": f"{NAME} (?:an? )?{RATING} and {NAME} (?:an? )?{RATING}",
        "places": "(?:more than )?[0-9]+ places?",
        "feedback": FEEDBACK,
    },
    own=(
        "without {OF_YOURS}, <it> would rank <places> lower",
        "<it> would rank <places> lower without {OF_YOURS}",
        "take away {OF_YOURS}, and <it> drops <places>",
        "<it> owes <places> in your ranking to {OF_YOURS}",
        "your <r> for <title> lifts <it> by <places>",
        "you gave <title> <a_r>, and that lifts <it> by <places>",
        "you gave <both> <each>, and together they lift <it> by <places>",
        "you named <example>, and that lifts <it> by <places>",
        "<pick>you chose <title>, and that lifts <it> by <places>",
        "<pick>you chose <both>, and together they lift <it> by <places>",
        "<near>the same people tend to rate <it> and {WITH_RATING}",
        "<near><pick>the same people tend to choose <it> and {WITH_CHOICE}",
        "<near>whoever rated {WITH_RATING}, has often rated <film> too",
        "<near>(?:the )?people who rated {WITH_RATING}, tend to have rated <film> too",
        "<near><pick>people who chose (?:<title>|<both>), as you did, tend to choose <film> too",
        f"<near><it> is rated by {_ON_THE_WHOLE} as {{WITH_RATING}}",
        f"<near><pick><it> is chosen by {_ON_THE_WHOLE} as {{WITH_CHOICE}}",
        "<near><it> tends to be rated by the people who rated {WITH_RATING}",
        "one reason for <it> is {SINGLE}",
        "two reasons for <it> are {PAIR}",
        "<it> gains from {OF_YOURS}",
        "<it> is here in part for your <r> for <title>",
        "your <r> for <title> speaks for <it>",
        "your example, <example>, speaks for <it>",
        "<pick>your choice of <title> speaks for <it>",
        "both <both> speak for <it>, and you gave them <each>",
        "<pick>both <both> speak for <it>, and you chose them",
        "<main>above all, it is your <r> for <title> that speaks for <film>",
        "<main>the main reason for <it> is {SINGLE}",
    ),
    clauses=(
        "{OF_YOURS} speaks for <it>",
        "{OF_YOURS} is (?:one|a) reason {FOR_IT}",
        "<main>(?:because|since|as) {YOU_GAVE}, <it> is {LIST}",
        "<main>your <r> for <title> is the (?:main|biggest|strongest) reason {FOR_IT}",
        "in part (?:because|since) {YOU_GAVE}, <it> is {LIST}",
        "{SINGLE}, speaks for <it>",
        "{SINGLE}, is (?:one|a) reason {FOR_IT}",
        f"<near>(?:<it> is )?close to {{SINGLE}}, {_IN_EYES}",
        f"<near><rated>(?:<it> is )?close to (?:<title>|<both>) {_IN_EYES}",
        f"<near><it> is close to <title> {_IN_EYES}, and you gave that one <a_r>",
        f"<near><it> is close to <both> {_IN_EYES}, and you gave those <each>",
        f"<near><it> is close to <both>, which you gave <each>, {_IN_EYES}",
        "without {OF_YOURS}, <it> would (?:stand|be|fall|rank|drop) <places> "
        "(?:lower|further down)",
    ),
    predicates=(
        "is {LIST} (?:in part |partly )(?:because|since|as) {YOU_GAVE}",
        "<main>is {LIST},? (?:because|since|as) {YOU_GAVE}",
        "would (?:stand|be|fall|rank|drop) <places> (?:lower|further down) without {OF_YOURS}",
    ),
    preludes=("{YOU_GAVE}", "<rated>you liked <title>", "<rated>you liked <both>"),
    parts={
        "YOU_GAVE": (
            "you (?:gave|rated|scored|awarded) <title> <a_r>",
            "you (?:gave|rated|scored|awarded) <title> <r>",
            "your rating for <title> (?:is|was) <a_r>",
            "you (?:gave|rated|scored|awarded) <both> <each>",
            "you (?:gave|rated|scored|awarded) <pairs>",
        ),
        "WITH_RATING": (
            "<title>, which you (?:gave|rated|scored|awarded) (?:<a_r>|<r>)",
            "<both>, which you (?:gave|rated|scored|awarded) <each>",
            "<example>, which you named",
        ),
        "WITH_CHOICE": ("(?:<title>|<both>), which you chose",),
        "SINGLE": (
            "<title>, which you (?:gave|rated|scored|awarded) (?:<a_r>|<r>)",
            "<example>, which you named",
            "<pick><title>, which you chose",
        ),
        "PAIR": ("<both>, which you gave <each>", "<pick><both>, which you chose"),
        "OF_YOURS": (
            "your <r> (?:for|to|of) <title>",
            "the <r> (?:that )?you gave <title>",
            "<title>, (?:to )?which you (?:gave|rated|scored|awarded) (?:<a_r>|<r>)",
            "<both>, which you gave <each>",
            "<example>, which you named",
            "<pick>your choice of <title>",
            "<pick>(?:<title>|<both>), which you chose",
        ),
        "FOR_IT": ("for <it>", "why <it> is {LIST}"),
        "LIST": ("(?:recommended|suggested|here|on this list|on your list)(?: for you)?",),
    },
)
