"""What sentences about place and time mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.facts.setting._words import when, where
from recsys_rag.verify.names import as_shown
from recsys_rag.verify.slots import TEXT, exactly

if TYPE_CHECKING:
    from recsys_rag.facts.setting import SettingFact


def _slots(fact: "SettingFact") -> Mapping[str, Check]:
    slots = {"where": exactly(as_shown(where(fact.place)))} if fact.place else {}
    return slots | ({"when": exactly(when(fact.time))} if fact.time else {})


READING = Reading(
    _slots,
    shapes={"where": "((in|on|from) )?<name>", "when": TEXT},
    own=(
        "<it> (?:is set|plays) {SETTING}",
        "(?:the story of <film>|its story) takes place {SETTING}",
    ),
    predicates=("(?:is set|plays|takes place|unfolds|happens) {SETTING}",),
    modifiers=("set {SETTING}",),
    parts={"SETTING": ("<where> <when>", "<where>", "<when>")},
)
