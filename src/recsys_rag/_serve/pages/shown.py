"""What the pages show, as values: a template renders them, the JSON twin is them."""

from typing import Any, Self

import msgspec

from recsys_rag._serve.company import GroupItemView
from recsys_rag._serve.rereading import FactReadingView
from recsys_rag._serve.views import CatalogItemView, CritiqueView, RecommendationView, SaidView
from recsys_rag.data.dataset import RatingScale

_STEPS = 12  # more ratings than these are typed


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What a page shows."""


class StarsShown(Shown, frozen=True):
    """The ratings that can be given; () where the data has none."""

    values: tuple[float, ...]
    is_stars: bool  # a star and half a star at a time; False: numbers

    @classmethod
    def of(cls, scale: RatingScale | None) -> Self:
        """Return the ratings that the page offers: halves on a scale of stars, else whole steps."""
        if scale is None:
            return cls(values=(), is_stars=False)
        if scale.high == 5 and scale.low in (0.5, 1):
            return cls(values=tuple(n / 2 for n in range(int(2 * scale.low), 11)), is_stars=True)
        step = max(scale.step, (scale.high - scale.low) / (_STEPS - 1))
        n_steps = int((scale.high - scale.low) / step + 1e-9)
        values = tuple(round(scale.low + n * step, 6) for n in range(n_steps + 1))
        return cls(values=values, is_stars=False)


class PersonShown(Shown, frozen=True):
    """What whoever looks has said so far."""

    n_rated: int
    n_said: int
    last_list: str | None  # id


class HomeShown(Shown, frozen=True):
    """Where a person without a list begins."""

    person: PersonShown
    film: CatalogItemView | None  # the next to rate
    n_wanted: int
    noun: str
    stars: StarsShown
    message: str = ""


class OwnShown(Shown, frozen=True):
    """What the person said of an item."""

    rating: float | None = None
    is_seen: bool = False
    is_liked: bool = False
    is_held_back: bool = False


class TalkShown(Shown, frozen=True):
    """What was said since the first list."""

    id: str = ""  # of the conversation; "" = nothing was said yet
    last: int = -1  # number of the last turn
    turns: tuple[SaidView, ...] = ()  # the latest
    critiques: tuple[CritiqueView, ...] = ()
    message: str = ""  # what went wrong
    words: str = ""  # what was typed then


class ListShown(Shown, frozen=True):
    """A kept list, with what the person said of its items since, and what is new in it."""

    list: RecommendationView
    words: str
    own: dict[str, OwnShown]
    # item id -> "new", "up from 4", "down from 1"; empty without a list before
    moved: dict[str, str]
    gone: tuple[str, ...]  # names that the list before had
    refused: tuple[str, ...]  # genres that are left out
    only: int  # how many items it was chosen from, 0 = the catalog
    stars: StarsShown
    noun: str
    talk: TalkShown = TalkShown()


class FactShown(Shown, frozen=True):
    """One fact, read again."""

    list_id: str
    item_title: str
    reading: FactReadingView


class RatedShown(Shown, frozen=True):
    item_id: str
    title: str
    year: int | None
    rating: float | None = None


class MeShown(Shown, frozen=True):
    """All that is known of a person."""

    person: PersonShown
    rated: tuple[RatedShown, ...]  # latest first
    seen: tuple[RatedShown, ...]
    liked: tuple[RatedShown, ...]
    held_back: tuple[RatedShown, ...]
    lists: tuple[dict[str, Any], ...]  # id, at, words; latest first
    stars: StarsShown
    noun: str


class AmbiguousShown(Shown, frozen=True):
    """A title of an export that may mean several items."""

    title: str
    kind: str
    rating: float | None  # on the scale of the data
    items: tuple[RatedShown, ...]


class ImportShown(Shown, frozen=True):
    """What became of an export."""

    format: str
    n_rows: int
    counts: dict[str, dict[str, int]]
    n_taken: int
    ambiguous: tuple[AmbiguousShown, ...]
    unknown: tuple[str, ...]
    left_out: dict[str, int]  # reason -> rows
    not_read: dict[str, str]
    wanting: tuple[RatedShown, ...]
    notes: tuple[str, ...]
    noun: str


class TogetherShown(Shown, frozen=True):
    """A list for several people, or the form for one."""

    has_history: bool  # whoever looks can be one of them
    items: tuple[GroupItemView, ...] = ()
    floor: float = 0
    are_ratings: bool = True
    notes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    is_asked: bool = False
    with_me: bool = True
    people: tuple[tuple[str, str], ...] = ()  # names and tastes, as they were given
    words: str = ""
    message: str = ""
    noun: str = "film"


class ReceiptShown(Shown, frozen=True):
    receipt: dict[str, Any]


class AdminShown(Shown, frozen=True):
    """Versions of the model, and keys."""

    active: int | None
    versions: tuple[dict[str, Any], ...]
    keys: tuple[dict[str, Any], ...]
    feedback: dict[str, int]  # kind -> how many
    n_lists: int
    can_refit: bool
    message: str = ""


class ProblemShown(Shown, frozen=True):
    """What went wrong."""

    status: int
    title: str
    detail: str


class LoginShown(Shown, frozen=True):
    """The form that asks for a key."""

    message: str = ""
