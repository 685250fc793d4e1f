"""What a trainer learns from: token ids, and which of them count. Knows neither writers nor
rankers."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_IGNORED = -100  # label of a token without loss, as torch has it
# batches that are filled from one draw, sorted by length: less padding, same order of learning
_WINDOW = 8


@dataclass(frozen=True, slots=True)
class Example:
    """One sequence: the model learns to predict the tokens where `has_loss`, each from those before
    it."""

    token_ids: tuple[int, ...]
    has_loss: tuple[bool, ...]

    def __post_init__(self) -> None:
        assert len(self.token_ids) == len(self.has_loss)
        assert any(self.has_loss[1:]), "nothing to learn"

    @property
    def tail(self) -> int:
        """How many tokens from the end hold all that is learned, and the one before it."""
        return len(self.token_ids) - self.has_loss[1:].index(True)


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples side by side, padded on the left, so that what is learned stands at the right edge;
    (n, width) each."""

    token_ids: NDArray[np.int64]
    attention: NDArray[np.int64]
    positions: NDArray[np.int64]
    labels: NDArray[np.int64]
    tail: int


def encoded(tokenizer: Any, prompt: str, text: str) -> Example:
    """Return the example that teaches to continue `prompt` with `text` and to end there.

    The prompt is encoded as backends do: with the marks that the tokenizer puts before a text.
    """
    before = [int(token_id) for token_id in tokenizer.encode(prompt, verbose=False)]
    after = [
        int(token_id)
        for token_id in tokenizer.encode(f" {text}", add_special_tokens=False, verbose=False)
    ]
    after.append(int(tokenizer.eos_token_id))
    return Example((*before, *after), (*[False] * len(before), *[True] * len(after)))


def batch_of(examples: Sequence[Example], pad_id: int) -> Batch:
    """Return the examples as arrays.

    >>> examples = Example((5, 6, 7), (False, True, True)), Example((8, 9), (False, True))
    >>> batch_of(examples, 0).labels.tolist()
    [[-100, 6, 7], [-100, -100, 9]]
    """
    width = max(len(example.token_ids) for example in examples)
    token_ids = np.full((len(examples), width), pad_id, np.int64)
    attention, labels = np.zeros_like(token_ids), np.full_like(token_ids, _IGNORED)
    for row, example in enumerate(examples):
        begin = width - len(example.token_ids)
        token_ids[row, begin:] = example.token_ids
        attention[row, begin:] = 1
        labels[row, begin:] = np.where(example.has_loss, example.token_ids, _IGNORED)
    positions = np.maximum(attention.cumsum(axis=1) - 1, 0)
    return Batch(token_ids, attention, positions, labels, max(example.tail for example in examples))


def batches(examples: Sequence[Example], size: int, seed: int) -> Iterator[list[Example]]:
    """Yield batches without end: each pass in a new order, batches of like lengths, all from the
    seed."""
    for epoch in range(1_000_000):
        rng = random.Random(f"{seed} {epoch}")
        order = rng.sample(list(examples), len(examples))
        for begin in range(0, len(order), size * _WINDOW):
            window = sorted(
                order[begin : begin + size * _WINDOW], key=lambda example: len(example.token_ids)
            )
            cut = [window[start : start + size] for start in range(0, len(window), size)]
            yield from rng.sample(cut, len(cut))
