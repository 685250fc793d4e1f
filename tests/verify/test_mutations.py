"""True texts of both writers are supported, all of them; with one fact corrupted, none is."""

import itertools
import random

import pytest

from corruptions import CORRUPTIONS, Corruption
from grounding import KINDS, Bench, resolved_of
from recsys_rag.generate._clauses import ClauseWriter
from recsys_rag.generate._template import TemplateWriter
from recsys_rag.testing.datasets import checkerboard, made_up_movies
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import Context, Verdict
from recsys_rag.verify.claims import claims_of
from recsys_rag.verify.strict import StrictVerifier

MOVIES = made_up_movies()
VERIFIER = StrictVerifier(MOVIES.catalog, KINDS)


def _written(bench: Bench) -> list[tuple[str, Context]]:
    """A text of each writer for each of the top five of every query."""
    texts = []
    for place, resolved in enumerate(bench.queries()):
        writers = [TemplateWriter(KINDS), ClauseWriter(ScriptedLanguageModel(), KINDS)]
        for rank, context in enumerate(bench.contexts(resolved), 1):
            texts += [
                (" ".join(one.write(context, rank=rank, seed=place)), context) for one in writers
            ]
    return texts


@pytest.fixture(scope="module")
def texts() -> list[tuple[str, Context]]:
    return _written(Bench.of(MOVIES))


def _verdicts(text: str, context: Context) -> list[Verdict]:
    return list(VERIFIER.verify(claims_of(text), context))


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.acceptance)])
def test_all_true_texts_are_supported(texts: list[tuple[str, Context]], step: int) -> None:
    assert len(texts) > 1000
    refused = [
        (text, one.reason)
        for text, context in texts[::step]
        for one in _verdicts(text, context)
        if not one.supported
    ]

    assert refused == []


def test_true_texts_on_implicit_feedback_without_metadata_are_supported() -> None:
    dataset = checkerboard(20, 10)
    verifier = StrictVerifier(dataset.catalog, KINDS)
    bench = Bench.of(dataset)
    for user_id in dataset.users.ids:
        for rank, context in enumerate(bench.contexts(resolved_of(dataset, user_id)), 1):
            text = " ".join(TemplateWriter(KINDS).write(context, rank=rank, seed=0))
            assert [one.reason for one in verifier.verify(claims_of(text), context)] == [""] * len(
                claims_of(text)
            )


@pytest.mark.parametrize("most", [80, pytest.param(500, marks=pytest.mark.acceptance)])
@pytest.mark.parametrize("corrupt", CORRUPTIONS, ids=lambda one: one.__name__)
def test_one_corrupted_fact_is_caught(
    texts: list[tuple[str, Context]], corrupt: Corruption, most: int
) -> None:
    rng = random.Random(3)
    n_corrupted = 0
    for text, context in rng.sample(texts, len(texts)):
        for corrupted in filter(None, itertools.islice(corrupt(text, context, MOVIES, rng), 3)):
            n_corrupted += 1
            verdicts = _verdicts(corrupted, context)
            assert not all(one.supported for one in verdicts), corrupted
        if n_corrupted >= most:
            break

    assert n_corrupted >= 80
