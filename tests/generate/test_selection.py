"""Selection: what it is, why, how sure; no topic twice in a text, no reason five times in a
list."""

from collections import Counter

from grounding import Bench
from recsys_rag.fact import Fact
from recsys_rag.facts.catalog import CatalogFact
from recsys_rag.facts.decade import DecadeFact
from recsys_rag.facts.genre import GenreFact
from recsys_rag.facts.influence import InfluenceFact
from recsys_rag.facts.like import LikeFact
from recsys_rag.facts.metadata import MetadataFact
from recsys_rag.facts.moved import MovedFact
from recsys_rag.facts.neighbors import NeighborsFact
from recsys_rag.facts.plot import PlotFact
from recsys_rag.facts.popularity import PopularityFact
from recsys_rag.facts.predicted import PredictedFact
from recsys_rag.facts.words import WordsFact
from recsys_rag.generate._selection import select
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.types import Evidence


def piece(fact: Fact, strength: float, item_id: str = "1") -> Evidence:
    return Evidence(item_id, fact, "source", fact.kind, strength)


def influence(title: str) -> InfluenceFact:
    return InfluenceFact((title,), ("9",), 1, 3, 60)


FLOOR = piece(CatalogFact("X"), 0.1)
PREDICTED, NEIGHBORS = PredictedFact(4.0, 5.0), NeighborsFact(3, 50, ())
SHARES = (9, 14, 64, 22, "liked")


def test_what_it_is_then_why_then_how_sure_one_of_a_kind() -> None:
    sure, strong = piece(PREDICTED, 0.4), piece(NEIGHBORS, 0.8)
    first, second = piece(influence("A"), 0.7), piece(influence("B"), 0.6)
    what, weaker_what = piece(PlotFact("A tale", "plot"), 0.35), piece(MetadataFact(("Q",)), 0.2)

    pieces = [sure, FLOOR, second, weaker_what, strong, first, what]

    assert select([pieces]) == [(what, strong, first)]
    assert select([[*pieces, first, second]], 2) == [(what, strong)]
    assert select([pieces], 1) == [(strong,)]
    assert select([[sure, what, strong]]) == [(what, strong, sure)]


def test_what_is_worth_no_words_is_left_out_and_the_floor_says_what_it_is() -> None:
    strong, sure, weak = (
        piece(NEIGHBORS, 0.8),
        piece(PREDICTED, 0.5),
        piece(PopularityFact(583), 0.2),
    )

    assert select([[strong, weak, FLOOR]]) == [(FLOOR, strong)]
    assert select([[strong, sure, weak, FLOOR]]) == [(FLOOR, strong, sure)]
    assert select([[strong, sure, piece(MovedFact(2, 5, 9), 0.6), FLOOR]])[0][2].kind == "moved"
    assert select([[FLOOR]]) == [(FLOOR,)]
    assert select([[], [FLOOR]]) == [(), (FLOOR,)]
    assert select([]) == []


def test_one_genre_or_decade_is_not_told_twice_in_a_text() -> None:
    asked = piece(WordsFact("words", ("Drama",), years=(1990, 1999)), 0.9)
    leaning = piece(GenreFact(*SHARES, "Drama"), 0.8)
    decade = piece(DecadeFact(*SHARES, 1990), 0.7)
    other = piece(GenreFact(*SHARES, "Crime"), 0.6)

    assert select([[asked, leaning, decade, other]]) == [(asked, other)]


def test_one_title_is_not_named_twice_in_a_text() -> None:
    example = piece(LikeFact("A", "9", ("Drama",)), 0.9)
    same, other = piece(influence("A"), 0.8), piece(influence("B"), 0.7)

    assert select([[example, same, other]]) == [(example, other)]


def test_a_title_that_was_named_gives_way_to_another_one() -> None:
    pieces = [piece(influence("A"), 0.8), piece(influence("B"), 0.7), piece(PREDICTED, 0.5)]

    chosen = select([pieces, pieces, pieces])

    assert [mine[0].fact for mine in chosen[:2]] == [influence("A"), influence("B")]


def test_a_real_list_does_not_give_one_reason_five_times() -> None:
    bench = Bench.of(made_up_movies())
    for resolved in bench.queries():
        reasons: Counter[object] = Counter()
        for context in bench.contexts(resolved):
            assert 1 <= len(context.evidence) <= 3
            for one in context.evidence:
                if isinstance(one.fact, InfluenceFact):
                    reasons.update(one.fact.titles)
        assert max(reasons.values(), default=0) <= 3
