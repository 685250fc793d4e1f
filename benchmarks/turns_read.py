"""How many turns are read as they were meant, and of how many more is read than was said: plain and
chatty ones, with a list of five before them."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from record import record

from recsys_rag import Dataset
from recsys_rag.conversation import Conversation, Critique, turn, why_asked
from recsys_rag.data._notes import with_notes
from recsys_rag.data.catalog import Catalog
from recsys_rag.understand._understander import Understander
from recsys_rag.understanding import Understanding

_TABLE = Path(__file__).with_suffix(".txt")
_SHOWN = ("Chinatown", "Rear Window", "Apollo 13", "The Usual Suspects", "Dead Man Walking")
_PROTOCOL = (
    "benchmarks/turns_read.txt over MovieLens 100K with the shipped notes, after two critiques and "
    "a list of five; exactly = genres, years, minutes, people, examples, moods and themes, "
    "strengths, fame and what points at the list are those of the table; text left to search "
    "for is not judged; more than was said = something of that which the table lacks; "
    "written knowing the reader, not blind"
)
_NAMES = {
    "genres": "g",
    "excluded_genres": "-g",
    "people": "p",
    "excluded_people": "-p",
    "like_items": "like",
    "unlike_items": "-like",
}


def figures(catalog: Catalog) -> dict[str, Any]:
    """Return by part of the table the share read exactly and that of which more was read."""
    understand, told = Understander(catalog).understand, dict[str, Any]()
    for name, rows in _parts():
        otherwise, n_more = {}, 0
        for words, meant in rows:
            asked, got = set(_asked(meant, catalog)), set(_read(words, catalog, understand))
            lacks = {one for one in asked if not any(_is(one, other) for other in got)}
            more = {one for one in got if not any(_is(other, one) for other in asked)}
            more.discard("!")
            if lacks or more:
                otherwise[words] = {"lacks": sorted(lacks), "more": sorted(more)}
                n_more += bool(more)
        told[name] = {
            "turns": len(rows),
            "exactly": round(1 - len(otherwise) / len(rows), 4),
            "more than was said": round(n_more / len(rows), 4),
            "otherwise": otherwise,
        }
    return told


def _parts() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for part in _TABLE.read_text(encoding="utf-8").split("\n[")[1:]:
        name, *lines = part.strip().splitlines()
        rows = [line.partition(" | ") for line in lines if line]
        yield name.strip("]"), [(words, meant) for words, _, meant in rows]


def _asked(meant: str, catalog: Catalog) -> Iterator[str]:
    """Yield each thing that a row of the table asks for: "g:Comedy", "l:violence-"."""
    words: list[str] = []
    for word in meant.split():  # names hold blanks
        begins = ":" in word or word in _ALONE or "#" in word
        words += [word] if begins else []
        if not begins:
            words[-1] += f" {word}"
    for word in words:
        name, _, values = word.partition(":")
        if "#" in word:
            yield f"like:{catalog.name(catalog.resolve(_SHOWN[int(word[-1]) - 1]))}"
        elif name in ("like", "-like"):
            titles = values.replace(", ", "\0").split(",")
            yield from (f"{name}:{catalog.name(catalog.find(_unfold(t))[0])}" for t in titles)
        elif not values:
            yield word
        elif name in ("seen", "love", "hate", "out", "p", "-p"):
            yield from (f"{name}:{value}" for value in values.split(","))
        elif name in ("g", "-g"):
            yield from (
                f"{name}:{g}" for g in values.replace("/", "+").replace(",", "+").split("+")
            )
            if "/" in values:
                yield "any genre"
        else:
            yield word


_ALONE = ("either", "neither", "!", "newer", "older", "shorter", "longer", "ask", "back", "over")


def _unfold(title: str) -> str:
    return title.replace("\0", ", ")


def _read(words: str, catalog: Catalog, understand: Any) -> Iterator[str]:
    """Yield each thing that was read of a turn."""
    shown = tuple(catalog.resolve(title) for title in _SHOWN)
    before = Conversation((Critique(1, "a"), Critique(2, "b")), (shown,))
    after = turn(before, words, catalog, understand)
    n_left = len(after.critiques)
    if why_asked(words):
        yield "ask"
    elif n_left < 2:
        yield "back" if n_left else "over"
    elif n_left == 2:
        is_answer = after.reply.startswith(tuple(map(catalog.name, shown)))
        yield "ask" if is_answer else "!"
    else:
        said = after.critiques[-1]
        places = {item: n for n, item in enumerate(shown, 1)}
        yield from (f"seen:{places[item]}" for item in said.seen)
        yield from (f"out:{places[item]}" for item in said.refused)
        for item, rating in said.ratings.items():
            yield f"{'love' if rating else 'hate'}:{places[item]}"
        yield from _parts_of(said.asks, words, catalog)
        if after.reply or said.asks.not_understood or said.asks.remarks:
            yield "!"


def _parts_of(asks: Understanding, words: str, catalog: Catalog) -> Iterator[str]:
    for field, name in _NAMES.items():
        for value in getattr(asks, field):
            yield f"{name}:{catalog.name(value) if isinstance(value, int) else value}"
    if asks.any_genre:
        yield "any genre"
    for name, span in (("y", asks.years), ("-y", asks.excluded_years)):
        if span:
            yield f"{name}:{span[0]}-{span[1]}"
    if asks.min_runtime:
        yield f"min:{asks.min_runtime}"
    if asks.max_runtime:
        yield f"max:{asks.max_runtime}"
    yield from (f"{name}" for name in ("either", "neither") if getattr(asks, name))
    for name, traits in (("t", asks.traits), ("-t", asks.excluded_traits)):
        yield from (f"{name}:{'|'.join(values)}" for _, values in traits)
    for column, least, _ in asks.levels:
        yield f"l:{column}{'+' if least else '-'}"
    if asks.popularity:
        yield f"pop:{'+' if asks.popularity > 0 else '-'}"


def _is(asked: str, got: str) -> bool:
    """Say whether what was read is what was asked for: "*" is any number, a mood one of those."""
    name, _, values = asked.partition(":")
    name_got, _, values_got = got.partition(":")
    relative = {"newer": "y", "older": "y", "shorter": "max", "longer": "min"}
    if asked in relative:
        return relative[asked] == name_got
    if name != name_got:
        return False
    if name in ("t", "-t"):
        return values.casefold() in values_got.casefold().split("|")
    pairs = zip(values.split("-"), values_got.split("-"), strict=False)
    if name in ("y", "-y", "min", "max"):
        return all(one in ("*", other) for one, other in pairs)
    return values == values_got


if __name__ == "__main__":
    catalog, _ = with_notes(Dataset.movielens("100k").catalog)
    found = figures(catalog)
    if sys.argv[1:] == ["--show"]:
        for part in found.values():
            for words, what in part.pop("otherwise").items():
                print(words, "|", *(f"{k}: {', '.join(v)}" for k, v in what.items() if v))
        print(found)
    else:
        record("turns_read", found, protocol=_PROTOCOL)
