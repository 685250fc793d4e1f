"""People in a text: "with Tom Hanks", "directed by X", "Hitchcock thrillers", "Coen brothers"."""

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from operator import eq

from rapidfuzz import fuzz, process

from recsys_rag.data._notes import film_notes
from recsys_rag.data.catalog import Catalog, fold
from recsys_rag.understand._fillers import FILM_NOUNS, is_filler
from recsys_rag.understand._genre_words import GenreFinder
from recsys_rag.understand._roles import (
    Role,
    asked_behind,
    refused_alone,
    roles_before,
    roles_behind,
)
from recsys_rag.understand._tokens import Phrases, Words, word_set

PEOPLE_COLUMNS = ("director", "actors", "writer")
_LISTING = frozenset(("and", "or", "nor"))
_PARTICLES = word_set("de del della di da van von der le la du st bonham ter")
_NICKNAMES = {
    "james": ("jimmy", "jim"),
    "robert": ("bob", "bobby"),
    "william": ("bill", "billy"),
    "samuel": ("sam",),
    "edward": ("ed", "eddie"),
    "charles": ("charlie", "chuck"),
    "anthony": ("tony",),
    "michael": ("mike",),
    "elizabeth": ("liz",),
}
_SIBLINGS = frozenset(("brothers", "bros", "sisters", "siblings"))
_OF_PLACES = frozenset(("in", "at", "to", "near", "about", "on", "of", "the", "around", "through"))
_EARLY, _LATE = frozenset(("early", "earlier", "young")), frozenset(("late", "later"))
_UNKNOWN_YET = (
    r"(?<!\S)(?:from |made |, )?before (?:he|she|they) (?:was|were|got|became) "
    r"(?:so |that |really )?(?:famous|big|known|well known|popular|a star|stars)(?![^ ])"
)
_BEHIND_NAME = frozenset(("but", "with", "and", "or", "plus", "starring", "directing"))
_ARTICLES = frozenset(("a", "an", "the"))
# Behind a person, before what that person is in the story; True where no article need follow.
_PARTS = Phrases.table(
    {
        "as, playing": True,
        "is, being, (where|when|in which|) (hes|shes|theyre)": False,
        "(where|when|in which|) (he|she|they) (is|plays|play|are|was)": False,
    }
)
_MUCH = frozenset(("binge", "marathon", "retrospective"))
_CLOSE_ENOUGH = 90.0  # percent, for misspelled names after a cue
_SHORTEST_GUESS = 6  # letters, of a last name alone
_WELL_KNOWN = 3  # items, of a person meant by last name alone: "Hitchcock thrillers"
_CALLED = 3  # letters that a nickname shares with the name: "leo" of "leonardo"


_SMALL = re.compile(r"\b[a-z]+\b")


@dataclass(frozen=True, slots=True)
class PersonFind:
    """A person named, as the catalog writes the name, in the parts that were said."""

    start: int
    stop: int
    name: str
    roles: tuple[Role, ...] = ()


class PeopleFinder:
    """Finds the people of one catalog in words, by whole name anywhere, by last name or misspelled
    after a cue."""

    def __init__(self, catalog: Catalog, genres: GenreFinder) -> None:
        self._catalog = catalog
        self._genres = genres

    @cached_property
    def items_in(self) -> dict[str, dict[str, list[int]]]:
        """Column -> name -> indices of the items in which this person had that part."""
        spelling: dict[str, str] = {}
        items: dict[str, dict[str, list[int]]] = {}
        for column in PEOPLE_COLUMNS:
            by_name: dict[str, list[int]] = defaultdict(list)
            for item, names in enumerate(self._catalog.metadata.get(column, ())):
                for name in names:
                    if fold(name):
                        by_name[spelling.setdefault(fold(name), name)].append(item)
            items[column] = dict(by_name)
        return items

    @cached_property
    def items_of(self) -> dict[str, list[int]]:
        """Name -> indices of the items this person had any part in."""
        items: dict[str, set[int]] = defaultdict(set)
        for by_name in self.items_in.values():
            for name, indices in by_name.items():
                items[name].update(indices)
        return {name: sorted(indices) for name, indices in items.items()}

    @cached_property
    def _names(self) -> dict[str, str]:
        return {fold(name): name for name in self.items_of}

    @cached_property
    def _whole_names(self) -> Phrases[str]:
        owners = {f"{folded}s": name for folded, name in self._names.items()}  # "Jane Doe's"
        called = {
            f"{nickname} {rest}": name
            for folded, name in self._names.items()
            for first, _, rest in [folded.partition(" ")]
            for nickname in _NICKNAMES.get(first, ())
        }
        return Phrases((called | owners | self._names).items())

    @cached_property
    def _families(self) -> dict[str, list[tuple[int, str]]]:
        """Last name, particles too -> (number of items, name) of its bearers, most items first."""
        people: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for folded, name in self._names.items():
            words = folded.split()
            for n_words in (1, 2) if len(words) > 2 and words[-2] in _PARTICLES else (1,):
                people[" ".join(words[-n_words:])].append((len(self.items_of[name]), name))
        return {last: sorted(bearers, reverse=True) for last, bearers in people.items()}

    @cached_property
    def _meant(self) -> dict[str, str]:
        """Last name -> who is meant by it: with three times the items of any other bearer."""
        return {
            last: bearers[0][1]
            for last, bearers in self._families.items()
            if len(bearers) == 1 or bearers[0][0] >= 3 * bearers[1][0]
        }

    @cached_property
    def _last_names(self) -> Phrases[str]:
        return Phrases(self._meant.items())

    @cached_property
    def _owners(self) -> Phrases[str]:
        """Last name with the "s" of "Hitchcock's" -> the person who is meant."""
        return Phrases((f"{last}s", name) for last, name in self._meant.items() if " " not in last)

    @cached_property
    def _words_of_titles(self) -> frozenset[str]:
        return frozenset(word for title in self._catalog.titles for word in fold(title).split())

    def claim_all(
        self, words: Words, items: Collection[int] = ()
    ) -> tuple[list[PersonFind], list[tuple[int, int]]]:
        """Return the people named, left to right, and the (start, stop) of names after a cue that
        the catalog does not have. Of those who share a last name, who has a part in one of these
        `items` is meant: "bergman, but not The Seventh Seal"."""
        finds: list[PersonFind] = []
        unknown: list[tuple[int, int]] = []
        for position in range(len(words)):
            if words.claimed[position]:
                continue
            has_cue = words.word(position - 1) in _LISTING or bool(roles_before(words, position))
            is_next = bool(finds) and finds[-1].stop == position and words.ends(position)
            known = (
                self._family(words, position)
                or self._of_items(words, position, items)
                or self._known(
                    words, position, has_cue or is_next or self._is_refused(words, position)
                )
                or self._nicknamed(words, position)
                or self._by_first_name(words, position, has_cue)
            )
            if not known and is_next:  # "david lynch, cronenberg"
                last = self._last_names.at(words, position)
                if last is not None and words.word(position) not in self._words_of_titles:
                    known = last[0], [last[1]]
            if not known and not has_cue:
                known = self._misspelled(words, position)
            if not known and has_cue and not is_filler(words.word(position)):
                stop = _end_of_name(words, position)
                is_whole = stop - position > 1
                if words.guesses_left > 0:
                    words.guesses_left -= 1
                    guess = self._guess if is_whole else self._guess_last
                    known = guess(words, position, stop)
                if not known and is_whole and _is_name(words, position, stop):
                    unknown.append((position, stop))
            if known:
                stop, names = known
                roles = _roles(words, position, stop, finds)
                words.claim(position, stop)
                for role in roles:
                    words.claim(role.start, role.stop)
                finds += [PersonFind(position, stop, name, roles) for name in names]
        return [*_with_parts_behind(words, finds), *_refused_parts(words, finds)], unknown

    def claim_strangers(
        self, words: Words, is_told_of: Callable[[str], bool]
    ) -> list[tuple[int, int]]:
        """Return the (start, stop) of names that nobody in the catalog bears: a first name that
        somebody has, and a word behind it, with capitals or as the whole text ("ryan gosling"),
        where no text of the catalog tells of the two; claim them."""
        found = []
        for start in range(len(words) - 1):
            stop = start + 2
            first, last = words.word(start), words.word(start + 1)
            is_capital = all(words.tokens[i].is_capital for i in (start, start + 1))
            if (
                (is_capital or len(words) == stop - start)
                and words.is_free(start, stop)
                and not words.ends(start + 1)
                and first in self._first_names
                and not is_filler(last)
                and not is_told_of(f"{first} {last}")
            ):
                words.claim(start, stop)
                found.append((start, stop))
        return found

    @cached_property
    def _first_names(self) -> frozenset[str]:
        return frozenset(name.split()[0] for name in self._names if " " in name)

    def _known(self, words: Words, position: int, has_cue: bool) -> tuple[int, list[str]] | None:
        whole = self._whole_names.at(words, position)
        if whole is not None and (
            whole[0] - position > 1 or (has_cue and words.tokens[position].is_capital)
        ):
            return whole[0], [whole[1]]
        is_owner = any(mark in words.tokens[position].raw for mark in "'’")
        last = self._last_names.at(words, position) or (
            self._owners.at(words, position) if is_owner else None
        )
        if last is None:
            return (
                self._by_company(words, position)
                or self._by_part(words, position)
                or self._who_directs(words, position)
            )
        stop, name = last
        name = self._with_role(words, position, stop, name)
        if self._is_first_name(words, position, stop):
            return None
        is_said = has_cue and (words.tokens[position].is_capital or _has_sure_cue(words, position))
        if is_said or self._is_meant(words, position, stop, name, has_cue):
            return stop, [name]
        return None

    def _of_items(
        self, words: Words, position: int, items: Collection[int]
    ) -> tuple[int, list[str]] | None:
        """Return who of those who share a last name has a part in one of these items."""
        for stop in (position + 2, position + 1) if items else ():
            if stop > len(words) or not words.is_free(position, stop):
                continue
            last = " ".join(words.word(i) for i in range(position, stop))
            meant = [
                name
                for _, name in self._families.get(last, ())
                if not set(items).isdisjoint(self.items_of[name])
            ]
            if len(meant) == 1 and _is_only_name(words, position, stop):
                return stop, meant
        return None

    def _nicknamed(self, words: Words, position: int) -> tuple[int, list[str]] | None:
        """Return the well-known person whose first name begins like a shorter one that is said
        before the last: "leo dicaprio", "eddy murphy"."""
        called = words.word(position)
        if len(called) < 2 or words.ends(position + 1) or is_filler(called):
            return None
        for stop in (position + 3, position + 2):
            if stop > len(words) or not words.is_free(position, stop):
                continue
            last = " ".join(words.word(i) for i in range(position + 1, stop))
            for n_items, name in self._families.get(last, ()):
                first = fold(name).split()[0]
                if (
                    n_items >= _WELL_KNOWN
                    and len(called) <= len(first)
                    and first.startswith(called[:_CALLED])
                ):
                    return stop, [name]
        return None

    def _by_first_name(
        self, words: Words, position: int, has_cue: bool
    ) -> tuple[int, list[str]] | None:
        """Return who is meant by a first name, or how somebody is called, where a cue or "movies"
        says that it is somebody: "with denzel", "arnie movies"."""
        called, stop = words.word(position), position + 1
        is_before_films = not words.ends(stop) and words.word(stop) in FILM_NOUNS | _MUCH
        if not (has_cue or is_before_films) or len(called) <= _CALLED:
            return None
        if called in self._words_of_titles or not _is_only_name(words, position, stop):
            return None
        bearers = sorted(
            (-len(items), name)
            for name, items in self.items_of.items()
            if len(items) >= _WELL_KNOWN
            and len(called) <= len(name.split()[0])
            and fold(name).startswith(called[:_CALLED])
        )
        exact = [one for one in bearers if fold(one[1]).split()[0] == called] or bearers
        is_sole = len(exact) == 1 or (len(exact) > 1 and exact[0][0] <= 3 * exact[1][0])
        return (stop, [exact[0][1]]) if is_sole else None

    def _by_company(self, words: Words, position: int) -> tuple[int, list[str]] | None:
        """Return who of those who share a last name has something together with the person whose
        whole name follows: "lynch with kyle maclachlan"."""
        stop = position + 1
        if not self._is_beside(words, position == 0 or words.ends(position), stop):
            return None
        other = self._whole_names.at(words, stop + 1)
        together = set(self.items_of[other[1]]) if other is not None else set()
        bearers = [name for _, name in self._families.get(words.word(position), ())]
        meant = [name for name in bearers if together & {*self.items_of[name]}]
        return (stop, meant) if len(meant) == 1 else None

    def _by_part(self, words: Words, position: int) -> tuple[int, list[str]] | None:
        """Return who of those who share a last name has most items in the part that is said before
        it: "a film by huston"."""
        roles = roles_before(words, position)
        bearers = self._families.get(words.word(position), ()) if roles else ()
        if not bearers or words.word(position) in self._words_of_titles:
            return None
        counts = sorted(
            ((len(self.items_in[roles[0].column].get(name, ())), name) for _, name in bearers),
            reverse=True,
        )
        is_sole = counts[0][0] >= _WELL_KNOWN and (len(counts) < 2 or counts[1][0] < _WELL_KNOWN)
        return (position + 1, [counts[0][1]]) if is_sole else None

    def _who_directs(self, words: Words, position: int) -> tuple[int, list[str]] | None:
        """Return who of those who share a last name is the only one who directs: by last names
        alone directors are called."""
        for stop in (position + 2, position + 1):
            if stop > len(words) or not words.is_free(position, stop):
                continue
            last = " ".join(words.word(i) for i in range(position, stop))
            directs = self.items_in["director"]
            named = [name for _, name in self._families.get(last, ()) if name in directs]
            if len(named) == 1 and len(directs[named[0]]) > 1:
                is_said = _is_only_name(words, position, stop)
                is_common = self._words_of_titles.issuperset(last.split())
                return (stop, named) if is_said and not is_common else None
        return None

    def _with_role(self, words: Words, start: int, stop: int, name: str) -> str:
        """Return who of a last name has the part that is said before it, the one with most items:
        "the director Bergman" is not Ingrid Bergman."""
        sure = [role.column for role in roles_before(words, start) if role.is_sure]
        last = " ".join(words.word(i) for i in range(start, stop))
        if not sure or self.has_role(name, sure[0]):
            return name
        bearers = [
            other for _, other in self._families.get(last, ()) if self.has_role(other, sure[0])
        ]
        return max(bearers, key=lambda other: len(self.items_in[sure[0]][other]), default=name)

    def _is_meant(self, words: Words, start: int, stop: int, name: str, has_cue: bool) -> bool:
        """Say whether a last name is meant where no capital or no cue says so.

        It is where it stands alone in the text, or before "movies" or a genre, unless it is a word
        of some title, or its bearer has few items.
        """
        following = stop + (words.word(stop) == "s")
        is_before_kind = not words.ends(following) and (
            words.word(following) in FILM_NOUNS | _MUCH
            or self._genres.knows(words, following)
            or bool(roles_behind(words, following))
        )
        is_first = start == 0 or words.ends(start)
        is_alone = is_first and (
            (start == 0 and words.ends(stop)) or words.word(stop) in _BEHIND_NAME
        )
        is_common = self._words_of_titles.issuperset(
            words.word(position) for position in range(start, stop)
        )
        is_one_of_theirs = (  # "another Hitchcock"
            (
                words.word(start - 1) in ("a", "another", "some", "new", "latest")
                or (words.word(start - 2), words.word(start - 1)) == ("style", "of")
            )
            and words.tokens[start].is_capital
            and (words.ends(stop) or is_filler(words.word(stop)))
        )
        return (
            (
                has_cue
                or is_before_kind
                or is_alone
                or is_one_of_theirs
                or stop - start > 1  # "de niro"
                or _is_written_as_name(words, start, stop)
                or _is_only_name(words, start, stop)
            )
            and not is_common
            and (len(self.items_of[name]) >= _WELL_KNOWN or self._is_beside(words, is_first, stop))
        )

    def _is_beside(self, words: Words, is_first: bool, stop: int) -> bool:
        """Say whether a whole name follows: "kurosawa and toshiro mifune"."""
        if not is_first or words.word(stop) not in _BEHIND_NAME:
            return False
        whole = self._whole_names.at(words, stop + 1)
        return whole is not None and whole[0] - stop > 2

    def _is_first_name(self, words: Words, start: int, stop: int) -> bool:
        """Say whether the last name of one person begins the name of another, who is not here:
        "Denis Villeneuve" is not Claire Denis."""
        return (
            words.tokens[start].raw[0].isupper()
            and not words.ends(stop)
            and words.is_free(stop, stop + 1)
            and words.tokens[stop].raw[0].isupper()
            and not (words.tokens[stop - 1].raw.endswith(("'s", "’s")))
            and not is_filler(words.word(stop))
            and words.word(stop) not in (FILM_NOUNS | _LISTING | _SIBLINGS)
            and not self._genres.knows(words, stop)
            and not roles_behind(words, stop)
            and self._whole_names.at(words, stop) is None
            and self._last_names.at(words, stop) is None
        )

    def _is_refused(self, words: Words, position: int) -> bool:
        """Say whether a name, not a genre, stands right behind a negation: "no Stallone"."""
        begins = (
            words.negated[position]
            and position > 0
            and words.claimed[position - 1]
            and not words.negated[position - 1]
        )
        is_name = words.tokens[position].is_capital or _is_only_name(words, position, position + 1)
        last = self._last_names.at(words, position)
        if last is not None and len(self.items_of[last[1]]) < _WELL_KNOWN:
            return False  # "all the Bonds" are no De'aundre Bonds
        return begins and is_name and not self._genres.knows(words, position)

    def _family(self, words: Words, position: int) -> tuple[int, list[str]] | None:
        """Return those of one last name who worked together, before "brothers" or "sisters", or
        named as several: "the Coens"."""
        last, following = words.word(position), words.word(position + 1)
        stop = position + 2
        if following not in _SIBLINGS or words.ends(position + 1):
            is_several = words.tokens[position].is_capital and last not in self._families
            last, following, stop = last.removesuffix("s"), "brothers", position + 1
            if not is_several or last not in self._families or last in self._words_of_titles:
                return None
        items = {name: set(self.items_of[name]) for _, name in self._families.get(last, ())}
        together = [
            name
            for name in items
            if any(items[name] & items[other] for other in items if other != name)
        ]
        alone = self._meant.get(last, "")  # the other is not named: "Coen brothers"
        is_known = len(items) == 1 and len(self.items_of[alone]) >= _WELL_KNOWN
        is_known = is_known and following in ("brothers", "bros")
        named = together or ([alone] if is_known else [])
        return (stop, named) if named else None

    def _guess_last(self, words: Words, position: int, stop: int) -> tuple[int, list[str]] | None:
        """Return the well-known person meant by a misspelled last name behind "directed by"."""
        last = words.word(position)
        if len(last) < _SHORTEST_GUESS or not _has_sure_cue(words, position):
            return None
        known = {
            last: bearers[0][1]
            for last, bearers in self._families.items()
            if bearers[0][0] >= _WELL_KNOWN
        }
        close = process.extractOne(
            last, known.keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH
        )
        return (stop, [known[close[0]]]) if close is not None else None

    def _guess(self, words: Words, start: int, stop: int) -> tuple[int, list[str]] | None:
        for end in range(min(stop, start + 3), start + 1, -1):
            key = " ".join(token.word for token in words.tokens[start:end])
            close = process.extractOne(
                key, self._names.keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH
            )
            if close is not None:
                return end, [self._names[close[0]]]
        return None

    def _misspelled(self, words: Words, start: int) -> tuple[int, list[str]] | None:
        """Return the well-known person meant by two words that begin a part, and of which one is
        spelled as it should be: "sandra bullok romantic comedy"."""
        both = [words.word(start), words.word(start + 1)]
        if (
            not (start == 0 or words.ends(start))
            or words.ends(start + 1)
            or not words.is_free(start, start + 2)
            or words.guesses_left <= 0
            or any(map(is_filler, both))
            or len("".join(both)) <= _SHORTEST_GUESS
        ):
            return None
        words.guesses_left -= 1
        guess = self._guess(words, start, start + 2)
        if guess is None or len(self.items_of[guess[1][0]]) < _WELL_KNOWN:
            return None
        spelled = fold(guess[1][0]).split()
        return guess if len(spelled) == 2 and any(map(eq, both, spelled)) else None

    def claim_careers(
        self, words: Words, finds: Iterable[PersonFind]
    ) -> Iterator[tuple[int, int, tuple[int, int]]]:
        """Yield (start, stop, first and last year) of "early" and "late" before a name, or "before
        he was famous" behind it, which is the first or the last third of what this person has made;
        claim these words."""
        for find in finds:
            years = sorted(
                int(self._catalog.years[item])
                for item in self.items_of[find.name]
                if self._catalog.years[item] > 0
            )
            third = -(-len(years) // 3)
            unknown_yet = [said for said in words.matches(_UNKNOWN_YET) if said[0] == find.stop]
            if unknown_yet and len(years) >= _WELL_KNOWN:
                words.claim(*unknown_yet[0][:2])
                yield *unknown_yet[0][:2], (years[0], years[third - 1])
                continue
            start = find.start - 1
            if start < 0 or not words.is_free(start, find.start) or words.ends(find.start):
                continue
            is_early = words.word(start) in _EARLY
            if len(years) < _WELL_KNOWN or not (is_early or words.word(start) in _LATE):
                continue
            words.claim(start, find.start)
            span = (years[0], years[third - 1]) if is_early else (years[-third], years[-1])
            yield start, find.start, span

    def has_role(self, name: str, column: str) -> bool:
        """Say whether this person has this part in any item."""
        return name in self.items_in.get(column, ())


def _is_written_as_name(words: Words, start: int, stop: int) -> bool:
    """Say whether a last name stands with a capital where nothing else asks for one: "early
    Scorsese with De Niro", "Kubrick or Welles"; not "in Washington"."""
    if words.word(start - 1) in _EARLY | _LATE and not words.ends(start):
        return True
    if not words.tokens[start].is_capital or words.word(start - 1) in _OF_PLACES:
        return False
    is_first = start == 0 or words.ends(start)
    if not is_first and words.tokens[start - 1].is_capital:
        return False  # somebody of that name, and of another first name
    if words.ends(stop):
        return True
    goes_on = words.word(stop) in _LISTING or words.word(stop) in ("with", "but")
    return goes_on or (not is_first and is_filler(words.word(stop)))


def _is_only_name(words: Words, start: int, stop: int) -> bool:
    """Say whether words in small letters can be nothing but a name: no text writes them so, nothing
    goes before them that tells of something, and no other name behind: "scorsese without guns"."""
    first = words.part_start(start) if start and not words.ends(start) else start
    asks = itertools.takewhile(lambda i: not words.claimed[i], range(start - 1, first - 1, -1))
    if not all(is_filler(words.word(i)) for i in asks) or words.word(start - 1) in _OF_PLACES - {
        "of",
        "the",
    }:
        return False
    behind = words.word(stop)
    if behind in _SIBLINGS:
        return False
    return words.word(stop - 1) not in _ordinary_words() and (  # "de palma", of which "de" is one
        words.ends(stop)
        or words.claimed[stop]
        or is_filler(behind)
        or behind.removesuffix("s") in _ordinary_words()
        or behind in _ordinary_words()
    )


@cache
def _ordinary_words() -> frozenset[str]:
    """Return the words that our notes write in small letters: what is missing here is a name."""
    texts = ((note.premise, *note.search_phrases, *note.keywords) for note in film_notes())
    return frozenset(word for text in texts for one in text for word in _SMALL.findall(one))


def parts_in_story(words: Words, finds: Iterable[PersonFind]) -> Iterator[tuple[int, int, str]]:
    """Yield (start, stop, sentence) of the words that say which part of a story a person has,
    without what it is: "as a" detective, "where he plays the" villain."""
    for find in finds:
        start = max([find.stop, *(role.stop for role in find.roles)])
        cue = _PARTS.at(words, start)
        stop = start if cue is None else cue[0]
        has_article = words.word(stop) in _ARTICLES and not words.ends(stop)
        if not (has_article if cue is None else has_article or cue[1]):
            continue
        if cue is not None or any(role.start == find.stop for role in find.roles):
            yield start, stop + has_article, "the catalog does not say who plays which part"


def _roles(words: Words, start: int, stop: int, before: list[PersonFind]) -> tuple[Role, ...]:
    """Return the parts said beside a name, or beside the names listed before it."""
    said = (*roles_before(words, start), *roles_behind(words, stop))
    if not said and before and _is_listed(words, before[-1].stop, start):
        return before[-1].roles
    return said


def _with_parts_behind(words: Words, finds: list[PersonFind]) -> list[PersonFind]:
    """Return the finds, the last with the part that a later "what else is she in?" asks for."""
    for position in range(finds[-1].stop if finds else len(words), len(words)):
        role = asked_behind(words, position)
        if role is not None:
            words.claim(role.start, role.stop)
            if words.negated[position - 1]:  # "but not another one with her"
                return [*finds[:-1], PersonFind(position - 1, role.stop, finds[-1].name)]
            return [*finds[:-1], replace(finds[-1], roles=(*finds[-1].roles, role))]
    return finds


def _refused_parts(words: Words, finds: list[PersonFind]) -> Iterator[PersonFind]:
    """Yield the parts that are refused of the person named before: "Nadia Wren directing but not
    acting"."""
    for position in range(len(words)):
        before = [find for find in finds if find.stop <= position]
        role = (
            refused_alone(words, position)
            if before and words.is_free(position, position + 1)
            else None
        )
        if role is not None:
            words.claim(role.start, role.stop)
            yield PersonFind(role.start, role.stop, before[-1].name, (role,))


def _is_listed(words: Words, stop: int, start: int) -> bool:
    return stop <= start and all(
        words.word(position) in _LISTING for position in range(stop, start)
    )


def are_alternatives(words: Words, finds: list[PersonFind]) -> bool:
    """Say whether people are named with "or" between them; otherwise all are wanted."""
    return any(
        "or" in [words.word(i) for i in range(find.stop, following.start)]
        for find, following in itertools.pairwise(finds)
    )


def _end_of_name(words: Words, start: int) -> int:
    stop = start + 1
    while (
        not words.ends(stop)
        and stop - start < 4
        and words.is_free(stop, stop + 1)
        and not is_filler(words.word(stop))
    ):
        stop += 1
    return stop


def _is_name(words: Words, start: int, stop: int) -> bool:
    """Say whether words after a cue can only be a name, by their capitals or by the cue."""
    if all(words.tokens[position].raw[0].isupper() for position in range(start, stop)):
        return True
    return _has_sure_cue(words, start)


def _has_sure_cue(words: Words, position: int) -> bool:
    return any(role.is_sure for role in roles_before(words, position))
