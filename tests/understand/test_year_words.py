"""Which years a text asks for: forms of spans and refusals, and words that only look like years."""

import numpy as np
import pytest

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.understand._understander import Understander

_YEARS = range(1920, 2006)  # one item a year: what is allowed is what was asked for
_CATALOG = Catalog(
    Vocabulary(tuple(map(str, _YEARS))),
    tuple(f"Xq{year - 1000}" for year in _YEARS),  # no title that a text could name
    np.array(_YEARS, np.int32),
    (("Comedy",),) * len(_YEARS),
)
_UNDERSTANDER = Understander(_CATALOG)
_FIRST, _LAST = _YEARS[0], _YEARS[-1]


def _span(first: int, last: int) -> set[int]:
    return set(range(first, last + 1))


def _allowed(text: str) -> set[int]:
    allowed = _UNDERSTANDER.allowed(_UNDERSTANDER.understand(text))
    return {year for year, fits in zip(_YEARS, allowed, strict=True) if fits}


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        # a year, a decade, a part of one
        ("in 1994", 1994, 1994),
        ("the year 1994", 1994, 1994),
        ("from '94", 1994, 1994),
        ("comedies of ’94", 1994, 1994),
        ("comedies of ‘94", 1994, 1994),  # as word processors quote
        ("from 94", 1994, 1994),
        ("nineteen ninety-four", 1994, 1994),
        ("nineteen sixty", 1960, 1960),
        ("the 90s", 1990, 1999),
        ("the '90s", 1990, 1999),
        ("90's comedies", 1990, 1999),
        ("1990's comedies", 1990, 1999),
        ("the nineties", 1990, 1999),
        ("nineteen-eighties comedies", 1980, 1989),
        ("the noughties", 2000, _LAST),
        ("early 90s", 1990, 1993),
        ("the beginning of the 90s", 1990, 1993),
        ("the first half of the 90s", 1990, 1994),
        ("mid-nineties", 1994, 1996),
        ("mid to late 80s", 1984, 1989),
        ("second half of the eighties", 1985, 1989),
        ("the end of the 80s", 1987, 1989),
        ("late 80s and early 90s", 1987, 1993),
        ("around 1990", 1988, 1992),
        ("1990 or so", 1988, 1992),
        ("1990-ish", 1988, 1992),
        ("from 84 or 85", 1984, 1985),
        # from a year on
        ("from 95 onwards", 1995, _LAST),
        ("95 and later", 1995, _LAST),
        ("since 1990", 1990, _LAST),
        ("in or after 1990", 1990, _LAST),
        ("on or after 1990", 1990, _LAST),
        ("from 1990 on", 1990, _LAST),
        ("from 1990 onwards", 1990, _LAST),
        ("1990 or later", 1990, _LAST),
        ("1990 and newer", 1990, _LAST),
        ("1990 or more recent", 1990, _LAST),
        ("1990+", 1990, _LAST),
        ("90s+", 1990, _LAST),
        (">= 1990", 1990, _LAST),
        ("≥1990", 1990, _LAST),
        ("at least 1990", 1990, _LAST),
        ("1990 at the earliest", 1990, _LAST),
        ("1990 to the present", 1990, _LAST),
        ("no older than 1990", 1990, _LAST),
        ("not before 1990", 1990, _LAST),
        ("no earlier than the 90s", 1990, _LAST),
        ("nothing before 1990", 1990, _LAST),
        ("nothing older than 1990", 1990, _LAST),
        ("starting in 1990", 1990, _LAST),
        ("since '90", 1990, _LAST),
        ("the nineties and later", 1990, _LAST),
        ("1990 +", 1990, _LAST),
        ("at the earliest 1990", 1990, _LAST),
        ("starting 1990", 1990, _LAST),
        ("beginning in 1990", 1990, _LAST),
        ("dating back to 1990", 1990, _LAST),
        # after a year
        ("after 1990", 1991, _LAST),
        ("> 1990", 1991, _LAST),
        ("newer than 1990", 1991, _LAST),
        ("post-1990", 1991, _LAST),
        ("after the 80s", 1990, _LAST),
        ("more recent than the eighties", 1990, _LAST),
        # up to a year
        ("until 1990", _FIRST, 1990),
        ("in or before 1990", _FIRST, 1990),
        ("up to and including 1990", _FIRST, 1990),
        ("1990 or earlier", _FIRST, 1990),
        ("<= 1990", _FIRST, 1990),
        ("at most 1990", _FIRST, 1990),
        ("1990 at the latest", _FIRST, 1990),
        ("no later than 1990", _FIRST, 1990),
        ("not after 1990", _FIRST, 1990),
        ("nothing newer than 1990", _FIRST, 1990),
        ("70s and older", _FIRST, 1979),
        ("at the latest 1990", _FIRST, 1990),
        ("by 1990", _FIRST, 1990),
        # before a year
        ("before 1990", _FIRST, 1989),
        ("< 1990", _FIRST, 1989),
        ("less than 1990", _FIRST, 1989),
        ("pre-1990", _FIRST, 1989),
        ("prior to the 80s", _FIRST, 1979),
        ("older than the seventies", _FIRST, 1969),
        ("pre-war", _FIRST, 1938),
        # between two
        ("between 1970 and 1985", 1970, 1985),
        ("1970–1985", 1970, 1985),
        ("1970-85", 1970, 1985),
        ("between '70 and '85", 1970, 1985),
        ("1970 - 1985", 1970, 1985),
        ("1970 – '85", 1970, 1985),
        ("1970..1985", 1970, 1985),
        ("1970…1985", 1970, 1985),
        ("70s - 80s", 1970, 1989),
        ("from the 60s to the 80s", 1960, 1989),
        ("1960s through the early 80s", 1960, 1983),
        (">=1970 and <1986", 1970, 1985),
        ("after 1969, before 1986", 1970, 1985),
        ("no older than 1970 and no later than 1985", 1970, 1985),
        # measured from the newest
        ("the last five years", 2001, 2005),
        ("the past 10 years", 1996, 2005),
        ("within the last two decades", 1986, 2005),
        ("the last decade", 1996, 2005),
        ("the last couple of years", 2004, 2005),
        ("this century", 2001, 2005),
    ],
)
def test_a_span_of_years_is_read_as_it_is_said(text: str, first: int, last: int) -> None:
    assert _allowed(text) == _span(first, last)
    assert not _UNDERSTANDER.understand(text).text


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("not from the 80s", _span(1980, 1989)),
        ("no 80s comedies", _span(1980, 1989)),
        ("nothing from the eighties", _span(1980, 1989)),
        ("I don't want anything from the 80s", _span(1980, 1989)),
        ("anything but the 80s", _span(1980, 1989)),
        ("comedies except from 1985", {1985}),
        ("not from the 70s or 80s", _span(1970, 1989)),
        ("not from the 60s or from the 80s", _span(1960, 1969) | _span(1980, 1989)),
        ("neither from the 70s nor from the 80s", _span(1970, 1989)),
        ("neither the 60s nor the 80s", _span(1960, 1969) | _span(1980, 1989)),
        ("not from the 60s, 70s or 90s", _span(1960, 1979) | _span(1990, 1999)),
        ("no 60s, 70s or 80s films", _span(1960, 1989)),
        ("comedies without the 80s and 90s", _span(1980, 1999)),
        ("not the last five years", _span(2001, 2005)),
        ("outside the 80s", _span(1980, 1989)),
        ("!= 1990", {1990}),
        ("≠1990", {1990}),
        ("with the exception of the 80s", _span(1980, 1989)),
        ("neither before 1980 nor after 1990", set(_YEARS) - _span(1980, 1990)),
        ("neither the early 80s nor 1990", {*_span(1980, 1983), 1990}),
    ],
)
def test_refused_years_are_left_out_and_all_others_stay(text: str, refused: set[int]) -> None:
    assert _allowed(text) == _span(_FIRST, _LAST) - refused


@pytest.mark.parametrize(
    "text",
    [
        "Blade Runner 2049",
        "Oppenheimer (2023)",
        "set in the 60s",
        "a story about the 80s",
        "a man in his forties",
        "women in their 50s",
        "the class of 1984",
        "the 39 steps",
        "1001 nights",
        "12 jurors",
        "room 101",
        "an army of 20000",
        "for a child under 10 years old",
        "the war",
        "the last samurai",
        "twenty questions",
        "24 hours in a city",
        "the past of a detective",
        "route 66",
    ],
)
def test_words_that_only_look_like_years_are_searched_for(text: str) -> None:
    understood = _UNDERSTANDER.understand(text)
    assert (understood.years, understood.excluded_years, understood.either) == (None, None, ())
    assert understood.text or understood.not_understood


def test_two_digits_mean_the_latest_decade_that_the_catalog_reaches() -> None:
    assert _UNDERSTANDER.understand("the 20s").years == (1920, 1929)
    newer = Understander(
        Catalog(Vocabulary(("a",)), ("Xq",), np.array([2024], np.int32), (("Comedy",),))
    )
    assert newer.understand("the 20s").years == (2020, 2029)
    assert newer.understand("from '31").years == (1931, 1931)


def test_a_catalog_without_years_is_measured_by_the_last_hundred() -> None:
    plain = Understander(
        Catalog(Vocabulary(("a",)), ("Xq",), np.array([0], np.int32), (("Comedy",),))
    )
    assert plain.understand("before 1950").years == (1900, 1949)
    assert plain.understand("the last decade").years == (2020, 2029)
