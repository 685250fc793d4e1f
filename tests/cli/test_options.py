import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

import recsys_rag
from recsys_rag._cli.failures import in_options
from recsys_rag._cli.main import program
from recsys_rag._cli.options import history_of, rated, source_of
from recsys_rag._cli.table_options import table_options
from recsys_rag.data._readers.options import Options


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


def commands(command: click.Command, *path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield every command of the program, with what is typed to call it."""
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            inner = command.get_command(click.Context(command), name)
            assert inner is not None
            yield from commands(inner, *path, name)
    else:
        yield " ".join(path), command


def options_of(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts}


ALL = dict(commands(program))
FITTING = {path: command for path, command in ALL.items() if "--ratings" in options_of(command)}
OF_TABLES = options_of(click.command(table_options(lambda: None))) - {"--help"}


def test_each_command_that_takes_data_takes_it_as_a_table_too() -> None:
    taking_data = {path for path, command in ALL.items() if "--data" in options_of(command)}
    asked = ["fit", "evaluate", "evaluate-text", "tune", "gate", "finetune writer", "recommend"]
    assert taking_data | {"data info"} == FITTING.keys()
    assert FITTING.keys() >= {*asked, "data info", "similar", "together", "serve", "chat", "import"}


@pytest.mark.parametrize("path", FITTING)
def test_every_command_that_opens_data_takes_the_options_of_ones_own_tables(path: str) -> None:
    assert options_of(FITTING[path]) >= OF_TABLES | {"--metadata"}


def test_what_the_command_line_can_say_of_tables_the_library_can_and_the_other_way_round() -> None:
    said = {name.removeprefix("--").replace("-", "_") for name in OF_TABLES} | {"metadata"}
    by_none = {"implicit": "rating_column", "no_timestamps": "timestamp_column"}
    of_the_call = {"ratings", "items"}
    known = {field.name for field in fields(Options)}
    assert {by_none.get(name, name) for name in said} - of_the_call == known


READERS = Path(recsys_rag.__file__).parent / "data"
ADVICE = re.compile(
    r"(?<![\w'-])(?:\w+_column|skip_limit)\b|"
    rf"\b(?:{'|'.join(field.name for field in fields(Options))})=(?=\S)"
)


def messages() -> Iterator[str]:
    """Yield every text in the readers that names an option of the library as a caller writes it."""
    for path in READERS.rglob("*.py"):
        tree = ast.parse(path.read_text())
        documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
        for node in ast.walk(tree):
            if isinstance(node, documented) and ast.get_docstring(node) is not None:
                node.body.pop(0)
        for node in ast.walk(tree):
            text = ""
            if isinstance(node, ast.JoinedStr):
                of_text = (getattr(part, "value", "") for part in node.values)
                parts = (part if isinstance(part, str) else "item" for part in of_text)
                text = "".join(map(str, parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
            if " " in text and ADVICE.search(text):
                yield text


@pytest.mark.parametrize("message", sorted(set(messages())))
def test_advice_names_options_that_each_command_has(message: str) -> None:
    told = in_options(message)
    advised = set(re.findall(r"--[a-z][a-z-]*[a-z]", told))
    assert advised
    assert not ADVICE.search(told), told
    for command in FITTING.values():
        assert advised - {"--"} <= options_of(command)


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
