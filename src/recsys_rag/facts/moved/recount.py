"""The rank of an item in two lists, read again."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from recsys_rag.data.query_rows import QueryRows
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.moved import MovedFact


def recount(fact: "MovedFact", candidate: Candidate, rows: QueryRows) -> Mapping[str, object]:
    last = rows.resolved.query.previous
    return {
        "rank": _rank(candidate.item_id, rows.shown),
        "last_rank": _rank(candidate.item_id, last),
        "n_last": len(last),
    }


def _rank(item_id: str, item_ids: Sequence[str]) -> int | None:
    return item_ids.index(item_id) + 1 if item_id in item_ids else None
