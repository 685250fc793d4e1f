"""Figures about texts: bounds and invariants; worked examples stand in the docstrings."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.lab.evaluate.text import text_metrics as metrics

TEXTS = st.lists(st.text(alphabet="abc 12[]. ", max_size=20), max_size=8)


@given(TEXTS)
def test_shares_lie_between_0_and_1_and_are_nan_of_nothing(texts: list[str]) -> None:
    for share in (
        metrics.unique_ratio(texts),
        metrics.distinct(texts, 1),
        metrics.distinct(texts, 2),
    ):
        assert math.isnan(share) or 0 < share <= 1
    assert math.isnan(metrics.unique_ratio([]))
    assert math.isnan(metrics.reading_ease(""))


@given(TEXTS, st.randoms())
def test_the_order_of_texts_does_not_matter(texts: list[str], rng: object) -> None:
    shuffled = sorted(texts, reverse=True)

    for figure in (metrics.unique_ratio, lambda of: metrics.distinct(of, 2), metrics.most_repeats):
        assert figure(texts) == pytest.approx(figure(shuffled), nan_ok=True)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=9))
def test_saying_everything_twice_halves_what_is_unique(texts: list[str]) -> None:
    assert metrics.unique_ratio(texts * 2) == pytest.approx(metrics.unique_ratio(texts) / 2)
    assert metrics.most_repeats(texts * 2) == 2 * metrics.most_repeats(texts)


def test_sentences_joined_are_the_text_again() -> None:
    text = (
        "Mr. Pell (1953) is a comedy [1]. It has Dot Fennimore in the cast [2], and 3 of 4 "
        "liked it [3]."
    )

    assert " ".join(metrics.sentences(text)) == text
    assert len(metrics.sentences(text)) == 2


def test_texts_that_differ_in_names_and_numbers_only_have_one_skeleton() -> None:
    first = metrics.skeleton("Fargo (1996) got 4 or 5 from 9 of 12 [1].", ["Fargo (1996)"])
    second = metrics.skeleton("Heat (1995) got 8 or 10 from 3 of 4 [3].", ["Heat (1995)", "Heat"])

    assert first == second


def test_long_words_and_sentences_read_less_easily() -> None:
    easy = "The cat sat [1]. The dog ran [2]."
    hard = (
        "Extraordinarily complicated representations necessitate considerable deliberation "
        "beforehand [1]."
    )

    assert metrics.reading_ease(easy) > 100 > 0 > metrics.reading_ease(hard)
