"""How a list comes by its texts: the template's at once, the model's in their place, and what
happens when it fails."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from recsys_rag import Recommender, assets, build
from recsys_rag.flow import Flow
from recsys_rag.generate.backends.llama_cpp import LlamaCpp
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import Finished, Prompt, Query, Ranked, Recommendation, Written

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
    begun = time.monotonic()
    late = answer(flow_with(ScriptedLanguageModel(delay_seconds=10.0), timeout_seconds=0.05), query)
    assert time.monotonic() - begun < 5.0
    assert [item.written_by for item in late.items] == ["template"] * 3
    # then the model is left alone
    assert sum("no text after 0.05 s" in note for note in late.notes) == 2


def test_a_list_has_a_deadline_and_what_was_written_before_it_stays(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    # for a piece, of which a text has three or more
    slow = ScriptedLanguageModel(delay_seconds=0.08)
    late = answer(flow_with(slow, list_seconds=0.6), replace(query, k=8))
    by = [item.written_by for item in late.items]
    n_written = by.count("clauses")
    assert 0 < n_written < 7
    assert by == ["clauses"] * n_written + ["template"] * (8 - n_written)
    assert any("0.6 s for the texts of this list were over after" in note for note in late.notes)
    assert late.seconds["write"] < 2.0


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
    if found := re.match(r"\[1\] (\d+) of the (\d+) people most like you who rated it", fact):
        return f"{found[1]} of the {found[2]} people most like you who rated it gave it 4 or 5 [1]."
    if found := re.match(r"\[1\] predicted rating ([\d.]+) of 5", fact):
        return f"Your predicted rating is {found[1]} of 5 [1]."
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
    told = answer(flow_with(model), replace(query, k=8))
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


def test_a_model_that_fails_twice_in_a_row_is_not_asked_again_for_this_list(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    model = ScriptedLanguageModel(error="the engine fell over")
    told = answer(flow_with(model), replace(query, k=6))
    assert len(model.prompts) == 2
    assert (
        "the language model failed 2 times in a row; the built-in template wrote the remaining texts"
        in told.notes
    )


def test_the_first_texts_come_in_milliseconds(flow_with: Callable[..., Flow], query: Query) -> None:
    flow = flow_with(ScriptedLanguageModel())
    at_once(flow, query)  # compiles the verifier's patterns
    assert min(at_once(flow, replace(query, k=5)).seconds["template"] for _ in range(5)) < 0.05


@pytest.mark.model
@pytest.mark.skipif(os.name != "posix", reason="signals are sent as POSIX has them")
def test_a_crash_of_llama_cpp_costs_one_text_and_the_next_one_is_the_models_again(
    flow_with: Callable[..., Flow], query: Query
) -> None:
    if assets.available("smollm2") is None:
        pytest.skip("the embedded model is not here; get it: recsys-rag lm fetch smollm2")

    class CrashesOnce(LlamaCpp):
        crashed = False

        def generate(self, prompt: Prompt, **options: Any) -> Iterator[str]:
            for piece in super().generate(prompt, **options):
                yield piece
                if not self.crashed:
                    self.crashed = True
                    os.kill(self._engine.process_id or 0, signal.SIGSEGV)

    model = CrashesOnce(assets.file_of("smollm2"), model_id="smollm2")
    told = answer(flow_with(model), query)
    model.close()
    assert [item.written_by for item in told.items] == ["template", "clauses", "clauses"]
    assert told.notes == (
        f"{told.items[0].candidate.name}: smollm2: the process of llama.cpp was ended by SIGSEGV; the next text starts it again",
    )
