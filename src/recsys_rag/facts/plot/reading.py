"""What sentences that quote the plot mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.names import as_shown
from recsys_rag.verify.slots import NAME, exactly

if TYPE_CHECKING:
    from recsys_rag.facts.plot import PlotFact


def _slots(fact: "PlotFact") -> Mapping[str, Check]:
    return {"quote": exactly(as_shown(fact.quote))}


READING = Reading(
    _slots,
    shapes={"quote": NAME},
    own=(
        'the catalog says of <it>:? "<quote>"',
        'in the words of the catalog(?:, <film> is this)?: "<quote>"',
        '<film> in the words of the catalog: "<quote>"',
        'on <film>, the catalog has this: "<quote>"',
        '(?:the summary of <film>|its summary) (?:begins|reads) "<quote>"',
        'from (?:the summary of <film>|its summary): "<quote>"',
        'as the catalog tells <film>: "<quote>"',
        'this is how the summary of <film> begins: "<quote>"',
        'what happens in <film>, by the catalog: "<quote>"',
        'the catalog sums it up with "<quote>"',
        'the catalog tells it this way: "<quote>"',
        'it is about this, says the catalog: "<quote>"',
    ),
    clauses=(
        'the catalog (?:says|writes|tells)(?: of <it>)?: "<quote>"',
        'the catalog (?:describes|sums up) <it> (?:with|in these words|this way|so): "<quote>"',
        "(?:its|the) (?:summary|plot)(?: of <it>)? (?:in the catalog "
        ')?(?:begins|reads|says|goes|is)[:,]? "<quote>"',
    ),
)
