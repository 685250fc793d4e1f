"""Moods, themes and strengths in a text ("cheer me up", "a heist", "not violent"), by the values
that this catalog has and by what people say for them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from operator import and_

import numpy as np

from recsys_rag.data.catalog import Catalog, fold
from recsys_rag.types import Understanding
from recsys_rag.understand._fillers import is_filler
from recsys_rag.understand._negation import DEGREES, is_refused_before
from recsys_rag.understand._tokens import KIND, QUALITY, Phrases, Words, expanded, lexicon
from recsys_rag.understand._values import texts_in

Trait = tuple[str, tuple[str, ...]]  # column, values
_COLUMNS = ("moods", "themes")  # of closed vocabularies; any value named is meant
_BETWEEN = 3  # words between two values of which one is enough: "gangsters or maybe some heist"
_NONE, _MILD, _CLEAR = 0, 1, 2  # strengths: 0 none, 1 mild, 2 clear, 3 strong

# Any of these values: what people say for them. Occasions and states of the asker first: they may
# hold words that mean something else alone.
_SAID = lexicon("traits")["said"]
# Strength -> what is said for it; wanted it is clear or strong, refused none or mild.
_STRENGTHS = {
    "violence": "gross, grossed out, guts, entrails, violent, violence, bloody, blood, gory, gore, "
    "brutal, brutality, graphic",
    "sex": "sex, sexual, sex scenes, nudity, nude scenes, erotic, sexy",
    "sadness": "sad, sadness, heavy, depressing, tragic, tearjerker, tear jerker, bleak, death, "
    "(to|) (cry|weep|sob), crying",
    "scares": "scary, scares, scaring, frightening, creepy, spooky, terrifying, jump scares",
}
_ONLY_REFUSED = frozenset(
    expanded(
        "heavy, death, graphic, guts, entrails, sex, blood, nudity, scary, scares, to, cry, weep, "
        "sob, crying"
    )
)
# What people say of themselves -> the strengths that are mild then.
_IMPLIED = [
    (phrase, tuple(names.split(", ")))
    for line in lexicon("traits")["implied"].replace("\n    ", " ").strip().splitlines()
    for names, _, said in [line.partition(": ")]
    for phrase in expanded(said)
]
_OF_A_STORY = frozenset(("a", "an", "the", "about"))
_OF_PEOPLE = frozenset(("about", "between", "of"))
_GORE = ("features", ("gore",))
_GORY = frozenset(("guts", "entrails", "gore", "gory", "gross", "grossed", "blood", "bloody"))
_BLOOD = frozenset(("blood", "bloody"))  # which is more than mild violence even where no gore is
_MUCH = DEGREES | {"much"}
_WITHOUT = frozenset(("no", "without", "zero"))
# Strength -> the kinds that are hardly without it: "a war film, not too violent".
_KINDS_OF = {
    "violence": frozenset(("horror", "war", "action", "crime", "thriller", "western")),
    "scares": frozenset(("horror",)),
}
_HUMOR = frozenset(("comedy", "comedies", "humor", "humour", "comedic"))
_FOR_FAMILIES = "for families"
_ADULTS = (
    r"(?<!\S)(?:grown up|grown - up)(?= movie| film| one)"
    r"|(?<!\S)(?:just |only |strictly )?for (?:the )?(?:adults|grown - ups|grown ups|grownups)"
    r"(?: only)?(?![^ ])"
)
_CHILD = r"(?:[2-9]|1[0-2]|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_AGE = rf"(?:{_CHILD}|\d{{1,2}})"
_AGES = rf"{_AGE}(?:(?: ,)?(?: and| to| or| -| &)? {_AGE})*(?![^ ])"
_KIN = r"(?:grand)?(?:daughter|son|child|kid|girl|boy|niece|nephew|sister|brother)"
_YOUNGSTERS = rf"(?:{_KIN}s|(?:grand)?children|little ones|toddlers|teens|teenagers)"
_WHO = re.compile(rf"^.*?{_YOUNGSTERS} ")  # "two sons", which are not two years old
_YOUNG = re.compile(rf"(?<!\S){_CHILD}(?![^ ])")
_SMALL = frozenset(("2", "3", "4", "two", "three", "four"))  # years of age
_AGES_BEFORE = rf"{_CHILD} (?:- )?(?:years?|yrs?) (?:- )?olds?"
_MANY = r"(?:two|three|four|five|six|seven|eight|nine|ten|little|small|young)"
# who are no children any more, and no grown-ups: mild scenes, but nothing made for children
_TEENS = (
    r"(?<!\S)(?:(?:for|with|and) )?(?:(?:my|our|a|two|three) )*(?:"
    rf"(?:teenage|teenaged|teen) {_KIN}s?|(?:(?<=with )|(?<=our ))teenagers?"
    rf"|1[3-7] (?:- )?(?:years?|yrs?) (?:- )?olds?(?: {_KIN}s?)?"
    r"(?! (?:man|woman|film|movie)))(?![^ ])"
)
_FOR_TEENS = (("sex", _MILD), ("violence", _CLEAR))
_CHILDREN = (
    rf"(?<!\S)(?:for |with )?(?:my |our |a |an )?(?P<ages>{_AGES_BEFORE}(?: {_KIN}s?)?"
    r"(?! (?:man|woman|film|movie))"
    rf"|(?:(?:my|our|the|{_MANY}) )*{_YOUNGSTERS} (?:who )?(?:are )?(?:, )?"
    rf"(?:ages |aged? )?{_AGES}"
    rf"|(?:my |our )?{_KIN} (?:who )?(?:(?:is|just turned|turned|turns|aged?) |, )+{_AGES}(?! feet)"
    rf"|(?:ages|aged?) (?:range |ranging |are )?(?:from |between )?{_AGES})"
    rf"|(?<!\S)(?:for|with) (?:my|our|the) (?:{_MANY} )+{_YOUNGSTERS}(?![^ ])"
    r"|(?<!\S)(?:(?:my|our) (?:toddler|little ones?|preschooler)"
    r"|(?:my|our|the|her|his) grand(?:children|kids))"
    r"(?! (?:is|are) (?:finally )?(?:asleep|in bed))(?![^ ])"
)


@dataclass(frozen=True, slots=True)
class TraitFind:
    """A mood, theme or strength that some words ask for, or refuse."""

    start: int
    stop: int
    part: Understanding


class TraitFinder:
    """Finds what one catalog's items are said to be like; nothing where it does not say."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        column_of = {
            value: column
            for column in _COLUMNS
            for texts in texts_in(catalog, (column,))[1]
            for value in texts
        }
        named = {fold(value): (value,) for value in column_of}
        said: dict[str, tuple[str, ...]] = {}
        for line in _SAID.replace("\n    ", " ").strip().splitlines():
            values, _, phrases = line.partition(": ")
            there = tuple(value for value in values.split(", ") if value in column_of)
            said |= {phrase: there for phrase in expanded(phrases) if there}
        self._column_of: Mapping[str, str] = column_of
        self._phrases = Phrases((said | named).items())
        self._idioms = Phrases((phrase, values) for phrase, values in said.items() if " " in phrase)
        self._known = [name for name in _STRENGTHS if _is_known(catalog, name)]
        self._strengths = Phrases(
            (phrase, name) for name in self._known for phrase in expanded(_STRENGTHS[name])
        )
        self._implied = Phrases(_IMPLIED)
        self._knows_gore = any(_GORE[1][0] in of for of in texts_in(catalog, (_GORE[0],))[1])
        self._has_dark_humor = "dark humor" in column_of

    def knows(self, words: Words, position: int) -> bool:
        """Say whether a mood or theme is named at this position."""
        return self._phrases.at(words, position) is not None

    def knows_whole(self, words: Words) -> bool:
        """Say whether a mood or theme is all that a text names."""
        found = self._phrases.at(words, 0)
        return found is not None and found[0] == len(words)

    def claim_children(self, words: Words) -> Iterator[TraitFind]:
        """Yield what children who watch ask for, by their ages: "with our kids (6 and 9)", "for my
        two sons"; claim them, and those who are teens."""
        if _FOR_FAMILIES not in self._column_of:
            return
        for start, stop, who in words.matches(_CHILDREN):
            if words.word(start - 1) in _OF_PEOPLE:
                continue  # "about two brothers, 8 and 10"
            words.claim(start, stop)
            ages = _YOUNG.findall(_WHO.sub("", who["ages"] or ""))
            is_young = bool(ages)
            most = {"violence": _MILD if _SMALL.isdisjoint(ages) else _NONE, "scares": _MILD}
            tame = tuple((name, 0, of) for name, of in most.items() if name in self._known)
            if is_young or not who["ages"]:
                part = replace(self._wanted((_FOR_FAMILIES,)), levels=tame if is_young else ())
                yield TraitFind(start, stop, part)
        for start, stop, _ in words.matches(_TEENS):
            if words.word(start - 1) in _OF_PEOPLE or words.word(start) in _OF_A_STORY:
                continue
            words.claim(start, stop)
            mild = tuple((name, 0, most) for name, most in _FOR_TEENS if name in self._known)
            yield TraitFind(start, stop, Understanding(levels=mild))

    def claim_idioms(self, words: Words) -> Iterator[TraitFind]:
        """Yield what whole phrases ask for, before anything is read as refused or as a genre: "no
        hope", "date night"; claim them."""
        implied = list(self._implied.found(words))  # a mood may be said there, too
        for start, stop, values in self._idioms.found(words):
            if not is_refused_before(words, start):
                words.claim(start, stop)
                yield TraitFind(start, stop, self._wanted(values))
        for start, stop, _ in words.matches(_ADULTS) if _FOR_FAMILIES in self._column_of else ():
            words.claim(start, stop)
            trait = (self._column_of[_FOR_FAMILIES], (_FOR_FAMILIES,))
            yield TraitFind(start, stop, Understanding(excluded_traits=(trait,)))
        for start, stop, names in implied:
            if words.word(start - 1) in _OF_A_STORY:
                continue  # "about a squeamish cop"
            words.claim(start, stop)
            mild = tuple(
                (name, 0, _CLEAR if name == "scares" else _MILD)  # who scares easily may want some
                for name in names
                if name in self._known
            )
            if mild:
                yield TraitFind(start, stop, Understanding(levels=mild))

    def claim_refused(self, words: Words) -> Iterator[TraitFind]:
        """Yield the strengths that are refused, before genres are read: "not scary"; claim them."""
        for start, stop, name in self._strengths.found(words):
            if words.negated[start]:
                words.claim(start, stop)
                word, before = words.word(start), words.word(start - 1)
                is_whole = before in _WITHOUT and word == "violence"
                part = Understanding(levels=((name, 0, _NONE if is_whole else _MILD),))
                if self._knows_gore and word in _GORY:  # murder need not be gory
                    is_mild = word in _BLOOD and before not in _MUCH
                    most = _MILD if is_mild else _CLEAR
                    part = Understanding(levels=((name, 0, most),), excluded_traits=(_GORE,))
                yield TraitFind(start, stop, part)

    def eased(self, words: Words, find: TraitFind, genres: Iterable[str]) -> TraitFind:
        """Return a find with one step more of a strength that is refused beside genres that are
        hardly without it: "scary, but not too scary" is more than nothing, too."""
        kinds = {fold(genre) for genre in genres}
        levels = []
        for name, least, most in find.part.levels:
            is_asked = not kinds.isdisjoint(_KINDS_OF.get(name, ()))
            is_refused = words.negated[find.start] and least == 0 and most < _CLEAR
            has_degree = words.word(find.start - 1) in _MUCH
            is_hard = has_degree or words.word(find.start) in _BLOOD or not most
            if is_asked and is_refused and is_hard:
                some = _MILD if name == "scares" and has_degree else 0
                least, most = some, min(most + 1, _CLEAR)
            levels.append((name, least, most))
        return replace(find, part=replace(find.part, levels=tuple(levels)))

    def widened(self, words: Words, find: TraitFind) -> TraitFind:
        """Return a refusal with the moods and themes that the same words name and that mean hardly
        more: "not in space" refuses space, too, "no boxing" not all sports."""
        said = Words(words.raw(find.start, find.stop))
        for start, stop, values in self._phrases.found(said) if words.negated[find.start] else ():
            trait = (self._column_of[values[0]], values)
            others = (i for i in range(len(said)) if not start <= i < stop)
            if all(is_filler(said.word(i)) for i in others) and any(
                self._is_most(trait, refused) for refused in find.part.excluded_traits
            ):
                part = find.part.merged(Understanding(excluded_traits=(trait,)))
                return replace(find, part=part)
        return find

    def _is_most(self, whole: Trait, part: Trait) -> bool:
        """Say whether half of what has one of some values has one of others, too."""
        of_whole, of_part = (
            [not set(values).isdisjoint(texts) for texts in texts_in(self._catalog, (column,))[1]]
            for column, values in (whole, part)
        )
        both: int = sum(map(and_, of_whole, of_part))
        return 2 * both >= sum(of_whole)

    def claim_all(self, words: Words) -> Iterator[TraitFind]:
        """Yield all other values named, wanted or refused, and claim their words."""
        for start in range(len(words) if self._has_dark_humor else 0):
            if words.word(start) in ("dark", "black") and words.word(start + 1) in _HUMOR:
                stop = start + 1 + words.word(start + 1).startswith("humo")
                words.claim(start, stop)
                yield TraitFind(start, stop, self._wanted(("dark humor",)))
        for start, stop, values in self._phrases.found(words):
            trait = (self._column_of[values[0]], values)
            words.claim(start, stop, QUALITY if trait[0] == "themes" else KIND)
            refused = words.negated[start]
            part = (
                Understanding(excluded_traits=(trait,))
                if refused
                else Understanding(traits=(trait,))
            )
            yield TraitFind(start, stop, part)
        for start, stop, name in self._strengths.found(words):
            if words.word(start) not in _ONLY_REFUSED:
                words.claim(start, stop, KIND)
                yield TraitFind(start, stop, Understanding(levels=((name, _CLEAR, 3),)))

    def _wanted(self, values: tuple[str, ...]) -> Understanding:
        return Understanding(traits=((self._column_of[values[0]], values),))


def alternatives(words: Words, finds: Iterable[TraitFind]) -> Iterator[TraitFind]:
    """Yield the finds, those with "or" between them as one choice: "about music or sports". What is
    refused in other words, too, is not asked for: "can't follow a complicated plot, simple"."""
    finds = list(finds)
    refused = {
        (column, value)
        for find in finds
        for column, values in find.part.excluded_traits
        for value in values
    }
    finds = [
        find
        for find in finds
        if not find.part.traits
        or any((column, value) not in refused for column, of in find.part.traits for value in of)
    ]
    group: list[TraitFind] = []
    for find in sorted(finds, key=lambda find: find.start):
        if group and not _is_choice(words, group[-1], find):
            yield from _chosen(group)
            group = []
        group.append(find)
    yield from _chosen(group)


def _is_choice(words: Words, before: TraitFind, find: TraitFind) -> bool:
    between = [words.word(i) for i in range(before.stop, find.start)]
    columns = [[column for column, _ in one.part.traits] for one in (before, find)]
    return (
        "or" in between
        and len(between) <= _BETWEEN
        and not words.ends(find.start)
        and len(columns[0]) == len(columns[1]) == 1
    )


def _chosen(group: list[TraitFind]) -> Iterator[TraitFind]:
    if len(group) < 2:
        yield from group
        return
    of_columns: dict[str, dict[str, None]] = {}
    for find in group:
        for column, values in find.part.traits:
            of_columns.setdefault(column, {}).update(dict.fromkeys(values))
    ways = [Understanding(traits=((one, tuple(of)),)) for one, of in of_columns.items()]
    part = ways[0] if len(ways) == 1 else Understanding(either=tuple(ways))
    yield from (replace(find, part=part) for find in group)


def _is_known(catalog: Catalog, name: str) -> bool:
    values = catalog.attributes.get(name)
    return isinstance(values, np.ndarray) and bool(np.isfinite(values).any())
