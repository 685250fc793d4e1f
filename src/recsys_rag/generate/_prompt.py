"""Context -> Prompt: short instructions, two examples about films that do not exist, and the facts.
Pure."""

from collections.abc import Sequence
from dataclasses import replace

from recsys_rag.generate.wording import clean
from recsys_rag.types import Context, Prompt, Verdict

_INSTRUCTIONS = (
    "Say in one or two sentences why this film suits the reader. Use only the facts "
    "and cite them as [1]."
)
_EXAMPLES = (
    (
        "Film: Salt Road (1988)\n[1] without your 5 for Dune Singer (1990), its score would be 20 "
        "% lower\n[2] Western, as asked",
        "Close to Dune Singer (1990) in the eyes of other viewers [1], and it is a western, as "
        "you asked [2].",
    ),
    (
        "Film: Mill Lane (1971)\n[1] 9 of the 12 people most like you who rated it gave it 4 or "
        "more",
        "Mill Lane (1971) got 4 or 5 from 9 of the 12 people most like you who rated it [1].",
    ),
)
_MOST_NAME, _MOST_FACT, _MOST_WORDS = 80, 160, 80  # characters: a prompt is paid for by length
_MOST_WRONG = 3  # claims that a repair names


def naming_prompt(context: Context) -> Prompt:
    """Return the prompt for a text whose facts stand in its grammar: it need only name the film.

    Facts in the prompt would be read twice, and reading is what costs: half the time of a text on
    two cores.
    """
    return Prompt(_INSTRUCTIONS, f"Film: {_cut(context.candidate.name, _MOST_NAME)}", _EXAMPLES)


def prompt_for(context: Context) -> Prompt:
    """Return the prompt for one explanation in free words.

    Titles, facts and the person's words are data: each stands on its own line, without control
    characters, cut to a bounded length, and never among the instructions.
    """
    lines = [f"Film: {_cut(context.candidate.name, _MOST_NAME)}"]
    lines += [
        f"[{place}] {_cut(one.statement, _MOST_FACT)}"
        for place, one in enumerate(context.evidence, 1)
    ]
    if context.words.strip():
        lines.append(f"Asked for: {_cut(context.words, _MOST_WORDS)}")
    return Prompt(_INSTRUCTIONS, "\n".join(lines), _EXAMPLES)


def repair_prompt(context: Context, refused: Sequence[Verdict]) -> Prompt:
    """Return the prompt for the same explanation again, with what was wrong in it and why.

    What the model wrote is data as well, and bounded like the facts.
    """
    first = prompt_for(context)
    wrong = [
        f"Wrong: {_cut(one.claim.text, _MOST_FACT)} Because: {_cut(one.reason, _MOST_FACT)}"
        for one in refused[:_MOST_WRONG]
    ]
    return replace(
        first, facts="\n".join([first.facts, *wrong, "Write it again without what is wrong."])
    )


def opening() -> Prompt:
    """Return what all prompts for explanations begin with: what a model may read before there is
    anything to explain."""
    return Prompt(_INSTRUCTIONS, "", _EXAMPLES)


def _cut(text: str, most: int) -> str:
    plain = clean(text)
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"
