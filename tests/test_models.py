"""However many ask: each language model is made once, serves one text a turn, is closed for all."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from recsys_rag._models import LanguageModels
from recsys_rag.errors import AssetError, GenerationError, SettingsError
from recsys_rag.protocols import LanguageModel
from recsys_rag.settings import from_mapping
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import Prompt
from waiting import PATIENCE, join, wait_until

PROMPT = Prompt("Write.", "Film: Heat")


class Loads:
    """Makes a scripted model for each name and adapter, slowly, and keeps what was asked of it."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[tuple[str, str]] = []
        self.error = error
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def __call__(self, name: str, adapter: str) -> LanguageModel | None:
        self.asked.append((name, adapter))
        assert self.may_go_on.wait(PATIENCE)
        if self.error:
            raise self.error
        return (
            None if name == "template" else Counted(["It is tense."], model_id=f"{name}+{adapter}")
        )


class Counted(ScriptedLanguageModel):
    """Counts how often it was loaded and got ready."""

    n_loaded = 0
    n_prepared = 0

    def load(self) -> None:
        self.n_loaded += 1

    def prepare(self, prompt: Prompt) -> None:
        self.n_prepared += 1


def models_with(load: Callable[..., LanguageModel | None], **generate: object) -> LanguageModels:
    return LanguageModels(from_mapping({"generate": {"model": "mine", **generate}}), load)


def test_a_model_that_many_threads_ask_for_at_once_is_made_once() -> None:
    load, got = Loads(), list[LanguageModel | None]()
    load.may_go_on.clear()
    models = models_with(load)
    threads = [threading.Thread(target=lambda: got.append(models.writing())) for _ in range(8)]
    for thread in threads:
        thread.start()
    wait_until(lambda: bool(load.asked))
    load.may_go_on.set()
    join(threads)
    assert len(load.asked) == 1
    assert got == [models.writing()] * 8
    assert isinstance(got[0], Counted)


def test_a_slow_model_keeps_nobody_from_another_one() -> None:
    load = Loads()
    models = models_with(load)
    quick = models.named("quick", "none")
    load.may_go_on.clear()
    thread = threading.Thread(target=models.writing)
    thread.start()
    wait_until(lambda: len(load.asked) == 2)
    assert models.named("quick", "none") is quick
    load.may_go_on.set()
    join([thread])


def test_a_model_is_told_from_another_by_name_and_adapter() -> None:
    load = Loads()
    models = models_with(load)
    tuned, clauses, free = (models.writing(writer) for writer in ("tuned", "clauses", "free"))
    assert load.asked == [("mine", "auto"), ("mine", "none")]
    assert clauses is models.writing() is models.writing("auto")
    assert clauses is free is not tuned
    assert models.named("mine", "none") is clauses
    assert models.named("other", "films") is models.named("other", "films")
    assert load.asked[2:] == [("other", "films")]


def test_an_adapter_that_was_named_serves_every_writer() -> None:
    load = Loads()
    models = models_with(load, adapter="films")
    assert models.writing("clauses") is models.writing("tuned")
    assert load.asked == [("mine", "films")]


def test_the_template_needs_no_model() -> None:
    load = Loads()
    models = models_with(load, writer="template")
    models.prepare()
    assert (models.writing(), models.writing("template")) == (None, None)
    assert load.asked == []
    no_model = models_with(load, model="template")
    assert no_model.writing() is None
    assert load.asked == [("template", "none")]


def test_a_model_is_loaded_each_time_since_it_may_have_been_closed_meanwhile() -> None:
    models = models_with(Loads())
    model = models.writing()
    models.close()
    assert models.writing() is model
    assert isinstance(model, Counted)
    assert (model.n_loaded, model.closed) == (2, True)


def test_what_goes_wrong_is_raised_to_each_who_asks_and_tried_again() -> None:
    load = Loads(AssetError("it is not here"))
    models = models_with(load)
    for _ in range(2):
        with pytest.raises(AssetError, match="it is not here"):
            models.writing()
    load.error = None
    assert models.writing()
    assert len(load.asked) == 3


def test_preparing_happens_once_until_the_model_is_closed() -> None:
    load = Loads()
    models = models_with(load)
    models.prepare()
    models.prepare()
    model = models.writing()
    assert isinstance(model, Counted)
    assert (len(load.asked), model.n_prepared, model.n_loaded) == (1, 1, 1)
    models.close()
    models.prepare()
    assert (len(load.asked), model.n_prepared) == (1, 2)


def test_preparing_waits_for_nobody_who_is_loading() -> None:
    load = Loads()
    load.may_go_on.clear()
    models = models_with(load)
    thread = threading.Thread(target=models.writing)
    thread.start()
    wait_until(lambda: bool(load.asked))
    models.prepare()  # returns, though the model is not there yet
    assert len(load.asked) == 1
    load.may_go_on.set()
    join([thread])


@pytest.mark.parametrize("error", [AssetError("gone"), GenerationError("broken")])
def test_preparing_tells_of_nothing_that_the_texts_will_tell(error: Exception) -> None:
    load = Loads(error)
    models = models_with(load)
    models.prepare()
    with pytest.raises(type(error), match=str(error)):
        models.writing()
    assert len(load.asked) == 2


def test_preparing_tells_of_settings_that_are_wrong() -> None:
    with pytest.raises(SettingsError, match="no such"):
        models_with(Loads(SettingsError("no such"))).prepare()


def test_texts_of_one_model_are_written_in_turns_and_those_of_two_beside_each_other() -> None:
    models = models_with(Loads())
    one, other = models.named("one", "none"), models.named("other", "none")
    assert one
    assert other
    waits, written = threading.Event(), list[str]()

    def ask(model: LanguageModel) -> None:
        waits.set()
        with models.turn(model):
            written.append(model.model_id)

    with models.turn(one):
        thread = threading.Thread(target=ask, args=(one,))
        thread.start()
        assert waits.wait(PATIENCE)
        with models.turn(other):
            assert written == []
    join([thread])
    assert written == ["one+none"]


def test_a_model_that_writes_several_texts_at_once_has_as_many_turns() -> None:
    class Server(ScriptedLanguageModel):
        texts_at_once = 3

    models = models_with(lambda name, adapter: Server())
    model = models.writing()
    assert model
    fourth = threading.Event()

    def ask() -> None:
        with models.turn(model):
            fourth.set()

    with models.turn(model), models.turn(model):
        with models.turn(model):
            thread = threading.Thread(target=ask)
            thread.start()
            wait_until(lambda: bool(models._shared["mine", "none"].turns._waiting))
            assert not fourth.is_set()
        join([thread])
    assert fourth.is_set()


def test_a_model_of_somebody_elses_needs_no_turn() -> None:
    model = ScriptedLanguageModel()
    models = models_with(Loads())
    with models.turn(model), models.turn(model):
        pass


def test_closing_waits_for_the_text_that_is_being_written() -> None:
    models = models_with(Loads())
    model = models.writing()
    assert isinstance(model, Counted)
    with models.turn(model):
        thread = threading.Thread(target=models.close)
        thread.start()
        assert thread.is_alive()
        assert not model.closed
    join([thread])
    assert model.closed


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_is_not_held_up_by_what_other_threads_held() -> None:
    models = models_with(Loads())
    model = models.writing()
    assert model
    holds, done = threading.Event(), threading.Event()

    def hold() -> None:
        with models.turn(model), models._shared["mine", "none"].lock, models._lock:
            holds.set()
            done.wait(PATIENCE)

    thread = threading.Thread(target=hold)
    thread.start()
    assert holds.wait(PATIENCE)
    child = os.fork()
    if child == 0:  # no assertion may leave this branch
        is_well = models.writing() is model
        with models.turn(model):
            os._exit(0 if is_well else 1)
    done.set()
    join([thread])

    def ended() -> bool:
        nonlocal status
        process_id, status = os.waitpid(child, os.WNOHANG)
        return process_id == child

    status = -1
    wait_until(ended)
    assert os.waitstatus_to_exitcode(status) == 0


def test_a_model_that_is_not_here_is_not_brought_before_it_is_to_write(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RECSYS_RAG_HOME", str(tmp_path))
    load = Loads()
    models = models_with(load, model="smollm2")
    models.prepare()
    assert load.asked == []
    assert models.writing()
    assert load.asked == [("smollm2", "none")]


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (ValueError("boom"), GenerationError, "mine cannot be loaded: ValueError: boom"),
        (AssetError("no weights"), AssetError, "^no weights$"),
    ],
)
def test_whatever_a_models_loading_raises_leaves_the_template_to_answer(
    error: Exception, kind: type[Exception], message: str
) -> None:
    class Breaks(Counted):
        def load(self) -> None:
            raise error

    models = models_with(lambda name, adapter: Breaks(["It is tense."], model_id=name))

    with pytest.raises(kind, match=message):
        models.writing()
