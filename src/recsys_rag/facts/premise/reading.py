"""What sentences that tell a premise mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify._retelling import retelling_of
from recsys_rag.verify.names import as_shown
from recsys_rag.verify.slots import NAME, exactly

if TYPE_CHECKING:
    from recsys_rag.facts.premise import PremiseFact


def _slots(fact: "PremiseFact") -> Mapping[str, Check]:
    return {
        "premise": exactly(*(as_shown(name.text) for name in fact.names)),
        "its_story": retelling_of(as_shown(fact.premise)),
    }


READING = Reading(
    _slots,
    shapes={"premise": NAME},
    own=(
        "<premise>",
        "in <it>, <premise>",
        "<it> is (?:the one|a film) in which <premise>",
        "<it> (?:tells|is the story of) how <premise>",
        "<film>(?: in one sentence|, in a nutshell): <premise>",
        "(?:the premise of <film>|its premise): <premise>",
        "what happens in <film>: <premise>",
        "(?:picture this(?: in <film>)?|settle in for <film>): <premise>",
        "let <it> show you how <premise>",
        "(?:in <it> )?you see how <premise>",
        "(?:the story of <film>|its story) in short: <premise>",
        "here is what <film> is about: <premise>",
        "here is what happens: <premise>",
        "this is where <film> begins: <premise>",
        "the idea of <film>: <premise>",
        "<film> sets out from this: <premise>",
        "<it> is about this: <premise>",
    ),
    clauses=(
        "in <it>,? <premise>",
        "the (?:story|plot|premise|setup|idea)(?: of <it>)?(?: is(?: simple| this)?)?: <premise>",
        "its (?:story|plot|premise|setup)(?: is(?: simple| this)?)?: <premise>",
        "<film>: <premise>",
    ),
    predicates=(
        "(?:is|tells) (?:the|a) (?:film|story|tale|one) (?:in which|where|of how) <premise>",
        "(?:tells|shows|follows) how <premise>",
        "is about this: <premise>",
    ),
    modifiers=("in which <premise>", "where <premise>"),
)
