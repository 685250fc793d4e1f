"""The second judge: it finds nothing wrong with what both writers say, and it bites when a text or
a fact is corrupted."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from corruptions import CORRUPTIONS, Corruption
from grounding import Bench, candidate_of, resolved_of
from recsys_rag.data.dataset import Dataset
from recsys_rag.generate.clauses import ClauseWriter
from recsys_rag.generate.template import TemplateWriter
from recsys_rag.lab.evaluate.text.judge import case_of, problems
from recsys_rag.lab.evaluate.text.judge_rows import Models, differences
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
        rating = next(
            (one.facts["rating"] for one in context.evidence if one.kind == "predicted"), None
        )
        candidate = replace(context.candidate, predicted_rating=rating)  # type: ignore[arg-type]
        text = " ".join(writer.write(context, rank=rank, seed=seed))
        items.append(RecommendedItem(rank, candidate, context.evidence, text, writer.name))
    return Recommendation(resolved.query, (), (), tuple(items))


def _problems(bench: Bench, resolved: ResolvedQuery, recommendation: Recommendation) -> list[str]:
    models = Models(
        bench.knn.neighbors,
        lambda _, history, examples: bench.scores(resolved, history, examples),
        bench.rating.predict_with_errors if bench.rating else None,
    )
    examples = (*resolved.words.like_items, *resolved.profile.like_items)
    case = case_of(bench.dataset, recommendation.query, models, examples)
    _, known = KNOWN.setdefault(id(resolved), (resolved, case.known))
    return problems(replace(case, known=known), recommendation.items)


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench.of(MOVIES)


@pytest.fixture(scope="module")
def written(bench: Bench) -> Written:
    """What both writers say to every query."""
    return [
        (resolved, _recommendation(bench, resolved, writer, place))
        for place, resolved in enumerate(bench.queries())
        for writer in (TemplateWriter(), ClauseWriter(ScriptedLanguageModel()))
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
                facts = one.facts
                if one.kind == "neighbors":
                    percent = round(100 * facts["liked"] / facts["raters"])  # type: ignore[operator]
                    true = (
                        f"{percent} % of the people most like you who rated it gave it 4 or "
                        f"higher [{place}]."
                    )
                    wrong = true.replace(f"{percent} %", f"{percent + 1} %")
                elif (
                    one.kind == "carrier"
                    and "ratings" in facts
                    and " " not in facts["titles"][0].split(" (")[0]
                ):  # type: ignore[index,union-attr]
                    title = facts["titles"][0].split(" (")[0]  # type: ignore[index,union-attr]
                    true, wrong = (
                        f"{title} speaks for it [{place}].",
                        f"Umlaut speaks for it [{place}].",
                    )
                    if len(facts["titles"]) > 1 or title == "Umlaut!":  # type: ignore[arg-type]
                        continue
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
            _problems(bench, resolved, _recommendation(bench, resolved, TemplateWriter(), 0)) == []
        )


@pytest.mark.acceptance
@pytest.mark.movielens
def test_nothing_is_found_in_texts_about_movielens(ml100k: Dataset) -> None:
    bench = Bench.of(ml100k, min_ratings=20)
    for place, resolved in enumerate(list(bench.queries())[::20]):
        written = _recommendation(bench, resolved, ClauseWriter(ScriptedLanguageModel()), place)
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
                forged = replace(evidence, facts={**evidence.facts, name: evidence.facts[name] + 2})  # type: ignore[operator]
                pieces = (*item.evidence[:place], forged, *item.evidence[place + 1 :])
                text = " ".join(
                    TemplateWriter().write(Context(item.candidate, pieces), rank=1, seed=0)
                )
                changed = replace(texts, items=(replace(item, evidence=pieces, explanation=text),))
                assert _problems(bench, resolved, changed), (name, text)
                found_kinds.add((evidence.kind, name))

    assert len(found_kinds) >= 7, found_kinds


_COUNTED = {"liked", "raters", "share_percent", "loss_percent", "rating", "ratings", "mean"}


def _numbers_in(item: RecommendedItem) -> Iterator[tuple[int, str]]:
    for place, evidence in enumerate(item.evidence):
        for name in sorted(
            set(evidence.facts)
            & {"liked", "raters", "share_percent", "loss_percent", "rating", "ratings", "mean"}
        ):
            if (
                isinstance(evidence.facts[name], int | float)
                and f"[{place + 1}]" in item.explanation
            ):
                yield place, name


def test_personal_facts_are_found_wrong_of_somebody_who_liked_nothing(bench: Bench) -> None:
    """Also where there is nothing to count a share of, and no score to lose."""
    hated = Query(history={bench.dataset.items.id(0): 1.0}, k=5)
    models = Models(bench.knn.neighbors, lambda *_: [0.0] * bench.dataset.n_items)
    case = case_of(bench.dataset, hated, models)
    personal = 0
    for resolved in bench.queries():
        for context in bench.contexts(resolved):
            for one in context.evidence:
                if one.kind in ("genre", "decade", "person") or (
                    one.kind == "carrier" and "named" not in one.facts
                ):
                    assert differences(case, RecommendedItem(1, context.candidate), one), one
                    personal += 1
    assert personal > 20


def test_a_film_is_near_to_the_judge_only_where_raters_are_shared(bench: Bench) -> None:
    models, told = (
        Models(scores_of=lambda _, history, examples: bench.scores(resolved, history, examples)),
        set[bool](),
    )
    for resolved in bench.queries():
        case = case_of(bench.dataset, resolved.query, models)
        for context in bench.contexts(resolved):
            for one in context.evidence:
                if one.kind == "carrier" and "named" not in one.facts and not case.examples:
                    is_near = "near" in one.facts
                    claimed = replace(one, facts={**one.facts, "near": 1})
                    found = differences(case, RecommendedItem(1, context.candidate), claimed)
                    assert any(said.startswith("near is") for said in found) != is_near, found
                    told.add(is_near)
    assert told == {True, False}


def test_an_item_of_the_history_or_without_text_is_found(bench: Bench) -> None:
    resolved = next(iter(bench.queries()))
    written = _recommendation(bench, resolved, TemplateWriter(), 0)
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
    facts = {"actors": ("Rhea Landau",)}
    evidence = Evidence("metadata", movies.items.id(11), facts, "catalog", "with Rhea Landau", 0.5)
    case = case_of(movies, Query(), Models())

    def found(text: str) -> list[str]:
        return problems(case, [RecommendedItem(1, candidate_of(movies, 11), (evidence,), text)])

    assert found("In The Ninth Antenna (1977) you will see Rhea Landau [1].") == []
    assert found("In The Ninth Antenna (1977) you will see Rhea [1].") == [
        "The Ninth Antenna (1977): mentions Rhea, who did not make it"
    ]
