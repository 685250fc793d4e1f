"""`recsys-rag evaluate` as a person runs it: on a table of theirs, and on what cannot be
evaluated."""

import csv
import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from recsys_rag._cli.main import program
from recsys_rag.lab.commands import evaluate as command
from recsys_rag.lab.evaluate.division_protocols import PROTOCOLS
from recsys_rag.testing.datasets import made_up_movies


@pytest.fixture
def ratings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The invented film club as a table, and an empty cache folder."""
    monkeypatch.setenv("RECSYS_RAG_HOME", str(tmp_path / "home"))
    movies = made_up_movies()
    triples = movies.interactions.tocoo()
    rows = zip(triples.row, triples.col, triples.data, movies.timestamps, strict=True)
    cells = [f"{movies.users.ids[u]},{movies.items.ids[i]},{r:g},{t}" for u, i, r, t in rows]
    # in the order of events, as the film club wrote it down
    lines = [cells[place] for place in movies.rows.argsort()]
    place = tmp_path / "club.csv"
    place.write_text("user_id,item_id,rating,timestamp\n" + "\n".join(lines) + "\n")
    return place


def run(*args: str) -> Result:
    return CliRunner().invoke(program, ["evaluate", *args])


def test_the_page_shows_figures_and_the_passport_beneath(ratings: Path) -> None:
    done = run("--data", str(ratings), "--methods", "ease,popularity,seed")
    assert done.exit_code == 0, done.stderr
    assert done.stderr == ""  # bars are for terminals
    first = done.stdout.splitlines()[0]
    assert first == "club: seed protocol, test part, 116 users"
    for part in (
        "NDCG@10",
        "to ease",
        "baseline",
        "Beyond accuracy",
        "by ratings known",
        "first ... ratings",
        "passport",
    ):
        assert part in done.stdout
    assert all(len(line) <= 110 for line in done.stdout.splitlines())


def test_json_is_one_object_with_the_same_passport_and_no_nan(ratings: Path) -> None:
    done = run("--data", str(ratings), "--methods", "ease,seed", "--part", "validation", "--json")
    found = json.loads(done.stdout)
    assert found["passport"]["part"] == "validation"
    assert {row["method"] for row in found["rows"]} == {"ease", "seed"}
    assert found["baseline"] == "ease"
    assert "NaN" not in done.stdout
    assert set(found["rows"][0]["curve"]) == {"0", "1", "2", "5", "10", "20", "50"}


def test_a_second_run_takes_what_was_kept_and_no_cache_does_not(
    ratings: Path, tmp_path: Path
) -> None:
    arguments = ("--data", str(ratings), "--methods", "popularity", "--json")
    first = run(*arguments)
    kept = list((tmp_path / "home" / "evaluated").rglob("*.json"))
    assert len(kept) == 1
    assert run(*arguments).stdout == first.stdout
    before = kept[0].stat().st_mtime_ns
    assert run(*arguments, "--no-cache").exit_code == 0
    assert kept[0].stat().st_mtime_ns == before


def test_a_report_is_written_where_it_is_wanted(ratings: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs the [report] extra")
    done = run(
        "--data",
        str(ratings),
        "--methods",
        "ease,plain-ease",
        "--against",
        "plain",
        "--report",
        str(tmp_path / "r"),
    )
    assert done.exit_code == 0, done.stderr
    assert sorted(one.name for one in (tmp_path / "r").iterdir()) == [
        "report.html",
        "report.md",
        "results.json",
    ]
    assert done.stdout.rstrip().endswith(f"Report: {tmp_path / 'r' / 'report.html'}")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--methods", "easy"), "no method 'easy'; there are fused"),
        (("--methods", "plain-ease"), r"peers need to be named in --against"),
        (("--methods", "ease,,seed"), "has an empty name"),
        (
            ("--against", "recbole"),
            "no peer 'recbole'; there are plain, implicit, surprise, lenskit",
        ),
        (
            ("--baseline", "x", "--methods", "ease"),
            "the baseline 'x' is not among the methods: ease",
        ),
        (("--protocol", "u1"), "published for the 100,000 ratings of MovieLens 100K"),
        (("-k", "0"), "0 is not in the range x>=1"),
        (("-k", "99", "--methods", "ease"), "k is 99; choose 1 to 59"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_in_a_sentence(
    ratings: Path, arguments: tuple[str, ...], told: str
) -> None:
    done = run("--data", str(ratings), *arguments)
    assert done.exit_code == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_report_cannot_be_a_file(ratings: Path) -> None:
    done = run("--data", str(ratings), "--report", str(ratings))
    assert done.exit_code == 2
    assert "is a file; name a folder" in done.stderr


def test_the_protocols_offered_are_those_there_are() -> None:
    assert tuple(PROTOCOLS) == command._PROTOCOLS


def test_ones_own_tables_are_measured_with_their_own_columns(club, tmp_path):
    table = tmp_path / "plays.csv"
    rows = club.ratings.read_text().splitlines()[1:]
    table.write_text("\n".join(["who,what,stars,when", *rows]))
    names = ("--user-column", "who", "--item-column", "what", "--rating-column", "stars")
    done = run(
        "--ratings", table, *names, "--timestamp-column", "when", "--settings",
        club.settings, "--methods", "popularity", "--part", "validation", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert [row["method"] for row in json.loads(done.stdout)["rows"]] == ["popularity"]


OWN = """
import numpy as np

class MostRated:
    def fit(self, dataset):
        self.counts = np.bincount(dataset.interactions.indices, minlength=dataset.n_items)
        return self

    def score(self, batch):
        return np.tile(self.counts.astype(np.float32), (len(batch), 1))

class Half:
    def fit(self, dataset):
        return self
"""


@pytest.mark.parametrize("methods", ["MostRated,plain-popularity", "plain-popularity"])
def test_a_class_of_ones_own_is_measured_beside_ours(methods, club, tmp_path, monkeypatch):
    (tmp_path / "mine_most.py").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    asked = ("--ratings", str(club.ratings), "--settings", str(club.settings), "--json")
    asked += ("--part", "validation", "--methods", methods, "--against", "plain")
    done = run(*asked, "--method", "mine_most:MostRated")
    assert done.exit_code == 0, done.output
    rows = {row["method"]: row for row in json.loads(done.stdout)["rows"]}
    own, plain = rows.pop("MostRated"), rows.pop("plain-popularity")
    assert not rows
    assert own["figures"]["ndcg"] == plain["figures"]["ndcg"]  # the same method, written anew


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("mine_bad", "'mine_bad' is not of the form module:Class"),
        ("nowhere_at_all:X", "nowhere_at_all cannot be imported (ModuleNotFoundError"),
        ("mine_bad:Other", "mine_bad has no class Other"),
        ("mine_bad:Half", "Half has no `score`; it needs fit(dataset)"),
    ],
)
def test_a_class_that_cannot_be_measured_is_refused_before_data_is_read(
    spec, told, tmp_path, monkeypatch
):
    (tmp_path / "mine_bad.py").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    done = run("--data", "nowhere.csv", "--method", spec)
    assert (done.exit_code, told in done.stderr) == (2, True), done.stderr


def test_lists_and_figures_of_each_person_are_written_for_other_tools(
    ratings: Path, tmp_path: Path
) -> None:
    asked = (
        "--data",
        str(ratings),
        "--methods",
        "ease,popularity",
        "--runs",
        str(tmp_path / "out"),
    )
    for _ in range(2):  # measured, then from the cache
        done = run(*asked, "--json")
        assert done.exit_code == 0, done.stderr
    folder = tmp_path / "out"
    relevant: dict[str, set[str]] = {}
    for line in (folder / "qrels.trec").read_text().splitlines():
        user, _, item, _ = line.split()
        relevant.setdefault(user, set()).add(item)
    with (folder / "per_user.csv").open() as file:
        figures = {(row["method"], row["user_id"]): row for row in csv.DictReader(file)}
    for method in ("ease", "popularity"):
        gains: dict[str, float] = dict.fromkeys(relevant, 0.0)
        for line in (folder / f"{method}.trec").read_text().splitlines():
            user, _, item, rank, score, tag = line.split()
            assert (int(rank) + int(score), tag) == (11, method)
            gains[user] += (item in relevant[user]) / math.log2(int(rank) + 1)
        for user, gain in gains.items():
            best = sum(
                1 / math.log2(rank + 1) for rank in range(1, min(10, len(relevant[user])) + 1)
            )
            assert float(figures[method, user]["ndcg"]) == pytest.approx(gain / best)
    with (folder / "runs.csv").open() as file:
        assert {row["method"] for row in csv.DictReader(file)} == {"ease", "popularity"}


def test_runs_belong_to_lists(ratings: Path, tmp_path: Path) -> None:
    done = run("--data", str(ratings), "--protocol", "u1", "--runs", str(tmp_path / "out"))
    assert done.exit_code == 2
    assert "--runs writes lists" in done.stderr
