"""What a figure needs beside it to mean anything: the protocol it was measured by. Measures
nothing."""

import hashlib
from dataclasses import dataclass
from typing import Literal

import msgspec


@dataclass(frozen=True, slots=True)
class Passport:
    """The protocol behind a figure, in full. Two figures may stand side by side only where all of
    this is equal."""

    data: str  # name of the data set
    # SHA-256 over all ratings of the data set, before anything was dropped or held out
    content_hash: str
    task: str  # "ranking" or "rating prediction"
    protocol: str
    part: str  # "test" or "validation"
    threshold: str  # which ratings take part in fitting
    k_core: int  # ratings that each user and item has at least; 0 = nobody was dropped
    split: str
    seed: int | None
    fitted_on: str
    seen: str  # what is kept out of the lists
    candidates: str
    relevant: str
    tuning: str
    averaging: str
    users: int  # evaluated
    skipped: tuple[tuple[str, int], ...] = ()  # (why, users)
    # which ratings are left where histories are shortened
    shortened: Literal["first", "last"] = "first"

    @property
    def key(self) -> str:
        """A short hash of all fields: equal keys, comparable figures."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:16]

    def lines(self) -> tuple[tuple[str, str], ...]:
        """Return (field, words) for a reader, in a fixed order."""
        core = f"{self.k_core}-core of users and items" if self.k_core else "all users and items"
        skipped = "; ".join(f"{n:,} skipped: {why}" for why, n in self.skipped) or "none skipped"
        return (
            ("data", f"{self.data} ({self.content_hash[:12]}), {core}, {self.threshold}"),
            ("protocol", f"{self.protocol}, {self.part} part: {self.split}"),
            ("fitted on", self.fitted_on),
            ("relevant", self.relevant),
            ("candidates", f"{self.candidates}; {self.seen}"),
            ("settings", self.tuning),
            ("averaging", f"{self.averaging}; {self.users:,} users, {skipped}"),
            ("passport", self.key),
        )
