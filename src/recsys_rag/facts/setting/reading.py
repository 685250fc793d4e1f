"""What sentences about place and time mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.facts.setting.words import when, where
from recsys_rag.verify.names import MARK, as_shown
from recsys_rag.verify.slots import exactly

if TYPE_CHECKING:
    from recsys_rag.facts.setting import SettingFact

_PLACE = f"(?:(?:in|on|from) )?{MARK}"
_TIME = r"(?:in|from|around) (?:the )?[\w, ]+?"


def _slots(fact: "SettingFact") -> Mapping[str, Check]:
    slots = {"where": exactly(as_shown(where(fact.place)))} if fact.place else {}
    return slots | ({"when": exactly(when(fact.time))} if fact.time else {})


READING = Reading(
    _slots,
    shapes={"where": _PLACE, "when": _TIME},
    own=(
        "<it> (?:is set|plays) {SETTING}",
        "(?:the story of <film>|its story) takes place {SETTING}",
    ),
    predicates=("(?:is set|plays|takes place|unfolds|happens) {SETTING}",),
    modifiers=("set {SETTING}",),
    parts={"SETTING": ("<where> <when>", "<where>", "<when>")},
)
