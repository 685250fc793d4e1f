"""Titles in a text: "like Fargo", "Fargo-style", "Alien meets Heat", "but not Titanic", and titles
that merely stand there."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from recsys_rag.data.catalog import Catalog, fold, without_article
from recsys_rag.understand.fillers import AND_SUCH, is_filler
from recsys_rag.understand.genres import GenreFinder
from recsys_rag.understand.negation import Scope
from recsys_rag.understand.tokens import Phrases, Words

_LONGEST_TITLE = 12  # words looked at after "like"
_CLOSE_ENOUGH = 88.0  # percent; "godfathr" is 94 % "godfather", "hert" is 75 % "heat"
_SHORTEST_GUESS = 5  # letters; in shorter words one wrong letter makes another word ...
_SHORTEST_NAME = 4  # ... but not in a name: "Farg"
_YEAR_BEHIND = re.compile(r"\s*\((\d{4})\)")
_SUBTITLE = re.compile(r"(?:\s+or)?\s*:\s.*|\s+-\s.*|\s*\([^()]*\)\s*$")

_CUES = Phrases(
    [
        *(
            (one, True)
            for one in (
                "like",
                "similar to",
                "such as",
                "in the style of",
                "in the vein of",
                "unlike",
            )
        ),
        *(
            (one, True)
            for one in (
                "along the lines of",
                "reminiscent of",
                "reminds me of",
                "comparable to",
                "a la",
            )
        ),
        *(
            (one, True)
            for one in (
                "vibe of",
                "vibes of",
                "feel of",
                "mood of",
                "tone of",
                "spirit of",
                "akin to",
            )
        ),
        *(
            (f"{one}{kind} {verb}", True)
            for one in ("favorite", "favourite", "favorites", "favourites")
            for kind in ("", " film", " movie", " films", " movies")
            for verb in ("is", "are", "was", "were")
        ),
        *(
            (one, True)
            for one in ("same vein as", "resembling", "cross between", "remind me of", "as good as")
        ),
        *(
            (one, False)
            for one in (
                *(
                    "fan of",
                    "fans of",
                    "love",
                    "loved",
                    "loves",
                    "liked",
                    "enjoy",
                    "enjoyed",
                    "adore",
                    "adored",
                    "adores",
                ),
                *("obsessed with", "crazy about", "mad about", "thinking of"),
                *(
                    "watching",
                    "watched",
                    "just saw",
                    "rewatched",
                    "just finished",
                    "i saw",
                    "we saw",
                ),
            )
        ),
    ]
)
_BEFORE_WISH = frozenset(
    ("would", "id", "wed", "feel", "feels", "feeling", "look", "looks", "sounds", "seems", "might")
)
_PERSON_BEFORE = frozenset(("i", "we", "you", "they", "also", "really", "people"))
_NOUN_BEFORE = frozenset(
    (
        "movie",
        "movies",
        "film",
        "films",
        "something",
        "anything",
        "stuff",
        "ones",
        "one",
        "more",
        "just",
    )
)
_BETWEEN = frozenset(("the", "movie", "film", "movies", "films"))
_BEHIND = frozenset(("type", "style", "styled", "esque", "like", "ish"))  # "Casablanca-type films"
_DIGITS = {
    **{
        "one": "1",
        "two": "2",
        "three": "3",
        "four": "4",
        "five": "5",
        "six": "6",
        "seven": "7",
        "eight": "8",
    },
    **{"nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "twenty": "20"},
    **{"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8"},
}
_LISTING = frozenset(("and", "or", "&", "meets", "plus", "x"))
_AND_SUCH = Phrases((one, None) for one in AND_SUCH)
_GOOD = (
    *(
        "great",
        "good",
        "amazing",
        "brilliant",
        "fantastic",
        "wonderful",
        "awesome",
        "superb",
        "excellent",
        "fun",
    ),
    *(
        "perfect",
        "lovely",
        "terrific",
        "fabulous",
        "much fun",
        "a lot of fun",
        "a blast",
        "a masterpiece",
    ),
    *(
        "the best",
        "the best film ever",
        "the best film ever made",
        "the best movie ever",
        "the best movie ever made",
    ),
    *(
        "the best thing ever",
        "one of the best",
        "my favorite",
        "my favourite",
        "our favorite",
        "our favourite",
    ),
)
_PRAISE = Phrases(  # behind a title
    (f"{verb}{degree} {good}", None)
    for verb in ("is", "are", "was", "were")
    for degree in ("", " so", " really", " very", " just")
    for good in _GOOD
)
_EFFECTS = Phrases(  # likewise: "Scream made my wife jump", "Jaws scared us"
    (f"{verb} {whom}", None)
    for verb in (
        "made",
        "gave",
        "had",
        "left",
        "scared",
        "thrilled",
        "blew",
        "cheered",
        "moved",
        "delighted",
    )
    for whom in ("me", "us", "my", "our", "everyone", "everybody")
)
# "if Alien and Heat had a baby"
_HAD_A_BABY = Phrases([("had a baby", None), ("had a child", None)])
_BUT_FOR = frozenset(("except", "except for", "other than", "apart from", "aside from", "besides"))


@dataclass(frozen=True, slots=True)
class TitleFind:
    """A title named as an example: the place of the words that ask, and the item."""

    start: int
    item_index: int


class TitleFinder:
    """Finds titles of one catalog in words, also misspelled ones after "like"."""

    def __init__(self, catalog: Catalog, genres: GenreFinder) -> None:
        self._catalog = catalog
        self._genres = genres

    @cached_property
    def _items(self) -> dict[str, int]:
        """Folded title -> item, under all its spellings; of several items of one title the most
        recent."""
        full: dict[str, int] = {}
        short: dict[str, set[int]] = {}
        order = sorted(
            range(len(self._catalog)), key=lambda item: (int(self._catalog.years[item]), -item)
        )
        for item in order:
            for name in (self._catalog.titles[item], *self._catalog.aliases[item]):
                for key in (fold(name), without_article(fold(name))):
                    full[key] = item
                main = without_article(fold(_SUBTITLE.sub("", name)))
                short.setdefault(main, set()).add(item)
        beginnings = {key: items.pop() for key, items in short.items() if len(items) == 1}
        items = {key: item for key, item in (beginnings | full).items() if key}
        return {_in_digits(key): item for key, item in items.items()} | items

    @cached_property
    def _keys(self) -> list[str]:
        return list(self._items)

    def claim_examples(self, words: Words) -> tuple[list[TitleFind], list[tuple[int, int]]]:
        """Return the titles after "like" and its kind, and the places of what stands there and is
        no title; claim titles."""
        finds = [*self._claim_before_such(words), *self._claim_praised(words)]
        unknown: list[tuple[int, int]] = []
        for cue in range(len(words)):
            found = _CUES.at(words, cue)
            if found is None and (words.word(cue - 2), words.word(cue)) == ("as", "as"):
                found = cue + 1, False  # "as tense as Heat"
            if found is None or words.word(cue - 1) in _BEFORE_WISH:
                continue
            stop, is_strong = found
            is_strong = is_strong and words.word(cue - 1) not in _PERSON_BEFORE
            items = list(self._claim_list(words, cue, stop, is_strong))
            finds += [TitleFind(cue, item) for item in items]
            if not items and is_strong and _asks_for_title(words, cue, stop):
                unknown.append((stop, _end_of_name(words, stop)))
        return finds, unknown

    def _claim_before_such(self, words: Words) -> list[TitleFind]:
        """Return the titles listed before "that sort of thing", misspelled ones too; claim them."""
        finds: list[TitleFind] = []
        for place in range(len(words)):
            stop = place
            while _AND_SUCH.at(words, place) and stop > 0:
                start = next(one for one in range(stop - 1, -1, -1) if one == 0 or words.ends(one))
                found = self._title_from(words, start, is_strong=True)
                if found is None or found[0] != stop:
                    break
                words.claim(start, stop)
                finds.insert(0, TitleFind(start, found[1]))
                stop = start
        return finds

    def _claim_praised(self, words: Words) -> Iterator[TitleFind]:
        """Yield the titles that praise stands behind, misspelled ones too; claim both: "Speed was
        great"."""
        for place in range(1, len(words)):
            praise = (
                None if words.ends(place) else _PRAISE.at(words, place) or _EFFECTS.at(words, place)
            )
            if praise is None:
                continue
            start = next(one for one in range(place - 1, -1, -1) if one == 0 or words.ends(one))
            is_praise = _PRAISE.at(words, place) is not None
            end = (
                praise[0]
                if is_praise
                else next(p for p in range(praise[0], len(words) + 1) if words.ends(p))
            )
            begins = [
                one
                for one in range(max(start, place - _LONGEST_TITLE), place)
                if one == start or is_filler(words.word(one - 1))
            ]
            for begin in begins:
                found = self._title_from(words, begin, is_strong=True)
                if found is not None and found[0] == place:
                    words.claim(begin, end)
                    yield TitleFind(begin, found[1])
                    break

    def claim_refused(self, words: Words, scopes: Sequence[Scope]) -> list[TitleFind]:
        """Return titles that are all that "but not", "except" and their kind refuse, also written
        small; claim them."""
        finds = []
        for scope in scopes:
            refused = [place for place in range(scope.start, scope.stop) if words.negated[place]]
            if not refused or not _refuses_one_item(words, scope.start, refused[0]):
                continue
            found = self._exact(words, refused[0], is_strong=True)
            if found is not None and found[0] == scope.stop:
                words.claim(refused[0], scope.stop)
                finds.append(TitleFind(scope.start, found[1]))
        return finds

    def claim_mentions(self, words: Words) -> tuple[list[TitleFind], list[TitleFind]]:
        """Return titles that are meant as examples without a "like", and those that are not wanted;
        claim both.

        Examples are two titles or more in a row ("Alien, Heat"), one that begins the text before
        "but", one before "style" and its kind, and one before praise ("Heat was great"). Other
        titles of several words are kept as they are, for text search.
        """
        mentions = list(self._mentions(words))
        wanted: list[TitleFind] = []
        unwanted: list[TitleFind] = []
        for place, (start, stop, item) in enumerate(mentions):
            if words.negated[start]:
                words.claim(start, stop)
                unwanted.append(TitleFind(start, item))
            elif _is_example(words, mentions, place):
                praise = _PRAISE.at(words, stop) or _HAD_A_BABY.at(words, stop)
                words.claim(start, praise[0] if praise else stop + (words.word(stop) in _BEHIND))
                if mentions[place + 1 :] and _are_listed(words, stop, mentions[place + 1][0]):
                    words.claim(stop, mentions[place + 1][0])
                wanted.append(TitleFind(start, item))
            elif stop - start > 1:
                words.claim(start, stop)
                words.kept[start:stop] = [True] * (stop - start)
        return wanted, unwanted

    def _mentions(self, words: Words) -> Iterator[tuple[int, int, int]]:
        """Yield (start, stop, item) of the titles that stand in the free words; of several of one
        title the most recent."""
        end = words.tokens[-1].stop if words.tokens else 0
        starts = {token.start: place for place, token in enumerate(words.tokens)}
        for mention in self._catalog.mentions(words.text[:end]):
            start = starts.get(mention.start)
            if start is None:
                continue
            stop = next(
                (p for p in range(start, len(words)) if words.tokens[p].start >= mention.stop),
                len(words),
            )
            if not words.is_free(start, stop) or self._says_nothing(words, start, stop):
                continue
            yield (
                start,
                stop,
                max(mention.item_indices, key=lambda item: (int(self._catalog.years[item]), -item)),
            )

    def _says_nothing(self, words: Words, start: int, stop: int) -> bool:
        """Say whether a title is all genre names and fillers, as in "scary movie"."""
        return all(
            is_filler(words.word(place)) or self._genres.knows(words, place)
            for place in range(start, stop)
        )

    def _claim_list(self, words: Words, cue: int, start: int, is_strong: bool) -> Iterator[int]:
        """Yield the items of "Fargo, Heat and Casino" from `start` on, claiming words from the cue
        on."""
        found = self._title_from(words, start, is_strong)
        while found is not None:
            stop, item = found
            yield item
            words.claim(cue, stop)
            following = stop + (words.word(stop) in ("and", "or", "&"))
            if following == stop and not words.ends(stop):
                return
            found = self._exact(words, following, is_strong=False)

    def _title_from(self, words: Words, start: int, is_strong: bool) -> tuple[int, int] | None:
        begin = start
        while True:
            found = self._exact(words, begin, is_strong)
            if found is not None or words.word(begin) not in _BETWEEN:
                break
            begin += 1
        if found is None and is_strong:
            found = self._guess(words, start)
        return found

    def _exact(self, words: Words, start: int, is_strong: bool) -> tuple[int, int] | None:
        """Return the place after the longest title that begins here, and its item."""
        for stop in range(min(start + _LONGEST_TITLE, len(words)), start, -1):
            key = " ".join(token.word for token in words.tokens[start:stop])
            item = next(
                (
                    self._items[one]
                    for one in (key, without_article(key), _in_digits(key))
                    if one in self._items
                ),
                None,
            )
            if (
                item is None
                or not words.is_free(start, stop)
                or not self._is_meant(words, start, stop, is_strong)
            ):
                continue
            year = _YEAR_BEHIND.match(words.text, words.tokens[stop - 1].stop)
            of_year = self._catalog.find(f"{words.raw(start, stop)} ({year[1]})") if year else ()
            return (stop + 1, of_year[0]) if of_year else (stop, item)
        return None

    def _is_meant(self, words: Words, start: int, stop: int, is_strong: bool) -> bool:
        """Say whether words that are a title are meant as one: "i like animals" is not, "i like
        Animals" is."""
        telling = [
            place for place in range(start, stop) if words.word(place) not in ("the", "a", "an")
        ]
        if len(telling) > 1 and not self._says_nothing(words, start, stop):
            return True
        if any(words.tokens[place].is_capital for place in telling):
            return True
        return is_strong and len(telling) == 1 and not self._says_nothing(words, start, stop)

    def _guess(self, words: Words, start: int) -> tuple[int, int] | None:
        """Return the place after a misspelled title, and the item that is most like it."""
        best: tuple[float, int, int] | None = None
        stop = start + 1
        while (
            stop <= len(words)
            and stop - start <= 6
            and words.is_free(start, stop)
            and words.guesses_left > 0
        ):
            key = without_article(" ".join(token.word for token in words.tokens[start:stop]))
            shortest = _SHORTEST_NAME if words.tokens[start].is_capital else _SHORTEST_GUESS
            if len(key) >= shortest and not self._says_nothing(words, start, stop):
                words.guesses_left -= 1
                close = process.extractOne(
                    key, self._keys, scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH
                )
                if close is not None and (best is None or close[1] >= best[0]):
                    best = (close[1], stop, self._items[close[0]])
            if words.ends(stop):
                break
            stop += 1
        return best[1:] if best is not None else None


def _in_digits(key: str) -> str:
    """Return a folded title with its numbers in digits.

    >>> _in_digits("twelve monkeys"), _in_digits("alien part iii")
    ('12 monkeys', 'alien part 3')
    """
    return " ".join(_DIGITS.get(word, word) for word in key.split())


def _is_example(words: Words, mentions: list[tuple[int, int, int]], place: int) -> bool:
    start, stop, _ = mentions[place]
    if words.word(stop) in _BEHIND and not words.ends(stop):
        return True
    is_first = all(
        is_filler(words.word(one)) and words.is_free(one, one + 1) for one in range(start)
    )
    if (is_first and words.word(stop) == "but") or (
        _PRAISE.at(words, stop) and not words.ends(stop)
    ):
        return True
    before, after = mentions[place - 1 : place], mentions[place + 1 : place + 2]
    return any(_are_listed(words, one[1], start) for one in before) or any(
        _are_listed(words, stop, one[0]) for one in after
    )


def _refuses_one_item(words: Words, start: int, stop: int) -> bool:
    """Say whether what stands from `start` to `stop` is "but not", "except" or the like, which may
    name one item."""
    said = " ".join(words.word(place) for place in range(start, stop))
    return said in _BUT_FOR or (said == "not" and words.word(start - 1) == "but")


def _are_listed(words: Words, stop: int, start: int) -> bool:
    """Say whether nothing but a comma, "and", "or" or "meets" stands between two titles."""
    between = [words.word(place) for place in range(stop, start)]
    return set(between) <= _LISTING and (bool(between) or words.ends(stop))


def _asks_for_title(words: Words, cue: int, start: int) -> bool:
    """Say whether what stands after the cue must be a title: it has a capital, or "movies like"
    goes before."""
    if words.ends(start) or (is_filler(words.word(start)) and not words.tokens[start].is_capital):
        return False
    return (
        cue == 0
        or words.tokens[start].is_capital
        or words.word(cue - 1) in _NOUN_BEFORE
        or words.word(cue) in ("similar", "unlike")
    )


def _end_of_name(words: Words, start: int) -> int:
    stop = start + 1
    while (
        not words.ends(stop)
        and stop - start < 6
        and words.word(stop) not in ("but", "with", "from", "and", "or", "that")
    ):
        stop += 1
    return stop
