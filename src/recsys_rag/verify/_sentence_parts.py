"""What of a sentence may be left out, and in which other orders it may be told, so that what is
left stays true. Compares no words."""

from collections.abc import Iterator, Sequence

from recsys_rag.verify._lexicon import ACTIVE, DETERMINERS, PASSIVE, Lexicon, lexicon

_PLACES = frozenset({"in", "on", "at", "aboard", "near", "during"})


def other_orders(had: list[str]) -> Iterator[list[str]]:
    """Yield the same sentence in other words' order, each true where the sentence is."""
    known = lexicon()
    parts, verb = Parts(had, known), first_verb(had)
    for at in range(1, len(had) - 2):
        end = parts.noun_end(at + 1)
        if end == at + 1:
            continue
        if had[at] in _PLACES and parts.is_plain(at):  # "in Beijing" first, or last in its clause
            yield [*had[at:end], ",", *had[:at], *had[end:]]
            after = (i for i in range(end, len(had)) if had[i] in (*known.of["clause"], ","))
            stop = next(after, len(had))
            if at < verb:
                yield had[:at] + had[end:stop] + had[at:end] + had[stop:]
        if had[at] == "of" and had[at + 1] in DETERMINERS and (begin := parts.noun_begin(at)):
            owner = f"{had[end - 1]}'" if had[end - 1].endswith("s") else f"{had[end - 1]}'s"
            yield [*had[: begin - 1], *had[at + 1 : end - 1], owner, *had[begin:at], *had[end:]]
    if verb < 1:
        return
    rest = had[verb + 1 :]
    if had[verb] in ("sees", "has", "finds") and rest[0] in ("his", "her"):
        yield [*had[:verb], "whose", *rest[1:]]
    if had[verb : verb + 3] == ["fall", "in", "love"] and "and" in had[:verb]:
        one, other = had[: had.index("and")], had[had.index("and") + 1 : verb]
        yield [*one, "fall", "in", "love", "with", *other, *had[verb + 3 :]]
    if had[verb] in ("is", "are") and "and" in rest and known.is_form(rest[0], PASSIVE):
        join = rest.index("and")
        yield [*rest[:join], ",", *had[:verb], *rest[join + 1 :]]
    yield from _passive(had, verb, parts, known)
    if "who" in had[:verb]:  # a killer who quizzes his victims stalks a town
        at = had.index("who")
        for main in (place for place in range(at + 2, len(had)) if parts.is_main(place)):
            yield [*had[:at], *had[main:], "and", *had[at + 1 : main]]
            yield [*had[:at], *had[at + 1 : main], "and", *had[main:]]
            yield [*had[:at], *had[main:]]


def _passive(had: list[str], verb: int, parts: "Parts", known: Lexicon) -> Iterator[list[str]]:
    """Yield "the teenagers are stalked by a killer" for "a killer stalks the teenagers"."""
    lemma = next((one for one, form in known.forms.get(had[verb], ()) if form == ACTIVE), "")
    end = parts.noun_end(verb + 1)
    while end < len(had) and had[end] == "of" and parts.noun_end(end + 1) > end + 1:
        end = parts.noun_end(end + 1)
    done = next((word for word, of in known.forms.items() if (lemma, PASSIVE) in of), "")
    if lemma and done and end > verb + 1 and known.of["negation"].isdisjoint(had[:end]):
        yield [*had[verb + 1 : end], "is", done, "by", *had[:verb], *had[end:]]


def first_verb(had: Sequence[str]) -> int:
    """Return the place of the first verb of a sentence, -1 where none is known."""
    known = lexicon()
    for place in range(1, len(had)):
        if had[place - 1] in known.of["function"] or had[place].endswith("ing"):
            continue
        if had[place] in known.of["modal"] or known.is_form(had[place], ACTIVE):
            return place
    return -1


class Parts:
    """The parts of a sentence that may be left out."""

    def __init__(self, had: Sequence[str], known: Lexicon) -> None:
        self._had, self._known, self._of = had, known, known.of
        self._verb = first_verb(had)
        self._negated: list[bool] = []
        is_negated = False
        for word in had:
            is_negated = (is_negated and word not in self._of["clause"]) or (
                word in self._of["negation"]
            )
            self._negated.append(is_negated)

    def may_end(self, at: int) -> bool:
        """Say whether what stands before this place is true by itself."""
        if at < 2 or self._had[at - 1] in self._of["unfinished"]:
            return False
        word = self._had[at]
        if at == self._verb:
            return True
        if word in self._of["clause"] or word == ",":
            return True
        if self._negated[at] or self._is_verb(at - 1):
            return False
        return word in self._of["preposition"] or word in ("to", "that")

    def drops(self, at: int) -> Iterator[int]:
        """Yield where parts end that begin here and may be left out."""
        had, word = self._had, self._had[at]
        if at == 0 and word in self._of["lead"] and "," in had:
            yield had.index(",") + 1
        if word == "," or word in DETERMINERS:
            yield at + 1
        if word == "and" and at + 1 < len(had) and (had[at - 1] == "," or self._is_verb(at + 1)):
            yield at + 1
        if self._negated[at]:
            return
        if self._is_modifier(at):
            yield at + 1
        if word in DETERMINERS and (end := self._owner_end(at)):
            yield end
        is_place = word in self._of["preposition"] and at and not self._is_verb(at - 1)
        if is_place and (end := self.noun_end(at + 1)) > at + 1:
            yield end
        if word == "," and "," in had[at + 1 :] and had[at + 1] in self._of["aside"]:
            yield had.index(",", at + 1) + 1
        if word in (",", "and"):
            yield from self._listed(at)
        is_first = self._is_content(at) and had[at + 1 : at + 2] == ["and"] and at + 2 < len(had)
        if is_first and self._is_content(at + 2) and not self._is_verb(at + 2):
            yield at + 2
        if self._is_verb(at) and at:
            yield from self._done_before(at)
        if word in ("who", "that") and had[at + 1 : at + 2] and had[at + 1] in ("is", "are"):
            yield at + 2
        is_behind_noun = at and at + 1 < len(had) and self._is_content(at - 1)
        if is_behind_noun and word in ("is", "are") and self._known.is_form(had[at + 1], PASSIVE):
            yield at + 1

    def _is_modifier(self, at: int) -> bool:
        had = self._had
        if had[at] in self._of["kept"] or not self._is_content(at) or at + 1 >= len(had):
            return False
        if not self._is_content(at + 1) or self._is_verb(at + 1):
            return False
        place = at - 1
        while place >= 0 and self._is_content(place) and not self._is_verb(place):
            place -= 1
        return place >= 0 and (had[place] in DETERMINERS or had[place] in self._of["number"])

    def _listed(self, at: int) -> Iterator[int]:
        """Yield where a list of further people that do the same ends."""
        end = at
        while end < len(self._had) and self._had[end] in (",", "and"):
            begin = end + 1
            if self._had[begin : begin + 1] and self._had[begin] not in DETERMINERS:
                return
            end = self.noun_end(begin)
            if end == begin:
                return
        if end < len(self._had) and self._is_verb(end):
            yield end

    def _done_before(self, at: int) -> Iterator[int]:
        """Yield where the next thing is done by the same: "sings and" of "sings and schemes"."""
        if self._is_content(at - 1) and not self._had[at].endswith("s"):
            return
        for end in range(at + 1, len(self._had) - 1):
            if self._had[end] in self._of["clause"] or self._negated[end]:
                is_next = self._had[end] == "and" and self._had[end + 1].endswith("s")
                if is_next and self._is_verb(end + 1):
                    yield end + 1
                return

    def noun_end(self, at: int) -> int:
        """Return where a noun with its article and modifiers ends, `at` where there is none."""
        end = at
        if end < len(self._had) and self._had[end] in DETERMINERS:
            end += 1
        begin = end
        while end < len(self._had) and (
            self._is_content(end) or self._had[end] in self._of["number"]
        ):
            if end > begin and self._is_verb(end):
                break
            end += 1
        return end if end > begin else at

    def is_plain(self, at: int) -> bool:
        """Say whether what stands here belongs to all of its clause: behind no verb that wants it,
        and in the reach of no negation or other clause."""
        before = self._had[:at]
        return not self._negated[at] and self._of["clause"].isdisjoint(before)

    def is_main(self, at: int) -> bool:
        """Say whether the verb of a sentence may stand here, behind what is told with "who"."""
        is_finite = self._had[0] in self._of["number"] or self._had[at].endswith("s")
        is_verb = is_finite and self._known.is_form(self._had[at], ACTIVE)
        is_modal = self._had[at] in self._of["modal"]
        return (is_verb or is_modal) and self._is_content(at - 1)

    def noun_begin(self, at: int) -> int:
        """Return where the noun before this place begins behind its article, 0 without one."""
        begin = at
        while begin and self._is_content(begin - 1) and not self._is_verb(begin - 1):
            begin -= 1
        return begin if begin < at and begin and self._had[begin - 1] in ("a", "an", "the") else 0

    def _owner_end(self, at: int) -> int:
        """Return where "a widowed captain's" ends, 0 for what owns nothing."""
        for end in range(at + 1, len(self._had) - 1):
            if self._had[end].endswith(("'s", "s'")):
                return end + 1
            if not self._is_content(end) or self._is_verb(end):
                return 0
        return 0

    def _is_content(self, at: int) -> bool:
        return self._had[at] not in self._of["function"] and self._had[at][0].isalpha()

    def _is_verb(self, at: int) -> bool:
        if at and self._had[at - 1] in (*DETERMINERS, *self._of["number"]):
            return False
        return self._known.is_form(self._had[at], ACTIVE) or self._had[at] in self._of["modal"]
