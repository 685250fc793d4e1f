"""Which words of a text are not wanted. What they mean is left to the recognizers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from recsys_rag.understand._fillers import FILM_NOUNS, is_filler
from recsys_rag.understand._tokens import Phrases, Words, expanded, lexicon, word_set
from recsys_rag.understand._year_words import is_decade


@dataclass(frozen=True, slots=True)
class _Negator:
    lists: bool = False  # "without gore and violence": what "and" adds is unwanted too
    has_object: bool = False  # "no comedies from the 80s": the years belong to the comedies
    reach: int = 50  # words with a meaning of their own that it covers at most


_SAID = lexicon("negation")
# Verbs of refusal that may follow who refuses: "kids hate musicals".
REFUSING = expanded(_SAID["refusing"])
_NOT, _LESS = _Negator(), _Negator(reach=1)
_NO, _BUT_FOR = _Negator(lists=True, has_object=True), _Negator(lists=True)
_NEGATORS = Phrases.table(
    {_SAID["not"]: _NOT, _SAID["no"]: _NO, _SAID["but_for"]: _BUT_FOR, _SAID["less"]: _LESS}
)
_NO_NEGATIONS = Phrases.table({_SAID["no_negations"]: None})
# What names a kind, and asks for none: a doubt, what was once, the taste of somebody else, talk.
# It is left out up to the end of its part, and neither wanted nor refused.
_DOUBTS = Phrases.table({_SAID["doubts"]: None})
# What is neither wanted nor refused: "not necessarily horror", "a western isn't a must".
_LEFT_OPEN = Phrases.table({_SAID["left_open"]: None})
_LEFT_OPEN_BEHIND = Phrases.table({_SAID["left_open_behind"]: None})
_OTHERS = Phrases.table({_SAID["others"]: None})
_OWN = Phrases.table({_SAID["own"]: None})
_TALK = Phrases.table({_SAID["talk"]: None})
# Behind what is not wanted: "gore? no thanks", "musicals are not my thing".
_NO_THANKS = Phrases.table({_SAID["no_thanks"]: None})
_NOT_MINE = Phrases.table({_SAID["not_mine"]: None})
_BEGINNING = word_set("i we they and hmm so well ok it oh but the")
_BUT = frozenset(("but", "though", "although", "however", "yet", "only"))
_PREPOSITIONS = word_set(
    """from with by in set about before after since under over during starring directed written
    featuring between made longer shorter older newer"""
)
_FRESH_STARTS = word_set(
    """something anything i we please give show prefer maybe just rather want it ideally
    preferably instead more very really"""
)
_NOTS = word_set("not never wont dont doesnt didnt cant cannot wouldnt shouldnt isnt arent")
_WILL = word_set("will would to could should can")
DEGREES = frozenset(("too", "so", "that", "overly"))
_REACH = 5  # words before what is refused, the negator's own among them
_ARTICLES = frozenset(("a", "an", "any", "another"))


@dataclass(frozen=True, slots=True)
class Scope:
    """Words that are not wanted, from the negator on."""

    start: int
    stop: int
    is_whole: bool  # refused only together, not one by one

    def holds(self, position: int) -> bool:
        return self.start <= position < self.stop


def mark(words: Words, names_kind: Callable[[int], bool]) -> list[Scope]:
    """Mark what each "not", "no", "without" covers as negated, claim these, and return the scopes.

    A scope ends at punctuation, at "but", at a preposition or a fresh start ("something", "I") once
    something has been negated, and at "and", unless a list of unwanted things goes on ("without
    gore and violence"). "or" goes on always. A preposition does not end it where items of a kind
    are refused ("no comedies from the 80s", "not a western with ..."): that kind is refused only as
    far as the rest holds. `names_kind(position)` says whether a word names a kind of item.

    >>> words = Words("drama, not horror or war, with a twist")
    >>> [(scope.start, scope.stop) for scope in mark(words, lambda position: False)]
    [(1, 5)]
    >>> [token.word for token, negated in zip(words.tokens, words.negated, strict=True) if negated]
    ['horror', 'or', 'war']
    """
    _leave_out_talk(words)
    for _ in _NO_NEGATIONS.claim_all(words):
        pass
    scopes = [*_refused_behind(words), *_free_of(words, names_kind)]
    for start, stop, negator in _NEGATORS.claim_all(words):
        if _is_told(words, start, stop):
            words.kept[start:stop] = [True] * (stop - start)
        elif not (negator is _LESS and words.word(start - 1) == "no"):  # "no less than"
            scopes.append(_Reach(words, negator, start, stop, names_kind).marked())
    return scopes


def _is_told(words: Words, start: int, stop: int) -> bool:
    """Say whether a negator belongs to what a film is about: "about not giving up"."""
    is_doing = words.word(stop).endswith("ing") and not words.ends(stop)
    return is_doing and words.word(start - 1) == "about" and not words.ends(start)


def is_refused_before(words: Words, start: int) -> bool:
    """Say whether a negator reaches what begins here, before negations are marked: "without any car
    chases"; up to three words lie between.

    >>> is_refused_before(Words("not another teen comedy"), 2), is_refused_before(Words("teens"), 0)
    (True, False)
    """
    for position in range(start - 1, max(start - _REACH, 0) - 1, -1):
        if words.ends(position + 1):
            return False
        negator = _NEGATORS.at(words, position)
        if negator is not None:
            return True
        around = _NEGATORS.at(words, position - 1)  # "anything but"
        if words.word(position) in _BUT and (around is None or around[0] <= position):
            return False
    return False


def _leave_out_talk(words: Words) -> None:
    """Claim what names kinds of items and wishes for none: "does anyone like westerns?", "I used to
    love horror", "a horror of a day", "not necessarily horror"; and what is for others where the
    person goes on with "I prefer ..."."""
    for start, stop, _ in list(_TALK.claim_all(words)):
        words.claim(start, stop)
    is_for_both = "both" in [token.word for token in words.tokens]
    for position in range(len(words)):
        begins = position == 0 or words.ends(position) or words.word(position - 1) in _BEGINNING
        doubt = _DOUBTS.at(words, position) if begins else None
        left_open = _LEFT_OPEN.at(words, position)
        left_open_behind = _LEFT_OPEN_BEHIND.at(words, position)
        others = None if is_for_both else _OTHERS.at(words, position)
        if doubt is not None:
            words.claim(position, _clause_end(words, doubt[0]))
        elif left_open is not None:
            words.claim(position, _clause_end(words, left_open[0]))
        elif left_open_behind is not None:
            start = max(words.part_start(position), position - 2)  # "where romance is optional"
            words.claim(start, left_open_behind[0])
        elif _is_second_choice(words, position):
            words.claim(position, _clause_end(words, position + 1))
        elif others is not None:
            stop = _clause_end(words, others[0])
            if any(_OWN.at(words, later) is not None for later in range(stop, len(words))):
                words.claim(position, stop)


def _is_second_choice(words: Words, position: int) -> bool:
    """Say whether "over" goes before what is liked less: "we prefer a drama over a comedy"."""
    return (
        position > 0
        and words.word(position) == "over"
        and words.is_free(position, position + 1)
        and "prefer" in [words.word(i) for i in range(words.part_start(position), position)]
    )


def _clause_end(words: Words, position: int) -> int:
    """Return where the clause ends that goes on here: at the end of its part, or at "but"."""
    while not words.ends(position) and words.word(position) not in _BUT:
        position += 1
    return position


def _free_of(words: Words, names_kind: Callable[[int], bool]) -> Iterator[Scope]:
    """Mark and yield what stands before "free": "a horror-free comedy", "romance free drama"."""
    for position in range(1, len(words)):
        if words.word(position) != "free" or not words.is_free(position - 1, position + 1):
            continue
        is_joined = words.tokens[position].gap == "-"
        goes_on = position + 1 < len(words) and words.word(position + 1) in ("to", "of", "from")
        if is_joined or (names_kind(position - 1) and not goes_on and not words.ends(position)):
            words.claim(position, position + 1)
            words.negated[position - 1] = True
            yield Scope(position - 1, position, is_whole=False)


def _refused_behind(words: Words) -> Iterator[Scope]:
    """Mark and yield parts refused behind them: "gore? no thanks", "musicals are not for me"."""
    for position in range(1, len(words)):
        is_answer = words.ends(position) and not {"?", ":"}.isdisjoint(words.tokens[position].gap)
        refusal = _NO_THANKS.at(words, position) if is_answer else _NOT_MINE.at(words, position)
        if is_answer and refusal is not None and not words.ends(refusal[0]):
            refusal = None  # "comedy? no horror" answers with another wish
        if not is_answer and words.word(position - 1) in _NOTS | _WILL:
            refusal = None  # "comedy that won't bore me", "a film that will make me cry"
        if not is_answer and is_refused_before(words, position):
            refusal = None  # "nothing that makes me cry" is refused before
        if refusal is None or (words.ends(position) and not is_answer):
            continue
        start = words.part_start(position)
        start = max([start, *(i + 1 for i in range(start, position) if words.word(i) in _BUT)])
        words.claim(position, refusal[0])
        words.negated[start:position] = [True] * (position - start)
        yield Scope(start, position, is_whole=False)


@dataclass(frozen=True, slots=True)
class _Reach:
    """One negator in a text, and how far it reaches."""

    words: Words
    negator: _Negator
    start: int  # of the negator
    stop: int
    names_kind: Callable[[int], bool]

    def marked(self) -> Scope:
        """Mark the words that are covered as negated, and return them as a scope."""
        words, covered, is_whole = self.words, 0, False
        for position in range(self.stop, len(words)):
            is_preposition = words.word(position) in _PREPOSITIONS
            is_whole = is_whole or (covered > 0 and is_preposition and self._refuses_kind(position))
            goes_on = is_whole and is_preposition and not words.ends(position)
            goes_on = goes_on or (covered > 0 and self._list_goes_on(position))
            if not goes_on and self._ends_at(position, covered):
                return Scope(self.start, position, is_whole)
            words.negated[position] = True
            covered += not is_filler(words.word(position))
            if covered >= self.negator.reach:
                return Scope(self.start, position + 1, is_whole)
        return Scope(self.start, len(words), is_whole)

    def _ends_at(self, position: int, covered: int) -> bool:
        words, word = self.words, self.words.word(position)
        if word in ("or", "nor"):
            return False
        if words.ends(position) or word in _BUT or _NEGATORS.at(words, position) is not None:
            return True
        following = words.word(position + 1)
        if covered and words.word(self.stop) in DEGREES and self.names_kind(position):
            return words.word(position - 1) not in ("or", "nor", "and")  # "not too scary horror"
        if words.word(position - 1) in ("or", "nor") and word in ("from", "in"):
            return False  # "neither from the 70s nor from the 80s"
        if word == "and":
            goes_on = self.negator.lists and covered
            return not goes_on or following in _FRESH_STARTS | _PREPOSITIONS or is_filler(following)
        return covered > 0 and word in _PREPOSITIONS | _FRESH_STARTS

    def _list_goes_on(self, position: int) -> bool:
        """Say whether a comma goes on with refused kinds: "no war, drama or horror"."""
        words = self.words
        lasts = ("or", "nor", "and") if self.negator is _BUT_FOR else ("or", "nor")
        while (
            (self.negator.lists or is_decade(words.word(position)))
            and "," in words.tokens[position].gap
            and self.names_kind(position)
        ):
            while position < len(words) and (
                self.names_kind(position) or words.word(position) in FILM_NOUNS
            ):
                position += 1
                if words.ends(position):
                    break
            if words.word(position) in lasts or position >= len(words):
                return position < len(words)
        return False

    def _refuses_kind(self, position: int) -> bool:
        """Say whether all words before `position` name a kind of item: "comedies", "a horror film".

        "no horror" may be a quality of what is asked for elsewhere, and names a kind only where
        nothing stands before it.
        """
        covered = range(self.stop, position)
        said = {i: self.words.word(i) for i in covered}
        telling = [i for i in covered if not is_filler(said[i]) and said[i] != "or"]
        if not telling or not all(map(self.names_kind, telling)):
            return False
        is_plural = any(said[i].endswith("s") for i in telling)
        if self.negator.has_object:
            return is_plural or self.start == 0 or not FILM_NOUNS.isdisjoint(said.values())
        is_kind = said[self.stop] in _ARTICLES or (is_plural and self.start == 0)
        return self.negator is _NOT and is_kind
