"""Bodies of requests, as pydantic checks them: strict types, no unknown fields, sizes bounded. The
only place that knows pydantic's models; the rest of the service sees the product's nouns."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from recsys_rag._serve.conversing import Message
from recsys_rag._serve.people import Feedback
from recsys_rag._serve.service import MOST_ITEMS, MOST_RANKED, Ask
from recsys_rag.data.catalog import Row
from recsys_rag.recommender import query_of
from recsys_rag.types import Filters, Length, Query, Tone

_LONGEST = 2_000  # characters of words
_MOST_NAMED = 5_000  # items in a history or a filter


def _readable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("a text must not hold the character NUL")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("a text must be Unicode; this one holds half a surrogate pair")
    return text


def _whole(value: Any) -> Any:
    """JSON has one kind of number: 5.0 is the integer 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _id(text: str) -> str:
    if not text.strip():
        raise ValueError("an id must not be blank")
    return _readable(text)


def _one_line(text: str) -> str:
    line = " ".join(_readable(text).split())
    if not line:
        raise ValueError("a text must not be blank")
    return line


def _item_id(text: str) -> str:
    if text != _id(text).strip() or any(mark in text for mark in "/?#") or not text.isprintable():
        raise ValueError("an id of an item has no /, ? or #, and no blanks around it")
    return text


Text = Annotated[str, AfterValidator(_readable), Field(max_length=_LONGEST)]
ChatText = Annotated[str, AfterValidator(_readable), Field(max_length=100_000)]
Name = Annotated[str, AfterValidator(_id), Field(min_length=1, max_length=200)]
Whole = Annotated[int, BeforeValidator(_whole)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Year = Annotated[Whole, Field(ge=-9999, le=9999)]
ItemId = Annotated[str, AfterValidator(_item_id), Field(min_length=1, max_length=200)]
ItemText = Annotated[str, AfterValidator(_one_line), Field(min_length=1, max_length=_LONGEST)]
Texts = Annotated[list[ItemText], Field(max_length=500)]
ReleaseDate = Annotated[str, Field(pattern=r"^(\d{4}(-\d\d(-\d\d)?)?)?$")]
Minutes = Annotated[Whole, Field(ge=0, le=100_000)]
Seconds = Annotated[Whole, Field(ge=0, le=253_402_300_799)]


class Body(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class FiltersBody(Body):
    """What an item must be to be recommended at all."""

    genres: list[Name] = Field(default=[], max_length=50, description="All of them.")
    excluded_genres: list[Name] = Field(default=[], max_length=50, description="None of them.")
    years: list[Year | None] | None = Field(
        default=None,
        min_length=2,
        max_length=2,
        description="First and last year, inclusive; null = open at that end.",
    )
    only: list[Name] = Field(
        default=[], max_length=_MOST_NAMED, description="Item ids or titles; [] = all."
    )
    where: dict[Name, list[Name]] = Field(
        default={},
        max_length=50,
        description="Column -> values, any of which it has, and comparisons "
        '("<=30"), all of which hold.',
    )

    def noun(self) -> Filters:
        years = (self.years[0], self.years[1]) if self.years else None
        where = {column: tuple(values) for column, values in self.where.items()}
        return Filters(
            tuple(self.genres), tuple(self.excluded_genres), years, tuple(self.only), where
        )


def _noun(body: "QueryBody | VerifyBody", **more: Any) -> Query:
    """Return the query that a body has the fields of."""
    names = (name for name in QueryBody.model_fields if name in type(body).model_fields)
    given = {name: getattr(body, name) for name in names} | more
    return query_of(**given | {name: given[name].strip() for name in ("profile", "query")})


class QueryBody(Body):
    """Who asks, and for what."""

    user: Name | None = Field(default=None, description="A user's id.")
    history: dict[Name, Number] = Field(
        default={}, max_length=_MOST_NAMED, description="Item id or title -> rating, oldest first."
    )
    profile: Text = Field(default="", description="A taste in words; moves the list gently.")
    query: Text = Field(default="", description="What is wanted now; what it names is required.")
    likes: list[Name] = Field(
        default=[], max_length=_MOST_NAMED, description="Items that are liked, without a rating."
    )
    dislikes: list[Name] = Field(default=[], max_length=_MOST_NAMED)
    exclude: list[Name] = Field(default=[], max_length=_MOST_NAMED)
    filters: FiltersBody = FiltersBody()
    include_seen: bool = False
    diversity: Share | None = None
    calibration: Share | None = None
    novelty: Share | None = None
    tone: Tone | None = Field(default=None, description="Of the texts; null = as the settings say.")
    length: Length | None = Field(default=None, description="short: two facts, not three.")

    def noun(self, k: int) -> Query:
        """Return the query that is meant."""
        return _noun(self, k=k, filters=self.filters.noun())


class RecommendationsBody(QueryBody):
    """A question: a user's id, or a history, or only words."""

    k: Annotated[Whole, Field(ge=1, le=MOST_ITEMS)] = 5
    explain: Literal["none", "facts", "text"] = Field(
        default="text",
        description="facts: with the template's texts, at once; text: by the language model.",
    )
    rotation_hours: Annotated[float, Field(ge=0, le=8_760, allow_inf_nan=False)] = Field(
        default=0, description="What was shown to the user in these hours is held back."
    )
    previous: Name | None = Field(
        default=None, description="Id of the recommendation shown before: what moved is told."
    )

    def ask(self) -> Ask:
        return Ask(self.noun(self.k), self.explain, self.rotation_hours, self.previous)


class ConversationBody(QueryBody):
    """What a conversation begins with: who asks, and what holds in all of it."""

    k: Annotated[Whole, Field(ge=1, le=MOST_ITEMS)] = 5
    recommendation: Name | None = Field(
        default=None, description="Id of a kept list to answer back to; the rest is as it was then."
    )


class TurnBody(Body):
    """A message: words, or a critique that is taken back."""

    say: Text = ""
    take_back: Annotated[Whole, Field(ge=1)] | None = Field(
        default=None, description="The id of a critique."
    )
    after: Annotated[Whole, Field(ge=-1)] | None = Field(
        default=None,
        description="Number of the last turn that is known, -1 = none; 409 where there is another.",
    )
    explain: Literal["none", "facts", "text"] = "text"

    @model_validator(mode="after")
    def _one_of_both(self) -> "TurnBody":
        if bool(self.say.strip()) == (self.take_back is not None):
            raise ValueError('give either "say" or "take_back"')
        return self

    def message(self) -> Message:
        return Message(self.say.strip(), self.take_back, self.after, self.explain)


class NextBody(Body):
    k: Annotated[Whole, Field(ge=1, le=MOST_ITEMS)] | None = Field(
        default=None, description="As many as before by default."
    )


class RankingsBody(Body):
    """Many questions, answered without text."""

    queries: list[QueryBody] = Field(min_length=1, max_length=256)
    k: Annotated[Whole, Field(ge=1, le=MOST_RANKED)] = 10

    def nouns(self) -> list[Query]:
        return [query.noun(self.k) for query in self.queries]


class MemberBody(QueryBody):
    """One of a group: what they are called, and who they are or what they like."""

    name: Name

    @property
    def member(self) -> tuple[str, Query]:
        return self.name, self.noun(MOST_ITEMS)


class GroupBody(Body):
    """A question of two to ten people."""

    members: list[MemberBody] = Field(min_length=2, max_length=10)
    k: Annotated[Whole, Field(ge=1, le=MOST_ITEMS)] = 5
    floor: Number | None = Field(
        default=None, description="Nobody is to give any item less; null = the middle of the scale."
    )
    explain: Literal["none", "facts"] = Field(
        default="facts", description="facts: a reason for each member, in the template's texts."
    )


class FeedbackBody(Body):
    """One thing that a person says about an item."""

    user: Name
    item: Name = Field(description="An item's id or title.")
    kind: Literal["rating", "liked", "not_for_me", "seen", "shown", "dismissed", "withdrawn"]
    rating: Number | None = Field(default=None, description='For kind "rating".')
    at: Seconds | None = Field(default=None, description="Seconds since 1970; null = now.")
    recommendation: Name | None = Field(
        default=None, description="Id of the recommendation that it answers."
    )

    def noun(self) -> Feedback:
        return Feedback(self.user, self.item, self.kind, self.rating, self.at, self.recommendation)


class ItemBody(Body):
    """All that the catalog is to have of an item. Columns are those that the catalog has."""

    title: ItemText
    year: Year | None = None
    genres: list[ItemText] = Field(default=[], max_length=50)
    aliases: list[ItemText] = Field(default=[], max_length=50, description="Other titles.")
    release_date: ReleaseDate = Field(default="", description="ISO 8601.")
    runtime_minutes: Minutes | None = None
    metadata: dict[Name, Texts] = Field(
        default={}, max_length=50, description="Column -> its texts: director, actors, plot, ..."
    )
    attributes: dict[Name, Number | Texts] = Field(
        default={}, max_length=50, description="Column -> a number, or its texts."
    )

    def row(self) -> Row:
        """Return the item as the catalog has it."""
        return _over(Row(self.title), {name: getattr(self, name) for name in _FIELDS})


class ItemLineBody(ItemBody):
    """An item among many, with its id."""

    item: ItemId


class ItemChangesBody(Body):
    """What is to be another than it is, by RFC 7396: what is left out stays, null clears."""

    title: ItemText = Field(default="", description="It cannot be cleared.")
    year: Year | None = None
    genres: list[ItemText] | None = Field(default=None, max_length=50)
    aliases: list[ItemText] | None = Field(default=None, max_length=50)
    release_date: ReleaseDate | None = None
    runtime_minutes: Minutes | None = None
    metadata: dict[Name, Texts | None] | None = Field(default=None, max_length=50)
    attributes: dict[Name, Number | Texts | None] | None = Field(default=None, max_length=50)

    def over(self, row: Row) -> Row:
        """Return the item after the change."""
        return _over(row, {name: getattr(self, name) for name in self.model_fields_set})


# of an item, with what each has of which nothing is known
_FIELDS: dict[str, Any] = {
    "title": "",
    "year": 0,
    "genres": (),
    "aliases": (),
    "release_date": "",
    "runtime_minutes": 0,
    "metadata": {},
    "attributes": {},
}


def _over(row: Row, given: Mapping[str, Any]) -> Row:
    """Return the item with these fields of a body; columns are given one by one, None clears."""
    changes: dict[str, Any] = {}
    for name, value in given.items():
        value = _FIELDS[name] if value is None else value
        if isinstance(value, Mapping):
            columns = {**getattr(row, name), **value} if given[name] is not None else {}
            value = {
                column: tuple(known) if isinstance(known, list) else known
                for column, known in columns.items()
                if known is not None and known != []
            }
        changes["runtime" if name == "runtime_minutes" else name] = (
            tuple(value) if isinstance(value, list) else value
        )
    return replace(row, **changes)


class VerifyBody(Body):
    """A text about an item, by any writer."""

    text: Annotated[str, AfterValidator(_readable), Field(min_length=1, max_length=10_000)]
    about: Name = Field(description="The item's id or title.")
    user: Name | None = None
    history: dict[Name, Number] = Field(default={}, max_length=_MOST_NAMED)
    query: Text = ""
    profile: Text = ""

    def noun(self) -> Query:
        return _noun(self)


class ChatPart(BaseModel):
    model_config = ConfigDict(frozen=True)

    type: str
    text: ChatText = ""


class ChatMessage(BaseModel):
    """One message of a chat."""

    model_config = ConfigDict(frozen=True)

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: ChatText | list[ChatPart] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return " ".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class ChatBody(BaseModel):
    """A chat as OpenAI's clients send it. Other fields (temperature, ...) are passed over."""

    model_config = ConfigDict(frozen=True)

    model: Text
    messages: list[ChatMessage] = Field(min_length=1, max_length=1_000)
    stream: bool = False
    user: Name | None = Field(default=None, description="A user's id.")


class RefitBody(Body):
    activate: Literal["if_not_worse", "never"] = "if_not_worse"
