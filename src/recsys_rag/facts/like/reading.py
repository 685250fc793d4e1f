"""What sentences about likeness to a named item mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.genres import called
from recsys_rag.verify.names import as_shown
from recsys_rag.verify.slots import NAME, TEXT, exactly, lists

if TYPE_CHECKING:
    from recsys_rag.facts.like import LikeFact


def _slots(fact: "LikeFact") -> Mapping[str, Check]:
    return {
        "title": exactly(as_shown(fact.title)),
        "labels": lists(fact.genres),
        "kin": lambda text: bool(called(text, fact.genres)),
    }


READING = Reading(
    _slots,
    shapes={"title": NAME, "labels": TEXT, "kin": TEXT},
    own=(
        "<it> shares <labels> with <title>, which you named",
        "like <title>, which you named, <it> is listed under <labels>",
        "you named <title>, and <it> is listed under <labels> too",
        "starting from <title>, which you named, <it> stays with <labels>",
        "with <title> as your example, <it> has <labels> in common",
        "what <it> has in common with <title>, your example, is <labels>",
        "your example was <title>: <it> shares <labels> with it",
        "<it> is listed under <labels>, (?:as is|like) <title>, which you named",
        "<it> has <labels> in common with <title>, which you named",
        "<it> stays with <labels>, like <title>, which you named",
    ),
    clauses=(
        "like <title>,? <it> is <kin>",
        "like <title>, which you (?:named|mentioned|asked about), <it> is <kin>",
        "you (?:named|mentioned|asked about) <title>, and <it> is <kin> too",
    ),
    predicates=(
        "shares <labels> with <title>",
        "shares (?:the genres? )?<labels> with <title>, which you (?:named|mentioned|asked about)",
        "is <kin>,? (?:just )?like <title>",
        "is <kin>,? (?:just )?like <title>, which you (?:named|mentioned|asked about)",
        "has (?:the genres? )?<labels> in common with <title>",
    ),
    modifiers=("<kin> like <title>",),
)
