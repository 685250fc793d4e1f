"""What a ranker learns from: people's histories, the retrievers' best 20, and which of them was
rated next. Trains nothing.

All of it is cut from one training part: the protocol's own cut is made again within it, so nothing
that the protocol holds out for validation or test is in a history, among the right answers, or in
what the retrievers have learned.
"""

import random
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import DataError, EvaluationError
from recsys_rag.lab.evaluate.fold import Fold
from recsys_rag.lab.evaluate.methods import ours
from recsys_rag.lab.evaluate.protocols import EvaluationProtocol
from recsys_rag.lab.evaluate.served import Served
from recsys_rag.lab.finetune.examples import Example
from recsys_rag.rerank.language_model import liked_of
from recsys_rag.rerank.ranking_prompt import LABELS, labels_prompt
from recsys_rag.settings import Settings

_CUTS = (None, 12, 3, 0)  # how much of a history is told: people with few ratings are served too
_BLOCK = 256  # people ranked at once
_MOST = 3  # right answers of one person and cut
_ONE_OF = 10  # people: one of so many for validation, one for test
_LEAST = 20  # choices in a part, below which nothing is learned or measured


@dataclass(frozen=True, slots=True)
class Choice:
    """Titles that a person liked, oldest first; 20 candidates in the retrievers' order; the place
    of the right one."""

    user_id: str
    liked: tuple[str, ...]
    candidates: tuple[str, ...]
    right: int

    @property
    def part(self) -> str:
        """Whether this person's choices are for training, validation or test."""
        return {0: "validation", 1: "test"}.get(
            zlib.crc32(self.user_id.encode()) % _ONE_OF, "train"
        )


@dataclass(frozen=True, slots=True)
class Question:
    """A choice as it is asked: the prompt, and the label of the right candidate."""

    prompt: str
    label: str


def choices_of(
    train: Dataset, protocol: EvaluationProtocol, settings: Settings, cuts: int
) -> list[Choice]:
    """Return all choices that this training part offers, cut by the protocol again and again, at
    most `cuts` times.

    A choice has one right candidate: whatever else the person rated in `train` is left out of it.
    Raises DataError where some part of the people has fewer than 20.
    """
    found: list[Choice] = []
    left = train
    for _ in range(cuts):
        try:
            fold = protocol.test(left)
        except (DataError, EvaluationError):  # too little is left
            break
        found += _choices(fold, train, settings)
        left = fold.train
    for part in ("train", "validation", "test"):
        n = sum(one.part == part for one in found)
        if n < _LEAST:
            raise DataError(
                f"{train.name}: its retrievers find {n} choices to learn from among its {part} people, {_LEAST} are the "
                "least; a ranker needs some hundreds of users with ratings"
            )
    return found


def _choices(fold: Fold, train: Dataset, settings: Settings) -> Iterator[Choice]:
    served = ours(settings)[0].fitted(fold.train)
    assert isinstance(served, Served)
    depth = min(2 * len(LABELS), fold.train.n_items)
    for cut in _CUTS:
        for begin in range(0, len(fold.users), _BLOCK):
            rows = fold.users[begin : begin + _BLOCK]
            batch = fold.batch(rows, cut)
            lists = served.rank(batch, fold.known.interactions[rows], depth)
            for place, listed in enumerate(lists):
                wanted = set(fold.relevant[[begin + place]].indices.tolist())
                liked = liked_of(batch, place, fold.train.scale)
                yield from _of_person(fold, train, int(rows[place]), liked, listed.tolist(), wanted)


def _of_person(
    fold: Fold,
    train: Dataset,
    user: int,
    liked: Sequence[int],
    listed: Sequence[int],
    wanted: set[int],
) -> Iterator[Choice]:
    catalog, user_id, n = fold.train.catalog, fold.train.users.id(user), len(LABELS)
    # a core may number items otherwise
    rated = {train.items.id(int(item)) for item in train.history(user_id)[0]}
    for hit in [item for item in listed[:n] if item in wanted][:_MOST]:
        candidates = [
            item
            for item in listed
            if item == hit or (item >= 0 and catalog.items.id(item) not in rated)
        ][:n]
        if len(candidates) > 1:
            titles = tuple(catalog.name(item) for item in candidates)
            yield Choice(user_id, tuple(map(catalog.name, liked)), titles, candidates.index(hit))


def asked(choice: Choice, noun: str, rng: random.Random) -> Question:
    """Return a choice as a question, its candidates shuffled."""
    order = rng.sample(range(len(choice.candidates)), len(choice.candidates))
    prompt = labels_prompt(choice.liked, [choice.candidates[place] for place in order], noun)
    return Question(prompt.raw, LABELS[order.index(choice.right)])


def encoded(tokenizer: Any, question: Question) -> Example:
    """Return the example that teaches the label alone, encoded as backends encode a prompt."""
    before = [int(one) for one in tokenizer.encode(question.prompt, verbose=False)]
    return Example((*before, label_id(tokenizer, question.label)), (*[False] * len(before), True))


def label_id(tokenizer: Any, label: str) -> int:
    """Return the one token of a space and a label. Raises DataError where the tokenizer has none."""
    ids = tokenizer.encode(f" {label}", add_special_tokens=False, verbose=False)
    if len(ids) != 1:
        raise DataError(
            f"its tokenizer has no single token for ' {label}', so it cannot rank by labels; use another --base"
        )
    return int(ids[0])
