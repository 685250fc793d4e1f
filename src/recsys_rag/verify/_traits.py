"""What may be said for moods, themes, features and countries: a closed table, each phrase with the
values that bear it out. Knows no sentences."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from recsys_rag.fact import Check

_TABLE = Path(__file__).with_name("traits.toml")


@cache
def table() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return the phrases of each list, by value."""
    read = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return {
        name: {value: tuple(phrases) for value, phrases in of.items()} for name, of in read.items()
    }


def phrases_of(name: str) -> tuple[str, ...]:
    """Return all phrases of a list, each once.

    >>> "british" in phrases_of("countries")
    True
    """
    return tuple(dict.fromkeys(one for of in table()[name].values() for one in of))


def borne_out(name: str, values: Iterable[str]) -> Check:
    """Accept the phrases of a list that one of these values bears out.

    >>> says = borne_out("moods", ["silly"])
    >>> says("Goofy"), says("gentle")
    (True, False)
    """
    accepted = {phrase for value in values for phrase in table()[name].get(value, ())}
    return lambda text: text.lower() in accepted


def trait_slots(moods: Iterable[str], themes: Iterable[str]) -> dict[str, Check]:
    """Return the checks of what any film may be said to be like, and to be about."""
    moods, themes = tuple(moods), tuple(themes)
    slots: dict[str, Check] = {"its_head": borne_out("heads", (*moods, *themes))}
    if moods:
        slots["its_mood"] = borne_out("moods", moods)
        if "for families" in moods:
            slots["its_family"] = slots["its_families"] = lambda text: True
        slots["its_mood_noun"] = borne_out("mood_nouns", moods)
    if themes:
        slots["its_theme"] = borne_out("themes", themes)
        slots["its_theme_kind"] = borne_out("theme_kinds", themes)
    return slots
