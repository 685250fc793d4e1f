"""Whether the rows of the dataset bear out a piece of evidence: each fact is counted again by its
kind's recount, which shares nothing with the evidence. Reads no text."""

from collections.abc import Callable, Sequence

from recsys_rag.data.query_rows import QueryRows
from recsys_rag.protocols import (
    FactKind,
    FittedParts,
    Kinds,
    PredictsWithErrors,
    PredictsWithoutEach,
)
from recsys_rag.types import Candidate, Evidence, ResolvedQuery
from recsys_rag.verify._standing import objection, objection_to_candidate


class RowReader:
    """Reads facts again from the rows. What rests on a part that is not there is not borne out."""

    def __init__(self, parts: FittedParts, kinds: Kinds) -> None:
        self._parts = parts
        self._kinds = kinds

    def objections(
        self, resolved: ResolvedQuery, listed: Sequence[Candidate] = ()
    ) -> Callable[[Candidate, Evidence], str]:
        """Return what says of a fact for this query why the rows do not bear it out, or "". Work is
        shared between calls.

        `listed` are the candidates as they are shown, best first: facts about their ranks are
        borne out by nothing else.
        """
        rows = self.rows(resolved, listed)
        return lambda candidate, evidence: objection_of_rows(rows, candidate, evidence, self._kinds)

    def rows(self, resolved: ResolvedQuery, listed: Sequence[Candidate] = ()) -> QueryRows:
        """Return the query with what its facts are read again from."""
        parts = self._parts
        return QueryRows(
            parts.dataset,
            resolved,
            tuple(candidate.item_id for candidate in listed),
            parts.finder.neighbors if parts.finder else None,
            parts.ranking.scores_without if parts.ranking else None,
            parts.ranking.allowed if parts.ranking else None,
            parts.predictor.predict_with_errors
            if isinstance(parts.predictor, PredictsWithErrors)
            else None,
            parts.predictor.predict_without_each
            if isinstance(parts.predictor, PredictsWithoutEach)
            else None,
            parts.n_neighbors,
        )


def objection_of_rows(
    rows: QueryRows, candidate: Candidate, evidence: Evidence, kinds: Kinds
) -> str:
    """Return how the fact differs from the rows or the catalog, or "".

    A kind that is not known is never borne out.
    """
    catalog = rows.dataset.catalog
    return (
        objection_to_candidate(candidate, catalog)
        or objection(evidence, candidate, catalog, kinds)
        or _difference(rows, candidate, evidence, kinds[evidence.kind])
    )


def _difference(rows: QueryRows, candidate: Candidate, evidence: Evidence, kind: FactKind) -> str:
    fact = evidence.fact
    try:
        recounted = kind.recount(fact, candidate, rows)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        return f"its facts cannot be read again: {error!r}"
    for name, value in recounted.items():
        if not _agrees(getattr(fact, name), value):
            shown = round(value, 2) if isinstance(value, float) else value
            return f"{name} is {getattr(fact, name)!r}, the rows say {shown!r}"
    return ""


def _agrees(stated: object, counted: object) -> bool:
    """Say whether the stated value is the counted one, rounded where it was stated rounded: to 1,
    or to one decimal.

    >>> _agrees(64, 64.3), _agrees(3.9, 3.94), _agrees(3.9, 3.96), _agrees(7, 8)
    (True, True, False, False)
    """
    if isinstance(counted, float) and isinstance(stated, int | float):
        return abs(stated - counted) <= (0.05 if isinstance(stated, float) else 0.5) + 1e-3
    return stated == counted
