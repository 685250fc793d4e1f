"""Retrievers that were tried as further parts of the pipeline, each as it was published. Not
shipped: `trials.py` says why.

All are of likes: a rating counts as 1, whatever its value. `fit(dataset)`, then `score(batch)`, as
everything that is measured.
"""

from abc import ABC, abstractmethod
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.dataset import Dataset
from recsys_rag.retrieve._liking import occurred
from recsys_rag.types import Batch, Scores

Pairs = NDArray[np.float64]  # (n_items, n_items)


class _Linear(ABC):
    """Scores an item by the sum over the history of a weight between two items."""

    def fit(self, dataset: Dataset) -> Self:
        self.weights = self.between(occurred(dataset.interactions).tocsr(), dataset).astype(
            np.float32
        )
        return self

    @abstractmethod
    def between(self, likes: sparse.csr_array, dataset: Dataset) -> Pairs:
        """Return what each item of a history (rows) adds to the score of each item, given who chose
        what."""

    def score(self, batch: Batch) -> Scores:
        return np.asarray(occurred(batch.histories).astype(np.float32) @ self.weights, np.float32)


class SLIM(_Linear):
    """min |X - XB|^2 / 2 + l2 |B|^2 / 2 + l1 |B|_1, B >= 0, diag(B) = 0; coordinate descent for all
    targets at once.

    Xia Ning, George Karypis, "SLIM: Sparse Linear Methods for Top-N Recommender Systems", ICDM
    2011.
    """

    def __init__(self, l1: float = 5.0, l2: float = 100.0, sweeps: int = 12) -> None:
        self.l1, self.l2, self.sweeps = l1, l2, sweeps

    def between(self, likes: sparse.csr_array, dataset: Dataset) -> Pairs:
        gram = (likes.T @ likes).toarray().astype(np.float32)
        counts, weights = np.diag(gram).copy(), np.zeros_like(gram)
        predicted = np.zeros_like(gram)  # gram @ weights, kept up to date
        for _ in range(self.sweeps):
            for item in np.argsort(-counts, kind="stable"):
                if not counts[item]:
                    break
                old = weights[item]
                left = gram[item] - predicted[item] + counts[item] * old
                new = np.maximum(left - self.l1, 0) / (counts[item] + self.l2)
                new[item] = 0.0
                moved = np.flatnonzero(new != old)
                predicted[:, moved] += np.outer(gram[item], new[moved] - old[moved])
                weights[item] = new
        return weights.astype(np.float64)


class RP3Beta(_Linear):
    """The chance of a walk item - person - item, to the power alpha, divided by popularity ** beta.

    Bibek Paudel et al., "Updatable, Accurate, Diverse, and Scalable Recommendations for Interactive
    Applications", TiiS 2017.
    """

    def __init__(self, alpha: float = 1.0, beta: float = 0.6, neighbors: int = 200) -> None:
        self.alpha, self.beta, self.neighbors = alpha, beta, neighbors

    def between(self, likes: sparse.csr_array, dataset: Dataset) -> Pairs:
        of_items, of_people = (
            np.maximum(dataset.popularity, 1),
            np.maximum(np.diff(likes.indptr), 1),
        )
        to_person = likes.T.multiply((1 / of_items)[:, None]).tocsr()
        to_item = likes.multiply((1 / of_people)[:, None]).tocsr()
        to_person.data, to_item.data = to_person.data**self.alpha, to_item.data**self.alpha
        walks: Pairs = (to_person @ to_item).toarray() / of_items**self.beta
        np.fill_diagonal(walks, 0.0)
        least = -np.sort(-walks, axis=1)[
            :, min(self.neighbors, walks.shape[1]) - 1 : self.neighbors
        ]
        walks[walks < least] = 0.0
        return walks


class TurboCF(_Linear):
    """A polynomial filter of the item graph: P = (R'R of normalized R) ** power, then 2 P - P^2.

    Jin-Duk Park, Yong-Min Shin, Won-Yong Shin, "Turbo-CF: Matrix Decomposition-Free Graph Filtering
    for Fast Recommendation", SIGIR 2024.
    """

    def __init__(self, alpha: float = 0.5, power: float = 0.8, second: bool = False) -> None:
        self.alpha, self.power, self.second = alpha, power, second

    def between(self, likes: sparse.csr_array, dataset: Dataset) -> Pairs:
        graph: Pairs = _normalized_gram(likes, self.alpha) ** self.power
        return 2 * graph - graph @ graph if self.second else graph


class GFCF(_Linear):
    """The item graph plus an ideal low-pass filter of its strongest directions.

    Yifei Shen et al., "How Powerful is Graph Convolution for Recommendation?", CIKM 2021.
    """

    def __init__(self, share: float = 0.3, factors: int = 64) -> None:
        self.share, self.factors = share, factors

    def between(self, likes: sparse.csr_array, dataset: Dataset) -> Pairs:
        graph = _normalized_gram(likes, 0.5)
        _, vectors = np.linalg.eigh(graph)
        strongest = vectors[:, -self.factors :]
        roots = np.sqrt(np.maximum(dataset.popularity, 1))
        return graph + self.share * (strongest @ strongest.T) * roots[None, :] / roots[:, None]


def _normalized_gram(likes: sparse.csr_array, alpha: float) -> Pairs:
    """Return R'R of R = D_people^-alpha X D_items^(alpha - 1)."""
    of_items = np.maximum(np.bincount(likes.indices, minlength=likes.shape[1]), 1)
    of_people = np.maximum(np.diff(likes.indptr), 1)
    normal = (
        likes.multiply((of_people**-alpha)[:, None])
        .multiply((of_items ** (alpha - 1.0))[None, :])
        .tocsr()
    )
    gram: Pairs = (normal.T @ normal).toarray()
    return gram


class SASRec:
    """Self-attention over the order of a history, trained with a softmax over all items. Needs
    torch.

    Wang-Cheng Kang, Julian McAuley, "Self-Attentive Sequential Recommendation", ICDM 2018; the
    softmax instead of sampled negatives after Aleksandr Petrov, Craig Macdonald, "gSASRec", RecSys
    2023, and Anton Klenitskiy, Alexey Vasilev, "Turning Dross Into Gold Loss: is BERT4Rec really
    better than SASRec?", RecSys 2023.
    """

    def __init__(
        self,
        width: int = 64,
        layers: int = 2,
        length: int = 64,
        dropout: float = 0.3,
        epochs: int = 40,
        seed: int = 0,
    ) -> None:
        self.width, self.layers, self.length, self.dropout = width, layers, length, dropout
        self.epochs, self.seed = epochs, seed

    def fit(self, dataset: Dataset) -> Self:
        """Train on windows of `length` ratings that overlap by half."""
        import torch
        from torch.nn.functional import cross_entropy

        torch.manual_seed(self.seed)
        torch.set_num_threads(1)
        windows = torch.tensor(_windows(dataset, self.length))
        self.model = _attention(dataset.n_items, self.width, self.layers, self.length, self.dropout)
        optimizer = torch.optim.AdamW(self.model.parameters(), lr=2e-3, weight_decay=0.01)
        steps = self.epochs * -(-len(windows) // 64)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, 2e-3, total_steps=steps, pct_start=0.1
        )
        self.model.train()
        for _ in range(self.epochs):
            for part in torch.randperm(len(windows)).split(64):
                states = self.model(windows[part, :-1])
                wanted = windows[part, 1:]
                asked = wanted > 0
                loss = cross_entropy(
                    self.model.logits(states[asked]), wanted[asked] - 1, label_smoothing=0.1
                )
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
        return self

    def score(self, batch: Batch) -> Scores:
        """Return (n, n_items): what is likely to come next."""
        import torch

        assert batch.steps_back is not None, "there is no order without timestamps"
        last = np.zeros((len(batch), self.length), np.int64)
        rows = np.repeat(np.arange(len(batch)), np.diff(batch.histories.indptr))
        near = batch.steps_back < self.length
        last[rows[near], self.length - 1 - batch.steps_back[near]] = (
            batch.histories.indices[near] + 1
        )
        self.model.eval()
        with torch.no_grad():
            found = [
                self.model.logits(self.model(part)[:, -1]).numpy()
                for part in torch.tensor(last).split(256)
            ]
        return np.concatenate(found).astype(np.float32)


def _windows(dataset: Dataset, length: int) -> NDArray[np.int64]:
    """Return pieces of all histories in order, (n, length + 1), items from 1; 0 fills up on the
    left."""
    assert dataset.steps_back is not None
    starts = dataset.interactions.indptr
    pieces = []
    for begin, end in pairwise(starts.tolist()):
        items = (
            dataset.interactions.indices[begin:end][np.argsort(-dataset.steps_back[begin:end])] + 1
        )
        for stop in range(len(items), 1, -(length // 2)):
            piece = items[max(0, stop - length - 1) : stop]
            pieces.append(np.pad(piece, (length + 1 - len(piece), 0)))
            if stop <= length + 1:
                break
    return np.stack(pieces).astype(np.int64)


def _attention(n_items: int, width: int, layers: int, length: int, dropout: float):
    """Return the network: items -> states (n, length, width); `logits` compares states with all
    items."""
    import torch
    from torch import nn

    class Attention(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.items = nn.Embedding(n_items + 1, width, padding_idx=0)
            self.places = nn.Embedding(length, width)
            nn.init.normal_(self.items.weight, std=0.05)
            nn.init.normal_(self.places.weight, std=0.05)
            self.drop = nn.Dropout(dropout)
            layer = nn.TransformerEncoderLayer(
                width, 2, 2 * width, dropout, activation="gelu", batch_first=True, norm_first=True
            )
            self.layers = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
            self.norm = nn.LayerNorm(width)
            self.bias = nn.Parameter(torch.zeros(n_items))

        def forward(self, items):
            n = items.shape[1]
            inputs = self.drop(self.items(items) * width**0.5 + self.places.weight[-n:])
            later = torch.triu(torch.full((n, n), float("-inf")), 1)
            return self.norm(self.layers(inputs, mask=later, is_causal=True))

        def logits(self, states):
            return states @ self.items.weight[1:].T + self.bias

    return Attention()
