"""Which words of a text are said not to be wanted. What they mean is left to the recognizers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from recsys_rag.understand.fillers import FILM_NOUNS, is_filler
from recsys_rag.understand.tokens import Phrases, Words


@dataclass(frozen=True, slots=True)
class _Negator:
    lists: bool = False  # "without gore and violence": what "and" adds is unwanted too
    # "no comedies from the 80s": what is said of the comedies belongs to them
    has_object: bool = False
    reach: int = 50  # words with a meaning of their own that it covers at most


REFUSING = (
    "hates",
    "dislikes",
    "vetoed",
    "vetoes",
    "ruled out",
    "banned",
    "hate",
    "dislike",
    "loathes",
    "detests",
)
_DEGREES = ("", "too ", "so ", "very ", "really ", "that ", "particularly ")
_KEEN = (
    "keen on",
    "fond of",
    "big on",
    "crazy about",
    "a fan of",
    "a big fan of",
    "fans of",
    "up for",
)
_HAVING = ("involve", "include", "feature", "contain", "star", "have")
_NOT, _LESS = _Negator(), _Negator(reach=1)
_NO, _BUT_FOR = _Negator(lists=True, has_object=True), _Negator(lists=True)
_NEGATORS = Phrases(
    [
        *(
            (one, _NOT)
            for one in (
                "not",
                "never",
                "isnt",
                "arent",
                "wasnt",
                "werent",
                "doesnt",
                "didnt",
                "wont",
                "aint",
            )
        ),
        *(
            (one, _NOT)
            for one in (
                "shouldnt",
                "cannot be",
                "cant be",
                "rather than",
                "instead of",
                "dont",
                "do not",
            )
        ),
        *(
            (one, _NO)
            for one in (
                "no",
                "nothing",
                "none of",
                "none",
                "neither",
                "avoid",
                "avoiding",
                "skip",
                "exclude",
            )
        ),
        *((one, _NO) for one in ("excluding", "hated", "disliked", "cant stand", "sick of")),
        *(
            (f"{no} {has}", _NO)
            for no in ("doesnt", "dont", "does not", "do not")
            for has in _HAVING
        ),
        *((one, _NOT) for one in ("dont make it", "do not make it", "dont let it be")),
        *(
            (one, _NO)
            for one in (
                "dont give me",
                "dont show us",
                "dont give us",
                "rather not watch",
                "rather not see",
            )
        ),
        *(
            (one, _NO)
            for one in (
                "tired of",
                "not interested in",
                "dont want",
                "dont like",
                "do not want",
                "no more",
            )
        ),
        *((f"not {degree}{keen}", _NO) for degree in _DEGREES for keen in _KEEN),
        *(
            (one, _NO)
            for one in (
                *REFUSING,
                "wont watch",
                "refuses to watch",
                "refuse to watch",
                "cant bear",
                "do not like",
                "not into",
                "not in the mood for",
                "dont show me",
                "enough of",
            )
        ),
        *(
            (one, _BUT_FOR)
            for one in (
                "without",
                "except",
                "except for",
                "minus",
                "anything but",
                "everything but",
            )
        ),
        *(
            (one, _BUT_FOR)
            for one in (
                "all but",
                "other than",
                "seen all the",
                "seen all",
                "apart from",
                "aside from",
                "besides",
                "w o",
            )
        ),
        *((one, _LESS) for one in ("non", "less", "fewer")),
    ]
)
_NO_NEGATIONS = Phrases(
    (one, None)
    for one in (
        *(
            "not only",
            "not just",
            "not necessarily",
            "no matter",
            "why not",
            "no preference",
            "no preferences",
        ),
        *(
            "dont mind",
            "do not mind",
            "dont care",
            "do not care",
            "no problem",
            "whether or not",
            "cant get enough of",
        ),
        *(
            "never seen",
            "not seen",
            "havent seen",
            "never heard of",
            "no idea",
            "dont know",
            "do not know",
            "no less",
        ),
        *(f"who doesnt {like}" for like in ("love", "like", "enjoy", "adore")),
        *(f"not {one}" for one in ("fussy", "picky", "choosy", "fussed", "bothered", "sure")),
        *(f"no {offence} to" for offence in ("offence", "offense", "disrespect")),
        *("cant go wrong with", "nothing beats", "no one beats", "cant resist", "could not resist"),
    )
)
# Behind what is not wanted: "gore? no thanks", "musicals are not my thing".
_NO_THANKS = Phrases(
    (one, None) for one in ("no thanks", "no thank you", "no way", "hard pass", "nope")
)
_NOT_MINE = Phrases(
    (f"{no} {mine}", None)
    for no in ("isnt", "arent", "is not", "are not")
    for mine in ("my thing", "our thing", "my cup of tea", "our cup of tea", "for me", "for us")
)
_BUT = frozenset(("but", "though", "although", "however", "yet", "only"))
_PREPOSITIONS = frozenset(
    (
        "from",
        "with",
        "by",
        "in",
        "set",
        "about",
        "before",
        "after",
        "since",
        "under",
        "over",
        "during",
        "starring",
    )
    + ("directed", "written", "featuring", "between", "made", "longer", "shorter", "older", "newer")
)
_FRESH_STARTS = frozenset(
    (
        "something",
        "anything",
        "i",
        "we",
        "please",
        "give",
        "show",
        "prefer",
        "maybe",
        "just",
        "rather",
        "want",
    )
    + ("it", "ideally", "preferably", "instead", "more", "very", "really")
)
_ARTICLES = frozenset(("a", "an", "any", "another"))


@dataclass(frozen=True, slots=True)
class Scope:
    """Words that are not wanted, `start` (the negator's place) to `stop`; `is_whole`: meant
    together, not one by one."""

    start: int
    stop: int
    is_whole: bool

    def holds(self, place: int) -> bool:
        """Say whether a place among the words lies in it."""
        return self.start <= place < self.stop


def mark(words: Words, names_kind: Callable[[int], bool]) -> list[Scope]:
    """Mark what each "not", "no", "without" ... covers as negated, claim the negators, and return
    the scopes.

    A scope ends at punctuation, at "but", at a preposition or a fresh start ("something", "I") once
    something has been negated, and at "and", unless a list of unwanted things goes on ("without
    gore and violence"). "or" goes on always. A preposition does not end it where items of a kind
    are refused ("no comedies from the 80s", "not a western with ..."): that kind is refused only as
    far as the rest holds. `names_kind(place)` says whether a word names a kind of item.

    >>> words = Words("drama, not horror or war, with a twist")
    >>> [(one.start, one.stop) for one in mark(words, lambda place: False)]
    [(1, 5)]
    >>> [token.word for token, negated in zip(words.tokens, words.negated, strict=True) if negated]
    ['horror', 'or', 'war']
    """
    for _ in _NO_NEGATIONS.claim_all(words):
        pass
    scopes = list(_refused_behind(words))
    for start, stop, negator in _NEGATORS.claim_all(words):
        if not (negator is _LESS and start and words.word(start - 1) == "no"):
            scopes.append(_marked(words, start, stop, negator, names_kind))
    return scopes


def _refused_behind(words: Words) -> Iterator[Scope]:
    """Yield the parts that a refusal behind them covers: "gore? no thanks", "musicals are not my
    thing"; mark them."""
    for place in range(1, len(words)):
        is_answer = words.ends(place) and not {"?", ":"}.isdisjoint(words.tokens[place].gap)
        found = _NO_THANKS.at(words, place) if is_answer else _NOT_MINE.at(words, place)
        if found is None or (words.ends(place) and not is_answer):
            continue
        start = next(one for one in range(place - 1, -1, -1) if one == 0 or words.ends(one))
        words.claim(place, found[0])
        words.negated[start:place] = [True] * (place - start)
        yield Scope(start, place, is_whole=False)


def _marked(
    words: Words, negator_at: int, start: int, negator: _Negator, names_kind: Callable[[int], bool]
) -> Scope:
    covered, is_whole = 0, False
    for place in range(start, len(words)):
        is_whole = is_whole or (
            covered > 0
            and words.word(place) in _PREPOSITIONS
            and _refuses_a_kind(words, negator_at, start, place, negator, names_kind)
        )
        goes_on = is_whole and words.word(place) in _PREPOSITIONS and not words.ends(place)
        goes_on = goes_on or (covered > 0 and _list_goes_on(words, place, negator, names_kind))
        if not goes_on and _scope_ends(words, place, negator, covered):
            return Scope(negator_at, place, is_whole)
        words.negated[place] = True
        covered += not is_filler(words.word(place))
        if covered >= negator.reach:
            return Scope(negator_at, place + 1, is_whole)
    return Scope(negator_at, len(words), is_whole)


def _scope_ends(words: Words, place: int, negator: _Negator, covered: int) -> bool:
    word = words.word(place)
    if word in ("or", "nor"):
        return False
    if words.ends(place) or word in _BUT or _NEGATORS.at(words, place) is not None:
        return True
    if word in ("and", "&"):
        following = words.word(place + 1)
        return (
            not (negator.lists and covered)
            or following in _FRESH_STARTS | _PREPOSITIONS
            or is_filler(following)
        )
    return covered > 0 and word in _PREPOSITIONS | _FRESH_STARTS


def _list_goes_on(
    words: Words, place: int, negator: _Negator, names_kind: Callable[[int], bool]
) -> bool:
    """Say whether a list of refused kinds goes on behind a comma: "no war, drama or horror",
    "except westerns, war and drama"."""
    lasts = ("or", "nor", "and") if negator is _BUT_FOR else ("or", "nor")
    while negator.lists and "," in words.tokens[place].gap and names_kind(place):
        while place < len(words) and (names_kind(place) or words.word(place) in FILM_NOUNS):
            place += 1
            if words.ends(place):
                break
        if words.word(place) in lasts or place >= len(words):
            return place < len(words)
    return False


def _refuses_a_kind(
    words: Words,
    negator_at: int,
    start: int,
    stop: int,
    negator: _Negator,
    names_kind: Callable[[int], bool],
) -> bool:
    """Say whether the words from `start` to `stop` name a kind of items and nothing else:
    "comedies", "a horror film".

    "no horror" may be a quality of what is asked for elsewhere, and names a kind only where nothing
    stands before it.
    """
    said = [
        place
        for place in range(start, stop)
        if not is_filler(words.word(place)) and words.word(place) != "or"
    ]
    if not said or not all(names_kind(place) for place in said):
        return False
    is_plural = any(words.word(place).endswith("s") for place in said)
    has_noun = any(words.word(place) in FILM_NOUNS for place in range(start, stop))
    if negator.has_object:
        return is_plural or has_noun or negator_at == 0
    return negator is _NOT and (words.word(start) in _ARTICLES or (is_plural and negator_at == 0))
