"""Genres in a text, by the names that this catalog has and by what people call them."""

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from recsys_rag.data.catalog import Catalog, fold
from recsys_rag.understand._fillers import FILM_NOUNS
from recsys_rag.understand._negation import REFUSING
from recsys_rag.understand._tokens import KIND, Phrases, Words, expanded, lexicon
from recsys_rag.understand._values import NamedValues, texts_in

# What a genre may be called: what people say for it. A catalog's genre has the words of each line
# that holds its name.
_GROUPS = lexicon("genres")["said"]
# These say more than the genre: retrieval by text reads them too.
_RICH = expanded(
    """gangster, mobster, slasher, spoof, whodunit, whodunnit, detective story, swashbuckler, anime,
    cowboy"""
)
# "family adventure" is for families; "family drama" is about one.
_FOR_FAMILIES = frozenset(("adventure", "animation", "comedy", "fantasy", "musical"))
_SEVERAL = frozenset(("movies", "films", "flicks", "pictures"))
_TIMES = frozenset(("before", "predate", "predates", "predating", "pre", "after", "since"))
_BEFORE_PLOT = frozenset(("about", "of", "with", "who", "where"))
_PLOT_WORDS = frozenset(("children", "kids", "history", "music", "family"))
_PEOPLE = frozenset(("guy", "girl", "person", "club", "lady", "dude", "enough"))
_KINDS = FILM_NOUNS | {
    "comedy",
    "comedies",
    "animation",
    "adventure",
    "adventures",
    "cartoon",
    "cartoons",
}
_TOLD_OF = 4  # words of a text that tells of people, at least
_SHORTEST_MISSPELLED = 6  # letters; a slip in a shorter word makes another word


class _Term(NamedTuple):
    """What a word or phrase for genres means."""

    genres: tuple[str, ...]
    is_plural: bool
    is_rich: bool


@dataclass(frozen=True, slots=True)
class GenreFind:
    """Genres named by the words from `start` to `stop`; all of them are meant."""

    start: int
    stop: int
    genres: tuple[str, ...]
    is_plural: bool


class GenreFinder:
    """Finds the genres of one catalog in words."""

    def __init__(self, catalog: Catalog) -> None:
        own = {fold(genre): genre for genre in catalog.genre_names if fold(genre)}
        named: dict[str, dict[str, None]] = defaultdict(dict)  # term -> genres, in order
        for folded, genre in own.items():
            for line in _GROUPS.strip().splitlines():
                names, synonyms = map(expanded, line.split(":"))
                for term in synonyms if folded in names else ():
                    named[term][genre] = None
        # a genre's own name means that genre alone
        genres_of = {term: tuple(genres) for term, genres in named.items()}
        genres_of |= {folded: (genre,) for folded, genre in own.items()}
        for_families = genres_of.get("family film", ())
        for kind in _FOR_FAMILIES.intersection(genres_of) if for_families else ():
            genres_of[f"family {kind}"] = (*for_families, *genres_of[kind])
        terms: dict[str, _Term] = {}
        for term, genres in genres_of.items():
            for form in (*_plurals(term), term):
                terms.setdefault(form, _Term(genres, form != term, term in _RICH))
        self._phrases = Phrases(terms.items())
        self._slips = {
            slip: term
            for form, term in terms.items()
            if " " not in form and len(form) >= _SHORTEST_MISSPELLED
            for slip in _slips(form)
            if slip not in terms
        }
        self._titles = catalog.titles
        self._keywords = NamedValues(texts_in(catalog, ("keywords", "tags")))

    @cached_property
    def _words_of_titles(self) -> frozenset[str]:
        """Return the words of all titles, for which a large catalog takes its time."""
        return frozenset(word for title in self._titles for word in fold(title).split())

    def knows(self, words: Words, position: int) -> bool:
        """Say whether a genre is named at this position."""
        return self._phrases.at(words, position) is not None

    def claim_all(self, words: Words) -> Iterator[GenreFind]:
        """Yield all genres named, left to right, and claim their words."""
        for start in range(len(words)):
            phrase = self._phrases.at(words, start) or self._misspelled(words, start)
            if phrase is None or _is_degree(words, start):
                continue
            said = [words.word(i) for i in range(start, phrase[0])]
            if phrase[1].is_rich and words.negated[start] and self._keywords.named(said):
                continue  # "no slashers" is not against all horror
            if not _is_plot(words, start, phrase[0]):
                stop, term = phrase
                if _is_of_asker(words, start, stop):
                    words.claim(start, stop, KIND)
                    continue
                words.claim(start, stop, KIND)
                is_searched_for = term.is_rich and not words.negated[start]
                words.kept[start:stop] = [is_searched_for] * (stop - start)
                yield GenreFind(start, stop, term.genres, term.is_plural)

    def _misspelled(self, words: Words, position: int) -> tuple[int, _Term] | None:
        """Return what a slip of the finger has hidden: "horor", "comdey", "westtern"."""
        word = words.word(position)
        if not words.is_free(position, position + 1) or word in self._words_of_titles:
            return None
        return (position + 1, self._slips[word]) if word in self._slips else None


def _is_degree(words: Words, start: int) -> bool:
    """Say whether a strength is refused, not a genre: "not too scary"."""
    return words.negated[start] and words.word(start - 1) in ("too", "that", "so", "overly")


def _is_of_asker(words: Words, start: int, stop: int) -> bool:
    """Say whether people are only told of: "the kids are in bed", "I'm the thriller guy"; not "with
    the kids", "kids movies"."""
    if not words.ends(stop) and words.word(stop) in _PEOPLE:
        return True
    if words.word(start) not in ("kids", "children") or len(words) < _TOLD_OF:
        return False
    before = {words.word(i) for i in range(max(0, start - 3), start)}
    is_kind = words.word(stop) in _KINDS
    return not (is_kind and not words.ends(stop)) and before.isdisjoint(("for", "with"))


def _is_plot(words: Words, start: int, stop: int) -> bool:
    """Say whether a genre's name tells of the plot, or of the asker: "about kids"."""
    word, before = words.word(start), [words.word(start - 2), words.word(start - 1)]
    if word == "war" and before[1] == "the" and before[0] in _TIMES:
        return True  # "before the war" is a time
    if word not in _PLOT_WORDS:
        return False
    if words.word(stop) in REFUSING and words.claimed[stop]:
        return True  # "kids hate musicals": they only say so
    if stop - start > 1 or words.ends(start):
        return False
    if before[0] == "with" and before[1] in ("the", "my", "our"):
        return False  # they watch it too
    return not _BEFORE_PLOT.isdisjoint((words.word(start - 3), *before))


def grouped(
    words: Words, finds: list[GenreFind], joins: frozenset[str] = frozenset(("or", "nor"))
) -> list[list[str]]:
    """Return the genres in groups: a group is meant together, groups are alternatives.

    Apart are "comedy or drama", "horror, war", "comedies and dramas" and what any other of `joins`
    stands between; side by side, or joined otherwise ("crime drama", "a funny western"), they are
    together.
    """
    groups: list[list[str]] = []
    for i, find in enumerate(finds):
        if i == 0 or _are_apart(words, finds[i - 1], finds[i:], joins):
            groups.append([])
        groups[-1] += [genre for genre in find.genres if genre not in groups[-1]]
    return groups


def _are_apart(
    words: Words, before: GenreFind, finds: list[GenreFind], joins: frozenset[str]
) -> bool:
    find = finds[0]
    between = [words.word(i) for i in range(before.stop, find.start)]
    before_is_plural = before.is_plural or not _SEVERAL.isdisjoint(between[:1])
    between = [word for word in between if word not in _SEVERAL]  # "war films and westerns"
    gaps = words.between(before.stop, find.start)
    if joins.intersection(between) or "/" in gaps or (not between and ("," in gaps or "?" in gaps)):
        return True
    said = [word for word in between if word not in ("a", "an", "some")]
    if said in (["maybe"], ["perhaps"], ["and", "one"]):
        return True
    if words.word(before.start - 1) in ("between", "either") and between == ["and"]:
        return True
    return (
        between in (["and"], ["and", "some"])
        and before_is_plural
        and (
            _noun_of(words, finds).is_plural or words.word(_noun_of(words, finds).stop) in _SEVERAL
        )
    )


def _noun_of(words: Words, finds: list[GenreFind]) -> GenreFind:
    """Return the last of the finds that stand side by side: "comedies" of "romantic comedies"."""
    for find, following in itertools.pairwise(finds):
        if following.start != find.stop or words.ends(following.start):
            return find
    return finds[-1]


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
    for i in range(1, len(term)):
        yield term[:i] + term[i + 1 :]
        yield term[: i + 1] + term[i:]
        if i + 1 < len(term) and term[i] != term[i + 1]:
            yield term[:i] + term[i + 1] + term[i] + term[i + 2 :]
