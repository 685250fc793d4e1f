"""A kind of fact put together from its four views."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.query_rows import QueryRows
from recsys_rag.fact import F, Phrases, Reading
from recsys_rag.protocols import EvidenceSource, FittedParts
from recsys_rag.types import Candidate


def _no_objection(fact: Any, candidate: Candidate, catalog: Catalog) -> str:
    return ""


@dataclass(frozen=True, eq=False)
class Kind(Generic[F]):
    """A `FactKind` by its parts; see there for what each promises."""

    fact: type[F]
    evidence: Callable[[FittedParts], EvidenceSource | None]
    phrases: Phrases[F]
    reading: Reading[F]
    recount: Callable[[F, Candidate, QueryRows], Mapping[str, object]]
    samples: tuple[F, ...]
    objection: Callable[[F, Candidate, Catalog], str] = _no_objection

    @property
    def name(self) -> str:
        return self.fact.kind
