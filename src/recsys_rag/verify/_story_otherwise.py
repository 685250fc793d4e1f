"""What a story says in other words of its own: a "gin-loving" man loves gin, who learns from a dog
is taught by it, two who clash clash with each other."""

from collections.abc import Mapping

from recsys_rag.verify._story_needs import Need
from recsys_rag.verify._story_parts import Link, Node
from recsys_rag.verify._story_premise import Word
from recsys_rag.verify._story_words import story_words

FIRST = 500  # of the places of words that the story does not have


def said_otherwise(
    nodes: dict[Node, Word], links: set[Link], needs: Mapping[Node, frozenset[Need]]
) -> None:
    """Add words and links that follow from those of a story."""
    new = FIRST
    for node, word in list(nodes.items()):
        if word.kind == "A" and "-" in word.lemma:
            new = _done_by_habit(node, word.lemma, new, nodes, links)
        elif word.kind == "A" and word.lemma not in story_words().of["kept"]:
            new = _as_clause(node, word.lemma, new, nodes, links)
        if word.kind == "N" and word.lemma.count(" ") == 1:
            new = _taken_apart(node, word.lemma, new, nodes, links)
        elif word.kind == "N" and not needs.get(node):
            new = _done_by_trade(node, word.lemma, new, nodes, links)
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


def _done_by_trade(
    node: Node, lemma: str, new: Node, nodes: dict[Node, Word], links: set[Link]
) -> Node:
    """Add what a "letter writer" writes."""
    whats = [d for role, head, d in links if head == node and role in ("mod", "of") and d in nodes]
    for verb in story_words().does(lemma):
        nodes[new] = Word("V", verb, "s")
        links.add(("subj", new, node))
        links |= {
            ("obj", new, what) for what in whats if nodes[what].number in ("n", "many", "any")
        }
        new += 1
    return new


def _taken_apart(
    node: Node, lemma: str, new: Node, nodes: dict[Node, Word], links: set[Link]
) -> Node:
    """Add the shop of a "camera shop owner"."""
    what = lemma.split()[0]
    if "N" not in story_words().kinds.get(what, ()):
        return new
    nodes[new] = Word("N", what, "any")
    links |= {("mod", new, one) for role, head, one in links if (role, head) == ("mod", node)}
    links.add(("mod", node, new))
    return new + 1


def _as_clause(
    node: Node, lemma: str, new: Node, nodes: dict[Node, Word], links: set[Link]
) -> Node:
    """Add what a "talking" cat does, and what is done to a "captured" one."""
    forms = story_words().verbs.get(lemma, ())
    for role, who, one in list(links):
        if role != "mod" or one != node:
            continue
        for verb, form in forms:
            if form in ("g", "p"):
                nodes[new] = Word("V", verb, "s")
                links.add(("subj" if form == "g" else "obj", new, who))
                new += 1
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
    elif lemma.split()[0] in story_words().of["go together"]:
        links |= {("subj", node, one) for one in others if subjects}
