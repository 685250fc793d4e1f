"""People in a text: "with Tom Hanks", "directed by X", "Tom Hanks comedies". Roles are not told apart."""

import itertools
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from recsys_rag.data.catalog import Catalog, fold
from recsys_rag.understand.fillers import is_filler
from recsys_rag.understand.tokens import Phrases, Words

PEOPLE_COLUMNS = ("director", "actors", "writer")
_CUES = frozenset(
    ("with", "starring", "stars", "featuring", "by", "directed", "director", "actor", "actress", "and", "or")
)
_SURE_CUES = Phrases(
    (one, None)
    for one in ("starring", "directed by", "featuring", "director", "actor", "actress", "acted by", "played by")
)
_CLOSE_ENOUGH = 90.0  # percent, for misspelled names after a cue


@dataclass(frozen=True, slots=True)
class PersonFind:
    """A person named: places among the words, and the name as the catalog writes it."""

    start: int
    stop: int
    name: str


class PeopleFinder:
    """Finds the people of one catalog in words, by whole name anywhere, by last name or misspelled after a cue."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    @cached_property
    def items_of(self) -> dict[str, list[int]]:
        """Name as the catalog writes it -> indices of the items this person had a part in."""
        items: dict[str, list[int]] = defaultdict(list)
        spelling: dict[str, str] = {}
        for column in PEOPLE_COLUMNS:
            for item, names in enumerate(self._catalog.metadata.get(column, ())):
                for name in names:
                    if fold(name):
                        items[spelling.setdefault(fold(name), name)].append(item)
        return dict(items)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {fold(name): name for name in self.items_of}

    @cached_property
    def _whole_names(self) -> Phrases[str]:
        return Phrases(self._names.items())

    @cached_property
    def _last_names(self) -> dict[str, str]:
        """Last name -> the person who is meant: with three times the items, at least, of any other of the name."""
        people: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for folded, name in self._names.items():
            people[folded.split()[-1]].append((len(self.items_of[name]), name))
        ranked = {last: sorted(of_name, reverse=True) for last, of_name in people.items()}
        return {last: one[0][1] for last, one in ranked.items() if len(one) == 1 or one[0][0] >= 3 * one[1][0]}

    def claim_all(self, words: Words) -> tuple[list[PersonFind], list[tuple[int, int]]]:
        """Return the people named, left to right, and the places of names after a cue that the catalog does not have."""
        finds: list[PersonFind] = []
        unknown: list[tuple[int, int]] = []
        for place in range(len(words)):
            if words.claimed[place]:
                continue
            has_cue = words.word(place - 1) in _CUES
            find = self._known(words, place, has_cue)
            if find is None and has_cue and not is_filler(words.word(place)):
                stop = _end_of_name(words, place)
                if stop - place > 1 and words.guesses_left > 0:
                    words.guesses_left -= 1
                    find = self._guess(words, place, stop)
                if find is None and stop - place > 1 and _is_name(words, place, stop):
                    unknown.append((place, stop))
            if find is not None:
                words.claim(find.start, find.stop)
                finds.append(find)
        return finds, unknown

    def _known(self, words: Words, place: int, has_cue: bool) -> PersonFind | None:
        whole = self._whole_names.at(words, place)
        if whole is not None and (whole[0] - place > 1 or (has_cue and words.tokens[place].is_capital)):
            return PersonFind(place, whole[0], whole[1])
        last = self._last_names.get(words.word(place))
        if last is not None and has_cue and (words.tokens[place].is_capital or _has_sure_cue(words, place)):
            return PersonFind(place, place + 1, last)
        return None

    def _guess(self, words: Words, start: int, stop: int) -> PersonFind | None:
        for end in range(min(stop, start + 3), start + 1, -1):
            key = " ".join(token.word for token in words.tokens[start:end])
            close = process.extractOne(key, self._names.keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH)
            if close is not None:
                return PersonFind(start, end, self._names[close[0]])
        return None


def are_alternatives(words: Words, finds: list[PersonFind]) -> bool:
    """Say whether people are named with "or" between them; otherwise all are wanted."""
    return any(
        "or" in [words.word(place) for place in range(one.stop, other.start)]
        for one, other in itertools.pairwise(finds)
    )


def _end_of_name(words: Words, start: int) -> int:
    stop = start + 1
    while (
        not words.ends(stop) and stop - start < 4 and words.is_free(stop, stop + 1) and not is_filler(words.word(stop))
    ):
        stop += 1
    return stop


def _is_name(words: Words, start: int, stop: int) -> bool:
    """Say whether words after a cue can only be a name: each with a capital, or after "starring", "directed by"."""
    if all(words.tokens[place].raw[0].isupper() for place in range(start, stop)):
        return True
    return _has_sure_cue(words, start)


def _has_sure_cue(words: Words, place: int) -> bool:
    return any(_SURE_CUES.at(words, place - back) == (place, None) for back in (1, 2) if place >= back)
