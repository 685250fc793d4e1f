"""A person's own tables of ratings and items -> Dataset: from files, or from data frames."""

import dataclasses
import itertools
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from recsys_rag.data._assemble import from_indices, of_items_alone
from recsys_rag.data._readers.cells import ids
from recsys_rag.data._readers.files import open_table, table_of_frame
from recsys_rag.data._readers.items_table import catalog_from, catalog_of_ratings
from recsys_rag.data._readers.left_out import write_left_out
from recsys_rag.data._readers.metadata import account_of, with_metadata_of
from recsys_rag.data._readers.options import Options, named_options
from recsys_rag.data._readers.ratings_table import (
    Places,
    RatingColumns,
    melted,
    places_of,
    read_ratings,
)
from recsys_rag.data._readers.scales import look_like_counts, scale_of
from recsys_rag.data._readers.table import Form, Table
from recsys_rag.data.catalog import Catalog, extended
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError


def read_csv(
    ratings: str | Path | None, items: str | Path | None = None, *, name: str = "", **options: Any
) -> Dataset:
    """Read a ratings file, and an items file where there is one; without, item ids are the titles.

    Files may be text with any separator, JSON, JSON Lines, Parquet or a workbook, also compressed.
    `ratings` may be None where there are items: a dataset that nobody has rated. Options are those
    of `options.Options`. Raises DataError with file and row, MissingExtraError for Parquet without
    pyarrow.
    """
    chosen = named_options(options)
    if ratings is None and items is None:
        raise DataError("neither ratings nor items were given; give a file of one or of both")
    name = name or Path(str(items if ratings is None else ratings)).name.split(".")[0]
    with ExitStack() as stack:
        table = None if ratings is None else stack.enter_context(open_table(ratings, chosen.form()))
        of_items = chosen.form_of_items() if ratings or not chosen.columns else chosen.form()
        item_table = None if items is None else stack.enter_context(open_table(items, of_items))
        return dataset_of_tables(name, table, item_table, chosen)


def read_frames(
    ratings: Any, items: Any = None, *, name: str = "frames", **options: Any
) -> Dataset:
    """Make a dataset from anything with named columns (pandas, polars, pyarrow, numpy records,
    mappings of columns); none of them is imported. Rows count from 1. Options are those of
    `options.Options`. Raises DataError."""
    chosen = named_options(options)
    form = Form(on_error=chosen.on_error, skip_limit=chosen.skip_limit)
    table = None if ratings is None else table_of_frame(ratings, "ratings", form)
    item_table = None if items is None else table_of_frame(items, "items", form)
    if table is None and item_table is None:
        raise DataError("neither ratings nor items were given; give a frame of one or of both")
    return dataset_of_tables(name, table, item_table, chosen)


ReadRatings: TypeAlias = Callable[[Table, Places, Options, Sequence[str] | None], RatingColumns]


def dataset_of_tables(
    name: str,
    table: Table | None,
    items: Table | None,
    options: Options,
    read: ReadRatings = read_ratings,
) -> Dataset:
    """Make a dataset of open tables; `read` reads the ratings, here or elsewhere. Raises
    DataError."""
    reading: dict[str, Any] = {}
    if table is not None and options.wide:
        table = melted(table, options)
    of_ratings = options
    if items is not None and table is not None and options.item_column in items.columns:
        is_there = options.item_column in table.columns
        of_ratings = options if is_there else dataclasses.replace(options, item_column="")
    places = None if table is None else places_of(table, of_ratings)
    catalog = None
    if items is not None:
        item_column, rated = "", frozenset[str]()
        if places is not None and table is not None:
            item_column = table.columns[places.item]
            table, rated = _peeked(table, places.item)
        catalog, found = catalog_from(items, options, item_column, rated)
        reading["items"] = {**account_of(items), **found}
    if table is None or places is None:
        assert catalog is not None
        assert items is not None
        dataset = of_items_alone(name, catalog, items.where)
    else:
        dataset = _rated(name, table, places, catalog, options, reading, read)
    if options.left_out is not None:
        write_left_out(
            options.left_out, [one.left_out for one in (items, table) if one is not None]
        )
    dataset = dataclasses.replace(dataset, reading=reading)
    if options.metadata is None:
        return dataset
    return with_metadata_of(dataset, options.metadata, options.form_of_metadata())


def _peeked(table: Table, item: int) -> tuple[Table, frozenset[str]]:
    """Return the table, still to be read, and which items its first rows are about."""
    first = next(table.chunks, None)
    if first is None:
        return table, frozenset()
    rated, _ = ids(first.columns[item], "item")
    chunks = itertools.chain([first], table.chunks)
    return dataclasses.replace(table, chunks=chunks), frozenset(map(str, rated)) - {""}


def _rated(
    name: str,
    table: Table,
    places: Places,
    catalog: Catalog | None,
    options: Options,
    reading: dict[str, Any],
    read: ReadRatings,
) -> Dataset:
    where = table.where
    known = None if catalog is None else catalog.items.ids
    columns = read(table, places, options, known)
    if catalog is None:
        catalog = catalog_of_ratings(columns.item_ids, columns.told, options)
    elif len(columns.item_ids) > len(catalog):
        catalog = _with_unknown(table, columns, catalog, options)
    is_count = places.is_count or (
        columns.ratings is not None
        and options.scale is None
        and not options.rating_column
        and look_like_counts(columns.ratings)
    )
    if is_count and not places.is_count:
        table.notes.append(
            f"the ratings run to {columns.ratings.max():g}: read as counts; if they are ratings, "  # type: ignore[union-attr]
            "state their scale: scale=(low, high, step)"
        )
    scale = None
    if columns.ratings is not None and not is_count:
        scale = RatingScale(*options.scale) if options.scale else scale_of(columns.ratings, where)
        if scale.high > 1000 and look_like_counts(columns.ratings):
            table.notes.append("such ratings look like counts; if they are, say so: counts=True")
        columns = _on_scale(table, columns, scale)
    users, user_indices = _renumbered(columns.user_ids, columns.users)
    dataset, n_repeats = from_indices(
        name,
        Vocabulary(users),
        user_indices,
        columns.items,
        columns.ratings,
        catalog,
        timestamps=columns.seconds,
        nanoseconds=columns.nanoseconds,
        scale=scale,
        source=where,
        row_numbers=columns.numbers,
        repeats=options.repeats,
        counts=is_count,
    )
    if scale is None and dataset.interactions.data.min() < 1:
        table.notes.append(
            "what was chosen more often counts more, up to the median count, beyond which all "
            "count alike"
        )
    if n_repeats:
        table.notes.append(_of_repeats(n_repeats, dataset, options, is_count))
    named = places.named(table)
    if is_count and "rating" in named:
        named["count"] = named.pop("rating")
    named |= columns.told_by
    reading["ratings"] = {
        **account_of(table),
        "columns": named,
        "not_read": [column for column in table.columns if column not in named.values()],
        "repeats": n_repeats,
    }
    return dataset


def _with_unknown(
    table: Table, columns: RatingColumns, catalog: Catalog, options: Options
) -> Catalog:
    """Treat the ratings of items that the catalog lacks as the options say."""
    unknown = columns.items >= len(catalog)
    n_rows, n_items = int(unknown.sum()), len(columns.item_ids) - len(catalog)
    of_items = "1 item" if n_items == 1 else f"{n_items:,} items"
    told = f"{n_rows:,} of {len(unknown):,} ratings are of {of_items} that the items file lacks"
    if options.unknown_items == "refuse":
        row = int(np.argmax(unknown))
        advice = (
            "check that both files use the same ids"
            if unknown.all()
            else "add them there, or say what becomes of such ratings: unknown_items='keep' (their "
            "id is their title) or unknown_items='drop'"
        )
        raise DataError(
            f"{table.where}: {told} (first: row {columns.numbers[row]}, item "
            f"{columns.item_ids[columns.items[row]]!r}); {advice}"
        )
    table.notes.append(told)
    if options.unknown_items == "keep":
        return extended(catalog, columns.item_ids[len(catalog) :])
    columns.keep(~unknown)
    table.left_out.drop("of unknown items", n_rows)
    if not len(columns.users):
        raise DataError(
            f"{table.where}: no rating is of an item of the items file; check that both files use "
            "the same ids"
        )
    return catalog


def _on_scale(table: Table, columns: RatingColumns, scale: RatingScale) -> RatingColumns:
    assert columns.ratings is not None
    outside = ~scale.contains(columns.ratings)
    for row in np.flatnonzero(outside).tolist():
        table.left_out.add(
            int(columns.numbers[row]),
            "off the scale",
            f"rating {columns.ratings[row]:g} of user {columns.user_ids[columns.users[row]]!r} for "
            f"item {columns.item_ids[columns.items[row]]!r} is outside {scale.low:g} to "
            f"{scale.high:g}; correct it or state the scale of your data",
        )
    table.left_out.check()
    columns.keep(~outside)
    return columns


def _renumbered(ids: Sequence[str], indices: Any) -> tuple[tuple[str, ...], Any]:
    """Drop the ids that no row has any more."""
    present = np.unique(indices)
    if len(present) == len(ids):
        return tuple(ids), indices
    return tuple(ids[index] for index in present.tolist()), np.searchsorted(present, indices)


def _of_repeats(n: int, dataset: Dataset, options: Options, is_count: bool) -> str:
    repeated = f"{n:,} row{'s repeat' if n != 1 else ' repeats'} a user and an item"
    if is_count or dataset.scale is None:
        return f"{repeated}: they are counted together"
    kept = {
        "latest": "the latest counts" if dataset.timestamps is not None else "the last row counts",
        "first": "the first counts",
        "mean": "their mean counts",
        "highest": "the highest counts",
    }
    return f"{repeated}: {kept[options.repeats]} (repeats)"
