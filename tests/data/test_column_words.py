import numpy as np
import pytest

from recsys_rag import Recommender
from recsys_rag.data._column_words import filters_in
from recsys_rag.data.dataset import Dataset
from recsys_rag.settings import from_mapping
from recsys_rag.types import Filters

SHOP = ("price", "in_stock", "min_players", "maxPlayers", "playing_time", "min_age", "weight")


@pytest.mark.parametrize(
    ("words", "where", "rest"),
    [
        ("games under 30 euros", {"price": ("<=30",)}, "games"),
        ("under $19.99 and in stock", {"price": ("<=19.99",), "in_stock": ("true",)}, ""),
        ("from 10 to 20 euros", {"price": ("10:20",)}, ""),
        ("between $10 and $20, dice", {"price": ("10:20",)}, "dice"),
        ("over 50 dollars", {"price": (">=50",)}, ""),
        ("for 4 players", {"min_players": ("<=4",), "maxPlayers": (">=4",)}, ""),
        ("2-4 players", {"min_players": ("<=2",), "maxPlayers": (">=4",)}, ""),
        ("a two-player game", {"min_players": ("<=2",), "maxPlayers": (">=2",)}, "a game"),
        ("up to 45 minutes", {"playing_time": ("<=45",)}, ""),
        ("at most an hour", {"playing_time": ("<=60",)}, ""),
        ("over 2 hours", {"playing_time": (">=120",)}, ""),
        ("half an hour or less", {"playing_time": ("<=30",)}, ""),
        ("price below 25", {"price": ("<=25",)}, ""),
        ("the price is at most 25.50", {"price": ("<=25.5",)}, ""),
        ("costs over 40", {"price": (">=40",)}, ""),
        ("for 5 or more players", {"maxPlayers": (">=5",)}, ""),
        ("6+ players", {"maxPlayers": (">=6",)}, ""),
        ("for at least five people", {"maxPlayers": (">=5",)}, ""),
        ("sold out", {"in_stock": ("false",)}, ""),
        ("trading, age 8", {"min_age": ("<=8",)}, "trading"),
        ("for an eight year old", {"min_age": ("<=8",)}, ""),
    ],
)
def test_a_unit_makes_a_filter_plain(
    words: str, where: dict[str, tuple[str, ...]], rest: str
) -> None:
    assert filters_in(words, SHOP) == (where, rest)


@pytest.mark.parametrize(
    "words", ["cheap dice game", "30", "not in stock", "under the sea", "7 wonders", "weight 3"]
)
def test_what_has_no_unit_stays_words(words: str) -> None:
    assert filters_in(words, SHOP) == ({}, words)


def test_without_such_a_column_nothing_is_taken() -> None:
    assert filters_in("under 30 euros, in stock", ("weight",))[0] == {}


def test_words_and_filters_narrow_a_list_together() -> None:
    n = 40
    items = {
        "item": [f"g{i}" for i in range(n)],
        "title": [f"Game {chr(65 + i % 26)}{i}" for i in range(n)],
        "genres": ["Dice" if i % 2 else "Cards" for i in range(n)],
        "price": [5 + i for i in range(n)],
        "in_stock": [i % 3 > 0 for i in range(n)],
    }
    ratings = {
        "user": [f"u{i % 4}" for i in range(n)],
        "item": items["item"],
        "rating": [1 + i % 5 for i in range(n)],
    }
    data = Dataset.from_frames(ratings, items, noun="game")
    settings = from_mapping({"retrieve": {"encoder": "none"}, "generate": {"model": "template"}})
    shop = Recommender(settings).fit(data)

    def prices(words: str, **where: object) -> list[float]:
        found = shop.recommend("u1", query=words, k=40, explain=False, filters=Filters(where=where))
        column = data.catalog.attributes["price"]
        assert isinstance(column, np.ndarray)
        return [float(column[data.items.index(item.item_id)]) for item in found.items]

    asked = prices("dice under 25 euros, in stock")
    assert asked
    assert all(price <= 25 and price % 2 == 0 and (price - 5) % 3 > 0 for price in asked)
    assert max(prices("under 25 euros", price="<=12")) <= 12  # a filter holds before words
