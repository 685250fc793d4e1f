"""How many threads an engine may use here: physical cores that this process may run on, within its quota."""

import os
from pathlib import Path


def usable_cores(at_most: int = 4) -> int:
    """Return the number of physical cores available to the process, between 1 and `at_most`.

    Counts cores of the affinity mask once however many hardware threads they have, and respects a cgroup's CPU quota.
    Small models gain nothing from more than four.
    """
    if hasattr(os, "sched_getaffinity"):
        n_cores = len({_core_of(cpu) for cpu in os.sched_getaffinity(0)})
    else:
        n_cores = (os.cpu_count() or 2) // 2
    return max(1, min(n_cores, at_most, _quota()))


def _core_of(cpu: int) -> str:
    try:
        return Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list").read_text().strip()
    except OSError:
        return str(cpu)


def _quota(path: Path = Path("/sys/fs/cgroup/cpu.max"), unlimited: int = 1024) -> int:
    """Return the whole CPUs of a cgroup v2 quota ("200000 100000" is 2), or `unlimited` without one."""
    try:
        quota, period = path.read_text().split()
        return int(quota) // int(period)
    except (OSError, ValueError):  # no cgroup, or "max"
        return unlimited
