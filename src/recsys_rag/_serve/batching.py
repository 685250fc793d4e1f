"""Rankings of concurrent requests in one batch: while one batch is ranked, the next one gathers.
Nobody waits for a batch to fill."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Batcher(Generic[Question, Answer]):
    """Has `work` answer all that were asked meanwhile, at most `most` at once, in one thread."""

    def __init__(
        self,
        work: Callable[[Sequence[Question]], Sequence[Answer]],
        threads: Executor,
        most: int = 256,
    ) -> None:
        self._work, self._threads, self._most = work, threads, most
        self._waiting: list[tuple[Question, asyncio.Future[Answer]]] = []
        self._is_working = False
        self.n_batches = self.n_questions = 0

    async def ask(self, question: Question) -> Answer:
        """Return the answer to one question; raises what `work` raises for its batch."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if not self._is_working:
            self._is_working = True
            self._next()
        return await answer

    def _next(self) -> None:
        batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        batch = [(question, answer) for question, answer in batch if not answer.done()]
        if not batch:
            self._is_working = False
            return
        self.n_batches, self.n_questions = self.n_batches + 1, self.n_questions + len(batch)
        work = asyncio.get_running_loop().run_in_executor(
            self._threads, self._work, [question for question, _ in batch]
        )
        work.add_done_callback(lambda done: self._answered(batch, done))

    def _answered(
        self,
        batch: Sequence[tuple[Question, "asyncio.Future[Answer]"]],
        done: "asyncio.Future[Sequence[Answer]]",
    ) -> None:
        error = None if done.cancelled() else done.exception()
        answers = None if error or done.cancelled() else done.result()
        for place, (_, answer) in enumerate(batch):
            if answer.done():  # who asked is gone
                continue
            if answers is None:
                answer.set_exception(error or asyncio.CancelledError())
            else:
                answer.set_result(answers[place])
        self._next()
