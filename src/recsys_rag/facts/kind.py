"""A kind of fact put together from its four views."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.query_rows import QueryRows
from recsys_rag.fact import F, Phrases, Reading
from recsys_rag.protocols import EvidenceSource, FittedParts
from recsys_rag.types import Candidate, Evidence, ResolvedQuery

Stated: TypeAlias = Callable[[Catalog, int], Evidence | None]


def of_items(
    stated: Stated, has_any: Callable[[Catalog], bool] = lambda catalog: True
) -> Callable[[FittedParts], EvidenceSource | None]:
    """Return what makes evidence that is the same for everybody who asks: what `stated` says of an
    item index by the catalog, None for nothing, in the order of the items."""

    def made(parts: FittedParts) -> EvidenceSource | None:
        catalog = parts.dataset.catalog
        return _OfItems(catalog, stated) if has_any(catalog) else None

    return made


@dataclass(frozen=True, slots=True)
class _OfItems:
    catalog: Catalog
    stated: Stated

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        return filter(None, (self.stated(self.catalog, item) for item in item_indices.tolist()))


def nothing_more(fact: Any, candidate: Candidate, rows: QueryRows) -> Mapping[str, object]:
    """Read nothing in the rows: a `recount` for facts that an `objection` holds against the catalog
    whole."""
    return {}


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
