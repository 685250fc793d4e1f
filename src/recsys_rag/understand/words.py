"""A person's words, understood against one catalog and compared with its items. Moves no ranking by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Understanding
from recsys_rag.understand import fillers, negation, popularity, runtime
from recsys_rag.understand import genres as genre_words
from recsys_rag.understand import people as people_words
from recsys_rag.understand.constraints import Constraints
from recsys_rag.understand.description import described
from recsys_rag.understand.genres import GenreFind, GenreFinder
from recsys_rag.understand.people import PeopleFinder, PersonFind
from recsys_rag.understand.runtime import RuntimeFind
from recsys_rag.understand.titles import TitleFind, TitleFinder
from recsys_rag.understand.tokens import Words
from recsys_rag.understand.years import YearFind, YearFinder, merged

Value = TypeVar("Value")


class Understander:
    """Reads words against one catalog. Make one a catalog: its indices are built once, when they are first needed."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._genres = GenreFinder(catalog)
        self._titles = TitleFinder(catalog, self._genres)
        self._people = PeopleFinder(catalog)
        self._years = YearFinder(catalog)
        self._constraints = Constraints(catalog, self._people)

    def understand(self, text: str) -> Understanding:
        """Return what a text asks for; any text is answered, none is obeyed. Only the first 400 words are read.

        Genres side by side are all wanted ("crime drama") unless no item has them all; with "or", a comma or two plurals
        between them, any is enough. So are people, with "or" between them. What nobody understands is left in `text`;
        `not_understood` holds what was named but is not in the catalog, what was not wanted but cannot be checked, and a
        bound on the runtime that cannot be served.
        """
        return self._joined(self._found(Words(text)))

    def allowed(self, understood: Understanding) -> NDArray[np.bool_]:
        """Return which items have all that was asked for and nothing that was excluded, (n_items,).

        An unknown year or runtime does not fit one that was asked for. `like_items`, `popularity` and `text` exclude nothing.
        """
        return self._constraints.allowed(understood)

    def preference(self, understood: Understanding) -> NDArray[np.float32]:
        """Return the share of what was asked for or excluded that each item fits, 0 to 1, (n_items,).

        Zeros where nothing of the kind was said; `like_items`, `popularity` and `text` do not count.
        """
        return self._constraints.preference(understood)

    def describe(self, understood: Understanding) -> tuple[str, ...]:
        """Return what was understood, one short phrase a wish; what was not understood is left out."""
        return described(understood, self._catalog)

    def _found(self, words: Words) -> "_Finds":
        """Ask each recognizer in turn; what one has claimed, the next does not see."""
        examples, unknown_titles = self._titles.claim_examples(words)
        runtimes = runtime.claim_all(words)  # before negation: "no longer than"
        known = popularity.claim_all(words)  # likewise: "less known"
        negation.mark(words)
        mentions = list(self._titles.claim_mentions(words))
        people, unknown_people = self._people.claim_all(words)
        genres = list(self._genres.claim_all(words))
        years = [*self._years.claim_all(words), *self._years.claim_ages(words)]
        fillers.claim_asking(words)
        unknown = [
            *(f"like {words.raw(*one)}" for one in unknown_titles if words.is_free(*one)),
            *(words.raw(*one) for one in unknown_people if words.is_free(*one)),
            *(f"not {one}" for one in fillers.unwanted_text(words)),
        ]
        return _Finds(words, examples, mentions, runtimes, known, people, genres, years, unknown)

    def _joined(self, finds: "_Finds") -> Understanding:
        words, no = finds.words, finds.words.negated
        genres = [one for one in finds.genres if not no[one.start]]
        names = _distinct(name for one in genres for name in one.genres)
        people = [one for one in finds.people if not no[one.start]]
        names_of_people = _distinct(one.name for one in people)
        is_unlike = {one.start: no[one.start] or words.word(one.start) == "unlike" for one in finds.examples}
        max_runtime, odd_runtimes = self._runtime(finds.runtimes)
        return Understanding(
            genres=names,
            any_genre=self._is_any_enough(names, (), genre_words.are_alternatives(words, genres)),
            excluded_genres=_distinct(name for one in finds.genres if no[one.start] for name in one.genres),
            years=merged([one.years for one in finds.years if not no[one.start]]),
            excluded_years=merged([one.years for one in finds.years if no[one.start]]),
            people=names_of_people,
            any_person=self._is_any_enough((), names_of_people, people_words.are_alternatives(words, people)),
            excluded_people=_distinct(one.name for one in finds.people if no[one.start]),
            like_items=_distinct(one.item_index for one in finds.examples if not is_unlike[one.start]),
            unlike_items=_distinct(
                one.item_index for one in (*finds.examples, *finds.mentions) if is_unlike.get(one.start, True)
            ),
            max_runtime=max_runtime,
            popularity=popularity.agreed(words, finds.known),
            text=fillers.remaining_text(words),
            not_understood=(*finds.unknown, *odd_runtimes),
        )

    def _is_any_enough(self, genres: tuple[str, ...], people: tuple[str, ...], are_alternatives: bool) -> bool:
        """Say whether one of several is enough: because they were named as alternatives, or no item has them all."""
        return len(genres + people) > 1 and (are_alternatives or not self._constraints.has_item_with(genres, people))

    def _runtime(self, finds: list[RuntimeFind]) -> tuple[int | None, list[str]]:
        """Return the shortest bound that was set, and what was said of runtimes that cannot be served."""
        bounds = [one.max_minutes for one in finds if one.max_minutes is not None]
        if not (self._catalog.runtimes > 0).any():
            return None, [one.raw for one in finds]
        return min(bounds, default=None), [one.raw for one in finds if one.max_minutes is None]


@dataclass(frozen=True, slots=True)
class _Finds:
    """What each recognizer found in one text."""

    words: Words
    examples: list[TitleFind]
    mentions: list[TitleFind]
    runtimes: list[RuntimeFind]
    known: list[tuple[int, int]]
    people: list[PersonFind]
    genres: list[GenreFind]
    years: list[YearFind]
    unknown: list[str]


def _distinct(values: Iterable[Value]) -> tuple[Value, ...]:
    """Return the values without repeats, in the order of first appearance."""
    return tuple(dict.fromkeys(values))
