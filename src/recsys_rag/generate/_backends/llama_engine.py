"""llama.cpp in a worker process: starts it, starts it again after a crash, and guards against the
engine's traps.

Not a `LanguageModel`: it knows requests and chunks, `llama_cpp` knows prompts and grammars.
"""

import queue
import threading
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

from recsys_rag._turns import Cancellation, Deadline
from recsys_rag.errors import AssetError, GenerationError, MissingExtraError
from recsys_rag.generate._backends.llama_process import LlamaProcess

Chunk: TypeAlias = dict[str, Any]

LOAD_SECONDS = 300.0  # for a file of many gigabytes on a slow disk
PATIENCE_SECONDS = 10.0  # a worker that was told to stop and has not stopped by then is replaced

_ALWAYS = {"stream": True, "return_progress": True, "cache_prompt": True}


class LlamaEngine:
    """One GGUF file, one worker, one slot. Files are checked here and read by `start` or `load`, or
    by the first request.

    `adapter` is a LoRA adapter in GGUF, applied at full strength. With `merged_in`, a folder, it is
    taken into the base the first time, which takes seconds and 145 MB there for 135 million
    weights, and from then on the one file is read. Raises AssetError where there is no such file,
    or where it is no GGUF file.
    """

    def __init__(
        self,
        path: Path,
        *,
        name: str,
        threads: int,
        context_tokens: int,
        adapter: Path | None = None,
        merged_in: Path | None = None,
    ) -> None:
        for file in filter(None, (path, adapter)):
            _check(file)
        self._files = f"{path} with {adapter}" if adapter else str(path)
        self._name = name
        self._model = {
            "path": str(path),
            "adapter": str(adapter) if adapter else None,
            "threads": threads,
            "context_tokens": context_tokens,
        }
        self._merged: Path | None = None
        if adapter and merged_in:
            merged = import_module("recsys_rag.lab.tuned.merged")
            self._merged = merged.place_of(path, adapter, merged_in)
        self._worker: LlamaProcess | None = None
        self._lock = threading.Lock()

    @property
    def process_id(self) -> int | None:
        """The worker's, None where there is none."""
        return self._worker.process_id if self._worker else None

    @property
    def is_busy(self) -> bool:
        """Say whether the worker reads the file or computes a request."""
        return self._worker is not None and self._worker.is_busy

    def close(self) -> None:
        """End the worker and so free its memory; a later request starts another one."""
        with self._lock:
            if self._worker is not None:
                self._worker.kill()
            self._worker = None

    def stream(
        self, request: Mapping[str, Any], deadline: Deadline, cancellation: Cancellation
    ) -> Iterator[Chunk]:
        """Yield the chunks of one completion.

        Requests run one after the other, in the order in which they are asked. One is told to stop
        when the deadline has passed, on Ctrl-C, on cancellation, or when the iterator is closed; it
        obeys after the current token or batch. Raises Cancelled, and GenerationError for the
        deadline, for the engine's errors, and for its crash; the next request then starts another
        worker.
        """
        cancellation.check()
        worker = self.load()
        number = worker.ask({**_ALWAYS, **request})
        try:
            with cancellation.calling(lambda: worker.cancel(number)):
                yield from self._received(worker, number, deadline, cancellation)
        finally:
            worker.cancel(number)

    def begin(self, request: Mapping[str, Any]) -> None:
        """Run a request whose chunks nobody reads, before all that are asked later: it fills the
        cache. Does not wait."""
        worker = self.start()
        worker.ignore(worker.ask({**_ALWAYS, **request}))

    def _received(
        self, worker: LlamaProcess, number: int, deadline: Deadline, cancellation: Cancellation
    ) -> Iterator[Chunk]:
        while True:
            try:
                answer = worker.answer(number, deadline.seconds_left)
            except queue.Empty:
                raise GenerationError(
                    f"{self._name}: the text was not complete at the deadline; raise the timeout"
                ) from None
            cancellation.check()
            if "chunk" not in answer:
                self._raise_problem(worker, answer)
                return
            if "error" in answer["chunk"]:
                raise GenerationError(f"{self._name}: {_reason(answer['chunk']['error'])}")
            yield answer["chunk"]

    def _raise_problem(self, worker: LlamaProcess, answer: Mapping[str, Any]) -> None:
        if "died" in answer:
            raise GenerationError(
                f"{self._name}: the process of llama.cpp {worker.cause_of_death()}; "
                "the next text starts it again"
            )
        if answer["end"]:
            raise GenerationError(f"{self._name}: llama.cpp failed: {answer['end']['message']}")

    def start(self) -> LlamaProcess:
        """Return a worker that is usable here, a new one where there is none; it reads the file."""
        with self._lock:
            if self._worker is not None and self._worker.is_stuck(PATIENCE_SECONDS):
                self._worker.kill()
                self._worker = None
            if self._worker is None or not self._worker.is_usable:
                self._worker = LlamaProcess(self._read())
            return self._worker

    def _read(self) -> dict[str, Any]:
        """Return what a worker is to read: base and adapter as one file where that is there, else
        how to make it so."""
        if self._merged is None:
            return self._model
        if self._merged.is_file():
            return {**self._model, "path": str(self._merged), "adapter": None}
        return {**self._model, "merge_to": str(self._merged)}

    def load(self) -> LlamaProcess:
        """Return a worker that has read the file.

        Raises GenerationError when llama.cpp refuses it or crashes, MissingExtraError without
        xllamacpp.
        """
        worker = self.start()
        try:
            answer = worker.loaded(LOAD_SECONDS)
        except TimeoutError:
            worker.kill()
            raise GenerationError(
                f"{self._name}: {self._files} was not loaded within {LOAD_SECONDS:g} s"
            ) from None
        if answer.get("end") == {}:
            return worker
        self.close()
        if "died" in answer:
            raise GenerationError(
                f"{self._name}: the process of llama.cpp {worker.cause_of_death()} "
                f"while loading {self._files}"
            )
        problem, message = answer["end"]["problem"], answer["end"]["message"]
        if problem == "import":
            remedy = (
                "pip install xllamacpp; on Linux it also needs libgomp "
                "(Debian and Ubuntu: apt install libgomp1)"
            )
            raise MissingExtraError(f"the embedded model needs llama.cpp ({message}): {remedy}")
        unknown = "is damaged, or of a type that this version of llama.cpp does not support"
        raise GenerationError(f"{self._name}: {self._files} {unknown} ({message})")


def _check(path: Path) -> None:
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise AssetError(
            f"{path}: cannot read the model file ({error.strerror}); give the path of a GGUF file"
        ) from error
    if magic != b"GGUF":
        raise AssetError(
            f"{path}: not a GGUF file: it begins with {magic!r}; give a model in the GGUF format"
        )


def _reason(error: Mapping[str, Any]) -> str:
    if error.get("type") == "exceed_context_size_error":
        n_tokens, n_context = error.get("n_prompt_tokens"), error.get("n_ctx")
        return (
            f"the prompt has {n_tokens} tokens, the context {n_context}; "
            "shorten the prompt or raise context_tokens"
        )
    return f"llama.cpp refused the request: {error.get('message', error)}"
