"""A person's words, understood against one catalog and compared with its items. Moves no ranking by
itself."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Understanding
from recsys_rag.understand import _fillers as fillers
from recsys_rag.understand import _negation as negation
from recsys_rag.understand import _popularity_words as popularity
from recsys_rag.understand import _runtime_words as runtime
from recsys_rag.understand._constraints import Constraints
from recsys_rag.understand._description import described
from recsys_rag.understand._genre_words import GenreFinder
from recsys_rag.understand._joining import Joiner, Wishes, wishes_of
from recsys_rag.understand._negation import Scope
from recsys_rag.understand._people_words import PeopleFinder, PersonFind
from recsys_rag.understand._runtime_words import RuntimeFind
from recsys_rag.understand._title_words import Example, TitleFind, TitleFinder
from recsys_rag.understand._tokens import Words
from recsys_rag.understand._year_words import YearFinder, is_decade

Value = TypeVar("Value")


class Understander:
    """Reads words against one catalog. Make one a catalog: its indices are built once, when they
    are first needed."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._genres = GenreFinder(catalog)
        self._titles = TitleFinder(catalog, self._genres)
        self._people = PeopleFinder(catalog, self._genres)
        self._years = YearFinder(catalog)
        self._constraints = Constraints(catalog, self._people)
        self._joiner = Joiner(self._constraints)

    def understand(self, text: str) -> Understanding:
        """Return what a text asks for; any text is answered, none is obeyed. Only the first 400
        words are read.

        Genres side by side are all wanted ("crime drama") unless no item has them all; with "or", a
        comma or two plurals between them, any is enough. So are people, with "or" between them.
        Alternatives of several kinds ("80s comedies or 90s thrillers", "the 60s or 80s") are in
        `either`. What a refusal joins is refused only together ("no comedies from the 80s", in
        `neither`); a list of refusals, or one beside a wish ("drama without romance from the 90s"),
        one by one. "with" and "by" ask for a part where the person has it, and refuse any part;
        "starring", "directed by" ask for and refuse that part. What nobody understands is left in
        `text`; `not_understood` holds what was named but is not in the catalog, what was not wanted
        but cannot be checked, a part that a person has nowhere, and a bound on the runtime that
        cannot be served.
        """
        return self._joined(self._found(Words(text)))

    def allowed(self, understood: Understanding) -> NDArray[np.bool_]:
        """Return which items have all that was asked for and nothing that was excluded, (n_items,).

        An unknown year or runtime does not fit one that was asked for. `like_items`, `popularity`
        and `text` exclude nothing.
        """
        return self._constraints.allowed(understood)

    def preference(self, understood: Understanding) -> NDArray[np.float32]:
        """Return the share of what was asked for or excluded that each item fits, 0 to 1,
        (n_items,).

        Zeros where nothing of the kind was said; `like_items`, `popularity` and `text` do not
        count.
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
        years = list(self._years.claim_bounds(words))  # likewise: "no later than"
        scopes = negation.mark(words, lambda position: self._names_kind(words, position))
        refused_titles = self._titles.claim_refused(words, scopes)
        more_examples, mentions = self._titles.claim_mentions(words)
        examples += more_examples
        mentions += refused_titles
        people, unknown_people = self._people.claim_all(words)
        genres = list(self._genres.claim_all(words))
        years += [*self._years.claim_all(words), *self._years.claim_ages(words)]
        fillers.claim_asking(words)
        people, odd_roles = self._checked_roles(words, people)
        runtimes, odd_runtimes = self._checked_runtimes(runtimes)
        unserved = [one for one in scopes if one.is_whole and _is_beyond(words, one, odd_runtimes)]
        for one in unserved:
            words.claim(one.start, one.stop)
        unknown = [
            *(f"like {words.raw(*one)}" for one in unknown_titles if words.is_free(*one)),
            *(words.raw(*one) for one in unknown_people if words.is_free(*one)),
            *(f"not {one}" for one in fillers.unwanted_text(words)),
            *(words.raw(one.start, one.stop) for one in unserved),
            *odd_roles,
            *(
                one.raw
                for one in odd_runtimes
                if not any(scope.holds(one.start) for scope in unserved)
            ),
        ]
        served = [one for one in scopes if one not in unserved]
        wishes = wishes_of(words, served, [*people, *genres, *years, *runtimes])
        return _Finds(words, examples, mentions, known, wishes, unknown)

    def _names_kind(self, words: Words, position: int) -> bool:
        return self._genres.knows(words, position) or is_decade(words.word(position))

    def _joined(self, finds: "_Finds") -> Understanding:
        words, no = finds.words, finds.words.negated
        is_unlike = {
            one.asked_at: no[one.asked_at] or words.word(one.asked_at) == "unlike"
            for one in finds.examples
        }
        return replace(
            self._joiner.joined(words, finds.wishes),
            like_items=_distinct(
                one.item_index for one in finds.examples if not is_unlike[one.asked_at]
            ),
            unlike_items=_distinct(
                one.item_index
                for one in (*finds.examples, *finds.mentions)
                if not isinstance(one, Example) or is_unlike[one.asked_at]
            ),
            popularity=popularity.agreed(words, finds.known),
            text=fillers.remaining_text(words),
            not_understood=tuple(finds.unknown),
        )

    def _checked_runtimes(
        self, finds: list[RuntimeFind]
    ) -> tuple[list[RuntimeFind], list[RuntimeFind]]:
        """Return the bounds that can be served, and those that cannot: implausible, or no runtime
        is known."""
        if not (self._catalog.runtimes > 0).any():
            return [], finds
        served = [one for one in finds if one.least is not None or one.most is not None]
        return served, [one for one in finds if one not in served]

    def _checked_roles(
        self, words: Words, finds: list[PersonFind]
    ) -> tuple[list[PersonFind], list[str]]:
        """Return people without parts that they have nowhere, and what was said of those beyond
        doubt."""
        checked: list[PersonFind] = []
        odd: list[str] = []
        for find in finds:
            had = tuple(one for one in find.roles if self._people.has_role(find.name, one.column))
            checked.append(replace(find, roles=had))
            odd += [
                words.raw(min(one.start, find.start), max(one.stop, find.stop))
                for one in find.roles
                if one not in had and one.is_sure
            ]
        return checked, odd


@dataclass(frozen=True, slots=True)
class _Finds:
    """What each recognizer found in one text."""

    words: Words
    examples: list[Example]
    mentions: list[TitleFind]
    known: list[tuple[int, int, int]]
    wishes: Wishes
    unknown: list[str]


def _is_beyond(words: Words, scope: Scope, odd_runtimes: list[RuntimeFind]) -> bool:
    """Say whether something that is refused as a whole says more than can be checked: to refuse the
    rest would be too much."""
    return any(scope.holds(one.start) for one in odd_runtimes) or fillers.has_unwanted_text(
        words, scope.start, scope.stop
    )


def _distinct(values: Iterable[Value]) -> tuple[Value, ...]:
    """Return the values without repeats, in the order of first appearance."""
    return tuple(dict.fromkeys(values))
