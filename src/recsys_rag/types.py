"""The nouns that travel between the parts: frozen, self-checking, without behavior that decides
anything.

Arrays in the middle (`Batch`, `Rankings`), objects at the edge (`RecommendedItem` and what it
holds).
"""

import itertools
import operator
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, SupportsIndex, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recsys_rag.errors import QueryError
from recsys_rag.fact import Fact
from recsys_rag.understanding import Reading as Reading
from recsys_rag.understanding import Understanding as Understanding

# (n_queries, n_items); finite; a constant row says "no opinion"
Scores: TypeAlias = NDArray[np.float32]


_NOTHING = Understanding()  # what no words mean


def _keep_as_tuples(noun: Any, *names: str) -> None:
    """Make tuples of sequences; refuse a text, which would be a sequence of letters, and what is
    none."""
    for name in names:
        value = getattr(noun, name)
        if isinstance(value, str):
            raise QueryError(f"{name} is one text, {value!r}; give a list of texts")
        if not isinstance(value, Iterable):
            raise QueryError(f"{name} is {value!r}; give a list, such as [{value!r}]")
        object.__setattr__(noun, name, tuple(value))


@dataclass(frozen=True, slots=True)
class Filters:
    """What an item must be to be recommended at all. Every field that is given must hold; an
    unknown year is in no span.

    Names are compared without case, accents and punctuation; those that the catalog lacks are
    refused.
    """

    genres: tuple[str, ...] = ()  # all of them
    excluded_genres: tuple[str, ...] = ()  # none of them
    # first and last year, inclusive; None = open at that end
    years: tuple[int | None, int | None] | None = None
    only: tuple[str, ...] = ()  # item ids or titles; () = the whole catalog
    # catalog column -> values, any of which it has, and comparisons ("<=30", "!=War"), all of which
    # hold; "10:30" is a span of numbers, "true" and "false" are flags
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _keep_as_tuples(self, "genres", "excluded_genres", "only")


Tone: TypeAlias = Literal["plain", "warm"]
Length: TypeAlias = Literal["short", "normal"]


@dataclass(frozen=True, slots=True)
class Style:
    """How texts are to sound. Warm ones speak to the reader; short ones tell two facts, not
    three."""

    tone: Tone = "plain"
    length: Length = "normal"


@dataclass(frozen=True, slots=True)
class Query:
    """A request for recommendations, as a person states it.

    A known user gives `user_id`; a visitor gives `history` (item id -> rating, oldest first);
    either may add words, and words alone are enough. `profile` is a taste in words and moves the
    ranking softly; `words` are asked for: what they name is required.
    """

    user_id: str | None = None
    history: Mapping[str, float] = field(default_factory=dict)
    likes: tuple[str, ...] = ()  # item ids that are liked, and were not rated
    profile: str = ""
    words: str = ""
    dislikes: tuple[str, ...] = ()  # item ids; what resembles them is held back
    exclude: tuple[str, ...] = ()  # item ids that must not be recommended
    k: int = 10
    filters: Filters = Filters()
    include_seen: bool = False  # True: what is in the history may be recommended too
    # stage of selection -> 0 (off) to 1 (nothing but it)
    strengths: Mapping[str, float] = field(default_factory=dict)
    # item ids of the list shown before this one, best first; () = there was none
    previous: tuple[str, ...] = ()
    tone: Tone | None = None  # of the texts; None = as the settings say
    length: Length | None = None

    def __post_init__(self) -> None:
        _keep_as_tuples(self, "likes", "dislikes", "exclude", "previous")
        if not isinstance(self.history, Mapping):
            raise QueryError(
                f"the history is {self.history!r}; map ids or titles to ratings, or give likes"
            )
        for name in ("profile", "words"):
            if not isinstance(getattr(self, name), str):
                raise QueryError(f"{name}: {getattr(self, name)!r} is no text; give one")
        if not isinstance(self.k, SupportsIndex):
            raise QueryError(f"k is {self.k!r}; give a whole number")
        object.__setattr__(self, "k", operator.index(self.k))


@dataclass(frozen=True, slots=True)
class History:
    """What one person rated or saw, oldest first where times are known."""

    items: NDArray[np.int64]  # (n,) item indices, each once
    ratings: NDArray[np.float32]  # (n,) nan = seen, not rated
    times: NDArray[np.int64] | None = None  # (n,) seconds, ascending; None = the order is not known
    version: int = 0  # another number whenever this person's history is another


@dataclass(frozen=True, slots=True, weakref_slot=True)
class ResolvedQuery:
    """A query after its user id was swapped for the history: from here on, nobody is a new user."""

    query: Query
    item_indices: NDArray[np.int64]  # (n_history,) ascending
    # (n_history,) on the dataset's scale; 1.0 where feedback is implicit
    ratings: NDArray[np.float32]
    # (n_history,) 0 = rated last; None = the order is not known
    steps_back: NDArray[np.int32] | None = None
    liked: tuple[int, ...] = ()  # item indices that were named as liked, and are not rated
    disliked: tuple[int, ...] = ()  # item indices
    excluded: tuple[int, ...] = ()  # item indices that must not be recommended, besides the history
    profile: Understanding = _NOTHING
    words: Understanding = _NOTHING
    asked_at: int | None = None  # seconds; None = now
    seen: tuple[int, ...] = ()  # item indices that the person knows and did not rate
    unknown: tuple[str, ...] = ()  # what was named beside other items and is not in the catalog
    only_liked: int | None = None  # the item, where one alone is known of the person, and liked
    leads: bool = False  # words or an example say what is wanted, and the history comes second
    given_up: Understanding = _NOTHING  # of the words: no item need have it; those that do lead

    def __post_init__(self) -> None:
        assert self.item_indices.shape == self.ratings.shape
        assert self.steps_back is None or self.steps_back.shape == self.ratings.shape

    @property
    def examples(self) -> frozenset[int]:
        """The items that were named: as liked, or in "like ..."."""
        return frozenset((*self.liked, *self.words.like_items, *self.profile.like_items))

    @property
    def held_back(self) -> frozenset[int]:
        """The items that hold back what is like them: disliked, or named as "unlike ...". One that
        words leave out beside what they ask for is of the kind that is asked for: "a film about a
        teacher, but not Dangerous Minds"."""
        words = self.words
        left_out = () if words.telling or words.people or words.like_items else words.unlike_items
        return frozenset((*self.disliked, *left_out, *self.profile.unlike_items))


@dataclass(frozen=True, slots=True)
class Batch:
    """Many queries at once, as arrays: all that a retriever may see."""

    histories: sparse.csr_array  # (n, n_items) float32 ratings, sorted indices
    text: tuple[str, ...]  # (n,) words for text retrievers; "" = none
    # aligned with histories.data: 0 = rated last; None = order not known
    steps_back: NDArray[np.int32] | None = None
    # (n,) seconds, when each is asked; None = now, after all that was fitted
    asked_at: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        assert self.histories.shape[0] == len(self.text)
        assert self.steps_back is None or len(self.steps_back) == self.histories.nnz
        assert self.asked_at is None or len(self.asked_at) == len(self.text)

    def __len__(self) -> int:
        return len(self.text)


@dataclass(frozen=True, slots=True)
class Rankings:
    """The k best items of each query, best first, ties by item index; short rows end in -1 / "" and
    nan."""

    item_indices: NDArray[np.int64]  # (n, k)
    item_ids: NDArray[np.str_]  # (n, k)
    scores: NDArray[np.float32]  # (n, k)

    @classmethod
    def stacked(cls, rankings: Sequence["Rankings"], k: int) -> "Rankings":
        """Return the rows of all of them, each k wide; no row at all without any."""
        empty = cls(np.zeros((0, k), np.int64), np.zeros((0, k), "<U1"), np.zeros((0, k), "<f4"))
        parts = [empty, *rankings]
        return cls(
            np.concatenate([part.item_indices for part in parts]),
            np.concatenate([part.item_ids for part in parts]),
            np.concatenate([part.scores for part in parts]),
        )

    def columns(self, places: slice | NDArray[np.integer]) -> "Rankings":
        """Return what stands at these places of every row."""
        return Rankings(
            self.item_indices[:, places], self.item_ids[:, places], self.scores[:, places]
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """One item under consideration, as shown."""

    item_id: str
    item_index: int = field(compare=False)  # follows from the id; -1 = not looked up
    title: str
    year: int | None
    genres: tuple[str, ...]
    score: float
    predicted_rating: float | None = None
    # retriever name -> 1-based rank before fusion
    ranks: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Title and year, as text names it.

        >>> Candidate("1", 0, "Fargo", 1996, (), 1.0).name
        'Fargo (1996)'
        """
        return f"{self.title} ({self.year})" if self.year else self.title


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact about one item for one query, with where it was read, so that anyone can read it
    again."""

    item_id: str
    fact: Fact
    source: str  # rows, counts or catalog fields it was derived from
    statement: str  # the fact in plain words, for a reader who checks
    strength: float  # 0 to 1, comparable between kinds

    def __post_init__(self) -> None:
        assert 0.0 <= self.strength <= 1.0, self

    @property
    def kind(self) -> str:
        return self.fact.kind


@dataclass(frozen=True, slots=True)
class Context:
    """All that a language model may see for one explanation. `evidence[i]` is cited as [i + 1]."""

    candidate: Candidate
    evidence: tuple[Evidence, ...]
    words: str = ""  # the person's own words: data, never instructions
    noun: str = "film"  # what the catalog calls an item
    style: Style = Style()
    # names, "Heat (1995)", that a text may write as "Heat": nothing else can be meant
    undated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """Text for the language model. Backends render it as a completion or as a chat; `examples` come
    before `facts`."""

    instructions: str
    facts: str
    examples: tuple[tuple[str, str], ...] = ()  # (facts, text) pairs
    # where given, the text to continue as it is; the three fields above are then ignored
    raw: str = ""
    stop: tuple[str, ...] = ()  # free text ends before the first of these; a grammar ends by itself


@dataclass(frozen=True, slots=True)
class Grammar:
    """What may be decoded: a right-linear grammar over literal texts. In a state, the model picks
    one alternative.

    `states[name]` is a tuple of (literal, next state); the state "end" has no alternatives and ends
    the text. No literal of a state may be a prefix of another one there, so that the text decides
    the path.

    >>> openings = ((" Heat", "mid"), (" Here is Heat", "mid"))
    >>> g = Grammar({"start": openings, "mid": ((", close to Casino.", "end"),)})
    >>> g.parse(" Here is Heat, close to Casino.")
    (' Here is Heat', ', close to Casino.')
    >>> g.parse(" Here is Heat") is None
    True
    """

    states: Mapping[str, tuple[tuple[str, str], ...]]

    def __post_init__(self) -> None:
        for name, alternatives in self.states.items():
            literals = sorted(literal for literal, _ in alternatives)
            assert literals, f"state {name!r} has no alternatives"
            assert all(literals), f"state {name!r} has an empty literal"
            for first, second in itertools.pairwise(literals):
                assert not second.startswith(first), (
                    f"state {name!r}: {first!r} is a prefix of {second!r}"
                )
            for _, following in alternatives:
                assert following == "end" or following in self.states, f"no state {following!r}"

    def steps(self) -> Iterator[str]:
        """Yield the names of all states, start first."""
        yield "start"
        yield from (name for name in self.states if name != "start")

    def parse(self, text: str) -> tuple[str, ...] | None:
        """Return the literals of this text, None when the grammar does not derive it."""
        state, rest, literals = "start", text, []
        while state != "end":
            for literal, following in self.states[state]:
                if rest.startswith(literal):
                    literals.append(literal)
                    rest, state = rest[len(literal) :], following
                    break
            else:
                return None
        return tuple(literals) if not rest else None


CITATION = re.compile(r"\[([0-9]+)\]")  # of a piece of evidence, by its number from 1


@dataclass(frozen=True, slots=True)
class Claim:
    """One checkable statement: a sentence and the evidence numbers (1-based) that it cites."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim follows from its evidence, and why not where it does not.

    `refuted_by` is the citation number of the fact that says otherwise, and `slot` what it says
    otherwise; 0 where the claim could not be read, and `reason` names the words.
    """

    claim: Claim
    supported: bool
    reason: str = ""
    refuted_by: int = 0
    slot: str = ""

    @property
    def outcome(self) -> Literal["supported", "refuted", "unreadable"]:
        if self.supported:
            return "supported"
        return "refuted" if self.refuted_by else "unreadable"


@dataclass(frozen=True, slots=True)
class RecommendedItem:
    """One recommended item with its explanation, which is built from supported claims only."""

    rank: int
    candidate: Candidate
    evidence: tuple[Evidence, ...] = ()
    explanation: str = ""
    written_by: str = ""  # "" without explanation; else "clauses", "free" or "template"
    rejected: tuple[Verdict, ...] = ()  # what the verifier refused, of every round
    # the model was told what was wrong, to write it again; of both texts, the better one counts
    repaired: bool = False

    @property
    def item_id(self) -> str:
        return self.candidate.item_id

    @property
    def title(self) -> str:
        return self.candidate.title

    @property
    def year(self) -> int | None:
        return self.candidate.year

    @property
    def genres(self) -> tuple[str, ...]:
        return self.candidate.genres

    @property
    def score(self) -> float:
        return self.candidate.score

    @property
    def predicted_rating(self) -> float | None:
        return self.candidate.predicted_rating


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The answer to one query. Terminal, JSON and pages show this same object."""

    query: Query
    # (title with year, rating): what the person rated highest, best first
    liked: tuple[tuple[str, float], ...]
    understood: tuple[str, ...]  # what was read out of the person's words, one phrase each
    items: tuple[RecommendedItem, ...]
    model_id: str = ""  # "" when nothing was to be written
    unverified_text: str = ""  # what a model says unchecked; only in a preset that shows it as such
    # what the reader should know: a short list, a missing model, words not understood
    notes: tuple[str, ...] = ()
    n_checked: int = 0  # claims that went through the verifier
    n_dropped: int = 0  # claims that it refused
    seconds: Mapping[str, float] = field(default_factory=dict)  # stage -> wall time

    @property
    def text(self) -> str:
        """All explanations as one text, an item a paragraph."""
        return "\n\n".join(
            f"{item.candidate.name}: {item.explanation}" for item in self.items if item.explanation
        )


@dataclass(frozen=True, slots=True)
class Ranked:
    """Event: the items are chosen, with the template's texts; the model's may replace them."""

    recommendation: Recommendation


@dataclass(frozen=True, slots=True)
class Written:
    """Event: the text about one item is final: the model's, or the template's of `Ranked`."""

    item: RecommendedItem


@dataclass(frozen=True, slots=True)
class Finished:
    """Event: the whole answer."""

    recommendation: Recommendation


Event: TypeAlias = Ranked | Written | Finished
