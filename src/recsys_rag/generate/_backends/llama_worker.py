"""The program in which llama.cpp runs, started by `llama_process`: requests come in as lines of
JSON, chunks go out as such.

Imports nothing of this package, but for the one time when an adapter is taken into its base, so
that it starts at once and stays small. Ends when its standard input does, whatever it is doing: it
never outlives the process that started it, however that one ended.

In: first `{"id": 0, "path", "adapter", "threads", "context_tokens", "sys_path"}`, with "merge_to"
where base and adapter are to be made one file first; then for each request `{"id", "body"}`, or
`{"id", "cancel": true}`. Out: `{"id", "chunk"}` for each chunk, and last `{"id", "end": {}}`, which
holds a `problem` ("import", "load", "run") and a `message` where there was one. One request runs at
a time, in their order.
"""

import json
import os
import queue
import secrets
import signal
import sys
import threading
from importlib import import_module
from pathlib import Path
from typing import Any

PROMPT_BATCH_TOKENS = 512  # between two batches of a prompt a request can be cancelled
# prompts put aside when another one comes; the engine's default is 8 GiB
PROMPT_CACHE_MEBIBYTES = 128


def main() -> None:
    """Serve until standard input ends."""
    # Ctrl-C reaches every process of a terminal; the parent decides
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):  # what native code prints must not end up among the answers
        os.dup2(nowhere, descriptor)
    worker = _Worker(outgoing)
    for line in incoming:
        worker.take(json.loads(line))
    os._exit(0)  # subtle: no clean-up, which would wait for the text that is being written


class _Worker:
    def __init__(self, outgoing: Any) -> None:
        self._outgoing = outgoing
        self._waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._cancelled: set[int] = set()

    def take(self, message: dict[str, Any]) -> None:
        if message.get("cancel"):
            self._cancelled.add(message["id"])
        elif "path" in message:
            self._load(message)
        else:
            self._waiting.put(message)

    def _load(self, message: dict[str, Any]) -> None:
        sys.path[:] = message["sys_path"]
        try:
            if "merge_to" in message:
                message = _merged(message)
            import xllamacpp

            server = _started(xllamacpp, message)
        except ImportError as error:
            self._say(0, end={"problem": "import", "message": str(error)})
        except RuntimeError as error:
            self._say(0, end={"problem": "load", "message": str(error)})
        else:
            self._say(0, end={})
            threading.Thread(target=self._serve, args=(server,), daemon=True).start()

    def _serve(self, server: Any) -> None:
        while True:
            message = self._waiting.get()
            self._run(server, message["id"], message["body"])

    def _run(self, server: Any, number: int, body: dict[str, Any]) -> None:
        # True stops; an exception here would be printed and ignored
        def on_chunk(chunk: dict[str, Any]) -> bool:
            self._say(number, chunk=chunk)
            return number in self._cancelled

        end: dict[str, str] = {}
        if number not in self._cancelled:
            try:
                server.handle_completions(body, on_chunk)
            except Exception as error:  # handed to the parent, which tells the reader
                end = {"problem": "run", "message": str(error)}
        self._cancelled.discard(number)
        self._say(number, end=end)

    def _say(self, number: int, **answer: Any) -> None:
        rest = memoryview(json.dumps({"id": number, **answer}).encode() + b"\n")
        try:
            while rest:
                rest = rest[self._outgoing.write(rest) :]
        except OSError:  # nobody listens any more
            os._exit(0)


def _merged(message: dict[str, Any]) -> dict[str, Any]:
    """Return the message with the one file that base and adapter were made, or as it was where they
    cannot be made one."""
    merged = import_module("recsys_rag.lab.tuned.merged")
    path = Path(message["merge_to"])
    is_there = merged.merge(Path(message["path"]), Path(message["adapter"]), path)
    return {**message, "path": str(path), "adapter": None} if is_there else message


def _started(xllamacpp: Any, message: dict[str, Any]) -> Any:
    params = xllamacpp.CommonParams()
    params.model.path = message["path"]
    if message["adapter"]:
        params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(message["adapter"], 1.0)]
    params.n_ctx = message["context_tokens"]
    params.n_batch = PROMPT_BATCH_TOKENS
    params.n_parallel = 1  # the prompt cache belongs to a slot, and one at a time is reproducible
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = message["threads"]
    # off: with it, probabilities depend on what was cached, so texts would not repeat
    params.flash_attn_type = 0
    params.cache_ram_mib = PROMPT_CACHE_MEBIBYTES
    params.warmup = False
    params.verbosity = -1
    params.api_keys = [secrets.token_urlsafe(24)]  # it opens a port on 127.0.0.1, wanted or not
    params.n_threads_http = 1
    params.endpoint_slots = params.ui = False
    server = xllamacpp.Server(params)
    # subtle: one that is freed before its loop runs hangs for ever; an answer, here to nothing,
    # proves that it runs
    server.handle_completions({"prompt": "", "n_predict": 1})
    return server


if __name__ == "__main__":
    main()
