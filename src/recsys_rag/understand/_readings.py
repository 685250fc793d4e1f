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

_TELLING = frozenset(("moods", "themes", "features", "keywords"))  # columns
Part = tuple[int, int, Understanding]  # start, stop among the words, what they were read as


def readings(words: Words, parts: Iterable[Part]) -> tuple[Reading, ...]:
    """Return the parts in the order of the text, each once, with all words it was read from.

    Texts to search for stay apart, even where one is repeated.
    """
    spans: dict[tuple[Understanding, int], list[tuple[int, int]]] = defaultdict(list)
    for start, stop, part in sorted(parts, key=lambda part: part[:2]):
        spans[part, start if part.text else 0].append(words.span(start, stop))
    return tuple(Reading(part, tuple(said)) for (part, _), said in spans.items())


def telling(words: Words, parts: Iterable[Part]) -> Iterator[tuple[Understanding, str]]:
    """Yield the parts that tell what something is about or like, in the order of the text, and the
    words that say so; what lies within a longer one is none of its own."""
    end = 0
    for start, stop, part in sorted(parts, key=lambda part: (part[0], -part[1])):
        if start < end:
            continue
        if part.text:
            yield part, part.text
        elif part.genres or any(
            column in _TELLING for way in (part, *part.either) for column, _ in way.traits
        ):
            yield part, words.written(start, stop)
        else:
            continue
        end = stop


def wish_parts(wishes: Wishes, understood: Understanding) -> Iterator[Part]:
    """Yield what each find has become in an understanding; nothing where it says nothing."""
    for find in wishes.wanted:
        part = _wanted(find, understood)
        if part != Understanding():
            yield find.start, find.stop, part
        elif understood.either:
            yield find.start, find.stop, Understanding(either=understood.either)
    for refusal in wishes.refused:
        for i, find in enumerate(refusal.finds):
            part = Understanding()
            for whole in refusal.wholes:
                if _mentions(whole, find):
                    part = part.merged(_refused(whole, understood))
            if part != Understanding():  # the negator goes with what it refuses first
                yield find.start if i else refusal.start, find.stop, part


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


def _refused(whole: Understanding, understood: Understanding) -> Understanding:
    """Return what one refusal has become: itself, wider years, or exclusions of single things."""
    years, alone = whole.years, whole == Understanding(years=whole.years)
    together = tuple(
        other
        for other in understood.neither
        if other == whole
        or (alone and years and other == Understanding(years=other.years) and _covers(other, years))
    )
    if together:
        return Understanding(neither=together)
    return Understanding(
        excluded_genres=tuple(name for name in whole.genres if name in understood.excluded_genres),
        excluded_people=tuple(name for name in whole.people if name in understood.excluded_people),
        excluded_years=understood.excluded_years if years else None,
        # "nothing over two hours" is at most two hours
        min_runtime=None if whole.max_runtime is None else understood.min_runtime,
        max_runtime=None if whole.min_runtime is None else understood.max_runtime,
    )


def _covers(whole: Understanding, years: tuple[int, int]) -> bool:
    return whole.years is not None and whole.years[0] <= years[0] and years[1] <= whole.years[1]


def _mentions(whole: Understanding, find: Find) -> bool:
    match find:
        case GenreFind():
            return not set(find.genres).isdisjoint(whole.genres)
        case YearFind():
            return _covers(whole, find.years)
        case PersonFind():
            return find.name in whole.people
        case RuntimeFind():
            return True  # all bounds of a refusal hold in each of its wholes
