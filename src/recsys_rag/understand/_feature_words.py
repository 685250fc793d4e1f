"""Features, series and studios of our notes in a text: "a twist", "no gore", "bond movies", "not
Disney"; by the values that this catalog has and by what people say for them (`features.toml`)."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from recsys_rag.data.catalog import Catalog, fold, without_article
from recsys_rag.types import Understanding
from recsys_rag.understand._fillers import FILM_NOUNS
from recsys_rag.understand._negation import is_refused_before
from recsys_rag.understand._tokens import QUALITY, Phrases, Words, expanded
from recsys_rag.understand._trait_words import TraitFind
from recsys_rag.understand._values import texts_in

Trait = tuple[str, tuple[str, ...]]  # column, values
_SUBJECTS = frozenset(("dog", "dogs", "horse", "horses", "cat", "cats"))
_NEW = frozenset(("new", "newest", "latest"))
_SERIES = FILM_NOUNS | {"series", "franchise", "saga", "trilogy"}


class FeatureFinder:
    """Finds what one catalog's items have of the vocabulary of features; nothing where it has no
    such column."""

    def __init__(self, catalog: Catalog) -> None:
        there = {
            column: frozenset(value for texts in texts_in(catalog, (column,))[1] for value in texts)
            for column in ("features", "series", "studio")
        }
        self._said = _phrases("features", "said", there["features"])
        self._whole = _phrases("features", "whole", there["features"])
        self._refused = _phrases("features", "refused", there["features"])
        self._studios = _phrases("studio", "studios", there["studio"])
        own = [
            (name, ("series", (value,)))
            for value in sorted(there["series"])
            for name in {fold(value), without_article(fold(value))}
        ]
        self._series = Phrases([*own, *_phrases_of("series", "series", there["series"])])

    def knows(self, words: Words, position: int) -> bool:
        """Say whether a feature is named at this position."""
        return self._said.at(words, position) is not None

    def knows_whole(self, words: Words) -> bool:
        """Say whether a feature is all that a text names."""
        found = self._said.at(words, int(words.word(0) in ("a", "an", "the")))
        return found is not None and found[0] == len(words)

    def claim_whole(
        self, words: Words, names_kind: Callable[[Words, int], bool]
    ) -> Iterator[TraitFind]:
        """Yield what phrases with a negative word of their own ask for or refuse, before negations
        are read: "nobody is the good guy", "in color"; claim them, but whom they tell of: "the dog
        doesn't die" is about a dog; and but what names a genre, which is refused, too: "no love
        stories"."""
        for start, stop, trait in self._refused.found(words):
            is_subject = words.word(start) in _SUBJECTS and not is_refused_before(words, start)
            if not any(names_kind(words, i) for i in range(start + 1, stop)):
                words.claim(start + is_subject, stop)
            yield TraitFind(start, stop, Understanding(excluded_traits=(trait,)))
        for start, stop, trait in self._whole.claim_all(words):
            yield TraitFind(start, stop, Understanding(traits=(trait,)))

    def claim_series(
        self, words: Words, names_kind: Callable[[Words, int], bool]
    ) -> Iterator[TraitFind]:
        """Yield the series that are refused, or that "movies" stands behind or "new" before,
        before titles are read: "no star wars", "bond movies", "the new batman"; claim them."""
        listed_to = -1
        for start in range(len(words)):
            found = self._series.at(words, start)
            if found is None or names_kind(words, start):
                continue
            stop, trait = found
            joined = words.word(start - 1) in ("or", "and", "nor") or words.ends(start)
            is_refused = is_refused_before(words, start) or (
                joined and listed_to in (start, start - 1)
            )
            is_new = words.word(start - 1) in _NEW and not words.ends(start)
            is_series = not words.ends(stop) and words.word(stop) in _SERIES
            if is_refused:
                listed_to = stop
                words.claim(start, stop)
                yield TraitFind(start, stop, Understanding(excluded_traits=(trait,)))
            elif is_series or is_new:
                stop += is_series
                words.claim(start - is_new, stop)
                yield TraitFind(start, stop, Understanding(traits=(trait,)))

    def claim_all(
        self, words: Words, names_kind: Callable[[Words, int], bool]
    ) -> Iterator[TraitFind]:
        """Yield all features, studios and series of several words that are named, wanted or
        refused; claim them, but a kind at the end that is wanted, too: "teen comedy"."""
        for phrases in (self._said, self._studios, self._series):
            for start, stop, trait in phrases.found(words):
                if phrases is self._series and stop - start < 2:
                    continue  # "Alien" is a title, or a thing
                is_refused = words.negated[start]
                stop -= stop - start > 1 and not is_refused and names_kind(words, stop - 1)
                words.claim(start, stop, QUALITY)
                part = (
                    Understanding(excluded_traits=(trait,))
                    if is_refused
                    else Understanding(traits=(trait,))
                )
                yield TraitFind(start, stop, part)


def _phrases(column: str, section: str, there: frozenset[str]) -> Phrases[Trait]:
    return Phrases(_phrases_of(column, section, there))


def _phrases_of(column: str, section: str, there: frozenset[str]) -> list[tuple[str, Trait]]:
    """Return what people say for these values, those that are there alone."""
    entries = []
    for names, said in _table()[section].items() if there else ():
        values = tuple(name for name in names.split(", ") if name in there)
        if values:
            phrases = expanded(" ".join(said.split()))
            entries += [(phrase, (column, values)) for phrase in phrases if phrase]
    return entries


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(Path(__file__).with_name("features.toml").read_text(encoding="utf-8"))
