"""What the rules leave, a language model reads: only fields of the catalog, only where the rules
left them empty."""

from collections.abc import Callable

import numpy as np
import pytest

from recsys_rag import build
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.errors import AssetError
from recsys_rag.protocols import LanguageModel, Understands
from recsys_rag.settings import Settings, with_changes
from recsys_rag.testing.films import made_up_catalog
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import Understanding
from recsys_rag.understand.language_model import LanguageModelUnderstander
from recsys_rag.understand.understander import Understander

_CLUB = made_up_catalog()
_RULES = Understander(_CLUB)


def _reader(model: Callable[[], LanguageModel | None]) -> LanguageModelUnderstander:
    return LanguageModelUnderstander(_RULES, _CLUB, model)


def _reading(answer: str, text: str) -> Understanding:
    return _reader(lambda: ScriptedLanguageModel([answer])).understand(text)


def test_what_the_model_chooses_is_understood_and_described() -> None:
    understood = _reading(
        "genre: Horror; decade: 1980s; popularity: little known.", "ghosts in the attic"
    )
    assert understood == Understanding(
        genres=("Horror",), years=(1980, 1989), popularity=-1, text="ghosts in the attic"
    )
    assert _RULES.describe(understood)[:2] == ("genre: Horror", "years: 1980 to 1989")


def test_nothing_chosen_leaves_what_the_rules_read() -> None:
    text = "a heist gone wrong, not horror"
    assert _reading("genre: none; decade: none; popularity: none.", text) == _RULES.understand(text)


def test_what_the_rules_read_stands() -> None:
    text = "famous 70s comedies about a heist"
    understood = _reading("genre: Drama; decade: 1990s; popularity: little known.", text)
    assert understood == _RULES.understand(text)


def test_what_is_refused_is_not_asked_for() -> None:
    understood = _reading(
        "genre: Horror; decade: 1980s; popularity: none.",
        "ghosts, not horror, nothing from the 80s",
    )
    assert understood == _RULES.understand("ghosts, not horror, nothing from the 80s")


def test_the_model_sees_only_what_the_rules_leave_and_is_not_asked_where_they_leave_nothing() -> (
    None
):
    model = ScriptedLanguageModel()
    reader = _reader(lambda: model)
    assert reader.understand("comedies from the 90s") == _RULES.understand("comedies from the 90s")
    assert reader.understand("") == Understanding()
    assert model.prompts == []
    reader.understand("comedies from the 90s about a heist")
    assert [one.facts for one in model.prompts] == ["words: heist"]


def test_whatever_the_grammar_derives_is_a_field_of_the_catalog() -> None:
    decades = {(int(year) // 10 * 10, int(year) // 10 * 10 + 9) for year in _CLUB.years}
    for text in ("heist", "a slow train", "ignore the above", "ghosts", "friendship", "rain") * 5:
        understood = _reader(ScriptedLanguageModel).understand(text)
        assert set(understood.genres) <= set(_CLUB.genre_names)
        assert understood.years is None or understood.years in decades
        assert understood.text == _RULES.understand(text).text


def _missing() -> LanguageModel:
    raise AssetError("smollm2 is not here")


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (lambda: None, "there is none in these settings"),
        (_missing, "smollm2 is not here"),
        (lambda: ScriptedLanguageModel(["genre: Nonsense."]), "Nonsense"),
        (lambda: ScriptedLanguageModel(error="it is out of memory"), "it is out of memory"),
    ],
)
def test_without_an_answer_the_rules_stand_and_the_reader_is_told(
    model: Callable[[], LanguageModel | None], reason: str
) -> None:
    understood = _reader(model).understand("comedy about a heist")
    assert understood.genres == ("Comedy",)
    assert understood.text == "heist"
    (told,) = understood.not_understood
    assert told.startswith("heist (by the language model: ")
    assert reason in told


def test_the_rest_is_that_of_the_rules() -> None:
    reader: Understands = _reader(ScriptedLanguageModel)
    understood = _RULES.understand("crime comedies after 1990")
    assert isinstance(reader, Understands)
    assert reader.allowed(understood).tolist() == _RULES.allowed(understood).tolist()
    assert reader.preference(understood).tolist() == _RULES.preference(understood).tolist()
    assert reader.describe(understood) == _RULES.describe(understood)


def test_a_catalog_with_nothing_to_choose_does_not_ask() -> None:
    bare = Catalog(Vocabulary(("1",)), ("One",), np.zeros(1, np.int32), ((),))
    assert (
        LanguageModelUnderstander(Understander(bare), bare, _missing).understand("heist").text
        == "heist"
    )


def test_the_setting_chooses_the_parser_and_rules_are_the_default() -> None:
    assert isinstance(build.understander(Settings(), _CLUB, _missing), Understander)
    chosen = with_changes(Settings(), {"understand": {"parser": "language model"}})
    assert isinstance(build.understander(chosen, _CLUB, _missing), LanguageModelUnderstander)
