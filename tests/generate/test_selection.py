"""Selection: strongest first, one of a kind, no topic twice in a text, no reason five times in a
list."""

from collections import Counter

from grounding import Bench
from recsys_rag.generate.selection import select
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.types import Evidence, Fact


def piece(kind: str, strength: float, item_id: str = "1", **facts: Fact) -> Evidence:
    return Evidence(kind, item_id, facts, "source", kind, strength)


FLOOR = piece("catalog", 0.1, title="X", genres=())


def test_strongest_first_and_different_kinds() -> None:
    weak, strong = piece("predicted", 0.4), piece("neighbors", 0.8)
    first, second = piece("carrier", 0.7, titles=("A",)), piece("carrier", 0.6, titles=("B",))

    assert select([[weak, FLOOR, second, strong, first]]) == [(strong, first, weak)]
    assert select([[weak, FLOOR, second, strong, first]], 2) == [(strong, first)]
    assert select([[weak, FLOOR, second, strong, first]], 1) == [(strong,)]


def test_a_weak_third_is_left_out_and_the_floor_fills_up_to_two() -> None:
    strong, middle, weak = (
        piece("neighbors", 0.8),
        piece("predicted", 0.5),
        piece("popularity", 0.2),
    )

    assert select([[strong, middle, weak, FLOOR]]) == [(strong, middle)]
    assert select([[strong, FLOOR]]) == [(strong, FLOOR)]
    assert select([[FLOOR]]) == [(FLOOR,)]
    assert select([[], [FLOOR]]) == [(), (FLOOR,)]
    assert select([]) == []


def test_one_genre_or_decade_is_not_told_twice_in_a_text() -> None:
    asked = piece("words", 0.9, asked="words", genres=("Drama",), first_year=1990, last_year=1999)
    leaning = piece("genre", 0.8, genre="Drama")
    decade = piece("decade", 0.7, decade=1990)
    other = piece("genre", 0.6, genre="Crime")

    assert select([[asked, leaning, decade, other]]) == [(asked, other)]


def test_one_title_is_not_named_twice_in_a_text() -> None:
    example = piece("like", 0.9, title="A", item_id="9", genres=("Drama",))
    same, other = piece("carrier", 0.8, titles=("A",)), piece("carrier", 0.7, titles=("B",))

    assert select([[example, same, other]]) == [(example, other)]


def test_a_title_that_was_named_gives_way_to_another_one() -> None:
    pieces = [
        piece("carrier", 0.8, titles=("A",)),
        piece("carrier", 0.7, titles=("B",)),
        piece("predicted", 0.5),
    ]

    chosen = select([pieces, pieces, pieces])

    assert [mine[0].facts.get("titles") for mine in chosen[:2]] == [("A",), ("B",)]


def test_a_real_list_does_not_give_one_reason_five_times() -> None:
    bench = Bench.of(made_up_movies())
    for resolved in bench.queries():
        reasons: Counter[object] = Counter()
        for context in bench.contexts(resolved):
            assert 1 <= len(context.evidence) <= 3
            for one in context.evidence:
                if one.kind == "carrier":
                    titles = one.facts["titles"]
                    assert isinstance(titles, tuple)
                    reasons.update(titles)
        assert max(reasons.values(), default=0) <= 3
