"""What is told of those who ask and watch, and is no wish: "rough week at work", "I have to get up
early", "my dad is visiting". Told by how a clause begins and by what it lacks, not by its words."""

from collections.abc import Callable

from recsys_rag.understand._tokens import Phrases, Words, lexicon, word_set

_SAID = lexicon("talk")
# Who or what a clause is about that tells of the asker: "I", "my dad", "we all", "it's raining".
_SUBJECTS = Phrases.table({_SAID["subjects"]: None})
# Of a clause that leaves out who: "been a hard week", "just moved", "watching with grandma".
_BEGINNINGS = Phrases.table({_SAID["beginnings"]: None})
# "rough week at work": an occasion wherever it stands.
_OCCASIONS = Phrases.table({_SAID["occasions"]: None})
_WITH_US = Phrases.table({_SAID["with_us"]: None})
# What makes a wish of it ("I want", "we're into"), or a film told of.
_WISHES = Phrases.table({_SAID["wishes"]: None})
# What stands on the table: "girls night in, wine"; talk where a part has nothing before it.
_AT_HAND = Phrases.table({_SAID["at_hand"]: None})
_TASTES = Phrases.table({_SAID["tastes"]: None})  # whose wish it is
_NEITHER = Phrases.table({_SAID["neither"]: None})
_THE_OTHERS = word_set("he she they hes shes theyre")
_MINE = word_set("i im ive")
_OWN, _STATES = frozenset(("my", "our")), word_set(_SAID["states"])
_LONGEST_OWN = 4  # words of "my best friend is"
_JOINERS = word_set(
    "with and but so because cause cuz since as though although well oh ok okay also plus for"
)
_REQUESTS = word_set(
    """something anything sth nothing give show need want please pls find recommend suggest maybe
    any keep make lets preferably ideally"""
)
_OF_FILMS = word_set("about where who whose which that of between on in on than like when if what")
_TIMES = word_set("for on its is such what this had having been after")
_BEFORE_SO = word_set(
    "im am is was are were been its feel feeling feels been not and youre hes shes"
)
_WHO_FEELS = word_set("i we you my our your ill")  # behind "so scary"
_FEELING = word_set("am are were was feel feeling")
_CRAVING = word_set("fancy crave id wed")
_MUCH = word_set("bad badly hard much good well")
_NEAR = 3  # words between who asks and what is wanted
_RELATIVES = word_set("that which what film movie something anything stuff things one ones thing")


def claim_dislike(words: Words) -> bool:
    """Say whether the asker likes nothing of what somebody else does ("he likes westerns, I like
    neither"), before negations are read; claim it."""
    return bool(list(_NEITHER.claim_all(words)))


def claim_degree(words: Words, names_kind: Callable[[int], bool]) -> None:
    """Claim what tells how much something is to be so: "so scary that I can't sleep" is no occasion
    to rest; not what somebody wants who is so: "I'm so tired I want a comedy".

    >>> words = Words("so scary I can't sleep")
    >>> claim_degree(words, lambda position: False)
    >>> words.claimed
    [True, False, True, True, True]
    """
    for so in range(len(words)):
        begin = so + 2 + (words.word(so + 2) == "that")
        is_degree = words.word(so) == "so" and words.word(begin) in _WHO_FEELS
        is_degree = is_degree and words.word(so - 1) not in _MINE | _FEELING
        if not is_degree or any(map(words.ends, range(so + 1, begin + 1))):
            continue
        stop = words.part_stop(begin)
        clause = range(so + 1, stop)
        is_wish = any(words.word(i) in _REQUESTS | _CRAVING for i in clause)
        if not is_wish and not any(map(names_kind, range(begin, stop))):
            words.claim(so, so + 1 + (words.word(so + 1) in _MUCH))
            words.claim(begin - (begin > so + 2), stop)


def claim_tastes(words: Words) -> None:
    """Claim whose wish it is that follows: "my wife loves"."""
    for _ in _TASTES.claim_all(words):
        pass


def claim(words: Words, names_kind: Callable[[int], bool] | None = None) -> None:
    """Claim the clauses that tell of the asker. Before the rest is read, `names_kind` says where a
    kind of film is named, and such clauses stay, as do relative ones: "something we can quote".

    >>> words = Words("rough week at work, a comedy with ghosts")
    >>> claim(words)
    >>> words.claimed
    [True, True, True, True, False, False, False, False]
    """
    said = Words(words.text)  # what somebody claimed may say that this is a wish
    told_of_others = False
    position = 0
    while position < len(words):
        begin = _content(words, position)
        is_told_of = words.word(begin) in _THE_OTHERS and told_of_others
        subject = (begin + 1, None) if is_told_of else _begun(words, position, begin)
        if subject is not None and names_kind is not None:
            subject = None if words.word(begin - 1) in _RELATIVES else subject
        elif subject is None and names_kind is None and (not position or words.ends(position)):
            subject = _AT_HAND.at(words, begin) if any(words.claimed) else None
        if subject is None:
            position += 1
            continue
        told_of_others = told_of_others or words.word(begin) not in ("i", "im", "ive")
        stop = _end(words, subject[0])
        is_near = stop - begin <= _NEAR and not words.ends(stop)
        clause = range(begin, stop + is_near)  # "I don't want"
        # "the kids are asleep" names no kind, but "family night" does
        told = range(subject[0] if _SUBJECTS.at(words, begin) else begin, clause.stop)
        is_wish = any(_WISHES.at(said, i) for i in clause) or (
            names_kind is not None and any(map(names_kind, told))
        )
        if not is_wish:
            words.claim(position, stop)
        position = max(stop, position + 1)


def _content(words: Words, position: int) -> int:
    """Return where a clause begins behind "and", "but", "so"."""
    while words.word(position) in _JOINERS and not words.ends(position + 1):
        position += 1
    return position


def _begun(words: Words, position: int, begin: int) -> tuple[int, None] | None:
    """Return where what begins a clause of talk stops, None where none begins here."""
    if words.claimed[begin]:
        return None
    is_first = position == 0 or words.ends(position)
    before = words.word(position - 1)
    is_behind = is_first or begin > position
    occasion = _OCCASIONS.at(words, begin)
    if occasion is not None and (is_behind or _TIMES & {before, words.word(position - 2)}):
        return occasion
    company = _WITH_US.at(words, begin)
    if company is not None and before not in _OF_FILMS:
        return company
    subject = _SUBJECTS.at(words, begin) or _own(words, begin)
    if (
        subject is not None
        and (is_behind or before in _RELATIVES or words.word(begin) in _MINE)
        and before not in _OF_FILMS
    ):
        return subject
    return _BEGINNINGS.at(words, begin) if is_behind else None


def _own(words: Words, begin: int) -> tuple[int, None] | None:
    """Return where "my best friend is" stops; "the dentist pulled" only where a text begins, for
    what is told of the past is no story."""
    is_past = begin == 0 and words.word(begin) == "the"
    if not is_past and words.word(begin) not in _OWN:
        return None
    for position in range(begin + 1, begin + _LONGEST_OWN):
        if words.ends(position):
            return None
        if is_past:
            if words.word(position) in _STATES:
                return None  # "the companions are scattered"
            if words.word(position).endswith("ed") and position > begin + 1:
                return position + 1, None
            continue
        if words.word(position) in _STATES or words.tokens[position].raw.endswith(("'s", "’s")):
            return position + 1, None
    return None


def _end(words: Words, position: int) -> int:
    """Return where a clause ends: with its part, or before what is asked for."""
    while not words.ends(position):
        word, following = words.word(position), words.word(position + 1)
        if word in _REQUESTS or words.told[position]:  # "I promised everyone a mystery"
            return position
        is_turn = word == "but" or (word == "so" and words.word(position - 1) not in _BEFORE_SO)
        if is_turn or (
            word == "and" and following in _REQUESTS | _MINE | _THE_OTHERS | {"would", "id"}
        ):
            return position
        position += 1
    return position
