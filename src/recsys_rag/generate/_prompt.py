"""Context -> Prompt: what `prompts.toml` tells a model, and the facts. Pure."""

import random
import tomllib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from recsys_rag.generate._brief import MOST_FACTS, WORDS
from recsys_rag.generate._phrases import fields_of, filled
from recsys_rag.generate.wording import clean
from recsys_rag.protocols import Kinds
from recsys_rag.types import Context, Evidence, Prompt, Verdict

# characters: a prompt is paid for by length
_MOST_NAME, _MOST_FACT, _MOST_TOLD, _MOST_WORDS = 80, 160, 240, 80
_MOST_WRONG = 3  # claims that a repair names


def naming_prompt(context: Context) -> Prompt:
    """Return the prompt for a text whose facts stand in its grammar: it need only name the film.

    Facts in the prompt would be read twice, and reading is what costs: half the time of a text on
    two cores.
    """
    return replace(opening("naming"), facts=f"Film: {_cut(context.candidate.name, _MOST_NAME)}")


def prompt_for(context: Context, kinds: Kinds) -> Prompt:
    """Return the prompt for one explanation in free words: below each fact stand an opening and a
    clause that tell it, drawn by the context, and at the end how long the text is to be.

    Titles, facts and the person's words are data: each stands on its own line, without control
    characters, cut to a bounded length, and never among the instructions.
    """
    rng = random.Random(zlib.crc32(repr(context).encode()))
    lines = [f"Film: {_cut(context.candidate.name, _MOST_NAME)}"]
    for place, one in enumerate(context.evidence, 1):
        lines.append(f"[{place}] {_cut(one.statement, _MOST_FACT)}")
        lines += [f"- {_cut(told, _MOST_TOLD)}" for told in _ways_to_tell(one, context, kinds, rng)]
    if context.words.strip():
        lines.append(f"Asked for: {_cut(context.words, _MOST_WORDS)}")
    length, is_warm = context.style.length, context.style.tone == "warm"
    fewest, most = WORDS[length]
    lines.append(f"At most {MOST_FACTS[length]} sentences, {fewest} to {most} words")
    lines += [_told("free")["warm"]] if is_warm else []
    return replace(opening("free"), facts="\n".join(lines))


def repair_prompt(context: Context, refused: Sequence[Verdict], kinds: Kinds) -> Prompt:
    """Return the prompt for the same explanation again, with what was wrong in it and why.

    What the model wrote is data as well, and bounded like the facts.
    """
    first = prompt_for(context, kinds)
    wrong = [
        f"Wrong: {_cut(one.claim.text, _MOST_TOLD)} Because: {_cut(one.reason, _MOST_FACT)}"
        for one in refused[:_MOST_WRONG]
    ]
    return replace(first, facts="\n".join([first.facts, *wrong, _told("free")["repair"]]))


def opening(name: str) -> Prompt:
    """Return what all prompts of this name in `prompts.toml` begin with: what a model may read
    before there is anything to explain."""
    told = _told(name)
    examples = tuple((one["facts"].strip(), one["text"]) for one in told["examples"])
    return Prompt(told["instructions"].strip(), "", examples)


@cache
def _told(name: str) -> dict[str, Any]:
    path = Path(__file__).with_name("prompts.toml")
    told: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))[name]
    return told


def _ways_to_tell(
    evidence: Evidence, context: Context, kinds: Kinds, rng: random.Random
) -> Iterator[str]:
    phrases = kinds[evidence.kind].phrases
    fields = fields_of(evidence, context, kinds)
    for forms in (phrases.opens, phrases.nexts):
        told = filled(forms, fields, context.noun)
        in_tone = [one for one in told if one.is_warm == (context.style.tone == "warm")]
        if told:
            yield rng.choice(in_tone or told).text


def _cut(text: str, most: int) -> str:
    plain = clean(text)
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"
