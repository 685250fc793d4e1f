"""Several texts in one batch of llama.cpp: tokens a second with 1, 2 and 4 slots, and whether a
text is the same whatever is decoded beside it. Runs the engine without this package's worker."""

import argparse
import json
import queue
import secrets
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from record import record

from recsys_rag import Dataset, Recommender
from recsys_rag import _assets as assets
from recsys_rag.generate._backends.rendering import as_completion
from recsys_rag.lab.tuned.tuned_prompt import tuned_prompt
from recsys_rag.types import Context, Query

CONTEXT_TOKENS = 4096  # for each slot
PROTOCOL = (
    "SmolLM2-135M with the shipped adapter taken in (Q8_0), tuned prompts of MovieLens 100K, "
    "temperature 0.3, a seed a text; a fresh process for each number of slots and threads, as "
    "many texts at once as there are slots, each prompt read anew (no cache). Rounds take turns, "
    "so that what else the machine does meets all alike; seconds of CPU do not count what others "
    "use."
)


def server_with(path: str, slots: int, threads: int) -> Any:
    """Return the engine as the worker starts it, but for the number of slots."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = path
    params.n_ctx, params.n_batch, params.n_parallel = CONTEXT_TOKENS * slots, 512, slots
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.flash_attn_type = 0
    params.warmup, params.verbosity = False, -1
    params.api_keys = [secrets.token_urlsafe(24)]
    params.n_threads_http = slots
    params.endpoint_slots = params.ui = False
    server = xllamacpp.Server(params)
    server.handle_completions({"prompt": "", "n_predict": 1})
    return server


def text_of(server: Any, prompt: str, seed: int) -> tuple[str, int]:
    """Return a whole text and how many tokens it has."""
    pieces, n_tokens = list[str](), 0

    def on_chunk(chunk: dict[str, Any]) -> bool:
        nonlocal n_tokens
        pieces.append((chunk.get("choices") or [{}])[0].get("text") or "")
        n_tokens = (chunk.get("usage") or {}).get("completion_tokens", n_tokens)
        return False

    sampling = {"temperature": 0.3, "seed": seed, "n_predict": 200, "stop": ["\n\n"]}
    server.handle_completions(
        {"prompt": prompt, "stream": True, "cache_prompt": False, **sampling}, on_chunk
    )
    return "".join(pieces), n_tokens


def in_this_process(path: str, slots: int, threads: int, prompts: list[str]) -> dict[str, Any]:
    """Write a text for each prompt, as many at once as there are slots."""
    server, waiting = server_with(path, slots, threads), queue.SimpleQueue[int]()
    texts, seconds, n_tokens = dict[int, str](), list[float](), list[int]()
    for number in range(len(prompts)):
        waiting.put(number)

    def write() -> None:
        while True:
            try:
                number = waiting.get_nowait()
            except queue.Empty:
                return
            begun = time.perf_counter()
            texts[number], n = text_of(server, prompts[number], seed=number)
            seconds.append(time.perf_counter() - begun)
            n_tokens.append(n)

    threads_of_askers = [threading.Thread(target=write) for _ in range(slots)]
    begun, cpu_begun = time.perf_counter(), time.process_time()
    for thread in threads_of_askers:
        thread.start()
    for thread in threads_of_askers:
        thread.join()
    status = Path("/proc/self/status").read_text().splitlines()
    return {
        "seconds": time.perf_counter() - begun,
        "cpu_seconds": time.process_time() - cpu_begun,
        "tokens": sum(n_tokens),
        "seconds_a_text": sum(seconds) / len(seconds),
        "peak_megabytes": next(int(x.split()[1]) for x in status if "VmHWM" in x) / 1024,
        "texts": [texts[number] for number in range(len(prompts))],
    }


def prompts_of(recommender: Recommender, n: int) -> list[str]:
    """Return the prompts of the first users' lists of five."""
    prompts: list[str] = []
    for user in recommender.dataset.users.ids:
        resolved = recommender.flow.ranker.resolve(Query(user, k=5))
        candidates = recommender.flow.ranker.candidates(resolved, 5)
        facts = recommender.flow.evidence(resolved, candidates)
        for candidate, its_facts in zip(candidates, facts, strict=True):
            prompts.append(as_completion(tuned_prompt(Context(candidate, its_facts))))
        if len(prompts) >= n:
            return prompts[:n]
    raise AssertionError("more texts than the data has lists for")


def main() -> None:
    """Measure in fresh processes and record."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--texts", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=2)
    asked = parser.parse_args()
    recommender = Recommender.default(lm="smollm2").fit(Dataset.movielens("100k"))
    recommender.models.writing()  # takes the adapter into its base, where that was not done before
    recommender.close()
    path = str(next((assets.cache_dir() / "merged").glob("*.gguf")))
    job = {"path": path, "prompts": prompts_of(recommender, asked.texts)}
    runs: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for _ in range(asked.rounds):
        for threads in (1, 2):
            for slots in (1, 2, 4):
                command = [sys.executable, __file__, "--run"]
                given = json.dumps({**job, "slots": slots, "threads": threads})
                output = subprocess.run(
                    command, input=given, capture_output=True, text=True, check=True
                ).stdout
                runs.setdefault((threads, slots), []).append(json.loads(output.splitlines()[-1]))
    figures = {}
    for (threads, slots), rounds in runs.items():
        best = min(rounds, key=lambda run: run["seconds"])
        reference = runs[threads, 1][0]["texts"]
        figures[f"{threads} threads, {slots} slots"] = {
            "tokens_a_second": round(best["tokens"] / best["seconds"], 1),
            "tokens_a_cpu_second": round(
                max(run["tokens"] / run["cpu_seconds"] for run in rounds), 1
            ),
            "seconds_a_text": round(best["seconds_a_text"], 2),
            "peak_megabytes": round(best["peak_megabytes"]),
            "same_text_as_alone": [
                sum(a == b for a, b in zip(run["texts"], reference, strict=True)) for run in rounds
            ],
        }
    record("slots", {"texts": asked.texts, **figures}, PROTOCOL)


if __name__ == "__main__":
    if sys.argv[1:] == ["--run"]:
        print(json.dumps(in_this_process(**json.loads(sys.stdin.read()))))
    else:
        main()
