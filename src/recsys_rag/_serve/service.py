"""What the service can do, for its API and its pages alike: one method a use. Knows no HTTP.

Methods that are not async take as long as ranking or the database do: call them by `in_thread`.
"""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

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
from recsys_rag._serve.idempotency import Answer, Answers, Repeatable
from recsys_rag._serve.kept import Kept, Lists
from recsys_rag._serve.keys import Allowances, Keys
from recsys_rag._serve.people import (
    Feedback,
    any_forgotten,
    checked,
    export_rows,
    forget,
    make_secret,
    record,
)
from recsys_rag._serve.problems import Refused
from recsys_rag._serve.rereading import read_again
from recsys_rag._serve.texts import Drafted, Texts
from recsys_rag._serve.verifying import verified
from recsys_rag._serve.versions import Versions
from recsys_rag._serve.views import (
    FactReadingView,
    ItemView,
    RecommendationView,
    TurnView,
    VerificationView,
)
from recsys_rag.conversation import Conversation
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


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one piece of feedback: its number, or why it was refused."""

    number: int | None
    item_id: str = ""
    error: RecsysRagError | None = None


class Service:
    """One process of the service."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
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
        self.models = LanguageModels(settings)
        self.versions = Versions(database, settings, self.models)
        self.lists, self.keys = Lists(database), Keys(database)
        self.conversations = Conversations(database)
        self.allowances, self.answers = Allowances(n_workers), Answers(database)
        self.texts = Texts(texts_at_once, text_seconds)
        self._threads = ThreadPoolExecutor(8, "work")
        self._ranking = ThreadPoolExecutor(1, "rank")
        self._writing = ThreadPoolExecutor(1, "write")
        self._batcher: Batcher[tuple[Query, int], Ranked | RecsysRagError] = Batcher(
            self._rank_batch, self._ranking
        )
        # what is written at the same time is one transaction, and one wait for the disk
        self._saying = Batcher(self._say_batch, self._writing)
        self._keeping = Batcher(self.lists.keep, self._writing)
        self._engine: Engine | None = None

    @property
    def engine(self) -> Engine:
        """What answers now. Take it once for each request."""
        if self._engine is None:
            self._engine = self.versions.current()
        return self._engine

    def renew(self) -> None:
        """Take the version that answers now, where it is another one; see to it that who asked to
        be forgotten is."""
        self._engine = self.versions.current(self._engine)
        self._refits = [process for process in self._refits if process.poll() is None]
        with self.database.reading() as connection:
            has_waiting = any_forgotten(connection)
        if self.configuration and not self._refits:
            with suppress(Refused):  # another process does it
                if has_waiting:
                    self.refit("always")
                elif self._is_due(self.configuration.refit_hours):
                    self.refit()

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

    # --- versions ---------------------------------------------------------------------------------

    def refit(self, activate: str = "if_not_worse") -> int:
        """Begin to fit a new version from data and feedback, in a process of its own; return its
        number. Raises Refused (409)."""
        if self.configuration is None:
            raise Refused(
                409, "this service has no folder to fit in; start it by `recsys-rag serve`"
            )
        version, process = refitting.start(
            self.versions, self.database, self.configuration, activate
        )
        self._refits.append(process)
        return version

    def activate(self, version: int) -> None:
        """Have a version answer from now on. Raises Refused."""
        self.versions.activate(version, "by hand")
        self._engine = self.versions.current(self._engine)

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

    async def recommend(self, ask: Ask) -> AsyncIterator[Part]:
        """Answer a question as parts: each item `drafted` with the template's text, as soon as that
        is there, `ranked`, each `written` item, `finished`, which is kept.

        Raises as `Recommender.stream`, and Refused.
        """
        if ask.explain not in EXPLAIN:
            raise QueryError(f"explain {ask.explain!r} is none of {', '.join(EXPLAIN)}")
        engine, id, created_at = self.engine, keeping.new_id(), now()
        asked: list[Asked] = []

        def begin(drafted: Callable[[RecommendedItem], None]) -> Stream:
            asked.append(self._asked(engine, ask))
            flow, query = replace(asked[0].flow, drafted=drafted), asked[0].query
            if ask.explain == "text":
                self.models.prepare()
            elif ask.explain == "facts":
                flow = replace(flow, language_model=lambda: None)
            return flow.stream(query, explain=ask.explain != "none", conversation=ask.conversation)

        def shown(event: RankedEvent | Finished) -> RecommendationView:
            return views.recommendation_view(
                event.recommendation,
                engine.recommender.dataset,
                engine.recommender.flow.ranker.understander,
                id=id,
                created_at=created_at,
                as_of=engine.as_of(asked[0].person),
                previous_id=ask.previous_id,
            )

        async for event in self.texts.events(begin):
            if isinstance(event, Written | Drafted):
                item = views.item_view(event.item, engine.recommender.dataset)
                yield Part("written" if isinstance(event, Written) else "drafted", item)
            elif isinstance(event, RankedEvent):
                yield Part("ranked", await self.in_thread(shown, event))
            else:
                view = await self.in_thread(shown, event)
                kept = _kept(engine, view, asked[0], ask)
                await self._keeping.ask(kept)
                yield Part("finished", view, kept.body)

    async def recommend_whole(self, ask: Ask) -> Part:
        """Answer a question whole: the part `finished`."""
        async for part in self.recommend(ask):
            if part.name == "finished":
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
        return self.conversations.value(held, engine.recommender, engine.version, number)

    def fact(self, id: str, item_id: str, number: int) -> FactReadingView:
        """Read one fact of a kept list again. Raises Refused."""
        kept, now = self.lists.of(id), self.engine
        model = kept.view.as_of.model
        then: Engine | None = now
        if model != now.version:
            try:
                then = self.versions.engine(model)
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

    # --- people -----------------------------------------------------------------------------------

    def say(self, feedback: Sequence[Feedback]) -> list[Recorded]:
        """Write down what people say, all that can be in one transaction; the next answer knows it.

        Once this returns, it is on disk.
        """
        return self._say_batch([feedback])[0]

    async def say_soon(self, feedback: Sequence[Feedback]) -> list[Recorded]:
        """Do what `say` does, together with whoever says something at the same time."""
        return await self._saying.ask(feedback)

    def _say_batch(self, said: Sequence[Sequence[Feedback]]) -> list[list[Recorded]]:
        outcomes = [self._checked(feedback) for feedback in said]
        if not any(isinstance(one, Feedback) for each in outcomes for one in each):
            return [[Recorded(None, error=one) for one in each] for each in outcomes]  # type: ignore[arg-type]
        with self.database.writing() as connection:
            written = iter(self._written(connection, [one for each in outcomes for one in each]))
        return [[next(written) for _ in each] for each in outcomes]

    def say_once(
        self,
        feedback: Sequence[Feedback],
        request: Repeatable,
        told: Callable[[Sequence[Recorded]], Answer],
    ) -> tuple[Answer, bool]:
        """Do what `say` does, once for this request; return what is `told` of it, and whether it
        was told before. Raises Refused."""
        outcomes = self._checked(feedback)
        try:
            with self.database.writing() as connection:
                if before := self.answers.of(connection, request):
                    return before, True
                answer = told(self._written(connection, outcomes))
                self.answers.keep(connection, request, answer)
                return answer, False
        except IntegrityError:  # the same request is being answered by another process
            raise Refused(
                409, "a request with this Idempotency-Key is in work; ask again in a moment"
            ) from None

    def _checked(self, feedback: Sequence[Feedback]) -> list[Feedback | RecsysRagError]:
        dataset = self.engine.recommender.dataset
        outcomes: list[Feedback | RecsysRagError] = []
        for said in feedback:
            try:
                outcomes.append(checked(said, dataset))
            except RecsysRagError as error:
                outcomes.append(error)
        return outcomes

    def _written(
        self, connection: Connection, outcomes: Sequence[Feedback | RecsysRagError]
    ) -> list[Recorded]:
        taken = [said for said in outcomes if isinstance(said, Feedback)]
        numbers = iter(record(connection, self.database, taken))
        return [
            Recorded(next(numbers), said.item_id)
            if isinstance(said, Feedback)
            else Recorded(None, error=said)
            for said in outcomes
        ]

    def forget(self, user_id: str) -> dict[str, Any]:
        """Delete all that is known of a person; return the receipt, which does not name them.

        What was fitted with them is fitted anew without them, and erased; until then nobody is
        answered by it as if they were known.
        """
        id = keeping.new_id()
        is_fitted = user_id in self.engine.recommender.dataset.users
        with self.database.writing() as connection:
            removed = forget(connection, user_id, receipt_id=id, is_fitted=is_fitted)
            receipt: dict[str, Any] = {
                "id": id,
                "at": now(),
                "state": "pending" if is_fitted else "complete",
                "removed": removed,
                "models": "fitted anew without this person, then the old ones are erased"
                if is_fitted
                else "this person was in none",
                "not_here": "what the models were first fitted from, where it is kept elsewhere, "
                "and backups; with PostgreSQL, its own log of writes",
            }
            connection.execute(
                sa.insert(tables.receipts).values(id=id, at=receipt["at"], body=json.dumps(receipt))
            )
        self.database.shrink()
        return receipt

    def receipt(self, id: str) -> dict[str, Any]:
        """Return a receipt as it stands now. Raises Refused (404)."""
        with self.database.reading() as connection:
            body = connection.execute(
                sa.select(tables.receipts.c.body).where(tables.receipts.c.id == id)
            ).scalar()
        if body is None:
            raise Refused(404, f"no receipt {id!r}")
        return dict(json.loads(body))

    def export(self, user_id: str) -> dict[str, Any]:
        """Return all that is held of a person, as plain objects."""
        with self.database.reading() as connection:
            rows = export_rows(connection, user_id)
        return (
            self.history(user_id)
            | {"said": rows["feedback"]}
            | {"recommendations": rows["recommendations"], "turns": rows["turns"]}
        )

    def history(self, user_id: str) -> dict[str, Any]:
        """Return what is known of a person, latest first, as plain objects."""
        engine = self.engine
        person = engine.people.of(user_id)
        catalog = engine.recommender.dataset.catalog

        def named(item_id: str) -> dict[str, Any]:
            place = catalog.items.get(item_id)
            return {
                "item_id": item_id,
                "title": "" if place is None else catalog.titles[place],
                "year": None if place is None else catalog.year(place),
            }

        rows = keeping.snapshot(person.history, catalog.items)
        return {
            "user_id": user_id,
            "known": person.is_known,
            "feedback": person.last_number,
            "history": [
                named(item_id) | {"rating": rating, "at": when}
                for item_id, rating, when in reversed(rows)
            ],
            "liked": [named(item_id) for item_id in person.liked],
            "not_for_me": [named(item_id) for item_id in person.not_for_me],
            "dismissed": [named(item_id) for item_id in person.dismissed],
        }


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
