"""A fit on a cluster of two workers is the fit at home; also when one is killed in the middle."""

import csv
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.conftest import Cluster
from recsys_rag import _fitting as fitting
from recsys_rag._engine import lists
from recsys_rag._engine.spark import SparkFitter
from recsys_rag._engine.sums import sums_of_dataset
from recsys_rag._fitting import LocalFitter
from recsys_rag.data._order import in_order_of_ids
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import DataError
from recsys_rag.retrieve.ease import EASE
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import made_up_movies
from waiting import wait_until

pytestmark = [
    pytest.mark.spark,
    # of pyspark itself: sockets to its JVM that it leaves open, and types that it guesses
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning:pyspark"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SETTINGS = from_mapping({"retrieve": {"encoder": "none"}, "generate": {"model": "template"}})


def rows_of(dataset: Dataset) -> list[tuple[str, str, str, str]]:
    """The ratings in file order, as text."""
    users = np.repeat(np.arange(dataset.n_users), np.diff(dataset.interactions.indptr))
    assert dataset.timestamps is not None
    return [
        (
            dataset.users.ids[users[place]],
            dataset.items.ids[dataset.interactions.indices[place]],
            f"{dataset.interactions.data[place]:g}",
            str(dataset.timestamps[place] // 7200),  # many of one time
        )
        for place in np.argsort(dataset.rows).tolist()
    ]


def written(file: Path, rows: list[tuple[str, str, str, str]]) -> Path:
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([("user", "item", "rating", "timestamp"), *rows])
    return file


@pytest.fixture(scope="module")
def ratings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some of the ratings are given twice: the second time with another value."""
    rows = rows_of(made_up_movies(120))
    again = [(user, item, "1", time) for user, item, _, time in rows[::50]]
    return written(tmp_path_factory.mktemp("ratings") / "ratings.csv", [*rows, *again])


def test_artifact_of_a_cluster_is_that_of_home(spark: Any, ratings: Path, tmp_path: Path) -> None:
    cluster = SparkFitter(spark, str(ratings))
    there = cluster.fit(cluster.dataset, SETTINGS)
    fitting.save(there, tmp_path / "cluster", cluster.kept())
    home = LocalFitter().fit(Dataset.from_csv(str(ratings)), SETTINGS)
    loaded = fitting.load(tmp_path / "cluster")
    assert loaded.dataset.content_hash == home.dataset.content_hash
    assert (loaded.dataset.rows == home.dataset.rows).all()
    assert there.choice == home.choice
    for name, part in home.parts.items():
        for key, array in part.state().items():
            again = loaded.parts[name].state()[key]
            np.testing.assert_allclose(again, array, rtol=1e-5, atol=1e-6, err_msg=f"{name} {key}")
    lists.write_on_cluster(spark, tmp_path / "cluster", str(tmp_path / "lists"), 5)
    lists.write_at_home(tmp_path / "cluster", tmp_path / "home.parquet", 5)
    assert table(tmp_path / "lists") == table(tmp_path / "home.parquet")


def table(path: Path) -> list[dict[str, Any]]:
    from pyarrow import parquet

    rows = parquet.read_table(path).to_pylist()
    assert rows
    return sorted(rows, key=lambda row: (row["user"], row["rank"]))


def test_parquet_is_read_as_text_is(spark: Any, ratings: Path, tmp_path: Path) -> None:
    from pyarrow import csv as arrow_csv
    from pyarrow import parquet

    parquet.write_table(arrow_csv.read_csv(ratings), tmp_path / "ratings.parquet")
    read = SparkFitter(spark, str(tmp_path / "ratings.parquet")).dataset
    assert read.content_hash == Dataset.from_csv(str(ratings)).content_hash


def test_a_rating_that_is_none_is_refused_with_its_row(spark: Any, tmp_path: Path) -> None:
    rows = [("a", "x", "3", "1"), ("b", "x", "five", "2")]
    with pytest.raises(DataError, match=r"part 1: row 2: rating 'five' is not a number"):
        SparkFitter(spark, str(written(tmp_path / "bad.csv", rows)))


def test_a_killed_worker_changes_nothing(cluster: Cluster, spark: Any, tmp_path: Path) -> None:
    movies = rows_of(made_up_movies(120))
    rows = [(f"{copy}-{user}", *rest) for copy in range(40) for user, *rest in movies]
    fitter = SparkFitter(spark, str(written(tmp_path / "many.csv", rows)))
    data, ease = in_order_of_ids(fitter.dataset), EASE()
    tracker = spark.sparkContext.statusTracker()
    victim = cluster.start_worker()  # a third, which gets an executor
    killed = threading.Event()

    def is_counting() -> bool:
        stages = (tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds())
        return any(stage and stage.numActiveTasks for stage in stages)

    def kill() -> None:
        wait_until(is_counting)
        cluster.kill(cluster.processes[1])
        killed.set()

    killer = threading.Thread(target=kill)
    killer.start()
    sums = fitter.count(data, ease)
    killer.join()
    assert killed.is_set()
    assert victim.poll() is None
    whole = sums_of_dataset(data, ease)
    assert (sums.together != whole.together).nnz == 0
    assert (sums.near != whole.near).nnz == 0
