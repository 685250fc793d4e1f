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
        ("fuze = 1", "unknown field `fuze`; known: preset, retrieve, fuse"),
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
    with pytest.raises(SettingsError, match=r"none\.toml is not there"):
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

    from recsys_rag import build

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
            "rerank.language_model is gone: no language model",
        ),
        ({"rerank": {"adapter": "rankers/mine"}}, "rerank.adapter is gone"),
        ({"understand": {"parser": "rules"}}, "understand.parser is gone: words are read by rules"),
    ],
)
def test_a_key_that_has_gone_is_refused_with_why_and_read_from_what_was_saved(table, says) -> None:
    with pytest.raises(SettingsError, match=f"mine.toml: {says}"):
        settings.from_mapping(table, "mine.toml")
    saved = settings.merge(table, {"rerank": {"diversity": 0.25}})
    assert settings.from_saved(saved, "manifest.json").rerank.diversity == 0.25
