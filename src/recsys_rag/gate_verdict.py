"""What the gate found: for which lengths of history a language-model stage helps on one dataset.
Measures nothing."""

from dataclasses import dataclass
from typing import Any, Literal

import msgspec

FORMAT = 1
FEWEST = 20  # people judged, below which nothing is switched on
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class GateBin:
    """One length of history: NDCG@10 without and with the stage, and the paired difference with its
    95 % interval."""

    length: str  # a name of `fuse.bins.BIN_NAMES`
    people: int  # judged: other people than those on whom the strength was chosen
    cut: int  # how many of them have more ratings, and were asked by their last few
    strength: float  # of the stage, above 0, at most 1
    without: float
    with_stage: float
    difference: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 < self.strength <= 1:
            raise ValueError(
                f"length {self.length}: strength {self.strength} is not above 0 and at most 1"
            )
        if not 0 <= self.cut <= self.people or self.people < 1:
            raise ValueError(
                f"length {self.length}: {self.cut} of {self.people} people cannot be cut"
            )
        if not self.low - _ROUNDING <= self.difference <= self.high + _ROUNDING:
            raise ValueError(
                f"length {self.length}: {self.difference} is not between {self.low} and {self.high}"
            )

    @property
    def is_on(self) -> bool:
        """Whether the stage works for histories of this length: the whole interval is above 0, for
        enough people."""
        return self.low > 0 and self.people >= FEWEST


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """The outcome of one run of the gate, with its passport: it holds for this data, pipeline and
    model, and no other."""

    stage: Literal["language_model"]
    form: Literal["labels", "titles"]
    model: str  # as settings name it
    weights_hash: str  # SHA-256 of its files and adapter; "" where the model does not know
    data: str
    content_hash: str  # of the dataset
    pipeline_hash: str  # of the settings that rank
    protocol: str
    passport: str  # key of the fold's passport
    seed: int
    resamples: int
    seconds: float  # wall time
    bins: tuple[GateBin, ...]  # lengths that were measured, shortest first; the others stay off
    adapter: str = "none"  # its folder, as settings name it
    format: int = FORMAT

    def __post_init__(self) -> None:
        if self.format != FORMAT:
            raise ValueError(f"gate format {self.format}, but this version reads format {FORMAT}")
        if len({one.length for one in self.bins}) < len(self.bins):
            raise ValueError("a length of history stands there twice")

    @property
    def is_on(self) -> bool:
        return any(one.is_on for one in self.bins)

    def void_for(self, *, content_hash: str, pipeline_hash: str, model: str, adapter: str) -> str:
        """Return why the verdict does not hold for this data, these ranking settings and this
        model; "" where it does."""
        reason = ""
        if content_hash != self.content_hash:
            reason = "it was measured on other data"
        elif pipeline_hash != self.pipeline_hash:
            reason = "it was measured with other settings of what ranks"
        elif model != self.model:
            reason = f"it was measured with {self.model}, not with {model}"
        elif adapter != self.adapter:
            reason = f"it was measured with the adapter {self.adapter}, not with {adapter}"
        return reason and f"the gate's verdict is void: {reason}; run `recsys-rag gate` again"

    def strength(self, length: str) -> float:
        """Return how strongly the stage works for this length of history: 0 = off."""
        return next((one.strength for one in self.bins if one.length == length and one.is_on), 0.0)


def to_document(verdict: GateVerdict) -> dict[str, Any]:
    """Return a verdict as what JSON can hold."""
    document: dict[str, Any] = msgspec.to_builtins(verdict)
    return document


def from_document(document: Any) -> GateVerdict:
    """Return the verdict of a document. Raises ValueError saying what is wrong with it."""
    try:
        return msgspec.convert(document, GateVerdict, strict=True)
    except msgspec.ValidationError as error:
        raise ValueError(f"the gate's verdict is damaged: {error}") from None
