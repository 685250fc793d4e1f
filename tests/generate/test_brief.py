"""The brief: what it refuses, by hand; and that what the template writes keeps to it."""

from dataclasses import replace

import pytest

from grounding import KINDS, Bench, by_hand, candidate_of
from recsys_rag.generate._phrases import Phrase
from recsys_rag.generate._template import TemplateWriter
from recsys_rag.lab.evaluate.text.brief import repeated, violations
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.types import Context, Style

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


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench.of(MOVIES, predicts=False)


@pytest.mark.parametrize(
    "style", [Style(), Style("warm"), Style(length="short"), Style("warm", "short")], ids=str
)
def test_texts_by_the_template_keep_to_the_brief(bench: Bench, style: Style) -> None:
    n_texts = 0
    for place, resolved in enumerate(list(bench.queries())[::6]):
        writer, written = TemplateWriter(KINDS), []
        for rank, context in enumerate(bench.contexts(resolved), 1):
            most = 2 if style.length == "short" else 3
            context = replace(context, evidence=context.evidence[:most], style=style)
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
    assert n_texts > 80


def test_warm_texts_turn_to_the_reader_more_often_and_short_ones_are_shorter(bench: Bench) -> None:
    def told(style: Style) -> list[str]:
        resolved = next(iter(bench.queries()))
        contexts = [replace(one, style=style) for one in bench.contexts(resolved)]
        writer = TemplateWriter(KINDS)
        return [" ".join(writer.write(one, rank=1, seed=0)) for one in contexts]

    def n_turned(texts: list[str]) -> int:
        return sum(Phrase(text, "").is_warm for text in texts)

    assert n_turned(told(Style("warm"))) > n_turned(told(Style("plain")))
    short, normal = " ".join(told(Style(length="short"))), " ".join(told(Style()))
    assert len(short.split()) < 0.8 * len(normal.split())
