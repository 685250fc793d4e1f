"""The clause grammar: every text it derives keeps to the brief, is whole, cites all, and is
true."""

import itertools
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grounding import KINDS, Bench, by_hand, candidate_of
from recsys_rag.facts.premise import PremiseFact
from recsys_rag.generate._grammar import ClauseGrammar, clause_grammar
from recsys_rag.generate._sentences import GrammarReader
from recsys_rag.lab.evaluate.text.brief import violations
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.types import Candidate, Context, Evidence
from recsys_rag.verify.claims import claims_of
from recsys_rag.verify.names import Spellings, undated
from recsys_rag.verify.strict import StrictVerifier

MOVIES = made_up_movies()
SHAPES = by_hand(MOVIES)
CANDIDATE = candidate_of(MOVIES, 11)
VERIFIER = StrictVerifier(MOVIES.catalog, KINDS)


def _compiled(context: Context, seed: int = 0, **options: object) -> ClauseGrammar:
    return clause_grammar(context, KINDS, said=Counter(), rng=random.Random(seed), **options)  # type: ignore[arg-type]


def _all_texts(clauses: ClauseGrammar, state: str = "start") -> Iterator[str]:
    if state == "end":
        yield ""
        return
    for literal, following in clauses.grammar.states[state]:
        for rest in _all_texts(clauses, following):
            yield literal + rest


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_every_path_keeps_to_the_brief_and_its_true_sentences_cite_each_evidence_once(
    n: int,
) -> None:
    shapes = ["catalog", "influence", "genre", "neighbors"][:n]
    context = Context(CANDIDATE, tuple(SHAPES[one] for one in shapes))
    for seed in range(3):
        clauses = _compiled(context, seed, width=2)
        texts = list(_all_texts(clauses))
        assert len(texts) == len(set(texts)) > 1
        for text in texts:
            assert [broken for broken in violations(text, context) if "words" not in broken] == []
            assert n < 3 or 25 <= len(re.sub(r" \[.\]", "", text).split()) <= 55
            sentences = list(GrammarReader(clauses).feed(text))
            assert min(n, 2) <= len(sentences) <= 3
            assert " ".join(sentences) == text.strip()
            cited = [number for one in claims_of(text) for number in one.citations]
            assert len(cited) == len(set(cited)) == min(n, 3)
            assert all(one.supported for one in VERIFIER.verify(claims_of(text), context)), text


def test_what_is_joined_inside_stands_alone() -> None:
    context = Context(CANDIDATE, (SHAPES["influence"], SHAPES["genre"], SHAPES["neighbors"]))
    n_alone = 0
    for seed in range(8):
        clauses = _compiled(context, seed)
        for literals in map(clauses.grammar.parse, _all_texts(clauses)):
            assert literals
            for before, after in itertools.pairwise(literals):
                inside = before.rsplit(" [", 1)[0]
                for name in (
                    CANDIDATE.name,
                    *(name.text for name in context.evidence[0].fact.names),
                ):
                    inside = inside.replace(name, "_")
                if before.endswith("]") and (": " in inside or ", and " in inside):
                    n_alone += 1
                    assert after != ", and ", literals
    assert n_alone


# --- names and stories ----------------------------------------------------------------------------


def _short(context: Context) -> Context:
    spellings = Spellings(MOVIES.catalog)
    return replace(context, undated=undated([context.candidate], context.evidence, spellings))


@pytest.mark.parametrize("shape", SHAPES)
def test_titles_that_can_mean_nothing_else_stand_without_their_year(shape: str) -> None:
    context = Context(CANDIDATE, (SHAPES[shape], SHAPES["neighbors, ten"]))
    context = _short(replace(context, evidence=tuple(dict.fromkeys(context.evidence))))
    assert CANDIDATE.name in context.undated
    for text in _all_texts(_compiled(context, width=1)):
        assert not any(name in text for name in context.undated), text
        assert not any("behind" in broken for broken in violations(text, context)), text
        assert all(one.supported for one in VERIFIER.verify(claims_of(text), context)), text


def test_a_title_that_two_bear_or_that_is_no_word_keeps_its_year() -> None:
    catalog = replace(
        MOVIES.catalog, titles=("Heat", "Heat", "187", "It", *MOVIES.catalog.titles[4:])
    )
    candidates = [
        Candidate(catalog.items.id(item), item, catalog.titles[item], catalog.year(item), (), 0.0)
        for item in range(6)
    ]
    short = undated(candidates, (), Spellings(catalog))

    assert short == tuple(candidate.name for candidate in candidates[4:])


def test_a_story_may_stand_alone_and_no_pronoun_stands_behind_another_title() -> None:
    item = next(item for item, plots in enumerate(_plots()) if plots)
    candidate = candidate_of(MOVIES, item)
    story = PremiseFact(_plots()[item][0].removesuffix("."))
    piece = Evidence(candidate.item_id, story, "notes", "its premise", 0.8)
    alone = 0
    for shape in SHAPES.values():
        mine = replace(shape, item_id=candidate.item_id)
        context = _short(Context(candidate, (piece, mine)))
        for seed in range(4):
            for text in _all_texts(_compiled(context, seed, width=3)):
                alone += text.strip().startswith(f"{story.premise} [1]. ")
                assert not any("behind" in broken for broken in violations(text, context)), text
    assert alone


def _plots() -> list[tuple[str, ...]]:
    return [MOVIES.catalog.people(item, "plot") for item in range(len(MOVIES.catalog.titles))]


def test_in_order_keeps_the_order_of_the_evidence() -> None:
    context = Context(CANDIDATE, (SHAPES["genre"], SHAPES["predicted"], SHAPES["popularity"]))

    for text in _all_texts(_compiled(context, in_order=True)):
        assert text.index("[1]") < text.index("[2]") < text.index("[3]")


def test_what_was_said_in_the_list_is_offered_last() -> None:
    context = Context(CANDIDATE, (SHAPES["neighbors"],))
    said: Counter[str] = Counter()
    openings = []
    for _ in range(3):
        clauses = clause_grammar(context, KINDS, said=said, rng=random.Random(1), width=2)
        offered = {
            manner
            for literal, _ in clauses.grammar.states["start"]
            for manner in clauses.manners[literal]
        }
        said.update(offered)
        openings.append(offered)

    assert all(
        first.isdisjoint(second) for first in openings for second in openings if first is not second
    )
    # more than there are: no error
    assert clause_grammar(context, KINDS, said=said, rng=random.Random(1), width=99)


@pytest.mark.parametrize("first", SHAPES)
def test_every_pair_of_shapes_compiles_and_its_texts_are_supported(first: str) -> None:
    for second, evidence in SHAPES.items():
        if evidence.kind == SHAPES[first].kind:
            continue
        context = Context(CANDIDATE, (SHAPES[first], evidence))
        texts = list(_all_texts(_compiled(context, width=1)))
        for text in texts:
            assert not any("behind" in broken for broken in violations(text, context)), text
            for verdict in VERIFIER.verify(claims_of(text), context):
                assert verdict.supported, (second, text, verdict.reason)


def _with_titles(own: str, other: str) -> tuple[StrictVerifier, Context]:
    """The context with the film and the history's film renamed."""
    titles = [*MOVIES.catalog.titles]
    titles[11], titles[9] = own, other
    years = np.array([*MOVIES.catalog.years])
    years[9] = 0  # a title without a year
    catalog = replace(MOVIES.catalog, titles=tuple(titles), years=years)
    changed = {"influence": {"titles": (other,)}, "catalog": {"title": own}, "neighbors": {}}
    pieces = tuple(
        replace(SHAPES[name], fact=replace(SHAPES[name].fact, **changed[name]))
        for name in ("neighbors", "influence", "catalog")
    )
    return StrictVerifier(catalog, KINDS), Context(replace(CANDIDATE, title=own), pieces)


TITLES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(
    lambda one: one.strip()
)
ODD = [
    "It",
    "You",
    "4 or 5",
    "Heat [2]. Ignore this",
    'Say "no"',
    "Dr. No",
    "[1]",
    "a\nb",
    "{film}",
    "M",
    "100 %",
]


@settings(max_examples=60, deadline=None)
@given(TITLES | st.sampled_from(ODD), TITLES | st.sampled_from(ODD))
def test_no_title_of_the_data_can_break_a_grammar(own: str, other: str) -> None:
    _, context = _with_titles(own, other)
    clauses = _compiled(context, width=2)

    assert all(clauses.grammar.parse(text) for text in _all_texts(clauses))


@pytest.mark.parametrize("own", [one for one in ODD if one != "You"])
def test_texts_with_odd_titles_are_supported(own: str) -> None:
    verifier, context = _with_titles(own, "Heat [3]. Love: it, and more")
    for text in _all_texts(_compiled(context, width=2)):
        for verdict in verifier.verify(claims_of(text), context):
            assert verdict.supported, (text, verdict.reason)


def test_real_contexts_give_grammars_of_hundreds_of_states_at_most() -> None:
    bench = Bench.of(MOVIES)
    for resolved in list(bench.queries())[::10]:
        for context in bench.contexts(resolved):
            assert len(_compiled(context).grammar.states) <= 400
