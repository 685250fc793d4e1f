"""`recommend --users`: a line for each of many people, and a run that goes on where it ended."""

import json
import os
import resource
import subprocess
import sys

import pytest
from click.testing import CliRunner

from cli.running import MAIN, run
from recsys_rag._cli.main import program
from recsys_rag.types import Recommendation
from recsys_rag.wire import read


def many(club, *args: object, source: tuple[object, ...] = ()):
    return run("recommend", *(source or ("--model", club.model)), "--no-explain", *args)


def users_of(club) -> list[str]:
    rows = club.ratings.read_text().splitlines()[1:]
    return list(dict.fromkeys(row.split(",")[0] for row in rows))


@pytest.fixture(scope="module")
def crowd(tmp_path_factory, club):
    """A saved recommender for 600 people, which is more than one block."""
    folder = tmp_path_factory.mktemp("crowd")
    rows = club.ratings.read_text().splitlines()[1:]
    rated = [",".join(row.split(",")[1:3]) for row in rows]
    made = [f"p{n // 4},{rated[(7 * (n // 4) + n % 4) % len(rated)]}" for n in range(2400)]
    (folder / "ratings.csv").write_text("\n".join(["user,item,rating", *made]) + "\n")
    reading = ("--ratings", folder / "ratings.csv", "--items", club.items)
    out = ("--settings", club.settings, "--out", folder / "model")
    assert run("fit", *reading, *out).exit_code == 0
    return folder / "model"


def test_each_line_holds_the_list_that_the_person_gets_alone(club):
    people = users_of(club)
    lines = [json.loads(line) for line in many(club, "--users", "all", "-k", 4).stdout.splitlines()]
    assert sorted(line["query"]["user_id"] for line in lines) == sorted(people)
    for line in lines[:5]:
        alone = many(club, "--user", line["query"]["user_id"], "-k", 4, "--json").stdout
        kept = ("rank", "item_id", "title", "year", "genres")
        items = [{name: item[name] for name in kept} for item in json.loads(alone)["items"]]
        assert [{name: item[name] for name in kept} for item in line["items"]] == items


@pytest.mark.parametrize("explain", ["--explain", "--no-explain"])
def test_a_line_is_a_recommendation_that_can_be_read_back(club, explain):
    done = many(club, "--users", "all", "-k", 2, explain)
    for line in done.stdout.splitlines():
        recommendation = read(Recommendation, json.loads(line))
        assert len(recommendation.items) == 2
        assert all(
            bool(item.explanation) == (explain == "--explain") for item in recommendation.items
        )


def test_a_file_of_ids_is_taken_in_its_order_and_unknown_people_are_told(club, tmp_path):
    first, second = users_of(club)[:2]
    (tmp_path / "ids").write_text(f"{second}\nnobody\n\n{first}\n{second}\n")
    done = many(club, "--users", tmp_path / "ids", "-k", 1)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["query"]["user_id"], len(line["items"])) for line in lines] == [
        (second, 1),
        ("nobody", 0),
        (first, 1),
    ]
    assert "no user 'nobody'" in lines[1]["notes"][0]
    assert first not in lines[1]["notes"][0]
    assert "1 of 3 people are not in" in done.stderr
    assert done.exit_code == 0


def test_ids_are_read_from_stdin(club):
    args = ["recommend", "--model", str(club.model), "--no-explain", "--users", "-"]
    done = CliRunner().invoke(program, args, input=users_of(club)[0])
    assert len(done.stdout.splitlines()) == 1


def test_what_everybody_asks_for_holds_for_everybody(club):
    everyone = many(club, "--users", "all", "-k", 3, "--genre", "Drama").stdout.splitlines()
    assert all("Drama" in item["genres"] for line in everyone for item in json.loads(line)["items"])


def test_who_has_nothing_left_gets_a_line_that_says_so(club):
    done = many(club, "--users", "all", "--years", "1900")
    assert {json.loads(line)["notes"][0] for line in done.stdout.splitlines()} == {
        "no item is left to recommend"
    }


@pytest.mark.parametrize("explain", ["--explain", "--no-explain"])
def test_a_run_that_was_ended_goes_on_to_the_same_file(crowd, tmp_path, explain):
    ids = "all" if explain == "--no-explain" else tmp_path / "few"
    (tmp_path / "few").write_text("p1\np2\np3\np4\np5")
    command = ("recommend", "--model", crowd, "--users", ids, "-k", 3, explain, "--out")
    assert run(*command, tmp_path / "whole").exit_code == 0
    whole = (tmp_path / "whole").read_bytes()
    half = len(whole) * 3 // 4

    def full_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (half, half))

    torn = subprocess.run(
        [*MAIN, *map(str, command), tmp_path / "again"],
        preexec_fn=full_disk,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=False,
    )
    (part,) = tmp_path.glob("again.part-*")
    assert torn.returncode == 1
    assert part.stat().st_size == half  # in the middle of a line
    assert not (tmp_path / "again").exists()
    done = run(*command, tmp_path / "again")
    assert "Going on after" in done.stderr
    assert (tmp_path / "again").read_bytes() == whole
    assert not part.exists()


def test_what_another_question_began_is_not_gone_on_with(club, tmp_path):
    (tmp_path / "out.part-0123456789ab").write_text("of another question\n")
    assert many(club, "--users", "all", "-k", 3, "--out", tmp_path / "out").exit_code == 0
    assert "another" not in (tmp_path / "out").read_text()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--users", "all", "--user", "1"), "--users and --user exclude each other"),
        (("--users", "all", "--likes", "X"), "--users and --likes exclude each other"),
        (("--users", "all", "--json"), "--users writes JSON Lines, not json"),
        (("--users", "all", "--format", "text"), "--users writes JSON Lines, not text"),
        (("--user", "1", "--out", "x"), "--out belongs to --users"),
        (("--user", "1", "--json", "--format", "jsonl"), "exclude each other"),
        (("--users", "nowhere"), "--users nowhere cannot be read"),
        (("--users", os.devnull), "it names nobody"),
    ],
)
def test_what_contradicts_is_refused(club, args, message):
    done = many(club, *args)
    assert done.exit_code == 2
    assert message in done.stderr


def test_a_filter_that_cannot_be_leaves_no_file(club, tmp_path):
    done = many(club, "--users", "all", "--genre", "Nonsense", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "Nonsense" in done.stderr
    assert list(tmp_path.iterdir()) == [] or not list(tmp_path.glob("out*"))


def test_one_recommendation_fits_on_one_line(club):
    done = many(club, "--user", users_of(club)[0], "--format", "jsonl")
    assert len(done.stdout.splitlines()) == 1
    assert json.loads(done.stdout)["items"]
