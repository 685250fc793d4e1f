"""A data set in numbers, for people and programs. Computes nothing that a recommender needs."""

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recsys_rag.data.dataset import Dataset

_SHOWN_GENRES = 8


def description(dataset: "Dataset") -> dict[str, Any]:
    """Return what can be said of a data set: counts, scale, dates (UTC), genres with their number
    of items, origin."""
    from recsys_rag import assets

    terms = {asset.name: (asset.licence, asset.terms) for asset in assets.registered("data")}
    licence, conditions = terms.get(dataset.name, (None, None))
    times = dataset.timestamps
    scale = dataset.scale
    cells = dataset.n_users * dataset.n_items
    return {
        "name": dataset.name,
        "users": dataset.n_users,
        "items": dataset.n_items,
        "ratings": dataset.n_ratings,
        "density": dataset.n_ratings / cells if cells else None,
        "feedback": "explicit" if scale else "implicit",
        "scale": {"low": scale.low, "high": scale.high, "step": scale.step, "liked": scale.liked}
        if scale
        else None,
        "mean_rating": float(dataset.interactions.data.mean())
        if scale and dataset.n_ratings
        else None,
        "first_date": _date(int(times.min())) if times is not None and len(times) else None,
        "last_date": _date(int(times.max())) if times is not None and len(times) else None,
        "genres": dict(
            Counter(genre for one in dataset.catalog.genres for genre in one).most_common()
        ),
        "metadata": sorted(dataset.catalog.metadata),
        "licence": licence,
        "terms": conditions,
        "source": dataset.source,
        "content_hash": dataset.content_hash,
    }


def lines(told: dict[str, Any]) -> list[tuple[str, str]]:
    """Put a description into (name, text) lines for people; what is not known is left out."""
    scale = told["scale"]
    graded = (
        "{low:g} to {high:g} in steps of {step:g}, liked from {liked:g}".format(**scale)
        if scale
        else ""
    )
    dates = f"{told['first_date']} to {told['last_date']}" if told["first_date"] else ""
    found = [
        ("name", told["name"]),
        ("users", f"{told['users']:,}"),
        ("items", f"{told['items']:,}"),
        (
            "ratings",
            f"{told['ratings']:,}"
            + (f", mean {told['mean_rating']:.2f}" if told["mean_rating"] else ""),
        ),
        ("density", f"{told['density']:.2%}" if told["density"] is not None else ""),
        ("scale", graded or "none: likes without ratings"),
        ("dates", dates),
        ("genres", _genres(told["genres"])),
        ("metadata", ", ".join(told["metadata"])),
        ("licence", told["licence"] or ""),
        ("terms", told["terms"] or ""),
        ("source", told["source"]),
        ("content hash", told["content_hash"]),
    ]
    return [(name, text) for name, text in found if text]


def _genres(counts: dict[str, int]) -> str:
    shown = [f"{genre} {count:,}" for genre, count in list(counts.items())[:_SHOWN_GENRES]]
    more = len(counts) - len(shown)
    return ", ".join([*shown, *([f"{more} more"] if more > 0 else [])])


def _date(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
