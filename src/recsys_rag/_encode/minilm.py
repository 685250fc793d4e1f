"""The sentence encoder all-MiniLM-L6-v2 from its files, in numpy. Where the files come from is the
business of `assets`.

Vectors are the mean of BERT's last hidden states over all tokens, scaled to length 1, of the first
256 tokens, as sentence-transformers computes them (Reimers and Gurevych 2019, arXiv 1908.10084).
"""

import itertools
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recsys_rag._encode._bert import Bert
from recsys_rag._encode._wordpiece import WordPiece
from recsys_rag.errors import AssetError

_N_LAYERS = 6
_N_HEADS = 12
_MAX_TOKENS = 256
# enough to keep the matrix products busy, few enough to stay in the second-level cache
_BATCH_TOKENS = 1024


class MiniLM:
    """all-MiniLM-L6-v2: a TextEncoder with 384 dimensions, for English.

    `folder` holds `model.safetensors` and `vocab.txt`. `n_threads` 0 means as many as numpy's
    linear algebra uses. Raises AssetError when a file is missing or is not what it should be.
    """

    def __init__(self, folder: Path | str, n_threads: int = 0) -> None:
        self._tokenizer = WordPiece.read(Path(folder) / "vocab.txt")
        self._bert = _read_bert(Path(folder) / "model.safetensors")
        if len(self._tokenizer) != len(self._bert.words):
            raise AssetError(
                f"{folder}: vocab.txt has {len(self._tokenizer)} pieces, "
                f"model.safetensors has {len(self._bert.words)}; "
                "the two files do not belong together"
            )
        from threadpoolctl import ThreadpoolController

        self._blas = ThreadpoolController().select(user_api="blas")
        self._n_threads = n_threads or max(
            (library["num_threads"] for library in self._blas.info()), default=1
        )

    @property
    def encoder_id(self) -> str:
        return "all-MiniLM-L6-v2"

    @property
    def n_dimensions(self) -> int:
        return self._bert.n_dimensions

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a text, (n, n_dimensions), in the order of the texts; of each its
        first 256 tokens count.

        The same text gives the same vector up to rounding (about 1e-6), whatever texts stand beside
        it.
        """
        tokens = [self._tokenizer.encode(text, _MAX_TOKENS) for text in texts]
        vectors = np.empty((len(texts), self.n_dimensions), np.float32)

        def fill(batch: list[int]) -> None:
            vectors[batch] = self._pooled(np.array([tokens[i] for i in batch]))

        batches = list(_batches([len(ids) for ids in tokens]))
        # Threads over batches beat threads inside each product: activations and norms run side by
        # side too.
        with (
            self._blas.limit(limits=1),
            ThreadPoolExecutor(min(self._n_threads, len(batches) or 1)) as threads,
        ):
            for _ in threads.map(fill, batches):
                pass
        return vectors

    def _pooled(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        means: NDArray[np.float32] = self._bert(ids).mean(axis=1)
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        return means


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield places of texts of equal length, longest first, at most `_BATCH_TOKENS` tokens (or one
    text) together.

    >>> list(_batches([3, 9, 3]))
    [[1], [0, 2]]
    """
    order = sorted(range(len(lengths)), key=lambda i: (-lengths[i], i))
    for length, of_length in itertools.groupby(order, key=lengths.__getitem__):
        batch = list(of_length)
        size = max(1, _BATCH_TOKENS // length)
        for start in range(0, len(batch), size):
            yield batch[start : start + size]


def _read_bert(path: Path) -> Bert:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            return Bert.read(file.get_tensor, _N_LAYERS, _N_HEADS)
    except (OSError, SafetensorError, AssetError) as error:
        raise AssetError(f"{path}: the sentence encoder cannot be read: {error}") from error
