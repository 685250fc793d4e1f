"""Scores of retrievers as a fuser reads them: a retriever works only when it is looked up. Fuses
nothing."""

from collections.abc import Iterator, Mapping

from recsys_rag.protocols import Retriever
from recsys_rag.types import Batch, Scores


class Asked(Mapping[str, Scores]):
    """The scores of each retriever (n, n_items) for one batch, by name; computed at each look-up,
    and never otherwise.

    So a retriever that has no weight for any history of the batch costs nothing.
    """

    def __init__(self, retrievers: Mapping[str, Retriever], batch: Batch) -> None:
        self._retrievers, self._batch = retrievers, batch

    def __getitem__(self, name: str) -> Scores:
        return self._retrievers[name].score(self._batch)

    def __contains__(self, name: object) -> bool:
        return name in self._retrievers

    def __iter__(self) -> Iterator[str]:
        return iter(self._retrievers)

    def __len__(self) -> int:
        return len(self._retrievers)
