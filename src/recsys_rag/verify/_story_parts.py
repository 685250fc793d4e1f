"""Parts of clauses, and the rules by which two of them make one. Knows no words.

Each part knows which words of it are its heads, and which roles its heads still leave open. What
two parts say together is a list of links (role, head, dependent), which a reader of the chart
accepts or refuses: the reader of a premise takes all, that of a retelling those that the premise
has."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

Node = int
Link = tuple[str, Node, Node]
Gap = tuple[Node, str]  # a head, and the role in which it takes what fills the gap
NOBODY = -1


class Part(NamedTuple):
    """Words that belong together. `form`: number of a noun phrase, form of a verb, the word of a
    preposition; `other`: heads of the object of a verb phrase, of the subject of a clause."""

    kind: str
    form: str
    heads: tuple[Node, ...]
    gaps: tuple[Gap, ...] = ()
    other: tuple[Node, ...] = ()
    memory: Any = None  # of the reader


Made = Iterator[tuple[Part, list[Link]]]
Rule = Callable[[Part, Part], Made]
FINITE = ("s", "b", "d")


def either(left: "Part", right: "Part") -> list[Link]:
    """Return what is said where the right one is joined by "or": that not both need be so."""
    is_open = right.form.endswith("or")
    return [("or", left.heads[0], right.heads[0])] if is_open else []


def filled(gaps: Sequence[Gap], by: Sequence[Node]) -> list[Link]:
    """Return what is said once these heads fill the gaps."""
    links: list[Link] = []
    for head, role in gaps:
        for one in by:
            links.append((role[1:], one, head) if role[0] == "<" else (role, head, one))
    return links


def state_of(form: str) -> int:
    return int(form[1])


RULES: dict[tuple[str, str], list[Rule]] = defaultdict(list)
ALONE: dict[str, Callable[[Part], Iterator[Part]]] = {}


def rule_for(*pairs: str) -> Callable[[Rule], Rule]:
    def keep(rule: Rule) -> Rule:
        for pair in pairs:
            left, right = pair.split()
            RULES[left, right].append(rule)
        return rule

    return keep
