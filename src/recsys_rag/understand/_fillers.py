"""Words that carry no wish of their own, and the text that is left to search for."""

from recsys_rag.understand._tokens import Phrases, Words, lexicon, word_set

_SAID = lexicon("fillers")
FILM_NOUNS = word_set(
    "movie movies film films flick flicks picture pictures one ones stuff release releases"
)
# Dropped wherever they stand: how people ask, not what they ask for.
_ASKING = word_set(_SAID["asking"])
# Dropped at the ends of what is left: they only join.
_JOINING = word_set(_SAID["joining"])
# Behind examples: "Alien, Heat, that sort of thing".
AND_SUCH = "that (kind|sort|type) of (thing|stuff|film|movie)"
_DEGREES = frozenset(("too", "so", "as", "very", "overly"))
_ASKING_PHRASES = Phrases.table({_SAID["asking_phrases"]: None})
# Who asks, who watches with them, and when.
_COMPANY = Phrases.table({_SAID["company"]: None})
_OF_SELF = Phrases.table({_SAID["self"]: None})
_WHO_WATCHES = (
    r"(?<!\S)(?:for |with |to )?(?:my |a )?1[3-9] (?:- )?years? (?:- )?olds?(?! man| woman)(?![^ ])"
    r"|(?<!\S)(?:ages|aged?) (?:1[3-9]|[2-9]\d)(?: (?:to|-|and|or) \d{1,2})?(?![^ ])"
    r"|(?<!\S)(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,2}) "
    r"(?:little |teenage |young |old |retired )?"
    r"(?:girls|boys|kids|children|teens|teenagers|friends|guests|teachers|adults|women|men|ladies"
    r"|guys|people|students|pensioners|retirees|colleagues)(?![^ ])"
    r"(?= ,| age| who| tonight| over| this| here|$)"
)
_OF_THE_FILM = frozenset(("about", "between", "of", "where", "on"))


def is_filler(word: str) -> bool:
    """Say whether a folded word carries no wish of its own.

    >>> is_filler("movies"), is_filler("the"), is_filler("submarine")
    (True, True, False)
    """
    return not word or word in _ASKING or word in _JOINING


def claim_asking(words: Words) -> None:
    """Claim phrases that only say that something is asked for, "in the mood for", and by whom: "my
    dad is visiting"; not where the film is "about my dad"."""
    for _ in _ASKING_PHRASES.claim_all(words):
        pass
    for position in range(len(words)):
        company = _COMPANY.at(words, position)
        if (
            company is not None
            and words.is_free(position, company[0])
            and words.word(position - 1) not in _OF_THE_FILM
        ):
            words.claim(position, company[0])


def claim_self(words: Words) -> None:
    """Claim what is said of those who ask or watch and might be read as a wish: "history teacher
    here", "for 16 year olds", "with my teenage son"."""
    for _ in _OF_SELF.claim_all(words):
        pass
    for start, stop, _ in list(words.matches(_WHO_WATCHES)):
        words.claim(start, stop)


def remaining_runs(words: Words) -> list[tuple[int, int]]:
    """Return (start, stop) of the runs of words that are wanted and nobody has claimed.

    They are what is searched for: without fillers, and with joining words only inside.

    >>> words = Words("Please show me movies about a heist gone wrong in Rome")
    >>> [words.written(*run) for run in remaining_runs(words)]
    ['heist gone wrong in Rome']
    """
    return _runs(words, negated=False)


def unwanted_runs(words: Words) -> list[tuple[int, int]]:
    """Return (start, stop) of what is unwanted and nobody has claimed: "too long"."""
    runs = []
    for start, stop in _runs(words, negated=True):
        has_degree = start > 0 and words.negated[start - 1] and words.word(start - 1) in _DEGREES
        runs.append((start - has_degree, stop))
    return runs


def _runs(words: Words, *, negated: bool) -> list[tuple[int, int]]:
    """Return (start, stop) of the runs of words that remain, trimmed of joining words."""
    runs = []
    start = 0
    while start < len(words):
        stop = start
        while (
            stop < len(words)
            and _remains(words, stop, negated)
            and not (stop > start and words.ends(stop))
        ):
            stop += 1
        trimmed = _trimmed(words, start, stop)
        if trimmed:
            runs.append(trimmed)
        start = max(stop, start + 1)
    return runs


def _remains(words: Words, position: int, negated: bool) -> bool:
    if words.kept[position]:
        return words.negated[position] == negated
    if words.claimed[position] or words.negated[position] != negated:
        return False
    return words.word(position) not in _ASKING or _is_in_compound(words, position)


def _is_in_compound(words: Words, position: int) -> bool:
    """Say whether a word is one with a meaning by a hyphen: "good" in "feel-good", not in "good
    sci-fi" or "must-see"."""
    before = position > 0 and words.tokens[position].gap == "-" and not words.claimed[position - 1]
    after = (
        position + 1 < len(words)
        and words.tokens[position + 1].gap == "-"
        and not words.claimed[position + 1]
    )
    return (before and not is_filler(words.word(position - 1))) or (
        after and not is_filler(words.word(position + 1))
    )


def _trimmed(words: Words, start: int, stop: int) -> tuple[int, int] | None:
    while start < stop and _is_loose(words, start):
        start += 1
    while start < stop and (_is_loose(words, stop - 1) or _is_pronoun(words, stop - 1)):
        stop -= 1
    return (start, stop) if start < stop else None


def _is_loose(words: Words, position: int) -> bool:
    word = words.word(position)
    return not words.kept[position] and (word in _JOINING or not word)


def _is_pronoun(words: Words, position: int) -> bool:
    """Say whether a word stands for films where nothing follows it: "a famous one", not "one man
    army"."""
    return not words.kept[position] and words.word(position) in ("one", "ones")
