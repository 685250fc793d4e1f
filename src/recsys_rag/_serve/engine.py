"""One fitted version with its people: what answers. Never changes; a new version is a new engine.

Methods take as long as ranking does: call them from threads.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from recsys_rag._flow import Flow
from recsys_rag._histories import no_history
from recsys_rag._serve.people import Given, People, Person
from recsys_rag._serve.views import AsOfView
from recsys_rag._serve.withdrawn import Withdrawn
from recsys_rag.errors import RecsysRagError, UnknownUserError
from recsys_rag.recommender import Recommender
from recsys_rag.types import Candidate, Query, ResolvedQuery

EXPLAIN = ("none", "facts", "text")
_MOST_ALIKE = 4096


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, completed by what is known of the person, and the flow that answers it."""

    query: Query
    person: Person
    flow: Flow


@dataclass(frozen=True, slots=True)
class Ranked:
    """A list without text: ids and scores, best first."""

    item_ids: tuple[str, ...]
    scores: tuple[float, ...]
    model: int  # version


class Alike(NamedTuple):
    """An item that is like another, and how much."""

    item_index: int
    score: float


@dataclass(frozen=True, slots=True)
class Engine:
    """A version that answers."""

    version: int
    number: int  # of the last change of an item that is counted in
    recommender: Recommender
    people: People
    withdrawn: Withdrawn
    # item, how many -> what is like it
    _alike: dict[tuple[int, int], tuple[Alike, ...]] = field(default_factory=dict, compare=False)

    @property
    def by(self) -> tuple[int, int]:
        """What tells it from every other engine of its database."""
        return self.version, self.number

    def asked(self, query: Query, *, shown: Sequence[str] = (), has_said: bool = False) -> Asked:
        """Complete a question; `shown` are item ids that are held back because they were shown, and
        `has_said` says that a conversation asks for something beside it.

        Raises UnknownUserError where nothing is known of the person and nothing was said.
        """
        held = (*shown, *self.withdrawn.ids())
        return self._completed(query, self._person(query), held, has_said=has_said)

    def _person(self, query: Query) -> Person:
        if query.user_id is None:
            return Person(None, no_history(), False)
        return self.people.of(query.user_id)

    def _completed(
        self, query: Query, person: Person, shown: Sequence[str], *, has_said: bool = False
    ) -> Asked:
        flow = self.recommender.flow
        if query.user_id is not None:
            said = has_said or query.history or query.likes or query.words or query.profile
            if not person.is_known and not said:
                raise unknown_person(query.user_id)
            given = Given({query.user_id: person.history})
            flow = replace(flow, ranker=replace(flow.ranker, histories=given))
        wanted = {self._id(name) for name in query.history}
        refused = [item for item in person.not_for_me if item not in wanted]
        held = [
            item for item in (*person.dismissed, *shown) if item in self.recommender.dataset.items
        ]
        completed = replace(
            query,
            likes=tuple(dict.fromkeys((*query.likes, *person.liked))),
            dislikes=tuple(dict.fromkeys((*query.dislikes, *refused))),
            exclude=tuple(dict.fromkeys((*query.exclude, *held))),
        )
        return Asked(completed, person, flow)

    def _id(self, id_or_title: str) -> str:
        catalog = self.recommender.dataset.catalog
        return catalog.items.id(catalog.resolve(id_or_title))

    def as_of(self, person: Person) -> AsOfView:
        """Return what an answer to this person rests on."""
        return AsOfView(
            data=self.recommender.dataset.content_hash,
            model=self.version,
            feedback=person.last_number,
            items=self.number,
        )

    def rank(self, queries: Sequence[Query], k: int) -> list[Ranked | RecsysRagError]:
        """Rank for many at once: a list each, or why there is none; the same as one at a time."""
        ids = {query.user_id for query in queries if query.user_id is not None}
        people, withdrawn = self.people.of_many(ids) if ids else {}, self.withdrawn.ids()
        resolved: list[ResolvedQuery | RecsysRagError] = []
        for query in queries:
            try:
                person = people.get(query.user_id or "") or self._person(query)
                asked = self._completed(query, person, withdrawn)
                resolved.append(asked.flow.ranker.resolve(asked.query))
            except RecsysRagError as error:
                resolved.append(error)
        rows = [query for query in resolved if isinstance(query, ResolvedQuery)]
        answers = iter(self._ranked(rows, k))
        return [next(answers) if isinstance(query, ResolvedQuery) else query for query in resolved]

    def _ranked(self, resolved: Sequence[ResolvedQuery], k: int) -> list[Ranked | RecsysRagError]:
        if not resolved:
            return []
        ranker = self.recommender.flow.ranker
        try:
            rankings = ranker.rank(resolved, k)
        except RecsysRagError as error:
            if len(resolved) == 1:
                return [error]
            return [answer for query in resolved for answer in self._ranked([query], k)]
        lengths = (rankings.item_ids != "").sum(axis=1).tolist()
        return [
            Ranked(tuple(ids[:length].tolist()), tuple(scores[:length].tolist()), self.version)
            for ids, scores, length in zip(rankings.item_ids, rankings.scores, lengths, strict=True)
        ]

    def candidate(self, resolved: ResolvedQuery, place: int) -> Candidate:
        """Return one item as it would be shown to this person, whatever its rank."""
        catalog, ranker = self.recommender.dataset.catalog, self.recommender.flow.ranker
        batch = ranker.batch([resolved])
        score = float(ranker.score([resolved], batch)[0, place])
        predicted = None
        if ranker.predictor:
            predicted = float(ranker.predictor.predict(batch.histories, np.array([place]))[0, 0])
        return Candidate(
            catalog.items.id(place),
            place,
            catalog.titles[place],
            catalog.year(place),
            catalog.genres[place],
            score,
            predicted,
        )

    def similar(self, id_or_title: str, k: int) -> Sequence[Alike]:
        """Return the items most like one. Raises UnknownItemError, QueryError."""
        catalog, gone = self.recommender.dataset.catalog, self.withdrawn.ids()
        place, wanted = catalog.resolve(id_or_title), min(k + len(gone), max(k, len(catalog)))
        alike = self._alike.get((place, wanted))
        if alike is None:  # it is the same for everybody, for as long as this version answers
            found = self.recommender.similar(catalog.items.id(place), wanted)
            alike = tuple(Alike(one.item_index, one.score) for one in found)
            if len(self._alike) >= _MOST_ALIKE:
                self._alike.clear()
            self._alike[place, wanted] = alike
        return [one for one in alike if catalog.items.id(one.item_index) not in gone][:k]


def unknown_person(user_id: str) -> UnknownUserError:
    """Return the error for a person of whom nothing is known; it names nobody else."""
    return UnknownUserError(
        f"nothing is known of user {user_id!r}; give feedback first, or ask with a history or "
        "with words"
    )
