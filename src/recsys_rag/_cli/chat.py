"""`recsys-rag chat`: lists that can be answered back, on a terminal or by lines from a pipe."""

import sys
from typing import TYPE_CHECKING, Any

import click

from recsys_rag._cli.options import (
    command,
    explain_option,
    history_of,
    k_option,
    likes_option,
    model_options,
    source_of,
    user_option,
    writing_options,
)

if TYPE_CHECKING:
    from recsys_rag.types import Recommendation

_END = frozenset({"/quit", "/exit", "quit", "exit", "bye"})


@command()
@user_option
@likes_option
@k_option
@explain_option
@writing_options
@model_options
def chat(user: str | None, likes: tuple[str, ...], k: int, explain: bool, **source: Any) -> None:
    """Ask, and answer back: lists obey all that was said.

    Say what you want ("a quiet drama"), then what should be different: "less violent", "newer than
    2", "more like 3, but shorter", "seen 1 and 4, loved 4", "not 2", "back", "start over". Ask
    "who directed 2?", "what is 3 about?", "why 1?". An empty line or "quit" ends it.

    \b
    Examples:
      recsys-rag chat
      recsys-rag chat --user 196 --no-explain
    """
    from recsys_rag._cli.console import paper
    from recsys_rag._cli.lines import sentence
    from recsys_rag._cli.render import Page
    from recsys_rag._cli.sources import opened
    from recsys_rag.conversation import Conversation, why_asked
    from recsys_rag.errors import QueryError
    from recsys_rag.recommender import query_of

    recommender = opened(source_of(**source), writes=explain).recommender
    ratings, named = history_of(likes, recommender.dataset.catalog.knows)
    question = query_of(user, history=ratings, likes=named, k=k)
    page, conversation = paper(), Conversation()
    last: Recommendation | None = None
    while text := _message():
        if (rank := why_asked(text)) is not None:
            sentence(page, _reason(last, rank))
            continue
        before, conversation = conversation, recommender.converse(conversation, text)
        if conversation.reply:
            sentence(page, conversation.reply)
        if conversation.critiques == before.critiques and conversation.lists:
            continue
        try:
            events = recommender.stream(question, explain=explain, conversation=conversation)
            shown = Page(page, explain=explain).show(events)
        except QueryError as error:
            sentence(page, f"{error}; the list stays as it was")
            conversation = before
            continue
        if last is not None:
            sentence(page, _moved(last, shown), "dim")
        last = shown
        conversation = conversation.shown([item.candidate.item_index for item in shown.items])


def _message() -> str:
    """Return the next line, "" at the end."""
    if sys.stdin.isatty():
        click.echo("> ", nl=False)
    text = " ".join(sys.stdin.readline().split())
    return "" if text.lower() in _END else text


def _reason(last: "Recommendation | None", rank: int) -> str:
    """Return every fact that is known for an item of the last list."""
    from recsys_rag.conversation import which_of

    items = [item for item in last.items if item.rank == rank] if last else []
    if not items:
        return which_of(len(last.items) if last else 0)
    facts = "; ".join(piece.statement for piece in items[0].evidence)
    return f"{items[0].candidate.name}: {facts or 'no fact is at hand; ask with --explain'}"


def _moved(before: "Recommendation", after: "Recommendation") -> str:
    """Say how many items are new, and which have gone."""
    had = {item.item_id: item.candidate.name for item in before.items}
    has = {item.item_id for item in after.items}
    gone = [name for item_id, name in had.items() if item_id not in has]
    n_new = len(has - had.keys())
    return f"{n_new} new" + (f"; gone: {', '.join(gone)}" if gone else "")
