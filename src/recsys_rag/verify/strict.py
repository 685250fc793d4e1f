"""The verifier: a sentence is supported when all of it is read, clause by clause, and every field is the cited fact's."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Claim, Context, Evidence, Verdict
from recsys_rag.verify.claims import CITATION
from recsys_rag.verify.fields import checks_of
from recsys_rag.verify.names import as_shown, masked, names_in, names_of, unmasked
from recsys_rag.verify.patterns import patterns
from recsys_rag.verify.standing import objection, objection_to_candidate

_SEGMENT = re.compile(r"(?P<text>.*?)(?P<cited>(?: \[[0-9]+\])+)", re.DOTALL)
_JOINED = re.compile(r", and |; | and ")
_CONNECTIVE = re.compile(r"(?:On top of that|What is more|Besides|Also), ")


class StrictVerifier:
    """Supports only what it can read whole: unknown words, numbers, titles or people make a sentence unsupported.

    A sentence is one or more clauses, each followed by its citations, joined by ", and" or ";" and closed by a full stop.
    Each clause must be one that is known for a cited kind of evidence, with every slot equal to that evidence's facts; each
    citation must be used; the evidence itself must fit the candidate and the catalog.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def verify(self, claims: Sequence[Claim], context: Context) -> Sequence[Verdict]:
        """Return one verdict for each claim, same order, with the reason where it is unsupported."""
        wrong = objection_to_candidate(context.candidate, self._catalog)
        if wrong:
            return [Verdict(claim, False, wrong) for claim in claims]
        readings = [_Reading(context, self._catalog, names) for names in _ways_to_read(context, self._catalog)]
        return [self._verdict(claim, readings) for claim in claims]

    def _verdict(self, claim: Claim, readings: Sequence["_Reading"]) -> Verdict:
        reasons = []
        for reading in readings:
            reason = reading.objection(claim)
            if not reason:
                return Verdict(claim, True)
            reasons.append(reason)
        return Verdict(claim, False, reasons[0])


def _ways_to_read(context: Context, catalog: Catalog) -> list[list[str]]:
    """Return the names that a text may hold: all; all but the film's bare title; only those that cannot be words.

    A title without its year can be an ordinary word or phrase: "It", "You", "4 or 5".
    """
    names = names_in(context, catalog)
    bare = as_shown(context.candidate.title)
    without_bare = [one for one in names if one != bare or one == as_shown(context.candidate.name)]
    certain = [one for one in without_bare if one.endswith(")") or " " in one]
    return [list(one) for one in dict.fromkeys(tuple(way) for way in (names, without_bare, certain))]


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to take the names of a context; `names` longest first."""

    context: Context
    catalog: Catalog
    names: list[str]

    def objection(self, claim: Claim) -> str:
        """Return why this claim is unsupported, or ""."""
        text = masked(claim.text, self.names)
        if any("\ue000" <= one <= "\uf8ff" for one in claim.text):
            return "characters of private use"
        cited = tuple(dict.fromkeys(int(one) for one in CITATION.findall(text)))
        if not cited:
            return "cites no evidence"
        if set(cited) != set(claim.citations):
            return f"cites {list(cited)} in the text and {list(claim.citations)} in the claim"
        if not all(1 <= one <= len(self.context.evidence) for one in cited):
            return f"cites {max(cited)}, but there are {len(self.context.evidence)} pieces of evidence"
        for one in cited:
            if wrong := objection(self.evidence(one), self.context.candidate, self.catalog):
                return f"evidence {one} does not stand: {wrong}"
        return self.objection_to_sentence(text)

    def evidence(self, number: int) -> Evidence:
        return self.context.evidence[number - 1]

    def objection_to_sentence(self, text: str) -> str:
        segments = list(_SEGMENT.finditer(text))
        if not segments or text[segments[-1].end() :] != ".":
            return "does not end in its citation and a full stop: unfinished, or words without evidence"
        for place, segment in enumerate(segments):
            clause = self.clause_of(segment["text"], is_first=place == 0)
            if clause is None:
                return f"begins in no way that is known: {unmasked(segment['text'], self.names)!r}"
            cited = [int(one) for one in CITATION.findall(segment["cited"])]
            used, reason = self.read(clause, cited)
            if used != set(cited):
                return reason or f"says nothing of evidence {sorted(set(cited) - used)[0]}"
        return ""

    @staticmethod
    def clause_of(text: str, *, is_first: bool) -> str | None:
        """Return the clause without what joins it to the text before, beginning in lower case."""
        if not is_first:
            joined = _JOINED.match(text)
            return text[joined.end() :] if joined else None
        if connective := _CONNECTIVE.match(text):
            return text[connective.end() :]
        if not text or text[0].isspace() or text[0].islower():
            return None
        return text[0].lower() + text[1:]

    def read(self, clause: str, cited: Sequence[int]) -> tuple[set[int], str]:
        """Return which of the cited numbers this clause speaks of, all of it read; none, and why, where it cannot be."""
        reason = ""
        for number in cited:
            wrong = self.objection_to_clause(clause, number)
            if not wrong:
                return {number}, ""
            reason = reason if reason.startswith("says") else wrong
        for joint in _JOINED.finditer(clause):
            first, _ = self.read(clause[: joint.start()], cited)
            rest, _ = self.read(clause[joint.end() :], cited) if first else (set[int](), "")
            if first and rest:
                return first | rest, ""
        return set(), reason

    def objection_to_clause(self, clause: str, number: int) -> str:
        """Return why this evidence does not support the clause, or ""."""
        evidence = self.evidence(number)
        checks = {**checks_of(evidence), "film": names_of(self.context.candidate, self.catalog).__contains__}
        reason = ""
        for pattern in patterns(evidence.kind):
            if found := pattern.fullmatch(clause):
                slots = {name: value for name, value in found.groupdict().items() if value is not None}
                wrong = [name for name, value in slots.items() if not self.holds(checks.get(name), value)]
                if not wrong:
                    return ""
                reason = f"says {self.shown(slots[wrong[0]])!r}, which evidence {number} does not: {evidence.statement}"
        return reason or self.unread(clause, evidence)

    def holds(self, check: object, value: str) -> bool:
        return callable(check) and bool(check(self.shown(value)))

    def shown(self, text: str) -> str:
        return unmasked(text, self.names)

    def unread(self, clause: str, evidence: Evidence) -> str:
        """Return the reason for a clause that no pattern reads, naming a foreign title where there is one."""
        for mention in self.catalog.mentions(re.sub("[\ue000-\uf8ff]", "_", clause)):
            title = clause[mention.start : mention.stop]
            return f"names {as_shown(title)}, which this evidence does not"
        return f"not what evidence of kind {evidence.kind!r} can say: {self.shown(clause)!r}"
