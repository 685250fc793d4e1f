"""From options to data, settings, or a recommender that can answer: brings what is missing, fits or
loads. Shows no answer."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recsys_rag._cli.console import note, plain, progress, size
from recsys_rag._cli.options import BAD_ROWS, Source
from recsys_rag._cli.table_options import reading

if TYPE_CHECKING:
    from recsys_rag import Recommender
    from recsys_rag._assets.asset import Asset
    from recsys_rag.data.dataset import Dataset
    from recsys_rag.settings import Settings

_ARCHIVES = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")


# --- a recommender --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opened:
    """A recommender, and what the reader should know about how it came to be."""

    recommender: "Recommender"
    notes: tuple[str, ...] = ()


def opened(source: Source, *, writes: bool) -> Opened:
    """Load the saved recommender, or the one cached for this data and these settings; fit it first
    if there is none.

    Without the sentence encoder, or the language model where it `writes`, it does what it can, and
    a note says so.
    """
    from recsys_rag.recommender import Recommender

    settings, of_model = settings_of(source), ""
    if writes:
        settings, of_model = _with_language_model(settings)
    settings, of_encoder = _with_encoder(settings)
    notes = tuple(filter(None, (of_model, of_encoder)))
    with progress() as bars:
        bars.spin("opening")

        def dataset() -> "Dataset":
            bars.close()  # data that is fetched shows bars of its own
            return dataset_of(source)

        if source.model is not None:
            recommender = Recommender.load(source.model, settings=settings, writes=writes)
        else:
            recommender = Recommender.cached(
                source.data_or_default,
                settings,
                open_dataset=dataset,
                also=source.also,
                progress=bars.counting("fitting {}"),
                writes=writes,
            )
    return Opened(recommender, notes)


def dataset_or_saved(source: Source) -> "Dataset":
    """Return the data of a source, or that of its saved model; fits nothing. Raises as
    `dataset_of`, ArtifactError."""
    from recsys_rag.recommender import Recommender

    if source.model is None:
        return dataset_of(source)
    return Recommender.load(source.model).dataset


# --- settings -------------------------------------------------------------------------------------


def settings_of(source: Source) -> "Settings":
    """Return the settings of a source; later wins: saved model or preset, file, environment,
    options."""
    from recsys_rag import settings as known
    from recsys_rag._fitting import saved_settings

    if source.settings is not None:
        base = known.load(source.settings, os.environ)
    else:
        saved = saved_settings(source.model) if source.model is not None else None
        base = saved or known.preset(source.preset or "default")
        base = known.with_changes(base, known.from_environment(os.environ))
    options = {"model": source.lm, "adapter": source.adapter, "seed": source.seed}
    return known.with_changes(
        base, {"generate": {name: value for name, value in options.items() if value is not None}}
    )


# --- data -----------------------------------------------------------------------------------------


def dataset_of(source: Source) -> "Dataset":
    """Return the data of a source: a data set by name, brought if need be, a MovieLens folder or
    archive, a saved recommender, or a person's own tables.

    Raises DataError for what is neither, and for files that are not what they should be;
    AssetError, UsageError.
    """
    from recsys_rag import _assets as assets
    from recsys_rag.data.dataset import Dataset
    from recsys_rag.errors import DataError

    known = [asset.name for asset in assets.registered("data")]
    data = source.data_or_default
    path = Path(data)
    is_described = any(name not in BAD_ROWS for name in source.table)
    if source.data is None and (source.ratings is not None or is_described):
        dataset = _from_tables(source.ratings, source.table)
    elif data in known and not is_described:
        bring(data)
        dataset = Dataset.movielens(data.removeprefix("ml-"))
    elif not path.exists():
        raise DataError(
            f"{data!r} is neither a file nor a folder, nor one of the data sets {', '.join(known)}"
        )
    elif (path / "manifest.json").is_file():
        from recsys_rag._fitting import saved_dataset

        dataset = saved_dataset(path)
    elif not is_described and _is_movielens(path):
        dataset = _movielens(path)
    else:
        dataset = _from_tables(path, source.table)
    return _with_metadata(dataset, source)


def _from_tables(ratings: Path | None, options: Mapping[str, Any]) -> "Dataset":
    from recsys_rag.data.dataset import Dataset

    return Dataset.from_csv(None if ratings is None else str(ratings), **reading(options))


def _with_metadata(dataset: "Dataset", source: Source) -> "Dataset":
    from recsys_rag.data._readers.metadata import with_metadata_of
    from recsys_rag.data._readers.options import named_options

    if source.metadata is None:
        return dataset
    bad_rows = {name: source.table[name] for name in BAD_ROWS if name in source.table}
    form = named_options(bad_rows).form_of_metadata()
    return with_metadata_of(dataset, source.metadata, form)


def _is_movielens(path: Path) -> bool:
    """Say whether this is a folder or an archive of several files, as MovieLens comes; an archive
    of one file is a table."""
    from recsys_rag.data._readers.container import Container

    if not path.name.lower().endswith(_ARCHIVES):
        return path.is_dir()
    with Container(path) as container:
        return len(container.names) > 1


def _movielens(path: Path) -> "Dataset":
    """Read a folder or archive in one of the forms of MovieLens, under its own name.

    The four releases in CSV have one form; 1M differs from 10M in the file users.dat.
    """
    from recsys_rag.data._readers import movielens
    from recsys_rag.data._readers.container import Container
    from recsys_rag.errors import DataError

    with Container(path) as container:
        has = container.find
        if has("u.data") or has("ml-100k.inter"):
            release = "100k"
        elif has("ratings.dat"):
            release = "1m" if has("users.dat") else "10m"
        elif has("ratings.csv") and has("movies.csv"):
            release = "latest-small"
        else:
            files = ", ".join(sorted(container.names)[:12]) or "none"
            raise DataError(
                f"{path} is not a MovieLens release (its files: {files}); "
                "fit a table of your own with `recsys-rag fit --ratings FILE`"
            )
    dataset = movielens.read(release, path)
    if release in ("100k", "1m", "10m"):
        return dataset
    return replace(dataset, name=path.name.split(".")[0])


# --- assets ---------------------------------------------------------------------------------------


def bring(name: str) -> Path:
    """Return the folder of an asset, bringing it first if need be. Raises AssetError."""
    from recsys_rag import _assets as assets

    here = assets.available(name)
    if here is not None:
        return here
    with progress() as bars:
        return assets.fetch(name, progress=bars.size, on_licence=_show_terms)


def _show_terms(asset: "Asset") -> None:
    note(f"Fetching {asset.title} ({size(asset.size)}).")
    note(f"License: {asset.licence}. {asset.terms}")


def _with_language_model(settings: "Settings") -> "tuple[Settings, str]":
    """Bring the language model that these settings name, if it is an asset.

    Where it cannot be brought, return settings by which the template writes, and a note that says
    why. Raises SettingsError for a name that is none, before anything is answered.
    """
    from recsys_rag._build import embedded_models, language_model
    from recsys_rag.errors import AssetError
    from recsys_rag.settings import with_changes

    model = settings.generate.model
    if model not in embedded_models():
        # `build` refuses a name of no known form; one that has a form may take seconds to load
        if not model.startswith(("transformers:", "openai:")) and not Path(model).is_file():
            language_model(model)
        return settings, ""
    try:
        bring(model)
    except AssetError as error:
        return with_changes(settings, {"generate": {"model": "template"}}), plain(
            f"The language model is unavailable: {error}; the built-in template wrote the texts."
        )
    return settings, ""


def _with_encoder(settings: "Settings") -> "tuple[Settings, str]":
    """Bring the sentence encoder of these settings, if they have one; without it, text is searched
    by words only, and a note says why."""
    from recsys_rag.errors import AssetError
    from recsys_rag.settings import with_changes

    encoder = settings.retrieve.encoder
    if encoder == "none":
        return settings, ""
    try:
        bring(encoder)
    except AssetError as error:
        return with_changes(settings, {"retrieve": {"encoder": "none"}}), plain(
            f"The sentence encoder is unavailable: {error}; text is searched by words only."
        )
    return settings, ""
