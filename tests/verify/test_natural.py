"""Natural wordings of each kind of fact are read; their near-miss twins, one word or number away, are not."""

import random
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

from corruptions import (
    Corruption,
    cut,
    digit,
    genre,
    homoglyph,
    invisible,
    negation,
    number,
    person,
    year,
)
from recsys_rag.verify.claims import claims_of
from recsys_rag.verify.patterns import patterns
from recsys_rag.verify.strict import StrictVerifier
from recsys_rag.verify.wordings import wordings
from verify.hostile import CATALOG, CONTEXTS

_TABLE = tomllib.loads((Path(__file__).parent / "natural.toml").read_text(encoding="utf-8"))
CASES = [(kind, *case) for kind, of in _TABLE.items() for case in of["cases"]]
VERIFIER = StrictVerifier(CATALOG)


def _reasons(of: str, text: str) -> list[str]:
    return [one.reason for one in VERIFIER.verify(claims_of(text), CONTEXTS[of])]


@pytest.mark.parametrize(("kind", "of", "text", "twin"), CASES, ids=lambda one: str(one)[:80])
def test_a_true_sentence_is_read_and_its_twin_is_refused(kind: str, of: str, text: str, twin: str) -> None:
    assert _reasons(of, text) == [""]
    assert all(_reasons(of, twin))


@pytest.mark.parametrize(
    "corrupt", [number, digit, year, genre, person, negation, cut, invisible, homoglyph], ids=lambda one: one.__name__
)
def test_one_corrupted_fact_of_a_natural_sentence_is_caught(corrupt: Corruption) -> None:
    rng, n_corrupted = random.Random(5), 0
    for _, of, text, _ in CASES:
        for corrupted in corrupt(text, CONTEXTS[of], SimpleNamespace(catalog=CATALOG), rng):  # type: ignore[arg-type]
            n_corrupted += 1
            assert any(_reasons(of, corrupted)), corrupted

    assert n_corrupted >= 20


def test_every_kind_is_there_often_enough() -> None:
    assert len(CASES) >= 80
    assert set(_TABLE) == {
        "neighbors", "carrier", "genre", "decade", "predicted", "popularity", "words", "metadata", "catalog", "like",
        "person", "moved", "plot",
    }  # fmt: skip


@pytest.mark.parametrize("kind", _TABLE)
def test_every_wording_can_be_read_as_a_pattern(kind: str) -> None:
    for role in ("clause", "predicate", "modifier", "prelude"):
        assert len(patterns(kind, role)) == len(list(wordings(kind, role)))
