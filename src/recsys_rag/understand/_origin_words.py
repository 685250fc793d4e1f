"""Where an item comes from, its language and its age rating, in a text: "a French film", "in
Spanish", "not American", "PG-13 or milder"; by the values that this catalog has."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from recsys_rag.data.catalog import Catalog, fold
from recsys_rag.types import Understanding
from recsys_rag.understand._fillers import FILM_NOUNS, is_filler
from recsys_rag.understand._tokens import Phrases, Words, expanded, lexicon, word_set
from recsys_rag.understand._trait_words import TraitFind
from recsys_rag.understand._values import texts_in

_SAID = lexicon("origins")
_LANGUAGE_COLUMNS = ("language", "languages", "original_language")
_COUNTRY_COLUMNS = ("country", "countries", "production_countries")
_CERTIFICATE_COLUMNS = ("certificate", "certificates", "age_rating")
_NO_ORIGIN = Phrases.table({_SAID["no_origin"]: None})
_FOREIGN = Phrases.table({_SAID["foreign"]: None})
_FROM = Phrases.table({"(from|made in|produced in|out of) (the|)": None})
_IN = Phrases.table({"(spoken|) in, that speaks, (who|they|people) speak": None})
_LANGUAGE_BEHIND = word_set("language speaking spoken")
# An adjective before one of these is said of the item: "french with English actors".
_GOES_ON = word_set("or and nor with from about but set that which for without starring by in")
_AGES = frozenset(("old", "older", "new", "recent", "classic", "modern", "vintage"))
_OF_PEOPLE = word_set("the about of my our his her their")
_LADDER = ("g", "pg", "pg 13", "r", "nc 17")  # of certificates, for ever older people
_CERTIFICATE = r"(?P<c>nc (?:- )?17|pg (?:- )?13|pg13|nc17|pg|g|r)(?![^ ])"
_AT_MOST = (
    r"(?:at most|max(?:imum)?|up to|(?:nothing|not|no more than|nothing more than) (?:above|over"
    r"|beyond|past|higher than|worse than|stronger than|harsher than)|no (?:more|higher|worse"
    rf"|stronger|harsher) than) (?:a )?(?:rated )?{_CERTIFICATE}",
    rf"(?:rated )?{_CERTIFICATE} (?:- )?(?:rated )?(?:or|and) (?:lower|below|less|under|milder"
    r"|tamer|cleaner|softer|lighter|younger)",
)
_MILDER = (rf"(?:milder|tamer|cleaner|softer|lower|less) than (?:a )?{_CERTIFICATE}",)
_REFUSED = (
    rf"(?:no|nothing|not|without|avoid|except|isnt) (?:too )?(?:a |any |anything )?(?:rated )?"
    rf"{_CERTIFICATE}(?: (?:- )?rated)?(?: (?:movies?|films?|stuff))?",
)
_FIRST_FOR_ELDERS = _LADDER.index("pg 13")  # who refuses this refuses what is harsher, too
_CLEAN = Phrases.table({_SAID["clean"]: None})  # of bad language: at most PG
_REFUSING = word_set("no nothing not without avoid except isnt a any anything too stuff")
_EXACTLY = (
    rf"(?:rated|rating(?: of)?) {_CERTIFICATE}",
    rf"{_CERTIFICATE} (?:- )?(?:rated|rating|certificate)",
    r"(?P<c>nc (?:- )?17|pg (?:- )?13|pg13|nc17|pg)(?![^ ])",
)

Kind = Literal["language", "country", "either"]


@dataclass(frozen=True, slots=True)
class _Nation:
    """What a word for a nation stands for: values of this catalog, none where it has none."""

    languages: tuple[str, ...]
    countries: tuple[str, ...]
    is_spoken: bool  # a language of its own: "French", not "Australian"


@dataclass(frozen=True, slots=True)
class _Said:
    start: int
    stop: int
    nation: _Nation
    kind: Kind


class OriginFinder:
    """Finds languages, countries and age ratings that one catalog's items have."""

    def __init__(self, catalog: Catalog, names_kind: Callable[[Words, int], bool]) -> None:
        self._noun, self._names_kind = catalog.noun, names_kind
        self._language = texts_in(catalog, _LANGUAGE_COLUMNS)
        self._country = texts_in(catalog, _COUNTRY_COLUMNS)
        self._certificate = texts_in(catalog, _CERTIFICATE_COLUMNS)
        languages, countries = _by_folded(self._language), _by_folded(self._country)
        self._most_spoken = _most_frequent(self._language)
        # what could not be told is searched for: "American" where only languages are known
        can_tell = {True: bool(languages or countries), False: bool(countries)}
        adjectives: dict[str, _Nation] = {}
        places: dict[str, _Nation] = {}
        for line in _SAID["nations"].strip().splitlines() if languages or countries else ():
            words, _, values = line.partition(": ")
            spoken, _, lands = (part.strip() for part in values.partition("|"))
            nation = _Nation(
                tuple(languages[name] for name in _names(spoken) if name in languages),
                tuple(countries[name] for name in _names(lands) if name in countries),
                bool(spoken),
            )
            if can_tell[nation.is_spoken]:
                adjectives |= dict.fromkeys(expanded(words), nation)
            for name in _names(lands):
                if len(name) > 2:  # "from us" is from the two of us
                    places.setdefault(name, nation)
        known = {
            name: _Nation((), (value,), False) for name, value in countries.items() if len(name) > 2
        }
        self._adjectives = Phrases(adjectives.items())
        self._places = Phrases((places | known).items() if countries else ())
        self._ladder = _by_folded(self._certificate)

    def claim_certificates(self, words: Words) -> Iterator[TraitFind]:
        """Yield the age ratings asked for or refused, before negations are read; claim them.
        Nothing where the catalog has none."""
        if not self._ladder:
            return
        for patterns, of in (
            (_AT_MOST, self._up_to),
            (_MILDER, lambda step: self._up_to(step - 1)),
            (_REFUSED, self._without),
            (_EXACTLY, lambda step: self._up_to(step, first=step)),
        ):
            for pattern in patterns:
                for start, stop, match in words.matches(rf"(?<!\S){pattern}"):
                    part = of(_step(match["c"]))
                    if part != Understanding() and _is_certificate(words, start, stop, match):
                        words.claim(start, stop)
                        yield TraitFind(start, stop, part)

    def _without(self, step: int) -> Understanding:
        """Return what refuses a certificate: for elders, those above it too; G and PG alone."""
        if step >= _FIRST_FOR_ELDERS:
            return self._up_to(step - 1)
        alone = self._up_to(step, first=step)
        return Understanding(excluded_traits=alone.traits)

    def _up_to(self, last: int, first: int = 0) -> Understanding:
        """Return what asks for the certificates between two steps of the ladder; nothing where the
        catalog has none of them."""
        steps = _LADDER[first : last + 1]
        values = tuple(self._ladder[name] for name in steps if name in self._ladder)
        return Understanding(traits=((self._certificate[0], values),) if values else ())

    def claim_all(self, words: Words) -> tuple[list[TraitFind], list[tuple[int, int, str]]]:
        """Return the languages and countries asked for or refused, and a sentence, with its words,
        for each that no item has; claim them."""
        finds = [*self._foreign(words), *self._clean(words)]
        said = list(self._said(words))
        unknown = [
            (one.start, one.stop, self._nowhere(words, one))
            for one in said
            if not self._values(one) and not words.negated[one.start]
        ]
        known = [one for one in said if self._values(one)]
        wanted = [one for one in known if not words.negated[one.start]]
        alone = [one for one in wanted if one.kind == "either"]
        # "French or British": what all of them have is where they come from
        kind: Kind = "language" if all(one.nation.languages for one in alone) else "country"
        for group in (
            [one for one in wanted if one.kind == "language"],
            [one for one in wanted if one.kind == "country"],
            alone,
        ):
            values = tuple(
                dict.fromkeys(
                    value for one in group for value in (self._of(one, kind) or self._values(one))
                )
            )
            column = self._column_of(values)
            finds += [
                TraitFind(one.start, one.stop, Understanding(traits=((column, values),)))
                for one in group
            ]
        for one in known:
            if words.negated[one.start]:
                values = self._values(one)
                part = Understanding(excluded_traits=((self._column_of(values), values),))
                finds.append(TraitFind(one.start, one.stop, part))
        return finds, unknown

    def _foreign(self, words: Words) -> Iterator[TraitFind]:
        """Yield "foreign", which is any language but that of most items."""
        for start, stop, _ in _FOREIGN.found(words) if self._most_spoken else ():
            if not (words.ends(stop) or _is_noun(words, stop) or self._names_kind(words, stop)):
                continue
            words.claim(start, stop)
            values = ((self._language[0], (self._most_spoken,)),)
            is_refused = words.negated[start] and words.word(start) not in ("not", "no")
            yield TraitFind(
                start,
                stop,
                Understanding(traits=values)
                if is_refused
                else Understanding(excluded_traits=values),
            )

    def _clean(self, words: Words) -> Iterator[TraitFind]:
        """Yield the age ratings that are left where bad language is refused: at most PG."""
        for start, stop, _ in list(_CLEAN.found(words)) if self._ladder else ():
            part = self._up_to(_LADDER.index("pg"))
            if words.negated[start] and part != Understanding():
                words.claim(start, stop)
                yield TraitFind(start, stop, part)

    def _said(self, words: Words) -> Iterator[_Said]:
        told = {  # "the Korean War", "Native American"
            i for start, stop, _ in _NO_ORIGIN.found(words) for i in range(start, stop)
        }
        for position in range(len(words)):
            found = None if position in told else self._at(words, position)
            if found is not None:
                words.claim(found.start, found.stop)
                yield found

    def _at(self, words: Words, position: int) -> _Said | None:
        """Return what is said here of a nation, where this catalog could tell."""
        cue = _FROM.at(words, position)
        if cue is not None and not words.ends(cue[0]):
            place = self._places.at(words, cue[0])
            return place and _Said(position, *place, "country")
        adjective = self._adjectives.at(words, position)
        if adjective is None:
            return None
        stop, nation = adjective
        cues = (start for start in (position - 2, position - 1) if start >= 0)
        spoken = next((at for at in cues if _IN.at(words, at) == (position, None)), None)
        is_language = not words.ends(stop) and words.word(stop) in _LANGUAGE_BEHIND
        is_all = words.ends(stop) or words.word(stop) in FILM_NOUNS | _GOES_ON
        if nation.is_spoken and (is_language or (spoken is not None and is_all)):
            start = position if spoken is None else spoken
            return _Said(start, stop + is_language, nation, "language")
        return (
            _Said(position, stop, nation, "either")
            if self._is_said_of_items(words, position, stop)
            else None
        )

    def _is_said_of_items(self, words: Words, start: int, stop: int) -> bool:
        """Say whether an adjective tells of what is asked for, and not of something in it: not "a
        French teacher", "about the French"."""
        if words.ends(stop):
            is_last_name = (
                start > 1 and not words.ends(start) and words.tokens[start - 1].is_capital
            )
            return not is_last_name and words.word(start - 1) not in _OF_PEOPLE
        following = words.word(stop)
        is_name = words.tokens[start].raw[0].isupper() and words.tokens[stop].raw[0].isupper()
        return (
            following in FILM_NOUNS | _GOES_ON
            or words.claimed[stop]
            or self._names_kind(words, stop)
            or self._adjectives.at(words, stop) is not None
            or (is_filler(following) and not is_name)
            or (
                following in _AGES
                and not words.ends(stop + 1)
                and words.word(stop + 1) in FILM_NOUNS
            )
        )

    def _of(self, said: _Said, kind: Kind) -> tuple[str, ...]:
        if said.kind == "country" or (said.kind == "either" and kind == "country"):
            return said.nation.countries
        return said.nation.languages

    def _values(self, said: _Said) -> tuple[str, ...]:
        if said.kind == "country":
            return said.nation.countries
        if said.kind == "language":
            return said.nation.languages
        return said.nation.languages or said.nation.countries

    def _column_of(self, values: Iterable[str]) -> str:
        languages = {value for texts in self._language[1] for value in texts}
        return self._language[0] if languages.issuperset(values) else self._country[0]

    def _nowhere(self, words: Words, said: _Said) -> str:
        written = " ".join(word.capitalize() for word in words.raw(said.start, said.stop).split())
        return f"no {self._noun} here is known to be {written}"


def _by_folded(column: tuple[str, tuple[tuple[str, ...], ...]]) -> Mapping[str, str]:
    values = {value for texts in column[1] for value in texts}  # a large catalog has few
    return {fold(value): value for value in sorted(values) if fold(value)}


def _most_frequent(column: tuple[str, tuple[tuple[str, ...], ...]]) -> str:
    counts = Counter(chain.from_iterable(column[1]))
    return max(sorted(counts), key=lambda value: counts[value], default="")


def _names(listed: str) -> list[str]:
    return [fold(name) for name in listed.split(",") if fold(name)]


def _is_noun(words: Words, position: int) -> bool:
    return words.word(position) in FILM_NOUNS or is_filler(words.word(position))


def _is_certificate(words: Words, start: int, stop: int, match: re.Match[str]) -> bool:
    """Say whether a certificate is meant: words around it say so, or its capitals ("PG", not "pg"
    of a page)."""
    bare = set(match["c"].replace("-", " ").split()) | _REFUSING | FILM_NOUNS
    said = {words.word(i) for i in range(start, stop)}
    capitals = [words.tokens[i].raw.isupper() for i in range(start, stop)]
    return not said <= bare or any(capitals)


def _step(written: str) -> int:
    """Return the place of a certificate on the ladder.

    >>> _step("pg - 13"), _step("nc17"), _step("g")
    (2, 4, 0)
    """
    letters = "".join(letter for letter in written if letter.isalnum())
    return [name.replace(" ", "") for name in _LADDER].index(letters)
