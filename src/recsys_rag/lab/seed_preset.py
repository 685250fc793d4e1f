"""The preset `seed`: the method as it was first described, faults and all. A baseline, not for use.

Its nearest users are searched, their items shown in arbitrary order, seen ones too; ids instead of
titles stand in the prompt; what the model says is shown as it comes, and marked as unverified.
"""

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from recsys_rag._flow import Chosen, Flow
from recsys_rag._turns import Cancellation
from recsys_rag.data.dataset import Dataset
from recsys_rag.data.splits import random_split
from recsys_rag.errors import AssetError, GenerationError, MissingExtraError
from recsys_rag.generate.wording import clean
from recsys_rag.lab.seed_knn import SeedKNN
from recsys_rag.protocols import Retriever
from recsys_rag.settings import Settings
from recsys_rag.types import Event, Prompt, Ranked, Recommendation

SETTINGS: dict[str, Any] = {
    "preset": "seed",
    "fuse": {"weights": {"seed": 1.0}, "profile_weight": 0.0, "dislike_weight": 0.0},
    "rerank": {"diversity": 0.0},
    "retrieve": {"user_knn": {"neighbors": 10}, "encoder": "none"},
    "generate": {"model": "transformers:openai-community/gpt2", "writer": "free"},
}
_MAX_TOKENS = 100


def retrievers(settings: Settings) -> dict[str, Retriever]:
    """Return the only retriever, unfitted."""
    return {SeedKNN.name: SeedKNN(settings.retrieve.user_knn.neighbors)}


def learned_from(dataset: Dataset) -> Dataset:
    """Return four fifths of the ratings: the method first set a fifth aside (seed 42)."""
    return random_split(dataset, test_size=0.2, seed=42)[0]


def served(flow: Flow) -> "SeedFlow":
    """Return the flow that answers in the seed method's way."""
    given = {field.name: getattr(flow, field.name) for field in fields(flow)}
    ranker = replace(flow.ranker, excludes_seen=False)
    return SeedFlow(**{**given, "ranker": ranker, "evidence_sources": ()})


@dataclass(frozen=True, slots=True)
class SeedFlow(Flow):
    """Ranks as any flow; lets the model continue the prompt, and shows what it says as
    unverified."""

    def _explained(
        self, bare: Recommendation, evidence: Iterator[Chosen], cancellation: Cancellation
    ) -> Generator[Event, None, Recommendation]:
        yield Ranked(bare)
        started = time.perf_counter()
        prompt = seed_prompt(bare.query.profile, [item.item_id for item in bare.items])
        notes, text, model_id = bare.notes, "", ""
        try:
            if model := self.language_model():
                model_id = model.model_id
                with self.turn(model, cancellation):
                    pieces = model.generate(prompt, max_tokens=_MAX_TOKENS, seed=self.seed)
                    text = "".join(pieces).strip()
        except (AssetError, MissingExtraError, GenerationError) as error:
            notes = (*notes, f"The seed method writes with its model only: {error}")
        seconds = {**bare.seconds, "write": time.perf_counter() - started}
        return replace(bare, unverified_text=text, notes=notes, model_id=model_id, seconds=seconds)


def seed_prompt(profile: str, titles: Sequence[str]) -> Prompt:
    """Return the prompt as first described; `titles` may be ids, which is what that method put in.

    >>> seed_prompt("action movies", ["Heat (1995)", "Ronin (1998)"]).raw
    'As a fan of action movies, you might enjoy the following movies: Heat (1995), Ronin (1998).'
    """
    fan_of, named = clean(profile) or "movies", ", ".join(map(clean, titles))
    return Prompt(
        "", "", raw=f"As a fan of {fan_of}, you might enjoy the following movies: {named}."
    )
