"""A fit and lists for all people on a Spark cluster: our own functions of a partition, called where
the ratings lie. The artifact is that of a fit at home.

Spark reads, shuffles by person and adds up; what is counted are `data._readers` and `_engine.sums`.
The driver holds the data, as the artifact does, and fits all parts but the sums of EASE.
"""

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag._engine.columns import Columns, batch_of, ddl, table_of
from recsys_rag._engine.sums import OfSums, Sums, sums_of
from recsys_rag._fitted import Fitted, Progress
from recsys_rag._fitting import LocalFitter
from recsys_rag.data._readers.files import open_table
from recsys_rag.data._readers.left_out import LeftOut
from recsys_rag.data._readers.options import Options, named_options
from recsys_rag.data._readers.ratings_table import Places, RatingColumns, read_ratings
from recsys_rag.data._readers.table import Chunk, Table
from recsys_rag.data._readers.tables import dataset_of_tables
from recsys_rag.data.dataset import Dataset
from recsys_rag.data.vocabulary import id_order
from recsys_rag.errors import DataError, MissingExtraError
from recsys_rag.retrieve._gram import Partition
from recsys_rag.retrieve.ease import EASE
from recsys_rag.settings import Settings

_CELLS: Columns = {
    **{"user": "string", "item": "string", "rating": "float", "seconds": "long", "nanos": "long"},
    **{"file": "long", "block": "long", "place": "long", "fault": "string"},
}
_PIECES: Columns = {
    **{"sum": "string", "block": "int", "part": "int"},
    **{"values": "binary", "columns": "binary", "starts": "binary"},
}
_PIECE_CELLS = 2_000_000  # of the rows of a piece, 12 bytes each where all are there
_RATINGS_A_PARTITION = 2_000_000
_SEPARATORS = ("\t", "::", ";", "|", ",")


def session(master: str | None) -> Any:
    """Return the Spark session of this process, made at `master` where there is none; None asks
    what `spark-submit` was given. Raises MissingExtraError."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise MissingExtraError(
            "--engine spark needs: pip install 'recsys-rag[spark]', and Java 17 or newer"
        ) from None
    # else workers take the python3 of their PATH, which may know nothing of us
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("recsys-rag").config("spark.driver.maxResultSize", "0")
    return (builder.master(master) if master else builder).getOrCreate()


class SparkFitter:
    """Reads ratings on a cluster, and fits with EASE's sums counted there.

    `dataset` is what a reading at home gives. Options are those of `data._readers.options`; bad
    rows stop the reading, and columns that tell of items are read from `items` alone. Raises
    DataError, MissingExtraError.
    """

    def __init__(self, spark: Any, ratings: str, items: str | None = None, **options: Any) -> None:
        self._spark = spark
        self.sums: Sums | None = None
        chosen = named_options(options)
        if chosen.on_error != "stop" or chosen.repeats == "first" or chosen.wide:
            raise DataError(
                "--engine spark reads a row a rating, stops at bad rows, and of a pair the latest "
                "counts; read other tables at home"
            )
        frame = _frame(spark, ratings, chosen)
        table = Table(ratings, tuple(frame.columns), iter(()), LeftOut(ratings))
        with ExitStack() as stack:
            of_items = chosen.form_of_items()
            item_table = items and stack.enter_context(open_table(items, of_items))
            name = Path(ratings).name.split(".")[0]
            self.dataset = dataset_of_tables(
                name, table, item_table or None, chosen, partial(self._read, frame)
            )

    @classmethod
    def at(cls, master: str | None, ratings: Path, **options: Any) -> Self:
        """Read ratings at a path or address ("s3a://...") with the session of this master."""
        # a path has lost one slash of an address
        return cls(session(master), re.sub(r"^(\w+):/(?=[^/])", r"\1://", str(ratings)), **options)

    def fit(self, dataset: Dataset, settings: Settings, progress: Progress | None = None) -> Fitted:
        """Learn from the dataset that was read."""

        def fit_ease(ease: EASE, data: Dataset) -> None:
            counted = self.sums = self.count(data, ease)
            ease.fit(data, lambda data, kept: OfSums(counted, data, kept, ease))

        return LocalFitter({"ease": fit_ease}).fit(dataset, settings, progress)

    def kept(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that an artifact keeps, for `fit --from`."""
        return self.sums.arrays() if self.sums else {}

    def _read(
        self,
        frame: Any,
        table: Table,
        places: Places,
        options: Options,
        item_ids: Sequence[str] | None = None,
    ) -> RatingColumns:
        """Read all rows where they lie; as `read_ratings`, ids in their own order."""
        from pyspark import StorageLevel
        from pyspark.sql import functions as f

        read_part = partial(_read_part, table.where, table.columns, places, options)
        cells = (
            frame.withColumn("_file", f.xxhash64("_metadata.file_path"))
            .withColumn("_block", f.col("_metadata.file_block_start"))
            .withColumn("_place", f.monotonically_increasing_id())
            .mapInArrow(read_part, ddl(_CELLS))
            .persist(StorageLevel.MEMORY_AND_DISK)
        )
        fault = cells.where("fault is not null").orderBy("fault").select("fault").first()
        if fault:
            raise DataError(fault[0])
        ids = {what: _distinct(cells, what) for what in ("user", "item")}
        if not ids["user"]:
            raise DataError(f"{table.where}: no ratings in it; give a file with at least one row")
        known = list(item_ids or ())
        self._items = known + sorted(set(ids["item"]) - set(known), key=id_order)
        coded = cells
        for what, names in (("user", ids["user"]), ("item", self._items)):
            codes = self._codes(what, names)
            # what is small goes to all workers
            coded = coded.join(f.broadcast(codes) if len(names) < 1_000_000 else codes, what)
        self._coded = coded.drop("user", "item", "fault").persist(StorageLevel.MEMORY_AND_DISK)
        collected = self._coded.toArrow()
        rows = {name: collected.column(name).to_numpy() for name in collected.column_names}
        cells.unpersist()
        table.left_out.n_rows = len(rows["user_code"])
        order = np.lexsort((rows["place"], rows["block"], rows["file"]))
        timed = places.timestamp is not None
        return RatingColumns(
            ids["user"],
            self._items,
            rows["user_code"][order],
            rows["item_code"][order],
            None if places.rating is None else rows["rating"][order],
            rows["seconds"][order] if timed else None,
            rows["nanos"][order] if timed else None,
            np.arange(1, len(order) + 1),
        )

    def _codes(self, what: str, names: Sequence[str]) -> Any:
        import pyarrow as pa

        codes = {what: names, f"{what}_code": pa.array(np.arange(len(names), dtype=np.int32))}
        return self._spark.createDataFrame(pa.table(codes))

    def pieces(self, data: Dataset, ease: EASE) -> Any:
        """Return what the partitions of people add to the sums: a frame, a row a piece."""
        counted = np.array([item in data.items for item in self._items])
        n_parts = max(
            2 * self._spark.sparkContext.defaultParallelism,
            -(-data.n_ratings // _RATINGS_A_PARTITION),
        )
        count_part = partial(
            _count_part, counted, data.timestamps is not None, ease.user_power, ease.order_decay
        )
        people = self._coded.repartition(n_parts, "user_code")
        return people.mapInArrow(count_part, ddl(_PIECES))

    def count(self, data: Dataset, ease: EASE) -> Sums:
        """Return the sums over all people of the data, in its order of items."""
        import pyarrow as pa

        n_items = len(self._items)

        def added(pieces: pa.Table) -> pa.Table:  # by these hints Spark knows what it calls
            return _added(n_items, pieces)

        pieces = self.pieces(data, ease).groupBy("sum", "block")
        blocks: dict[str, list[Any]] = {"together": [], "near": []}
        rows = pieces.applyInArrow(added, ddl(_PIECES)).toArrow().to_pylist()
        for piece in sorted(rows, key=itemgetter("block")):
            blocks[piece["sum"]].append(_matrix(piece, n_items))
        sums = Sums(*(sparse.csr_array(sparse.vstack(of_sum)) for of_sum in blocks.values()))
        places = np.array([data.items.get(item) or 0 for item in self._items])  # 0 where no row is
        return sums.placed(places, data.n_items)


def _frame(spark: Any, path: str, options: Options) -> Any:
    """Return the cells of a table as they are written: Parquet by its name, else text with a
    separator."""
    if re.search(r"\.(parquet|pq)/?$", path):
        return spark.read.parquet(path)
    first = spark.read.text(path).first()
    separator = options.separator or next(
        (sign for sign in _SEPARATORS if first and sign in first[0]), ","
    )
    frame = spark.read.csv(
        path,
        sep=separator,
        header=not options.columns,
        inferSchema=False,
        escape='"',
        encoding=options.encoding or "UTF-8",
    )
    return frame.toDF(*options.columns) if options.columns else frame


def _read_part(
    where: str, names: tuple[str, ...], places: Places, options: Options, batches: Iterator[Any]
) -> Iterator[Any]:
    """Read the rows of a partition as `read_ratings` does, with where each stood."""
    import pyarrow as pa
    from pyspark import TaskContext

    context = TaskContext.get()
    cells = list(batches)
    if not sum(batch.num_rows for batch in cells):
        return
    table = pa.Table.from_batches(cells)
    chunk = Chunk(range(1, table.num_rows + 1), [table.column(name).to_pylist() for name in names])
    part = f"{where}, part {context.partitionId() + 1 if context else 1}"
    try:
        read = read_ratings(Table(part, names, iter([chunk]), LeftOut(part)), places, options, ())
    except DataError as error:
        yield batch_of(_CELLS, [[None]] * 8 + [[str(error)]])
        return
    kept = read.numbers - 1
    zero = np.zeros(len(kept), np.int64)
    columns = [
        pa.array(read.user_ids).take(pa.array(read.users)),
        pa.array(read.item_ids).take(pa.array(read.items)),
        np.ones(len(kept), np.float32) if read.ratings is None else read.ratings,
        zero if read.seconds is None else read.seconds,
        zero if read.nanoseconds is None else read.nanoseconds,
        *(table.column(name).to_numpy()[kept] for name in ("_file", "_block", "_place")),
        pa.nulls(len(kept), pa.string()),
    ]
    yield batch_of(_CELLS, columns)


def _count_part(
    counted: NDArray[np.bool_], timed: bool, user_power: float, decay: float, batches: Iterator[Any]
) -> Iterator[Any]:
    """Count the people of a partition, all of whose ratings are in it: pieces of its sums."""
    import pyarrow as pa
    from pyspark import TaskContext

    cells = list(batches)
    if not sum(batch.num_rows for batch in cells):
        return
    table = pa.Table.from_batches(cells)
    rows = {name: table.column(name).to_numpy() for name in table.column_names}
    by_time = [rows[name] for name in ("place", "block", "file", "nanos", "seconds")]
    order = np.lexsort((*by_time, rows["item_code"], rows["user_code"]))
    order = order[counted[rows["item_code"][order]]]
    pairs = rows["user_code"][order].astype(np.int64) * len(counted) + rows["item_code"][order]
    order = order[np.append(np.diff(pairs) != 0, True)[: len(order)]]  # the latest of a pair
    order = order[np.lexsort([*(column[order] for column in by_time), rows["user_code"][order]])]
    users = rows["user_code"][order]
    starts = np.append(np.flatnonzero(np.diff(users, prepend=-1)), len(users))
    people = Partition(rows["item_code"][order], starts, len(counted), timed)
    sums = sums_of(people, user_power, decay)
    context = TaskContext.get()
    part = context.partitionId() if context else 0
    for name, half in (("together", sums.together), ("near", sums.near)):
        for block, piece in enumerate(_pieces(half)):
            yield batch_of(_PIECES, _piece(name, block, part, piece))


def _pieces(half: sparse.csr_array) -> Iterator[sparse.csr_array]:
    step = max(1, _PIECE_CELLS // max(half.shape[1], 1))
    for start in range(0, half.shape[0], step):
        yield half[start : start + step]


def _piece(name: str, block: int, part: int, rows: sparse.csr_array) -> list[list[Any]]:
    arrays = (rows.data, rows.indices.astype(np.int32), rows.indptr.astype(np.int64))
    return [[name], [block], [part], *([array.tobytes()] for array in arrays)]


def _matrix(piece: Mapping[str, Any], n_items: int) -> sparse.csr_array:
    types = {"values": np.float64, "columns": np.int32, "starts": np.int64}
    arrays = tuple(np.frombuffer(piece[name], kind) for name, kind in types.items())
    return sparse.csr_array(arrays, shape=(len(arrays[2]) - 1, n_items))


def _added(n_items: int, pieces: Any) -> Any:
    """Add up the pieces of a block of rows. In whatever order: the sums are exact."""
    rows = pieces.to_pylist()
    total = sum((_matrix(row, n_items) for row in rows[1:]), _matrix(rows[0], n_items))
    piece = _piece(rows[0]["sum"], rows[0]["block"], 0, sparse.csr_array(total))
    return table_of(_PIECES, piece)


def _distinct(frame: Any, column: str) -> list[str]:
    """Return the texts of a column in the order of ids."""
    texts = frame.select(column).distinct().toArrow().column(0).to_pylist()
    return sorted(texts, key=id_order)
