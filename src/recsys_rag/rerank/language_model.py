"""The best candidates as a language model would order them, from the titles of a history. Decides
for whom: not here.

Two forms. `labels` reads, in one forward pass, the probabilities of the letters under which the
candidates are listed: the verbalizer of Yue et al., "LlamaRec: Two-Stage Recommendation using Large
Language Models for Ranking", PGAI at CIKM 2023. `titles` compares the likelihood of each title
after the history, its mean over tokens. Fused with the retrievers' score by the strength of this
stage of `Greedy`: (1 - s) score + s opinion, both scaled to 0 to 1, so that what is not asked
about, below the best 20, never overtakes what is.
"""

from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.errors import GenerationError
from recsys_rag.protocols import LanguageModel, ScoresLabels, ScoresTexts
from recsys_rag.rerank.greedy import Constant, scaled
from recsys_rag.rerank.ranking_prompt import (
    LABELS,
    MOST_LIKED,
    labels_prompt,
    line,
    shuffled,
    title_prompt,
)
from recsys_rag.types import Batch

STAGE: Final = "language_model"
Form: TypeAlias = Literal["labels", "titles"]
Opinion: TypeAlias = Callable[[tuple[int, ...], tuple[int, ...]], NDArray[np.float64]]
"""(items liked, oldest first; candidates) -> a number for each candidate, higher is better."""


class Preference:
    """The criterion `language_model`: its value is an opinion on the best 20 of each pool, scaled
    to 0 to 1 among them.

    The rest of a pool has 0. Raises what the opinion raises; it is not asked about fewer than two
    items.
    """

    name = STAGE

    def __init__(self, dataset: Dataset, opinion: Opinion) -> None:
        self._scale = dataset.scale
        self._opinion = opinion

    def pursue(self, batch: Batch, pools: NDArray[np.int64]) -> Constant:
        """Begin with these pools of item indices (n, width), best first, -1 where a pool is
        shorter."""
        found = np.full(pools.shape, np.nan)
        for row, pool in enumerate(pools[:, : len(LABELS)]):
            places = np.flatnonzero(pool >= 0)
            if len(places) > 1:
                candidates = tuple(int(item) for item in pool[places])
                found[row, places] = self._opinion(liked_of(batch, row, self._scale), candidates)
        return Constant(scaled(found))


def liked_of(batch: Batch, row: int, scale: RatingScale | None) -> tuple[int, ...]:
    """Return the last items that one liked, oldest first; by item index where the order is not
    known."""
    begin, end = batch.histories.indptr[row], batch.histories.indptr[row + 1]
    items, ratings = batch.histories.indices[begin:end], batch.histories.data[begin:end]
    if batch.steps_back is not None:
        order = np.argsort(-batch.steps_back[begin:end], kind="stable")
        items, ratings = items[order], ratings[order]
    liked = items if scale is None else items[ratings >= scale.liked]
    return tuple(int(item) for item in liked[-MOST_LIKED:])


def opinion_of(
    dataset: Dataset,
    model: Callable[[], LanguageModel],
    form: Form,
    *,
    seed: int = 0,
    timeout_seconds: float = 60.0,
) -> Opinion:
    """Return the opinion of a language model, which is looked up when it is first asked.

    It does not depend on the order of the candidates. Raises GenerationError where the model cannot
    score in this form.
    """
    names = dataset.catalog.name
    noun = dataset.catalog.noun

    def of_labels(liked: tuple[int, ...], candidates: tuple[int, ...]) -> NDArray[np.float64]:
        engine = model()
        check(engine, "labels")
        assert isinstance(engine, ScoresLabels)
        order = shuffled(candidates, seed)
        prompt = labels_prompt(
            [names(item) for item in liked], [names(item) for item in order], noun
        )
        scores = engine.label_log_probabilities(
            prompt, LABELS[: len(order)], timeout_seconds=timeout_seconds
        )
        return _in_order(order, scores, candidates)

    def of_titles(liked: tuple[int, ...], candidates: tuple[int, ...]) -> NDArray[np.float64]:
        engine = model()
        check(engine, "titles")
        assert isinstance(engine, ScoresTexts)
        prompt = title_prompt([names(item) for item in liked], noun)
        texts = [f" {line(names(item))}" for item in candidates]
        return engine.mean_log_likelihoods(prompt, texts, timeout_seconds=timeout_seconds)

    return of_labels if form == "labels" else of_titles


def _in_order(
    order: Sequence[int], scores: NDArray[np.float64], candidates: Sequence[int]
) -> NDArray[np.float64]:
    by_item = dict(zip(order, scores.tolist(), strict=True))
    return np.array([by_item[item] for item in candidates])


def check(model: LanguageModel, form: Form) -> None:
    """Raise GenerationError unless the model can rank in this form."""
    able, who_can = (
        (ScoresLabels, "the embedded model, or transformers:<name>")
        if form == "labels"
        else (ScoresTexts, "transformers:<name>")
    )
    if not isinstance(model, able):
        raise GenerationError(
            f"{model.model_id} cannot rank by {form}: it does not tell their probabilities; use {who_can}"
        )
