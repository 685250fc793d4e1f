"""Decoding under a grammar by jumping: the model decides only where the grammar leaves a choice,
literals are copied.

Engines supply probabilities of tokens; this module holds the walk, so that every text yielded is
derived by construction.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from recsys_rag.errors import GenerationError
from recsys_rag.types import Grammar

LARGEST_SEED = 2**31


class Token(NamedTuple):
    """A token that the model could write next, with its log-probability up to a constant."""

    token_id: int
    text: bytes
    log_weight: float


class NextTokens(Protocol):
    """For each of `rests`, the token that a model begins it with, None where it sees none; same
    order.

    The model has read its prompt, the text so far, `certain`, and the tokens `token_ids`. `rests`
    are UTF-8 and begin where these end; none is empty, none is a beginning of another one.
    """

    def __call__(
        self, certain: str, token_ids: Sequence[int], rests: Sequence[bytes]
    ) -> Sequence[Token | None]: ...


class Sampler:
    """Draws from log-weights at a temperature; 0 takes the largest, the first of equals. Same seed,
    same draws."""

    def __init__(self, temperature: float, seed: int) -> None:
        self._temperature = temperature
        self._rng = np.random.default_rng(seed % LARGEST_SEED)

    def draw(self, log_weights: Sequence[float]) -> int:
        """Return an index. Raises GenerationError when no weight is above zero (all are -inf, or
        nan)."""
        largest = max(log_weights, default=-math.inf)
        if not math.isfinite(largest):
            raise GenerationError(
                f"the model gives none of {len(log_weights)} alternatives any probability"
            )
        if self._temperature == 0:
            return log_weights.index(largest)
        weights = np.exp((np.asarray(log_weights) - largest) / self._temperature)
        return int(self._rng.choice(len(weights), p=weights / weights.sum()))


def walk(
    grammar: Grammar, pick: Callable[[str, Sequence[str]], int], max_literals: int
) -> Iterator[str]:
    """Yield the literals of one text. `pick(text so far, literals of the state)` returns the index
    of the one to take.

    States with one alternative are passed without asking. Raises GenerationError where the text
    does not end within `max_literals`, which only a grammar with a loop or a very long one can
    bring about.

    >>> states = {"start": ((" Heat", "mid"), (" Here", "mid")), "mid": ((" is tense.", "end"),)}
    >>> list(walk(Grammar(states), lambda text, literals: 1, max_literals=9))
    [' Here', ' is tense.']
    """
    state, text = "start", ""
    for _ in range(max_literals):
        alternatives = grammar.states[state]
        index = pick(text, [literal for literal, _ in alternatives]) if len(alternatives) > 1 else 0
        literal, state = alternatives[index]
        text += literal
        yield literal
        if state == "end":
            return
    raise GenerationError(f"the text did not end within max_tokens={max_literals}; raise it")


def choose(literals: Sequence[str], next_tokens: NextTokens, sampler: Sampler) -> int:
    """Return the index of the literal that a model chooses, drawn a token at a time until one is
    left.

    The distribution is that of decoding under the grammar with the tokens that the literals consist
    of. A beginning that all candidates share is certain without asking, up to its last space, since
    tokens begin there. Candidates that part within a character are drawn evenly, and so are those
    for which the model shows no token: it spells such characters in bytes.

    >>> def next_tokens(certain, token_ids, rests):
    ...     print(repr(certain), rests)
    ...     return [Token(ord(rest[1:2]), rest[:2], 0.0) for rest in rests]
    >>> choose(["See it A.", "See it B."], next_tokens, Sampler(0, seed=0))
    'See it' [b' A.', b' B.']
    0
    """
    candidates = list(range(len(literals)))
    certain, token_ids, written = "", list[int](), b""
    while len(candidates) > 1:
        shared = _shared_beginning([literals[index] for index in candidates])
        words = shared[: max(0, shared.rfind(" "))]
        if len(words.encode()) >= len(written):
            certain, token_ids, written = words, [], words.encode()
        if not _is_text(written):
            return candidates[sampler.draw([0.0] * len(candidates))]
        rests = [literals[index].encode()[len(written) :] for index in candidates]
        tokens = next_tokens(certain, token_ids, rests)
        distinct = {token.token_id: token for token in tokens if token is not None}
        if not distinct:
            return candidates[sampler.draw([0.0] * len(candidates))]
        chosen = list(distinct.values())[
            sampler.draw([token.log_weight for token in distinct.values()])
        ]
        candidates = [
            index for index, token in zip(candidates, tokens, strict=True) if token == chosen
        ]
        token_ids.append(chosen.token_id)
        written += chosen.text
    return candidates[0]


def _is_text(written: bytes) -> bool:
    try:
        written.decode()
    except UnicodeDecodeError:
        return False
    return True


def _shared_beginning(texts: Sequence[str]) -> str:
    """Return the longest beginning of all texts.

    >>> _shared_beginning(["See it A.", "See it B.", "See it AB."])
    'See it '
    """
    # in this order, whatever the first and the last share, all share
    first, last = min(texts), max(texts)
    n_shared = next(
        (n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first)
    )
    return first[:n_shared]
