"""Evidence read again from the rows: all that the sources state is borne out; a forged fact, or
another person's, is not."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pytest

from grounding import KINDS, Bench, candidate_of, resolved_of
from noted import noted_movies
from recsys_rag import Query, Recommender
from recsys_rag.data.dataset import Dataset, histories_of
from recsys_rag.fact import Fact
from recsys_rag.facts.popularity import PopularityFact
from recsys_rag.generate._phrases import fields_of, filled
from recsys_rag.protocols import ReadsRows
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import checkerboard, made_up_movies
from recsys_rag.types import Candidate, Claim, Context, Evidence, Finished, ResolvedQuery
from recsys_rag.verify._rows import RowReader
from recsys_rag.verify.strict import StrictVerifier
from waiting import processor_seconds

OF_NOTES = {"premise", "mood", "shared", "setting", "content", "column"}


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench.of(made_up_movies())


@pytest.fixture(scope="module")
def noted() -> Bench:
    """The same films with what our notes on films say of them."""
    return Bench.of(noted_movies())


@pytest.fixture(scope="module")
def movielens(ml100k: Dataset) -> Bench:
    return Bench.of(ml100k, min_ratings=20, predicts=False)


def _reader(bench: Bench) -> RowReader:
    return RowReader(bench.parts, KINDS)


def _listed(bench: Bench, resolved: ResolvedQuery) -> list[Candidate]:
    return [candidate_of(bench.dataset, item) for item in bench.top(resolved)]


def _stated(
    bench: Bench, queries: Iterator[ResolvedQuery]
) -> Iterator[tuple[ResolvedQuery, Candidate, Evidence]]:
    """All facts about the top five of each query, with the prediction that the ranking would
    show."""
    for resolved in queries:
        items = bench.top(resolved)
        row = np.array(items, np.int64)
        predicted = [None] * len(items)
        if bench.rating and len(resolved.item_indices):
            histories = histories_of(
                bench.dataset.n_items, [(resolved.item_indices, resolved.ratings)]
            )
            predicted = bench.rating.predict(histories, row)[0].tolist()
        for item, rating, pieces in zip(
            items, predicted, bench.found(resolved, items), strict=True
        ):
            yield from (
                (resolved, candidate_of(bench.dataset, item, rating), one) for one in pieces
            )


def test_all_that_is_stated_is_borne_out(bench: Bench, noted: Bench) -> None:
    kinds = Counter[str]()
    for films in (bench, noted):
        reader = _reader(films)
        assert isinstance(reader, ReadsRows)
        for resolved in films.queries():
            objections = reader.objections(resolved, _listed(films, resolved))
            for _, candidate, evidence in _stated(films, iter([resolved])):
                assert objections(candidate, evidence) == "", evidence
                kinds[evidence.kind] += 1

    assert set(kinds) == set(KINDS)
    assert min(kinds.values()) >= 5, kinds


def test_every_phrasing_of_what_notes_and_columns_state_is_supported(noted: Bench) -> None:
    verifier, n_read = StrictVerifier(noted.dataset.catalog, KINDS), Counter[str]()
    for _, candidate, evidence in _stated(noted, noted.queries()):
        if evidence.kind not in OF_NOTES or n_read[evidence.kind] == 10:
            continue
        context, bank = Context(candidate, (evidence,)), KINDS[evidence.kind].phrases
        n_read[evidence.kind] += 1
        for one in filled(bank.opens + bank.nexts, fields_of(evidence, context, KINDS)):
            text = f"{one.text[0].upper()}{one.text[1:]} [1]."
            (verdict,) = verifier.verify([Claim(text, (1,))], context)
            assert verdict.supported, (text, verdict.reason)

    assert set(n_read) == OF_NOTES
    assert min(n_read.values()) >= 5, n_read


def test_all_that_is_stated_on_choices_is_borne_out() -> None:
    bench = Bench.of(checkerboard(20, 10))
    reader = _reader(bench)
    queries = (resolved_of(bench.dataset, one) for one in bench.dataset.users.ids)
    stated = list(_stated(bench, queries))
    assert len(stated) > 100
    assert [reader.objections(resolved)(candidate, one) for resolved, candidate, one in stated] == [
        ""
    ] * len(stated)


@pytest.mark.acceptance
def test_all_that_is_stated_on_movielens_is_borne_out(movielens: Bench) -> None:
    reader, users = _reader(movielens), movielens.dataset.users.ids[:40]
    for resolved, candidate, evidence in _stated(
        movielens, (resolved_of(movielens.dataset, one) for one in users)
    ):
        assert reader.objections(resolved)(candidate, evidence) == "", evidence


def _forged(evidence: Evidence) -> Iterator[tuple[str, Evidence]]:
    """The same with one field changed, each in turn: a number, a text, or the last of several."""
    for field in fields(evidence.fact):
        value, new = getattr(evidence.fact, field.name), None
        if isinstance(value, bool):
            # it carries the score, and that is all; what is near need not be said to be so
            new = True if not value else None
        elif isinstance(value, float):
            new = value + 0.3
        elif isinstance(value, int):
            new = value + 2
        elif isinstance(value, str):
            new = f"{value}x"
        elif value:
            last = f"{value[-1]}x" if isinstance(value[-1], str) else value[-1] + 1
            new = (*value[:-1], last)
        if new is not None:
            yield field.name, replace(evidence, fact=replace(evidence.fact, **{field.name: new}))


def test_no_forged_fact_is_borne_out(bench: Bench, noted: Bench) -> None:
    forged = Counter[str]()
    for films in (bench, noted):
        reader = _reader(films)
        queries = list(films.queries())
        for resolved in queries[::4] + queries[-2:]:  # the last two name examples
            objections = reader.objections(resolved, _listed(films, resolved))
            for _, candidate, evidence in _stated(films, iter([resolved])):
                for name, one in _forged(evidence):
                    assert objections(candidate, one) != "", (name, one)
                    forged[evidence.kind] += 1

    assert set(forged) == set(KINDS)


def test_what_is_true_of_one_person_is_not_borne_out_for_another(bench: Bench) -> None:
    """Carriers, leanings, similar users and predictions are personal; what the catalog says is
    not."""
    reader, held, personal = _reader(bench), 0, 0
    ids = bench.dataset.users.ids
    for user_id, other in zip(ids[:40], ids[40:80], strict=True):
        swapped = resolved_of(bench.dataset, other)
        for _, candidate, evidence in _stated(bench, iter([resolved_of(bench.dataset, user_id)])):
            if evidence.kind in ("influence", "genre", "decade", "neighbors"):
                personal += 1
                held += reader.objections(swapped)(candidate, evidence) == ""

    assert personal > 300
    assert held <= 0.01 * personal


def test_a_kind_that_nothing_reads_again_is_not_borne_out(bench: Bench) -> None:
    gossip = Evidence(
        bench.dataset.items.id(0), Gossip("It won a prize"), "hearsay", "It won a prize", 0.5
    )
    resolved = resolved_of(bench.dataset, "1")

    objection = _reader(bench).objections(resolved)(candidate_of(bench.dataset, 0), gossip)

    assert objection == "facts of kind 'gossip' are unknown here"


def test_items_that_are_not_there_are_named(bench: Bench) -> None:
    resolved, candidate, evidence = next(
        one for one in _stated(bench, bench.queries()) if one[2].kind == "influence"
    )
    ids = ("no-such-item",) * len(evidence.fact.item_ids)
    absent = replace(evidence, fact=replace(evidence.fact, item_ids=ids))

    objection = _reader(bench).objections(resolved)(candidate, absent)
    assert objection == f"item 'no-such-item' of the catalog is not {evidence.fact.titles[0]}"


def test_reading_again_takes_milliseconds_a_fact(movielens: Bench) -> None:
    reader, seconds = _reader(movielens), []
    for user_id in movielens.dataset.users.ids[:30]:
        stated = list(_stated(movielens, iter([resolved_of(movielens.dataset, user_id)])))

        def read_again(stated: list[Any] = stated) -> None:
            objections = reader.objections(stated[0][0])
            for _, candidate, evidence in stated:
                objections(candidate, evidence)

        seconds.append(processor_seconds(read_again) / len(stated))

    assert float(np.median(seconds)) < 0.01  # about .4 ms on an idle core


@dataclass(frozen=True)
class Gossip(Fact):
    kind = "gossip"
    text: str


class _Liar:
    """States that everything has one more rating than it has, and the truth of nothing."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    def evidence(self, resolved: ResolvedQuery, item_indices: np.ndarray) -> Iterator[Evidence]:
        for item in item_indices.tolist():
            fact = PopularityFact(int(self._dataset.popularity[item]) + 1, 4.9, 5.0)
            yield Evidence(self._dataset.items.id(item), fact, "nowhere", "a lie", 1.0)


def test_the_flow_leaves_out_what_the_rows_do_not_bear_out_and_says_so() -> None:
    """A sentence that says just what its evidence says is still untrue where the evidence is:
    nothing is written of it."""
    settings = from_mapping({"retrieve": {"encoder": "none"}, "generate": {"model": "template"}})
    recommender = Recommender(settings).fit(made_up_movies())
    honest = recommender.flow
    lying = replace(
        honest, evidence_sources=(*honest.evidence_sources, _Liar(honest.ranker.dataset))
    )

    *_, finished = lying.stream(Query(user_id="1", k=5))

    assert isinstance(finished, Finished)
    answer = finished.recommendation
    notes = [
        one for one in answer.notes if "a fact was left out (popularity): n_ratings is " in one
    ]
    assert len(notes) == 5
    assert all(one.explanation and "4.9" not in one.explanation for one in answer.items)
    assert answer.text == recommender.recommend("1", k=5).text
    *_, unread = replace(lying, rows=None).stream(Query(user_id="1", k=5))
    assert isinstance(unread, Finished)
    assert "4.9" in unread.recommendation.text  # so it is the rows that keep it out
