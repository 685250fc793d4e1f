"""What sentences about what was asked for mean."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.genres import called
from recsys_rag.verify.slots import TEXT, lists

if TYPE_CHECKING:
    from recsys_rag.facts.words import WordsFact

_WHAT = re.compile(
    r"(?P<head>an? .+?)(?: listed under (?P<labels>.+?))?"
    r"(?: from (?P<span>the [0-9]{4}s|[0-9]{4}(?: to [0-9]{4})?))?"
    r"(?: with (?P<people>.+) in the credits)?"
)


def _slots(fact: "WordsFact") -> Mapping[str, Check]:
    return {"what" if fact.asked == "words" else "stated": lambda text: _describes(text, fact)}


def _describes(text: str, fact: "WordsFact") -> bool:
    """Say whether "a drama from the 1990s with Bill Murray in the credits" says only what the fact
    holds, and not nothing."""
    said = _WHAT.fullmatch(text)
    if not said or text == "a film":
        return False
    labels, span, people = said["labels"], said["span"], said["people"]
    return (
        called(said["head"], () if labels else fact.genres) is not None
        and (labels is None or lists(fact.genres)(labels))
        and (span is None or span == _span(fact))
        and (people is None or lists(fact.people)(people))
    )


def _span(fact: "WordsFact") -> str | None:
    if fact.years is None:
        return None
    first, last = fact.years
    if first == last:
        return str(first)
    return f"the {first}s" if first % 10 == 0 and last - first == 9 else f"{first} to {last}"


READING = Reading(
    _slots,
    shapes={"what": TEXT, "stated": TEXT},
    own=(
        "<it> is <what>, as you asked",
        "you asked for it: <it> is <what>",
        "in <film> you get <what>, as you asked",
        "by your own words you want <what>, and <film> is one",
        "going by what you wrote, (?:<it>) fits: it is <what>",
        "true to your words, <it> is <what>",
        "here is <what>, as you asked: <film>",
        "what you asked for is what <film> is: <what>",
        "it is <what>, which is what you asked for",
        "as you asked, it is <what>",
        "it gives you <what>, as you asked",
        "you asked for <what>, and this is one",
        "<it> is <stated>, in line with the taste you named",
        "going by the taste you named, <it> fits: it is <stated>",
        "in <film> you get <stated>, in line with the taste you named",
        "true to the taste you named, <it> is <stated>",
        "here is <stated> for the taste you named: <film>",
        "you named your taste, and <film> suits it as <stated>",
        "to suit the taste you named, <film> is <stated>",
        "as <stated>, <it> suits the taste you named",
        "it suits the taste you named, being <stated>",
        "it gives you <stated>, in line with the taste you named",
    ),
    clauses=(
        "you (?:asked for|wanted|requested) <what>, and <it> is (?:one|just that|exactly "
        "that|one of those)",
        "(?:since|as|because) you (?:asked for|wanted|requested) <what>, here is <film>",
    ),
    predicates=(
        "is <what>,? (?:just |exactly )?(?:as|like|what) you (?:asked for|asked|wanted|requested)",
        "(?:fits|matches|meets|answers) your (?:request|wish) for <what>",
        "is <stated>,? (?:which|and that) (?:fits|suits|matches) (?:the|your) taste(?: you "
        "(?:named|described|stated))?",
        "(?:fits|suits|matches) the taste you (?:named|described|stated) as <stated>",
    ),
    modifiers=(
        "<what>,? (?:just |exactly )?as you (?:asked for|asked|wanted|requested)",
        "<stated>,? in line with the taste you (?:named|described|stated)",
    ),
)
