"""Put vectors into the package, as the default settings encode them: of MovieLens 100K's films, and
of all search phrases of the notes: `python benchmarks/ship_vectors.py`, after a change of notes or
of how items are told.
"""

import numpy as np
from numpy.typing import NDArray

from recsys_rag import Dataset
from recsys_rag import _assets as assets
from recsys_rag._encode.minilm import MiniLM
from recsys_rag._encode.shipped import FILE, key_of
from recsys_rag.data._notes import film_notes, with_notes
from recsys_rag.lab.packing import packed, packed_phrases
from recsys_rag.retrieve.embedding import described

_DIRECTIONS = 256


def _keys(encoder: MiniLM, texts: list[str]) -> NDArray[np.uint8]:
    every = b"".join(key_of(encoder.encoder_id, text) for text in texts)
    return np.frombuffer(every, np.uint8).reshape(len(texts), -1)


if __name__ == "__main__":
    encoder = MiniLM(assets.fetch("minilm"))
    texts = described(with_notes(Dataset.movielens("100k").catalog)[0])
    phrases = sorted({phrase for note in film_notes() for phrase in note.search_phrases})
    values, basis = packed_phrases(encoder.encode(phrases), _DIRECTIONS)
    np.savez_compressed(
        FILE,
        keys=_keys(encoder, texts),
        values=packed(encoder.encode(texts)),
        phrase_keys=_keys(encoder, phrases),
        phrase_values=values,
        basis=basis,
    )
    print(f"{len(texts)} and {len(phrases)} vectors in {FILE}, {FILE.stat().st_size:,} bytes")
