"""Ratings and items in data frames (pandas, polars, pyarrow, numpy records, mappings of columns) ->
Dataset. Imports none."""

from typing import Any

from recsys_rag.data.dataset import Dataset
from recsys_rag.data.readers.ratings_table import catalog_from, dataset_from, named_options
from recsys_rag.data.readers.table import table_of_frame


def read(ratings: Any, items: Any = None, *, name: str = "frames", **options: Any) -> Dataset:
    """Make a dataset from anything with named columns; without items, item ids are the titles.

    Options are those of `readers.tables.read` but for `separator` and `encoding`. Rows count from 1
    in messages. Raises DataError.
    """
    chosen = named_options(options)
    catalog = None if items is None else catalog_from(table_of_frame(items, "items"), chosen)
    return dataset_from(name, table_of_frame(ratings, "ratings"), catalog, chosen)
