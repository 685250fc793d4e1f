"""What of a sentence must be said wherever some word of it is said, so that it stays true: "not",
"fake", "tries to", whom a verb is done to. Compares no words."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set

from recsys_rag.verify._story_parts import Link, Node
from recsys_rag.verify._story_premise import Word
from recsys_rag.verify._story_words import story_words

# a link; its role and head, for any one of that role; ("emb", word) for what opens its reach
Need = tuple[object, ...]
_NONE = Word("", "", "")
_SENTENCE_WIDE = frozenset(
    ["or", "while", "when", "because", "after", "but", "doing", "until", "subj"]
)


def needs_of(
    links: Set[Link], nodes: Mapping[Node, Word]
) -> tuple[dict[Node, frozenset[Need]], frozenset[Node]]:
    """Return what must be said of each word wherever it is said, and the words that no wider word
    may be said for, since they stand below a negation."""
    needs: dict[Node, set[Need]] = defaultdict(set)
    for link in links:
        for node, need in _needs_of_link(link, links, nodes):
            needs[node].add(need)
    for node, word in nodes.items():
        if word.kind in ("V", "V!") and (behind := _behind(node, word, links)):
            needs[node].add(behind)
    closed = _closed(links, nodes)
    below, stack = set(closed), list(closed)
    subjects = {one for role, head, one in links if role == "subj" and head in closed}
    while stack:
        node = stack.pop()
        for role, head, dependent in links:
            if head != node or role in _SENTENCE_WIDE:
                continue
            needs[node].add((role, node, dependent))
            if dependent in nodes and dependent not in below | subjects:
                below.add(dependent)
                stack.append(dependent)
    return {node: frozenset(of) for node, of in needs.items()}, frozenset(below)


def wants_to(lemma: str) -> bool:
    """Say whether what such a verb says is not whole without "to"."""
    return lemma in story_words().of["wants to"]


def _needs_of_link(
    link: Link, links: Set[Link], nodes: Mapping[Node, Word]
) -> Iterator[tuple[Node, Need]]:
    of = story_words().of
    role, head, dependent = link
    above, below = nodes.get(head, _NONE), nodes.get(dependent, _NONE)
    if role in ("obj", "pred", "neg"):
        yield head, (role, head)
    elif role == "or":
        yield from ((node, link) for node in (head, dependent))
    elif role in of["opening"]:
        yield from _needs_of_opening(link, links, nodes)
    elif (role == "det" and below.lemma in of["determiners kept"]) or (
        role == "mod" and below.lemma in of["kept"]
    ):
        yield head, link
    elif role == "adv":
        is_particle = head + 1 == dependent and below.lemma in of["particles kept"]
        if is_particle or below.lemma in of["adverbs kept"]:
            yield head, link
    elif role == "subj" and below.lemma in of["nobody"] and above.kind:
        yield head, link


def _needs_of_opening(
    link: Link, links: Set[Link], nodes: Mapping[Node, Word]
) -> Iterator[tuple[Node, Need]]:
    """Yield the needs of what is not said to be so: "tries to win", "if he wins"."""
    of = story_words().of
    role, head, dependent = link
    above, below = nodes.get(head, _NONE), nodes.get(dependent, _NONE)
    is_clause = below.kind in ("V", "V!") or role == "that"
    if role == "to" and not is_clause:  # "must be king", not "the way to a contest"
        is_clause = above.kind in ("V", "V!") and (
            below.kind == "A"
            or above.lemma in of["never to a place"]
            or any(r == "isa" and d == dependent for r, _, d in links)
        )
    if not is_clause:
        return
    if above.lemma not in of["transparent" if role == "to" else "factive"]:
        yield dependent, ("emb", dependent)
    if role in ("to", "that") and above.kind in ("V", "V!") and wants_to(above.lemma):
        yield head, (role, head)


def _behind(node: Node, word: Word, links: Set[Link]) -> Need | None:
    """Return the link to what stands behind a verb that is another without it: "turn to crime"."""
    of = story_words().of
    own = [link for link in links if link[1] == node]
    behind = sorted((d, role) for role, _, d in own if d > node and role not in of["no behind"])
    has_object = any(role == "obj" for role, _, _ in own)
    is_light = word.lemma in of["light"]
    is_free = has_object or word.lemma in of["intransitive"]
    if not behind or (is_free and not is_light) or (not is_light and behind[0][0] > node + 6):
        return None
    return (behind[0][1], node, behind[0][0])


def _closed(links: Set[Link], nodes: Mapping[Node, Word]) -> set[Node]:
    """Return the words below which nothing may be left out."""
    of = story_words().of
    closed = {head for role, head, _ in links if role == "neg"}
    closed |= {h for r, h, d in links if r == "subj" and nodes.get(d, _NONE).lemma in of["nobody"]}
    verbs = (node for node, word in nodes.items() if word.kind in ("V", "V!"))
    return closed | {node for node in verbs if nodes[node].lemma in of["downward"]}
