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
    clauses=(
        "{CATALOG} {SAYS}( (of|about) <it>)?[:,]? {QUOTE}",
        "{CATALOG} (describes|sums up|introduces|presents|tells) <it> (with|in these words|this "
        "way|so|like this|as follows)[:,]? {QUOTE}",
        "{CATALOG} (sums it up with|tells it this way|puts it this way|puts it like this)[:,]? "
        "{QUOTE}",
        "(in the words of|according to|as told by|to quote|going by) {CATALOG}[:,]?( <it> is "
        "this[:,]?)? {QUOTE}",
        "<it> in the words of {CATALOG}[:,]? {QUOTE}",
        "on <it>, {CATALOG} has this[:,]? {QUOTE}",
        "as {CATALOG} (tells|has|puts) (it|<it>)[:,]? {QUOTE}",
        "{SUMMARY} (begins|starts|opens|reads|says|goes|is|runs)( as follows| like this| so| "
        "with)?[:,]? {QUOTE}",
        "from {SUMMARY}[:,]? {QUOTE}",
        "(this|here) is how {SUMMARY} (begins|starts|opens|goes|reads)[:,]? {QUOTE}",
        "what happens in <it>, (by|according to) {CATALOG}[:,]? {QUOTE}",
        "it is about this, says {CATALOG}[:,]? {QUOTE}",
        "{QUOTE},? (says|writes|notes|reads|so says) {CATALOG}( (of|about) <it>)?",
        "{QUOTE},? (says|reads|so goes|begins) {SUMMARY}",
        "{QUOTE},? (is|that is) how {SUMMARY} (begins|starts|opens|goes)",
    ),
    parts={
        "QUOTE": ('"<quote>"', '"<quote>,"'),
        "CATALOG": ("(the|our) catalog", "its (entry|page) in the catalog", "the catalog's entry"),
        "SAYS": ("(says|writes|tells|notes|has this to say|says this)",),
        "SUMMARY": (
            "<its> (summary|plot|plot summary|synopsis|description)( in the catalog)?",
            "the (summary|plot|synopsis|description) (of <it>|in the catalog)",
        ),
    },
)
