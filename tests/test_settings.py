"""Settings are typed, bounded, layered, and refuse what they do not know."""

from pathlib import Path

import pytest
import reference

from recsys_rag import settings
from recsys_rag.errors import SettingsError


def test_later_layers_win(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text('[generate]\nmodel = "template"\nseed = 3\n')
    loaded = settings.load(file, {"RECSYS_RAG__GENERATE__SEED": "9"})
    assert (loaded.generate.model, loaded.generate.seed, loaded.fuse.method) == (
        "template",
        9,
        "weighted",
    )


def test_a_file_may_name_the_preset_that_it_builds_on(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text('preset = "seed"\n[generate]\nmodel = "smollm2"\n')
    loaded = settings.load(file)
    assert loaded.fuse.weights == {"seed": 1.0}
    assert (loaded.generate.model, loaded.generate.writer) == ("smollm2", "free")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            "[fuse]\nsmothing = 1",
            "unknown field `smothing` - at `fuse`; known: method, weights, smoothing",
        ),
        ("fuze = 1", "unknown field `fuze`; known: preset, data, fit, retrieve, fuse"),
        ("[retrieve.ease]\nl2 = 0", "Expected `float` > 0.0 - at `retrieve.ease.l2`"),
        ("[evidence]\nper_item = 'many'", "Expected `int`, got `str` - at `evidence.per_item`"),
        ("[fuse]\nmethod = 'poet'", "Invalid enum value 'poet' - at `fuse.method`"),
        ("[fuse\n", "cannot be read as TOML: .*line 1"),
    ],
)
def test_what_is_no_setting_is_refused_by_name(tmp_path: Path, table: str, message: str) -> None:
    file = tmp_path / "s.toml"
    file.write_text(table)
    with pytest.raises(SettingsError, match=message) as error:
        settings.load(file)
    assert "s.toml" in str(error.value)


def test_a_missing_file_and_an_unknown_preset_are_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml does not exist"):
        settings.load(tmp_path / "none.toml")
    with pytest.raises(SettingsError, match="unknown preset 'fancy'; there are: default, seed"):
        settings.preset("fancy")


def test_every_setting_has_a_meaning_and_a_default_that_is_allowed() -> None:
    rows = reference.rows()
    assert len(rows) > 20
    assert all(meaning for _, _, _, meaning in rows)
    assert settings.from_mapping({}) == settings.Settings()


def test_weights_are_replaced_whole() -> None:
    assert settings.from_mapping({"fuse": {"weights": {"ease": 1}}}).fuse.weights == {"ease": 1.0}
    assert settings.with_changes(
        settings.Settings(), {"fuse": {"weights": {"als": 2.0}}}
    ).fuse.weights == {"als": 2.0}


def test_only_what_a_fit_depends_on_is_in_its_key() -> None:
    default = settings.Settings()
    other_writer = settings.with_changes(default, {"generate": {"seed": 5}, "fuse": {"depth": 9}})
    other_fit = settings.with_changes(default, {"retrieve": {"ease": {"l2": 9.0}}})
    assert other_writer.fit_key() == default.fit_key() != other_fit.fit_key()


def test_the_defaults_are_those_of_the_retrievers_themselves() -> None:
    import inspect

    from msgspec.structs import asdict

    from recsys_rag import _build as build

    for name, part in build.retrievers(
        settings.from_mapping({"retrieve": {"encoder": "none"}})
    ).items():
        declared = {
            key: one.default for key, one in inspect.signature(type(part)).parameters.items()
        }
        assert declared == asdict(getattr(settings.Retrieve(), name)), name


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (
            {"rerank": {"language_model": "gate"}},
            "rerank.language_model no longer exists: no language model",
        ),
        ({"rerank": {"adapter": "rankers/mine"}}, "rerank.adapter no longer exists"),
        (
            {"understand": {"parser": "rules"}},
            "understand.parser no longer exists: words are read by rules",
        ),
    ],
)
def test_a_key_that_has_gone_is_refused_with_why_and_read_from_what_was_saved(table, says) -> None:
    with pytest.raises(SettingsError, match=f"mine.toml: {says}"):
        settings.from_mapping(table, "mine.toml")
    saved = settings.merge(table, {"rerank": {"diversity": 0.25}})
    assert settings.from_saved(saved, "manifest.json").rerank.diversity == 0.25


def test_environment_lies_over_the_file_and_the_file_over_the_preset(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text('preset = "seed"\n[retrieve.user_knn]\nneighbors = 20\nshrinkage = 1.0\n')
    environment = {
        "RECSYS_RAG__RETRIEVE__USER_KNN__NEIGHBORS": "30",
        "RECSYS_RAG__GENERATE__MODEL": "template",
        "RECSYS_RAG_HOME": "/elsewhere",  # one underscore: no setting
    }
    loaded = settings.load(file, environment)
    assert loaded.preset == "seed"
    assert (loaded.retrieve.user_knn.neighbors, loaded.retrieve.user_knn.shrinkage) == (30, 1.0)
    assert loaded.generate.model == "template"
    assert settings.preset("seed").retrieve.user_knn.neighbors == 10


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("0.25", 0.25),
        ("true", True),
        ("[1, 2]", [1, 2]),
        ('"5"', "5"),
        ("smollm2", "smollm2"),
        ("openai:m@http://h:1/v1", "openai:m@http://h:1/v1"),
        ("", ""),
    ],
)
def test_a_variable_is_toml_where_it_can_be_and_else_text(text: str, value: object) -> None:
    table = settings.from_environment({"RECSYS_RAG__A__B__C": text, "HOME": "/"})
    assert table == {"a": {"b": {"c": value}}}


def test_a_variable_that_is_no_setting_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text("")
    with pytest.raises(SettingsError, match="unknown field `modle` - at `generate`; known: model"):
        settings.load(tmp_path / "s.toml", {"RECSYS_RAG__GENERATE__MODLE": "x"})


def test_changes_are_laid_over_and_refused_as_any_setting() -> None:
    base = settings.with_changes(settings.Settings(), {"generate": {"seed": 4}})
    changed = settings.with_changes(base, {"generate": {"model": "template"}})
    assert (changed.generate.seed, changed.generate.model) == (4, "template")
    assert base.generate.model == "smollm2"
    with pytest.raises(SettingsError, match=r"Expected `int` >= 0 - at `generate\.seed`"):
        settings.with_changes(base, {"generate": {"seed": -1}})


def test_a_table_lies_over_a_value_and_a_value_over_a_table() -> None:
    assert settings.merge({"a": 1}, {"a": {"b": 2}}) == {"a": {"b": 2}}
    assert settings.merge({"a": {"b": 2}}, {"a": 1}) == {"a": 1}
    base = {"a": {"b": 1}}
    settings.merge(base, {"a": {"b": 2}, "c": 3})
    assert base == {"a": {"b": 1}}  # what was given is left alone


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({"retrieve": {"ease": {"floor": 1.1}}}, "retrieve.ease.floor"),
        ({"retrieve": {"ease": {"order_decay": 1.0}}}, "retrieve.ease.order_decay"),
        ({"retrieve": {"als": {"factors": 0}}}, "retrieve.als.factors"),
        ({"rerank": {"diversity": 1.01}}, "rerank.diversity"),
        ({"rerank": {"novelty": -0.1}}, "rerank.novelty"),
        ({"evidence": {"per_item": 6}}, "evidence.per_item"),
        ({"generate": {"temperature": 2.1}}, "generate.temperature"),
        ({"generate": {"timeout_seconds": 0}}, "generate.timeout_seconds"),
        ({"fuse": {"weights": {"ease": [1, 2]}}}, "fuse.weights"),
    ],
)
def test_what_is_out_of_bounds_is_refused_by_its_key(table: dict, key: str) -> None:
    with pytest.raises(SettingsError, match=key.replace(".", r"\.")):
        settings.from_mapping(table)


@pytest.mark.parametrize(
    "table",
    [
        {"retrieve": {"ease": {"floor": 1.0, "order_decay": 0.0}}},
        {"rerank": {"diversity": 1.0, "novelty": 0.0}},
        {"evidence": {"per_item": 5}},
        {"generate": {"temperature": 2.0, "seed": 0, "threads": 0}},
        {"fuse": {"weights": {"ease": [1, 2, 3, 4, 5]}}},
    ],
)
def test_what_is_on_the_bounds_is_allowed(table: dict) -> None:
    settings.from_mapping(table)


def test_what_the_package_has_not_is_asked_of_installed_packages() -> None:
    default = settings.Settings()
    assert default.installed == []
    weights = {"ease": 1.0, "embedding": 1.0, "shelf": 0.5}
    shelf = settings.with_changes(default, {"fuse": {"weights": weights}})
    assert shelf.installed == ["shelf"]
    with_power = settings.with_changes(
        shelf, {"retrieve": {"installed": {"shelf": {"power": 2}, "attic": {}}}}
    )
    assert with_power.installed == ["attic", "shelf"]
    assert with_power.retrieve.installed["shelf"] == {"power": 2}
    keys = [one.fit_key() for one in (default, shelf, with_power)]
    assert keys[0] != keys[1] != keys[2]
    heavier = settings.with_changes(shelf, {"fuse": {"weights": weights | {"shelf": 0.75}}})
    assert heavier.fit_key() == shelf.fit_key()
