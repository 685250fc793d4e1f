"""Our notes on films, joined to a catalog of films by title and year. What the catalog says itself
stays as it is; where two readings are possible, nothing is joined."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from recsys_rag.data.catalog import Attribute, Catalog, fold, without_article

NOUN, ORIGIN = "film", "film notes"
FOLDER = Path(__file__).parents[1] / "shipped" / "film-notes"
STRENGTHS = ("violence", "sex", "sadness", "scares")  # 0 none, 1 mild, 2 clear, 3 strong

# What is filled item by item, where the catalog is silent: column -> key of the note.
_METADATA = {"director": "director", "actors": "cast", "plot": "premise", "keywords": "keywords"}
# What is filled only where the catalog has no such column at all, since values of two vocabularies
# ("en", "English") in one column would be two things to a filter.
_LANGUAGE = "language"
_ATTRIBUTES = (
    *("country", "certificate", "moods", "themes", "place", "time"),
    *("features", "series", "studio", "search_phrases"),
)


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one line of the notes says; what is empty or None is not known for sure."""

    title: str
    year: int
    aka: tuple[str, ...] = ()
    director: tuple[str, ...] = ()
    cast: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    certificate: str = ""
    runtime: int = 0  # minutes
    premise: str = ""
    moods: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    place: str = ""
    time: str = ""
    violence: int | None = None
    sex: int | None = None
    sadness: int | None = None
    scares: int | None = None
    features: tuple[str, ...] = ()
    series: str = ""
    studio: tuple[str, ...] = ()
    search_phrases: tuple[str, ...] = ()

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the entries of a key: one text is one entry, an empty one is none."""
        value: str | tuple[str, ...] = getattr(self, key)
        if isinstance(value, str):
            return (value,) if value else ()
        return value


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the wishes: ways to say it, and the notes that fit it, as "title (year)"."""

    said: tuple[str, ...]
    films: tuple[str, ...]


@cache
def film_notes() -> tuple[Note, ...]:
    """Return all notes of the package, by title, each with what it is said to fit among its search
    phrases. Read when first asked for."""
    said: dict[str, list[str]] = defaultdict(list)
    for wish in shared_wishes():
        for film in wish.films:
            said[film] += wish.said
    notes = msgspec.json.Decoder(Note).decode_lines((FOLDER / "films.jsonl").read_bytes())
    return tuple(
        msgspec.structs.replace(note, search_phrases=tuple(dict.fromkeys(phrases)))
        for note in notes
        for phrases in ([*note.search_phrases, *said[f"{note.title} ({note.year})"]],)
    )


def shared_wishes() -> list[Wish]:
    """Return the wishes that many films fit."""
    return msgspec.json.Decoder(Wish).decode_lines((FOLDER / "wishes.jsonl").read_bytes())


def with_notes(
    catalog: Catalog, notes: Sequence[Note] | None = None
) -> tuple[Catalog, Mapping[str, int]]:
    """Return the catalog with what the notes say of its films, and an account of the join.

    A catalog whose noun is not "film" is returned as it is, with an empty account. Other names of a
    film that name no other find it, too. People, plot, keywords and running time are filled where
    an item has none; other columns only where the catalog has none of that name. Each value that is
    filled has its origin. The account counts `films` that have a note, `without` that have none,
    and `doubtful` ones, which are left alone: films of two titles that one note fits, or a film
    that two notes fit equally well.
    """
    if catalog.noun != NOUN:
        return catalog, {}
    joined, doubtful = _joined(catalog, film_notes() if notes is None else notes)
    without = len(catalog) - len(joined) - len(doubtful)
    account = {"films": len(joined), "without": without, "doubtful": len(doubtful)}
    return (_filled(catalog, joined) if joined else catalog), account


def _joined(catalog: Catalog, notes: Iterable[Note]) -> tuple[dict[int, Note], set[int]]:
    """Return the note of each film that has just one, and the films that are doubtful."""
    fitting: dict[int, list[tuple[int, Note]]] = defaultdict(list)
    doubtful: set[int] = set()
    for note in notes:
        distance, items = _films_of(catalog, note)
        if len({int(catalog.same_as[item]) for item in items}) > 1:
            doubtful.update(items)
            continue
        for item in items:
            fitting[item].append((distance, note))
    joined = {}
    for item, of_item in fitting.items():
        closest = min(distance for distance, _ in of_item)
        best = [note for distance, note in of_item if distance == closest]
        if len(best) > 1:
            doubtful.add(item)
        else:
            joined[item] = best[0]
    return joined, doubtful - joined.keys()


def _films_of(catalog: Catalog, note: Note) -> tuple[int, list[int]]:
    """Return how far the names are apart, and the films of the note's year that bear its name: 0 if
    by title, 1 by another name of the film, 2 and 3 by another name of the note."""
    if not note.year:
        return 0, []
    for distance, names in ((0, (note.title,)), (2, note.aka)):
        items = {
            item: without_article(fold(catalog.titles[item])) == without_article(fold(name))
            for name in names
            for item in catalog.find(name)
            if int(catalog.years[item]) == note.year
        }
        if by_title := [item for item, is_title in items.items() if is_title]:
            return distance, by_title
        if items:
            return distance + 1, list(items)
    return 0, []


def _filled(catalog: Catalog, joined: Mapping[int, Note]) -> Catalog:
    n = len(catalog)
    metadata, attributes = dict(catalog.metadata), dict(catalog.attributes)
    origins = {name: list(column) for name, column in catalog.origins.items()}
    runtimes = np.array(catalog.runtimes)

    def fill(column: list[Any], name: str, item: int, value: Any) -> None:
        column[item] = value
        origins.setdefault(name, [""] * n)[item] = ORIGIN

    silent = [name for name in (_LANGUAGE,) if not any(catalog.metadata.get(name, ()))]
    for name in (*_METADATA, *silent):
        column = list(catalog.metadata.get(name, ((),) * n))
        for item, note in joined.items():
            if (value := note.texts(_METADATA.get(name, name))) and not column[item]:
                fill(column, name, item, value)
        metadata[name] = tuple(column)
    for name in _ATTRIBUTES:
        if name not in catalog.attributes:
            texts: list[tuple[str, ...]] = [()] * n
            for item, note in joined.items():
                if value := note.texts(name):
                    fill(texts, name, item, value)
            attributes[name] = tuple(texts)
    for name in STRENGTHS:
        if name not in catalog.attributes:
            levels = [np.nan] * n
            for item, note in joined.items():
                if (level := getattr(note, name)) is not None:
                    fill(levels, name, item, float(level))
            attributes[name] = np.array(levels)
    for item, note in joined.items():
        if note.runtime and not runtimes[item]:
            runtimes[item] = note.runtime
            origins.setdefault("runtime", [""] * n)[item] = ORIGIN
    filled: dict[str, Attribute] = attributes
    aliases = list(catalog.aliases)
    for item, note in joined.items():
        aliases[item] += tuple(name for name in note.aka if not catalog.find(name))
    return replace(
        catalog,
        aliases=tuple(aliases),
        metadata=metadata,
        attributes=filled,
        runtimes=runtimes,
        origins={name: tuple(column) for name, column in origins.items()},
    )
