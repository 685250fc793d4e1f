"""All methods through one fold, the same way for us and for peers. Cuts no data, and keeps no
fit."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from recsys_rag.errors import EvaluationError
from recsys_rag.lab.evaluate import kept
from recsys_rag.lab.evaluate.fold import Fold
from recsys_rag.lab.evaluate.measure import CUTS, Measured, measure, of_lists
from recsys_rag.lab.evaluate.methods import Method, Ranking
from recsys_rag.lab.evaluate.results_table import Table, table_of
from recsys_rag.lab.evaluate.run_files import write_runs
from recsys_rag.retrieve._top_k import top_k
from recsys_rag.types import Scores

Progress: TypeAlias = Callable[[str, int, int], None]  # (method, users ranked, users in all cuts)


def evaluate(
    fold: Fold,
    scorers: Mapping[str, Ranking | Scores],
    k: int = 10,
    *,
    baseline: str | None = None,
    cuts: Sequence[int] = CUTS,
) -> Table:
    """Return the table of methods that are fitted on `fold.train`, or of finished scores
    (len(fold.users), n_items).

    Finished scores have no learning curve; known items are kept out of their lists. `cuts` ()
    leaves all curves out. Raises EvaluationError for k, for a baseline that is not among them.
    """
    check(fold, k)
    measured = {
        name: _of_scores(fold, scorer, k)
        if isinstance(scorer, np.ndarray)
        else measure(fold, scorer, k, cuts)
        for name, scorer in scorers.items()
    }
    return table_of(fold.passport, k, measured, fold.history_lengths, baseline)


def run(
    fold: Fold,
    methods: Sequence[Method],
    k: int = 10,
    *,
    baseline: str | None = None,
    cuts: Sequence[int] = CUTS,
    folder: Path | None = None,
    progress: Progress | None = None,
    runs: Path | None = None,
) -> Table:
    """Return the table of these methods, each fitted on `fold.train` in its turn.

    With a `folder`, what was measured before by the same protocol, settings and code is taken from
    there. `runs` is a folder for the lists and figures of each person (`run_files`). Errors as
    `evaluate`, and those of fitting.
    """
    check(fold, k)
    if baseline is not None and baseline not in [candidate.name for candidate in methods]:
        raise EvaluationError(
            f"the baseline {baseline!r} is not among the methods: "
            f"{', '.join(candidate.name for candidate in methods)}"
        )
    measured = {}
    for method in methods:
        about = [method.settings, k, list(cuts)]
        file = kept.place_of(folder, fold.passport, method.name, about) if folder else None
        kept_figures = kept.read(file) if file else None
        if kept_figures is None:
            kept_figures = _measured(fold, method, k, cuts, progress)
            if file:
                kept.write(file, kept_figures)
        measured[method.name] = kept_figures
    if runs is not None:
        write_runs(runs, fold, measured)
    return table_of(fold.passport, k, measured, fold.history_lengths, baseline)


def check(fold: Fold, k: int) -> None:
    """Raise EvaluationError unless this fold can be ranked, and by lists of k."""
    if fold.passport.task != "ranking":
        raise EvaluationError(
            f"protocol {fold.protocol!r} is of rating prediction, not of ranking; choose another"
        )
    if not 1 <= k <= fold.train.n_items:
        raise EvaluationError(
            f"k is {k}; choose 1 to {fold.train.n_items}, which is all the catalog has"
        )


def _measured(
    fold: Fold, method: Method, k: int, cuts: Sequence[int], progress: Progress | None
) -> Measured:
    """Fit and measure one method, telling of every block of users."""
    done, total = 0, len(fold.users) * (1 + len(cuts))

    def advance(users: int) -> None:
        nonlocal done
        done += users
        if progress:
            progress(method.name, done, total)

    if progress:
        progress(method.name, 0, total)
    begin = time.perf_counter()
    fitted = method.fitted(fold.train)
    seconds = {"fit": time.perf_counter() - begin}
    measured = measure(fold, fitted, k, cuts, advance)
    return replace(measured, seconds={**seconds, **measured.seconds})


def _of_scores(fold: Fold, scores: Scores, k: int) -> Measured:
    allowed = np.ones(scores.shape, np.bool_)
    allowed[fold.known.interactions[fold.users].nonzero()] = False
    return Measured(*of_lists(fold, top_k(scores, allowed, k, fold.train.items).item_indices, k))
