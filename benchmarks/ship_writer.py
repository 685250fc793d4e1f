"""Put a trained adapter into the package: what the embedded engine reads, its card, and a manifest
of both."""

import argparse
import json
import shutil
from pathlib import Path

from recsys_rag._build import SHIPPED
from recsys_rag.lab.tuned import adapter

MOST_BYTES = 10_000_000

if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path, help="what `recsys-rag finetune writer` left")
    asked = options.parse_args()
    found = adapter.read(asked.folder)
    assert found.gguf.stat().st_size < MOST_BYTES, f"{found.gguf} is too large to ship"
    target = SHIPPED / f"{found.base}-writer"
    target.mkdir(parents=True, exist_ok=True)
    manifest = json.loads((asked.folder / "manifest.json").read_text())
    manifest["files"] = {
        name: entry
        for name, entry in manifest["files"].items()
        if name in ("adapter.gguf", "README.md")
    }
    for name in manifest["files"]:
        shutil.copyfile(asked.folder / name, target / name)
    (target / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    print(f"shipped in {adapter.read(target).folder}")
