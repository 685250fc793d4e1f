"""What sentences about what was asked for mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.slots import A_GENRE, DECADE, LABELS, NAMES, YEAR, exactly, lists

if TYPE_CHECKING:
    from recsys_rag.facts.words import WordsFact


def _slots(fact: "WordsFact") -> Mapping[str, Check]:
    slots = {
        fact.asked: lambda text: True,
        "genres": lists(fact.genres),
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
            "(just |exactly )?(as|like|what) you (asked for|asked|wanted|requested|wished)",
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
