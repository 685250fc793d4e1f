"""One sentence, read: clauses about the film, its modifiers, and what joins them, each the wording
of a cited fact with every slot that fact's own.

What may follow what is decided here, so that no modifier, verb or pronoun can come to stand beside
what it does not mean; what is said of a fact is decided by its kind, and what any film may be said
to be (its year, genres, makers) by `words.toml`.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from recsys_rag.fact import Check, Reading
from recsys_rag.protocols import Kinds
from recsys_rag.types import Evidence
from recsys_rag.verify._genres import GenreWords
from recsys_rag.verify._grammar import Node, graph, graphs
from recsys_rag.verify._shapes import RETOLD, SHAPES
from recsys_rag.verify._tokens import Tokens
from recsys_rag.verify.names import Name, place_of
from recsys_rag.verify.retelling import Retelling
from recsys_rag.verify.traits import phrases_of

_WORDS = Path(__file__).with_name("words.toml")
# slots that say nothing of a fact
SILENT = frozenset({"film", "it", "its", "this", "even_it", "even_its", "even_this", "art"})
_PROPERTY = "its_"  # slots that any cited fact may bear out, not only that of the wording's kind
# behind these, a verb or modifier could be that of another noun
_OPENING = frozenset(
    ["who", "whom", "whose", "which", "that", "because", "since", "you", "your", "as", "like"]
)
_PRONOUNS = frozenset({"it", "its", "itself", "this"})
_SEQUEL = re.compile(r"[0-9]+|[ivx]+")
_CAST = frozenset({"with", "starring", "featuring"})
_SUBJECTS = (
    ("it",),
    ("here",),
    *(("this", noun) for noun in ("film", "one", "title", "pick", "story", "choice", "tale")),
    ("this",),
    *(("the", noun) for noun in ("film", "story", "plot", "tale")),
)

Bindings = tuple[tuple[str, str], ...]
Match = tuple[int, Bindings]
Uses = frozenset[tuple[int, int]]  # (place of a citation, number)


class Grammar(NamedTuple):
    """The wordings of one kind, or those that all share."""

    roles: Mapping[str, Node]
    parts: Mapping[str, Node]
    shapes: Mapping[str, str | Node]


@cache
def shared() -> Grammar:
    """Return the wordings that belong to no kind: those of `words.toml`."""
    table = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    shapes = _shapes_of(table["shapes"])
    shapes |= {name: graph(phrases_of(of)) for name, of in table["traits"].items()}
    return Grammar(graphs(table["film"]), graphs(table["parts"]), shapes)


@cache
def fillers(name: str = "fillers") -> frozenset[str]:
    """Return the adverbs that claim nothing, which may stand anywhere; more of them in frames."""
    return frozenset(tomllib.loads(_WORDS.read_text(encoding="utf-8"))[name])


@cache
def grammar_of(reading: Reading[Any]) -> Grammar:
    """Return the wordings of a kind as graphs; made when first asked for."""
    roles = {
        "clauses": (*reading.own, *reading.clauses),
        "predicates": reading.predicates,
        "modifiers": reading.modifiers,
        "preludes": reading.preludes,
        "reasons": reading.reasons,
        "adjuncts": reading.adjuncts,
        "frames": reading.frames,
        "frame_verbs": reading.frame_verbs,
    }
    parts = {**shared().parts, **graphs(reading.parts)}
    return Grammar(graphs(roles), parts, _shapes_of(reading.shapes))


def _shapes_of(shapes: Mapping[str, str]) -> dict[str, str | Node]:
    return {
        name: shape if shape in SHAPES or shape == RETOLD else graph([shape])
        for name, shape in shapes.items()
    }


class Reached(NamedTuple):
    """How far something was read, with which citations; `is_open`: behind words that what follows
    might be taken to belong to; `is_nominal`: behind a noun for the film."""

    end: int
    uses: Uses
    is_open: bool = False
    is_nominal: bool = False


class _Described(NamedTuple):
    """How far a description was read, with which citations, and what was in it."""

    end: int
    uses: Uses = frozenset()
    has_film: bool = False
    has_verb: bool = False
    has_atom: bool = False
    is_apart: bool = True  # what comes cannot be taken for one thing with what was said

    @property
    def is_whole(self) -> bool:
        return self.has_film and self.has_verb and self.has_atom


_DESCRIBING: Mapping[str, dict[str, Any]] = {
    "described": {},
    "described_verbs": {"has_verb": True},
    "described_items": {"has_film": True, "is_apart": False},
    "described_atoms": {"has_atom": True, "is_apart": False},
}
_MOST_DESCRIBED = 500  # steps of reading one description


@dataclass
class SentenceReader:
    """Reads one sentence of one context in one way of taking its names.

    `banned` are the places of pronouns behind another title. Without `tokens.cited`, each fact
    counts as cited at the end.
    """

    kinds: Kinds
    evidence: Mapping[int, Evidence]  # by citation number
    names: Sequence[Name]
    film: str  # the film's name as shown
    known: Mapping[str, Check]  # what stands beside its name in any case: its year and genres
    others: frozenset[str]  # marks of other titles
    genres: GenreWords
    tokens: Tokens
    banned: frozenset[int] = frozenset()
    is_loose: bool = False  # frames are read, too
    checks: dict[int, Mapping[str, Check]] = field(default_factory=dict)
    furthest: int = 0  # how many words were read by the longest attempt
    refuted: tuple[int, str, str] | None = None  # evidence, slot, what was said
    _matched: dict[tuple[int, int, int], list[Match]] = field(default_factory=dict)
    _parts: dict[tuple[str, int], list[Reached]] = field(default_factory=dict)
    _rests: dict[tuple[int, str], frozenset[Uses]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.words = self.tokens.words
        self._filler = fillers("frame_fillers" if self.is_loose else "fillers")
        self.known = {"asked_words": lambda text: False, **self.known}
        self._has_other = not self.others.isdisjoint(self.words)
        every = tuple(self.evidence)
        self._cited = self.tokens.cited or ((len(self.words), every),)
        self._grammars = {
            number: grammar_of(self.kinds[one.kind].reading)
            for number, one in self.evidence.items()
        }

    def ways(self) -> frozenset[Uses]:
        """Return all ways to read the whole sentence, each as the citations that it uses."""
        if not self.words or self.words[-1] != ".":
            return frozenset()
        return frozenset().union(*(self._rest(begin, "start") for begin in self._begins()))

    @property
    def everything(self) -> Uses:
        """All citations of the sentence."""
        return frozenset((place, number) for place, numbers in self._cited for number in numbers)

    # --- what follows what -----------------------------------------------------------------------

    def _begins(self) -> list[int]:
        """Return where the first clause may begin: at once, or behind "what is more,"."""
        if self.tokens.origin[0][0].islower():
            return []
        behind = self._match(shared().roles["connectives"], 0, shared())
        asked = self._match(shared().roles["asked"], 0, shared()) if self.is_loose else ()
        said = [
            end for end, slots in asked if self.known["asked_words"](dict(slots)["asked_words"])
        ]
        return [0, *(end for end, _ in behind), *said]

    def _rest(self, place: int, state: str) -> frozenset[Uses]:
        """Return the ways to read from here to the end; `state`: what stands before."""
        key = (place, state)
        if key not in self._rests:
            self._rests[key] = frozenset()
            self._rests[key] = frozenset(self._ways(place, state))
        return self._rests[key]

    def _ways(self, place: int, state: str) -> Iterator[Uses]:
        if state == "start":
            for one in self._front(place):
                yield from self._with(one, "front")
        if state in ("start", "front"):
            for one in self._clause(place, is_behind_front=state == "front"):
                yield from self._with(one, "open" if one.is_open else "closed")
                for behind in self._adjuncts(one):
                    yield from self._with(behind, "open")
            if state == "start":
                for one in self._of_role("preludes", place):
                    yield from self._with(one, "prelude")
                for one in self._list(place):
                    yield from self._with(one, "open")
            return
        if state in ("open", "closed") and place == len(self.words) - 1:
            yield frozenset()
            return
        joints = ("joints", "frame_joints") if self.is_loose else ("joints",)
        for joint in joints:
            for end, _ in self._match(shared().roles[joint], place, shared()):
                yield from self._rest(end, "start")
        if state == "closed" and self.words[place] == "and":
            yield from self._rest(place + 1, "start")

    def _with(self, one: Reached, state: str) -> Iterator[Uses]:
        for rest in self._rest(one.end, state):
            yield one.uses | rest

    def _front(self, place: int) -> Iterator[Reached]:
        """Yield modifiers before the film's name, up to behind their comma."""
        for one in self._modifiers(place, (",", "and")):
            if self._is(one.end, ","):
                yield one._replace(end=one.end + 1)

    def _adjuncts(self, clause: Reached) -> Iterator[Reached]:
        kinds = {self.evidence[number].kind for _, number in clause.uses}
        begin = clause.end + self._is(clause.end, ",")
        for number, grammar in self._grammars.items():
            if kinds and kinds <= {*self.kinds[self.evidence[number].kind].reading.adjoins}:
                for end, slots in self._match(grammar.roles["adjuncts"], begin, grammar):
                    for uses in self._borne_out(begin, end, slots, number):
                        yield Reached(end, uses | clause.uses, True)

    def _clause(self, place: int, *, is_behind_front: bool = False) -> Iterator[Reached]:
        subject = self._subject(place)
        if subject or not is_behind_front:
            yield from self._of_role("clauses", place)
            yield from self._shared("clauses", place)
            yield from self._reasoned(place)
            if self.is_loose:
                yield from self._of_role("frames", place)
                yield from self._shared("frames", place)
                yield from self._described(place)
        if self.others.isdisjoint(self.words[:place]):  # or "this comedy" might be that one
            for named in self._shared("subjects", place):
                for one in self._verbs(named.end):
                    yield one._replace(uses=one.uses | named.uses)
            if self.is_loose:
                yield from self._with_relative(place)
        if not subject:
            return
        end, is_named = subject
        for before in self._beside(end) if is_named else [Reached(end, frozenset())]:
            for one in self._verbs(before.end):
                yield one._replace(uses=one.uses | before.uses)

    def _beside(self, place: int) -> Iterator[Reached]:
        """Yield what may stand between the film's name and its verb: nothing, or modifiers between
        commas."""
        yield Reached(place, frozenset())
        if self._is(place, ","):
            for one in self._modifiers(place + 1, (",", "and")):
                if self._is(one.end, ","):
                    yield one._replace(end=one.end + 1)
        if self._is(place, "("):
            for one in self._modifiers(place + 1, (",",)):
                if self._is(one.end, ")"):
                    yield one._replace(end=one.end + 1)

    def _verbs(self, place: int) -> Iterator[Reached]:
        """Yield one or more predicates of the film."""
        for first in self._verb(place):
            yield first
            if first.is_open:
                continue
            for end in self._behind(first.end, (",", "and")):
                for rest in self._verbs(end):
                    yield rest._replace(uses=rest.uses | first.uses)

    def _verb(self, place: int) -> Iterator[Reached]:
        yield from self._of_role("predicates", place)
        if self.is_loose:
            yield from self._of_role("frame_verbs", place)
            yield from self._shared("frame_verbs", place)
        for one in self._shared("predicates", place):
            yield one
            yield from self._behind_verb(one)
        if self._is(place, "is") or self._is(place, "was"):
            yield from self._modifiers(place + 1, ("and",))

    def _behind_verb(self, verb: Reached) -> Iterator[Reached]:
        """Yield modifiers behind a predicate that ends in a noun for the film or in its makers,
        behind a space or a comma; "that has wit" behind such a noun."""
        if self.is_loose and verb.is_nominal and self.words[verb.end] in ("that", "which"):
            for one in self._of_role("predicates", verb.end + 1):
                yield one._replace(uses=one.uses | verb.uses)
        for end in (verb.end, *([verb.end + 1] if self._is(verb.end, ",") else [])):
            if verb.is_nominal or (self._is_name(verb.end - 1) and self.words[end] in _CAST):
                for one in self._modifiers(end, (",", "and")):
                    yield one._replace(uses=one.uses | verb.uses)

    def _modifiers(self, place: int, joints: tuple[str, ...]) -> Iterator[Reached]:
        for first in (*self._of_role("modifiers", place), *self._shared("modifiers", place)):
            ways = [first]
            if first.is_nominal:
                ways += [
                    one._replace(uses=one.uses | first.uses)
                    for one in self._modifiers(first.end, ("and",))
                ]
            for way in ways:
                yield way
                if way.is_open:
                    continue
                follow = set(self._behind(way.end, joints))
                if self._may_go_on(way.end):
                    follow.add(way.end)
                for end in follow:
                    for rest in self._modifiers(end, joints):
                        yield rest._replace(uses=rest.uses | way.uses)

    def _may_go_on(self, place: int) -> bool:
        """Say whether a modifier may stand here without a comma: behind a person only the cast,
        behind a year any."""
        if self._is_name(place - 1):
            return self.words[place] in _CAST
        return self.words[place - 1][:4].isdigit()

    def _behind(self, place: int, joints: tuple[str, ...]) -> Iterator[int]:
        """Yield where what is joined begins: behind ",", "and" or ", and"."""
        comma = self._is(place, ",") and "," in joints
        if comma:
            yield place + 1
        if "and" in joints and self._is(place + comma, "and"):
            yield place + comma + 1

    def _list(self, place: int) -> Iterator[Reached]:
        """Yield "<film> has three things going for it: ..., ..., and ..." with three clauses."""
        for end, slots in self._match(shared().roles["lists"], place, shared()):
            wanted = int(dict(slots)["count"])
            found = [Reached(end, frozenset())]
            for rank in range(wanted):
                found = [
                    one._replace(uses=one.uses | before.uses)
                    for before in found
                    for begin in self._item_begins(before.end, rank, wanted)
                    for one in (*self._clause(begin), *self._of_role("preludes", begin))
                ]
            yield from found

    def _item_begins(self, place: int, rank: int, wanted: int) -> Iterator[int]:
        if rank == 0:
            yield place
        elif rank < wanted - 1:
            yield from (place + 1 for mark in (",", ";") if self._is(place, mark))
        else:
            yield from self._behind(place, (",", "and"))
            if self._is(place, ";"):
                yield place + 1 + self._is(place + 1, "and")

    def _reasoned(self, place: int) -> Iterator[Reached]:
        """Yield what facts of several kinds say together: "both your 5 for Fargo and your liking
        for comedies speak for it"."""
        begin = place + self._is(place, "both")
        for several in self._several_reasons(begin):
            verbs = "speaks" if begin == place and len(several) == 1 else "speak"
            at = several[-1].end
            uses = frozenset().union(*(one.uses for one in several))
            for end, _ in self._match(shared().roles[verbs], at, shared()):
                yield Reached(end, uses, True)
        for end, slots in self._match(shared().roles["reasons are"], place, shared()):
            for several in self._several_reasons(end):
                if str(len(several)) == dict(slots)["count"]:
                    uses = frozenset().union(*(one.uses for one in several))
                    yield Reached(several[-1].end, uses, True)
        for end, _ in self._match(shared().roles["so does"], place, shared()):
            for one in self._reason(end):
                yield one._replace(is_open=True)

    def _several_reasons(self, place: int) -> Iterator[tuple[Reached, ...]]:
        for first in self._reason(place):
            yield (first,)
            for end in self._behind(first.end, (",", "and")):
                for rest in self._several_reasons(end):
                    yield (first, *rest)

    def _reason(self, place: int) -> Iterator[Reached]:
        yield from self._of_role("reasons", place)
        for end, _ in self._match(shared().roles["the fact"], place, shared()):
            yield from self._clause(end)

    def _with_relative(self, place: int) -> Iterator[Reached]:
        """Yield "this comedy, which stands third on your list, is witty"."""
        named = [*self._shared("subjects", place)]
        if subject := self._subject(place):
            named.append(Reached(subject[0], frozenset()))
        for one in named:
            comma = self._is(one.end, ",")
            if self.words[one.end + comma : one.end + comma + 1] not in (("which",), ("that",)):
                continue
            for aside in self._verb(one.end + comma + 1):
                if self._is(aside.end, ",") == comma:
                    for rest in self._verbs(aside.end + comma):
                        yield rest._replace(uses=rest.uses | aside.uses | one.uses)

    def _described(self, place: int) -> Iterator[Reached]:
        """Yield what describes the film in any order of words: all of them are the film, true of
        it by themselves, or say nothing of their own."""
        waiting, seen = [_Described(place)], set[_Described]()
        while waiting:
            one = waiting.pop()
            if one in seen or len(seen) > _MOST_DESCRIBED:
                continue
            seen.add(one)
            if one.is_whole:
                yield Reached(one.end, one.uses, True)
            for role, change in _DESCRIBING.items():
                if role == "described_atoms" and not one.is_apart:
                    continue
                for end, slots in self._match(shared().roles[role], one.end, shared()):
                    for uses in self._borne_out(one.end, end, slots, None):
                        then = {"end": end, "uses": one.uses | uses, "is_apart": True, **change}
                        waiting.append(one._replace(**then))

    # --- parts that facts bear out ---------------------------------------------------------------

    def _of_role(self, role: str, place: int) -> list[Reached]:
        key = (role, place)
        if key not in self._parts:
            found: dict[Reached, None] = {}
            for number, grammar in self._grammars.items():
                for end, slots in self._match(grammar.roles[role], place, grammar):
                    for uses in self._borne_out(place, end, slots, number):
                        found[self._reached(place, end, uses)] = None
            self._parts[key] = list(found)
        return self._parts[key]

    def _shared(self, role: str, place: int) -> list[Reached]:
        key = (f"shared {role}", place)
        if key not in self._parts:
            found: dict[Reached, None] = {}
            for end, slots in self._match(shared().roles[role], place, shared()):
                for uses in self._borne_out(place, end, slots, None):
                    found[self._reached(place, end, uses)] = None
            self._parts[key] = list(found)
        return self._parts[key]

    def _reached(self, begin: int, end: int, uses: Uses) -> Reached:
        said = self.words[begin:end]
        is_open = not _OPENING.isdisjoint(said) or not self.others.isdisjoint(said)
        return Reached(end, uses, is_open, self.genres.is_noun(self.words[end - 1]))

    def _borne_out(
        self, begin: int, end: int, slots: Bindings, number: int | None
    ) -> Iterator[Uses]:
        """Yield the citations that bear out what was said in these places: `number` all that is of
        its kind, and any fact what can be said of every film."""
        able = self._able(begin, end)
        own = [one for one in slots if not one[0].startswith(_PROPERTY)]
        said = [one[1].lower() for one in slots if one[0].startswith(_PROPERTY)]
        if len(set(said)) < len(said):  # "a crime crime thriller"
            return
        ways: list[Uses] = [frozenset()]
        if number is not None:
            places = [place for place, of in able if of == number]
            if not places or not self._agrees(number, own):
                return
            ways = [frozenset(((place, number),)) for place in places]
        for slot in slots:
            if slot[0].startswith(_PROPERTY):
                bearing = [{one} for one in able if self._agrees(one[1], [slot])]
                if slot[0] in self.known and self.known[slot[0]](slot[1]):
                    bearing.append(set())  # its name, or its genres beside it, say so
                ways = [way | one for way in ways for one in bearing]
        yield from ways

    def _able(self, begin: int, end: int) -> list[tuple[int, int]]:
        """Return the citations that may bear out these words: those within them, and the first
        behind them."""
        found: list[tuple[int, int]] = []
        for place, numbers in self._cited:
            if place > begin:
                found += [(place, number) for number in numbers if number in self._grammars]
            if place >= end:
                break
        return found

    def _agrees(self, number: int, slots: Sequence[tuple[str, str]]) -> bool:
        checks = self._checks_of(number)
        for slot, said in slots:
            check = checks.get("its_genres" if slot.startswith("its_genre") else slot)
            if check is None:
                return False
            if not check(said):
                self.refuted = self.refuted or (number, slot, said)
                return False
        return True

    def _checks_of(self, number: int) -> Mapping[str, Check]:
        if number not in self.checks:
            evidence = self.evidence[number]
            self.checks[number] = self.kinds[evidence.kind].reading.slots(evidence.fact)
        return self.checks[number]

    # --- words -----------------------------------------------------------------------------------

    def _match(self, node: Node, place: int, grammar: Grammar) -> list[Match]:
        """Return where the words from here can end as one of these wordings, with its slots."""
        key = (id(node), place, id(grammar))
        known = self._matched.get(key)
        if known is None:
            self._matched[key] = known = list(dict.fromkeys(self._matches(node, place, grammar)))
        return known

    def _matches(self, node: Node, place: int, grammar: Grammar) -> Iterator[Match]:
        if node.ends:
            yield place, ()
        if place > self.furthest:
            self.furthest = place
        word = self.words[place] if place < len(self.words) else ""
        if word in node.words and not (word in _PRONOUNS and place in self.banned):
            for behind in node.words[word]:
                yield from self._match(behind, place + 1, grammar)
        # behind another title, "too" would say the same of that one
        if word in self._filler and not (self._has_other and grammar is shared()):
            yield from self._match(node, place + 1, grammar)
        for name, behind in node.parts:
            for end, slots in self._part(name, place, grammar):
                for last, more in self._match(behind, end, grammar):
                    yield last, slots + more
        for name, behind in node.slots:
            for end, said in self._slot(name, place, grammar):
                own = ((name, said),) if said or name not in SILENT else ()
                for last, more in self._match(behind, end, grammar):
                    yield last, own + more

    def _part(self, name: str, place: int, grammar: Grammar) -> Sequence[Match]:
        if name == "A_FILM":
            return self.genres.a_film(self.words, place)
        return self._match(grammar.parts[name], place, grammar)

    def _slot(self, name: str, place: int, grammar: Grammar) -> Iterator[tuple[int, str]]:
        if name in ("film", "it", "its", "this", "even_it", "even_its"):
            yield from ((end, "") for end in self._film(name, place))
            return
        shape = grammar.shapes.get(name) or shared().shapes.get(name, "@number")
        if shape == RETOLD:
            for number in self._grammars:
                retelling = self._checks_of(number).get(name)
                if isinstance(retelling, Retelling):
                    for end in retelling.ends(self.words, place):
                        yield end, self.shown(place, end)
            return
        if name == "even_this":
            if self.words[place] in ("this", "the"):
                yield place + 1, ""
            return
        if shape == "@flag":
            # what no fact bears out need not be read
            if any(name in self._checks_of(one) for one in self._of_grammar(grammar)):
                yield place, ""
            return
        if isinstance(shape, str):
            yield from SHAPES[shape](self, place)
            return
        for end, _ in self._match(shape, place, grammar):
            yield end, self.shown(place, end)

    def _of_grammar(self, grammar: Grammar) -> Iterator[int]:
        """Yield the citations whose kind has this grammar; all, where all kinds share it."""
        is_shared = grammar is shared()
        return (one for one, of in self._grammars.items() if is_shared or of is grammar)

    def _film(self, name: str, place: int) -> Iterator[int]:
        if place >= len(self.words):
            return
        subject = self._subject(place)
        if name in ("its", "even_its"):
            is_banned = place in self.banned and name == "its"
            if self.words[place] == "its" and not is_banned:
                yield place + 1
            if subject and self.words[subject[0]] in ("'s", "'"):
                yield subject[0] + 1
        elif subject and (name != "film" or subject[1]):
            yield subject[0]
        elif name in ("this", "even_it"):  # where no other film can be meant
            for words in _SUBJECTS[name == "this" :]:
                if self.words[place : place + len(words)] == words:
                    yield place + len(words)

    def _subject(self, place: int) -> tuple[int, bool] | None:
        """Return where the film's name or pronoun ends, and whether it is the name."""
        if self._is_name(place):
            return (place + 1, True) if self.name_at(place) == self.film else None
        if place not in self.banned:
            for words in _SUBJECTS:
                if self.words[place : place + len(words)] == words:
                    return place + len(words), False
        return None

    def name_at(self, place: int) -> str:
        """Return the name that is meant here, "" where there is none."""
        at = place_of(self.words[place]) if place < len(self.words) else -1
        if not 0 <= at < len(self.names):
            return ""
        name = self.names[at]
        is_bare = name.is_title and not name.written.endswith(")")
        # "you rated Alien 5" might be another film, "rated Alien 4 or more" is none
        is_sequel = _SEQUEL.fullmatch(self.words[place + 1]) and self.words[place + 2] != "or"
        return "" if is_bare and is_sequel else name.meant

    def shown(self, begin: int, end: int) -> str:
        """Return words as they are written, with the names that are meant for their marks."""
        words = (self.name_at(place) or self.tokens.origin[place] for place in range(begin, end))
        return " ".join(words).replace(" ,", ",")

    def _is_name(self, place: int) -> bool:
        return bool(self.name_at(place))

    def _is(self, place: int, word: str) -> bool:
        return self.words[place : place + 1] == (word,)
