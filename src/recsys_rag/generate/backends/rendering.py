"""A prompt as the text that a model continues, or as the messages of a chat. What the facts say is decided elsewhere."""

from recsys_rag.types import Prompt

BLANK_LINE = "\n\n"  # ends each example, so a model that has seen them ends its own text with it


def shared_prefix(prompt: Prompt) -> str:
    """Return the part of `as_completion` that all prompts with these instructions and examples begin with.

    It comes first so that an engine with a prefix cache reads it once; "" for a raw prompt.
    """
    if prompt.raw:
        return ""
    examples = [f"{facts}\nText: {text.strip()}{BLANK_LINE}" for facts, text in prompt.examples]
    return (f"{prompt.instructions}{BLANK_LINE}" if prompt.instructions else "") + "".join(examples)


def as_completion(prompt: Prompt) -> str:
    r"""Return the text to continue: `raw` as it is, or instructions, examples, and the facts up to "Text:".

    >>> as_completion(Prompt("Write.", "Film: Heat", examples=(("Film: Fargo", "See Fargo."),)))
    'Write.\n\nFilm: Fargo\nText: See Fargo.\n\nFilm: Heat\nText:'
    """
    return prompt.raw or f"{shared_prefix(prompt)}{prompt.facts}\nText:"


def as_messages(prompt: Prompt) -> list[dict[str, str]]:
    """Return the chat: instructions as the system message, each example as a turn, the facts as the last message.

    >>> [m["role"] for m in as_messages(Prompt("Write.", "Film: Heat", examples=(("Film: Fargo", "See Fargo."),)))]
    ['system', 'user', 'assistant', 'user']
    """
    messages = [{"role": "system", "content": prompt.instructions}] if prompt.instructions else []
    for facts, text in prompt.examples:
        messages += [{"role": "user", "content": facts}, {"role": "assistant", "content": text.strip()}]
    return [*messages, {"role": "user", "content": prompt.facts}]


def stops(prompt: Prompt) -> list[str]:
    """Return the strings at which free text ends: the prompt's own, and the blank line of our own layout."""
    return [*prompt.stop, *([] if prompt.raw else [BLANK_LINE])]
