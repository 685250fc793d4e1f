"""How long a person waits: help, import, first and second recommendation to the first word; and
what the install weighs."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from record import record

_ASKED = ["recommend", "--user", "196", "--profile", "action movies", "-k", "5"]
_PROGRAM = [str(Path(sys.executable).with_name("recsys-rag"))]


def timed(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Return seconds to the first verified sentence (the first line of an explanation), and in
    all."""
    started = time.perf_counter()
    first = None
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        for line in process.stdout:
            if first is None and line.startswith("   ") and "[1]" in line:
                first = time.perf_counter() - started
    assert process.returncode == 0, command
    total = time.perf_counter() - started
    return (first if first is not None else total), total


def several(command: list[str], n: int = 5) -> float:
    """Return the median wall time of n runs after one that is not counted, seconds."""
    return median([timed(command, dict(os.environ))[1] for _ in range(n + 1)][1:])


def cold_and_warm() -> dict[str, float]:
    """Run the demo's command with assets at hand but nothing fitted, then again."""
    from recsys_rag import _assets as assets

    with tempfile.TemporaryDirectory() as home:
        for name in ("ml-100k", "smollm2", "minilm"):
            (Path(home) / name).symlink_to(assets.fetch(name))
        environment = {**os.environ, "RECSYS_RAG_HOME": home}
        first = timed([*_PROGRAM, *_ASKED], environment)
        again = [timed([*_PROGRAM, *_ASKED], environment) for _ in range(3)]
    return {
        "first_run_first_text_seconds": round(first[0], 2),
        "first_run_seconds": round(first[1], 2),
        "second_run_first_text_seconds": round(median(one[0] for one in again), 2),
        "second_run_seconds": round(median(one[1] for one in again), 2),
    }


def install_megabytes() -> float:
    """Return what a fresh virtual environment with the default install weighs on disk, bytecode
    included, MB of 2^20."""
    root = Path(__file__).parents[1]
    with tempfile.TemporaryDirectory() as place:
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        pip = [
            f"{place}/bin/python",
            "-m",
            "pip",
            "install",
            "-q",
            "--only-binary",
            ":all:",
            "-c",
            f"{root}/constraints.txt",
        ]
        subprocess.run([*pip, str(root)], check=True)
        return round(
            int(
                subprocess.run(
                    ["du", "-sk", place], capture_output=True, text=True, check=True
                ).stdout.split()[0]
            )
            / 1024
        )


if __name__ == "__main__":
    figures: dict[str, object] = {
        "help_seconds": round(several([*_PROGRAM, "--help"]), 3),
        "import_seconds": round(several([sys.executable, "-c", "import recsys_rag"]), 3),
        "bare_python_seconds": round(several([sys.executable, "-c", "pass"]), 3),
        **cold_and_warm(),
        "install_megabytes": install_megabytes(),
    }
    record(
        "startup",
        figures,
        "wall time of whole processes; medians of 5 (help, import) and 3 (second run) after a "
        "warm-up",
    )
