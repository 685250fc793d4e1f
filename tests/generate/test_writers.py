"""Template, clause and free writers: what they promise a list, a stream, and a failing model."""

from collections import Counter

import pytest

from grounding import KINDS, Bench, by_hand, candidate_of
from recsys_rag.errors import GenerationError
from recsys_rag.generate._clauses import ClauseWriter
from recsys_rag.generate._free import FreeWriter
from recsys_rag.generate._template import TemplateWriter
from recsys_rag.protocols import Writer
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import Context
from recsys_rag.verify.claims import claims_of
from recsys_rag.verify.strict import StrictVerifier
from waiting import processor_seconds

MOVIES = made_up_movies()
SHAPES = by_hand(MOVIES)
CANDIDATE = candidate_of(MOVIES, 11)
CONTEXT = Context(CANDIDATE, (SHAPES["neighbors"], SHAPES["influence"], SHAPES["genre"]))
VERIFIER = StrictVerifier(MOVIES.catalog, KINDS)


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench.of(MOVIES)


def _writers() -> list[Writer]:
    return [
        TemplateWriter(KINDS),
        ClauseWriter(ScriptedLanguageModel(), KINDS),
        FreeWriter(ScriptedLanguageModel(["It is [1]."]), KINDS),
    ]


@pytest.mark.parametrize("place", range(3), ids=[one.name for one in _writers()])
def test_writers_fulfil_the_protocol_and_repeat_themselves_for_a_new_list(place: int) -> None:
    first, second = _writers()[place], _writers()[place]
    assert isinstance(first, Writer)
    assert list(first.write(CONTEXT, rank=1, seed=4)) == list(second.write(CONTEXT, rank=1, seed=4))


@pytest.mark.parametrize("name", ["template", "clauses"])
def test_no_opener_is_used_twice_in_a_list(bench: Bench, name: str) -> None:
    for place, resolved in enumerate(list(bench.queries())[::8]):
        writer = _writers()[name == "clauses"]
        openers: Counter[str] = Counter()
        for rank, context in enumerate(bench.contexts(resolved), 1):
            (first, *_) = writer.write(context, rank=rank, seed=place)
            names = [
                context.candidate.name,
                *(name.text for one in context.evidence for name in one.fact.names),
            ]
            for one in names:
                first = first.replace(one, "_")
            openers[" ".join(first.split()[:5])] += 1
        assert len(openers) >= 4  # five words may begin two different phrasings
        first_words = Counter(opener.split()[0] for opener in openers.elements())
        assert max(first_words.values()) <= 2, first_words


def test_hundred_lists_do_not_sound_alike(bench: Bench) -> None:
    skeletons: Counter[str] = Counter()
    for resolved in list(bench.queries())[:100]:
        writer = ClauseWriter(ScriptedLanguageModel(), KINDS)
        context = bench.contexts(resolved, 1)[0]
        text = " ".join(writer.write(context, rank=1, seed=0))
        skeletons[
            "".join(one for one in text if not one.isdigit()).replace(context.candidate.title, "_")
        ] += 1

    assert len(skeletons) >= 90


def test_template_takes_no_time() -> None:
    writer = TemplateWriter(KINDS)
    seconds = processor_seconds(
        lambda: [list(writer.write(CONTEXT, rank=rank, seed=0)) for rank in range(1, 6)]
    )
    assert seconds < 0.5  # about .005 on an idle core


def test_clauses_stream_sentence_by_sentence() -> None:
    class Slow(ScriptedLanguageModel):
        """Gives the text a character at a time and notes how far it is."""

        n_given = 0

        def generate(self, *args: object, **options: object) -> object:  # type: ignore[override]
            for piece in super().generate(*args, **options):  # type: ignore[arg-type]
                for one in piece:
                    self.n_given += 1
                    yield one

    model = Slow()
    stream = ClauseWriter(model, KINDS).write(CONTEXT, rank=1, seed=1)
    first = next(stream)
    n_given = model.n_given
    rest = list(stream)

    assert first.endswith("].")
    assert rest
    assert n_given <= len(first) + 3  # the stop's own literal ends in a space
    assert model.n_given > n_given


def test_clauses_split_by_the_grammar_and_not_at_dots(bench: Bench) -> None:
    pell = MOVIES.catalog.find("A Thimble for Mr. Pell")[0]
    context = Context(candidate_of(MOVIES, pell), (by_hand(MOVIES, pell)["neighbors"],))
    for seed in range(8):
        sentences = list(
            ClauseWriter(ScriptedLanguageModel(), KINDS).write(context, rank=1, seed=seed)
        )
        assert len(sentences) == 1
        assert "Mr. Pell (1953)" in sentences[0]


def test_a_model_that_honors_no_grammar_is_refused() -> None:
    writer = ClauseWriter(ScriptedLanguageModel(honors_grammar=False), KINDS)

    with pytest.raises(GenerationError, match="scripted cannot be constrained by a grammar"):
        list(writer.write(CONTEXT, rank=1, seed=0))


def test_a_model_that_breaks_its_promise_is_an_error_and_shows_nothing_untrue() -> None:
    class Liar(ScriptedLanguageModel):
        def generate(self, *args: object, **options: object) -> object:  # type: ignore[override]
            yield " The Ninth Antenna (1977) is the best film ever [1]."

    with pytest.raises(GenerationError, match="left the grammar at ' The Ninth Antenna"):
        list(ClauseWriter(Liar(), KINDS).write(CONTEXT, rank=1, seed=0))


def test_an_error_of_the_model_passes_through_after_whole_sentences() -> None:
    written = []
    writer = ClauseWriter(ScriptedLanguageModel(error="the engine stopped", error_after=4), KINDS)
    with pytest.raises(GenerationError, match="the engine stopped"):
        written.extend(writer.write(CONTEXT, rank=1, seed=1))

    for sentence in written:
        assert all(one.supported for one in VERIFIER.verify(claims_of(sentence), CONTEXT))


def test_what_a_list_has_said_is_not_offered_again() -> None:
    model = ScriptedLanguageModel()
    writer = ClauseWriter(model, KINDS)
    said = [" ".join(writer.write(CONTEXT, rank=rank, seed=0)) for rank in range(1, 4)]

    assert len({text.split(" [")[0] for text in said}) == 3


# --- free prose -----------------------------------------------------------------------------------


def _free(text: str, context: Context = CONTEXT) -> list[str]:
    return list(FreeWriter(ScriptedLanguageModel([text]), KINDS).write(context, rank=1, seed=0))


def test_free_prose_is_cut_into_finished_sentences() -> None:
    assert _free("It is a sci-fi film [3]. It got 4 or 5 [1]. And besides it") == [
        "It is a sci-fi film [3].",
        "It got 4 or 5 [1].",
    ]


def test_free_prose_gets_the_citations_that_it_left_out() -> None:
    text = (
        "The Ninth Antenna (1977) got 4 or 5 from 17 of the 25 people most like you who rated it, "
        "and one reason for it is Vandrell (1979), which you gave a 5. It is a sci-fi film, like "
        "9 of the 14 films you liked."
    )

    sentences = _free(text)

    assert [claims_of(one)[0].citations for one in sentences] == [(1, 2), (3,)]
    assert all(
        verdict.supported
        for one in sentences
        for verdict in VERIFIER.verify(claims_of(one), CONTEXT)
    )


def test_free_prose_that_says_what_nobody_knows_comes_uncited() -> None:
    assert _free("Mr. Pell is a genius. It won awards.") == [
        "Mr. Pell is a genius.",
        "It won awards.",
    ]


def test_free_prose_without_a_finished_sentence_is_an_error() -> None:
    with pytest.raises(GenerationError, match="finished no sentence: 'It is a film that'"):
        _free("It is a film that")


def test_free_prose_reads_dashes_and_quotes_as_plain_ones_and_drops_what_is_invisible() -> None:
    assert _free("It’s a\u200b film – “good”\n[1].") == ['It\'s a film - "good" [1].']


def test_free_prose_gives_a_repeated_sentence_once() -> None:
    assert _free("It is good [1]. It is good [1]. It is long [1].") == [
        "It is good [1].",
        "It is long [1].",
    ]
