"""What was learned from a dataset: one noun that is fitted, saved, loaded and asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from recsys_rag.data.dataset import Dataset
from recsys_rag.protocols import RatingModel, Retriever
from recsys_rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Fitted:
    """Fitted parts with the data and the settings that they were fitted with."""

    dataset: Dataset
    parts: Mapping[str, Retriever]  # by name, also those that do not rank
    predictor: RatingModel | None  # None where there is no rating to predict
    settings: Settings


Progress: TypeAlias = Callable[[str, int, int], None]  # (stage, stages done, stages in all)


class Fitter(Protocol):
    """Learns from a dataset what these settings ask for, wherever it computes.

    `progress` hears of each stage. Two fitters give the same arrays, to float tolerance.
    """

    def fit(
        self, dataset: Dataset, settings: Settings, progress: Progress | None = None
    ) -> Fitted: ...
