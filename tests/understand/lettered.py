"""Six items whose titles begin with another letter each, and which of them some words allow."""

from typing import Any

import numpy as np

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.understand._understander import Understander

TITLES = ("Amber", "Birch", "Copper", "Dune", "Ember", "Frost")


def lettered(genres: tuple[tuple[str, ...], ...], **columns: Any) -> Catalog:
    """Return a catalog of six items from 1990 to 1995."""
    years = np.arange(1990, 1996, dtype=np.int32)
    return Catalog(Vocabulary(tuple("abcdef")), TITLES, years, genres, **columns)


def fitting(words: str, reader: Understander) -> str:
    """Return the first letters of the titles that may be shown."""
    allowed = reader.allowed(reader.understand(words))
    return "".join(title[0] for title, fits in zip(TITLES, allowed, strict=True) if fits)
