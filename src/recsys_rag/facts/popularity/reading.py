"""What sentences about the ratings of all people mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.slots import ABOUT_DECIMAL, COUNT, RATING, about, count, exactly

if TYPE_CHECKING:
    from recsys_rag.facts.popularity import PopularityFact


def _slots(fact: "PopularityFact") -> Mapping[str, Check]:
    if fact.mean_rating is None:
        return {"choices": count(fact.n_ratings)}
    return {
        "count": count(fact.n_ratings),
        "mean": about(f"{fact.mean_rating:.1f}"),
        "top": exactly(f"{fact.top_rating:g}"),
    }


READING = Reading(
    _slots,
    shapes={"count": COUNT, "choices": COUNT, "mean": ABOUT_DECIMAL, "top": RATING},
    clauses=(
        "the {RATINGS} of <it> average {MEAN}",
        "<its> {RATINGS} (average|come to|average out at) {MEAN}( on average)?",
        "<its> {RATERS} {GAVE} (it|this film) {MEAN} on average",
        "<its> {RATERS} {GAVE} (it|this film) an average of {MEAN}",
        "on average,? {RATERS} {GAVE} <it> {MEAN}",
        "on average,? <it> {GOT} {MEAN} {OVER}",
        "on average,? <it> {GOT} {MEAN}",
        "on average,? <its> {RATERS} {GAVE} (it|this film) {MEAN}",
        "{OVER} <it> averages {MEAN}",
        "{OVER_ALL},? <it> (averages|stands at|scores|comes to) {MEAN}( on average)?",
        "with {RATINGS},? <it> (stands at|averages) {MEAN}",
        "rated by {RATERS},? <it> averages {MEAN}",
        "among those who rated <it>,? <count> in all,? the average is {MEAN}",
        "among <its> {RATERS},? the average is {MEAN}",
        "{RATERS} (have )?rated <it>(, with {AVERAGE} {MEAN}|, giving it {MEAN} on average)?",
        "{RATERS} {GIVE_OR_GAVE} <it> {AVERAGE} {MEAN}",
        "{RATERS} {GIVE_OR_GAVE} <it> {MEAN}(,| \\()? ?on average\\)?",
        "(other )?{PEOPLE} {GIVE_OR_GAVE} <it> {MEAN} on average",
        "(other )?{PEOPLE} {GIVE_OR_GAVE} <it> {AVERAGE} {MEAN}",
        "on average,? (other )?{PEOPLE} {GIVE_OR_GAVE} <it> {MEAN}",
        "<its> {MEAN_NOUN}(,? {OVER},?)? is {MEAN}( {OVER})?",
        "{THE} {MEAN_NOUN} (of|for) <it>(,? {OVER},?)? is {MEAN}(,? {OVER})?",
        "{THE} {MEAN_NOUN} is {MEAN}(,? {OVER})?",
        "{THE} {MEAN_NOUN} of <its> {RATINGS} is {MEAN}",
        "there are {RATINGS} of <it>,? averaging {MEAN}",
        "<it> (was|has been) rated by {RATERS}(,| and) {PRONOUN} averages {MEAN}",
        # where people only choose
        "(in all,? |so far,? |altogether,? )?<choices> {PEOPLE} (have )?(chose|chosen|picked) <it>",
        "there are <choices> {PEOPLE} who (chose|picked) <it>",
        "count those who chose <it>: <choices> {PEOPLE}",
    ),
    predicates=(
        "(averages|stands at|averages out at|has averaged) {MEAN}( {OVER})?",
        "stands at {MEAN} after {RATINGS}",
        "{HAVING} {AVERAGE} {MEAN}( {OVER})?",
        "(is|was|has been) rated {MEAN} on average( by (its )?{RATERS})?",
        "(was|has been) rated by {RATERS}(,? (with {AVERAGE}|who gave it|averaging|at an average "
        "of) {MEAN}( on average)?)?",
        "has {RATINGS}(,? (with|and|for) {AVERAGE} {MEAN}|,? {MEAN} on average|,? averaging "
        "{MEAN})?",
        "{GOT} {MEAN} on average( {OVER})?",
        "{GOT} {AVERAGE} {MEAN}( {OVER})?",
        "scores {MEAN} on average( {OVER})?",
        "(was|has been) (chosen|picked) by <choices> {PEOPLE}",
        "is the choice of <choices> {PEOPLE}",
    ),
    modifiers=(
        "with {AVERAGE} {MEAN}( {OVER})?",
        "averaging {MEAN}( {OVER})?",
        "rated {MEAN} on average( by {RATERS})?",
        "rated by {RATERS}",
        "with {RATINGS}",
        "(chosen|picked) by <choices> {PEOPLE}",
    ),
    parts={
        "MEAN": ("<mean>( stars)?( {OUT_OF} <top>)?",),
        "OUT_OF": ("(of|out of|/)",),
        "PRONOUN": ("it",),
        "THE": ("(the|its|our)",),
        "RATERS": ("(its |the |all )?<count> {PEOPLE}", "(its )?<count> of them"),
        "RATINGS": ("(its |all |all its )?<count> ratings",),
        "OVER_ALL": ("(over|across|from|with|after|on the basis of|based on) {RATINGS}",),
        "OVER": (
            "(over|across|from|by|after|among|based on|in|with) {RATINGS}",
            "(over|across|from|by|among|with) (all )?(of )?(its )?{RATERS}",
        ),
        "GIVE_OR_GAVE": ("{GAVE}", "{GIVE}", "(rating|ratings)"),
        "MEAN_NOUN": ("(overall )?(average|mean)( rating| score)?",),
        "AVERAGE": ("(an? )?(overall )?(average|mean)( rating| score)? of",),
    },
)
