"""The brief: what it refuses, by hand; and that what the template writes keeps to it."""

from dataclasses import replace

import pytest

from grounding import KINDS, Bench, by_hand, candidate_of
from recsys_rag.generate._brief import repeated, violations
from recsys_rag.generate._template import TemplateWriter
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.types import Context

MOVIES = made_up_movies()
SHAPES = by_hand(MOVIES)
CANDIDATE = candidate_of(MOVIES, 11)
CONTEXT = Context(CANDIDATE, (SHAPES["catalog"], SHAPES["influence, far"], SHAPES["neighbors"]))
FILM = CANDIDATE.name
(OTHER,) = SHAPES["influence, far"].fact.titles
GOOD = (
    f"{FILM} is listed under Sci-Fi and Thriller [1]. One reason for it is {OTHER}, which you gave "
    f"a 5 [2]. {FILM} got 4 or 5 from 17 of the 25 people most like you who rated it [3]."
)


def test_a_text_that_keeps_to_the_brief_has_no_violation() -> None:
    assert list(violations(GOOD, CONTEXT)) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (GOOD.replace(f"{FILM} got", "It got"), f"says 'It' behind {OTHER}"),
        (GOOD.replace("One reason for it is", "It owes 31 % of its score to"), "says 'score'"),
        (GOOD.replace("17 of the 25", "68 % (and 17 %) of the"), "has 2 percentages"),
        (GOOD.replace("One reason", "The main reason"), "says 'main reason', which is not shown"),
        (f"{FILM} is listed under Sci-Fi [1] [2].", "has 8 words, not 25 to 55"),
        (GOOD.replace("One reason for it", "word " * 40 + "it"), "words, not 25 to 55"),
        (f"{GOOD} {FILM} is good [3].", "has 4 sentences"),
    ],
)
def test_what_breaks_the_brief_is_named(changed: str, said: str) -> None:
    assert any(said in broken for broken in violations(changed, CONTEXT)), list(
        violations(changed, CONTEXT)
    )


def test_a_text_without_a_word_on_the_item_itself_is_named() -> None:
    context = replace(CONTEXT, evidence=CONTEXT.evidence[1:])
    assert "says nothing of the item itself" in list(violations(GOOD, context))


def test_texts_built_alike_are_named_once() -> None:
    other = GOOD.replace("17 of the 25", "12 of the 15")
    assert len(list(repeated([(GOOD, CONTEXT), (other, CONTEXT), ("", CONTEXT)]))) == 1


def test_hundreds_of_texts_by_the_template_keep_to_the_brief() -> None:
    bench, n_texts = Bench.of(MOVIES, predicts=False), 0
    for place, resolved in enumerate(list(bench.queries())[::3]):
        writer, written = TemplateWriter(KINDS), []
        for rank, context in enumerate(bench.contexts(resolved), 1):
            text = " ".join(writer.write(context, rank=rank, seed=place))
            broken = [
                one
                for one in violations(text, context)
                # the invented films have no notes: what is known of some takes fewer words
                if "words" not in one and "itself" not in one
            ]
            assert broken == [], text
            written.append((text, context))
            n_texts += 1
        assert list(repeated(written)) == []
    assert n_texts > 200
