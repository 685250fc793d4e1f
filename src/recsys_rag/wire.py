"""Nouns as JSON and back: one form for `--json`, a service and kept lists.

`recsys_rag.wire.write` gives the plain objects of JSON, `read` takes them back and refuses a field
that it does not know by its path, `schema` describes them to other programs. Keys are added over
time, never renamed or removed; `version` changes if that promise ever has to be broken.

A recommendation: `version`, `query` (user_id, history, likes, profile, words, dislikes, exclude, k,
filters, include_seen, strengths {stage: strength, those that were asked for}, previous, tone,
length), `liked` [{name, rating}], `understood` [phrase], `items`, `text`, `unverified_text`,
`model_id`, `notes`, `n_checked`, `n_dropped`, `seconds` {stage: seconds}. Only `query` and `items`
must be there.

An item: `rank`, `item_id`, `title`, `year`, `genres`, `score`, `predicted_rating`, `ranks`
{retriever: rank}, `explanation`, `written_by`, `repaired`, `evidence`, `rejected`. What is not
known is null. `[2]` in an explanation cites the evidence with `number` 2. An item's index means
nothing outside and is not written.

Evidence: `number`, `kind`, `statement`, `facts`, `source`, `strength`. It counts other people and
does not name them, unless their ids are asked for (`--with-ids`). A rejected claim, which is not in
the explanation: `text`, `citations`, `reason`.
"""

import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Generic, Literal, TypeVar, cast

import msgspec
import numpy as np

from recsys_rag import errors
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import DataError, QueryError, RecsysRagError
from recsys_rag.registry import fact_kinds
from recsys_rag.types import (
    Candidate,
    Claim,
    Evidence,
    Filters,
    Finished,
    Query,
    Ranked,
    Rankings,
    Reading,
    Recommendation,
    RecommendedItem,
    Understanding,
    Verdict,
    Written,
)

VERSION = 1
Noun = TypeVar("Noun")


# --- the JSON forms of nouns that are not written field by field ----------------------------------


class _Form(msgspec.Struct, frozen=True, kw_only=True):
    pass


class _Evidence(_Form, frozen=True):
    number: int  # as the explanation cites it
    kind: str
    statement: str
    facts: dict[str, Any]  # the fields of the fact of this kind
    source: str
    strength: float


class _Rejected(_Form, frozen=True):
    text: str
    citations: tuple[int, ...]
    reason: str


class _Candidate(_Form, frozen=True):
    item_id: str
    title: str
    year: int | None
    genres: tuple[str, ...]
    score: float
    predicted_rating: float | None = None
    ranks: dict[str, int] = {}


class _Item(_Candidate, frozen=True, kw_only=True):
    rank: int
    explanation: str = ""
    written_by: str = ""
    repaired: bool = False
    evidence: tuple[_Evidence, ...] = ()
    rejected: tuple[_Rejected, ...] = ()


class _Liked(_Form, frozen=True):
    name: str
    rating: float


class _Recommendation(_Form, frozen=True, kw_only=True):
    query: Query
    liked: tuple[_Liked, ...] = ()
    understood: tuple[str, ...] = ()
    items: tuple[_Item, ...]
    text: str = ""  # all explanations; follows from `items`
    unverified_text: str = ""
    model_id: str = ""
    notes: tuple[str, ...] = ()
    n_checked: int = 0
    n_dropped: int = 0
    seconds: dict[str, float] = {}


class _Rankings(_Form, frozen=True):
    """A row a query, best first; a row may be shorter than k."""

    k: int
    item_ids: tuple[tuple[str, ...], ...]
    scores: tuple[tuple[float, ...], ...]


class _Error(_Form, frozen=True):
    error: str  # the name of its class in `recsys_rag.errors`
    message: str


@dataclass(frozen=True)
class _Understood(Understanding):
    """Items by id."""

    like_items: tuple[str, ...] = ()  # type: ignore[assignment]
    unlike_items: tuple[str, ...] = ()  # type: ignore[assignment]
    seen_items: tuple[str, ...] = ()  # type: ignore[assignment]
    either: tuple["_Understood", ...] = ()
    neither: tuple["_Understood", ...] = ()
    readings: tuple["_Reading", ...] = ()  # type: ignore[assignment]
    told: tuple[tuple["_Understood", str], ...] = ()


class _Reading(_Form, frozen=True):
    part: _Understood
    spans: tuple[tuple[int, int], ...]


# --- noun -> form -> noun -------------------------------------------------------------------------


@dataclass(frozen=True)
class _Options:
    items: Vocabulary | None
    with_ids: bool

    def index(self, item_id: str) -> int:
        index = self.items.get(item_id) if self.items else None
        return -1 if index is None else index


@dataclass(frozen=True)
class _Way(Generic[Noun]):
    """How one noun goes out and comes back; a mirror where the noun is its own form."""

    form: type
    out: Callable[[Noun, _Options], Any] = lambda noun, _: noun
    back: Callable[[Any, _Options], Noun] = lambda form, _: form


def _shared(source: Any, form: Any) -> dict[str, Any]:
    """Return the fields of `form` that `source` has too, by name."""
    names = getattr(form, "__struct_fields__", None) or [field.name for field in fields(form)]
    return {name: getattr(source, name) for name in names if hasattr(source, name)}


def _candidate(candidate: Candidate, options: _Options) -> _Candidate:
    return _Candidate(**_shared(candidate, _Candidate))


def _candidate_back(form: _Candidate | _Item, options: _Options) -> Candidate:
    return Candidate(**_shared(form, Candidate), item_index=options.index(form.item_id))


def _item(item: RecommendedItem, options: _Options) -> _Item:
    evidence = tuple(
        _evidence(number, piece, options) for number, piece in enumerate(item.evidence, 1)
    )
    rejected = tuple(
        _Rejected(text=verdict.claim.text, citations=verdict.claim.citations, reason=verdict.reason)
        for verdict in item.rejected
    )
    shared = _shared(item, _Item) | {"evidence": evidence, "rejected": rejected}
    return _Item(**shared, ranks=dict(item.candidate.ranks))


def _evidence(number: int, evidence: Evidence, options: _Options) -> _Evidence:
    """Leave out the ids of other people, unless they were asked for."""
    facts = msgspec.to_builtins(evidence.fact)
    if "user_ids" in facts and not options.with_ids:
        facts |= {"user_ids": []}
    return _Evidence(**_shared(evidence, _Evidence) | {"facts": facts}, number=number)


def _evidence_back(form: _Evidence, item_id: str) -> Evidence:
    kinds = fact_kinds()
    if form.kind not in kinds:
        raise DataError(f"Evidence: no kind of fact {form.kind!r}; there are {', '.join(kinds)}")
    try:
        fact = msgspec.convert(form.facts, kinds[form.kind].fact)
    except msgspec.ValidationError as error:
        message = str(error).replace("`$.", "`")
        raise DataError(f"Evidence: a fact of kind {form.kind!r}: {message}") from None
    stranger = next(_strangers(form.facts, msgspec.to_builtins(fact), ""), None)
    if stranger:
        raise DataError(f"Evidence: a fact of kind {form.kind!r} has no field `{stranger}`")
    return Evidence(item_id, fact, form.source, form.statement, form.strength)


def _item_back(form: _Item, options: _Options) -> RecommendedItem:
    evidence = tuple(_evidence_back(piece, form.item_id) for piece in form.evidence)
    rejected = tuple(
        Verdict(Claim(verdict.text, verdict.citations), False, verdict.reason)
        for verdict in form.rejected
    )
    shared = _shared(form, RecommendedItem) | {"evidence": evidence, "rejected": rejected}
    return RecommendedItem(**shared, candidate=_candidate_back(form, options))


def _recommendation(recommendation: Recommendation, options: _Options) -> _Recommendation:
    shared = _shared(recommendation, _Recommendation)
    liked = tuple(_Liked(name=name, rating=rating) for name, rating in recommendation.liked)
    items = tuple(_item(item, options) for item in recommendation.items)
    return _Recommendation(**shared | {"liked": liked, "items": items})


def _recommendation_back(form: _Recommendation, options: _Options) -> Recommendation:
    shared = _shared(form, Recommendation)
    liked = tuple((liked.name, liked.rating) for liked in form.liked)
    items = tuple(_item_back(item, options) for item in form.items)
    return Recommendation(**shared | {"liked": liked, "items": items})


def _rankings(rankings: Rankings, options: _Options) -> _Rankings:
    lengths = (rankings.item_ids != "").sum(axis=1).tolist()
    return _Rankings(
        k=rankings.item_ids.shape[1],
        item_ids=tuple(
            tuple(row[:n].tolist()) for row, n in zip(rankings.item_ids, lengths, strict=True)
        ),
        scores=tuple(
            tuple(row[:n].tolist()) for row, n in zip(rankings.scores, lengths, strict=True)
        ),
    )


def _rankings_back(form: _Rankings, options: _Options) -> Rankings:
    if [*map(len, form.item_ids)] != [*map(len, form.scores)]:
        raise DataError("Rankings: `item_ids` and `scores` differ in shape")
    if any(len(row) > form.k for row in form.item_ids):
        raise DataError(f"Rankings: a row has more than k = {form.k} items")
    ids = [[*row, *[""] * (form.k - len(row))] for row in form.item_ids]
    scores = [[*row, *[math.nan] * (form.k - len(row))] for row in form.scores]
    shape = (len(ids), form.k)
    return Rankings(
        np.array([[options.index(item) for item in row] for row in ids], np.int64).reshape(shape),
        np.array(ids, np.str_).reshape(shape),
        np.array(scores, np.float32).reshape(shape),
    )


def _understanding(understanding: Understanding, options: _Options) -> _Understood:
    assert options.items is not None, "give `items`: what was understood names items"
    return cast(_Understood, _translated(understanding, _Understood, _Reading, options.items.id))


def _understanding_back(form: _Understood, options: _Options) -> Understanding:
    def index(item_id: str) -> int:
        if (place := options.index(item_id)) < 0:
            raise DataError(f"Understanding: item {item_id!r} is not in the catalog")
        return place

    return cast(Understanding, _translated(form, Understanding, Reading, index))


def _translated(source: Any, kind: Any, reading: Any, item: Callable[[Any], Any]) -> Any:
    """Return an understanding as another kind of understanding, each item by its other name."""

    def parts(understandings: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(_translated(part, kind, reading, item) for part in understandings)

    changed = {
        "like_items": tuple(map(item, source.like_items)),
        "unlike_items": tuple(map(item, source.unlike_items)),
        "seen_items": tuple(map(item, source.seen_items)),
        "either": parts(source.either),
        "neither": parts(source.neither),
        "readings": tuple(
            reading(part=part, spans=old.spans)
            for old, part in zip(
                source.readings, parts([old.part for old in source.readings]), strict=True
            )
        ),
        "told": tuple(
            zip(
                parts([part for part, _ in source.told]),
                [words for _, words in source.told],
                strict=True,
            )
        ),
    }
    return kind(**_shared(source, kind) | changed)


def _error_back(form: _Error, options: _Options) -> RecsysRagError:
    kind = getattr(errors, form.error, None)
    if not (isinstance(kind, type) and issubclass(kind, RecsysRagError)):
        raise DataError(f"RecsysRagError: there is no error {form.error!r}")
    return kind(form.message)


def _event(event: type[Any], told: _Way[Any]) -> _Way[Any]:
    """Return the way of an event, which tells of one noun: `event` says which event it is."""
    name = event.__name__.lower()
    (field,) = fields(event)
    columns = [("event", Literal[name]), (field.name, told.form)]
    form = msgspec.defstruct(f"_{event.__name__}", columns, bases=(_Form,), frozen=True)
    return _Way(
        form,
        lambda noun, options: form(
            event=name, **{field.name: told.out(getattr(noun, field.name), options)}
        ),
        lambda written, options: event(told.back(getattr(written, field.name), options)),
    )


_WAYS: dict[type, _Way[Any]] = {
    Query: _Way(Query),
    Filters: _Way(Filters),
    Understanding: _Way(_Understood, _understanding, _understanding_back),
    Candidate: _Way(_Candidate, _candidate, _candidate_back),
    RecommendedItem: _Way(_Item, _item, _item_back),
    Recommendation: _Way(_Recommendation, _recommendation, _recommendation_back),
    Rankings: _Way(_Rankings, _rankings, _rankings_back),
    Ranked: _event(Ranked, _Way(_Recommendation, _recommendation, _recommendation_back)),
    Written: _event(Written, _Way(_Item, _item, _item_back)),
    Finished: _event(Finished, _Way(_Recommendation, _recommendation, _recommendation_back)),
    RecsysRagError: _Way(
        _Error,
        lambda error, options: _Error(error=type(error).__name__, message=str(error)),
        _error_back,
    ),
}
NOUNS = tuple(_WAYS)
_PARTS = (Filters, Candidate, RecommendedItem)  # of a document, without a version of their own


# --- the three verbs ------------------------------------------------------------------------------


def write(noun: Any, *, items: Vocabulary | None = None, with_ids: bool = False) -> dict[str, Any]:
    """Return a noun as plain objects of JSON. An `Understanding` needs the catalog's `items`.

    `with_ids` tells whose ratings support a fact; without, only how many people they are.
    """
    kind = next(kind for kind in type(noun).__mro__ if kind in _WAYS)
    form = msgspec.to_builtins(_WAYS[kind].out(noun, _Options(items, with_ids)))
    version = {} if kind in _PARTS else {"version": VERSION}
    return version | cast(dict[str, Any], _finite(form))


def read(noun: type[Noun], document: Any, *, items: Vocabulary | None = None) -> Noun:
    """Return the noun in what `write` returned or another program sent.

    Fields that have a default may be left out, and so may `version`. Without `items`, the index of
    each item is -1. Raises QueryError for a query, else DataError, naming the path.
    """
    refused = QueryError if noun in (Query, Filters) else DataError
    if not isinstance(document, Mapping):
        raise refused(f"{noun.__name__}: expected an object, got {type(document).__name__}")
    way, rest = _WAYS[noun], dict(document)
    if (version := rest.pop("version", VERSION)) != VERSION:
        raise refused(f"{noun.__name__}: version {version!r} is not read; write version {VERSION}")
    try:
        form: Any = msgspec.convert(rest, way.form)
    except msgspec.ValidationError as error:
        raise refused(f"{noun.__name__}: {str(error).replace('`$.', '`')}") from None
    stranger = next(_strangers(rest, msgspec.to_builtins(form), ""), None)
    if stranger:
        known = ", ".join(msgspec.to_builtins(form)) if "." not in stranger else "see wire.schema"
        raise refused(f"{noun.__name__}: unknown field `{stranger}`; known: {known}")
    return cast(Noun, way.back(form, _Options(items, True)))


def _strangers(given: Any, understood: Any, path: str) -> Iterator[str]:
    """Yield the path of each field that was given and not taken over."""
    if isinstance(given, Mapping) and isinstance(understood, Mapping):
        for name, value in given.items():
            if name not in understood:
                yield f"{path}{name}"
            else:
                yield from _strangers(value, understood[name], f"{path}{name}.")
    elif isinstance(given, Sequence) and not isinstance(given, str):
        for place, (value, taken) in enumerate(zip(given, understood, strict=True)):
            yield from _strangers(value, taken, f"{path.rstrip('.')}[{place}].")


def schema(*nouns: type) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of these nouns, by default of all, each under `$defs`."""
    forms = {noun: _WAYS[noun].form for noun in nouns or NOUNS}
    _, components = msgspec.json.schema_components(
        list(forms.values()), ref_template="#/$defs/{name}"
    )
    for component in components.values():
        component["additionalProperties"] = False
    for noun, form in forms.items():
        if noun not in _PARTS:
            components[form.__name__]["properties"]["version"] = {"const": VERSION}
    # the forms are private to this module, their names in the schema are not
    named: dict[str, Any] = json.loads(
        re.sub(r'"(#/\$defs/)?_(\w+)"', r'"\1\2"', json.dumps(components))
    )
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": named}


def dumps(value: Any) -> str:
    r"""Return a value as JSON that may stand on a terminal: what would move its cursor, turn a line
    or hide is escaped.

    >>> print(dumps({"title": "Caf\u00e9\u009b31m\u202e"}))
    {
      "title": "Café\u009b31m\u202e"
    }
    """
    return _shown(json.dumps(_finite(value), ensure_ascii=False, indent=2, allow_nan=False))


def line(value: Any) -> str:
    """Return a value as `dumps` does, on one line and without blanks, for JSON Lines.

    >>> line({"title": "Café", "year": None})
    '{"title":"Café","year":null}'
    """
    compact = (",", ":")
    return _shown(
        json.dumps(_finite(value), ensure_ascii=False, separators=compact, allow_nan=False)
    )


def _shown(text: str) -> str:
    if text.replace("\n", "").isprintable():
        return text
    return "".join(
        char
        if char == "\n" or unicodedata.category(char)[0] != "C"
        else json.dumps(char)[1:-1]  # beyond the 16th bit as a pair, as JSON has it
        for char in text
    )


def _finite(value: Any) -> Any:
    """Replace what JSON has no word for: nan and infinities become null, numbers of NumPy become
    numbers."""
    if isinstance(value, Mapping):
        return {str(key): _finite(part) for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_finite(part) for part in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
