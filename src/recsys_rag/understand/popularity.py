"""Whether well known or little known items are asked for."""

from recsys_rag.understand.fillers import FILM_NOUNS, is_filler
from recsys_rag.understand.tokens import Phrases, Words

_NOBODY = ("nobody", "no one", "hardly anyone", "hardly anybody", "few people", "not many people")
_EVERYBODY = ("everybody", "everyone")
_HEARD_OF = (
    *(
        "knows",
        "know",
        "knows about",
        "know about",
        "talks about",
        "talk about",
        "watches",
        "remembers",
        "has seen",
    ),
    *("have seen", "has heard of", "have heard of", "has ever heard of", "has watched"),
)
_PHRASES = Phrases(
    [
        *(
            (one, 1)
            for one in (
                "popular",
                "well known",
                "famous",
                "classic",
                "classics",
                "blockbuster",
                "blockbusters",
            )
        ),
        *((one, 1) for one in ("mainstream", "big hit", "big hits", "must see", "must sees")),
        *((one, 1) for one in ("best known", "crowd pleaser", "crowd pleasers", "box office hit")),
        *(
            (one, -1)
            for one in (
                "hidden gem",
                "hidden gems",
                "little known",
                "lesser known",
                "less known",
                "obscure",
            )
        ),
        *(
            (one, -1)
            for one in (
                "underrated",
                "under the radar",
                "overlooked",
                "underappreciated",
                "under appreciated",
            )
        ),
        *((one, -1) for one in ("off the beaten path", "off the beaten track", "underseen")),
        *(
            (f"{who} {does}", -1)
            for who in ("critics", "people")
            for does in ("overlook", "overlooked", "missed", "ignored")
        ),
        *((f"{who} {does}", -1) for who in _NOBODY for does in _HEARD_OF),
        *(
            (f"{who} {does}", 1)
            for who in _EVERYBODY
            for does in (*_HEARD_OF, "should see before they die", "should see")
        ),
    ]
)


def claim_all(words: Words) -> list[tuple[int, int]]:
    """Return (place, +1 for well known or -1 for little known) of each wish said, and claim the
    words."""
    finds = []
    place = 0
    while place < len(words):
        found = None if _is_said_of_plot(words, place) else _PHRASES.at(words, place)
        if found is not None:
            words.claim(place, found[0])
            finds.append((place, found[1]))
        place = found[0] if found is not None else place + 1
    return finds


def _is_said_of_plot(words: Words, place: int) -> bool:
    """Say whether what stands here is said of what a film is about: "with a famous detective",
    "about popular music"."""
    before = place - 1 - (words.word(place - 1) in ("a", "an", "the"))
    is_inside = words.word(before) in ("with", "about") and not any(
        map(words.ends, range(before + 1, place + 2))
    )
    return is_inside and not _is_noun(words.word(place + 1))


def agreed(words: Words, finds: list[tuple[int, int]]) -> int:
    """Return +1, -1, or 0 where nothing or both were said, a "not" before turning a wish around."""
    said = sum(-value if words.negated[place] else value for place, value in finds)
    return (said > 0) - (said < 0)


def _is_noun(word: str) -> bool:
    return word in FILM_NOUNS or is_filler(word)
