"""Text about films in the words of another catalog."""

import random
import re
from dataclasses import replace

import pytest

from grounding import KINDS, candidate_of
from recsys_rag import Dataset, Query, Recommender
from recsys_rag._explaining import Explained, Explainer
from recsys_rag._turns import Deadline
from recsys_rag.facts.genre import GenreFact
from recsys_rag.generate._clauses import ClauseWriter
from recsys_rag.generate._nouns import sentence_in_terms_of
from recsys_rag.generate._template import TemplateWriter
from recsys_rag.lab.finetune.phrasings import BankWriter
from recsys_rag.lab.tuned.tuned_writer import TunedWriter
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import Context, Evidence, RecommendedItem
from recsys_rag.verify.claims import claims_of
from recsys_rag.verify.strict import StrictVerifier


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


def _memoirs() -> Dataset:
    """Books, some of which have the words for a film and for a book in their titles."""
    movies = made_up_movies()
    titles = [*movies.catalog.titles]
    for item, title in {
        0: "A Memoir of Film",
        9: "Films, a Book",
        11: "Book",
        20: "A Film",
    }.items():
        titles[item] = title
    return replace(movies, catalog=replace(movies.catalog, titles=tuple(titles), noun="book"))


@pytest.mark.parametrize("writer", ["template", "clauses", "tuned"])
def test_what_is_shown_is_what_was_verified_byte_for_byte(writer: str) -> None:
    books = _memoirs()
    settings = from_mapping({"retrieve": {"encoder": "none"}, "generate": {"model": "template"}})
    flow = Recommender(settings).fit(books).flow
    bank, rng = BankWriter(), random.Random(4)
    shown: list[str] = []
    for user in books.users.ids[:12]:
        resolved = flow.ranker.resolve(Query(user_id=user, k=5))
        candidates = flow.ranker.candidates(resolved, 5)
        for rank, (candidate, evidence) in enumerate(
            zip(candidates, flow.evidence(resolved, candidates), strict=True), 1
        ):
            context = Context(candidate, evidence, noun="book")
            # what a tuned model says is about films: it was taught no other noun
            about_films = bank.text(replace(context, noun="film"), rng) or ""
            by = {
                "template": TemplateWriter(KINDS),
                "clauses": ClauseWriter(ScriptedLanguageModel(), KINDS),
                "tuned": TunedWriter(ScriptedLanguageModel([about_films]), KINDS),
            }[writer]
            item = RecommendedItem(rank, candidate, evidence)
            plain = Explained(item)
            text = Explainer(flow.verifier, seed=0).by_model(plain, context, by, Deadline(60.0))
            judged = flow.verifier.verify(
                claims_of(text.item.explanation), replace(context, evidence=text.item.evidence)
            )
            assert judged, text.failure
            assert all(verdict.supported for verdict in judged), judged
            shown.append(text.item.explanation)
    said = " ".join(shown)
    assert "A Memoir of Film (" in said or "Films, a Book (" in said
    assert "books you liked" in said
    for title in ("A Memoir of Film", "Films, a Book", "A Film"):
        said = said.replace(title, "")
    assert not re.search(r"\bfilms?\b(?! noir)", said, re.IGNORECASE)


def test_a_book_that_is_called_a_film_is_refused() -> None:
    books = _memoirs()
    verifier = StrictVerifier(books.catalog, KINDS)
    candidate = candidate_of(books, 20)
    fact = GenreFact(9, 14, 64, 22, "liked", candidate.genres[0])
    context = Context(candidate, (Evidence(candidate.item_id, fact, "", "", 0.5),), noun="book")
    name = candidate.name
    for noun, supported in (("book", True), ("film", False), ("movie", False)):
        text = f"{name} is a {candidate.genres[0]} {noun}, like 9 of the 14 {noun}s you liked [1]."
        (verdict,) = verifier.verify(claims_of(text), context)
        assert verdict.supported == supported, (text, verdict.reason)
