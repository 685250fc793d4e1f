"""What sentences about similar users mean."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.slots import FLAG, PEOPLE, RATING, exactly, holds

if TYPE_CHECKING:
    from recsys_rag.facts.neighbors import NeighborsFact

_LIKE_YOU = "people (?:most |)like you"
_CLOSE = "people (?:with a taste (?:close|closest) to yours|who rate as you do)"
_CHOOSE = "people whose choices are (?:most like|closest to|close to) yours"
_TASTE = "(?:a )?tastes?"
_ALIKE = (  # some people like you, without saying that they are all of them
    f"(?:{PEOPLE} (?:like|similar to) you(?: in taste)?|(?:like-minded|similar) {PEOPLE}"
    f"|{PEOPLE} who share your tastes?|{PEOPLE} with (?:a )?similar tastes?"
    f"|{PEOPLE} with {_TASTE} (?:like|similar to|close to) yours"
    f"|{PEOPLE} whose tastes? (?:is|are) (?:like|similar to|close to) yours)"
)
_MOST_ALIKE = (
    f"(?:{_ALIKE}|{PEOPLE} most (?:like|similar to) you(?: in taste)?|most similar {PEOPLE}"
    f"|{PEOPLE} (?:closest|nearest) to you(?: in taste)?"
    f"|{PEOPLE} with {_TASTE} (?:closest to|most like|most similar to) yours"
    f"|{PEOPLE} whose tastes? (?:is|are) (?:closest to|most like|most similar to) yours"
    "|neighbou?rs (?:of yours )?in taste)"
)
_STARS = re.compile(r"([0-9.]+)(?: or (more|[0-9.]+))?")


def _slots(fact: "NeighborsFact") -> Mapping[str, Check]:
    if not fact.n_raters:
        return {"chosen": exactly(fact.n_liked), "asked": exactly(fact.n_neighbors), "most": holds}
    slots: dict[str, Check] = {
        "split" if fact.is_split else "most": holds,
        "n": exactly(fact.n_liked),
        "m": exactly(fact.n_raters),
        "share": exactly(round(100 * fact.n_liked / fact.n_raters)),
        "stars": lambda text: _is_liked(text, fact),
    }
    return {**slots, "all": slots["m"]} if fact.n_liked == fact.n_raters else slots


def _is_liked(text: str, fact: "NeighborsFact") -> bool:
    """Say whether "4 or 5", "8 or more" or "2" names exactly the liked ratings of the scale."""
    stars = _STARS.fullmatch(text)
    liked, top = fact.liked_rating, fact.top_rating
    if not stars or stars[1] != f"{liked:g}":
        return False
    if stars[2] is None:
        return liked == top
    if stars[2] == "more":
        return liked < top
    return liked + fact.rating_step == top and stars[2] == f"{top:g}"


READING = Reading(
    _slots,
    shapes={
        **dict.fromkeys(("most", "split"), FLAG),
        "stars": f"{RATING}(?: or (?:more|{RATING}))?",
    },
    own=(
        f"<most>of the <m> {_LIKE_YOU} who rated <it>, <n> gave it <stars>",
        f"<most><n> of the <m> {_LIKE_YOU} who rated <it> gave it <stars>",
        f"<most>among {_CLOSE}, <n> of (?:the )?<m>(?: who rated <it>)? gave it <stars>",
        f"<most><it> got <stars> from <n> of the <m> {_LIKE_YOU} who rated it",
        f"<most>{_CLOSE} rate <it> well, with <stars> from <n> of <m>",
        "<most>those who rate most as you do like <it>: <n> of the <m> who rated it gave it "
        "<stars>",
        f"<most>most {_CLOSE} gave <it> <stars>, <n> of the <m> who rated it",
        f"all <all> of the {_LIKE_YOU} who rated <it> gave it <stars>",
        f"<it> got <stars> from all <all> of the {_LIKE_YOU} who rated it",
        f"among {_CLOSE}, all <all> who rated <it> gave it <stars>",
        "people who rate as you do agree on <it>(?:: |, and )all <all> who rated it gave it "
        "<stars>",
        f"<split>(?:be warned that )?(?:{_LIKE_YOU}|{_CLOSE}) are split on <it>, with <stars> "
        "from <n> of (?:the )?<m>(?: who rated it)?",
        f"<split>{_CLOSE} are split on <it>: <n> of <m> gave it <stars>",
        f"<split>(?:on <it>, )?{_CLOSE} are split, with <stars> from <n> of <m>",
        f"of the <asked> {_CHOOSE}, <chosen> chose <it>",
        f"<it> was chosen by <chosen> of the <asked> {_CHOOSE}",
        f"among the <asked> {_CHOOSE}, <chosen> chose <it>",
        f"<most>most {_CHOOSE} chose <it>, <chosen> of <asked>",
    ),
    clauses=(
        "{OF_RATERS} {GAVE}",
        f"of (?:the |your )?<m> {_MOST_ALIKE} who (?:have )?rated <it>, <n> {{GAVE}}",
        f"among (?:the |your )?<m> {_MOST_ALIKE} who (?:have )?rated <it>, <n> {{GAVE}}",
        f"<share> % of (?:the )?{_MOST_ALIKE} who (?:have )?rated <it> {{GAVE}}",
        f"<n> of <m> {_ALIKE} (?:gave|rated|scored|awarded) <it> (?:an? )?<stars>",
    ),
    predicates=(
        "(?:was|is|has been) rated (?:an? )?<stars> by {OF_THEM}",
        "{GOT} (?:an? |ratings of )?<stars> from {OF_THEM}",
        "was chosen by <chosen> of (?:the |your )?<asked> " + _MOST_ALIKE,
    ),
    modifiers=(
        "rated (?:an? )?<stars> by {OF_THEM}",
        "with (?:an? |ratings of )?<stars> from {OF_THEM}",
        "chosen by <chosen> of (?:the |your )?<asked> " + _MOST_ALIKE,
    ),
    parts={
        "OF_RATERS": (
            f"<n> of (?:the |your )?<m> {_MOST_ALIKE} who (?:have )?rated <it>",
            f"all (?:of the )?<all>(?: of the)? {_MOST_ALIKE} who (?:have )?rated <it>",
        ),
        "OF_THEM": (
            f"<n> of (?:the |your )?<m> {_MOST_ALIKE} who (?:have )?rated (?:it|this film)",
            f"<n> of <m> {_ALIKE}",
            f"all (?:of the )?<all>(?: of the)? {_MOST_ALIKE} who (?:have )?rated (?:it|this film)",
        ),
        "GOT": (
            "(?:got|earned|received|drew|has|won|gets|earns|receives|has earned|has received)",
        ),
        "GAVE": ("(?:gave|rated|scored|awarded) (?:it|this film) (?:an? )?<stars>",),
    },
)
