"""Ratings on top of ratings, held against a reading of all rows at once."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from recsys_rag.data._assemble import from_indices
from recsys_rag.data._joined import joined
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError
from recsys_rag.testing.datasets import plain_catalog

STARS = RatingScale(1, 5)
Row = tuple[str, int, float, int]  # user, item, rating, second


def table(rows: Sequence[Row], *, timed: bool = True, **options: Any) -> Dataset:
    """The dataset of these rows, over a catalog of four items; a later row of a pair counts."""
    users = Vocabulary(tuple(dict.fromkeys(user for user, *_ in rows)))
    options = {"scale": STARS, "repeats": "latest", **options}
    return from_indices(
        options.pop("name", "club"),
        users,
        users.indices([user for user, *_ in rows]),
        np.array([item for _, item, *_ in rows]),
        None if options["scale"] is None else np.array([rating for *_, rating, _ in rows]),
        plain_catalog(options.pop("n_items", 4)),
        timestamps=np.array([second for *_, second in rows]) if timed else None,
        **options,
    )[0]


def told(dataset: Dataset) -> set[tuple[str, str, float, int | None]]:
    ratings = dataset.interactions.tocoo()
    times = [None] * dataset.n_ratings if dataset.timestamps is None else dataset.timestamps
    return {
        (dataset.users.id(user), dataset.items.id(item), float(rating), when and int(when))
        for user, item, rating, when in zip(*ratings.coords, ratings.data, times, strict=True)
    }


BEFORE: list[Row] = [("ann", 0, 4, 10), ("ann", 1, 2, 30), ("bob", 1, 5, 20)]
NEW: list[Row] = [("bob", 2, 3, 40), ("cid", 0, 1, 41), ("ann", 0, 5, 42)]


def test_it_is_what_a_reading_of_all_rows_gives() -> None:
    both = joined(table(BEFORE), table(NEW))
    whole = table([*BEFORE, *NEW])
    assert told(both) == told(whole)
    assert both.users.ids == ("ann", "bob", "cid")
    assert (both.scale, both.name, both.content_hash) == (STARS, "club", whole.content_hash)


def test_of_a_pair_that_is_in_both_the_latest_counts_whoever_brings_it() -> None:
    older = joined(table(BEFORE), table([("ann", 1, 5, 29)]))
    assert ("ann", "i1", 2.0, 30) in told(older)
    newer = joined(table(BEFORE), table([("ann", 1, 5, 31)]))
    assert ("ann", "i1", 5.0, 31) in told(newer)
    untimed = joined(table(BEFORE, timed=False), table([("ann", 1, 5, 0)], timed=False))
    assert ("ann", "i1", 5.0, None) in told(untimed)


def test_new_items_come_behind_and_what_was_known_of_people_stays() -> None:
    before = table(BEFORE, user_fields={"city": {"ann": "Ghent", "bob": "Bonn"}})
    both = joined(before, table([("cid", 5, 3, 50)], n_items=6))
    assert both.items.ids == ("i0", "i1", "i2", "i3", "i4", "i5")
    assert ("cid", "i5", 3.0, 50) in told(both)
    assert both.user_fields == {"city": ("Ghent", "Bonn", "")}


def test_ratings_of_another_scale_are_refused() -> None:
    ten = table([("cid", 0, 9, 50)], scale=RatingScale(1, 10), name="mine")
    with pytest.raises(DataError, match=r"mine: the saved ratings are 1 to 5, these are 1 to 10;"):
        joined(table(BEFORE), ten)
    with pytest.raises(DataError, match="the saved ratings are 1 to 5, these are likes;"):
        joined(table(BEFORE), table(NEW, scale=None))


@pytest.mark.parametrize(
    ("before", "new", "who"), [(True, False, "the saved ratings"), (False, True, "these")]
)
def test_times_on_one_side_alone_are_refused(before: bool, new: bool, who: str) -> None:
    with pytest.raises(DataError, match=rf"club: only {who} have times; give both times"):
        joined(table(BEFORE, timed=before), table(NEW, timed=new))


def test_likes_go_on_likes_but_what_was_chosen_again_cannot_be_told() -> None:
    likes = table(BEFORE, scale=None)
    both = joined(likes, table([("cid", 3, 1, 50)], scale=None))
    assert told(both) == {*told(likes), ("cid", "i3", 1.0, 50)}
    with pytest.raises(DataError, match="1 of its choices are in the saved data already"):
        joined(likes, table([("ann", 0, 1, 50), ("cid", 3, 1, 50)], scale=None))


def test_counted_events_cannot_be_added_to_or_added() -> None:
    counted = table([("ann", 0, 1, 1), ("ann", 0, 1, 2), ("ann", 1, 1, 3)], scale=None)
    assert counted.interactions.data.min() < 1
    likes = table([("bob", 2, 1, 4)], scale=None)
    for before, new in ((counted, likes), (likes, counted)):
        with pytest.raises(DataError, match="counted events weigh by the median of all"):
            joined(before, new)
