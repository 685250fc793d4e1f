"""A hash over the files of a model, by which one model is told from another. Loads none."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from recsys_rag.errors import AssetError


def hash_of(files: Iterable[Path]) -> str:
    """Return the SHA-256 over names and contents of these files, in order of their names. Raises
    AssetError.

    Names count without their folders: a model that was moved is the same model.
    """
    digest = hashlib.sha256()
    for path in sorted(files, key=lambda one: one.name):
        try:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").digest()
        except OSError as error:
            raise AssetError(
                f"{path}: cannot read the model file ({error.strerror}); bring it again"
            ) from error
        digest.update(path.name.encode() + b"\0" + content)
    return digest.hexdigest()
