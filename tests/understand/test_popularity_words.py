"""Whether well known or little known items are asked for, and when such words tell of the plot."""

import pytest

from recsys_rag.understand._popularity_words import agreed, claim_all
from recsys_rag.understand._tokens import Words


def _said(text: str, *negated: str) -> int:
    words = Words(text)
    words.negated = [token.word in negated for token in words.tokens]
    return agreed(words, claim_all(words))


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("a popular comedy", 1),
        ("well-known thrillers", 1),
        ("the classics", 1),
        ("a box office hit", 1),
        ("films everybody should see before they die", 1),
        ("something everyone has seen", 1),
        ("a hidden gem", -1),
        ("maybe one i haven't seen", -1),
        ("ideally one I've never heard of", -1),
        ("that I might not know", -1),
        ("not the obvious ones", -1),
        ("new to me", -1),
        ("a forgotten one", -1),
        ("lesser known westerns", -1),
        ("underrated", -1),
        ("off the beaten track", -1),
        ("a film nobody talks about", -1),
        ("hardly anyone has ever heard of", -1),
        ("films critics overlooked", -1),
        ("something I probably haven't seen", -1),
        ("before he was so famous", 0),
        ("a comedy", 0),
        ("popular but underrated", 0),
        ("popular classics, underrated", 1),
        # said of the plot
        ("with a famous detective", 0),
        ("about popular music", 0),
        ("about the obscure painter", 0),
        # said of films
        ("with famous ones", 1),
        ("about a famous film", 1),
        ("with a twist, famous for it", 1),
    ],
)
def test_fame_is_read_where_it_is_said_of_films(text: str, direction: int) -> None:
    assert _said(text) == direction


def test_a_refusal_turns_a_wish_around() -> None:
    assert _said("nothing popular", "popular") == -1
    assert _said("nothing obscure", "obscure") == 1


def test_only_the_words_that_say_it_are_claimed() -> None:
    words = Words("a well known but obscure film")
    assert claim_all(words) == [(1, 3, 1), (4, 5, -1)]
    assert words.claimed == [False, True, True, False, True, False]
