"""An invented catalog: sixty films that were never made, by people who never lived. Any likeness is
chance; no ratings."""

from pathlib import Path

import numpy as np

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


_COLUMNS = {"genres": 2, "director": 3, "actors": 4, "keywords": 5}
