"""What sentences about a leaning toward a director or an actor mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.facts._leaning.reading import CLAUSES, FRAMES, MODIFIERS, PREDICATES, SHARED_PARTS
from recsys_rag.verify.names import as_shown
from recsys_rag.verify.slots import FEEDBACK, NAME, SHARE, exactly, holds, share

if TYPE_CHECKING:
    from recsys_rag.facts.person import PersonFact


def _slots(fact: "PersonFact") -> Mapping[str, Check]:
    of, is_it = share(fact.n_liked, fact.n_history), exactly(as_shown(fact.person))
    role = "director" if fact.role == "director" else "actor"
    return {
        "of": of,
        "all_of": of,
        "n": exactly(fact.n_liked),
        "m": exactly(fact.n_history),
        "x": exactly(fact.n_theirs),
        "n_catalog": exactly(fact.n_catalog),
        "of_x": share(fact.n_liked, fact.n_theirs),
        "feedback": exactly(fact.feedback),
        role: is_it,
        f"its_{role}s": is_it,
        f"is_{role}": holds,
    }


READING = Reading(
    _slots,
    shapes={
        "of": SHARE,
        "of_x": SHARE,
        "all_of": "(all|both|every one|every|each)",
        "feedback": FEEDBACK,
        "director": NAME,
        "actor": NAME,
    },
    clauses=(
        *(wording for wording in CLAUSES if "<q>" not in wording),  # no share of the catalog
        "<director>( has| also)? directed {OF_LIKED},? (and <it>( too)?|as well as <it>)",
        "<director>,? who( also)? directed {OF_LIKED},?( also)? directed <it>",
        "<director>,? who( also)? directed <it>,?( also)? directed {OF_LIKED}",
        "you know ((its|the) director,? )?<director>,? {WHO_DID},? (from|by) {OF_LIKED}",
        "you know <director>,? who directed {OF_LIKED} as well as <it>",
        "you know ((its|the) director,? )?<director>,? from {OF_LIKED}(,? and <it> is another)?",
        "you know <actor>,?( who is in <it>,?)? from {OF_LIKED}(,? and <it> is another)?",
        "look who directed (the )?{FILMS}: <n> {OF} <m> are by <director>, as is <it>",
        "look who is in (the )?{FILMS}: <n> {OF} <m> have <actor> in the cast, as has <it>",
        "(with|in) <it>,? you (would )?stay with <director>,? who directed {OF_LIKED}",
        "<it> stays with <director>,? who directed {OF_LIKED}",
        "behind <it> is <director>,? who directed {OF_LIKED}",
        "<director> has directed <x> films of the catalog,? you <feedback> <n>,? and <it> is "
        "another",
        "you( have)? <feedback> <of_x> (of the <x> |other )?films {OF_WHOM}{IN_CATALOG},? and "
        "{IT_HAS_TOO}",
        "you( have)? <feedback> <of_x> (of the <x> |other )?films {OF_WHOM},? out of "
        "<x>{IN_CATALOG},? and {IT_HAS_TOO}",
        "you( have)? <feedback> <of_x> (of the <x> |other )?films {OF_WHOM}{IN_CATALOG}",
        "you( have)? <feedback> <of_x>( of the <x>)? other films by <director>,? who directed <it>",
        "you( have)? <feedback> <of_x>( of the <x>)? other films with <actor>,? who is in <it>",
        "<actor> is in (the cast of )?{OF_LIKED},? and (of|in) <it>( too)?",
        "<actor>,? who is in (the cast of )?{OF_LIKED},? is( also)? in (the cast of )?<it>( too)?",
        "<actor>,? who is in <it>,? is( also)? in the cast of {OF_LIKED}",
        "(with|in) <it>,? you (would see|meet|see) <actor> again,? who is in {OF_LIKED}",
    ),
    predicates=(
        *PREDICATES,
        "(was|is) directed by {WHO}<director>,? who( also)? directed {OF_LIKED}",
        "(stars|features|has) <actor>,? who is( also)? in (the cast of )?{OF_LIKED}",
        "brings back <actor>,? who is in {OF_LIKED}",
    ),
    modifiers=(
        *MODIFIERS,
        "directed by {WHO}<director>,? who( also)? directed {OF_LIKED}",
        "(starring|featuring|with) <actor>,? who is( also)? in {OF_LIKED}",
    ),
    frames=(
        "<actor> (is|was|appears|appeared|acts|plays|can be seen) in (the cast of )?{MY_SHARE}",
        "<director>( has| also)? (directed|made|shot) {MY_SHARE}",
        "{MY_SHARE} (is|are|was|were) (the work of|by|directed by) <director>",
    )
    + tuple(one for one in FRAMES if "oftener>" not in one and "<times>" not in one),
    parts={
        **SHARED_PARTS,
        **dict.fromkeys(("AGAINST", "AND_OF_ALL", "IN_ALL"), ("",)),
        "WHO_DID": ("who directed <it>",),
        "OF_WHOM": ("(by|directed by|from) <director>", "(with|starring|featuring) <actor>"),
        "IN_CATALOG": ("", " (in|of) the catalog"),
        "IT_HAS_TOO": (
            "(<it>|this) is (another|one more)( of them| such film)?",
            "<it> has <actor> too",
            "<actor> is in <it> too",
            "<it> is by <director> too",
        ),
        "MANY": ("films {OF_WHOM}",),
        "THEM": ("<director>'s work",),
        "ARE": (
            "(were|are) (directed )?by <director>( too)?",
            "(have|feature|star|show|has|features|stars) <actor>"
            "( in (the|their) cast| in (them|it))?( too)?",
        ),
        "IS": (
            "(was|is) (directed )?by {WHO}<director>",
            "(has|features|stars) <actor>( in (the|its) cast)?",
        ),
        "AS": ("as (are|do|have|were)",),
        "NOUN": ("film {OF_WHOM}",),
        "A_NOUN": ("directed by {WHO}<director>", "(starring|featuring|with) <actor>"),
    },
)
