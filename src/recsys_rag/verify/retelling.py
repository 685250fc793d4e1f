"""Whether words retell a sentence of ours: in its order, with synonyms from a closed table, and
less of it where what is left stays true. Knows no grammar of clauses about a film.

The words of both are laid side by side from left to right. A word that the sentence has may be
said by itself, in another form of its verb, or by what `retelling.toml` holds to say the same or
less; a modifier, an aside, one of several things done and what follows a clause may be left out,
but nothing in the reach of a negation. Nothing may be said that the sentence does not have.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from recsys_rag.verify._genres import article_of
from recsys_rag.verify._tokens import tokens_of

_TABLE = Path(__file__).with_name("retelling.toml")
_LONGEST = 8  # words of a phrase of the table
_DETERMINERS = {  # what the sentence has -> what may be said for it
    "a": ("a", "an", "the", "one", "this"),
    "an": ("a", "an", "the", "one", "this"),
    "the": ("the", "a", "an"),
    **{own: (own, "the", "a", "an") for own in ("his", "her", "their", "its")},
}
_HIS, _HER = ("he", "his", "him", "himself"), ("she", "her", "herself")
_PLACES = frozenset({"in", "on", "at", "aboard", "near", "during"})
_BE = frozenset({"is", "are", "was", "were", "be", "been", "being"})
_ACTIVE, _PASSIVE = "active", "passive"

Phrase = tuple[str, str]  # words in their first form, and the form of the verb


class _Words(NamedTuple):
    """The table, with all forms of its verbs."""

    forms: Mapping[str, tuple[Phrase, ...]]
    says: Mapping[Phrase, frozenset[Phrase]]  # what is said -> what the sentence has
    of: Mapping[str, frozenset[str]]  # lists of words by name

    def phrases(self, words: Sequence[str], place: int) -> Iterator[tuple[int, Phrase]]:
        """Yield where phrases that begin here end, and what they are in their first form."""
        for lemma, form in (*self.forms.get(words[place], ()), (words[place], "")):
            said = lemma
            yield place + 1, (said, form)
            for end in range(place + 1, min(place + _LONGEST, len(words))):
                said = f"{said} {words[end]}"
                yield end + 1, (said, form)

    def is_form(self, word: str, form: str) -> bool:
        return any(one[1] == form for one in self.forms.get(word, ()))


@cache
def _words() -> _Words:
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    forms: dict[str, dict[Phrase, None]] = {}
    irregular = {line.split()[0]: line.split()[1:] for line in table["irregular"]}
    for verb in table["verbs"].split():
        own = irregular.get(verb, ())
        for word in (
            verb,
            _with_s(verb),
            _with_ing(verb),
            *(one for one in own if one[-3:] == "ing"),
        ):
            forms.setdefault(word, {})[verb, _ACTIVE] = None
        pasts = [one for one in own if one[-3:] != "ing"] or [_with_ed(verb)]
        for word in pasts:
            forms.setdefault(word, {})[verb, _PASSIVE] = None
    forms["has"], forms["had"] = {("have", _ACTIVE): None}, {("have", _PASSIVE): None}
    forms["have"] = forms["having"] = forms["has"]
    for word in _BE:
        forms[word] = {("be", _ACTIVE): None}
    says: dict[Phrase, set[Phrase]] = {}
    for part, ways in (
        ("doing", ((_same, _ACTIVE), (_same, _PASSIVE))),
        ("things", ((_same, ""), (_many, ""))),
        ("other", ((_same, ""),)),
    ):
        for change, form in ways:
            for line in table[part]["same"]:
                group = [(change(one), form) for one in line.split(", ")]
                for one in group:
                    says.setdefault(one, set()).update(group)
            for had, others in table[part]["less"].items():
                for one in others.split(", "):
                    says.setdefault((change(one), form), set()).add((change(had), form))
    lists = {name: frozenset(of.split()) for name, of in table["words"].items()}
    return _Words(
        {word: tuple(of) for word, of in forms.items()},
        {said: frozenset(of) for said, of in says.items()},
        lists,
    )


def _same(phrase: str) -> str:
    return phrase


def _many(phrase: str) -> str:
    """Return the plural of a noun, which is the last word.

    >>> _many("police officer"), _many("thief"), _many("policewoman"), _many("spy")
    ('police officers', 'thieves', 'policewomen', 'spies')
    """
    for one, many in (("man", "men"), ("child", "children"), ("fe", "ves"), ("thief", "thieves")):
        if phrase.endswith(one):
            return phrase.removesuffix(one) + many
    return _with_s(phrase)


def _with_s(word: str) -> str:
    word = re.sub("(?<=i)z$", "zz", word)
    if re.search("(s|x|z|ch|sh|[^aeou]o)$", word):
        return f"{word}es"
    return re.sub("(?<=[^aeiou])y$", "ie", word) + "s"


def _with_ing(verb: str) -> str:
    return (re.sub("(?<=[^e])e$", "", verb) if verb != "be" else verb) + _twice(verb) + "ing"


def _with_ed(verb: str) -> str:
    return re.sub("(?<=[^aeiou])y$", "i", verb.removesuffix("e")) + _twice(verb) + "ed"


def _twice(verb: str) -> str:
    """Return the letter that is doubled before an ending: "plan" is "planned"."""
    return verb[-1] if re.fullmatch("[^aeiou]*(?:u(?=i))?[aeiou][bdgklmnprtv]", verb) else ""


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
        self._lines = [_Line(one) for one in (had, *_other_orders(had))]

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
            known = _words()
            meant = self._meant[here] = {}
            for end, phrase in known.phrases(self.words, here):
                for one in (phrase, *known.says.get(phrase, ())):
                    meant.setdefault(one, []).append(end)
        return self._meant[here]


@lru_cache(maxsize=16)
def _said(words: tuple[str, ...]) -> _Said:
    return _Said(words)


def _other_orders(had: list[str]) -> Iterator[list[str]]:
    """Yield the same sentence in other words' order, each true where the sentence is."""
    known = _words()
    parts, verb = _Parts(had, known), first_verb(had)
    for at in range(1, len(had) - 2):
        end = parts.noun_end(at + 1)
        if end == at + 1:
            continue
        if had[at] in _PLACES and parts.is_plain(at):  # "in Beijing" first, or last in its clause
            yield [*had[at:end], ",", *had[:at], *had[end:]]
            after = (i for i in range(end, len(had)) if had[i] in (*known.of["clause"], ","))
            stop = next(after, len(had))
            if at < verb:
                yield had[:at] + had[end:stop] + had[at:end] + had[stop:]
        if had[at] == "of" and had[at + 1] in _DETERMINERS and (begin := parts.noun_begin(at)):
            owner = f"{had[end - 1]}'" if had[end - 1].endswith("s") else f"{had[end - 1]}'s"
            yield [*had[: begin - 1], *had[at + 1 : end - 1], owner, *had[begin:at], *had[end:]]
    if verb < 1:
        return
    rest = had[verb + 1 :]
    if had[verb] in ("sees", "has", "finds") and rest[0] in ("his", "her"):
        yield [*had[:verb], "whose", *rest[1:]]
    if had[verb : verb + 3] == ["fall", "in", "love"] and "and" in had[:verb]:
        one, other = had[: had.index("and")], had[had.index("and") + 1 : verb]
        yield [*one, "fall", "in", "love", "with", *other, *had[verb + 3 :]]
    if had[verb] in ("is", "are") and "and" in rest and known.is_form(rest[0], _PASSIVE):
        join = rest.index("and")
        yield [*rest[:join], ",", *had[:verb], *rest[join + 1 :]]
    yield from _passive(had, verb, parts, known)
    if "who" in had[:verb]:  # a killer who quizzes his victims stalks a town
        at = had.index("who")
        for main in (place for place in range(at + 2, len(had)) if parts.is_main(place)):
            yield [*had[:at], *had[main:], "and", *had[at + 1 : main]]
            yield [*had[:at], *had[at + 1 : main], "and", *had[main:]]
            yield [*had[:at], *had[main:]]


def _passive(had: list[str], verb: int, parts: "_Parts", known: _Words) -> Iterator[list[str]]:
    """Yield "the teenagers are stalked by a killer" for "a killer stalks the teenagers"."""
    lemma = next((one for one, form in known.forms.get(had[verb], ()) if form == _ACTIVE), "")
    end = parts.noun_end(verb + 1)
    while end < len(had) and had[end] == "of" and parts.noun_end(end + 1) > end + 1:
        end = parts.noun_end(end + 1)
    done = next((word for word, of in known.forms.items() if (lemma, _PASSIVE) in of), "")
    if lemma and done and end > verb + 1 and known.of["negation"].isdisjoint(had[:end]):
        yield [*had[verb + 1 : end], "is", done, "by", *had[:verb], *had[end:]]


class _Line:
    """The words of a sentence in one order."""

    def __init__(self, had: Sequence[str]) -> None:
        known = _words()
        parts = _Parts(had, known)
        self._had = had
        self._verb = first_verb(had)
        self._phrases = [list(known.phrases(had, place)) for place in range(len(had))]
        self._drops = [list(parts.drops(place)) for place in range(len(had))]
        self._may_end = [*(parts.may_end(place) for place in range(len(had))), True]

    def ends(self, said: "_Said", place: int) -> set[int]:
        """Return where words from here on that retell the sentence can end."""
        known, ends = _words(), set[int]()
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
        self, at: int, here: int, said: "_Said", known: _Words
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
        if word in _DETERMINERS.get(had, ()) and is_right:
            yield at + 1, here + 1, True
        meant = said.meant(here)
        for end, phrase in self._phrases[at]:
            for stop in meant.get(phrase, ()):
                yield end, stop, True
        if at:
            yield from ((at, stop, False) for stop in self._idle(at, here, words, known))

    def _idle(self, at: int, here: int, words: Sequence[str], known: _Words) -> Iterator[int]:
        """Yield where words end that say nothing: "who" before the verb, "who is" before a
        participle."""
        had, before, word = self._had[at], self._had[at - 1], words[here]
        following = words[here + 1] if here + 1 < len(words) else ""
        is_verb = known.is_form(had, _ACTIVE) or had in known.of["modal"]
        if word in known.of["idle"] and is_verb:
            yield here + 1
        is_bare = had not in known.of["function"] and before not in _DETERMINERS
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
        elif known.is_form(had, _PASSIVE) and not known.is_form(before, _ACTIVE):
            if word in ("is", "are"):
                yield here + 1
            if word in ("who", "that") and following in ("is", "are", "was", "were"):
                yield here + 2

    def _pronouns(self, known: _Words) -> frozenset[str]:
        """Return the pronouns that may stand for whom the sentence is about."""
        is_many = self._had[0] in known.of["number"] or "their" in self._had
        if is_many:
            return frozenset({"they"})
        his, her = (not {*own}.isdisjoint(self._had) for own in (_HIS, _HER))
        return frozenset(one for one, is_out in (("he", her), ("she", his)) if not is_out)


def first_verb(had: Sequence[str]) -> int:
    """Return the place of the first verb of a sentence, -1 where none is known."""
    known = _words()
    for place in range(1, len(had)):
        if had[place - 1] in known.of["function"] or had[place].endswith("ing"):
            continue
        if had[place] in known.of["modal"] or known.is_form(had[place], _ACTIVE):
            return place
    return -1


class _Parts:
    """The parts of a sentence that may be left out."""

    def __init__(self, had: Sequence[str], known: _Words) -> None:
        self._had, self._known, self._of = had, known, known.of
        self._verb = first_verb(had)
        self._negated: list[bool] = []
        is_negated = False
        for word in had:
            is_negated = (is_negated and word not in self._of["clause"]) or (
                word in self._of["negation"]
            )
            self._negated.append(is_negated)

    def may_end(self, at: int) -> bool:
        """Say whether what stands before this place is true by itself."""
        if at < 2 or self._had[at - 1] in self._of["unfinished"]:
            return False
        word = self._had[at]
        if at == self._verb:
            return True
        if word in self._of["clause"] or word == ",":
            return True
        if self._negated[at] or self._is_verb(at - 1):
            return False
        return word in self._of["preposition"] or word in ("to", "that")

    def drops(self, at: int) -> Iterator[int]:
        """Yield where parts end that begin here and may be left out."""
        had, word = self._had, self._had[at]
        if at == 0 and word in self._of["lead"] and "," in had:
            yield had.index(",") + 1
        if word == "," or word in _DETERMINERS:
            yield at + 1
        if word == "and" and at + 1 < len(had) and (had[at - 1] == "," or self._is_verb(at + 1)):
            yield at + 1
        if self._negated[at]:
            return
        if self._is_modifier(at):
            yield at + 1
        if word in _DETERMINERS and (end := self._owner_end(at)):
            yield end
        is_place = word in self._of["preposition"] and at and not self._is_verb(at - 1)
        if is_place and (end := self.noun_end(at + 1)) > at + 1:
            yield end
        if word == "," and "," in had[at + 1 :] and had[at + 1] in self._of["aside"]:
            yield had.index(",", at + 1) + 1
        if word in (",", "and"):
            yield from self._listed(at)
        is_first = self._is_content(at) and had[at + 1 : at + 2] == ["and"] and at + 2 < len(had)
        if is_first and self._is_content(at + 2) and not self._is_verb(at + 2):
            yield at + 2
        if self._is_verb(at) and at:
            yield from self._done_before(at)
        if word in ("who", "that") and had[at + 1 : at + 2] and had[at + 1] in ("is", "are"):
            yield at + 2
        is_behind_noun = at and at + 1 < len(had) and self._is_content(at - 1)
        if is_behind_noun and word in ("is", "are") and self._known.is_form(had[at + 1], _PASSIVE):
            yield at + 1

    def _is_modifier(self, at: int) -> bool:
        had = self._had
        if had[at] in self._of["kept"] or not self._is_content(at) or at + 1 >= len(had):
            return False
        if not self._is_content(at + 1) or self._is_verb(at + 1):
            return False
        place = at - 1
        while place >= 0 and self._is_content(place) and not self._is_verb(place):
            place -= 1
        return place >= 0 and (had[place] in _DETERMINERS or had[place] in self._of["number"])

    def _listed(self, at: int) -> Iterator[int]:
        """Yield where a list of further people that do the same ends."""
        end = at
        while end < len(self._had) and self._had[end] in (",", "and"):
            begin = end + 1
            if self._had[begin : begin + 1] and self._had[begin] not in _DETERMINERS:
                return
            end = self.noun_end(begin)
            if end == begin:
                return
        if end < len(self._had) and self._is_verb(end):
            yield end

    def _done_before(self, at: int) -> Iterator[int]:
        """Yield where the next thing is done by the same: "sings and" of "sings and schemes"."""
        if self._is_content(at - 1) and not self._had[at].endswith("s"):
            return
        for end in range(at + 1, len(self._had) - 1):
            if self._had[end] in self._of["clause"] or self._negated[end]:
                is_next = self._had[end] == "and" and self._had[end + 1].endswith("s")
                if is_next and self._is_verb(end + 1):
                    yield end + 1
                return

    def noun_end(self, at: int) -> int:
        """Return where a noun with its article and modifiers ends, `at` where there is none."""
        end = at
        if end < len(self._had) and self._had[end] in _DETERMINERS:
            end += 1
        begin = end
        while end < len(self._had) and (
            self._is_content(end) or self._had[end] in self._of["number"]
        ):
            if end > begin and self._is_verb(end):
                break
            end += 1
        return end if end > begin else at

    def is_plain(self, at: int) -> bool:
        """Say whether what stands here belongs to all of its clause: behind no verb that wants it,
        and in the reach of no negation or other clause."""
        before = self._had[:at]
        return not self._negated[at] and self._of["clause"].isdisjoint(before)

    def is_main(self, at: int) -> bool:
        """Say whether the verb of a sentence may stand here, behind what is told with "who"."""
        is_finite = self._had[0] in self._of["number"] or self._had[at].endswith("s")
        is_verb = is_finite and self._known.is_form(self._had[at], _ACTIVE)
        is_modal = self._had[at] in self._of["modal"]
        return (is_verb or is_modal) and self._is_content(at - 1)

    def noun_begin(self, at: int) -> int:
        """Return where the noun before this place begins behind its article, 0 without one."""
        begin = at
        while begin and self._is_content(begin - 1) and not self._is_verb(begin - 1):
            begin -= 1
        return begin if begin < at and begin and self._had[begin - 1] in ("a", "an", "the") else 0

    def _owner_end(self, at: int) -> int:
        """Return where "a widowed captain's" ends, 0 for what owns nothing."""
        for end in range(at + 1, len(self._had) - 1):
            if self._had[end].endswith(("'s", "s'")):
                return end + 1
            if not self._is_content(end) or self._is_verb(end):
                return 0
        return 0

    def _is_content(self, at: int) -> bool:
        return self._had[at] not in self._of["function"] and self._had[at][0].isalpha()

    def _is_verb(self, at: int) -> bool:
        if at and self._had[at - 1] in (*_DETERMINERS, *self._of["number"]):
            return False
        return self._known.is_form(self._had[at], _ACTIVE) or self._had[at] in self._of["modal"]
