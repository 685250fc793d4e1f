"""Which words each part of an understanding was read from."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from recsys_rag.types import Reading, Understanding
from recsys_rag.understand._genre_words import GenreFind
from recsys_rag.understand._joining import Find, Wishes
from recsys_rag.understand._people_words import PersonFind
from recsys_rag.understand._runtime_words import RuntimeFind
from recsys_rag.understand._tokens import Words
from recsys_rag.understand._year_words import YearFind

Part = tuple[int, int, Understanding]  # start, stop among the words, what they were read as


def readings(words: Words, parts: Iterable[Part]) -> tuple[Reading, ...]:
    """Return the parts in the order of the text, each once, with all words it was read from.

    Texts to search for stay apart, even where one is repeated.
    """
    spans: dict[tuple[Understanding, int], list[tuple[int, int]]] = defaultdict(list)
    for start, stop, part in sorted(parts, key=lambda part: part[:2]):
        spans[part, start if part.text else 0].append(words.span(start, stop))
    return tuple(Reading(part, tuple(said)) for (part, _), said in spans.items())


def wish_parts(wishes: Wishes, understood: Understanding) -> Iterator[Part]:
    """Yield what each find has become in an understanding; nothing where it says nothing."""
    for find in wishes.wanted:
        part = _wanted(find, understood)
        if part != Understanding():
            yield find.start, find.stop, part
        elif understood.either:
            yield find.start, find.stop, Understanding(either=understood.either)
    for scope, finds in wishes.refused:
        for i, find in enumerate(finds):
            part = _refused(find, understood)
            if part != Understanding():  # the negator goes with what it refuses first
                yield find.start if i else min(scope.start, find.start), find.stop, part


def _wanted(find: Find, understood: Understanding) -> Understanding:
    match find:
        case GenreFind():
            genres = tuple(genre for genre in find.genres if genre in understood.genres)
            return Understanding(genres=genres)
        case YearFind():
            return Understanding(years=understood.years)
        case PersonFind():
            if find.name not in understood.people:
                return Understanding()
            roles = tuple(role for role in understood.roles if role[0] == find.name)
            return Understanding(people=(find.name,), roles=roles)
        case RuntimeFind():
            return Understanding(
                min_runtime=None if find.least is None else understood.min_runtime,
                max_runtime=None if find.most is None else understood.max_runtime,
            )


def _refused(find: Find, understood: Understanding) -> Understanding:
    match find:
        case GenreFind():
            alone = tuple(name for name in find.genres if name in understood.excluded_genres)
            part = Understanding(excluded_genres=alone)
        case YearFind():
            part = Understanding(excluded_years=understood.excluded_years)
        case PersonFind():
            is_alone = find.name in understood.excluded_people
            part = Understanding(excluded_people=(find.name,) if is_alone else ())
        case RuntimeFind():  # "nothing over two hours" is at most two hours
            part = Understanding(
                min_runtime=None if find.most is None else understood.min_runtime,
                max_runtime=None if find.least is None else understood.max_runtime,
            )
    together = tuple(whole for whole in understood.neither if _mentions(whole, find))
    # bounds on the runtime that are refused as a whole are no bounds of what is wanted
    is_part = part != Understanding() and not (together and isinstance(find, RuntimeFind))
    return part if is_part else Understanding(neither=together)


def _mentions(whole: Understanding, find: Find) -> bool:
    match find:
        case GenreFind():
            return not set(find.genres).isdisjoint(whole.genres)
        case YearFind():
            return whole.years is not None and (
                whole.years[0] <= find.years[0] and find.years[1] <= whole.years[1]
            )
        case PersonFind():
            return find.name in whole.people
        case RuntimeFind():
            bounds = {("least", whole.min_runtime), ("most", whole.max_runtime)}
            said = {("least", find.least), ("most", find.most)}
            return any(minutes is not None for _, minutes in bounds & said)
