"""Threads of an engine: how many it may use here (processors, within the quota), and how soon idle
ones sleep."""

import os
from collections.abc import Mapping
from pathlib import Path

# how often an idle thread looks for work before it sleeps; the default collapses on a busy machine
SPINS = "1000"


def usable_processors(at_most: int = 4) -> int:
    """Return the number of processors available to the process, between 1 and `at_most`.

    Counts hardware threads, not cores: on a virtual machine with two threads of one core, two wrote
    a text in 0.6 of the time that one took. Respects the affinity mask and a cgroup's CPU quota.
    Small models gain nothing from more than four.
    """
    n = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(n, at_most, _quota()))


def _quota(path: Path = Path("/sys/fs/cgroup/cpu.max"), unlimited: int = 1024) -> int:
    """Return the whole CPUs of a cgroup v2 quota ("200000 100000" is 2), or `unlimited` without
    one."""
    try:
        quota, period = path.read_text().split()
        return int(quota) // int(period)
    except (OSError, ValueError):  # no cgroup, or "max"
        return unlimited


def spins(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what to add to an environment so that OpenMP threads go to sleep soon, nothing where
    it says how they wait.

    GNU's OpenMP reads this once, when it is loaded. Measured with llama.cpp on two cores with a
    third busy process: 7 to 9 s for a job that takes 20 to 33 s with the default; no difference on
    idle cores (OMP_WAIT_POLICY=passive costs 25 %).

    >>> spins({}), spins({"OMP_WAIT_POLICY": "active"})
    ({'GOMP_SPINCOUNT': '1000'}, {})
    """
    return (
        {}
        if {"GOMP_SPINCOUNT", "OMP_WAIT_POLICY"} & environment.keys()
        else {"GOMP_SPINCOUNT": SPINS}
    )
