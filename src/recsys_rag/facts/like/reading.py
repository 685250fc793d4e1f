"""What sentences about likeness to a named item mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.names import as_shown
from recsys_rag.verify.slots import A_GENRE, GENRES, LABELS, NAME, exactly, lists

if TYPE_CHECKING:
    from recsys_rag.facts.like import LikeFact


def _slots(fact: "LikeFact") -> Mapping[str, Check]:
    genres = lists(fact.genres)
    title = exactly(as_shown(fact.title))
    return {"title": title, "labels": genres, "kin": genres, "many": genres, "its_genres": genres}


READING = Reading(
    _slots,
    shapes={"title": NAME, "labels": LABELS, "kin": A_GENRE, "many": GENRES},
    clauses=(
        "(just )?like {NAMED},? (<this>|this) is <kin>",
        "(just )?like {NAMED},? <it> (is (listed|filed) under|falls under|has the genres?) "
        "<labels>",
        "you {SAID} <title>,? and <it> is <kin> too",
        "you {SAID} <title>,? and <it> is (listed|filed) under <labels> too",
        "you {SAID} <title>,? and <it> has {LABELS} in common with (it|that one|that film)",
        "you {SAID} <title>,? and <it> shares {LABELS} with (it|that one|that film)",
        "your example was <title>: <it> shares {LABELS} with it",
        "starting from {NAMED},? <it> stays with <labels>",
        "with <title> as your example,? <it> has <labels> in common",
        "what <it> has in common with {NAMED},? is <labels>",
        "<it> and {NAMED},? (share|have in common) {LABELS}",
        "{NAMED},? and <it> (share|have in common) {LABELS}",
        "both <it> and {NAMED},? are (listed|filed) under <labels>",
        "(both )?<it> and {NAMED},? are (both )?<many>",
        "(both )?{NAMED},? and <it> are (both )?<many>",
        "<labels> is (a genre|what) (that )?<it> (shares with|has in common with) {NAMED}",
    ),
    predicates=(
        "shares {LABELS} with {NAMED}",
        "has {LABELS} in common with {NAMED}",
        "stays with <labels>,? (just )?like {NAMED}",
        "is <kin>,? (just )?(like|as is) {NAMED}",
        "is (listed|filed) under <labels>,? (just )?(like|as is) {NAMED}",
    ),
    modifiers=("<kin>,? (just )?like {NAMED}",),
    parts={
        "LABELS": (
            "(the )?<labels> (genre|label|tag)s?",
            "<labels>",
            "(the |its )?genres? <labels>",
        ),
        "SAID": ("(named|mentioned|asked about|brought up|gave as an example)",),
        "NAMED": (
            "<title>",
            "<title>,? (which|that) you {SAID}",
            "<title>,? your example",
            "your example,? <title>",
        ),
    },
)
