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
_WORDS = {
    "violence": ("violence", "bloodshed", "violent"),
    "sex": ("sex", "sexual content", "sexual themes", "sexual"),
    "sadness": ("sadness", "sorrow", "sad"),
    "scares": ("scares", "scary"),
}
_STRONG = (
    *("strong ", "real ", "graphic ", "heavy ", "intense ", "a lot of ", "plenty of "),
    *("much ", "a good deal of ", "a strong dose of ", "considerable "),
)


def _slots(fact: "ContentFact") -> Mapping[str, Check]:
    words = {word for name in fact.strong for word in _WORDS.get(name, ())}
    return {
        "content": lists(_MEANT[name] for name in fact.strong if name in _MEANT),
        "its_content": lambda text: text.lower().removeprefix(_strength(text)) in words,
        "its_content_mood": lambda text: text.lower().split()[-1] in words,
    }


def _strength(text: str) -> str:
    """Return the words before what there is much of."""
    return next((one for one in _STRONG if text.lower().startswith(one)), "")


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
