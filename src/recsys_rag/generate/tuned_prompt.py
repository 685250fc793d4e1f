"""Context -> the short prompt of a tuned writer: facts only, no examples. One function for training
and for serving."""

from recsys_rag.generate.fields import fields_of
from recsys_rag.generate.wording import clean
from recsys_rag.types import Context, Prompt

_FORM = 1  # of the prompt: an adapter serves only the form that it was trained on
_SAID_ELSEWHERE = ("film", "it", "bare", "a_r", "most", "near")  # fields that repeat another one

PROMPT_FORM = f"facts-{_FORM}"


def tuned_prompt(context: Context) -> Prompt:
    r"""Return the name and the numbered facts, each with the very words that a text about it needs,
    up to "Text:".

    Names and facts are data: each stands on its own line, without control characters or anything
    that looks like a citation.

    >>> from recsys_rag.types import Candidate, Evidence
    >>> piece = Evidence("popularity", "1", {"ratings": 583, "mean": 3.9, "top": 5.0}, "", "", 0.5)
    >>> print(tuned_prompt(Context(Candidate("1", 0, "Fargo", 1996, (), 1.0), (piece,))).raw)
    Film: Fargo (1996)
    [1] popularity | count 583 | mean 3.9 | top 5
    Text:
    """
    lines = [f"Film: {clean(context.candidate.name)}"]
    for place, evidence in enumerate(context.evidence, 1):
        fields = fields_of(evidence, context.candidate)
        told = [
            f"{name} {clean(value)}"
            for name, value in fields.items()
            if name not in _SAID_ELSEWHERE
        ]
        told += [name for name in ("most", "near") if name in fields]
        lines.append(" | ".join([f"[{place}] {evidence.kind}", *told]))
    return Prompt("", "", raw="\n".join([*lines, "Text:"]), stop=("\n",))
