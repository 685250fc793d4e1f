"""What sentences about a leaning toward a director or an actor mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.names import as_shown
from recsys_rag.verify.slots import FEEDBACK, NAME, SHARE, exactly, share

if TYPE_CHECKING:
    from recsys_rag.facts.person import PersonFact


def _slots(fact: "PersonFact") -> Mapping[str, Check]:
    return {
        "n_of_m": share(fact.n_liked, fact.n_history),
        "n": exactly(fact.n_liked),
        "m": exactly(fact.n_history),
        "x": exactly(fact.n_theirs),
        "feedback": exactly(fact.feedback),
        "director" if fact.role == "director" else "actor": exactly(as_shown(fact.person)),
    }


READING = Reading(
    _slots,
    shapes={"n_of_m": SHARE, "feedback": FEEDBACK, "director": NAME, "actor": NAME},
    own=(
        "<it> was directed by <director>, like <n_of_m> films (?:that )?you <feedback>",
        "<director> directed <n_of_m> films (?:that )?you <feedback>, and <film> too",
        "<director>, who directed it, directed <n_of_m> films (?:that )?you <feedback>",
        "you know <director>, who directed <n_of_m> films (?:that )?you <feedback> as well as "
        "<film>",
        "you know its director, <director>, from <n_of_m> films (?:that )?you <feedback>",
        "like <n_of_m> films (?:that )?you <feedback>, <it> was directed by <director>",
        "of the films (?:that )?you <feedback>, <n> of <m> (?:were directed|are) by "
        "<director>, (?:and so was|as is) <film>",
        "look who directed the films (?:that )?you <feedback>: <n> of <m> are by <director>, "
        "as is <film>",
        "(?:with <film> you would stay|it stays) with <director>, who directed <n_of_m> films "
        "(?:that )?you <feedback>",
        "behind <it> is <director>, who directed <n_of_m> films (?:that )?you <feedback>",
        "<director> has directed <x> films of the catalog, you <feedback> <n>, and <film> is "
        "another",
        "you <feedback> <n> films (?:by <director>|with <actor>), out of <x> in the catalog, "
        "and <film> is another",
        "you <feedback> <n> of the <x> films (?:by <director>|with <actor>) in the catalog, "
        "and this is another",
        "<it> has <actor> in the cast, like <n_of_m> films (?:that )?you <feedback>",
        "<actor> is in the cast of <n_of_m> films (?:that )?you <feedback>, and of <film> too",
        "<actor>, who is in it, is in the cast of <n_of_m> films (?:that )?you <feedback>",
        "you know <actor> from <n_of_m> films (?:that )?you <feedback>, and <film> is another",
        "you know <actor>, who is in it, from <n_of_m> films (?:that )?you <feedback>",
        "of the films (?:that )?you <feedback>, <n> of <m> have <actor> in the cast, and so "
        "has <film>",
        "look who is in the films (?:that )?you <feedback>: <n> of <m> have <actor> in the "
        "cast, as has <film>",
        "with <film> you would see <actor> again, who is in <n_of_m> films (?:that )?you "
        "<feedback>",
        "in <it> you meet <actor> again, who is in <n_of_m> films (?:that )?you <feedback>",
        "like <n_of_m> films (?:that )?you <feedback>, <it> has <actor> in the cast",
        "<it> brings back <actor>, who is in <n_of_m> films (?:that )?you <feedback>",
    ),
    clauses=(
        "you (?:have )?<feedback> <n> of the <x> films (?:in the catalog )?(?:by|directed by) "
        "<director>(?: in the catalog)?",
        "you (?:have )?<feedback> <n> of the <x> films (?:in the catalog )?(?:with|starring) "
        "<actor>(?: in the catalog)?",
        "<director>,? who (?:also )?directed <n_of_m> films (?:that )?you <feedback>, (?:also "
        ")?directed <it>",
    ),
    predicates=(
        "(?:was|is) directed by {WHO}<director>,? (?:just )?like <n_of_m> films (?:that )?you "
        "<feedback>",
        "(?:was|is) directed by {WHO}<director>, who (?:also )?directed <n_of_m> films (?:that "
        ")?you <feedback>",
        "(?:stars|features) <actor>,? (?:just )?(?:like|as do) <n_of_m> films (?:that )?you "
        "<feedback>",
        "(?:stars|features) <actor>, who is (?:also )?in (?:the cast of )?<n_of_m> films "
        "(?:that )?you <feedback>",
    ),
    modifiers=(
        "directed by {WHO}<director>, who (?:also )?directed <n_of_m> films (?:that )?you "
        "<feedback>",
        "(?:starring|featuring) <actor>, who is (?:also )?in <n_of_m> films (?:that )?you "
        "<feedback>",
    ),
    parts={"WHO": ("director ", "directors ", "")},
)
