"""A conversation as a value: what was said in order, and the lists that were shown. One turn reads
words against the last list; ranks nothing and writes nothing."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

import numpy as np

from recsys_rag.data.catalog import Catalog
from recsys_rag.understanding import Understanding

_NUMBERS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_REFERENCE = rf"(?:(?:the |number |no\.? ?|#)?(?:\d{{1,2}}|{'|'.join(_NUMBERS)})(?: one| film)?)"
_REFERENCES = rf"{_REFERENCE}(?:(?:,? and |, ?){_REFERENCE})*"
_IT = r"(?:that one|this one|that|it|this)"
_ANY = rf"(?P<which>{_REFERENCES}|{_IT})"

# What moves along a strength: adjective -> column. A comparative says "more" of it.
_STRENGTHS = {"violent": "violence", "bloody": "violence", "brutal": "violence"}
_STRENGTHS |= {"scary": "scares", "frightening": "scares", "creepy": "scares"}
_STRENGTHS |= {"sad": "sadness", "heavy": "sadness", "dark": "sadness", "depressing": "sadness"}
_STRENGTHS |= {"sexy": "sex", "erotic": "sex"}
_MORE_OF = {"scarier": "scares", "sadder": "sadness", "darker": "sadness", "heavier": "sadness"}
_LESS_OF = {"lighter": "sadness", "tamer": "violence", "gentler": "violence"}
_THAN = rf"(?: than {_ANY})?"
_ADJECTIVE = "|".join(_STRENGTHS)
_STRONGEST = 3
GONE = -1  # stands in a list for an item that the catalog no longer has
_WHY = re.compile(r"/?why\s+(?:is\s+)?(?:no\.?\s*|#)?(\d{1,2})\s*\??", re.IGNORECASE)

_CONTROL = re.compile(r"(?P<back>(?:go )?back|undo)|(?P<over>start over|start again|reset)")
_ITEM = _ANY.replace("?P<which>", "?:")
_QUESTION = re.compile(
    rf"(?:(?P<director>who (?:directed|made) {_ITEM})|(?P<actors>who (?:is|plays|stars) in {_ITEM})"
    rf"|(?P<plot>what(?:s| is| are)? {_ITEM} about)|(?P<runtime>how long is {_ITEM})"
    rf"|(?P<year>when was {_ITEM} made|how old is {_ITEM}|what year is {_ITEM}(?: from)?)"
    rf"|(?P<strength>is {_ITEM} (?P<adjective>{_ADJECTIVE})))"
)
_REFERRED = re.compile(_ANY)
_SEEN = re.compile(rf"\b(?:(?:i|ive|have|already) )*(?:seen|watched|know) {_ANY}")
_RATED = re.compile(rf"\b(?:i )?(?P<verb>loved|liked|enjoyed|hated|disliked) {_ANY}")
_NOT = re.compile(rf"\b(?:not|without|no more of|skip|drop) {_ANY}(?![^ ,])")
_LIKE = re.compile(rf"\b(?:more|something|some)(?: films)? like {_ANY}(?! (?:minutes|hours))")
_LEVEL = re.compile(
    rf"\b(?:(?:(?P<less>less|not so|not as|not that)|more) (?P<adjective>{_ADJECTIVE})"
    rf"|(?P<comparative>{'|'.join([*_MORE_OF, *_LESS_OF])}))\b{_THAN}"
)
_YEAR = re.compile(rf"\b(?:(?P<newer>newer|more recent|more modern)|older)\b{_THAN}")
_LENGTH = re.compile(rf"\b(?:(?P<shorter>shorter)|longer)\b{_THAN}(?! \d)")
_FUNNIER = re.compile(r"\b(?:funnier|more funny|more fun)\b")
_KNOWN = re.compile(
    r"\b(?:(?P<known>better known|more popular|more famous|more mainstream)"
    r"|(?P<obscure>less known|lesser known|less popular|more obscure))\b"
)
_JOINS = re.compile(r"^(?:[\s,.;!?]|\b(?:but|and|please|something|one|ones|a bit|much)\b)*$")


@dataclass(frozen=True, slots=True)
class Critique:
    """What one message asked for: a part of an understanding, and what it says of items."""

    critique_id: int
    words: str  # as typed
    asks: Understanding = field(default_factory=Understanding)
    ratings: Mapping[int, float] = field(default_factory=dict)  # item -> share of the scale, 0 to 1
    seen: tuple[int, ...] = ()  # item indices
    refused: tuple[int, ...] = ()


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
        """Return the conversation as if this critique had never been said."""
        kept = (critique for critique in self.critiques if critique.critique_id != critique_id)
        return replace(self, critiques=tuple(kept))


def why_asked(text: str) -> int | None:
    """Return the number of the item that a message asks the reasons for, None for other messages.

    >>> why_asked("/why 2"), why_asked("Why is #3?"), why_asked("why not")
    (2, 3, None)
    """
    asked = _WHY.fullmatch(" ".join(text.split()))
    return int(asked[1]) if asked else None


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
        self._rest = " ".join(text.lower().replace("'", "").replace("’", "").split())
        self._asks = Understanding()
        self._replies: list[str] = []
        self._missing = False
        self._about = conversation.about

    def turn(self) -> Conversation:
        before = replace(self._conversation, reply="")
        plain = self._rest.strip(" .!?").removeprefix("/")
        if control := _CONTROL.fullmatch(plain):
            return before.back() if control["back"] else Conversation(lists=before.lists)
        if question := _QUESTION.fullmatch(plain):
            reply = self._answer(question)
            return replace(before, reply=reply, about=self._about)
        liked = tuple(item for match in self._taken(_LIKE) for item in self._items(match))
        # before ratings: in "seen 1, loved it", it is 1
        seen = tuple(item for match in self._taken(_SEEN) for item in self._items(match))
        ratings = dict(self._ratings())
        self._asks = replace(self._asks, like_items=liked)
        for match in self._taken(_LEVEL):
            self._level(match)
        for _ in self._taken(_FUNNIER):
            self._asks = self._asks.merged(self._understand("funny"))
        for match in self._taken(_KNOWN):
            self._asks = replace(self._asks, popularity=1 if match["known"] else -1)
        for match in self._taken(_YEAR):
            self._years(match)
        for match in self._taken(_LENGTH):
            self._length(match)
        refused = tuple(item for match in self._taken(_NOT) for item in self._items(match))
        if self._missing:
            self._replies.append(f"the list has {len(self._list)} items; say which by its number")
        moved = self._asks != Understanding() or bool(ratings or seen or refused)
        if not moved and not self._replies:
            self._asks = self._understand(self._text)
        elif not _JOINS.match(self._rest):
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
        """Yield the matches of a pattern that are no empty words, and take them out of the text."""
        for match in list(pattern.finditer(self._rest)):
            if match[0].strip():
                yield match
        self._rest = pattern.sub(lambda match: " " if match[0].strip() else match[0], self._rest)

    # --- what words point at ----------------------------------------------------------------------

    def _items(self, match: re.Match[str]) -> list[int]:
        """Return the items of the last list that are meant, all of it where none is named."""
        which = match.groupdict().get("which")
        return self._meant(which) if which else [item for item in self._list if item != GONE]

    def _meant(self, which: str) -> list[int]:
        if re.fullmatch(_IT, which):
            there = [] if self._about is None else [self._about]
            self._missing = self._missing or not there
            return there
        said = re.findall(rf"\d+|{'|'.join(_NUMBERS)}", which)
        numbers = [int(one) if one.isdigit() else 1 + _NUMBERS.index(one) for one in said]
        there = [self._list[n - 1] for n in numbers if 1 <= n <= len(self._list)]
        there = [item for item in there if item != GONE]
        self._missing = self._missing or len(there) < len(numbers)
        self._about = there[-1] if there else self._about
        return there

    def _ratings(self) -> Iterator[tuple[int, float]]:
        for match in self._taken(_RATED):
            is_praise = match["verb"] in ("loved", "love", "liked", "like")
            for item in self._items(match):
                yield item, 1.0 if is_praise else 0.0

    # --- moves along facts ------------------------------------------------------------------------

    def _level(self, match: re.Match[str]) -> None:
        comparative = match["comparative"]
        is_less = bool(match["less"]) or comparative in _LESS_OF
        column = (
            (_LESS_OF | _MORE_OF)[comparative] if comparative else _STRENGTHS[match["adjective"]]
        )
        levels = self._catalog.attributes.get(column)
        if not isinstance(levels, np.ndarray):
            self._replies.append(f"the catalog does not say how much {column} a film has")
            return
        known = [level for level in levels[self._items(match)].tolist() if level == level]
        middle = float(np.mean(known)) if known else 1.5
        bound = int(np.ceil(middle)) - 1 if is_less else int(np.floor(middle)) + 1
        if not 0 <= bound <= _STRONGEST:
            self._replies.append(f"{column} cannot be {'less' if is_less else 'more'} than that")
            return
        level = (column, 0, bound) if is_less else (column, bound, _STRONGEST)
        self._asks = replace(self._asks, levels=(*self._asks.levels, level))

    def _years(self, match: re.Match[str]) -> None:
        years = [int(year) for year in self._catalog.years[self._items(match)] if year]
        known = self._catalog.years[self._catalog.years > 0]
        if not years:
            self._replies.append("the catalog does not say from which year they are")
            return
        first, last = self._conversation.words.years or (int(known.min()), int(known.max()))
        if match["newer"]:
            first = max(first, int(median(years)) + 1)
        else:
            last = min(last, int(np.ceil(median(years))) - 1)
        if first > last:
            self._replies.append(f"nothing is {'newer' if match['newer'] else 'older'} than that")
        else:
            self._asks = replace(self._asks, years=(first, last))

    def _length(self, match: re.Match[str]) -> None:
        minutes = [int(one) for one in self._catalog.runtimes[self._items(match)] if one]
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
        referred = _REFERRED.search(question[asked])
        items = self._meant(referred["which"]) if referred else []
        if not items:
            return f"the list has {len(self._list)} items; say which by its number"
        item, catalog = items[0], self._catalog
        said = ""
        if asked == "year":
            said = str(catalog.year(item) or "")
        elif asked == "runtime":
            said = f"{catalog.runtimes[item]} minutes" if catalog.runtimes[item] else ""
        elif asked == "strength":
            column = _STRENGTHS[question["adjective"]]
            levels = catalog.attributes.get(column)
            if isinstance(levels, np.ndarray) and np.isfinite(levels[item]):
                said = f"{column}: {('none', 'mild', 'clear', 'strong')[int(levels[item])]}"
        else:
            said = ", ".join(catalog.texts(item, asked))
        return f"{catalog.name(item)}: {said or 'the catalog does not say'}"
