"""Forms of English words, made by rule. Knows no exceptions but those it is given."""

import re

_IRREGULAR_MANY = {
    "men": "man",
    "women": "woman",
    "children": "child",
    "people": "people",
    "mice": "mouse",
    "wolves": "wolf",
    "wives": "wife",
    "knives": "knife",
    "lives": "life",
    "thieves": "thief",
    "teeth": "tooth",
    "feet": "foot",
    "geese": "goose",
    "police": "police",
    "selves": "self",
    "elves": "elf",
    "leaves": "leaf",
    "halves": "half",
    "werewolves": "werewolf",
    "housewives": "housewife",
    "folk": "folk",
    "folks": "folks",
    "parents": "parent",
    "headquarters": "headquarters",
    "news": "news",
    "heroes": "hero",
    "calves": "calf",
    "cattle": "cattle",
    "dwarves": "dwarf",
    "movies": "movie",
    "zombies": "zombie",
    "cookies": "cookie",
    "rookies": "rookie",
    "prairies": "prairie",
    "nazis": "nazi",
    "outskirts": "outskirts",
    "riches": "riches",
}
_MANY = {"people", "police", "folk", "folks", "cattle", "riches"}
_ANY = {"sheep", "fish", "deer", "crew", "family", "team", "gang", "pair", "couple", "band"}
_ANY |= {"series", "species", "aircraft", "spacecraft", "sioux", "press", "public", "japanese"}
_ONE = {"texas", "kansas", "arkansas", "christmas", "james", "mars", "orleans", "vegas", "lens"}
_ANY |= {
    "chinese",
    "english",
    "french",
    "irish",
    "ironworks",
    "works",
    "samurai",
    "ninja",
    "yakuza",
    "mob",
    "squad",
    "clan",
    "apache",
}


def number_of(noun: str) -> tuple[str, str]:
    """Return "one", "many" or "any", and the noun in its first form.

    >>> number_of("policewomen"), number_of("spies"), number_of("boss"), number_of("hit men")
    (('many', 'policewoman'), ('many', 'spy'), ('one', 'boss'), ('many', 'hit man'))
    """
    before, space, last = noun.rpartition(" ")
    if last in _ANY:
        return "any", noun
    if last in _ONE:
        return "one", noun
    if last in _IRREGULAR_MANY:
        one = _IRREGULAR_MANY[last]
        number = "many" if one != last or last in _MANY else "any"
        return number, before + space + one
    if last.endswith("men") and len(last) > 4:
        return "many", f"{noun[:-3]}man"
    if not last.endswith("s") or last.endswith(("ss", "us", "is", "'s")) or len(last) < 4:
        return "one", noun
    if last.endswith("ies") and len(last) > 4:
        return "many", f"{noun[:-3]}y"
    if last.endswith(("ses", "xes", "ches", "shes", "zes")):
        stem = noun[:-2]
        return "many", noun[:-1] if noun.endswith(
            (
                "houses",
                "horses",
                "nurses",
                "cases",
                "prizes",
                "bases",
                "purses",
                "noses",
                "roses",
                "phrases",
                "spouses",
                "causes",
                "courses",
                "axes",
                "niches",
                "aches",
                "leases",
                "corpses",
                "diseases",
                "prostheses",
                "mazes",
                "nooses",
                "universes",
                "licenses",
                "verses",
                "senses",
                "headaches",
                "warehouses",
                "farmhouses",
                "sizes",
                "promises",
                "exes",
                "uses",
                "pulses",
            )
        ) else stem
    return "many", noun[:-1]


def with_s(word: str) -> str:
    word = re.sub("(?<=i)z$", "zz", word)
    if re.search("(s|x|z|ch|sh|[^aeou]o)$", word):
        return f"{word}es"
    return re.sub("(?<=[^aeiou])y$", "ie", word) + "s"


def with_ing(verb: str) -> str:
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    return (re.sub("(?<=[^eo])e$", "", verb) if len(verb) > 2 else verb) + _twice(verb) + "ing"


def with_ed(verb: str) -> str:
    return re.sub("(?<=[^aeiou])y$", "i", verb.removesuffix("e")) + _twice(verb) + "ed"


def _twice(verb: str) -> str:
    """Return the letter that is doubled before an ending: "plan" is "planned"."""
    return verb[-1] if re.fullmatch("[^aeiou]*(?:u(?=i))?[aeiou][bdgklmnprtvz]", verb) else ""
