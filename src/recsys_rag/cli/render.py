"""A recommendation on a terminal or in a pipe, shown as its events arrive. Chooses no word of an explanation."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from recsys_rag.cli import phrases
from recsys_rag.cli.flow import Paragraph, table
from recsys_rag.types import Candidate, Event, Finished, Ranked, Recommendation, RecommendedItem, Sentence, Written

if TYPE_CHECKING:
    from rich.console import Console

_CITED = re.compile(r"\[(\d+)\]")
_DIM = "dim"


class Page:
    """Shows one stream of events: whom it is for, the items with what is written about them, who wrote it.

    An item's heading stands there before its first sentence arrives, so that a person sees what is being written about.
    `sources` adds where each fact was read.
    """

    def __init__(self, console: "Console", *, explain: bool = True, sources: bool = False) -> None:
        self._console = console
        self._explain = explain
        self._sources = sources
        self._waiting: list[RecommendedItem] = []
        self._paragraph: Paragraph | None = None  # of the item that is being written
        self._margin = 3

    def show(self, events: Iterable[Event]) -> Recommendation:
        """Show all events and return the finished recommendation."""
        finished: Recommendation | None = None
        for event in events:
            if isinstance(event, Ranked):
                self._ranked(event.recommendation)
            elif isinstance(event, Sentence):
                self._sentence(event)
            elif isinstance(event, Written):
                self._written(event.item)
            elif isinstance(event, Finished):
                finished = event.recommendation
                self._finished(finished)
        assert finished is not None, "a stream of events ends with Finished"
        return finished

    def _ranked(self, recommendation: Recommendation) -> None:
        self._say(phrases.audience(recommendation), "bold")
        if recommendation.understood:
            self._say(f"Understood: {'; '.join(recommendation.understood)}", _DIM)
        self._console.print()
        self._margin = len(str(len(recommendation.items))) + 2
        if not self._explain:
            listing(self._console, [(item.rank, item.candidate) for item in recommendation.items])
            return
        self._waiting = list(recommendation.items)
        self._next_heading()

    def _next_heading(self) -> None:
        """Show the heading of the next item and open the paragraph for it."""
        if not self._waiting:
            self._paragraph = None
            return
        item = self._waiting.pop(0)
        _heading(self._console, item, self._margin)
        self._paragraph = Paragraph(self._console, first=self._margin, indent=self._margin)

    def _sentence(self, sentence: Sentence) -> None:
        if self._paragraph is not None:
            self._paragraph.say(sentence.text)

    def _written(self, item: RecommendedItem) -> None:
        if self._paragraph is None:
            return
        self._paragraph.close()
        self._evidence(item)
        self._console.print()
        self._next_heading()

    def _evidence(self, item: RecommendedItem) -> None:
        """Show the facts that the text cites, under the numbers that it cites them by; all of them with sources."""
        cited = {int(number) for number in _CITED.findall(item.explanation)}
        line = Paragraph(self._console, first=self._margin, indent=self._margin)
        for number, fact in enumerate(item.evidence, 1):
            if self._sources:
                line.say(f"[{number}] {fact.statement}", _DIM)
                line.say(f"({fact.source})", f"{_DIM} italic")
                line.close()
            elif number in cited or not cited:
                line.keep(f"[{number}] {fact.statement}", _DIM)
        line.close()

    def _finished(self, recommendation: Recommendation) -> None:
        if self._explain:
            self._rest()
        else:
            self._console.print()
        if recommendation.unverified_text:
            self._say(f"What {recommendation.model_id} wrote, checked by nobody:", "yellow")
            self._say(recommendation.unverified_text, "")
            self._console.print()
        for note in recommendation.notes:
            self._say(f"Note: {note}", "yellow")
        self._closing((*phrases.writing(recommendation), *phrases.timing(recommendation.seconds)))

    def _closing(self, parts: Sequence[str]) -> None:
        line = Paragraph(self._console, indent=2)
        for place, part in enumerate(parts, 1):
            line.keep(part + (" ·" if place < len(parts) else ""), _DIM, gap=1)
        line.close()

    def _rest(self) -> None:
        """Show the items about which nothing was written."""
        while self._paragraph is not None:
            self._paragraph.close()
            self._next_heading()
            if self._paragraph is None:
                self._console.print()

    def _say(self, text: str, style: str) -> None:
        sentence(self._console, text, style)


def sentence(console: "Console", text: str, style: str = "") -> None:
    """Show a text of its own, its further lines set in a little."""
    paragraph = Paragraph(console, indent=2)
    paragraph.say(text, style)
    paragraph.close()


def listing(console: "Console", ranked: Iterable[tuple[int, Candidate]], *, predictions: bool = True) -> None:
    """Show candidates as a table: rank, title with year, genres, predicted rating where known, score."""
    rows = [
        (
            (str(rank), ""),
            (candidate.name, "bold"),
            (", ".join(candidate.genres), ""),
            (phrases.predicted(candidate.predicted_rating) if predictions else "", "green"),
            (phrases.score(candidate.score), _DIM),
        )
        for rank, candidate in ranked
    ]
    table(console, rows, right=frozenset({0, 4}))


def _heading(console: "Console", item: RecommendedItem, margin: int) -> None:
    line = Paragraph(console, first=margin - 2 - len(str(item.rank)), indent=margin)
    line.keep(str(item.rank), "bold")
    line.keep(item.candidate.name, "bold", gap=2)
    if item.genres:
        line.keep(", ".join(item.genres))
    if text := phrases.predicted(item.predicted_rating):
        line.keep(text, "green")
    line.keep(phrases.score(item.score), _DIM)
    line.close()
