"""Titles as MovieLens writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.data._readers.titles import ParsedTitle, article_first, parse_title


@pytest.mark.parametrize(
    ("raw", "title", "year", "aliases"),
    [
        ("Toy Story (1995)", "Toy Story", 1995, ()),
        ("Godfather, The (1972)", "The Godfather", 1972, ()),
        ("Postino, Il (1994)", "Il Postino", 1994, ()),
        ("Enfer, L' (1994)", "L'Enfer", 1994, ()),
        ("Murder, My Sweet (1944)", "Murder, My Sweet", 1944, ()),
        (
            "I, Worst of All (Yo, la peor de todas) (1990)",
            "I, Worst of All",
            1990,
            ("Yo, la peor de todas",),
        ),
        (
            "Eye of Vichy, The (Oeil de Vichy, L') (1993)",
            "The Eye of Vichy",
            1993,
            ("L'Oeil de Vichy",),
        ),
        (
            "Mrs. Brown (Her Majesty, Mrs. Brown) (1997)",
            "Mrs. Brown",
            1997,
            ("Her Majesty, Mrs. Brown",),
        ),
        ("Seven (a.k.a. Se7en) (1995)", "Seven", 1995, ("Se7en",)),
        (
            "European Vacation (aka National Lampoon's Vacation) (1985)",
            "European Vacation",
            1985,
            ("National Lampoon's Vacation",),
        ),
        (
            "Bicycle Thieves (a.k.a. The Bicycle Thief) (Ladri di biciclette) (1948)",
            "Bicycle Thieves",
            1948,
            ("The Bicycle Thief", "Ladri di biciclette"),
        ),
        ("Land Before Time III (1995) (V)", "Land Before Time III", 1995, ()),
        ("Two Friends (1986) ", "Two Friends", 1986, ()),
        ("(500) Days of Summer (2009)", "(500) Days of Summer", 2009, ()),
        ("1-900 (06) (1994)", "1-900", 1994, ()),
        ("Death Note: Desu nôto (2006–2007)", "Death Note: Desu nôto", 2006, ()),
        ("Babylon 5", "Babylon 5", 0, ()),
        ("unknown", "unknown", 0, ()),
        ("1984 (1956)", "1984", 1956, ()),
        ("(1995)", "(1995)", 0, ()),
        (
            "Adventures of Priscilla, Queen of the Desert, The (1994)",
            "The Adventures of Priscilla, Queen of the Desert",
            1994,
            (),
        ),
    ],
)
def test_a_title_is_read(raw: str, title: str, year: int, aliases: tuple[str, ...]) -> None:
    assert parse_title(raw) == ParsedTitle(title, year, aliases)


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_no_title_is_lost_or_fails(raw: str) -> None:
    parsed = parse_title(raw)
    assert bool(parsed.title) == bool(raw.split())
    assert all(parsed.aliases)


@given(st.sampled_from(["The", "A", "Le", "L'"]), st.from_regex(r"[A-Z][a-z]{1,9}", fullmatch=True))
def test_an_article_is_brought_to_the_front_once(article: str, rest: str) -> None:
    front = article_first(f"{rest}, {article}")
    assert front == (f"{article}{rest}" if article == "L'" else f"{article} {rest}")
    assert article_first(front) == front
