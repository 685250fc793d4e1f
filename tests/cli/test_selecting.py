"""The options of `recommend` that say what may be in the list, from the words on the command line
to the list."""

import json

import click
import pytest

from cli.running import run
from recsys_rag._cli.recommend import _filters_of, _span
from recsys_rag.types import Filters

NONE = {"genre": (), "not_genre": (), "years": None, "only": (), "where": ()}


def filters(**given):
    return _filters_of(**{**NONE, **given})


def test_no_option_is_no_filter():
    assert filters() == Filters()


def test_every_option_is_a_field():
    assert filters(
        genre=("Crime",), not_genre=("Horror",), years=":1999", where=("director=Orla Venn",)
    ) == Filters(("Crime",), ("Horror",), (None, 1999), (), {"director": ("Orla Venn",)})


def test_values_of_one_column_stand_side_by_side():
    assert filters(where=("director = Orla Venn", "director=Kit=Osei", "country=FR")).where == {
        "director": ("Orla Venn", "Kit=Osei"),
        "country": ("FR",),
    }


def test_commas_separate_ids_but_not_the_words_of_a_title():
    assert filters(only=("1,50,242", "Godfather, The", "20,000 Leagues Under the Sea")).only == (
        *("1", "50", "242"),
        "Godfather, The",
        "20,000 Leagues Under the Sea",
    )


def test_a_file_names_items_a_line(tmp_path):
    file = tmp_path / "films.txt"
    file.write_text("Café Morvane\n\n 50 \nGodfather, The\n", encoding="utf-8-sig")
    assert filters(only=(str(file), "7")).only == ("Café Morvane", "50", "Godfather, The", "7")


def test_a_file_that_names_nothing_or_is_no_text_is_refused(tmp_path):
    (tmp_path / "empty.txt").write_text("\n \n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(
        click.UsageError,
        match=r"empty\.txt: the file names no item; write one id or title per line",
    ):
        filters(only=(str(tmp_path / "empty.txt"),))
    with pytest.raises(click.UsageError, match="binary cannot be read as text in UTF-8"):
        filters(only=(str(tmp_path / "binary"),))


@pytest.mark.parametrize("value", ["", ":", "nineties", "1990-1999", "1990:1995:1999", "19900"])
def test_what_is_no_span_of_years_is_refused(value):
    with pytest.raises(
        click.UsageError, match=r"is not a span of years; write 1990:1999, 1990:, :1999 or 1994"
    ):
        _span(value)


@pytest.mark.parametrize("value", ["=Orla Venn", "director=", "", "!", "<3"])
def test_where_without_column_or_value_is_refused(value):
    with pytest.raises(click.UsageError, match="is not of the form COLUMN=VALUE"):
        filters(where=(value,))


def test_the_list_and_the_json_are_as_asked(club):
    asked = (
        "--genre",
        "comedy",
        "--not-genre",
        "crime",
        "--years",
        "1950:1999",
        "--diversity",
        0.4,
        "-k",
        3,
    )
    done = run("recommend", "--model", club.model, "--user", 3, *asked, "--no-explain", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert len(told["items"]) == 3
    for item in told["items"]:
        assert "Comedy" in item["genres"]
        assert "Crime" not in item["genres"]
        assert 1950 <= item["year"] <= 1999
    assert told["query"]["filters"] == {
        "genres": ["comedy"],
        "excluded_genres": ["crime"],
        "years": [1950, 1999],
        "only": [],
        "where": {},
    }
    assert told["query"]["strengths"] == {"diversity": 0.4}
    assert told["understood"] == [
        "genre: Comedy (filter)",
        "not: Crime (filter)",
        "years: 1950 to 1999 (filter)",
        "diversity 0.4",
    ]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--genre", "comdy"), "no genre 'comdy' in this catalog; closest: Comedy"),
        (("--where", "directer=x"), "no column 'directer' in this catalog; closest: "),
        (
            ("--genre", "western", "--years", "2010:"),
            r"0 fit 'years: from 2010', 0 fit all of it; drop one of the conditions",
        ),
        (("--diversity", "2"), "2.0 is not in the range 0<=x<=1"),
    ],
)
def test_what_cannot_be_is_an_error_of_one_line_in_the_terms_of_the_catalog(club, options, told):
    done = run("recommend", "--model", club.model, "--user", 3, "--no-explain", *options)
    assert done.exit_code == 2
    assert told in " ".join(done.stderr.split())
