"""Scores of retrievers as a fuser reads them: a retriever works only when it is looked up. Fuses
nothing."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.errors import RecsysRagError, RegistryError
from recsys_rag.protocols import Retriever, ScoresWithoutEach
from recsys_rag.types import Batch, Scores


class Asked(Mapping[str, Scores]):
    """The scores of each retriever (n, n_items) for one batch, by name; computed at each look-up,
    and never otherwise.

    So a retriever that has no weight for any history of the batch costs nothing. A look-up raises
    RegistryError where the scores are not one finite number for each item and history.
    """

    def __init__(self, retrievers: Mapping[str, Retriever], batch: Batch) -> None:
        self._retrievers, self._batch = retrievers, batch

    def __getitem__(self, name: str) -> Scores:
        return _scored(name, self._retrievers[name], self._batch)

    def __contains__(self, name: object) -> bool:
        return name in self._retrievers

    def __iter__(self) -> Iterator[str]:
        return iter(self._retrievers)

    def __len__(self) -> int:
        return len(self._retrievers)


class AskedOnce(Asked):
    """The scores of each retriever, kept once they were looked up: for a batch that is small."""

    def __init__(self, retrievers: Mapping[str, Retriever], batch: Batch) -> None:
        super().__init__(retrievers, batch)
        self._known: dict[str, Scores] = {}

    def __getitem__(self, name: str) -> Scores:
        if name not in self._known:
            self._known[name] = super().__getitem__(name)
        return self._known[name]


class AskedWithoutEach(Asked):
    """The scores for one history, a row each time without one of its items, or with all.

    `whole` is the one history, `left_out` the places in it, -1 = none. The rows are those of
    `batch`.
    """

    def __init__(
        self, retrievers: Mapping[str, Retriever], whole: Batch, left_out: Sequence[int]
    ) -> None:
        self._whole, self._rows = whole, np.array(left_out, np.int64)
        self.batch = _without_each(whole, self._rows)
        super().__init__(retrievers, self.batch)

    def __getitem__(self, name: str) -> Scores:
        retriever = self._retrievers[name]
        if not isinstance(retriever, ScoresWithoutEach):
            return super().__getitem__(name)
        # -1 takes the last row
        every = [retriever.score_without_each(self._whole), _scored(name, retriever, self._whole)]
        scores: Scores = np.concatenate(every)[self._rows]
        return scores


def _scored(name: str, retriever: Retriever, batch: Batch) -> Scores:
    """Return the scores of a retriever, which may come from an installed package, tried on small
    data alone: what is wrong on these data is told with its name."""
    try:
        scores = retriever.score(batch)
    except RecsysRagError:
        raise
    except Exception as error:
        error.add_note(f"raised by the retriever {name!r}")
        raise
    shape = (len(batch), batch.histories.shape[1])
    if scores.shape != shape or not np.isfinite(scores).all():
        found = "not all finite" if scores.shape == shape else f"of shape {scores.shape}"
        raise RegistryError(
            f"the retriever {name!r} breaks a promise on these data: its scores must be finite and "
            f"{shape}, and are {found}; fix or uninstall the package that brings it"
        )
    return scores


def _without_each(whole: Batch, left_out: NDArray[np.int64]) -> Batch:
    """Return one history as many times, without the item at each of these places, -1 = with all;
    what was rated before it is one step nearer."""
    items, steps = whole.histories.indices, whole.steps_back
    stays = np.arange(len(items)) != left_out[:, None]
    ends = np.concatenate([[0], stays.sum(axis=1).cumsum()])
    rows = [np.broadcast_to(of, stays.shape)[stays] for of in (whole.histories.data, items)]
    if steps is not None:
        gone = np.where(left_out < 0, np.iinfo(np.int32).max, steps[left_out])
        steps = (steps - (steps > gone[:, None])).astype(np.int32)[stays]
    return Batch(
        sparse.csr_array((*rows, ends), shape=(len(left_out), whole.histories.shape[1])),
        whole.text * len(left_out),
        steps,
        None if whole.asked_at is None else np.repeat(whole.asked_at, len(left_out)),
    )
