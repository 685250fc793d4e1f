"""What is learned, kept and read again."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from installing import Install
from installing import install as install
from recsys_rag import _assets as assets
from recsys_rag import _build as build
from recsys_rag import _fitting as fitting
from recsys_rag import _store as store
from recsys_rag._fitted import Fitted
from recsys_rag._fitting import LocalFitter, cache_folder, cached, load, save, saved_settings
from recsys_rag.data._order import reordered
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import ArtifactError, DataError
from recsys_rag.settings import Settings, from_mapping, with_changes
from recsys_rag.testing.datasets import checkerboard, made_up_movies
from recsys_rag.version import __version__

SETTINGS = from_mapping({"retrieve": {"encoder": "none"}, "generate": {"model": "template"}})
MOVIES = made_up_movies(40)


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    return LocalFitter().fit(MOVIES, SETTINGS)


def states(fitted: Fitted) -> dict[str, np.ndarray]:
    parts = {**fitted.parts, "rating": fitted.predictor}
    return {
        f"{name}.{key}": np.asarray(array)
        for name, part in parts.items()
        if part
        for key, array in part.state().items()
    }


def assert_same(first: Fitted, second: Fitted) -> None:
    learned, again = states(first), states(second)
    assert learned.keys() == again.keys()
    for name, array in learned.items():
        np.testing.assert_array_equal(array, again[name], err_msg=name)


def edited(path: Path, change: Callable[[dict], None]) -> None:
    """Change the manifest of an artifact."""
    file = path / "manifest.json"
    manifest = json.loads(file.read_text())
    change(manifest)
    file.write_text(json.dumps(manifest))


# --- fit ------------------------------------------------------------------------------------------


def test_all_parts_of_the_settings_are_fitted_and_a_predictor_where_there_are_ratings(
    fitted: Fitted,
) -> None:
    assert list(fitted.parts) == list(build.retrievers(SETTINGS))
    assert fitted.predictor is not None
    assert fitted.settings == SETTINGS
    assert LocalFitter().fit(checkerboard(), SETTINGS).predictor is None


def test_what_is_learned_does_not_depend_on_the_order_of_users_and_items(fitted: Fitted) -> None:
    rng = np.random.default_rng(5)
    other = reordered(MOVIES, rng.permutation(MOVIES.n_users), rng.permutation(MOVIES.n_items))
    again = LocalFitter().fit(other, SETTINGS)
    assert again.dataset.items.ids == fitted.dataset.items.ids != other.items.ids
    assert_same(fitted, again)


def test_each_stage_is_heard_of_once_and_then_the_end(fitted: Fitted) -> None:
    stages: list[tuple[str, int, int]] = []
    LocalFitter().fit(MOVIES, SETTINGS, lambda *stage: stages.append(stage))
    names = ["choice", *fitted.parts, "rating"]
    n = len(names)
    assert stages == [*((name, done, n) for done, name in enumerate(names)), ("", n, n)]
    stages.clear()
    LocalFitter().fit(checkerboard(), SETTINGS, lambda *stage: stages.append(stage))
    assert stages[-1] == ("", n - 1, n - 1)
    assert stages[-2][0] == names[-2]


def test_what_is_fitted_side_by_side_is_what_is_fitted_alone(fitted: Fitted) -> None:
    alone = {**build.retrievers(SETTINGS), "rating": build.predictor(MOVIES)}
    together = {**fitted.parts, "rating": fitted.predictor}
    for name, part in alone.items():
        assert part is not None
        for key, learned in part.fit(fitted.dataset).state().items():
            np.testing.assert_array_equal(together[name].state()[key], learned)  # type: ignore[union-attr]


def test_the_number_of_threads_is_after_a_fit_what_it_was_before() -> None:
    def threads() -> set[int]:
        return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    with threadpool_limits(2, "blas"):
        LocalFitter().fit(MOVIES, SETTINGS)
        assert threads() == {2}


def test_an_error_of_the_predictor_beside_is_raised() -> None:
    without_scale, predictor = replace(MOVIES, scale=None), build.predictor(MOVIES)
    with pytest.raises(DataError, match="so there are no ratings to predict"):
        fitting._fit(without_scale, SETTINGS, predictor, lambda stage, done, total: None)


# --- an artifact ----------------------------------------------------------------------------------


def test_what_was_saved_is_what_is_loaded(fitted: Fitted, tmp_path: Path) -> None:
    save(fitted, tmp_path / "m")
    loaded = load(tmp_path / "m")
    assert (loaded.in_force, loaded.choice.account) == (fitted.in_force, fitted.choice.account)
    assert_same(fitted, loaded)
    assert loaded.settings == SETTINGS == saved_settings(tmp_path / "m")
    assert loaded.dataset.content_hash == fitted.dataset.content_hash
    assert list(loaded.parts) == list(fitted.parts)


def test_data_without_ratings_to_predict_are_saved_too(tmp_path: Path) -> None:
    save(LocalFitter().fit(checkerboard(), SETTINGS), tmp_path / "m")
    assert load(tmp_path / "m").predictor is None


def test_the_manifest_says_what_was_fitted(fitted: Fitted, tmp_path: Path) -> None:
    read = replace(fitted.dataset, reading={"rows": 7})
    save(replace(fitted, dataset=read), tmp_path / "m")
    manifest = store.read_manifest(tmp_path / "m")
    assert manifest.package_version == __version__
    assert manifest.about["dataset"] == {
        "name": MOVIES.name,
        "content_hash": MOVIES.content_hash,
        "users": 40,
        "items": 60,
        "ratings": MOVIES.n_ratings,
        "scale": [1, 5, 1.0],
        "reading": {"rows": 7},
    }
    save(LocalFitter().fit(checkerboard(), SETTINGS), tmp_path / "likes")
    assert store.read_manifest(tmp_path / "likes").about["dataset"]["scale"] is None


def test_what_is_not_fitted_may_be_asked_for_otherwise(fitted: Fitted, tmp_path: Path) -> None:
    save(fitted, tmp_path / "m")
    other = with_changes(SETTINGS, {"rerank": {"diversity": 0.7}, "generate": {"seed": 3}})
    assert load(tmp_path / "m", other).settings == other


def test_an_artifact_of_other_retriever_settings_is_refused(fitted: Fitted, tmp_path: Path) -> None:
    save(fitted, tmp_path / "m")
    other = with_changes(SETTINGS, {"retrieve": {"ease": {"l2": 7.0}}})
    with pytest.raises(ArtifactError, match=r"fitted with other retriever settings.*fit --force"):
        load(tmp_path / "m", other)


def test_an_artifact_serves_without_the_encoder_that_it_was_fitted_with(
    fitted: Fitted, tmp_path: Path
) -> None:
    with_encoder = with_changes(SETTINGS, {"retrieve": {"encoder": "minilm"}})
    save(replace(fitted, settings=with_encoder), tmp_path / "m")
    assert "embedding" not in load(tmp_path / "m", SETTINGS).parts
    save(fitted, tmp_path / "m")
    with pytest.raises(ArtifactError, match="other retriever settings"):
        load(tmp_path / "m", with_encoder)


@pytest.mark.parametrize(
    ("version", "is_read"),
    [("0.2.0", True), ("0.2.9", True), ("0.3.0", False), ("1.2.0", False), ("0.1.9", False)],
)
def test_an_artifact_of_another_minor_version_is_refused_with_the_command_that_makes_it_anew(
    fitted: Fitted, tmp_path: Path, version: str, is_read: bool
) -> None:
    assert __version__.startswith("0.2."), "mend the versions above"
    save(fitted, tmp_path / "m")
    edited(tmp_path / "m", lambda manifest: manifest.update(package_version=version))
    if is_read:
        assert load(tmp_path / "m").settings == SETTINGS
        return
    command = f"make it again with `recsys-rag fit --force --out {tmp_path / 'm'}`"
    with pytest.raises(ArtifactError) as refused:
        load(tmp_path / "m")
    assert f"was made by version {version}, this is {__version__}" in str(refused.value)
    assert command in str(refused.value)


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"fuse": {"smothing": 3}}, "unknown field `smothing`"),
        ({"evidence": {"per_item": 99}}, "evidence.per_item"),
        (None, "TypeError|AttributeError|expected"),
    ],
)
def test_settings_that_this_version_does_not_have_are_refused_as_an_old_artifact(
    fitted: Fitted, tmp_path: Path, settings: object, complaint: str
) -> None:
    save(fitted, tmp_path / "m")
    edited(tmp_path / "m", lambda manifest: manifest["about"].update(settings=settings))
    with pytest.raises(ArtifactError, match="was made with settings that this version does not"):
        load(tmp_path / "m")
    edited(tmp_path / "m", lambda manifest: manifest["about"].pop("settings"))
    with pytest.raises(ArtifactError, match="was made with settings that this version does not"):
        saved_settings(tmp_path / "m")


def test_an_artifact_that_lacks_a_part_is_refused_by_its_name(
    fitted: Fitted, tmp_path: Path
) -> None:
    lacking = {name: part for name, part in fitted.parts.items() if name != "ease"}
    save(replace(fitted, parts=lacking), tmp_path / "m")
    with pytest.raises(ArtifactError, match="is missing or damaged"):
        load(tmp_path / "m")
    save(replace(fitted, predictor=None), tmp_path / "m")
    with pytest.raises(ArtifactError, match=r"is missing or damaged \(KeyError: 'rating'\)"):
        load(tmp_path / "m")


def test_a_choice_of_settings_that_are_no_more_is_refused(fitted: Fitted, tmp_path: Path) -> None:
    old = {"changes": {"fuse": {"well_known": {"ease": [1.0, 1.0]}}}, "account": []}
    save(fitted, tmp_path / "m")
    edited(tmp_path / "m", lambda manifest: manifest["about"].update(choice=old))
    with pytest.raises(ArtifactError, match=r"\(SettingsError: .*make it again with"):
        load(tmp_path / "m")


def test_no_artifact_is_refused_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="does not exist; make it again with `recsys-rag fit`"):
        load(tmp_path / "m")


# --- the cache ------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RECSYS_RAG_HOME", str(tmp_path))
    return tmp_path


class Opener:
    """Opens the film club, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Dataset:
        self.times += 1
        return MOVIES


def test_what_is_cached_is_fitted_once(home: Path) -> None:
    opened = Opener()
    first = cached("invented", SETTINGS, open_dataset=opened)
    second = cached("invented", SETTINGS, open_dataset=opened)
    assert opened.times == 1
    assert_same(first, second)
    assert cache_folder("invented", SETTINGS).is_relative_to(assets.cache_dir())


def test_a_damaged_cache_is_made_again(home: Path) -> None:
    opened = Opener()
    cached("invented", SETTINGS, open_dataset=opened)
    next(home.glob("fitted/*/arrays/*.npy")).write_bytes(b"")
    cached("invented", SETTINGS, open_dataset=opened)
    cached("invented", SETTINGS, open_dataset=opened)
    assert opened.times == 2


def test_a_cache_that_cannot_be_written_is_said_before_the_fit(home: Path) -> None:
    (home / "fitted").write_text("in the way")
    opened = Opener()
    with pytest.raises(NotADirectoryError):
        cached("invented", SETTINGS, open_dataset=opened)
    assert opened.times == 0


def test_other_fits_have_other_folders_and_other_questions_the_same(home: Path) -> None:
    folder = cache_folder("invented", SETTINGS)
    assert folder.name.startswith("invented-default-")
    same = with_changes(SETTINGS, {"generate": {"seed": 5}, "rerank": {"diversity": 0.5}})
    assert cache_folder("invented", same) == folder
    others = (
        cache_folder("other", SETTINGS),
        cache_folder("invented", Settings()),
        cache_folder("invented", with_changes(SETTINGS, {"retrieve": {"ease": {"l2": 7.0}}})),
    )
    assert len({folder, *others}) == 4


def test_data_that_changed_on_disk_are_fitted_anew(home: Path) -> None:
    data = home / "ratings.csv"
    data.write_text("u,i,3")
    folder = cache_folder(str(data), SETTINGS)
    assert cache_folder(str(data), SETTINGS) == folder
    data.write_text("u,i,3\nu,j,4")
    assert cache_folder(str(data), SETTINGS) != folder


_SHELF = """
from recsys_rag.retrieve.popularity import Popularity
class Shelf(Popularity):
    name = "shelf"
"""
_WITH_SHELF = with_changes(SETTINGS, {"fuse": {"weights": {"shelf": 1.0}}})


def test_what_an_installed_retriever_learned_is_learned_anew_when_its_code_changed(
    home: Path, install: Install
) -> None:
    install("retrievers", _SHELF, "shelf = MODULE:Shelf")
    (module,) = home.glob("stranger_*.py")
    folder = cache_folder("invented", _WITH_SHELF)
    assert cache_folder("invented", _WITH_SHELF) == folder != cache_folder("invented", SETTINGS)
    module.write_text(f"{_SHELF}    power = 2\n")
    assert cache_folder("invented", _WITH_SHELF) != folder


def test_an_artifact_of_a_retriever_that_is_not_installed_says_what_to_install(
    home: Path, install: Install
) -> None:
    install("retrievers", _SHELF, "shelf = MODULE:Shelf")
    save(LocalFitter().fit(MOVIES, _WITH_SHELF), home / "m")
    assert load(home / "m").parts["shelf"].name == "shelf"
    shutil.rmtree(next(home.glob("acme_parts_*.dist-info")))
    with pytest.raises(ArtifactError, match="retriever 'shelf' of a package that is not installed"):
        load(home / "m")


def test_a_folder_of_data_counts_with_all_its_files(home: Path) -> None:
    data = home / "data"
    (data / "below").mkdir(parents=True)
    (data / "below" / "a.csv").write_text("1")
    folder = cache_folder(str(data), SETTINGS)
    (data / "below" / "b.csv").write_text("2")
    assert cache_folder(str(data), SETTINGS) != folder
    shutil.rmtree(data)
    assert cache_folder(str(data), SETTINGS) != folder  # a name now
