"""What the pages do with the service: makes what is shown. Takes as long as the service does; knows
no HTTP."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
import sqlalchemy as sa

from recsys_rag._serve import conversing, tables, views
from recsys_rag._serve.conversations import Held
from recsys_rag._serve.conversing import Message
from recsys_rag._serve.kept import Kept
from recsys_rag._serve.pages.shown import (
    AdminShown,
    FactShown,
    HomeShown,
    ListShown,
    MeShown,
    OwnShown,
    PersonShown,
    RatedShown,
    StarsShown,
    TalkShown,
)
from recsys_rag._serve.people import Feedback
from recsys_rag._serve.problems import Refused
from recsys_rag._serve.service import Ask, Service
from recsys_rag._serve.views import CatalogItemView, RecommendationView
from recsys_rag.types import Filters, Query

TO_RATE = 5
LIST_LENGTH = 5
_POOL = 60  # of the best known, from which the first are offered
_SHOWN_LISTS = 20
_SHOWN_TURNS = 6


def person(service: Service, user_id: str) -> PersonShown:
    """Return what a person has said so far."""
    known = service.memory.history(user_id)
    said = sum(len(known[name]) for name in ("history", "liked", "not_for_me"))
    lists = service.lists.of_user(user_id, 1)
    return PersonShown(
        n_rated=sum(row["rating"] is not None for row in known["history"]) + len(known["liked"]),
        n_said=said,
        last_list=lists[0].id if lists else None,
    )


def home(service: Service, user_id: str, message: str = "") -> HomeShown:
    """Return where a person begins, with the next film to rate."""
    dataset = service.engine.recommender.dataset
    return HomeShown(
        person=person(service, user_id),
        film=_next_to_rate(service, user_id),
        n_wanted=TO_RATE,
        noun=dataset.catalog.noun,
        stars=StarsShown.of(dataset.scale),
        message=message,
    )


def _next_to_rate(service: Service, user_id: str) -> CatalogItemView | None:
    """Return a well known film of genres that were offered least so far."""
    engine = service.engine
    dataset, somebody = engine.recommender.dataset, engine.people.of(user_id)
    said = set(somebody.history.items.tolist())
    for ids in (somebody.shown, somebody.liked, somebody.not_for_me, somebody.dismissed):
        said |= {dataset.items.index(item_id) for item_id in ids if item_id in dataset.items}
    pool = (-dataset.popularity).argsort(kind="stable")[:_POOL].tolist()
    offered = [genre for place in pool if place in said for genre in dataset.catalog.genres[place]]

    def known_genres(place: int) -> float:
        genres = dataset.catalog.genres[place]
        return sum(offered.count(genre) for genre in genres) / max(1, len(genres))

    gone = {dataset.items.get(item_id) for item_id in engine.withdrawn.ids()}
    left = [place for place in pool if place not in said and place not in gone]
    if not left:
        return None
    return views.catalog_item_view(
        dataset, min(left, key=lambda one: (known_genres(one), pool.index(one)))
    )


# --- lists ----------------------------------------------------------------------------------------


def question(
    service: Service, user_id: str, form: Mapping[str, str], only: Sequence[str] = ()
) -> Ask:
    """Return the question that a form asks: words anew, or a list before with something changed.

    `after` is the id of the list that was on the page; of it stay genres left out and what it was
    chosen from. `without` is a chip whose words are taken back, `not_genre` a genre to leave out,
    `with_genre` one that may come again.
    """
    words = form.get("words", "").strip()
    filters, previous = Filters(only=tuple(only)), None
    if after := form.get("after"):
        before = own_list(service, user_id, after)
        filters, previous = before.query.filters, before.id
        if "words" not in form:
            words = before.query.words
        if chip := form.get("without"):
            words = without_chip(before.view, words, chip)
    refused = [genre for genre in filters.excluded_genres if genre != form.get("with_genre")]
    if genre := form.get("not_genre"):
        refused.append(genre)
    if form.get("anything"):
        filters = replace(filters, only=())
    filters = replace(filters, excluded_genres=tuple(dict.fromkeys(refused)))
    query = Query(user_id=user_id, words=words, k=LIST_LENGTH, filters=filters)
    return Ask(query, "text", previous_id=previous)


def without_chip(view: RecommendationView, words: str, chip_id: str) -> str:
    """Return the words without those that a chip was read from."""
    for chip in view.understood:
        if chip.id == chip_id and chip.field == "query":
            kept = list(words)
            for start, stop in sorted(chip.spans, reverse=True):
                del kept[start:stop]
            return " ".join("".join(kept).split()).strip(" ,;")
    return words


def own_list(service: Service, user_id: str, id: str) -> Kept:
    """Return a list of this person; that of another is not told from one that is not there.

    Raises Refused (404).
    """
    kept = service.lists.of(id)
    if kept.user_id != user_id:
        raise Refused(404, f"no recommendation {id!r}")
    return kept


def list_shown(service: Service, user_id: str, id: str) -> ListShown:
    """Return a kept list, as the person sees it now."""
    return of_view(service, user_id, own_list(service, user_id, id).view)


def of_view(service: Service, user_id: str, view: RecommendationView) -> ListShown:
    """Return what is shown of a list, kept or about to be."""
    dataset = service.engine.recommender.dataset
    moved: dict[str, str] = {}
    gone: tuple[str, ...] = ()
    if view.previous_id is not None:
        before = own_list(service, user_id, view.previous_id).view.items
        ranks = {item.item_id: item.rank for item in before}
        now_there = {item.item_id for item in view.items}
        for item in view.items:
            was = ranks.get(item.item_id)
            if was is None:
                moved[item.item_id] = "new"
            elif was != item.rank:
                moved[item.item_id] = f"{'up' if was > item.rank else 'down'} from {was}"
        gone = tuple(item.title for item in before if item.item_id not in now_there)
    filters = view.query.get("filters", {})
    return ListShown(
        list=view,
        words=str(view.query.get("words", "")),
        own=own_of(service, user_id, [item.item_id for item in view.items]),
        moved=moved,
        gone=gone,
        refused=tuple(filters.get("excluded_genres", ())),
        only=len(filters.get("only", ())),
        stars=StarsShown.of(dataset.scale),
        noun=dataset.catalog.noun,
    )


def message_of(service: Service, user_id: str, form: Mapping[str, str]) -> tuple[str, Message]:
    """Return the conversation that a form answers, begun where it is the first word on a list, and
    what it says. Raises Refused."""
    words, chip = form.get("say", "").strip(), form.get("take_back", "")
    if not words and not chip.isdecimal():
        raise Refused(422, "say what should be different")
    after = int(form["after"]) if form.get("after", "").isdecimal() else None
    message = Message(words, int(chip) if chip.isdecimal() else None, after)
    if id := form.get("conversation"):
        return own_conversation(service, user_id, id).id, message
    before = own_list(service, user_id, form.get("list", ""))
    return conversing.begin(service, before.query, user_id, before.id).id, message


def own_conversation(service: Service, user_id: str, id: str) -> Held:
    """Return a conversation of this person. Raises Refused (404)."""
    held = service.conversations.of(id)
    if held.user_id != user_id:
        raise Refused(404, f"no conversation {id!r}")
    return held


def talk(service: Service, user_id: str, id: str) -> TalkShown:
    """Return what was said in a conversation of this person."""
    view = conversing.shown(service, own_conversation(service, user_id, id))
    said = [turn for turn in view.turns if turn.words or turn.takes_back]
    return TalkShown(
        id=id,
        last=view.turns[-1].number,
        turns=tuple(said[-_SHOWN_TURNS:]),
        critiques=view.critiques,
    )


def conversation_shown(
    service: Service, user_id: str, id: str, message: str = "", words: str = ""
) -> ListShown:
    """Return a conversation with the list that is on the screen."""
    last = own_conversation(service, user_id, id).last_list
    assert last is not None  # those of the pages begin with one
    said = msgspec.structs.replace(talk(service, user_id, id), message=message, words=words)
    return msgspec.structs.replace(list_shown(service, user_id, last), talk=said)


def own_of(service: Service, user_id: str, item_ids: Sequence[str]) -> dict[str, OwnShown]:
    """Return what the person said of each of these items."""
    known = service.memory.history(user_id)
    rows = {row["item_id"]: row["rating"] for row in known["history"]}
    liked = {row["item_id"] for row in known["liked"]}
    held = {row["item_id"] for row in (*known["not_for_me"], *known["dismissed"])}
    return {
        item_id: OwnShown(
            rating=rows.get(item_id),
            is_seen=item_id in rows and rows[item_id] is None,
            is_liked=item_id in liked,
            is_held_back=item_id in held,
        )
        for item_id in item_ids
    }


def fact_shown(service: Service, user_id: str, id: str, item_id: str, number: int) -> FactShown:
    """Return one fact of a list of this person, read again."""
    view = own_list(service, user_id, id).view
    titles = {item.item_id: item.title for item in view.items}
    return FactShown(
        list_id=id, item_title=titles.get(item_id, ""), reading=service.fact(id, item_id, number)
    )


# --- what a person says ---------------------------------------------------------------------------


def say(service: Service, user_id: str, form: Mapping[str, str]) -> str:
    """Write down what a form says of an item; return its id. Raises what is wrong with it."""
    kind, rating = form.get("kind", ""), None
    if "rating" in form:
        kind = "rating"
        try:
            rating = float(form["rating"])
        except ValueError:
            raise Refused(422, f"rating {form['rating'][:20]!r} is not a number") from None
    said = Feedback(user_id, form.get("item", ""), kind, rating, None, form.get("list") or None)
    (outcome,) = service.memory.say([said])
    if outcome.error:
        raise outcome.error
    return outcome.item_id


def me(service: Service, user_id: str) -> MeShown:
    """Return all that is known of a person."""
    dataset = service.engine.recommender.dataset
    known = service.memory.history(user_id)

    def rows(name: str) -> tuple[RatedShown, ...]:
        return msgspec.convert(known[name], tuple[RatedShown, ...])

    history = rows("history")
    return MeShown(
        person=person(service, user_id),
        rated=tuple(row for row in history if row.rating is not None),
        seen=tuple(row for row in history if row.rating is None),
        liked=rows("liked"),
        held_back=(*rows("not_for_me"), *rows("dismissed")),
        lists=tuple(
            {
                "id": kept.id,
                "at": _day(kept.created_at),
                "words": kept.query.words,
                "titles": [item.title for item in kept.view.items][:3],
            }
            for kept in service.lists.of_user(user_id, _SHOWN_LISTS)
        ),
        stars=StarsShown.of(dataset.scale),
        noun=dataset.catalog.noun,
    )


def _day(seconds: int) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date().isoformat()


# --- admin ----------------------------------------------------------------------------------------


def admin(service: Service, message: str = "") -> AdminShown:
    """Return versions, keys, and how much was said; no ids of people."""
    with service.database.reading() as connection:
        kind = tables.feedback.c.kind
        said = connection.execute(sa.select(kind, sa.func.count()).group_by(kind)).all()
        n_lists = connection.execute(
            sa.select(sa.func.count()).select_from(tables.kept)
        ).scalar_one()
    versions: list[dict[str, Any]] = [
        {
            "version": one.version,
            "status": one.status,
            "card": {
                name: value
                for name, value in one.card.items()
                if isinstance(value, (str, int, float)) and not name.endswith("folder")
            },
            "verdict": one.card.get("verdict") or one.card.get("gate"),
        }
        for one in service.versions.all()
    ]
    return AdminShown(
        active=service.versions.active(),
        versions=tuple(versions),
        keys=tuple(
            {name: key[name] for name in ("id", "name", "scopes") if name in key}
            for key in service.keys.all()
        ),
        feedback={str(name): int(count) for name, count in said},
        n_lists=int(n_lists),
        can_refit=service.configuration is not None,
        message=message,
    )
