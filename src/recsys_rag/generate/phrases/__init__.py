"""The phrasings of every kind of evidence: written by hand, true by construction, no superlative
without a fact."""

from recsys_rag.generate.phrases import personal, plain
from recsys_rag.generate.phrases.bank import Bank, Phrase, filled, needed
from recsys_rag.generate.phrases.moved import MOVED
from recsys_rag.generate.phrases.person import PERSON
from recsys_rag.generate.phrases.plot import PLOT

BANKS: dict[str, Bank] = {
    "neighbors": personal.NEIGHBORS,
    "carrier": personal.CARRIER,
    "genre": personal.GENRE,
    "decade": personal.DECADE,
    "predicted": personal.PREDICTED,
    "popularity": plain.POPULARITY,
    "words": plain.WORDS,
    "like": plain.LIKE,
    "person": PERSON,
    "moved": MOVED,
    "metadata": plain.METADATA,
    "plot": PLOT,
    "catalog": plain.CATALOG,
}

__all__ = ["BANKS", "Bank", "Phrase", "filled", "needed"]
