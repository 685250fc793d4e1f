from pathlib import Path

import click
import pytest

from recsys_rag._cli.main import program
from recsys_rag._cli.options import history_of, rated, source_of


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
        history_of(["Fargo", "Fargo:3"])


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


TABLES = {"--ratings", "--items", "--user-column", "--implicit", "--scale", "--noun", "--separator"}


@pytest.mark.parametrize(
    "path", [["fit"], ["tune"], ["evaluate"], ["gate"], ["finetune", "writer"], ["data", "info"]]
)
def test_every_command_that_opens_data_takes_the_options_of_ones_own_tables(path):
    command: click.Command = program
    for name in path:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None
        command = found
    assert {name for option in command.params for name in option.opts} >= TABLES


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"ratings": Path("r.csv"), "data": "ml-100k"}, "--ratings and --data exclude each other"),
        ({"user_column": "u"}, "--user-column describes your own table; give --ratings FILE"),
        ({"items": Path("i.csv"), "data": "ml-100k"}, "--items describes your own table"),
    ],
)
def test_options_of_tables_without_a_table_are_refused(options, told):
    with pytest.raises(click.UsageError, match=told):
        source_of(**options)


def test_items_alone_are_a_table_and_what_was_not_given_is_left_out():
    source = source_of(items=Path("i.csv"), implicit=False, noun=None)
    assert (source.ratings, source.table) == (None, {"items": Path("i.csv")})
