"""`recsys-rag together`."""

import json

from cli.running import run
from imports import samples
from recsys_rag.testing.datasets import made_up_movies

FIRST, SECOND = made_up_movies().users.ids[:2]


def test_two_people_have_one_list_with_a_reason_each(club):
    done = run("together", "--user", FIRST, "--user", SECOND, "--model", club.model, "-k", 2)
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"For {FIRST} and {SECOND} together")
    assert "mean " in done.output
    assert f"   {FIRST}: " in done.output
    assert "[1]" in done.output


def test_an_export_is_a_person_too(club, tmp_path):
    export = tmp_path / "letterboxd.zip"
    export.write_bytes(samples.zipped(samples.LETTERBOXD))
    done = run(
        *("together", "--user", FIRST, "--history", export, "--model", club.model),
        *("--json", "--no-explain", "--floor", 1),
    )
    assert done.exit_code == 0, done.output
    answer = json.loads(done.output)
    assert [person["name"] for person in answer["items"][0]["people"]] == [FIRST, "letterboxd.zip"]
    titles = {item["title"] for item in answer["items"]}
    assert not titles & {"Café Morvane", "Vandrell", "Bonewhistle"}  # seen by one of them


def test_one_person_is_no_group(club):
    done = run("together", "--user", FIRST, "--model", club.model)
    assert done.exit_code == 2
    assert "name two to ten people" in done.output
