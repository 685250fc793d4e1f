"""The phrasings of every kind of evidence: written by hand, true by construction, no superlative without a fact."""

from recsys_rag.generate.phrases import personal, plain
from recsys_rag.generate.phrases.bank import Bank, Phrase, filled, needed

BANKS: dict[str, Bank] = {
    "neighbors": personal.NEIGHBORS,
    "carrier": personal.CARRIER,
    "genre": personal.GENRE,
    "decade": personal.DECADE,
    "predicted": personal.PREDICTED,
    "popularity": plain.POPULARITY,
    "words": plain.WORDS,
    "like": plain.LIKE,
    "metadata": plain.METADATA,
    "catalog": plain.CATALOG,
}

__all__ = ["BANKS", "Bank", "Phrase", "filled", "needed"]
