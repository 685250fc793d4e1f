"""One sentence, read: clauses about the film, its modifiers, and what joins them, each the wording
of a cited fact with every slot that fact's own.

What may follow what is decided here, so that no modifier, verb or pronoun can come to stand beside
what it does not mean; what is said of a fact is decided by its kind, and what any film may be said
to be (its year, genres, makers) by `words.toml`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from recsys_rag.verify._matching import Reached, Uses, WordMatcher
from recsys_rag.verify._wording_graphs import shared

_CAST = frozenset({"with", "starring", "featuring"})


@dataclass
class SentenceReader(WordMatcher):
    """Reads one sentence of one context in one way of taking its names."""

    _rests: dict[tuple[int, str], frozenset[Uses]] = field(default_factory=dict)

    def ways(self) -> frozenset[Uses]:
        """Return all ways to read the whole sentence, each as the citations that it uses."""
        if not self.words or self.words[-1] != ".":
            return frozenset()
        return frozenset().union(*(self._rest(begin, "start") for begin in self._begins()))

    # --- what follows what -----------------------------------------------------------------------

    def _begins(self) -> list[int]:
        """Return where the first clause may begin: at once, or behind "what is more,"."""
        if self.tokens.origin[0][0].islower():
            return []
        behind = self._match(shared().roles["connectives"], 0, shared())
        is_asked = self.known.get("asked_words") if self.is_loose else None
        asked = self._match(shared().roles["asked"], 0, shared()) if is_asked else ()
        said = [end for end, slots in asked if is_asked and is_asked(dict(slots)["asked_words"])]
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
