"""A recommendation on a terminal or in a pipe, shown as its events arrive. Chooses no word of an
explanation."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from recsys_rag._cli import captions
from recsys_rag._cli.lines import Paragraph, Sheet, sentence, table
from recsys_rag.types import (
    Candidate,
    Event,
    Finished,
    Ranked,
    Recommendation,
    RecommendedItem,
    Written,
)

if TYPE_CHECKING:
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

_CITED = re.compile(r"\[(\d+)\]")
_DIM = "dim"
_LEAST_WAITING = 3  # lines


class Page:
    """Shows one stream of events: whom it is for, the items with what is written about them, who
    wrote it.

    On a terminal all items stand there at once, with the template's words, dim; each is replaced
    when its text is final. In a pipe, each is written once, when its text is final. `sources` adds
    where each fact was read.
    """

    def __init__(self, console: "Console", *, explain: bool = True, sources: bool = False) -> None:
        self._console = console
        self._explain = explain
        self._sources = sources
        self._waiting: list[RecommendedItem] = []  # for their final text
        self._live: Live | None = None
        self._margin = 3
        self._is_by_score = True

    def show(self, events: Iterable[Event]) -> Recommendation:
        """Show all events and return the finished recommendation; what is on a terminal stays, also
        after an error."""
        finished: Recommendation | None = None
        try:
            for event in events:
                if isinstance(event, Ranked):
                    self._ranked(event.recommendation)
                elif isinstance(event, Written):
                    self._waiting.pop(0)
                    self._final(event.item)
                elif isinstance(event, Finished):
                    finished = event.recommendation
                    self._finished(finished)
        finally:
            if self._live:
                self._live.stop()
        assert finished is not None, "a stream of events ends with Finished"
        return finished

    def _ranked(self, recommendation: Recommendation) -> None:
        self._say(captions.audience(recommendation), "bold")
        if recommendation.understood:
            self._say(f"Understood: {'; '.join(recommendation.understood)}", _DIM)
        self._console.print()
        self._margin = len(str(len(recommendation.items))) + 2
        self._is_by_score = _is_by_score([item.candidate for item in recommendation.items])
        if not self._explain:
            listing(self._console, [(item.rank, item.candidate) for item in recommendation.items])
            return
        self._waiting = list(recommendation.items)
        if self._console.is_terminal and not self._console.is_dumb_terminal:
            self._begin()

    def _begin(self) -> None:
        """Show what waits for its final text in a part of the terminal that is drawn again and
        again."""
        from rich.live import Live

        head = 4  # lines, about: whom it is for, and what was understood
        self._live = Live(self._provisional(head), console=self._console, auto_refresh=False)
        self._live.start(refresh=True)

    def _provisional(self, n_lines_above: int) -> "Text":
        """Return the cards that wait, cut so that what was written for good just above them stays
        in sight."""
        from rich.text import Text

        sheet = Sheet(self._console.width)
        for item in self._waiting:
            self._card(sheet, item, _DIM)
        sheet.text.rstrip()
        lines = sheet.text.split("\n")
        room = max(_LEAST_WAITING, self._console.height - n_lines_above - 1)
        if len(lines) <= room:
            return sheet.text
        return Text("\n").join([*lines[: room - 1], Text(" " * self._margin + "…", _DIM)])

    def _final(self, item: RecommendedItem) -> None:
        """Write a card for good, where it stood; those that still wait follow below."""
        sheet = Sheet(self._console.width)
        self._card(sheet, item)
        if self._live:
            self._live.update(self._provisional(sheet.text.plain.count("\n")))
        self._console.print(sheet.text, end="")
        if self._live:
            self._live.refresh()

    def _card(self, sheet: Sheet, item: RecommendedItem, style: str = "") -> None:
        _heading(sheet, item, self._margin, self._is_by_score)
        text = Paragraph(sheet, first=self._margin, indent=self._margin)
        text.say(item.explanation, style)
        text.close()
        self._evidence(sheet, item)
        if item.explanation or item.evidence:
            sheet.print()

    def _evidence(self, sheet: Sheet, item: RecommendedItem) -> None:
        """Show the facts that the text cites, under the numbers that it cites them by; all of them
        with sources."""
        cited = {int(number) for number in _CITED.findall(item.explanation)}
        line = Paragraph(sheet, first=self._margin, indent=self._margin)
        for number, fact in enumerate(item.evidence, 1):
            if self._sources:
                line.say(f"[{number}] {fact.statement}", _DIM)
                line.say(f"({fact.source})", f"{_DIM} italic")
                line.close()
            elif number in cited or not cited:
                line.keep(f"[{number}] {fact.statement}", _DIM)
        line.close()

    def _finished(self, recommendation: Recommendation) -> None:
        while self._waiting:  # nothing was written about them
            self._waiting.pop(0)
            self._final(recommendation.items[-len(self._waiting) - 1])
        if self._live:
            self._live.transient = True  # all that it showed has been written for good
            self._live.stop()
            self._live = None
        if not self._explain or recommendation.unverified_text:
            self._console.print()
        if recommendation.unverified_text:
            self._say(f"What {recommendation.model_id} wrote, unverified:", "yellow")
            self._say(recommendation.unverified_text, "")
            self._console.print()
        for note in recommendation.notes:
            self._say(f"Note: {note}", "yellow")
        self._closing((*captions.writing(recommendation), *captions.timing(recommendation.seconds)))

    def _closing(self, parts: Sequence[str]) -> None:
        line = Paragraph(self._console, indent=2)
        for position, part in enumerate(parts, 1):
            line.keep(part + (" ·" if position < len(parts) else ""), _DIM, gap=1)
        line.close()

    def _say(self, text: str, style: str) -> None:
        sentence(self._console, text, style)


def listing(
    console: "Console", ranked: Iterable[tuple[int, Candidate]], *, predictions: bool = True
) -> None:
    """Show candidates as a table: rank, title with year, genres, predicted rating where known,
    score."""
    listed = list(ranked)
    is_by_score = _is_by_score([candidate for _, candidate in listed])
    rows = [
        (
            (str(rank), ""),
            (candidate.name, "bold"),
            (", ".join(candidate.genres), ""),
            (captions.predicted(candidate.predicted_rating) if predictions else "", "green"),
            (captions.score(candidate.score) if is_by_score else "", _DIM),
        )
        for rank, candidate in listed
    ]
    table(console, rows, right=frozenset({0, 4}))


def _is_by_score(candidates: Sequence[Candidate]) -> bool:
    """Say whether the score orders these: where another order was chosen, it is not shown."""
    scores = [candidate.score for candidate in candidates]
    return scores == sorted(scores, reverse=True)


def _heading(sheet: Sheet, item: RecommendedItem, margin: int, is_by_score: bool) -> None:
    line = Paragraph(sheet, first=margin - 2 - len(str(item.rank)), indent=margin)
    line.keep(str(item.rank), "bold")
    line.keep(item.candidate.name, "bold", gap=2)
    if item.genres:
        line.keep(", ".join(item.genres))
    if text := captions.predicted(item.predicted_rating):
        line.keep(text, "green")
    if is_by_score:
        line.keep(captions.score(item.score), _DIM)
    line.close()
