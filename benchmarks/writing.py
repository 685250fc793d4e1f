"""How soon words are there, and what they take: template, first text, five texts, cold and warm;
memory of both processes.

`python benchmarks/writing.py`, or with a number of threads of the model.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from record import record

from recsys_rag import Dataset, Recommender
from recsys_rag import _assets as assets
from recsys_rag.generate._backends.llama_cpp import LlamaCpp
from recsys_rag.settings import Settings, with_changes
from recsys_rag.types import Finished, Ranked, Written

USERS = ("196", "22", "405", "13", "721")


def one_list(recommender: Recommender, user: str) -> dict[str, float]:
    """Ask once and return seconds from the question: all template's texts, first text, all five;
    and stages."""
    begun, written, seconds = time.perf_counter(), [], {}
    for event in recommender.stream(user, profile="action movies", k=5):
        if isinstance(event, Ranked):
            seconds["template_texts"] = time.perf_counter() - begun
            seconds["template_texts_after_retrieval"] = (
                seconds["template_texts"] - event.recommendation.seconds["retrieve"]
            )
        elif isinstance(event, Written):
            written.append(time.perf_counter() - begun)
        elif isinstance(event, Finished):
            assert not event.recommendation.notes, event.recommendation.notes
    return {**seconds, "first_text": written[0], "five_texts": written[-1]}


def in_this_process(path: str, user: str) -> dict[str, float]:
    """Load, ask cold, ask another user warm; memory at the end, peak, MB of 2^20."""
    begun = time.perf_counter()
    recommender = Recommender.load(path, lm="smollm2", writes=True)
    opened = time.perf_counter() - begun
    cold = one_list(recommender, user)
    warm = one_list(recommender, USERS[USERS.index(user) - 1])
    model = recommender.models.writing()
    assert isinstance(model, LlamaCpp)
    status = Path(f"/proc/{model._engine.process_id}/status").read_text()
    return {
        "open": opened,
        **{f"cold_{name}": value for name, value in cold.items()},
        **{f"warm_{name}": value for name, value in warm.items()},
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "worker_peak_megabytes": next(
            int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line
        )
        / 1024,
    }


def main(threads: int) -> None:
    """Measure in fresh processes, one a user, and record medians."""
    assets.fetch("smollm2")
    with tempfile.TemporaryDirectory() as place:
        settings = with_changes(Settings(), {"generate": {"threads": threads}})
        Recommender(settings).fit(Dataset.movielens("100k")).save(f"{place}/m")
        command = [sys.executable, __file__, f"{place}/m"]
        runs = [
            json.loads(
                subprocess.run([*command, user], capture_output=True, text=True, check=True).stdout
            )
            for user in USERS
        ]
    figures = {name: round(median(run[name] for run in runs), 3) for name in runs[0]}
    record(
        "writing" + f"-{threads}-threads" * (threads > 1),
        figures,
        "seconds of wall time from the question, medians of 5 fresh processes, a user each, k = "
        f"5, {threads} thread(s)",
    )


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(in_this_process(*sys.argv[1:])))
    else:
        main(int(sys.argv[1]) if len(sys.argv) == 2 else 1)
