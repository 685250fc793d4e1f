"""`recsys-rag data`: data sets, by name or from files. Lists, fetches and describes them; fits
nothing."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from recsys_rag._cli.inventory import add_commands
from recsys_rag._cli.options import group, json_option, metadata_option, source_of, table_options

if TYPE_CHECKING:
    from recsys_rag.data.dataset import Dataset

_SHOWN_GENRES = 8


@group
def data() -> None:
    """List, fetch and describe data sets.

    \b
    Examples:
      recsys-rag data list
      recsys-rag data fetch ml-100k
      recsys-rag data info ml-100k
    """


add_commands(
    data,
    "data",
    "List the data sets known by name, and say which are downloaded.",
    "Fetch a data set into the cache; a second call does nothing.",
    "ml-100k",
)


@data.command("info")
@click.argument("name_or_path", metavar="[NAME|PATH]", required=False)
@table_options
@metadata_option
@json_option
def _info(name_or_path: str | None, as_json: bool, **source: Any) -> None:
    """Describe a data set, or what a saved recommender learned from: users, items, ratings, scale,
    dates, genres, license, content hash.

    \b
    Examples:
      recsys-rag data info ml-100k
      recsys-rag data info models/mine
      recsys-rag data info --ratings plays.csv --user-column listener --implicit
    """
    from recsys_rag._cli.console import paper, write_json
    from recsys_rag._cli.lines import definitions
    from recsys_rag._cli.sources import dataset_of

    about = _description(dataset_of(source_of(data=name_or_path, **source)))
    if as_json:
        write_json(about)
    else:
        definitions(paper(), [[(name, "bold"), (text, "")] for name, text in _lines_of(about)])


def _description(dataset: "Dataset") -> dict[str, Any]:
    """Return what can be said of a data set: counts, scale, dates (UTC), genres with their number
    of items, origin."""
    from recsys_rag import _assets as assets

    terms = {asset.name: (asset.licence, asset.terms) for asset in assets.registered("data")}
    licence, conditions = terms.get(dataset.name, (None, None))
    times, scale = dataset.timestamps, dataset.scale
    cells = dataset.n_users * dataset.n_items
    is_dated = times is not None and len(times) > 0
    bounds = {"low": scale.low, "high": scale.high, "step": scale.step} if scale else None
    return {
        "name": dataset.name,
        "users": dataset.n_users,
        "items": dataset.n_items,
        "ratings": dataset.n_ratings,
        "density": dataset.n_ratings / cells if cells else None,
        "feedback": "explicit" if scale else "implicit",
        "scale": {**bounds, "liked": scale.liked} if scale and bounds else None,
        "mean_rating": float(dataset.interactions.data.mean())
        if scale and dataset.n_ratings
        else None,
        "first_date": _date(int(times.min())) if is_dated and times is not None else None,
        "last_date": _date(int(times.max())) if is_dated and times is not None else None,
        "genres": dict(
            Counter(genre for of_item in dataset.catalog.genres for genre in of_item).most_common()
        ),
        "metadata": sorted(dataset.catalog.metadata),
        "licence": licence,
        "terms": conditions,
        "source": dataset.source,
        "reading": dict(dataset.reading),
        "content_hash": dataset.content_hash,
    }


def _lines_of(about: dict[str, Any]) -> list[tuple[str, str]]:
    """Put a description into (name, text) lines for people; what is not known is left out."""
    scale, mean, density = about["scale"], about["mean_rating"], about["density"]
    graded = "{low:g} to {high:g} in steps of {step:g}, liked from {liked:g}"
    shown = list(about["genres"].items())[:_SHOWN_GENRES]
    more = len(about["genres"]) - len(shown)
    genres = [f"{genre} {count:,}" for genre, count in shown]
    texts = [
        ("name", about["name"]),
        ("users", f"{about['users']:,}"),
        ("items", f"{about['items']:,}"),
        ("ratings", f"{about['ratings']:,}" + (f", mean {mean:.2f}" if mean else "")),
        ("density", f"{density:.2%}" if density is not None else ""),
        ("scale", graded.format(**scale) if scale else "none: likes without ratings"),
        ("dates", f"{about['first_date']} to {about['last_date']}" if about["first_date"] else ""),
        ("genres", ", ".join([*genres, *([f"{more} more"] if more > 0 else [])])),
        ("metadata", ", ".join(about["metadata"])),
        ("license", about["licence"] or ""),
        ("terms", about["terms"] or ""),
        ("source", about["source"]),
        *reading_lines(about["reading"]),
        ("content hash", about["content_hash"]),
    ]
    return [(name, text) for name, text in texts if text]


def reading_lines(reading: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what the readers inferred and left out as (name, text) lines, in reading order."""
    lines = []
    for table in ("ratings", "items", "metadata"):
        if table not in reading:
            continue
        account = reading[table]
        columns = ", ".join(
            f"{meaning} from {column!r}" if meaning != column else meaning
            for meaning, column in account["columns"].items()
        )
        lines.append((f"{table} columns", columns))
        if account.get("kept"):
            lines.append((f"{table} kept to filter by", ", ".join(account["kept"])))
        not_read = account["not_read"]
        if isinstance(not_read, dict):
            not_read = [f"{name} ({reason})" for name, reason in not_read.items()]
        lines.append((f"{table} columns not read", ", ".join(not_read)))
        left = {**account["dropped"], **account["bad"]}
        counts = f"{account['rows']:,} read, {account['used']:,} used"
        lines.append(
            (f"{table} rows", ", ".join([counts, *(f"{n:,} {why}" for why, n in left.items())]))
        )
        lines += [("left out", example) for example in account["examples"]]
        lines += [("note", note) for note in account["notes"]]
    if notes := reading.get("notes"):
        doubtful = f", {notes['doubtful']:,} doubtful and left alone" if notes["doubtful"] else ""
        lines.append(
            (
                "film notes",
                f"{notes['films']:,} films have one, {notes['without']:,} have none{doubtful}",
            )
        )
    return [(name, text) for name, text in lines if text]


def _date(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
