"""Ways to make a true text untrue by one change each: what the verifier and the second judge must
catch."""

import itertools
import random
import re
from collections.abc import Callable, Iterator

from recsys_rag.data.dataset import Dataset
from recsys_rag.types import Context

Corruption = Callable[[str, Context, Dataset, random.Random], Iterator[str]]
GENRES = ["drama", "comedy", "western", "thriller", "musical", "romance"]


def _free_spans(text: str, context: Context, pattern: str) -> list[re.Match[str]]:
    """Where the pattern occurs outside of names and citations."""
    names = [context.candidate.name]
    for evidence in context.evidence:
        names += [name.text for name in evidence.fact.names if name.role != "genre"]
    taken = [one.span() for name in names for one in re.finditer(re.escape(name), text)]
    taken += [one.span() for one in re.finditer(r"\[\d+\]", text)]
    return [
        one for one in re.finditer(pattern, text) if not any(a <= one.start() < b for a, b in taken)
    ]


def _replaced(text: str, found: re.Match[str], new: str) -> str:
    return text[: found.start()] + new + text[found.end() :]


def number(text: str, context: Context, dataset: Dataset, rng: random.Random) -> Iterator[str]:
    for found in _free_spans(text, context, r"\d+"):
        yield _replaced(text, found, str(int(found[0]) + rng.choice((-1, 1, 10))))


def digit(text: str, context: Context, dataset: Dataset, rng: random.Random) -> Iterator[str]:
    for found in _free_spans(text, context, r"\d"):
        yield _replaced(text, found, rng.choice([one for one in "0123456789" if one != found[0]]))


def title(text: str, context: Context, dataset: Dataset, rng: random.Random) -> Iterator[str]:
    catalog = dataset.catalog
    for item in range(len(catalog)):
        if catalog.name(item) in text:
            yield text.replace(
                catalog.name(item),
                catalog.name((item + rng.randrange(1, len(catalog))) % len(catalog)),
            )


def year(text: str, context: Context, dataset: Dataset, rng: random.Random) -> Iterator[str]:
    for found in re.finditer(r"\((\d{4})\)", text):
        yield _replaced(text, found, f"({int(found[1]) + rng.choice((-10, -1, 1, 10))})")


def genre(text: str, context: Context, dataset: Dataset, rng: random.Random) -> Iterator[str]:
    for name in dataset.catalog.genre_names:
        for found in _free_spans(text, context, rf"(?i)\b{re.escape(name)}"):
            yield _replaced(
                text, found, rng.choice([one for one in GENRES if one != name.casefold()])
            )


def person(text: str, context: Context, dataset: Dataset, rng: random.Random) -> Iterator[str]:
    people = sorted(
        {
            one
            for column in ("director", "actors")
            for row in dataset.catalog.metadata[column]
            for one in row
        }
    )
    own = {
        one
        for column in ("director", "actors")
        for one in dataset.catalog.people(context.candidate.item_index, column)
    }
    for name in sorted(own):
        if name in text:
            yield text.replace(name, rng.choice([one for one in people if one not in own]))


def negation(text: str, context: Context, dataset: Dataset, rng: random.Random) -> Iterator[str]:
    for found in _free_spans(
        text, context, r"\b(is|are|was|gave|got|rated|has|comes|makes|directed|liked|averages)\b"
    ):
        yield _replaced(text, found, f"{found[0]} not")
        yield _replaced(text, found, f"never {found[0]}")


def word(text: str, context: Context, dataset: Dataset, rng: random.Random) -> Iterator[str]:
    places = [found.start() for found in _free_spans(text, context, r"(?<= )[a-z]")]
    place = rng.choice(places)
    yield f"{text[:place]}{rng.choice(('truly', 'brilliant', 'Heat', 'best'))} {text[place:]}"


def citation(text: str, context: Context, dataset: Dataset, rng: random.Random) -> Iterator[str]:
    for found in re.finditer(r"\[(\d+)\]", text):
        yield (
            _replaced(text, found, f"[{int(found[1]) % len(context.evidence) + 1}]")
            if len(context.evidence) > 1
            else ""
        )
        yield _replaced(text, found, "[9]")
        yield text[: found.start() - 1] + text[found.end() :]


def quotation(text: str, context: Context, dataset: Dataset, rng: random.Random) -> Iterator[str]:
    for found in re.finditer('"([^"]+)"', text):
        words = found[1].split()
        words[rng.randrange(len(words))] = rng.choice(("splendid", "never", "Heat", "1999"))
        yield _replaced(text, found, f'"{" ".join(words)}"')
        yield _replaced(text, found, f'"{found[1]} and everybody loves it"')
        yield _replaced(text, found, found[1])


def cut(text: str, context: Context, dataset: Dataset, rng: random.Random) -> Iterator[str]:
    yield text[:-1]
    yield text[: rng.randrange(max(text.rfind("]. "), 0) + 4, len(text) - 1)]


def invisible(text: str, context: Context, dataset: Dataset, rng: random.Random) -> Iterator[str]:
    place = rng.randrange(len(text))
    yield text[:place] + rng.choice(("\u200b", "\u2060", "\ufeff", "\u00ad")) + text[place:]


def homoglyph(text: str, context: Context, dataset: Dataset, rng: random.Random) -> Iterator[str]:
    # the latter of each is another alphabet's
    pairs = {"a": "а", "e": "е", "o": "о", "i": "і", "1": "１", "4": "４"}
    for found in rng.sample(list(re.finditer("[aeoi14]", text)), 3):
        yield _replaced(text, found, pairs[found[0]])


def swap(text: str, context: Context, dataset: Dataset, rng: random.Random) -> Iterator[str]:
    """Another true fact of the same context where it does not belong: numbers, titles or citations
    that change places."""
    spans = _free_spans(text, context, r"\d+(?:\.\d+)?(?!s)")
    for first in spans:
        for second in spans:
            if first.start() < second.start() and first[0] != second[0]:
                yield _exchanged(text, first, second)
    film = context.candidate.name
    for evidence in context.evidence:
        for other in (name.text for name in evidence.fact.names if name.role == "title"):
            if film in text and other in text:
                yield text.replace(other, "\0").replace(film, other).replace("\0", film)
    cited = list(re.finditer(r"\[\d+\]", text))
    for first, second in itertools.combinations(cited, 2):
        # "[1] [2]" is "[2] [1]"
        if first[0] != second[0] and text[first.end() : second.start()] != " ":
            yield _exchanged(text, first, second)


def _exchanged(text: str, first: re.Match[str], second: re.Match[str]) -> str:
    between = text[first.end() : second.start()]
    return text[: first.start()] + second[0] + between + first[0] + text[second.end() :]


CORRUPTIONS: list[Corruption] = [
    number,
    digit,
    title,
    year,
    genre,
    person,
    negation,
    word,
    swap,
    citation,
    quotation,
    cut,
    invisible,
    homoglyph,
]
