"""Every built-in kind of fact keeps its contract; each breach is found and named."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from grounding import KINDS, Bench
from noted import noted_movies
from recsys_rag.protocols import FittedParts
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.testing.kind_conformance import check_kind


class MeanOfTheHistory:
    """Predicts a person's mean for everything, the surer the more they rated."""

    def predict(self, histories: sparse.csr_array, items: np.ndarray) -> np.ndarray:
        return self.predict_with_errors(histories, items)[0]

    def predict_with_errors(
        self, histories: sparse.csr_array, items: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        counts = np.maximum(np.diff(histories.indptr), 1).astype(np.float32)
        means = np.asarray(histories.sum(axis=1), np.float32) / counts
        shape = len(counts), len(items)
        return (
            np.broadcast_to(means[:, None], shape),
            np.broadcast_to(0.5 + 3 / counts[:, None], shape),
        )

    def predict_without_each(
        self, items: np.ndarray, ratings: np.ndarray, places: np.ndarray
    ) -> np.ndarray:
        return (ratings.sum() - ratings[places]) / max(len(ratings) - 1, 1)


OF_NOTES = ("premise", "mood", "shared", "content", "setting")


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench.of(made_up_movies(), predicts=False)


@pytest.fixture(scope="module")
def noted() -> Bench:
    return Bench.of(noted_movies(), predicts=False)


# a prediction is the ranking's to make: of a candidate without one nothing is borne out
@pytest.mark.parametrize("name", [name for name in KINDS if name != "predicted"])
def test_a_built_in_kind_keeps_its_contract(bench: Bench, noted: Bench, name: str) -> None:
    bench = noted if name in OF_NOTES else bench
    queries = list(bench.queries())[:8] + list(bench.queries())[-2:]
    check_kind(KINDS[name], replace(bench.parts, predictor=MeanOfTheHistory()), queries)


def _broken(what: str) -> object:
    kind = KINDS["popularity"]
    phrases, reading = kind.phrases, kind.reading
    return {
        "no samples": replace(kind, samples=()),
        "a phrase that nothing reads": replace(
            kind, phrases=replace(phrases, nexts=(*phrases.nexts, "it drew {count} votes"))
        ),
        "a form that no sample reaches": replace(
            kind, phrases=replace(phrases, nexts=(*phrases.nexts, "it has {votes} votes"))
        ),
        "a reading that lets any number pass": replace(
            kind,
            reading=replace(
                reading,
                slots=lambda fact: dict.fromkeys(
                    ("count", "mean", "top", "choices"), lambda text: True
                ),
            ),
        ),
        "a recount that reads nothing": replace(kind, recount=lambda fact, candidate, rows: {}),
        "a recount that is wrong": replace(
            kind, recount=lambda fact, candidate, rows: {"n_ratings": -1}
        ),
        "a wording with a slot of its own": replace(
            kind, reading=replace(reading, modifiers=("a <zorb>-vote <film>",))
        ),
        "a wording with a bracket left open": replace(
            kind, reading=replace(reading, modifiers=("(?:with <count>",))
        ),
        "nothing counted": replace(kind, evidence=lambda parts: None),
    }[what]


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("no samples", "it has no samples"),
        ("a phrase that nothing reads", "not read as its fact"),
        ("a form that no sample reaches", "no sample reaches 'it has {votes} votes'"),
        ("a reading that lets any number pass", "read as PopularityFact"),
        ("a recount that reads nothing", "the rows bear out PopularityFact"),
        ("a recount that is wrong", "the rows do not bear out PopularityFact"),
        ("a wording with a slot of its own", "has <zorb>, which no sample fills; there are"),
        ("a wording with a bracket left open", "does not close its bracket"),
        ("nothing counted", "it states nothing about the items"),
    ],
)
def test_a_breach_of_the_contract_is_named(what: str, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_kind(_broken(what), FittedParts(made_up_movies()))  # type: ignore[arg-type]
