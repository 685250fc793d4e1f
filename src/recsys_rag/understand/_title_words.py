"""Titles in a text: "like Fargo", "Fargo-style", "Alien meets Heat", "but not Titanic", and titles
that merely stand there."""

import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rapidfuzz import fuzz, process

from recsys_rag.data.catalog import Catalog, fold, without_article
from recsys_rag.understand._attitudes import attitudes, claim_praise, is_judged
from recsys_rag.understand._fillers import AND_SUCH, is_filler
from recsys_rag.understand._genre_words import GenreFinder
from recsys_rag.understand._negation import Scope
from recsys_rag.understand._tokens import Phrases, Words, expanded, word_set

_LONGEST_TITLE = 12  # words looked at after "like"
_LONGEST_GUESS = 6  # words of a misspelled title
_CLOSE_ENOUGH = 88.0  # percent; "godfathr" is 94 % "godfather", "hert" is 75 % "heat"
_SHORTEST_GUESS = 5  # letters; in shorter words one wrong letter makes another word ...
_SHORTEST_NAME = 4  # ... but not in a name: "Farg"
_YEAR_BEHIND = re.compile(
    r"\s*\((\d{4})\)|,?\s+(\d{4})(?!\w|\+| ?[-–]| (?:or|and|to|on|onwards?)\b)"
)
_SUBTITLE = re.compile(r"(?:\s+or)?\s*:\s.*|\s+-\s.*|\s*\([^()]*\)\s*$")

# Words before an example; True where a title must follow, also a misspelled one.
_CUES = Phrases.table(
    {
        "like, unlike, similar to, such as, in the (style|vein) of, along the lines of": True,
        "similar (movie|film|movies|films|stuff|things|ones) (to|as)": True,
        "reminiscent of, (reminds|remind) me of, comparable to, a la, akin to, resembling": True,
        "(vibe|vibes|feel|mood|tone|spirit) of, cross between, as good as": True,
        "same (vein|kind|) as": True,
        "(favorite|favourite) (film|movie|films|movies|) (is|are|was|were)": True,
        "(favorites|favourites) (is|are|was|were)": True,
        "(movie|film|movies|films|one|something) (called|named|titled|entitled)": True,
    }
)
_BEFORE_WISH = word_set("would id wed feel feels feeling look looks sounds seems might")
_PERSON_BEFORE = word_set("i we you they also really people")
_NOUN_BEFORE = word_set("movie movies film films something anything stuff ones one more just")
_BETWEEN = word_set("the a movie film movies films called named titled entitled")
_ARTICLES = word_set("the a an")
_BEHIND = word_set("type style styled esque like ish")  # "Casablanca-type films"
_KIND_BEHIND = Phrases.table(
    {
        "(kinda|sorta|kind of|sort of|type of) (film|movie|films|movies|flick|thing|)": None,
        "(type|style|styled|esque|like) (film|movie|films|movies|flick)": None,
    }
)
_LIKE_IT = Phrases.table({"like (it|that|this|those|these|them)": 2})  # words
_AS_SUCH = word_set("like similar vein kind sort such")  # "casablanca or something old like that"
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve thirteen"
_DIGITS = {word: str(number) for number, word in enumerate(_NUMBERS.split(), 1)}
_DIGITS |= {"twenty": "20", "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8"}
_VERBS = word_set("loved liked enjoyed hated watched saw finished tried rewatched disliked adored")
_TOLD = _VERBS | word_set(
    "after seen with from in at of than love hate about till until called the not"
)
_NOT_AS_EXAMPLE = word_set("before about")
_JOINERS = frozenset(("or", "nor", "and"))
_TURNS = word_set("but only except without minus though")  # "jurassic park but scarier"
_SPEAKER = frozenset(("i", "im", "ive", "id"))  # "I can't sleep" is a title, and a complaint
_SURELY_TITLE = 3  # words; nobody says more by chance
_DAYS = word_set("friday saturday sunday")
_SAYING = word_set("was were is made scared gave left thrilled moved wrecked blew")  # of a film
# Behind a title of one word that begins a sentence.
_AFTER_NAME = _SAYING | word_set(
    """are meets and or gets please pls killed has had still really i style type vibes but just
    bored makes remains in again only x no yes vs for put puts though especially i we without
    except minus reminds"""
)
# True where it says by itself that the title is not to be shown again.
_SEEN = Phrases.table(
    {
        "(but|and|though|) (i|we|ive|weve|i have|we have|) already (seen|watched|saw|know)": True,
        "(but|and|though|) (ive|weve|i have|we have|i|we|) (just|) (seen|watched|saw)": False,
    }
)
# Who is meant by a title, and the column that names them, the first first.
_SOMEBODY_OF = Phrases.table(
    {
        "(that|the|this|same|) (guy|man|dude|actor|hero) (from|in|of)": "actors",
        "(that|the|this|same|) (director|maker) (of|behind), (that|the|same|) (guy|man|one) who"
        " (made|directed)": "director",
    }
)
_AND_SUCH = Phrases.table({AND_SUCH: None})
_BUT_FOR = expanded("except, except for, other than, apart from, aside from, besides")


@dataclass(frozen=True, slots=True)
class TitleFind:
    """A title named: its words, with those around it that say so, and the item."""

    start: int
    stop: int
    item_index: int


@dataclass(frozen=True, slots=True)
class Example(TitleFind):
    """A title named as an example."""

    asked_at: int  # the position of the word that asks: "like", or the title itself
    attitude: int | None = None  # what is thought of it, see `attitudes`


class TitleFinder:
    """Finds titles of one catalog in words, also misspelled ones after "like"."""

    def __init__(
        self,
        catalog: Catalog,
        genres: GenreFinder,
        knows_word: Callable[[str], bool],
        knows_whole: Callable[[Words], bool],
        is_rare: Callable[[str], bool],
        names_kind: Callable[[Words, int], bool],
    ) -> None:
        """`knows_word` says whether anything in the catalog has a word, `knows_whole` whether all
        of a text is one wish of its own: "street fights", `is_rare` whether hardly anything has a
        word, `names_kind` whether a wish begins with it."""
        self._catalog = catalog
        self._genres = genres
        self._knows_word = knows_word
        self._knows_whole = knows_whole
        self._is_rare = is_rare
        self._names_kind = names_kind

    @cached_property
    def _items(self) -> dict[str, int]:
        """Folded title -> item, under all its spellings; of several items of one title the most
        recent."""
        full: dict[str, int] = {}
        short: dict[str, set[int]] = {}
        for item in sorted(range(len(self._catalog)), key=self._age_order):
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

    def _age_order(self, item_index: int) -> tuple[int, int]:
        """Sort key: older items first; of one year, the later in the catalog first."""
        return int(self._catalog.years[item_index]), -item_index

    def claim_examples(self, words: Words) -> tuple[list[Example], list[tuple[int, int]]]:
        """Return the titles after "like" and its kind, and the words there that are no title.

        Titles are claimed.
        """
        finds = self._claim_before_such(words)
        unknown: list[tuple[int, int]] = []
        for start in range(len(words)):
            cue = _CUES.at(words, start)
            if cue is None and (words.word(start - 2), words.word(start)) == ("as", "as"):
                cue = start + 1, False  # "as tense as Heat"
            if cue is None or words.word(start - 1) in _BEFORE_WISH:
                continue
            stop, is_strong = cue
            is_strong = is_strong and words.word(start - 1) not in _PERSON_BEFORE
            listed = list(self._claim_list(words, start, stop, is_strong))
            finds += listed
            if not listed and is_strong and _asks_for_title(words, start, stop):
                end = _end_of_name(words, stop)
                unknown.append((stop, end))
                # the film that nobody knows here may stand before one that is known
                behind = end + (words.word(end) in ("and", "or"))
                if behind > end or words.ends(end):
                    finds += self._claim_list(words, behind, behind, is_strong=False)
        return finds, unknown

    def _claim_before_such(self, words: Words) -> list[Example]:
        """Return the titles listed before "that sort of thing", misspelled ones too; claim them."""
        finds: list[Example] = []
        for position in range(len(words)):
            stop = position
            while _AND_SUCH.at(words, position) and stop > 0:
                start = words.part_start(stop)
                title = self._title_from(words, start, is_strong=True)
                if title is None or title[0] != stop:
                    break
                words.claim(start, stop)
                finds.insert(0, Example(start, stop, title[1], start))
                stop = start
        return finds

    def claim_people_of(self, words: Words) -> Iterator[tuple[int, int, int, str]]:
        """Yield (start, stop, item, column) for who is called by a title, "that guy from Die Hard",
        "the director of Fargo": the column that names them; claim these words."""
        for start, cue, column in list(_SOMEBODY_OF.found(words)):
            title = self._exact(words, cue, is_strong=True)
            if title is not None and self._catalog.people(title[1], column):
                words.claim(start, title[0])
                yield start, title[0], title[1], column

    def claim_refused(self, words: Words, scopes: Sequence[Scope]) -> list[TitleFind]:
        """Return titles that are all that "but not" or "except" refuses, capitals or not; claim
        them."""
        finds = []
        for scope in scopes:
            refused = [i for i in range(scope.start, scope.stop) if words.negated[i]]
            listed = list(self._all_titles(words, refused[0], scope.stop)) if refused else []
            if listed and _refuses_items(words, scope.start, refused[0], len(listed)):
                words.claim(refused[0], scope.stop)
                finds += [replace(listed[0], start=scope.start), *listed[1:]]
        return finds

    def claim_named(
        self,
        words: Words,
        scopes: Sequence[Scope],
        theirs: Container[int],
        known: Sequence[TitleFind],
    ) -> list[TitleFind]:
        """Return titles that any "not" refuses and nobody else understood, behind commas, too:
        those of two words or more, and `theirs`, the items of those who are named ("hitchcock, not
        psycho"); claim them. Lists may begin with titles that are `known` already."""
        finds: list[TitleFind] = []
        stops = {title.start: title.stop for title in known}
        for scope in scopes:
            position, listed_to = scope.start, -1
            while position < scope.stop or (
                position == listed_to
                and (_goes_on(words, position) or words.word(position - 1) in _JOINERS)
            ):
                if position in stops:
                    position = listed_to = _behind_joiner(words, stops[position])
                    continue
                is_refused = position == listed_to or words.negated[position]
                title = self._unkept(words, position) if is_refused else None
                if title is None or not (
                    title.item_index in theirs
                    or (title.stop - position > 1 and _is_whole(words, title.stop, scope.stop))
                ):
                    position += 1
                    continue
                words.claim(position, title.stop)
                finds.append(title)
                position = listed_to = _behind_joiner(words, title.stop)
        return finds

    def _unkept(self, words: Words, start: int) -> TitleFind | None:
        """Return the title that begins here, though it may be told of without a "like" so far."""
        stop = start
        while stop < len(words) and words.kept[stop]:
            words.claimed[stop] = words.kept[stop] = False
            stop += 1
        title = self._exact(words, start, is_strong=True)
        if title is None:
            words.claimed[start:stop] = words.kept[start:stop] = [True] * (stop - start)
        return TitleFind(start, *title) if title is not None else None

    def _all_titles(self, words: Words, start: int, stop: int) -> Iterator[TitleFind]:
        """Yield the titles from here to there, nothing where there is anything else."""
        finds: list[TitleFind] = []
        kept = [i for i in range(start, stop) if words.kept[i]]  # told of without a "like", so far
        for i in kept:
            words.claimed[i] = words.kept[i] = False
        while start < stop:
            title = self._exact(words, start, is_strong=True)
            if title is None or title[0] > stop:
                for i in kept:
                    words.claimed[i] = words.kept[i] = True
                return
            finds.append(TitleFind(start, *title))
            start = title[0] + (words.word(title[0]) in _JOINERS and title[0] < stop)
        yield from finds

    def claim_seen(self, words: Words) -> list[TitleFind]:
        """Return the titles that are only told to be known: "but I've already seen Casino"; claim
        them. What is thought of a title is more than that it was seen, and is read elsewhere."""
        finds: list[TitleFind] = []
        for start in range(len(words)):
            cue = _SEEN.at(words, start)
            if cue is None:
                continue
            stop, is_sure = cue
            listed = []
            position = stop = _opened(words, stop)
            while position == stop or not words.ends(position) or _goes_on(words, position):
                title = self._exact(words, position, is_strong=True)
                if title is None:
                    break
                listed.append(TitleFind(position, *title))
                position = title[0] + (words.word(title[0]) in ("and", "or"))
            is_behind = bool(listed) and words.word(listed[-1].stop) == "already"
            end = listed[-1].stop + is_behind if listed else stop
            is_sure = is_sure or stop > cue[0]
            is_told_late = start > 0 and (words.ends(start) or words.word(start) in _TURNS)
            if listed and (is_sure or is_behind or is_told_late) and words.ends(end):
                words.claim(start, end)
                finds += [replace(listed[0], start=start), *listed[1:]]
        return finds

    def claim_mentions(self, words: Words) -> list[Example]:
        """Return titles told of without a "like", with what is thought of them; claim them.

        Those that might be ordinary words, and of which nothing is thought, are kept as they are,
        for text search; those that only others think something of are left out.
        """
        mentions = list(self._mentions(words))
        found = attitudes(words, [(one.start, one.stop) for one in mentions])
        finds = []
        for mention, attitude in zip(mentions, found, strict=True):
            start, stop = mention.start, mention.stop
            is_sure = self._is_sure(words, start, stop)
            if words.word(start) in _SPEAKER and not is_sure:
                continue  # "I can't sleep" tells of the night
            if not words.ends(stop):
                kind = _KIND_BEHIND.at(words, stop)
                stop = kind[0] if kind is not None else stop + (words.word(stop) in _BEHIND)
            words.claim(start, stop)
            if _or_such(words, stop):
                words.claim(stop, stop + 1)
                behind = range(stop + 1, words.part_stop(stop))
                for such in filter(None, (_LIKE_IT.at(words, i) for i in behind)):
                    words.claim(such[0] - such[1], such[0])
            claim_praise(words, start, stop)
            if words.word(stop) == "meets":
                words.claim(stop, stop + 1)
            if attitude is None and not is_sure:
                words.kept[start:stop] = [True] * (stop - start)
            elif attitude != 0:
                finds.append(Example(start, stop, mention.item_index, start, attitude))
        return finds

    def _is_sure(self, words: Words, start: int, stop: int) -> bool:
        """Say whether words are written as a title is, or stand alone as one."""
        if words.word(start - 1) in _NOT_AS_EXAMPLE or words.word(start - 2) == "about":
            return False
        if words.word(start - 1) == "on" and words.word(start) in _DAYS:
            return False
        is_capital = any(
            words.tokens[i].is_capital and words.word(i) not in _SPEAKER for i in range(start, stop)
        )
        is_first = start == words.part_start(stop)
        is_alone = (
            is_first
            and words.word(start) not in _SPEAKER
            and (
                words.ends(stop)
                or (stop - start > 1 and words.word(stop) in _TURNS)
                or self._turns(words, start)
            )
        )
        return (
            is_capital
            or is_alone
            or stop - start > _SURELY_TITLE
            or words.word(start - 1) in _TOLD
            or _KIND_BEHIND.at(words, stop) is not None
            or _or_such(words, stop)
        )

    def _mentions(self, words: Words) -> Iterator[TitleFind]:
        """Yield the titles in the free words; of several of one title the most recent."""
        start = stop = 0  # where the last title stopped, "and" behind it too
        while start < len(words):
            told = (
                words.word(start - 1) in _VERBS
                or 0 < start == stop
                or _begins_list(words, start)
                or self._turns(words, start)
            )
            found = self._exact(words, start, is_strong=told)
            name = start + (words.word(start) in _ARTICLES and _is_capital(words, start + 1))
            if found is not None and found[0] - name == 1 and not _is_name(words, name, told):
                found = None
            if found is not None and self._says_nothing(words, start, found[0]):
                found = None
            found = found or self._praised(words, start) or self._misspelled(words, start)
            if found is None:
                start += 1
                continue
            yield TitleFind(start, *found)
            start = found[0] + (words.word(found[0]) in ("and", "or"))
            stop = start if start > found[0] or words.ends(start) else -1

    def _turns(self, words: Words, start: int) -> bool:
        """Say whether a text begins with a title of one word, small letters or not, that something
        is to be unlike: "titanic but with a happy ending", not "ghosts but funny"."""
        return (
            start == 0
            and len(words.word(0)) >= _SHORTEST_GUESS
            and words.word(1) in _TURNS
            and not words.ends(1)
            and not self._names_kind(words, 0)
            and self._is_rare(words.word(0))
        )

    def _praised(self, words: Words, start: int) -> tuple[int, int] | None:
        """Return a misspelled title that begins a part and that a verb goes behind."""
        if start and not words.ends(start) and words.word(start - 1) != "thinks":
            return None
        for stop in range(start + 1, min(start + _LONGEST_GUESS, len(words))):
            if words.ends(stop):
                return None
            if words.word(stop) in _SAYING:
                found = self._title_from(words, start, is_strong=True)
                return found if found is not None and found[0] == stop else None
        return None

    def _misspelled(self, words: Words, start: int) -> tuple[int, int] | None:
        """Return a misspelled title that is all of a text, or all before "but" or "kind of movie";
        not "ghosts", which is a word of its own."""
        turns = (
            i
            for i in range(2, len(words))
            if words.word(i) in _TURNS or _KIND_BEHIND.at(words, i) is not None
        )
        stop = next(turns, len(words))
        if start or stop > _LONGEST_GUESS or not words.is_free(0, stop):
            return None
        if any(map(words.ends, range(1, stop))):
            return None
        found = self._near(words, start, stop)
        said = [token.word for token in words.tokens[:stop] if token.word not in _ARTICLES]
        is_word = len(said) == 1 and self._knows_word(said[0])
        if found is None or is_word or self._knows_whole(words):
            return None
        return stop, found[1]

    def _says_nothing(self, words: Words, start: int, stop: int) -> bool:
        """Say whether a title is all genre names and fillers, as in "scary movie"."""
        return all(
            is_filler(words.word(i)) or words.word(i) == "now" or self._genres.knows(words, i)
            for i in range(start, stop)
        )

    def _claim_list(self, words: Words, cue: int, start: int, is_strong: bool) -> Iterator[Example]:
        """Yield the titles of "Fargo, Heat and Casino" from `start` on; claim them and the cue."""
        title, begin = self._title_from(words, start, is_strong), cue
        while title is not None:
            stop, item = title
            words.claim(cue, stop)
            yield Example(begin, stop, item, cue)
            begin = stop + (words.word(stop) in ("and", "or"))
            if begin == stop and not words.ends(stop):
                return
            title = self._exact(words, begin, is_strong=False)
            if title is None and is_strong:  # "like toy story and aladdin"
                last = self._exact(words, begin, is_strong=True)
                title = last if last is not None and words.ends(last[0]) else None

    def _title_from(self, words: Words, start: int, is_strong: bool) -> tuple[int, int] | None:
        begin = start
        while True:
            title = self._exact(words, begin, is_strong)
            if title is not None or words.word(begin) not in _BETWEEN:
                break
            begin += 1
        if title is None and is_strong:
            title = self._guess(words, start)
        return title

    def _exact(self, words: Words, start: int, is_strong: bool) -> tuple[int, int] | None:
        """Return where the longest title that begins here stops, and its item."""
        for stop in range(min(start + _LONGEST_TITLE, len(words)), start, -1):
            key = " ".join(token.word for token in words.tokens[start:stop])
            spellings = (key, without_article(key), _in_digits(key))
            item = next((self._items[key] for key in spellings if key in self._items), None)
            # "GoodFellas, The Godfather" is no "GoodFellas, The"
            is_cut = words.word(stop - 1) in _ARTICLES and not words.ends(stop)
            if (
                item is None
                or is_cut
                or not words.is_free(start, stop)
                or not self._is_meant(words, start, stop, is_strong)
            ):
                continue
            return self._of_year(words, start, stop, item)
        return None

    def _of_year(self, words: Words, start: int, stop: int, item: int) -> tuple[int, int]:
        """Return where a title stops with its year behind it, and the item of that year."""
        year = _YEAR_BEHIND.match(words.text, words.tokens[stop - 1].stop)
        if year is None or stop >= len(words):
            return stop, item
        of_year = self._catalog.find(f"{words.raw(start, stop)} ({year[1] or year[2]})")
        return stop + bool(of_year or year[1]), (of_year or (item,))[0]

    def _is_meant(self, words: Words, start: int, stop: int, is_strong: bool) -> bool:
        """Say whether words that are a title are meant as one: "i like Animals", not "animals"."""
        telling = [i for i in range(start, stop) if words.word(i) not in ("the", "a", "an")]
        if any(words.tokens[i].is_capital for i in telling):
            return True
        may_be = len(telling) > 1 or (is_strong and len(telling) == 1)
        return may_be and not self._says_nothing(words, start, stop)

    def _guess(self, words: Words, start: int) -> tuple[int, int] | None:
        """Return where a misspelled title stops, and the item whose title is nearest to it."""
        nearest: tuple[float, int, int] | None = None
        for stop in range(start + 1, min(start + _LONGEST_GUESS, len(words)) + 1):
            if not words.is_free(start, stop) or words.guesses_left <= 0:
                break
            near = self._near(words, start, stop)
            if near is not None and (nearest is None or near[0] >= nearest[0]):
                nearest = (near[0], stop, near[1])
            if words.ends(stop):
                break
        return nearest[1:] if nearest is not None else None

    def _near(self, words: Words, start: int, stop: int) -> tuple[float, int] | None:
        """Return how near, in percent, these words are to the nearest title, and its item."""
        key = without_article(" ".join(token.word for token in words.tokens[start:stop]))
        shortest = _SHORTEST_NAME if words.tokens[start].is_capital else _SHORTEST_GUESS
        if len(key) < shortest or self._says_nothing(words, start, stop):
            return None
        words.guesses_left -= 1
        close = process.extractOne(key, self._keys, scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH)
        return None if close is None else (close[1], self._items[close[0]])


def _is_whole(words: Words, stop: int, end: int) -> bool:
    """Say whether all refused up to `end` is the title that stops here, or one of a list."""
    rest = range(stop, words.part_stop(stop - 1) if stop > end else end)
    return words.word(stop) in _JOINERS or all(
        words.claimed[i] or is_filler(words.word(i)) for i in rest
    )


def _behind_joiner(words: Words, position: int) -> int:
    return position + (words.word(position) in _JOINERS)


def _is_capital(words: Words, position: int) -> bool:
    return position < len(words) and words.tokens[position].is_capital


def _in_digits(key: str) -> str:
    """Return a folded title with its numbers in digits.

    >>> _in_digits("twelve monkeys"), _in_digits("alien part iii")
    ('12 monkeys', 'alien part 3')
    """
    return " ".join(_DIGITS.get(word, word) for word in key.split())


def _goes_on(words: Words, position: int) -> bool:
    """Say whether a list may go on here: behind a comma."""
    return position < len(words) and "," in words.tokens[position].gap


def _begins_list(words: Words, start: int) -> bool:
    """Say whether titles may go on here: behind ":", or before "style", "or something like it"."""
    if _or_such(words, start + 1) or _KIND_BEHIND.at(words, start + 1) is not None:
        return True
    if ":" in words.tokens[start].gap and words.tokens[start].raw[0].islower():
        return True
    return words.word(start + 1) in _BEHIND - {"like"} and not is_filler(words.word(start))


def _opened(words: Words, position: int) -> int:
    """Return where a list opens that is only announced here: "all the big ones (Heat, Casino)"."""
    opens = (i for i in range(position, min(position + 8, len(words))) if words.ends(i))
    first = next(opens, position)
    is_open = first < len(words) and not {"(", ":"}.isdisjoint(words.tokens[first].gap)
    return first if is_open else position


def _or_such(words: Words, position: int) -> bool:
    """Say whether "or something like that" goes on here, with a wish in it or not."""
    if words.ends(position) or words.word(position) != "or":
        return False
    said = [words.word(i) for i in range(position + 1, words.part_stop(position))]
    return is_filler(said[0] if said else "") and not _AS_SUCH.isdisjoint(said)


def _is_name(words: Words, start: int, told: bool) -> bool:
    """Say whether one word is the name of a film: "Heat", not the first word of "Big fan here"."""
    token, behind = words.tokens[start], words.word(start + 1)
    if told and (_begins_list(words, start) or (start == 0 and behind in _TURNS)):
        return True
    if start == 0 and _KIND_BEHIND.at(words, 1) is not None:
        return True
    if not token.raw[0].isupper():
        is_counted = behind.isdigit()  # "watched aladdin 1000 times"
        goes_on = is_counted or behind in _BEHIND | {"and", "or", "also", "too"}
        return told and (words.ends(start + 1) or goes_on)
    if start == 0 or token.begins_part:
        is_told = behind in _AFTER_NAME or is_judged(words, start + 1)
        return words.ends(start + 1) or is_told
    before = words.tokens[start - 1]
    if not words.ends(start + 1) and words.tokens[start + 1].raw[0].isupper():
        return is_filler(behind)  # the first name of somebody
    is_last_name = before.raw[0].isupper() and words.is_free(start - 1, start) and start > 1
    return not is_last_name or before.begins_part or is_filler(before.word)


def _refuses_items(words: Words, start: int, stop: int, n_titles: int) -> bool:
    """Say whether these words are "but not", "except" or the like, which may name items; "not" and
    "no" alone may name several: a kind is refused by one word, not by two titles."""
    said = " ".join(words.word(i) for i in range(start, stop))
    is_behind = said == "not" and words.word(start - 1) == "but"
    return said in _BUT_FOR or is_behind or (said in ("not", "no") and n_titles > 1)


def _asks_for_title(words: Words, cue: int, start: int) -> bool:
    """Say whether a title must follow the cue: a capital does, or "movies" goes before "like"."""
    if words.ends(start):
        return False
    if words.tokens[start].is_capital:
        return True
    start += words.word(start) == "the" and not words.ends(start + 1)
    return not is_filler(words.word(start)) and (
        cue == 0 or words.word(cue - 1) in _NOUN_BEFORE or words.word(cue) in ("similar", "unlike")
    )


def _end_of_name(words: Words, start: int) -> int:
    stop = start + 1
    while (
        not words.ends(stop)
        and stop - start < _LONGEST_GUESS
        and words.word(stop) not in ("but", "with", "from", "and", "or", "that")
    ):
        stop += 1
    return stop
