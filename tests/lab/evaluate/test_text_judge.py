"""The second judge: it finds nothing wrong with what both writers say, and it bites when a text or
a fact is corrupted."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace

import numpy as np
import pytest

from corruptions import CORRUPTIONS, Corruption
from grounding import KINDS, Bench, candidate_of, resolved_of
from recsys_rag.data.dataset import Dataset
from recsys_rag.data.query_rows import QueryRows
from recsys_rag.facts.influence import InfluenceFact
from recsys_rag.facts.metadata import MetadataFact
from recsys_rag.facts.neighbors import NeighborsFact
from recsys_rag.generate._clauses import ClauseWriter
from recsys_rag.generate._template import TemplateWriter
from recsys_rag.lab.evaluate.text.judge import problems
from recsys_rag.protocols import Writer
from recsys_rag.testing.datasets import checkerboard, made_up_movies
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import (
    Context,
    Evidence,
    Query,
    Recommendation,
    RecommendedItem,
    ResolvedQuery,
)
from recsys_rag.verify._rows import RowReader, objection_of_rows

MOVIES = made_up_movies()
# id of a query -> the query, and its scores that were asked for before
KNOWN: dict[int, tuple] = {}
Written = list[tuple[ResolvedQuery, Recommendation]]
# this judge knows no phrasing, so it cannot miss a word
FOR_THE_VERIFIER = ("word", "homoglyph", "citation", "swap")


def _name(corrupt: Corruption) -> str:
    return corrupt.__name__


def _recommendation(
    bench: Bench, resolved: ResolvedQuery, writer: Writer, seed: int
) -> Recommendation:
    items = []
    for rank, context in enumerate(bench.contexts(resolved), 1):
        ratings = (one.fact.rating for one in context.evidence if one.kind == "predicted")
        rating = next(ratings, None)
        candidate = replace(context.candidate, predicted_rating=rating)
        text = " ".join(writer.write(context, rank=rank, seed=seed))
        items.append(RecommendedItem(rank, candidate, context.evidence, text, writer.name))
    return Recommendation(resolved.query, (), (), tuple(items))


def _rows(bench: Bench, resolved: ResolvedQuery, items: Sequence[RecommendedItem]) -> QueryRows:
    rows = RowReader(bench.parts, KINDS).rows(resolved, [item.candidate for item in items])
    # what was asked of the ranking before
    _, scores = KNOWN.setdefault(id(resolved), (resolved, rows._scores))
    return replace(rows, _scores=scores)


def _problems(bench: Bench, resolved: ResolvedQuery, recommendation: Recommendation) -> list[str]:
    return problems(_rows(bench, resolved, recommendation.items), recommendation.items)


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench.of(MOVIES)


@pytest.fixture(scope="module")
def written(bench: Bench) -> Written:
    """What both writers say to every query."""
    return [
        (resolved, _recommendation(bench, resolved, writer, place))
        for place, resolved in enumerate(bench.queries())
        for writer in (TemplateWriter(KINDS), ClauseWriter(ScriptedLanguageModel(), KINDS))
    ]


def test_nothing_is_found_in_true_texts(bench: Bench, written: Written) -> None:
    assert len(written) > 200
    assert [one for resolved, texts in written for one in _problems(bench, resolved, texts)] == []


def test_nothing_is_found_in_true_prose_and_its_errors_are_found(
    bench: Bench, written: Written
) -> None:
    """As larger models write: titles of one word without years, "or higher", a share, the decade of
    the year."""
    n_judged = 0
    for resolved, texts in written[::9]:
        for item in texts.items:
            for place, one in enumerate(item.evidence, 1):
                fact = one.fact
                if isinstance(fact, NeighborsFact):
                    percent = round(100 * fact.n_liked / fact.n_raters)
                    true = (
                        f"{percent} % of the people most like you who rated it gave it 4 or higher "
                        f"[{place}]."
                    )
                    wrong = true.replace(f"{percent} %", f"{percent + 1} %")
                elif isinstance(fact, InfluenceFact) and fact.ratings:
                    title = fact.titles[0].split(" (")[0]
                    if " " in title or len(fact.titles) > 1 or title == "Umlaut!":
                        continue
                    true = f"{title} speaks for it [{place}]."
                    wrong = f"Umlaut speaks for it [{place}]."
                else:
                    continue
                n_judged += 1
                for text, found in ((true, False), (wrong, True)):
                    said = replace(texts, items=(replace(item, explanation=text),))
                    assert bool(_problems(bench, resolved, said)) == found, (
                        text,
                        _problems(bench, resolved, said),
                    )

    assert n_judged >= 20


def test_nothing_is_found_on_implicit_feedback() -> None:
    bench = Bench.of(checkerboard(20, 10))
    for user_id in bench.dataset.users.ids:
        resolved = resolved_of(bench.dataset, user_id)
        assert (
            _problems(bench, resolved, _recommendation(bench, resolved, TemplateWriter(KINDS), 0))
            == []
        )


@pytest.mark.acceptance
@pytest.mark.movielens
def test_nothing_is_found_in_texts_about_movielens(ml100k: Dataset) -> None:
    bench = Bench.of(ml100k, min_ratings=20)
    for place, resolved in enumerate(list(bench.queries())[::20]):
        written = _recommendation(
            bench, resolved, ClauseWriter(ScriptedLanguageModel(), KINDS), place
        )
        assert _problems(bench, resolved, written) == []


@pytest.mark.parametrize(
    "corrupt", [one for one in CORRUPTIONS if one.__name__ not in FOR_THE_VERIFIER], ids=_name
)
def test_a_corrupted_text_is_found(bench: Bench, written: Written, corrupt: Corruption) -> None:
    rng = random.Random(5)
    missed, n_corrupted = [], 0
    for resolved, texts in written[::12]:
        for item in texts.items:
            for corrupted in corrupt(
                item.explanation, Context(item.candidate, item.evidence), bench.dataset, rng
            ):
                n_corrupted += 1
                if not _problems(
                    bench, resolved, replace(texts, items=(replace(item, explanation=corrupted),))
                ):
                    missed.append(corrupted)

    assert n_corrupted >= 20
    assert len(missed) <= 0.01 * n_corrupted, missed[:5]


def test_a_corrupted_fact_is_found_though_the_text_agrees_with_it(
    bench: Bench, written: Written
) -> None:
    """The text is written from the corrupted evidence, so that only the rows can tell."""
    found_kinds = set()
    for resolved, texts in written[::6]:
        for item in texts.items:
            for place, name in _numbers_in(item):
                evidence = item.evidence[place]
                changed_field = {name: getattr(evidence.fact, name) + 2}
                forged = replace(evidence, fact=replace(evidence.fact, **changed_field))
                pieces = (*item.evidence[:place], forged, *item.evidence[place + 1 :])
                text = " ".join(
                    TemplateWriter(KINDS).write(Context(item.candidate, pieces), rank=1, seed=0)
                )
                changed = replace(texts, items=(replace(item, evidence=pieces, explanation=text),))
                assert _problems(bench, resolved, changed), (name, text)
                found_kinds.add((evidence.kind, name))

    assert len(found_kinds) >= 7, found_kinds


_COUNTED = {"n_liked", "n_raters", "share_percent", "loss_percent", "rating", "n_ratings"}


def _numbers_in(item: RecommendedItem) -> Iterator[tuple[int, str]]:
    for place, evidence in enumerate(item.evidence):
        for name in sorted({field.name for field in fields(evidence.fact)} & _COUNTED):
            if getattr(evidence.fact, name) and f"[{place + 1}]" in item.explanation:
                yield place, name


def test_personal_facts_are_found_wrong_of_somebody_who_liked_nothing(bench: Bench) -> None:
    """Also where there is nothing to count a share of, and no score to lose."""
    query = Query(history={bench.dataset.items.id(0): 1.0}, k=5)
    hated = ResolvedQuery(query, np.array([0]), np.array([1.0], np.float32))
    rows, personal = _rows(bench, hated, ()), 0
    for resolved in bench.queries():
        for context in bench.contexts(resolved):
            for one in context.evidence:
                if one.kind in ("genre", "decade", "person", "influence"):
                    assert objection_of_rows(rows, context.candidate, one, KINDS), one
                    personal += 1
    assert personal > 20


def test_an_item_is_near_only_where_raters_are_shared(bench: Bench) -> None:
    told = set[bool]()
    for resolved in bench.queries():
        rows = _rows(bench, resolved, ())
        for context in bench.contexts(resolved):
            for one in context.evidence:
                if isinstance(one.fact, InfluenceFact):
                    claimed = replace(one, fact=replace(one.fact, is_near=True))
                    found = objection_of_rows(rows, context.candidate, claimed, KINDS)
                    assert found.startswith("is_near is") != one.fact.is_near, found
                    told.add(one.fact.is_near)
    assert told == {True, False}


def test_an_item_of_the_history_or_without_text_is_found(bench: Bench) -> None:
    resolved = next(iter(bench.queries()))
    written = _recommendation(bench, resolved, TemplateWriter(KINDS), 0)
    seen = int(resolved.item_indices[0])
    again = replace(
        written.items[0].candidate, item_index=seen, item_id=bench.dataset.items.id(seen)
    )

    assert _problems(
        bench, resolved, replace(written, items=(replace(written.items[0], explanation=""),))
    )
    assert any(
        "history already" in one
        for one in _problems(
            bench, resolved, replace(written, items=(replace(written.items[0], candidate=again),))
        )
    )


def test_a_name_within_another_name_names_nobody(bench: Bench) -> None:
    """The catalog has an actor "Rhea" beside the film's own Rhea Landau."""
    catalog = MOVIES.catalog
    actors = (("Rhea",), *catalog.metadata["actors"][1:])
    movies = replace(
        MOVIES, catalog=replace(catalog, metadata={**catalog.metadata, "actors": actors})
    )
    fact = MetadataFact((), ("Rhea Landau",))
    evidence = Evidence(movies.items.id(11), fact, "catalog", "with Rhea Landau", 0.5)
    nobody = ResolvedQuery(Query(), np.zeros(0, np.int64), np.zeros(0, np.float32))
    rows = QueryRows(movies, nobody)

    def found(text: str) -> list[str]:
        return problems(rows, [RecommendedItem(1, candidate_of(movies, 11), (evidence,), text)])

    assert found("In The Ninth Antenna (1977) you will see Rhea Landau [1].") == []
    assert found("In The Ninth Antenna (1977) you will see Rhea [1].") == [
        "The Ninth Antenna (1977): mentions Rhea, who did not make it"
    ]
