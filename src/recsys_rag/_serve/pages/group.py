"""The page of a list for several people: its form, and what is shown. Knows no HTTP."""

from collections.abc import Sequence

import msgspec

from recsys_rag._serve import company
from recsys_rag._serve.pages import work
from recsys_rag._serve.pages.shown import TogetherShown
from recsys_rag._serve.service import Service
from recsys_rag.types import Query


def together_form(
    service: Service,
    user_id: str,
    message: str = "",
    people: Sequence[tuple[str, str]] = (),
    *,
    with_me: bool = True,
    words: str = "",
) -> TogetherShown:
    """Return the form for a list of several people, with what was given before."""
    return TogetherShown(
        has_history=work.person(service, user_id).n_rated > 0,
        message=message,
        with_me=with_me,
        people=tuple(people),
        words=words,
        noun=service.engine.recommender.dataset.catalog.noun,
    )


def together(
    service: Service, user_id: str, people: Sequence[tuple[str, str]], *, with_me: bool, words: str
) -> TogetherShown:
    """Return a list for the person who looks and others, each by a name and titles or words.

    Lines that are titles of the catalog are liked, all others are words of taste. Raises
    QueryError.
    """
    engine = service.engine
    catalog = engine.recommender.dataset.catalog
    members = [("you", Query(user_id=user_id, words=words))] if with_me else []
    for name, taste in people:
        lines = [line.strip() for line in taste.splitlines() if line.strip()]
        likes = [line for line in lines if catalog.find(line)]
        tastes = ", ".join(line for line in lines if line not in likes)
        members.append((name, Query(likes=tuple(likes), profile=tastes, words=words)))
    answer = company.together(engine, members, work.LIST_LENGTH)
    return msgspec.structs.replace(
        together_form(service, user_id, "", people, with_me=with_me, words=words),
        items=answer.items,
        floor=answer.floor,
        are_ratings=answer.are_ratings,
        notes=answer.notes,
        names=tuple(name for name, _ in members),
        is_asked=True,
    )
