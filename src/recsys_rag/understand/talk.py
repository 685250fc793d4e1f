"""The talk around a wish: who asks, why, and on what evening. It is no wish, and text retrieval
must not search for it."""

from collections.abc import Iterator

from recsys_rag.understand.fillers import FILM_NOUNS, is_filler
from recsys_rag.understand.negation import REFUSING
from recsys_rag.understand.tokens import Phrases, Words


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FIRST_PERSON = _words("i im ive id we weve me my our myself sorry")
_WITH_APOSTROPHE = _words("ill well wed shed")  # "we'd", not "wed"; claimed wherever they stand
_THIRD_PERSON = _words("he she they hes shes theyre his her their")
_DAYS = _words("tonight today yesterday tomorrow")
# "Bloody Sunday" is no day of theirs
_WEEKDAYS = _words("monday tuesday wednesday thursday friday saturday sunday")
_ARTICLES = _words("a an the")
_TALK_PHRASES = Phrases(
    (one, None)
    for one in (
        "last night",
        "last nights",
        "this evening",
        "this morning",
        "this week",
        "this weekend",
        "its been",
    )
)
# A clause with one of these says what is liked or looked for, not only who asks.
_LIKING = _words(
    """love loves loved like likes liked adore adores adored enjoy enjoys enjoyed want wants wanted need needs fancy fancies
    prefer prefers watch watches into crave craves craving obsessed crazy mad fan fans looking after about mood
    something anything somewhere theme topic subject plot story stories where"""
)
_LIKING_WITH = _words("with about on for to after")  # "obsessed with", "crazy about"
_THEMES = _words("theme topic subject")
_CANNOT = _words("cant couldnt cannot")
_REASONS = _words("because cause cos coz cuz")
_AFTER_SO = _words(
    "a an any some something anything i we could can would please maybe more what which give show the how"
)
_MODALS = _words("should could can would shall do did does might will may")
_SUBJECTS = _words("i we you they he she")
_OPENERS = _words("ok okay oh ah um hmm erm well yo ugh")
_SPEAKERS = _words("anyone anybody someone somebody you were")
_QUESTIONS = _words("is are do does can could would has have what which where will")
_PREPOSITIONS = _words("on for of into from in")
# behind these stands what a film is about
_CONTENT = _words("about where with set featuring whose who")
_DEGREES = _words("have has had is are was were really absolutely only also always both just")
_PARTICLES = _words(
    "up out over on off to toward towards with at for in around through him her them it me us"
)
_DETERMINERS = _words("a an some any me us")
_OCCASIONS = _words(
    """ride flight journey trip drive commute train plane bus weekend evening night afternoon morning party sleepover holiday
    holidays vacation anniversary birthday date dinner lunch brunch picnic bedtime break week day"""
)
_EVENTS = _words("night evening marathon afternoon party")
_LINES = _words("line department vein area category field direction section")
_LONGEST_SUBJECT = 4  # words: "and my little boy" loves
_LONGEST_OCCASION = 3  # words of "the long train ride" behind its article


def claim_all(words: Words) -> None:
    """Claim the talk, when all recognizers have claimed what they understand. Nothing that was
    understood changes.

    An aside is a clause without any wish that speaks of the asker or of the day ("got dumped
    yesterday"), stands before ":" or ", so" ("three generations on one sofa, so a family film"), or
    follows "because"; none is left out where no wish stands beside it. In other clauses, what leads
    to the wish is claimed: "my nan fancies", "hit me with", "should we put on".

    >>> words = Words("i'm home sick, please send a gentle comedy")
    >>> words.claim(7, 8)
    >>> claim_all(words)
    >>> [token.word for token, claimed in zip(words.tokens, words.claimed, strict=True) if not claimed]
    ['please', 'a', 'gentle']
    """
    clauses = list(_clauses(words))
    asides = [one for one in clauses if _is_aside(words, one)]
    asks = [
        one
        for one in clauses
        if one not in asides and any(words.word(p) in FILM_NOUNS for p in range(*one))
    ]
    if asks or _has_wish(words, 0, len(words)):
        idle = [
            one
            for one in _idle_sentences(words, clauses, asides)
            if not any(one[0] <= ask[0] < one[1] for ask in asks)
        ]
        for start, stop in [*idle, *asides]:
            words.claim(start, stop)
    for start, stop in clauses:
        _claim_lead(words, start, stop)
    for place in range(len(words)):
        _claim_opener(words, place)
        _claim_request(words, place)
        _claim_occasion(words, place)
        _claim_line(words, place)
        _claim_event(words, place)
        found = _TALK_PHRASES.at(words, place)
        if found is not None and words.word(place - 1) not in ("the", "one", "their"):
            words.claim(place, found[0])


# --- asides ---------------------------------------------------------------------------------------


def _clauses(words: Words) -> Iterator[tuple[int, int]]:
    """Yield (start, stop) of the clauses: parts, cut once more before "so" and before "and she",
    "because"."""
    start = 0
    for place in range(1, len(words) + 1):
        if words.ends(place) or _begins_clause(words, place):
            yield start, place
            start = place


def _begins_clause(words: Words, place: int) -> bool:
    word, following = words.word(place), words.word(place + 1)
    if word == "so":
        return following in _AFTER_SO
    return word in _REASONS or (word in ("and", "but") and following in _SUBJECTS)


def _is_aside(words: Words, clause: tuple[int, int]) -> bool:
    start, stop = clause
    if _has_wish(words, start, stop):
        return False
    said = [words.word(place) for place in range(start, stop)]
    if said[0] in _REASONS:
        return True
    if _says_what_is_liked(words, start, stop):
        return False
    if said[0] in _CANNOT:
        return True  # "can't sleep"
    if stop < len(words) and words.word(stop) == "so":
        return True
    if words.word(stop) == "but" and words.word(stop + 1) in _QUESTIONS:
        return True  # "a long shot, but is there"
    is_lead = stop < len(words) and ":" in words.tokens[stop].gap
    return (is_lead and _is_occasion(said)) or _speaks_of_asker(words, start, stop)


def _is_occasion(said: list[str]) -> bool:
    """Say whether words that lead to a wish name an occasion: "long flight ahead:", not "a party
    gone wrong:"."""
    return not _OCCASIONS.isdisjoint(said) and _ARTICLES.isdisjoint(said)


def _says_what_is_liked(words: Words, start: int, stop: int) -> bool:
    """Say whether something is liked or looked for by name: "i love dinosaurs", not "my girlfriend
    loves them"."""
    likes = [place for place in range(start, stop) if words.word(place) in _LIKING]
    return bool(likes) and any(
        not is_filler(words.word(place)) for place in range(likes[0] + 1, stop)
    )


def _idle_sentences(
    words: Words, clauses: list[tuple[int, int]], asides: list[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield the sentences without a wish around asides and weekdays: "rainy sunday, blanket, cup of
    tea."."""
    days = [one for one in clauses if any(words.word(place) in _WEEKDAYS for place in range(*one))]
    for start, stop in [*asides, *days]:
        while start > 0 and not _begins_sentence(words, start):
            start -= 1
        while stop < len(words) and not _begins_sentence(words, stop):
            stop += 1
        is_idle = not _has_wish(words, start, stop)
        if is_idle and not _says_what_is_liked(words, start, stop):
            yield start, stop


def _begins_sentence(words: Words, place: int) -> bool:
    return words.ends(place) and not {".", "!", "?", ":", ";", "\n"}.isdisjoint(
        words.tokens[place].gap
    )


def _has_wish(words: Words, start: int, stop: int) -> bool:
    return any(words.claimed[place] or words.negated[place] for place in range(start, stop))


def _speaks_of_asker(words: Words, start: int, stop: int) -> bool:
    return any(
        words.word(place) in _FIRST_PERSON | _DAYS
        or _is_contraction(words, place)
        or _TALK_PHRASES.at(words, place)
        for place in range(start, stop)
    )


def _is_contraction(words: Words, place: int) -> bool:
    return words.word(place) in _WITH_APOSTROPHE and words.tokens[place].raw.lower() != words.word(
        place
    )


# --- what leads to a wish -------------------------------------------------------------------------


def _claim_lead(words: Words, start: int, stop: int) -> None:
    """Claim who likes something, or what the theme is, from the start of a clause: "my dad only
    watches", "the topic is"."""
    end = next((place for place in range(start, stop) if words.claimed[place]), stop)
    said = [words.word(place) for place in range(start, end)]
    if (
        end < stop
        and len(said) <= _LONGEST_SUBJECT
        and words.negated[end:stop]
        and words.word(end) in REFUSING
    ):
        words.claim(start, end)  # "hubby [hates horror]"
    elif "is" in said and not _THEMES.isdisjoint(said[: said.index("is")]):
        words.claim(start, start + said.index("is") + 1)
    elif not (_FIRST_PERSON | _THIRD_PERSON).isdisjoint(said[:3]):
        verbs = [
            place
            for place in range(start, end)
            if words.word(place) in _LIKING
            and words.word(place + 1) != "to"
            and _says_who(words, start, place)
        ]
        if verbs:
            behind = words.word(verbs[0] + 1) in _LIKING_WITH
            words.claim(start, min(end, verbs[0] + 1 + behind))
        elif end == stop:
            return
        elif said[-1] in _DEGREES or (words.word(end) in _LIKING and len(said) <= _LONGEST_SUBJECT):
            words.claim(start, end)  # "my daughter is [obsessed with Frozen]"
        else:
            _claim_verb(words, start, end)
    elif end < stop and not _SPEAKERS.isdisjoint(said[:3]):
        _claim_verb(words, start, end)


def _claim_verb(words: Words, start: int, end: int) -> None:
    """Claim what somebody does before the wish: "i promised everyone a", "can anyone name a", "i am
    writing an essay on".

    What stands between the article and the wish tells of the film ("a dumb action comedy"), and so
    does all behind "about".
    """
    article = next(
        (
            place
            for place in range(end - 1, end - _LONGEST_SUBJECT, -1)
            if words.word(place) in _DETERMINERS
        ),
        end,
    )
    end = next(
        (
            place
            for place in range(start, min(article - 1, end - 1))
            if words.word(place) in _CONTENT
        ),
        end,
    )
    if words.word(end - 1) in _PREPOSITIONS and words.word(end) not in _CONTENT:
        words.claim(start, end)
        return
    articles = [place for place in range(start + 1, end) if words.word(place) in _DETERMINERS]
    if articles and end - articles[-1] <= _LONGEST_SUBJECT:
        words.claim(start, articles[-1] + 1)


def _says_who(words: Words, start: int, verb: int) -> bool:
    return any(words.word(place) in _FIRST_PERSON | _THIRD_PERSON for place in range(start, verb))


def _claim_opener(words: Words, place: int) -> None:
    """Claim what only opens a sentence, "ok so", "oh well", and "we'd" wherever it stands."""
    begins = (
        place == 0
        or words.ends(place)
        or (words.word(place - 1) in _OPENERS and words.claimed[place - 1])
    )
    is_opener = words.word(place) in _OPENERS and begins
    is_followed = (
        words.ends(place + 1)
        or is_filler(words.word(place + 1))
        or words.word(place + 1) in _OPENERS
    )
    if words.is_free(place, place + 1) and (
        _is_contraction(words, place) or (is_opener and is_followed)
    ):
        likes = _is_contraction(words, place) and words.word(place + 1) in ("love", "like")
        _claim_free(words, place, place + 1 + likes)


def _claim_request(words: Words, place: int) -> None:
    """Claim what asks, whatever its verb: "hit me with", "point us toward", "should we put on",
    "please send a"."""
    if not words.is_free(place, place + 1) or words.negated[place]:
        return
    word, following = words.word(place), words.word(place + 1)
    if (
        word in _MODALS
        and following in _SUBJECTS
        and not words.ends(place + 1)
        and not words.ends(place + 2)
    ):
        _claim_free(words, place, _past_particles(words, place + 3))
    elif following in ("me", "us") and not words.ends(place + 1):
        _claim_free(words, place, _past_particles(words, place + 2))
    elif _begins_request(words, place):
        stop = place + 1 + (following in ("back", "up", "out"))
        if words.word(stop) in _DETERMINERS and not words.ends(place + 1) and not words.ends(stop):
            words.claim(place, stop)


def _begins_request(words: Words, place: int) -> bool:
    return (
        words.ends(place)
        or place == 0
        or words.word(place - 1) in ("please", "pls", "plz", "kindly", "so")
    )


def _past_particles(words: Words, place: int) -> int:
    while place < len(words) and words.word(place) in _PARTICLES and not words.ends(place):
        place += 1
    return place


def _claim_free(words: Words, start: int, stop: int) -> None:
    """Claim these words as far as they are free, from the first on."""
    while start < min(stop, len(words)) and words.is_free(start, start + 1):
        words.claim(start, start + 1)
        start += 1


def _claim_occasion(words: Words, place: int) -> None:
    """Claim what it is for where that is an occasion: "for our anniversary", not "waiting for a
    train"."""
    is_said_of_wish = (
        words.ends(place) or words.claimed[place - 1] or is_filler(words.word(place - 1))
    )
    if (
        words.word(place) != "for"
        or not words.is_free(place, place + 1)
        or not (place == 0 or is_said_of_wish)
    ):
        return
    begin = place + 1 + (is_filler(words.word(place + 1)) and not words.ends(place + 1))
    stop = begin
    for end in range(begin + 1, min(begin + _LONGEST_OCCASION, len(words)) + 1):
        if not words.is_free(begin, end) or words.ends(end - 1):
            break
        stop = end if words.word(end - 1) in _OCCASIONS else stop
    if stop > begin:
        words.claim(place, stop)


def _claim_line(words: Words, place: int) -> None:
    """Claim what only stands for a genre behind it: "in the horror line"."""
    if words.word(place) in _LINES and words.is_free(place, place + 1) and not words.ends(place):
        start = place
        while start > 0 and words.claimed[start - 1]:
            start -= 1
        if start < place and (words.word(start - 2), words.word(start - 1)) == ("in", "the"):
            words.claim(place, place + 1)


def _claim_event(words: Words, place: int) -> None:
    """Claim the evening that a genre is for, and the day: "a noir night", "on Friday"."""
    if (
        words.word(place) in _EVENTS
        and words.is_free(place, place + 1)
        and place > 0
        and not words.ends(place)
    ):
        words.claim(place, place + words.claimed[place - 1])
    elif (
        words.word(place) in _WEEKDAYS
        and words.word(place - 1) == "on"
        and words.is_free(place - 1, place + 1)
    ):
        words.claim(place - 1, place + 1)
