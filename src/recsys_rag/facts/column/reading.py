"""What sentences about a column mean: an idiom is for a column of that meaning only."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.facts.column._names import are_features, in_series, is_plural, meaning_of, spoken
from recsys_rag.verify._traits import borne_out
from recsys_rag.verify.names import as_shown, is_list_of
from recsys_rag.verify.slots import AMOUNT, TEXT, duration, exactly

if TYPE_CHECKING:
    from recsys_rag.facts.column import ColumnFact

_SLOTS = {
    "designed by": "designers",
    "published by": "publishers",
    "developed by": "developers",
    "written by": "writers",
    "illustrated by": "illustrators",
    "music by": "composers",
    "read by": "narrators",
    "made by": "makers",
    "by": "artists",
    "released by": "labels",
    "tagged": "tags",
    "in the series": "series",
    "from the studio": "studios",
    "from": "countries",
    "in the language": "languages",
    "certificate": "certificate",
    "players from": "from_players",
    "players": "players",
    "playing time": "playing_minutes",
    "pages": "pages",
    "youngest": "youngest",
    "runtime": "minutes",
}


def _slots(fact: "ColumnFact") -> Mapping[str, Check]:
    meaning = meaning_of(fact.column)
    if are_features(fact.column, fact.values):
        return {"its_feature": borne_out("features", fact.values)}
    if fact.values:
        the = "(?:the )?" if meaning in ("from", "from the studio") else ""
        whole = in_series if meaning == "in the series" else str
        said = _lists([as_shown(whole(value)) for value in fact.values], the)
    else:
        said = exactly(f"{fact.number:g}")
    if meaning not in _SLOTS:
        kind = "several" if len(fact.values) > 1 or is_plural(fact.column) else "single"
        return {"column": exactly(spoken(fact.column)), kind: said}
    if meaning == "certificate":
        return {"certificate": said, "its_certificate": said}
    if meaning == "from":
        return {
            "countries": said,
            "its_country": said,
            "its_nation": borne_out("countries", fact.values),
        }
    if meaning == "from the studio":
        return {"studios": said, "its_studio": said}
    if meaning == "in the language":
        return {"languages": said, "its_language": said}
    if meaning == "runtime":
        return {"minutes": said, "its_minutes": duration(int(fact.number or 0))}
    ends = {"to_players": exactly(f"{fact.highest:g}")} if fact.highest is not None else {}
    return {_SLOTS[meaning]: said, **ends}


def _lists(names: Sequence[str], before: str) -> Check:
    """Accept a list of some of these names, each with what may stand before it."""
    return lambda text: is_list_of(re.sub(f"(^|, | and ){before}", r"\1", text), names)


_MADE = (
    ("designed by <designers>", "developed by <developers>", "illustrated by <illustrators>")
    + ("published by <publishers>", "written by <writers>", "released by <labels>")
    + ("made in <countries>",)
)
READING = Reading(
    _slots,
    shapes={
        **{slot: TEXT for slot in _SLOTS.values()},
        **{
            slot: AMOUNT
            for slot in ("from_players", "to_players", "players", "playing_minutes", "pages")
        },
        **{slot: AMOUNT for slot in ("youngest", "minutes")},
        **{slot: TEXT for slot in ("column", "single", "several")},
    },
    own=(
        "<it> was {MADE}",
        "the designers' credit of <film> goes to <designers>",
        "<designers> designed it",
        "<writers> wrote it",
        "<film> comes from the pen of <writers>",
        "<it> has music by <composers>",
        "<it> is read by <narrators>",
        "<it> is made by <makers>",
        "<it> is by <artists>",
        "<it> is tagged <tags>",
        "<it> (?:is part of|belongs to) <series>",
        "<it> comes from <studios>",
        "<it> comes from <countries>",
        "<it> is in <languages>",
        "you will hear <languages> in <film>",
        "<it> is rated <certificate>",
        "<it> is for <from_players> to <to_players> players",
        "<it> is for <players> players",
        "<it> plays in <playing_minutes> minutes",
        "a round of <it> takes <playing_minutes> minutes",
        "<it> has <pages> pages",
        "<it> is for ages <youngest> and up",
        "(?:(?:mind|be warned) that )?<it> runs <minutes> minutes",
        "take your time for <film>: it runs <minutes> minutes",
        "<film> takes <minutes> minutes of your time",
        "for <film>, the catalog has <single> as its <column>",
        "the <column> of <film> is <single>",
        "its <column> is <single>",
        "for <film>, the catalog has <several> under <column>",
        "under <column> the catalog has <several>",
    ),
    predicates=(
        "(?:was|is) {MADE}",
        "(?:runs|lasts|takes) <minutes> minutes",
        "(?:plays|can be played) in <playing_minutes> minutes",
        "(?:plays|is played) (?:by|with) <from_players> to <to_players>(?: players)?",
        "has <single> as its <column>",
        "is a film from <countries>",
        "(?:is (?:a )?part of|belongs to|is one of) <series>",
    ),
    modifiers=(
        "{MADE}",
        "from <countries>",
        "from <studios>",
        "part of <series>",
        "rated <certificate>",
        "tagged <tags>",
    ),
    parts={"MADE": _MADE},
)
