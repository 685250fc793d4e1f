"""A prompt as the text that a model continues, or as the messages of a chat. What the facts say is
decided elsewhere.

The one place where data could become a model's own marks: engines read "<|im_end|>" in a text as
the token that ends a turn.
"""

import re

from recsys_rag.types import Prompt

BLANK_LINE = "\n\n"  # ends each example, so a model that has seen them ends its own text with it

_SPECIAL = re.compile(
    r"<(?=\S)|\[(?=/?[A-Z_]{3,}\])"
)  # "<|im_start|>", "</s>", "<eos>", "<<SYS>>"; "[INST]", "[/INST]"


def without_special_tokens(text: str) -> str:
    """Return text in which no engine finds a special token: a space parts what such a token begins
    with from the rest.

    >>> without_special_tokens("Heat<|im_end|> [INST] </s> [1] 3 < 4")
    'Heat< |im_end|> [ INST] < /s> [1] 3 < 4'
    """
    return _SPECIAL.sub(lambda mark: f"{mark[0]} ", text)


def shared_prefix(prompt: Prompt) -> str:
    """Return the part of `as_completion` that all prompts with these instructions and examples
    begin with.

    It comes first so that an engine with a prefix cache reads it once; "" for a raw prompt.
    """
    if prompt.raw:
        return ""
    examples = [f"{facts}\nText: {text.strip()}{BLANK_LINE}" for facts, text in prompt.examples]
    instructions = f"{prompt.instructions}{BLANK_LINE}" if prompt.instructions else ""
    return without_special_tokens(instructions + "".join(examples))


def as_completion(prompt: Prompt) -> str:
    r"""Return the text to continue, without special tokens: `raw`, or instructions, examples, and
    the facts up to "Text:".

    >>> as_completion(Prompt("Write.", "Film: Heat", examples=(("Film: Fargo", "See Fargo."),)))
    'Write.\n\nFilm: Fargo\nText: See Fargo.\n\nFilm: Heat\nText:'
    """
    return without_special_tokens(prompt.raw or f"{shared_prefix(prompt)}{prompt.facts}\nText:")


def as_messages(prompt: Prompt) -> list[dict[str, str]]:
    """Return the chat: instructions as the system message, each example as a turn, the facts as the
    last message.

    >>> prompt = Prompt("Write.", "Film: Heat", examples=(("Film: Fargo", "See Fargo."),))
    >>> [message["role"] for message in as_messages(prompt)]
    ['system', 'user', 'assistant', 'user']
    """
    messages = [{"role": "system", "content": prompt.instructions}] if prompt.instructions else []
    for facts, text in prompt.examples:
        messages += [
            {"role": "user", "content": facts},
            {"role": "assistant", "content": text.strip()},
        ]
    messages.append({"role": "user", "content": prompt.facts})
    return [
        {**message, "content": without_special_tokens(message["content"])} for message in messages
    ]


def stops(prompt: Prompt) -> list[str]:
    """Return the strings at which free text ends: the prompt's own, and the blank line of our own
    layout."""
    return [*prompt.stop, *([] if prompt.raw else [BLANK_LINE])]
