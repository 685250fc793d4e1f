"""Sentences read by composition: the rules of `composition.toml`, what each part of a sentence
says, and whether the cited facts bear it out. Knows no kind of fact.

A rule is a wording (`_grammar`); behind "=>" stands what its parts say together: the name of a
statement, and what it says besides, as a word that the facts must have or as "slot=said", with "_"
for a blank. A rule
that begins with "+" only adds these to what stands around it. All statements of a sentence must be
true; where a sentence can be read in several ways, all of them.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from recsys_rag.verify._grammar import Node, graph
from recsys_rag.verify._matching import Uses, WordMatcher
from recsys_rag.verify._retelling import Retelling
from recsys_rag.verify._shapes import SHAPES
from recsys_rag.verify._wording_graphs import shared

_RULES = Path(__file__).with_name("composition.toml")
_MOST_READINGS = 64
_MOST_USES = 64


class Said(NamedTuple):
    """What words say in a slot."""

    slot: str
    text: str
    begin: int
    end: int


class Statement(NamedTuple):
    """What words say together: all of it must be one fact's. `needs`: a slot that the fact has."""

    name: str
    said: tuple[Said, ...]
    begin: int
    end: int


Meaning = tuple[Said | Statement, ...]


class _Rule(NamedTuple):
    """One way to say a part of a sentence."""

    node: Node
    name: str  # of the statement that it makes; "" for none
    adds: tuple[tuple[str, str], ...]


class _First(NamedTuple):
    """What the words of a rule can begin with."""

    words: frozenset[str]
    slots: frozenset[str]
    is_open: bool  # nothing need come


class _Alternatives(NamedTuple):
    """The rules that make one part, and the places of those that can begin so."""

    rules: tuple[_Rule, ...]
    by_word: dict[str, frozenset[int]]
    by_slot: tuple[tuple[str, frozenset[int]], ...]
    of_nothing: frozenset[int]  # nothing need come


class _Rules(NamedTuple):
    """All rules by what they make, and the shapes of their slots."""

    of: dict[str, _Alternatives]
    shapes: dict[str, str | Node]
    needs: dict[str, str]  # statement -> slot that tells its facts
    fillers: frozenset[str]


@cache
def _rules() -> _Rules:
    table = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    alone: dict[str, tuple[_Rule, ...]] = {}
    for name, wordings in table["rules"].items():
        by_effect: dict[str, list[str]] = {}
        for wording in wordings:
            said, _, effect = wording.partition(" => ")
            by_effect.setdefault(effect, []).append(said)
        alone[name] = tuple(_rule(said, effect) for effect, said in by_effect.items())
    of = {name: _alternatives(name, alone) for name in alone}
    shapes = {
        name: shape if shape in SHAPES else graph([shape])
        for name, shape in table["shapes"].items()
    }
    return _Rules(of, shapes, table["statements"], frozenset(table["fillers"]))


def _rule(wordings: Sequence[str], effect: str) -> _Rule:
    name, *adds = effect.split() or [""]
    parted = (one.partition("=") for one in adds)
    pairs = tuple((slot, said.replace("_", " ")) for slot, _, said in parted)
    return _Rule(graph(wordings), "" if name == "+" else name, pairs)


def _alternatives(name: str, rules: dict[str, tuple[_Rule, ...]]) -> _Alternatives:
    by_word, by_slot = defaultdict[str, set[int]](set), defaultdict[str, set[int]](set)
    of_nothing: set[int] = set()
    for place, rule in enumerate(rules[name]):
        first = _first(rule.node, rules, frozenset((name,)))
        for word in first.words:
            by_word[word].add(place)
        for slot in first.slots:
            by_slot[slot].add(place)
        if first.is_open:
            of_nothing.add(place)
    return _Alternatives(
        rules[name],
        {word: frozenset(places) for word, places in by_word.items()},
        tuple((slot, frozenset(places)) for slot, places in sorted(by_slot.items())),
        frozenset(of_nothing),
    )


def _first(node: Node, rules: dict[str, tuple[_Rule, ...]], within: frozenset[str]) -> _First:
    """Return what can come at a node first; parts that we are `within` add nothing of their own."""
    firsts = [_First(frozenset(node.words), frozenset(name for name, _ in node.slots), node.ends)]
    for name, behind in node.parts:
        inner = [
            _first(rule.node, rules, within | {name})
            for rule in (rules[name] if name not in within else ())
        ]
        firsts += [one._replace(is_open=False) for one in inner]
        if any(one.is_open for one in inner):
            firsts.append(_first(behind, rules, within))
    return _First(
        frozenset().union(*(one.words for one in firsts)),
        frozenset().union(*(one.slots for one in firsts)),
        any(one.is_open for one in firsts),
    )


class Composer:
    """Reads one sentence of one context in one way of taking its names."""

    def __init__(self, sentence: WordMatcher) -> None:
        self.sentence = sentence
        self._words = sentence.words
        self._rules = _rules()
        self._parts: dict[tuple[str, int], list[tuple[int, Meaning]]] = {}
        self._slots: dict[tuple[str, int], list[tuple[int, Meaning]]] = {}
        self.refuted: tuple[int, str, str] | None = None

    def ways(self) -> frozenset[Uses] | None:
        """Return the citations under which the sentence is true, each way; none where it is false
        in one of its readings, None where it cannot be read."""
        readings = self._readings()
        if not readings:
            return None
        ways = frozenset[Uses]()
        for alike in readings:
            true = [way for one in alike for way in self._borne_out(one)]
            if not true:
                return frozenset()
            ways |= frozenset(true)
        return ways

    def _readings(self) -> list[list[Meaning]]:
        """Return the meanings of the whole sentence; those that differ only in what a word is
        taken for, side by side."""
        origin = self.sentence.tokens.origin
        if not self._words or self._words[-1] != "." or origin[0][0].islower():
            return []
        alike: dict[object, list[Meaning]] = {}
        for end, meaning in self._part("S", 0):
            if end == len(self._words) and _is_whole(meaning):
                alike.setdefault(_key(meaning), []).append(meaning)
        return list(alike.values()) if len(alike) <= _MOST_READINGS else []

    # --- truth -----------------------------------------------------------------------------------

    def _borne_out(self, meaning: Meaning) -> set[Uses]:
        ways: set[Uses] = {frozenset()}
        for one in meaning:
            if isinstance(one, Statement) and one.name == "item":
                bearing = self._borne_out(one.said)
            else:
                bearing = (
                    self._bearing(one) if isinstance(one, Statement) else self._bearing_of_item(one)
                )
            ways = {way | more for way, more in product(ways, bearing)}
            if not ways or len(ways) > _MOST_USES:
                return set()
        return ways

    def _bearing_of_item(self, one: Said) -> set[Uses]:
        sentence = self.sentence
        found: set[Uses] = {
            frozenset((use,))
            for use in sentence.able(min(one.begin, one.end - 1), one.end)
            if self._agrees(use[1], [one])
        }
        known = sentence.known.get(_slot_of(one.slot))
        if known and known(one.text):
            found.add(frozenset())
        return found

    def _bearing(self, one: Statement) -> set[Uses]:
        sentence, need = self.sentence, self._rules.needs[one.name]
        found: set[Uses] = set()
        for use in sentence.able(one.begin, one.end):
            if need in sentence.checks_of(use[1]) and self._agrees(use[1], one.said):
                found.add(frozenset((use,)))
        if one.name == "asked" and all(said.slot == "asked_words" for said in one.said):
            found |= {
                frozenset((use,))
                for use in sentence.able(one.begin, one.end)
                if "words" in sentence.checks_of(use[1])
            }
            found.add(frozenset())
        return found

    def _agrees(self, number: int, said: Sequence[Said]) -> bool:
        checks = self.sentence.checks_of(number)
        for one in said:
            check = checks.get(_slot_of(one.slot))
            if check is None:
                return False
            if not check(one.text):
                self.refuted = self.refuted or (number, one.slot, one.text)
                return False
        return True

    # --- words -----------------------------------------------------------------------------------

    def _part(self, name: str, place: int) -> list[tuple[int, Meaning]]:
        """Return where a part that begins here can end, with what it says."""
        key = (name, place)
        if key not in self._parts:
            self._parts[key] = []  # no rule begins with itself
            found: dict[tuple[int, Meaning], None] = {}
            for rule in self._beginning(name, place):
                for end, meaning in self._walk(rule.node, place):
                    found[end, _closed(rule, meaning, place, end)] = None
            self._parts[key] = list(found)
        return self._parts[key]

    def _beginning(self, name: str, place: int) -> Sequence[_Rule]:
        """Return the rules of a part that can go on from here: by their first word, by a slot that
        is filled here, or because nothing need come. A filler may stand before any."""
        of = self._rules.of[name]
        word = self._words[place] if place < len(self._words) else ""
        if word in self._rules.fillers and place:
            return of.rules
        fit = of.of_nothing | of.by_word.get(word, frozenset())
        if word:
            for slot, places in of.by_slot:
                if not places <= fit and self._slot(slot, place):
                    fit |= places
        return [of.rules[place] for place in sorted(fit)]

    def _walk(self, node: Node, place: int) -> Iterator[tuple[int, Meaning]]:
        stack: list[tuple[Node, int, Meaning]] = [(node, place, ())]
        n = len(self._words)
        while stack:
            node, place, meaning = stack.pop()
            if node.ends:
                yield place, meaning
            if place >= n:
                continue
            word = self._words[place]
            for behind in node.words.get(word, ()):
                stack.append((behind, place + 1, meaning))
            if word in self._rules.fillers and place:
                stack.append((node, place + 1, meaning))
            for name, behind in node.parts:
                for end, more in self._part(name, place):
                    stack.append((behind, end, meaning + more))
            for name, behind in node.slots:
                for end, more in self._slot(name, place):
                    stack.append((behind, end, meaning + more))

    def _slot(self, name: str, place: int) -> list[tuple[int, Meaning]]:
        key = (name, place)
        if key not in self._slots:
            is_silent = name in ("film", "it", "its", "even_it", "even_its", "art", "alone")
            self._slots[key] = [
                (end, () if is_silent else (Said(name, text, place, end),))
                for end, text in dict.fromkeys(self._said(name, place))
            ]
        return self._slots[key]

    def _said(self, name: str, place: int) -> Iterator[tuple[int, str]]:
        sentence = self.sentence
        if name in ("film", "it", "its", "even_it", "even_its"):
            yield from ((end, "") for end in sentence.film_at(name, place))
        elif name == "alone":  # no film is named: it must be clear which one is meant
            yield from [(place, "")] * (place == 0 and -1 not in sentence.banned)
        elif name == "its_story":
            for number in sentence.evidence if sentence.may_retell else ():
                retelling = sentence.checks_of(number).get(name)
                if isinstance(retelling, Retelling):
                    for end in retelling.ends(self._words, place):
                        yield end, sentence.shown(place, end)
        elif name == "asked_words":
            if asked := sentence.known.get(name):
                for end in range(place + 1, min(place + 9, len(self._words))):
                    if asked(text := sentence.shown(place, end)):
                        yield end, text
        else:
            shape = self._rules.shapes.get(name) or shared().shapes[name]
            if isinstance(shape, str):
                yield from SHAPES[shape](sentence, place)
            else:
                for end in sentence.ends_of(shape, place):
                    if self._words[end - 1] in self._rules.fillers:
                        continue
                    yield end, sentence.shown(place, end)


def _closed(rule: _Rule, meaning: Meaning, begin: int, end: int) -> Meaning:
    added = tuple(Said(slot, text, begin, end) for slot, text in rule.adds)
    if not rule.name:
        return meaning + added
    own = tuple(one for one in meaning if isinstance(one, Said)) + added
    others = tuple(one for one in meaning if isinstance(one, Statement))
    return (*others, Statement(rule.name, own, begin, end))


def _is_whole(meaning: Meaning) -> bool:
    """Say whether all is part of a statement or true of the item by itself, and nothing is said of
    it twice: "a crime crime thriller"."""
    said_of = [
        *(one.said for one in meaning if isinstance(one, Statement) and one.name != "item"),
        tuple(_of_item(meaning)),
    ]
    for said in said_of:
        own = [one.text.lower() for one in said if one.slot.startswith("its_")]
        if len(own) > len(set(own)):
            return False
    return all(one.slot.startswith("its_") for one in said_of[-1])


def _of_item(meaning: Meaning) -> Iterator[Said]:
    for one in meaning:
        if isinstance(one, Said):
            yield one
        elif one.name == "item":
            yield from one.said


def _slot_of(slot: str) -> str:
    return "its_genres" if slot.startswith("its_genre") else slot


def _key(meaning: Meaning) -> object:
    """Return what sets readings apart that say different things: not whether "war" is taken for a
    genre or for a theme."""
    said = {
        (one.begin, one.end)
        if isinstance(one, Said)
        else (one.name, one.begin, one.end)
        if one.name == "asked"
        else (one.name, frozenset(_key_of(said) for said in one.said))
        for one in meaning
    }
    return frozenset(said)


def _key_of(one: Said) -> tuple[str, str]:
    is_own = one.slot.startswith("its_")
    if is_own:
        return "its", str(one.begin)
    return "title" if one.slot == "example" else one.slot, one.text
