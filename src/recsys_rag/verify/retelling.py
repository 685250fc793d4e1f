"""Whether words retell a sentence of ours: in its order, with synonyms from a closed table, and
less of it where what is left stays true. Knows no grammar of clauses about a film.

The words of both are laid side by side from left to right. A word that the sentence has may be
said by itself, in another form of its verb, or by what `retelling.toml` holds to say the same or
less; a modifier, an aside, one of several things done and what follows a clause may be left out,
but nothing in the reach of a negation. Nothing may be said that the sentence does not have.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from recsys_rag.verify._genres import article_of
from recsys_rag.verify._lexicon import ACTIVE, DETERMINERS, PASSIVE, Lexicon, Phrase, lexicon
from recsys_rag.verify._sentence_parts import Parts, first_verb, other_orders
from recsys_rag.verify._tokens import tokens_of

_HIS, _HER = ("he", "his", "him", "himself"), ("she", "her", "herself")


class Retelling:
    """The ways to retell one sentence; a check of a slot, too.

    >>> retold = Retelling("A slick lawyer cannot tell a lie because of his son's wish")
    >>> [retold(text) for text in ("a lawyer cannot tell a lie", "a slick lawyer who can't lie")]
    [True, False]
    >>> retold("a slick lawyer tells a lie"), retold("the lawyer is unable to tell a lie")
    (False, True)
    """

    def __init__(self, sentence: str) -> None:
        had = list(tokens_of(sentence).words)
        self._lines = [_Line(one) for one in (had, *other_orders(had))]

    def __call__(self, text: str) -> bool:
        words = tokens_of(text).words
        return len(words) in self.ends(words, 0)

    def ends(self, words: Sequence[str], place: int) -> set[int]:
        """Return where words from here on that retell the sentence can end."""
        said = _said(tuple(words))
        return set[int]().union(*(line.ends(said, place) for line in self._lines))


@lru_cache(maxsize=1024)
def retelling_of(sentence: str) -> Retelling:
    """Return the ways to retell a sentence, made once."""
    return Retelling(sentence)


class _Said:
    """The words of a sentence, and at each place what they may be said for."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self._meant: dict[int, dict[Phrase, list[int]]] = {}

    def meant(self, here: int) -> Mapping[Phrase, list[int]]:
        """Return where phrases that begin here and may stand for each of the sentence end."""
        if here not in self._meant:
            known = lexicon()
            meant = self._meant[here] = {}
            for end, phrase in known.phrases(self.words, here):
                for one in (phrase, *known.says.get(phrase, ())):
                    meant.setdefault(one, []).append(end)
        return self._meant[here]


@lru_cache(maxsize=16)
def _said(words: tuple[str, ...]) -> _Said:
    return _Said(words)


class _Line:
    """The words of a sentence in one order."""

    def __init__(self, had: Sequence[str]) -> None:
        known = lexicon()
        parts = Parts(had, known)
        self._had = had
        self._verb = first_verb(had)
        self._phrases = [list(known.phrases(had, place)) for place in range(len(had))]
        self._drops = [list(parts.drops(place)) for place in range(len(had))]
        self._may_end = [*(parts.may_end(place) for place in range(len(had))), True]

    def ends(self, said: "_Said", place: int) -> set[int]:
        """Return where words from here on that retell the sentence can end."""
        known, ends = lexicon(), set[int]()
        seen = {(0, place, False)}
        open_states = [(0, place, False)]
        while open_states:
            at, here, is_said = open_states.pop()
            if is_said and self._may_end[at]:
                ends.add(here)
            for state in self._moves(at, here, said, known):
                if state not in seen:
                    seen.add(state)
                    open_states.append(state)
        return ends

    def _moves(
        self, at: int, here: int, said: "_Said", known: Lexicon
    ) -> Iterator[tuple[int, int, bool]]:
        words = said.words
        if at == len(self._had):
            return
        for end in self._drops[at]:
            yield end, here, False
        if here == len(words):
            return
        had, word = self._had[at], words[here]
        if had == word:
            yield at + 1, here + 1, True
        if had == "who" and self._had[at - 1] == "," and word in self._pronouns(known):
            yield at + 1, here + 1, True
        following = words[here + 1] if here + 1 < len(words) else ""
        is_right = word not in ("a", "an") or word == article_of(following or "a")
        if word in DETERMINERS.get(had, ()) and is_right:
            yield at + 1, here + 1, True
        meant = said.meant(here)
        for end, phrase in self._phrases[at]:
            for stop in meant.get(phrase, ()):
                yield end, stop, True
        if at:
            yield from ((at, stop, False) for stop in self._idle(at, here, words, known))

    def _idle(self, at: int, here: int, words: Sequence[str], known: Lexicon) -> Iterator[int]:
        """Yield where words end that say nothing: "who" before the verb, "who is" before a
        participle."""
        had, before, word = self._had[at], self._had[at - 1], words[here]
        following = words[here + 1] if here + 1 < len(words) else ""
        is_verb = known.is_form(had, ACTIVE) or had in known.of["modal"]
        if word in known.of["idle"] and is_verb:
            yield here + 1
        is_bare = had not in known.of["function"] and before not in DETERMINERS
        if word in ("a", "an", "the") and is_bare and not is_verb:
            yield here + 1
        if word == "," and (is_verb or had in known.of["clause"] | known.of["preposition"]):
            yield here + 1
        is_behind_noun = before not in known.of["function"]
        if not is_behind_noun:
            return
        if is_verb:
            if at == self._verb:
                if word in ("who", "that"):
                    yield here + 1
                if word in ("as", "while", "when") and following in self._pronouns(known):
                    yield here + 2
        elif known.is_form(had, PASSIVE) and not known.is_form(before, ACTIVE):
            if word in ("is", "are"):
                yield here + 1
            if word in ("who", "that") and following in ("is", "are", "was", "were"):
                yield here + 2

    def _pronouns(self, known: Lexicon) -> frozenset[str]:
        """Return the pronouns that may stand for whom the sentence is about."""
        is_many = self._had[0] in known.of["number"] or "their" in self._had
        if is_many:
            return frozenset({"they"})
        his, her = (not {*own}.isdisjoint(self._had) for own in (_HIS, _HER))
        return frozenset(one for one, is_out in (("he", her), ("she", his)) if not is_out)
