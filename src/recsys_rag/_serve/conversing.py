"""Turns of a kept conversation, answered and kept. For the API, the pages and clients of chat."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import msgspec

from recsys_rag import wire
from recsys_rag._serve import kept as keeping
from recsys_rag._serve.conversations import MOST_TURNS, Held, Said, answered, gone_on
from recsys_rag._serve.database import now
from recsys_rag._serve.engine import Engine
from recsys_rag._serve.problems import Refused
from recsys_rag._serve.service import Ask, Part, Service
from recsys_rag._serve.views import (
    ConversationView,
    CritiqueView,
    RecommendationView,
    SaidView,
    TurnView,
)
from recsys_rag.conversation import Conversation, which_of, why_asked
from recsys_rag.errors import QueryError, UnknownUserError
from recsys_rag.types import Query

_NOTHING_YET = "say what you would like, for example: a quiet drama"


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody says: words, or the number of a critique that is taken back."""

    words: str = ""
    takes_back: int | None = None
    after: int | None = None  # the last turn that they know of; None = whatever it is
    explain: str = "text"


def begin(
    service: Service, query: Query, user_id: str | None = None, list_id: str | None = None
) -> Held:
    """Begin a conversation, with the list of this id on the screen. Raises Refused (404)."""
    turns: tuple[Said, ...] = ()
    if list_id is not None:
        kept = service.lists.of(list_id)
        query = replace(kept.query, previous=())
        turns = (Said(0, now(), recommendation_id=list_id, item_ids=kept.item_ids),)
    held = Held(keeping.new_id(), user_id or query.user_id, now(), query, turns)
    service.conversations.begin(held)
    return held


async def turn(service: Service, id: str, message: Message) -> AsyncIterator[Part]:
    """Answer a message as parts: `ranked`, `written`, and `finished` with a `TurnView`, which is
    kept; that alone where no list is made anew.

    What cannot be served is told in the reply, and the list stays as it was. Raises Refused: 409
    where the conversation has gone on since `after`.
    """
    engine = await service.current()
    held = await service.in_thread(service.conversations.of, id)
    before, after = await service.in_thread(_read, service, engine, held, message)
    said = Said(held.next_number, now(), message.words, message.takes_back)
    if rank := why_asked(message.words):
        said = replace(said, reply=await service.in_thread(_reasons, service, held, rank))
    elif not _asks_anew(held, before, after):
        said = replace(said, reply=after.reply or _NOTHING_YET)
    else:
        ask = Ask(
            held.query,
            message.explain,
            previous_id=held.last_list,
            conversation=after,
            turn=(held.id, said.number),
        )
        try:
            async for part in service.recommend(ask):
                if part.name != "finished":
                    yield part
                    continue
                assert isinstance(part.view, RecommendationView)
                ids = tuple(item.item_id for item in part.view.items)
                said = replace(
                    said, reply=after.reply, recommendation_id=part.view.id, item_ids=ids
                )
                yield await service.in_thread(_kept, service, engine, held, said, part.view)
            return
        except (QueryError, UnknownUserError) as error:
            said = replace(said, stands=False, reply=f"{error}; the list stays as it was")
    yield await service.in_thread(_kept, service, engine, held, said)


async def turn_whole(service: Service, id: str, message: Message) -> TurnView:
    """Answer a message whole."""
    async for part in turn(service, id, message):
        if isinstance(part.view, TurnView):
            return part.view
    raise AssertionError("an answer ends with finished")


def shown(service: Service, held: Held) -> ConversationView:
    """Return what is shown of a conversation."""
    return ConversationView(
        id=held.id,
        created_at=held.created_at,
        query=wire.write(held.query),
        turns=tuple(msgspec.convert(said, SaidView, from_attributes=True) for said in held.turns),
        critiques=critiques(service.engine, _value(service, service.engine, held)),
    )


def critiques(engine: Engine, conversation: Conversation) -> tuple[CritiqueView, ...]:
    """Return what was said and holds, as chips."""
    flow = engine.recommender.flow
    catalog = flow.ranker.dataset.catalog

    def names(items: tuple[int, ...]) -> str:
        return ", ".join(catalog.name(item) for item in items)

    chips = []
    for critique in (part for whole in conversation.critiques for part in whole.parts):
        told = [*flow.ranker.understander.describe(critique.asks)] if critique.asks else []
        for verb, items in (
            ("seen", critique.seen),
            ("not", critique.refused),
            ("rated", tuple(critique.ratings)),
        ):
            told += [f"{verb} {names(items)}"] if items else []
        means = "; ".join(told) or critique.words
        chips.append(CritiqueView(id=critique.critique_id, words=critique.words, means=means))
    return tuple(chips)


def _read(
    service: Service, engine: Engine, held: Held, message: Message
) -> tuple[Conversation, Conversation]:
    """Return the conversation before and after a message. Raises Refused."""
    if message.after is not None and message.after != held.next_number - 1:
        raise gone_on(held.next_number - 1)
    if held.next_number >= MOST_TURNS:
        raise Refused(409, f"a conversation has at most {MOST_TURNS} turns; begin another")
    before = _value(service, engine, held)
    ids = {one.critique_id for whole in before.critiques for one in (whole, *whole.parts)}
    if message.takes_back is not None and message.takes_back not in ids:
        raise Refused(404, f"no critique {message.takes_back} holds here; these do: {sorted(ids)}")
    after = answered(before, message.words, message.takes_back, engine.recommender)
    return before, after


def _value(service: Service, engine: Engine, held: Held) -> Conversation:
    return service.conversations.value(held, engine.recommender, engine.by)


def _asks_anew(held: Held, before: Conversation, after: Conversation) -> bool:
    query = held.query
    is_somebody = query.user_id or query.history or query.likes or query.profile or query.words
    return after.critiques != before.critiques or bool(not before.lists and is_somebody)


def _kept(
    service: Service, engine: Engine, held: Held, said: Said, view: RecommendationView | None = None
) -> Part:
    service.conversations.add(held.id, said)
    value = _value(service, engine, replace(held, turns=(*held.turns, said)))
    told = TurnView(
        conversation_id=held.id,
        number=said.number,
        reply=said.reply,
        critiques=critiques(engine, value),
        recommendation=view,
    )
    return Part("finished", told)


def _reasons(service: Service, held: Held, rank: int) -> str:
    """Return what is known of why an item of the last list stands in it: proven sentences."""
    view = service.lists.of(held.last_list).view if held.last_list else None
    items = [item for item in view.items if item.rank == rank] if view else []
    if not items:
        return which_of(len(view.items) if view else 0)
    (item,) = items
    facts = "; ".join(fact.statement for fact in item.facts)
    return f"{item.title}: {facts or 'no fact is at hand'}"
