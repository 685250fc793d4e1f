"""One file over HTTP, from a real server that behaves well or badly."""

import socket
from pathlib import Path
from typing import Any

import pytest

from recsys_rag._assets._download import Timeouts, download
from recsys_rag.errors import AssetError

QUICK = Timeouts(connect_seconds=0.5, read_seconds=0.3, attempts=2, pause_seconds=0.01)
CONTENT = bytes(range(256)) * 4000


def test_a_file_arrives_whole_and_progress_says_how_far(server: Any, tmp_path: Path) -> None:
    reports: list[tuple[int, int | None]] = []
    download(
        server.body("/a", CONTENT),
        tmp_path / "a",
        lambda done, total: reports.append((done, total)),
        QUICK,
    )
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert reports[-1] == (len(CONTENT), len(CONTENT))
    assert [done for done, _ in reports] == sorted({done for done, _ in reports})


def test_a_missing_file_is_final(server: Any, tmp_path: Path) -> None:
    with pytest.raises(AssetError, match=r"the server answered 404 Not Found$"):
        download(server.url + "/nothing", tmp_path / "a", timeouts=QUICK)
    assert server.asked["/nothing"] == 1


def test_a_busy_server_is_asked_again(server: Any, tmp_path: Path) -> None:
    download(server.second_time("/a", CONTENT), tmp_path / "a", timeouts=QUICK)
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert server.asked["/a"] == 2


def test_a_server_that_stays_busy_is_given_up(server: Any, tmp_path: Path) -> None:
    with pytest.raises(
        AssetError, match=r"the server answered 503 Service Unavailable \(2 attempts\)"
    ):
        download(server.status("/a", 503), tmp_path / "a", timeouts=QUICK)
    assert server.asked["/a"] == 2


@pytest.mark.parametrize(
    ("status", "asked"), [(400, 1), (403, 1), (410, 1), (429, 2), (499, 1), (500, 2), (502, 2)]
)
def test_what_may_pass_is_asked_again_and_what_is_final_is_not(
    server: Any, tmp_path: Path, status: int, asked: int
) -> None:
    with pytest.raises(AssetError, match=f"the server answered {status}"):
        download(server.status("/a", status), tmp_path / "a", timeouts=QUICK)
    assert server.asked["/a"] == asked
    assert not (tmp_path / "a").exists()


def test_a_body_cut_short_is_not_taken_for_the_file(server: Any, tmp_path: Path) -> None:
    with pytest.raises(AssetError, match=r"broke off.*\(2 attempts\)"):
        download(server.cut("/a", CONTENT), tmp_path / "a", timeouts=QUICK)


def test_a_hanging_server_is_given_up_in_time(server: Any, tmp_path: Path) -> None:
    with pytest.raises(AssetError, match=r"no answer in time \(2 attempts\)"):
        download(server.hanging("/a"), tmp_path / "a", timeouts=QUICK)


def test_a_closed_port_is_said_to_be_no_connection(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(AssetError, match="no connection"):
        download(f"http://127.0.0.1:{port}/a", tmp_path / "a", timeouts=QUICK)


def test_a_host_that_cannot_be_resolved_is_final_and_quick(tmp_path: Path) -> None:
    patient = Timeouts(attempts=5, pause_seconds=3600)
    with pytest.raises(AssetError, match="no network, or its name cannot be resolved"):
        download("http://no-such-host.invalid/a", tmp_path / "a", timeouts=patient)


def test_an_address_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        AssetError, match="cannot be downloaded: Request URL has an unsupported protocol"
    ):
        download("gopher://somewhere/a", tmp_path / "a", timeouts=QUICK)
