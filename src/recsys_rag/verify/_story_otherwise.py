"""What a story says in other words of its own: a "gin-loving" man loves gin, who learns from a dog
is taught by it, two who clash clash with each other."""

from collections.abc import Mapping

from recsys_rag.verify._story_needs import Need
from recsys_rag.verify._story_parts import Link, Node
from recsys_rag.verify._story_premise import Word
from recsys_rag.verify._story_words import story_words

_FIRST = 500  # of the places of words that the story does not have


def said_otherwise(
    nodes: dict[Node, Word], links: set[Link], needs: Mapping[Node, frozenset[Need]]
) -> None:
    """Add words and links that follow from those of a story."""
    new = _FIRST
    for node, word in list(nodes.items()):
        if word.kind == "A" and "-" in word.lemma:
            new = _done_by_habit(node, word.lemma, new, nodes, links)
        if word.kind == "V" and not {("emb", node), ("neg", node)} & needs.get(node, frozenset()):
            new = _conversely(node, word, new, nodes, links)
        if word.kind == "V":
            _with_each_other(node, word.lemma, links)


def _done_by_habit(
    node: Node, lemma: str, new: Node, nodes: dict[Node, Word], links: set[Link]
) -> Node:
    what, _, doing = lemma.rpartition("-")
    verbs = [verb for verb, form in story_words().verbs.get(doing, ()) if form == "g"]
    for role, who, one in list(links):
        if verbs and role == "mod" and one == node:
            nodes[new] = Word("V", verbs[0], "s")
            nodes[new + 1] = Word("N", what, "any")
            links |= {("subj", new, who), ("obj", new, new + 1)}
            new += 2
    return new


def _conversely(
    node: Node, word: Word, new: Node, nodes: dict[Node, Word], links: set[Link]
) -> Node:
    for verb, roles in story_words().converse.get(word.lemma, ()):
        own = [(role, one) for role, head, one in links if head == node and role in roles]
        if roles.keys() <= {role for role, _ in own} | {"to", "obj"}:
            nodes[new] = Word("V", verb, word.number)
            links |= {(roles[role], new, one) for role, one in own}
            new += 1
    return new


def _with_each_other(node: Node, lemma: str, links: set[Link]) -> None:
    """Add who does it with whom: "X and Y clash" is "X clashes with Y"."""
    subjects = {one for role, head, one in links if (role, head) == ("subj", node)}
    others = {one for role, head, one in links if (role, head) == ("with", node)}
    if lemma in story_words().of["each other"]:
        if len(subjects) == 2:
            links |= {("with", node, one) for one in subjects}
        links |= {("subj", node, one) for one in others}
