"""Which words can be the wording of a cited fact: graphs of wordings walked over the words of a
sentence, and the citations that bear out what was said in their slots."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from recsys_rag.fact import Check
from recsys_rag.protocols import Kinds
from recsys_rag.types import Evidence
from recsys_rag.verify._genres import GenreWords
from recsys_rag.verify._grammar import Node
from recsys_rag.verify._retelling import Retelling
from recsys_rag.verify._shapes import RETOLD, SHAPES
from recsys_rag.verify._tokens import Tokens, tokens_of
from recsys_rag.verify._wording_graphs import Grammar, fillers, grammar_of, shared
from recsys_rag.verify.names import Name, place_of

# slots that say nothing of a fact
SILENT = frozenset({"film", "it", "its", "this", "even_it", "even_its", "even_this", "art"})
_PROPERTY = "its_"  # slots that any cited fact may bear out, not only that of the wording's kind
# behind these, a verb or modifier could be that of another noun
_OPENING = frozenset(
    ["who", "whom", "whose", "which", "that", "because", "since", "you", "your", "as", "like"]
)
_PRONOUNS = frozenset({"it", "its", "itself", "this"})
_TELLS_NOTHING = frozenset({"in", "it", "here", "this"})
_SEQUEL = re.compile(r"[0-9]+|[ivx]+")
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


class Reached(NamedTuple):
    """How far something was read, with which citations; `is_open`: behind words that what follows
    might be taken to belong to; `is_nominal`: behind a noun for the film."""

    end: int
    uses: Uses
    is_open: bool = False
    is_nominal: bool = False


@dataclass
class WordMatcher:
    """Says which words of one sentence can be the wording of a cited fact, with every slot that
    fact's own, in one way of taking the names.

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

    def __post_init__(self) -> None:
        self.words = self.tokens.words
        self._filler = fillers("frame_fillers" if self.is_loose else "fillers")
        of_name = tokens_of(self.film).words
        # names and quotations alone retell no story, which then need not be read
        self.may_retell = any(
            word[0].isalpha() and word not in _TELLS_NOTHING and word not in of_name
            for word in self.words
        )
        self._has_other = not self.others.isdisjoint(self.words)
        every = tuple(self.evidence)
        self._cited = self.tokens.cited or ((len(self.words), every),)
        self._grammars = {
            number: grammar_of(self.kinds[one.kind].reading)
            for number, one in self.evidence.items()
        }

    @property
    def everything(self) -> Uses:
        """All citations of the sentence."""
        return frozenset((place, number) for place, numbers in self._cited for number in numbers)

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
        able = self.able(begin, end)
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

    def able(self, begin: int, end: int) -> list[tuple[int, int]]:
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
        checks = self.checks_of(number)
        for slot, said in slots:
            check = checks.get("its_genres" if slot.startswith("its_genre") else slot)
            if check is None:
                return False
            if not check(said):
                self.refuted = self.refuted or (number, slot, said)
                return False
        return True

    def checks_of(self, number: int) -> Mapping[str, Check]:
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
            word = self.words[place] if place < len(self.words) else ""
            if place > self.furthest:
                self.furthest = place
            # most attempts end here: no such word
            can = word in node.words or node.slots or node.parts or node.ends
            can = can or word in self._filler
            known = list(dict.fromkeys(self._matches(node, place, grammar, word))) if can else []
            self._matched[key] = known
        return known

    def _matches(self, node: Node, place: int, grammar: Grammar, word: str) -> Iterator[Match]:
        if node.ends:
            yield place, ()
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
            yield from ((end, "") for end in self.film_at(name, place))
            return
        shape = grammar.shapes.get(name) or shared().shapes.get(name, "@number")
        if shape == RETOLD:
            for number in self._grammars if self.may_retell else ():
                retelling = self.checks_of(number).get(name)
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
            if any(name in self.checks_of(one) for one in self._of_grammar(grammar)):
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

    def film_at(self, name: str, place: int) -> Iterator[int]:
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

    def ends_of(self, shape: Node, place: int) -> list[int]:
        """Return where words from here on that have this shape end."""
        return [end for end, _ in self._match(shape, place, shared())]

    def _is_name(self, place: int) -> bool:
        return bool(self.name_at(place))

    def _is(self, place: int, word: str) -> bool:
        return self.words[place : place + 1] == (word,)
