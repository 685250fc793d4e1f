"""Words that carry no wish of their own."""

from collections.abc import Iterable

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


def only_asks(word: str) -> bool:
    """Say whether a word says how people ask, wherever it stands: "show", "film"."""
    return word in _ASKING


def only_joins(word: str) -> bool:
    """Say whether a word means something only between others: "with", "who"."""
    return not word or word in _JOINING


def claim_asking(words: Words, told: Iterable[range] = ()) -> None:
    """Claim phrases that only say that something is asked for, "in the mood for", and by whom: "my
    dad is visiting"; not where the film is "about my dad", nor "the neighbors" of a story, `told`.
    """
    of_story = {position for story in told for position in story}
    for _ in _ASKING_PHRASES.claim_all(words):
        pass
    for position in range(len(words)):
        company = _COMPANY.at(words, position)
        if (
            company is not None
            and (position not in of_story or words.word(position) != "the")
            and words.word(position - 1) not in _OF_THE_FILM
        ):
            words.claim(position, company[0])


def claim_self(words: Words) -> None:
    """Claim what is said of those who ask or watch and might be read as a wish: "history teacher
    here", "for 16 year olds", "with my teenage son"."""
    for _ in _OF_SELF.claim_all(words):
        pass
    for start, stop, _ in list(words.matches(_WHO_WATCHES)):
        is_of_film = words.word(start - 1) in _OF_THE_FILM  # "friendship between two women"
        if not is_of_film or words.ends(start - 1):  # "a party, about eight kids"
            words.claim(start, stop)
