"""Exports that people drop on the page: what they say counts, and what is shown of it. Knows no
HTTP."""

import datetime

from recsys_rag import imports
from recsys_rag._serve.database import now
from recsys_rag._serve.pages.shown import AmbiguousShown, ImportShown, RatedShown
from recsys_rag._serve.people import Feedback
from recsys_rag._serve.service import Service
from recsys_rag.data.dataset import Dataset
from recsys_rag.imports import Imported

_SHOWN = 30  # of what is unknown, and of what is asked


def take_export(
    service: Service, user_id: str, name: str, content: bytes, viewer: str | None
) -> ImportShown:
    """Read an export, and let what it says of known items count. Raises DataError."""
    dataset = service.engine.recommender.dataset
    export = imports.read_bytes(name, content, viewer=viewer or None)
    brought = imports.match(export, dataset)
    outcomes = service.memory.say(_feedback(user_id, brought))
    return _import_shown(dataset, brought, sum(outcome.error is None for outcome in outcomes))


def _feedback(user_id: str, brought: Imported) -> list[Feedback]:
    """Return what an export says as feedback, oldest first: times of the export keep its order."""
    at = {
        match.item_id: _seconds(match.entry.when)
        for match in sorted(brought.matched, key=lambda match: match.entry.when)
        if match.entry.kind != "wanting"
    }
    said = [
        Feedback(
            user_id,
            item_id,
            "rating" if brought.scale else "seen",
            rating if brought.scale else None,
            at.get(item_id),
        )
        for item_id, rating in brought.history.items()
    ]
    said += [
        Feedback(user_id, item_id, "liked", None, at.get(item_id)) for item_id in brought.likes
    ]
    rated = {*brought.history, *brought.likes}
    return said + [
        Feedback(user_id, item_id, "seen", None, at.get(item_id))
        for item_id in brought.seen
        if item_id not in rated
    ]


def _seconds(when: str) -> int | None:
    """Return an ISO date or moment in seconds; None for none, and for one that is still to come."""
    if not when:
        return None
    moment = datetime.datetime.fromisoformat(when).replace(tzinfo=datetime.UTC).timestamp()
    return int(moment) if 0 < moment <= now() else None


def _import_shown(dataset: Dataset, brought: Imported, n_taken: int) -> ImportShown:
    catalog = dataset.catalog

    def row(item_id: str) -> RatedShown:
        place = catalog.items.index(item_id)
        return RatedShown(item_id=item_id, title=catalog.titles[place], year=catalog.year(place))

    asked: dict[tuple[str, int | None], AmbiguousShown] = {}
    for match in brought.ambiguous:
        entry = match.entry
        asked.setdefault(
            (entry.title, entry.year),
            AmbiguousShown(
                title=entry.title,
                kind=entry.kind,
                rating=brought.rating_of(entry),
                items=tuple(row(item_id) for item_id in match.candidates[:6]),
            ),
        )
    left_out: dict[str, int] = {}
    for skipped in brought.export.skipped:
        left_out[skipped.reason] = left_out.get(skipped.reason, 0) + 1
    unknown = dict.fromkeys(
        f"{match.entry.title} ({match.entry.year})" if match.entry.year else match.entry.title
        for match in brought.unknown
    )
    return ImportShown(
        format=brought.export.format,
        n_rows=brought.export.n_rows,
        counts=brought.counts(),
        n_taken=n_taken,
        ambiguous=tuple(asked.values())[:_SHOWN],
        unknown=tuple(unknown)[:_SHOWN],
        left_out=left_out,
        not_read=dict(brought.export.files_not_read),
        wanting=tuple(row(item_id) for item_id in brought.wanting),
        notes=brought.export.notes,
        noun=catalog.noun,
    )
