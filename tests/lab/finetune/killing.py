"""Trains in processes that are killed without warning, and compares what is left with an unbroken
training."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

_RUN = Path(__file__).with_name("tiny_run.py")


def _command(base: Path, out: Path) -> list[str]:
    return [sys.executable, str(_RUN), str(base), str(out)]


def _environment() -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}


def unbroken(base: Path, out: Path) -> float:
    """Train without a kill; return how many seconds it took."""
    started = time.monotonic()
    subprocess.run(_command(base, out), check=True, env=_environment(), capture_output=True)
    return time.monotonic() - started


def killed(base: Path, out: Path, after_seconds: float) -> bool:
    """Train until SIGKILL comes; return whether it came before the end."""
    process = subprocess.Popen(
        _command(base, out),
        env=_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(after_seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    assert process.returncode == 0
    return False


def kill_points(n: int, seconds: float, seed: int) -> list[float]:
    """Return n moments spread at random over a training of so many seconds, one in each n-th of
    it."""
    rng = random.Random(seed)
    return [(place + rng.random()) / n * seconds for place in range(n)]


def same_weights(one: Path, other: Path) -> bool:
    """Say whether two adapters are equal to floating-point tolerance."""
    first, second = (load_file(folder / "adapter_model.safetensors") for folder in (one, other))
    return first.keys() == second.keys() and all(
        np.allclose(first[name], second[name], rtol=1e-5, atol=1e-7) for name in first
    )
