"""Queries as people write them, read from tables, and a check of understandings and lists that
knows nothing of the parser."""

import dataclasses
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset
from recsys_rag.types import Understanding

# people; not everywhere
METADATA = Path(__file__).parents[1] / "../shared/data/movie-text/ml100k_item_text.parquet"
_TABLES = Path(__file__).parent / "words"
TABLES = ("first", "fresh", "unseen", "blind", "blind2", "blind3", "blind4", "blind5")
_PARTS = ("director", "actors", "writer")
_ITEMS = ("like_items", "unlike_items", "seen_items")
_TRAITS = ("traits", "excluded_traits")
_SPANS = ("years", "excluded_years")


@dataclass(frozen=True)
class Written:
    """One query: its table, its words, the catalog it is asked of, and what it asks for, by field
    of `Understanding`."""

    table: str
    words: str
    on: str  # "titles", "people" or "club"
    asked: Mapping[str, Any]
    limit: str = ""  # why it is not understood yet, where it is not


def written(table: str) -> list[Written]:
    """Return the queries of a table. A key that is no field of `Understanding` is refused."""
    rows = tomllib.loads((_TABLES / f"{table}.toml").read_text(encoding="utf-8"))["query"]
    known = {field.name for field in dataclasses.fields(Understanding) if field.compare}
    found = [
        Written(table, row.pop("words"), row.pop("on"), row, row.pop("limit", "")) for row in rows
    ]
    for one in found:
        assert set(one.asked) <= known, (one.words, set(one.asked) - known)
    return found


# --- is what was understood what was asked for? ---------------------------------------------------


def misunderstood(
    query: Written, understood: Understanding, catalog: Catalog
) -> dict[str, tuple[Any, Any]]:
    """Return field -> (asked for, understood) for each field that differs; lists in any order, open
    years as far as films go."""
    asked, got = _plain(query.asked, catalog), _plain(_said(understood), catalog)
    return {
        name: (asked.get(name), got.get(name))
        for name in {*asked, *got}
        if asked.get(name) != got.get(name)
    }


def misread(
    query: Written, understood: Understanding, catalog: Catalog
) -> dict[str, tuple[Any, Any]]:
    """Return what `misunderstood` does, but for talk that is left beside all the text asked for.

    "my nan fancies a heist" may be searched for as "nan fancies a heist", not as "nan".
    """
    differing = misunderstood(query, understood, catalog)
    wanted, left = differing.get("text", ("", ""))
    words_left = iter((left or "").split())
    if all(word in words_left for word in (wanted or "").split()):  # in this order
        differing.pop("text", None)
    return differing


def _said(understood: Understanding) -> dict[str, Any]:
    fields = {
        field.name: getattr(understood, field.name)
        for field in dataclasses.fields(understood)
        if field.compare
    }
    empty = Understanding()
    return {name: value for name, value in fields.items() if value != getattr(empty, name)}


def _plain(fields: Mapping[str, Any], catalog: Catalog) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name, value in fields.items():
        if name in ("either", "neither"):
            parts = [_plain(one if isinstance(one, dict) else _said(one), catalog) for one in value]
            plain[name] = sorted(map(repr, parts))
        elif name in _ITEMS:
            plain[name] = sorted(
                _item(catalog, one) if isinstance(one, str) else one for one in value
            )
        elif name in _SPANS:
            known = [int(year) for year in catalog.years if year]
            plain[name] = [max(value[0], min(known)), min(value[1], max(known))]
        elif name in _TRAITS:
            plain[name] = sorted((column, tuple(values)) for column, values in value)
        elif name == "roles":
            plain[name] = sorted(map(tuple, value))
        elif isinstance(value, (list, tuple)):
            plain[name] = sorted(value)
        else:
            plain[name] = value
    return dict(sorted(plain.items()))


def _item(catalog: Catalog, name: str) -> int:
    """Return the one item of this title and year."""
    (item,) = catalog.find(name)
    return item


# --- does an item, and a list, have what was asked for? -------------------------------------------


def fits(asked: Mapping[str, Any], item: int, catalog: Catalog) -> bool:
    """Say whether an item has all that is asked for and nothing that is not, by the columns of the
    catalog.

    Popularity is looked at elsewhere: the catalog does not know ratings. What is liked is not
    recommended again.
    """
    return all(_holds(name, value, asked, item, catalog) for name, value in asked.items())


def list_problems(query: Written, item_ids: Sequence[str], k: int, dataset: Dataset) -> list[str]:
    """Return what is wrong with a list of k for people without ratings: items that do not fit, and
    fewer than there are."""
    catalog = dataset.catalog
    fitting = {item for item in range(len(catalog)) if _may_be_shown(query.asked, item, dataset)}
    shown = [catalog.items.index(one) for one in item_ids]
    problems = [f"{catalog.name(item)} does not fit" for item in shown if item not in fitting]
    # some are listed twice
    films = {(catalog.titles[item], int(catalog.years[item])) for item in fitting}
    if len(shown) != min(k, len(films)):
        problems.append(f"{len(shown)} shown of {len(films)} that fit")
    return problems


def n_fitting(query: Written, dataset: Dataset) -> int:
    """Return how many items of the catalog have all that a query asks for."""
    return sum(_may_be_shown(query.asked, item, dataset) for item in range(dataset.n_items))


def _may_be_shown(asked: Mapping[str, Any], item: int, dataset: Dataset) -> bool:
    count, mean = int(dataset.popularity[item]), float(dataset.popularity.mean())
    known = {1: count > mean, -1: count <= mean, 0: True}[asked.get("popularity", 0)]
    return known and fits(asked, item, dataset.catalog)


def _holds(name: str, value: Any, asked: Mapping[str, Any], item: int, catalog: Catalog) -> bool:
    year, runtime, genres = (
        int(catalog.years[item]),
        int(catalog.runtimes[item]),
        catalog.genres[item],
    )
    match name:
        case "genres":
            return (any if asked.get("any_genre") else all)(one in genres for one in value)
        case "people":
            roles = [tuple(one) for one in asked.get("roles", ())]
            return (any if asked.get("any_person") else all)(
                _has(one, [part for name, part in roles if name == one], item, catalog)
                for one in value
            )
        case "years":
            return year > 0 and value[0] <= year <= value[1]
        case "min_runtime":
            return runtime >= value
        case "max_runtime":
            return 0 < runtime <= value
        case "either":
            return any(fits(one, item, catalog) for one in value)
        case "neither":
            return not any(fits(one, item, catalog) for one in value)
        case "excluded_genres":
            return not any(one in genres for one in value)
        case "excluded_people":
            return not any(_has(one, [], item, catalog) for one in value)
        case "excluded_years":
            return not value[0] <= year <= value[1]
        case "excluded_traits":
            return all(
                set(values).isdisjoint(catalog.texts(item, column)) for column, values in value
            )
        case "like_items" | "unlike_items" | "seen_items":
            return item not in [_item(catalog, one) for one in value]
    assert name in ("any_genre", "any_person", "roles", "popularity", "text", "not_understood"), (
        name
    )
    return True


def _has(person: str, parts: list[str], item: int, catalog: Catalog) -> bool:
    """Say whether an item names a person in all these parts; without any, whether in some part."""
    return (all if parts else any)(person in catalog.people(item, one) for one in parts or _PARTS)
