"""The store keeps what it was given, whole or not at all, and refuses by name what does not fit."""

import errno
import json
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from recsys_rag import _store as store
from recsys_rag.errors import ArtifactError


def _save(path: Path, **arrays: np.ndarray) -> None:
    store.save(
        path,
        about={"settings": {"a": 1}},
        arrays=arrays or {"w": np.arange(6.0)},
        documents={"d": {"x": ["é"]}},
        package_version="1",
    )


def test_what_was_saved_comes_back(tmp_path: Path) -> None:
    _save(tmp_path / "m", w=np.arange(6.0).reshape(2, 3), ids=np.array(["a", "é"]))
    loaded = store.load(tmp_path / "m")
    np.testing.assert_array_equal(loaded.arrays["w"], [[0, 1, 2], [3, 4, 5]])
    assert loaded.arrays["ids"].tolist() == ["a", "é"]
    assert loaded.documents["d"] == {"x": ["é"]}
    assert loaded.manifest.about == {"settings": {"a": 1}}
    assert not loaded.arrays["w"].flags.writeable


@given(
    hnp.arrays(
        st.sampled_from(["f4", "f8", "i4", "i8", "?"]),
        hnp.array_shapes(min_dims=0, max_dims=3, min_side=0),
    )
)
def test_any_plain_array_survives_the_round_trip(
    tmp_path_factory: pytest.TempPathFactory, array: np.ndarray
) -> None:
    path = tmp_path_factory.mktemp("round") / "m"
    _save(path, x=array)
    back = store.load(path).arrays["x"]
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, np.ascontiguousarray(array))


def test_saving_again_replaces_the_artifact_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    _save(tmp_path / "m")
    _save(tmp_path / "m", other=np.ones(1))
    assert list(store.load(tmp_path / "m").arrays) == ["other"]
    assert [one.name for one in tmp_path.iterdir()] == ["m"]


def test_a_folder_that_is_no_artifact_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ArtifactError, match="exists and is not an artifact"):
        _save(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_objects_are_refused_and_nothing_is_half_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        _save(tmp_path / "m", bad=np.array([object()]))
    assert list(tmp_path.iterdir()) == []


def test_a_changed_byte_is_refused_by_the_name_of_its_file(tmp_path: Path) -> None:
    _save(tmp_path / "m")
    file = tmp_path / "m" / "arrays" / "w.npy"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(
        ArtifactError, match=r"arrays/w\.npy is not the file that the manifest lists"
    ):
        store.load(tmp_path / "m")


def test_a_file_found_right_is_read_again_only_when_it_changed(tmp_path: Path) -> None:
    model, checked = tmp_path / "m", tmp_path / "checked"
    _save(model)
    store.load(model, checked)
    (record,) = checked.iterdir()
    file = model / "arrays" / "w.npy"
    stat, content = file.stat(), bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # its other time cannot be set back
    with pytest.raises(ArtifactError, match=r"arrays/w\.npy is not the file"):
        store.load(model, checked)
    # who says that it was found right is believed: the file is not read for it
    said, now = json.loads(record.read_text()), file.stat()
    said["arrays/w.npy"][2:4] = [now.st_mtime_ns, now.st_ctime_ns]
    record.write_text(json.dumps(said))
    store.load(model, checked)
    for damaged in ("no JSON", json.dumps(["a list"])):
        record.write_text(damaged)
        with pytest.raises(ArtifactError, match=r"arrays/w\.npy is not the file"):
            store.load(model, checked)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    _save(tmp_path / "m")
    (tmp_path / "m" / "documents" / "d.json").unlink()
    with pytest.raises(ArtifactError, match=r"documents/d\.json is missing"):
        store.load(tmp_path / "m")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 99}, "has format 99, but this version reads format 1"),
        (
            {"files": {"../../etc/passwd": {"size_bytes": 1, "sha256": ""}}},
            "names the file '../../etc/passwd'",
        ),
        ({"files": 3}, "is damaged"),
        ({"surprise": 1}, "is damaged"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    _save(tmp_path / "m")
    file = tmp_path / "m" / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(ArtifactError, match=message):
        store.load(tmp_path / "m")


def test_no_artifact_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(
        ArtifactError, match="does not exist; make it again with `recsys-rag fit` --out"
    ):
        store.load(tmp_path / "nothing")


def test_a_pickle_in_an_array_file_is_never_executed(tmp_path: Path) -> None:
    import hashlib
    import pickle

    _save(tmp_path / "m")
    payload = pickle.dumps(np.array([1]))
    (tmp_path / "m" / "arrays" / "w.npy").write_bytes(payload)
    file = tmp_path / "m" / "manifest.json"
    manifest = json.loads(file.read_text())
    manifest["files"]["arrays/w.npy"] = {
        "size_bytes": len(payload),
        "sha256": hashlib.sha256(payload).hexdigest(),
    }
    file.write_text(json.dumps(manifest))
    with pytest.raises(ArtifactError, match=r"arrays/w\.npy cannot be read"):
        store.load(tmp_path / "m")


def test_a_target_is_tried_before_anything_is_computed_for_it(tmp_path: Path) -> None:
    for target in (tmp_path / "new", tmp_path / "deep" / "er" / "new"):
        store.check_target(target)
        assert list(tmp_path.iterdir()) == []
    _save(tmp_path / "old")
    store.check_target(tmp_path / "old")
    (tmp_path / "empty").mkdir()
    store.check_target(tmp_path / "empty")
    (tmp_path / "thesis").write_text("years of work")
    with pytest.raises(ArtifactError, match="thesis exists and is not an artifact of recsys-rag"):
        store.check_target(tmp_path / "thesis")
    with pytest.raises(NotADirectoryError) as refused:
        store.check_target(tmp_path / "thesis" / "m")
    assert refused.value.filename == str(tmp_path / "thesis" / "m")


def test_a_target_that_cannot_be_written_is_refused_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**place: object) -> str:  # the disk: root may write anywhere, so it must be played
        raise OSError(errno.ENOSPC, "No space left on device", str(place["dir"]))

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with pytest.raises(OSError, match="No space left") as refused:
        store.check_target(tmp_path / "m")
    assert refused.value.filename == str(tmp_path / "m")
