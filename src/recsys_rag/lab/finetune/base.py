"""The model that an adapter is trained for: an asset, a GGUF file, a folder, or a model of the hub.
Loads it, changes nothing."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recsys_rag import _assets as assets
from recsys_rag.errors import SettingsError
from recsys_rag.lab.finetune.lora import library
from recsys_rag.lab.transformers_engine import TransformersEngine

_UNKNOWN = "not stated; see the model's own page"
_TWICE = 2.2  # while a file is read, it and the weights are there at once
_GGUF_EXPANDS = 6.4  # a 4-bit file's bytes to float32's
_STEP_BYTES = 2.5e9  # what two passes over a batch of 8 texts hold, about


@dataclass(frozen=True, slots=True)
class Base:
    """A loaded model with its tokenizer."""

    name: str
    model: Any
    tokenizer: Any
    licence: str

    @property
    def pad_id(self) -> int:
        return int(self.tokenizer.eos_token_id)

    @property
    def model_type(self) -> str:
        return str(self.model.config.model_type)


def load(name: str, *, device: str) -> Base:
    """Read a model: "smollm2" or another asset, the path of a GGUF file, a folder of transformers,
    or a hub id.

    Raises SettingsError where memory is too small for it or its tokenizer has no end of text;
    AssetError where it is not to be had; MissingExtraError without the extra [finetune].
    """
    for needed in ("torch", "transformers", "peft"):
        library(needed)
    path = _gguf_of(name)
    _check_memory(name, path)
    location, gguf_file = (str(path.parent), path.name) if path else (name, None)
    if path:
        library("gguf")
    engine = TransformersEngine(location, device=device, gguf_file=gguf_file)
    engine.load()
    if engine.tokenizer.eos_token_id is None:
        raise SettingsError(
            f"{name}: its tokenizer has no token that ends a text, so it cannot learn to end one"
        )
    return Base(name, engine.model, engine.tokenizer, _licence(name, engine.model))


def _gguf_of(name: str) -> Path | None:
    known = {
        asset.name: asset
        for asset in assets.registered("model")
        if asset.files[0].name.endswith(".gguf")
    }
    if name in known:
        assets.fetch(name)
        return assets.file_of(name)
    if name.endswith(".gguf"):
        if not Path(name).is_file():
            raise SettingsError(
                f"--base {name} does not exist; give a GGUF file, a folder, or a model of the hub"
            )
        return Path(name)
    return None


def _licence(name: str, model: Any) -> str:
    known = {asset.name: asset.licence for asset in assets.registered("model")}
    stated = getattr(model.config, "license", None)
    return known.get(name) or (str(stated) if stated else _UNKNOWN)


def needed_bytes(name: str, path: Path | None) -> float | None:
    """Return about how much memory loading and training takes, None where the size is not known
    before loading."""
    if path:
        return path.stat().st_size * _GGUF_EXPANDS * 1.6 + _STEP_BYTES
    files = list(Path(name).glob("*.safetensors")) if Path(name).is_dir() else []
    size = sum(file.stat().st_size for file in files)
    return size * _TWICE + min(_STEP_BYTES, 40 * size) if size else None


def _check_memory(name: str, path: Path | None) -> None:
    needed, free = needed_bytes(name, path), free_memory()
    if needed and free is not None and needed > free:
        raise SettingsError(
            f"not enough memory: fine-tuning {name} takes about {needed / 1e9:.1f} GB, "
            f"{free / 1e9:.1f} GB are free; close "
            "other programs, choose a smaller --base, or use a larger machine"
        )


def free_memory() -> int | None:
    """Return the bytes of memory that programs can still have, None where the system does not
    say."""
    said = Path("/proc/meminfo")
    if not said.exists():
        return None
    line = next(
        text_line
        for text_line in said.read_text().splitlines()
        if text_line.startswith("MemAvailable")
    )
    return int(line.split()[1]) * 1024


def check_disk(folder: Path, needed: float) -> None:
    """Refuse a place with less than `needed` bytes free. Raises SettingsError."""
    existing = next(path for path in (folder, *folder.absolute().parents) if path.is_dir())
    free = shutil.disk_usage(existing).free
    if free < needed:
        raise SettingsError(
            f"{existing} has {free / 1e6:.0f} MB free, fine-tuning needs {needed / 1e6:.0f} MB "
            "there; free some space or "
            "choose another --out"
        )
