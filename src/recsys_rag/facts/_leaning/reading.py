"""How sentences speak of a leaning: the share among what the person liked, and in the catalog.

Genre, decade and person say `{MANY}` ("crime films"), `{ARE}` ("are crime films"), `{IS}` ("is a
crime film") and `{NOUN}` ("crime film") in their own words; what may be said with them is here.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check
from recsys_rag.verify.slots import ABOUT_NUMBER, FEEDBACK, SHARE, about, exactly, share

if TYPE_CHECKING:
    from recsys_rag.facts._leaning import Leaning

SHAPES = {"of": SHARE, "all_of": "(all|both|every one)", "feedback": FEEDBACK, "q": ABOUT_NUMBER}
# "9 of the 14 films you liked", in all its forms
LIKED = {
    "YOU_LIKED": ("(that |which )?you( have)? <feedback>",),
    "FILMS": ("films {YOU_LIKED}", "ones {YOU_LIKED}"),
    "OF_LIKED": (
        "<of> {OF} (the |those |your )?<m> {FILMS}",
        "<of> {OF} (the |those )?{FILMS}",
        "<of> {OF} (those|what|all) {YOU_LIKED}",
        "<all_of>( of)?( the| those)? <m>( of the)? {FILMS}",
        "<of> (the )?{FILMS}",
        "<of> {OF} your (<m> )?<feedback> films",
    ),
}
PARTS = {
    **LIKED,
    "AGAINST": (
        "",
        ",? {VERSUS} <q> %( (of|in|across) {CATALOG})?",
        ",? and <q> % (of|in|across) {CATALOG}",
        " \\({VERSUS} <q> %( (of|in|across) {CATALOG})?\\)",
    ),
    "AND_OF_ALL": ("", ", <q> % (of|in) {CATALOG}"),
    "VERSUS": ("(against|compared (to|with)|versus|vs|but|while)",),
    "CATALOG": ("(the|our) (whole |entire |full )?catalog( as a whole)?", "all films"),
    "LEAN": (
        "you (lean|are leaning|incline) (toward|towards|to)",
        "you (tend to |often )?(like|go for|favor)",
        "you (have|show) (a|some) (soft spot|taste|liking|fondness|leaning|preference) "
        "(for|toward)",
        "you (are|seem|appear) (drawn|partial) to",
        "your (taste|history|liking|record) (leans|runs|inclines) (toward|towards|to)",
    ),
    "AND_IT": (
        "",
        ",? (as is|and so is|as does|and so does|as was|and so was|as has|and so has) <it>",
        ",? and (<it>|this) is (one|another|one more)( of them| one| such film)?( too)?",
        ",? and <it> (joins|belongs with) them",
        ",? and here is (one more|another)",
    ),
    "THEY": ("they", "those", "these", "such films"),
}
CLAUSES = (
    "{OF_LIKED} {ARE}{AGAINST}{AND_IT}",
    "{OF} (the )?{FILMS},? <of>( {OF} (the )?<m>)?( of them)? {ARE}{AGAINST}{AND_IT}",
    "among (the )?{FILMS},? <of>( {OF} (the )?<m>)?( of them)? {ARE}{AGAINST}{AND_IT}",
    "among (the )?(<m> )?{FILMS} (are|there are|you will find) <of> {MANY}{AND_IT}",
    "{MANY} (make up|are|account for|form|represent|amount to|come to) {OF_LIKED}{AGAINST}{AND_IT}",
    "{THEM} (makes up|accounts for|is a genre of|forms|represents) {OF_LIKED}{AGAINST}{AND_IT}",
    "you( have)? <feedback> <n> {MANY}(,? {OF} (the )?<m> films( in all)?)?{AND_IT}",
    "{LEAN} {MANY}(,|:| -) {OF_LIKED}( {ARE})?{AGAINST}{AND_IT}",
    "{LEAN} {MANY}(,|:| -) {THEY} (make up|are|account for) {OF_LIKED}{AGAINST}{AND_IT}",
    "{LEAN} {MANY},? with {OF_LIKED}( {ARE})?{AGAINST}{AND_IT}",
    "{LEAN} {MANY}( like this one)?,? with {OF_LIKED}{AGAINST}{AND_IT}",
    "{LEAN} {MANY} \\({OF_LIKED}{AND_OF_ALL}{AGAINST}\\){AND_IT}",
    "{LEAN} {MANY} more than the catalog (would suggest|does):? {OF_LIKED}{AGAINST}",
    "{LEAN} {MANY},? {OF_LIKED}{AGAINST}{AND_IT}",
    "(as|since|because|given that|seeing that) {OF_LIKED} {ARE},? this {NOUN} fits( in)?",
    "(as|since|because|given that|seeing that) {OF_LIKED} {ARE}{AGAINST},? <it> is on familiar "
    "ground",
    "(as|since|because|given that|seeing that) {OF_LIKED} {ARE}{AGAINST},? <it> fits (in|your "
    "taste)",
    "(just )?like {OF_LIKED},? <it> {IS}",
    "look at {OF_LIKED}: {THEY} {ARE}, and so (is|does) <it>",
    "<it> is another {NOUN} for you(:|,| -) {OF_LIKED} {ARE}{AGAINST}",
    "<it> is one more {NOUN} (for you|to you)(:|,| -) {OF_LIKED} {ARE}{AGAINST}",
    "<it> belongs to a genre (that )?you like(:|,| -) {OF_LIKED} {ARE}{AGAINST}",
)
PREDICATES = (
    "{IS},? {LIKE} {OF_LIKED}{AGAINST}",
    "{IS},? (just )?{AS} {OF_LIKED}{AGAINST}",
    "{IS}, and (so are|so do|so were) {OF_LIKED}{AGAINST}",
    "{IS}, and {OF_LIKED} {ARE}( too)?{AGAINST}",
    "{IS}, (a (genre|kind|decade) )?(that|which) (makes up|accounts for) {OF_LIKED}{AGAINST}",
    "{IS}, a (genre|kind|decade) (that |which )?you like(:|,) {OF_LIKED}{AGAINST}",
    "stays (with|in) {MANY}, (which are|the source of) {OF_LIKED}{AGAINST}",
    "joins (the )?{MANY}, which are {OF_LIKED}{AGAINST}",
    "is in line with {OF_LIKED}{AGAINST}",
)
MODIFIERS = (
    "{A_NOUN},? {LIKE} {OF_LIKED}",
    "like {OF_LIKED}, {A_NOUN}",
    "{A_NOUN},? {AS} {OF_LIKED}{AGAINST}",
)
SHARED_PARTS = {**PARTS, "LIKE": ("(just |much )?like", "in line with", "(the )?same as")}


def leaning_slots(fact: "Leaning") -> Mapping[str, Check]:
    n, m = fact.n_liked, fact.n_history
    return {
        "of": share(n, m),
        "all_of": share(n, m),
        "n": exactly(n),
        "m": exactly(m),
        "q": about(fact.catalog_percent),
        "feedback": exactly(fact.feedback),
    }
