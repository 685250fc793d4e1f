"""Language models and writers of installed packages, waited for no longer than they were given.

What is ours gives up by itself when its time is over, a stranger's part may not: it writes in a
thread of its own, so that a text that is late costs the text and not the list.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

from recsys_rag._turns import Cancellation, Deadline
from recsys_rag.errors import GenerationError

_WRITING = ("generate", "write", "repair")
# what else the protocols of models and writers, the optional ones too, have
_TAKEN_OVER = (
    *("model_id", "honors_grammar", "close", "texts_at_once", "load", "prepare"),
    *("name", "left_out"),
)
_END = object()
_GRACE_SECONDS = 1.0  # for a text that nobody reads any more, to end


class InTime:
    """A language model or writer with all that it can do; a text of it that is not whole after
    `timeout_seconds` raises GenerationError.

    Nothing can end a part that writes on. Until it ends by itself, each further text fails.
    """

    def __init__(self, part: Any, left: list[threading.Thread] | None = None) -> None:
        self._left: list[threading.Thread] = [] if left is None else left
        for member in _TAKEN_OVER:
            if hasattr(part, member):
                setattr(self, member, getattr(part, member))
        for member in _WRITING:
            if hasattr(part, member):
                setattr(self, member, self._in_time(getattr(part, member)))
        if hasattr(part, "until"):

            def until(cancellation: Cancellation) -> InTime:
                return InTime(part.until(cancellation), self._left)

            self.until = until

    def _in_time(self, write: Callable[..., Iterator[str]]) -> Callable[..., Iterator[str]]:
        def written(*args: Any, timeout_seconds: float = 60.0, **options: Any) -> Iterator[str]:
            deadline, told = Deadline(timeout_seconds), queue.SimpleQueue[Any]()
            self._check_free()
            is_left = threading.Event()

            def write_on() -> None:
                try:
                    for piece in write(*args, timeout_seconds=timeout_seconds, **options):
                        told.put(piece)
                        if is_left.is_set():
                            return
                except Exception as error:  # raised again where the text is read
                    told.put(error)
                else:
                    told.put(_END)

            thread = threading.Thread(target=write_on, daemon=True)
            thread.start()
            try:
                while (piece := told.get(timeout=deadline.seconds_left)) is not _END:
                    if isinstance(piece, Exception):
                        raise piece
                    yield piece
            except queue.Empty:
                raise GenerationError(f"no complete text within {timeout_seconds:.3g} s") from None
            finally:
                is_left.set()
                self._left.append(thread)

        return written

    def _check_free(self) -> None:
        """Raise GenerationError where a text that was given up is still being written."""
        for thread in self._left:
            thread.join(_GRACE_SECONDS)
        self._left[:] = [thread for thread in self._left if thread.is_alive()]
        if self._left:
            raise GenerationError("it is still busy with a text that was given up")
