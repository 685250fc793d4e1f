"""Every phrasing of the writers, for every shape of evidence, is read by the verifier; with other
facts it is refused."""

from dataclasses import replace

import pytest

from grounding import KINDS, by_hand, candidate_of
from recsys_rag.generate._phrases import fields_of, filled
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.types import Claim, Context, Evidence
from recsys_rag.verify.strict import StrictVerifier

MOVIES = made_up_movies()
ANTENNA = 11
SHAPES = by_hand(MOVIES)
VERIFIER = StrictVerifier(MOVIES.catalog, KINDS)


def _texts(evidence: Evidence) -> list[tuple[str, str]]:
    context = Context(candidate_of(MOVIES, ANTENNA), (evidence,))
    fields, bank = fields_of(evidence, context, KINDS), KINDS[evidence.kind].phrases
    phrases = filled(bank.opens, fields) + filled(bank.nexts, fields)
    return [(one.form, f"{one.text[0].upper()}{one.text[1:]} [1].") for one in phrases]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_phrasing_of_a_fact_is_supported_by_it(shape: str) -> None:
    context = Context(candidate_of(MOVIES, ANTENNA), (SHAPES[shape],))
    texts = _texts(SHAPES[shape])
    assert len(texts) >= 4
    for _, text in texts:
        (verdict,) = VERIFIER.verify([Claim(text, (1,))], context)
        assert verdict.supported, (text, verdict.reason)


@pytest.mark.acceptance
@pytest.mark.parametrize("shape", SHAPES)
def test_no_phrasing_of_a_fact_is_supported_by_a_fact_of_another_kind(shape: str) -> None:
    for other, evidence in SHAPES.items():
        if evidence.kind == SHAPES[shape].kind or _says_it_too(evidence, SHAPES[shape]):
            continue
        context = Context(candidate_of(MOVIES, ANTENNA), (evidence,))
        for _, text in _texts(SHAPES[shape]):
            (verdict,) = VERIFIER.verify([Claim(text, (1,))], context)
            assert not verdict.supported, (other, text)


def _says_it_too(evidence: Evidence, other: Evidence) -> bool:
    """Whether the fact holds what makes up all of the other: its genres, its makers."""
    slots, others = (KINDS[one.kind].reading.slots(one.fact) for one in (evidence, other))
    return all(slot.startswith("its_") for slot in others if slot != "listed") and any(
        slot in slots for slot in others
    )


def test_every_phrasing_of_the_banks_is_reached_by_some_shape() -> None:
    by_hand_here = {evidence.kind for evidence in SHAPES.values()}
    # of these, `check_kind` reads every phrasing from their own samples, which name what no film
    # of the catalog here has; test_rows reads those of what is stated of films with notes
    assert set(KINDS) - by_hand_here == {
        *("premise", "mood", "shared", "setting", "content", "column")
    }
    reached = {form for evidence in SHAPES.values() for form, _ in _texts(evidence)}
    banks = [KINDS[kind].phrases for kind in by_hand_here]
    every = {form for phrases in banks for form in phrases.opens + phrases.nexts}

    assert every - reached == set()


@pytest.mark.parametrize(
    "genre", ["Comedy", "Film-Noir", "Children's", "Animation", "IMAX", "Kids & Family, Other"]
)
def test_every_genre_is_read_as_it_is_written(genre: str) -> None:
    catalog = replace(MOVIES.catalog, genres=((genre, "War"),) * len(MOVIES.catalog))
    candidate = replace(candidate_of(MOVIES, ANTENNA), genres=(genre, "War"))
    changed = {
        "genre": {"genre": genre},
        "words": {"genres": (genre,)},
        "catalog": {"genres": (genre, "War")},
    }
    for shape, new in changed.items():
        evidence = replace(SHAPES[shape], fact=replace(SHAPES[shape].fact, **new))
        fields = fields_of(evidence, Context(candidate, (evidence,)), KINDS)
        bank = KINDS[evidence.kind].phrases
        for one in filled(bank.opens + bank.nexts, fields):
            text = f"{one.text[0].upper()}{one.text[1:]} [1]."
            (verdict,) = StrictVerifier(catalog, KINDS).verify(
                [Claim(text, (1,))], Context(candidate, (evidence,))
            )
            assert verdict.supported, (text, verdict.reason)


def test_more_than_a_round_number_of_places_is_read_where_it_is_more() -> None:
    shape = SHAPES["influence, pair, same"]  # from rank 2 to 203
    context = Context(candidate_of(MOVIES, ANTENNA), (shape,))
    first, second = shape.fact.titles
    text = f"It would rank more than 100 places lower without {first} and {second}, which you gave"
    for number, holds in (("100", True), ("20", True), ("200", True), ("201", False)):
        said = f"{text.replace('100', number)} 4 each [1]."
        (verdict,) = VERIFIER.verify([Claim(said, (1,))], context)
        assert verdict.supported is holds, (said, verdict.reason)
