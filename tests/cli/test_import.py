"""`recsys-rag import`, and `recommend --history`."""

import json

import pytest

from cli.running import run
from imports import samples


@pytest.fixture
def export(tmp_path):
    path = tmp_path / "letterboxd-nobody-2024-utc.zip"
    path.write_bytes(samples.zipped(samples.LETTERBOXD))
    return path


def test_it_tells_what_became_of_every_row(club, export, tmp_path):
    done = run("import", export, *club.reading()[:4], "--out", tmp_path / "h.csv")
    assert done.exit_code == 0, done.output
    assert "Letterboxd: 16 rows in 7 files" in done.output
    assert "not read: profile.csv (about the person; never opened)" in done.output
    assert "rated        4          0        0" in done.output
    assert "\n\nIn the terms of this data: 4 titles with a rating, 1 liked without one, 6 seen" in (
        done.output
    )
    assert "Untold: no item of this title" in done.output
    assert "1 rating 'six' is not a number (first: ratings.csv:6)" in done.output
    assert "secret" not in done.output
    assert (tmp_path / "h.csv").read_text().startswith("item_id,title,year,kind,rating,when,")


def test_json_holds_every_row(club, export):
    done = run("import", export, "--model", club.model, "--json")
    assert done.exit_code == 0, done.output
    answer = json.loads(done.output)
    assert answer["rows"] == 16
    assert len({row["where"] for row in answer["entries"] + answer["skipped"]}) == 16


def test_a_list_for_an_export_leaves_out_what_was_seen(club, export):
    done = run(
        *("recommend", "--history", export, "--model", club.model, "-k", 20),
        *("--no-explain", "--json"),
    )
    assert done.exit_code == 0, done.output
    answer = json.loads(done.output)
    titles = {f"{item['title']} {item['year']}" for item in answer["items"]}
    assert not titles & {"Vandrell 1979", "Café Morvane 1966", "Bonewhistle 1997"}
    assert any(note.startswith("Letterboxd: 16 rows name 7 titles") for note in answer["notes"])


def test_which_of_the_watchlist_tonight(club, export):
    done = run(
        *("recommend", "--history", export, "--watchlist", "--model", club.model),
        *("--no-explain", "--json"),
    )
    assert done.exit_code == 0, done.output
    assert [item["title"] for item in json.loads(done.output)["items"]] == ["Neon Hymn"]


def test_what_was_kept_serves_again(club, export, tmp_path):
    kept = tmp_path / "history.csv"
    run("import", export, "--model", club.model, "--out", kept)
    lists = [
        json.loads(
            run(
                *("recommend", "--history", path, "--model", club.model, "--json"), "--no-explain"
            ).output
        )["items"]
        for path in (export, kept)
    ]
    assert lists[0]
    assert lists[0] == lists[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--watchlist", "--user", "u1"], "--watchlist is about --history"),
        (["--viewer", "Me", "--user", "u1"], "--viewer is about --history"),
        (["--history", "nowhere.zip"], "no such file or directory: nowhere.zip"),
    ],
)
def test_wrong_options_are_told(club, options, words):
    done = run("recommend", *options, "--model", club.model, "--no-explain")
    assert done.exit_code == 2
    assert words in done.output


def test_an_empty_watchlist_is_told(club, tmp_path):
    ratings = tmp_path / "ratings.csv"
    ratings.write_text(samples.LETTERBOXD["ratings.csv"])
    done = run("recommend", "--history", ratings, "--watchlist", "--model", club.model)
    assert done.exit_code == 2
    assert "nothing that is on a watchlist in ratings.csv" in done.output
    done = run("recommend", "--history", ratings, "--watchlist", "--only", "1")
    assert "--watchlist and --only exclude each other" in done.output


def test_questions_name_the_options_of_this_program(club, tmp_path):
    activity = tmp_path / "ViewingActivity.csv"
    activity.write_text(samples.NETFLIX_ACTIVITY)
    done = run("import", activity, "--model", club.model)
    assert done.exit_code == 2
    assert "say whose history it is with --viewer 'Kid'" in done.output
    done = run("import", activity, "--viewer", "Me", "--model", club.model)
    assert done.exit_code == 0
    table = tmp_path / "mine.csv"
    table.write_text("title,year,rating\nMoonmilk,2003,9\n")
    done = run("import", table, "--model", club.model)
    assert "--history-scale 1:10" in done.output
    done = run("import", table, "--model", club.model, "--history-scale", "1:10")
    assert done.exit_code == 0
