"""The commands on a whole film club, from its CSV files to checked text."""

import json
import os
import re
import subprocess

import pytest

from cli.running import MAIN, run
from recsys_rag import Recommender
from recsys_rag.testing.datasets import made_up_movies


def asked(club, *args):
    done = run("recommend", "--model", club.model, *args)
    assert done.exit_code == 0, done.stderr
    return done


def told(club, *args):
    return json.loads(asked(club, *args, "--json").stdout)


def test_fit_saves_all_of_the_tables_and_says_so(club, tmp_path):
    done = run("fit", *club.reading(), "--out", tmp_path / "m")
    movies = made_up_movies()
    assert done.stdout.splitlines()[0] == (
        f"Fitted {movies.n_ratings:,} ratings of 120 users for 60 items; saved in {tmp_path / 'm'}"
    )
    saved = Recommender.load(tmp_path / "m").dataset
    assert (saved.n_ratings, saved.n_users, saved.n_items) == (movies.n_ratings, 120, 60)
    assert saved.catalog.genres == movies.catalog.genres


def test_a_table_of_items_alone_is_enough_to_be_asked_in_words(club, tmp_path):
    items = tmp_path / "i.csv"
    items.write_text("item,title,genres\n1,Alpha,Comedy\n2,Beta,Drama\n3,Gamma,Comedy\n")
    done = run("fit", "--items", items, "--settings", club.settings, "--out", tmp_path / "m")
    assert done.stdout.splitlines() == [
        f"Fitted 0 ratings of 0 users for 3 items; saved in {tmp_path / 'm'}",
        "  items columns: item, title, genres",
        "  items rows: 3 read, 3 used",
        f'Try: recsys-rag recommend --model {tmp_path / "m"} --query "WORDS"',
    ]
    answer = json.loads(
        run("recommend", "--model", tmp_path / "m", "--query", "comedy", "-k", 3, "--json").stdout
    )
    assert [one["title"] for one in answer["items"]] == ["Alpha", "Gamma"]


def test_fit_as_json_describes_what_was_fitted(club, tmp_path):
    about = json.loads(run("fit", *club.reading(), "--out", tmp_path / "m", "--json").stdout)
    assert about["users"] == 120
    assert about["model"] == str(tmp_path / "m")
    assert re.fullmatch("[0-9a-f]{64}", about["content_hash"])


def test_a_known_user_gets_items_with_cited_evidence_and_who_wrote_it(club):
    text = asked(club, "--user", "1", "-k", "3").stdout
    assert re.match(r"For user 1, who gave [45] to \w", text)
    for rank in (1, 2, 3):
        heading, *body = text.partition(f"\n{rank}  ")[2].partition("\n\n")[0].splitlines()
        assert re.search(r"   predicted \d\.\d   score -?\d", heading)
        written = " ".join(body)
        assert re.search(r"\w.*\[1\].*\[1\] \w", written)
    closing = " ".join(text.rpartition("\n\n")[2].split())
    assert re.match(
        r"written by template · \d+ checked, \d+ dropped · open .* · retrieve .* · write ", closing
    )
    assert "\x1b" not in text


def test_the_library_and_the_program_recommend_the_same(club):
    rec = Recommender.load(club.model).recommend("1", profile="comedy", k=4)
    items = told(club, "--user", "1", "--profile", "comedy", "-k", "4")["items"]
    assert [(one["item_id"], one["explanation"]) for one in items] == [
        (one.item_id, one.explanation) for one in rec.items
    ]


def test_a_visitor_by_likes_and_dislikes(club):
    movies = made_up_movies().catalog
    liked, rated, disliked = movies.name(0), movies.name(1), movies.name(2)
    made = told(club, "--likes", liked, "--likes", f"{rated}:4", "--dislikes", disliked, "-k", "5")
    assert made["query"]["history"] == {rated: 4.0}
    assert made["query"]["likes"] == [liked]  # no rating that nobody gave
    assert made["query"]["dislikes"] == [disliked]
    assert made["query"]["user_id"] is None
    assert {"name": rated, "rating": 4.0} in made["liked"]
    assert len(made["items"]) == 5
    assert not {movies.items.id(index) for index in range(3)} & {
        one["item_id"] for one in made["items"]
    }


def test_words_alone_are_enough(club):
    genre = made_up_movies().catalog.genre_names[0]
    made = told(club, "--query", genre.lower(), "-k", "3")
    assert made["liked"] == []
    assert all(genre in one["genres"] for one in made["items"])


def test_what_is_excluded_does_not_come(club):
    first = told(club, "--user", "1", "-k", "3", "--no-explain")["items"]
    again = told(club, "--user", "1", "-k", "2", "--no-explain", "--exclude", first[0]["title"])[
        "items"
    ]
    assert [one["item_id"] for one in again] == [one["item_id"] for one in first[1:]]


def test_without_explanation_nothing_is_written(club):
    done = asked(club, "--user", "1", "-k", "3", "--no-explain")
    assert "written by" not in done.stdout
    made = told(club, "--user", "1", "-k", "3", "--no-explain")
    assert {(one["explanation"], one["written_by"]) for one in made["items"]} == {("", "")}


def test_sources_show_where_each_fact_was_read(club):
    made = told(club, "--user", "1", "-k", "1", "--with-ids")
    text = " ".join(asked(club, "--user", "1", "-k", "1", "--sources").stdout.split())
    for fact in made["items"][0]["evidence"]:
        assert (
            " ".join(f"[{fact['number']}] {fact['statement']} ({fact['source']})".split()) in text
        )


def test_the_same_seed_gives_the_same_text(club):
    one, two = (told(club, "--user", "2", "-k", "2", "--seed", "7")["text"] for _ in range(2))
    assert one == two


def test_similar_lists_items_like_one_without_that_one(club):
    catalog = made_up_movies().catalog
    done = run("similar", catalog.name(0).upper(), "-k", "4", "--model", club.model)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith(f"Most similar to {catalog.name(0)}\n\n")
    made = json.loads(
        run("similar", catalog.name(0), "-k", "4", "--model", club.model, "--json").stdout
    )
    assert made["item_id"] == catalog.items.id(0)
    assert [one["rank"] for one in made["items"]] == [1, 2, 3, 4]
    assert catalog.items.id(0) not in {one["item_id"] for one in made["items"]}


def test_data_info_of_a_table(club):
    about = json.loads(run("data", "info", club.ratings, "--json").stdout)
    movies = made_up_movies()
    assert (about["users"], about["ratings"], about["feedback"]) == (
        120,
        movies.n_ratings,
        "explicit",
    )
    assert about["density"] == pytest.approx(movies.n_ratings / (120 * about["items"]))
    assert about["first_date"].startswith("1997-11-")
    text = run("data", "info", club.ratings).stdout
    assert re.search(r"^scale +1 to 5 in steps of 1, liked from 4$", text, re.MULTILINE)


def test_a_second_call_on_the_same_data_uses_the_cache(club, tmp_path):
    args = (
        "recommend",
        "--data",
        club.ratings,
        "--settings",
        club.settings,
        "--user",
        "1",
        "-k",
        "2",
        "--json",
    )
    first = json.loads(run(*args).stdout)
    artifacts = [path for path in (tmp_path / "cache").rglob("manifest.json")]
    assert len(artifacts) == 1
    made = artifacts[0].stat().st_mtime_ns
    second = json.loads(run(*args).stdout)
    assert artifacts[0].stat().st_mtime_ns == made
    assert [one["item_id"] for one in second["items"]] == [one["item_id"] for one in first["items"]]


def test_the_installed_program_streams_plain_text_into_a_pipe(club):
    command = [*MAIN, "recommend", "--user", "1"]
    environment = {**os.environ, "COLUMNS": "40", "TERM": "xterm-256color"}
    done = subprocess.run(
        [*command, "--model", str(club.model), "-k", "2"],
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout
        == asked(club, "--user", "1", "-k", "2").stdout.rpartition("\nwritten")[0]
        + "\nwritten"
        + (done.stdout.rpartition("\nwritten")[2])
    )
