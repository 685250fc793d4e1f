"""llama.cpp inside this process: loads a GGUF file, runs one request at a time, and guards against the engine's traps.

Not a `LanguageModel`: it knows requests and chunks, `llama_cpp` knows prompts and grammars.
"""

import importlib
import os
import queue
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from recsys_rag.errors import AssetError, GenerationError, MissingExtraError
from recsys_rag.generate.backends.threads import few_spins

Chunk: TypeAlias = dict[str, Any]

PROMPT_BATCH_TOKENS = 512  # between two batches of a prompt a request can be cancelled
PROMPT_CACHE_MEBIBYTES = 128  # prompts put aside when another one comes; the engine's default is 8 GiB


class LlamaEngine:
    """One GGUF file, one slot. The file is checked here and read by `load`, or by the first request.

    Raises AssetError where there is no such file, or where it is no GGUF file.
    """

    def __init__(self, path: Path, *, name: str, threads: int, context_tokens: int) -> None:
        _check(path)
        self._path = path
        self._name = name
        self._threads = threads
        self._context_tokens = context_tokens
        self._server: Any = None
        self._loaded_in = 0  # process id
        self._lock = threading.Lock()

    def load(self) -> None:
        """Read the file, once. Raises GenerationError when llama.cpp refuses it, MissingExtraError without xllamacpp."""
        with self._lock:
            if self._server is None:
                self._server = self._started(_xllamacpp())
                self._loaded_in = os.getpid()
        if self._loaded_in != os.getpid():  # native threads do not survive a fork: a request would wait for ever
            raise GenerationError(
                f"{self._name}: loaded before this process was forked; load it in process {os.getpid()}"
            )

    def close(self) -> None:
        """Free the memory; a later request loads the file again."""
        with self._lock:
            if self._loaded_in == os.getpid():
                self._server = None

    def stream(self, request: Mapping[str, Any], deadline: float) -> Iterator[Chunk]:
        """Yield the chunks of one completion. `deadline` is on the clock of `time.monotonic`.

        The engine runs in a thread of its own and is told to stop when the deadline has passed, on Ctrl-C, or when the
        iterator is closed; it obeys after the current token or batch. (Python exceptions raised inside its callback would
        be printed and ignored: hence the thread.) Raises GenerationError for the deadline and for the engine's errors.
        """
        self.load()
        server, chunks, cancelled = self._server, queue.SimpleQueue[Chunk | BaseException | None](), threading.Event()
        body = {"stream": True, "return_progress": True, "cache_prompt": True, **request}

        def on_chunk(chunk: Chunk) -> bool:
            chunks.put(chunk)
            return cancelled.is_set() or time.monotonic() > deadline

        def run() -> None:
            try:
                server.handle_completions(body, on_chunk)
                chunks.put(None)
            except BaseException as error:  # handed to the thread that waits
                chunks.put(error)

        threading.Thread(target=run, name=f"{self._name} request").start()
        try:
            yield from self._received(chunks, deadline)
        finally:
            cancelled.set()

    def _received(self, chunks: "queue.SimpleQueue[Chunk | BaseException | None]", deadline: float) -> Iterator[Chunk]:
        is_complete = False
        while True:
            try:
                chunk = chunks.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise GenerationError(
                    f"{self._name}: the text was not complete at the deadline; raise the timeout"
                ) from None
            if chunk is None:
                return
            if isinstance(chunk, BaseException):
                raise GenerationError(f"{self._name}: llama.cpp failed: {chunk}") from chunk
            if "error" in chunk:
                raise GenerationError(f"{self._name}: {_reason(chunk['error'])}")
            is_complete = is_complete or any(choice.get("finish_reason") for choice in chunk.get("choices", ()))
            yield chunk

    def _too_late(self) -> GenerationError:
        return GenerationError(f"{self._name}: the text was not complete at the deadline; raise the timeout")

    def _started(self, xllamacpp: Any) -> Any:
        params = xllamacpp.CommonParams()
        params.model.path = str(self._path)
        params.n_ctx = self._context_tokens
        params.n_batch = PROMPT_BATCH_TOKENS
        params.n_parallel = 1  # the prompt cache belongs to a slot, and one at a time is reproducible
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = self._threads
        params.flash_attn_type = 0  # off: with it, probabilities depend on what was cached, so texts would not repeat
        params.cache_ram_mib = PROMPT_CACHE_MEBIBYTES
        params.warmup = False
        params.verbosity = -1
        params.api_keys = [secrets.token_urlsafe(24)]  # it opens a port on 127.0.0.1, wanted or not
        params.n_threads_http = 1
        params.endpoint_slots = params.ui = False
        try:
            server = xllamacpp.Server(params)
            # subtle: one that is freed before its loop runs hangs for ever; an answer, here to nothing, proves that it runs
            server.handle_completions({"prompt": "", "n_predict": 1})
            return server
        except RuntimeError as error:
            problem = "is damaged, or of a kind that this llama.cpp does not know"
            raise GenerationError(f"{self._name}: {self._path} {problem} ({error})") from error


def _check(path: Path) -> None:
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise AssetError(
            f"{path}: cannot read the model file ({error.strerror}); give the path of a GGUF file"
        ) from error
    if magic != b"GGUF":
        raise AssetError(f"{path}: not a GGUF file: it begins with {magic!r}; give a model in the GGUF format")


def _reason(error: Mapping[str, Any]) -> str:
    if error.get("type") == "exceed_context_size_error":
        n_tokens, n_context = error.get("n_prompt_tokens"), error.get("n_ctx")
        return f"the prompt has {n_tokens} tokens, the context {n_context}; shorten the prompt or raise context_tokens"
    return f"llama.cpp refused the request: {error.get('message', error)}"


def _xllamacpp() -> Any:
    try:
        with few_spins():
            return importlib.import_module("xllamacpp")
    except ImportError as error:
        remedy = "pip install xllamacpp; on Linux it also needs libgomp (Debian and Ubuntu: apt install libgomp1)"
        raise MissingExtraError(f"the embedded model needs llama.cpp ({error}): {remedy}") from error
