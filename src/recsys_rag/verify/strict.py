"""The verifier: a sentence is supported when all of it is read, part by part, and every field is
the cited fact's."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from recsys_rag.data.catalog import Catalog
from recsys_rag.fact import Check
from recsys_rag.protocols import Kinds
from recsys_rag.types import CITATION, Claim, Context, Evidence, Verdict
from recsys_rag.verify._complaints import complaint
from recsys_rag.verify._composition import Composer
from recsys_rag.verify._genres import GenreWords
from recsys_rag.verify._matching import Uses
from recsys_rag.verify._nouns import in_film_words
from recsys_rag.verify._reading import SentenceReader
from recsys_rag.verify._standing import objection, objection_to_candidate
from recsys_rag.verify._tokens import Tokens, oddly_spaced, tokens_of
from recsys_rag.verify.names import (
    Name,
    Spellings,
    as_shown,
    mark,
    masked,
    names_in,
    people_in,
    place_of,
    unmasked,
)
from recsys_rag.verify.slots import exactly, lists, own_words

_CITED = re.compile(r" ?\[[0-9]+\]")
_PRONOUNS = frozenset({"it", "its", "itself"})
_SHOWN_WORDS = 6
_NO_FILM = (("list",), ("kind",), ("genre",), ("decade",), ("ranking",))  # "on this list"


class StrictVerifier:
    """Supports only what it can read whole: unknown words, numbers, titles or people make a
    sentence unsupported.

    The sentences of a text are read together: a pronoun means the film only while no other title
    stands between. Each part must be a wording of a cited fact, with every slot that fact's own;
    each citation must be used; the evidence must fit the candidate and the catalog. Form is free
    within what is known (`words.toml`, the readings of the kinds), content is not.
    """

    def __init__(self, catalog: Catalog, kinds: Kinds) -> None:
        self._catalog = catalog
        self._kinds = kinds
        self._spellings = Spellings(catalog)
        self._genres = GenreWords(catalog.genre_names, catalog.noun)

    def verify(self, claims: Sequence[Claim], context: Context) -> Sequence[Verdict]:
        """Return one verdict for each claim of a text, same order, with the reason, a sentence's
        end, where it is unsupported. What is unsupported is read as if it were not there."""
        wrong = objection_to_candidate(context.candidate, self._catalog)
        if wrong:
            return [Verdict(claim, False, wrong) for claim in claims]
        ways = self._ways(context, dict(enumerate(context.evidence, 1)))
        verdicts: list[Verdict] = []
        is_other = False  # the last title so far is another one's
        for claim in claims:
            verdict, is_other = self._verdict(claim, context, ways, is_other)
            verdicts.append(verdict)
        return verdicts

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
        ways, is_read = self._ways(context, standing), False
        for composer, _ in _composers(ways, text, is_other=False):
            found = composer.ways()
            if numbers := _fewest(found or ()):
                return text[:-1] + "".join(f" [{number}]" for number in numbers) + "."
            is_read |= found is not None
        for reader, _ in _readers(ways, text, is_other=False) if not is_read else ():
            if numbers := _fewest(reader.ways()):
                return text[:-1] + "".join(f" [{number}]" for number in numbers) + "."
        return ""

    def _verdict(
        self, claim: Claim, context: Context, ways: Sequence["_Way"], is_other: bool
    ) -> tuple[Verdict, bool]:
        """Return the verdict, and whether the last title is another one's behind it."""
        reason, refuted = self._objection_to_citations(claim, context), (0, "", "")
        is_read, unused = False, ""  # by composition, and not borne out, or not by all it cites
        for composer, way in _composers(ways, claim.text, is_other) if not reason else ():
            reader, found = composer.sentence, composer.ways()
            if found is not None and reader.everything in found:
                return Verdict(claim, True), way.ends_with_other(reader.tokens, is_other)
            refuted = refuted if refuted[0] else composer.refuted or refuted
            is_read |= found is not None
            unused = unused or _unused(found or (), reader.everything)
        for reader, way in _readers(ways, claim.text, is_other) if not (reason or is_read) else ():
            if reader.everything in reader.ways():
                return Verdict(claim, True), way.ends_with_other(reader.tokens, is_other)
            refuted = refuted if refuted[0] else reader.refuted or refuted
            reason = reason or way.unread(reader)
        if is_read and not refuted[0]:
            reason = unused or "says what the cited evidence does not"
        if refuted[0]:
            number, _, said = refuted
            statement = context.evidence[number - 1].statement
            reason = f"says {said!r}, which evidence {number} does not: {statement}"
        reason = complaint(claim.text, reason, context, self._spellings)
        return Verdict(claim, False, reason, refuted[0], refuted[1]), is_other

    def _objection_to_citations(self, claim: Claim, context: Context) -> str:
        if any("\ue000" <= one <= "\uf8ff" for one in claim.text):
            return "characters of private use"
        if odd := oddly_spaced(claim.text):
            return f"is oddly spaced: {odd!r}"
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
        if not claim.text.endswith("."):
            return "does not end in a full stop: unfinished"
        return ""

    def _ways(self, context: Context, evidence: Mapping[int, Evidence]) -> list["_Way"]:
        return [
            _Way.of(context, self._kinds, names, evidence, self._genres, self._catalog.noun)
            for names in _ways_to_name(context, self._spellings)
        ]


def _readers(
    ways: Sequence["_Way"], text: str, is_other: bool
) -> Iterator[tuple[SentenceReader, "_Way"]]:
    """Yield a reader for each way that takes other words of the text for names, then for each one
    that reads frames, too."""
    told_apart = {way.taken(text): way for way in reversed(ways)}
    for is_loose in (False, True):
        for way in reversed(told_apart.values()):
            yield way.reader(text, is_other, is_loose), way


def _composers(
    ways: Sequence["_Way"], text: str, is_other: bool
) -> Iterator[tuple[Composer, "_Way"]]:
    told_apart = {way.taken(text): way for way in reversed(ways)}
    for way in reversed(told_apart.values()):
        yield Composer(way.reader(text, is_other)), way


def _fewest(ways: Iterable[Uses]) -> tuple[int, ...]:
    """Return the citations of the way that needs the fewest, at least one."""
    uses = (tuple(sorted({number for _, number in one})) for one in ways)
    return min(filter(None, uses), key=lambda one: (len(one), one), default=())


def _unused(ways: Collection[Uses], everything: Uses) -> str:
    """Return which citation says nothing in the way that uses the most; "" if each does."""
    used = max(ways, key=len, default=everything)
    left = min((number for _, number in everything - used), default=0)
    return f"says nothing about evidence {left}" if left else ""


def _ways_to_name(context: Context, spellings: Spellings) -> list[list[Name]]:
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

    kinds: Kinds
    evidence: Mapping[int, Evidence]
    names: list[Name]
    film: str
    known: Mapping[str, Check]
    others: frozenset[str]  # marks of other titles
    noun: str
    genres: GenreWords
    checks: dict[int, Mapping[str, Check]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        context: Context,
        kinds: Kinds,
        names: list[Name],
        evidence: Mapping[int, Evidence],
        genres: GenreWords,
        noun: str,
    ) -> "_Way":
        film, people = as_shown(context.candidate.name), people_in(context)
        others = frozenset(
            mark(place)
            for place, name in enumerate(names)
            if name.meant != film and name.meant not in people and not name.is_literal
        )
        of_genres = lists(context.candidate.genres)
        known = {"its_genre_before": of_genres, "its_genre_head": of_genres}
        known |= {"its_genres": of_genres, "its_n_genres": exactly(len(context.candidate.genres))}
        if context.words:
            known["asked_words"] = own_words(context.words)
        if year := context.candidate.year:
            known |= {"its_year": exactly(year), "its_decade": exactly(f"{year // 10 * 10}s")}
        return cls(kinds, evidence, names, film, known, others, noun, genres)

    def taken(self, text: str) -> str:
        """Return the text with what each of its names means."""
        return unmasked(masked(text, self.names), self.names)

    def reader(self, text: str, is_other: bool, is_loose: bool = False) -> SentenceReader:
        text = in_film_words(masked(text, self.names), self.noun)
        tokens = tokens_of(text)
        cited = {number for of in tokens.cited for number in of.numbers} or set(self.evidence)
        evidence = {
            number: one
            for number, one in self.evidence.items()
            if number in cited and one.kind in self.kinds
        }
        return SentenceReader(
            self.kinds,
            evidence,
            self.names,
            self.film,
            self.known,
            self.others,
            self.genres,
            tokens,
            frozenset(self._banned(tokens, is_other)),
            is_loose,
            self.checks,
        )

    def _banned(self, tokens: Tokens, is_other: bool) -> Iterator[int]:
        """Yield the places of pronouns for the film that stand behind another title, and -1 where
        a sentence without a subject would."""
        if is_other:
            yield -1
        for place, (word, is_behind) in enumerate(self._followed(tokens, is_other)):
            following = tokens.words[place + 1 : place + 2]
            is_this = word == "this" and following not in _NO_FILM
            # "you asked for it: ...", "... and without it, Heat would rank third"
            before = tokens.words[place - 1 : place]
            is_idiom = word == "it" and (following == (":",) or before == ("without",))
            if is_behind and not is_idiom and (word in _PRONOUNS or is_this):
                yield place

    def ends_with_other(self, tokens: Tokens, is_other: bool) -> bool:
        return [is_behind for _, is_behind in self._followed(tokens, is_other)][-1]

    def _followed(self, tokens: Tokens, is_other: bool) -> Iterator[tuple[str, bool]]:
        """Yield each word, and whether a pronoun there could be another title's: that of the last
        one, or of the one that the sentence is about."""
        is_about_other = tokens.words[:1] != () and tokens.words[0] in self.others
        for word in tokens.words:
            is_other = self._is_other(word, is_other)
            yield word, is_other or is_about_other

    def _is_other(self, word: str, is_other: bool) -> bool:
        if word in self.others:
            return True
        place = place_of(word)
        is_film = 0 <= place < len(self.names) and self.names[place].meant == self.film
        return is_other and not is_film

    def unread(self, reader: SentenceReader) -> str:
        """Return which words could not be read, or which citations say nothing."""
        if unused := _unused(reader.ways(), reader.everything):
            return unused
        words = reader.tokens.origin
        if reader.furthest in reader.banned:
            return f"says {words[reader.furthest]!r}, which may be taken for another title"
        begin = min(reader.furthest, len(words) - 1) if words else 0
        left_over = " ".join(words[begin : begin + _SHOWN_WORDS])
        shown = unmasked(left_over, self.names) if left_over else "nothing"
        return f"cannot be read from {shown!r} on"
