"""An invented catalog: sixty films that were never made, by people who never lived. Any likeness is
chance; no ratings."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from recsys_rag.data._notes import Note
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary

_FILMS = Path(__file__).with_name("films.csv")


def _rows() -> list[list[str]]:
    _, *lines = _FILMS.read_text(encoding="utf-8").splitlines()
    return [[field.strip() for field in line.split(";")] for line in lines]


def made_up_catalog() -> Catalog:
    """Return the invented catalog: ids "101" to "160", with directors, actors, keywords, plots,
    runtimes and one alias.

    >>> catalog = made_up_catalog()
    >>> len(catalog), catalog.name(0), catalog.name(1), catalog.people(0, "director")
    (60, 'The Glass Harbor (1958)', 'The Glass Harbor (1994)', ('Orla Venn',))
    >>> catalog.find("cafe morvane"), catalog.find("the postman of brumeval")
    ((3,), (5,))
    """
    rows = _rows()
    lists = {
        name: tuple(tuple(row[place].split(",")) for row in rows)
        for name, place in _COLUMNS.items()
    }
    return Catalog(
        items=Vocabulary(tuple(str(101 + place) for place in range(len(rows)))),
        titles=tuple(row[0] for row in rows),
        years=np.array([int(row[1]) for row in rows], np.int32),
        genres=lists["genres"],
        aliases=tuple(("The Postman of Brumeval",) if "Brumeval" in row[0] else () for row in rows),
        release_dates=tuple(
            f"{row[1]}-{place % 12 + 1:02d}-{place % 28 + 1:02d}" for place, row in enumerate(rows)
        ),
        runtimes=np.array([78 + (37 * place) % 83 for place in range(len(rows))], np.int32),
        metadata={
            **{name: lists[name] for name in ("actors", "director", "keywords")},
            "plot": tuple((_plot(one),) for one in lists["keywords"]),
        },
    )


def _plot(keywords: tuple[str, ...]) -> str:
    """Tell a film by its keywords.

    >>> _plot(("harbor", "letters"))
    'A tale that begins with harbor and ends with letters. Nobody lives who has seen it.'
    """
    return (
        f"A tale that begins with {keywords[0]} and ends with {keywords[-1]}. Nobody lives who "
        "has seen it."
    )


def made_up_notes() -> tuple[Note, ...]:
    """Return a note on each film of the invented catalog, told from its genres and keywords.

    >>> made_up_notes()[2].moods, made_up_notes()[2].violence
    (('scary', 'disturbing'), 3)
    """
    notes = []
    for place, (title, year, genres, _, _, keywords) in enumerate(_rows()):
        first, *others = genres.split(",")
        moods, themes = _TRAITS[first]
        things = keywords.split(",")
        notes.append(
            Note(
                title,
                int(year),
                premise=f"A {things[0]} hides {' and a '.join(things[1:]) or 'nothing'}.",
                moods=moods,
                themes=(*themes, *(_TRAITS[others[0]][1] if others else ())),
                place=_PLACES[place % len(_PLACES)],
                time=_TIMES[place % len(_TIMES)],
                certificate="PG" if place % 3 else "R",
                country=("Italy",) if place % 2 else ("France", "UK"),
                violence=3 if first in ("Horror", "Action") else place % 3,
                sex=0,
                sadness=3 if first == "Drama" else 1,
                scares=3 if first == "Horror" else 0,
                features=_FEATURES.get(first, ()),
                series="Mister Moss" if first == "Animation" else "",
                studio=("Aardman",) if first == "Animation" else (),
            )
        )
    return tuple(notes)


_TRAITS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Action": (("action-packed", "violent"), ("revenge",)),
    "Animation": (("gentle", "for families"), ("animals",)),
    "Comedy": (("witty", "dark humor"), ("friendship",)),
    "Crime": (("gritty", "stylish"), ("heist",)),
    "Drama": (("bleak", "thoughtful"), ("family",)),
    "Horror": (("scary", "disturbing"), ("supernatural",)),
    "Musical": (("feel-good",), ("music",)),
    "Romance": (("romantic", "bittersweet"), ("love triangle",)),
    "Sci-Fi": (("dreamlike", "tense"), ("space",)),
    "Thriller": (("tense", "eerie"), ("conspiracy",)),
    "Western": (("epic",), ("frontier", "small town")),
}
_FEATURES: Mapping[str, tuple[str, ...]] = {
    "Action": ("explosions", "car chase", "sad ending"),
    "Animation": ("talking animals", "happy ending"),
    "Comedy": ("female lead", "slapstick"),
    "Drama": ("based on a book",),
    "Horror": ("haunted house", "twist ending"),
}
_PLACES = ("Paris", "a small town in Maine", "outer space", "the Pacific Ocean", "")
_TIMES = ("1930s", "19th century", "", "1912 to 1918", "near future", "1969")
_COLUMNS = {"genres": 2, "director": 3, "actors": 4, "keywords": 5}
