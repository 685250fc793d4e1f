"""A conversation as a value: what was said in order, and the lists that were shown. One turn reads
words against the last list; ranks nothing and writes nothing."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

import numpy as np

from recsys_rag import _said_of_lists as patterns
from recsys_rag.data.catalog import Catalog
from recsys_rag.understanding import Understanding

_PARTS = 1000  # ids a critique has for its parts; no conversation is as long
GONE = -1  # stands in a list for an item that the catalog no longer has


@dataclass(frozen=True, slots=True)
class Critique:
    """What one message asked for: a part of an understanding, and what it says of items."""

    critique_id: int
    words: str  # as typed
    asks: Understanding = field(default_factory=Understanding)
    ratings: Mapping[int, float] = field(default_factory=dict)  # item -> share of the scale, 0 to 1
    seen: tuple[int, ...] = ()  # item indices
    refused: tuple[int, ...] = ()

    @property
    def parts(self) -> tuple["Critique", ...]:
        """Each single thing of it as a critique with an id of its own; itself where it is one."""
        alone: list[dict[str, Any]] = [{"asks": part} for part in self.asks.parts]
        alone += [{"ratings": {item: rating}} for item, rating in self.ratings.items()]
        alone += [{name: (item,)} for name in ("seen", "refused") for item in getattr(self, name)]
        if len(alone) < 2:
            return (self,)
        first = _PARTS * self.critique_id
        return tuple(Critique(n, self.words, **one) for n, one in enumerate(alone, first))

    def without(self, part: "Critique") -> "Critique":
        """Return what is left when one of its parts is taken back."""
        kept = {item: value for item, value in self.ratings.items() if item not in part.ratings}
        return replace(
            self,
            asks=self.asks.without(part.asks),
            ratings=kept,
            seen=tuple(item for item in self.seen if item not in part.seen),
            refused=tuple(item for item in self.refused if item not in part.refused),
        )


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that was said and shown. Never changes: each turn makes the next one."""

    critiques: tuple[Critique, ...] = ()
    lists: tuple[tuple[int, ...], ...] = ()  # item indices as shown, the last list last
    reply: str = ""  # to the last message, where it asked something or changed nothing
    about: int | None = None  # the item that was named last: what "it" means

    @property
    def words(self) -> Understanding:
        """All that was asked for, later words over earlier ones."""
        whole = Understanding()
        for critique in self.critiques:
            whole = whole.merged(critique.asks)
        return whole

    @property
    def out(self) -> tuple[int, ...]:
        """The items that must not be shown again: seen, rated or refused."""
        items = (
            item
            for critique in self.critiques
            for item in (*critique.seen, *critique.refused, *critique.ratings)
        )
        return tuple(dict.fromkeys(items))

    @property
    def ratings(self) -> dict[int, float]:
        """What was said of items, as a share of the scale, the last word on each."""
        return {
            item: rating for critique in self.critiques for item, rating in critique.ratings.items()
        }

    def shown(self, items: Sequence[int]) -> "Conversation":
        """Return the conversation after this list was shown."""
        return replace(self, lists=(*self.lists, tuple(items)))

    def back(self) -> "Conversation":
        """Return the conversation before its last critique."""
        return Conversation(self.critiques[:-1], self.lists)

    def without(self, critique_id: int) -> "Conversation":
        """Return the conversation as if this critique, or this part of one, had never been said."""
        kept = []
        for critique in self.critiques:
            parts = [part for part in critique.parts if part.critique_id == critique_id]
            if critique.critique_id != critique_id:
                kept.append(critique.without(parts[0]) if parts else critique)
        return replace(self, critiques=tuple(kept))


def why_asked(text: str) -> int | None:
    """Return the number of the item that a message asks the reasons for, None for other messages.

    >>> why_asked("/why 2"), why_asked("Why is #3?"), why_asked("why not")
    (2, 3, None)
    """
    asked = patterns.WHY.fullmatch(" ".join(text.split()))
    return int(asked[1]) if asked else None


def which_of(n_items: int) -> str:
    """Return what is said where a message points at no item of a list of `n_items`."""
    return f"the list has {n_items} item{'s' * (n_items != 1)}; say which by its number"


def turn(
    conversation: Conversation,
    text: str,
    catalog: Catalog,
    understand: Callable[[str], Understanding],
) -> Conversation:
    """Return the conversation after one message.

    What points at the last list ("less violent", "newer than 2", "more like 3", "seen 1 and 4,
    loved 4", "not 2") is read here, by its numbers from 1; the rest is what `understand` makes of
    it. A question is answered in `reply` from the catalog alone, and changes nothing.
    """
    return _Reader(conversation, text, catalog, understand).turn()


class _Reader:
    def __init__(
        self,
        conversation: Conversation,
        text: str,
        catalog: Catalog,
        understand: Callable[[str], Understanding],
    ) -> None:
        self._conversation, self._text = conversation, text
        self._catalog, self._understand = catalog, understand
        self._list = conversation.lists[-1] if conversation.lists else ()
        self._rest = " ".join(text.replace("'", "").replace("’", "").split())
        self._asks = Understanding()
        self._replies: list[str] = []
        self._missing = False
        self._about = conversation.about

    def turn(self) -> Conversation:
        before = replace(self._conversation, reply="")
        plain = self._rest.strip(" .!?").removeprefix("/")
        if control := patterns.CONTROL.fullmatch(plain):
            return before.back() if control["back"] else Conversation(lists=before.lists)
        if question := patterns.QUESTION.fullmatch(plain):
            reply = self._answer(question)
            return replace(before, reply=reply, about=self._about)
        refused = tuple(item for match in self._taken(patterns.NOT) for item in self._items(match))
        # before ratings: in "seen 1, loved it", it is 1
        seen = tuple(item for match in self._taken(patterns.SEEN) for item in self._items(match))
        ratings = dict(self._ratings())
        liked = tuple(item for match in self._taken(patterns.LIKE) for item in self._items(match))
        self._asks = replace(self._asks, like_items=liked)
        for match in self._taken(patterns.LEVEL):
            self._level(match)
        for _ in self._taken(patterns.FUNNIER):
            self._asks = self._asks.merged(self._understand("funny"))
        for match in self._taken(patterns.KNOWN):
            self._asks = replace(self._asks, popularity=1 if match["known"] else -1)
        for match in self._taken(patterns.YEAR):
            self._years(match)
        for match in self._taken(patterns.LENGTH):
            self._length(match)
        if self._missing:
            self._replies.append(which_of(len(self._list)))
        moved = self._asks != Understanding() or bool(ratings or seen or refused)
        if not moved and not self._replies:
            self._asks = self._understand(self._text)
        elif not patterns.JOINS.match(self._rest):
            self._asks = self._asks.merged(self._understand(self._rest))
        self._replies += self._asks.remarks
        self._replies += [f"not understood: {words}" for words in self._asks.not_understood]
        if self._asks.is_empty and not (ratings or seen or refused):
            return replace(
                before, reply="; ".join(self._replies) or "nothing in that was understood"
            )
        number = 1 + max((one.critique_id for one in before.critiques), default=0)
        critique = Critique(number, self._text, self._asks, ratings, seen, refused)
        reply = "; ".join(self._replies)
        critiques = (*before.critiques, critique)
        return replace(before, critiques=critiques, reply=reply, about=self._about)

    def _taken(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Yield the matches of a pattern and take them out of the text; an "it" that points at
        nothing stays, where other words are there to be read."""
        whole, taken = self._rest, list[re.Match[str]]()

        def take(match: re.Match[str]) -> str:
            which = match.groupdict().get("which") or ""
            is_loose = self._about is None and re.fullmatch(patterns.IT, which, re.IGNORECASE)
            if not match[0].strip() or (is_loose and match[0] != whole.strip(" .!?")):
                return match[0]
            taken.append(match)
            return " "

        self._rest = pattern.sub(take, whole)
        yield from taken

    # --- what words point at ----------------------------------------------------------------------

    def _items(self, match: re.Match[str]) -> list[int]:
        """Return the items of the last list that are meant, all of it where none is named."""
        said = match.groupdict()
        which = said.get("which") or said.get("these")
        return (
            self._meant(which.lower()) if which else [item for item in self._list if item != GONE]
        )

    def _meant(self, which: str) -> list[int]:
        if re.fullmatch(patterns.IT, which):
            there = [] if self._about is None else [self._about]
            self._missing = self._missing or not there
            return there
        counted = rf"(?<=number )(?:{'|'.join(patterns.COUNTED)})"
        numbers = [
            int(one)
            if one.isdigit()
            else 1 + (patterns.NUMBERS if one in patterns.NUMBERS else patterns.COUNTED).index(one)
            for one in re.findall(rf"\d+|{'|'.join(patterns.NUMBERS)}|{counted}", which)
        ]
        there = [self._list[n - 1] for n in numbers if 1 <= n <= len(self._list)]
        there = [item for item in there if item != GONE]
        self._missing = self._missing or len(there) < len(numbers)
        self._about = there[-1] if there else self._about
        return there

    def _ratings(self) -> Iterator[tuple[int, float]]:
        for pattern in (patterns.RATED, patterns.JUDGED):
            for match in self._taken(pattern):
                is_praise = not (match["bad"] or match["worse"])
                for item in self._items(match):
                    yield item, 1.0 if is_praise else 0.0

    # --- moves along facts ------------------------------------------------------------------------

    def _level(self, match: re.Match[str]) -> None:
        comparative, adjective = (
            (match[name] or "").lower() for name in ("comparative", "adjective")
        )
        is_less = bool(match["less"]) or comparative in patterns.LESS_OF
        column = (
            (patterns.LESS_OF | patterns.MORE_OF)[comparative]
            if comparative
            else patterns.STRENGTHS[adjective]
        )
        levels = self._catalog.attributes.get(column)
        if not isinstance(levels, np.ndarray):
            self._replies.append(f"the catalog does not say how much {column} a film has")
            return
        items = self._items(match)
        if match["which"] and not items:
            return  # what is missing is said
        known = [level for level in levels[items].tolist() if level == level]
        middle = float(np.mean(known)) if known else 1.5
        bound = int(np.ceil(middle)) - 1 if is_less else int(np.floor(middle)) + 1
        if not 0 <= bound <= patterns.STRONGEST:
            self._replies.append(f"{column} cannot be {'less' if is_less else 'more'} than that")
            return
        level = (column, 0, bound) if is_less else (column, bound, patterns.STRONGEST)
        self._asks = replace(self._asks, levels=(*self._asks.levels, level))

    def _years(self, match: re.Match[str]) -> None:
        items = self._items(match)
        if match["which"] and not items:
            return
        years = [int(year) for year in self._catalog.years[items] if year]
        known = self._catalog.years[self._catalog.years > 0]
        if not years:
            self._replies.append("the catalog does not say from which year they are")
            return
        said = self._asks.years or self._conversation.words.years
        first, last = said or (int(known.min()), int(known.max()))
        if match["newer"]:
            first = max(first, int(median(years)) + 1)
        else:
            last = min(last, int(np.ceil(median(years))) - 1)
        if first > last:
            self._replies.append(f"nothing is {'newer' if match['newer'] else 'older'} than that")
        else:
            self._asks = replace(self._asks, years=(first, last))

    def _length(self, match: re.Match[str]) -> None:
        items = self._items(match)
        if match["which"] and not items:
            return
        minutes = [int(one) for one in self._catalog.runtimes[items] if one]
        if not minutes:
            self._replies.append("the catalog does not say how long they are")
        elif match["shorter"]:
            self._asks = replace(self._asks, max_runtime=int(np.ceil(median(minutes))) - 1)
        else:
            self._asks = replace(self._asks, min_runtime=int(median(minutes)) + 1)

    # --- questions --------------------------------------------------------------------------------

    def _answer(self, question: re.Match[str]) -> str:
        """Return what the catalog says, or that it does not say."""
        asked = next(name for name, said in question.groupdict().items() if said)
        referred = patterns.REFERRED.search(question[asked])
        items = self._meant(referred["which"].lower()) if referred else []
        if not items:
            return which_of(len(self._list))
        item, catalog = items[0], self._catalog
        said = ""
        if asked == "year":
            said = str(catalog.year(item) or "")
        elif asked == "runtime":
            said = f"{catalog.runtimes[item]} minutes" if catalog.runtimes[item] else ""
        elif asked == "strength":
            column = patterns.STRENGTHS[question["adjective"].lower()]
            levels = catalog.attributes.get(column)
            if isinstance(levels, np.ndarray) and np.isfinite(levels[item]):
                said = f"{column}: {('none', 'mild', 'clear', 'strong')[int(levels[item])]}"
        else:
            said = ", ".join(catalog.texts(item, asked))
        return f"{catalog.name(item)}: {said or 'the catalog does not say'}"
