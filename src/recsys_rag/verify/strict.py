"""The verifier: a sentence is supported when all of it is read, part by part, and every field is
the cited fact's."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Claim, Context, Verdict
from recsys_rag.verify.complaints import complaint
from recsys_rag.verify.names import Name, Spellings, as_shown, masked, names_in, people_in
from recsys_rag.verify.plain import plain
from recsys_rag.verify.reading import CITATION, Reading
from recsys_rag.verify.standing import objection, objection_to_candidate

_CITED = re.compile(r" ?\[[0-9]+\]")


class StrictVerifier:
    """Supports only what it can read whole: unknown words, numbers, titles or people make a
    sentence unsupported.

    A sentence is one or more clauses, each followed by its citations, and closed by a full stop.
    Clauses are joined by ", and", ";" or ", while"; the film may have modifiers beside its name.
    Each part must be a known wording of a cited piece of evidence, with every slot equal to that
    evidence's facts; each citation must be used; the evidence itself must fit the candidate and the
    catalog. Form is free within what is known (`plain`, `wordings`), content is not.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._spellings = Spellings(catalog)

    def verify(self, claims: Sequence[Claim], context: Context) -> Sequence[Verdict]:
        """Return one verdict for each claim, same order, with the reason, a sentence's end, where
        it is unsupported."""
        wrong = objection_to_candidate(context.candidate, self._catalog)
        if wrong:
            return [Verdict(claim, False, wrong) for claim in claims]
        people = people_in(context)
        ways = [
            _Way.of(context, self._catalog, names, people)
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
        for names in _ways_to_read(context, self._spellings):
            way = _Way.of(context, self._catalog, names, people_in(context), standing_only=True)
            if found := way.generously.support(plain(masked(text[:-1], names), way.noun)):
                return text[:-1] + "".join(f" [{one}]" for one in found) + "."
        return ""

    def _verdict(self, claim: Claim, context: Context, ways: Sequence["_Way"]) -> Verdict:
        reason = self._objection_to_citations(claim, context)
        if reason:
            return Verdict(claim, False, complaint(claim.text, reason, context, self._spellings))
        for generous in (False, True):  # most texts are the writers' own
            for way in ways:
                wrong = way.objection(claim.text, generous=generous)
                if not wrong:
                    return Verdict(claim, True)
                reason = reason if reason.startswith("says ") else wrong
        return Verdict(claim, False, complaint(claim.text, reason, context, self._spellings))

    def _objection_to_citations(self, claim: Claim, context: Context) -> str:
        if any("\ue000" <= one <= "\uf8ff" for one in claim.text):
            return "characters of private use"
        cited = tuple(dict.fromkeys(int(one) for one in CITATION.findall(claim.text)))
        n = len(context.evidence)
        if not cited:
            return "cites no evidence"
        if set(cited) != set(claim.citations):
            return f"cites {list(cited)} in the text and {list(claim.citations)} in the claim"
        if not all(1 <= one <= n for one in cited):
            return f"cites {next(one for one in cited if not 1 <= one <= n)}, but there are {n} pieces of evidence"
        for one in cited:
            if wrong := objection(context.evidence[one - 1], context.candidate, self._catalog):
                return f"evidence {one} does not stand: {wrong}"
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
    """One way to take the names of a context."""

    names: list[Name]
    noun: str
    strictly: Reading
    generously: Reading

    @classmethod
    def of(
        cls,
        context: Context,
        catalog: Catalog,
        names: list[Name],
        people: frozenset[str],
        *,
        standing_only: bool = False,
    ) -> "_Way":
        """`standing_only`: without the evidence that fits neither candidate nor catalog."""
        film = as_shown(context.candidate.name)
        others = frozenset(
            chr(0xE000 + place)
            for place, one in enumerate(names)
            if one.meant != film and one.meant not in people and not one.is_quote
        )
        evidence = {
            number: one
            for number, one in enumerate(context.evidence, 1)
            if not standing_only or not objection(one, context.candidate, catalog)
        }
        made = [
            Reading(evidence, names, film, others, generous=generous) for generous in (False, True)
        ]
        return cls(names, catalog.noun, *made)

    def objection(self, text: str, *, generous: bool) -> str:
        text = masked(text, self.names)
        return (
            self.generously.objection(plain(text, self.noun))
            if generous
            else self.strictly.objection(text)
        )
