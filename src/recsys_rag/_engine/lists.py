"""The best items of everybody in a saved recommender, as Parquet: in this process, or on a cluster
that shares its folders."""

from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from recsys_rag._engine.columns import Columns, batch_of, ddl, table_of
from recsys_rag._store import read_manifest
from recsys_rag.errors import MissingExtraError
from recsys_rag.recommender import Recommender
from recsys_rag.types import Query

_LISTS: Columns = {
    **{"user": "string", "rank": "int", "item": "string", "title": "string", "score": "float"}
}
_AT_ONCE = 256  # people


def write_at_home(model: Path, out: Path, k: int) -> None:
    """Write the k best items of everybody to a Parquet file: user, rank, item, title, score. Who
    has none left has no row. Raises MissingExtraError, ArtifactError."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise MissingExtraError(
            "writing Parquet needs: pip install 'recsys-rag[parquet]'"
        ) from None
    places = np.arange(_n_users(model))
    asked = (
        pa.record_batch([places[begin : begin + _AT_ONCE]], ["id"])
        for begin in range(0, len(places), _AT_ONCE)
    )
    with parquet.ParquetWriter(out, table_of(_LISTS, [[]] * len(_LISTS)).schema) as writer:
        for lists in lists_of(str(model), k, asked):
            writer.write_batch(lists)


def write_on_cluster(spark: Any, model: Path, out: str, k: int) -> None:
    """Write the same to a folder of Parquet files. Every worker opens the recommender at this
    path."""
    n_users = _n_users(model)
    n_parts = max(1, min(4 * spark.sparkContext.defaultParallelism, n_users // _AT_ONCE))
    people = spark.range(0, n_users, 1, n_parts)
    lists = people.mapInArrow(partial(lists_of, str(model.absolute()), k), ddl(_LISTS))
    lists.write.mode("overwrite").parquet(out)


def lists_of(model: str, k: int, batches: Iterator[Any]) -> Iterator[Any]:
    """Rank for people by their places in the data of a saved recommender, some at a time."""
    recommender = _opened(model)
    dataset = recommender.dataset
    for batch in batches:
        places = batch.column(0).to_numpy()
        for begin in range(0, len(places), _AT_ONCE):
            people = dataset.users.ids_at(places[begin : begin + _AT_ONCE])
            best = recommender.rank([Query(user_id=person, k=k) for person in people])
            who, where = np.nonzero(best.item_indices >= 0)
            items = best.item_indices[who, where]
            yield batch_of(
                _LISTS,
                [
                    [people[place] for place in who.tolist()],
                    where + 1,
                    dataset.items.ids_at(items),
                    [dataset.catalog.titles[item] for item in items.tolist()],
                    best.scores[who, where],
                ],
            )


@cache
def _opened(model: str) -> Recommender:
    return Recommender.load(model)


def _n_users(model: Path) -> int:
    return int(read_manifest(model).about["dataset"]["users"])
