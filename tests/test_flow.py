"""How a list comes by its texts: the template's at once, the model's in their place, and what
happens when it fails."""

import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from grounding import KINDS
from recsys_rag import Recommender
from recsys_rag import _assets as assets
from recsys_rag import _build as build
from recsys_rag._flow import Flow, Stream
from recsys_rag._turns import Cancellation, Deadline, Turns
from recsys_rag.errors import AssetError, GenerationError, MissingExtraError, UnknownUserError
from recsys_rag.generate._backends.llama_cpp import LlamaCpp
from recsys_rag.generate._backends.llama_engine import Chunk
from recsys_rag.generate._template import TemplateWriter
from recsys_rag.protocols import LanguageModel
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import (
    Candidate,
    Context,
    Event,
    Evidence,
    Finished,
    Prompt,
    Query,
    Ranked,
    Recommendation,
    RecommendedItem,
    ResolvedQuery,
    Style,
    Written,
)
from waiting import join, wait_until

SETTINGS = from_mapping({"retrieve": {"encoder": "none"}, "generate": {"model": "template"}})


@pytest.fixture(scope="module")
def fitted() -> Recommender:
    return Recommender(SETTINGS).fit(made_up_movies())


@pytest.fixture
def flow_with(fitted: Recommender) -> Callable[..., Flow]:
    def made(model: ScriptedLanguageModel, **changes: float) -> Flow:
        flow = build.flow(fitted.fitted, lambda: model)
        return replace(flow, **changes)  # type: ignore[arg-type]

    return made


@pytest.fixture
def query(fitted: Recommender) -> Query:
    return Query(str(fitted.dataset.users.ids[0]), k=3)


def at_once(flow: Flow, query: Query) -> Recommendation:
    first = next(iter(flow.stream(query)))
    assert isinstance(first, Ranked)
    return first.recommendation


def answer(flow: Flow, query: Query) -> Recommendation:
    *_, last = flow.stream(query)
    assert isinstance(last, Finished)
    return last.recommendation


def test_the_templates_verified_texts_stand_there_before_the_model_is_asked(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    model = ScriptedLanguageModel()
    ranked = at_once(flow_with(model), query)
    assert model.prompts == []
    assert [item.written_by for item in ranked.items] == ["template"] * 3
    assert all(item.explanation for item in ranked.items)
    assert (ranked.n_checked > 0, ranked.n_dropped) == (True, 0)
    without_model = answer(flow_with(ScriptedLanguageModel(error="no")), query)
    assert [one.explanation for one in ranked.items] == [
        one.explanation for one in without_model.items
    ]


def test_each_item_is_heard_of_with_its_text_before_the_list_is_there(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    heard: list[RecommendedItem] = []
    flow = replace(flow_with(ScriptedLanguageModel()), drafted=heard.append)
    assert at_once(flow, query).items == tuple(heard)
    assert [item.rank for item in heard] == [1, 2, 3]


def test_citations_of_the_first_texts_lead_to_the_evidence_that_stands_with_them(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    for item in at_once(flow_with(ScriptedLanguageModel()), query).items:
        cited = {int(number) for number in re.findall(r"\[(\d+)\]", item.explanation)}
        assert cited == set(range(1, len(item.evidence) + 1))


def test_each_text_of_the_model_takes_the_place_of_the_templates(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    events = list(flow_with(ScriptedLanguageModel()).stream(query))
    assert [type(one) for one in events] == [Ranked, Written, Written, Written, Finished]
    assert [one.item.written_by for one in events if isinstance(one, Written)] == ["clauses"] * 3


def test_a_question_says_how_its_texts_are_to_sound_and_else_the_settings_do(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    flow = flow_with(ScriptedLanguageModel())
    short = answer(flow, replace(query, length="short"))
    assert [len(item.evidence) for item in short.items] == [2, 2, 2]
    assert short.n_dropped == 0
    by_settings = answer(replace(flow, style=Style(length="short")), query)
    assert [item.explanation for item in by_settings.items] == [
        item.explanation for item in short.items
    ]
    more = replace(query, length="normal", k=8)
    usual = answer(replace(flow, style=Style(length="short")), more)
    assert max(len(item.evidence) for item in usual.items) == 3


def test_a_text_that_breaks_off_after_a_true_sentence_leaves_the_templates_whole(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    model = ScriptedLanguageModel(error="the engine fell over", error_after=3)
    broken = answer(flow_with(model), query)
    assert [item.explanation for item in broken.items] == [
        item.explanation for item in at_once(flow_with(model), query).items
    ]
    assert all(
        any(f"{item.candidate.name}: the engine fell" in note for note in broken.notes)
        for item in broken.items[:2]
    )


def test_a_text_has_a_deadline_after_which_the_templates_stays_and_a_note_says_so(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    late = answer(
        flow_with(ScriptedLanguageModel(delay_seconds=1000.0), timeout_seconds=0.05), query
    )
    assert [item.written_by for item in late.items] == ["template"] * 3
    # then the model is left alone
    assert sum("no text after 0.05 s" in note for note in late.notes) == 2


def test_closing_the_stream_ends_the_writing(flow_with: Callable[..., Flow], query: Query) -> None:
    model = ScriptedLanguageModel()
    events = flow_with(model).stream(query)
    assert isinstance(next(events), Ranked)
    assert isinstance(next(events), Written)
    events.close()  # type: ignore[attr-defined]
    assert len(model.prompts) == 1


class Corrected:
    """Lies first; told what was wrong, writes what the facts say."""

    def __init__(self, second: Callable[[Prompt], str]) -> None:
        self.second = second

    def __call__(self, prompt: Prompt) -> str:
        if "Wrong: " in prompt.facts:
            return self.second(prompt)
        return "It won nine Oscars [1]. And it is the best film ever made."


def true_text(prompt: Prompt) -> str:
    """What the first fact of a prompt states, in words that the verifier reads."""
    fact = next(line for line in prompt.facts.splitlines() if line.startswith("[1] "))
    if found := re.match(r"\[1\] .+ \(\d{4}\): (.+)", fact):
        *others, last = found[1].split(", ")
        return f"It is listed under {' and '.join(filter(None, (', '.join(others), last)))} [1]."
    if found := re.match(r"\[1\] directed by (.+?)(?:, with|$)", fact):
        return f"It was directed by {found[1]} [1]."
    if found := re.match(r'\[1\] the catalog says: ("[^"]+")', fact):
        return f"Its summary reads {found[1]} [1]."
    return "It is what it is [1]."


def test_a_refused_text_is_written_again_once_and_the_prompt_says_what_was_wrong(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    model = ScriptedLanguageModel(Corrected(true_text), honors_grammar=False)
    told = answer(flow_with(model), replace(query, k=8))
    assert len(model.prompts) == 16
    first, second = model.prompts[:2]
    assert second.facts.startswith(first.facts)
    assert "Wrong: It won nine Oscars (1). Because: " in second.facts
    assert all(item.repaired for item in told.items)
    assert all(any("Oscars" in one.claim.text for one in item.rejected) for item in told.items)
    free = [item for item in told.items if item.written_by == "free"]
    assert free
    assert all("Oscars" not in item.explanation for item in told.items)
    assert told.n_dropped >= 8


def test_of_a_repaired_text_too_only_supported_sentences_are_shown(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    model = ScriptedLanguageModel(
        Corrected(lambda prompt: f"{true_text(prompt)} It won ten Oscars [1]."),
        honors_grammar=False,
    )
    told = answer(flow_with(model, evidence_per_item=1), replace(query, k=8))
    free = [item for item in told.items if item.written_by == "free"]
    assert free
    assert all("Oscars" not in item.explanation for item in told.items)
    assert all(
        {"nine", "ten"} <= set(" ".join(one.claim.text for one in item.rejected).split())
        for item in free
    )


def test_where_the_repair_fails_too_the_template_stays(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    model = ScriptedLanguageModel(
        Corrected(lambda prompt: "It won ten Oscars [1]."), honors_grammar=False
    )
    told = answer(flow_with(model), query)
    assert [item.written_by for item in told.items] == ["template"] * 3
    assert all(item.repaired and item.rejected for item in told.items)
    assert any(
        "nothing that the model wrote is supported by the data" in note for note in told.notes
    )


def test_a_text_without_a_fault_is_not_written_again(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    model = ScriptedLanguageModel(true_text, honors_grammar=False)
    told = answer(flow_with(model), replace(query, k=8))
    faultless = [item for item in told.items if not item.rejected]
    assert faultless
    assert [item.repaired for item in told.items] == [bool(item.rejected) for item in told.items]
    assert len(model.prompts) == 8 + sum(item.repaired for item in told.items)


@dataclass
class Writes:
    """A writer that says what is true of the first fact; what `events` says happens before a text.

    "fails" and "lies" speak for themselves, a number is how many seconds the clock goes on.
    """

    events: Sequence[object] = ()
    clock: "Clock | None" = None
    name: str = "writes"
    timeouts: list[float] = field(default_factory=list)
    seeds: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def write(
        self, context: Context, *, rank: int, seed: int, timeout_seconds: float = 60.0
    ) -> Iterator[str]:
        event = self.events[len(self.timeouts)] if len(self.timeouts) < len(self.events) else "well"
        self.timeouts.append(timeout_seconds)
        self.seeds.append(seed)
        self.words.append(context.words)
        if isinstance(event, float):
            assert self.clock
            self.clock.now += event
        if event == "fails":
            raise GenerationError("the engine fell over")
        if event == "lies":
            yield "It won nine Oscars [1]."
            return
        first = replace(context, evidence=context.evidence[:1])
        yield from TemplateWriter(KINDS).write(first, rank=rank, seed=seed)


@dataclass
class Clock:
    """A clock that goes on when it is told to."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "perf_counter", clock)
    return clock


def written_by(flow: Flow, query: Query, writer: Writes) -> Recommendation:
    return answer(replace(flow, writer=lambda model: writer), query)


@pytest.mark.parametrize(
    ("events", "n_asked", "n_by_model"),
    [
        (["fails", "fails"], 2, 0),
        (["fails", "well", "fails", "well", "fails"], 6, 3),
        (["fails", "lies", "fails", "lies"], 6, 2),  # what is untrue is no failure of the engine
        (["well", "fails", "fails"], 3, 1),
        (["well", "well", "well", "well", "fails", "fails"], 6, 4),
    ],
)
def test_a_model_is_left_alone_after_two_failures_in_a_row_however_many_there_were_in_all(
    flow_with: Callable[..., Flow],
    query: Query,
    events: list[object],
    n_asked: int,
    n_by_model: int,
) -> None:
    writer = Writes(events)
    answered = written_by(flow_with(ScriptedLanguageModel()), replace(query, k=6), writer)
    assert len(writer.timeouts) == n_asked
    assert [item.written_by for item in answered.items].count("writes") == n_by_model
    assert all(item.explanation for item in answered.items)
    note = (
        "the language model failed 2 times in a row; the built-in template wrote the remaining "
        "texts"
    )
    assert (note in answered.notes) == (n_asked < 6)
    assert sum("the engine fell over" in note for note in answered.notes) == events.count("fails")


def test_each_text_has_its_time_or_what_the_list_has_left_if_that_is_less(
    flow_with: Callable[..., Flow], query: Query, clock: Clock
) -> None:
    flow = flow_with(ScriptedLanguageModel(), timeout_seconds=30.0, list_seconds=70.0)
    writer = Writes([25.0, 25.0, 15.0, 5.0], clock)
    answered = written_by(flow, replace(query, k=6), writer)
    assert writer.timeouts == [30.0, 30.0, 20.0, 5.0]
    assert [item.written_by for item in answered.items] == ["writes"] * 4 + ["template"] * 2
    assert answered.notes == (
        "the time limit of 70 s for this list ran out after 4 texts; the built-in template wrote "
        "the others",
    )
    assert answered.seconds["write"] == 70.0


def test_a_list_that_is_over_with_its_last_text_says_nothing_of_it(
    flow_with: Callable[..., Flow], query: Query, clock: Clock
) -> None:
    flow = flow_with(ScriptedLanguageModel(), list_seconds=30.0)
    answered = written_by(flow, query, Writes([10.0, 10.0, 10.0], clock))
    assert [item.written_by for item in answered.items] == ["writes"] * 3
    assert answered.notes == ()


def test_waiting_for_a_turn_costs_neither_a_text_nor_the_list_its_time_and_is_told(
    flow_with: Callable[..., Flow], query: Query, clock: Clock
) -> None:
    model, turns = ScriptedLanguageModel(), list[str]()

    @contextmanager
    def turn(asked: LanguageModel, cancellation: Cancellation) -> Iterator[None]:
        assert asked is model
        clock.now += 1000.0
        turns.append("begins")
        yield
        turns.append("ends")

    flow = replace(flow_with(model), turn=turn, timeout_seconds=30.0, list_seconds=60.0)
    writer = Writes([7.0, 7.0, 7.0], clock)
    seen = []
    for event in replace(flow, writer=lambda model: writer).stream(query):
        seen.append(event)
        assert turns.count("begins") == turns.count("ends")  # none is held while others could go on
    assert turns == ["begins", "ends"] * 3
    assert writer.timeouts == [30.0] * 3
    assert isinstance(seen[-1], Finished)
    answered = seen[-1].recommendation
    assert [item.written_by for item in answered.items] == ["writes"] * 3
    assert answered.notes == ()
    assert (answered.seconds["wait"], answered.seconds["write"]) == (3000.0, 21.0)


def test_a_list_of_the_template_waits_for_no_turn(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    def turn(model: LanguageModel, cancellation: Cancellation) -> AbstractContextManager[None]:
        raise AssertionError("nobody is to wait")

    flow = replace(flow_with(ScriptedLanguageModel()), turn=turn, language_model=lambda: None)
    answered = answer(flow, query)
    assert [item.written_by for item in answered.items] == ["template"] * 3
    assert (answered.notes, answered.model_id) == ((), "template")
    assert (answered.seconds["wait"], answered.seconds["write"]) == (0.0, 0.0)


@pytest.mark.parametrize("kind", [AssetError, MissingExtraError, GenerationError])
def test_where_the_model_is_not_at_hand_the_template_writes_and_a_note_says_why(
    flow_with: Callable[..., Flow], query: Query, kind: type[Exception]
) -> None:
    def unavailable() -> LanguageModel:
        raise kind("no weights here")

    flow = replace(flow_with(ScriptedLanguageModel()), language_model=unavailable)
    events = list(flow.stream(query))
    assert [type(event) for event in events] == [Ranked, Written, Written, Written, Finished]
    assert isinstance(events[-1], Finished)
    answered = events[-1].recommendation
    assert answered.notes == (
        "The language model is unavailable: no weights here; the built-in template wrote the "
        "texts.",
    )
    assert answered.model_id == "template"
    assert [item.written_by for item in answered.items] == ["template"] * 3


def test_the_answer_says_which_model_wrote_and_how_long_each_part_took(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    flow = flow_with(ScriptedLanguageModel(model_id="mine"))
    assert at_once(flow, query).model_id == "template"
    answered = answer(flow, query)
    assert answered.model_id == "mine"
    assert [*answered.seconds] == ["retrieve", "evidence", "template", "load", "wait", "write"]
    assert all(seconds >= 0 for seconds in answered.seconds.values())


def test_no_part_of_the_time_is_counted_twice(
    flow_with: Callable[..., Flow], query: Query, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tick() -> float:
        clock.now += 1.0
        return clock.now

    monkeypatch.setattr(time, "perf_counter", tick)
    begun = tick()
    seconds = answer(flow_with(ScriptedLanguageModel()), query).seconds
    assert all(part > 0 for part in seconds.values())
    assert sum(seconds.values()) <= tick() - begun


def test_each_item_has_its_rank_and_a_seed_of_its_own_that_follows_the_settings(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    writer = Writes()
    flow = flow_with(ScriptedLanguageModel(), seed=100)
    assert [item.rank for item in written_by(flow, query, writer).items] == [1, 2, 3]
    assert writer.seeds == [101, 102, 103]


def test_a_writer_is_told_the_words_or_where_there_are_none_the_taste(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    flow, writer = flow_with(ScriptedLanguageModel()), Writes()
    written_by(flow, replace(query, k=1, words="a drama", profile="comedies"), writer)
    written_by(flow, replace(query, k=1, profile="comedies"), writer)
    assert writer.words == ["a drama", "comedies"]


def test_a_note_is_told_once_though_texts_are_told_of_twice(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    silent = Writes(["lies"] * 3)
    flow = replace(flow_with(ScriptedLanguageModel()), template=lambda: silent)
    answered = answer(replace(flow, language_model=lambda: None), query)
    assert answered.notes == tuple(
        f"{item.candidate.name}: the data supports nothing that could be said about it"
        for item in answered.items
    )


def test_checked_and_dropped_claims_are_those_of_all_texts(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    flow = flow_with(ScriptedLanguageModel())
    n_plain = at_once(flow, query).n_checked
    lies = written_by(flow, query, Writes(["lies"] * 3))
    assert (lies.n_checked, lies.n_dropped) == (n_plain + 3, 3)
    well = written_by(flow, query, Writes())
    assert (well.n_checked, well.n_dropped) == (3, 0)


def test_without_texts_there_is_neither_evidence_nor_a_model(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    model = ScriptedLanguageModel()
    first, last = flow_with(model).stream(query, explain=False)
    assert isinstance(first, Ranked)
    assert isinstance(last, Finished)
    assert last.recommendation == first.recommendation
    assert all(item.evidence == () and not item.explanation for item in first.recommendation.items)
    assert model.prompts == []
    seconds = first.recommendation.seconds
    assert ([*seconds], seconds["evidence"]) == (["retrieve", "evidence"], 0.0)


@dataclass
class Objects:
    """A reader of rows that does not bear out the facts of one kind."""

    kind: str

    def objections(
        self, resolved: ResolvedQuery, listed: Sequence[Candidate] = ()
    ) -> Callable[[Candidate, Evidence], str]:
        assert len(listed) == resolved.query.k
        return lambda candidate, fact: "the rows say 7" if fact.kind == self.kind else ""


def test_a_fact_that_the_rows_do_not_bear_out_gives_way_to_another_one_and_a_note_says_so(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    flow = replace(flow_with(ScriptedLanguageModel()), language_model=lambda: None)
    before = answer(flow, query)
    kind = before.items[0].evidence[0].kind
    n_of_kind = sum(fact.kind == kind for item in before.items for fact in item.evidence)
    after = answer(replace(flow, rows=Objects(kind)), query)
    assert all(fact.kind != kind for item in after.items for fact in item.evidence)
    pairs = list(zip(before.items, after.items, strict=True))
    assert all(new.evidence for _, new in pairs)
    assert any(fact not in old.evidence for old, new in pairs for fact in new.evidence)
    assert len(after.notes) >= n_of_kind
    assert (
        f"{before.items[0].candidate.name}: a fact was left out ({kind}): the rows say 7"
        in after.notes
    )


def test_fewer_items_than_were_asked_for_and_words_that_were_not_understood_are_told(
    flow_with: Callable[..., Flow], fitted: Recommender, query: Query
) -> None:
    flow = flow_with(ScriptedLanguageModel())
    few = answer(flow, replace(query, k=fitted.dataset.n_items))
    assert any(
        note.startswith(f"{len(few.items)} instead of {fitted.dataset.n_items}: ")
        for note in few.notes
    )
    assert answer(flow, query).notes == ()
    unread = answer(flow, replace(query, words="like Fargo", profile="with Tom Hanks"))
    assert unread.notes[:2] == ("no film called Fargo here", "not understood: Tom Hanks")


def taken(stream: Stream) -> tuple[threading.Thread, list[Event]]:
    """Take all events in another thread."""
    events: list[Event] = []
    thread = threading.Thread(target=lambda: events.extend(stream))
    thread.start()
    return thread, events


def test_a_stream_that_is_closed_by_another_thread_stops_within_the_text(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    model, turns = ScriptedLanguageModel(delay_seconds=1000.0), Turns()
    flow = flow_with(model, timeout_seconds=2000.0, list_seconds=2000.0)
    flow = replace(flow, turn=lambda model, cancellation: turns.turn(cancellation))
    stream = flow.stream(query)
    thread, events = taken(stream)
    wait_until(lambda: bool(model.prompts))
    stream.close()
    join([thread])
    assert [type(event) for event in events] == [Ranked]
    assert list(stream) == []
    with turns.turn():  # it was freed
        pass
    quick = replace(flow, language_model=ScriptedLanguageModel)
    assert [item.written_by for item in answer(quick, query).items] == ["clauses"] * 3


def test_a_stream_that_waits_for_its_turn_is_closed_too(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    model, turns = ScriptedLanguageModel(), Turns()
    flow = replace(flow_with(model), turn=lambda model, cancellation: turns.turn(cancellation))
    with turns.turn():
        stream = flow.stream(query)
        thread, events = taken(stream)
        wait_until(lambda: bool(turns._waiting))
        stream.close()
        join([thread])
    assert [type(event) for event in events] == [Ranked]
    assert model.prompts == []


def test_a_closed_stream_has_no_more_events_and_can_be_closed_again(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    unused, begun = (flow_with(ScriptedLanguageModel()).stream(query) for _ in range(2))
    assert isinstance(next(begun), Ranked)
    for stream in (unused, begun):
        stream.close()
        stream.close()
        assert list(stream) == []


def test_an_error_of_the_question_is_raised_by_the_stream(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    stream = flow_with(ScriptedLanguageModel()).stream(replace(query, user_id="nobody"))
    with pytest.raises(UnknownUserError, match="nobody"):
        next(stream)
    stream.close()


@pytest.mark.model
@pytest.mark.skipif(os.name != "posix", reason="signals are sent as POSIX has them")
def test_a_crash_of_llama_cpp_costs_one_text_and_the_next_one_is_the_models_again(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    if assets.available("smollm2") is None:
        pytest.skip("the embedded model is not here; get it: recsys-rag lm fetch smollm2")

    class CrashesOnce(LlamaCpp):
        crashed = False

        def _stream(self, request: dict[str, Any], deadline: Deadline) -> Iterator[Chunk]:
            is_first = not CrashesOnce.crashed
            if is_first:  # long enough to be killed in the midst of it
                request = {"prompt": "Once upon a time", "n_predict": 2000}
            for chunk in super()._stream(request, deadline):
                if is_first and not CrashesOnce.crashed:
                    CrashesOnce.crashed = True
                    os.kill(self._engine.process_id or 0, signal.SIGSEGV)
                yield chunk

    model = CrashesOnce(assets.file_of("smollm2"), model_id="smollm2")
    told = answer(flow_with(model), query)
    model.close()
    assert [item.written_by for item in told.items] == ["template", "clauses", "clauses"]
    assert told.notes == (
        f"{told.items[0].candidate.name}: smollm2: the process of llama.cpp was killed by SIGSEGV; "
        "the next text starts it again",
    )
