"""Services that know films: Wikidata, TMDB, OMDb. Each turns keys into facts, and believes no type
that it has not seen."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from recsys_rag._enrich.asking import Asker, Refused
from recsys_rag.data.catalog import fold, without_article

# column -> values, as `data.readers.metadata` reads them
Facts: TypeAlias = dict[str, list[str]]
_LONGEST, _MOST = 2_000, 8  # characters of a value, values of a column
_ABSENT = frozenset(("", "N/A", "None", "null"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item to ask about: its ids elsewhere, "" where unknown, and its title and year."""

    item_id: str
    title: str
    year: int
    imdb_id: str = ""
    tmdb_id: str = ""

    @property
    def key(self) -> str:
        """What its answer is kept under, whatever the catalog calls it."""
        if self.imdb_id or self.tmdb_id:
            return self.imdb_id or f"tmdb:{self.tmdb_id}"
        return f"{fold(self.title)} ({self.year})"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service says of one item: facts with the record that they stand in; no facts where it
    does not know the item, or knows several ("doubtful")."""

    facts: Facts
    record: str = ""
    doubtful: bool = False


class Service(Protocol):
    name: str
    terms: str
    key_name: str  # environment variable, "" where no key is needed
    server: str
    batch: int  # items a question

    def ask(self, items: Sequence[Wanted]) -> list[Answer]:
        """Return one answer an item, in order. Raises asking.Unavailable and asking.Refused."""
        ...


# --- what is believed -----------------------------------------------------------------------------


def text_in(value: Any) -> str:
    """Return a text of one line, "" for what is none, or says that nothing is known.

    >>> text_in(" Joel  Coen "), text_in("N/A"), text_in(["x"]), text_in(7)
    ('Joel Coen', '', '', '')
    """
    if not isinstance(value, str) or len(value) > _LONGEST:
        return ""
    line = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return "" if line in _ABSENT else line


def texts_in(values: Any, key: str = "") -> list[str]:
    """Return the texts in a list, or under a key of the objects in it.

    >>> texts_in([{"name": "US"}, 3, {"name": None}], "name"), texts_in("US")
    (['US'], [])
    """
    if not isinstance(values, list):
        return []
    picked = [one.get(key) if key and isinstance(one, dict) else one for one in values]
    return list(dict.fromkeys(filter(None, map(text_in, picked))))[:_MOST]


def minutes_in(value: Any) -> list[str]:
    """Return a running time as text of a whole number.

    >>> minutes_in(98), minutes_in("98 min"), minutes_in("98.0"), minutes_in(True), minutes_in(-1)
    (['98'], ['98'], ['98'], [], [])
    """
    if isinstance(value, bool):
        return []
    found = re.fullmatch(r"(\d{1,4})(?:\.0+)?(?: min)?", str(value).strip())
    return [found[1]] if found and int(found[1]) else []


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _known(facts: Mapping[str, list[str]]) -> Facts:
    return {column: values for column, values in facts.items() if values}


# --- the services ---------------------------------------------------------------------------------

_PROPERTIES = {
    "P57": "director",
    "P161": "actors",
    "P495": "country",
    "P364": "language",
    "P2047": "runtime",
    "P840": "place",
    "P921": "keywords",
    "P58": "writers",
    "P86": "composer",
    "P1657": "certificate",
}
_FACTS_OF = """  VALUES (?property) {{ {properties} }}
  ?film ?property ?value .
  SERVICE wikibase:label {{ bd:serviceParam wikibase:language "en,mul". }}
}}"""


class Wikidata:
    """By IMDb id, fifty films a question; without one, by English title and year."""

    name, key_name, batch = "wikidata", "", 50
    terms = "Wikidata: CC0, no conditions"

    def __init__(
        self, asker: Asker, key: str = "", server: str = "https://query.wikidata.org/sparql"
    ) -> None:
        self._asker, self.server = asker, server

    def ask(self, items: Sequence[Wanted]) -> list[Answer]:
        rows: list[dict[str, str]] = []
        by_id = [item for item in items if re.fullmatch(r"tt\d+", item.imdb_id)]
        by_title = [item for item in items if item not in by_id and item.title and item.year]
        if by_id:
            ids = " ".join(f'"{item.imdb_id}"' for item in by_id)
            rows += self._rows(f"VALUES ?key {{ {ids} }}\n  ?film wdt:P345 ?key .")
        if by_title:
            titles = " ".join(
                f'("{item.key}" "{_escaped(item.title)}"@en {item.year})' for item in by_title
            )
            rows += self._rows(
                f"VALUES (?key ?title ?year) {{ {titles} }}\n  ?film rdfs:label ?title ; "
                "wdt:P31 wd:Q11424 ; wdt:P577 ?date .\n  FILTER(YEAR(?date) = ?year)"
            )
        return [self._answer([row for row in rows if row["key"] == one.key]) for one in items]

    def _rows(self, where: str) -> list[dict[str, str]]:
        properties = " ".join(f"(wdt:{one})" for one in _PROPERTIES)
        query = (
            "SELECT DISTINCT ?key ?film ?property ?valueLabel WHERE {\n  "
            + where
            + "\n"
            + _FACTS_OF.format(properties=properties)
        )
        told = self._asker.ask(self.server, {"query": query, "format": "json"})
        results = told.get("results") if isinstance(told, dict) else None
        bindings = results.get("bindings") if isinstance(results, dict) else None
        rows = []
        for binding in bindings if isinstance(bindings, list) else []:
            cells = binding if isinstance(binding, dict) else {}
            row = {
                name: text_in(cell.get("value"))
                if isinstance(cell := cells.get(name), dict)
                else ""
                for name in ("key", "film", "property", "valueLabel")
            }
            if all(row.values()):
                rows.append(row)
        return rows

    @staticmethod
    def _answer(rows: Sequence[Mapping[str, str]]) -> Answer:
        films = {row["film"].rpartition("/")[2] for row in rows}
        if len(films) != 1:
            return Answer({}, doubtful=len(films) > 1)
        facts: Facts = {}
        for row in rows:
            column = _PROPERTIES.get(row["property"].rpartition("/")[2])
            value = row["valueLabel"]
            if column is None or re.fullmatch(r"Q\d+", value):  # an entity without an English name
                continue
            values = minutes_in(value) if column == "runtime" else [value]
            there = facts.setdefault(column, [])
            there += [one for one in values if one not in there][: _MOST - len(there)]
        facts["runtime"] = facts.get("runtime", [])[:1]
        return Answer(_known(facts), f"Wikidata {films.pop()}")


def _escaped(title: str) -> str:
    return title.replace("\\", "").replace('"', '\\"').replace("\n", " ")


class TMDB:
    """By TMDB id, IMDb id, or title and year; one film a question, two where the id is sought."""

    name, key_name, batch = "tmdb", "TMDB_API_KEY", 1
    terms = (
        "TMDB: free for non-commercial use with a key of your own; name it as the source. This "
        "product uses the TMDB API but is not endorsed or certified by TMDB."
    )

    def __init__(
        self, asker: Asker, key: str, server: str = "https://api.themoviedb.org/3"
    ) -> None:
        self._asker, self.server, self._key = asker, server.rstrip("/"), key

    def ask(self, items: Sequence[Wanted]) -> list[Answer]:
        return [self._one(item) for item in items]

    def _get(self, path: str, **params: str) -> Any:
        if "." in self._key:  # a token; the older keys are 32 hexadecimal digits
            return self._asker.ask(
                self.server + path, params, {"Authorization": f"Bearer {self._key}"}
            )
        return self._asker.ask(self.server + path, {**params, "api_key": self._key})

    def _one(self, item: Wanted) -> Answer:
        ids = [item.tmdb_id] if item.tmdb_id.isdigit() else list(self._ids_of(item))
        if len(ids) != 1:
            return Answer({}, doubtful=len(ids) > 1)
        told = self._get(f"/movie/{ids[0]}", append_to_response="credits,keywords,release_dates")
        if not isinstance(told, dict):
            return Answer({})
        credits, keywords = (_object(told.get(name)) for name in ("credits", "keywords"))
        crew = credits.get("crew")
        directors = [
            one
            for one in (crew if isinstance(crew, list) else [])
            if isinstance(one, dict) and one.get("job") == "Director"
        ]
        facts = {
            "director": texts_in(directors, "name"),
            "actors": texts_in(credits.get("cast"), "name"),
            "plot": [text] if (text := text_in(told.get("overview"))) else [],
            "keywords": texts_in(keywords.get("keywords"), "name"),
            "country": texts_in(told.get("production_countries"), "name"),
            "language": texts_in(told.get("spoken_languages"), "english_name"),
            "runtime": minutes_in(told.get("runtime")),
        }
        return Answer(_known(facts), f"TMDB {ids[0]}")

    def _ids_of(self, item: Wanted) -> Iterator[str]:
        if item.imdb_id:
            told = self._get(f"/find/{item.imdb_id}", external_source="imdb_id")
            films = _object(told).get("movie_results")
        elif item.title and item.year:
            told = self._get("/search/movie", query=item.title, year=str(item.year))
            films = _object(told).get("results")
        else:
            return
        for film in films if isinstance(films, list) else []:
            if not isinstance(film, dict) or not isinstance(film.get("id"), int):
                continue
            titles = (text_in(film.get(name)) for name in ("title", "original_title"))
            is_it = without_article(fold(item.title)) in {without_article(fold(t)) for t in titles}
            is_of_year = text_in(film.get("release_date"))[:4] == str(item.year)
            if item.imdb_id or (is_it and is_of_year):
                yield str(film["id"])


class OMDb:
    """By IMDb id, or title and year; one film a question."""

    name, key_name, batch = "omdb", "OMDB_API_KEY", 1
    terms = "OMDb: CC BY-NC 4.0, with a key of your own; name it as the source"

    def __init__(self, asker: Asker, key: str, server: str = "https://www.omdbapi.com/") -> None:
        self._asker, self.server, self._key = asker, server, key

    def ask(self, items: Sequence[Wanted]) -> list[Answer]:
        return [self._one(item) for item in items]

    def _one(self, item: Wanted) -> Answer:
        if item.imdb_id:
            asked = {"i": item.imdb_id}
        elif item.title and item.year:
            asked = {"t": item.title, "y": str(item.year), "type": "movie"}
        else:
            return Answer({})
        told = _object(
            self._asker.ask(self.server, {**asked, "plot": "short", "apikey": self._key})
        )
        if told.get("Response") != "True":
            reason = text_in(told.get("Error"))
            if "key" in reason.lower() or "limit" in reason.lower():
                raise Refused(reason[:120])
            return Answer({})
        title, year = text_in(told.get("Title")), text_in(told.get("Year"))[:4]
        same = without_article(fold(title)) == without_article(fold(item.title))
        if not item.imdb_id and not (same and year == str(item.year)):
            return Answer({})

        def parts(name: str) -> list[str]:
            return texts_in(text_in(told.get(name)).split(", "))

        facts = {
            "director": parts("Director"),
            "actors": parts("Actors"),
            "writers": parts("Writer"),
            "country": parts("Country"),
            "language": parts("Language"),
            "plot": [text] if (text := text_in(told.get("Plot"))) else [],
            "certificate": [text] if (text := text_in(told.get("Rated"))) else [],
            "runtime": minutes_in(told.get("Runtime")),
        }
        return Answer(_known(facts), f"OMDb {text_in(told.get('imdbID')) or item.imdb_id}")


SERVICES: Mapping[str, type[Wikidata] | type[TMDB] | type[OMDb]] = {
    one.name: one for one in (Wikidata, TMDB, OMDb)
}
RATES = {"wikidata": 1.0, "tmdb": 20.0, "omdb": 5.0}  # questions a second
