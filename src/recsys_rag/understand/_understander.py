"""A person's words, understood against one catalog and compared with its items. Moves no ranking by
itself."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Understanding
from recsys_rag.understand import _fillers as fillers
from recsys_rag.understand import _free_text as free_text
from recsys_rag.understand import _negation as negation
from recsys_rag.understand import _popularity_words as popularity
from recsys_rag.understand import _runtime_words as runtime
from recsys_rag.understand import _talk as talk
from recsys_rag.understand._constraints import Constraints
from recsys_rag.understand._description import described
from recsys_rag.understand._feature_words import FeatureFinder
from recsys_rag.understand._genre_words import GenreFinder
from recsys_rag.understand._joining import Joiner, Wishes, distinct, wishes_of
from recsys_rag.understand._limits import Limits
from recsys_rag.understand._negation import Scope
from recsys_rag.understand._origin_words import OriginFinder
from recsys_rag.understand._people_words import (
    PeopleFinder,
    PersonFind,
    are_alternatives,
    parts_in_story,
)
from recsys_rag.understand._readings import readings, telling, wish_parts
from recsys_rag.understand._refused_words import RefusedWordsFinder
from recsys_rag.understand._relative_words import RelativeFinder
from recsys_rag.understand._runtime_words import RuntimeFind
from recsys_rag.understand._setting_words import SettingFinder
from recsys_rag.understand._title_words import Example, TitleFind, TitleFinder
from recsys_rag.understand._tokens import Words
from recsys_rag.understand._trait_words import TraitFind, TraitFinder, alternatives
from recsys_rag.understand._typical import Typicality
from recsys_rag.understand._year_words import YearFind, YearFinder, is_decade


class Understander:
    """Reads words against one catalog. Make one a catalog: its indices are built once, when they
    are first needed."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._knows_runtimes = bool((catalog.runtimes > 0).any())
        self._genres = GenreFinder(catalog)
        self._limits = Limits(catalog)
        self._titles = TitleFinder(
            catalog,
            self._genres,
            self._limits.knows_word,
            self._is_one_wish,
            self._limits.is_rare,
            self._names_kind_of_any,
        )
        self._people = PeopleFinder(catalog, self._genres)
        self._years = YearFinder(catalog)
        self._features = FeatureFinder(catalog)
        self._origins = OriginFinder(catalog, self._names_kind_of_any)
        self._traits = TraitFinder(catalog)
        self._settings = SettingFinder(catalog)
        self._relative = RelativeFinder(catalog)
        self._refused_words = RefusedWordsFinder(catalog)
        self._constraints = Constraints(catalog, self._people)
        self._joiner = Joiner(self._constraints)
        self._typicality = Typicality(catalog)

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
        words = Words(text)
        if sentence := self._limits.foreign(words):
            return Understanding(remarks=(sentence,))
        return self._understood(self._finds(words))

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

    def typicality(self, understood: Understanding) -> NDArray[np.float32]:
        """Return how typical each item is of the genres that are asked for, 0 to 1, (n_items,):
        "a war film" means a film about a war before one that has a war in it. Where strengths are
        refused and nothing is asked for, 1 for what has a mood that stands against all of these:
        "nothing depressing" means something warm before a film of no mood at all."""
        asked = understood.genres or understood.traits or understood.text or understood.either
        if understood.levels and not (asked or understood.like_items):
            return self._typicality.against(understood.levels)
        return self._typicality.of(understood.genres, any_of=understood.any_genre)

    def describe(self, understood: Understanding) -> tuple[str, ...]:
        """Return what was understood, a short phrase for each wish."""
        return described(understood, self._catalog)

    def _finds(self, words: Words) -> "_Finds":
        """Ask each recognizer in turn; what one has claimed, the next does not see."""
        talk.claim_degree(words, lambda position: self._names_kind(words, position))
        traits = list(self._features.claim_whole(words, self._genres.knows))
        called = [
            PersonFind(start, stop, self._catalog.people(item, column)[0])
            for start, stop, item, column in self._titles.claim_people_of(words)
        ]
        seen_titles = self._titles.claim_seen(words)
        traits += self._features.claim_series(words, self._names_kind_of_any)
        examples, unknown_titles = self._titles.claim_examples(words)
        examples += self._titles.claim_mentions(words)
        absent = list(self._limits.claim_absent(words, unknown_titles, self._names_kind_of_any))
        traits += self._traits.claim_children(words)
        fillers.claim_self(words)
        liked = [find.item_index for find in examples if (find.attitude or 1) > 0]
        relative = list(self._relative.claim_all(words, liked))
        traits += (find for find in relative if isinstance(find, TraitFind))
        blamed = [(find.stop, find.item_index) for find in examples if find.attitude == -1]
        traits += self._relative.claim_too_much(words, blamed)
        traits += self._origins.claim_certificates(words)  # before negation: "nothing above"
        unsaid = list(self._limits.claim_unsaid(words, self._features.knows))
        unsaid += [(start, stop, told) for start, stop, _, told in absent]
        traits += self._traits.claim_idioms(words)
        runtimes = [find for find in relative if isinstance(find, RuntimeFind)]
        runtimes += runtime.claim_all(words)  # before negation: "no longer than"
        lengths = list(runtime.claim_hurry(words, runtimes)) if self._knows_runtimes else []
        fame = popularity.claim_all(words)  # likewise: "less known"
        years = [find for find in relative if isinstance(find, YearFind)]
        years += self._years.claim_bounds(words)  # likewise: "no later than"
        traits += self._settings.claim_longed(words)
        is_compromise = talk.claim_dislike(words)
        talk.claim(words, lambda position: self._names_kind(words, position))
        scopes = negation.mark(words, lambda position: self._names_kind(words, position))
        refused_titles = self._titles.claim_refused(words, scopes)
        traits += self._settings.claim_all(words, self._features.knows)
        origins, nowhere = self._origins.claim_all(words)
        traits += origins
        unsaid += nowhere
        told_of = [*examples, *refused_titles, *seen_titles]
        people, unknown_people = self._people.claim_all(
            words, {title.item_index for title in told_of}
        )
        people = sorted((*called, *people), key=lambda find: find.start)
        in_parts = list(parts_in_story(words, people))
        ages = [YearFind(*career) for career in self._people.claim_careers(words, people)]
        traits += (
            self._traits.widened(words, find)
            for find in self._features.claim_all(words, self._genres.knows)
        )
        for start, stop, _ in in_parts:
            if words.is_free(start, stop):
                words.claim(start, stop)
        unsaid += in_parts
        traits += self._traits.claim_refused(words)
        genres = list(self._genres.claim_all(words))
        wanted = {name for find in genres if not words.negated[find.start] for name in find.genres}
        traits = [self._traits.eased(words, find, wanted) for find in traits]
        named = list(self._traits.claim_all(words))
        traits = [find for find in traits if not _gives_way(find, named)] + named
        strangers = self._people.claim_strangers(words, self._limits.tells_of)
        noun = self._catalog.noun
        unsaid += [
            (*run, f"nobody called {words.raw(*run)} has a part in a {noun} here")
            for run in strangers
        ]
        years += self._years.claim_all(words)
        ages += self._years.claim_ages(words)
        years += ages
        unsaid += [(age.start, age.stop, _doubt(words, age)) for age in ages]
        if self._knows_runtimes:
            lengths += list(
                runtime.claim_ages(words, self._names_kind_of_any, [*runtimes, *lengths])
            )
        runtimes += lengths
        unsaid += [(find.start, find.stop, _doubt_of_length(words, find)) for find in lengths]
        liked_to = (find.stop for find in examples if (find.attitude or 1) > 0)
        talk.claim_tastes(words)
        stories = free_text.stories(words, liked_to)
        fillers.claim_asking(words, stories)
        talk.claim(words)
        free_text.tell_stories(words, scopes, stories)
        is_all = not (people or genres or examples or absent or years or runtimes)
        is_all = is_all and not _besides_moods(traits)
        traits += self._settings.claim_alone(words, is_all=is_all)
        theirs = {item for find in people for item in self._people.items_of.get(find.name, ())}
        refused_titles += self._titles.claim_named(
            words, scopes, theirs, [*examples, *refused_titles]
        )
        traits += self._refused_words.claim_all(words)
        traits = list(alternatives(words, traits))
        people, odd_roles = self._checked_roles(people)
        runtimes, odd_runtimes = self._checked_runtimes(runtimes)
        odd_lengths = [(find.start, find.stop) for find in odd_runtimes]
        beyond = [
            scope for scope in scopes if scope.is_whole and _is_beyond(words, scope, odd_lengths)
        ]
        for scope in beyond:
            words.claim(scope.start, scope.stop)
        unknown = [
            *((*run, f"like {words.raw(*run)}") for run in unknown_titles if words.is_free(*run)),
            *((*run, words.raw(*run)) for run in unknown_people if words.is_free(*run)),
            *((*run, f"not {words.written(*run)}") for run in free_text.unwanted_runs(words)),
            *((scope.start, scope.stop, words.raw(scope.start, scope.stop)) for scope in beyond),
            *((*run, words.raw(*run)) for run in odd_roles),
            *(
                (*run, words.raw(*run))
                for run in odd_lengths
                if not any(scope.holds(run[0]) for scope in beyond)
            ),
        ]
        served = [scope for scope in scopes if scope not in beyond]
        wishes = wishes_of(words, served, [*people, *genres, *years, *runtimes])
        wishes = replace(wishes, is_compromise=is_compromise)
        return _Finds(
            words,
            examples,
            refused_titles,
            seen_titles,
            fame,
            traits,
            wishes,
            unknown,
            unsaid,
            [(start, stop, text) for start, stop, text, _ in absent],
            stories,
        )

    def _understood(self, finds: "_Finds") -> Understanding:
        words = finds.words
        liked: list[TitleFind] = []
        unliked = list(finds.refused_titles)
        for title in finds.examples:
            if words.negated[title.asked_at] and words.word(title.asked_at) == "as":
                continue  # "not as tense as Heat" says nothing against Heat
            is_refused = words.negated[title.asked_at] or words.word(title.asked_at) == "unlike"
            attitude = title.attitude or (-1 if is_refused else 1)
            (liked if attitude > 0 else unliked).append(title)
        if finds.seen_titles and not liked and _ALIKE & {token.word for token in words.tokens}:
            liked = finds.seen_titles  # "seen Heat and Casino already, something similar"
        joined = self._joiner.joined(words, finds.wishes)
        for find in finds.traits:
            if find.part.either:
                joined = joined.merged(Understanding(either=find.part.either))
        runs = free_text.remaining_runs(words, finds.stories)
        told = {(start, stop) for start, stop, _ in finds.unknown}
        understood = replace(
            joined,
            like_items=distinct(title.item_index for title in liked),
            unlike_items=distinct(
                title.item_index for title in sorted(unliked, key=lambda title: title.start)
            ),
            seen_items=distinct(title.item_index for title in finds.seen_titles),
            popularity=popularity.agreed(words, finds.fame),
            traits=distinct(trait for find in finds.traits for trait in find.part.traits),
            excluded_traits=distinct(
                trait for find in finds.traits for trait in find.part.excluded_traits
            ),
            levels=distinct(level for find in finds.traits for level in find.part.levels),
            text=" ".join(
                [words.written(*run) for run in runs] + [text for *_, text in finds.noted]
            ),
            not_understood=tuple(text for *_, text in finds.unknown),
        )
        remarks = [
            *(sentence for *_, sentence in finds.unsaid),
            *_contradictions(finds.wishes, understood),
            *self._apart(words, finds.wishes, understood),
            *self._limits.of_years(understood),
            *self._limits.of_words(words, [run for run in runs if run not in told]),
        ]
        changed = [title for title in liked if words.word(title.stop) in _TURNS]
        own = self._own_series(understood, [title.item_index for title in changed])
        if own != Understanding():
            understood = replace(
                understood, excluded_traits=(*understood.excluded_traits, *own.excluded_traits)
            )
        parts = [
            *((find.start, find.stop, own) for find in changed[:1] if own != Understanding()),
            *wish_parts(finds.wishes, understood),
            *(
                (find.start, find.stop, Understanding(like_items=(find.item_index,)))
                for find in liked
            ),
            *(
                (find.start, find.stop, Understanding(unlike_items=(find.item_index,)))
                for find in unliked
            ),
            *(
                (find.start, find.stop, Understanding(seen_items=(find.item_index,)))
                for find in finds.seen_titles
            ),
            *(
                (start, stop, Understanding(popularity=understood.popularity))
                for start, stop, _ in finds.fame
                if understood.popularity
            ),
            *((find.start, find.stop, find.part) for find in finds.traits),
            *((*run, Understanding(text=words.written(*run))) for run in runs),
            *((start, stop, Understanding(text=text)) for start, stop, text in finds.noted),
            *(
                (start, stop, Understanding(not_understood=(text,)))
                for start, stop, text in finds.unknown
            ),
        ]
        return replace(
            understood,
            readings=readings(words, parts),
            told=tuple(telling(words, parts)),
            remarks=distinct(remarks),
        )

    def _apart(self, words: Words, wishes: Wishes, understood: Understanding) -> Iterator[str]:
        """Yield a sentence where one item was asked for and there is none: of people together, of
        what somebody else likes and the asker does not."""
        people = [find for find in wishes.wanted if isinstance(find, PersonFind)]
        if understood.any_person and not are_alternatives(words, people):
            named = " and ".join(understood.people)
            yield f"no {self._catalog.noun} here has {named} together; any of them is enough"
        if wishes.is_compromise and understood.either:
            beside = "a comedy, a romance or a mystery, too"
            yield f"what only one of you likes is read as {self._catalog.noun}s that are {beside}"

    def _own_series(self, understood: Understanding, changed: list[int]) -> Understanding:
        """Return what leaves out the series of examples that something is to be other than: "like
        Alien, but funnier" asks for something else than "Aliens"."""
        asked = [value for column, values in understood.traits for value in (column, *values)]
        series = self._relative.series_of(changed)
        if not series or {"series", "sequel"} & {*asked}:
            return Understanding()
        return Understanding(excluded_traits=(("series", series),))

    def _names_kind(self, words: Words, position: int) -> bool:
        return self._genres.knows(words, position) or is_decade(words.word(position))

    def _is_one_wish(self, words: Words) -> bool:
        return self._traits.knows_whole(words) or self._features.knows_whole(words)

    def _names_kind_of_any(self, words: Words, position: int) -> bool:
        return (
            self._names_kind(words, position)
            or self._traits.knows(words, position)
            or self._features.knows(words, position)
        )

    def _checked_runtimes(
        self, finds: list[RuntimeFind]
    ) -> tuple[list[RuntimeFind], list[RuntimeFind]]:
        """Return the bounds that can be served, and those that cannot: implausible, or no runtime
        is known."""
        if not self._knows_runtimes:
            return [], finds
        served = [find for find in finds if find.least is not None or find.most is not None]
        return served, [find for find in finds if find not in served]

    def _checked_roles(
        self, finds: list[PersonFind]
    ) -> tuple[list[PersonFind], list[tuple[int, int]]]:
        """Return people without parts that they have nowhere, and where these were said, where
        nothing else can be meant."""
        checked: list[PersonFind] = []
        odd: list[tuple[int, int]] = []
        for find in finds:
            had = tuple(
                role for role in find.roles if self._people.has_role(find.name, role.column)
            )
            checked.append(replace(find, roles=had))
            odd += [
                (min(role.start, find.start), max(role.stop, find.stop))
                for role in find.roles
                if role not in had and role.is_sure
            ]
        return checked, odd


_TURNS = frozenset(("but", "only", "except", "without", "minus", "though"))
_ALIKE = frozenset(("similar", "alike"))


@dataclass(frozen=True, slots=True)
class _Finds:
    """What each recognizer found in one text."""

    words: Words
    examples: list[Example]
    refused_titles: list[TitleFind]
    seen_titles: list[TitleFind]
    fame: list[tuple[int, int, int]]
    traits: list[TraitFind]
    wishes: Wishes
    unknown: list[tuple[int, int, str]]  # start, stop, as it is told
    unsaid: list[tuple[int, int, str]]  # likewise, in a whole sentence
    noted: list[tuple[int, int, str]]  # examples that are not here, and what our notes say of them
    stories: list[range]  # words that tell one


def _besides_moods(traits: list[TraitFind]) -> bool:
    """Say whether more than the mood of an occasion was read."""
    return any(
        find.part.excluded_traits or any(column != "moods" for column, _ in find.part.traits)
        for find in traits
    )


def _gives_way(occasion: TraitFind, named: list[TraitFind]) -> bool:
    """Say whether the moods of an occasion, of which any would do, are not those that are named
    beside it: "home sick, something epic"."""
    return any(
        column == other and len(values) > 1 and not set(values) & set(wanted)
        for column, values in occasion.part.traits
        for find in named
        for other, wanted in find.part.traits
    )


def _is_beyond(words: Words, scope: Scope, odd_lengths: list[tuple[int, int]]) -> bool:
    """Say whether something that is refused as a whole says more than can be checked: to refuse the
    rest would be too much."""
    unwanted = free_text.unwanted_runs(words)
    return any(scope.holds(start) for start, _ in odd_lengths) or any(
        start < scope.stop and scope.start < stop for start, stop in unwanted
    )


def _contradictions(wishes: Wishes, understood: Understanding) -> Iterator[str]:
    """Yield a sentence for each genre that is refused and yet asked for."""
    for whole in (whole for refusal in wishes.refused for whole in refusal.wholes):
        alone = whole.genres[0] if whole == Understanding(genres=whole.genres[:1]) else ""
        if alone in understood.genres and alone not in understood.excluded_genres:
            yield f"{alone} is asked for and refused; it is read as asked for"


def _doubt_of_length(words: Words, find: RuntimeFind) -> str:
    minutes = find.least if find.most is None else find.most
    # what is refused is not longer, or not shorter
    is_least = (find.most is None) != words.negated[find.start]
    said = words.raw(find.start, find.stop)
    return f'"{said}" is read as {"at least" if is_least else "at most"} {minutes} minutes'


def _doubt(words: Words, age: YearFind) -> str:
    """Return a sentence on what "old" or "recent" was taken for: another may mean other years."""
    first, last = age.years
    return f'"{words.raw(age.start, age.stop)}" is read as {first} to {last}'
