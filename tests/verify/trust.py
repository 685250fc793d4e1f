"""The cases of others: true sentences in natural forms, and false ones, each with the evidence that
it was written to. Their files lie beside the repository; where they are not, tests skip."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.fact import Fact
from recsys_rag.facts.catalog import CatalogFact
from recsys_rag.facts.decade import DecadeFact
from recsys_rag.facts.genre import GenreFact
from recsys_rag.facts.influence import InfluenceFact
from recsys_rag.facts.like import LikeFact
from recsys_rag.facts.metadata import MetadataFact
from recsys_rag.facts.moved import MovedFact
from recsys_rag.facts.neighbors import NeighborsFact
from recsys_rag.facts.person import PersonFact
from recsys_rag.facts.plot import PlotFact
from recsys_rag.facts.popularity import PopularityFact
from recsys_rag.facts.predicted import PredictedFact
from recsys_rag.facts.words import WordsFact
from recsys_rag.generate.wording import genre_forms
from recsys_rag.registry import fact_kinds
from recsys_rag.types import Candidate, Context, Evidence, Verdict
from recsys_rag.verify.claims import claims_of
from recsys_rag.verify.strict import StrictVerifier

_FOLDERS = tuple(
    parent / "shared" / "cases" / "trust" for parent in Path(__file__).resolve().parents[2:]
)
_NAME = re.compile(r"(?P<title>.+) \((?P<year>\d{4})\)")
_ML_GENRES = [
    "Action",
    "Adventure",
    "Animation",
    "Children's",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Fantasy",
    "Film-Noir",
    "Horror",
    "Musical",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
    "War",
    "Western",
]
_SLOTS = {
    **dict.fromkeys(
        [
            "n",
            "m",
            "asked",
            "r",
            "p",
            "gp",
            "gq",
            "gn",
            "gm",
            "dp",
            "dq",
            "cnt",
            "rn",
            "rx",
            "before",
            "now",
            "year",
        ],
        "[0-9]+",
    ),
    **dict.fromkeys(["pred", "mean"], r"[0-9]\.[0-9]"),
    **dict.fromkeys(["ptop", "otop"], "[0-9]+"),
    "a_r": "an? [0-9]+",
    "film": r".+ \([0-9]{4}\)",
    "title": r".+ \([0-9]{4}\)",
    "lt": r".+ \([0-9]{4}\)",
}
KINDS = fact_kinds()


@dataclass(frozen=True)
class Case:
    """A sentence, the film, and what it may rest on."""

    category: str
    form: str
    text: str
    verifier: StrictVerifier
    context: Context

    def verdicts(self) -> Sequence[Verdict]:
        return self.verifier.verify(claims_of(self.text), self.context)

    def reasons(self) -> list[str]:
        """What the verifier says of each claim; "" where it is supported."""
        return [verdict.reason for verdict in self.verdicts()]

    @property
    def is_accepted(self) -> bool:
        reasons = self.reasons()
        return bool(reasons) and not any(reasons)


def load(name: str) -> list[dict[str, Any]]:
    """Read a file of cases; skips the test where it is not there."""
    for folder in _FOLDERS:
        if (folder / name).exists():
            return json.loads((folder / name).read_text(encoding="utf-8"))  # type: ignore[no-any-return]
    pytest.skip(f"{name} is not beside the repository")


@cache
def natural() -> tuple[Case, ...]:
    """The true sentences, with facts that fit what they say; but those of a share of a score, which
    no fact holds any more."""
    return tuple(
        _case(row["category"], row["form"], row["text"], *_said(row))
        for row in load("natural_true.json")
        if "{p} %" not in row["form"]
    )


@cache
def hostile(noun: str = "") -> tuple[Case, ...]:
    """The false ones. With a `noun`, catalogs call their items so, and texts too."""
    cases = []
    for row in load("hostile.json"):
        item = row["candidate"]
        facts = [_fact(one["kind"], one["facts"]) for one in row["evidence"]]
        statements = [one["statement"] for one in row["evidence"]]
        case = _case(
            row["category"],
            row["form"],
            row["text"],
            item["name"],
            item["item_id"],
            facts,
            statements,
        )
        cases.append(case)
    return tuple(cases)


def _case(
    category: str,
    form: str,
    text: str,
    film: str,
    item_id: str,
    facts: list[Fact | None],
    statements: list[str],
) -> Case:
    names = {item_id: film}
    for fact in facts:
        for name in fact.names if fact else ():
            if name.role == "title":
                names[name.item_id] = name.text
    for place, name in enumerate(_TITLES):
        if name in text and name not in names.values():
            names[f"other {place}"] = name
    genres = {key: list[str]() for key in names}
    people: dict[str, tuple[str, ...]] = {"director": (), "actors": ()}
    years = {key: _year(name) for key, name in names.items()}
    predicted = None
    for fact in facts:
        for name in fact.names if fact else ():
            if name.role == "genre":
                genres[item_id].append(name.text)
        if isinstance(fact, CatalogFact | LikeFact):
            genres[item_id] += fact.genres
        if isinstance(fact, LikeFact):
            genres[fact.item_id] += fact.genres
        if isinstance(fact, MetadataFact):
            people = {"director": fact.directors, "actors": fact.actors}
        if isinstance(fact, PredictedFact):
            predicted = fact.rating
    for fact in facts:
        if isinstance(fact, PersonFact):
            role = "director" if fact.role == "director" else "actors"
            people = {**people, role: tuple(dict.fromkeys((*people[role], fact.person)))}
        if isinstance(fact, WordsFact):
            people = {**people, "actors": tuple(dict.fromkeys((*people["actors"], *fact.people)))}
    plots = tuple(fact.quote for fact in facts if isinstance(fact, PlotFact))
    every = tuple(dict.fromkeys([*genres[item_id], *_ML_GENRES]))
    of = {key: tuple(dict.fromkeys(value)) for key, value in genres.items()}
    catalog = Catalog(
        Vocabulary((*names, "all genres")),
        (*(_title(name) for name in names.values()), "Everything At Once There Is"),
        np.array([*years.values(), 0], np.int32),
        (*of.values(), every),
        metadata={
            **{
                column: (*(value if key == item_id else () for key in names), ())
                for column, value in people.items()
            },
            "plot": (*(plots if key == item_id else () for key in names), ()),
        },
    )
    place = catalog.items.index(item_id)
    candidate = Candidate(
        item_id,
        place,
        catalog.titles[place],
        catalog.year(place),
        catalog.genres[place],
        1.0,
        predicted,
    )
    pieces = tuple(
        Evidence(item_id, fact or PopularityFact(0), "there", statement, 0.5)
        for fact, statement in zip(facts, statements, strict=True)
    )
    return Case(category, form, text, StrictVerifier(catalog, KINDS), Context(candidate, pieces))


def _title(name: str) -> str:
    found = _NAME.fullmatch(name)
    return found["title"] if found else name


def _year(name: str) -> int:
    found = _NAME.fullmatch(name)
    return int(found["year"]) if found else 0


def _fact(kind: str, of: Mapping[str, Any]) -> Fact:
    """Return the fact of today that holds what one of then did."""
    if kind == "carrier":
        ratings = tuple(float(one) for one in of.get("ratings", ()))
        places = 2, 2 + of["loss_percent"], 1000  # instead of the share of a score
        near, is_example = bool(of.get("near")), bool(of.get("named"))
        return InfluenceFact(
            tuple(of["titles"]), tuple(of["item_ids"]), *places, ratings, near, is_example
        )
    if kind == "neighbors":
        ids = tuple(of["user_ids"])
        if "chosen" in of:
            return NeighborsFact(of["chosen"], of["neighbors"], ids)
        scale = of["threshold"], of["top"], of["step"]
        return NeighborsFact(of["liked"], of["neighbors"], ids, of["raters"], *scale)
    if kind == "moved":
        return MovedFact(of["now"], of["last"], of.get("before"))
    if kind in ("genre", "decade"):
        leaning = of["liked"], of["of"], of["share_percent"], of["catalog_percent"], of["feedback"]
        return (GenreFact if kind == "genre" else DecadeFact)(*leaning, of[kind])
    if kind == "predicted":
        return PredictedFact(of["rating"], of["top"], of["error"])
    if kind == "words":
        years = (of["first_year"], of["last_year"]) if "first_year" in of else None
        return WordsFact(
            of["asked"], tuple(of.get("genres", ())), tuple(of.get("people", ())), years
        )
    if kind == "popularity":
        return PopularityFact(of["ratings"], of.get("mean"), of.get("top"))
    if kind == "plot":
        return PlotFact(of["quote"], of["column"])
    if kind == "like":
        return LikeFact(of["title"], of["item_id"], tuple(of["genres"]))
    if kind == "metadata":
        return MetadataFact(tuple(of["director"]), tuple(of["actors"]))
    if kind == "person":
        role = "director" if of["role"] == "director" else "actors"
        return PersonFact(
            of["person"],
            role,
            of["liked"],
            of["of"],
            of["in_catalog"],
            of["catalog"],
            of["feedback"],
        )
    assert kind == "catalog", kind
    return CatalogFact(of["title"], tuple(of["genres"]), of["year"])


def _said(row: Mapping[str, Any]) -> tuple[str, str, list[Fact | None], list[str]]:
    """Return what a true sentence says, from the slots of its form: film, id and facts."""
    pattern, seen = "", set[str]()
    for part in re.split(r"(\{\w+\})", row["form"]):
        name = part[1:-1]
        if not part.startswith("{"):
            pattern += re.escape(part)
        elif name in seen:
            pattern += f"(?P={name})"
        else:
            seen.add(name)
            shape = _SLOTS.get(name) or (r"\[[0-9]+\]" if name in _OF else ".+?")
            pattern += f"(?P<{name}>{shape})"
    found = re.fullmatch(pattern, row["text"])
    assert found, row["text"]
    slots = found.groupdict()
    year = slots.get("year") or slots.get("dec", "1990").removeprefix("the ")[:4]
    film = slots.get("film") or f"Nameless Film ({year})"
    cited = {name: int(slots[name][1:-1]) for name in slots if name in _OF}
    facts: list[Fact | None] = [None] * max(cited.values())
    for letter, number in cited.items():
        facts[number - 1] = _OF[letter](slots, film)
    facts = [fact or PopularityFact(20) for fact in facts]
    return film, row["asked"][3], facts, ["as it says"] * len(facts)


def _genre(said: str) -> str:
    for genre in _ML_GENRES:
        one, many = genre_forms(genre)
        if said in (one, many, one.partition(" ")[2]):
            return genre
    raise ValueError(said)


def _scale(slots: Mapping[str, str]) -> tuple[float, float, float]:
    return 4.0, 5.0, 1.0


def _neighbors(slots: Mapping[str, str], film: str) -> Fact:
    n, m = int(slots["n"]), int(slots["m"])
    return NeighborsFact(n, int(slots.get("asked") or 50), ("1",), m, *_scale(slots))


def _influence(slots: Mapping[str, str], film: str) -> Fact:
    given = slots.get("r") or (slots["a_r"].split()[-1] if "a_r" in slots else "4")
    loss = int(slots.get("p") or 5)
    return InfluenceFact((slots["title"],), ("of the history",), 2, 2 + loss, 1000, (float(given),))


def _leaning(slots: Mapping[str, str], letter: str) -> tuple[int, int, int, int, str]:
    share = int(slots.get(f"{letter}p") or 0)
    n, m = int(slots.get("gn") or share or 40), int(slots.get("gm") or 100)
    return n, m, share or round(100 * n / m), int(slots.get(f"{letter}q") or 10), "liked"


def _genres(said: str) -> tuple[str, ...]:
    return tuple(re.split(", | and ", said))


_OF: Mapping[str, Any] = {
    "N": _neighbors,
    "C": _influence,
    "G": lambda s, film: GenreFact(
        *_leaning(s, "g"), _genre(s.get("gs") or s.get("ag") or s["g_low"])
    ),
    "D": lambda s, film: DecadeFact(*_leaning(s, "d"), int(s["dec"].removeprefix("the ")[:4])),
    "P": lambda s, film: PredictedFact(float(s["pred"]), float(s.get("ptop") or 5), 0.8),
    "O": lambda s, film: PopularityFact(int(s["cnt"]), float(s["mean"]), float(s["otop"])),
    "M": lambda s, film: MetadataFact(
        (s["dir"],) if "dir" in s else (), tuple(s[one] for one in ("act", "act2") if one in s)
    ),
    "R": lambda s, film: PersonFact(
        s.get("perdir") or s["peract"],
        "director" if "perdir" in s else "actors",
        int(s["rn"]),
        40,
        int(s.get("rx") or 12),
        1682,
        "liked",
    ),
    "W": lambda s, film: WordsFact("profile" if "film" in s else "words", (_genre(s["wg"]),)),
    "L": lambda s, film: LikeFact(s["lt"], "of the words", _genres(s["ls"])),
    "V": lambda s, film: MovedFact(int(s["now"]), 10, int(s["before"]) if "before" in s else None),
    "Q": lambda s, film: PlotFact(s["quote"], "plot"),
    "K": lambda s, film: CatalogFact(
        film[:-7], _genres(s["labels"]), int(s.get("year") or film[-5:-1])
    ),
}


def _titles() -> Iterator[str]:
    for folder in _FOLDERS:
        if (folder / "hostile.json").exists():
            rows = json.loads((folder / "hostile.json").read_text(encoding="utf-8"))
            yield from dict.fromkeys(row["candidate"]["name"] for row in rows)
            return


_TITLES = tuple(_titles())
