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
from recsys_rag.understand._tokens import Words, word_set
from recsys_rag.understand._year_words import Span, YearFind, covered, shared

Find = GenreFind | YearFind | PersonFind | RuntimeFind
Value = TypeVar("Value")
_FOR_ALL = frozenset(("both", "between", "halfway", "compromise", "agree", "everyone", "everybody"))
_WHO = word_set(
    """i im ive id he she hes shes hed they we me wife husband girlfriend boyfriend
    partner dad mom mum father mother son
    daughter kids friend sister brother other others rest"""
)
# What people settle on who like other things.
_LIGHTER = ("Comedy", "Romance", "Mystery")
_LONG = 105  # minutes; who refuses about as much wants less, and no more than that
_LISTING = frozenset(("or", "nor", "and"))  # between refused things: each is refused


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was found of items' properties, in the order of the words, wanted and refused."""

    wanted: list[Find]
    refused: list["Refusal"]
    is_compromise: bool = False  # the asker likes nothing of what is wanted for somebody else


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a negator, or one part of its list, refuses."""

    start: int  # of the negator, or of the first find where that is not the first of its list
    finds: list[Find]
    wholes: list[Understanding]  # none of these may fit as a whole; each was read from `finds`


def wishes_of(words: Words, scopes: Sequence[Scope], finds: Iterable[Find]) -> Wishes:
    """Sort finds into what is wanted and what is refused, by the scope that holds it."""
    ordered = sorted(finds, key=lambda find: find.start)
    wanted = [find for find in ordered if not words.negated[find.start]]
    refused = []
    for scope in scopes:
        held = [find for find in ordered if scope.holds(find.start)]
        for i, segment in enumerate(_segments(words, held) if held else ()):
            start = segment[0].start if i else min(scope.start, segment[0].start)
            refused.append(Refusal(start, segment, list(_refusals(words, segment))))
    return Wishes(wanted, refused)


class Joiner:
    """Joins finds against one catalog: what no item has together is read as alternatives."""

    def __init__(self, constraints: Constraints) -> None:
        self._constraints = constraints

    def joined(self, words: Words, wishes: Wishes) -> Understanding:
        """Return what the wishes mean together; nothing else of the text is looked at."""
        refused = [whole for refusal in wishes.refused for whole in refusal.wholes]
        wanted = self._wanted(words, wishes.wanted)
        if wishes.is_compromise:
            wanted = self._compromise(wanted)
        return _without(wanted, refused)

    def _compromise(self, wanted: Understanding) -> Understanding:
        """Return the ways in which something is of these genres, and of a lighter one, too."""
        groups = [[name] for name in wanted.genres] if wanted.any_genre else [[*wanted.genres]]
        ways = [
            Understanding(genres=(*group, name))
            for group in groups
            for name in _LIGHTER
            if name not in group and self._constraints.has_item_with([*group, name])
        ]
        if not wanted.genres or len(ways) < 2:
            return wanted
        return replace(wanted, genres=(), any_genre=False, either=tuple(ways))

    def _wanted(self, words: Words, finds: list[Find]) -> Understanding:
        chunks = _whole_alternatives(words, finds)
        if chunks:
            ways = (way for chunk in chunks for way in self._ways(words, chunk))
            return Understanding(either=tuple(ways))
        people = _of_kind(finds, PersonFind)
        names = distinct(person.name for person in people)
        least, most = runtime_words.joined(_of_kind(finds, RuntimeFind))
        lengths = [Understanding(min_runtime=least, max_runtime=most)]
        if least is not None and most is not None and least > most:
            # "under 90 minutes or over two hours"
            lengths = [Understanding(max_runtime=most), Understanding(min_runtime=least)]
        any_person = len(names) > 1 and (
            people_words.are_alternatives(words, people)
            or not self._constraints.has_item_with(people=names)
        )
        return _with_genres_and_years(
            Understanding(people=names, any_person=any_person, roles=_roles(people)),
            self._possible(self._for_all(words, _of_kind(finds, GenreFind))),
            shared(find.years for find in _of_kind(finds, YearFind)),
            lengths,
        )

    def _for_all(self, words: Words, finds: list[GenreFind]) -> list[list[str]]:
        """Return the genres in groups; where all who ask are to like it, each group has something
        for everybody: "he likes westerns and war films, I like romance, for both of us"."""
        groups = genre_words.grouped(words, finds)
        said = [token.word for token in words.tokens]
        if not finds or _FOR_ALL.isdisjoint(said):
            return groups
        of_each = [[finds[0]]]
        for before, find in itertools.pairwise(finds):
            if _WHO.isdisjoint(said[before.stop : find.start]):
                of_each[-1].append(find)
            else:
                of_each.append([find])
        together = [
            [name for group in way for name in group]
            for way in itertools.product(*(genre_words.grouped(words, one) for one in of_each))
        ]
        possible = [group for group in together if self._constraints.has_item_with(group)]
        return possible if len(of_each) > 1 and possible else groups

    def _possible(self, groups: list[list[str]]) -> list[list[str]]:
        """Return the groups, those that no item has together taken apart."""
        return [
            part
            for group in groups
            for part in (
                [group] if self._constraints.has_item_with(group) else [[genre] for genre in group]
            )
        ]

    def _ways(self, words: Words, finds: list[Find]) -> list[Understanding]:
        """Return in which ways finds that belong together can be met."""
        whole = self._wanted(words, finds)
        return [
            replace(
                whole,
                either=(),
                genres=way.genres or whole.genres,
                years=way.years or whole.years,
                min_runtime=way.min_runtime or whole.min_runtime,
                max_runtime=way.max_runtime or whole.max_runtime,
            )
            for way in whole.either
        ] or [whole]


def _refusals(words: Words, finds: list[Find]) -> Iterator[Understanding]:
    """Yield what is refused: each genre with each span of years and each person of a segment."""
    groups = genre_words.grouped(words, _of_kind(finds, GenreFind), _LISTING)
    spans = covered(find.years for find in _of_kind(finds, YearFind))
    spans_or_none: list[Span | None] = [*spans] or [None]
    people = [[person] for person in _of_kind(finds, PersonFind)]
    least, most = runtime_words.joined(_of_kind(finds, RuntimeFind))
    for genres, years, person in itertools.product(groups or [[]], spans_or_none, people or [[]]):
        yield Understanding(
            genres=tuple(genres),
            years=years,
            people=tuple(find.name for find in person),
            roles=_roles(person, only_sure=True),
            min_runtime=least,
            max_runtime=most,
        )


def _with_genres_and_years(
    plain: Understanding, groups: list[list[str]], spans: list[Span], lengths: list[Understanding]
) -> Understanding:
    """Add genres, years and lengths: in fields of their own as far as one field says it all."""
    names = distinct(name for group in groups for name in group)
    is_flat = len(groups) <= 1 or all(len(group) == 1 for group in groups)
    if is_flat:
        plain = replace(plain, genres=names, any_genre=len(groups) > 1 and len(names) > 1)
    if len(spans) == 1:
        plain = replace(plain, years=spans[0])
    if len(lengths) == 1:
        bounds = lengths.pop()
        plain = replace(plain, min_runtime=bounds.min_runtime, max_runtime=bounds.max_runtime)
    ways = [
        replace(length, genres=tuple(group), years=years)
        for length in lengths or [Understanding()]
        for group in ([[]] if is_flat else groups)
        for years in (spans if len(spans) > 1 else [None])
    ]
    return replace(plain, either=tuple(ways)) if len(ways) > 1 else plain


def _without(understood: Understanding, refused: list[Understanding]) -> Understanding:
    """Add refusals: where one property alone is refused as an exclusion, else as a combination."""
    genres: list[str] = []
    people: list[str] = []
    spans: list[Span] = []
    bounds = [(understood.min_runtime, understood.max_runtime)]
    together: list[Understanding] = []
    for refusal in refused:
        least, most = refusal.min_runtime, refusal.max_runtime
        if refusal == Understanding(genres=refusal.genres[:1]):
            genres += refusal.genres
        elif refusal == Understanding(people=refusal.people[:1]):
            people += refusal.people
        elif refusal.years and refusal == Understanding(years=refusal.years):
            spans.append(refusal.years)
        elif refusal in (Understanding(min_runtime=least), Understanding(max_runtime=most)):
            bounds.append((most, least))  # "nothing over two hours" is at most two hours
        elif refusal == Understanding(min_runtime=least, max_runtime=most) and _is_long(least):
            bounds.append((None, least))  # "isn't three hours long"
        else:
            together.append(refusal)
    years = covered(spans)
    if len(years) > 1:
        together += [Understanding(years=span) for span in years]
    if understood.years and len(years) == 1 and not _is_within(years[0], understood.years):
        understood, years = replace(understood, years=_left_of(understood.years, years[0])), []
    # "action for people who hate action"
    wanted = () if understood.any_genre else understood.genres
    return replace(
        understood,
        excluded_genres=distinct(genre for genre in genres if genre not in wanted),
        excluded_people=distinct(people),
        excluded_years=years[0] if len(years) == 1 else None,
        min_runtime=max((least for least, _ in bounds if least is not None), default=None),
        max_runtime=min((most for _, most in bounds if most is not None), default=None),
        neither=tuple(together),
    )


def _is_long(minutes: int | None) -> bool:
    return minutes is not None and minutes >= _LONG


def _is_within(span: Span, other: Span) -> bool:
    return other[0] < span[0] and span[1] < other[1]


def _left_of(wanted: Span, refused: Span) -> Span:
    """Return the years wanted without those refused; wanted years that are all refused stay."""
    first = refused[1] + 1 if refused[0] <= wanted[0] <= refused[1] else wanted[0]
    last = refused[0] - 1 if refused[0] <= wanted[1] <= refused[1] else wanted[1]
    return (first, last) if first <= last else wanted


def _whole_alternatives(words: Words, finds: list[Find]) -> list[list[Find]]:
    """Return the alternatives of "80s comedies or 90s thrillers": each side of "or" names the same
    two kinds of wish or more."""
    chunks: list[list[Find]] = []
    for i, find in enumerate(finds):
        if i == 0 or "or" in _between(words, finds[i - 1], find):
            chunks.append([])
        chunks[-1].append(find)
    kinds = {frozenset(map(type, chunk)) for chunk in chunks}
    return chunks if len(chunks) > 1 and len(kinds) == 1 and len(next(iter(kinds))) > 1 else []


def _segments(words: Words, finds: list[Find]) -> Iterator[list[Find]]:
    """Yield the parts of one refusal: "no musicals or 80s comedies" has two, "no comedies or dramas
    from the 80s" one."""
    begins = [0]
    for i, (before, find) in enumerate(itertools.pairwise(finds), 1):
        is_listed = not _LISTING.isdisjoint(_between(words, before, find))
        if is_listed and type(before) is not type(find):
            begins.append(i)
    for start, stop in itertools.pairwise([*begins, len(finds)]):
        yield finds[start:stop]


def _between(words: Words, before: Find, find: Find) -> list[str]:
    return [words.word(i) for i in range(before.stop, find.start)]


def _of_kind(finds: Iterable[Find], kind: type[Value]) -> list[Value]:
    return [find for find in finds if isinstance(find, kind)]


def _roles(people: Iterable[PersonFind], *, only_sure: bool = False) -> tuple[tuple[str, str], ...]:
    return distinct(
        (person.name, role.column)
        for person in people
        for role in person.roles
        if role.is_sure or not only_sure
    )


def distinct(values: Iterable[Value]) -> tuple[Value, ...]:
    """Return the values without repeats, in the order of first appearance."""
    return tuple(dict.fromkeys(values))
