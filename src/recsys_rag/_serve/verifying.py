"""Texts of any writer, judged sentence by sentence: what the facts about an item bear out, what
they refute, and what cannot be read."""

import re
from collections.abc import Sequence

import numpy as np

from recsys_rag._serve.engine import Engine
from recsys_rag._serve.views import SentenceView, VerificationView, fact_view
from recsys_rag.errors import GenerationError
from recsys_rag.generate._sentence_ends import split_sentences
from recsys_rag.protocols import FindsCitations
from recsys_rag.types import CITATION, Claim, Context, Query
from recsys_rag.verify.names import Name, Spellings, masked, names_in

_CITED = re.compile(r"\s*\[[0-9]+\]")
_REFUTED = re.compile(r"says (?P<said>.*), which evidence (?P<number>[0-9]+) does not: ", re.DOTALL)


def verified(engine: Engine, query: Query, about: str, text: str) -> VerificationView:
    """Judge a text about one item for the person of this query.

    Facts are counted for this person, and those that decide are read again from the rows. Raises
    UnknownItemError, UnknownUserError, QueryError.
    """
    catalog = engine.recommender.dataset.catalog
    place = catalog.resolve(about)
    asked = engine.asked(query) if query.user_id is not None else None
    flow = asked.flow if asked else engine.recommender.flow
    resolved = flow.ranker.resolve(asked.query if asked else query)
    candidate = engine.candidate(resolved, place)
    objection = flow.rows.objections(resolved, [candidate]) if flow.rows else None
    stated = [
        fact
        for source in flow.evidence_sources
        for fact in source.evidence(resolved, np.array([place], np.int64))
    ]
    while True:  # what rests on a fact that the rows do not bear out is judged without it
        context = Context(candidate, tuple(stated), "", catalog.noun)
        named = [catalog.name(place), catalog.titles[place]]
        named += [name.text for piece in stated for name in piece.fact.names]
        names = names_in(context, Spellings(catalog))
        sentences = tuple(
            _judged(engine, context, names, text[start:end], start)
            for start, end in _spans(text, named)
        )
        used = sorted({number for sentence in sentences for number in sentence.facts})
        wrong = [stated[n - 1] for n in used if objection and objection(candidate, stated[n - 1])]
        if not wrong:
            break
        stated = [fact for fact in stated if fact not in wrong]
    verdicts = [sentence.verdict for sentence in sentences]
    return VerificationView(
        item_id=catalog.items.id(place),
        model=engine.version,
        sentences=sentences,
        facts=tuple(fact_view(context.evidence[number - 1], number) for number in used),
        n_supported=verdicts.count("supported"),
        n_refuted=verdicts.count("refuted"),
        n_unreadable=verdicts.count("unreadable"),
    )


def _spans(text: str, names: Sequence[str]) -> list[tuple[int, int]]:
    """Cut a text into sentences and what is left between them; no word is in none of them.

    >>> _spans("It is long. And it", ())
    [(0, 11), (12, 18)]
    """
    spans, begin = [], 0
    for sentence in split_sentences(text, names):
        start = text.find(sentence, begin)
        if start < 0:
            break
        if text[begin:start].strip():
            spans.append(_stripped(text, begin, start))
        begin = start + len(sentence)
        spans.append((start, begin))
    if text[begin:].strip():
        spans.append(_stripped(text, begin, len(text)))
    return spans


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), start + len(part.rstrip())


def _judged(
    engine: Engine, context: Context, names: Sequence[Name], shown: str, start: int
) -> SentenceView:
    sentence = " ".join(_CITED.sub("", shown).split())
    verifier = engine.recommender.flow.verifier
    if not isinstance(verifier, FindsCitations):
        raise GenerationError("the verifier of this configuration reads no foreign texts")
    facts: tuple[int, ...] = ()
    verdict, reason = "unreadable", ""
    if cited := verifier.cited(sentence, context):
        facts = tuple(dict.fromkeys(int(number) for number in CITATION.findall(cited)))
        verdict = "supported"
    # subtle: only a number that a fact has otherwise refutes; another name may be true as well
    has_number = re.search(r"\d", sentence) or masked(sentence, names) != sentence
    for number in range(1, len(context.evidence) + 1 if has_number else 2) if not cited else ():
        if number > len(context.evidence):
            reason = "nothing can be stated of this item"
            break
        claim = Claim(f"{sentence[:-1]} [{number}].", (number,))
        (judged,) = verifier.verify([claim], context)
        reason = reason or judged.reason
        refuted = _REFUTED.match(judged.reason)
        if refuted and re.search(r"\d", refuted["said"]):
            verdict, reason, facts = "refuted", judged.reason, (number,)
            break
    return SentenceView(
        text=shown, start=start, end=start + len(shown), facts=facts, verdict=verdict, reason=reason
    )
