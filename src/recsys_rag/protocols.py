"""What each part must do. Parts depend on these, never on each other.

A small protocol each, of one to four members; optional abilities are protocols of their own, found
by `isinstance`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag._turns import Cancellation
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset
from recsys_rag.data.query_rows import QueryRows
from recsys_rag.fact import Fact, Phrases, Reading
from recsys_rag.types import (
    Batch,
    Candidate,
    Claim,
    Context,
    Evidence,
    Grammar,
    History,
    Prompt,
    ResolvedQuery,
    Scores,
    Understanding,
    Verdict,
)

State: TypeAlias = Mapping[str, NDArray[np.generic]]


@runtime_checkable
class Retriever(Protocol):
    """Scores the whole catalog for each query from its history and words.

    `score` returns finite float32 (n, n_items), higher is better, comparable only within this
    retriever and row; a query that it knows nothing about gets a constant row. It does not exclude
    anything: that is done once, by `top_k`. It is deterministic and sees only the batch. `fit`
    forgets the last fit. `state` returns all that was learned as plain arrays, and `restore` takes
    them back, with the dataset that was fitted.
    """

    @property
    def name(self) -> str: ...
    def fit(self, dataset: Dataset) -> Self: ...
    def score(self, batch: Batch) -> Scores: ...
    def state(self) -> State: ...
    def restore(self, dataset: Dataset, state: State) -> Self: ...


@runtime_checkable
class Widens(Protocol):
    """A fitted part that can go on when its catalog is changed."""

    def widened(self, before: Dataset, after: Dataset) -> Self:
        """Return this part for a dataset of the same ratings, whose catalog says other things and
        has more items behind its own.

        What reads the catalog alone is as after a fit; what was learned from ratings stays, and
        knows nothing of new items: they score 0. This part stays as it is.
        """
        ...


@runtime_checkable
class Fuser(Protocol):
    """Merges the scores of several retrievers into one (n, n_items); does not depend on the order
    of the mapping."""

    def fuse(self, scores: Mapping[str, Scores], batch: Batch) -> Scores: ...


@runtime_checkable
class ExplainsItself(Protocol):
    """A retriever whose score is a sum over the history."""

    def contributions(self, batch: Batch, item_indices: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return, for a batch of one history, what each of its items adds to the score of each
        item.

        Shape (len(item_indices), n_history), columns in the order of `batch.histories.indices`;
        rows sum to the score.
        """
        ...


@runtime_checkable
class ScoresWithoutEach(Protocol):
    """A retriever that need not score a history anew for each item that is left out of it."""

    def score_without_each(self, batch: Batch) -> Scores:
        """Return, for a batch of one history, the scores without each of its items, (n_history,
        n_items), rows in the order of `batch.histories.indices`: to rounding those of the history
        without the item, what was rated before it one step nearer."""
        ...


@runtime_checkable
class ScoresWithout(Protocol):
    """A ranking that can be asked what it would be if films of the history were not there."""

    def scores_without(
        self,
        resolved: ResolvedQuery,
        left_out: Sequence[Sequence[int]],
        item_indices: NDArray[np.int64],
    ) -> Scores:
        """Return the score of each item with each group of films left out of the history,
        (len(left_out), len(item_indices)).

        Everything else of the query stays: a row equals the scores for a person who never rated, or
        named, those films.
        """
        ...

    def allowed(self, resolved: Sequence[ResolvedQuery]) -> NDArray[np.bool_]:
        """Return which items may be recommended to each, (n, n_items)."""
        ...


@runtime_checkable
class PredictsRatings(Protocol):
    """Predicts ratings on the dataset's scale for histories that it need not have seen."""

    def predict(
        self, histories: sparse.csr_array, item_indices: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return (n, len(item_indices)) predicted ratings, clipped to the scale."""
        ...


@runtime_checkable
class RatingModel(PredictsRatings, Protocol):
    """A predictor of ratings that is fitted, saved and restored as a `Retriever` is."""

    def fit(self, dataset: Dataset) -> Self: ...
    def state(self) -> State: ...
    def restore(self, dataset: Dataset, state: State) -> Self: ...


@runtime_checkable
class PredictsWithErrors(Protocol):
    """A predictor of ratings that knows how far off each of its predictions may be."""

    def predict_with_errors(
        self, histories: sparse.csr_array, item_indices: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return what `predict` returns, and the standard deviation of each rating about it, in the
        units of the scale."""
        ...


@runtime_checkable
class PredictsWithoutEach(Protocol):
    """A predictor that can be asked what it would have predicted for items of a history."""

    def predict_without_each(
        self,
        item_indices: NDArray[np.int64],
        ratings: NDArray[np.float32],
        places: NDArray[np.int64],
    ) -> NDArray[np.float32]:
        """Return the predicted rating of the items at these places of a history (ascending item
        indices), each from the history without it, (len(places),)."""
        ...


@runtime_checkable
class FindsNeighbors(Protocol):
    """Finds the fitted users most similar to a history."""

    def neighbors(
        self, histories: sparse.csr_array
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return user indices and similarities of one history (1, n_items), most similar first,
        ties by index.

        Users whose ratings equal the history exactly are left out: they are the person, or add
        nothing unseen.
        """
        ...


@runtime_checkable
class Histories(Protocol):
    """Where the history of a person comes from.

    `of` returns what that person rated, the latest rating of each item, and never anything of
    another person. Raises UnknownUserError for somebody of whom nothing is known.
    """

    def of(self, user_id: str) -> History: ...


@runtime_checkable
class Understands(Protocol):
    """Reads what a person says against one catalog, and compares what it read with the items.

    `understand` answers any text and obeys none; `allowed`, `preference` and `typicality` return an
    entry an item: whether it has all that was asked for, the share of it that it has, 0 to 1, and
    how typical it is of the genres asked for, 0 to 1; `describe` returns a short phrase a wish.
    """

    def understand(self, text: str) -> Understanding: ...
    def allowed(self, understood: Understanding) -> NDArray[np.bool_]: ...
    def preference(self, understood: Understanding) -> NDArray[np.float32]: ...
    def typicality(self, understood: Understanding) -> NDArray[np.float32]: ...
    def describe(self, understood: Understanding) -> tuple[str, ...]: ...


@runtime_checkable
class TextEncoder(Protocol):
    """Turns texts into unit vectors, float32 (n, n_dimensions)."""

    @property
    def encoder_id(self) -> str: ...
    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


@runtime_checkable
class EvidenceSource(Protocol):
    """States facts of one kind about items for one query, item after item in the order given, so
    that those of the first need not wait for the last; each can be derived again from its
    `source`."""

    def evidence(
        self, resolved: ResolvedQuery, item_indices: NDArray[np.int64]
    ) -> Iterable[Evidence]: ...


@dataclass(frozen=True, slots=True)
class FittedParts:
    """What facts may be counted from: the rows, and fitted parts, None where there is none."""

    dataset: Dataset
    ranking: ScoresWithout | None = None
    finder: FindsNeighbors | None = None
    predictor: PredictsRatings | None = None
    # says which items of a long history are worth leaving out
    proposer: ExplainsItself | None = None
    n_neighbors: int = 50


@runtime_checkable
class FactKind(Protocol):
    """Four independent views of one typed fact: where it is counted, how it is said, what a
    sentence about it means, and how it is read again.

    `testing.check_kind` proves that they agree. The reading must not lean on the phrases, nor the
    recount on the evidence: each is there to catch the other's errors.
    """

    @property
    def name(self) -> str: ...
    @property
    def fact(self) -> type[Fact]:
        """A frozen dataclass whose `kind` is the name."""
        ...

    @property
    def phrases(self) -> Phrases[Any]: ...
    @property
    def reading(self) -> Reading[Any]: ...
    @property
    def samples(self) -> tuple[Fact, ...]:
        """A fact of each shape that the kind can have: what tests and prompts are checked with."""
        ...

    def evidence(self, parts: FittedParts) -> EvidenceSource | None:
        """Return what states the facts, None where a part that it needs is not there."""
        ...

    def recount(self, fact: Any, candidate: Candidate, rows: QueryRows) -> Mapping[str, object]:
        """Return what the rows say of fields of a stated fact; a field that is left out is not
        read.

        An integer may have been rounded from a float here, a float to one decimal. KeyError where
        the fact names what is not there.
        """
        ...

    def objection(self, fact: Any, candidate: Candidate, catalog: Catalog) -> str:
        """Return what the catalog alone says against the fact, or "".

        Names are held against the catalog for every kind: titles by id, people and genres by item.
        """
        ...


Kinds: TypeAlias = Mapping[str, FactKind]


@runtime_checkable
class LanguageModel(Protocol):
    """Continues a prompt, streaming.

    With a grammar, the text yielded is derived by it, whole, piece by piece; a backend that cannot
    promise that raises GenerationError before the first piece. Also raised: an engine's failure, an
    empty text, a text cut short inside a grammar, more than `timeout_seconds`. Same seed, same
    prompt, one at a time: same text.
    """

    @property
    def model_id(self) -> str: ...
    @property
    def honors_grammar(self) -> bool: ...
    def generate(
        self,
        prompt: Prompt,
        *,
        grammar: Grammar | None = None,
        max_tokens: int = 160,
        temperature: float = 0.7,
        seed: int = 0,
        timeout_seconds: float = 60.0,
    ) -> Iterator[str]: ...
    def close(self) -> None: ...


@runtime_checkable
class Cancellable(Protocol):
    """A language model that stops within a text when nobody waits for it any more."""

    def until(self, cancellation: Cancellation) -> LanguageModel:
        """Return the same model for one asker: on cancellation, from any thread, its decoding stops
        and its text raises Cancelled."""
        ...


@runtime_checkable
class WritesSeveral(Protocol):
    """A language model that writes several texts at once, none of them much later for it."""

    @property
    def texts_at_once(self) -> int: ...


@runtime_checkable
class LoadsAhead(Protocol):
    """A language model that can read its weights before the first text; raises what its first text
    would raise."""

    def load(self) -> None: ...


@runtime_checkable
class PreparesAhead(Protocol):
    """A language model that can read its weights, and what many prompts begin with, while other
    work goes on.

    `prepare` returns at once; what goes wrong is raised by the first text.
    """

    def prepare(self, prompt: Prompt) -> None: ...


@runtime_checkable
class Writer(Protocol):
    """Writes about one item, a sentence at a time, from its context only. Sentences cite evidence
    as [1], [2].

    Raises GenerationError where the text breaks off, or is not whole after `timeout_seconds`.
    """

    @property
    def name(self) -> str: ...
    def write(
        self, context: Context, *, rank: int, seed: int, timeout_seconds: float = 60.0
    ) -> Iterator[str]: ...


@runtime_checkable
class RepairsText(Protocol):
    """A writer that can write a text again when it is told which of its claims were refused, and
    why; else as `write`."""

    def repair(
        self,
        context: Context,
        refused: Sequence[Verdict],
        *,
        rank: int,
        seed: int,
        timeout_seconds: float = 60.0,
    ) -> Iterator[str]: ...


@runtime_checkable
class LeavesFactsOut(Protocol):
    """A writer that does not know every kind of fact."""

    def left_out(self, context: Context) -> str:
        """Return a note on the facts of this context that it writes without, "" for none."""
        ...


@runtime_checkable
class Verifier(Protocol):
    """Judges claims against their context: one verdict per claim, same order; no citation =
    unsupported."""

    def verify(self, claims: Sequence[Claim], context: Context) -> Sequence[Verdict]: ...


@runtime_checkable
class FindsCitations(Protocol):
    """A verifier that finds the evidence of a sentence itself."""

    def cited(self, sentence: str, context: Context) -> str:
        """Return the sentence with the citations under which it is supported, in the place of its
        own; "" if there are none."""
        ...


@runtime_checkable
class ReadsRows(Protocol):
    """Reads evidence again from the rows of the dataset."""

    def objections(
        self, resolved: ResolvedQuery, listed: Sequence[Candidate] = ()
    ) -> Callable[[Candidate, Evidence], str]:
        """Return what says of each fact for this query and list why the rows do not bear it out, or
        ""."""
        ...


def missing_members(value: object, protocol: type) -> str:
    """Return the members of a protocol that a value lacks, by name, "" where it has them all.

    >>> missing_members(object(), LoadsAhead)
    'load'
    """
    members = {*vars(protocol), *vars(protocol).get("__annotations__", ())}
    public = sorted(member for member in members if not member.startswith("_"))
    return ", ".join(member for member in public if getattr(value, member, None) is None)
