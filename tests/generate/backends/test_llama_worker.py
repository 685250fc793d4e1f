"""The process in which llama.cpp runs: that it crashes alone, never outlives its parent, obeys, and
keeps nothing."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from recsys_rag._turns import Cancellation
from recsys_rag.errors import Cancelled, GenerationError, MissingExtraError
from recsys_rag.generate._backends import llama_engine
from recsys_rag.generate._backends.llama_cpp import LlamaCpp
from recsys_rag.testing.language_model_conformance import CLAUSES, PROMPT
from recsys_rag.types import Prompt
from waiting import PATIENCE, join, wait_until

ENDLESS = Prompt("", "", raw="1 2 3 4 5 6")
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals are sent as POSIX has them")


@pytest.fixture
def model(smollm2_path: Path) -> Iterator[LlamaCpp]:
    made = LlamaCpp(smollm2_path, model_id="smollm2", context_tokens=1024)
    yield made
    made.close()


def worker_of(model: LlamaCpp) -> int:
    process_id = model._engine.process_id
    assert process_id is not None
    return process_id


def processor_seconds_of(process_id: int) -> float:
    """Return how long a process has computed."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def runs(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process_id}/stat")
    # Z: ended, not yet waited for
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


@POSIX
@pytest.mark.model
@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGSEGV])
def test_a_crash_in_the_middle_of_a_text_fails_that_text_and_the_next_one_is_written(
    model: LlamaCpp, kind: signal.Signals
) -> None:
    text = model.generate(ENDLESS, max_tokens=900)
    next(text)
    first = worker_of(model)
    os.kill(first, kind)
    with pytest.raises(
        GenerationError,
        match=rf"smollm2: the process of llama.cpp was killed by {kind.name}; the next",
    ):
        list(text)
    assert CLAUSES.parse("".join(model.generate(PROMPT, grammar=CLAUSES))) is not None
    assert worker_of(model) != first


@POSIX
@pytest.mark.model
def test_a_worker_that_died_between_two_texts_is_not_noticed(model: LlamaCpp) -> None:
    list(model.generate(PROMPT, max_tokens=2))
    os.kill(worker_of(model), signal.SIGKILL)
    wait_until(lambda: not model._engine._worker.is_usable)  # type: ignore[union-attr]
    assert list(model.generate(PROMPT, max_tokens=2))


PARENT = """
import sys
from recsys_rag.generate._backends.llama_cpp import LlamaCpp
from recsys_rag.types import Prompt
model = LlamaCpp(sys.argv[1], model_id="smollm2")
model.load()
text = model.generate(Prompt("", "", raw="1 2 3"), max_tokens=4000)
next(text)
print(model._engine.process_id, flush=True)
for piece in text:
    pass
"""


@POSIX
@pytest.mark.model
@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGTERM])
def test_a_parent_that_is_killed_leaves_no_worker_behind(
    smollm2_path: Path, kind: signal.Signals
) -> None:
    command = [sys.executable, "-c", PARENT, str(smollm2_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert runs(worker)
        parent.send_signal(kind)
        parent.wait()
    wait_until(lambda: not runs(worker))


@pytest.mark.model
def test_closing_ends_the_worker_and_so_does_forgetting_the_model(smollm2_path: Path) -> None:
    for ended_by in ("close", "garbage collection"):
        model = LlamaCpp(smollm2_path, model_id="smollm2", context_tokens=64)
        model.load()
        worker = worker_of(model)
        if ended_by == "close":
            model.close()
        del model
        wait_until(lambda: not runs(worker))  # noqa: B023


@pytest.mark.model
def test_fifty_texts_after_one_another_leave_nothing_behind(model: LlamaCpp) -> None:
    def held() -> tuple[int, int, int, int]:
        worker, inbox = worker_of(model), model._engine._worker._inbox  # type: ignore[union-attr]
        descriptors = [len(list(Path(f"/proc/{one}/fd").glob("*"))) for one in ("self", worker)]
        return len(inbox._answers), threading.active_count(), *descriptors

    def write(seed: int) -> None:
        text = model.generate(PROMPT, max_tokens=2, seed=seed)
        if seed % 5:
            list(text)
        else:
            next(text)
            text.close()  # type: ignore[attr-defined]

    def worker_kilobytes() -> int:
        return int(Path(f"/proc/{worker_of(model)}/statm").read_text().split()[1]) * 4

    for seed in range(10):
        write(seed)
    gc.collect()
    before, kilobytes = held(), worker_kilobytes()
    for seed in range(50):
        write(seed)
    # what tests before this one held may be given back meanwhile
    assert all(now <= then for now, then in zip(held(), before, strict=True))
    assert worker_kilobytes() - kilobytes < 4_000


@pytest.mark.model
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system has no /proc")
def test_an_abandoned_text_stops_the_engine_at_once(model: LlamaCpp) -> None:
    text = model.generate(ENDLESS, max_tokens=900, temperature=0.0)
    next(text)
    before = processor_seconds_of(worker_of(model))
    text.close()  # type: ignore[attr-defined]
    list(model.generate(PROMPT, max_tokens=1))
    assert processor_seconds_of(worker_of(model)) - before < 3  # all 900 tokens take 16


@pytest.mark.model
def test_a_text_that_is_cancelled_from_another_thread_stops_and_the_next_one_is_served(
    model: LlamaCpp,
) -> None:
    cancellation, raised, has_begun = Cancellation(), list[str](), threading.Event()

    def write() -> None:
        try:
            for _ in model.until(cancellation).generate(ENDLESS, max_tokens=900):
                has_begun.set()
        except Cancelled as error:
            raised.append(str(error))

    thread = threading.Thread(target=write)
    thread.start()
    assert has_begun.wait(PATIENCE)
    cancellation.cancel()
    join([thread])
    assert raised == ["nobody waits for this answer any more"]
    wait_until(lambda: not model._engine.is_busy)  # long before 900 tokens: they take 20 s
    assert list(model.generate(PROMPT, max_tokens=1))  # the model is whole for everybody else
    with pytest.raises(Cancelled):
        list(model.until(cancellation).generate(PROMPT, max_tokens=1))


@pytest.mark.model
def test_choices_under_a_grammar_are_cancelled_too(model: LlamaCpp) -> None:
    cancellation = Cancellation()
    text = model.until(cancellation).generate(PROMPT, grammar=CLAUSES)
    next(text)
    cancellation.cancel()
    with pytest.raises(Cancelled):
        list(text)


@POSIX
@pytest.mark.model
def test_a_worker_that_does_not_stop_when_told_to_is_replaced(
    model: LlamaCpp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(llama_engine, "PATIENCE_SECONDS", 0.2)
    model.load()
    stuck = worker_of(model)
    os.kill(stuck, signal.SIGSTOP)  # as a deadlock in native code would
    with pytest.raises(GenerationError, match="not complete at the deadline"):
        list(model.generate(PROMPT, timeout_seconds=0.1))
    time.sleep(0.3)
    assert list(model.generate(PROMPT, max_tokens=2))
    assert not runs(stuck)


@POSIX
@pytest.mark.model
def test_ctrl_c_in_a_terminal_does_not_reach_the_worker(model: LlamaCpp) -> None:
    text = model.generate(ENDLESS, max_tokens=12)
    first = next(text)
    os.kill(worker_of(model), signal.SIGINT)
    assert len(first + "".join(text)) > len(first)


@pytest.mark.model
def test_a_file_that_is_no_adapter_is_refused_and_named(smollm2_path: Path, tmp_path: Path) -> None:
    adapter = tmp_path / "adapter.gguf"
    adapter.write_bytes(b"GGUF" + b"\0" * 64)
    with pytest.raises(
        GenerationError, match=r"tuned: .* with .*adapter\.gguf is damaged, or of a type"
    ):
        LlamaCpp(smollm2_path, model_id="tuned", adapter=adapter).load()


@pytest.mark.model
def test_without_the_library_the_error_says_what_to_install(
    model: LlamaCpp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    standard_library = [one for one in sys.path if "site-packages" not in one]
    monkeypatch.setattr(sys, "path", standard_library)
    with pytest.raises(
        MissingExtraError, match=r"the embedded model needs llama\.cpp .*: pip install xllamacpp"
    ):
        model.load()


def test_the_worker_imports_only_the_standard_library_and_llama_cpp_unless_it_merges() -> None:
    from recsys_rag.generate._backends.llama_process import PROGRAM

    before, _, merging = PROGRAM.read_text().partition("def _merged(")
    merging, _, after = merging.partition("\n\n\n")
    assert 'import_module("recsys_rag.lab.tuned.merged")\n' in merging
    lines = (before + after).splitlines()
    imported = [line.split()[1] for line in lines if line.strip().startswith(("import ", "from "))]
    assert {one for one in imported if one.split(".")[0] not in sys.stdlib_module_names} == {
        "xllamacpp"
    }
