"""A recommender whose text can be trusted.

What stands here is stable; docs/api.md lists it. Importing this loads neither a model nor numpy:
each name loads when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from recsys_rag.version import __version__

if TYPE_CHECKING:
    from recsys_rag._fitted import Fitted as Fitted
    from recsys_rag.data._readers.movielens import read as movielens  # noqa: F401
    from recsys_rag.data._readers.tables import read_csv as read_csv
    from recsys_rag.data._readers.tables import read_frames as read_frames
    from recsys_rag.data.dataset import Dataset as Dataset
    from recsys_rag.data.dataset import RatingScale as RatingScale
    from recsys_rag.errors import ArtifactError as ArtifactError
    from recsys_rag.errors import AssetError as AssetError
    from recsys_rag.errors import Cancelled as Cancelled
    from recsys_rag.errors import DataError as DataError
    from recsys_rag.errors import EvaluationError as EvaluationError
    from recsys_rag.errors import GenerationError as GenerationError
    from recsys_rag.errors import MissingExtraError as MissingExtraError
    from recsys_rag.errors import NotFittedError as NotFittedError
    from recsys_rag.errors import QueryError as QueryError
    from recsys_rag.errors import RecsysRagError as RecsysRagError
    from recsys_rag.errors import RegistryError as RegistryError
    from recsys_rag.errors import SettingsError as SettingsError
    from recsys_rag.errors import UnknownItemError as UnknownItemError
    from recsys_rag.errors import UnknownUserError as UnknownUserError
    from recsys_rag.recommender import Question as Question
    from recsys_rag.recommender import Recommender as Recommender
    from recsys_rag.settings import Settings as Settings
    from recsys_rag.types import Candidate as Candidate
    from recsys_rag.types import Evidence as Evidence
    from recsys_rag.types import Filters as Filters
    from recsys_rag.types import Finished as Finished
    from recsys_rag.types import History as History
    from recsys_rag.types import Query as Query
    from recsys_rag.types import Ranked as Ranked
    from recsys_rag.types import Rankings as Rankings
    from recsys_rag.types import Recommendation as Recommendation
    from recsys_rag.types import RecommendedItem as RecommendedItem
    from recsys_rag.types import Understanding as Understanding
    from recsys_rag.types import Written as Written

# module -> names; "name there: name here" where they differ
_HOMES = {
    "recommender": "Recommender Question",
    "data.dataset": "Dataset RatingScale",
    "data._readers.movielens": "read:movielens",
    "data._readers.tables": "read_csv read_frames",
    "types": (
        "Query Filters Understanding History Candidate Rankings RecommendedItem Evidence "
        "Recommendation Ranked Written Finished"
    ),
    "_fitted": "Fitted",
    "settings": "Settings",
    "errors": (
        "RecsysRagError DataError UnknownUserError UnknownItemError QueryError SettingsError "
        "ArtifactError AssetError NotFittedError MissingExtraError GenerationError EvaluationError "
        "Cancelled RegistryError"
    ),
}
_NAMES = {
    name.split(":")[-1]: (f"recsys_rag.{module}", name.split(":")[0])
    for module, names in _HOMES.items()
    for name in names.split()
}
__all__ = [*_NAMES, "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module 'recsys_rag' has no attribute {name!r}")
    module, attribute = _NAMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted({*globals(), *_NAMES})
