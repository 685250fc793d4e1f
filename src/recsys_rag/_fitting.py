"""Fits the parts, and keeps what was learned: in a folder, or in the cache. Asks nothing."""

import hashlib
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from recsys_rag import _assets as assets
from recsys_rag import _build as build
from recsys_rag import _store as store
from recsys_rag import registry
from recsys_rag import settings as settings_module
from recsys_rag._fitted import Choice, Fitted, Progress
from recsys_rag.data import _artifact as artifact
from recsys_rag.data._notes import FOLDER, with_notes
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import ArtifactError, DataError, SettingsError
from recsys_rag.log import logger
from recsys_rag.protocols import RatingModel, Widens
from recsys_rag.settings import Settings
from recsys_rag.version import __version__

_PREDICTOR = "rating"  # its name among the parts of an artifact


FitPart: TypeAlias = Callable[[Any, Dataset], object]


class LocalFitter:
    """Fits in this process, one part after another.

    `fits` holds by name how a part is fitted, where not by its own `fit`; a `choice` that was made
    already is not made again.
    """

    def __init__(
        self, fits: Mapping[str, FitPart] = MappingProxyType({}), choice: Choice | None = None
    ) -> None:
        self._fits, self._choice = fits, choice

    def fit(self, dataset: Dataset, settings: Settings, progress: Progress | None = None) -> Fitted:
        """Learn from a dataset; `progress(stage, done, total)` hears of each stage.

        What is learned does not depend on the order in which the dataset names users and items.
        Raises DataError, AssetError.
        """
        from recsys_rag.data._order import in_order_of_ids

        dataset = in_order_of_ids(dataset)
        if settings.data.notes:
            dataset = noted(dataset)
        if preset := settings_module.preset_module(settings.preset):
            dataset = preset.learned_from(dataset)
        size = (dataset.n_ratings, dataset.n_users, dataset.n_items)
        logger.info("fitting %s: %d ratings of %d users for %d items", dataset.name, *size)
        began = time.monotonic()
        unheard = progress or (lambda stage, done, total: None)
        predictor = build.predictor(dataset)
        fitted = _fit(dataset, settings, predictor, unheard, self._fits, self._choice)
        logger.info("fitted %s in %.1f s", dataset.name, time.monotonic() - began)
        return fitted


def with_catalog(fitted: Fitted, catalog: Catalog) -> Fitted:
    """Return what was learned for a catalog that was changed since: it says other things, or has
    more items behind its own, which nobody rated.

    What reads the catalog alone is as after a fit, what was learned from ratings stays. Raises
    DataError as `parts_that_widen`.
    """
    before = fitted.dataset
    after = before.with_catalog(catalog)

    parts = {name: part.widened(before, after) for name, part in parts_that_widen(fitted).items()}
    predictor = parts.pop(_PREDICTOR, None)
    return replace(fitted, dataset=after, parts=parts, predictor=predictor)


def parts_that_widen(fitted: Fitted) -> dict[str, Any]:
    """Return all parts by name, the predictor among them. Raises DataError where one cannot go on
    with another catalog (`protocols.Widens`)."""
    parts = dict(fitted.parts) | ({_PREDICTOR: fitted.predictor} if fitted.predictor else {})
    for name, part in parts.items():
        if not isinstance(part, Widens):
            raise DataError(
                f"{name} cannot go on with a changed catalog; bring the change with new data, by "
                "a fit"
            )
    return parts


def noted(dataset: Dataset) -> Dataset:
    """Return the dataset with what our notes say of its films; `reading["notes"]` is the account of
    the join. Where it has no films, or no note fits, it is returned as it is."""
    catalog, account = with_notes(dataset.catalog)
    if not account.get("films"):
        return dataset
    return replace(dataset, catalog=catalog, reading={**dataset.reading, "notes": account})


def _fit(
    dataset: Dataset,
    settings: Settings,
    predictor: RatingModel | None,
    progress: Progress,
    fits: Mapping[str, FitPart] = MappingProxyType({}),
    choice: Choice | None = None,
) -> Fitted:
    """Choose, fit the retrievers in turn, and the predictor, which needs none of it, in a thread
    beside.

    BLAS has one thread meanwhile: its limit is the process's, and a part that ends must not lift
    that of one still fitting.
    """
    from concurrent.futures import ThreadPoolExecutor

    from threadpoolctl import threadpool_limits

    from recsys_rag import _choosing as choosing

    n_stages = 1 + len(build.retrievers(settings)) + (predictor is not None)
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(1) as beside:
        predicting = beside.submit(predictor.fit, dataset) if predictor else None
        progress("choice", 0, n_stages)
        choice = choice or choosing.chosen(dataset, settings)
        for line in choice.account:
            logger.info("chosen: %s", line)
        parts = build.retrievers(choice.over(settings))
        for done, (name, part) in enumerate(parts.items(), start=1):
            progress(name, done, n_stages)
            logger.debug("fitting %s", name)
            fits.get(name, type(part).fit)(part, dataset)
        if predicting:
            progress(_PREDICTOR, n_stages - 1, n_stages)
            predicting.result()
    progress("", n_stages, n_stages)
    return Fitted(dataset, parts, predictor, settings, choice)


# --- an artifact ----------------------------------------------------------------------------------


def save(
    fitted: Fitted, path: Path, beside: Mapping[str, NDArray[Any]] = MappingProxyType({})
) -> None:
    """Write everything that was learned, with its data and arrays of who fitted it `beside`, to a
    folder. Raises ArtifactError, OSError."""
    dataset = fitted.dataset
    states = {name: part.state() for name, part in fitted.parts.items()}
    if fitted.predictor:
        states[_PREDICTOR] = fitted.predictor.state()
    learned = {
        f"{name}.{key}": np.asarray(array)
        for name, state in states.items()
        for key, array in state.items()
    }
    scale = dataset.scale
    about = {
        "name": dataset.name,
        "content_hash": dataset.content_hash,
        "users": dataset.n_users,
        "items": dataset.n_items,
        "ratings": dataset.n_ratings,
        "scale": scale and [scale.low, scale.high, scale.step],
        "reading": dict(dataset.reading),
    }
    store.save(
        path,
        about={
            "settings": msgspec.to_builtins(fitted.settings),
            "dataset": about,
            "choice": {
                "changes": msgspec.to_builtins(fitted.choice.changes),
                "account": fitted.choice.account,
            },
        },
        arrays={**artifact.to_arrays(dataset), **learned, **beside},
        documents=artifact.to_documents(dataset),
        package_version=__version__,
    )
    logger.info("saved %s in %s", dataset.name, path)


def saved_settings(path: Path) -> Settings:
    """Return the settings of the artifact at `path`; the rest is not read. Raises ArtifactError."""
    manifest = store.read_manifest(path)
    if manifest.package_version.split(".")[:2] != __version__.split(".")[:2]:
        raise ArtifactError(
            f"{path} was made by version {manifest.package_version}, this is {__version__}; "
            f"{_anew(path)}"
        )
    try:
        return settings_module.from_saved(manifest.about["settings"], f"{path}/manifest.json")
    except (KeyError, TypeError, ValueError, AttributeError, SettingsError) as error:
        raise ArtifactError(
            f"{path} was made with settings that this version does not have ({error}); "
            f"{_anew(path)}"
        ) from None


def load(path: Path, settings: Settings | None = None) -> Fitted:
    """Read what was saved. `settings` may differ from those of the fit in what was not fitted.

    Raises ArtifactError naming the file and what is wrong with it. Nothing that is read is ever
    executed.
    """
    saved = saved_settings(path)
    chosen = settings or saved
    if chosen.fit_key() != _as_far_as_used(saved, chosen).fit_key():
        raise ArtifactError(f"{path} was fitted with other retriever settings; {_anew(path)}")
    if missing := [name for name in chosen.installed if not registry.code_of(name)]:
        raise ArtifactError(
            f"{path} was fitted with the retriever {missing[0]!r} of a package that is not "
            "installed here; install it"
        )
    loaded = store.load(path, assets.cache_dir() / "checked")
    states: dict[str, dict[str, NDArray[Any]]] = {}
    for name, array in loaded.arrays.items():
        part, _, key = name.partition(".")
        states.setdefault(part, {})[key] = array
    try:
        said = loaded.manifest.about["choice"]
        choice = Choice(said["changes"], tuple(said["account"]))
        dataset = artifact.from_parts(loaded.arrays, loaded.documents)
        parts = build.retrievers(choice.over(chosen))
        fitted = Fitted(dataset, parts, build.predictor(dataset), chosen, choice)
        for name, retriever in fitted.parts.items():
            retriever.restore(fitted.dataset, states.get(name, {}))
        if fitted.predictor:
            fitted.predictor.restore(fitted.dataset, states[_PREDICTOR])
    except (KeyError, TypeError, ValueError, ArtifactError, SettingsError) as error:
        raise ArtifactError(
            f"a part of {path} is missing or damaged ({type(error).__name__}: {error}); "
            f"{_anew(path)}"
        ) from error
    logger.info("loaded %s", path)
    return fitted


def saved_dataset(path: Path) -> Dataset:
    """Return the data of the artifact at `path`; what was learned is not read. Raises
    ArtifactError."""
    saved_settings(path)
    loaded = store.load(path, assets.cache_dir() / "checked")
    return artifact.from_parts(loaded.arrays, loaded.documents)


def _anew(path: Path) -> str:
    return f"make it again with `recsys-rag fit --force --out {path}`"


def _as_far_as_used(saved: Settings, chosen: Settings) -> Settings:
    """Return the saved settings without the encoder if it is not wanted now: the rest of an
    artifact serves without it."""
    if chosen.retrieve.encoder == "none":
        return settings_module.with_changes(saved, {"retrieve": {"encoder": "none"}})
    return saved


# --- the cache ------------------------------------------------------------------------------------


def cached(
    data: str,
    settings: Settings,
    *,
    open_dataset: Callable[[], Dataset],
    also: Sequence[str] = (),
    progress: Progress | None = None,
) -> Fitted:
    """Return what was learned from this data (a name, or a path), fitted the first time, then kept.

    Kept in the cache folder under a key of the version, the name, size and time of the data, of
    what `also` names, of the code of installed retrievers and of our notes, and all settings that
    the fit depends on. A cache that is damaged is made again. Errors are those of `open_dataset`
    and `fit`.
    """
    folder = cache_folder(data, settings, also)
    if folder.exists():
        try:
            return load(folder, settings)
        except ArtifactError as error:
            logger.warning("the cache is damaged and made again: %s", error)
            shutil.rmtree(folder)
    store.check_target(folder)
    fitted = LocalFitter().fit(open_dataset(), settings, progress)
    save(fitted, folder)
    return fitted


def cache_folder(data: str, settings: Settings, also: Sequence[str] = ()) -> Path:
    """Return where `cached` keeps what it learns from this data with these settings."""
    code = map(registry.code_of, settings.installed)
    about = [__version__, settings.fit_key(), *map(_stamp, (data, *also, *code, str(FOLDER)))]
    key = hashlib.sha256(msgspec.json.encode(about)).hexdigest()[:16]
    return assets.cache_dir() / "fitted" / f"{Path(data).name}-{settings.preset}-{key}"


def _stamp(path: str) -> list[Any]:
    """Return what tells one state of a file or folder from another; a name that is no path stands
    for itself."""
    if not path or not Path(path).exists():
        return [path]
    root = Path(path).resolve()
    files = sorted(root.rglob("*")) if root.is_dir() else [root]
    files = [file for file in files if "__pycache__" not in file.parts]  # made by reading
    stats = [(file.name, file.stat()) for file in files]
    return [str(root), [[name, stat.st_size, stat.st_mtime_ns] for name, stat in stats]]
