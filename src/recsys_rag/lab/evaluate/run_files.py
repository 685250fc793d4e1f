"""Lists and figures of each person as files that other tools read: TREC runs, CSV. Measures
nothing."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from recsys_rag.lab.evaluate.fold import Fold
from recsys_rag.lab.evaluate.measure import Measured


def write_runs(folder: Path, fold: Fold, measured: Mapping[str, Measured]) -> None:
    """Write to a folder `METHOD.trec` for each method, `qrels.trec`, `runs.csv` with all lists, and
    `per_user.csv` with every metric.

    In TREC's form (user Q0 item rank score tag) the score is the length of the list less the rank
    plus one, and blanks in ids are "_". What is not defined for a person is empty. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    users = [fold.train.users.id(user) for user in fold.users.tolist()]
    for method, figures in measured.items():
        k = figures.lists.shape[1]
        (folder / f"{method}.trec").write_text(
            "".join(
                f"{_one(user)} Q0 {_one(item)} {rank} {k - rank + 1} {method}\n"
                for user, rank, item in _ranked(fold, users, figures)
            ),
            encoding="utf-8",
        )
    relevant = fold.relevant
    (folder / "qrels.trec").write_text(
        "".join(
            f"{_one(users[row])} 0 {_one(fold.train.items.id(item))} 1\n"
            for row, item in zip(*(part.tolist() for part in relevant.nonzero()), strict=True)
        ),
        encoding="utf-8",
    )
    with (folder / "runs.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("method", "user_id", "rank", "item_id"))
        for method, figures in measured.items():
            writer.writerows((method, *row) for row in _ranked(fold, users, figures))
    with (folder / "per_user.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        metrics = list(dict.fromkeys(name for each in measured.values() for name in each.per_user))
        writer.writerow(("method", "user_id", *metrics))
        for method, figures in measured.items():
            columns = [figures.per_user[name].tolist() for name in metrics]
            for user, *values in zip(users, *columns, strict=True):
                writer.writerow((method, user, *("" if np.isnan(v) else v for v in values)))


def _ranked(fold: Fold, users: list[str], figures: Measured) -> Iterator[tuple[str, int, str]]:
    for user, items in zip(users, figures.lists.tolist(), strict=True):
        for rank, item in enumerate(items, 1):
            if item >= 0:
                yield user, rank, fold.train.items.id(item)


def _one(text: str) -> str:
    """Return an id as one word.

    >>> _one("user 7")
    'user_7'
    """
    return "_".join(text.split())
