"""A recommender whose text can be trusted. Importing this loads neither torch nor a model; names
load on first use."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from recsys_rag.version import __version__

if TYPE_CHECKING:
    from recsys_rag.data.dataset import Dataset as Dataset
    from recsys_rag.recommender import Recommender as Recommender
    from recsys_rag.types import Filters as Filters
    from recsys_rag.types import Query as Query
    from recsys_rag.types import Recommendation as Recommendation


_HOMES = {
    "Dataset": "recsys_rag.data.dataset",
    "Recommender": "recsys_rag.recommender",
    "Filters": "recsys_rag.types",
    "Query": "recsys_rag.types",
    "Recommendation": "recsys_rag.types",
}
__all__ = ["Dataset", "Filters", "Query", "Recommendation", "Recommender", "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'recsys_rag' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
