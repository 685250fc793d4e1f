"""What was understood, in short phrases for the person who said it. What was not understood is told elsewhere."""

from collections.abc import Iterator

from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Understanding


def described(understood: Understanding, catalog: Catalog) -> tuple[str, ...]:
    """Return one phrase a wish: "genre: Crime and Drama", "not: Horror", "years: 1990 to 1999", "like: Fargo (1996)"."""
    return tuple(_phrases(understood, catalog))


def _phrases(understood: Understanding, catalog: Catalog) -> Iterator[str]:
    if understood.genres:
        yield f"genre: {(' or ' if understood.any_genre else ' and ').join(understood.genres)}"
    yield from (f"not: {genre}" for genre in understood.excluded_genres)
    if understood.years:
        yield f"years: {_years(understood.years)}"
    if understood.excluded_years:
        yield f"not from: {_years(understood.excluded_years)}"
    if understood.people:
        yield f"with: {(' or ' if understood.any_person else ' and ').join(understood.people)}"
    yield from (f"not with: {name}" for name in understood.excluded_people)
    yield from (f"like: {catalog.name(item)}" for item in understood.like_items)
    yield from (f"not like: {catalog.name(item)}" for item in understood.unlike_items)
    if understood.max_runtime is not None:
        yield f"at most {understood.max_runtime} minutes"
    if understood.popularity:
        yield "well known" if understood.popularity > 0 else "little known"
    if understood.text:
        yield f"looking for words: {understood.text}"


def _years(years: tuple[int, int]) -> str:
    return str(years[0]) if years[0] == years[1] else f"{years[0]} to {years[1]}"
