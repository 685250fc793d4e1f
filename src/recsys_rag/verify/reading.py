"""One sentence, read: cut into parts that are each a known wording of a cited fact, with every slot
that fact's own.

A part is a clause, or stands beside the film's name: "Heat (1995), a crime film directed by Michael
Mann, averages 3.9". Which part may follow which is a small machine, so that no modifier can come to
stand beside another film's name.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, NamedTuple

from recsys_rag.fact import Check, Reading, Role
from recsys_rag.protocols import Kinds
from recsys_rag.types import CITATION, Evidence
from recsys_rag.verify.names import MARK, Name, unmasked
from recsys_rag.verify.patterns import any_pattern, patterns

SEGMENT = re.compile(r"(?P<text>.*?)(?P<cited>(?: \[[0-9]+\])+)", re.DOTALL)
_CONNECTIVE = re.compile(
    r"(?:On top of that|What is more|Besides|Also|In addition|Moreover|Plus), "
)
_JOINT = re.compile(
    r", and |, while |; | and |, | "
    r"(?=(?:directed|starring|featuring|with|from|rated|released|averaging|predicted) )"
)
_CLAUSES_PART = (", and ", "; ")
_CLAUSES_JOIN = (", and ", "; ", " and ", ", while ")  # what joins whole clauses
_CAUSE = re.compile(r"\b(?:because|since|as) you\b", re.IGNORECASE)
_FILM = f"(?P<film>{MARK})"
_SUBJECT = re.compile(f"(?:it|this film|this one|{_FILM}) ")
_NAMED = re.compile(_FILM)


class _After(Enum):
    """What was read last, and so what may follow."""

    START = auto()
    FRONT = auto()  # modifiers that wait for the film's name
    NAME = auto()  # the film's name, behind which modifiers may stand
    BESIDE = auto()  # such a modifier: another one, or the predicate
    FILM = auto()  # something about the film, which another predicate may go on with
    CLOSE = auto()  # the same, so that a modifier at the end can only be the film's
    OTHER = auto()  # a clause with another subject
    # "because you gave ...": what an "and" would add might be read as caused, or as a cause
    CAUSE = auto()
    PRELUDE = auto()  # about another film: a clause that names this one must follow


_MAY_END = (_After.FILM, _After.CLOSE, _After.OTHER, _After.CAUSE)


class _Part(NamedTuple):
    after: _After
    numbers: frozenset[int]


@dataclass
class ContextReader:
    """Reads the sentences of one context in one way of taking its names. Texts come with marks for
    names (`names.masked`)."""

    kinds: Kinds
    evidence: Mapping[int, Evidence]  # by citation number
    names: Sequence[Name]
    film: str  # the film's name as shown
    others: frozenset[str]  # marks of other titles
    generous: bool = False  # False: only the clauses that the writers use, which is quick
    _checks: dict[int, Mapping[str, Check]] = field(default_factory=dict)
    _known: dict[tuple[str, _After, str, tuple[int, ...]], tuple[_Part, ...]] = field(
        default_factory=dict
    )
    mismatch: str = ""  # the first slot that differed from its fact, in words
    unread: str = ""  # the first part that is no known wording

    def objection(self, text: str) -> str:
        """Return why this sentence is not read whole as its facts, or ""."""
        segments = list(SEGMENT.finditer(text))
        if not segments or text[segments[-1].end() :] != ".":
            return "does not end in its citation and a full stop: unfinished, or without evidence"
        states = {_After.START}
        for place, segment in enumerate(segments):
            cited = tuple(dict.fromkeys(int(one) for one in CITATION.findall(segment["cited"])))
            is_last = place == len(segments) - 1
            said = self._begun(segment["text"]) if place == 0 else segment["text"]
            if said is None:
                return f"begins in an unknown way: {self.shown(segment['text'])!r}"
            self.mismatch = self.unread = ""
            ends = list(self._ends(said, states, cited, is_first=place == 0))
            whole = {one.after for one in ends if one.numbers == set(cited)}
            states = {one for one in whole if not is_last or one in _MAY_END}
            if not states:
                return self._reason(said, cited, ends, whole)
        return ""

    def support(self, text: str) -> tuple[int, ...]:
        """Return the fewest pieces of evidence that bear out a text without citations, lowest
        numbers first; () if none do."""
        said = self._begun(text)
        ends = (
            self._ends(said, {_After.START}, tuple(self.evidence), is_first=True)
            if said
            else iter(())
        )
        found = {tuple(sorted(one.numbers)) for one in ends if one.after in _MAY_END}
        return min(found, key=lambda one: (len(one), one), default=())

    def _reason(
        self, said: str, cited: Sequence[int], ends: Sequence[_Part], whole: set[_After]
    ) -> str:
        if whole:
            return f"stops before it says anything about {self.film}: {self.shown(said)!r}"
        if self.mismatch:
            return self.mismatch
        if ends:
            used = max((one.numbers for one in ends), key=len)
            return f"says nothing about evidence {sorted(set(cited) - used)[0]}"
        kinds = " or ".join(repr(self.evidence[one].kind) for one in cited)
        return f"not what evidence of kind {kinds} can say: {self.shown(self.unread or said)!r}"

    @staticmethod
    def _begun(text: str) -> str | None:
        """Return the text without a connective, beginning in lower case; None where it begins in no
        proper way."""
        if connective := _CONNECTIVE.match(text):
            return text[connective.end() :]
        if not text or text[0].isspace() or text[0].islower():
            return None
        return text[0].lower() + text[1:]

    def _ends(
        self, text: str, states: set[_After], cited: tuple[int, ...], *, is_first: bool
    ) -> Iterator[_Part]:
        """Yield how the text can be read to its end, from each state."""
        if is_first:
            yield from self._rest(text, _After.START, "", cited)
            return
        for joint in _joints_at(text):
            for state in states:
                yield from self._rest(text[len(joint) :], state, joint, cited)

    def _rest(
        self, text: str, after: _After, joint: str, cited: tuple[int, ...]
    ) -> tuple[_Part, ...]:
        """Return all ways to read this text to its end behind `joint`, with the evidence that each
        speaks of."""
        key = (text, after, joint, cited)
        if key not in self._known:
            self._known[key] = ()
            self._known[key] = tuple(dict.fromkeys(self._ways(text, after, joint, cited)))
        return self._known[key]

    def _ways(
        self, text: str, after: _After, joint: str, cited: tuple[int, ...]
    ) -> Iterator[_Part]:
        yield from self._parts(text, after, joint, cited)
        for found in _JOINT.finditer(text):
            for first in self._parts(text[: found.start()], after, joint, cited):
                for rest in self._rest(text[found.end() :], first.after, found[0], cited):
                    yield _Part(rest.after, first.numbers | rest.numbers)

    def _parts(
        self, text: str, after: _After, joint: str, cited: tuple[int, ...]
    ) -> Iterator[_Part]:
        """Yield how this text can be one part behind what was read."""
        joins = joint in _CLAUSES_JOIN or after is _After.START
        subject = _SUBJECT.match(text)
        is_film = bool(subject) and self._is_film(subject["film"])  # type: ignore[index]
        starts_clause = (
            after in (_After.START, _After.FILM, _After.CLOSE, _After.OTHER) and joins
        ) or (after is _After.FRONT and joint == ", " and is_film)
        named = bool(subject) and subject[0] != "it "  # type: ignore[index]
        starts_clause = starts_clause or (after is _After.CAUSE and joint in _CLAUSES_PART)
        starts_clause = starts_clause or (after is _After.PRELUDE and joins and is_film and named)
        for number in cited:
            it, closes = frozenset((number,)), self._reading(number).closes
            close = _After.CLOSE if closes else _After.FILM
            if starts_clause:
                if self._reads(text, number, "own") or (
                    self.generous and self._reads(text, number, "clauses")
                ):
                    plain = is_film and self.others.isdisjoint(text) and ", and " not in text
                    yield _Part(close if plain else _other(text), it)
                if (
                    self.generous
                    and is_film
                    and self._reads(text[subject.end() :], number, "predicates")  # type: ignore[union-attr]
                ):
                    yield _Part(close if self.others.isdisjoint(text) else _other(text), it)
            if not self.generous:
                continue
            if after is _After.START and self._reads(text, number, "preludes"):
                yield _Part(_After.PRELUDE, it)
            goes_on = (after is _After.BESIDE and joint == ", ") or (
                after in (_After.FILM, _After.CLOSE) and joins
            )
            if goes_on and self._reads(text, number, "predicates"):
                yield _Part(close if self.others.isdisjoint(text) else _other(text), it)
            yield from self._modifiers(text, after, joint, number)
        if (
            self.generous
            and after is _After.START
            and (name := _NAMED.fullmatch(text))
            and self._is_film(name["film"])
        ):
            yield _Part(_After.NAME, frozenset())

    def _modifiers(self, text: str, after: _After, joint: str, number: int) -> Iterator[_Part]:
        follows = {
            _After.START: ("", _After.FRONT),
            _After.FRONT: (joint, _After.FRONT),
            _After.NAME: (", ", _After.BESIDE),
            _After.BESIDE: (joint, _After.BESIDE),
            _After.CLOSE: (joint if joint in (", ", " ") else None, _After.CLOSE),
        }
        wanted, then = follows.get(after, (None, after))
        if after is _After.CLOSE and text.startswith(("a ", "an ")):
            return  # "... for you, a crime film": beside what it does not mean
        if (
            joint == wanted
            and self.others.isdisjoint(text)
            and self._reads(text, number, "modifiers")
        ):
            yield _Part(then, frozenset((number,)))

    def _is_film(self, mark: str | None) -> bool:
        return mark is None or self.shown(mark) == self.film

    def _reading(self, number: int) -> Reading[Any]:
        return self.kinds[self.evidence[number].kind].reading

    def _reads(self, text: str, number: int, role: Role) -> bool:
        """Say whether the text is a wording of this evidence in this role, every slot its own."""
        reading = self._reading(number)
        may_read = role == "own" or any_pattern(reading, role).fullmatch(text)
        for pattern in patterns(reading, role) if may_read else ():
            if found := pattern.fullmatch(text):
                wrong = self._difference(found.groupdict(), number)
                if not wrong:
                    return True
                self.mismatch = self.mismatch or wrong
        self.unread = self.unread or text
        return False

    def _difference(self, slots: Mapping[str, str | None], number: int) -> str:
        if number not in self._checks:
            own = self._reading(number).slots(self.evidence[number].fact)
            self._checks[number] = {**own, "film": self.film.__eq__}
        checks = self._checks[number]
        for name, text in slots.items():
            if text is not None and (name not in checks or not checks[name](self.shown(text))):
                statement = self.evidence[number].statement
                return f"says {self.shown(text)!r}, which evidence {number} does not: {statement}"
        return ""

    def shown(self, text: str) -> str:
        """Return the text with names for their marks."""
        return unmasked(text, self.names)


def _other(text: str) -> _After:
    return _After.CAUSE if _CAUSE.search(text) else _After.OTHER


def _joints_at(text: str) -> Iterator[str]:
    """Yield what the text may begin with to join what stood before it."""
    found = _JOINT.match(text)
    if found:
        yield found[0]
