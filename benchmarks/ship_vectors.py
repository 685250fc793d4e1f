"""Put the vectors of MovieLens 100K's films into the package, as the default settings describe and
encode them: `python benchmarks/ship_vectors.py`, after a change of notes or of how items are told.
"""

import numpy as np

from recsys_rag import Dataset
from recsys_rag import _assets as assets
from recsys_rag._encode.minilm import MiniLM
from recsys_rag._encode.shipped import FILE, key_of, packed
from recsys_rag.data._notes import with_notes
from recsys_rag.retrieve.embedding import described

if __name__ == "__main__":
    encoder = MiniLM(assets.fetch("minilm"))
    texts = described(with_notes(Dataset.movielens("100k").catalog)[0])
    keys = np.frombuffer(b"".join(key_of(encoder.encoder_id, text) for text in texts), np.uint8)
    np.savez_compressed(FILE, keys=keys.reshape(-1, 12), values=packed(encoder.encode(texts)))
    print(f"{len(texts)} vectors in {FILE}, {FILE.stat().st_size:,} bytes")
