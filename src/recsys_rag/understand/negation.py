"""Which words of a text are said not to be wanted. What they mean is left to the recognizers."""

from dataclasses import dataclass

from recsys_rag.understand.fillers import is_filler
from recsys_rag.understand.tokens import Phrases, Words


@dataclass(frozen=True, slots=True)
class _Negator:
    lists: bool = False  # "without gore and violence": what "and" adds is unwanted too
    reach: int = 50  # words with a meaning of their own that it covers at most


_NOT, _NO, _NEXT = _Negator(), _Negator(lists=True), _Negator(reach=1)

_NEGATORS = Phrases(
    [
        *(
            (one, _NOT)
            for one in ("not", "never", "isnt", "arent", "wasnt", "werent", "doesnt", "didnt", "wont", "aint")
        ),
        *((one, _NOT) for one in ("shouldnt", "cannot be", "cant be", "rather than", "instead of", "dont", "do not")),
        *((one, _NO) for one in ("no", "without", "nothing", "none of", "none", "neither", "except", "except for")),
        *((one, _NO) for one in ("excluding", "exclude", "avoid", "avoiding", "skip", "minus", "anything but")),
        *((one, _NO) for one in ("everything but", "all but", "other than", "apart from", "aside from", "besides")),
        *((one, _NO) for one in ("hate", "hated", "dislike", "disliked", "cant stand", "sick of", "tired of")),
        *((one, _NEXT) for one in ("non", "less", "fewer")),
    ]
)
_NO_NEGATIONS = Phrases(
    (one, None)
    for one in (
        *("not only", "not just", "not necessarily", "no matter", "why not", "no preference", "no preferences"),
        *("dont mind", "do not mind", "dont care", "do not care", "no problem", "whether or not", "cant get enough of"),
        *("never seen", "not seen", "havent seen", "never heard of", "no idea", "dont know", "do not know", "no less"),
    )
)
_BUT = frozenset(("but", "though", "although", "however", "yet", "only"))
_PREPOSITIONS = frozenset(
    ("from", "with", "by", "in", "set", "about", "before", "after", "since", "under", "during", "starring", "directed")
)
_FRESH_STARTS = frozenset(
    ("something", "anything", "i", "we", "please", "give", "show", "prefer", "maybe", "just", "rather", "want")
    + ("it", "ideally", "preferably", "instead", "more", "very", "really")
)


def mark(words: Words) -> None:
    """Mark what each "not", "no", "without" ... covers as negated, and claim the negators.

    A scope ends at punctuation, at "but", at a preposition or a fresh start ("something", "I") once something has been
    negated, and at "and", unless a list of unwanted things goes on ("without gore and violence"). "or" goes on always.

    >>> words = Words("drama, not horror or war, with a twist")
    >>> mark(words)
    >>> [token.word for token, negated in zip(words.tokens, words.negated, strict=True) if negated]
    ['horror', 'or', 'war']
    """
    for _ in _NO_NEGATIONS.claim_all(words):
        pass
    for start, stop, negator in _NEGATORS.claim_all(words):
        if not (negator is _NEXT and start and words.word(start - 1) == "no"):
            _mark_scope(words, stop, negator)


def _mark_scope(words: Words, start: int, negator: _Negator) -> None:
    covered = 0
    for place in range(start, len(words)):
        word = words.word(place)
        if _scope_ends(words, place, word, negator, covered):
            return
        words.negated[place] = True
        covered += not is_filler(word)
        if covered >= negator.reach:
            return


def _scope_ends(words: Words, place: int, word: str, negator: _Negator, covered: int) -> bool:
    if word in ("or", "nor"):
        return False
    if words.ends(place) or word in _BUT or _NEGATORS.at(words, place) is not None:
        return True
    if word in ("and", "&"):
        following = words.word(place + 1)
        return not (negator.lists and covered) or following in _FRESH_STARTS | _PREPOSITIONS or is_filler(following)
    return covered > 0 and word in _PREPOSITIONS | _FRESH_STARTS
