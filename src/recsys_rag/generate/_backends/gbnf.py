"""A grammar as GBNF, the notation that llama.cpp decodes under. Says nothing about engines."""

import re

from recsys_rag.types import Grammar

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def to_gbnf(grammar: Grammar) -> str:
    r"""Return the grammar as GBNF: one rule a state, `root` for "start", right-linear like the
    grammar itself.

    States are renumbered, since GBNF names hold no other characters than letters, digits and
    dashes.

    >>> states = {"start": ((" a", "mid"), (" \"b\"", "end")), "mid": ((".\n", "end"),)}
    >>> print(to_gbnf(Grammar(states)))
    root ::= " a" s1 | " \"b\""
    s1 ::= ".\n"
    """
    names = {
        state: "root" if index == 0 else f"s{index}" for index, state in enumerate(grammar.steps())
    }
    return "\n".join(
        f"{names[state]} ::= "
        + " | ".join(_alternative(*alternative, names) for alternative in grammar.states[state])
        for state in grammar.steps()
    )


def _alternative(literal: str, following: str, names: dict[str, str]) -> str:
    return quoted(literal) if following == "end" else f"{quoted(literal)} {names[following]}"


def quoted(literal: str) -> str:
    r"""Return a literal in double quotes with what GBNF reads specially escaped.

    >>> quoted('say "no\\yes"\x07 é [x]')
    '"say \\"no\\\\yes\\"\\x07 é [x]"'
    """
    escaped = re.sub(r'[\\"\n\r\t]', lambda mark: _ESCAPES[mark[0]], literal)
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda mark: f"\\x{ord(mark[0]):02X}", escaped) + '"'
