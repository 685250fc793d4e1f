"""Ratings and items in table files (CSV, TSV, Parquet, JSON; also .gz and .zst) -> Dataset. Any
catalog, any ids."""

from pathlib import Path
from typing import Any

from recsys_rag.data.assemble import of_items_alone
from recsys_rag.data.dataset import Dataset
from recsys_rag.data.readers.ratings_table import catalog_from, dataset_from, named_options
from recsys_rag.data.readers.table import open_table
from recsys_rag.errors import DataError


def read(
    ratings: str | Path | None,
    items: str | Path | None = None,
    *,
    name: str = "",
    separator: str = "",
    encoding: str = "utf-8",
    **options: Any,
) -> Dataset:
    """Read a ratings file, and an items file where there is one; without, item ids are the titles.

    `ratings` may be None where there are items: a dataset that nobody has rated.

    Options name columns: `user_column`, `item_column`, `rating_column` (None: implicit feedback),
    `timestamp_column` (None: none), `title_column`, `year_column`, `genres_column`; what is not
    named is recognized by its common names. The same item column name may be given for both files
    only where both have it; else it is recognized in the items file. `genres_separator`,
    `separator` ("" = found in the header), `encoding`, and `scale` (low, high, step), which without
    is the first common scale that holds every value. Ids lose blanks around them.

    `noun` is what one item is called in text ("title" where it is not given).

    Raises DataError with file and row, MissingExtraError for Parquet without pyarrow.
    """
    chosen = named_options(options)
    catalog = None
    if items is not None:
        with open_table(items, separator=separator, encoding=encoding) as table:
            catalog = catalog_from(table, chosen)
    if ratings is None:
        if catalog is None:
            raise DataError("neither ratings nor items were given; give a file of one or of both")
        return of_items_alone(name or Path(str(items)).name.split(".")[0], catalog, str(items))
    with open_table(ratings, separator=separator, encoding=encoding) as table:
        return dataset_from(name or Path(ratings).name.split(".")[0], table, catalog, chosen)
