"""A folder, a zip and a tar are read alike."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from recsys_rag.data._readers.container import Container
from recsys_rag.errors import DataError

FILES = {"u.data": b"one\n", "u.item": b"two\n"}


def folder(place: Path) -> Path:
    inner = place / "ml"
    inner.mkdir()
    for name, content in FILES.items():
        (inner / name).write_bytes(content)
    return inner


def nested(place: Path) -> Path:
    folder(place)
    return place


def zipped(place: Path) -> Path:
    with zipfile.ZipFile(place / "ml.zip", "w") as archive:
        for name, content in FILES.items():
            archive.writestr(f"ml/{name}", content)
            archive.writestr(f"__MACOSX/ml/{name}", b"not this")
    return place / "ml.zip"


def tarred(place: Path) -> Path:
    with tarfile.open(place / "ml.tar.xz", "w:xz") as archive:
        for name, content in FILES.items():
            member = tarfile.TarInfo(f"ml/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return place / "ml.tar.xz"


def compressed(place: Path) -> Path:
    for name, content in FILES.items():
        (place / f"{name}.gz").write_bytes(gzip.compress(content))
    return place


@pytest.mark.parametrize("made", [folder, nested, zipped, tarred, compressed])
def test_every_form_gives_the_same_files(made: object, tmp_path: Path) -> None:
    assert callable(made)
    with Container(made(tmp_path)) as container:
        for name, content in FILES.items():
            with container.open(name) as stream:
                assert stream.read() == content
        assert container.find("u.user") is None


def test_a_missing_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nowhere: there is no such file or folder"):
        Container(tmp_path / "nowhere")


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("no archive")
    with pytest.raises(DataError, match=r"a.zip: cannot be read as a folder, zip or tar archive"):
        Container(tmp_path / "a.zip")


def test_a_file_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with (
        Container(folder(tmp_path)) as container,
        pytest.raises(DataError, match=r"there is no file u\.user; it holds u\.data, u\.item"),
        container.open("u.user"),
    ):
        pass


def test_a_file_cut_short_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "u.data.gz").write_bytes(gzip.compress(b"x" * 10_000)[:-12])
    with (
        Container(tmp_path) as container,
        pytest.raises(DataError, match=r"u\.data\.gz: cannot be read"),
        container.open("u.data") as stream,
    ):
        stream.read()
