"""A third judge of shown text: SQL over the rows (`sql_judge.sql`) counts what the cited facts say
once more, and each number and title of a sentence must stand in the facts that it cites.

It shares no code with what counts, verifies or judges elsewhere. It reads no words, and what no row
holds, such as a rank without a film or a prediction, it does not judge.
"""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from recsys_rag.data.dataset import Dataset
from recsys_rag.types import CITATION, Evidence, RecommendedItem, ResolvedQuery

_SQL = Path(__file__).with_suffix(".sql").read_text("utf-8")
_SCHEMA, *_PARTS = re.split(r"^-- kind: (.+)$", _SQL, flags=re.MULTILINE)
_QUERIES = dict(zip(_PARTS[::2], _PARTS[1::2], strict=True))
# half of what a number is rounded to: so far it may be from the rows'
_ROUNDED = {"share_percent": 0.5, "catalog_percent": 0.5, "everyone_percent": 0.5}
_ROUNDED["mean_rating"] = 0.05
_WHOLES = ("n_raters", "n_history", "n_ratings", "n_neighbors", "n_ranked", "n_catalog", "n_last")
_CLAUSE = re.compile(r"(.*?)((?:\s*\[\d+\])+)", re.DOTALL)  # with what it cites
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_OF = re.compile(r"(?:\d of (?:the |your last )?|\b[Oo]f (?:the|your last) )(\d[\d,]*)(?![\ds])")
_YEAR = re.compile(r" ?\((\d{4})\)")


@dataclass(frozen=True, slots=True)
class FactVerdict:
    """What the rows say of a fact: where they differ, in words, and which fields no row holds."""

    differs: tuple[str, ...] = ()
    not_judged: tuple[str, ...] = ()

    @property
    def outcome(self) -> str:
        """ "agrees", "differs", or "not judged" where a part of the fact stands in no row."""
        return "differs" if self.differs else "not judged" if self.not_judged else "agrees"


class SqlJudge:
    """Judges facts and sentences by the rows of a dataset, for one query at a time: call `asks`
    first. A known user's history is read from the rows, a visitor's from the query."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._rows = sqlite3.connect(":memory:")
        self._rows.row_factory = sqlite3.Row
        self._rows.executescript(_SCHEMA)
        ids, users, catalog = dataset.items.ids, dataset.users.ids, dataset.catalog
        pairs = dataset.interactions.tocoo()
        triples = zip(pairs.row.tolist(), pairs.col.tolist(), pairs.data.tolist(), strict=True)
        self._fill("rating", ((users[row], ids[col], value) for row, col, value in triples))
        n_given, n_got = np.diff(dataset.interactions.indptr).tolist(), dataset.popularity.tolist()
        self._fill("person", zip(users, range(len(users)), n_given, strict=True))
        years = catalog.years.tolist()
        self._fill("item", zip(ids, range(len(ids)), catalog.titles, years, n_got, strict=True))
        runtimes = np.where(catalog.runtimes > 0, catalog.runtimes, np.nan)
        columns = {**catalog.metadata, **catalog.attributes, "runtime": runtimes}
        for name, column in {**columns, "its genres": catalog.genres}.items():
            if isinstance(column, np.ndarray):
                numbers = zip(ids, column.tolist(), strict=True)
                self._fill("number", ((one, name, n) for one, n in numbers if n == n))
            else:
                lists = zip(ids, column, catalog.origins.get(name, ("",) * len(ids)), strict=True)
                self._fill("list", ((one, name, json.dumps(x), origin) for one, x, origin in lists))
        entries = "SELECT item_id, field, key, value, origin FROM list, json_each(texts)"
        self._rows.execute(f"INSERT INTO entry {entries}")
        if (scale := dataset.scale) is not None:
            self._fill("scale", [(scale.low, scale.high, scale.step, scale.liked)])

    def close(self) -> None:
        self._rows.close()

    def asks(self, resolved: ResolvedQuery, shown: Sequence[str] = ()) -> None:
        """Take another query, and the item ids of the list shown for it, best first."""
        ids, query = self._dataset.items.ids, resolved.query
        for table in ("me", "mine", "asked"):
            self._rows.execute(f"DELETE FROM {table}")
        likes = json.dumps([ids[item] for item in resolved.liked])
        lists = json.dumps(tuple(shown)), json.dumps(query.previous)
        self._fill("me", [(query.user_id, likes, *lists)])
        for source, said in (("words", resolved.words), ("profile", resolved.profile)):
            named = [ids[item] for item in said.like_items]
            asked = map(json.dumps, (said.genres, said.people, said.years, named))
            self._fill("asked", [(source, *asked)])
        if query.user_id is not None and query.user_id in self._dataset.users:
            own = "SELECT item_id, rating FROM rating WHERE user_id = ?"
            self._fill("mine", self._rows.execute(own, (query.user_id,)).fetchall())
        else:
            rated = zip(resolved.item_indices.tolist(), resolved.ratings.tolist(), strict=True)
            self._fill("mine", ((ids[item], rating) for item, rating in rated))

    def fact(self, evidence: Evidence) -> FactVerdict:
        """Count one fact again."""
        kind, told = evidence.kind, _told(evidence)
        implicit = f"{kind} where feedback is implicit" if self._dataset.scale is None else kind
        query = _QUERIES.get(implicit) or _QUERIES.get(kind)
        if query is None:
            return FactVerdict((), tuple(told))
        asked = {name: json.dumps(x) if isinstance(x, tuple) else x for name, x in told.items()}
        row = self._rows.execute(query, {**asked, "item": evidence.item_id}).fetchone()
        if row is None:
            return FactVerdict((f"{kind}: there is no such row",))
        counted = dict(zip(row.keys(), row, strict=True))
        differs = (
            f"{kind}: {name} is {asked[name]!r}, by the rows {value!r}"
            for name, value in counted.items()
            if not _agree(name, told[name], value)
        )
        return FactVerdict(tuple(differs), tuple(name for name in told if name not in counted))

    def sentence(self, sentence: str, item: RecommendedItem) -> tuple[list[str], bool]:
        """Return what is wrong with a sentence of an item's text, and whether the rows hold all
        that its facts say."""
        problems, end, is_judged = [], 0, True
        for clause in _CLAUSE.finditer(sentence):
            end, numbers = clause.end(), [int(number) for number in CITATION.findall(clause[2])]
            own = {n: one for n, one in enumerate(item.evidence, 1) if one.item_id == item.item_id}
            cited = [own[number] for number in numbers if number in own]
            if len(cited) < len(numbers):
                problems.append(f"cites{clause[2]}, and not all of it is a fact about the item")
            verdicts = [self.fact(one) for one in cited]
            is_judged = is_judged and not any(verdict.not_judged for verdict in verdicts)
            problems += [words for verdict in verdicts for words in verdict.differs]
            problems += self._strangers(clause[1], item.item_id, [_told(one) for one in cited])
        if re.search(r"\w", sentence[end:]):
            problems.append(f"cites nothing for {sentence[end:].strip()!r}")
        return problems, is_judged

    def _strangers(self, rest: str, item_id: str, told: list[dict[str, Any]]) -> Iterator[str]:
        """Say which titles and numbers of a clause stand neither in its facts nor in its item."""
        lists = (x if isinstance(x, tuple) else (x,) for fact in told for x in fact.values())
        values = [x for one in lists for x in one if x is not None and not isinstance(x, bool)]
        texts = [value for value in values if isinstance(value, str) and value]
        own = self._rows.execute("SELECT name FROM film WHERE item_id = ?", (item_id,)).fetchall()
        names = [name for (name,) in own] + texts
        names += [_YEAR.sub("", name) for name in names]
        for name in sorted(names, key=len, reverse=True):
            rest = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", rest, flags=re.IGNORECASE)
        films = "SELECT title FROM film WHERE instr(?, iif(title LIKE '% %', title, name))"
        for (title,) in self._rows.execute(films, (rest,)).fetchall():
            rest, n = re.subn(rf"(?<!\w){re.escape(title)}(?!\w)(?: \(\d{{4}}\))?", " ", rest)
            if n:
                yield f"names {title}, of which its facts do not speak"
        yield from (
            f"names a film of {year} that is not among its facts" for year in _YEAR.findall(rest)
        )
        known = {float(value) for value in values if not isinstance(value, str)}
        known |= {_value(number) for text in texts for number in _NUMBER.findall(text)}
        for fact in told:  # how many places there are between two ranks
            others = [fact.get("rank_without"), fact.get("last_rank")]
            known |= {float(abs(fact["rank"] - other)) for other in others if other}
        for number in _NUMBER.findall(_YEAR.sub("", rest)):
            if _value(number) not in known:
                yield f"says {number}, which stands in none of its facts"
        wholes = {float(fact[name]) for fact in told for name in _WHOLES if name in fact}
        for whole in _OF.findall(rest) if wholes else ():
            if _value(whole) not in wholes:
                yield f"says 'of {whole}', and its facts are counted of another number"

    def _fill(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        n_columns = len(self._rows.execute(f"PRAGMA table_info({table})").fetchall())
        places = ", ".join("?" * n_columns)
        self._rows.executemany(f"INSERT INTO {table} VALUES ({places})", rows)


def _told(evidence: Evidence) -> dict[str, Any]:
    return {field.name: getattr(evidence.fact, field.name) for field in fields(evidence.fact)}


def _agree(name: str, told: Any, counted: Any) -> bool:
    """Say whether a fact's value is what SQL returned: JSON that lists no less, in the same order,
    a number to what it is rounded to, a flag as 0 or 1."""
    if isinstance(told, tuple):
        rest = iter(json.loads(counted or "[]") or [])
        return all(value in rest for value in told)
    if isinstance(told, int | float) and isinstance(counted, int | float):
        return bool(abs(told - counted) <= _ROUNDED.get(name, 0.0) + 1e-6)
    return bool(told == counted)


def _value(number: str) -> float:
    return float(number.replace(",", ""))  # "1,643"
