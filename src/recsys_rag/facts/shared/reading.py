"""What sentences about a mood or theme shared with liked items mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.facts._leaning.reading import LIKED, SHAPES
from recsys_rag.verify._traits import phrases_of, trait_slots
from recsys_rag.verify._wordings import wordings_beside
from recsys_rag.verify.slots import NAME, NAMES, exactly, lists, share

if TYPE_CHECKING:
    from recsys_rag.facts.shared import SharedFact


def _slots(fact: "SharedFact") -> Mapping[str, Check]:
    values = ([fact.value], ()) if fact.column == "moods" else ((), [fact.value])
    traits = trait_slots(*values)
    own = {f"own_{name.removeprefix('its_')}": check for name, check in traits.items()}
    return {
        **traits,
        **own,
        "of": share(fact.n_liked, fact.n_history),
        "all_of": share(fact.n_liked, fact.n_history),
        "m": exactly(fact.n_history),
        "feedback": exactly(fact.feedback),
        **dict.fromkeys(("films", "a_film", "two_films"), lists(fact.examples)),
        "besides": exactly(fact.n_liked - 2),
    }


_OWN = ("mood", "mood_noun", "theme", "theme_kind", "head")
_WORDINGS = wordings_beside(__file__)
READING = Reading(
    _slots,
    shapes={
        **SHAPES,
        **{f"own_{name}": "|".join(phrases_of(f"{name}s")) for name in _OWN},
        "films": NAMES,
        "a_film": NAME,
        "two_films": "@two_names",
    },
    **{**_WORDINGS, "parts": {**LIKED, **_WORDINGS["parts"]}},
)
