"""What every kind of fact promises, as one check that a plug-in's own tests can run.

    from recsys_rag.testing.kind_conformance import check_kind

    def test_my_kind_keeps_the_contract():
        check_kind(KIND)

It raises AssertionError with the promise that was broken.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from itertools import chain, groupby, islice
from typing import Any, get_args

import msgspec
import numpy as np

from recsys_rag.data.dataset import Dataset
from recsys_rag.fact import Fact, Role
from recsys_rag.facts import catalog, genre, metadata, popularity
from recsys_rag.generate._phrases import Phrase, fields_of, filled
from recsys_rag.protocols import FactKind, FittedParts, missing_members
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.types import Candidate, Context, Evidence, Query, ResolvedQuery
from recsys_rag.verify._genres import GenreWords
from recsys_rag.verify._grammar import graph, holes_of
from recsys_rag.verify._matching import SILENT
from recsys_rag.verify._reading import SentenceReader
from recsys_rag.verify._rows import RowReader
from recsys_rag.verify._tokens import tokens_of
from recsys_rag.verify._wording_graphs import shared
from recsys_rag.verify.names import Name, as_shown, mark, masked
from recsys_rag.verify.slots import exactly

_FILM = Candidate("", 0, "Zorb Quay", 1987, (), 0.0)
_MOST_READ = 10  # facts that were counted; there are as many phrases as a bank has for each
_STRANGER = "Umbral Venn"  # whom no fact names
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?(?!s\b)")
_VERB = re.compile(r"\b(is|was|are|has|have|gave|comes|lasts|takes|runs)\b")


def check_kind(
    kind: FactKind,
    parts: FittedParts | None = None,
    queries: Sequence[ResolvedQuery] = (),
    *,
    unread: Collection[str] = (),
) -> None:
    """Check the four views of a kind against each other.

    Facts are the kind's samples, and those that it counts from `parts` (invented films) for
    `queries` (20 of their users), of which there must be some. `unread` are fields that no row can
    bear out.
    """
    parts = parts or FittedParts(made_up_movies())
    queries = queries or [_query_of(parts.dataset, user) for user in parts.dataset.users.ids[:20]]
    _check_fact(kind)
    _check_phrases(kind)
    stated = [(query, *one) for query in queries for one in _stated(kind, parts, query)]
    assert stated, "it states nothing about the items of these parts for these queries"
    for _, _, evidence in stated:
        assert evidence.source, f"{evidence} lacks its source"
        assert evidence.statement, f"{evidence} lacks its statement"
        assert type(evidence.fact) is kind.fact, f"{evidence.fact} is no {kind.fact.__name__}"
    counted = (evidence.fact for *_, evidence in stated)
    _check_reading(kind, list(dict.fromkeys((*kind.samples, *islice(counted, _MOST_READ)))))
    _check_recount(kind, parts, stated, unread)


def _check_fact(kind: FactKind) -> None:
    """Its facts are frozen dataclasses that survive JSON, and it has samples of them."""
    missing = missing_members(kind, FactKind)
    assert not missing, f"it lacks {missing} of protocols.FactKind"
    assert issubclass(kind.fact, Fact), "its fact is not under fact.Fact"
    assert is_dataclass(kind.fact), "its fact is no dataclass"
    assert kind.name == kind.fact.kind, "its name is not that of its fact"
    assert kind.name.isidentifier(), f"its name {kind.name!r} is no identifier"
    assert kind.samples, "it has no samples"
    for sample in kind.samples:
        assert type(sample) is kind.fact, f"{sample} is no {kind.fact.__name__}"
        again = msgspec.json.decode(msgspec.json.encode(sample), type=kind.fact)
        assert again == sample, f"{sample} comes back from JSON as {again}"


def _check_phrases(kind: FactKind) -> None:
    """Each sample can open a text and be a clause of it; each form is reached by some sample."""
    reached: set[str] = set()
    for sample in kind.samples:
        opens, nexts = _phrases(kind, sample, "opens"), _phrases(kind, sample, "nexts")
        reached |= {phrase.form for phrase in opens + nexts}
        assert opens, f"no phrase opens a text about {sample}"
        clauses = [phrase for phrase in nexts if not phrase.stands_alone]
        assert any(not phrase.begins_with_number for phrase in clauses), (
            f"no clause about {sample} can begin a sentence and be joined"
        )
        for phrase in opens:
            assert not phrase.begins_with_number, f"an opening begins with a number: {phrase.text}"
            # what an item's own sentence says may stand alone: the next sentence names the item
            is_quoted = any(name.role == "quotation" for name in sample.names)
            assert phrase.names_film or is_quoted, (
                f"an opening does not name the item: {phrase.form}"
            )
    unreached = {*kind.phrases.opens, *kind.phrases.nexts} - reached
    assert not unreached, f"no sample reaches {sorted(unreached)[0]!r}"


def _check_wordings(kind: FactKind) -> None:
    """Each wording can be read, and some sample fills each of its slots: a wording with a slot that
    no fact has is never read."""
    reading, common = kind.reading, shared()
    slots = {*SILENT, *common.shapes}.union(*(reading.slots(sample) for sample in kind.samples))
    parts = {"A_FILM", *common.parts, *reading.parts}
    for wording in chain(*(getattr(reading, role) for role in get_args(Role))):
        try:
            graph([wording])
        except ValueError as error:
            raise AssertionError(f"{error}") from None
        for hole in holes_of(wording):
            name = hole[1:-1]
            assert name in (slots if hole[0] == "<" else parts), (
                f"its wording {wording!r} has {hole}, which "
                + (
                    "no sample fills; there are " + ", ".join(f"<{slot}>" for slot in sorted(slots))
                    if hole[0] == "<"
                    else "is none of its parts"
                )
            )


def _check_reading(kind: FactKind, facts: Sequence[Fact]) -> None:
    """Each phrase of a fact is read as that fact; its near misses are not, nor is it read as a fact
    of another kind."""
    _check_wordings(kind)
    others = [one.KIND for one in (catalog, genre, metadata, popularity)]
    for fact in facts:
        for phrase in _phrases(kind, fact, "opens") + _phrases(kind, fact, "nexts"):
            text = f"{phrase.text[0].upper()}{phrase.text[1:]} [1]."
            assert _reads(kind, fact, text), f"not read as its fact {fact}: {text}"
            for miss in _near_misses(text, fact):
                assert not _reads(kind, fact, miss), f"read as {fact}: {miss}"
            for other in others:
                assert other.name == kind.name or not any(
                    _reads(other, sample, text) for sample in other.samples
                ), f"read as a fact of kind {other.name!r}: {text}"


def _check_recount(
    kind: FactKind,
    parts: FittedParts,
    stated: Sequence[tuple[ResolvedQuery, Candidate, Evidence]],
    unread: Collection[str],
) -> None:
    """The rows bear out each fact that was counted from them, and none with a field changed."""
    reader = RowReader(parts, {kind.name: kind})
    listed = [_candidate(parts.dataset, item) for item in range(parts.dataset.n_items)]
    for _, of_query in groupby(stated, key=lambda one: id(one[0])):
        of_one = list(of_query)
        objection = reader.objections(of_one[0][0], listed)
        for _, candidate, evidence in of_one:
            wrong = objection(candidate, evidence)
            assert not wrong, f"the rows do not bear out {evidence.fact}: {wrong}"
            for forged in _forged(evidence.fact, unread):
                assert objection(candidate, replace(evidence, fact=forged)), (
                    f"the rows bear out {forged}, which is {evidence.fact} changed"
                )


def _stated(
    kind: FactKind, parts: FittedParts, query: ResolvedQuery
) -> Iterator[tuple[Candidate, Evidence]]:
    source = kind.evidence(parts)
    every = np.arange(parts.dataset.n_items)
    for evidence in source.evidence(query, every) if source else ():
        yield _candidate(parts.dataset, parts.dataset.items.index(evidence.item_id)), evidence


def _query_of(dataset: Dataset, user_id: str) -> ResolvedQuery:
    return ResolvedQuery(Query(user_id=user_id), *dataset.history(user_id))


def _candidate(dataset: Dataset, item: int) -> Candidate:
    of = dataset.catalog
    return Candidate(of.items.id(item), item, of.titles[item], of.year(item), of.genres[item], 0.0)


def _phrases(kind: FactKind, fact: Fact, role: str) -> list[Phrase]:
    evidence = Evidence("", fact, "", "", 0.0)
    context = Context(_FILM, (evidence,))
    words = fields_of(evidence, context, {kind.name: kind})
    if "bare" in words:  # the item by its own name
        words["bare"] = words["film"]
    return filled(getattr(kind.phrases, role), words)


def _reads(kind: FactKind, fact: Fact, text: str) -> bool:
    """Say whether the text means this fact, whatever the catalog says of it."""
    names = [Name(_FILM.name, _FILM.name, is_title=True), Name(_STRANGER, _STRANGER)]
    for name in fact.names:
        if name.role != "genre":
            shown = as_shown(name.text)
            is_literal, is_title = name.role == "quotation", name.role == "title"
            names.append(Name(shown, shown, is_literal=is_literal, is_title=is_title))
    names.sort(key=lambda name: -len(name.written))
    titles = {as_shown(name.text) for name in fact.names if name.role == "title"}
    others = frozenset(mark(place) for place, name in enumerate(names) if name.meant in titles)
    reader = SentenceReader(
        {kind.name: kind},
        {1: Evidence("", fact, "", "", 0.0)},
        names,
        _FILM.name,
        {"its_year": exactly(_FILM.year)},
        others,
        GenreWords({"Drama", *(name.text for name in fact.names if name.role == "genre")}),
        tokens_of(masked(text, names)),
    )
    return reader.everything in reader.ways()


def _near_misses(text: str, fact: Fact) -> Iterator[str]:
    """Yield the text with one number, name or verb changed."""
    taken = [_FILM.name, *(name.text for name in fact.names)]
    spans = [found.span() for name in taken for found in re.finditer(re.escape(name), text)]
    spans += [found.span() for found in re.finditer(r"\[1\]", text)]
    for pattern, change in ((_NUMBER, _one_more), (_VERB, lambda word: f"{word} not")):
        for found in pattern.finditer(text):
            if not any(begin <= found.start() < end for begin, end in spans):
                yield text[: found.start()] + change(found[0]) + text[found.end() :]
    yield text.replace(_FILM.name, _STRANGER) if _FILM.name in text else f"{_STRANGER} {text}"
    for name in fact.names:
        if name.text in text and name.role != "genre":
            yield text.replace(name.text, _STRANGER)


def _one_more(number: str) -> str:
    return f"{float(number) + 0.1:.1f}" if "." in number else str(int(number) + 1)


def _forged(fact: Fact, unread: Collection[str]) -> Iterator[Fact]:
    for field in fields(fact):
        value: Any = getattr(fact, field.name)
        if field.name in unread or value is None or isinstance(value, bool) or value == ():
            continue
        if isinstance(value, tuple):
            last = f"{value[-1]}x" if isinstance(value[-1], str) else value[-1] + 1
            changed: object = (*value[:-1], last)
        elif isinstance(value, str):
            changed = f"{value}x"
        else:
            changed = value + (0.3 if isinstance(value, float) else 2)
        yield replace(fact, **{field.name: changed})
