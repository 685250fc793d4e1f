"""View objects: what an answer shows. The API sends them as JSON, pages render the same ones.

Made from the product's nouns; ids of other people are never in them.
"""

from typing import Any, TypeVar

import msgspec

from recsys_rag import wire
from recsys_rag.data.dataset import Dataset
from recsys_rag.protocols import Understands
from recsys_rag.types import Candidate, Evidence, Query, Recommendation, RecommendedItem
from recsys_rag.verify.claims import claims_of

View = TypeVar("View", bound="_View")


class _View(msgspec.Struct, frozen=True, kw_only=True):
    pass


class SentenceView(_View, frozen=True):
    """A sentence of a text: `text[start:end]`, and the facts that bear it out."""

    text: str
    start: int  # in characters
    end: int
    facts: tuple[int, ...]  # their numbers
    verdict: str  # "supported"; of texts from elsewhere also "refuted" or "unreadable"
    reason: str = ""  # why it is not supported


class FactView(_View, frozen=True):
    """A fact that a text may use: a typed value, counted from rows."""

    number: int  # as the text cites it
    kind: str
    values: dict[str, Any]
    statement: str
    source: str
    strength: float


class RefusedView(_View, frozen=True):
    """A sentence that was written and is not shown."""

    text: str
    reason: str


class ItemView(_View, frozen=True):
    """One item of a list."""

    rank: int
    item_id: str
    title: str
    year: int | None
    genres: tuple[str, ...]
    score: float
    predicted_rating: float | None  # for this person
    average_rating: float | None  # of everybody
    n_ratings: int
    ranks: dict[str, int]  # retriever -> rank before fusion
    text: str
    written_by: str
    repaired: bool
    sentences: tuple[SentenceView, ...]
    facts: tuple[FactView, ...]
    refused: tuple[RefusedView, ...]


class ChipView(_View, frozen=True):
    """A part of what was understood, and the words it was read from."""

    id: str
    field: str  # "query" or "profile"
    means: str
    words: str
    spans: tuple[tuple[int, int], ...]  # in the field's text, in characters


class LikedView(_View, frozen=True):
    name: str
    rating: float


class AsOfView(_View, frozen=True):
    """What an answer rests on."""

    data: str  # content hash of the data that was fitted
    model: int  # version
    feedback: int  # number of the last feedback of this person that is counted in; 0 = none
    items: int = 0  # number of the last change of an item that is counted in; 0 = none


class RecommendationView(_View, frozen=True):
    """A list with its texts. Kept, it can be had again byte for byte."""

    version: int
    id: str
    created_at: int  # seconds since 1970
    as_of: AsOfView
    query: dict[str, Any]  # as it was asked and completed
    previous_id: str | None  # of the list that this one goes on from
    liked: tuple[LikedView, ...]
    understood: tuple[ChipView, ...]
    conditions: tuple[str, ...]  # what decides the list beside the history
    items: tuple[ItemView, ...]
    model_id: str
    notes: tuple[str, ...]
    n_checked: int  # sentences that went through the verifier
    n_dropped: int
    seconds: dict[str, float]


class CritiqueView(_View, frozen=True):
    """Something that was said and holds; it can be taken back by its id."""

    id: int
    words: str
    means: str


class SaidView(_View, frozen=True):
    """One turn as it is kept."""

    number: int
    said_at: int  # seconds since 1970
    words: str  # "" where a critique was taken back, or where a list was brought
    takes_back: int | None
    reply: str
    recommendation_id: str | None


class ConversationView(_View, frozen=True):
    """A conversation: all turns, and what holds."""

    id: str
    created_at: int
    query: dict[str, Any]  # what it began with
    turns: tuple[SaidView, ...]
    critiques: tuple[CritiqueView, ...]


class TurnView(_View, frozen=True):
    """What one message led to: what holds now, a reply, and a list where something changed."""

    conversation_id: str
    number: int
    reply: str
    critiques: tuple[CritiqueView, ...]
    recommendation: RecommendationView | None


class CatalogItemView(_View, frozen=True):
    """One item of the catalog."""

    item_id: str
    title: str
    year: int | None
    genres: tuple[str, ...]
    aliases: tuple[str, ...]
    release_date: str
    runtime_minutes: int | None
    metadata: dict[str, tuple[str, ...]]
    attributes: dict[str, float | tuple[str, ...]]
    average_rating: float | None
    n_ratings: int


def encode(view: Any) -> bytes:
    """Return a view, or a list or mapping of views, as JSON."""
    return msgspec.json.encode(view)


def decode(body: bytes, kind: type[View]) -> View:
    """Return the view in what `encode` returned."""
    return msgspec.json.decode(body, type=kind)


def recommendation_view(
    recommendation: Recommendation,
    items: "ItemViews",
    understander: Understands,
    *,
    id: str,
    created_at: int,
    as_of: AsOfView,
    previous_id: str | None = None,
) -> RecommendationView:
    """Return what is shown of a recommendation."""
    return RecommendationView(
        version=wire.VERSION,
        id=id,
        created_at=created_at,
        as_of=as_of,
        query=wire.write(recommendation.query),
        previous_id=previous_id,
        liked=tuple(LikedView(name=name, rating=rating) for name, rating in recommendation.liked),
        understood=chips(recommendation.query, understander),
        conditions=recommendation.understood,
        items=tuple(map(items.of, recommendation.items)),
        model_id=recommendation.model_id,
        notes=recommendation.notes,
        n_checked=recommendation.n_checked,
        n_dropped=recommendation.n_dropped,
        seconds={name: round(value, 6) for name, value in recommendation.seconds.items()},
    )


def item_view(item: RecommendedItem, dataset: Dataset) -> ItemView:
    """Return what is shown of an item."""
    form = wire.write(item)
    place = dataset.items.get(item.item_id)
    average, n_ratings = average_of(dataset, place)
    shown = form | {
        "average_rating": average,
        "n_ratings": n_ratings,
        "text": item.explanation,
        "sentences": sentences_of(item.explanation),
        "facts": [fact | {"values": fact["facts"]} for fact in form["evidence"]],
        "refused": form["rejected"],
    }
    return msgspec.convert(shown, ItemView)


class ItemViews:
    """What is shown of the items of one answer: an item is shown several times, and made once."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._known: dict[int, tuple[RecommendedItem, ItemView]] = {}  # by rank

    def of(self, item: RecommendedItem) -> ItemView:
        """Return what is shown of an item."""
        known = self._known.get(item.rank)
        if known is None or known[0] is not item:
            known = self._known[item.rank] = item, item_view(item, self._dataset)
        return known[1]


def sentences_of(text: str) -> tuple[SentenceView, ...]:
    """Cut a shown text, in which each sentence ends in its citations, into sentences.

    >>> [(s.start, s.end, s.facts) for s in sentences_of("Near Heat [1]. A war film [2].")]
    [(0, 14, (1,)), (15, 30, (2,))]
    """
    sentences, begin = [], 0
    for claim in claims_of(text):
        start = text.index(claim.text, begin)
        begin = start + len(claim.text)
        sentences.append(
            SentenceView(
                text=claim.text,
                start=start,
                end=begin,
                facts=claim.citations,
                verdict="supported",  # nothing else is shown
            )
        )
    return tuple(sentences)


def chips(query: Query, understander: Understands) -> tuple[ChipView, ...]:
    """Return what the words of a query mean, part by part."""
    found = []
    for name, text in (("query", query.words), ("profile", query.profile)):
        for reading in understander.understand(text).readings if text else ():
            spans = reading.spans
            means = "; ".join(understander.describe(reading.part))
            found.append(
                ChipView(
                    id=f"{name}-{spans[0][0] if spans else 0}-{spans[-1][1] if spans else 0}",
                    field=name,
                    means=means or ", ".join(reading.part.not_understood),
                    words=" ".join(text[start:stop] for start, stop in spans),
                    spans=spans,
                )
            )
    return tuple(found)


def catalog_item_view(dataset: Dataset, place: int) -> CatalogItemView:
    """Return what the catalog has of one item."""
    catalog = dataset.catalog
    average, n_ratings = average_of(dataset, place)
    return CatalogItemView(
        item_id=catalog.items.id(place),
        title=catalog.titles[place],
        year=catalog.year(place),
        genres=catalog.genres[place],
        aliases=catalog.aliases[place],
        release_date=catalog.release_dates[place],
        runtime_minutes=int(catalog.runtimes[place]) or None,
        metadata={name: tuple(column[place]) for name, column in catalog.metadata.items()},
        attributes=dict(catalog.row(place).attributes),
        average_rating=average,
        n_ratings=n_ratings,
    )


def average_of(dataset: Dataset, place: int | None) -> tuple[float | None, int]:
    """Return the mean rating of an item, None where it has none, and how many there are."""
    if place is None:
        return None, 0
    n_ratings = int(dataset.popularity[place])
    if not n_ratings or dataset.scale is None:
        return None, n_ratings
    return round(float(dataset.item_means[place]), 2), n_ratings


def schemas(*kinds: type) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the JSON schemas of views, as OpenAPI refers to them, and the components."""
    refs, components = msgspec.json.schema_components(
        list(kinds), ref_template="#/components/schemas/{name}"
    )
    return list(refs), components


class VerificationView(_View, frozen=True):
    """A text about an item, sentence by sentence, and the facts that speak for or against it."""

    item_id: str
    model: int
    sentences: tuple[SentenceView, ...]
    facts: tuple[FactView, ...]
    n_supported: int
    n_refuted: int
    n_unreadable: int


def fact_view(evidence: Evidence, number: int) -> FactView:
    """Return what is shown of a piece of evidence under this number."""
    item = RecommendedItem(1, _NO_CANDIDATE, (evidence,))
    (form,) = wire.write(item)["evidence"]
    return msgspec.convert(form | {"values": form["facts"], "number": number}, FactView)


_NO_CANDIDATE = Candidate("", -1, "", None, (), 0.0)
