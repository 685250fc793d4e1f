"""Words of stories: which kinds of word each can be, and which words of a premise bear it out. Read
from `story_words.txt`; knows no sentences."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from recsys_rag.verify._inflection import number_of, with_ed, with_ing, with_s

_TABLE = Path(__file__).with_name("story_words.txt")
_BE = {"is": "s", "are": "b", "was": "d", "were": "d", "be": "i", "been": "a", "being": "g"}
_HAVE = {"has": "s", "have": "b", "had": "d", "having": "g"}
# kinds whose words a retelling may change by the table, by the section that they stand in
_SECTIONS = {"verbs": "V", "nouns": "N", "adjectives": "A", "adverbs": "ADV", "prepositions": "P"}
PRONOUNS = {
    word: cls
    for cls, words in {
        "m": "he his him himself",
        "f": "she her hers herself",
        "n": "it its itself",
        "p": "they their theirs them themselves",
    }.items()
    for word in words.split()
}
CASE = {
    **dict.fromkeys(("he", "she", "they"), "!"),
    **dict.fromkeys(["him", "himself", "herself", "itself", "them", "themselves"], "."),
}


class Leaf(NamedTuple):
    """One way to take words: how many, the kind of word, its form, its first form."""

    width: int
    kind: str
    form: str
    lemma: str


class Words(NamedTuple):
    """The table."""

    verbs: Mapping[str, tuple[tuple[str, str], ...]]  # form -> (first form, which form)
    kinds: Mapping[str, Sequence[str]]  # word or phrase in its first form -> kinds of word
    begins: Mapping[str, Sequence[tuple[str, ...]]]  # first word -> phrases, without the first
    borne_by: Mapping[tuple[str, str], frozenset[str]]  # (kind, said) -> what bears it out
    same: Mapping[tuple[str, str], frozenset[str]]  # (kind, said) -> what says the same
    opposite: Mapping[str, frozenset[str]]
    nominals: Mapping[str, Sequence[tuple[str, bool]]]  # noun -> verb, whether it is who does it
    of: Mapping[str, frozenset[str]]  # lists by name
    plain: Mapping[str, str]  # a phrase -> the word that it is another form of
    converse: Mapping[str, Sequence[tuple[str, Mapping[str, str]]]]  # verb -> verb, role -> role
    # first word -> phrases and simpler words for them
    simpler: Mapping[str, Sequence[tuple[tuple[str, ...], tuple[str, ...]]]]

    def does(self, noun: str) -> list[str]:
        """Return what somebody does who is called so: "write" for "writer"."""
        verbs = [verb for verb, is_doer in self.nominals.get(noun, ()) if is_doer][:1]
        stems = (noun[:-2], noun[:-1], noun[:-3]) if noun.endswith(("er", "or")) else ()
        return verbs or [stem for stem in stems if "V" in self.kinds.get(stem, ())][:1]

    def leaves(self, words: Sequence[str], at: int) -> Iterator[Leaf]:
        """Yield the ways to take the words from here on."""
        word = words[at]
        for lemma, form in self.verbs.get(word, ()):
            yield Leaf(1, "V", form, lemma)
            for rest in self.begins.get(f"{lemma} _", ()):
                if tuple(words[at + 1 : at + 1 + len(rest)]) == rest:
                    yield Leaf(1 + len(rest), "V", form, " ".join((lemma, *rest)))
        for rest in self.begins.get(word, ()):
            last = rest[-1]
            have = tuple(words[at + 1 : at + 1 + len(rest)])
            if have[:-1] == rest[:-1] and have:
                number, one = number_of(have[-1])
                phrase = " ".join((word, *rest))
                for kind in self.kinds[phrase]:
                    if kind == "N" and last in (one, have[-1]):
                        yield from _noun(1 + len(rest), number, phrase)
                    elif kind not in ("N", "V") and have[-1] == last:
                        yield Leaf(1 + len(rest), kind, "", self.plain.get(phrase, phrase))
        if word in PRONOUNS:
            return
        number, one = number_of(word)
        for rest in self.begins.get(one, ()) if number == "many" else ():
            if (
                rest[0] in ("of", "in", "at", "for")
                and tuple(words[at + 1 : at + 1 + len(rest)]) == rest
            ) and "N" in self.kinds[phrase := " ".join((one, *rest))]:
                yield from _noun(1 + len(rest), number, phrase)
        kinds = {*self.kinds.get(word, ()), *(k for k in self.kinds.get(one, ()) if k == "N")}
        for kind in kinds - {"N", "V"}:
            yield Leaf(1, kind, "", self.plain.get(word, word))
        if not kinds and word.endswith("ly"):
            yield Leaf(1, "ADV", "", word)
        if "N" in kinds or (not kinds - {"V"} and word[0].isalnum() and word not in _BE):
            lemma = one if one in self.kinds or number == "many" else word
            for leaf in _noun(1, number, lemma):
                if leaf.kind == "N" or word not in self.of["no compound"]:
                    yield leaf


def _noun(width: int, number: str, lemma: str) -> Iterator[Leaf]:
    yield Leaf(width, "N", number, lemma)
    yield Leaf(width, "A", "n", lemma)


@cache
def story_words() -> Words:
    """Read the table, once."""
    section = ""
    irregular: dict[str, list[str]] = {}
    kinds: dict[str, list[str]] = defaultdict(list)
    borne: dict[tuple[str, str], set[str]] = defaultdict(set)
    same: dict[tuple[str, str], set[str]] = defaultdict(set)
    opposite: dict[str, set[str]] = defaultdict(set)
    lists: dict[str, set[str]] = defaultdict(set)
    plain: dict[str, str] = {}
    converse: dict[str, list[tuple[str, dict[str, str]]]] = defaultdict(list)
    simpler: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = defaultdict(list)
    nominals: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = line.strip("[]")
            continue
        if section == "irregular":
            verb, *own = line.split()
            irregular[verb] = own
        elif section == "opposites":
            sides = [side.split(", ") for side in line.split(" <> ")]
            for one in sides[0]:
                opposite[one].update(sides[1])
            for one in sides[1]:
                opposite[one].update(sides[0])
        elif section in ("deeds", "doers"):
            noun, _, of = line.partition(": ")
            nominals[noun].extend((verb, section == "doers") for verb in of.split(", "))
            kinds[noun].append("N")
        elif section == "forms":
            one, _, of = line.partition(": ")
            plain.update(dict.fromkeys(of.split(", "), one))
        elif section == "converse":
            pair, _, roles = line.partition(": ")
            verb, _, other = pair.partition(" > ")
            changes = dict(role.split(" is ") for role in roles.split(", "))
            converse[verb].append((other, changes))
        elif section == "simpler":
            words, _, others = line.partition(" = ")
            for phrase in words.split(", "):
                told = tuple(phrase.split())
                simpler[told[0]].append((told, tuple(others.split())))
        elif section == "verbs alone":
            for verb in line.split():
                kinds[verb].append("V")
        elif section == "lists":
            name, _, listed = line.partition(": ")
            lists[name].update(listed.split(", ") if ", " in listed else listed.split())
        elif section == "closed":
            kind, _, listed = line.partition(": ")
            for word in listed.split(", "):
                kinds[word].append(kind)
        else:
            kind = _SECTIONS[section.split()[0]]
            steps = [step.split(", ") for step in line.split(" > ")]
            if len(section.split()) > 1:
                lists[section].update(steps[0])
                lists["nouns people"].update(
                    word
                    for step in steps
                    for word in step
                    if section.startswith("nouns ") and section != "nouns groups"
                )
            bare = {word for step in steps for word in step if not word.startswith("*")}
            steps = [[word.removeprefix("*") for word in step] for step in steps]
            for n, step in enumerate(steps):
                for word in step:
                    if word in bare and kind not in kinds[word]:
                        kinds[word].append(kind)
                    if n == 0:
                        same[kind, word].update(step)
                    borne[kind, word].update(w for lower in steps[: max(n, 1)] for w in lower)
                    borne[kind, word].add(word)
    verbs = _forms([w for w, of in kinds.items() if "V" in of], irregular)
    begins: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for phrase, able in kinds.items():
        first, *rest = phrase.split()
        if rest and "V" in able:
            begins[f"{first} _"].append(tuple(rest))
        if rest and able != ["V"]:
            begins[first].append(tuple(rest))
    return Words(
        verbs,
        dict(kinds),
        dict(begins),
        {said: frozenset(of) for said, of in borne.items()},
        {said: frozenset(of) for said, of in same.items()},
        {word: frozenset(of) for word, of in opposite.items()},
        dict(nominals),
        defaultdict(frozenset, {name: frozenset(of) for name, of in lists.items()}),
        plain,
        dict(converse),
        dict(simpler),
    )


def _forms(
    phrases: Sequence[str], irregular: Mapping[str, Sequence[str]]
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return all forms of verbs: s (third person), b (base), d (past), p and a (participle,
    passive and active), g (-ing)."""
    forms: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    for verb in dict.fromkeys(phrase.split()[0] for phrase in phrases):
        own = irregular.get(verb, ())
        ing = [one for one in own if one.endswith("ing")] or [with_ing(verb)]
        pasts = [one for one in own if not one.endswith("ing")] or [with_ed(verb)]
        past, participle = [pasts[0]], pasts[1:] or pasts[:1]
        forms[verb][verb, "b"] = forms[with_s(verb)][verb, "s"] = None
        for word in ing:
            forms[word][verb, "g"] = None
        for word in past:
            forms[word][verb, "d"] = None
        for word in participle:
            forms[word][verb, "p"] = forms[word][verb, "a"] = None
    for table, verb in ((_BE, "be"), (_HAVE, "have")):
        for word, form in table.items():
            forms[word].pop((verb, "s"), None)
            forms[word][verb, form] = None
    for wrong in ("haves", "haved", "bes", "beed"):
        forms.pop(wrong, None)
    return {word: tuple(of) for word, of in forms.items()}
