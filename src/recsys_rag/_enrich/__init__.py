"""Fills a catalog with facts from elsewhere, each with its source: services on the network, and the
tags of MovieLens. Writes a table that `--metadata` reads; changes no catalog."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from recsys_rag._enrich.asking import Refused, Unavailable
from recsys_rag._enrich.kept import Kept
from recsys_rag._enrich.services import Answer, Facts, Service, Wanted
from recsys_rag.data._readers.metadata import SOURCES
from recsys_rag.data.catalog import Catalog
from recsys_rag.errors import DataError

_GIVE_UP_AFTER = 3  # questions in a row without an answer
_FEWEST, _MOST_TAGS = 2, 8  # people behind a tag, tags of an item


@dataclass
class Enriched:
    """Facts by item id, each column with its source; and what became of the others."""

    facts: dict[str, Facts] = field(default_factory=dict)
    sources: dict[str, dict[str, str]] = field(default_factory=dict)
    n_unknown: int = 0
    n_doubtful: int = 0
    n_unanswered: int = 0
    n_kept: int = 0  # answers of an earlier run
    stopped: str = ""  # why not everything was asked

    def add(self, item_id: str, facts: Mapping[str, Sequence[str]], source: str) -> None:
        """Add what is not there yet."""
        there, told = self.facts.setdefault(item_id, {}), self.sources.setdefault(item_id, {})
        for column, values in facts.items():
            if column not in there:
                there[column], told[column] = list(values), source


def wanted(catalog: Catalog) -> list[Wanted]:
    """Return every item as a service is asked about it."""

    def first(item: int, column: str) -> str:
        return next(iter(catalog.people(item, column)), "")

    return [
        Wanted(
            catalog.items.id(item),
            catalog.titles[item],
            int(catalog.years[item]),
            first(item, "imdb_id"),
            first(item, "tmdb_id"),
        )
        for item in range(len(catalog))
    ]


def from_service(
    items: Sequence[Wanted],
    service: Service,
    kept: Kept,
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> Enriched:
    """Ask a service about items, those of an earlier run not again.

    A question without an answer is counted and the next one asked; after three in a row, or a
    refusal, no more are asked, and `stopped` says why. Ctrl-C ends it as well: what was answered is
    kept.
    """
    found, missed = Enriched(), 0
    open_items = []
    for item in items:
        if answer := kept.get(item.key):
            found.n_kept += 1
            _count(found, item, answer)
        else:
            open_items.append(item)
    batches = [
        open_items[start : start + service.batch]
        for start in range(0, len(open_items), service.batch)
    ]
    for done, batch in enumerate(batches):
        progress(service.name, done, len(batches))
        try:
            answers = service.ask(batch)
        except Unavailable as error:
            found.n_unanswered += len(batch)
            missed += 1
            if missed == _GIVE_UP_AFTER:
                found.stopped = f"{service.name} does not answer: {error}"
                break
            continue
        except Refused as error:
            what = f"check {service.key_name}" if service.key_name else "try later"
            found.stopped = f"{service.name} refuses: {error}; {what}"
            break
        except KeyboardInterrupt:
            found.stopped = "interrupted"
            break
        missed = 0
        for item, answer in zip(batch, answers, strict=True):
            kept.add(item.key, answer)
            _count(found, item, answer)
    progress(service.name, len(batches), len(batches))
    return found


def _count(found: Enriched, item: Wanted, answer: Answer) -> None:
    if answer.facts:
        found.add(item.item_id, answer.facts, answer.record)
    elif answer.doubtful:
        found.n_doubtful += 1
    else:
        found.n_unknown += 1


def from_tags(catalog: Catalog, path: Path) -> Enriched:
    """Return the tags of a MovieLens tags.csv that at least two people gave an item, those of most
    people first, ties by name. Raises DataError."""
    people: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = csv.DictReader(stream)
            if not {"userId", "movieId", "tag"} <= set(rows.fieldnames or ()):
                raise DataError(f"{path}: no tags of MovieLens: it needs userId, movieId and tag")
            for row in rows:
                tag = " ".join((row["tag"] or "").lower().split())
                if tag and row["movieId"] in catalog.items:
                    people[row["movieId"]][tag].add(row["userId"])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read as a table of tags: {error}") from None
    found = Enriched()
    for item_id, tags in people.items():
        counts = Counter({tag: len(who) for tag, who in tags.items() if len(who) >= _FEWEST})
        best = sorted(counts, key=lambda tag: (-counts[tag], tag))[:_MOST_TAGS]
        if best:
            found.add(item_id, {"tags": best}, f"MovieLens {path.name}")
    found.n_unknown = len(catalog) - len(found.facts)
    return found


def table_of(found: Enriched, catalog: Catalog) -> str:
    """Return the facts as CSV, an item a row in the order of the catalog: id, title, year, a column
    for each kind of fact, and where each value comes from, as JSON."""
    columns = sorted({column for facts in found.facts.values() for column in facts})
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["item_id", "title", "year", *columns, SOURCES])
    for item, item_id in enumerate(catalog.items.ids):
        if facts := found.facts.get(item_id):
            cells: Iterable[str] = ("|".join(facts.get(column, ())) for column in columns)
            sources = msgspec.json.encode(found.sources[item_id]).decode()
            year = catalog.year(item) or ""
            writer.writerow([item_id, catalog.titles[item], year, *cells, sources])
    return text.getvalue()
