"""Content: what a reader may want to be warned of, where the notes call it strong."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data._notes import STRENGTHS
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset
from recsys_rag.fact import Fact
from recsys_rag.facts._history import liked_items
from recsys_rag.facts.content.phrases import PHRASES
from recsys_rag.facts.content.reading import READING
from recsys_rag.facts.content.recount import objection
from recsys_rag.facts.kind import Kind, nothing_more
from recsys_rag.types import Evidence, ResolvedQuery

STRONG = 3.0  # of 0 to 3
_USED_TO_IT = 0.1  # share of liked items from which nobody needs the warning


@dataclass(frozen=True, slots=True)
class ContentFact(Fact):
    """The columns of `data.notes.STRENGTHS` in which an item is at the top of the scale."""

    kind = "content"
    part = "sure"
    strong: tuple[str, ...]

    @property
    def reasons(self) -> tuple[tuple[object, ...], ...]:
        return (("content", self.strong),)


class _ContentEvidence:
    """States "strong violence"; weakly to a person who likes such items."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._strong = {
            name: values == STRONG
            for name in STRENGTHS
            if isinstance(values := dataset.catalog.attributes.get(name), np.ndarray)
        }

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]:
        """Yield at most one fact an item, in the order of `item_indices`."""
        liked = liked_items(resolved, self._dataset)
        catalog = self._dataset.catalog
        for item in item_indices.tolist():
            strong = tuple(name for name, is_strong in self._strong.items() if is_strong[item])
            if not strong:
                continue
            rarest = min(
                float(self._strong[name][liked].mean()) if len(liked) else 0.0 for name in strong
            )
            yield Evidence(
                catalog.items.id(item),
                ContentFact(strong),
                catalog.source(item, *strong),
                f"strong in {', '.join(strong)}",
                0.5 if rarest < _USED_TO_IT else 0.25,
            )


def _has_strengths(catalog: Catalog) -> bool:
    return any(isinstance(catalog.attributes.get(name), np.ndarray) for name in STRENGTHS)


KIND = Kind(
    ContentFact,
    lambda parts: (
        _ContentEvidence(parts.dataset) if _has_strengths(parts.dataset.catalog) else None
    ),
    PHRASES,
    READING,
    nothing_more,
    (ContentFact(("violence", "scares")), ContentFact(("sex",)), ContentFact(("sadness",))),
    objection,
)
