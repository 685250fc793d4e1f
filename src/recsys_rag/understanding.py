"""What was read out of a person's words, as a value: it can be added to and taken back."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was read out of a person's words, held against the catalog. Indices are item indices."""

    genres: tuple[str, ...] = ()  # all of them, or any where `any_genre`
    any_genre: bool = False
    excluded_genres: tuple[str, ...] = ()
    years: tuple[int, int] | None = None  # first and last year, inclusive
    excluded_years: tuple[int, int] | None = None
    people: tuple[str, ...] = ()  # all of them, or any where `any_person`
    any_person: bool = False
    # (one of `people`, a column that must name them): ("Jane Doe", "director")
    roles: tuple[tuple[str, str], ...] = ()
    excluded_people: tuple[str, ...] = ()
    like_items: tuple[int, ...] = ()  # "like Fargo"
    unlike_items: tuple[int, ...] = ()
    seen_items: tuple[int, ...] = ()  # known already, whatever is thought of them
    min_runtime: int | None = None  # minutes, inclusive
    max_runtime: int | None = None
    # one of these must fit, as a whole: "80s comedies or 90s thrillers"
    either: tuple["Understanding", ...] = ()
    # none of these may fit as a whole: "no comedies from the 80s"
    neither: tuple["Understanding", ...] = ()
    # (a column of texts, values of which an item must have any): ("moods", ("warm", "feel-good"))
    traits: tuple[tuple[str, tuple[str, ...]], ...] = ()
    excluded_traits: tuple[tuple[str, tuple[str, ...]], ...] = ()
    # (a column of strengths, least, most), inclusive: ("violence", 0, 1)
    levels: tuple[tuple[str, int, int], ...] = ()
    popularity: int = 0  # +1 well known, -1 little known, 0 not said
    text: str = ""  # what is left for text retrieval
    not_understood: tuple[str, ...] = ()
    # whole sentences on what could not be served: "the catalog ends in 1998"
    remarks: tuple[str, ...] = field(default=(), compare=False)
    # by which words each part was asked for; two that ask for the same are equal without it
    readings: tuple["Reading", ...] = field(default=(), compare=False)
    # parts that tell what something is about or like, in the words that asked for them; a text as
    # it is searched for
    told: tuple[tuple["Understanding", str], ...] = field(default=(), compare=False)

    @property
    def is_empty(self) -> bool:
        """Say whether nothing at all was asked for."""
        return self == Understanding()

    @property
    def parts(self) -> tuple["Understanding", ...]:
        """Each single thing that was asked for; `without` takes any of them back.

        >>> [part.genres or part.years for part in Understanding(
        ...     genres=("Drama", "War"), years=(1980, 1989)).parts]
        [('Drama',), ('War',), (1980, 1989)]
        """
        alone: list[dict[str, Any]] = [
            {name: (value,)}
            for name in _LISTS
            if name not in ("roles", "not_understood", "remarks")
            for value in getattr(self, name)
        ]
        alone += [
            {name: getattr(self, name)}
            for name in (*_SINGLES, "text")
            if not name.startswith("any_") and getattr(self, name) != getattr(_NOTHING, name)
        ]
        return tuple(replace(_NOTHING, roles=self.roles, **one)._tidied() for one in alone)

    def merged(self, later: "Understanding") -> "Understanding":
        """Return what asks for all that both ask for.

        A later span of years, runtime or popularity replaces an earlier one, and what was wanted is
        given up when it is refused later, or the other way round.

        >>> drama = Understanding(genres=("Drama", "War"), years=(1980, 1989))
        >>> both = drama.merged(Understanding(excluded_genres=("War",), years=(1990, 1999)))
        >>> both.genres, both.excluded_genres, both.years
        (('Drama',), ('War',), (1990, 1999))
        """
        if self._choices_clash(later):
            return self._spelled_out().merged(later._spelled_out())
        kept = self
        for wanted, refused in _OPPOSITES:
            kept = kept._less(wanted, getattr(later, refused))
            kept = kept._less(refused, getattr(later, wanted))
        joined: dict[str, Any] = {
            name: tuple(dict.fromkeys((*getattr(kept, name), *getattr(later, name))))
            for name in _LISTS
        }
        joined |= {name: getattr(later, name) or getattr(kept, name) for name in _SINGLES}
        if kept.either and later.either and kept.either != later.either:
            joined["either"] = tuple(
                first.merged(second) for first in kept.either for second in later.either
            )
        if later.text and f" {later.text} " in f" {kept.text} ":
            joined["text"] = kept.text
        else:
            joined["text"] = f"{kept.text} {later.text}".strip()
        joined["readings"] = ()  # spans are places in one text
        told = (*self.told, *later.told)
        return replace(kept, **joined)._tidied()._still_told(told)

    @property
    def telling(self) -> str:
        """All words that tell what something is about or like, to search by: those of genres,
        moods, themes and features among them, and at least `text`."""
        said = [words for _, words in self.told]
        if not any(part.text for part, _ in self.told):
            said.append(self.text)
        return " ".join(said).strip()

    def _still_told(self, told: Iterable[tuple["Understanding", str]]) -> "Understanding":
        left = tuple((part, words) for part, words in told if self._has_any_of(part))
        return replace(self, told=left)

    def _has_any_of(self, part: "Understanding") -> bool:
        if part.text:
            return f" {part.text} " in f" {self.text} "
        return any(
            not set(getattr(part, name)).isdisjoint(getattr(self, name))
            for name in ("genres", "traits", "either")
        )

    def without(self, part: "Understanding") -> "Understanding":
        """Return what is left when what `part` asks for is taken back, as far as it is there.

        >>> both = Understanding(genres=("Drama", "War"), years=(1980, 1989))
        >>> left = both.without(Understanding(genres=("War",), years=(1980, 1989)))
        >>> left == Understanding(genres=("Drama",))
        True
        """
        left = self
        for name in _LISTS:
            left = left._less(name, getattr(part, name))
        taken: dict[str, Any] = {
            name: getattr(_NOTHING, name)
            for name in _SINGLES
            if getattr(part, name) == getattr(self, name)
            and name not in ("any_genre", "any_person")
        }
        gone = [i for i, reading in enumerate(self.readings) if reading.part == part][:1]
        taken["readings"] = tuple(
            reading for i, reading in enumerate(self.readings) if i not in gone
        )
        taken["text"] = f" {self.text} ".replace(f" {part.text} ", " ", 1).strip()
        return replace(left, **taken)._tidied()._still_told(self.told)

    def _less(self, name: str, gone: tuple[Any, ...]) -> "Understanding":
        left = tuple(value for value in getattr(self, name) if value not in gone)
        changed: dict[str, Any] = {name: left}
        return replace(self, **changed)

    def _choices_clash(self, later: "Understanding") -> bool:
        """Say whether "any of these" of one would swallow "all of these" of the other."""
        return any(
            getattr(self, any_of) or getattr(later, any_of)
            for names, any_of in _CHOICES
            if getattr(self, names)
            and getattr(later, names)
            and (getattr(self, names), getattr(self, any_of))
            != (getattr(later, names), getattr(later, any_of))
        )

    def _spelled_out(self) -> "Understanding":
        """Return the same with "any of these" as alternatives of which one must fit as a whole."""
        spelled = self
        for names, any_of in _CHOICES:
            if getattr(self, any_of):
                options: list[dict[str, Any]] = [{names: (name,)} for name in getattr(self, names)]
                choice = tuple(
                    replace(_NOTHING, roles=self.roles, **option)._tidied() for option in options
                )
                rest = spelled._less(names, getattr(self, names))._tidied()
                spelled = rest.merged(Understanding(either=choice))
        return spelled

    def _tidied(self) -> "Understanding":
        """Return the same without what is said of people and genres that are no longer there."""
        return replace(
            self,
            any_genre=self.any_genre and bool(self.genres),
            any_person=self.any_person and bool(self.people),
            roles=tuple(role for role in self.roles if role[0] in self.people),
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """Part of what was understood, and the words it was read from."""

    part: Understanding  # can be taken back by `Understanding.without`
    spans: tuple[tuple[int, int], ...]  # (start, stop) in the text, in characters, ascending


_NOTHING = Understanding()
_CHOICES = (("genres", "any_genre"), ("people", "any_person"))
_OPPOSITES = (
    ("genres", "excluded_genres"),
    ("people", "excluded_people"),
    ("like_items", "unlike_items"),
    ("traits", "excluded_traits"),
)
_LISTS = (
    *(name for pair in _OPPOSITES for name in pair),
    "seen_items",
    "roles",
    "neither",
    "levels",
    "not_understood",
    "remarks",
)
_SINGLES = (
    "any_genre",
    "any_person",
    "years",
    "excluded_years",
    "min_runtime",
    "max_runtime",
    "popularity",
    "either",
)
