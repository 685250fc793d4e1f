"""How a sentence is read by itself: the likeliest of all ways to take its words, and the links that
they make then."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from recsys_rag.verify._story_chart import chart
from recsys_rag.verify._story_parts import Link, Node, Part
from recsys_rag.verify._story_words import CASE, PRONOUNS, Leaf, story_words
from recsys_rag.verify._tokens import tokens_of


def split_words(words: Sequence[str]) -> tuple[list[str], list[int]]:
    """Return the words with "'s" apart and phrases in simpler words, and for each place of these
    the place of the word.

    >>> split_words(["the", "king's", "son"])
    (['the', 'king', "'s", 'son'], [0, 1, 1, 2])
    >>> split_words(["so", "that", "he", "can", "win"])
    (['to', 'win'], [0, 4])
    """
    cut: list[str] = []
    places: list[int] = []
    simpler, place = story_words().simpler, 0
    while place < len(words):
        width, said = 1, [words[place]]
        for phrase, other in simpler.get(words[place], ()):
            if tuple(words[place : place + len(phrase)]) == phrase:
                width, said = len(phrase), list(other)
        word = said[0]
        if word.startswith("ex-") and len(word) > 4:
            said = ["former", word := word[3:]]
        if width == 1 and len(word) > 2 and word.endswith(("'s", "s'")):
            said[-1:] = [word[:-2] if word.endswith("'s") else word[:-1], "'s"]
        cut += said
        places += [place] * len(said)
        place += width
    return cut, places


def parts_of(leaf: Leaf, heads: tuple[Node, ...], memory: object) -> Iterator[Part]:
    """Yield the parts that a leaf can be."""
    kind, form, lemma = leaf.kind, leaf.form, leaf.lemma
    if kind == "V":
        if lemma == "be" or (lemma == "become" and not heads):
            yield Part("BE", "i" if lemma == "become" else form, ())
        elif lemma == "have" or (lemma == "own" and not heads):
            yield Part("HV", form, ())
        elif heads:
            gap = (heads[0], "obj" if form == "p" else "subj")
            many = "m" if " " in lemma else ""
            yield Part("VP", f"{form}0{many}", heads, (gap,), (), memory)
    elif kind == "NUM":
        yield Part("NUM", "one" if lemma == "one" else "many", heads, memory=memory)
    elif kind == "D" and lemma in story_words().of["plain determiners"]:
        number = {"a": "one", "an": "one", "the": "the"}.get(lemma, "any")
        number = "group" if lemma in story_words().of["group determiners"] else number
        yield Part("D", number, (), memory=memory)
    elif kind == "ADV":
        yield Part(
            kind, "prt" if lemma in story_words().of["particles"] else "", heads, memory=memory
        )
    elif kind in ("NEG", "TO"):
        yield Part(kind, "", (), memory=memory)
    elif kind == "D":
        numbers = dict.fromkeys(("every", "each", "another"), "one") | {"both": "many"}
        yield Part("D", numbers.get(lemma, "any"), heads, memory=memory)
    elif kind in ("P", "SUB", "CC", "CP"):
        yield Part(kind, lemma, ())
    else:
        yield Part(kind, form, heads, memory=memory)


@dataclass
class Word:
    kind: str
    lemma: str
    number: str
    is_pronoun: str = ""


class _PremiseReader:
    """Takes everything, and keeps the likeliest ways."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self.known = story_words()

    def leaves(self, at: int) -> Iterable[tuple[int, Part]]:
        word = self.words[at]
        if word in (",", "'s"):
            yield at + 1, Part("'S" if word == "'s" else ",", "", (), memory=(0.0, None))
            return
        if word in (";", ":"):
            yield at + 1, Part("CC", "and", (), memory=(0.0, None))
            return
        if word in PRONOUNS:
            cls = PRONOUNS[word]
            node = Word("PRO", word, "many" if cls == "p" else "one", cls)
            memory = (0.0, ((at, node), ()))
            yield (
                at + 1,
                Part(
                    "NP",
                    ("many" if cls == "p" else "one") + CASE.get(word, "?"),
                    (at,),
                    memory=memory,
                ),
            )
            if word in ("his", "her", "its", "their"):
                yield at + 1, Part("OWN", "", (at,), memory=memory)
            if word in ("himself", "herself", "themselves", "itself"):
                return
        for leaf in self.known.leaves(self.words, at):
            cost = self._cost(leaf, at)
            node = Word(leaf.kind, leaf.lemma, leaf.form)
            for part in parts_of(leaf, (at,), None):
                kept = ((at, node), ()) if part.heads else None
                yield at + leaf.width, part._replace(memory=(cost, kept))

    def _cost(self, leaf: Leaf, at: int) -> float:
        cost = -0.7 * (leaf.width - 1)
        kinds = self.known.kinds.get(leaf.lemma, ())
        if leaf.width > 1 and leaf.kind in "NA" and "A" in self.known.kinds.get(self.words[at], ()):
            cost = 0.7
        word = self.words[at]
        if leaf.kind == "N" and "N" not in kinds:
            cost += 0.3 if word not in self.known.verbs else 1.6
            if word.endswith(("ed", "ly")):
                cost += 1.0
        if leaf.kind == "N" and "A" in kinds:
            cost += 1.0
        if leaf.kind == "A" and leaf.form == "n":
            cost += 0.2 if word not in self.known.verbs else 1.0
        if leaf.kind == "ADV" and {"P", "SUB"} & set(kinds):
            cost += 0.5
        if leaf.kind in ("IDLE", "CP"):
            cost += 0.3
        return cost

    def joined(self, made: Part, left: Part, right: Part, links: Sequence[Link]) -> Part | None:
        (one, kept), (other, more) = left.memory, right.memory
        if left is right:
            cost = one + (1.0 if made.kind == "NP" and made.form == "one" else 0.05)
            return made._replace(memory=(cost, kept))
        cost = one + other + _cost(made, left, right, links, self)
        return made._replace(memory=(cost, (kept, more, tuple(links))))

    def lemma(self, part: Part) -> str:
        return ""

    def added(self, cell: dict[object, Part], part: Part) -> bool:
        key = (part.kind, part.form, len(part.gaps) > 1, bool(part.other))
        old = cell.get(key)
        if old is not None and old.memory[0] <= part.memory[0]:
            return False
        cell[key] = part
        return True

    def lemmas(self, at: Node) -> list[str]:
        return [lemma for lemma, _ in self.known.verbs.get(self.words[at], ())]


_PAIRS = {
    ("D", "A"): 2.0,
    ("NP", "PP"): 0.25,
    ("VP", "PP"): 0.15,
    ("VP", "A"): 1.5,
    ("NP", "A"): 1.5,
    ("NP", "SG"): 0.8,
    ("NP", "VPt"): 0.6,
    ("NP", "AP"): 0.5,
    ("NP", "VP"): 0.1,
    ("VP", "VP"): 0.4,
    ("VP", "SS"): 0.3,
    ("A", "N"): 0.05,
    ("PP", "VP"): 2.5,
    ("A", "A"): 0.1,
    ("VP", "ADV"): 0.1,
    ("ADV", "VP"): 0.15,
    ("NP", "cNP"): 0.1,
    ("VP", "cVP"): 0.0,
    ("S", "cS"): 0.1,
    ("PP", "S"): 1.0,
    ("ADV", "S"): 1.0,
    ("SS", "S"): 1.0,
    ("VP", "N"): 0.1,
    ("VP", "PC"): 0.2,
    ("LNP", "cNP"): -0.2,
    ("NP", "qNP"): 0.3,
    ("CC", "A"): 0.2,
    ("NP", "RC"): 0.0,
    ("S", "PC"): 0.1,
    ("VP", "PG"): 0.1,
    ("ADV", "PP"): 0.6,
    ("ADV", "A"): 0.0,
    ("VP", "CS"): 0.0,
    ("NP", "qA"): 0.5,
}


def _cost(
    made: Part, left: Part, right: Part, links: Sequence[Link], reader: _PremiseReader
) -> float:
    cost = _PAIRS.get((left.kind, right.kind), 0.1)
    known = reader.known
    if (left.kind, right.kind) == ("VP", "PP"):
        if right.form == "of":
            cost += -0.3 if known.of["of what"].intersection(reader.lemmas(left.heads[-1])) else 1.5
        cost += 0.02 * (right.heads[0] - left.heads[-1])
    if (left.kind, right.kind) == ("NP", "PP") and right.form in ("of",):
        cost -= 0.25
    if (left.kind, right.kind) == ("VP", "NP") and (made.form[1] == "2" or made.form[0] == "p"):
        lemmas = reader.lemmas(left.heads[-1])
        cost += 0.2 if known.of["two objects"].intersection(lemmas) else 3.0
    if (left.kind, right.kind) == ("VP", "A"):
        lemmas = reader.lemmas(left.heads[-1])
        cost -= 1.3 if known.of["copular"].intersection(lemmas) else 0.0
        if reader.words[right.heads[0]] in ("hostage", "captive", "prisoner"):
            cost -= 4.0 if left.form[1] == "1" else 0.0
        if left.form[1] == "1" and {"make", "drive", "find", "leave", "keep", "turn"}.intersection(
            lemmas
        ):
            cost -= 1.2
    if (left.kind, right.kind) == ("NP", "VP") and made.kind == "NP" and right.form[:2] == "p0":
        cost += 0.6
    if (left.kind, right.kind) == ("VP", "VP") and right.form[0] in "bi":
        lemmas = reader.lemmas(left.heads[-1])
        cost += 0.0 if known.of["bare verb behind"].intersection(lemmas) else 3.0
    if made.kind == "SG":
        cost += 0.2
    if right.kind == "'S" and any(
        len(one) == 2 and one[1].kind == "V" for one in _kept(left.memory[1])
    ):
        cost += 2.5  # "the crew that robs the king's son" robs the son
    if (left.kind, right.kind) == ("A", "A") and len(made.heads) == 1:
        cost += 0.3
    if (left.kind, right.kind) == ("NP", "AP") and left.form == "one" and right.form == "many":
        cost += 2.0  # "two women at a school, a coach and a clerk": the women
    if (left.kind, right.kind) == ("VP", "VPt") and left.other:
        is_his = len(made.gaps) == len(left.gaps)  # who is told, not who tells
        is_told = bool(known.of["object does"].intersection(reader.lemmas(left.heads[-1])))
        cost += 0.0 if is_his == is_told else 0.8
    return cost


def _kept(memory: Any) -> Iterator[Any]:
    """Yield the words and links that a reading was put together from."""
    stack = [memory]
    while stack:
        one = stack.pop()
        if not isinstance(one, tuple) or not one:
            continue
        if len(one) == 3:
            stack += [one[0], one[1]]
            yield from one[2]
        else:
            yield one[0]


class Parsed(NamedTuple):
    """The likeliest reading of a sentence; `topic`: whom or what its first clause is about."""

    words: list[str]
    nodes: dict[Node, Word]
    links: list[Link]
    cost: float
    topic: tuple[Node, ...]


def parse(sentence: str) -> Parsed:
    words, _ = split_words(list(tokens_of(sentence).words))
    while words and words[-1] in ".!":
        words.pop()
    reader = _PremiseReader(words)
    rows = chart(reader, len(words))
    n = len(words)
    # the likeliest sequence of parts over all words
    best: list[tuple[float, tuple[Part, ...]]] = [(0.0, ())] * (n + 1)
    for at in range(n - 1, -1, -1):
        best[at] = (best[at + 1][0] + 20.0, best[at + 1][1])
        for end, cell in rows[at].items():
            for part in cell.values():
                if part.kind not in ("S", "NP", "PP", "VP", "RC", "PC"):
                    continue
                fee = 0.0 if part.kind == "S" else 6.0 if part.kind == "NP" else 7.0
                cost = part.memory[0] + fee + best[end][0] + (4.0 if end < n else 0.0)
                if cost < best[at][0]:
                    best[at] = (cost, (part, *best[end][1]))
    nodes: dict[Node, Word] = {}
    links: list[Link] = []
    for part in best[0][1]:
        for one in _kept(part.memory[1]):
            if len(one) == 2:
                nodes[one[0]] = one[1]
            else:
                links.append(one)
    first = best[0][1][:1]
    topic = first[0].other if first and first[0].kind == "S" else ()
    return Parsed(words, nodes, links, best[0][0], topic)
