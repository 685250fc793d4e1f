"""What comes next in MovieLens 1M as sequences: the arena of SASRec and its kind.

    python benchmarks/next_item.py DIR [--settings FILE] [--test] [--record]

DIR holds `sequences.txt.gz` (a person a line, items oldest first, ties as SASRec's authors have
them) and `validation_users.txt` (line numbers of 512 people). Everybody's training ends before
their last item but one. Asked are the 512 for their last but one, with all before it as history;
with --test, once, all 6,040 for their last. Full catalog without what is in the history; NDCG@10
and HR@10, with 95 % intervals over people, of each retriever alone and of the pipeline.
"""

import argparse
import gzip
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from defaults import ndcg, of_triples
from numpy.typing import NDArray
from record import record
from scipy import sparse

from recsys_rag import Dataset
from recsys_rag import _build as build
from recsys_rag import settings as settings_module
from recsys_rag._fitting import LocalFitter
from recsys_rag.data.dataset import histories_of
from recsys_rag.lab.evaluate.served import Served
from recsys_rag.types import Batch

K = 10
_SHIPPED = Path(__file__).parent / "settings" / "next.toml"


def training(sequences: Sequence[Sequence[str]]) -> Dataset:
    """Return all but the last two items of each person, a second apart."""
    rows = [(f"u{place:05d}", line[:-2]) for place, line in enumerate(sequences)]
    users = [user for user, line in rows for _ in line]
    items = [f"m{item}" for _, line in rows for item in line]
    times = [second for _, line in rows for second in range(len(line))]
    return of_triples("sequences", users, items, None, times)


def asked(
    dataset: Dataset, sequences: Sequence[Sequence[str]], people: Sequence[int], last: int
) -> tuple[Batch, sparse.csr_array, sparse.csr_array]:
    """Return the questions, what is not shown, and the answers; items that nobody was trained on
    are in none of them, so that such an answer counts as missed."""
    rows, steps, answers = [], [], []
    for person in people:
        line = [dataset.items.index(f"m{item}") for item in sequences[person]]
        history = np.array([item for item in line[:last] if item >= 0], np.int64)
        order = np.argsort(history)
        rows.append((history[order], np.ones(len(history), np.float32)))
        steps.append((len(history) - 1 - order).astype(np.int32))
        answers.append(line[last])
    histories = histories_of(dataset.n_items, rows)
    known = np.flatnonzero(np.array(answers) >= 0)
    found = sparse.csr_array(
        (np.ones(len(known), np.float32), (known, np.array(answers)[known])), histories.shape
    )
    return Batch(histories, ("",) * len(rows), np.concatenate(steps)), histories, found


def figures(values: NDArray[np.float64]) -> list[float]:
    """Return the mean and its 95 % interval."""
    reach = 1.96 * values.std() / np.sqrt(len(values))
    return [round(float(value), 4) for value in (values.mean(), *(values.mean() + [-reach, reach]))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--settings", type=Path, default=_SHIPPED)
    parser.add_argument("--test", action="store_true")
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    with gzip.open(options.folder / "sequences.txt.gz", "rt") as lines:
        sequences = [line.split() for line in lines]
    people = [int(line) for line in (options.folder / "validation_users.txt").read_text().split()]
    last = -2
    if options.test:
        people, last = list(range(len(sequences))), -1
    settings = settings_module.with_changes(
        settings_module.load(options.settings, {}), {"retrieve": {"encoder": "none"}}
    )
    dataset = training(sequences)
    began = time.process_time()
    fitted = LocalFitter().fit(dataset, settings)
    taken = time.process_time() - began
    ranker = build.ranker(fitted)
    questions = asked(fitted.dataset, sequences, people, last)
    methods: dict[str, Any] = {"pipeline": Served(ranker), **ranker.retrievers}
    found: dict[str, Any] = {"people": len(people), "fit CPU-s": round(taken, 1)}
    for name, method in methods.items():
        values = np.concatenate(
            [ndcg(method, *part, fitted.dataset.items) for part in _blocks(questions)]
        )
        found[name] = {"NDCG@10": figures(values), "HR@10": figures((values > 0).astype(float))}
        print(name, found[name], flush=True)
    print(found["fit CPU-s"], "CPU-s to fit")
    if options.record:
        part = "test" if options.test else "validation"
        protocol = f"{part} part of MovieLens 1M as sequences, {options.settings.name}"
        record(f"next_item-{part}", found, protocol=protocol)


def _blocks(
    questions: tuple[Batch, sparse.csr_array, sparse.csr_array], size: int = 512
) -> list[tuple[Batch, sparse.csr_array, sparse.csr_array]]:
    batch, known, answers = questions
    assert batch.steps_back is not None
    parts = []
    for begin in range(0, len(batch), size):
        rows = slice(begin, begin + size)
        histories = batch.histories[rows]
        steps = batch.steps_back[batch.histories.indptr[begin] :][: histories.nnz]
        parts.append((Batch(histories, batch.text[rows], steps), known[rows], answers[rows]))
    return parts


if __name__ == "__main__":
    main()
