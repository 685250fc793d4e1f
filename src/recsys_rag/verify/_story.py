"""What a sentence says, as links between its words, each by the place where it begins."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from recsys_rag.verify._story_needs import Need, needs_of
from recsys_rag.verify._story_otherwise import said_otherwise
from recsys_rag.verify._story_parts import Link, Node
from recsys_rag.verify._story_premise import Word, parse
from recsys_rag.verify._story_words import story_words

_OF_A = ("mod", "pred", "isa", "adv", "or", "to", "doing")  # of whom an adjective is said


@dataclass
class Story:
    """What a sentence says, as links between its words."""

    words: list[str]
    nodes: Mapping[Node, Word]
    links: frozenset[Link]
    needs: Mapping[Node, frozenset[Need]]
    groups: Sequence[tuple[Node, ...]]
    exact: frozenset[Node]
    sex: Mapping[Node, str]
    named: Mapping[tuple[str, str], list[Node]] = field(default_factory=dict)
    by_head: Mapping[tuple[str, Node], set[Node]] = field(default_factory=dict)
    by_dependent: Mapping[Node, set[tuple[str, Node]]] = field(default_factory=dict)
    cost: float = 0.0
    topic: frozenset[Node] = frozenset()

    def __post_init__(self) -> None:
        named: dict[tuple[str, str], list[Node]] = defaultdict(list)
        for node, word in self.nodes.items():
            named["W" if word.kind in "NA" else word.kind, word.lemma].append(node)
        self.also: dict[tuple[str, Node], frozenset[Need]] = {}
        for role, head, dependent in self.links:
            if role == "mod" and head in self.nodes and dependent in self.nodes:
                one, other = self.nodes[dependent].lemma, self.nodes[head].lemma
                named["W", f"{one} {other}"].append(head)
                self.also[f"{one} {other}", head] = frozenset({(role, head, dependent)})
        for role, head, dependent in self.links:
            is_done = head in self.nodes and self.nodes[head].kind == "V"
            if role in ("adv", "pred", "obj") and is_done and dependent in self.nodes:
                phrase = f"{self.nodes[head].lemma} {self.nodes[dependent].lemma}"
                named["V", phrase].append(head)
                self.also[phrase, head] = frozenset({(role, head, dependent), (role, head)})
            if dependent in self.nodes and role not in _OF_A and self.is_the_old(dependent):
                named["W", "people"].append(dependent)
        self._name_by_preposition(named)
        for (kind, lemma), of in list(named.items()):
            if kind == "W" and " " in lemma:
                named[kind, lemma.rpartition(" ")[2]] += of
        heads: dict[tuple[str, Node], set[Node]] = defaultdict(set)
        dependents: dict[Node, set[tuple[str, Node]]] = defaultdict(set)
        for role, head, dependent in self.links:
            heads[role, head].add(dependent)
            dependents[dependent].add((role, head))
        self.named, self.by_head, self.by_dependent = named, heads, dependents

    def is_the_old(self, node: Node) -> bool:
        """Say whether an adjective stands for people, as in "the rich"."""
        word = self.nodes[node]
        return word.kind == "A" or word.lemma in story_words().of["no compound"]

    def _name_by_preposition(self, named: dict[tuple[str, str], list[Node]]) -> None:
        """Let "fight over gold" be "fight", over gold, and the other way round."""
        more: set[Link] = set()
        prepositions = {word for word, of in story_words().kinds.items() if "P" in of}
        has_object = {head for role, head, _ in self.links if role == "obj"}
        for node, word in self.nodes.items():
            verb, _, last = word.lemma.rpartition(" ")
            if word.kind == "V" and verb and last in prepositions:
                named["V", verb].append(node)
                more |= {(last, node, d) for r, h, d in self.links if (r, h) == ("obj", node)}
                self.also[verb, node] = frozenset({("obj", node)})
        for role, head, dependent in self.links:
            is_verb = head in self.nodes and self.nodes[head].kind == "V"
            if role in prepositions and is_verb and head not in has_object:
                phrase = f"{self.nodes[head].lemma} {role}"
                named["V", phrase].append(head)
                more.add(("obj", head, dependent))
                self.also[phrase, head] = frozenset({(role, head, dependent)})
        self.links |= more


def _meant(nodes: dict[Node, Word], links: list[Link]) -> tuple[dict[Node, Node], dict[Node, str]]:
    """Return for each pronoun whom it means, where that is certain, and who is male or female."""
    known = story_words()
    male, female = known.of["nouns m"], known.of["nouns f"]
    person = known.of["nouns people"] | male | female
    groups = known.of["nouns groups"]
    sex: dict[Node, str] = {}
    modifiers = {d for role, _, d in links if role == "mod"}
    nouns = [n for n in sorted(nodes) if nodes[n].kind == "N" and n not in modifiers]
    for n in nouns:
        lemma = nodes[n].lemma
        last = lemma.split()[-1]
        if lemma in male or last in male:
            sex[n] = "m"
        elif lemma in female or last in female:
            sex[n] = "f"
        elif lemma in person or last in person:
            sex[n] = "?"
        else:
            sex[n] = "g" if lemma in groups or last in groups else "n"
    subjects = {d for role, _, d in links if role in ("subj", "obj")}
    means: dict[Node, Node] = {}
    for p in sorted(n for n in nodes if nodes[n].is_pronoun):
        cls = nodes[p].is_pronoun
        if cls == "p":
            fit = [n for n in nouns if nodes[n].number != "one" or sex[n] == "g"]
            fit = [n for n in fit if sex[n] != "n"] or fit
        elif cls == "n":
            fit = [n for n in nouns if nodes[n].number != "many" and sex[n] in "ng"]
        else:
            fit = [n for n in nouns if nodes[n].number != "many" and sex[n] in (cls, "?")]
        owned = {h for role, h, d in links if role == "of" and d == p}
        fit = [n for n in fit if n not in owned]
        before = [n for n in fit if n < p] or fit
        if len(before) == 1 or (
            before
            and before[0] in subjects
            and cls in "mf"
            and all(sex[n] == "?" for n in before[1:])
            and sex[before[0]] == cls
        ):
            means[p] = before[0]
            if cls in "mf" and sex[before[0]] == "?":
                sex[before[0]] = cls
    return means, sex


@lru_cache(maxsize=384)  # 19 KB and 8 ms each
def story_of(sentence: str) -> Story:
    """Return what a sentence says."""
    words, nodes, found, cost, topic = parse(sentence)
    means, sex = _meant(nodes, found)
    same = dict(means)
    embedded = {d for role, _, d in found if role in ("to", "that")}
    members: dict[Node, list[Node]] = defaultdict(list)
    for role, one, other in found:
        if role == "isa" and other in nodes and one in nodes and other not in embedded:
            if nodes[one].number == "many" and nodes[other].number == "one":
                members[one].append(other)
            else:
                same[other] = one
    found = [link for link in found if link[0] != "isa" or link[1] not in members]
    for group, of in members.items():  # "two women, a coach and a clerk," do what each of them does
        for role, head, dependent in list(found):
            if group == dependent and head not in of:
                found += [(role, head, one) for one in of]
            elif group == head and role not in ("num", "det"):
                found += [(role, one, dependent) for one in of]

    def root(n: Node) -> Node:
        seen = 0
        while n in same and seen < 9:
            n, seen = same[n], seen + 1
        return n

    links: set[Link] = set()
    for role, head, dependent in found:
        links.add((role, root(head), root(dependent)))
    groups = {tuple(map(root, one)) for one in _groups(found, nodes)}
    needs, exact = needs_of(links, nodes)
    links |= _elsewhere(links, nodes)
    said_otherwise(nodes, links, needs)
    story = Story(
        words,
        nodes,
        frozenset(links),
        needs,
        sorted(groups),
        exact,
        {root(n): of for n, of in sorted(sex.items(), reverse=True)},
        cost=cost,
        topic=frozenset(map(root, topic)),
    )
    for n in list(nodes):  # "rich ones" are rich boys
        if nodes[n].lemma in ("one", "ones") and nodes[n].kind == "N":
            many = [
                m
                for m in nodes
                if m < n
                and nodes[m].kind == "N"
                and nodes[m].number == nodes[n].number
                and not any(r == "mod" and d == m for r, _, d in links)
            ]
            if many:
                story.named["W", nodes[max(many)].lemma].append(n)
    # several words for one
    for n in list(nodes):
        if root(n) != n and nodes[n].kind == "N":
            story.named["W", nodes[n].lemma].append(root(n))
    return story


def _elsewhere(links: set[Link], nodes: Mapping[Node, Word]) -> set[Link]:
    """Return the links of what might as well belong to the noun before, or to its verb."""
    more: set[Link] = set()
    for role, head, dependent in links:
        if role in ("of", "mod", "subj", "obj", "to", "that", "det", "num", "neg", "adv", "isa"):
            continue
        if head not in nodes or role in ("doing", "isa", "or", "pred", "obj2", "of what"):
            continue
        if nodes[head].kind == "N":
            above, seen = [head], {head}
            while above:
                one = above.pop()
                for r, h, d in links:
                    if d == one and h not in seen and h < dependent and h in nodes and r != "subj":
                        seen.add(h)
                        if nodes[h].kind == "N":
                            above.append(h)
                        elif nodes[h].kind == "V":
                            more.add((role, h, dependent))
        else:
            behind = [
                d
                for r, h, d in links
                if h == head
                and r not in ("subj", "adv", role)
                and head < d < dependent
                and d in nodes
                and nodes[d].kind == "N"
            ]
            more |= {(role, max(behind), dependent)} if behind else set()
    for role, head, dependent in [*links, *more]:  # "learns to herd sheep from a dog"
        if role in ("from", "with", "at", "in") and head in nodes and nodes[head].kind == "V":
            more |= {(role, v, dependent) for r, v, d in links if r == "to" and d == head}
    return more


def _groups(links: Sequence[Link], nodes: Mapping[Node, Word]) -> Iterator[tuple[Node, ...]]:
    by: dict[tuple[str, Node], list[Node]] = defaultdict(list)
    for role, head, dependent in links:
        if role in ("subj", "obj", "of", "to", "with") and dependent not in by[role, head]:
            by[role, head].append(dependent)
    for of in by.values():
        if len(of) > 1 and all(n in nodes and nodes[n].kind == "N" for n in of):
            yield tuple(of)
