"""How our record with a person is said."""

from typing import TYPE_CHECKING

from recsys_rag.fact import Fields, Phrases

if TYPE_CHECKING:
    from recsys_rag.facts.record import RecordFact


def _fields(fact: "RecordFact", noun: str) -> Fields:
    margin = "half a star" if fact.margin == 0.5 else f"{fact.margin:g} points"
    return {"n": str(fact.n_right), "m": str(fact.n_ratings), "margin": margin}


PHRASES = Phrases(
    _fields,
    opens=(
        "Before you trust us on {film}: of your last {m} ratings, we would have been within "
        "{margin} on {n}",
        "Judge {film} by our record with you: within {margin} on {n} of your last {m} ratings",
        "For the record, before you try {film}: we would have been within {margin} on {n} of "
        "your last {m} ratings",
    ),
    nexts=(
        "of your last {m} ratings, we would have been within {margin} on {n}",
        "we would have been within {margin} on {n} of your last {m} ratings",
        "for the record, we would have been within {margin} on {n} of your last {m} ratings",
    ),
)
