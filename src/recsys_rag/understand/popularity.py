"""Whether well known or little known items are asked for."""

from recsys_rag.understand.tokens import Phrases, Words

_PHRASES = Phrases(
    [
        *(
            (one, 1)
            for one in ("popular", "well known", "famous", "classic", "classics", "blockbuster", "blockbusters")
        ),
        *((one, 1) for one in ("mainstream", "big hit", "big hits", "must see", "must sees", "everybody knows")),
        *((one, 1) for one in ("everyone knows", "best known", "crowd pleaser", "crowd pleasers", "box office hit")),
        *((one, -1) for one in ("hidden gem", "hidden gems", "little known", "lesser known", "less known", "obscure")),
        *(
            (one, -1)
            for one in ("underrated", "under the radar", "overlooked", "underappreciated", "under appreciated")
        ),
        *((one, -1) for one in ("off the beaten path", "off the beaten track", "underseen", "nobody knows")),
    ]
)


def claim_all(words: Words) -> list[tuple[int, int]]:
    """Return (place, +1 for well known or -1 for little known) of each wish said, and claim the words."""
    return [(start, value) for start, _, value in _PHRASES.claim_all(words)]


def agreed(words: Words, finds: list[tuple[int, int]]) -> int:
    """Return +1, -1, or 0 where nothing or both were said, a "not" before turning a wish around."""
    said = sum(-value if words.negated[place] else value for place, value in finds)
    return (said > 0) - (said < 0)
