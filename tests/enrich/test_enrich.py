"""Facts from elsewhere: joined by id or by title and year, each with its source; whatever a server
does, the rest goes on."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from enrich.conftest import FactServer
from recsys_rag._cli.main import program
from recsys_rag._enrich import from_service, from_tags, table_of, wanted
from recsys_rag._enrich.asking import Asker, Refused, Unavailable
from recsys_rag._enrich.kept import Kept
from recsys_rag._enrich.services import TMDB, OMDb, Wikidata
from recsys_rag.data._readers.metadata import enrich as with_table
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError

PROPERTY = "http://www.wikidata.org/prop/direct/"
ENTITY = "http://www.wikidata.org/entity/"


@pytest.fixture
def catalog() -> Catalog:
    """Fargo with ids, The Piano with a title and year only, and one of no year."""
    return Catalog(
        Vocabulary(("1", "2", "3")),
        ("Fargo", "The Piano", "Nowhere"),
        np.array([1996, 1993, 0], np.int32),
        ((),) * 3,
        metadata={"imdb_id": (("tt0116282",), (), ()), "tmdb_id": (("275",), (), ())},
    )


def asker(**options: Any) -> tuple[Asker, list[float]]:
    """An asker in whose world nobody waits, and how long it would have waited."""
    slept: list[float] = []
    return Asker(1000.0, sleep=slept.append, **options), slept


def run(service: Any, catalog: Catalog, tmp_path: Path) -> Any:
    kept = Kept(tmp_path / "kept.jsonl")
    try:
        return from_service(wanted(catalog), service, kept)
    finally:
        kept.close()


def row(key: str, film: str, what: str, value: str) -> dict[str, dict[str, str]]:
    cells = {"key": key, "film": ENTITY + film, "property": PROPERTY + what, "valueLabel": value}
    return {name: {"type": "literal", "value": text} for name, text in cells.items()}


def wikidata(path: str, params: dict[str, str], headers: dict[str, str]) -> Any:
    """As https://query.wikidata.org/sparql answers with format=json."""
    rows = []
    if "P345" in params["query"]:
        rows = [
            row("tt0116282", "Q222720", "P57", "Joel Coen"),
            row("tt0116282", "Q222720", "P57", "Ethan Coen"),
            row("tt0116282", "Q222720", "P161", "Frances McDormand"),
            row("tt0116282", "Q222720", "P2047", "98"),
            row("tt0116282", "Q222720", "P840", "Q99999"),  # no English name
        ]
    if '"The Piano"@en 1993' in params["query"]:
        rows += [row("the piano (1993)", "Q1", "P57", "Jane Campion")]
    return 200, {"head": {}, "results": {"bindings": rows}}, {}


def tmdb(path: str, params: dict[str, str], headers: dict[str, str]) -> Any:
    """As https://developer.themoviedb.org documents it."""
    if params.get("api_key") != "k" and headers.get("Authorization") != "Bearer a.b.c":
        return 401, {"status_code": 7, "status_message": "Invalid API key."}, {}
    if path == "/search/movie":
        film = {"id": 713, "title": "The Piano", "release_date": "1993-05-18"}
        other = {"id": 9, "title": "The Piano Lesson", "release_date": "1993-01-01"}
        return 200, {"results": [film, other] if params["query"] == "The Piano" else []}, {}
    films = {
        "/movie/275": {
            "overview": "Jerry has a plan.",
            "runtime": 98,
            "credits": {
                "crew": [
                    {"job": "Director", "name": "Joel Coen"},
                    {"job": "Editor", "name": "R. Jaynes"},
                ],
                "cast": [{"name": "Frances McDormand"}, {"name": "William H. Macy"}],
            },
            "keywords": {"keywords": [{"name": "snow"}]},
            "production_countries": [{"name": "United States of America"}],
            "spoken_languages": [{"english_name": "English"}],
        },
        "/movie/713": {"credits": {"crew": [{"job": "Director", "name": "Jane Campion"}]}},
    }
    return (200, films[path], {}) if path in films else (404, {"status_code": 34}, {})


def omdb(path: str, params: dict[str, str], headers: dict[str, str]) -> Any:
    """As https://www.omdbapi.com documents it."""
    if params["apikey"] != "k":
        return 401, {"Response": "False", "Error": "Invalid API key!"}, {}
    films = {"tt0116282": ("Fargo", "1996", "Joel Coen, Ethan Coen"), "The Piano": ()}
    told = films.get(params.get("i", ""), ())
    if not told:
        return 200, {"Response": "False", "Error": "Movie not found!"}, {}
    title, year, directors = told
    facts = {"Title": title, "Year": year, "Director": directors, "Plot": "N/A", "Rated": "R"}
    return 200, {**facts, "Runtime": "98 min", "imdbID": params["i"], "Response": "True"}, {}


# --- what each service says -----------------------------------------------------------------------


def test_wikidata_is_asked_by_id_and_by_title_and_year(
    server: FactServer, catalog: Catalog, tmp_path: Path
) -> None:
    server.answers = wikidata
    found = run(Wikidata(asker()[0], server=server.url), catalog, tmp_path)
    assert found.facts["1"] == {
        "director": ["Joel Coen", "Ethan Coen"],
        "actors": ["Frances McDormand"],
        "runtime": ["98"],
    }
    assert found.sources["1"]["director"] == "Wikidata Q222720"
    assert found.facts["2"] == {"director": ["Jane Campion"]}
    assert (found.n_unknown, found.n_doubtful, found.stopped) == (1, 0, "")
    assert "recsys-rag" in server.asked[0][2]["User-Agent"]


def test_two_films_of_one_title_and_year_are_doubtful(
    server: FactServer, catalog: Catalog, tmp_path: Path
) -> None:
    rows = [row("the piano (1993)", film, "P57", film) for film in ("Q1", "Q2")]
    url = server.always({"results": {"bindings": rows}})
    found = run(Wikidata(asker()[0], server=url), catalog, tmp_path)
    assert (found.facts, found.n_doubtful) == ({}, 1)


@pytest.mark.parametrize("key", ["k", "a.b.c"])
def test_tmdb_is_asked_by_id_and_searched_by_title_and_year(
    server: FactServer, catalog: Catalog, tmp_path: Path, key: str
) -> None:
    server.answers = tmdb
    found = run(TMDB(asker()[0], key, server.url), catalog, tmp_path)
    assert found.facts["1"]["director"] == ["Joel Coen"]
    assert found.facts["1"]["plot"] == ["Jerry has a plan."]
    assert found.facts["1"]["country"] == ["United States of America"]
    assert found.sources["2"] == {"director": "TMDB 713"}


def test_omdb_is_asked_by_id(server: FactServer, catalog: Catalog, tmp_path: Path) -> None:
    server.answers = omdb
    found = run(OMDb(asker()[0], "k", server.url), catalog, tmp_path)
    assert found.facts == {
        "1": {"director": ["Joel Coen", "Ethan Coen"], "certificate": ["R"], "runtime": ["98"]}
    }
    assert found.sources["1"]["runtime"] == "OMDb tt0116282"


# --- servers that behave badly --------------------------------------------------------------------


@pytest.mark.parametrize("kind", [TMDB, OMDb])
def test_a_wrong_key_ends_it_at_once_with_a_line(
    server: FactServer, catalog: Catalog, tmp_path: Path, kind: Any
) -> None:
    server.answers = tmdb if kind is TMDB else omdb
    found = run(kind(asker()[0], "secret", server.url), catalog, tmp_path)
    assert found.stopped.startswith(f"{kind.name} refuses: Invalid API key")
    assert found.stopped.endswith(f"check {kind.key_name}")
    assert "secret" not in found.stopped
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "body",
    [b"<html>busy</html>", b"", b"\xff\xfe", [], "text", 7, None, {"results": 5}, {"results": {}}]
    + [{"results": {"bindings": [3, {"key": 4}, {"key": {"value": ["x"]}}]}}],
)
def test_answers_of_other_types_state_nothing(
    server: FactServer, catalog: Catalog, tmp_path: Path, body: Any
) -> None:
    url = server.always(body)
    for service in (
        Wikidata(asker()[0], server=url),
        TMDB(asker()[0], "k", url),
        OMDb(asker()[0], "k", url),
    ):
        folder = tmp_path / service.name
        found = run(service, catalog, folder)
        assert found.facts == {}
        assert found.n_unknown + found.n_unanswered == 3 or found.stopped


def test_values_of_other_types_are_left_out_and_the_rest_stays(
    server: FactServer, catalog: Catalog, tmp_path: Path
) -> None:
    told = {
        "overview": {"text": 3},
        "runtime": "long",
        "credits": {"crew": "nobody", "cast": [{"name": 5}, {"name": "Ada\u202e Lint"}, None]},
        "keywords": [1],
        "production_countries": {"name": "US"},
    }
    url = server.always(told)
    found = run(TMDB(asker()[0], "k", url), catalog, tmp_path)
    assert found.facts == {"1": {"actors": ["Ada Lint"]}}


def test_a_busy_server_is_given_the_time_it_asks_for(server: FactServer) -> None:
    def busy(path: str, params: dict[str, str], headers: dict[str, str]) -> Any:
        return (200, {"a": 1}, {}) if len(server.asked) == 3 else (429, {}, {"Retry_After": "7"})

    server.answers = busy
    one, slept = asker()
    assert one.ask(server.url, {}) == {"a": 1}
    assert [pause for pause in slept if pause > 1] == [7.0, 7.0]


def test_a_server_that_asks_for_an_hour_is_not_waited_for_that_long(server: FactServer) -> None:
    url = server.always({}, 503, Retry_After="3600")
    one, slept = asker(attempts=2)
    with pytest.raises(Unavailable, match=r"the server answered 503 \(2 attempts\)"):
        one.ask(url, {})
    assert max(slept) == 60.0


def test_questions_are_spaced_by_the_rate(server: FactServer) -> None:
    url = server.always({})
    now, slept = [100.0], list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    one = Asker(2.0, sleep=sleep, clock=lambda: now[0])
    for _ in range(4):
        one.ask(url, {})
    assert slept == pytest.approx([0.5, 0.5, 0.5])


def test_a_server_that_is_down_or_slow_ends_it_after_three_questions(
    catalog: Catalog, tmp_path: Path
) -> None:
    many = replace_items(catalog, 10)
    down = TMDB(asker(attempts=1)[0], "k", "http://127.0.0.1:9")
    found = run(down, many, tmp_path)
    assert found.n_unanswered == 3
    assert "tmdb does not answer: no connection" in found.stopped
    assert "api_key" not in found.stopped


def test_a_question_without_an_answer_does_not_end_the_others(
    server: FactServer, catalog: Catalog, tmp_path: Path
) -> None:
    def first_fails(path: str, params: dict[str, str], headers: dict[str, str]) -> Any:
        return (500, {}, {}) if path == "/movie/275" else tmdb(path, params, headers)

    server.answers = first_fails
    found = run(TMDB(asker(attempts=1)[0], "k", server.url), catalog, tmp_path)
    assert (found.n_unanswered, found.stopped) == (1, "")
    assert found.facts == {"2": {"director": ["Jane Campion"]}}
    again = run_again(server, catalog, tmp_path)
    assert set(again.facts) == {"1", "2"}
    assert again.n_kept == 2


def run_again(server: FactServer, catalog: Catalog, tmp_path: Path) -> Any:
    server.answers = tmdb
    return run(TMDB(asker()[0], "k", server.url), catalog, tmp_path)


def test_an_answer_of_no_end_is_refused(server: FactServer) -> None:
    url = server.always(b" " * 8_000_001)
    with pytest.raises(Unavailable, match="more than 8,000,000 bytes"):
        asker()[0].ask(url, {})


def test_a_refusal_is_told_on_one_short_line(server: FactServer) -> None:
    url = server.always({"Error": "no\nkey \x1b[31m" + "x" * 500}, 403)
    with pytest.raises(Refused) as told:
        asker()[0].ask(url, {})
    assert str(told.value).isprintable()
    assert len(str(told.value)) == 120


def replace_items(catalog: Catalog, n: int) -> Catalog:
    return Catalog(
        Vocabulary(tuple(map(str, range(n)))),
        tuple(f"Film {place}" for place in range(n)),
        np.full(n, 1990, np.int32),
        ((),) * n,
    )


# --- kept answers ---------------------------------------------------------------------------------


def test_what_was_answered_is_not_asked_again(
    server: FactServer, catalog: Catalog, tmp_path: Path
) -> None:
    server.answers = wikidata
    first = run(Wikidata(asker()[0], server=server.url), catalog, tmp_path)
    n_asked = len(server.asked)
    again = run(Wikidata(asker()[0], server=server.url), catalog, tmp_path)
    assert len(server.asked) == n_asked
    assert (again.facts, again.n_kept) == (first.facts, 3)


def test_a_kept_line_that_was_cut_is_asked_for_again(
    server: FactServer, catalog: Catalog, tmp_path: Path
) -> None:
    server.answers = omdb
    first = run(OMDb(asker()[0], "k", server.url), catalog, tmp_path)
    file = tmp_path / "kept.jsonl"
    file.write_bytes(file.read_bytes()[:-10])
    again = run(OMDb(asker()[0], "k", server.url), catalog, tmp_path)
    assert (again.facts, again.n_kept) == (first.facts, 2)
    assert run(OMDb(asker()[0], "k", server.url), catalog, tmp_path).n_kept == 3


# --- the table, and back --------------------------------------------------------------------------


def test_the_table_is_read_back_as_metadata_each_value_with_its_source(
    server: FactServer, catalog: Catalog, tmp_path: Path
) -> None:
    server.answers = tmdb
    found = run(TMDB(asker()[0], "k", server.url), catalog, tmp_path)
    table = tmp_path / "films.csv"
    table.write_text(table_of(found, catalog))
    richer, account = with_table(catalog, table)
    assert (account["rows"], account["used"]) == (2, 2)
    assert richer.people(0, "actors") == ("Frances McDormand", "William H. Macy")
    assert richer.origin(0, "actors") == "TMDB 275"
    assert richer.texts(0, "country") == ("United States of America",)
    assert richer.source(1, "director") == "TMDB 713 director of item 2"
    assert richer.runtimes.tolist() == [98, 0, 0]
    assert richer.origin(0, "runtime") == "TMDB 275"
    assert "value_source" not in richer.attributes


@pytest.mark.parametrize("cell", ["", "no json", "[1]", '{"director": 3}', '{"x": "y"}', "{"])
def test_a_source_that_is_none_says_nothing(catalog: Catalog, tmp_path: Path, cell: str) -> None:
    text = io.StringIO()
    rows = [["item_id", "director", "value_source"], ["1", "Joel Coen", cell]]
    csv.writer(text).writerows(rows)
    (tmp_path / "t.csv").write_text(text.getvalue())
    richer, _ = with_table(catalog, tmp_path / "t.csv")
    assert richer.people(0, "director") == ("Joel Coen",)
    assert richer.origin(0, "director") == ""


# --- tags -----------------------------------------------------------------------------------------


def test_tags_of_two_people_or_more_are_facts(catalog: Catalog, tmp_path: Path) -> None:
    lines = ["userId,movieId,tag,timestamp", "1,1,Dark Comedy,1", "2,1,dark comedy,1"]
    lines += ["2,1,snow,1", "2,1,snow,2", "3,1,accents,1", "1,1,accents,1", "3,1,dark comedy,1"]
    (tmp_path / "tags.csv").write_text("\n".join([*lines, "1,77,ghost,1", "2,77,ghost,1"]))
    found = from_tags(catalog, tmp_path / "tags.csv")
    assert found.facts == {"1": {"tags": ["dark comedy", "accents"]}}
    assert found.sources == {"1": {"tags": "MovieLens tags.csv"}}


def test_what_are_no_tags_is_refused(catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "tags.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match="it needs userId, movieId and tag"):
        from_tags(catalog, tmp_path / "tags.csv")


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def items(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RECSYS_RAG_HOME", str(tmp_path / "home"))
    file = tmp_path / "items.csv"
    file.write_text("id,title,year,imdb_id\n1,Fargo,1996,tt0116282\n2,The Piano,1993,\n")
    return file


def test_the_command_writes_a_table_and_tells_the_terms(
    server: FactServer, items: Path, tmp_path: Path
) -> None:
    server.answers = wikidata
    out = tmp_path / "facts.csv"
    told = CliRunner().invoke(
        program,
        ["enrich", "--from", "wikidata", "--items", str(items), "--out", str(out)]
        + ["--server", server.url, "--noun", "film"],
    )
    assert told.exit_code == 0, told.output
    assert "Terms: Wikidata: CC0" in told.output
    assert "2 items with facts (0 answers of earlier runs), 0 unknown there" in told.output
    lines = list(csv.DictReader(io.StringIO(out.read_text())))
    assert [line["director"] for line in lines] == ["Joel Coen|Ethan Coen", "Jane Campion"]
    assert json.loads(lines[1]["value_source"]) == {"director": "Wikidata Q1"}


def test_without_a_key_it_says_where_one_goes(
    items: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMDB_API_KEY", raising=False)
    told = CliRunner().invoke(
        program,
        ["enrich", "--from", "tmdb", "--items", str(items), "--out", str(tmp_path / "x.csv")],
    )
    assert told.exit_code == 2
    assert "set TMDB_API_KEY" in told.output
