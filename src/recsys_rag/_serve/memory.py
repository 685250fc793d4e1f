"""What people say and what is known of them: written down, read, exported, forgotten. Knows no
HTTP.

Methods that are not async take as long as the database does: call them from threads.
"""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from recsys_rag._serve import kept as keeping
from recsys_rag._serve import tables
from recsys_rag._serve.batching import Batcher
from recsys_rag._serve.database import Database, now
from recsys_rag._serve.engine import Engine
from recsys_rag._serve.idempotency import Answer, Answers, Repeatable
from recsys_rag._serve.people import Feedback, checked, export_rows, forget, record
from recsys_rag._serve.problems import Refused
from recsys_rag.errors import RecsysRagError


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one piece of feedback: its number, or why it was refused."""

    number: int | None
    item_id: str = ""
    error: RecsysRagError | None = None


class Memory:
    """What is remembered of people, as the version sees it that answers now."""

    def __init__(self, database: Database, engine: Callable[[], Engine], writing: Executor) -> None:
        self.database, self._engine = database, engine
        self._answers = Answers(database)
        # what is written at the same time is one transaction, and one wait for the disk
        self._saying = Batcher(self._say_batch, writing)

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
                if before := self._answers.of(connection, request):
                    return before, True
                answer = told(self._written(connection, outcomes))
                self._answers.keep(connection, request, answer)
                return answer, False
        except IntegrityError:  # the same request is being answered by another process
            raise Refused(
                409, "a request with this Idempotency-Key is in work; ask again in a moment"
            ) from None

    def _checked(self, feedback: Sequence[Feedback]) -> list[Feedback | RecsysRagError]:
        dataset = self._engine().recommender.dataset
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
        is_fitted = user_id in self._engine().recommender.dataset.users
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
        engine = self._engine()
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
