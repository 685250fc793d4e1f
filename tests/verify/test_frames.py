"""Sentences that only frames read are read, and no near miss of them: another number, another
title, roles or order exchanged, what is said turned around."""

import tomllib
from pathlib import Path

import pytest

from grounding import KINDS
from recsys_rag.fact import Fact
from recsys_rag.facts.genre import GenreFact
from recsys_rag.facts.influence import InfluenceFact
from recsys_rag.facts.like import LikeFact
from recsys_rag.facts.popularity import PopularityFact
from recsys_rag.facts.words import WordsFact
from recsys_rag.types import Context, Evidence
from recsys_rag.verify.strict import StrictVerifier
from verify import free

# of free.CATALOG, where Mildew is a comedy
TASTE: tuple[Fact, ...] = (
    GenreFact(12, 30, 40, 20, "liked", "Comedy"),
    PopularityFact(583, 4.1, 5.0),
    LikeFact("Mildew (1988)", "3", ("Comedy",)),
    WordsFact("words", ("Comedy",)),
    InfluenceFact(
        ("Lantern Row (1991)", "Mildew (1988)"), ("2", "3"), rank=1, rank_without=1, n_ranked=1447,
        ratings=(4.0, 4.0), is_near=True,
    ),
)  # fmt: skip
CONTEXTS = {
    "notes": free.CONTEXT,
    "taste": Context(
        free.CONTEXT.candidate,
        tuple(Evidence("1", fact, "the table", f"{fact}", 0.5) for fact in TASTE),
        words="a witty comedy with con artists",
    ),
}
_TABLE = tomllib.loads(Path(__file__).with_name("frames.toml").read_text(encoding="utf-8"))
TRUE = [(of, one["text"]) for of in _TABLE for one in _TABLE[of] if not one.get("false")]
MISSES = [(of, one["text"]) for of in _TABLE for one in _TABLE[of] if one.get("false")] + [
    (of, one["text"].replace(*swap.split(" => "), 1))
    for of in _TABLE
    for one in _TABLE[of]
    for swap in one.get("swaps", ())
]
VERIFIER = StrictVerifier(free.CATALOG, KINDS)


def _is_read(of: str, text: str) -> bool:
    return VERIFIER.cited(text, CONTEXTS[of]) != ""


@pytest.mark.parametrize(("of", "text"), TRUE)
def test_what_is_true_is_read_in_other_words(of: str, text: str) -> None:
    assert _is_read(of, text)


def test_no_near_miss_is_read() -> None:
    assert len(set(MISSES)) >= 200
    assert not {text for _, text in MISSES} & {text for _, text in TRUE}
    assert [text for of, text in MISSES if _is_read(of, text)] == []
