"""Named files out of an archive, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from recsys_rag._assets._unpack import unpack
from recsys_rag.errors import AssetError

MakeZip = Callable[[dict[str, bytes]], bytes]


def archive(place: Path, content: bytes) -> Path:
    (place / "a.zip").write_bytes(content)
    (place / "out").mkdir()
    return place / "a.zip"


def test_only_the_named_files_of_the_folder_are_written(tmp_path: Path, make_zip: MakeZip) -> None:
    made = archive(
        tmp_path,
        make_zip({"ml/u.data": b"1", "ml/u.item": b"2", "u.data": b"other", "../evil": b"x"}),
    )
    unpack(made, "ml", ["u.data"], tmp_path / "out")
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["u.data"]
    assert (tmp_path / "out" / "u.data").read_bytes() == b"1"
    assert not (tmp_path / "evil").exists()


def test_without_a_folder_files_lie_at_the_top(tmp_path: Path, make_zip: MakeZip) -> None:
    unpack(archive(tmp_path, make_zip({"a": b"1"})), "", ["a"], tmp_path / "out")
    assert (tmp_path / "out" / "a").read_bytes() == b"1"


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/b", ".."])
def test_a_name_that_leads_out_is_refused(name: str, tmp_path: Path, make_zip: MakeZip) -> None:
    made = archive(tmp_path, make_zip({"ml/../evil": b"x", "evil": b"x"}))
    with pytest.raises(AssetError, match="points outside the asset's folder"):
        unpack(made, "ml", [name], tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_missing_file_is_named(tmp_path: Path, make_zip: MakeZip) -> None:
    with pytest.raises(AssetError, match=r"the archive does not contain 'ml/u\.item'"):
        unpack(archive(tmp_path, make_zip({"ml/u.data": b"1"})), "ml", ["u.item"], tmp_path / "out")


@pytest.mark.parametrize(
    "damage",
    [lambda whole: whole[: len(whole) // 2], lambda whole: b"<html>no</html>", lambda whole: b""],
)
def test_a_damaged_archive_is_refused(
    damage: Callable[[bytes], bytes], tmp_path: Path, make_zip: MakeZip
) -> None:
    with pytest.raises(AssetError, match="the archive is damaged"):
        unpack(archive(tmp_path, damage(make_zip({"a": b"1" * 1000}))), "", ["a"], tmp_path / "out")


def test_damage_inside_a_file_is_found(tmp_path: Path, make_zip: MakeZip) -> None:
    whole = bytearray(make_zip({"a": bytes(range(256)) * 40}))
    whole[60] ^= 0xFF
    with pytest.raises(AssetError, match="the archive is damaged"):
        unpack(archive(tmp_path, bytes(whole)), "", ["a"], tmp_path / "out")
