"""Words: an item of several asked genres is called as people call it, and the verifier reads what
it is called, and no genre more."""

from itertools import combinations

import pytest

from grounding import KINDS
from recsys_rag.data.dataset import Dataset
from recsys_rag.facts.words import WordsFact, _WordsEvidence
from recsys_rag.generate.wording import genres_form
from recsys_rag.types import Candidate, Context
from recsys_rag.verify.claims import claims_of
from recsys_rag.verify.strict import StrictVerifier


@pytest.fixture(scope="module")
def called(ml100k: Dataset) -> dict[tuple[str, ...], int]:
    """Every set of up to four genres that a film of MovieLens has -> a film that has it."""
    return {
        genres: item
        for item, of in enumerate(ml100k.catalog.genres)
        for size in (1, 2, 3, 4)
        for genres in combinations(of, size)
    }


def _is_supported(dataset: Dataset, item: int, stated: tuple[str, ...], text: str) -> bool:
    catalog = dataset.catalog
    evidence = _WordsEvidence(catalog)._stated(item, WordsFact("words", stated))
    candidate = Candidate(
        catalog.items.id(item), item, catalog.titles[item], catalog.year(item),
        catalog.genres[item], 1.0,
    )  # fmt: skip
    context = Context(candidate, (evidence,), words="anything", noun="film")
    return all(v.supported for v in StrictVerifier(catalog, KINDS).verify(claims_of(text), context))


def test_what_films_of_several_genres_are_called_is_read(
    ml100k: Dataset, called: dict[tuple[str, ...], int]
) -> None:
    assert len(called) > 300
    for genres, item in called.items():
        for text in (
            f"It is {genres_form(genres)}, as you asked [1].",
            f"You asked for {genres_form(genres)}, and this is one [1].",
        ):
            assert _is_supported(ml100k, item, genres, text), text


def test_a_genre_more_than_was_asked_is_not_as_asked(
    ml100k: Dataset, called: dict[tuple[str, ...], int]
) -> None:
    for genres, item in called.items():
        if len(genres) > 1:
            text = f"You asked for {genres_form(genres)}, and this is one [1]."
            assert not _is_supported(ml100k, item, genres[:-1], text), text
