"""What --json prints: the nouns as plain objects of a stable shape. Keys are added over time, never
renamed or removed.

A recommendation: `query` (user_id, history, profile, words, dislikes, exclude, k, filters,
include_seen, strengths {stage: strength, those that were asked for}), `liked` [{name, rating}],
`understood` [phrase], `items`, `text`, `unverified_text`, `model_id`, `notes`, `n_checked`,
`n_dropped`, `seconds` {stage: seconds}.

An item: `rank`, `item_id`, `title`, `year`, `genres`, `score`, `predicted_rating`, `ranks`
{retriever: rank}, `explanation`, `written_by`, `repaired`, `evidence`, `rejected`. What is not
known is null. `[2]` in an explanation cites the evidence with `number` 2.

Evidence: `number`, `kind`, `statement`, `facts`, `source`, `strength`. A rejected claim, which is
not in the explanation: `text`, `citations`, `reason`.
"""

import json
import math
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import click

from recsys_rag.types import Candidate, Query, Recommendation, RecommendedItem


def write(value: Any) -> None:
    """Print one JSON value on stdout."""
    click.echo(dumped(value))


def dumped(value: Any) -> str:
    r"""Return a value as JSON that may stand on a terminal: what would move its cursor, turn a line
    or hide is escaped.

    >>> print(dumped({"title": "Caf\u00e9\u009b31m\u202e"}))
    {
      "title": "Café\u009b31m\u202e"
    }
    """
    text = json.dumps(_finite(value), ensure_ascii=False, indent=2, allow_nan=False)
    return "".join(
        one if one == "\n" or unicodedata.category(one)[0] != "C" else _escaped(one) for one in text
    )


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]  # beyond the 16th bit as a pair, as JSON has it


def recommendation(made: Recommendation) -> dict[str, Any]:
    """Return a recommendation as described above."""
    return {
        "query": query(made.query),
        "liked": [{"name": name, "rating": rating} for name, rating in made.liked],
        "understood": list(made.understood),
        "items": [item(one) for one in made.items],
        "text": made.text,
        "unverified_text": made.unverified_text,
        "model_id": made.model_id,
        "notes": list(made.notes),
        "n_checked": made.n_checked,
        "n_dropped": made.n_dropped,
        "seconds": {stage: round(seconds, 6) for stage, seconds in made.seconds.items()},
    }


def query(asked: Query) -> dict[str, Any]:
    """Return a query under the names of its fields."""
    return {
        "user_id": asked.user_id,
        "history": dict(asked.history),
        "profile": asked.profile,
        "words": asked.words,
        "dislikes": list(asked.dislikes),
        "exclude": list(asked.exclude),
        "k": asked.k,
        "filters": {
            "genres": list(asked.filters.genres),
            "excluded_genres": list(asked.filters.excluded_genres),
            "years": None if asked.filters.years is None else list(asked.filters.years),
            "only": list(asked.filters.only),
            "where": {column: list(values) for column, values in asked.filters.where.items()},
        },
        "include_seen": asked.include_seen,
        "strengths": dict(asked.strengths),
    }


def candidate(one: Candidate) -> dict[str, Any]:
    """Return an item under consideration; its index, which means nothing outside, is left out."""
    return {
        "item_id": one.item_id,
        "title": one.title,
        "year": one.year,
        "genres": list(one.genres),
        "score": one.score,
        "predicted_rating": one.predicted_rating,
        "ranks": dict(one.ranks),
    }


def item(one: RecommendedItem) -> dict[str, Any]:
    """Return a recommended item with its evidence, numbered as the explanation cites it."""
    return {
        "rank": one.rank,
        **candidate(one.candidate),
        "explanation": one.explanation,
        "written_by": one.written_by,
        "repaired": one.repaired,
        "evidence": [
            {
                "number": number,
                "kind": fact.kind,
                "statement": fact.statement,
                "facts": dict(fact.facts),
                "source": fact.source,
                "strength": fact.strength,
            }
            for number, fact in enumerate(one.evidence, 1)
        ],
        "rejected": [
            {
                "text": verdict.claim.text,
                "citations": list(verdict.claim.citations),
                "reason": verdict.reason,
            }
            for verdict in one.rejected
        ],
    }


def _finite(value: Any) -> Any:
    """Replace what JSON has no word for: nan and infinities become null, numbers of NumPy become
    numbers."""
    if isinstance(value, Mapping):
        return {str(key): _finite(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_finite(one) for one in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
