"""A list for several people at once, as it is shown. Knows no HTTP."""

from collections.abc import Sequence

import msgspec

from recsys_rag import groups
from recsys_rag._serve.engine import Engine
from recsys_rag._serve.views import FactView, SentenceView, item_view
from recsys_rag.types import Query


class OpinionView(msgspec.Struct, frozen=True, kw_only=True):
    """What an item is to one of the group, and why."""

    name: str
    value: float  # predicted rating; where there are none, the share of items that it stands before
    text: str
    sentences: tuple[SentenceView, ...]
    facts: tuple[FactView, ...]


class GroupItemView(msgspec.Struct, frozen=True, kw_only=True):
    """An item of the common list."""

    rank: int
    item_id: str
    title: str
    year: int | None
    genres: tuple[str, ...]
    mean: float
    worst: float
    opinions: tuple[OpinionView, ...]  # in the order of the members


class GroupView(msgspec.Struct, frozen=True, kw_only=True):
    """The common list: nobody's value of any item is below the floor."""

    model: int  # version
    items: tuple[GroupItemView, ...]
    floor: float
    are_ratings: bool  # the values: false = shares of the items that are left
    notes: tuple[str, ...]


def together(
    engine: Engine,
    members: Sequence[tuple[str, Query]],
    k: int,
    floor: float | None = None,
    *,
    explain: bool = True,
) -> GroupView:
    """Return the list for people who are called so and ask so; what was said by those with a user
    id counts. Raises as `groups.together`, and UnknownUserError."""
    asked = [(name, engine.asked(query)) for name, query in members]
    answer = groups.together(
        [groups.Member(name, one.query, one.flow) for name, one in asked], k, floor, explain=explain
    )
    return GroupView(
        model=engine.version,
        items=tuple(_item(item, engine) for item in answer.items),
        floor=answer.floor,
        are_ratings=answer.are_ratings,
        notes=answer.notes,
    )


def _item(item: groups.GroupItem, engine: Engine) -> GroupItemView:
    opinions = []
    for opinion in item.opinions:
        shown = item_view(opinion.item, engine.recommender.dataset)
        opinions.append(
            OpinionView(
                name=opinion.name,
                value=opinion.value,
                text=shown.text,
                sentences=shown.sentences,
                facts=shown.facts,
            )
        )
    same = ("rank", "item_id", "title", "year", "genres", "mean", "worst")
    return GroupItemView(**{name: getattr(item, name) for name in same}, opinions=tuple(opinions))
