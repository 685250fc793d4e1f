"""What is asked for in comparison with an example."""

from dataclasses import replace

import numpy as np
import pytest

from noted import noted_movies
from recsys_rag.types import Understanding
from recsys_rag.understand._understander import Understander

_FILMS = noted_movies().catalog
_SERIES: tuple[tuple[str, ...], ...] = (("Harbor",), ("Harbor",), ("Lone",))
CATALOG = replace(
    _FILMS,
    years=np.array([1958, 1994, 1980, *_FILMS.years[3:]], np.int32),
    runtimes=np.array([100, 120, 90, *_FILMS.runtimes[3:]], np.int32),
    attributes={
        **_FILMS.attributes,
        "violence": np.array([2.0, 2.0, np.nan, *[1.0] * (len(_FILMS) - 3)]),
        "series": (*_SERIES, *((),) * (len(_FILMS) - 3)),
    },
)
READER = Understander(CATALOG)
TITLE = "The Glass Harbor (1958)"


def read(change: str) -> Understanding:
    understood = READER.understand(f"like {TITLE} {change}")
    assert understood.like_items == (0,)
    return understood


def test_less_and_more_are_counted_from_the_example() -> None:
    assert read("but less violent").levels == (("violence", 0, 1),)
    assert read("but more violent").levels == (("violence", 3, 3),)
    assert read("but shorter").max_runtime == 85
    assert read("but longer").min_runtime == 118
    assert read("but newer").years == (1961, 2005)


def test_what_is_not_known_of_the_example_is_taken_for_the_middle() -> None:
    understood = READER.understand(f"like {CATALOG.name(2)} but less violent")
    assert understood.levels == (("violence", 0, 1),)


def test_moods_are_wanted_and_refused() -> None:
    assert "bleak" in dict(read("but darker").traits)["moods"]
    assert dict(read("but more grown up").excluded_traits)["moods"] == ("for families",)


@pytest.mark.parametrize("change", ["but funny", "only funny", "but less violent"])
def test_the_series_of_an_example_that_is_to_be_other_is_left_out(change: str) -> None:
    understood = read(change)
    assert ("series", ("Harbor",)) in understood.excluded_traits
    # it is a reading of its own, and can be taken back
    part = Understanding(excluded_traits=(("series", ("Harbor",)),))
    assert part in [reading.part for reading in understood.readings]


@pytest.mark.parametrize("wish", [f"like {TITLE}", f"a drama, I liked {TITLE}"])
def test_the_series_of_an_example_alone_is_not_left_out(wish: str) -> None:
    assert "series" not in dict(READER.understand(wish).excluded_traits)


def test_a_series_of_the_example_alone_is_not_told() -> None:
    understood = READER.understand(f"like {CATALOG.name(2)} but funny")
    assert "series" not in dict(understood.excluded_traits)


def test_nothing_is_compared_without_an_example() -> None:
    assert READER.understand("something shorter").max_runtime is None


def test_what_was_too_much_of_a_film_is_to_be_less() -> None:
    understood = READER.understand(f"I've seen {TITLE} and it was too much for me")
    assert understood.unlike_items == (0,)
    assert ("violence", 0, 1) in understood.levels
    loved = READER.understand(f"loved {TITLE}, too violent for my mother")
    assert "violence" not in {name for name, *_ in loved.levels}
