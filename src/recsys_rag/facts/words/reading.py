"""What sentences about what was asked for mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.slots import A_GENRE, DECADE, GENRE, GENRES, LABELS, NAMES, YEAR, exactly, lists

if TYPE_CHECKING:
    from recsys_rag.facts.words import WordsFact


def _slots(fact: "WordsFact") -> Mapping[str, Check]:
    slots = {
        fact.asked: lambda text: True,
        "genres": lists(fact.genres),
        "genre": lists(fact.genres),
        "many": lists(fact.genres),
        "labels": lists(fact.genres),
        "people": lists(fact.people),
        "its_genres": lists(fact.genres),
    }
    if fact.years is not None:
        first, last = fact.years
        if first == last:
            slots |= {"year": exactly(first), "its_year": exactly(first)}
        elif first % 10 == 0 and last - first == 9:
            slots |= {"decade": exactly(f"{first}s"), "its_decade": exactly(f"{first}s")}
        else:
            slots |= {"first": exactly(first), "last": exactly(last)}
    return slots


READING = Reading(
    _slots,
    shapes={
        "words": "@flag",
        "profile": "@flag",
        "genres": A_GENRE,
        "genre": GENRE,
        "many": GENRES,
        "labels": LABELS,
        "people": NAMES,
        "decade": DECADE,
        **dict.fromkeys(("year", "first", "last"), YEAR),
    },
    clauses=(
        "<words>you asked for it: <it> is {WHAT}",
        "<words>in <it> you get {WHAT},? {AS_ASKED}",
        "<words>by your own words you want {WHAT},? and <it> is one",
        "<words>going by what you wrote,? <it> fits: it is {WHAT}",
        "<words>true to your words,? <it> is {WHAT}",
        "<words>here is {WHAT},? {AS_ASKED}: <it>",
        "<words>what you asked for is what <it> is: {WHAT}",
        "<words>{AS_ASKED},? <it> is {WHAT}",
        "<words>you {ASKED} {ANY},? (and|so) ({ONE}|<it> {IS_IT}( too)?|<it> is {WHAT}|that is what <it> is|that is what you get|{DELIVERS_IT})",
        "<words>you {ASKED} {ANY}(:|;) ({ONE}|<it> {IS_IT}|that is what <it> is)",
        "<words>the (<genre>|<labels>)( <genre>)? (that )?you {ASKED}: <it>",
        "<words>(since|as|because|given that|if|when) you {ASKED} {ANY},? (here is <it>|{ONE}|<it> (fits|is {WHAT}|{SUITS_YOU}|{IS_IT}))",
        "<words><it> is {HERE_FOR} (because|since|as) you {ASKED} {ANY}",
        "<words>here is (the|that) <genre> (that )?you {ASKED}",
        "<words>your (request|wish|words|query|search) (for|asking for) {ANY} (is|finds|found|led to|leads to|points to|brings up|brought up|gets) (<it>|a match in <it>|an answer in <it>|met by <it>|answered by <it>|answered here)",
        "<words>for your <genre> (request|wish),? (here is|consider|try) <it>",
        "<profile>you named <labels> (as|among|in) (your|the) tastes?,? and <it> is {WHAT}",
        "<profile>(since|as|given that|because) you (like|named|said you like|described a taste for|stated a taste for|listed) {ANY},? <it> {SUITS_YOU}",
        "<profile>(as )?(you|your profile|your stated taste) (like|likes|mentions|mention|includes|lists|listed|named|names|runs to|leans to|leans toward|covers|calls for) {ANY},? (and|which) (<it> is (one|{WHAT})|<it> {SUITS_YOU}|<it> (fits|delivers|has it))",
        "<words><it> gives you {WHAT},? {AS_ASKED}",
        "<words>you {ASKED} {WHAT},? and {ONE}",
        "<words>you {ASKED} {WHAT}(:|;) {ONE}",
        "<words>(since|as|because) you {ASKED} {WHAT},? here is <it>",
        "<profile>going by {TASTE},? <it> fits: it is {WHAT}",
        "<profile>in <it> you get {WHAT},? in line with {TASTE}",
        "<profile>true to {TASTE},? <it> is {WHAT}",
        "<profile>here is {WHAT} for {TASTE}: <it>",
        "<profile>you named your taste,? and <it> suits it as {WHAT}",
        "<profile>to suit {TASTE},? <it> is {WHAT}",
        "<profile>as {WHAT},? <it> {SUITS} {TASTE}",
        "<profile><it> {SUITS} {TASTE}(,? being|,? as|: it is) {WHAT}",
        "<profile><it> gives you {WHAT},? in line with {TASTE}",
    ),
    predicates=(
        "<words>{SUITS} {WISH} (for|of) {ANY}",
        "<words>{SUITS} your <genre> (request|wish|search|query)",
        "<words>(delivers|offers|gives you|provides|brings|supplies|serves up|is|has) (the|that|just the|exactly the|your|some|a bit of) (<genre>|<labels>|<labels> (element|side|angle|part))( (that )?you {ASKED})",
        "<words>(is|counts as|qualifies as) {WHAT},? {AS_ASKED}",
        "<words>(answers|meets|fits|matches|covers|satisfies|ticks|checks) (the|your) (<labels>|<genre>) (part|side|half|element|box|portion|bit) of (your|the) (request|wish|query|search)",
        "<profile>{SUITS} {TASTE} (for|in) {ANY}",
        "<profile>{SUITS} the (<labels>|<genre>) (part|side|half|element) of {TASTE}",
        "<profile>(delivers|offers|gives you|provides|brings|has) the (<genre>|<labels>) (that )?(you (named|described|mentioned|like|listed|said you like)|{TASTE} (calls for|mentions|asks for))",
        "<words>is {WHAT},? {AS_ASKED}",
        "<words>{SUITS} {WISH} for {WHAT}",
        "<words>{SUITS} {WISH}(,? being|,? as|: it is) {WHAT}",
        "<words>is {WHAT},? (which|and that) ({SUITS} {WISH}|is {WHAT_ASKED})",
        "<words>is {WHAT_ASKED}: {WHAT}",
        "<profile>is {WHAT},? (which|and that) {SUITS} {TASTE}",
        "<profile>is {WHAT},? in line with {TASTE}",
    ),
    modifiers=("<words>{WHAT},? {AS_ASKED}", "<profile>{WHAT},? in line with {TASTE}"),
    parts={
        "ANY": (
            "{WHAT}",
            "(a |an |some |something )?<labels>{SPAN}",
            "<many>{SPAN}",
            "<genre>{SPAN}",
            "something (from|in|of) the <decade>",
            "(films|something) from the <decade>",
        ),
        "IS_IT": ("(fits|qualifies|delivers|is (one|it|that|just that)|fits the bill|does the job|obliges|answers|fits that|matches|meets that|is a match)",),
        "DELIVERS_IT": ("<it> (delivers|provides|gives you|offers|is) (one|it|that|just that|exactly that|the (<genre>|<labels>))",),
        "HERE_FOR": ("(here|on your list|suggested|recommended|on the list)",),
        "WHAT": (
            "{KIND}{SPAN}{CREDITS}",
            "a film{SPAN_SAID}{CREDITS}",
            "a film{SPAN}{CREDITS_SAID}",
        ),
        "KIND": ("<genres>", "a film listed under <labels>"),
        "SPAN_SAID": (" (from|of) the <decade>", " (from|of) <year>", " from <first> to <last>"),
        "SPAN": ("", "{SPAN_SAID}"),
        "CREDITS_SAID": (" with <people>( in the (credits|cast))?", " by <people>"),
        "CREDITS": ("", "{CREDITS_SAID}"),
        "ASKED": ("(asked for|wanted|requested|wished for|were looking for|are looking for)",),
        "AS_ASKED": (
            "(just |exactly )?(as|like|what|which is what|as per what) (you )?(asked for|asked|wanted|requested|wished|requested|ordered|had asked|specified)",
            "per your (request|wish|words)",
            "(which is|that is) (just |exactly )?what you {ASKED}",
            "to match your (request|wish|words)",
            "in (answer|response) to your (request|words|query)",
        ),
        "WHAT_ASKED": ("(just |exactly )?what you {ASKED}",),
        "ONE": (
            "<it> is (one|just that|exactly that|one of those|such a film)",
            "here is one",
            "this is one",
        ),
        "SUITS": ("(fits|matches|meets|answers|suits|is in line with|goes with)",),
        "WISH": ("your (request|wish|words|query)",),
        "TASTE": (
            "(the|your) taste( (that )?you (named|described|stated|gave))?",
            "your (stated|named) taste",
        ),
    },
)
