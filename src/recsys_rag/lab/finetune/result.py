"""The folder that a training leaves: adapter, its form for llama.cpp, card and manifest; whole, or
not there."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from recsys_rag.errors import ArtifactError
from recsys_rag.lab.finetune import gguf
from recsys_rag.lab.finetune.base import Base
from recsys_rag.lab.finetune.lora import library, trained

MANIFEST = "manifest.json"
GGUF_FILE = "adapter.gguf"
WEIGHTS = "adapter_model.safetensors"
FORMAT = 1


def save(
    out: Path, base: Base, model: Any, *, about: Mapping[str, Any], card: str, package_version: str
) -> None:
    """Write the adapter of `model` to the folder `out`, which must not exist or be empty.

    Files: adapter_model.safetensors and adapter_config.json (PEFT), adapter.gguf where llama.cpp
    knows the architecture, README.md (the card), and last manifest.json, with the hash of each.
    Written beside `out` and renamed. Raises OSError.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        _write_adapter(beside, base, model)
        (beside / "README.md").write_text(card, encoding="utf-8")
        files = {path.name: _hash(path) for path in sorted(beside.iterdir())}
        manifest = {
            "format": FORMAT,
            "package_version": package_version,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "about": dict(about),
            "files": files,
        }
        (beside / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
        beside.chmod(0o755)
        beside.replace(out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def check_out(out: Path) -> None:
    """Refuse a place that holds something already. Raises ArtifactError."""
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise ArtifactError(f"{out} already exists; choose another --out or remove it")


def _write_adapter(folder: Path, base: Base, model: Any) -> None:
    safetensors = library("safetensors.torch")
    config = dict(model.peft_config["default"].to_dict())
    config = {
        key: sorted(value) if isinstance(value, set) else value for key, value in config.items()
    }
    config["base_model_name_or_path"] = base.name
    config["inference_mode"] = True
    text = json.dumps(config, indent=2, sort_keys=True, default=str) + "\n"
    (folder / "adapter_config.json").write_text(text, encoding="utf-8")
    weights = {
        name.replace(".default", ""): weight.detach().cpu().contiguous()
        for name, weight in trained(model).items()
    }
    (folder / WEIGHTS).write_bytes(
        safetensors.save(weights, {"format": "pt"})
    )  # `save_file` lets the owner alone read it
    if gguf.can_export(base.model_type):
        (folder / GGUF_FILE).write_bytes(exported(base, weights, alpha=config["lora_alpha"]))


def exported(base: Base, weights: Mapping[str, Any], *, alpha: float) -> bytes:
    """Return the adapter as a file for llama.cpp."""
    config = base.model.config
    heads = int(config.num_attention_heads)
    return gguf.adapter_bytes(
        {name: weight.float().numpy() for name, weight in weights.items()},
        model_type=base.model_type,
        alpha=alpha,
        heads=heads,
        key_heads=int(getattr(config, "num_key_value_heads", None) or heads),
        name=f"recsys-rag adapter for {base.name}",
    )


def _hash(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {
            "size_bytes": path.stat().st_size,
            "sha256": hashlib.file_digest(file, "sha256").hexdigest(),
        }
