"""A dataset as plain arrays and documents, and back: what an artifact keeps of it. Touches no
disk."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.data.vocabulary import Vocabulary


def to_arrays(dataset: Dataset) -> dict[str, NDArray[Any]]:
    """Return the numeric part of a dataset, by name."""
    arrays: dict[str, NDArray[Any]] = {
        "dataset.ratings": dataset.interactions.data,
        "dataset.item_indices": dataset.interactions.indices,
        "dataset.row_ends": dataset.interactions.indptr,
        "dataset.rows": dataset.rows,
        "dataset.years": dataset.catalog.years,
        "dataset.runtimes": dataset.catalog.runtimes,
    }
    for name, column in dataset.catalog.attributes.items():
        if isinstance(column, np.ndarray):
            arrays[f"dataset.attribute.{name}"] = column
    if dataset.timestamps is not None:
        arrays["dataset.timestamps"] = dataset.timestamps
    return arrays


def to_documents(dataset: Dataset) -> dict[str, Any]:
    """Return the texts of a dataset as what JSON can hold, by name."""
    scale, catalog = dataset.scale, dataset.catalog
    return {
        "dataset": {
            "name": dataset.name,
            "source": dataset.source,
            "scale": [scale.low, scale.high, scale.step] if scale else None,
            "user_ids": dataset.users.ids,
            "user_fields": dict(dataset.user_fields),
            "reading": dict(dataset.reading),
        },
        "catalog": {
            "item_ids": catalog.items.ids,
            "titles": catalog.titles,
            "genres": catalog.genres,
            "aliases": catalog.aliases,
            "release_dates": catalog.release_dates,
            "metadata": dict(catalog.metadata),
            "noun": catalog.noun,
            "attributes": {
                name: None if isinstance(column, np.ndarray) else column
                for name, column in catalog.attributes.items()
            },
            "origins": {name: _places(column) for name, column in catalog.origins.items()},
        },
    }


def from_parts(arrays: Mapping[str, NDArray[Any]], documents: Mapping[str, Any]) -> Dataset:
    """Return the dataset that `to_arrays` and `to_documents` took apart; other names in the
    mappings are left alone.

    Raises KeyError naming the part that is missing.
    """
    about, texts = documents["dataset"], documents["catalog"]
    catalog = Catalog(
        Vocabulary(tuple(texts["item_ids"])),
        tuple(texts["titles"]),
        np.asarray(arrays["dataset.years"]),
        _nested(texts["genres"]),
        _nested(texts["aliases"]),
        tuple(texts["release_dates"]),
        np.asarray(arrays["dataset.runtimes"]),
        {name: _nested(column) for name, column in texts["metadata"].items()},
        texts["noun"],
        {
            name: np.asarray(arrays[f"dataset.attribute.{name}"])
            if column is None
            else _nested(column)
            for name, column in texts.get("attributes", {}).items()
        },
        {
            name: _spread(places, len(texts["item_ids"]))
            for name, places in texts.get("origins", {}).items()
        },
    )
    users = Vocabulary(tuple(about["user_ids"]))
    interactions = sparse.csr_array(
        (arrays["dataset.ratings"], arrays["dataset.item_indices"], arrays["dataset.row_ends"]),
        shape=(len(users), len(catalog)),
    )
    return Dataset(
        about["name"],
        users,
        catalog,
        interactions,
        arrays["dataset.rows"],
        arrays.get("dataset.timestamps"),
        RatingScale(*about["scale"]) if about["scale"] else None,
        {name: tuple(values) for name, values in about["user_fields"].items()},
        about["source"],
        about.get("reading", {}),
    )


def _nested(column: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    alike: dict[tuple[str, ...], tuple[str, ...]] = {}  # most entries occur often: one object each
    return tuple(alike.setdefault(key, key) for key in map(tuple, column))


def _places(column: Sequence[str]) -> dict[str, list[int]]:
    """Return at which places each text stands, "" left out.

    >>> _places(("", "notes", "notes"))
    {'notes': [1, 2]}
    """
    places: dict[str, list[int]] = {}
    for place, text in enumerate(column):
        if text:
            places.setdefault(text, []).append(place)
    return places


def _spread(places: Mapping[str, Sequence[int]], n: int) -> tuple[str, ...]:
    """Undo `_places`.

    >>> _spread({"notes": [1, 2]}, 3)
    ('', 'notes', 'notes')
    """
    column = [""] * n
    for text, of_text in places.items():
        for place in of_text:
            column[place] = text
    return tuple(column)
