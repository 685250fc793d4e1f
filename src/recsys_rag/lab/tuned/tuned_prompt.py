"""Context -> the short prompt of a tuned writer: facts only, no examples. One function for training
and for serving."""

import hashlib
from dataclasses import replace

from recsys_rag.generate._nouns import FILM
from recsys_rag.generate._phrases import fields_of
from recsys_rag.generate.wording import clean
from recsys_rag.protocols import FactKind, Kinds
from recsys_rag.types import Candidate, Context, Evidence, Prompt

_FORM = 1  # of the prompt: an adapter serves only the form that it was trained on

PROMPT_FORM = f"facts-{_FORM}"


def tuned_prompt(context: Context, kinds: Kinds) -> Prompt:
    r"""Return the name and the numbered facts, each with the very words that a text about it needs,
    up to "Text:".

    Names and facts are data: each stands on its own line, without control characters or anything
    that looks like a citation. Tuned writers know items as films, whatever the catalog holds.
    """
    in_films = replace(context, noun=FILM)
    lines = [f"Film: {clean(context.candidate.name)}"]
    lines += [
        f"[{number}] {prompt_line(evidence, in_films, kinds)}"
        for number, evidence in enumerate(context.evidence, 1)
    ]
    return Prompt("", "", raw="\n".join([*lines, "Text:"]), stop=("\n",))


def prompt_line(evidence: Evidence, context: Context, kinds: Kinds) -> str:
    """Return one fact as the prompt puts it: "popularity | count 583 | mean 3.9 | top 5"."""
    fields, phrases = fields_of(evidence, context, kinds), kinds[evidence.kind].phrases
    unsaid = {"film", *phrases.not_prompted, *phrases.flags}
    words = [f"{name} {clean(value)}" for name, value in fields.items() if name not in unsaid]
    flags = [name for name in phrases.flags if name in fields]
    return " | ".join([phrases.prompt_name or evidence.kind, *words, *flags])


def fingerprint(kind: FactKind) -> str:
    """Return what tells one form of a kind in the prompt from another: a hash of its samples as the
    prompt puts them. An adapter knows the kinds whose fingerprints its manifest lists."""
    nothing = Context(Candidate("", 0, "", None, (), 0.0), ())
    kinds = {kind.name: kind}
    lines = [
        prompt_line(Evidence("", sample, "", "", 0.0), nothing, kinds) for sample in kind.samples
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
