"""`recsys-rag recommend --users`: lists for many people as JSON Lines. A line is a recommendation
as `wire` writes it; without text it has only what a list needs.

A file is written beside its place and renamed when it is whole. What is there of it bears the
question in its name, so that the same command, ended and started again, goes on where it was.
"""

import hashlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click
import msgspec

from recsys_rag._cli.captions import duration, joined
from recsys_rag._cli.console import note, plain, progress
from recsys_rag._cli.options import Source, lines_in

if TYPE_CHECKING:
    from recsys_rag.recommender import Recommender
    from recsys_rag.types import Query

_BLOCK = 256  # people ranked at once; a file goes on at the begin of a block
_SHOWN = 5  # ids in a note
_BETWEEN_NOTES = 10.0  # seconds, where no terminal shows a bar


@dataclass(frozen=True, slots=True)
class Asked:
    """What everybody is asked for, and how it is written."""

    question: "Query"  # of nobody in particular
    explain: bool
    with_ids: bool


def write_lists(
    recommender: "Recommender", source: Source, users: str, asked: Asked, out: Path | None
) -> None:
    """Write a line for each of these people, to a file or else to stdout; the pace goes to stderr.

    `users` is "all", "-" for stdin, or a file with an id a line; an id that comes again is passed
    over. Who is unknown, and for whom nothing is left, has a line without items that says so.
    Raises UsageError for a file that cannot be read, QueryError for a question that cannot be.
    """
    dataset = recommender.dataset
    people = list(dict.fromkeys(dataset.users.ids if users == "all" else _ids_in(users)))
    if not people:
        raise click.UsageError(f"--users {users}: it names nobody; write one id a line")
    known = [person for person in people if person in dataset.users]
    recommender.rank([replace(asked.question, user_id=person) for person in known[:1]])
    lists = _Lists(recommender, asked)
    lines = lists.texts if asked.explain else lists.rankings
    size = 1 if asked.explain else _BLOCK
    if out is None:
        _write(sys.stdout.buffer, people, lines, size, 0)
    else:
        part = out.with_name(f"{out.name}.part-{_key(recommender, source, people, asked)}")
        done = _whole_lines(part, size)
        if done:
            note(f"Going on after {done:,} of {len(people):,} people, which {part} holds.")
        with part.open("ab") as file:
            _write(file, people, lines, size, done)
        part.replace(out)
        note(f"{len(people):,} lists are in {out}")
    if len(known) < len(people):
        unknown = [person for person in people if person not in dataset.users]
        more = " ..." if len(unknown) > _SHOWN else ""
        note(
            plain(
                f"{len(unknown):,} of {len(people):,} people are not in {dataset.name}, and have "
                f"no list: {joined(unknown[:_SHOWN])}{more}"
            )
        )


def _ids_in(users: str) -> list[str]:
    lines = sys.stdin.read().splitlines() if users == "-" else lines_in("--users", Path(users))
    return [line.strip() for line in lines if line.strip()]


def _key(recommender: "Recommender", source: Source, people: Sequence[str], asked: Asked) -> str:
    """Return what tells this run from one that would write other lines."""
    from recsys_rag import _fitting as fitting

    settings = recommender.settings
    if source.model is not None:
        origin = (source.model / "manifest.json").read_text()
    else:
        origin = fitting.cache_folder(source.data_or_default, settings, source.also).name
    about = (origin, settings, asked.question, asked.explain, asked.with_ids, people)
    return hashlib.sha256(msgspec.json.encode(about)).hexdigest()[:12]


def _whole_lines(part: Path, block: int) -> int:
    """Return how many lines of a file that was begun are kept, as whole blocks; the rest is cut
    off."""
    if not part.exists():
        return 0
    with part.open("rb+") as file:
        ends = [0]
        for line in file:
            if line.endswith(b"\n"):
                ends.append(ends[-1] + len(line))
        kept = (len(ends) - 1) // block * block
        file.truncate(ends[kept])
    return kept


def _write(
    file: BinaryIO,
    people: Sequence[str],
    lines: Callable[[Sequence[str]], Iterator[str]],
    size: int,
    done: int,
) -> None:
    pace = _Pace(len(people), done)
    with progress() as bars:
        for begin in range(done, len(people), size):
            block = people[begin : begin + size]
            file.write(b"".join(line.encode() + b"\n" for line in lines(block)))
            file.flush()
            pace.done = begin + len(block)
            bars.show("lists", "lists", pace.done, pace.total, pace.words())
            if not bars.visible and pace.is_due():
                note(pace.words())


# --- the lines ------------------------------------------------------------------------------------


class _Lists:
    """Lists as lines of JSON, in the order of the people."""

    def __init__(self, recommender: "Recommender", asked: Asked) -> None:
        self._recommender, self._dataset, self._asked = recommender, recommender.dataset, asked
        self._item_of = cache(self._item)  # the same items come again and again

    def rankings(self, people: Sequence[str]) -> Iterator[str]:
        """Yield lists without text: rank, id, title, year, genres and score of each item."""
        from recsys_rag.wire import line

        known = [person for person in people if person in self._dataset.users]
        rankings = self._recommender.rank([self._query(person) for person in known])
        rows = dict(
            zip(known, zip(rankings.item_indices, rankings.scores, strict=True), strict=True)
        )
        for person in people:
            if person not in rows:
                yield self._without_items(person)
                continue
            items, scores = (column.tolist() for column in rows[person])
            if items[:1] == [-1]:
                yield self._without_items(person, "no item is left to recommend")
                continue
            listed = [
                {"rank": rank} | self._item_of(item) | {"score": score}
                for rank, (item, score) in enumerate(zip(items, scores, strict=True), 1)
                if item >= 0
            ]
            yield line(self._document(person) | {"items": listed})

    def texts(self, people: Sequence[str]) -> Iterator[str]:
        """Yield whole recommendations, without the seconds, which no two runs have in common."""
        from recsys_rag.errors import QueryError
        from recsys_rag.wire import line, write

        for person in people:
            if person not in self._dataset.users:
                yield self._without_items(person)
                continue
            try:
                recommendation = self._recommender.recommend(self._query(person))
            except QueryError as error:  # nothing is left for this person
                yield self._without_items(person, str(error))
                continue
            document = write(recommendation, with_ids=self._asked.with_ids)
            del document["seconds"]
            yield line(document)

    def _query(self, person: str) -> "Query":
        return replace(self._asked.question, user_id=person)

    def _document(self, person: str) -> dict[str, Any]:
        from recsys_rag.wire import VERSION

        return {"version": VERSION, "query": {"user_id": person, "k": self._asked.question.k}}

    def _without_items(self, person: str, why: str = "") -> str:
        from recsys_rag.wire import line

        why = why or f"no user {person!r} in {self._dataset.name}"
        return line(self._document(person) | {"items": [], "notes": [why]})

    def _item(self, item: int) -> dict[str, Any]:
        catalog = self._dataset.catalog
        return {
            "item_id": catalog.items.id(item),
            "title": catalog.titles[item],
            "year": catalog.year(item),
            "genres": catalog.genres[item],
        }


# --- the pace -------------------------------------------------------------------------------------


class _Pace:
    """How fast lists come, and how long the rest will take at that."""

    def __init__(self, total: int, done: int) -> None:
        self.total, self.done, self._first = total, done, done
        self._began = self._told = time.monotonic()

    def is_due(self) -> bool:
        """Say whether a while has gone by since this was last true; always true at the end."""
        now = time.monotonic()
        if now - self._told < _BETWEEN_NOTES and self.done < self.total:
            return False
        self._told = now
        return True

    def words(self) -> str:
        """Return the figures for a person to read."""
        return pace_in_words(
            self.done, self.total, self.done - self._first, time.monotonic() - self._began
        )


def pace_in_words(done: int, total: int, n: int, seconds: float) -> str:
    """Say how many are done, how fast the last n of them came in so many seconds, and how long the
    rest will take.

    >>> pace_in_words(5_120, 10_000, 2_560, 2.0), pace_in_words(3, 10, 3, 21.0)
    ('5,120 of 10,000 · 1,280 a second · 3.8 s left', '3 of 10 · 8.6 a minute · 49.0 s left')
    >>> pace_in_words(10, 10, 10, 4.0)
    '10 of 10 · 2.5 a second · 4.0 s'
    """
    rate = n / max(seconds, 1e-9)
    speed = (
        f"{_three_digits(rate)} a second" if rate >= 1 else f"{_three_digits(60 * rate)} a minute"
    )
    left = f"{duration((total - done) / rate)} left" if done < total and rate else duration(seconds)
    return f"{done:,} of {total:,} · {speed} · {left}"


def _three_digits(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
