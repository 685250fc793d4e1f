"""Wordings as graphs of words: alternatives, what may be left out, slots and parts. Knows no facts.

A wording is plain text with `<slots>` and `{PARTS}`; `(this|that)` are alternatives, a `?` behind a
letter or a bracket says that it may be missing; `\\\\` takes the next sign as it is. Case does not
matter.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from recsys_rag.verify._tokens import words_of

_LEXEME = re.compile(
    r"(?P<hole><[a-z_]+>|\{[A-Z_]+\})|(?P<open>\((?:\?:)?)|(?P<close>\))|(?P<bar>\|)"
    r"|\[(?P<any>[^]]+)\]|(?P<maybe>\?)|\\(?P<sign>.)|(?P<letter>.)"
)


@dataclass(slots=True, eq=False)
class Node:
    """What may come behind some words: words, slots and parts; `ends`: nothing need come."""

    words: dict[str, list["Node"]] = field(default_factory=dict)
    slots: list[tuple[str, "Node"]] = field(default_factory=list)
    parts: list[tuple[str, "Node"]] = field(default_factory=list)
    ends: bool = False

    def take(self, other: "Node") -> None:
        """Let come what may come at another node."""
        for word, nodes in other.words.items():
            self.words.setdefault(word, []).extend(nodes)
        self.slots += other.slots
        self.parts += other.parts
        self.ends |= other.ends


@dataclass(slots=True)
class _Piece:
    """A run of letters, a slot or part, or alternatives; `is_optional`: may be missing."""

    text: str = ""
    ways: list[list["_Piece"]] = field(default_factory=list)
    is_optional: bool = False


def graph(wordings: Iterable[str]) -> Node:
    """Return all that the wordings can say as one graph.

    >>> node = graph(["is (a|the) <type>", "is {LATE}"])
    >>> [sorted(after.words) + after.parts for after in node.words["is"]][0]
    ['a', 'the']
    >>> node.words["is"][1].parts[0][0]
    'LATE'
    """
    root, end = Node(), Node(ends=True)
    for wording in wordings:
        root.take(_before(_pieces(wording), end))
    return root


def graphs(wordings: Mapping[str, Iterable[str]]) -> dict[str, Node]:
    """Return the graph of each named list of wordings."""
    return {name: graph(of) for name, of in wordings.items()}


def holes_of(wording: str) -> Iterator[str]:
    """Yield the slots and parts of a wording, in their brackets.

    >>> list(holes_of("is <a> or (not )?{B}"))
    ['<a>', '{B}']
    """
    for found in _LEXEME.finditer(wording):
        if found["hole"]:
            yield found["hole"]


def _before(pieces: list[_Piece], following: Node) -> Node:
    """Return a node from which the pieces lead to what follows them."""
    for piece in reversed(pieces):
        node = Node()
        if piece.ways:
            for way in piece.ways:
                node.take(_before(way, following))
        elif piece.text[:1] == "<" and len(piece.text) > 1:
            node.slots.append((piece.text[1:-1], following))
        elif piece.text[:1] == "{" and len(piece.text) > 1:
            node.parts.append((piece.text[1:-1], following))
        else:
            behind = following
            for word in reversed(words_of(piece.text)):
                node = Node(words={word: [behind]})
                behind = node
            if behind is following:  # nothing but spaces
                node = following
        if piece.is_optional:
            either = Node()
            either.take(node)
            either.take(following)
            node = either
        following = node
    return following


def _pieces(wording: str) -> list[_Piece]:
    """Cut a wording; a letter that may be missing makes alternatives of its word."""
    stack: list[list[list[_Piece]]] = [[[]]]
    for found in _LEXEME.finditer(wording):
        here = stack[-1][-1]
        if found["open"]:
            stack.append([[]])
        elif found["close"]:
            if len(stack) == 1:
                raise ValueError(f"the wording {wording!r} closes a bracket that it did not open")
            ways = stack.pop()
            stack[-1][-1].append(_Piece(ways=ways))
        elif found["bar"]:
            stack[-1].append([])
        elif found["maybe"]:
            if not here:
                raise ValueError(f"the wording {wording!r} has a ? behind nothing")
            _make_optional(here)
        elif found["hole"]:
            here.append(_Piece(found["hole"]))
        elif found["any"]:
            here.append(_Piece(ways=[[_Piece(sign)] for sign in found["any"]]))
        else:
            letter = found["letter"] or found["sign"]
            if here and here[-1].text[:1] not in ("", "<", "{") and not here[-1].is_optional:
                here[-1].text += letter
            else:
                here.append(_Piece(letter))
    if len(stack) > 1:
        raise ValueError(f"the wording {wording!r} does not close its bracket")
    # "a|b" outside of brackets
    return stack[0][0] if len(stack[0]) == 1 else [_Piece(ways=stack[0])]


def _make_optional(pieces: list[_Piece]) -> None:
    last = pieces[-1]
    if last.ways or last.text[0] in "<{" or len(last.text) == 1:
        last.is_optional = True
        return
    before, _, word = last.text.rpartition(" ")
    if not word[-1].isalnum():  # a comma that may be missing
        pieces[-1:] = [_Piece(last.text[:-1]), _Piece(last.text[-1], is_optional=True)]
        return
    pieces[-1:] = [
        *([_Piece(before + " ")] if before else []),
        _Piece(ways=[[_Piece(word)], [_Piece(word[:-1])]]),
    ]
