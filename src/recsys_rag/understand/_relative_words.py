"""What is compared with an example: "like Alien but funnier", "shorter", "not as sad", "darker and
more grown up"; by what this catalog says of the example and of all items."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Understanding
from recsys_rag.understand._runtime_words import RuntimeFind
from recsys_rag.understand._tokens import Phrases, Words, expanded, lexicon
from recsys_rag.understand._trait_words import TraitFind
from recsys_rag.understand._values import texts_in
from recsys_rag.understand._year_words import YearFind

_SAID = Phrases(
    (phrase, effect)
    for effect, said in lexicon("relative").items()
    for phrase in expanded(" ".join(said.split()))
)
_TOO_MUCH = Phrases.table(
    {
        "too (much|violent|bloody|gory|brutal|graphic|intense|disturbing)": ("violence", "scares"),
        "too (scary|frightening|creepy)": ("scares",),
        "too (sad|depressing|bleak|heavy|dark)": ("sadness",),
    }
)
_NEAR = 6  # words behind a title
_SHORTER, _YEARS = 0.85, 3  # of its length; years that make a film an older one
_MIDDLE, _STRONGEST = 1.5, 3  # of strengths; the middle stands for what is not known


class RelativeFinder:
    """Finds how what is asked for differs from the examples of one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._series = texts_in(catalog, ("series",))[1]
        known = catalog.years[catalog.years > 0]
        self._years = (int(known.min()), int(known.max())) if len(known) else (0, 0)

    def claim_all(
        self, words: Words, examples: Sequence[int]
    ) -> Iterator[TraitFind | RuntimeFind | YearFind]:
        """Yield what is asked for in comparison with these items; claim its words. Nothing without
        an example, nor where the catalog does not say."""
        for start, stop, effect in _SAID.found(words) if examples else ():
            find = self._find(start, stop, effect, list(examples))
            if find is not None:
                words.claim(start, stop)
                yield find

    def claim_too_much(
        self, words: Words, blamed: Iterable[tuple[int, int]]
    ) -> Iterator[TraitFind]:
        """Yield strengths below those of films that were too much for who asks, given as (end of
        the title, item): "seen Seven and it was too violent"; claim what is said of them."""
        for title_stop, item in blamed:
            for start in range(title_stop, min(title_stop + _NEAR, len(words))):
                found = _TOO_MUCH.at(words, start)
                if found is None:
                    continue
                words.claim(start, found[0])
                for column in found[1]:
                    find = self._find(start, found[0], f"{column} <", [item])
                    if isinstance(find, TraitFind):
                        yield find

    def series_of(self, examples: Sequence[int]) -> tuple[str, ...]:
        """Return the series that these items and others are part of."""
        of = {value for item in examples if self._series for value in self._series[item]}
        others = (
            value for item, has in enumerate(self._series) if item not in examples for value in has
        )
        return tuple(value for value in dict.fromkeys(others) if value in of)

    def _find(
        self, start: int, stop: int, effect: str, examples: list[int]
    ) -> TraitFind | RuntimeFind | YearFind | None:
        if effect[0] in "+-":
            part = self._traits(effect)
            return TraitFind(start, stop, part) if part != Understanding() else None
        column, sign = effect.split()
        is_less = sign == "<"
        if column == "minutes":
            minutes = [int(one) for one in self._catalog.runtimes[examples] if one]
            if not minutes:
                return None
            return (
                RuntimeFind(start, stop, None, round(min(minutes) * _SHORTER))
                if is_less
                else RuntimeFind(start, stop, round(max(minutes) / _SHORTER), None)
            )
        if column == "years":
            years = [int(one) for one in self._catalog.years[examples] if one]
            first, last = self._years
            span = (
                (first, min(years, default=first) - _YEARS)
                if is_less
                else (max(years, default=last) + _YEARS, last)
            )
            return YearFind(start, stop, span) if years and span[0] <= span[1] else None
        levels = self._catalog.attributes.get(column)
        if not isinstance(levels, np.ndarray):
            return None
        known = [level for level in levels[examples].tolist() if level == level]
        middle = float(np.mean(known)) if known else _MIDDLE
        bounds = (
            (0, max(int(np.ceil(middle)) - 1, 0))
            if is_less
            else (min(int(middle) + 1, _STRONGEST), _STRONGEST)
        )
        return TraitFind(start, stop, Understanding(levels=((column, *bounds),)))

    def _traits(self, effect: str) -> Understanding:
        """Return what asks for values, "+column: values", or refuses them, as far as they are
        there."""
        whole = Understanding()
        for one in effect.split("; "):
            column, _, listed = one[1:].partition(": ")
            there = {value for of in texts_in(self._catalog, (column,))[1] for value in of}
            if values := tuple(value for value in listed.split(", ") if value in there):
                trait = ((column, values),)
                asks = Understanding(traits=trait)
                whole = whole.merged(
                    asks if one[0] == "+" else Understanding(excluded_traits=trait)
                )
        return whole
