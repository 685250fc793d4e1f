"""Writes a benchmark's figures where others can find and repeat them. Measures nothing."""

import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
_PACKAGES = ("recsys-rag", "numpy", "scipy", "implicit", "msgspec", "xllamacpp")


def record(name: str, figures: dict[str, Any], protocol: str) -> Path:
    """Write `figures` to results/<name>-<date>.json with command, machine and versions; return the
    path."""
    now = datetime.now(UTC)
    said = {
        "benchmark": name,
        "date": now.isoformat(timespec="seconds"),
        "command": " ".join(
            ["python", f"benchmarks/{Path(sys.argv[0]).name}", *map(_said, sys.argv[1:])]
        ),
        "protocol": protocol,
        "machine": {
            "processor": _processor(),
            "cores": len(os.sched_getaffinity(0)),
            "system": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version(),
        },
        "versions": {package: version(package) for package in _PACKAGES},
        "figures": figures,
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}-{now:%Y-%m-%d}.json"
    path.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=2, ensure_ascii=False))
    print(f"written to {path}", file=sys.stderr)
    return path


def _said(argument: str) -> str:
    """Return an argument as others can repeat it: where a file lies on this machine says nothing to
    them."""
    return Path(argument).name if Path(argument).is_absolute() else argument


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.processor(),
    )
