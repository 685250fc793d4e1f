"""Which rows of a table are left out, and why: every row read is either used or counted here."""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from recsys_rag.errors import DataError

OnError = Literal["stop", "skip"]
LIMIT = 0.01  # of the rows of one file; three rows may always be left out
_ALWAYS = 3
_SHOWN = 5


@dataclass(slots=True)
class LeftOut:
    """The account of one file. `stop` raises at the first bad row; `skip` counts it and goes on.

    What the caller asked to leave out (`drop`) counts beside the bad rows, but not against the
    limit.
    """

    where: str
    on_error: OnError = "stop"
    limit: float = LIMIT
    n_rows: int = 0
    bad: list[tuple[int, str, str]] = field(default_factory=list)  # row, kind, sentence
    dropped: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        if self.on_error not in ("stop", "skip"):
            raise DataError(f"on_error is {self.on_error!r}; it is 'stop' or 'skip'")
        if not 0 <= self.limit <= 1:
            raise DataError(f"the limit of rows left out is {self.limit:g}; give 0 to 1")

    def add(self, row: int, kind: str, sentence: str) -> None:
        """Leave out a bad row. Raises DataError where bad rows stop the reading."""
        if self.on_error == "stop":
            advice = "such rows can be left out, and counted: on_error='skip'"
            raise DataError(f"{self.where}: row {row}: {sentence}; {advice}")
        self.bad.append((row, kind, f"row {row}: {sentence}"))

    def drop(self, reason: str, n: int = 1) -> None:
        """Leave out rows that an option asked to leave out."""
        if n:
            self.dropped[reason] += n

    def check(self) -> None:
        """Raise DataError where more bad rows were left out than the limit allows."""
        if len(self.bad) > max(self.limit * self.n_rows, _ALWAYS):
            raise DataError(
                f"{self.where}: {len(self.bad):,} of {self.n_rows:,} rows are bad, more than the "
                f"{self.limit:.2g} that may be left out (skip_limit); {'; '.join(self._examples())}"
            )

    def _examples(self) -> list[str]:
        kinds: dict[str, list[str]] = {}
        for _, kind, sentence in self.bad:
            kinds.setdefault(kind, []).append(sentence)
        return [
            f"{kind} ({len(sentences):,}): {'; '.join(sentences[:_SHOWN])}"
            for kind, sentences in kinds.items()
        ]

    def summary(self) -> dict[str, Any]:
        """Return the account as what JSON can hold."""
        return {
            "rows": self.n_rows,
            "used": self.n_rows - len(self.bad) - sum(self.dropped.values()),
            "dropped": dict(self.dropped),
            "bad": dict(Counter(kind for _, kind, _ in self.bad)),
            "examples": self._examples(),
        }


def write_left_out(path: str | Path, accounts: Iterable[LeftOut]) -> None:
    """Write the bad rows of all files as CSV: file, row, kind, what is wrong."""
    with Path(path).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "row", "kind", "what is wrong"))
        for account in accounts:
            writer.writerows(
                (account.where, row, kind, sentence.partition(": ")[2])
                for row, kind, sentence in account.bad
            )
