"""What sentences about directors and actors mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.slots import TEXT, lists

if TYPE_CHECKING:
    from recsys_rag.facts.metadata import MetadataFact


def _slots(fact: "MetadataFact") -> Mapping[str, Check]:
    return {"directors": lists(fact.directors), "actors": lists(fact.actors)}


READING = Reading(
    _slots,
    shapes={"directors": TEXT, "actors": TEXT},
    own=(
        "<it> was directed by <directors>(?:, with <actors> in the cast)?",
        "<directors> directed <it>",
        "<it> is a film by <directors>(?: with <actors>)?",
        "behind the camera of <film> stood <directors>",
        "(?:the cast of <film>|its cast) includes <actors>",
        "in <film> you will see <actors>",
        "you will see <actors> in <it>",
        "<it> has <actors> in the cast",
        "watch for <actors> in <film>",
    ),
    clauses=("<directors> directed <it>", "<actors> (?:star|stars|appear|appears) in <it>"),
    predicates=(
        "(?:was|is) directed by {WHO}<directors>",
        "(?:was|is) directed by {WHO}<directors>(?: and|,) "
        "(?:stars|features|starring|featuring|with) <actors>",
        "(?:stars|features|has) <actors>(?: in the cast)?",
        "is (?:a film|a work) (?:by|from) {WHO}<directors>",
        "comes from {WHO}<directors>",
    ),
    modifiers=(
        "directed by {WHO}<directors>",
        "directed by {WHO}<directors>(?: and|,| and also) (?:starring|featuring|with) <actors>",
        "(?:starring|featuring) <actors>",
        "with <actors>(?: in the cast)?",
        "from {WHO}<directors>",
        "a film by {WHO}<directors>(?: (?:with|starring|featuring) <actors>)?",
    ),
    parts={"WHO": ("director ", "directors ", "")},
    closes=True,
)
