"""What the tests of the service share."""

import time
from collections.abc import Callable

from recsys_rag.settings import from_mapping

SETTINGS = from_mapping(
    {
        "retrieve": {"encoder": "none"},
        "generate": {"model": "template"},
        "fit": {"choose": False},  # half the time of a fit, and no concern of the service
    }
)
_PATIENCE = 240.0  # seconds: a process starts and fits while the machine does other work


def until(is_so: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    end = time.monotonic() + _PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)
