"""What sentences about similar users mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.slots import FLAG, SHARE, STARS, exactly, holds, share, stars

if TYPE_CHECKING:
    from recsys_rag.facts.neighbors import NeighborsFact


def _slots(fact: "NeighborsFact") -> Mapping[str, Check]:
    asked = exactly(fact.n_neighbors)
    if not fact.n_raters:
        return {"choosing": share(fact.n_liked, fact.n_neighbors), "asked": asked, "most": holds}
    of = share(fact.n_liked, fact.n_raters)
    return {
        "split" if fact.is_split else "most": holds,
        "of": of,
        "all_of": of,
        "m": exactly(fact.n_raters),
        "everyone": share(fact.everyone_percent, 100),
        "more": holds if fact.n_liked * 100 > fact.everyone_percent * fact.n_raters else _no,
        "stars": stars(fact.liked_rating, fact.top_rating, fact.rating_step),
        "polled": asked,
    }


def _no(text: str) -> bool:
    return False


READING = Reading(
    _slots,
    shapes={
        "of": SHARE,
        "all_of": "(all|both|every one|each)",
        "choosing": SHARE,
        "stars": STARS,
        "everyone": "{HOW}? {AMOUNT}",
        **dict.fromkeys(("most", "split", "more"), FLAG),
    },
    clauses=(
        "{OF_THEM} {GAVE_IT}{AGAINST}",
        "{OF_THEM} {GAVE_IT},? (and|while) <everyone> of {EVERYONE} did( so| the same| too)?",
        "{OF_THEM} {GAVE_IT},? while (the (share|figure) )?(among|for|of|across) {EVERYONE}( it)? (is|was|stands at) <everyone>",
        "<more>{OF_THEM} {GAVE_IT},? (a|which is a) {HIGHER} (share|rate|proportion|percentage|figure|fraction) than (the )?<everyone> (of|among|for|across) {EVERYONE}( who did)?",
        "<more>{OF_THEM} {GAVE_IT},? ({HIGHER}|above|ahead of|more) (than )?(the )?<everyone> (of|among|for|across) {EVERYONE}( who did)?",
        "(the )?<m> {NEAR} {WHO_RATED},? <of>( of them)? {GAVE_IT}{AGAINST}",
        "{OF} (the |your )?<m> {NEAR},? {WHO_RATED},? <of>( of them)? {GAVE_IT}{AGAINST}",
        "among (the |your )?<m> {NEAR},? {WHO_RATED},? <of>( of them)? {GAVE_IT}{AGAINST}",
        "{OF} (the |your )?<m> {NEAR},? {WHO_RATED},? <of>( of them)? {GAVE_IT}",
        "{OF} (the |your )?{NEAR},? {WHO_RATED},? <of>( of them)? {GAVE_IT}",
        "among (the |your )?(<m> )?{NEAR},? {WHO_RATED},? <of>( of them)? {GAVE_IT}",
        "among (the |your )?{NEAR},? <of> {OF} (the )?<m>( {WHO_RATED})? {GAVE_IT}",
        "among (the |your )?{NEAR},? <all_of>( the)? <m> {WHO_RATED} {GAVE_IT}",
        "out of <m> (raters|ratings|people) {ALIKE_BEHIND},? <of> {GAVE_IT}",
        "(the |your )?{NEAR} {GAVE_IT} (in )?<of> (of|out of) (the )?<m> "
        "(cases|ratings|instances|times)",
        "(the |your )?{NEAR} {GAVE_IT} <of> (times )?out of <m>",
        "<m> of your <polled> {NEIGHBORS} {RATED_IT},? (and )?<of> of them (at|with) <stars>",
        "<m> of (the|your) <polled> {NEAR} {RATED_IT},? (and )?<of> of (them|those) {GAVE_IT}",
        "of <its> <m> ratings (by|from) (those |the )?{NEAR},? <of> (were|are) <stars>",
        "<of> of <its> <m> ratings (by|from) (those |the )?{NEAR} (were|are) <stars>",
        "ask (the |your )?{NEAR}: <of> {OF} (the )?<m> {WHO_RATED} {GAVE_IT}",
        "ask (the |your )?{NEAR}: <all_of> <m> {WHO_RATED} {GAVE_IT}",
        "<most><it> has {NEAR} behind it,? {WITH_STARS}",
        "<most>(the |your )?{NEAR} (rate <it> well|like <it>|liked <it>|think well of <it>)(,|:| "
        "-) ({WITH_STARS}|{SO_MANY})",
        "<most>most (of the )?{NEAR} {GAVE_IT}(,|:| -) <of> {OF} (the )?<m>( {WHO_RATED})?",
        "<split>(be warned( that|:) |note that )?(the |your )?{NEAR} are (split|divided)( "
        "(on|about|over) <it>)?(,|:| -) ({WITH_STARS}|{SO_MANY})",
        "<split>(on|about|over) <it>,? (the |your )?{NEAR} are (split|divided)(,|:| -) "
        "({WITH_STARS}|{SO_MANY})",
        "<split>opinions (of|among) (the |your )?{NEAR} (on <it> )?are (split|divided)(,|:| -) "
        "({WITH_STARS}|{SO_MANY})",
        "(the |your )?{NEAR} (have )?rated <it>,? and <of> of (the )?<m> {GAVE_IT}",
        "when (the |your )?{NEAR} rated <it>,? <of> of (the )?<m> {GAVE_IT}",
        "when (the |your )?{NEAR} rated <it>,? <all_of> <m> {GAVE_IT}",
        "{NEAR} agree (on|about) <it>(:|, and) <all_of> <m> {WHO_RATED} {GAVE_IT}",
        "<most><it> was a hit with <of> of (the |your )?<m> {NEAR} {WHO_RATED}: they {GAVE_IT}",
        # where people only choose
        "{OF} (the |your )?<asked> {NEAR},? <choosing>( of them)? chose <it>",
        "among (the |your )?<asked> {NEAR},? <choosing>( of them)? chose <it>",
        "{CHOOSERS} (chose|picked|went for|have chosen) <it>",
        "ask (the |your )?<asked> {NEAR}: <choosing> of them chose <it>",
        "<most><it> has {NEAR} behind it,? chosen by <choosing> of (the )?<asked>",
        "(the |your )?{NEAR} know <it>,? and <choosing> of (the )?<asked> chose it",
        "<most>most {NEAR} (chose|picked) <it>(,|:| -) <choosing> {OF} (the )?<asked>",
    ),
    predicates=(
        "(was|is|has been) (rated|given|awarded|scored|graded) <stars> by {OF_THEM}",
        "{GOT} <stars> (from|with|by) {OF_THEM}",
        "(was|is|has been) liked by {OF_THEM}",
        "(was|is|has been) (chosen|picked) by {CHOOSERS}",
        "is the choice of {CHOOSERS}",
    ),
    modifiers=(
        "(rated|given|awarded|scored) <stars> by {OF_THEM}",
        "with <stars> from {OF_THEM}",
        "liked by {OF_THEM}",
        "(chosen|picked) by {CHOOSERS}",
    ),
    parts={
        "OF_THEM": (
            "<of> {OF} (the |your |those )?<m> {NEAR},? {WHO_RATED},?",
            "<of> {OF} (the |your |those )?{NEAR},? {WHO_RATED},?",
            "<of> {OF} (the |those )?<m> {ALIKE}",
            "<all_of>( of)?( the| your| those)? <m>( of the)? {NEAR},? {WHO_RATED},?",
        ),
        "CHOOSERS": ("<choosing> {OF} (the |your )?<asked> {NEAR}",),
        "GAVE_IT": (
            "{GAVE} <it> <stars>( stars)?( {OF} 5)?",
            "rated <it> (at )?(a )?<stars>( stars)?",
            "(gave it|rated it) a rating of <stars>",
            "{GAVE} <it> (a )?<stars> (rating|score|mark)s?",
            "{GAVE} <it> (a score of|scores of|ratings of|marks of) <stars>",
 "{GAVE} <stars> to <it>",
            "liked <it>",
        ),
        "HIGHER": ("(slightly |somewhat |clearly |well |noticeably |notably )?(higher|larger|bigger|better|greater|stronger)",),
        "AGAINST": (
            "",
            ",? (against|compared (with|to)|versus|vs .?|as against|as opposed to|next to|set against|where|beside|over) (about )?(the )?(share of )?<everyone> ((of|among|for|across|from|by) {EVERYONE}( who did)?|overall|in general)",
            " \\(<everyone> ((of|among|for|across) {EVERYONE}( did)?|overall)\\)",
        ),
        "EVERYONE": (
            "(all|everyone|everybody|all of those|all those|all {PEOPLE}|all the {PEOPLE}|the {PEOPLE}) who (have )?rated <it>",
            "(all|all its|all the|all of its) (raters|viewers|ratings|users|members)",
            "(raters|viewers|users|people|ratings) (overall|in general|as a whole|at large)",
            "(everyone|everybody|everyone else|all who rated|everyone who rated|all who did)",
            "the (whole|wider|general|full|entire) (audience|crowd|group|public|rating public)",
        ),
        "WITH_STARS": ("with <stars> from <of> {OF} (the )?<m>( {WHO_RATED})?",),
        "SO_MANY": ("<of> {OF} (the )?<m>( {WHO_RATED})? {GAVE_IT}",),
        "RATED_IT": ("(have )?(rated|scored|graded) <it>",),
        "WHO_RATED": (
            "(who|that) (have |also )?(rated|scored|graded) <it>",
            "(who|that) gave <it> a rating",
            "(who|that) (rated|have rated) (this one|this film)",
        ),
        "NEAR": ("{ALIKE}", "{LIKE_YOU}", "{NEIGHBORS}"),
        # some people, without saying that they are all of them
        "ALIKE": (
            "(similar|like-minded|kindred|likeminded) {PEOPLE}",
            "(closest|nearest) (matches|match|taste matches)( to you)?",
            "(closest|nearest) {PEOPLE} (to you|in taste)",
            "taste matches",
            "taste twins",
            "{PEOPLE} who rate (films )?(much |most |the way |a lot )?(like|as) you( do)?",
            "{PEOPLE} (whose ratings|whose tastes?) (best |most closely |closely |most )?(match|matches|agree with|agrees with|track|tracks|mirror|mirrors|resemble|resembles|align with|aligns with|follow|follows) (yours|your own)",
            "{PEOPLE} who (share your tastes?|rate most like you|think most like you|rate films most like you|rate the way you do|rate like you|rate most like you do|most share your taste|agree with you most|most resemble you|resemble you most)",
            "{PEOPLE} {ALIKE_BEHIND}",
            "{PEOPLE} who share your tastes?",
        ),
        "ALIKE_BEHIND": (
            "with (a )?(similar|kindred|comparable) tastes?",
            "of (a )?similar tastes?",
            "with (a )?tastes? (like|similar to|close to) yours",
            "whose tastes? (is|are) (similar to|close to) yours",
        ),
        "LIKE_YOU": (
            "{PEOPLE} (most )?(like|similar to) you( in taste)?",
            "{PEOPLE} (closest|nearest|close|near) to you( in taste)?",
            "{PEOPLE} with (a )?tastes? {CLOSE} yours",
            "{PEOPLE} with the {CLOSE_ADJECTIVE} tastes?( to yours)?",
            "{PEOPLE} whose (tastes?|ratings|choices) (is|are) {CLOSE} yours",
            "(those )?{CLOSE} you( in taste)?",
            "most similar {PEOPLE}",
            "({PEOPLE}|those) who rate (films )?(most )?(as|like) you do",
            "{PEOPLE} whose (tastes?|ratings) (most )?(resembles?|matches|match) yours",
        ),
        "CLOSE": ("(closest|nearest|close|most similar|similar|most alike) to", "(most )?like"),
        "CLOSE_ADJECTIVE": ("(closest|nearest|most similar)",),
        "NEIGHBORS": (
            "(closest|nearest|your) neighbors( of yours)?( in taste)?",
            "neighbors( of yours)? in taste",
            "taste neighbors",
        ),
    },
)
