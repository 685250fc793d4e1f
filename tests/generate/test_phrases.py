"""The banks: enough phrasings, well-formed, and fit for each role that the grammar gives them."""

import re

import pytest

from grounding import KINDS, by_hand, candidate_of
from recsys_rag.generate._phrases import fields_of, filled, needed
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.types import Context, Evidence

MOVIES = made_up_movies()
SHAPES = by_hand(MOVIES)


def _fields(evidence: Evidence) -> dict[str, str]:
    return fields_of(evidence, Context(candidate_of(MOVIES, 11), (evidence,)), KINDS)


SUPERLATIVES = re.compile(
    r"\b(best|greatest|great|must|perfect|love|masterpiece|amazing|favorite)\b", re.IGNORECASE
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_many_phrasings_and_none_twice(kind: str) -> None:
    bank = KINDS[kind].phrases

    assert len(bank.opens) >= 3 or kind == "premise"  # whose words differ from film to film
    assert len(bank.nexts) >= 3 or kind == "premise"
    assert len(set(bank.opens + bank.nexts)) == len(bank.opens + bank.nexts)


def test_no_opening_belongs_to_two_kinds() -> None:
    opens = [form for kind in KINDS.values() for form in kind.phrases.opens]

    assert len(set(opens)) == len(opens)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_evidence_can_take_every_role(shape: str) -> None:
    evidence = SHAPES[shape]
    bank, fields = KINDS[evidence.kind].phrases, _fields(evidence)
    opens, nexts = filled(bank.opens, fields), filled(bank.nexts, fields)

    assert len(opens) >= 3
    assert any(not one.stands_alone and not one.begins_with_number for one in nexts)
    assert not any(one.begins_with_number for one in opens)


@pytest.mark.parametrize("kind", KINDS)
def test_phrasings_praise_nothing_name_the_film_once_and_end_without_a_stop(kind: str) -> None:
    bank = KINDS[kind].phrases
    for form in bank.opens + bank.nexts:
        assert not SUPERLATIVES.search(form), form
        assert form.count("{film}") + form.count("{bare}") <= 1
        assert form.strip(" .!") == form
        assert "  " not in form
    for form in bank.nexts:
        assert "film" not in needed(form), form
    for form in bank.opens:
        # a premise may begin a text by itself: the next sentence names the film
        assert needed(form) & {"film", "bare"} or form == "{alone}", form
        assert form[0].isupper() or form[0] == "{"
    for form in bank.nexts:
        assert form[0].islower() or form[0] in "{", form


def test_numbers_and_articles_agree() -> None:
    texts = []
    for evidence in SHAPES.values():
        bank, fields = KINDS[evidence.kind].phrases, _fields(evidence)
        texts += [one.text for one in filled(bank.opens + bank.nexts, fields)]

    for text in texts:
        assert not re.search(r"\ba (?:8|11\b|18\b|[aeiou]\w* film)", text), text
        assert not re.search(r"\ban (?!8|11\b|18\b|[aeiouAEIOU])", text), text
        assert not re.search(r"[{}]", text), text
    assert any("an 8" in text for text in texts)
    assert any("Sci-Fi and Thriller" in text for text in texts)
    assert any("4 or more" in text for text in texts)
    assert any("8 or more" in text for text in texts)
    assert any("4 each" in text for text in texts)
