"""Whether well known or little known items are asked for."""

from recsys_rag.understand._fillers import FILM_NOUNS, is_filler
from recsys_rag.understand._tokens import Phrases, Words

_HEARD_OF = (
    "knows|know|knows about|know about|talks about|talk about|watches|remembers|has seen|have seen"
    "|has heard of|have heard of|has ever heard of|has watched"
)
_PERHAPS = "probably|likely|may|might|"
_KNOW = "seen|heard of|come across"
_NOBODY = "nobody|no one|hardly anyone|hardly anybody|few people|not many people"
_PHRASES = Phrases.table(
    {
        "popular, well known, famous, classic, classics, blockbuster, blockbusters, mainstream": 1,
        "big (hit|hits), must (see|sees), best known, crowd (pleaser|pleasers), box office hit": 1,
        f"(everybody|everyone) ({_HEARD_OF}|should see before they die|should see)": 1,
        "hidden (gem|gems), (little|lesser|less) known, obscure, underrated, under the radar": -1,
        "overlooked, underappreciated, under appreciated, underseen": -1,
        "off the beaten (path|track), (critics|people) (overlook|overlooked|missed|ignored)": -1,
        f"({_NOBODY}) ({_HEARD_OF})": -1,
        f"(i|we) ({_PERHAPS}) (havent|have not|not have|never|dont|do not) ({_KNOW})": -1,
        f"(ive|weve) ({_PERHAPS}) (not|never) ({_KNOW}), (i|we) have never ({_KNOW})": -1,
        f"(i|we) ({_PERHAPS}) not know": -1,
        "(people|everyone|everybody) (forget|forgets|forgot) (about|)": -1,
        "(ive|weve) missed (so far|)": -1,
        "(one|ones|something|that|which) (i|we) (dont|do not) know": -1,
        "(forgotten|hidden|rare|unknown|neglected) (one|ones|film|films|movie|movies)": -1,
        "(flew|flies|fly|went|goes|go|slipped) under (the|everybodys|everyones) radar": -1,
        "(not|nothing) (the|too|so) obvious (ones|one|choice|choices|picks|stuff|titles|)": -1,
        "not the (usual|same old) (ones|choices|picks), new to (me|us)": -1,
    }
)


# "before he was famous" is a time, and no wish for what is well known.
_BEFORE_FAME = Phrases.table({"before (he|she|they) (was|were|became|got) (so|) famous": None})


def claim_all(words: Words) -> list[tuple[int, int, int]]:
    """Return (start, stop, +1 for well known or -1 for little known) of each wish; claim it."""
    for _ in _BEFORE_FAME.claim_all(words):
        pass
    said = [find for find in _PHRASES.found(words) if not _is_said_of_plot(words, find[0])]
    for start, stop, _ in said:
        words.claim(start, stop)
    return said


def agreed(words: Words, finds: list[tuple[int, int, int]]) -> int:
    """Return +1, -1, or 0 where nothing or both were said; a "not" turns a wish around."""
    said = sum(-value if words.negated[start] else value for start, _, value in finds)
    return (said > 0) - (said < 0)


def _is_said_of_plot(words: Words, position: int) -> bool:
    """Say whether a film's subject is told: "with a famous detective", "about popular music"."""
    before = position - 1 - (words.word(position - 1) in ("a", "an", "the"))
    is_inside = words.word(before) in ("with", "about") and not any(
        map(words.ends, range(before + 1, position + 2))
    )
    noun = words.word(position + 1)
    return is_inside and noun not in FILM_NOUNS and not is_filler(noun)
