"""How long a film may be, as it is said: forms of bounds, and numbers that are no runtime."""

import pytest

from recsys_rag.understand._runtime_words import claim_ages, claim_all, joined
from recsys_rag.understand._tokens import Words


def _bounds(text: str) -> tuple[int | None, int | None]:
    return joined(claim_all(Words(text)))


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        # at most
        ("under two hours", None, 120),
        ("below 90 min", None, 90),
        ("< 90 minutes", None, 90),
        ("<= 2h", None, 120),
        ("less than an hour and a half", None, 90),
        ("shorter than 2 hrs", None, 120),
        ("at most 100 minutes", None, 100),
        ("max 100 min", None, 100),
        ("within 1h45", None, 105),
        ("up to 1h45m", None, 105),
        ("no more than 2 hours", None, 120),
        ("not longer than 2 hours", None, 120),
        ("100 minutes or less", None, 100),
        ("two hours tops", None, 120),
        ("90 minutes long at most", None, 90),
        ("1.5 hours or shorter", None, 90),
        ("two hours and a quarter or less", None, 135),
        ("an hour and a quarter at most", None, 75),
        ("hour and three quarters max", None, 105),
        ("half an hour at most", None, 30),
        ("under 2 hours and 10 minutes", None, 130),
        ("under 2 hours 10 min", None, 130),
        # at least
        ("over two hours", 120, None),
        ("above 90 minutes", 90, None),
        ("> 2h", 120, None),
        ("more than 3 hours", 180, None),
        ("at least 2h30", 150, None),
        ("upwards of three hours", 180, None),
        ("no shorter than 90 minutes", 90, None),
        ("no less than 90 minutes", 90, None),
        ("90 minutes or more", 90, None),
        ("two hours or longer", 120, None),
        ("90+ minutes", 90, None),
        ("2h+", 120, None),
        # between
        ("between 1 and 2 hours", 60, 120),
        ("between one and two hours", 60, 120),
        ("from 90 to 120 minutes", 90, 120),
        ("1h30 to 2h", 90, 120),
        ("90-120 minutes", 90, 120),
        ("90 - 120 minutes", 90, 120),
        ("between 2 hours and 90 minutes", 90, 120),
        ("over 90 minutes but under 2 hours", 90, 120),
        ("under 3 hours, under 2 hours", None, 120),
        ("over 1 hour, over 2 hours", 120, None),
        # about
        ("about 100 minutes", 85, 115),
        ("roughly two hours", 105, 135),
        ("90 minutes", 75, 105),
        ("around 90 minutes long", 75, 105),
        # said of a length that was named before
        ("I have 85 minutes, so shorter than that", None, 85),
        ("I have 2 hours; longer than that", 120, None),
        ("I have 2 hours, within that", None, 120),
    ],
)
def test_a_bound_on_the_runtime_is_read_as_it_is_said(
    text: str, least: int | None, most: int | None
) -> None:
    assert _bounds(text) == (least, most)


@pytest.mark.parametrize(
    "text",
    ["", "12 angry men", "the 39 steps", "h", "2 people", "90", "from 9 to 5", "minutes", "hours"],
)
def test_numbers_and_units_alone_are_no_runtime(text: str) -> None:
    words = Words(text)
    assert claim_all(words) == []
    assert not any(words.claimed)


@pytest.mark.parametrize("text", ["over 24 hours", "9 minutes or less", "at least 11 hours"])
def test_a_length_that_no_film_has_is_found_without_bounds(text: str) -> None:
    (find,) = claim_all(Words(text))
    assert (find.least, find.most) == (None, None)


@pytest.mark.parametrize(("text", "least"), [("over 10 minutes", 10), ("over 10 hours", 600)])
def test_lengths_at_the_ends_of_what_is_plausible_are_served(text: str, least: int) -> None:
    assert _bounds(text) == (least, None)


def test_bounds_are_found_left_to_right_with_the_words_that_say_them() -> None:
    words = Words("films over 90 minutes, preferably under two hours long, please")
    finds = claim_all(words)
    assert [words.raw(find.start, find.stop) for find in finds] == [
        "over 90 minutes",
        "under two hours long",
    ]
    said = [word for i, word in enumerate(words.tokens) if words.claimed[i]]
    assert " ".join(token.word for token in said) == "over 90 minutes under two hours long"


def test_no_bounds_leave_both_ends_open() -> None:
    assert joined([]) == (None, None)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("something long", 140, None),
        ("a long film", 140, None),
        ("short comedies", None, 90),
        ("something quick", None, 90),
        ("a quick question", None, None),
        ("short and silly", None, 90),
        ("not too long", 120, None),  # refused: no longer than that
        ("not so long", 120, None),
        ("so long", None, None),
        ("a long lost brother", None, None),
        ("how long", None, None),
        ("in the short run", None, None),
    ],
)
def test_long_and_short_are_bounds_where_they_are_said_of_films(
    text: str, least: int | None, most: int | None
) -> None:
    words = Words(text)
    words.negated = [text.startswith("not")] * len(words)
    finds = list(claim_ages(words, lambda words, position: words.word(position) == "comedies", []))
    assert joined(finds) == (least, most)


def test_where_minutes_are_said_they_are_meant() -> None:
    words = Words("two short films, 100 minutes at most")
    said = claim_all(words)
    assert list(claim_ages(words, lambda words, position: False, said)) == []
    assert words.claimed[1]
