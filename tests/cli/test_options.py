from pathlib import Path

import click
import pytest

from recsys_rag.cli.options import history_of, rated, source_of


@pytest.mark.parametrize(
    ("value", "title", "rating"),
    [
        ("Fargo", "Fargo", None),
        ("Pulp Fiction:5", "Pulp Fiction", 5.0),
        ("Pulp Fiction: 3.5 ", "Pulp Fiction", 3.5),
        ("Star Wars: Episode IV", "Star Wars: Episode IV", None),
        ("Star Wars: Episode IV:4", "Star Wars: Episode IV", 4.0),
        ("2001: A Space Odyssey", "2001: A Space Odyssey", None),
        ("Fargo:-1", "Fargo", -1.0),
        ("Fargo:nan", "Fargo:nan", None),
        ("Fargo:1e9", "Fargo:1e9", None),
        (":5", ":5", None),
        ("127", "127", None),
    ],
)
def test_only_a_number_after_the_last_colon_is_a_rating(value, title, rating):
    assert rated(value) == (title, rating)


def test_a_title_named_twice_is_refused():
    with pytest.raises(click.UsageError, match="--likes names 'Fargo' twice"):
        history_of(["Fargo", "Fargo:3"], 5.0)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"model": Path("m"), "data": "ml-100k"}, "--model and --data exclude each other"),
        (
            {"model": Path("m"), "metadata": Path("x.csv")},
            "--model and --metadata exclude each other",
        ),
        ({"model": Path("m"), "preset": "seed"}, "--model and --preset exclude each other"),
        (
            {"settings": Path("s.toml"), "preset": "seed"},
            "--settings and --preset exclude each other",
        ),
    ],
)
def test_options_that_contradict_one_another_are_refused(options, told):
    with pytest.raises(click.UsageError, match=told):
        source_of(**options)
