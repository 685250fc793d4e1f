"""Genres in a text, by the names that this catalog has and by what people call them."""

from collections.abc import Iterator
from dataclasses import dataclass

from recsys_rag.data.catalog import Catalog, fold
from recsys_rag.understand.negation import REFUSING
from recsys_rag.understand.tokens import Phrases, Words

# What people say, by what a genre may be called. A catalog's genre has the synonyms of each group
# that holds its name.
_GROUPS: tuple[tuple[str, str], ...] = (
    ("action", "action packed|actioner|shoot em up"),
    ("adventure", "adventurous|swashbuckler"),
    ("animation|animated|cartoon|anime", "animation|animated|cartoon|anime"),
    (
        "children|childrens|kids|family",
        "children|childrens|kids|for kids|for children|kid friendly|child friendly",
    ),
    (
        "family|children|childrens|kids",
        "family friendly|family film|family movie|for the family|for the whole family|for families|family night",
    ),
    (
        "comedy",
        "comedic|funny|funnier|funniest|hilarious|humorous|romcom|rom com|dramedy|spoof"
        "|make me laugh|make us laugh|have a laugh|good laugh",
    ),
    ("crime", "gangster|mobster"),
    ("documentary", "documentarie|doc|docu"),
    ("drama", "dramatic|dramedy|melodrama"),
    ("fantasy", "fantastical"),
    ("film noir|noir", "noir|film noir|noirish"),
    ("history|historical", "history|historical|period piece"),
    (
        "horror",
        "be scared|scare me|scare us|get scared|scary|scarier|scariest|frightening|creepy|spooky|terrifying|slasher",
    ),
    ("music|musical", "musical"),
    ("mystery", "mysterious|whodunit|whodunnit|detective story"),
    ("romance|romantic", "romance|romantic|love story|romcom|rom com|chick flick"),
    ("sci fi|science fiction|scifi|sf", "sci fi|science fiction|scifi|sf"),
    ("thriller|suspense", "thriller|thrilling|suspense|suspenseful"),
    ("war", "war|wartime"),
    ("western", "cowboy"),
)
# These say more than the genre: retrieval by text reads them too.
_RICH = frozenset(
    (
        "gangster",
        "mobster",
        "slasher",
        "spoof",
        "whodunit",
        "whodunnit",
        "detective story",
        "swashbuckler",
        "anime",
        "cowboy",
    )
)
# "family adventure" is for families; "family drama" is about one.
_FOR_FAMILIES = frozenset(("adventure", "animation", "comedy", "fantasy", "musical"))
_TIMES = frozenset(("before", "predate", "predates", "predating", "pre", "after", "since"))
_PLOT_WORDS = frozenset(("children", "kids", "history", "music", "family"))


_SHORTEST_MISSPELLED = 6  # letters; a slip in a shorter word makes another word


@dataclass(frozen=True, slots=True)
class GenreFind:
    """Genres named at one place: `start` to `stop` among the words; all of `genres` are meant."""

    start: int
    stop: int
    genres: tuple[str, ...]
    is_plural: bool


class GenreFinder:
    """Finds the genres of one catalog in words."""

    def __init__(self, catalog: Catalog) -> None:
        self._own = {fold(genre): genre for genre in catalog.genre_names if fold(genre)}
        terms: dict[str, tuple[str, ...]] = {}
        for folded, genre in self._own.items():
            for names, synonyms in _GROUPS:
                if folded in names.split("|"):
                    for term in synonyms.split("|"):
                        if genre not in terms.get(term, ()):
                            terms[term] = (*terms.get(term, ()), genre)
        # a genre's own name means that genre alone
        terms |= {folded: (genre,) for folded, genre in self._own.items()}
        for_families = terms.get("family film", ())
        for kind in _FOR_FAMILIES.intersection(terms) if for_families else ():
            terms[f"family {kind}"] = (*for_families, *terms[kind])
        forms: dict[str, tuple[tuple[str, ...], bool, bool]] = {}
        for term, genres in terms.items():
            for form in (*_plurals(term), term):
                forms.setdefault(form, (genres, form != term, term in _RICH))
        self._phrases = Phrases(forms.items())
        self._slips = {
            slip: said
            for form, said in forms.items()
            if " " not in form and len(form) >= _SHORTEST_MISSPELLED
            for slip in _slips(form)
            if slip not in forms
        }
        self._known = frozenset(word for title in catalog.titles for word in fold(title).split())

    def knows(self, words: Words, place: int) -> bool:
        """Say whether a genre is named at this place."""
        return self._phrases.at(words, place) is not None

    def genre(self, name: str) -> str | None:
        """Return the catalog's spelling of a genre's own name, or None when it has no such genre."""
        return self._own.get(fold(name))

    def claim_all(self, words: Words) -> Iterator[GenreFind]:
        """Yield all genres named, left to right, and claim their words. "about kids" is a plot, not
        a genre."""
        for place in range(len(words)):
            found = self._phrases.at(words, place) or self._misspelled(words, place)
            if found and not self._is_plot(words, place, found[0]):
                stop, (genres, is_plural, is_rich) = found
                words.claim(place, stop)
                words.kept[place:stop] = [is_rich and not words.negated[place]] * (stop - place)
                yield GenreFind(place, stop, genres, is_plural)

    def _misspelled(
        self, words: Words, place: int
    ) -> tuple[int, tuple[tuple[str, ...], bool, bool]] | None:
        """Return what a slip of the finger has hidden: "horor", "comdey", "westtern"."""
        word = words.word(place)
        meant = (
            self._slips.get(word)
            if words.is_free(place, place + 1) and word not in self._known
            else None
        )
        return (place + 1, meant) if meant is not None else None

    def _is_plot(self, words: Words, start: int, stop: int) -> bool:
        if (
            words.word(start) in _PLOT_WORDS
            and words.claimed[stop : stop + 1] == [True]
            and words.word(stop) in REFUSING
        ):
            return True  # "kids hate musicals": they only say so
        if (
            words.word(start) == "war"
            and words.word(start - 1) == "the"
            and words.word(start - 2) in _TIMES
        ):
            return True  # "before the war" is a time
        if stop - start > 1 or words.word(start) not in _PLOT_WORDS or words.ends(start):
            return False
        if words.word(start - 2) == "with" and words.word(start - 1) in ("the", "my", "our"):
            return False  # they watch it too
        return any(
            words.word(place) in ("about", "of", "with", "who", "where")
            for place in range(start - 3, start)
        )


def grouped(
    words: Words, finds: list[GenreFind], joins: frozenset[str] = frozenset(("or", "nor"))
) -> list[list[str]]:
    """Return the genres in groups: a group is meant together, groups are alternatives.

    Apart are "comedy or drama", "horror, war", "comedies and dramas" and what any other of `joins`
    stands between; side by side, or joined otherwise ("crime drama", "a funny western"), they are
    together.
    """
    groups: list[list[str]] = []
    for before, find in zip([None, *finds], finds, strict=False):
        if before is None or _are_apart(words, before, find, joins):
            groups.append([])
        groups[-1] += [one for one in find.genres if one not in groups[-1]]
    return groups


def _are_apart(words: Words, one: GenreFind, other: GenreFind, joins: frozenset[str]) -> bool:
    between = [words.word(place) for place in range(one.stop, other.start)]
    gaps = words.between(one.stop, other.start)
    if joins.intersection(between) or "/" in gaps or (not between and "," in gaps):
        return True
    return between == ["and"] and one.is_plural and other.is_plural


def _plurals(term: str) -> tuple[str, ...]:
    """Return how a term may be written for several.

    >>> _plurals("comedy"), _plurals("western"), _plurals("childrens")
    (('comedies', 'comedys'), ('westerns',), ())
    """
    if term.endswith("s"):
        return ()
    if term.endswith("y"):
        return (term[:-1] + "ies", term + "s")
    return (term + "s",)


def _slips(term: str) -> Iterator[str]:
    """Yield how fingers slip inside a term: one letter left out, one twice, two in the wrong order.

    >>> list(_slips("war"))
    ['wr', 'waar', 'wra', 'wa', 'warr']
    """
    for place in range(1, len(term)):
        yield term[:place] + term[place + 1 :]
        yield term[: place + 1] + term[place:]
        if place + 1 < len(term) and term[place] != term[place + 1]:
            yield term[:place] + term[place + 1] + term[place] + term[place + 2 :]
