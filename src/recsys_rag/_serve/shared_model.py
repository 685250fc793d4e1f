"""One process has the language model for all workers of a service, and writes their texts in the
order in which they ask. Knows no list and no worker.

A question is a connection to a socket in a folder that this user alone may open: a line of JSON
goes in, lines of JSON come out. Whoever closes it, or dies, ends what was asked: a turn, the wait
for one, or the text that is being written.
"""

import shutil
import socket
import tempfile
import threading
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeAlias

import msgspec

from recsys_rag import errors
from recsys_rag._models import LanguageModels
from recsys_rag._turns import Cancellation
from recsys_rag.errors import Cancelled, GenerationError, RecsysRagError
from recsys_rag.protocols import Cancellable, LanguageModel
from recsys_rag.settings import Settings
from recsys_rag.types import Grammar, Prompt

_GRACE_SECONDS = 10.0  # a text tells of its deadline itself; after these its turn is over too
_WAITING = 4096  # connections that are not taken yet; the system may keep fewer


# --- what is said on a connection -----------------------------------------------------------------


class _Load(msgspec.Struct, frozen=True, tag="load"):
    """Answered by the model, once it is loaded."""


class _Prepare(msgspec.Struct, frozen=True, tag="prepare"):
    pass


class _Turn(msgspec.Struct, frozen=True, tag="turn"):
    """Answered by the model when it is there; it lasts as long as the connection."""


class _Write(msgspec.Struct, frozen=True, tag="write"):
    """Answered piece by piece."""

    prompt: Prompt
    grammar: Grammar | None
    max_tokens: int
    temperature: float
    seed: int
    timeout_seconds: float


class _Model(msgspec.Struct, frozen=True, tag="model"):
    model_id: str
    honors_grammar: bool


class _Piece(msgspec.Struct, frozen=True, tag="piece"):
    text: str


class _Failed(msgspec.Struct, frozen=True, tag="failed"):
    kind: str  # the name of one of our errors
    message: str


class _End(msgspec.Struct, frozen=True, tag="end"):
    """There is no more; a connection that ends without it has failed."""


_Question: TypeAlias = _Load | _Prepare | _Turn | _Write
_Answer: TypeAlias = _Model | _Piece | _Failed | _End
_QUESTIONS = msgspec.json.Decoder(_Question)
_ANSWERS = msgspec.json.Decoder(_Answer)


# --- the process that has the model ---------------------------------------------------------------


class Desk:
    """Lends the language model of these `models` to whoever asks at `address`, until it is closed.

    A turn that its holder does not give back ends by itself, so that a worker that hangs does not
    hold up the others.
    """

    def __init__(self, models: LanguageModels, turn_seconds: float) -> None:
        self._models, self._turn_seconds = models, turn_seconds
        self._folder = Path(tempfile.mkdtemp(prefix="recsys-rag-model-"))
        self.address = str(self._folder / "socket")
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(self.address)
        self._socket.listen(_WAITING)
        threading.Thread(target=self._take, daemon=True).start()

    def close(self) -> None:
        """Take no more questions, and free the model when the texts in work are written."""
        shutil.rmtree(self._folder, ignore_errors=True)
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes `_take`
        self._socket.close()
        self._models.close()

    def _take(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        cancellation = Cancellation()
        with connection, connection.makefile("rb") as incoming, suppress(OSError, Cancelled):
            if not (line := incoming.readline()):  # who asked is gone
                return
            question = _QUESTIONS.decode(line)
            watcher = threading.Thread(target=_watch, args=(connection, cancellation), daemon=True)
            watcher.start()
            try:
                with closing(self._answers(question, cancellation)) as answers:
                    for answer in answers:
                        _send(connection, answer)
            finally:
                _hang_up(connection)
                watcher.join()

    def _answers(self, question: _Question, cancellation: Cancellation) -> Generator[_Answer]:
        try:
            match question:
                case _Load():
                    yield _described(self._model())
                case _Prepare():
                    self._models.prepare()
                case _Turn():
                    model, over = self._model(), threading.Event()
                    with self._models.turn(model, cancellation), cancellation.calling(over.set):
                        yield _described(model)
                        over.wait(self._turn_seconds)
                case _Write():
                    model = self._model()
                    asked = model.until(cancellation) if isinstance(model, Cancellable) else model
                    for piece in asked.generate(
                        question.prompt,
                        grammar=question.grammar,
                        max_tokens=question.max_tokens,
                        temperature=question.temperature,
                        seed=question.seed,
                        timeout_seconds=question.timeout_seconds,
                    ):
                        yield _Piece(piece)
            yield _End()
        except Cancelled:
            raise
        except RecsysRagError as error:
            yield _Failed(type(error).__name__, str(error))
        except Exception as error:  # of an installed model: the template's text stays
            yield _Failed(GenerationError.__name__, f"{type(error).__name__}: {error}")

    def _model(self) -> LanguageModel:
        model = self._models.writing()
        assert model is not None, "the template needs no desk"
        return model


def _described(model: LanguageModel) -> _Model:
    return _Model(model.model_id, model.honors_grammar)


def _watch(connection: socket.socket, cancellation: Cancellation) -> None:
    with suppress(OSError):
        connection.recv(1)  # nothing more is said: it returns when the other end is closed
    cancellation.cancel()


def _send(connection: socket.socket, message: _Question | _Answer) -> None:
    connection.sendall(msgspec.json.encode(message) + b"\n")


# --- the processes that borrow it -----------------------------------------------------------------


class SharedModels(LanguageModels):
    """The language model that the desk at `address` lends. Raises what its own process raises."""

    def __init__(self, settings: Settings, address: str) -> None:
        super().__init__(settings)
        self._address = address

    def writing(self, writer: str | None = None) -> LanguageModel:
        """Return the model of the settings, loaded; there is no other one."""
        (answer,) = _asked(self._address, _Load())
        assert isinstance(answer, _Model)
        return _SharedModel(self._address, answer.model_id, answer.honors_grammar)

    @contextmanager
    def turn(
        self, model: LanguageModel, cancellation: Cancellation | None = None
    ) -> Iterator[None]:
        """Wait for the turn among all processes to have one text written, and hold it."""
        answers = _asked(self._address, _Turn(), cancellation)
        try:
            next(answers)
        except Cancelled:
            raise
        except RecsysRagError:
            pass  # the text tells of it
        try:
            yield
        finally:
            answers.close()

    def prepare(self) -> None:
        """Have the model get ready there, beside other work."""
        with suppress(GenerationError):  # the text tells of it
            list(_asked(self._address, _Prepare()))

    def close(self) -> None:
        """Do nothing: the model is the desk's."""


class _SharedModel:
    """The model of the desk, for one asker."""

    def __init__(
        self,
        address: str,
        model_id: str,
        honors_grammar: bool,
        cancellation: Cancellation | None = None,
    ) -> None:
        self._address, self._cancellation = address, cancellation or Cancellation()
        self.model_id, self.honors_grammar = model_id, honors_grammar

    def until(self, cancellation: Cancellation) -> "_SharedModel":
        return _SharedModel(self._address, self.model_id, self.honors_grammar, cancellation)

    def generate(
        self,
        prompt: Prompt,
        *,
        grammar: Grammar | None = None,
        max_tokens: int = 160,
        temperature: float = 0.7,
        seed: int = 0,
        timeout_seconds: float = 60.0,
    ) -> Iterator[str]:
        question = _Write(prompt, grammar, max_tokens, temperature, seed, timeout_seconds)
        for answer in _asked(self._address, question, self._cancellation):
            assert isinstance(answer, _Piece)
            yield answer.text

    def close(self) -> None:
        pass


def _asked(
    address: str, question: _Question, cancellation: Cancellation | None = None
) -> Generator[_Model | _Piece]:
    """Yield the answers; closing it takes the question back. Raises what the desk tells, Cancelled,
    and GenerationError where there is no answer."""
    cancellation = cancellation or Cancellation()
    cancellation.check()
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(address)
            with (
                cancellation.calling(lambda: _hang_up(connection)),
                connection.makefile("rb") as incoming,
            ):
                _send(connection, question)
                for line in incoming:
                    match _ANSWERS.decode(line):
                        case _End():
                            return
                        case _Failed(kind, message):
                            raise getattr(errors, kind)(message)
                        case answer:
                            yield answer
            raise ConnectionResetError("it ended in the middle")
        except OSError as error:
            cancellation.check()
            raise GenerationError(
                f"the process of the language model does not answer ({error}); see the log"
            ) from error


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def lent(settings: Settings) -> Iterator[str]:
    """Have this process lend the language model of these settings while the block runs; yields the
    address, "" where there is nothing to share: no model, one on a server, or no such sockets
    here (Windows)."""
    generate = settings.generate
    names = {generate.writer, generate.model.partition(":")[0]}
    if names & {"template", "openai"} or not hasattr(socket, "AF_UNIX"):
        yield ""
        return
    desk = Desk(LanguageModels(settings), generate.timeout_seconds + _GRACE_SECONDS)
    try:
        yield desk.address
    finally:
        desk.close()
