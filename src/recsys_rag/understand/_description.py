"""What was understood, in short phrases for the person who said it. What was not understood is told
elsewhere."""

from collections.abc import Iterator

from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Understanding

_PARTS = {"director": "director", "actors": "actor", "writer": "writer"}
_PARTS_BEFORE = {"director": "directed by", "actors": "starring", "writer": "written by"}


def described(understood: Understanding, catalog: Catalog) -> tuple[str, ...]:
    """Return one phrase a wish: "genre: Crime and Drama", "not: Horror", "years: 1990 to 1999",
    "like: Fargo (1996)"."""
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
        yield f"either: {', or '.join(_as_a_whole(one) for one in understood.either)}"
    yield from (f"not: {_as_a_whole(one)}" for one in understood.neither)
    yield from (f"like: {catalog.name(item)}" for item in understood.like_items)
    yield from (f"not like: {catalog.name(item)}" for item in understood.unlike_items)
    if understood.min_runtime is not None:
        yield f"at least {understood.min_runtime} minutes"
    if understood.max_runtime is not None:
        yield f"at most {understood.max_runtime} minutes"
    if understood.popularity:
        yield "well known" if understood.popularity > 0 else "little known"
    if understood.text:
        yield f"looking for words: {understood.text}"


def _as_a_whole(one: Understanding) -> str:
    """Return wishes that count together as one phrase: "Comedy from 1980 to 1989 starring Jane
    Doe"."""
    parts = [_listed(one.genres, one.any_genre)]
    if one.years:
        parts.append(f"from {_years(one.years)}")
    if one.people:
        parts.append(f"{_part(one)} {_listed(_people(one), one.any_person)}")
    parts += [f"of at least {one.min_runtime} minutes"] * (one.min_runtime is not None)
    parts += [f"of at most {one.max_runtime} minutes"] * (one.max_runtime is not None)
    return " ".join(filter(None, parts))


def _part(understood: Understanding) -> str:
    """Return the part that all people are asked for in, where it is one; else "with"."""
    parts = {_PARTS_BEFORE[column] for _, column in understood.roles}
    return (
        parts.pop()
        if len(parts) == 1 and len(understood.roles) == len(understood.people)
        else "with"
    )


def _people(understood: Understanding) -> list[str]:
    """Return the names, with their parts where these differ: "Jane Doe (directed by)"."""
    if _part(understood) != "with":
        return list(understood.people)
    parts = {
        name: [_PARTS[column] for one, column in understood.roles if one == name]
        for name in understood.people
    }
    return [f"{name} ({' and '.join(said)})" if said else name for name, said in parts.items()]


def _listed(names: tuple[str, ...] | list[str], are_alternatives: bool) -> str:
    return (" or " if are_alternatives else " and ").join(names)


def _years(years: tuple[int, int]) -> str:
    return str(years[0]) if years[0] == years[1] else f"{years[0]} to {years[1]}"
