"""The invented film club with notes on its films, as MovieLens has them."""

from collections.abc import Mapping
from dataclasses import replace

from recsys_rag.data._notes import Note, with_notes
from recsys_rag.data.dataset import Dataset
from recsys_rag.testing._films import made_up_catalog
from recsys_rag.testing.datasets import made_up_movies

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


def noted_movies(n_users: int = 120, seed: int = 7) -> Dataset:
    """Return `made_up_movies` with notes on its films, the plots in the notes' words.

    >>> catalog = noted_movies().catalog
    >>> catalog.people(0, "plot"), catalog.origin(0, "plot"), catalog.texts(0, "moods")
    (('A harbor hides letters and a fishing town.',), 'film notes', ('bleak', 'thoughtful'))
    """
    movies = made_up_movies(n_users, seed)
    own = {name: column for name, column in movies.catalog.metadata.items() if name != "plot"}
    catalog = replace(movies.catalog, metadata=own)
    return replace(movies, catalog=with_notes(catalog, made_up_notes())[0])


def made_up_notes() -> tuple[Note, ...]:
    """Return a note on each film of the invented catalog, told from its genres and keywords.

    >>> made_up_notes()[2].moods, made_up_notes()[2].violence
    (('scary', 'disturbing'), 3)
    """
    catalog, notes = made_up_catalog(), []
    for place, title in enumerate(catalog.titles):
        first, *others = catalog.genres[place]
        moods, themes = _TRAITS[first]
        things = catalog.people(place, "keywords")
        notes.append(
            Note(
                title,
                int(catalog.years[place]),
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
