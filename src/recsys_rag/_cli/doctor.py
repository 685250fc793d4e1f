"""`recsys-rag doctor`: can the default configuration run here, and if not, what to do. Changes
nothing."""

import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import Literal

from recsys_rag._cli.console import paper, size, write_json
from recsys_rag._cli.lines import definitions, sentence
from recsys_rag._cli.options import DEFAULT_DATA, command, json_option

# bytes: data, model, encoder, and the artifact of a medium-sized data set
ENOUGH_DISK = 1_000_000_000
# may be installed and still not run on this machine
COMPILED = ("numpy", "scipy", "implicit", "xllamacpp")
_REINSTALL = "pip install --upgrade --force-reinstall recsys-rag"
_STYLES = {"ok": "green", "missing": "bold red", "optional": "yellow"}


@command()
@json_option
def doctor(as_json: bool) -> None:
    """Check what is installed and how to get the rest.

    Exits with 0 when the default configuration can run here, with 1 when something it needs is
    missing.

    \b
    Example:
      recsys-rag doctor
    """
    checks = _all_checks()
    can_run = all(check.status != "missing" for check in checks)
    if as_json:
        write_json({"can_run": can_run, "checks": [asdict(check) for check in checks]})
    else:
        _show(checks, can_run)
    sys.exit(0 if can_run else 1)


@dataclass(frozen=True, slots=True)
class _Check:
    """The outcome of one check. "missing": the default configuration cannot run without it;
    "optional": something beyond it cannot."""

    name: str
    status: Literal["ok", "missing", "optional"]
    detail: str
    remedy: str = ""


def _show(checks: Sequence[_Check], can_run: bool) -> None:
    page = paper()
    definitions(
        page,
        [
            [(check.status, _STYLES[check.status]), (check.name, "bold"), (check.detail, "")]
            for check in checks
        ],
    )
    remedies = [check for check in checks if check.remedy]
    if remedies:
        page.print()
        sentence(page, "To get what is missing:", "bold")
        definitions(page, [[(check.name, "bold"), (check.remedy, "")] for check in remedies])
    page.print()
    outcome = (
        "The default configuration can run." if can_run else "Something is missing; see above."
    )
    sentence(page, outcome, "bold")


# --- the checks -----------------------------------------------------------------------------------


def _all_checks() -> list[_Check]:
    """Check everything, most basic first."""
    from recsys_rag import _assets as assets

    needed = _requirements(metadata.requires("recsys-rag") or [], sys.version_info[:2])
    return [
        *_environment(),
        *(_package(requirement) for requirement in needed if not requirement.extra),
        *_extras(needed),
        *_assets(),
        *_cache(assets.cache_dir()),
        *_variables(os.environ),
    ]


def _environment() -> Iterator[_Check]:
    from recsys_rag import __version__

    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield _Check("recsys-rag", "ok", __version__)
    yield _Check(
        "Python", "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    )
    yield _Check("processor", "ok", f"{usable} of {os.cpu_count()} threads usable")


@dataclass(frozen=True, slots=True)
class _Requirement:
    """A package that ours asks for, its lowest version, and the extra it belongs to ("" = always
    needed)."""

    name: str
    lowest: str
    extra: str


def _requirements(lines: Sequence[str], python: tuple[int, int]) -> list[_Requirement]:
    """Read the requirements of a distribution, as its metadata states them, for this version of
    Python.

    >>> _requirements(["rich>=13.9", "zstd>=1; python_version < '3.14'"], (3, 14))
    [_Requirement(name='rich', lowest='13.9', extra='')]
    >>> _requirements(["pyarrow>=17; extra == 'parquet'"], (3, 14))
    [_Requirement(name='pyarrow', lowest='17', extra='parquet')]
    """
    needed = []
    for line in lines:
        before = re.search(r"python_version < ['\"](\d+)\.(\d+)['\"]", line)
        if before and python >= (int(before[1]), int(before[2])):
            continue
        name = re.match(r"[\w.-]+", line)
        lowest = re.search(r">=\s*([\d.]+)", line)
        extra = re.search(r"extra == ['\"]([\w-]+)['\"]", line)
        needed.append(
            _Requirement(
                name[0] if name else line, lowest[1] if lowest else "0", extra[1] if extra else ""
            )
        )
    return needed


def _package(requirement: _Requirement) -> _Check:
    """Check that a package is installed, new enough and, where it is compiled, loads here."""
    name, lowest = requirement.name, requirement.lowest
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return _Check(name, "missing", "is not installed", _REINSTALL)
    if _numbers(version) < _numbers(lowest):
        return _Check(name, "missing", f"{version}, but {lowest} or newer is needed", _REINSTALL)
    if name in COMPILED:
        try:
            import_module(name)
        except Exception as error:  # whatever it is, the remedy is the same
            detail = f"{version} does not load: {type(error).__name__}: {error}"
            return _Check(name, "missing", detail, _REINSTALL)
    return _Check(name, "ok", version)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _extras(needed: Sequence[_Requirement]) -> Iterator[_Check]:
    for extra in dict.fromkeys(requirement.extra for requirement in needed if requirement.extra):
        checks = [_package(requirement) for requirement in needed if requirement.extra == extra]
        lacking = [check.name for check in checks if check.status != "ok"]
        if lacking:
            remedy = f"pip install 'recsys-rag[{extra}]'"
            yield _Check(f"[{extra}]", "optional", f"without {', '.join(lacking)}", remedy)
        else:
            versions = ", ".join(f"{check.name} {check.detail}" for check in checks)
            yield _Check(f"[{extra}]", "ok", versions)


def _assets() -> Iterator[_Check]:
    """Check the assets of the default configuration; the others are optional and listed
    elsewhere."""
    from recsys_rag import _assets as assets
    from recsys_rag.settings import Settings

    defaults = Settings()
    sizes = {asset.name: asset.size for asset in assets.registered()}
    for name, group in (
        (DEFAULT_DATA, "data"),
        (defaults.generate.model, "lm"),
        (defaults.retrieve.encoder, "lm"),
    ):
        here = assets.available(name)
        if here:
            yield _Check(name, "ok", str(here))
        else:
            detail = f"is not in the cache ({size(sizes[name])} to fetch)"
            yield _Check(name, "missing", detail, f"recsys-rag {group} fetch {name}")


def _cache(folder: Path) -> Iterator[_Check]:
    """Check that the cache can be written (or made) and that its disk has room."""
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        remedy = "make it writable, or set RECSYS_RAG_HOME to a folder that is"
        yield _Check("cache", "missing", f"{folder} cannot be written", remedy)
        return
    yield _Check("cache", "ok", str(folder))
    free = shutil.disk_usage(existing).free
    if free < ENOUGH_DISK:
        remedy = "free some space, or set RECSYS_RAG_HOME to a folder on another disk"
        yield _Check("disk", "optional", f"only {size(free)} free", remedy)
    else:
        yield _Check("disk", "ok", f"{size(free)} free")


def _variables(environment: Mapping[str, str]) -> Iterator[_Check]:
    """Name the environment variables that change what this program does."""
    for name in sorted(environment):
        if name.startswith("RECSYS_RAG_"):
            yield _Check(name, "ok", environment[name])
