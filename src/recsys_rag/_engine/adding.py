"""New days of ratings on top of a saved recommender: the sums over all people are kept, and only
those who rated anew are counted again."""

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from recsys_rag import _fitting as fitting
from recsys_rag import _store as store
from recsys_rag._engine.sums import OfSums, Sums, after, sums_of_dataset
from recsys_rag._fitted import Choice, Fitted, Progress
from recsys_rag.data import _artifact as artifact
from recsys_rag.data._joined import joined
from recsys_rag.data._order import in_order_of_ids
from recsys_rag.data.dataset import Dataset
from recsys_rag.retrieve.ease import EASE
from recsys_rag.settings import Settings


class AddingFitter:
    """Fits to the ratings of a saved recommender and new ones, with its settings and its choice.

    EASE's Gram matrix comes from the kept sums: the rows of people in the new ratings are taken
    away as they were and added as they are. An artifact without sums has them counted once. All
    other parts are fitted anew. `sums` are those of the last fit, in the order of its items.
    """

    def __init__(self, base: Path) -> None:
        self.settings = fitting.saved_settings(base)
        loaded = store.load(base)
        self.dataset = artifact.from_parts(loaded.arrays, loaded.documents)
        said = loaded.manifest.about["choice"]
        self._choice = Choice(said["changes"], tuple(said["account"]))
        self.sums = Sums.from_arrays(loaded.arrays, self.dataset.n_items)

    def fit(self, dataset: Dataset, settings: Settings, progress: Progress | None = None) -> Fitted:
        """Learn from the saved ratings and these. Raises DataError as `joined` does."""
        before, now = self.dataset, in_order_of_ids(joined(self.dataset, dataset))

        def fit_ease(ease: EASE, data: Dataset) -> None:
            users = dataset.users.ids
            self.sums = (
                after(self.sums, before, data, users, ease)
                if self.sums
                else sums_of_dataset(data, ease)
            )
            counted = self.sums
            ease.fit(data, lambda data, kept: OfSums(counted, data, kept, ease))

        fitted = fitting.LocalFitter({"ease": fit_ease}, self._choice).fit(now, settings, progress)
        self.dataset = fitted.dataset
        return fitted

    def kept(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that an artifact keeps for the next time."""
        return self.sums.arrays() if self.sums else {}
