"""Processors that a process may use."""

import os
from pathlib import Path

import pytest

from recsys_rag.generate._backends.threads import _quota, usable_processors


def test_at_least_one_and_at_most_what_is_asked_for() -> None:
    assert usable_processors(at_most=1) == 1
    assert 1 <= usable_processors() <= min(4, os.cpu_count() or 1)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no CPU affinity")
def test_the_affinity_of_the_process_is_respected() -> None:
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        assert usable_processors() == 1
    finally:
        os.sched_setaffinity(0, allowed)


@pytest.mark.parametrize(
    ("text", "n_cores"), [("200000 100000\n", 2), ("150000 100000\n", 1), ("max 100000\n", 1024)]
)
def test_a_quota_is_read_in_whole_cores(tmp_path: Path, text: str, n_cores: int) -> None:
    path = tmp_path / "cpu.max"
    path.write_text(text)
    assert _quota(path) == n_cores


def test_without_a_quota_file_there_is_no_quota(tmp_path: Path) -> None:
    assert _quota(tmp_path / "none") == 1024
