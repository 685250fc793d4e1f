"""What `doctor` looks at, one check each: Python, packages, extras, assets, cache, disk, processor.
Shows nothing."""

import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import Literal

from recsys_rag import __version__, assets
from recsys_rag.cli.options import DEFAULT_DATA
from recsys_rag.cli.phrases import size
from recsys_rag.settings import Settings

# bytes: data, model, encoder, and the artifact of a middle-sized data set
ENOUGH_DISK = 1_000_000_000
# may be installed and still not run on this machine
COMPILED = ("numpy", "scipy", "implicit", "xllamacpp")
_REINSTALL = "pip install --upgrade --force-reinstall recsys-rag"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. "missing": the default configuration cannot run without; "optional":
    something more could."""

    name: str
    status: Literal["ok", "missing", "optional"]
    detail: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A package that ours asks for: its lowest version, and the extra that it belongs to ("" =
    always needed)."""

    name: str
    lowest: str
    extra: str


def all_checks() -> list[Check]:
    """Look at everything, most basic first."""
    asked = requirements(metadata.requires("recsys-rag") or [], sys.version_info[:2])
    return [
        *_environment(),
        *(package(one) for one in asked if not one.extra),
        *_extras(asked),
        *_assets(),
        *cache(assets.cache_dir()),
        *variables(os.environ),
    ]


def _environment() -> Iterator[Check]:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield Check("recsys-rag", "ok", __version__)
    yield Check(
        "Python", "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    )
    yield Check("processor", "ok", f"{usable} of {os.cpu_count()} threads usable")


def requirements(lines: list[str], python: tuple[int, int]) -> list[Requirement]:
    """Read the requirements of a distribution, as its metadata states them, for this version of
    Python.

    >>> requirements(["rich>=13.9", "pyarrow>=17; extra == 'parquet'", "zstd>=1; python_version < '3.14'"], (3, 14))
    [Requirement(name='rich', lowest='13.9', extra=''), Requirement(name='pyarrow', lowest='17', extra='parquet')]
    """
    found = []
    for line in lines:
        before = re.search(r"python_version < ['\"](\d+)\.(\d+)['\"]", line)
        if before and python >= (int(before[1]), int(before[2])):
            continue
        name = re.match(r"[\w.-]+", line)
        lowest = re.search(r">=\s*([\d.]+)", line)
        extra = re.search(r"extra == ['\"]([\w-]+)['\"]", line)
        found.append(
            Requirement(
                name[0] if name else line, lowest[1] if lowest else "0", extra[1] if extra else ""
            )
        )
    return found


def package(one: Requirement) -> Check:
    """Check that a package is there, new enough and, where it is compiled, loads on this machine."""
    try:
        version = metadata.version(one.name)
    except metadata.PackageNotFoundError:
        return Check(one.name, "missing", "is not installed", _REINSTALL)
    if _numbers(version) < _numbers(one.lowest):
        return Check(
            one.name, "missing", f"{version}, but {one.lowest} or newer is needed", _REINSTALL
        )
    if one.name in COMPILED:
        try:
            import_module(one.name)
        except Exception as error:  # whatever it is, the remedy is the same
            return Check(
                one.name,
                "missing",
                f"{version} does not load: {type(error).__name__}: {error}",
                _REINSTALL,
            )
    return Check(one.name, "ok", version)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _extras(asked: list[Requirement]) -> Iterator[Check]:
    for extra in dict.fromkeys(one.extra for one in asked if one.extra):
        checks = [package(one) for one in asked if one.extra == extra]
        lacking = [check.name for check in checks if check.status != "ok"]
        if lacking:
            yield Check(
                f"[{extra}]",
                "optional",
                f"without {', '.join(lacking)}",
                f"pip install 'recsys-rag[{extra}]'",
            )
        else:
            yield Check(
                f"[{extra}]", "ok", ", ".join(f"{check.name} {check.detail}" for check in checks)
            )


def _assets() -> Iterator[Check]:
    """Check the assets of the default configuration; the others are optional and listed elsewhere."""
    defaults = Settings()
    sizes = {asset.name: asset.size for asset in assets.registered()}
    for name, group in (
        (DEFAULT_DATA, "data"),
        (defaults.generate.model, "lm"),
        (defaults.retrieve.encoder, "lm"),
    ):
        here = assets.available(name)
        if here:
            yield Check(name, "ok", str(here))
        else:
            fetch = f"recsys-rag {group} fetch {name}"
            yield Check(
                name, "missing", f"is not in the cache ({size(sizes[name])} to bring)", fetch
            )


def cache(folder: Path) -> Iterator[Check]:
    """Check that the cache can be written (or made) and that its disk has room."""
    existing = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        remedy = "make it writable, or set RECSYS_RAG_HOME to a folder that is"
        yield Check("cache", "missing", f"{folder} cannot be written", remedy)
        return
    yield Check("cache", "ok", str(folder))
    free = shutil.disk_usage(existing).free
    if free < ENOUGH_DISK:
        remedy = "free some space, or set RECSYS_RAG_HOME to a folder on another disk"
        yield Check("disk", "optional", f"only {size(free)} free", remedy)
    else:
        yield Check("disk", "ok", f"{size(free)} free")


def variables(environment: Mapping[str, str]) -> Iterator[Check]:
    """Name the variables of the environment that change what this program does."""
    for name in sorted(environment):
        if name.startswith("RECSYS_RAG_"):
            yield Check(name, "ok", environment[name])
