"""What the service can do, for its API and its pages alike: one method a use. Knows no HTTP.

Methods that are not async take as long as ranking or the database do: call them by `in_thread`.
"""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import ParamSpec, TypeVar

import sqlalchemy as sa

from recsys_rag import _fitting as fitting
from recsys_rag._flow import Stream
from recsys_rag._models import LanguageModels
from recsys_rag._serve import kept as keeping
from recsys_rag._serve import refit as refitting
from recsys_rag._serve import tables, views
from recsys_rag._serve.batching import Batcher
from recsys_rag._serve.configuration import Configuration
from recsys_rag._serve.conversations import Conversations
from recsys_rag._serve.database import Database, now
from recsys_rag._serve.engine import EXPLAIN, Asked, Engine, Ranked
from recsys_rag._serve.items import Change
from recsys_rag._serve.kept import Kept, Lists
from recsys_rag._serve.keys import Allowances, Keys
from recsys_rag._serve.memory import Memory
from recsys_rag._serve.people import any_forgotten, make_secret
from recsys_rag._serve.problems import Refused
from recsys_rag._serve.rereading import FactReadingView, read_again
from recsys_rag._serve.texts import Drafted, Texts
from recsys_rag._serve.verifying import verified
from recsys_rag._serve.versions import Versions
from recsys_rag._serve.views import ItemView, RecommendationView, TurnView, VerificationView
from recsys_rag.conversation import Conversation
from recsys_rag.data.catalog import Row
from recsys_rag.errors import QueryError, RecsysRagError
from recsys_rag.settings import Settings
from recsys_rag.types import Finished, Query, RecommendedItem, Written
from recsys_rag.types import Ranked as RankedEvent

Arguments = ParamSpec("Arguments")
Outcome = TypeVar("Outcome")

MOST_ITEMS = 100  # in one list
MOST_RANKED = 1_000  # in one ranking
MOST_LINES = 10_000  # in one body of NDJSON
_LOOK_SECONDS = 60
_WARM_USERS, _WARM_ITEMS = 6, 3


@dataclass(frozen=True, slots=True)
class Ask:
    """A question as it comes in."""

    query: Query
    explain: str = "text"
    rotation_hours: float = 0.0  # what was shown since then is held back; 0 = nothing is
    previous_id: str | None = None  # of the list shown before: what moved is told
    conversation: Conversation | None = None  # what was said since
    turn: tuple[str, int] | None = None  # the conversation that is kept, and the turn in it


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an answer: `ranked` and `finished` with the whole list, `drafted` and `written`
    with an item; of a conversation, `finished` has the turn."""

    name: str
    view: RecommendationView | ItemView | TurnView
    body: bytes = b""  # of `finished`: what is kept


class Service:
    """One process of the service."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        models: LanguageModels | None = None,
        n_workers: int = 1,
        texts_at_once: int = 32,
        text_seconds: float = 60.0,
        configuration: Configuration | None = None,
    ) -> None:
        self.database, self.settings = database, settings
        self.configuration = configuration  # None: nothing is fitted anew
        self._refits: list[subprocess.Popen[bytes]] = []
        self._looked_at = 0  # whether a refit is due, seconds
        make_secret(database)
        self.models = models or LanguageModels(settings)
        self.versions = Versions(database, settings, self.models)
        self.lists, self.keys = Lists(database), Keys(database)
        self.conversations = Conversations(database)
        self.allowances = Allowances(n_workers)
        self.texts = Texts(texts_at_once, text_seconds)
        self._threads = ThreadPoolExecutor(8, "work")
        self._ranking = ThreadPoolExecutor(1, "rank")
        self._writing = ThreadPoolExecutor(1, "write")
        self._batcher: Batcher[tuple[Query, int], Ranked | RecsysRagError] = Batcher(
            self._rank_batch, self._ranking
        )
        self.memory = Memory(database, lambda: self.engine, self._writing)
        self._keeping = Batcher(self.lists.keep, self._writing)
        self._engine: Engine | None = None

    @property
    def engine(self) -> Engine:
        """What answers now. Take it once for each request, in a thread: the first after an item was
        changed makes it anew, which takes a moment."""
        self._engine = self.versions.current(self._engine)
        return self._engine

    async def current(self) -> Engine:
        """Return what answers now, beside the event loop."""
        return await self.in_thread(lambda: self.engine)

    def renew(self) -> None:
        """Take the version that answers now, where it is another one; see to it that who asked to
        be forgotten is."""
        _ = self.engine
        self._refits = [process for process in self._refits if process.poll() is None]
        with self.database.reading() as connection:
            has_waiting = any_forgotten(connection)
        if self.configuration and not self._refits:
            with suppress(Refused):  # another process does it
                if has_waiting:
                    self.refit("always")
                elif self._is_due(self.configuration.refit_hours):
                    self.refit()

    def warm(self) -> None:
        """Answer some questions that nobody asked, so that nobody waits for what is read or made
        when it is first used: lists for people of short and long histories, and one from words."""
        engine = self.engine
        users = engine.recommender.dataset.users
        some = range(0, len(users), max(1, len(users) // _WARM_USERS))
        queries = [Query(user_id=users.id(user), k=_WARM_ITEMS) for user in some[:_WARM_USERS]]
        for query in (*queries, Query(words="a comedy", k=1)):
            with suppress(RecsysRagError):  # nothing is left for them, or no genre is a comedy
                asked = engine.asked(query)
                flow = replace(asked.flow, language_model=lambda: None)
                for _ in flow.stream(asked.query):
                    pass

    def _is_due(self, hours: float) -> bool:
        """Say whether a refit is due: something was said since the newest version, which is so old;
        0 = never by itself. Looks once a minute."""
        if not hours or now() - self._looked_at < _LOOK_SECONDS:
            return False
        self._looked_at = now()
        newest = self.versions.all()[0]
        with self.database.reading() as connection:
            last = connection.execute(sa.select(sa.func.max(tables.feedback.c.number))).scalar()
        is_old = now() - newest.created_at >= hours * 3600
        return is_old and (last or 0) > int(newest.card.get("feedback", 0))

    # --- items ------------------------------------------------------------------------------------

    def change_items(
        self, changes: Sequence[tuple[str, Callable[[Row | None], Row]]]
    ) -> list[bool | RecsysRagError]:
        """Put or change items, by id; every answer from now on knows it, of any process.

        A change is given what the item is, None for a new one, and returns what it is to be.
        Returns for each whether it changed anything, or why it was refused. Raises DataError where
        the model that answers cannot go on with another catalog.
        """
        recommender = self.engine.recommender
        fitting.parts_that_widen(recommender.fitted)
        catalog = recommender.dataset.catalog

        def checked(item_id: str, change: Callable[[Row | None], Row]) -> Change:
            def changed(written: Row | None) -> Row | None:
                place = catalog.items.get(item_id)
                before = written or (None if place is None else catalog.row(place))
                row = change(before)
                catalog.check(row)
                return None if row == before else row

            return changed

        return self.versions.items.change(
            [(item_id, checked(item_id, change)) for item_id, change in changes]
        )

    # --- versions ---------------------------------------------------------------------------------

    def refit(self, activate: str = "if_not_worse") -> int:
        """Begin to fit a new version from data and feedback, in a process of its own; return its
        number. Raises Refused (409)."""
        if self.configuration is None:
            raise Refused(
                409, "this service has no folder to fit in; start it by `recsys-rag serve`"
            )
        version, process = refitting.start(self.versions, self.configuration, activate)
        self._refits.append(process)
        return version

    def activate(self, version: int) -> None:
        """Have a version answer from now on. Raises Refused."""
        self.versions.activate(version, "by hand")

    def close(self) -> None:
        """End what is in work: texts by the template, the language model, the database."""
        self.texts.stop()
        self.models.close()
        self._threads.shutdown(cancel_futures=True)
        self._ranking.shutdown(cancel_futures=True)
        self._writing.shutdown()
        for process in self._refits:  # what it fits is taken up, or made anew, by who comes next
            process.terminate()
            process.wait()
        self.database.close()

    async def in_thread(
        self,
        work: Callable[Arguments, Outcome],
        *arguments: Arguments.args,
        **keywords: Arguments.kwargs,
    ) -> Outcome:
        """Run a method that takes its time beside the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: work(*arguments, **keywords))

    # --- lists with text --------------------------------------------------------------------------

    async def recommend(self, ask: Ask, *, is_whole: bool = False) -> AsyncIterator[Part]:
        """Answer a question as parts: each item `drafted` with the template's text, as soon as that
        is there, `ranked`, each `written` item, `finished`, which is kept; the last alone where the
        answer `is_whole`.

        Raises as `Recommender.stream`, and Refused.
        """
        if ask.explain not in EXPLAIN:
            raise QueryError(f"explain {ask.explain!r} is none of {', '.join(EXPLAIN)}")
        engine = await self.current()
        id, created_at = keeping.new_id(), now()
        asked: list[Asked] = []
        items = views.ItemViews(engine.recommender.dataset)

        def begin(drafted: Callable[[RecommendedItem], None]) -> Stream:
            asked.append(self._asked(engine, ask))

            def tell(item: RecommendedItem) -> None:
                items.of(item)  # in this thread, not in that of the events
                drafted(item)

            flow, query = replace(asked[0].flow, drafted=tell), asked[0].query
            if ask.explain == "text":
                self.models.prepare()
            elif ask.explain == "facts":
                flow = replace(flow, language_model=lambda: None)
            return flow.stream(query, explain=ask.explain != "none", conversation=ask.conversation)

        def shown(event: RankedEvent | Finished) -> RecommendationView:
            return views.recommendation_view(
                event.recommendation,
                items,
                engine.recommender.flow.ranker.understander,
                id=id,
                created_at=created_at,
                as_of=engine.as_of(asked[0].person),
                previous_id=ask.previous_id,
            )

        def finished(event: Finished) -> tuple[RecommendationView, Kept]:
            view = shown(event)
            return view, _kept(engine, view, asked[0], ask)

        async for event in self.texts.events(begin):
            if is_whole and not isinstance(event, Finished):
                continue
            if isinstance(event, Written | Drafted):
                name = "written" if isinstance(event, Written) else "drafted"
                yield Part(name, items.of(event.item))
            elif isinstance(event, RankedEvent):
                yield Part("ranked", await self.in_thread(shown, event))
            else:
                view, kept = await self.in_thread(finished, event)
                await self._keeping.ask(kept)
                yield Part("finished", view, kept.body)

    async def recommend_whole(self, ask: Ask) -> Part:
        """Answer a question whole: the part `finished`."""
        async for part in self.recommend(ask, is_whole=True):
            return part
        raise AssertionError("an answer ends with finished")

    def _asked(self, engine: Engine, ask: Ask) -> Asked:
        query, shown = ask.query, list[str]()
        if ask.previous_id is not None and not query.previous:
            query = replace(query, previous=self.lists.of(ask.previous_id).item_ids)
        if ask.rotation_hours and query.user_id is not None:
            since = now() - int(ask.rotation_hours * 3600)
            shown = self.lists.shown_since(query.user_id, since)
            person = engine.people.of(query.user_id)
            shown += [item for item, when in person.shown.items() if when >= since]
        return engine.asked(query, shown=shown, has_said=ask.conversation is not None)

    def following(self, id: str, k: int | None = None) -> Ask:
        """Return the question for the next k of a kept list. What came since is counted in."""
        kept = self.lists.of(id)
        query = replace(
            kept.query,
            k=k or kept.query.k,
            exclude=tuple(dict.fromkeys((*kept.query.exclude, *kept.item_ids))),
            previous=(),
        )
        said = self._said(kept, self.engine) if kept.turn else None
        return Ask(query, kept.explain, previous_id=id, conversation=said, turn=kept.turn)

    def _said(self, kept: Kept, engine: Engine) -> Conversation:
        """Return what had been said when a list was answered. Raises Refused (404)."""
        if kept.turn is None:
            return Conversation()
        id, number = kept.turn
        held = self.conversations.of(id)
        return self.conversations.value(held, engine.recommender, engine.by, number)

    def fact(self, id: str, item_id: str, number: int) -> FactReadingView:
        """Read one fact of a kept list again. Raises Refused."""
        kept, now = self.lists.of(id), self.engine
        as_of = kept.view.as_of
        then: Engine | None = now
        if (as_of.model, as_of.items) != now.by:
            try:
                then = self.versions.engine(as_of.model, as_of.items)
            except (RecsysRagError, OSError):
                then = None
        return read_again(kept, item_id, number, then, now, self._said)

    def verify(self, query: Query, about: str, text: str) -> VerificationView:
        """Judge a text about an item. Raises as `recommend`."""
        return verified(self.engine, query, about, text)

    # --- rankings ---------------------------------------------------------------------------------

    async def rank(self, queries: Sequence[Query]) -> list[Ranked | RecsysRagError]:
        """Rank for many, without text, together with whoever asks at the same time."""
        return list(
            await asyncio.gather(*(self._batcher.ask((query, query.k)) for query in queries))
        )

    def _rank_batch(self, asked: Sequence[tuple[Query, int]]) -> Sequence[Ranked | RecsysRagError]:
        engine = self.engine
        answers: dict[int, Ranked | RecsysRagError] = {}
        for k in dict.fromkeys(k for _, k in asked):
            places = [place for place, (_, width) in enumerate(asked) if width == k]
            ranked = engine.rank([asked[place][0] for place in places], k)
            answers.update(zip(places, ranked, strict=True))
        return [answers[place] for place in range(len(asked))]


def _kept(engine: Engine, view: RecommendationView, asked: Asked, ask: Ask) -> Kept:
    return Kept(
        view.id,
        asked.query.user_id,
        view.created_at,
        views.encode(view),
        asked.query,
        ask.explain,
        keeping.snapshot(asked.person.history, engine.recommender.dataset.items),
        tuple(item.item_id for item in view.items),
        ask.turn,
    )
