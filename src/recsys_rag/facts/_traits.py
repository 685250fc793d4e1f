"""What moods and themes of films are called in a text: the vocabulary of the film notes, each word
as an adjective or as what a film is about. States no facts."""

from collections.abc import Iterable, Mapping, Sequence

from recsys_rag.data.catalog import Catalog

# Moods that are no adjectives are said as one. "for families" is told on its own.
_ADJECTIVES: Mapping[str, str] = {
    **{
        mood: mood
        for mood in (
            "gentle", "warm", "feel-good", "inspiring", "lighthearted", "silly", "witty", "deadpan",
            "quirky", "satirical", "raunchy", "campy", "romantic", "sensual", "nostalgic",
            "bittersweet", "melancholic", "heartbreaking", "bleak", "thoughtful", "dreamlike",
            "eerie", "scary", "tense", "slow-burn", "action-packed", "epic", "gritty", "stylish",
            "violent", "disturbing", "mysterious",
        )
    },
    "dark humor": "darkly funny",
}  # fmt: skip
FAMILIES = "for families"
# theme -> what a film of it is about
_ABOUT: Mapping[str, str] = {
    **{
        theme: theme
        for theme in (
            "friendship", "family", "marriage", "infidelity", "growing old", "grief", "illness",
            "addiction", "sports", "music", "show business", "artists", "politics", "reporters",
            "murder", "gangsters", "con artists", "prison", "revenge", "spies", "war", "racism",
            "royalty", "survival", "animals", "space", "aliens", "machines", "time travel",
            "monsters", "magic", "martial arts", "swordplay", "class", "work and money",
            "mistaken identity", "gay lives", "Christmas", "obsession", "madness", "doomed love",
        )
    },
    "coming of age": "growing up",
    "parent and child": "a parent and a child",
    "unlikely romance": "an unlikely romance",
    "love triangle": "a love triangle",
    "school": "school life",
    "courtroom": "a court case",
    "police": "police work",
    "detective story": "an investigation",
    "serial killer": "a serial killer",
    "heist": "a heist",
    "kidnapping": "a kidnapping",
    "conspiracy": "a conspiracy",
    "religion": "faith",
    "true story": "real events",
    "road trip": "a road trip",
    "disaster": "a disaster",
    "supernatural": "the supernatural",
    "superhero": "a superhero",
    "adventure": "adventure",
    "small town": "small-town life",
    "fish out of water": "a fish out of water",
    "underdog": "an underdog",
    "dystopia": "a grim future",
    "frontier": "the frontier",
}  # fmt: skip
SAID: Mapping[str, Mapping[str, str]] = {"moods": _ADJECTIVES, "themes": _ABOUT}

# what says nearly the same as a genre
_GENRES: Mapping[str, str] = {
    "action-packed": "Action",
    "romantic": "Romance",
    "unlikely romance": "Romance",
    "scary": "Horror",
    "war": "War",
    "music": "Musical",
    "adventure": "Adventure",
    "frontier": "Western",
    "for families": "Children's",
}


def topics_of(values: Iterable[str]) -> frozenset[str]:
    """Return what no other fact of a text should be about, where one is about these values: they
    themselves, and genres that say nearly the same."""
    return frozenset(name for value in values for name in (value, _GENRES.get(value, value)))


def sayable(values: Iterable[str], column: str) -> tuple[str, ...]:
    """Return those values of a column that have a word for a text, in their order."""
    return tuple(value for value in values if value in SAID[column])


def words_for(values: Iterable[str], column: str) -> list[str]:
    """Return the words that a text has for these values.

    >>> words_for(["tense", "dark humor"], "moods"), words_for(["heist"], "themes")
    (['tense', 'darkly funny'], ['a heist'])
    """
    return [SAID[column][value] for value in values]


def items_with(catalog: Catalog, column: str) -> Mapping[str, frozenset[int]]:
    """Return which items have each value of a column."""
    items: dict[str, set[int]] = {}
    values = catalog.attributes.get(column, ())
    for item, entries in enumerate(values if isinstance(values, tuple) else ()):
        for value in entries:
            items.setdefault(value, set()).add(item)
    return {value: frozenset(of_value) for value, of_value in items.items()}


def has_words(catalog: Catalog, columns: Sequence[str] = ("moods", "themes")) -> bool:
    """Say whether this catalog has such columns of texts."""
    return any(isinstance(catalog.attributes.get(column), tuple) for column in columns)
