"""Context -> what may be decoded: true clauses, joined into two or three sentences that keep to the
brief. Pure; picks nothing."""

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from recsys_rag.fact import Fact, Part
from recsys_rag.generate._brief import MOST_FACTS, WORDS
from recsys_rag.generate._phrases import Phrase, fields_of, filled, shown
from recsys_rag.protocols import Kinds
from recsys_rag.types import Context, Evidence, Grammar

_MOST_CLAUSES = 2  # in one sentence
_STORY_FIRST, _STORY_ALONE = 0.9, 0.65  # of the texts that tell what happens
_JOINED = 0.5  # of the places where a clause can be joined: "It is ... It is ..." is choppy
_WIDE = 6  # phrasings of a role, where those of least use are too long or too short


@dataclass(frozen=True, slots=True)
class ClauseGrammar:
    """A grammar with what its literals stand for: `manners` maps a literal to how it speaks, for
    lists not to repeat it.

    `forms` maps a literal to the form of the bank that it was filled from; joints have none. A
    sentence ends where the walk enters a state in `sentence_starts`, or "end".
    """

    grammar: Grammar
    manners: Mapping[str, tuple[str, ...]]
    sentence_starts: frozenset[str]
    forms: Mapping[str, str]


def clause_grammar(
    context: Context,
    kinds: Kinds,
    *,
    said: Counter[str],
    rng: random.Random,
    width: int = 3,
    in_order: bool = False,
    keeps_length: bool = True,
) -> ClauseGrammar:
    """Compile the texts that are true of this context and keep to the brief.

    Every text states min(3, n) of the n pieces of evidence, each with its citation " [i]", in two
    or three sentences (one for one piece) of 25 to 55 words in all, where the pieces allow it: the
    last is left out for it. What is of one part stands together, and only that is joined;
    what names another film comes behind the rest, and how sure all is comes last. The film is named
    first, and again behind the title of another one, where a pronoun would be read as that. Of each
    fact's phrasings, `width` are offered in each role, drawn by `rng` from those that `said`
    (manner -> times used in this list) counts least, and one of the last piece. `in_order` keeps
    the evidence in the order of the context, and all ways to say the last piece; without
    `keeps_length` words are not counted.
    """
    assert context.evidence, "nothing to say without evidence"
    return _Compiler(context, kinds, said, rng, width, in_order, keeps_length).compiled()


@dataclass(frozen=True, slots=True)
class _Offered:
    """The phrasings of one piece of evidence that this grammar offers, by role."""

    first: tuple[Phrase, ...]
    clause: tuple[Phrase, ...]
    sentence: tuple[Phrase, ...]

    def behind(self, is_named: bool) -> tuple[Phrase, ...]:
        """Return what may stand as a sentence. Behind another title "it" would be that one: what
        needs no subject is said, or the film is named again."""
        if is_named:
            return self.sentence
        impersonal = tuple(phrase for phrase in self.sentence if phrase.is_impersonal)
        return impersonal or tuple(phrase for phrase in self.first if phrase.names_film)


class _Told(NamedTuple):
    """What a phrase is: how long, whether nothing can be joined to it or it to anything, and
    whether the film or another item is the last that it names; None where it names neither."""

    words: int
    stands_alone: bool
    names_film: bool | None


@dataclass(frozen=True, slots=True)
class _Sofar:
    """What stands there: the pieces that were used, sentences, clauses of the last one, words."""

    used: tuple[int, ...] = ()
    sentences: int = 1
    clauses: int = 0
    words: int = 0
    part: Part = "what"  # of the last clause
    stands_alone: bool = False  # the last clause, to which nothing can be joined
    is_named: bool = True  # no other title came since the film was named, or none at all

    @property
    def name(self) -> str:
        marks = f"{' alone' * self.stands_alone}{' another' * (not self.is_named)}"
        so_far = f"{self.used} {self.sentences}.{self.clauses} {self.words} words"
        return f"{so_far} {self.part}{marks}"


@dataclass
class _Compiler:
    context: Context
    kinds: Kinds
    said: Counter[str]
    rng: random.Random
    width: int
    in_order: bool
    keeps_length: bool
    states: dict[str, tuple[tuple[str, str], ...] | None] = field(default_factory=dict)
    manners: dict[str, tuple[str, ...]] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)
    told: dict[tuple[int, Phrase], "_Told"] = field(default_factory=dict)

    @property
    def most_facts(self) -> int:
        return MOST_FACTS[self.context.style.length]

    def compiled(self) -> ClauseGrammar:
        by_chance = self.rng.random()
        start: list[tuple[str, str]] = []
        tries = itertools.product(self.attempts(), (by_chance, 1.0))
        for (width, n_left_out, bounds), chance in tries:
            self.width, self.chance = width, chance
            evidence = self.context.evidence[: len(self.context.evidence) - n_left_out]
            self.offered = [self.offers(piece) for piece in evidence]
            self.goal = min(self.most_facts, len(self.offered))
            self.least, self.most = bounds
            self.states.clear()
            start = [
                # " Word", not "Word", is what models are used to after a colon
                step
                for place, phrase in self.beginnings()
                for step in self.step(phrase, " " + phrase.text, place, _Sofar(clauses=1))
            ]
            if start:
                break
        assert start, self.context
        states = {
            "start": tuple(start),
            **{name: found for name, found in self.states.items() if found},
        }
        reached = _reachable(states)
        starts = frozenset(name for name in reached if name.startswith("sentence"))
        return ClauseGrammar(
            Grammar({name: states[name] for name in reached}), self.manners, starts, self.forms
        )

    def attempts(self) -> Iterator[tuple[int, int, tuple[int, int]]]:
        """Yield how many phrasings to offer, how many pieces to leave out, and bounds of words:
        what is looked at in turn until some text fits."""
        width, n_pieces = self.width, len(self.context.evidence)
        bounds = WORDS[self.context.style.length]
        if self.keeps_length:
            if n_pieces > 1:  # one alone is as long as it is
                yield width, 0, bounds
                yield max(width, _WIDE), 0, bounds
            if n_pieces > 2:
                yield max(width, _WIDE), 1, bounds
            yield width, 0, (0, bounds[1])
            if n_pieces > 1:
                yield max(width, _WIDE), 1, (0, bounds[1])
        yield width, 0, (0, 10_000)

    def offers(self, evidence: Evidence) -> _Offered:
        fields = fields_of(evidence, self.context, self.kinds)
        phrases, noun = self.kinds[evidence.kind].phrases, self.context.noun
        nexts = filled(phrases.nexts, fields, noun)
        plain = [phrase for phrase in nexts if not phrase.stands_alone]
        first = self.draw(filled(phrases.opens, fields, noun), True)
        clauses = self.draw(plain, False)
        # one that can be joined must be there, where the sentence is to hold two clauses
        sentences = self.draw([phrase for phrase in plain if not phrase.begins_with_number], False)[
            :1
        ]
        sentences += self.draw([phrase for phrase in nexts if not phrase.begins_with_number], False)
        return _Offered(tuple(first), tuple(clauses), tuple(dict.fromkeys(sentences)))

    def draw(self, phrases: list[Phrase], opens: bool) -> list[Phrase]:
        """Draw `width` phrases from those that the list has used least; where they open texts, by
        their first word as well."""
        self.rng.shuffle(phrases)
        is_warm = self.context.style.tone == "warm"

        def used(one: Phrase) -> tuple[int, int]:
            # one of the other tone is taken for one that was said already
            times = self.said[one.beginning] + (one.is_warm != is_warm)
            return times, opens and self.said[one.opener]

        ranked = sorted(phrases, key=used)
        if self.width < _WIDE:  # what was said comes again only when all else was
            ranked = [one for one in ranked if used(one)[0] == used(ranked[0])[0]]
        return ranked[: self.width]

    def beginnings(self) -> list[tuple[int, Phrase]]:
        """Return what the text may begin with: mostly what happens, where it is told, and that
        mostly as a sentence without the film's name."""
        every = [(place, one) for place in self.following(()) for one in self.offered[place].first]
        stories = [step for step in every if _quotes(self.context.evidence[step[0]].fact)]
        alone = [step for step in stories if not step[1].names_film]
        if alone and self.chance < _STORY_ALONE:
            return alone
        return stories if stories and self.chance < _STORY_FIRST else every

    def following(self, used: Sequence[int]) -> list[int]:
        """Return the pieces that may come next: how sure all is comes last, and before that what
        names another item, behind which the film would have to be named again."""
        rest = [place for place in range(len(self.offered)) if place not in used]
        if self.in_order:
            return rest[:1]
        facts = [evidence.fact for evidence in self.context.evidence]
        early = [place for place in rest if facts[place].part != "sure"] or rest
        plain = [place for place in early if not _names_others(facts[place])] or early
        begun = {facts[one].part for one in used}
        return [place for place in plain if facts[place].part in begun] or plain

    def step(self, phrase: Phrase, text: str, place: int, sofar: _Sofar) -> list[tuple[str, str]]:
        """Return the alternative that says this phrase, or nothing where no text could go on from
        there."""
        if (told := self.told.get((place, phrase))) is None:
            told = self.told[place, phrase] = self.tells(phrase, self.context.evidence[place])
        after = self.after(
            _Sofar(
                tuple(sorted((*sofar.used, place))),
                sofar.sentences,
                sofar.clauses,
                sofar.words + told.words,
                self.context.evidence[place].fact.part,
                told.stands_alone,
                sofar.is_named if told.names_film is None else told.names_film,
            )
        )
        if after is None:
            return []
        literal = f"{text} [{place + 1}]"
        opener = () if sofar.used else (phrase.opener,)
        self.manners[literal] = (phrase.beginning, *opener)
        self.forms[literal] = phrase.form
        return [(literal, after)]

    def tells(self, phrase: Phrase, evidence: Evidence) -> "_Told":
        text, names = phrase.text, evidence.fact.names
        titles = [shown(name.text, self.context) for name in names if name.role == "title"]
        last = max(map(text.rfind, titles), default=-1)
        own = text.rfind(shown(self.context.candidate.name, self.context))
        names_film = own > last if max(own, last) >= 0 else None
        alone = phrase.stands_alone or _quotes(evidence.fact)
        return _Told(len(text.split()), alone, names_film)

    def after(self, sofar: _Sofar) -> str | None:
        """Return the state after a clause: to join another one, to end the sentence, or to end the
        text."""
        if sofar.words > self.most:
            return None
        if len(sofar.used) < self.goal:
            return self.state(f"after {sofar.name}", lambda: self.ways_on(sofar))
        if sofar.words < self.least or sofar.sentences < min(2, self.goal):
            return None
        return self.state("stop", lambda: [(".", "end")])

    def ways_on(self, sofar: _Sofar) -> list[tuple[str, str]]:
        ways = []
        if not sofar.stands_alone and sofar.is_named and sofar.clauses < _MOST_CLAUSES:
            joined = replace(sofar, clauses=sofar.clauses + 1, words=sofar.words + 1)
            name = self.state(f"clause {joined.name}", lambda: self.clauses(joined))
            ways += [(", and ", name)] if name else []
        if sofar.sentences < self.most_facts:
            begun = replace(sofar, sentences=sofar.sentences + 1, clauses=1)
            name = self.state(f"sentence {begun.name}", lambda: self.sentences(begun))
            ways += [(". ", name)] if name else []
        if len(ways) > 1 and self.rng.random() < _JOINED:
            return ways[:1]
        return [self.rng.choice(ways)] if ways and self.is_last(sofar) else ways

    def is_last(self, sofar: _Sofar) -> bool:
        """Say whether one piece is left, and may be said in one way: for that choice alone a
        model would have to read the clause before it."""
        return not self.in_order and len(sofar.used) + 1 == self.goal

    def clauses(self, sofar: _Sofar) -> list[tuple[str, str]]:
        # "20 people gave it a 5, and in it, a girl ..." would be two things at once
        pieces = self.context.evidence
        found = [
            step
            for place in self.following(sofar.used)
            if pieces[place].fact.part == sofar.part and not _quotes(pieces[place].fact)
            for phrase in self.offered[place].clause
            for step in self.step(phrase, phrase.text, place, sofar)
        ]
        return found[:1] if self.is_last(sofar) else found

    def sentences(self, sofar: _Sofar) -> list[tuple[str, str]]:
        found = []
        for place in self.following(sofar.used):
            offered = self.offered[place]
            for phrase in offered.behind(sofar.is_named):
                text = phrase.text[0].upper() + phrase.text[1:]
                found += self.step(phrase, text, place, sofar)
        return found[:1] if self.is_last(sofar) else found

    def state(self, name: str, alternatives: Callable[[], list[tuple[str, str]]]) -> str | None:
        """Make the state of this name once; None where it has no alternatives."""
        if name not in self.states:
            self.states[name] = tuple(dict(alternatives()).items()) or None
        return name if self.states[name] else None


def _names_others(fact: Fact) -> bool:
    return any(name.role == "title" for name in fact.names)


def _quotes(fact: Fact) -> bool:
    """Say whether it tells a sentence of its own, a premise or a plot."""
    return any(name.role == "quotation" for name in fact.names)


def _reachable(states: Mapping[str, tuple[tuple[str, str], ...]]) -> list[str]:
    found = ["start"]
    for name in found:
        for _, following in states[name]:
            if following != "end" and following not in found:
                found.append(following)
    return found
