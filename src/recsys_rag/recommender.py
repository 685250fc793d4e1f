"""The front door of the library: fit, save, load, ask. Chooses no part and knows no algorithm."""

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from recsys_rag import assets, build, store
from recsys_rag import settings as settings_module
from recsys_rag.data import artifact
from recsys_rag.data.dataset import Dataset
from recsys_rag.data.order import in_order_of_ids
from recsys_rag.data.splits import random_split
from recsys_rag.errors import ArtifactError, NotFittedError, QueryError
from recsys_rag.flow import Flow, Stream
from recsys_rag.fuse.weighted import WeightedFusion
from recsys_rag.histories import LiveHistories
from recsys_rag.models import LanguageModels
from recsys_rag.protocols import Retriever
from recsys_rag.ranking import Ranker
from recsys_rag.retrieve.rating import RatingPredictor
from recsys_rag.settings import Settings
from recsys_rag.types import (
    Candidate,
    Filters,
    Finished,
    Query,
    Rankings,
    Recommendation,
    ResolvedQuery,
    Understanding,
)

Progress = Callable[[str, int, int], None]  # (stage, stages done, stages in all)
_SIMILAR = {"item_knn": 1.0, "embedding": 0.5, "bm25": 0.3}  # what `similar` weighs


class Recommender:
    """Recommends items with explanations that are proven against the data.

    Hyperparameters and the choice of parts come in `settings`; `fit` learns from a dataset and
    forgets the last fit. Everybody is served the same way: a known user by id, a visitor by
    history, a person with only words by words.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._flow: Flow | None = None
        self._fitted: dict[str, Retriever] = {}
        self._predictor: RatingPredictor | None = None
        self.models = LanguageModels(self.settings)
        self._histories: LiveHistories | None = None

    @classmethod
    def default(cls, *, lm: str | None = None) -> Self:
        """Return an unfitted recommender with the default settings; `lm` names another language
        model."""
        return cls.preset("default", lm=lm)

    @classmethod
    def preset(cls, name: str, *, lm: str | None = None) -> Self:
        """Return an unfitted recommender of a named configuration: "default" or "seed". Raises
        SettingsError."""
        return cls(_with_model(settings_module.preset(name), lm))

    @classmethod
    def from_settings(cls, path: str | Path, *, lm: str | None = None) -> Self:
        """Return an unfitted recommender of a TOML file, under the environment's `RECSYS_RAG__*`.
        Raises SettingsError."""
        return cls(_with_model(settings_module.load(path, os.environ), lm))

    # --- learn, save, load ------------------------------------------------------------------------

    def fit(self, dataset: Dataset, progress: Progress | None = None) -> Self:
        """Learn from a dataset; `progress(stage, done, total)` is told of each stage. Raises
        DataError, AssetError.

        What is learned does not depend on the order in which the dataset names users and items. The
        seed preset first sets a fifth of the ratings aside (seed 42), as the method was described.
        """
        dataset = in_order_of_ids(dataset)
        if self.settings.preset == "seed":
            dataset, _ = random_split(dataset, test_size=0.2, seed=42)
        parts = build.retrievers(self.settings)
        predictor = build.predictor(dataset)
        _fit(dataset, parts, predictor, progress or _unseen)
        return self._take(dataset, parts, predictor)

    def _take(
        self, dataset: Dataset, parts: dict[str, Retriever], predictor: RatingPredictor | None
    ) -> Self:
        self._fitted, self._predictor = parts, predictor
        self._histories = LiveHistories(dataset)
        self._flow = build.flow(
            self.settings,
            dataset,
            parts,
            predictor,
            self.models.writing,
            self.models.turn,
            self._histories,
        )
        return self

    def save(self, path: str | Path) -> None:
        """Write everything that was learned, with the data it was learned from, to a folder. Raises
        ArtifactError, OSError."""
        dataset = self.flow.ranker.dataset
        arrays = artifact.to_arrays(dataset)
        states = {name: part.state() for name, part in self._fitted.items()}
        if self._predictor:
            states["rating"] = self._predictor.state()
        arrays |= {
            f"{name}.{key}": np.asarray(value)
            for name, state in states.items()
            for key, value in state.items()
        }
        store.save(
            Path(path),
            about={
                "settings": msgspec.to_builtins(self.settings),
                "dataset": {
                    "name": dataset.name,
                    "content_hash": dataset.content_hash,
                    "users": dataset.n_users,
                    "items": dataset.n_items,
                    "ratings": dataset.n_ratings,
                },
            },
            arrays=arrays,
            documents=artifact.to_documents(dataset),
            package_version=_version(),
        )

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        settings: Settings | None = None,
        lm: str | None = None,
        writes: bool = False,
    ) -> Self:
        """Read a saved recommender. `settings` and `lm` may change fusion and writing, not what was
        fitted.

        Where it `writes`, the language model gets ready while the rest is read. Raises
        ArtifactError naming the file and what is wrong with it. Nothing that is read is ever
        executed.
        """
        loaded = store.load(Path(path))
        about = loaded.manifest.about
        if loaded.manifest.package_version.split(".")[:2] != _version().split(".")[:2]:
            raise ArtifactError(
                f"{path} was made by version {loaded.manifest.package_version}, this is {_version()}; "
                "make it again with `recsys-rag fit`"
            )
        try:
            fitted = settings_module.from_saved(about["settings"], f"{path}/manifest.json")
            chosen = _with_model(settings or fitted, lm)
            if chosen.fit_key() != _as_far_as_used(fitted, chosen).fit_key():
                raise ArtifactError(
                    f"{path} was fitted with other settings of its retrievers; fit again"
                )
            made = cls(chosen)
            if writes:
                made.prepare()
            dataset = artifact.from_parts(loaded.arrays, loaded.documents)
            parts = build.retrievers(chosen)
            states = _by_part(loaded.arrays)
            for name, part in parts.items():
                part.restore(dataset, states.get(name, {}))
            predictor = build.predictor(dataset)
            if predictor:
                predictor.restore(dataset, states["rating"])
        except (KeyError, TypeError, ValueError) as error:
            raise ArtifactError(
                f"{path} lacks or garbles a part ({type(error).__name__}: {error}); make it again with `recsys-rag fit`"
            ) from error
        return made._take(dataset, parts, predictor)

    def add_feedback(
        self, user: str | int, feedback: Mapping[str, float | None], when: int | None = None
    ) -> None:
        """Let what a person says about items count from the next answer on, for new people too.

        `feedback` maps item ids or titles to ratings, None for what was seen and not rated; `when`
        is in seconds, None = just now. It is kept in memory and not saved. Raises UnknownItemError,
        QueryError; then nothing was taken.
        """
        assert self.flow and self._histories
        self._histories.add(str(user), feedback, when)

    # --- ask --------------------------------------------------------------------------------------

    @property
    def flow(self) -> Flow:
        """The wired parts. Raises NotFittedError before fit."""
        if self._flow is None:
            raise NotFittedError(
                "this recommender is not fitted; call .fit(dataset) or Recommender.load(path) first"
            )
        return self._flow

    @property
    def parts(self) -> Mapping[str, Retriever]:
        """The fitted retrievers by name, also those that do not rank. Empty before fit."""
        return self._fitted

    @property
    def dataset(self) -> Dataset:
        """The data that it was fitted on. Raises NotFittedError before fit."""
        return self.flow.ranker.dataset

    def stream(
        self,
        user: str | int | None = None,
        *,
        history: Mapping[str, float] | None = None,
        profile: str = "",
        query: str = "",
        dislikes: Sequence[str] = (),
        exclude: Sequence[str] = (),
        filters: Filters | None = None,
        include_seen: bool = False,
        diversity: float | None = None,
        calibration: float | None = None,
        novelty: float | None = None,
        previous: Recommendation | None = None,
        k: int = 5,
        explain: bool = True,
    ) -> Stream:
        """Answer as events: `Ranked` with the template's texts at once, each item `Written` once
        its text is final, `Finished`.

        `user` is an id of the data; `history` maps item ids or titles to ratings, for a visitor or
        on top of a known user's own; `profile` is a taste in words and moves the ranking softly;
        what `query` asks for is required; what resembles `dislikes` is held back; `exclude` is
        never recommended, and only what passes the `filters` is. `include_seen` admits what is in
        the history. `diversity`, `calibration` (to the genres of the history) and `novelty` select
        from the best: 0 = off, 1 = nothing but it, None = as the settings say. `previous` is the
        list shown before: the texts may then say what moved; it changes no ranking. Raises
        UnknownUserError, UnknownItemError, QueryError.
        """
        asked = Query(
            None if user is None else str(user),
            dict(history or {}),
            profile,
            query,
            tuple(dislikes),
            tuple(exclude),
            k,
            filters or Filters(),
            include_seen,
            _strengths(diversity, calibration, novelty),
            tuple(item.item_id for item in previous.items) if previous else (),
        )
        flow = self.flow
        if explain:
            self.prepare()
        return flow.stream(asked, explain=explain)

    def recommend(self, user: str | int | None = None, **asked: Any) -> Recommendation:
        """Answer whole. Takes what `stream` takes; same errors."""
        for event in self.stream(user, **asked):
            if isinstance(event, Finished):
                return event.recommendation
        raise AssertionError("a stream ends with Finished")

    def rank(
        self,
        users: Sequence[str | int] = (),
        *,
        histories: Sequence[Mapping[str, float]] = (),
        filters: Filters | None = None,
        include_seen: bool = False,
        diversity: float | None = None,
        calibration: float | None = None,
        novelty: float | None = None,
        k: int = 10,
    ) -> Rankings:
        """Rank for many at once, without text: users by id, then visitors by history; one row each,
        same order.

        Rows are best first, ties by item index; a row that has fewer than k items ends in "" and
        nan. The rest is as `stream` says; where a stage of selection is on, rows are in the order
        of selection.
        """
        ranker = self.flow.ranker
        every = Query(
            k=k,
            filters=filters or Filters(),
            include_seen=include_seen,
            strengths=_strengths(diversity, calibration, novelty),
        )
        queries = [replace(every, user_id=str(user)) for user in users]
        queries += [replace(every, history=dict(one)) for one in histories]
        return ranker.rank([ranker.resolve(one) for one in queries], k)

    def similar(self, id_or_title: str, k: int = 10) -> tuple[Candidate, ...]:
        """Return the k items most like one: what people who took to it also took to, and what reads
        like it.

        Raises UnknownItemError with the closest titles, QueryError for k.
        """
        catalog = self.dataset.catalog
        item = catalog.resolve(id_or_title)
        scale = self.dataset.scale
        alike = ResolvedQuery(
            Query(k=k),
            np.array([item]),
            np.array([scale.high if scale else 1.0], np.float32),
            words=Understanding(text=catalog.text(item)),
        )
        return self._item_ranker().candidates(alike, k)

    def _item_ranker(self) -> Ranker:
        """Return a ranker over what compares items with items."""
        weights = {name: weight for name, weight in _SIMILAR.items() if name in self._fitted}
        if not weights:
            raise QueryError(
                "this preset compares people, not items; `similar` needs the default preset"
            )
        ranker = self.flow.ranker
        retrievers = {name: self._fitted[name] for name in weights}
        return replace(
            ranker,
            retrievers=retrievers,
            fuser=WeightedFusion(weights),
            predictor=None,
            selection=None,
        )

    # --- write ------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Have the language model get ready beside other work, so that the first text comes sooner;
        returns at once.

        `stream` does this first; call it earlier where there is something to wait for. What goes
        wrong is told with the texts.
        """
        self.models.prepare()

    def close(self) -> None:
        """Free the memory of language models, and their processes where they have some; a later use
        loads them again."""
        self.models.close()


def _fit(
    dataset: Dataset,
    parts: Mapping[str, Retriever],
    predictor: RatingPredictor | None,
    progress: Progress,
) -> None:
    """Fit the parts one after another, and the predictor, which needs none of them, in a thread
    beside them.

    BLAS has one thread meanwhile: its limit is the process's, and a part that ends must not lift
    that of one still fitting.
    """
    from concurrent.futures import ThreadPoolExecutor

    from threadpoolctl import threadpool_limits

    n_stages = len(parts) + (predictor is not None)
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(1) as beside:
        predicting = beside.submit(predictor.fit, dataset) if predictor else None
        for done, (name, part) in enumerate(parts.items()):
            progress(name, done, n_stages)
            part.fit(dataset)
        if predicting:
            progress("rating", len(parts), n_stages)
            predicting.result()
    progress("", n_stages, n_stages)


def _unseen(stage: str, done: int, total: int) -> None:
    """Show no progress."""


def cached(
    data: str,
    settings: Settings,
    *,
    open_dataset: Callable[[], Dataset],
    metadata: Path | None = None,
    progress: Progress | None = None,
    writes: bool = False,
) -> "Recommender":
    """Return the recommender for this data (a name, or a path) and these settings, fitted the first
    time, then kept.

    Kept in the cache folder under a key of the version, the data's and the metadata's name, size
    and time, and all settings that the fit depends on. A cache that is damaged is made again. Where
    it `writes`, the language model gets ready while the rest is fitted. Errors are those of
    `open_dataset` and `fit`.
    """
    place = cached_place(data, settings, metadata)
    if place.exists():
        try:
            return Recommender.load(place, settings=settings, writes=writes)
        except ArtifactError:
            shutil.rmtree(place)
    recommender = Recommender(settings)
    if writes:
        recommender.prepare()
    recommender.fit(open_dataset(), progress).save(place)
    return recommender


def cached_place(data: str, settings: Settings, metadata: Path | None = None) -> Path:
    """Return the folder in which `cached` keeps the recommender for this data and these settings."""
    about = [_version(), settings.fit_key(), _stamp(data), _stamp(str(metadata or ""))]
    key = hashlib.sha256(msgspec.json.encode(about)).hexdigest()[:16]
    return assets.cache_dir() / "fitted" / f"{Path(data).name}-{settings.preset}-{key}"


def _stamp(path: str) -> list[Any]:
    """Return what tells one state of a file or folder from another; a name that is no path stands
    for itself."""
    if not path or not Path(path).exists():
        return [path]
    place = Path(path).resolve()
    files = sorted(place.rglob("*")) if place.is_dir() else [place]
    return [str(place), [[one.name, one.stat().st_size, one.stat().st_mtime_ns] for one in files]]


def _as_far_as_used(fitted: Settings, chosen: Settings) -> Settings:
    """Return the fitted settings without the encoder if it is not wanted now: the rest of an
    artifact serves without it."""
    if chosen.retrieve.encoder == "none":
        return settings_module.with_changes(fitted, {"retrieve": {"encoder": "none"}})
    return fitted


def _strengths(
    diversity: float | None, calibration: float | None, novelty: float | None
) -> dict[str, float]:
    """Return the strengths that were given, by stage of selection."""
    given = {"diversity": diversity, "calibration": calibration, "novelty": novelty}
    return {name: strength for name, strength in given.items() if strength is not None}


def _with_model(settings: Settings, lm: str | None) -> Settings:
    return (
        settings
        if lm is None
        else settings_module.with_changes(settings, {"generate": {"model": lm}})
    )


def _by_part(arrays: Mapping[str, NDArray[Any]]) -> dict[str, dict[str, NDArray[Any]]]:
    """Group arrays named "part.key" by part."""
    states: dict[str, dict[str, NDArray[Any]]] = {}
    for name, array in arrays.items():
        part, _, key = name.partition(".")
        states.setdefault(part, {})[key] = array
    return states


def _version() -> str:
    from recsys_rag import __version__

    return __version__
