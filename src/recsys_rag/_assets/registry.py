"""Which assets there are, which are here, and how one is downloaded. Shows nothing: callers
pass callbacks."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from recsys_rag._assets._known import ASSETS
from recsys_rag._assets._noted import complete
from recsys_rag._assets.asset import Asset, Progress
from recsys_rag.errors import AssetError
from recsys_rag.log import logger


def cache_dir() -> Path:
    """Return the folder of all assets: $RECSYS_RAG_HOME, or the user's cache folder of this
    platform. May not exist yet."""
    home = os.environ.get("RECSYS_RAG_HOME")
    if home:
        return Path(home).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("recsys-rag", appauthor=False))


def registered(kind: Literal["data", "model"] | None = None) -> tuple[Asset, ...]:
    """Return all known assets, or those of one kind."""
    return tuple(asset for asset in ASSETS if kind in (None, asset.kind))


def by_name(name: str) -> Asset:
    """Return the asset of this name; AssetError names those that there are."""
    for asset in ASSETS:
        if asset.name == name:
            return asset
    raise AssetError(f"no asset {name!r}; there are: {', '.join(asset.name for asset in ASSETS)}")


def available(name: str) -> Path | None:
    """Return the folder that holds the asset's files, or None where it was not downloaded, or is
    incomplete.

    Cheap: names and sizes of the files are compared with what was noted when they were downloaded
    and verified.
    """
    folder = cache_dir() / by_name(name).name
    return folder if complete(folder) else None


def file_of(name: str, folder: Path | None = None) -> Path:
    """Return the main file of an asset, such as the GGUF file of "smollm2". Raises AssetError where
    it was not downloaded."""
    known = by_name(name)
    folder = folder or available(name)
    if folder is None:
        raise AssetError(f"{known.title.split(':')[0]} has not been downloaded; {known.remedy}")
    return folder / known.files[0].name


def fetch(
    name: str, progress: Progress | None = None, on_licence: Callable[[Asset], None] | None = None
) -> Path:
    """Return the asset's folder, downloading it first where it is missing; a second call does
    nothing.

    `on_licence` is called with the asset before anything is downloaded, and not at all where
    nothing is. `progress` is called with (name, bytes done, bytes in all or None). Sources are
    tried in order; all that comes is verified before it is put in place in one step. Raises
    AssetError with what each source said and what to do; nothing half-written is left.
    """
    known = by_name(name)
    here = available(name)
    if here is not None:
        return here
    if on_licence is not None:
        on_licence(known)
    from recsys_rag._assets._fetching import fetched

    logger.info("fetching %s", name)
    return fetched(known, cache_dir() / known.name, progress)
