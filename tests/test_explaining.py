"""One item's text: what is shown of what a writer says, which of two, what is told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pytest

from grounding import KINDS
from recsys_rag import Recommender
from recsys_rag._explaining import Explained, Explainer
from recsys_rag._turns import Deadline
from recsys_rag.errors import Cancelled, GenerationError
from recsys_rag.generate._template import TemplateWriter
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.types import Claim, Context, Query, RecommendedItem, Verdict

SETTINGS = from_mapping({"retrieve": {"encoder": "none"}, "generate": {"model": "template"}})
LIE, OTHER_LIE = "It won nine Oscars [1].", "It won ten Oscars [2]."


@dataclass
class Says:
    """A writer that says given sentences, then fails where there is an error."""

    sentences: Sequence[str]
    error: Exception | None = None
    name: str = "says"
    calls: list[tuple[int, int, float]] = field(default_factory=list)

    def write(
        self, context: Context, *, rank: int, seed: int, timeout_seconds: float = 60.0
    ) -> Iterator[str]:
        self.calls.append((rank, seed, timeout_seconds))
        yield from self.sentences
        if self.error:
            raise self.error


@dataclass
class Repairs(Says):
    """One that says other sentences when it is told what was refused."""

    again: Sequence[str] = ()
    error_again: Exception | None = None
    told: list[Verdict] = field(default_factory=list)

    def repair(
        self,
        context: Context,
        refused: Sequence[Verdict],
        *,
        rank: int,
        seed: int,
        timeout_seconds: float = 60.0,
    ) -> Iterator[str]:
        self.told += refused
        yield from Says(self.again, self.error_again, calls=self.calls).write(
            context, rank=rank, seed=seed, timeout_seconds=timeout_seconds
        )


@pytest.fixture(scope="module")
def fitted() -> Recommender:
    return Recommender(SETTINGS).fit(made_up_movies())


@pytest.fixture(scope="module")
def explainer(fitted: Recommender) -> Explainer:
    return Explainer(fitted.flow.verifier, seed=40)


@pytest.fixture(scope="module")
def context(fitted: Recommender) -> Context:
    """A film with three facts, each of which the template tells in a sentence of its own."""
    for user in fitted.dataset.users.ids:
        resolved = fitted.flow.ranker.resolve(Query(user, k=5))
        candidates = fitted.flow.ranker.candidates(resolved, 5)
        for candidate, facts in zip(
            candidates, fitted.flow.evidence(resolved, candidates), strict=True
        ):
            if len(facts) == 3 and len(said(Context(candidate, facts))) == 3:
                return Context(candidate, facts)
    raise AssertionError("the invented data has no such film")


def said(context: Context) -> list[str]:
    """A true sentence for each fact, in the order of the facts: the template's."""
    alone = [
        [*TemplateWriter(KINDS).write(replace(context, evidence=(fact,)), rank=1, seed=0)]
        for fact in context.evidence
    ]
    return [
        sentence.replace("[1]", f"[{number}]")
        for number, sentences in enumerate(alone, 1)
        for sentence in sentences
    ]


@pytest.fixture(scope="module")
def true(context: Context) -> list[str]:
    return said(context)


@pytest.fixture(scope="module")
def plain(explainer: Explainer, context: Context, true: list[str]) -> Explained:
    item = RecommendedItem(2, context.candidate, context.evidence)
    return explainer.by_template(item, context, Says(true, name="template"))


def by(
    explainer: Explainer, plain: Explained, context: Context, writer: Says, seconds: float = 60.0
) -> Explained:
    return explainer.by_model(plain, context, writer, Deadline(seconds))


def test_the_templates_sentences_are_shown_with_the_facts_that_they_cite(
    plain: Explained, context: Context, true: list[str]
) -> None:
    assert plain.item.explanation == " ".join(true)
    assert plain.item.evidence == context.evidence
    assert (plain.item.written_by, plain.item.rejected) == ("template", ())
    assert (plain.failure, plain.broke_off, plain.item.repaired) == ("", False, False)
    assert [verdict.supported for verdict in plain.verdicts] == [True] * 3


def test_citations_are_numbered_as_the_text_cites_and_facts_that_it_leaves_out_are_gone(
    explainer: Explainer, context: Context, true: list[str]
) -> None:
    item = RecommendedItem(1, context.candidate, context.evidence)
    writer = Says([true[2], true[0]], name="template")
    explained = explainer.by_template(item, context, writer)
    first, second = true[2].replace("[3]", "[1]"), true[0].replace("[1]", "[2]")
    assert explained.item.explanation == f"{first} {second}"
    assert explained.item.evidence == (context.evidence[2], context.evidence[0])
    assert writer.calls == [(1, 41, 60.0)]


def test_where_nothing_of_the_template_is_supported_nothing_is_shown_and_a_note_says_so(
    explainer: Explainer, context: Context
) -> None:
    item = RecommendedItem(1, context.candidate, context.evidence)
    explained = explainer.by_template(item, context, Says([LIE], name="template"))
    assert explained.item.explanation == ""
    assert explained.item.evidence == context.evidence
    assert [verdict.claim.text for verdict in explained.item.rejected] == [
        verdict.claim.text for verdict in explained.verdicts
    ]
    assert explained.failure == (
        f"{context.candidate.name}: the data supports nothing that could be said about it"
    )
    assert not explained.broke_off


def test_the_models_text_takes_the_place_of_the_templates_though_it_tells_less(
    explainer: Explainer, plain: Explained, context: Context, true: list[str]
) -> None:
    writer = Says(true[:1])
    explained = by(explainer, plain, context, writer)
    assert (explained.item.explanation, explained.item.written_by) == (true[0], "says")
    assert explained.item.evidence == context.evidence[:1]
    assert (explained.failure, explained.broke_off, explained.item.repaired) == ("", False, False)
    assert len(explained.verdicts) == 1  # those of the text that went do not count
    assert [(rank, seed) for rank, seed, _ in writer.calls] == [(2, 42)]


def test_a_text_refused_in_part_stands_where_it_tells_as_many_facts_as_the_template(
    explainer: Explainer, plain: Explained, context: Context, true: list[str]
) -> None:
    explained = by(explainer, plain, context, Says([LIE, *true]))
    assert explained.item.written_by == "says"
    assert explained.item.explanation == " ".join(true)
    assert ["Oscars" in verdict.claim.text for verdict in explained.item.rejected] == [True]
    assert [verdict.supported for verdict in explained.verdicts] == [False, True, True, True]


@pytest.mark.parametrize("n_true", [1, 2])
def test_a_text_refused_in_part_never_replaces_a_fuller_one(
    explainer: Explainer, plain: Explained, context: Context, true: list[str], n_true: int
) -> None:
    explained = by(explainer, plain, context, Says([*true[:n_true], LIE]))
    assert explained.item.written_by == "template"
    assert explained.item.explanation == plain.item.explanation
    assert ["Oscars" in verdict.claim.text for verdict in explained.item.rejected] == [True]
    assert explained.failure == (
        f"{context.candidate.name}: the supported part of the model's text says less than the "
        "template's text"
    )
    assert not explained.broke_off  # the model is well, so it is asked for the next text
    assert len(explained.verdicts) == n_true + 1 + 3


def test_a_repair_that_leaves_out_what_was_refused_never_replaces_a_fuller_one(
    explainer: Explainer, plain: Explained, context: Context, true: list[str]
) -> None:
    explained = by(explainer, plain, context, Repairs([*true[:2], LIE], again=true[:2]))
    assert explained.item.written_by == "template"
    assert explained.item.explanation == plain.item.explanation
    assert explained.item.repaired


def test_a_text_refused_in_part_replaces_one_that_tells_fewer_facts_or_none(
    explainer: Explainer, context: Context, true: list[str]
) -> None:
    for template in (true[:1], [LIE]):
        item = RecommendedItem(2, context.candidate, context.evidence)
        shorter = explainer.by_template(item, context, Says(template, name="template"))
        explained = by(explainer, shorter, context, Says([true[1], LIE, true[2]]))
        assert explained.item.written_by == "says"
        assert explained.item.evidence == context.evidence[1:]


def test_where_nothing_is_supported_the_template_stays_and_a_note_says_so(
    explainer: Explainer, plain: Explained, context: Context
) -> None:
    explained = by(explainer, plain, context, Says([LIE]))
    assert explained.item.explanation == plain.item.explanation
    assert explained.failure == (
        f"{context.candidate.name}: nothing that the model wrote is supported by the data"
    )
    assert (len(explained.item.rejected), explained.broke_off) == (1, False)


def test_a_writer_that_can_repair_is_told_once_what_was_refused_and_has_the_time_that_is_left(
    explainer: Explainer, plain: Explained, context: Context, true: list[str]
) -> None:
    writer = Repairs([true[0], LIE], again=[*true, OTHER_LIE])
    explained = by(explainer, plain, context, writer, seconds=9.0)
    assert ["nine Oscars" in verdict.claim.text for verdict in writer.told] == [True]
    (first, second) = writer.calls
    assert first == (2, 42, 9.0)
    assert second[:2] == (2, 42)
    assert 0 < second[2] < 9.0
    assert explained.item.repaired
    assert explained.item.explanation == " ".join(true)
    assert len(explained.item.rejected) == 2  # of both rounds
    assert len(explained.verdicts) == 2 + 4


def test_of_two_texts_that_tell_as_much_the_repaired_one_is_shown(
    explainer: Explainer, plain: Explained, context: Context, true: list[str]
) -> None:
    backwards = [true[2], true[1], true[0]]
    explained = by(explainer, plain, context, Repairs([*true, LIE], again=backwards))
    assert explained.item.evidence == context.evidence[::-1]


def test_of_two_texts_the_one_that_tells_more_facts_is_shown(
    explainer: Explainer, plain: Explained, context: Context, true: list[str]
) -> None:
    explained = by(explainer, plain, context, Repairs([*true, LIE], again=true[:1]))
    assert explained.item.evidence == context.evidence
    assert explained.item.repaired


def test_facts_count_not_sentences(
    explainer: Explainer, plain: Explained, context: Context, true: list[str]
) -> None:
    writer = Repairs([*true, LIE], again=[true[0]] * 4)
    assert by(explainer, plain, context, writer).item.evidence == context.evidence


def test_a_text_without_a_fault_is_not_repaired(
    explainer: Explainer, plain: Explained, context: Context, true: list[str]
) -> None:
    writer = Repairs(true, again=[LIE])
    assert not by(explainer, plain, context, writer).item.repaired
    assert len(writer.calls) == 1


def test_a_text_that_breaks_off_leaves_the_templates_and_says_why(
    explainer: Explainer, plain: Explained, context: Context, true: list[str]
) -> None:
    writer = Repairs(true[:1], error=GenerationError("the engine fell over"), again=true)
    explained = by(explainer, plain, context, writer)
    assert explained.item.explanation == plain.item.explanation
    assert explained.failure == f"{context.candidate.name}: the engine fell over"
    assert explained.broke_off
    assert len(writer.calls) == 1
    assert explained.verdicts == [*plain.verdicts]


def test_a_repair_that_breaks_off_leaves_the_first_text_where_that_may_stand(
    explainer: Explainer, plain: Explained, context: Context, true: list[str]
) -> None:
    error = GenerationError("the engine fell over")
    full = by(explainer, plain, context, Repairs([*true, LIE], error_again=error))
    assert (full.item.written_by, full.failure, full.broke_off) == ("says", "", False)
    nothing = by(explainer, plain, context, Repairs([LIE], error_again=error))
    assert (nothing.item.written_by, nothing.broke_off) == ("template", True)
    assert nothing.failure == f"{context.candidate.name}: the engine fell over"
    assert nothing.item.repaired


def test_what_the_template_had_refused_stays_among_what_was_refused(
    explainer: Explainer, context: Context, true: list[str]
) -> None:
    item = RecommendedItem(2, context.candidate, context.evidence)
    plain = explainer.by_template(item, context, Says([*true, LIE], name="template"))
    explained = by(explainer, plain, context, Says([OTHER_LIE]))
    refused = [verdict.claim.text for verdict in explained.item.rejected]
    assert ["ten" in text for text in refused] == [True, False]
    assert ["nine" in text for text in refused] == [False, True]


def test_a_true_sentence_with_wrong_citations_or_none_gets_the_right_ones(
    explainer: Explainer, plain: Explained, context: Context, true: list[str]
) -> None:
    wrong = [true[0].replace("[1]", "[2]"), true[1].replace(" [2]", ""), true[2]]
    explained = by(explainer, plain, context, Says(wrong))
    assert explained.item.explanation == " ".join(true)
    assert explained.item.rejected == ()


def test_a_text_that_is_supported_as_it_is_shown_is_judged_once(
    fitted: Recommender, plain: Explained, context: Context, true: list[str]
) -> None:
    asked: list[int] = []

    class Counts:
        def verify(self, claims: Sequence[Claim], context: Context) -> Sequence[Verdict]:
            asked.append(len(claims))
            return fitted.flow.verifier.verify(claims, context)

    backwards = [true[2], true[0]]  # whose facts the reader sees as [1] and [2]
    explained = by(Explainer(Counts(), seed=40), plain, context, Says(backwards))
    assert explained.item.evidence == (context.evidence[2], context.evidence[0])
    assert asked == [2]


@pytest.mark.parametrize("number", [0, 4, 99])
def test_a_sentence_that_cites_what_is_not_there_is_refused_and_the_others_stay(
    explainer: Explainer, plain: Explained, context: Context, true: list[str], number: int
) -> None:
    said = [true[0], f"It won nine Oscars [{number}].", *true[1:]]
    explained = by(explainer, plain, context, Says(said))
    assert explained.item.explanation == " ".join(true)
    assert [verdict.supported for verdict in explained.verdicts].count(False) == 1


@dataclass
class KnowsLess(Says):
    """A writer that was not taught all that it is asked for."""

    def left_out(self, context: Context) -> str:
        return "it does without moods"


@pytest.mark.parametrize(
    ("n_said", "error", "failure"),
    [
        (3, None, "it does without moods"),
        (0, None, "it does without moods"),
        (0, GenerationError("the engine fell over"), "the engine fell over"),
    ],
)
def test_what_a_writer_does_without_is_told_unless_something_worse_is(
    explainer: Explainer,
    plain: Explained,
    context: Context,
    true: list[str],
    n_said: int,
    error: Exception | None,
    failure: str,
) -> None:
    explained = by(explainer, plain, context, KnowsLess(true[:n_said], error))
    assert explained.failure.endswith(failure)
    assert explained.item.written_by == ("says" if n_said else "template")
    assert explained.broke_off == (error is not None)


def test_cancelling_is_no_failure_of_the_text_but_ends_the_work(
    explainer: Explainer, plain: Explained, context: Context, true: list[str]
) -> None:
    with pytest.raises(Cancelled):
        by(explainer, plain, context, Says(true, error=Cancelled("gone")))


@pytest.mark.parametrize(
    ("sentences", "error", "named"),
    [
        ((), ValueError("boom"), "ValueError: boom"),
        ((7,), None, "TypeError: a sentence is a int, not a str"),
    ],
)
def test_a_foreign_writer_that_breaks_its_promise_costs_its_text_and_not_the_list(
    explainer: Explainer,
    context: Context,
    sentences: Sequence[str],
    error: Exception | None,
    named: str,
) -> None:
    for writer in (
        Says(sentences, error),
        Repairs((LIE,), None, again=sentences, error_again=error),
    ):
        plain = explainer.by_template(
            RecommendedItem(1, context.candidate, context.evidence), context, TemplateWriter(KINDS)
        )
        explained = explainer.by_model(plain, context, writer, Deadline(5.0))

        assert explained.item.explanation == plain.item.explanation
        assert explained.broke_off
        assert f"promise to raise only GenerationError: {named}" in explained.failure
