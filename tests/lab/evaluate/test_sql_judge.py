"""The third judge: SQL over the rows agrees with every fact that is stated, finds any field that is
changed, and finds numbers and titles that a sentence has from nowhere."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from grounding import KINDS, Bench, candidate_of, resolved_of
from noted import noted_movies
from recsys_rag.data.dataset import Dataset, RatingScale
from recsys_rag.fact import Fact
from recsys_rag.facts.column import ColumnFact
from recsys_rag.facts.neighbors import NeighborsFact
from recsys_rag.facts.popularity import PopularityFact
from recsys_rag.lab.evaluate.text.sql_judge import SqlJudge
from recsys_rag.protocols import FittedParts
from recsys_rag.testing.datasets import checkerboard, dataset_of, made_up_movies
from recsys_rag.types import Evidence, RecommendedItem, ResolvedQuery

_PARTLY_JUDGED = {"influence", "predicted", "record"}
Told = list[tuple[ResolvedQuery, tuple[str, ...], Evidence]]


def evidence_of(item_id: str, fact: Fact) -> Evidence:
    return Evidence(item_id, fact, "made by hand", "made by hand", 0.5)


def text_of(dataset: Dataset, item_id: str, *facts: Fact) -> RecommendedItem:
    candidate = candidate_of(dataset, dataset.items.index(item_id))
    return RecommendedItem(1, candidate, tuple(evidence_of(item_id, fact) for fact in facts))


def changed(value: Any) -> Any:
    """Another value of the same type; of a list one with more."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, tuple):
        return (*value, 9.0 if value and isinstance(value[0], float) else "Nobody")
    return 7 if value is None else value + 2  # 62.5 % is 62 and 63 %


@pytest.fixture(scope="module")
def noted() -> Dataset:
    return noted_movies()


@pytest.fixture(scope="module")
def told(noted: Dataset) -> Told:
    """What all kinds but quotations state of lists with and without words, examples and a list
    before."""
    bench = Bench.of(noted)
    queries = [*bench.queries()]
    stated: Told = []
    for resolved in queries[:20] + queries[-2:]:
        items = bench.top(resolved)
        ids = bench.dataset.items.ids_at(items)
        stated += [(resolved, ids, one) for row in bench.found(resolved, items) for one in row]
    return stated


@pytest.fixture(scope="module")
def judge(noted: Dataset) -> Iterator[SqlJudge]:
    with closing(SqlJudge(noted)) as opened:
        yield opened


STARS = np.array(
    [
        [5, 4, 2, 0, 0],
        [5, 4, 2, 5, 0],  # 0 stars away: (0 + 10) / 13 = .77, nearer than the usual 1
        [1, 1, 5, 4, 0],  # 10 stars away on 3 items: 20 / 13
        [4, 4, 3, 2, 5],  # 2 stars away: 12 / 13 = .92
    ]
)


def test_a_worked_example_by_hand() -> None:
    dataset = dataset_of(STARS, RatingScale(1, 5))
    # u1 and u3 are near; both rated i3, u1 liked it; two of three ratings are 4 or more
    neighbors = NeighborsFact(1, 2, ("u1",), 2, 4.0, 5.0, 1.0, 67)
    mean = PopularityFact(3, 3.7, 5.0)
    with closing(SqlJudge(dataset)) as judge:
        judge.asks(resolved_of(dataset, "u0"), ("i3", "i4"))

        assert judge.fact(evidence_of("i3", neighbors)).outcome == "agrees"
        assert judge.fact(evidence_of("i3", mean)).outcome == "agrees"
        assert judge.fact(evidence_of("i3", replace(neighbors, n_liked=2))).differs == (
            "neighbors: n_liked is 2, by the rows 1",
        )
        assert judge.fact(evidence_of("i3", replace(mean, mean_rating=3.8))).outcome == "differs"

        text = text_of(dataset, "i3", neighbors)
        assert judge.sentence("1 of the 2 people near you gave Item 3 a 4 or 5 [1].", text) == (
            [],
            True,
        )
        said, _ = judge.sentence("2 of the 1 people near you gave Item 3 a 4 or 6 [1].", text)
        assert said == [
            "says 6, which stands in none of its facts",
            "says 'of 1', and its facts are counted of another number",
        ]


def test_every_kind_of_fact_is_counted_again_and_agrees(told: Told, judge: SqlJudge) -> None:
    outcomes: dict[str, set[str]] = {}
    for resolved, ids, one in told:
        judge.asks(resolved, ids)
        verdict = judge.fact(one)
        assert verdict.differs == ()
        outcomes.setdefault(one.kind, set()).add(verdict.outcome)

    assert outcomes.keys() == KINDS.keys() - {"plot"}
    assert {kind for kind, of in outcomes.items() if of != {"agrees"}} == _PARTLY_JUDGED


def test_any_field_that_is_changed_is_found(told: Told, judge: SqlJudge) -> None:
    found: dict[str, set[str]] = {}
    for resolved, ids, one in told:
        judge.asks(resolved, ids)
        skipped = judge.fact(one).not_judged
        for name in (field.name for field in fields(one.fact) if field.name not in skipped):
            wrong = replace(one.fact, **{name: changed(getattr(one.fact, name))})
            assert judge.fact(replace(one, fact=wrong)).outcome == "differs", (name, one.fact)
            found.setdefault(one.kind, set()).add(name)

    assert found.keys() == KINDS.keys() - {"plot"}
    assert found["influence"] == {"titles", "item_ids", "ratings", "is_near", "is_example"}
    assert (found["predicted"], found["record"]) == ({"top_rating"}, {"n_ratings", "margin"})


def test_a_quotation_stands_in_the_catalog_word_for_word() -> None:
    movies = made_up_movies()
    source = KINDS["plot"].evidence(FittedParts(movies, None, None, None, None))
    assert source is not None
    asked = resolved_of(movies, None)
    quoted = list(source.evidence(asked, np.arange(movies.n_items)))
    assert quoted
    with closing(SqlJudge(movies)) as judge:
        judge.asks(asked)
        for one in quoted:
            assert judge.fact(one).outcome == "agrees"
            wrong = replace(one.fact, quote=changed(one.fact.quote))  # type: ignore[attr-defined]
            assert judge.fact(replace(one, fact=wrong)).outcome == "differs"


def test_titles_and_numbers_must_stand_in_what_a_clause_cites(
    told: Told, judge: SqlJudge, noted: Dataset
) -> None:
    resolved, ids, one = next(row for row in told if row[2].kind == "genre")
    judge.asks(resolved, ids)
    fact, name = one.fact, noted.catalog.name(noted.items.index(one.item_id))
    numbers = f"{fact.n_liked} of the {fact.n_history} films you liked"  # type: ignore[attr-defined]
    text = text_of(noted, one.item_id, fact, ColumnFact("runtime", (), 1.0))
    elsewhere = next(item_id for item_id in noted.items.ids if item_id != one.item_id)
    text = replace(text, evidence=(*text.evidence, evidence_of(elsewhere, fact)))
    other = next(one for one in noted.catalog.titles if one not in name and " " in one)

    def wrong(sentence: str) -> list[str]:
        return judge.sentence(sentence, text)[0]

    assert wrong(f"{name} is like {numbers} [1].") == []
    assert wrong(f"Like {other}, {name} is like {numbers} [1].") == [
        f"names {other}, of which its facts do not speak"
    ]
    assert wrong(f"{name} beats Heat (1895), like {numbers} [1].") == [
        "names a film of 1895 that is not among its facts"
    ]
    assert wrong(f"{name} is like 999 of the films you liked [1].") == [
        "says 999, which stands in none of its facts"
    ]
    assert wrong(f"{name} is like {numbers} [1], and it is good.") == [
        "cites nothing for ', and it is good.'"
    ]
    assert wrong(f"{name} is like {numbers} [4].")[0].startswith("cites [4], and not all of it is")
    assert wrong(f"{name} is like {numbers} [3].")[0].startswith("cites [3], and not all of it is")
    assert any(problem.startswith("column: number is 1.0") for problem in wrong("It is short [2]."))


def test_where_feedback_is_implicit_similar_people_are_not_judged_and_shares_are() -> None:
    dataset = checkerboard()
    n = int(dataset.popularity[0])
    share = round(100 * n / dataset.n_users)
    with closing(SqlJudge(dataset)) as judge:
        judge.asks(resolved_of(dataset, "u1"))
        chosen = judge.fact(
            evidence_of("i0", NeighborsFact(20, 20, ("u0",), everyone_percent=share))
        )
        assert chosen.differs == ()
        assert chosen.not_judged == ("n_liked", "n_neighbors", "user_ids")
        wrong = NeighborsFact(20, 20, ("u0",), everyone_percent=share + 2)
        assert judge.fact(evidence_of("i0", wrong)).outcome == "differs"
        assert judge.fact(evidence_of("i0", PopularityFact(n))).outcome == "agrees"


def test_a_kind_that_the_judge_does_not_know_is_not_judged() -> None:
    class Weather(PopularityFact):
        kind = "weather"

    dataset = checkerboard()
    with closing(SqlJudge(dataset)) as judge:
        judge.asks(resolved_of(dataset, "u1"))
        assert judge.fact(evidence_of("i0", Weather(3))).outcome == "not judged"
