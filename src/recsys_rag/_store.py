"""Save and load fitted state: a manifest, arrays and JSON documents in one folder. Knows nothing of
what they mean.

Layout: `manifest.json`, `arrays/<name>.npy`, `documents/<name>.json`. Written beside the target and
renamed, so that a folder either is the whole artifact or is not there. Every file's size and
SHA-256 stand in the manifest and are checked on load. Nothing is ever executed: arrays are read
without pickle.
"""

import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from recsys_rag.errors import ArtifactError

FORMAT = 1
_REMEDY = "make it again with `recsys-rag fit`"


class FileEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the manifest says of one file."""

    size_bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The description of an artifact. `about` is whatever the caller wants to say (settings, data
    hash)."""

    format: int
    package_version: str
    created: str  # ISO 8601, UTC
    about: dict[str, Any]
    files: dict[str, FileEntry]


@dataclass(frozen=True, slots=True)
class Artifact:
    """A loaded artifact. Arrays are memory-mapped and read-only."""

    manifest: Manifest
    arrays: Mapping[str, NDArray[Any]]
    documents: Mapping[str, Any]


def check_target(path: Path) -> None:
    """Refuse a folder that could not be written, before anything is computed for it.

    Raises ArtifactError when `path` exists and is no artifact, OSError when nothing can be written
    there. Leaves nothing behind.
    """
    if path.exists():
        is_artifact = (path / "manifest.json").is_file()
        if not is_artifact and (not path.is_dir() or any(path.iterdir())):
            raise ArtifactError(
                f"{path} exists and is not an artifact of recsys-rag; remove it or choose another"
            )
    existing = next(folder for folder in path.absolute().parents if folder.exists())
    try:
        Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=existing)).rmdir()
    except OSError as error:  # about the folder that was asked for, not the one that was tried
        raise type(error)(error.errno, error.strerror, str(path)) from None


def save(
    path: Path,
    *,
    about: dict[str, Any],
    arrays: Mapping[str, NDArray[Any]],
    documents: Mapping[str, Any],
    package_version: str,
) -> None:
    """Write an artifact to the folder `path`, replacing an artifact that is there.

    Raises ArtifactError when `path` exists and is no artifact; OSError (disk full, no permission)
    leaves what was there.
    """
    check_target(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        (beside / "arrays").mkdir()
        (beside / "documents").mkdir()
        for name, array in arrays.items():
            np.save(
                beside / "arrays" / f"{name}.npy", np.ascontiguousarray(array), allow_pickle=False
            )
        for name, document in documents.items():
            (beside / "documents" / f"{name}.json").write_bytes(msgspec.json.encode(document))
        files = {
            file.relative_to(beside).as_posix(): _entry(file) for file in sorted(beside.glob("*/*"))
        }
        manifest = Manifest(
            FORMAT, package_version, datetime.now(UTC).isoformat(timespec="seconds"), about, files
        )
        (beside / "manifest.json").write_bytes(_encoded(manifest))
        beside.chmod(0o755)
        _swap(beside, path)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _swap(beside: Path, path: Path) -> None:
    """Replace the old folder by the new one; the old one is kept until the new one stands."""
    if not path.exists():
        beside.replace(path)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{path.name}.old.", dir=path.parent))
    path.replace(aside / "old")
    try:
        beside.replace(path)
    except OSError:
        (aside / "old").replace(path)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _entry(path: Path) -> FileEntry:
    with path.open("rb") as file:
        return FileEntry(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _document_name(file_name: str) -> str:
    """Return the name under which a file of the manifest is a document, "" for an array.

    >>> _document_name("documents/catalog.json"), _document_name("arrays/dataset.rows.npy")
    ('catalog', '')
    """
    folder, _, name = file_name.partition("/")
    return name.split(".")[0] if folder == "documents" else ""


def _encoded(manifest: Manifest) -> bytes:
    return msgspec.json.format(msgspec.json.encode(manifest))


def read_manifest(path: Path) -> Manifest:
    """Return the manifest of the artifact at `path`. Raises ArtifactError when there is none or it
    cannot be used."""
    file = path / "manifest.json"
    if not file.is_file():
        where = (
            "does not exist"
            if not path.exists()
            else "has no manifest.json, so it is not an artifact"
        )
        raise ArtifactError(f"model {path} {where}; {_REMEDY} --out {path}")
    try:
        head = msgspec.json.decode(file.read_bytes())
        if isinstance(head, dict) and head.get("format", FORMAT) != FORMAT:
            raise ArtifactError(
                f"{file} has format {head['format']}, but this version reads format {FORMAT}; "
                + _REMEDY
            )
        return msgspec.convert(head, Manifest)
    except msgspec.MsgspecError as error:
        raise ArtifactError(f"{file} is damaged ({error}); {_REMEDY}") from None


def load(path: Path, checked: Path | None = None) -> Artifact:
    """Read and check the artifact at `path`.

    A file whose SHA-256 was right once is not read for it again, as long as its size and times stay
    the same: that is kept in the folder `checked`, where one is given. Raises ArtifactError naming
    the file when one is missing, is not what the manifest says, or is not listed there.
    """
    manifest = read_manifest(path)
    known = _Checked(checked, path)
    arrays: dict[str, NDArray[Any]] = {}
    documents: dict[str, Any] = {}
    for name, entry in manifest.files.items():
        file = _checked(path, name, entry, known)
        if document := _document_name(name):
            documents[document] = _read_document(file)
        else:
            try:
                arrays[file.stem] = np.load(file, mmap_mode="r", allow_pickle=False)
            except ValueError as error:
                raise ArtifactError(f"{file} cannot be read ({error}); {_REMEDY}") from None
    known.keep()
    return Artifact(manifest, arrays, documents)


class _Checked:
    """The files of an artifact that were found right before, in a file named by its place."""

    def __init__(self, folder: Path | None, path: Path) -> None:
        where = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]
        self._file = folder and folder / f"{where}.json"
        self._known: dict[str, Any] = {}
        self._found: dict[str, Any] = {}
        if self._file and self._file.is_file():
            # damaged, it is as if there were none: all is checked
            with contextlib.suppress(msgspec.MsgspecError, OSError):
                self._known = msgspec.json.decode(self._file.read_bytes(), type=dict[str, Any])

    def holds(self, name: str, file: Path, entry: FileEntry) -> bool:
        """Whether this file was found to be this entry; notes that it is."""
        stat = file.stat()
        self._found[name] = [
            entry.sha256,
            stat.st_size,
            stat.st_mtime_ns,
            stat.st_ctime_ns,
            stat.st_ino,
        ]
        return bool(self._known.get(name) == self._found[name])

    def keep(self) -> None:
        """Write down what was found right, where that can be written."""
        if self._file and self._found != self._known:
            with contextlib.suppress(OSError):
                self._file.parent.mkdir(parents=True, exist_ok=True)
                self._file.write_bytes(msgspec.json.encode(self._found))


def _checked(path: Path, name: str, entry: FileEntry, known: _Checked) -> Path:
    """Return the file of this name in the manifest, which is what the manifest says. Raises
    ArtifactError."""
    folder, _, file_name = name.partition("/")
    file = path / folder / file_name
    if folder not in ("arrays", "documents") or "/" in file_name or file_name.startswith("."):
        raise ArtifactError(
            f"{path}/manifest.json names the file {name!r}, which no artifact has; {_REMEDY}"
        )
    if not file.is_file():
        raise ArtifactError(f"{file} is missing from the artifact; {_REMEDY}")
    if not known.holds(name, file, entry) and _entry(file) != entry:
        raise ArtifactError(
            f"{file} is not the file that the manifest lists (its SHA-256 differs); {_REMEDY}"
        )
    return file


def _read_document(file: Path) -> Any:
    try:
        return msgspec.json.decode(file.read_bytes())
    except msgspec.MsgspecError as error:
        raise ArtifactError(f"{file} cannot be read ({error}); {_REMEDY}") from None
