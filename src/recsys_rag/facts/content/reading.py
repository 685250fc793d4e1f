"""What warnings mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.slots import TEXT, lists

if TYPE_CHECKING:
    from recsys_rag.facts.content import ContentFact

_MEANT = {
    "violence": "strong violence",
    "sex": "strong sexual content",
    "sadness": "a lot of sadness",
    "scares": "strong scares",
}


def _slots(fact: "ContentFact") -> Mapping[str, Check]:
    return {"content": lists(_MEANT[name] for name in fact.strong if name in _MEANT)}


READING = Reading(
    _slots,
    shapes={"content": TEXT},
    own=(
        "(?:(?:be warned|mind|beware) that )?<it> has <content>",
        "a word of warning(?: about <film>)?: it has <content>",
        "<it> comes with <content>",
        "<it> does not spare its viewers <content>",
        "expect <content>(?: in <it>)?",
    ),
    clauses=(
        "there is <content> in <it>",
        "(?:be warned|note|beware)(?:,|:)? (?:that )?<it> (?:has|contains) <content>",
    ),
    predicates=("(?:has|contains|comes with) <content>",),
    modifiers=("with (?:its )?<content>",),
)
