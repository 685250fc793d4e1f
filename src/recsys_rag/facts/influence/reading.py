"""What sentences about the person's own items mean."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.names import as_shown, is_list_of
from recsys_rag.verify.slots import FEEDBACK, FLAG, NAME, RATING, TWO_NAMES, exactly, holds

if TYPE_CHECKING:
    from recsys_rag.facts.influence import InfluenceFact

_RATE = "in the eyes of other (?:viewers|people)"
_CHOOSE = "in what people choose"
# another word for its score: what an item would lose is stated of either
_CASE = "(?:the|its) case(?: for <it>)?"
_SCORE = "(?:the score of <film>|its score)"
_IN_EYES = f"(?:{_RATE}|in the ratings of others|going by the ratings of others)"


def _slots(fact: "InfluenceFact") -> Mapping[str, Check]:
    titles, ratings = [as_shown(title) for title in fact.titles], [f"{r:g}" for r in fact.ratings]
    slots = {"p": exactly(fact.loss_percent)}
    if fact.is_near:
        slots["near"] = holds
    if fact.is_example:
        return {**slots, "example": exactly(titles[0])}
    slots["rated" if ratings else "pick"] = holds
    slots["feedback"] = exactly("liked" if ratings else "chose")
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
        if fact.loss_rank == 1:
            slots["most"] = exactly(titles[0])
    return slots


def _article(rating: str) -> str:
    whole = rating.split(".")[0]
    return "an" if whole.startswith("8") or whole in ("11", "18") else "a"


READING = Reading(
    _slots,
    shapes={
        **dict.fromkeys(("title", "example", "most"), NAME),
        **dict.fromkeys(("rated", "pick", "near"), FLAG),
        "both": TWO_NAMES,
        "r": RATING,
        "a_r": f"an? {RATING}",
        "each": f"{RATING} (?:each|and {RATING})",
        "pairs": f"{NAME} (?:an? )?{RATING} and {NAME} (?:an? )?{RATING}",
        "feedback": FEEDBACK,
    },
    own=(
        f"<near><rated>close to (?:<title>|<both>) {_RATE}",
        "<near><rated>near <title> in the ratings of others",
        f"<near><pick>close to (?:<title>|<both>) {_CHOOSE}",
        "without your <r> for <title>, <it> would score <p> % lower",
        "take away your <r> for <title>, and <it> loses <p> % of its score",
        "<it> owes <p> % of its score to your <r> for <title>",
        "<p> % of its score hangs on your <r> for <title>",
        "<it> is here in part because you gave <title> <a_r>",
        "<it> gains from your <r> for <title>",
        "your <r> for <title> speaks for <it>",
        "<it> gains from <both>, which you gave <each>",
        "both <both> speak for <it>, and you gave them <each>",
        "<it> gains from <example>, which you named",
        "your example, <example>, speaks for <it>",
        "<pick><it> gains from (?:your choice of <title>|<both>, which you chose)",
        "<pick>your choice of <title> speaks for <it>",
        "<pick>both <both> speak for <it>, and you chose them",
        "you gave <title> <a_r>, and without that <it> would score <p> % lower",
        f"your <r> for <title> is worth <p> % of {_SCORE}",
        f"you gave <title> <a_r>, which is worth <p> % of {_SCORE}",
        "<near>other (?:viewers'|people's) ratings put <it> near (?:<title>, which you gave "
        "<a_r>|<both>, which you gave <each>)",
        "from (?:<title>, which you gave <a_r>|<both>, which you gave <each>), <it> draws <p> "
        "% of its score",
        "one reason for <it> is <title>, which you gave <a_r>",
        f"<near><it> is close to <title> {_RATE}, and you gave that one <a_r>",
        f"<near><it> is close to <title>, which you gave <a_r>, {_RATE}",
        "the case for <it> begins with your <r> for <most>",
        "the main reason for <it> is your <r> for <most>",
        "of all your ratings, the <r> for <most> speaks loudest for <it>",
        "you gave <both> <each>, and without those <it> would score <p> % lower",
        "without <both>, which you gave <each>, <it> would score <p> % lower",
        "take away <both>, which you gave <each>, and <it> loses <p> % of its score",
        f"<near><it> is close to <both> {_RATE}, and you gave those <each>",
        f"<near><it> is close to <both>, which you gave <each>, {_RATE}",
        f"together, <both> are worth <p> % of {_SCORE}, and you gave them <each>",
        "two films (?:that )?you <feedback> lift <it>: without <both>, it would score <p> % lower",
        f"<rated>your ratings of <both> are worth <p> % of {_SCORE}",
        "two reasons for <it> are <both>, which you gave <each>",
        f"<near><rated>two films (?:that )?you <feedback>, <both>, stand close to <it> {_RATE}",
        f"<near>(?:<it> is )?close to <example>, (?:your example|which you named), {_RATE}",
        "from <example>, which you named, <it> draws <p> % of its score",
        "you named <example>, and without that <it> would score <p> % lower",
        "take away your example, <example>, and <it> loses <p> % of its score",
        f"<near>you named <example>, and <film> is close to it {_RATE}",
        "one reason for <it> is <example>, which you named",
        f"your example, <example>, is worth <p> % of {_SCORE}",
        "<p> % of its score hangs on your example, <example>",
        "<pick>you chose <title>, and without that <it> would score <p> % lower",
        "<pick>you chose <both>, and without those <it> would score <p> % lower",
        "<pick>without (?:your choice of <title>|<both>, which you chose), <it> would score "
        "<p> % lower",
        f"<near><pick><it> is close to <title> {_CHOOSE}, and you chose that one",
        f"<near><pick><it> is close to (?:<title>|<both>), which you chose, {_CHOOSE}",
        "<pick>from (?:<title>|<both>), which you chose, <it> draws <p> % of its score",
        "<pick>one reason for <it> is <title>, which you chose",
        f"<pick>your choice of <title> is worth <p> % of {_SCORE}",
        "<pick>by choosing (?:<title>|<both>), you gave <it> <p> % of its score",
        f"<pick>together, <both> are worth <p> % of {_SCORE}, and you chose both",
        f"<near><pick><it> is close to <both> {_CHOOSE}, and you chose those",
        "<near><pick>people's choices put <it> near (?:<title>|<both>), which you chose",
        "<pick>two reasons for <it> are <both>, which you chose",
        "your <r> for <title> makes up <p> % of (?:what speaks|the case) for <it>",
        "<it> is here in part because you gave <title> <a_r>, which makes up <p> % of its case",
        f"you gave <title> <a_r>, (?:and that|which) is <p> % of {_CASE}",
        f"from <title>, which you gave <a_r>, comes <p> % of {_CASE}",
        "<p> % of what speaks for <it> is your <r> for <title>",
        f"you gave <both> <each>, (?:and that|which) is <p> % of {_CASE}",
        f"together, <both> make up <p> % of {_CASE}, and you gave them <each>",
        f"<both>, which you gave <each>, make up <p> % of {_CASE}",
        "two films (?:that )?you <feedback> speak for <it>: <both>, with <p> % of its case",
        f"from <both>, which you gave <each>, comes <p> % of {_CASE}",
        f"<rated>your ratings of <both> make up <p> % of {_CASE}",
        f"from <example>, which you named, comes <p> % of {_CASE}",
        f"you named <example>, and that is <p> % of {_CASE}",
        "your example, <example>, makes up <p> % of (?:what speaks|the case) for <it>",
        "<p> % of what speaks for <it> is your example, <example>",
        f"<pick>you chose (?:<title>|<both>), (?:and that|which) is <p> % of {_CASE}",
        f"<pick>from (?:<title>|<both>), which you chose, comes <p> % of {_CASE}",
        "<pick>your choice of <title> makes up <p> % of (?:what speaks|the case) for <it>",
        f"<pick>by choosing (?:<title>|<both>), you made <p> % of {_CASE}",
        f"<pick>together, <both> make up <p> % of {_CASE}, and you chose both",
    ),
    clauses=(
        "{WITH_RATING} {CARRIES}",
        "without {WITHOUT}, <it> would score <p> % lower",
        "<it> would score <p> % lower without {WITHOUT}",
        "<it> would lose <p> % of its score without {WITHOUT}",
        "{WITH_RATING} speaks for <it>",
        "{WITH_RATING} is (?:one|a) reason {FOR_IT}",
        "(?:because|since|as) you (?:gave|rated) <most> <r>, <it> is {LIST}",
        "(?:because|since|as) you (?:gave|rated) <most> <a_r>, <it> is {LIST}",
        "your <r> for <most> is the (?:main|biggest|strongest) reason {FOR_IT}",
        "in part (?:because|since) {YOU_GAVE}, <it> is {LIST}",
    ),
    predicates=(
        "is {LIST} (?:in part |partly )(?:because|since|as) {YOU_GAVE}",
        "is {LIST},? (?:since|because) you (?:gave|rated) <most> <r>",
        "is {LIST},? (?:since|because) you (?:gave|rated) <most> <a_r>",
        "owes <p> % of its (?:score|case) to {WITH_RATING}",
        "owes <p> % of its (?:score|case) to <title>, which you (?:gave|rated) <r>",
        "owes <p> % of its (?:score|case) to <title>, which you (?:gave|rated) <a_r>",
        f"<near>is close to <title> {_IN_EYES}, which you (?:gave|rated) <r>",
        f"<near>is close to <title>, which you (?:gave|rated) <r>, {_IN_EYES}",
        f"<near>is close to <title>, which you (?:gave|rated) <a_r>, {_IN_EYES}",
        f"<near><rated>(?:sits|stands|is) (?:close to|near) <title> {_IN_EYES}",
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
            "<title>, which you (?:gave|rated|scored|awarded) <a_r>,",
            "<title>, which you (?:gave|rated|scored|awarded) <r>,",
            "<title>, (?:to )?which you gave <a_r>,",
            "your <r> (?:for|to|of) <title>",
            "the <r> (?:that )?you gave <title>",
            "your ratings? of <title>",
        ),
        "WITHOUT": (
            "your <r> (?:for|to|of) <title>",
            "the <r> (?:that )?you gave <title>",
            "your ratings? of <title>",
            "<title>, which you (?:gave|rated|scored|awarded) <r>",
            "<title>, which you (?:gave|rated|scored|awarded) <a_r>",
        ),
        "CARRIES": (
            "(?:carries|makes up|accounts for|provides|contributes) <p> % of (?:what speaks "
            "for|the case for|the score of) <it>",
            "(?:carries|makes up|accounts for|provides|contributes|is worth) <p> % of its "
            "(?:score|case)",
        ),
        "FOR_IT": ("for <it>", "why <it> is {LIST}"),
        "LIST": ("(?:recommended|suggested|here|on this list|on your list)(?: for you)?",),
    },
)
