"""Words that may be said for others: a closed table, with all forms of its verbs. No sentences."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

_TABLE = Path(__file__).with_name("retelling.toml")
_LONGEST = 8  # words of a phrase of the table
DETERMINERS = {  # what the sentence has -> what may be said for it
    "a": ("a", "an", "the", "one", "this"),
    "an": ("a", "an", "the", "one", "this"),
    "the": ("the", "a", "an"),
    **{own: (own, "the", "a", "an") for own in ("his", "her", "their", "its")},
}
_BE = frozenset({"is", "are", "was", "were", "be", "been", "being"})
ACTIVE, PASSIVE = "active", "passive"

Phrase = tuple[str, str]  # words in their first form, and the form of the verb


class Lexicon(NamedTuple):
    """The table, with all forms of its verbs."""

    forms: Mapping[str, tuple[Phrase, ...]]
    says: Mapping[Phrase, frozenset[Phrase]]  # what is said -> what the sentence has
    of: Mapping[str, frozenset[str]]  # lists of words by name

    def phrases(self, words: Sequence[str], place: int) -> Iterator[tuple[int, Phrase]]:
        """Yield where phrases that begin here end, and what they are in their first form."""
        for lemma, form in (*self.forms.get(words[place], ()), (words[place], "")):
            said = lemma
            yield place + 1, (said, form)
            for end in range(place + 1, min(place + _LONGEST, len(words))):
                said = f"{said} {words[end]}"
                yield end + 1, (said, form)

    def is_form(self, word: str, form: str) -> bool:
        return any(one[1] == form for one in self.forms.get(word, ()))


@cache
def lexicon() -> Lexicon:
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    forms: dict[str, dict[Phrase, None]] = {}
    irregular = {line.split()[0]: line.split()[1:] for line in table["irregular"]}
    for verb in table["verbs"].split():
        own = irregular.get(verb, ())
        for word in (
            verb,
            _with_s(verb),
            _with_ing(verb),
            *(one for one in own if one[-3:] == "ing"),
        ):
            forms.setdefault(word, {})[verb, ACTIVE] = None
        pasts = [one for one in own if one[-3:] != "ing"] or [_with_ed(verb)]
        for word in pasts:
            forms.setdefault(word, {})[verb, PASSIVE] = None
    forms["has"], forms["had"] = {("have", ACTIVE): None}, {("have", PASSIVE): None}
    forms["have"] = forms["having"] = forms["has"]
    for word in _BE:
        forms[word] = {("be", ACTIVE): None}
    says: dict[Phrase, set[Phrase]] = {}
    for part, ways in (
        ("doing", ((_same, ACTIVE), (_same, PASSIVE))),
        ("things", ((_same, ""), (_many, ""))),
        ("other", ((_same, ""),)),
    ):
        for change, form in ways:
            for line in table[part]["same"]:
                group = [(change(one), form) for one in line.split(", ")]
                for one in group:
                    says.setdefault(one, set()).update(group)
            for had, others in table[part]["less"].items():
                for one in others.split(", "):
                    says.setdefault((change(one), form), set()).add((change(had), form))
    lists = {name: frozenset(of.split()) for name, of in table["words"].items()}
    return Lexicon(
        {word: tuple(of) for word, of in forms.items()},
        {said: frozenset(of) for said, of in says.items()},
        lists,
    )


def _same(phrase: str) -> str:
    return phrase


def _many(phrase: str) -> str:
    """Return the plural of a noun, which is the last word.

    >>> _many("police officer"), _many("thief"), _many("policewoman"), _many("spy")
    ('police officers', 'thieves', 'policewomen', 'spies')
    """
    for one, many in (("man", "men"), ("child", "children"), ("fe", "ves"), ("thief", "thieves")):
        if phrase.endswith(one):
            return phrase.removesuffix(one) + many
    return _with_s(phrase)


def _with_s(word: str) -> str:
    word = re.sub("(?<=i)z$", "zz", word)
    if re.search("(s|x|z|ch|sh|[^aeou]o)$", word):
        return f"{word}es"
    return re.sub("(?<=[^aeiou])y$", "ie", word) + "s"


def _with_ing(verb: str) -> str:
    return (re.sub("(?<=[^e])e$", "", verb) if verb != "be" else verb) + _twice(verb) + "ing"


def _with_ed(verb: str) -> str:
    return re.sub("(?<=[^aeiou])y$", "i", verb.removesuffix("e")) + _twice(verb) + "ed"


def _twice(verb: str) -> str:
    """Return the letter that is doubled before an ending: "plan" is "planned"."""
    return verb[-1] if re.fullmatch("[^aeiou]*(?:u(?=i))?[aeiou][bdgklmnprtv]", verb) else ""
