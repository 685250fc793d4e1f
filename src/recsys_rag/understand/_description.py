"""What was understood, in short phrases for the person who said it."""

from collections.abc import Iterator, Sequence

from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Understanding

_PARTS = {"director": "director", "actors": "actor", "writer": "writer"}
_MOST_NAMED = 3  # values of a trait
_SINGULAR = frozenset(("series",))  # names of columns that only look like a plural
_PARTS_BEFORE = {"director": "directed by", "actors": "starring", "writer": "written by"}


def described(understood: Understanding, catalog: Catalog) -> tuple[str, ...]:
    """Return a phrase for each wish: "genre: Crime and Drama", "not: Horror", "years: 1990 to
    1999", "like: Fargo (1996)". What was not understood is said elsewhere."""
    return tuple(_phrases(understood, catalog))


def _phrases(understood: Understanding, catalog: Catalog) -> Iterator[str]:
    if understood.genres:
        yield f"genre: {_listed(understood.genres, understood.any_genre)}"
    yield from (f"not: {genre}" for genre in understood.excluded_genres)
    if understood.years:
        yield f"years: {_years(understood.years)}"
    if understood.excluded_years:
        yield f"not from: {_years(understood.excluded_years)}"
    if understood.people:
        yield f"{_part(understood)}: {_listed(_people(understood), understood.any_person)}"
    yield from (f"not with: {name}" for name in understood.excluded_people)
    if understood.either:
        yield f"either: {', or '.join(map(_as_a_whole, understood.either))}"
    yield from (f"not: {_as_a_whole(whole)}" for whole in understood.neither)
    yield from (
        f"{column if column in _SINGULAR else column.removesuffix('s')}: {_few(names)}"
        for column, names in understood.traits
    )
    yield from (f"not: {_few(names)}" for _, names in understood.excluded_traits)
    yield from (f"{column}: {_level(least, most)}" for column, least, most in understood.levels)
    yield from (f"like: {catalog.name(item)}" for item in understood.like_items)
    yield from (f"not like: {catalog.name(item)}" for item in understood.unlike_items)
    yield from (f"seen: {catalog.name(item)}" for item in understood.seen_items)
    if understood.min_runtime is not None:
        yield f"at least {understood.min_runtime} minutes"
    if understood.max_runtime is not None:
        yield f"at most {understood.max_runtime} minutes"
    if understood.popularity:
        yield "well known" if understood.popularity > 0 else "little known"
    if understood.text:
        yield f"looking for words: {understood.text}"


def _as_a_whole(whole: Understanding) -> str:
    """Return wishes that count together as one phrase: "Comedy from 1980 to 1989 starring Jane
    Doe"."""
    phrases = [_listed(whole.genres, whole.any_genre)]
    phrases += [_few(names) for _, names in whole.traits]
    if whole.years:
        phrases.append(f"from {_years(whole.years)}")
    if whole.people:
        phrases.append(f"{_part(whole)} {_listed(_people(whole), whole.any_person)}")
    if whole.min_runtime is not None:
        phrases.append(f"of at least {whole.min_runtime} minutes")
    if whole.max_runtime is not None:
        phrases.append(f"of at most {whole.max_runtime} minutes")
    return " ".join(filter(None, phrases))


def _part(understood: Understanding) -> str:
    """Return the part that all people are asked for in, where it is one; else "with"."""
    parts = {_PARTS_BEFORE[column] for _, column in understood.roles}
    is_one = len(parts) == 1 and len(understood.roles) == len(understood.people)
    return parts.pop() if is_one else "with"


def _people(understood: Understanding) -> Sequence[str]:
    """Return the names, with their parts where these differ: "Jane Doe (director)"."""
    if _part(understood) != "with":
        return understood.people
    parts = {
        name: [_PARTS[column] for asked, column in understood.roles if asked == name]
        for name in understood.people
    }
    return [f"{name} ({' and '.join(said)})" if said else name for name, said in parts.items()]


def _few(names: Sequence[str]) -> str:
    """Return values of which any is enough; of many the first, which say best what is meant.

    >>> _few(("warm", "gentle")), _few(("Paris", "Paris and Rome", "New Paris", "old Paris"))
    ('warm or gentle', 'Paris and 3 more like it')
    """
    if len(names) <= _MOST_NAMED:
        return _listed(names, True)
    return f"{names[0]} and {len(names) - 1} more like it"


def _listed(names: Sequence[str], are_alternatives: bool) -> str:
    return (" or " if are_alternatives else " and ").join(names)


def _years(years: tuple[int, int]) -> str:
    return str(years[0]) if years[0] == years[1] else f"{years[0]} to {years[1]}"


def _level(least: int, most: int) -> str:
    """Return a range of strengths in words.

    >>> _level(0, 1), _level(2, 3), _level(0, 0)
    ('none or mild', 'clear or strong', 'none')
    """
    return " or ".join(("none", "mild", "clear", "strong")[least : most + 1])
