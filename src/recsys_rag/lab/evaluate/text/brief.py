"""Whether a text about one item, and the texts of a list, keep to the brief, whoever wrote them.
Judges form; `verify` judges truth."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from recsys_rag.generate._brief import MOST_FACTS, WORDS
from recsys_rag.generate._phrases import shown
from recsys_rag.generate.wording import clean
from recsys_rag.types import CITATION, Context

_CITED = re.compile(r" ?\[[0-9]+\]")
_NEVER = re.compile(r"\b(?:scores?|scored|weights?|weighted)\b|% of the catalog\b", re.IGNORECASE)
_CAUSE = re.compile(r"\b(?:because|main reason|mainly|mostly for)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:[Ii]t|[Ii]ts|itself|[Tt]his one|[Tt]his film)\b")
_ENDS = re.compile(r"\][.!?](?=\s|$)")  # a sentence ends behind its citation
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def violations(text: str, context: Context) -> Iterator[str]:
    """Yield how an explanation breaks the brief; `context.evidence` is what it cites.

    The lower bound of words holds where two facts are told, and sentences may be one where only one
    is. Names of the data are not read: a title may hold any word.
    """
    (fewest, most), most_facts = WORDS[context.style.length], MOST_FACTS[context.style.length]
    n_facts = len(set(CITATION.findall(text)))
    plain = _CITED.sub("", text)
    n_words, n_sentences = len(plain.split()), len(_ENDS.findall(text))
    if n_words > most or (n_facts > 1 and n_words < fewest):
        yield f"has {n_words} words, not {fewest} to {most}"
    if not min(2, n_facts) <= n_sentences <= most_facts:
        yield f"has {n_sentences} sentences"
    if n_facts > most_facts:
        yield f"tells {n_facts} facts"
    said = skeleton(text, context)
    if found := _NEVER.search(said):
        yield f"says {found[0]!r}"
    if said.count("%") > 1:
        yield f"has {said.count('%')} percentages"
    parts = [evidence.fact.part for evidence in context.evidence]
    if parts and "what" not in parts:
        yield "says nothing of the item itself"
    is_main = any(getattr(evidence.fact, "is_main", False) for evidence in context.evidence)
    if (found := _CAUSE.search(said)) and not is_main:
        yield f"says {found[0]!r}, which is not shown"
    yield from _misplaced_pronouns(plain, context)


def repeated(texts: Sequence[tuple[str, Context]]) -> Iterator[str]:
    """Yield the skeletons that a list has more than once."""
    counts = Counter(skeleton(text, context) for text, context in texts if text)
    yield from (form for form, times in counts.items() if times > 1)


def skeleton(text: str, context: Context) -> str:
    """Return a text without what comes from the data: names, numbers, citations."""
    for name in _names(context):
        text = text.replace(name, "_")
    return _NUMBER.sub("0", _CITED.sub("", text))


def _names(context: Context) -> list[str]:
    """Return what comes from the data, longest first."""
    found = {context.candidate.name, context.candidate.title}
    found |= {name.text for evidence in context.evidence for name in evidence.fact.names}
    found |= {shown(name, context) for name in found}
    found |= {name[0].upper() + name[1:] for name in found if name}  # a story may begin a text
    return sorted(filter(None, map(clean, found)), key=lambda name: (-len(name), name))


def _misplaced_pronouns(plain: str, context: Context) -> Iterator[str]:
    """Yield the pronouns behind the title of another item, since which the item was not named."""
    own = {clean(context.candidate.name), clean(context.candidate.title)}
    others = {
        written
        for evidence in context.evidence
        for name in evidence.fact.names
        if name.role == "title"
        for written in (clean(name.text), shown(name.text, context))
    }
    quotes = {
        written
        for evidence in context.evidence
        for name in evidence.fact.names
        if name.role == "quotation"
        for written in (clean(name.text), clean(name.text[:1].upper() + name.text[1:]))
    }
    names = sorted(own | others | quotes, key=lambda name: (-len(name), name))
    pattern = re.compile(
        "|".join(
            [*(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names if name), _PRONOUN.pattern]
        )
    )
    last = ""
    for found in pattern.finditer(plain):
        if found[0] in others - own:
            last = found[0]
        elif found[0] in own:
            last = ""
        elif found[0] not in quotes and last:
            yield f"says {found[0]!r} behind {last}"
