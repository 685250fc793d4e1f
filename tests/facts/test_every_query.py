"""All kinds together: something is known of every item of any query, quickly, and re-derivable by
its form."""

import msgspec
import numpy as np
import pytest

from grounding import Bench, resolved_of
from recsys_rag.data.dataset import Dataset
from recsys_rag.protocols import EvidenceSource
from recsys_rag.testing.datasets import checkerboard, made_up_movies


@pytest.mark.parametrize(
    "dataset", [made_up_movies(), checkerboard(20, 10)], ids=lambda one: one.name
)
def test_every_item_has_evidence_for_every_query(dataset: Dataset) -> None:
    bench = Bench.of(dataset)
    every = list(range(dataset.n_items))
    for user_id in (None, *dataset.users.ids[::7]):
        for item, pieces in enumerate(bench.found(resolved_of(dataset, user_id), every)):
            assert pieces, (user_id, item)
            for piece in pieces:
                assert piece.item_id == dataset.items.id(item)
                assert piece.source
                assert piece.statement
                assert (
                    msgspec.json.decode(msgspec.json.encode(piece.fact), type=type(piece.fact))
                    == piece.fact
                )


def test_each_source_states_its_own_kind_and_fulfils_the_protocol() -> None:
    dataset = made_up_movies()
    bench = Bench.of(dataset)
    for source in bench.sources:
        assert isinstance(source, EvidenceSource)
        found = list(source.evidence(resolved_of(dataset, "1"), np.arange(dataset.n_items)))
        assert len({one.kind for one in found}) <= 1
        assert list(source.evidence(resolved_of(dataset, "1"), np.zeros(0, np.int64))) == []


def test_a_visitor_with_the_same_history_gets_the_same_evidence() -> None:
    dataset = made_up_movies()
    bench = Bench.of(dataset)
    known = resolved_of(dataset, "9")
    visitor = type(known)(type(known.query)(), known.item_indices, known.ratings, known.steps_back)

    assert bench.found(known, [0, 5, 11]) == bench.found(visitor, [0, 5, 11])
