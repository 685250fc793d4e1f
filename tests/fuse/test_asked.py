import numpy as np

from recsys_rag._fuse.asked import Asked
from recsys_rag._fuse.weighted import WeightedFusion
from recsys_rag.retrieve.item_knn import ItemKNN
from recsys_rag.retrieve.popularity import Popularity
from recsys_rag.testing.conformance import batch_of
from recsys_rag.testing.datasets import made_up_movies


def test_fused_as_if_all_had_been_asked():
    movies = made_up_movies()
    parts = {"popularity": Popularity().fit(movies), "item_knn": ItemKNN().fit(movies)}
    batch = batch_of(movies)
    fuser = WeightedFusion({"popularity": (1.0, 0.5, 0.0, 0.2, 0.1), "item_knn": 2.0})
    scores = {name: part.score(batch) for name, part in parts.items()}
    assert np.array_equal(fuser.fuse(Asked(parts, batch), batch), fuser.fuse(scores, batch))


def test_a_retriever_without_weight_for_any_history_of_the_batch_is_not_asked():
    movies = made_up_movies()
    batch = batch_of(movies)
    asleep = ItemKNN()  # not fitted: it would raise
    fuser = WeightedFusion({"popularity": 1.0, "item_knn": (1.0, 0, 0, 0, 0)})
    assert np.diff(batch.histories.indptr).min() > 0
    fused = fuser.fuse(
        Asked({"popularity": Popularity().fit(movies), "item_knn": asleep}, batch), batch
    )
    assert np.isfinite(fused).all()
