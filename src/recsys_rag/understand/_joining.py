"""From what each recognizer found to one understanding: what belongs together, what are
alternatives, what is refused."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from recsys_rag.types import Understanding
from recsys_rag.understand import _genre_words as genre_words
from recsys_rag.understand import _people_words as people_words
from recsys_rag.understand import _runtime_words as runtime_words
from recsys_rag.understand._constraints import Constraints
from recsys_rag.understand._genre_words import GenreFind
from recsys_rag.understand._negation import Scope
from recsys_rag.understand._people_words import PersonFind
from recsys_rag.understand._runtime_words import RuntimeFind
from recsys_rag.understand._tokens import Words
from recsys_rag.understand._year_words import Span, YearFind, covered, shared

Find = GenreFind | YearFind | PersonFind | RuntimeFind
Value = TypeVar("Value")
_LISTING = frozenset(("or", "nor", "and", "&"))  # between refused things: each is refused


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was found of items' properties, in the order of the words, wanted and refused."""

    wanted: list[Find]
    refused: list[list[Find]]  # a list for each scope of a negation


def wishes_of(words: Words, scopes: Sequence[Scope], finds: Iterable[Find]) -> Wishes:
    """Sort finds into what is wanted and what is refused, by the scope that holds it."""
    ordered = sorted(finds, key=lambda one: one.start)
    inside = [[one for one in ordered if scope.holds(one.start)] for scope in scopes]
    return Wishes(
        [one for one in ordered if not words.negated[one.start]], [one for one in inside if one]
    )


class Joiner:
    """Joins finds against one catalog: what no item has together is read as alternatives."""

    def __init__(self, constraints: Constraints) -> None:
        self._constraints = constraints

    def joined(self, words: Words, wishes: Wishes) -> Understanding:
        """Return what the wishes mean together; examples, popularity and the rest of the text are
        not looked at."""
        understood = self._wanted(words, wishes.wanted)
        refused = [
            one
            for scope in wishes.refused
            for part in _segments(words, scope)
            for one in self._refusals(words, part)
        ]
        return _without(understood, refused)

    # --- what is wanted ---------------------------------------------------------------------------

    def _wanted(self, words: Words, finds: list[Find]) -> Understanding:
        chunks = _whole_alternatives(words, finds)
        if chunks:
            return Understanding(
                either=tuple(one for chunk in chunks for one in self._combined(words, chunk))
            )
        groups = self._possible(genre_words.grouped(words, _of(finds, GenreFind)))
        spans = shared(one.years for one in _of(finds, YearFind))
        people = _of(finds, PersonFind)
        names = _distinct(one.name for one in people)
        least, most = runtime_words.joined(_of(finds, RuntimeFind))
        # "under 90 minutes or over two hours"
        is_gap = least is not None and most is not None and least > most
        plain = Understanding(
            people=names,
            any_person=len(names) > 1
            and (
                people_words.are_alternatives(words, people)
                or not self._constraints.has_item_with(people=names)
            ),
            roles=_roles(people),
            min_runtime=None if is_gap else least,
            max_runtime=None if is_gap else most,
        )
        lengths = (
            [Understanding(max_runtime=most), Understanding(min_runtime=least)]
            if is_gap
            else [Understanding()]
        )
        return _with_genres_and_years(plain, groups, spans, lengths)

    def _possible(self, groups: list[list[str]]) -> list[list[str]]:
        """Return the groups, those that no item has together taken apart."""
        possible: list[list[str]] = []
        for group in groups:
            possible += (
                [group] if self._constraints.has_item_with(group) else [[one] for one in group]
            )
        return possible

    def _combined(self, words: Words, finds: list[Find]) -> list[Understanding]:
        """Return what finds that belong together mean: one understanding for each way in which they
        can be met."""
        understood = self._wanted(words, finds)
        if not understood.either:
            return [understood]
        return [
            replace(one, people=understood.people, roles=understood.roles)
            for one in understood.either
        ]

    # --- what is refused --------------------------------------------------------------------------

    def _refusals(self, words: Words, finds: list[Find]) -> Iterator[Understanding]:
        """Yield what is refused: each genre with each span of years and each person that stand
        together."""
        groups = genre_words.grouped(words, _of(finds, GenreFind), _LISTING)
        spans = covered(one.years for one in _of(finds, YearFind))
        least, most = runtime_words.joined(_of(finds, RuntimeFind))
        people = [[one] for one in _of(finds, PersonFind)]
        for group, span, person in itertools.product(
            groups or [[]], _or_none(spans), people or [[]]
        ):
            yield Understanding(
                genres=tuple(group),
                years=span,
                people=tuple(one.name for one in person),
                roles=_roles(person, only_sure=True),
                min_runtime=least,
                max_runtime=most,
            )


def _with_genres_and_years(
    plain: Understanding, groups: list[list[str]], spans: list[Span], lengths: list[Understanding]
) -> Understanding:
    """Add genres, years and alternatives of length: what can be said without alternatives of
    several fields is."""
    names = _distinct(name for group in groups for name in group)
    is_flat = len(groups) <= 1 or all(len(group) == 1 for group in groups)
    if is_flat:
        plain = replace(plain, genres=names, any_genre=len(groups) > 1 and len(names) > 1)
    if len(spans) == 1:
        plain = replace(plain, years=spans[0])
    ways = [
        replace(length, genres=tuple(group), years=span)
        for length in lengths
        for group in ([[]] if is_flat else groups)
        for span in (spans if len(spans) > 1 else [None])
    ]
    return replace(plain, either=tuple(ways)) if len(ways) > 1 else plain


def _without(understood: Understanding, refused: list[Understanding]) -> Understanding:
    """Add what is refused: as a plain exclusion where one property alone is refused, else as a
    combination."""
    genres: list[str] = []
    people: list[str] = []
    spans: list[Span] = []
    bounds = [(understood.min_runtime, understood.max_runtime)]
    together: list[Understanding] = []
    for one in refused:
        if one == Understanding(genres=one.genres[:1]):
            genres += one.genres
        elif one == Understanding(people=one.people[:1]):
            people += one.people
        elif one == Understanding(years=one.years) and one.years:
            spans.append(one.years)
        elif one in (
            Understanding(min_runtime=one.min_runtime),
            Understanding(max_runtime=one.max_runtime),
        ):
            # "nothing over two hours" is at most two hours
            bounds.append((one.max_runtime, one.min_runtime))
        else:
            together.append(one)
    years = covered(spans)
    # "action for people who hate action"
    wanted = () if understood.any_genre else understood.genres
    return replace(
        understood,
        excluded_genres=_distinct(one for one in genres if one not in wanted),
        excluded_people=_distinct(people),
        excluded_years=years[0] if len(years) == 1 else None,
        min_runtime=max((one for one, _ in bounds if one is not None), default=None),
        max_runtime=min((one for _, one in bounds if one is not None), default=None),
        neither=(*together, *(Understanding(years=one) for one in years if len(years) > 1)),
    )


def _whole_alternatives(words: Words, finds: list[Find]) -> list[list[Find]]:
    """Return the alternatives of "80s comedies or 90s thrillers": each side of "or" names the same
    two kinds of wish or more."""
    chunks: list[list[Find]] = []
    for before, find in zip([None, *finds], finds, strict=False):
        if before is None or "or" in _between(words, before, find):
            chunks.append([])
        chunks[-1].append(find)
    kinds = {frozenset(map(type, chunk)) for chunk in chunks}
    return chunks if len(chunks) > 1 and len(kinds) == 1 and len(next(iter(kinds))) > 1 else []


def _segments(words: Words, finds: list[Find]) -> Iterator[list[Find]]:
    """Yield the parts of one refusal: "no musicals or 80s comedies" has two, "no comedies or dramas
    from the 80s" one."""
    segment: list[Find] = []
    for find in finds:
        if (
            segment
            and type(segment[-1]) is not type(find)
            and _LISTING.intersection(_between(words, segment[-1], find))
        ):
            yield segment
            segment = []
        segment.append(find)
    yield segment


def _between(words: Words, one: Find, other: Find) -> list[str]:
    return [words.word(place) for place in range(one.stop, other.start)]


def _of(finds: Iterable[Find], kind: type[Value]) -> list[Value]:
    return [one for one in finds if isinstance(one, kind)]


def _roles(people: Iterable[PersonFind], *, only_sure: bool = False) -> tuple[tuple[str, str], ...]:
    return _distinct(
        (one.name, role.column)
        for one in people
        for role in one.roles
        if role.is_sure or not only_sure
    )


def _or_none(spans: list[Span]) -> list[Span | None]:
    return [*spans] or [None]


def _distinct(values: Iterable[Value]) -> tuple[Value, ...]:
    """Return the values without repeats, in the order of first appearance."""
    return tuple(dict.fromkeys(values))
