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
    frames=(
        "{THIS_ITEM} (shares|has|has in common|stays with|keeps to|offers|brings)"
        "( (the|its|a|some))? {TRAIT_IN_COMMON}( in common)? (with|of|in common with) {NAMED_FILM}",
        "{NAMED_FILM} (shares|has)( (the|its|a|some))? {TRAIT_IN_COMMON}( in common)? with "
        "{THIS_ITEM}",
        "{TRAIT_IN_COMMON} (is|are|was) (something|what|a genre|the genre|a trait|one thing|the "
        "thing|common ground|the common ground|the common thread|what links) ?(that )?({THIS_ITEM} "
        "(has in common with|shares with)|(links|connects|ties|joins) {THIS_ITEM} (to|with)) "
        "{NAMED_FILM}",
        "{TRAIT_IN_COMMON} (links|connects|ties|joins|unites|runs through both) {THIS_ITEM} "
        "(to|with|and) {NAMED_FILM}",
        "what {THIS_ITEM} (shares|has in common) with {NAMED_FILM} is {TRAIT_IN_COMMON}",
        "(just |much )?like {NAMED_FILM},? {THIS_ITEM} {IS_KIN}",
        "{THIS_ITEM} {IS_KIN},? (just )?(like|as is|as was|and so is|and so was|as with) "
        "{NAMED_FILM}",
        "{NAMED_FILM} {IS_KIN},? (and|as)( so)?,?( in part| among other "
        "things)?,? (is|does|has|was),?( in part| among other things)?,? {THIS_ITEM}( as well)?",
        "{NAMED_FILM} {IS_KIN},? and {THIS_ITEM} (is|does|has|was|is one|is another|{IS_KIN})"
        "( as well)?",
        "{NAMED_FILM} and {THIS_ITEM} (share|have|are)( both| each)? ({TRAIT_IN_COMMON}( in "
        "common)?|<many>)",
        "{THIS_ITEM} and {NAMED_FILM} (share|have|are)( both| each)? ({TRAIT_IN_COMMON}( in "
        "common)?|<many>)",
        "you {SAID} <title>,? (and|which) ({THIS_ITEM} {IS_KIN}|{IS_KIN},? (and|as) (so )?is "
        "{THIS_ITEM})( as well)?",
        "you {SAID} <title>,? and what {THIS_ITEM} (has in common|shares) with (it|that one|that "
        "film) is {TRAIT_IN_COMMON}",
        "you {SAID} <title>,? and {THIS_ITEM} {IS_KIN} (like|just like|as is) (it|that one|that)",
        "you {SAID} <title>,? and {THIS_ITEM} (shares|has)( in common)? {TRAIT_IN_COMMON}( in "
        "common)? with (it|that one|that film)",
        "(since|as|because|given that) you {SAID} <title>,? {THIS_ITEM} {IS_KIN}( as well)?",
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
        "TRAIT_IN_COMMON": (
            "(the )?<labels>( (genre|element|side|part|strand|elements))?",
            "(a|the|its)? ?(genre|label)s? (of )?<labels>",
            "(a|the|its) (touch|dose|share|bit|streak|vein|side|element|part) of <labels>",
        ),
        "IS_KIN": (
            "(is|was|counts as|ranks as|qualifies as|falls under|comes under|is listed as|is filed "
            "under|is classed as|is counted as|is listed under|is in part|is partly)( both)? "
            "(<kin>|<labels>)",
        ),
        "NAMED_FILM": (
            "{NAMED},?",
            "<title>,? (which|that|a film|the film|one|the one|a film that)?( you|you)( have)? "
            "{SAID}( yourself)?,?",
            "(a|the) film (that )?you {SAID},? <title>,?",
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
