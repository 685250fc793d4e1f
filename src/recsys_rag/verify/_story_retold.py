"""How a retelling is read: its words as words of the story, its parts as links that the story has,
said in other ways, too. Knows no sentences."""

from collections.abc import Iterable, Iterator, Sequence

from recsys_rag.verify._story import Story
from recsys_rag.verify._story_needs import Need, wants_to
from recsys_rag.verify._story_otherwise import FIRST
from recsys_rag.verify._story_parts import Link, Node, Part
from recsys_rag.verify._story_premise import parts_of
from recsys_rag.verify._story_words import CASE, PRONOUNS, Leaf, story_words

AIM = 1000  # what somebody aims at, without a word of its own
_DOER = 2000  # who does what has no doer of its own
_COUNT = 3000  # how many some people are who are named one by one
_COUNTED = {"two": 2, "both": 2, "three": 3, "four": 4}
_ANYWHERE = frozenset(["when", "after", "once", "as", "while"])
_SAME_ROLE = {  # said -> what may bear it out
    "of": ("of", "mod", "from", "in", "at"),
    "with": ("with", "mod"),
    "in": ("in", "mod", "at", "of"),
    "from": ("from", "mod", "of"),
    "for": ("for", "mod"),
    "about": ("about", "mod", "of what"),
    "of what": ("of what", "about"),
    "at": ("at", "mod", "in", "of"),
    "on": ("on", "mod"),
}


_OTHER_SEX = {"his": "her", "her": "his", "himself": "herself", "herself": "himself"}


def _own(phrase: str) -> str:
    return next((word for word in phrase.split() if word in _OTHER_SEX), "")


class RetellingReader:
    """Takes what the story bears out."""

    def __init__(self, story: Story, words: Sequence[str]) -> None:
        self.story, self.words = story, words
        self.known = story_words()

    # -- words

    def leaves(self, at: int) -> Iterable[tuple[int, Part]]:
        word = self.words[at]
        nothing = (frozenset[Need](), ())
        if word in (",", "'s"):
            yield at + 1, Part("'S" if word == "'s" else ",", "", (), memory=nothing)
            return
        if word in (";", ":"):
            yield at + 1, Part("CC", "and", (), memory=nothing)
            return
        if word in PRONOUNS:
            yield from self._pronoun(at, word)
            return
        for leaf in self.known.leaves(self.words, at):
            if leaf.kind == "IDLE" and leaf.width > 1 and at:
                continue  # "tells the story of a king" is not "tells a king"
            for heads, needs in self._heads(leaf):
                mention = ((at, heads, ""),) if leaf.kind == "N" else ()
                for part in parts_of(leaf, heads, (needs, mention)):
                    yield at + leaf.width, part if part.memory else part._replace(memory=nothing)

    def _pronoun(self, at: int, word: str) -> Iterator[tuple[int, Part]]:
        cls, story = PRONOUNS[word], self.story
        whom: list[tuple[Node, ...]] = []
        for n, of in story.sex.items():
            number = story.nodes[n].number
            if (cls == "p" and (number != "one" or of in "g?")) or (
                cls != "p" and number != "many" and (of == cls or (cls == "n" and of == "g"))
            ):
                whom.append((n,))
        if cls == "p":
            whom += story.groups
        whom += [
            (n,) for n, one in story.nodes.items() if one.is_pronoun == cls and n not in story.sex
        ]
        for heads in dict.fromkeys(whom):
            memory = (frozenset[Need](), ((at, heads, cls),))
            number = ("many" if cls == "p" else "one") + CASE.get(word, "?")
            yield at + 1, Part("NP", number, heads, memory=memory)
            if word in ("his", "her", "its", "their"):
                yield at + 1, Part("OWN", "", heads, memory=memory)

    def _heads(self, leaf: Leaf) -> Iterator[tuple[tuple[Node, ...], frozenset[Need]]]:
        """Yield the words of the story that a leaf may stand for."""
        story, known, kind = self.story, self.known, leaf.kind
        nothing = frozenset[Need]()
        if kind in (
            "P",
            "SUB",
            "CC",
            "CP",
            "NEG",
            "TO",
            "MD",
            "REL",
            "WHOM",
            "WHOSE",
            "WHERE",
            "IDLE",
        ):
            yield (), nothing
            return
        if kind == "D" and leaf.lemma in self.known.of["plain determiners"]:
            yield (), nothing
            return
        if kind == "NUM" and leaf.lemma in _COUNTED:
            yield (_COUNT + _COUNTED[leaf.lemma],), nothing
        if kind == "V" and leaf.lemma in ("be", "have", "own"):
            yield (), nothing
        if kind == "V" and leaf.lemma == "become" and leaf.form == "b":
            yield (), nothing  # "fights to become" for "fights to be"
        group = "N" if kind == "A" and leaf.form == "n" else kind
        if kind in ("V!", "V"):
            group = "V"
        wider = known.borne_by.get((group, leaf.lemma), frozenset((leaf.lemma,))) | {leaf.lemma}
        same = known.same.get((group, leaf.lemma), frozenset((leaf.lemma,))) | {leaf.lemma}
        if group in "NA":
            more = known.borne_by.get(("A" if group == "N" else "N", leaf.lemma), frozenset())
            wider = wider | more
        spaces = {"N": ("W",), "A": ("W",), "V": ("V", "V!")}.get(group, (kind,))
        for space in spaces:
            for had in wider:
                for node in story.named.get((space, had), ()):
                    if node in story.exact and had not in same:
                        continue
                    if _OTHER_SEX.get(said_own := _own(leaf.lemma)) == _own(had) and said_own:
                        continue  # "loses her mind" for "loses his mind"
                    number = story.nodes[node].number
                    if kind == "N" and {leaf.form, number} == {"one", "many"}:
                        continue
                    needs = story.needs.get(node, nothing)
                    yield (node,), needs - story.also.get((had, node), nothing)
        if kind == "N" and leaf.form == "many":
            yield from self._together(wider)
        if kind == "A":
            yield from self._had_or_done(leaf.lemma)
        if kind == "V!" and leaf.lemma == "can":  # what is done can be done
            for node, one in story.nodes.items():
                needs = story.needs.get(node, nothing)
                if one.kind == "V" and not {("emb", node), ("neg", node)} & needs:
                    yield (AIM + node,), frozenset({("to", AIM + node)})
        if kind == "V" and leaf.lemma in known.of["aims"]:
            for node, needs in story.needs.items():
                if ("emb", node) in needs and self._is_aim(node, leaf.lemma):
                    yield (AIM + node,), frozenset({("to", AIM + node)})
        if kind == "N":
            yield from self._from_verbs(leaf)

    def _together(
        self, wider: frozenset[str]
    ) -> Iterator[tuple[tuple[Node, ...], frozenset[Need]]]:
        """Yield those who are named one by one, and each of whom may be called so."""
        story = self.story
        for group in story.groups:
            if all(
                story.nodes[one].number == "one"
                and any(one in story.named.get(("W", had), ()) for had in wider)
                for one in group
                if one in story.nodes
            ):
                needs = [story.needs.get(one, frozenset[Need]()) for one in group]
                yield group, frozenset[Need]().union(*needs)

    def _had_or_done(self, lemma: str) -> Iterator[tuple[tuple[Node, ...], frozenset[Need]]]:
        """Yield the claws of who is "clawed", and what is done by who is "mind-reading"."""
        story = self.story
        if lemma.endswith("ed"):
            for stem in (lemma[:-1], lemma[:-2], lemma[:-3]):
                for node in story.named.get(("W", stem), ()):
                    yield (node,), story.needs.get(node, frozenset())
        what, _, doing = lemma.rpartition("-")
        for verb, form in self.known.verbs.get(doing, ()) if what else ():
            for node in story.named.get(("V", verb), ()) if form == "g" else ():
                for one in story.by_head.get(("obj", node), ()):
                    if one in story.nodes and story.nodes[one].lemma == what:
                        needs = story.needs.get(node, frozenset())
                        yield (node,), needs - {("obj", node), ("obj", node, one)}

    def _is_aim(self, node: Node, said: str) -> bool:
        for role, head in self.story.by_dependent.get(node, ()):
            if role == "to" and head in self.story.nodes:
                lemma = self.story.nodes[head].lemma
                if lemma in self.known.of["aims"] or not wants_to(lemma):
                    return True
                if lemma in self.known.of["object does"]:  # "drives to the sea to win a race"
                    return any(
                        ("subj", node, one) in self.story.links
                        for one in self.story.by_head.get(("subj", head), ())
                    )
        return False

    def _from_verbs(self, leaf: Leaf) -> Iterator[tuple[tuple[Node, ...], frozenset[Need]]]:
        """Yield what is done for "kidnapping", and who does it for "kidnapper"."""
        story = self.story
        for verb, is_doer in self.known.nominals.get(leaf.lemma, ()):
            for had in self.known.borne_by.get(("V", verb), frozenset((verb,))):
                for node in story.named.get(("V", had), ()):
                    if node >= FIRST:
                        continue  # a "teacher" of whom nothing else is said
                    needs = story.needs.get(node, frozenset())
                    if not is_doer:
                        yield (node,), frozenset(n for n in needs if n != ("obj", node))
                        continue
                    doers = story.by_head.get(("subj", node), ())
                    for doer in doers:
                        if {leaf.form, story.nodes[doer].number} != {"one", "many"}:
                            yield (doer,), story.needs.get(doer, frozenset())
                    if not doers and ("emb", node) not in needs:
                        yield (_DOER + node,), frozenset()

    # -- links

    def joined(self, made: Part, left: Part, right: Part, links: Sequence[Link]) -> Part | None:
        needs, mentions = left.memory
        if left is not right:
            needs, mentions = needs | right.memory[0], mentions + right.memory[1]
        done: set[Need] = set()
        said = [link for link in links if link[0] != "isa"]  # "both a cop and a lawyer"
        if len(set(said)) < len(said):
            return None
        if left.kind == "NUM" and left.heads and left.heads[0] > _COUNT:
            if left.heads[0] - _COUNT != len(right.heads):
                return None
            links = []
        if left.kind == "D" and left.form == "group" and self._are_two(right.heads):
            return None
        for role, head, dependent in links:
            met = self._borne(role, head, dependent)
            if met is None:
                return None
            kept = self._kept(role, head, dependent)
            if role in ("neg", "mod", "det", "adv") and kept and not needs & kept:
                return None  # "not not"
            done |= met
        return made._replace(memory=(needs - done, mentions))

    def _kept(self, role: str, head: Node, dependent: Node) -> frozenset[Need]:
        """Return what this link must be said for, and only once."""
        own = self.story.needs.get(head, frozenset())
        return own & {(role, head), (role, head, dependent)}

    def _are_two(self, heads: Sequence[Node]) -> bool:
        story = self.story
        return len(heads) == 2 or any(
            story.nodes[one].lemma == "two"
            for head in heads
            for one in story.by_head.get(("num", head), ())
        )

    def added(self, cell: dict[object, Part], part: Part) -> bool:
        if part in cell or len(cell) > 60:
            return False
        cell[part] = part
        return True

    def _borne(self, role: str, head: Node, dependent: Node) -> set[Need] | None:
        """Return what need not be said any more once this is said; None if the story does not say
        it."""
        story = self.story
        role = "to" if role == "so that" else role
        if head >= AIM or dependent >= AIM:
            return self._borne_without_word(role, head, dependent)
        if (role, head, dependent) in story.links:
            return self._met(role, head, dependent)
        for other, turned in self._other_roles(role, head, dependent):
            one = (other, dependent, head) if turned else (other, head, dependent)
            if one in story.links:
                return self._met(*one) | self._met(role, head, dependent)
        if role in ("isa", "mod") and head == dependent:  # "rich people" for "the rich"
            return set() if role == "isa" or story.is_the_old(head) else None
        if role == "mod" and (
            self._is_compound(head, dependent) or self._is_where_done(head, dependent)
        ):
            return set()
        if role == "doing":
            return set() if story.nodes[dependent].kind != "N" else None
        if role == "num":
            return None
        if role in _ANYWHERE:
            return self._at_a_time(role, head, dependent)
        if role in ("to", "to2"):
            for other, governor in story.by_dependent.get(dependent, ()):
                if (
                    other in ("to", "to2")
                    and governor in story.nodes
                    and not wants_to(story.nodes[governor].lemma)
                ):
                    return self._met("to", head, dependent)
        if role in self.known.of["places"] or " " in role:
            for other, governor in story.by_dependent.get(dependent, ()):
                if self._same_role(role, other) and self._are_near(head, governor):
                    return self._met(role, head, dependent)
        return None

    def _is_compound(self, head: Node, dependent: Node) -> bool:
        """Say whether both modify one noun, as in "the owner of a health food store" for "a health
        food store owner"."""
        story = self.story
        if dependent >= head or story.nodes[dependent].number != "n":
            return False
        return any(
            role == "mod" and ("mod", one, head) in story.links
            for role, one in story.by_dependent.get(dependent, ())
        )

    def _is_where_done(self, head: Node, dependent: Node) -> bool:
        """Say whether somebody does something at a place, as a "factory worker"."""
        story = self.story
        return any(
            role in ("in", "on", "at", "from")
            and ("subj", verb, head) in story.links
            and not {("emb", verb), ("neg", verb)} & story.needs.get(verb, frozenset())
            for role, verb in story.by_dependent.get(dependent, ())
        )

    def _are_near(self, head: Node, governor: Node) -> bool:
        """Say whether what governs a place is, or belongs to, what a verb is said of."""
        story, above = self.story, {governor}
        subjects = story.by_head.get(("subj", head), set()) | story.by_head.get(
            ("obj", head), set()
        )
        if subjects & story.by_head.get(("subj", governor), set()):
            return True
        for _ in range(3):
            if above & ({head} | subjects):
                return True
            above = {h for one in above for role, h in story.by_dependent.get(one, ())}
        return False

    def _same_role(self, said: str, had: str) -> bool:
        return had == said or had in self.known.borne_by.get(("P", said), ())

    def _other_roles(self, role: str, head: Node, dependent: Node) -> Iterator[tuple[str, bool]]:
        """Yield the roles that bear this one out, and whether head and dependent change places."""
        story = self.story
        is_event = story.nodes[head].kind == "V" if head in story.nodes else False
        for had in self.known.borne_by.get(("P", role), ()):
            yield had, False
        for had in _SAME_ROLE.get(role, ()):
            if had != "mod" or story.nodes[dependent].kind in "NA":
                yield had, False
        if role == "mod" and dependent in story.nodes and story.nodes[dependent].kind == "V":
            yield "subj", True
        if role == "mod":
            for had in ("in", "of", "from", "for", "with", "about", "on", "at", "pred"):
                yield had, False
            yield "obj", True
        if role == "pred":
            yield "mod", False
        if role == "to" and is_event and story.nodes[head].lemma in self.known.of["transparent"]:
            yield "doing", False  # "gets him to talk" for "gets him talking"
        if role == "of" and not is_event:
            yield "with", True
        if role == "of" and is_event:
            yield "obj", False
            yield "subj", False
        if role == "with":
            yield "of", True
        if role == "by" and is_event:
            yield "subj", False
        if role == "mod" and is_event:
            yield "obj", False
        if role == "obj":
            yield "mod", True

    def _met(self, role: str, head: Node, dependent: Node) -> set[Need]:
        met: set[Need] = {(role, head, dependent), (role, head)}
        met |= {
            (role, one, dependent)
            for had, one in self.story.by_dependent.get(dependent, ())
            if had == role
        }
        if role in ("to", "that", "to2"):
            met.add(("emb", dependent))
        if role in ("before", "if", "unless", "without", "whether", "instead of", "as if"):
            met.add(("emb", dependent))
        return met

    def _at_a_time(self, role: str, head: Node, dependent: Node) -> set[Need] | None:
        story = self.story
        links = story.by_dependent.get(dependent, ())
        if any(other in _ANYWHERE for other, _ in links):
            return set()
        if (
            role in ("when", "after", "once")
            and dependent < head
            and story.nodes[dependent].kind in ("V", "V!")
        ):
            return set()
        return None

    def _borne_without_word(self, role: str, head: Node, dependent: Node) -> set[Need] | None:
        story = self.story
        if AIM <= head < _DOER:
            aim = head - AIM
            if role == "to" and dependent == aim:
                return {("emb", aim), ("to", head)}
            if role == "subj" and ("subj", aim, dependent) in story.links:
                return set()
            if role in ("doing",):
                return set()
            return None
        if AIM <= dependent < _DOER:
            return set() if role in ("doing", "to") else None
        if dependent >= _DOER and role == "subj":
            done = dependent - _DOER
            return set() if done == head else None
        return None
