"""Where and when the story of an item is set, in a text: "set in Paris", "in the 19th century",
"medieval", "a period drama"; by the values that this catalog has."""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path

from recsys_rag.data.catalog import Catalog, fold
from recsys_rag.types import Understanding
from recsys_rag.understand._fillers import is_filler
from recsys_rag.understand._tokens import Phrases, Words, expanded, lexicon, word_set
from recsys_rag.understand._trait_words import TraitFind
from recsys_rag.understand._values import texts_in

Span = tuple[int, int]  # first and last year

_SAID = lexicon("settings")
_CUES = Phrases.table({_SAID["cues"]: None})
_LONGING = Phrases.table({_SAID["longing"]: None})  # before a place, of those who ask
_TRAVELERS = word_set(_SAID["travelers"])
_PERIODS = Phrases(
    (phrase, (int(years.split(" to ")[0]), int(years.split(" to ")[1])))
    for line in _SAID["periods"].strip().splitlines()
    for years, _, said in [line.partition(": ")]
    for phrase in expanded(said)
)
_WARS = frozenset(("war", "ww1", "ww2", "wwi", "wwii", "ww"))
_COSTUMES = Phrases.table({_SAID["costumes"]: None})
_KINDS = frozenset(("drama", "dramas", "romance", "romances"))
_LAST_OF_COSTUMES = 1920  # a period film tells of a time before
_FUTURE = (2100, 9999)
_PARTS = re.compile(r",? and |, | to ")
_YEAR = re.compile(r"\d{3,4}")
_CENTURY = re.compile(r"(?:(early|mid|late)[ -])?(\d{1,2})(?:st|nd|rd|th) century")
_TIME = (
    r"(?:the )?(?:(?P<part>early|mid|late) (?:- )?)?(?:(?P<century>\d{1,2})(?:st|nd|rd|th) century"
    r"|(?P<decade>(?:1[5-9]|20)\d0)s|(?P<short>[1-9]0)s|(?P<year>1[0-9]\d\d|20\d\d))(?![^ ])"
)
_THIRDS = {"early": (0, 35), "mid": (35, 65), "late": (65, 100)}
_WIDEST = 50  # years of a value that is not said to be about one of them
_FAR = 3  # words between "going to" and the place
_FEWEST_LETTERS = 4  # of a place that only "in" goes before


class SettingFinder:
    """Finds the places and times that the stories of one catalog's items are set in."""

    def __init__(self, catalog: Catalog) -> None:
        self._place, self._places = texts_in(catalog, ("place", "places", "setting", "settings"))
        self._time, self._times = texts_in(catalog, ("time", "times", "period", "periods"))
        themes = texts_in(catalog, ("themes",))[1]
        self._last_year = int(catalog.years.max(initial=0))
        self._knows_war = any("war" in texts for texts in themes)

    def claim_all(
        self, words: Words, knows: Callable[[Words, int], bool] = lambda words, position: False
    ) -> Iterator[TraitFind]:
        """Yield the places and times asked for or refused, and claim their words; not times and
        costumes that somebody else `knows` better: "World War II"."""
        if not (self._places or self._times):
            return
        for start in range(len(words)):
            cue = _CUES.at(words, start)
            if cue is not None:
                yield from self._behind(words, start, cue[0])
            elif words.word(start) == "in" and words.is_free(start, start + 1):
                yield from self._bare(words, start)
        for start, stop, span in _PERIODS.found(words):
            if not knows(words, start):
                yield from self._at(words, start, stop, span)
        for start, stop, _ in _COSTUMES.found(words):
            if knows(words, start):
                continue
            is_kind = words.word(stop - 1) in _KINDS  # which is asked for, too
            yield from self._at(words, start, stop - is_kind, None)

    def claim_longed(self, words: Words) -> Iterator[TraitFind]:
        """Yield the places that somebody longs for, before negations and talk are read: "I miss New
        York", "never been to Japan"; claim them and what is said of them."""
        for start, stop, _ in _LONGING.found(words) if self._places else ():
            place = stop
            while not words.ends(place):
                find = self._placed(words, place, place)
                if find is not None:
                    words.claim(start, stop)
                    yield find
                    break
                place += 1
                if place - stop > _FAR:
                    break

    def claim_alone(self, words: Words, *, is_all: bool) -> Iterator[TraitFind]:
        """Yield the places that are a part of the text by themselves, "Ireland, sheep, rain", and
        where they are `all` that is named, wherever they stand: "my parents came from Poland"; of
        the text as it was said."""
        said = Words(words.text)
        for start in range(len(said) if self._places else 0):
            place = self._phrases.at(said, start)
            if place is None or not self._is_on_map(said, start, place[0]):
                continue
            if is_filler(said.word(start)) and not said.tokens[start].is_capital:
                continue  # "nice landscapes"
            is_part = (not start or said.ends(start)) and said.ends(place[0])
            if is_all or (is_part and words.is_free(start, place[0])):
                begin = said.part_start(start) if start else 0
                words.claim(begin if said.word(begin) in _TRAVELERS else start, place[0])
                yield self._find(words, start, place[0], self._place, place[1])

    def _is_on_map(self, words: Words, start: int, stop: int) -> bool:
        return " ".join(words.word(i) for i in range(start, stop)) in _map()

    def _behind(self, words: Words, start: int, stop: int) -> Iterator[TraitFind]:
        """Yield the place and the time behind "set in", and the time behind that place."""
        begin = start
        for _ in range(2):
            find = self._placed(words, begin, stop) or self._timed(words, begin, stop)
            if find is None:
                return
            yield find
            stop = begin = find.stop
            while not words.ends(stop) and words.word(stop) in ("in", "during", "around", "of"):
                stop += 1

    def _bare(self, words: Words, start: int) -> Iterator[TraitFind]:
        """Yield the place behind "in" alone: "a comedy in Paris"."""
        if words.ends(start + 1):
            return
        place = start + 1 + (words.word(start + 1) == "the")
        is_name = place < len(words) and words.tokens[place].raw[0].isupper()
        is_two = is_name and not words.ends(place + 1) and words.tokens[place + 1].is_capital
        if is_name and (is_two or len(words.word(place)) >= _FEWEST_LETTERS):
            find = self._placed(words, start, start + 1)
            if find is not None:
                yield find

    def _placed(self, words: Words, start: int, position: int) -> TraitFind | None:
        position += words.word(position) == "the" and not words.ends(position)
        if words.ends(position):
            return None
        place = self._phrases.at(words, position)
        if place is None:
            return None
        words.claim(start, place[0])
        return self._find(words, start, place[0], self._place, place[1])

    def _timed(self, words: Words, start: int, position: int) -> TraitFind | None:
        for begin, stop, match in words.matches(rf"(?<!\S){_TIME}"):
            if begin == position:
                return next(self._at(words, start, stop, _asked(match)), None)
        return None

    def _at(self, words: Words, start: int, stop: int, span: Span | None) -> Iterator[TraitFind]:
        """Yield the time in these words, where the catalog has any of it; None is a period film."""
        future = self._last_year + 1
        asked = (future, _FUTURE[1]) if span == _FUTURE else span
        within = (
            value for value, of in self._spans.items() if _is_within(of, asked, future=future)
        )
        values = tuple(sorted(within, key=lambda value: -self._counts[value]))
        if not values:
            return
        is_war = not _WARS.isdisjoint(words.word(i) for i in range(start, stop))
        if is_war and not self._knows_war:
            return
        words.claim(start, stop)
        find = self._find(words, start, stop, self._time, values)
        if is_war and find.part.traits:
            of_war = Understanding(traits=(*find.part.traits, ("themes", ("war",))))
            find = replace(find, part=of_war)
        yield find

    def _find(
        self, words: Words, start: int, stop: int, column: str, values: tuple[str, ...]
    ) -> TraitFind:
        trait = ((column, values),)
        if words.negated[stop - 1]:
            return TraitFind(start, stop, Understanding(excluded_traits=trait))
        return TraitFind(start, stop, Understanding(traits=trait))

    @cached_property
    def _phrases(self) -> Phrases[tuple[str, ...]]:
        """Place, by all the runs of words that name it -> the values of the catalog that hold it:
        "paris" is in "Paris" and in "a suburb of Paris". A place that others lie in has those whose
        first place lies in it, too: "france" is in "Paris and New York"."""
        values = {value: fold(value) for texts in self._places for value in texts}
        named = {
            _plain(name)
            for value in values
            for name in (value, *_PARTS.split(value))  # "Washington, D.C.", "Paris and Rome"
        }
        holding: dict[str, list[str]] = defaultdict(list)
        for value, folded in values.items():
            for run in _runs(folded):
                if run in named:
                    holding[run].append(value)
        own = {
            name: sorted(found, key=lambda value: values[value] != name)
            for name, found in holding.items()
        }
        first = {value: {*_runs(fold(_PARTS.split(value)[0]))} for value in values}
        for name in _within():
            inside = {*_all_within(name)}
            found = [value for value in values if not inside.isdisjoint(first[value])]
            if found:
                own[name] = list(dict.fromkeys((*own.get(name, ()), *found)))
        return Phrases((name, tuple(found)) for name, found in own.items())

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(value for texts in self._times for value in texts)

    @cached_property
    def _spans(self) -> dict[str, Span]:
        """The times of the catalog that can be told in years."""
        spans = {value: _years(fold(value)) for value in self._counts}
        return {value: span for value, span in spans.items() if span is not None}


@cache
def _within() -> Mapping[str, tuple[str, ...]]:
    """Return which places lie in each place of `places.toml`, folded."""
    text = Path(__file__).with_name("places.toml").read_text(encoding="utf-8")
    return {
        _plain(name): tuple(_plain(one) for one in inner.split(","))
        for name, inner in tomllib.loads(text)["within"].items()
    }


@cache
def _map() -> frozenset[str]:
    """Return the places that `places.toml` names."""
    return frozenset((*_within(), *(one for inner in _within().values() for one in inner)))


def _all_within(name: str) -> Iterator[str]:
    """Yield a place and all places in it, however deep.

    >>> "paris" in _all_within("europe"), "europe" in _all_within("paris")
    (True, False)
    """
    found = [name]
    for one in found:
        yield one
        found += [inner for inner in _within().get(one, ()) if inner not in found]


def _runs(place: str) -> Iterator[str]:
    """Yield the runs of words in a place that may name another; England is not in New England.

    >>> list(_runs("new england"))
    ['new', 'new england']
    """
    words = place.split()
    for start in range(len(words)):
        if start == 0 or words[start - 1] != "new":
            yield from (" ".join(words[start:stop]) for stop in range(start + 1, len(words) + 1))


def _plain(place: str) -> str:
    return fold(place).removeprefix("the ")


def _years(time: str) -> Span | None:
    """Return the first and last year of a time as a catalog writes it, None where it has none.

    >>> _years("1910s to 1930s"), _years("early 19th century"), _years("middle ages")
    ((1910, 1939), (1800, 1835), (476, 1500))
    >>> _years("1788"), _years("future"), _years("one day")
    ((1788, 1788), (2100, 9999), None)
    """
    if "future" in time:
        return _FUTURE
    spans = [_century(int(match[2]), match[1]) for match in _CENTURY.finditer(time)]
    for match in _YEAR.finditer(time):
        year = int(match[0])
        is_decade = time[match.end() : match.end() + 1] == "s"
        spans.append((year, year + (99 if year % 100 == 0 and year < 1900 else 9) * is_decade))
    words = Words(time)
    spans += [span for _, _, span in _PERIODS.found(words)]
    return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None


def _century(number: int, part: str | None) -> Span:
    first = 100 * (number - 1)
    begin, end = _THIRDS[part] if part else (0, 99)
    return first + begin, first + end


def _asked(match: re.Match[str]) -> Span:
    if match["century"]:
        return _century(int(match["century"]), match["part"])
    if match["year"]:
        return int(match["year"]), int(match["year"])
    decade = int(match["decade"]) if match["decade"] else 1900 + int(match["short"])
    return decade, decade + 9


def _is_within(of: Span, asked: Span | None, *, future: int) -> bool:
    """Say whether an item of these years tells of the years that are asked for, or, for None, of a
    time so long ago that people dressed otherwise. What begins in the `future` of the catalog is as
    wide as it likes."""
    if asked is None:
        return of[1] <= _LAST_OF_COSTUMES
    if asked[0] == future:
        return of[0] >= future
    is_about = of[1] - of[0] <= max(_WIDEST, asked[1] - asked[0])
    return is_about and of[0] <= asked[1] and asked[0] <= of[1]
