"""Natural wordings of each kind of fact are read; their near-miss twins, one word or number away,
are not."""

import random
import tomllib
from dataclasses import replace
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
from grounding import KINDS
from recsys_rag._explaining import Explained, Explainer
from recsys_rag._turns import Deadline
from recsys_rag.generate._free import FreeWriter
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import RecommendedItem
from recsys_rag.verify.claims import claims_of
from recsys_rag.verify.strict import StrictVerifier
from verify.hostile import CATALOG, CONTEXTS

_TABLE = tomllib.loads((Path(__file__).parent / "natural.toml").read_text(encoding="utf-8"))
CASES = [(kind, *case) for kind, of in _TABLE.items() for case in of["cases"]]
VERIFIER = StrictVerifier(CATALOG, KINDS)


def _reasons(of: str, text: str) -> list[str]:
    return [one.reason for one in VERIFIER.verify(claims_of(text), CONTEXTS[of])]


@pytest.mark.parametrize(("kind", "of", "text", "twin"), CASES, ids=lambda one: str(one)[:80])
def test_a_true_sentence_is_read_and_its_twin_is_refused(
    kind: str, of: str, text: str, twin: str
) -> None:
    assert _reasons(of, text) == [""]
    assert all(_reasons(of, twin))


@pytest.mark.parametrize(
    "corrupt",
    [number, digit, year, genre, person, negation, cut, invisible, homoglyph],
    ids=lambda one: one.__name__,
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
        "neighbors", "influence", "genre", "decade", "predicted", "popularity", "words", "metadata",
        "catalog", "like", "person", "moved", "plot",
    }  # fmt: skip


def test_true_prose_without_citations_is_shown_with_the_right_ones() -> None:
    known = tuple(one for one in CONTEXTS["heat"].evidence if one.kind in KINDS)
    context = replace(CONTEXTS["heat"], evidence=known)
    text = (
        "Directed by Michael Mann, Heat was rated 4 or higher by seventeen of 25 similar viewers. "
        "It is a masterpiece. We think you'd give it 4.3 stars [1]. It averages 4.9."
    )
    item = RecommendedItem(1, context.candidate, context.evidence)
    writer = FreeWriter(ScriptedLanguageModel([text], honors_grammar=False), KINDS)

    explained = Explainer(VERIFIER, seed=0).by_model(
        Explained(item), context, writer, Deadline(60.0)
    )

    assert explained.item.explanation == (
        "Directed by Michael Mann, Heat was rated 4 or higher by seventeen of 25 similar viewers "
        "[1] [2]. We think you'd give it 4.3 stars [3]."
    )
    assert [one.kind for one in explained.item.evidence] == ["neighbors", "metadata", "predicted"]
    assert explained.item.written_by == "free"
