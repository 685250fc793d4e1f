"""What many tests share: MovieLens 100K where it is on this machine. It is never brought from the
network by a test."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from recsys_rag import _assets as assets
from recsys_rag._assets import registry
from recsys_rag.data.dataset import Dataset

# No test may depend on how fast the machine is: it may be busy with other work.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")

# Threads of a fit sleep while they wait for each other: the tests of other files want the cores.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

# Where a shell started the tests in the background, it made them ignore Ctrl-C, and with them all
# the processes that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

_SHARED = Path(__file__).parents[1] / "../shared/data/ml-100k/ml-100k-original.tar.xz"


@pytest.fixture(scope="session")
def ml100k_path() -> Path:
    """The folder or archive of MovieLens 100K: the asset cache, or the copy beside the project."""
    here = registry.available("ml-100k") or (_SHARED if _SHARED.exists() else None)
    if here is None:
        pytest.skip("MovieLens 100K is not here; get it: recsys-rag data fetch ml-100k")
    return here


@pytest.fixture(scope="session")
def ml100k(ml100k_path: Path) -> Dataset:
    """MovieLens 100K, all of it."""
    return Dataset.movielens("100k", path=str(ml100k_path))


@pytest.fixture(scope="session")
def smollm2_path() -> Path:
    """The GGUF file of SmolLM2: RECSYS_RAG_TEST_GGUF, or the asset cache."""
    if given := os.environ.get("RECSYS_RAG_TEST_GGUF"):
        return Path(given)
    if assets.available("smollm2") is None:
        pytest.skip("the embedded model is not here; get it: recsys-rag lm fetch smollm2")
    return assets.file_of("smollm2")
