"""Text about films in the words of another catalog."""

from dataclasses import replace

import pytest

from recsys_rag import Recommender
from recsys_rag.generate.nouns import sentence_in_terms_of
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import made_up_movies


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It is a film of 1996.", "It is an album of 1996."),
        ("A film by X [1].", "An album by X [1]."),
        (
            "82 % of the films you liked are war films too.",
            "82 % of the albums you liked are war albums too.",
        ),
        ("Among the films of the catalog is it.", "Among the albums of the catalog is it."),
        ("It is a film noir, as are 3 film noirs.", "It is a film noir, as are 3 film noirs."),
        (
            "Close to The Film (1965) in the eyes of other viewers.",
            "Close to The Film (1965) in the eyes of other people.",
        ),
        ("It was filmed.", "It was filmed."),
    ],
)
def test_films_become_what_the_catalog_holds(text: str, said: str) -> None:
    assert sentence_in_terms_of("album", text, ["The Film (1965)"]) == said
    assert sentence_in_terms_of("film", text, ["The Film (1965)"]) == text


def test_nothing_is_called_a_film_in_a_catalog_of_books() -> None:
    movies = made_up_movies()
    books = replace(movies, catalog=replace(movies.catalog, noun="book"))
    settings = from_mapping({"retrieve": {"encoder": "none"}, "generate": {"model": "template"}})
    recommender = Recommender(settings).fit(books)
    said = ""
    for user in books.users.ids[:25]:
        answer = recommender.recommend(user, profile="crime", k=5)
        said += answer.text + " ".join(
            one.statement for item in answer.items for one in item.evidence
        )
        assert answer.n_dropped == 0
    assert "book" in said
    assert "film" not in said.lower().replace("film noir", "")
