"""All items with their metadata, and how titles and people are found in it. Knows nothing of
ratings."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from recsys_rag.data.vocabulary import Vocabulary, id_text
from recsys_rag.errors import DataError, UnknownItemError

# Without those that begin English titles as words of their own: die (Hard), I, as, o, en.
_ARTICLES = frozenset(
    ("the", "a", "an", "le", "la", "les", "un", "une", "der", "das", "ein", "eine")
    + ("el", "los", "las", "il", "lo", "gli", "os", "de", "het", "ett", "det")
)
_ARTICLES_LAST = frozenset(("the", "a", "an", "le", "la", "les", "der", "die", "das", "el", "il"))
# after a comma, nothing else is meant
_ARTICLES_BEHIND = _ARTICLES | {"die", "l", "i", "o", "en", "een", "den", "da"}
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_WORD = re.compile(r"[^\W_]+")
# a letter, or a mark on it: accents, and the vowels and tones of the scripts of India and Thailand
_SIGN = r"(?:[^\W_]|[\u0300-\u036f\u0900-\u0963\u0966-\u0dff\u0e30-\u0e4e])"
_TOKEN = re.compile(rf"&|{_SIGN}+(?:['’]{_SIGN}+)*")
_YEAR_AT_END = re.compile(r"\s*\((\d{4})\)(?:\s*\((?:V|TV|VG)\))?\s*$")
_YEAR_BEHIND = re.compile(r"\s*\((\d{4})\)")
_BRACKETS_AT_END = re.compile(r"(?<=\S)(?:\s+\([^()]*\))+\s*$")
_ARTICLE_BEHIND = re.compile(r"^(?P<rest>.+),\s*(?P<article>\w+)(?P<joined>['’]?)$")


def fold(text: str) -> str:
    """Return text as it is compared: no case, no accents, "&" as "and", apostrophes gone, words by
    single spaces.

    >>> fold("Amélie & the  Wolf's Lair!"), fold("8½"), fold("Smørrebrød")
    ('amelie and the wolfs lair', '8 1 2', 'smorrebrod')
    """
    plain = text.casefold() if text.isascii() else _without_accents(text)
    plain = plain.replace("&", " and ").replace("’", "").replace("'", "")
    if plain.isascii():
        return " ".join(_WORD.findall(plain))
    # the signs of vowels and tones in many scripts are marks, not letters, and belong to the word
    return " ".join(
        "".join(
            c if c.isalnum() or unicodedata.category(c)[0] == "M" else " "
            for c in unicodedata.normalize("NFC", plain)
        ).split()
    )


def _without_accents(text: str) -> str:
    apart = "".join(
        f" {c}" if unicodedata.decomposition(c).startswith("<fraction>") else c for c in text
    )
    bare = "".join(c for c in unicodedata.normalize("NFKD", apart) if not _is_accent(c))
    return bare.casefold().translate(_LETTERS)


def _is_accent(character: str) -> bool:
    """Say whether this is a mark that a reader may leave out: accents, and the points of Hebrew and
    Arabic; not the signs of vowels and tones in the scripts of India, Thailand and Japan."""
    combining = unicodedata.combining(character)
    return 10 <= combining <= 35 or combining >= 200


def spelling(title: str) -> str:
    """Return a title as it is spelled, in which only case and blanks do not matter.

    >>> spelling("Learn  C++") == spelling("learn c++"), spelling("Learn C") == spelling("Learn C#")
    (True, False)
    """
    return " ".join(unicodedata.normalize("NFC", title).casefold().split())


def signs(title: str) -> str:
    """Return what folding takes from a title and what may tell it from another: signs such as + and
    #, not punctuation or accents.

    >>> signs("Learn C++"), signs("Amélie!"), signs("🎬 2")
    ('++', '', '🎬')
    """
    return "".join(c for c in title if c in "#*@%" or unicodedata.category(c)[0] == "S")


def without_article(folded: str) -> str:
    """Drop a leading article, or a trailing one as catalogs write it ("Godfather, The"), from
    folded text.

    >>> without_article("the godfather"), without_article("godfather the"), without_article("the")
    ('godfather', 'godfather', 'the')
    >>> without_article("die hard")
    'die hard'
    """
    words = folded.split()
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    elif len(words) > 1 and words[-1] in _ARTICLES_LAST:
        words = words[:-1]
    return " ".join(words)


def _spellings(title: str) -> Iterator[str]:
    """Yield the folded forms under which a title may be known, closest to what is written first.

    >>> list(_spellings("Enfer, L' (Hell)"))
    ['enfer l hell', 'enfer l hell', 'enfer l', 'enfer l', 'lenfer']
    """
    for written in (title, _BRACKETS_AT_END.sub("", title)):
        yield fold(written)
        yield without_article(fold(written))
        behind = _ARTICLE_BEHIND.match(written.strip())
        if behind and fold(behind["article"]) in _ARTICLES_BEHIND:
            yield fold(behind["article"] + ("" if behind["joined"] else " ") + behind["rest"])


Attribute: TypeAlias = NDArray[np.float64] | tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A title found in a text: `text[start:stop]`, and every item that bears it; of the year, if
    one follows in brackets."""

    start: int
    stop: int
    item_indices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What a catalog has of one item; columns without a value for it are left out."""

    title: str
    year: int = 0  # 0 = unknown
    genres: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    release_date: str = ""  # ISO 8601, "" = unknown
    runtime: int = 0  # minutes, 0 = unknown
    metadata: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attributes: Mapping[str, float | tuple[str, ...]] = field(default_factory=dict)


ID_COLUMNS = frozenset({"imdb_id", "tmdb_id"})  # metadata that no reader is shown
NO_GENRE = frozenset({"unknown", "(no genres listed)"})  # what data sets write where there is none


@dataclass(frozen=True)
class Catalog:
    """Items in the order of `items`; every column has one entry an item.

    `years` holds 0 where the year is unknown. `metadata` columns hold a tuple of texts an item
    (several directors, actors, keywords; a plot is one text), empty where unknown. `runtimes` in
    minutes, 0 where unknown. `attributes` are the other columns of the items, which filters read:
    numbers and flags (1, 0) as float64, nan where unknown, or a tuple of texts an item. `origins`
    says of values that are not the catalog's own where they come from ("film notes"), by column,
    "" for its own.
    """

    items: Vocabulary
    titles: tuple[str, ...]
    years: NDArray[np.int32]
    genres: tuple[tuple[str, ...], ...]
    aliases: tuple[tuple[str, ...], ...] = ()
    release_dates: tuple[str, ...] = ()  # ISO 8601, "" where unknown
    runtimes: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    metadata: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    noun: str = "film"  # what one item is called in text, a singular that takes an s
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    origins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n = len(self.items)
        if not re.fullmatch(r"[^\W\d_]+(?:[ -][^\W\d_]+)*", self.noun):
            raise DataError(
                f"noun {self.noun!r} is not a word for one item; give one such as 'book'"
            )
        if re.search(r"(?:[^aeiou]y|s|x|z|ch|sh)$", self.noun):
            raise DataError(
                f"noun {self.noun!r} does not take an s; give one that does, such as 'tale' for "
                "'story' or 'item'"
            )
        if not self.aliases:
            object.__setattr__(self, "aliases", ((),) * n)
        if not self.release_dates:
            object.__setattr__(self, "release_dates", ("",) * n)
        if not len(self.runtimes):
            object.__setattr__(self, "runtimes", np.zeros(n, np.int32))
        columns: dict[str, Any] = {
            "titles": self.titles,
            "years": self.years,
            "genres": self.genres,
            "aliases": self.aliases,
            "release_dates": self.release_dates,
            "runtimes": self.runtimes,
            **self.metadata,
            **self.attributes,
            **{f"origins of {name}": column for name, column in self.origins.items()},
        }
        for name, column in columns.items():
            if len(column) != n:
                raise DataError(f"catalog column {name!r} has {len(column)} entries for {n} items")

    def __len__(self) -> int:
        return len(self.items)

    def year(self, item_index: int) -> int | None:
        """Return the year of release, or None when it is unknown."""
        return int(self.years[item_index]) or None

    def name(self, item_index: int) -> str:
        """Return the title as text names it, with the year where known: "Fargo (1996)"."""
        year = self.year(item_index)
        return f"{self.titles[item_index]} ({year})" if year else self.titles[item_index]

    def row(self, item_index: int) -> Row:
        """Return all that is known of an item."""
        attributes: dict[str, float | tuple[str, ...]] = {}
        for name, column in self.attributes.items():
            value = column[item_index]
            if isinstance(value, tuple):
                attributes |= {name: value} if value else {}
            elif not np.isnan(value):
                attributes[name] = float(value)
        return Row(
            self.titles[item_index],
            int(self.years[item_index]),
            self.genres[item_index],
            self.aliases[item_index],
            self.release_dates[item_index],
            int(self.runtimes[item_index]),
            {name: texts[item_index] for name, texts in self.metadata.items() if texts[item_index]},
            attributes,
        )

    def check(self, row: Row) -> None:
        """Raise DataError where a row has a column that this catalog has not, or a value of another
        kind than the column's."""
        for name in row.metadata:
            if name not in self.metadata:
                known = ", ".join(sorted(self.metadata)) or "none"
                raise DataError(
                    f"this catalog has no metadata {name!r}; it has {known}; new columns come with "
                    "new data, by a fit"
                )
        for name, value in row.attributes.items():
            column = self.attributes.get(name)
            if column is None:
                known = ", ".join(sorted(self.attributes)) or "none"
                raise DataError(
                    f"this catalog has no attribute {name!r}; it has {known}; new columns come "
                    "with new data, by a fit"
                )
            if isinstance(column, np.ndarray) == isinstance(value, tuple):
                kind = "a number" if isinstance(column, np.ndarray) else "a list of texts"
                raise DataError(f"attribute {name!r} holds {kind}, not {value!r}")

    def people(self, item_index: int, column: str) -> tuple[str, ...]:
        """Return the entries of one metadata column ("director", "actors"), empty where unknown."""
        return self.metadata[column][item_index] if column in self.metadata else ()

    def texts(self, item_index: int, column: str) -> tuple[str, ...]:
        """Return the entries of any column of texts, metadata or attribute; empty where unknown, or
        where the column holds numbers."""
        if column in self.metadata:
            return self.metadata[column][item_index]
        values = self.attributes.get(column, ())
        return values[item_index] if isinstance(values, tuple) and values else ()

    def origin(self, item_index: int, column: str) -> str:
        """Return where a value comes from that is not the catalog's own; "" for what is."""
        return self.origins[column][item_index] if column in self.origins else ""

    def source(self, item_index: int, *columns: str) -> str:
        """Return what evidence names as its source: these columns of the item, or of what its
        values come from."""
        origins = dict.fromkeys(self.origin(item_index, column) or "catalog" for column in columns)
        return f"{', '.join(origins)} {' and '.join(columns)} of item {self.items.id(item_index)}"

    def known_genres(self, item_index: int) -> tuple[str, ...]:
        """Return an item's genres without what stands for having none."""
        return tuple(genre for genre in self.genres[item_index] if genre not in NO_GENRE)

    @cached_property
    def genre_names(self) -> tuple[str, ...]:
        """All genres that occur, most items first, ties by name."""
        counts: dict[str, int] = defaultdict(int)
        for one in self.genres:
            for genre in one:
                counts[genre] += 1
        return tuple(sorted(counts, key=lambda genre: (-counts[genre], genre)))

    def text(self, item_index: int) -> str:
        """Return what text retrieval reads of an item: title, year, genres, people, keywords,
        plot, and every other column of texts."""
        parts = [f"{self.name(item_index)}.", ", ".join(self.genres[item_index]) + "."]
        for columns in (self.metadata, self.attributes):
            for column in sorted(columns):
                texts = self.texts(item_index, column)
                if texts and column not in ID_COLUMNS:
                    parts.append(", ".join(texts) + ".")
        return " ".join(part for part in parts if part != ".")

    @cached_property
    def same_as(self) -> NDArray[np.int64]:
        """The first item with the same title and year as each item, (n_items,): catalogs list some
        films twice. Titles that differ in signs ("C", "C++") are not the same."""
        first: dict[tuple[str, str, int], int] = {}
        return np.array(
            [
                first.setdefault((fold(title) or spelling(title), signs(title), year), item)
                for item, (title, year) in enumerate(
                    zip(self.titles, self.years.tolist(), strict=True)
                )
            ],
            np.int64,
        )

    @cached_property
    def listed_again(self) -> NDArray[np.int64]:
        """The items that are the same as an earlier one, ascending."""
        return np.flatnonzero(self.same_as != np.arange(len(self)))

    # --- finding titles ---------------------------------------------------------------------------

    @cached_property
    def _by_spelling(self) -> dict[str, tuple[int, ...]]:
        items: dict[str, list[int]] = defaultdict(list)
        for item, title in enumerate(self.titles):
            for name in dict.fromkeys(map(spelling, (title, *self.aliases[item]))):
                items[name].append(item)
        return {name: tuple(found) for name, found in items.items()}

    @cached_property
    def _by_folded(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, list[int]] = defaultdict(list)
        for item_index, title in enumerate(self.titles):
            for name in (title, *self.aliases[item_index]):
                for key in {fold(name), without_article(fold(name))}:
                    if key and item_index not in found[key]:
                        found[key].append(item_index)
        return {key: tuple(places) for key, places in found.items() if key}

    def find(self, title: str) -> tuple[int, ...]:
        """Return the indices of all items that bear this title, in catalog order; empty when there
        are none.

        Case, accents, punctuation and articles do not matter, nor do other names in brackets at the
        end; "(1996)" at the end narrows the match to that year.
        """
        year = _YEAR_AT_END.search(title)
        bare = title[: year.start()] if year else title
        if signs(bare) or not fold(bare):  # only where it is written exactly, do signs count
            exact = self._by_spelling.get(spelling(bare), ())
            exact = self._of_year(exact, int(year[1])) if year else exact
            if exact:
                return exact
        for folded in _spellings(bare):
            places = self._by_folded.get(folded, ())
            if year:
                places = self._of_year(places, int(year[1]))
            if places:
                return places
        # a title that itself ends in a year in brackets
        return self._by_folded.get(fold(title), ()) if year else ()

    def knows(self, id_or_title: str) -> bool:
        """Say whether an item has this id, or its title is spelled just so."""
        return id_or_title in self.items or spelling(id_or_title) in self._by_spelling

    def _of_year(self, places: tuple[int, ...], year: int) -> tuple[int, ...]:
        return tuple(place for place in places if int(self.years[place]) == year)

    def closest(self, title: str, n: int = 3) -> tuple[str, ...]:
        """Return the n titles (with year) most like this one, best first."""
        best = process.extract(
            without_article(fold(_YEAR_AT_END.sub("", title))),
            self._folded_titles,
            scorer=fuzz.WRatio,
            limit=n,
        )
        return tuple(self.name(place) for _, _, place in best)

    @cached_property
    def _folded_titles(self) -> list[str]:
        return [without_article(fold(title)) for title in self.titles]

    def resolve(self, id_or_title: str | int) -> int:
        """Return the one item meant by an id, also as a number, or a title; an id wins, then the
        exact title, most recent year first.

        Raises UnknownItemError with the three closest titles.
        """
        return self.resolve_known([id_or_title])[0][id_or_title]

    def resolve_known(
        self, names: Iterable[str | int]
    ) -> tuple[dict[str | int, int], tuple[str, ...]]:
        """Return the item that each name means, as `resolve` has it, and the names that mean none.

        Raises UnknownItemError with the closest titles of the first name where all mean none.
        """
        items: dict[str | int, int] = {}
        unknown: list[str] = []
        for name in names:
            item = self._meant(id_text(name))
            if item is None:
                unknown.append(str(name))
            else:
                items[name] = item
        if unknown and not items:
            close = self.closest(unknown[0])
            hint = f"; closest titles: {', '.join(close)}" if close else ""
            raise UnknownItemError(f"no item with id or title {unknown[0]!r}{hint}")
        return items, tuple(unknown)

    def _meant(self, id_or_title: str) -> int | None:
        item = self.items.get(id_or_title)
        if item is not None:
            return item
        return max(
            self.find(id_or_title),
            key=lambda named: (
                self.titles[named] == id_or_title,
                spelling(self.titles[named]) == spelling(id_or_title),
                fold(self.titles[named]) == fold(id_or_title),
                int(self.years[named]),
                -named,
            ),
            default=None,
        )

    @cached_property
    def _by_first_word(self) -> dict[str, list[tuple[tuple[str, ...], tuple[int, ...]]]]:
        index: dict[str, list[tuple[tuple[str, ...], tuple[int, ...]]]] = defaultdict(list)
        for key, places in self._by_folded.items():
            words = tuple(key.split())
            index[words[0]].append((words, places))
        for entries in index.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        return dict(index)

    def mentions(self, text: str) -> Iterator[Mention]:
        """Find titles in a text, longest first, left to right, without overlap.

        Case and accents do not matter for titles of two words or more. A title of one word, with or
        without its article, counts only when the word is written with a capital or stands before
        its year in brackets; one of digits or of a single letter only when its year follows: "it",
        "the game" and "187 people" are no titles, "Heat", "The Game" and "187 (1997)" are.
        """
        tokens = list(_TOKEN.finditer(text))
        words, token_of = _words_of(tokens)
        place = 0
        while place < len(words):
            found = self._title_at(text, tokens, words, token_of, place)
            if found is None:
                place += 1
                continue
            last, mention = found
            yield mention
            place = last + 1

    def _title_at(
        self,
        text: str,
        tokens: list[re.Match[str]],
        words: list[str],
        token_of: list[int],
        place: int,
    ) -> tuple[int, Mention] | None:
        """Return the longest title that begins with the word at `place`: the place of its last
        word, and the mention."""
        if place and token_of[place - 1] == token_of[place]:  # in the middle of a token
            return None
        for title, item_indices in self._by_first_word.get(words[place], ()):
            last = place + len(title) - 1
            if (
                tuple(words[place : last + 1]) != title
                or token_of[last] in token_of[last + 1 : last + 2]
            ):
                continue
            stop = tokens[token_of[last]].end()
            year = _YEAR_BEHIND.match(text, stop)
            of_year = self._of_year(item_indices, int(year[1])) if year else ()
            if of_year or _is_written_as_title(title, tokens[token_of[last]][0]):
                return last, Mention(tokens[token_of[place]].start(), stop, of_year or item_indices)
        return None


def _words_of(tokens: list[re.Match[str]]) -> tuple[list[str], list[int]]:
    """Return the folded words of all tokens ("8½" makes three), and for each word the place of its
    token."""
    words, token_of = [], []
    for place, token in enumerate(tokens):
        for word in fold(token[0]).split():
            words.append(word)
            token_of.append(place)
    return words, token_of


def _is_written_as_title(title: tuple[str, ...], last_token: str) -> bool:
    """Say whether these words count as a title where no year follows; `last_token` is the last word
    as it is written."""
    if all(word.isdigit() for word in title):
        return False
    if len(title) > 2 or (len(title) == 2 and title[0] not in _ARTICLES):
        return True
    return len(title[-1]) > 1 and last_token[0].isupper()


def with_rows(catalog: Catalog, rows: Mapping[str, Row]) -> Catalog:
    """Return the catalog in which these items, by id, are as these rows say; new ones stand behind
    its own, in the order of the rows. It is returned as it is where that is so already."""
    rows = {
        item_id: row
        for item_id, row in rows.items()
        if (place := catalog.items.get(item_id)) is None or catalog.row(place) != row
    }
    if not rows:
        return catalog
    longer = extended(catalog, [item_id for item_id in rows if item_id not in catalog.items])
    places = longer.items.indices(rows).tolist()
    before = [longer.row(place) for place in places]

    def changed(column: Any, values: Iterable[Any]) -> Any:
        if isinstance(column, np.ndarray):
            copied = column.copy()
            copied[places] = list(values)
            return copied
        listed = list(column)
        for place, value in zip(places, values, strict=True):
            listed[place] = value
        return tuple(listed)

    def own(name: str) -> list[str]:
        """Return where the values of a column come from: a value that is another one is our own."""
        return [
            longer.origins[name][place] if _value(old, name) == _value(row, name) else ""
            for place, old, row in zip(places, before, rows.values(), strict=True)
        ]

    plain = {"titles": "title", "years": "year", "genres": "genres", "aliases": "aliases",
             "release_dates": "release_date", "runtimes": "runtime"}  # fmt: skip
    return replace(
        longer,
        **{
            name: changed(getattr(longer, name), [getattr(row, one) for row in rows.values()])
            for name, one in plain.items()
        },
        metadata={
            name: changed(column, [row.metadata.get(name, ()) for row in rows.values()])
            for name, column in longer.metadata.items()
        },
        attributes={
            name: changed(
                column,
                [
                    row.attributes.get(name, np.nan if isinstance(column, np.ndarray) else ())
                    for row in rows.values()
                ],
            )
            for name, column in longer.attributes.items()
        },
        origins={name: changed(column, own(name)) for name, column in longer.origins.items()},
    )


def _value(row: Row, column: str) -> Any:
    return row.metadata.get(column) or row.attributes.get(column)


def extended(catalog: Catalog, item_ids: Sequence[str], other: Catalog | None = None) -> Catalog:
    """Return the catalog with more items behind its own, as they stand in another, whose columns
    beyond those of the first are left out; without another, known by their ids alone."""
    places = [] if other is None else other.items.indices(item_ids).tolist()

    def longer(column: Any, more: Any = None) -> Any:
        if isinstance(column, np.ndarray):
            filler = np.nan if column.dtype.kind == "f" else 0
            added = np.full(len(item_ids), filler) if more is None else np.asarray(more)[places]
            return np.concatenate([column, added.astype(column.dtype)])
        if more is not None:
            return (*column, *(more[place] for place in places))
        nothing = "" if column and isinstance(column[0], str) else ()
        return (*column, *[nothing] * len(item_ids))

    changes: dict[str, Any] = {}
    for one in fields(catalog):
        own, others = getattr(catalog, one.name), getattr(other, one.name, None)
        if isinstance(own, Mapping):
            changes[one.name] = {
                name: longer(column, (others or {}).get(name)) for name, column in own.items()
            }
        elif isinstance(own, (tuple, np.ndarray)):
            changes[one.name] = longer(own, others)
    if other is None:
        changes["titles"] = (*catalog.titles, *item_ids)
    return replace(catalog, **changes, items=Vocabulary((*catalog.items.ids, *item_ids)))
