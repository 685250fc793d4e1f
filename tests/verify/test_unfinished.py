"""A text cut off anywhere, by a limit of tokens or a broken stream, shows whole sentences of that
text and nothing else."""

from collections.abc import Iterator

from grounding import KINDS, by_hand, candidate_of
from recsys_rag.errors import GenerationError
from recsys_rag.generate._free import FreeWriter
from recsys_rag.generate._template import TemplateWriter
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import Context
from recsys_rag.verify.claims import claims_of
from recsys_rag.verify.strict import StrictVerifier

MOVIES = made_up_movies()
SHAPES = by_hand(MOVIES)
CANDIDATE = candidate_of(MOVIES, 11, predicted=4.0)
VERIFIER = StrictVerifier(MOVIES.catalog, KINDS)


def _contexts() -> Iterator[Context]:
    for kinds in (
        ("neighbors", "influence", "predicted, error"),
        ("influence, pair", "metadata", "popularity"),
    ):
        yield Context(CANDIDATE, tuple(SHAPES[one] for one in kinds))


def _shown(text: str, context: Context) -> list[str]:
    """What a free writer's text leaves when each sentence was judged, as the flow does it."""
    model = ScriptedLanguageModel([text], honors_grammar=False)
    shown: list[str] = []
    try:
        for sentence in FreeWriter(model, KINDS).write(context, rank=1, seed=0):
            verdicts = VERIFIER.verify(claims_of(sentence), context)
            shown += [sentence] if verdicts and all(one.supported for one in verdicts) else []
    except GenerationError:
        pass
    return shown


def test_a_cut_text_shows_only_sentences_that_the_whole_text_has() -> None:
    for context in _contexts():
        for seed in range(2):
            sentences = list(TemplateWriter(KINDS).write(context, rank=1, seed=seed))
            whole = " ".join(sentences)
            assert _shown(whole, context) == sentences
            for end in range(1, len(whole), 2):
                assert set(_shown(whole[:end], context)) <= set(sentences), whole[:end]
