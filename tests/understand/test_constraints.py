"""Which items fit what was understood: strictly, and as a share."""

import numpy as np
import pytest

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.types import Understanding
from recsys_rag.understand._understander import Understander

_CATALOG = Catalog(
    Vocabulary(tuple("abcd")),
    ("A", "B", "C", "D"),
    np.array([1980, 1990, 0, 1999], np.int32),
    (("Comedy", "Crime"), ("Comedy",), ("Drama",), ()),
    metadata={
        "director": (("Ann",), ("Bo",), ("Ann",), ()),
        "actors": (("Bo",), ("Ann",), (), ("Bo", "Cy")),
    },
    runtimes=np.array([90, 120, 0, 121], np.int32),
)
_UNDERSTANDER = Understander(_CATALOG)


@pytest.mark.parametrize(
    ("understood", "items"),
    [
        (Understanding(), "abcd"),
        (Understanding(genres=("Comedy",)), "ab"),
        (Understanding(genres=("Comedy", "Crime")), "a"),
        (Understanding(genres=("Crime", "Drama"), any_genre=True), "ac"),
        (Understanding(excluded_genres=("Crime", "Drama")), "bd"),
        (Understanding(years=(1980, 1990)), "ab"),  # both ends; an unknown year does not fit
        (Understanding(years=(1981, 1989)), ""),
        (Understanding(excluded_years=(1980, 1990)), "cd"),
        (Understanding(people=("Ann",)), "abc"),
        (Understanding(people=("Ann",), roles=(("Ann", "director"),)), "ac"),
        (Understanding(people=("Ann",), roles=(("Ann", "actors"),)), "b"),
        (Understanding(people=("Ann",), roles=(("Ann", "actors"), ("Ann", "director"))), ""),
        (Understanding(people=("Ann", "Bo")), "ab"),
        (Understanding(people=("Ann", "Cy"), any_person=True), "abcd"),
        (Understanding(people=("Ann", "Cy"), any_person=True, roles=(("Ann", "actors"),)), "bd"),
        (Understanding(excluded_people=("Ann",)), "d"),
        (Understanding(people=("Nobody",)), ""),
        (Understanding(max_runtime=120), "ab"),  # the bound fits; an unknown runtime does not
        (Understanding(max_runtime=89), ""),
        (Understanding(min_runtime=120), "bd"),
        (Understanding(unlike_items=(1, 3)), "ac"),
        (Understanding(like_items=(1,), popularity=1, text="x"), "abcd"),
        (
            Understanding(
                either=(Understanding(genres=("Drama",)), Understanding(years=(1999, 1999)))
            ),
            "cd",
        ),
        (Understanding(neither=(Understanding(genres=("Comedy",), years=(1980, 1989)),)), "bcd"),
    ],
)
def test_allowed_are_the_items_that_fit_all_of_it(understood: Understanding, items: str) -> None:
    allowed = _UNDERSTANDER.allowed(understood)
    assert "".join(_CATALOG.items.id(int(item)) for item in np.flatnonzero(allowed)) == items


@pytest.mark.parametrize(
    ("understood", "shares"),
    [
        (Understanding(), [0, 0, 0, 0]),
        (Understanding(text="x", popularity=1), [0, 0, 0, 0]),
        (Understanding(genres=("Comedy", "Crime")), [1, 1 / 2, 0, 0]),
        (Understanding(genres=("Crime", "Drama"), any_genre=True), [1, 0, 1, 0]),
        (Understanding(genres=("Comedy",), years=(1990, 1999)), [1 / 2, 1, 0, 1 / 2]),
        (Understanding(genres=("Comedy",), excluded_people=("Ann",)), [1 / 2, 1 / 2, 0, 1 / 2]),
        (Understanding(genres=("Comedy",), min_runtime=100, max_runtime=120), [2 / 3, 1, 0, 1 / 3]),
        (Understanding(unlike_items=(0,)), [0, 1, 1, 1]),
    ],
)
def test_a_preference_is_the_share_of_what_was_said_that_an_item_fits(
    understood: Understanding, shares: list[float]
) -> None:
    np.testing.assert_allclose(_UNDERSTANDER.preference(understood), shares, rtol=1e-6)
