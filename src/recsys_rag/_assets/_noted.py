"""What was noted of an asset when it was downloaded, and whether its files are still here."""

import json
from pathlib import Path

NOTE = "asset.json"  # what was downloaded, from where: names, sizes and SHA-256 of the files


def complete(folder: Path) -> bool:
    """Say whether the folder holds all the files that were noted when it was downloaded, at their
    sizes."""
    try:
        files = json.loads((folder / NOTE).read_text(encoding="utf-8"))["files"]
        return all((folder / file["name"]).stat().st_size == file["size"] for file in files)
    except (OSError, ValueError, KeyError, TypeError):
        return False
