"""How place and time are said."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases
from recsys_rag.facts.setting._words import when, where

if TYPE_CHECKING:
    from recsys_rag.facts.setting import SettingFact


def _fields(fact: "SettingFact", noun: str) -> Fields:
    fields = {"where": where(fact.place)} if fact.place else {}
    return fields | ({"when": when(fact.time)} if fact.time else {})


PHRASES = Phrases(
    _fields,
    opens=(
        "{film} is set {where} {when}",
        "{film} plays {where} {when}",
        "The story of {film} takes place {where} {when}",
        "{film} is set {where}",
        "{film} plays {where}",
        "The story of {film} takes place {where}",
        "{film} is set {when}",
        "{film} plays {when}",
        "The story of {film} takes place {when}",
    ),
    nexts=(
        "it is set {where} {when}",
        "it plays {where} {when}",
        "its story takes place {where} {when}",
        "it is set {where}",
        "it plays {where}",
        "its story takes place {where}",
        "it is set {when}",
        "it plays {when}",
        "its story takes place {when}",
    ),
)
