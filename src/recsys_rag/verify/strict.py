"""The verifier: a sentence is supported when all of it is read, part by part, and every field is
the cited fact's."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recsys_rag.data.catalog import Catalog
from recsys_rag.protocols import Kinds
from recsys_rag.types import CITATION, Claim, Context, Evidence, Verdict
from recsys_rag.verify.complaints import complaint
from recsys_rag.verify.names import Name, Spellings, as_shown, mark, masked, names_in, people_in
from recsys_rag.verify.plain import in_film_words, plain
from recsys_rag.verify.reading import ContextReader
from recsys_rag.verify.standing import objection, objection_to_candidate

_CITED = re.compile(r" ?\[[0-9]+\]")


class StrictVerifier:
    """Supports only what it can read whole: unknown words, numbers, titles or people make a
    sentence unsupported.

    A sentence is one or more clauses, each followed by its citations, and closed by a full stop.
    Clauses are joined by ", and", ";" or ", while"; the film may have modifiers beside its name.
    Each part must be a known wording of a cited piece of evidence, with every slot equal to that
    evidence's facts; each citation must be used; the evidence itself must fit the candidate and the
    catalog. Form is free within what is known (`plain`, the readings of the kinds), content is not.
    """

    def __init__(self, catalog: Catalog, kinds: Kinds) -> None:
        self._catalog = catalog
        self._kinds = kinds
        self._spellings = Spellings(catalog)

    def verify(self, claims: Sequence[Claim], context: Context) -> Sequence[Verdict]:
        """Return one verdict for each claim, same order, with the reason, a sentence's end, where
        it is unsupported."""
        wrong = objection_to_candidate(context.candidate, self._catalog)
        if wrong:
            return [Verdict(claim, False, wrong) for claim in claims]
        numbered = dict(enumerate(context.evidence, 1))
        ways = [
            _Way.of(context, self._kinds, names, numbered)
            for names in _ways_to_read(context, self._spellings)
        ]
        return [self._verdict(claim, context, ways) for claim in claims]

    def cited(self, sentence: str, context: Context) -> str:
        """Return the sentence with the citations under which all of it is read, in the place of its
        own; "" if there are none.

        For what a model wrote without citations, or with wrong ones. What it returns can be
        verified like any text.
        """
        text = _CITED.sub("", sentence)
        if objection_to_candidate(context.candidate, self._catalog) or not text.endswith("."):
            return ""
        standing = {
            number: evidence
            for number, evidence in enumerate(context.evidence, 1)
            if not objection(evidence, context.candidate, self._catalog, self._kinds)
        }
        for names in _ways_to_read(context, self._spellings):
            way = _Way.of(context, self._kinds, names, standing)
            masked_text = in_film_words(masked(text[:-1], names), self._catalog.noun)
            if numbers := way.generously.support(plain(masked_text)):
                return text[:-1] + "".join(f" [{number}]" for number in numbers) + "."
        return ""

    def _verdict(self, claim: Claim, context: Context, ways: Sequence["_Way"]) -> Verdict:
        reason = self._objection_to_citations(claim, context)
        if reason:
            return Verdict(claim, False, complaint(claim.text, reason, context, self._spellings))
        for generous in (False, True):  # most texts are the writers' own
            for way in ways:
                wrong = way.objection(claim.text, self._catalog.noun, generous=generous)
                if not wrong:
                    return Verdict(claim, True)
                reason = reason if reason.startswith("says ") else wrong
        return Verdict(claim, False, complaint(claim.text, reason, context, self._spellings))

    def _objection_to_citations(self, claim: Claim, context: Context) -> str:
        if any("\ue000" <= one <= "\uf8ff" for one in claim.text):
            return "characters of private use"
        cited = tuple(dict.fromkeys(int(number) for number in CITATION.findall(claim.text)))
        n = len(context.evidence)
        if not cited:
            return "cites no evidence"
        if set(cited) != set(claim.citations):
            return f"cites {list(cited)} in the text and {list(claim.citations)} in the claim"
        for number in cited:
            if not 1 <= number <= n:
                return f"cites {number}, but there are {n} pieces of evidence"
        for number in cited:
            evidence = context.evidence[number - 1]
            if wrong := objection(evidence, context.candidate, self._catalog, self._kinds):
                return f"evidence {number} is invalid: {wrong}"
        return ""


def _ways_to_read(context: Context, spellings: Spellings) -> list[list[Name]]:
    """Return the names that a text may hold: all; all but the film's bare title; only those that
    cannot be words.

    A title without its year can be an ordinary word or phrase: "It", "You", "4 or 5".
    """
    names = names_in(context, spellings)
    bare = as_shown(context.candidate.title)
    without_bare = [one for one in names if one.written != bare or one.written == one.meant]
    certain = [one for one in without_bare if one.written.endswith(")") or " " in one.written]
    return [
        list(one) for one in dict.fromkeys(tuple(way) for way in (names, without_bare, certain))
    ]


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to take the names of a context, and readers of its evidence by citation number."""

    names: list[Name]
    strictly: ContextReader
    generously: ContextReader

    @classmethod
    def of(
        cls, context: Context, kinds: Kinds, names: list[Name], evidence: Mapping[int, Evidence]
    ) -> "_Way":
        film, people = as_shown(context.candidate.name), people_in(context)
        others = frozenset(
            mark(place)
            for place, name in enumerate(names)
            if name.meant != film and name.meant not in people and not name.is_literal
        )
        strictly, generously = (
            ContextReader(kinds, evidence, names, film, others, generous=generous)
            for generous in (False, True)
        )
        return cls(names, strictly, generously)

    def objection(self, text: str, noun: str, *, generous: bool) -> str:
        text = in_film_words(masked(text, self.names), noun)
        reader = self.generously if generous else self.strictly
        return reader.objection(plain(text) if generous else text)
