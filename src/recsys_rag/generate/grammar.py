"""Context -> what may be decoded: true clauses, in any order, joined into one or two sentences.
Pure; picks nothing."""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from recsys_rag.generate.phrases import Phrase, fields_of, filled
from recsys_rag.protocols import Kinds
from recsys_rag.types import Context, Evidence, Grammar

_MOST_PIECES = 3
_MOST_SENTENCES = 2
_MOST_CLAUSES = 2  # in one sentence
_CONNECTIVES = ("On top of that, ", "What is more, ", "Besides, ", "Also, ")
_AFTER_CONNECTIVE = ("it ", "its ", "your ", "you ")  # what reads well after one


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
) -> ClauseGrammar:
    """Compile the texts that are true of this context.

    Every text is one or two sentences, names the film at most once, and states min(3, n) of the n
    pieces of evidence, each with its citation " [i]". Of each fact's phrasings, `width` are offered
    in each role, drawn by `rng` from those that `said` (manner -> times used in this list) counts
    least. `in_order` keeps the evidence in the order of the context.
    """
    assert context.evidence, "nothing to say without evidence"
    return _Compiler(context, kinds, said, rng, width, in_order).compiled()


@dataclass(frozen=True, slots=True)
class _Offered:
    """The phrasings of one piece of evidence that this grammar offers, by role."""

    first: tuple[Phrase, ...]
    clause: tuple[Phrase, ...]
    sentence: tuple[Phrase, ...]


@dataclass
class _Compiler:
    context: Context
    kinds: Kinds
    said: Counter[str]
    rng: random.Random
    width: int
    in_order: bool
    states: dict[str, tuple[tuple[str, str], ...] | None] = field(default_factory=dict)
    manners: dict[str, tuple[str, ...]] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)

    def compiled(self) -> ClauseGrammar:
        self.offered = [self.offers(evidence) for evidence in self.context.evidence]
        self.connective = min(
            self.rng.sample(_CONNECTIVES, len(_CONNECTIVES)), key=lambda one: self.said[one]
        )
        self.goal = min(_MOST_PIECES, len(self.offered))
        start = []
        for place in self.following(()):
            for phrase in self.offered[place].first:
                # " Word", not "Word", is what models are used to after a colon
                start += self.step(phrase, " " + phrase.text, place, (), 1, 1)
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
        return sorted(
            phrases, key=lambda one: (self.said[one.beginning], opens and self.said[one.opener])
        )[: self.width]

    def following(self, used: Sequence[int]) -> list[int]:
        rest = [place for place in range(len(self.offered)) if place not in used]
        return rest[:1] if self.in_order else rest

    def step(
        self,
        phrase: Phrase,
        text: str,
        place: int,
        used: tuple[int, ...],
        sentence: int,
        clauses: int,
    ) -> list[tuple[str, str]]:
        """Return the alternative that says this phrase, or nothing where no text could go on from
        there."""
        after = self.after(tuple(sorted((*used, place))), sentence, clauses, phrase.stands_alone)
        if after is None:
            return []
        literal = f"{text} [{place + 1}]"
        connective = (self.connective,) if text.startswith(self.connective) else ()
        opener = () if used else (phrase.opener,)
        self.manners[literal] = (phrase.beginning, *opener, *connective)
        self.forms[literal] = phrase.form
        return [(literal, after)]

    def after(self, used: tuple[int, ...], sentence: int, clauses: int, alone: bool) -> str | None:
        """Return the state after a clause: to join another one, to end the sentence, or to end the
        text."""
        if len(used) == self.goal:
            return self.state("stop", lambda: [(".", "end")])
        name = f"after {used} in sentence {sentence}: {clauses}{' alone' * alone}"
        return self.state(name, lambda: self.ways_on(used, sentence, clauses, alone))

    def ways_on(
        self, used: tuple[int, ...], sentence: int, clauses: int, alone: bool
    ) -> list[tuple[str, str]]:
        ways = []
        if not alone and clauses < _MOST_CLAUSES:
            name = f"clause after {used} in sentence {sentence}"
            joined = self.state(name, lambda: self.clauses(used, sentence, clauses + 1))
            ways += [(", and ", joined)] if joined else []
        if sentence < _MOST_SENTENCES:
            name = f"sentence {sentence + 1} after {used}"
            begun = self.state(name, lambda: self.sentences(used, sentence + 1))
            ways += [(". ", begun)] if begun else []
        return ways

    def clauses(self, used: tuple[int, ...], sentence: int, clauses: int) -> list[tuple[str, str]]:
        return [
            step
            for place in self.following(used)
            for phrase in self.offered[place].clause
            for step in self.step(phrase, phrase.text, place, used, sentence, clauses)
        ]

    def sentences(self, used: tuple[int, ...], sentence: int) -> list[tuple[str, str]]:
        found = []
        for place in self.following(used):
            for phrase in self.offered[place].sentence:
                text = phrase.text[0].upper() + phrase.text[1:]
                found += self.step(phrase, text, place, used, sentence, 1)
                if phrase.text.startswith(_AFTER_CONNECTIVE):
                    found += self.step(
                        phrase, self.connective + phrase.text, place, used, sentence, 1
                    )
        return found

    def state(self, name: str, alternatives: Callable[[], list[tuple[str, str]]]) -> str | None:
        """Make the state of this name once; None where it has no alternatives."""
        if name not in self.states:
            self.states[name] = tuple(dict(alternatives()).items()) or None
        return name if self.states[name] else None


def _reachable(states: Mapping[str, tuple[tuple[str, str], ...]]) -> list[str]:
    found = ["start"]
    for name in found:
        for _, following in states[name]:
            if following != "end" and following not in found:
                found.append(following)
    return found
