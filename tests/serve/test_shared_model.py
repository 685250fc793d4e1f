"""One process has the language model for all workers: what it lends is the model, in fair turns,
and nobody who dies or hangs keeps it."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from recsys_rag._models import LanguageModels
from recsys_rag._serve.shared_model import Desk, SharedModels, lent
from recsys_rag._turns import Cancellation
from recsys_rag.errors import Cancelled, GenerationError, MissingExtraError
from recsys_rag.protocols import LanguageModel
from recsys_rag.settings import from_mapping
from recsys_rag.testing.language_model_conformance import PROMPT, check_language_model
from recsys_rag.testing.language_models import ScriptedLanguageModel
from waiting import PATIENCE, join, wait_until

SETTINGS = from_mapping({"generate": {"model": "mine", "writer": "clauses"}})
Lend = Callable[..., tuple[LanguageModels, SharedModels]]


@pytest.fixture
def lend() -> Iterator[Lend]:
    """Has a model lent; returns the models where it is, and those of a borrower."""
    desks = []

    def start(
        model: LanguageModel | Exception, turn_seconds: float = PATIENCE
    ) -> tuple[LanguageModels, SharedModels]:
        def load(name: str, adapter: str) -> LanguageModel:
            if isinstance(model, Exception):
                raise model
            return model

        models = LanguageModels(SETTINGS, load)
        desks.append(Desk(models, turn_seconds))
        return models, SharedModels(SETTINGS, desks[-1].address)

    yield start
    for desk in desks:
        desk.close()


def turns_of(models: LanguageModels) -> list[object]:
    """Who waits for a turn there."""
    return [ticket for shared in models._shared.values() for ticket in shared.turns._waiting]


@pytest.mark.parametrize("honors_grammar", [True, False])
def test_a_model_that_is_lent_passes_the_conformance_suite(
    lend: Lend, honors_grammar: bool
) -> None:
    class Slow(ScriptedLanguageModel):  # drawn under a grammar, scripted without one
        def generate(self, prompt, **options):  # type: ignore[no-untyped-def]
            texts = [] if options.get("grammar") else ["Amélie 映画 🎬\n is  tense."]
            model = ScriptedLanguageModel(texts, honors_grammar=honors_grammar, delay_seconds=0.001)
            yield from model.until(self._cancellation).generate(prompt, **options)

    _, shared = lend(Slow(honors_grammar=honors_grammar, model_id="one"))
    model = shared.writing()
    assert (model.model_id, model.honors_grammar) == ("one", honors_grammar)
    check_language_model(model, seeds=range(12))


def test_the_same_text_comes_as_from_the_model_itself(lend: Lend) -> None:
    own = ScriptedLanguageModel(["Amélie 映画 🎬\n is  tense."])
    _, shared = lend(own)
    asked = {"max_tokens": 3, "seed": 7, "temperature": 0.0}
    assert list(shared.writing().generate(PROMPT, **asked)) == list(own.generate(PROMPT, **asked))  # type: ignore[arg-type]
    assert own.prompts == [PROMPT, PROMPT]


@pytest.mark.parametrize("error", [GenerationError("it is broken"), MissingExtraError("pip it")])
def test_what_goes_wrong_there_is_raised_here_and_the_turn_before_it_is_not_lost(
    lend: Lend, error: Exception
) -> None:
    _, shared = lend(error)
    with pytest.raises(type(error), match=str(error)):
        shared.writing()
    with shared.turn(ScriptedLanguageModel()):  # the text tells of it, not the wait
        pass


def test_a_fault_of_an_installed_model_fails_its_text_alone(lend: Lend) -> None:
    def texts(prompt: object) -> str:
        raise ZeroDivisionError("division by zero")

    _, shared = lend(ScriptedLanguageModel(texts))
    with pytest.raises(GenerationError, match="ZeroDivisionError: division by zero"):
        list(shared.writing().generate(PROMPT))


def test_turns_go_round_in_the_order_of_asking_whoever_asks(lend: Lend) -> None:
    models, first = lend(ScriptedLanguageModel(["It is tense."]))
    second = SharedModels(SETTINGS, first._address)
    served = list[int]()

    def ask(shared: SharedModels, number: int) -> None:
        with shared.turn(shared.writing()):
            served.append(number)

    threads = []
    with first.turn(first.writing()):
        for number, shared in enumerate([first, first, second, first, second, second]):
            threads.append(threading.Thread(target=ask, args=(shared, number)))
            threads[-1].start()
            wait_until(lambda n=number: len(turns_of(models)) > n)  # type: ignore[misc]
        assert served == []
    join(threads)
    assert served == list(range(6))


def test_who_is_cancelled_while_waiting_gets_no_turn_and_holds_nobody_up(lend: Lend) -> None:
    models, shared = lend(ScriptedLanguageModel(["It is tense."]))
    model, cancellation, raised = shared.writing(), Cancellation(), list[Exception]()

    def ask() -> None:
        try:
            with shared.turn(model, cancellation):
                pass
        except Cancelled as error:
            raised.append(error)

    thread = threading.Thread(target=ask)
    with shared.turn(model):
        thread.start()
        wait_until(lambda: bool(turns_of(models)))
        cancellation.cancel()
        join([thread])  # at once, not when its turn would have come
        wait_until(lambda: not turns_of(models))
    assert len(raised) == 1
    with shared.turn(model):
        pass


@pytest.mark.parametrize("how", ["cancelled", "abandoned"])
def test_a_text_that_nobody_waits_for_any_more_stops_there(lend: Lend, how: str) -> None:
    stopped = threading.Event()

    class SlowAfterTheFirst(ScriptedLanguageModel):
        def _wait(self, seconds: float) -> None:
            try:
                super()._wait(self._delay_seconds)
            except Cancelled:
                stopped.set()
                raise
            self._delay_seconds = PATIENCE

    _, shared = lend(SlowAfterTheFirst(["one two three"]))
    cancellation = Cancellation()
    text = shared.writing().until(cancellation).generate(PROMPT)  # type: ignore[attr-defined]
    assert next(text) == "one "
    if how == "abandoned":
        text.close()
    else:
        cancellation.cancel()
        with pytest.raises(Cancelled):
            next(text)
    assert stopped.wait(PATIENCE / 2)


HOLDER = """
import sys, time
from recsys_rag._serve.shared_model import SharedModels
from recsys_rag.settings import from_mapping
shared = SharedModels(from_mapping({}), sys.argv[1])
with shared.turn(shared.writing()):
    print("has it", flush=True)
    time.sleep(1000)
"""


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGSTOP])
def test_a_worker_that_is_killed_or_hangs_gives_its_turn_to_the_next(
    lend: Lend, kind: signal.Signals
) -> None:
    hangs = kind == signal.SIGSTOP
    _, shared = lend(ScriptedLanguageModel(), **({"turn_seconds": 0.2} if hangs else {}))
    command = [sys.executable, "-c", HOLDER, shared._address]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "has it\n"
        holder.send_signal(kind)
        with shared.turn(shared.writing()):
            pass
        holder.kill()


def test_where_the_process_is_gone_a_text_says_so(lend: Lend, tmp_path: Path) -> None:
    shared = SharedModels(SETTINGS, str(tmp_path / "nobody"))
    with pytest.raises(GenerationError, match="of the language model does not answer"):
        shared.writing()
    shared.prepare()
    with shared.turn(ScriptedLanguageModel()):
        pass


def test_nobody_else_may_open_the_socket() -> None:
    settings = from_mapping({"generate": {"model": "smollm2", "writer": "clauses"}})
    with lent(settings) as address:
        assert Path(address).parent.stat().st_mode & 0o077 == 0
    assert not Path(address).parent.exists()


@pytest.mark.parametrize(
    "generate",
    [{"model": "template"}, {"model": "smollm2", "writer": "template"}, {"model": "openai:a@b"}],
)
def test_what_takes_no_memory_here_is_not_lent(generate: dict[str, str]) -> None:
    with lent(from_mapping({"generate": generate})) as address:
        assert address == ""
