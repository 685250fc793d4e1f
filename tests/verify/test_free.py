"""Sentences of free writers are read where they are true, and never where one word of them is
false."""

import pytest

from grounding import KINDS
from recsys_rag.verify.claims import claims_of
from recsys_rag.verify.strict import StrictVerifier
from verify.free import CATALOG, CONTEXT, FALSE, TRUE

VERIFIER = StrictVerifier(CATALOG, KINDS)
# word -> what is false in its place
_TWINS = {
    "slick": "gentle", "lawyer": "widow", "shy": "rich", "widow": "lawyer", "riga": "oslo",
    "only": "second", "key": "ring", "stole": "lost", "trust": "betray", "rely": "spy",
    "witty": "bleak", "tense": "gentle", "courtroom": "prison", "con": "martial",
    "comedy": "drama", "crime": "war", "wit": "warmth", "suspense": "warmth",
    "copper": "silver", "lantern": "lamp", "mildew": "heat", "17": "18", "25": "26", "4": "3",
    "61": "62", "three": "four", "8": "9", "5": "4", "ninth": "tenth", "second": "third",
    "pg-13-rated": "r-rated", "families": "adults", "liked": "hated", "lifts": "lowers",
    "drop": "rise", "without": "with", "same": "fewest", "people": "critics", "most": "least",
}  # fmt: skip


def _is_read(text: str) -> bool:
    return VERIFIER.cited(text, CONTEXT) != ""


@pytest.mark.parametrize("text", TRUE)
def test_what_is_true_is_read(text: str) -> None:
    assert _is_read(text)


@pytest.mark.parametrize("text", FALSE)
def test_what_is_false_is_not(text: str) -> None:
    assert not _is_read(text)


@pytest.mark.parametrize("text", TRUE)
def test_no_word_may_be_swapped_for_a_false_one(text: str) -> None:
    n_swapped, words = 0, text.split(" ")
    for place, word in enumerate(words):
        bare = word.strip(".,'").lower()
        if bare in _TWINS:
            n_swapped += 1
            twin = word.lower().replace(bare, _TWINS[bare])
            swapped = twin.capitalize() if word[0].isupper() else twin
            changed = " ".join([*words[:place], swapped, *words[place + 1 :]])
            assert not _is_read(changed), changed
    assert n_swapped


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, marks=() if place % 4 == 0 else pytest.mark.acceptance)
        for place, text in enumerate(TRUE)
    ],
)
def test_no_word_that_turns_a_meaning_may_be_put_in(text: str) -> None:
    words = text.split(" ")
    for turn in ("not", "hardly", "never", "barely", "least", "former", "no"):
        for place in range(1, len(words)):
            turned = " ".join([*words[:place], turn, *words[place:]])
            assert not _is_read(turned), turned


@pytest.mark.parametrize("text", TRUE)
def test_no_two_names_may_trade_places(text: str) -> None:
    names = [one for one in ("The Copper Gate", "Lantern Row", "Mildew") if one in text]
    for one in names:
        for other in {"The Copper Gate", "Lantern Row", "Mildew"} - {one}:
            traded = text.replace(one, "*").replace(other, one).replace("*", other)
            if "same people" in traded and "Mildew" not in traded:
                continue  # which is the same, said the other way around
            assert not _is_read(traded), traded


def test_a_sentence_that_names_no_film_is_refused_behind_another_title() -> None:
    behind_it, behind_other = (
        VERIFIER.verify(claims_of(f"{text} [5]. A witty comedy [2]."), CONTEXT)[1]
        for text in (
            "Without your 5 for Lantern Row, The Copper Gate would rank ninth",
            "The Copper Gate would rank ninth without your 5 for Lantern Row",
        )
    )
    assert behind_it.supported
    assert not behind_other.supported
