"""What an export says in the terms of one data set: history, what was seen, what is wanted. Every
row is accounted for."""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.errors import DataError
from recsys_rag.imports._entries import KINDS, Entry, Export, Kind
from recsys_rag.imports._matching import Match, Matcher

_COLUMNS = ("item_id", "title", "year", "kind", "rating", "when", "imdb_id", "tmdb_id", "match")


@dataclass(frozen=True)
class Imported:
    """An export, matched: `matches` has one entry of the export each, in its order.

    `scale` is that of the data, None where its feedback is implicit.
    """

    export: Export
    matches: tuple[Match, ...]
    scale: RatingScale | None

    @cached_property
    def matched(self) -> tuple[Match, ...]:
        """Entries whose item is known."""
        return tuple(match for match in self.matches if match.item_id is not None)

    @cached_property
    def ambiguous(self) -> tuple[Match, ...]:
        """Entries that may mean several items."""
        return tuple(match for match in self.matches if match.candidates)

    @cached_property
    def unknown(self) -> tuple[Match, ...]:
        """Entries that mean no item of this catalog."""
        return tuple(
            match for match in self.matches if match.item_id is None and not match.candidates
        )

    def counts(self) -> dict[str, dict[str, int]]:
        """Return for each kind how many entries are matched, ambiguous and unknown."""
        groups = {
            name: Counter(match.entry.kind for match in getattr(self, name))
            for name in ("matched", "ambiguous", "unknown")
        }
        return {
            kind: {name: counts[kind] for name, counts in groups.items()}
            for kind in KINDS
            if any(counts[kind] for counts in groups.values())
        }

    @cached_property
    def history(self) -> Mapping[str, float]:
        """Item id -> rating on the scale of the data, oldest first; of several, the latest.

        Where the data has no ratings, what was liked, finished, or rated in the upper part of its
        scale counts as 1.
        """
        latest: dict[str, float] = {}
        for match in sorted(self.matched, key=lambda match: match.entry.when):
            rating = self._rating(match.entry)
            if rating is not None and match.item_id is not None:
                latest.pop(match.item_id, None)
                latest[match.item_id] = rating
        return latest

    @cached_property
    def likes(self) -> tuple[str, ...]:
        """Ids of items that are liked and not rated; none where the data has no ratings."""
        return tuple(item for item in self._items("liked") if item not in self.history)

    @cached_property
    def seen(self) -> tuple[str, ...]:
        """Ids of items that the person knows: rated, liked or watched, also what was given up."""
        return self._items("rated", "liked", "watched")

    @cached_property
    def wanting(self) -> tuple[str, ...]:
        """Ids of items that are wanted and not seen yet, in the order of the export."""
        seen = set(self.seen)
        return tuple(item for item in self._items("wanting") if item not in seen)

    def _items(self, *kinds: Kind) -> tuple[str, ...]:
        """Return the ids of matched entries of these kinds, each once, in their order."""
        items = (match.item_id for match in self.matched if match.entry.kind in kinds)
        return tuple(dict.fromkeys(filter(None, items)))

    def _rating(self, entry: Entry) -> float | None:
        """Return what an entry counts in the data's ratings, None where it is no part of them."""
        if entry.kind == "rated" and entry.rating is not None:
            return _converted(entry, self.scale)
        counts = entry.kind == "liked" or (entry.kind == "watched" and entry.is_finished)
        return 1.0 if self.scale is None and counts else None

    def rating_of(self, entry: Entry) -> float | None:
        """Return the rating of an entry on the scale of the data, None where either has none.

        Raises DataError as `history`.
        """
        rated = entry.rating is not None and self.scale is not None
        return _on_scale(entry, self.scale) if rated else None

    # --- to tell and to keep ----------------------------------------------------------------------

    def summary(self, noun: str) -> str:
        """Return in one sentence how much was found."""
        n_items = len({match.item_id for match in self.matched})
        return (
            f"{self.export.format}: {self.export.n_rows:,} rows name {n_items:,} "
            f"{noun}{'' if n_items == 1 else 's'} of this data; {len(self.ambiguous):,} entries "
            f"are ambiguous, {len(self.unknown):,} unknown here, {len(self.export.skipped):,} rows "
            "left out."
        )

    def csv(self) -> str:
        """Return all entries as a table that `read` reads again, with ratings on the scale of the
        data; those of no item keep title, year and ids for a later catalog."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for match in self.matches:
            entry = match.entry
            rating = None if entry.rating is None else _on_scale(entry, self.scale)
            writer.writerow(
                (
                    match.item_id or "",
                    entry.title,
                    entry.year or "",
                    entry.kind,
                    "" if rating is None else f"{rating:g}",
                    entry.when,
                    entry.ids.get("imdb", ""),
                    entry.ids.get("tmdb", ""),
                    match.how,
                )
            )
        return out.getvalue()

    def document(self) -> dict[str, Any]:
        """Return all of it as JSON-able values: counts, history, and every row with what became of
        it."""
        return {
            "format": self.export.format,
            "files": list(self.export.files),
            "files_not_read": dict(self.export.files_not_read),
            "notes": list(self.export.notes),
            "rows": self.export.n_rows,
            "counts": self.counts(),
            "history": dict(self.history),
            "likes": list(self.likes),
            "seen": list(self.seen),
            "wanting": list(self.wanting),
            "entries": [_written(match) for match in self.matches],
            "skipped": [
                {"where": row.where, "title": row.title, "reason": row.reason}
                for row in self.export.skipped
            ],
        }


def match(export: Export, dataset: Dataset) -> Imported:
    """Find the items of an export in a data set."""
    return matched_with(export, Matcher(dataset.catalog), dataset.scale)


def matched_with(export: Export, matcher: Matcher, scale: RatingScale | None) -> Imported:
    """Find the items of an export with a matcher that is kept for the next one."""
    known: dict[tuple[object, ...], Match] = {}
    matches = []
    for entry in export.entries:
        key = (entry.title, entry.year, entry.medium, entry.other_titles, *entry.ids.items())
        if key not in known:
            known[key] = matcher.match(entry)
        same = known[key]
        matches.append(Match(entry, same.item_id, same.how, same.candidates))
    return Imported(export, tuple(matches), scale)


def _converted(entry: Entry, scale: RatingScale | None) -> float | None:
    """Return a rating on the scale of the data; for data without ratings 1 where it is liked."""
    if scale is not None:
        return _on_scale(entry, scale)
    liked = entry.scale.liked if entry.scale else 0.0
    return 1.0 if entry.rating is not None and entry.rating >= liked else None


def _on_scale(entry: Entry, scale: RatingScale | None) -> float:
    """Return a rating on another scale: both ends meet, the rest lies between in its steps, halves
    go up.

    Raises DataError for a rating without a scale of its own that the data's scale does not hold.
    """
    rating, own = entry.rating, entry.scale
    assert rating is not None
    if scale is None:
        return rating
    if own is None:
        if not scale.low <= rating <= scale.high:
            raise DataError(
                f"{entry.where}: rating {rating:g} is outside the data's scale of {scale.low:g} to "
                f"{scale.high:g}; say which scale the file has (scale=RatingScale(1, 10))"
            )
        own = scale
    if (own.low, own.high) == (scale.low, scale.high):
        share = rating - own.low
    else:
        share = (rating - own.low) / (own.high - own.low) * (scale.high - scale.low)
    steps = int(share / scale.step + 0.5 + 1e-9)
    return min(scale.high, scale.low + steps * scale.step)


def _written(match: Match) -> dict[str, Any]:
    entry = match.entry
    return {
        "kind": entry.kind,
        "title": entry.title,
        "year": entry.year,
        "rating": entry.rating,
        "scale": [entry.scale.low, entry.scale.high] if entry.scale else None,
        "when": entry.when or None,
        "where": entry.where,
        "item_id": match.item_id,
        "how": match.how,
        "candidates": list(match.candidates),
    }
