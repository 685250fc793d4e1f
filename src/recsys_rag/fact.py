"""A fact and two views of it: how it is said, and what a sentence about it means. Nouns only.

A kind of fact is a frozen dataclass under `Fact`; `protocols.FactKind` says what else belongs to
it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Generic, Literal, NamedTuple, TypeAlias, TypeVar

Fields: TypeAlias = dict[str, str]
Check: TypeAlias = Callable[[str], bool]
Role: TypeAlias = Literal[
    "own",
    "clauses",
    "predicates",
    "modifiers",
    "preludes",
    "reasons",
    "adjuncts",
    "frames",
    "frame_verbs",
]
# what a text tells with a fact: what the item is, why it is for this reader, how sure that is
Part: TypeAlias = Literal["what", "why", "sure"]


class Named(NamedTuple):
    """A name that a fact holds. A title is that of another item, which has this id."""

    text: str
    role: Literal["title", "person", "genre", "quotation"]
    item_id: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A value of one kind, counted from rows. Subclasses are frozen dataclasses that JSON can hold.

    Units stand in the names of fields; what need not be known is None or ().
    """

    kind: ClassVar[str] = ""

    @property
    def part(self) -> Part:
        """What a text tells with it: "what" the item is, "why" it is for this reader, or how
        "sure" that is, which includes what is said with caution."""
        return "why"

    @property
    def names(self) -> tuple[Named, ...]:
        """The names that a text about this fact may hold, besides that of the item itself."""
        return ()

    @property
    def topics(self) -> frozenset[str]:
        """What no other fact of the same text should be about."""
        return frozenset(name.text for name in self.names if name.role != "quotation")

    @property
    def reasons(self) -> tuple[tuple[object, ...], ...]:
        """What makes two facts the same reason to a reader of a list; () for numbers of one
        item."""
        return ()


F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, eq=False)
class Phrases(Generic[F]):
    """How facts of one kind are said; names in braces are fields.

    `fields(fact, noun)` returns the words that forms are filled with, where `noun` is what the
    catalog calls an item; `{film}` is always there. A form whose field is missing is not used.
    Forms say "film", which is written as the catalog's noun. `opens` begin a text and name the
    item; `nexts` are clauses about "it". No opening begins with a number, and each fact has a next
    without ", and" or ":" that does not begin with one.
    """

    fields: Callable[[F, str], Fields]
    opens: tuple[str, ...]
    nexts: tuple[str, ...]
    # what the prompt of the tuned writer calls the kind, where it is not its name
    prompt_name: str = ""
    # fields that the tuned writer's prompt leaves out: they repeat another one
    not_prompted: frozenset[str] = frozenset()
    # fields that it names without their words: they allow a form
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Reading(Generic[F]):
    """What a sentence about a fact of one kind means, whoever wrote it.

    Wordings are plain text with `<slots>` and `{PARTS}`; `(this|that)` are alternatives, `?` says
    that a letter or bracket may be missing (`verify.grammar`). `slots(fact)` says for each slot
    what it may say; `shapes` what it looks like (a whole number, where nothing else is said):
    one of `verify.slots`, or a wording. `<film>` is the item's name, `<it>` the item by name or
    pronoun, `<its>` the same with "'s". Wordings say "film" for any catalog's noun. `parts` are the
    kind's own words; those of `verify/words.toml` are there too.

    Roles: `own` and `clauses` stand by themselves (the former are what our writers say); a
    predicate follows the film; a modifier stands beside it; a prelude is about another item, and a
    clause about the film must come with it; a reason is a noun that may "speak for" the film, alone
    or with those of other kinds; an adjunct stands behind a clause of the kinds that `adjoins`
    names. Frames are clauses, and frame verbs predicates, that are tried where all else cannot be
    read: `{ITEM}` stands for the film in any words that its facts bear out. Slots that begin
    with `its_` are what any film may be said to be (`its_year`,
    `its_genres`, `its_directors`, ...): a kind whose facts hold such a thing has its slot, and
    needs no wordings for it.
    """

    slots: Callable[[F], Mapping[str, Check]]
    own: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    preludes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    adjuncts: tuple[str, ...] = ()
    adjoins: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    frame_verbs: tuple[str, ...] = ()
    shapes: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
