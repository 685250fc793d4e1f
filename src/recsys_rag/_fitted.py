"""What was learned from a dataset: one noun that is fitted, saved, loaded and asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from recsys_rag.data.dataset import Dataset
from recsys_rag.protocols import RatingModel, Retriever
from recsys_rag.settings import Fuse, Settings, with_changes


@dataclass(frozen=True, slots=True)
class Choice:
    """What trials on the data chose before the fit, of the settings that were left as shipped."""

    changes: Mapping[str, Any] = field(default_factory=dict)  # nested tables of settings
    account: tuple[str, ...] = ()  # what was chosen and why, a line each

    def over(self, settings: Settings) -> Settings:
        """Return the settings with what was chosen; a fusion that they state themselves stays."""
        stated = settings.fuse.weights != Fuse().weights
        changes = {
            name: table for name, table in self.changes.items() if not (stated and name == "fuse")
        }
        return with_changes(settings, changes) if changes else settings


@dataclass(frozen=True, slots=True)
class Fitted:
    """Fitted parts with the data, the settings that were asked for, and what was chosen beside."""

    dataset: Dataset
    parts: Mapping[str, Retriever]  # by name, also those that do not rank
    predictor: RatingModel | None  # None where there is no rating to predict
    settings: Settings
    choice: Choice = Choice()

    @property
    def in_force(self) -> Settings:
        """The settings with what was chosen."""
        return self.choice.over(self.settings)


Progress: TypeAlias = Callable[[str, int, int], None]  # (stage, stages done, stages in all)


class Fitter(Protocol):
    """Learns from a dataset what these settings ask for, wherever it computes.

    `progress` hears of each stage. Two fitters give the same arrays, to float tolerance.
    """

    def fit(
        self, dataset: Dataset, settings: Settings, progress: Progress | None = None
    ) -> Fitted: ...
