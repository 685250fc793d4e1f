"""Chooses settings on the validation part of a protocol: each retriever alone, then their weights.
Sees no test part.

Optuna's tree-structured Parzen estimator (Bergstra et al., NIPS 2011) proposes; the search is kept
in a folder and goes on there.
"""

import hashlib
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from recsys_rag import _build as build
from recsys_rag._fitted import Fitted
from recsys_rag._fuse.bins import BIN_NAMES
from recsys_rag.errors import MissingExtraError
from recsys_rag.lab.evaluate import metrics
from recsys_rag.lab.evaluate.fold import Fold
from recsys_rag.lab.evaluate.measure import lists
from recsys_rag.lab.evaluate.passport import Passport
from recsys_rag.lab.evaluate.served import Served
from recsys_rag.lab.evaluate.weighing import Weighing, by_person, weighings
from recsys_rag.protocols import Retriever
from recsys_rag.settings import Settings, with_changes

if TYPE_CHECKING:
    import optuna

Progress: TypeAlias = Callable[[str, int, int], None]  # (what is tuned, trials done, trials in all)
# low, high, step; a step of 0 is a logarithmic search of whole numbers
Bounds: TypeAlias = tuple[float, float, float]

SPACE: Mapping[str, Mapping[str, Bounds]] = {
    "recent": {"days": (1, 60, 0)},
    "user_knn": {"neighbors": (20, 600, 10), "shrinkage": (0, 30, 1)},
    "item_knn": {"neighbors": (20, 300, 10), "shrinkage": (0, 100, 5)},
    "ease": {
        "l2": (50, 1000, 0),
        "popularity_power": (0, 1, 0.05),
        "user_power": (0, 0.5, 0.05),
        "diagonal_power": (0.5, 1, 0.05),
        "attribute_weight": (0, 5, 0.25),
        "order_weight": (0, 4, 0.1),
        "order_decay": (0.5, 0.95, 0.05),
        "memory": (0, 60, 5),
        "floor": (0, 1, 0.05),
        "rating_power": (0, 1.5, 0.25),
    },
    "als": {"factors": (16, 64, 4), "regularization": (5, 150, 0), "alpha": (1, 12, 0.5)},
    "slit": {"l2": (50, 2000, 0), "fast": (0.5, 3, 0.25), "slow": (4, 20, 1)},
}
_K = 10
_WEIGHTS_UP_TO = 1.5
_WEIGHT_STEP = 0.05
_EFFORT_FOR_WEIGHTS = 4  # times the trials of a retriever: nothing has to be fitted
_EXPLAINS = "ease"  # whose contributions are told as reasons: what is told must rank
_LEAST = 0.5  # its weight wherever there is a history
_NOT_WORTH = 0.0005  # of NDCG: retrievers that gain no more than this do not rank
_TIE = 1e-6
_SHARE_OF_RETRIEVERS = 0.5  # of a limit of time; the rest is for weights and the whole pipeline


@dataclass(frozen=True, slots=True)
class Tuned:
    """What was chosen: changes to the settings, and the NDCG@10 on validation that they reached,
    part by part."""

    changes: Mapping[str, Any]
    # retriever, "fused <length of history>" or "pipeline" -> mean NDCG@10 on validation
    ndcg: Mapping[str, float]
    passports: tuple[Passport, ...]

    def toml(self) -> str:
        """Return the changes as a settings file that says where they come from."""
        import tomli_w

        comments = [f"# {name}: NDCG@{_K} {value:.4f}" for name, value in self.ndcg.items()]
        first = self.passports[0].lines()
        cuts = (
            [
                f"# and {len(self.passports) - 1} more validation cuts: "
                + ", ".join(passport.key for passport in self.passports[1:])
            ]
            if len(self.passports) > 1
            else []
        )
        from_where = [f"# {what}: {said}" for what, said in first]
        head = [
            "# Chosen by `recsys-rag tune` on the validation part of:",
            *from_where,
            *cuts,
            *comments,
            "",
            "",
        ]
        return "\n".join(head) + tomli_w.dumps(msgspec.to_builtins(dict(self.changes)))


def tune(
    folds: Sequence[Fold],
    settings: Settings,
    *,
    trials: int = 40,
    seconds: float | None = None,
    folder: Path | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Tuned:
    """Choose settings of the retrievers and their fusion weights by mean NDCG@10 on validation
    folds of one protocol.

    The settings that are given are the first trial of each search, so that the choice is never
    below them on these folds. Their diversity stays where it is not seen to cost anything there.
    `trials` counts for each retriever and each length of history; `seconds` bounds the whole
    search, by the clock and by the time of the process, whichever is longer: nothing begins that
    would, as what went before took, end later, and what is not reached stays as given. With a
    `folder` the search is kept there, and what was tried before is not tried again.
    One seed, one folder and no time limit give one result. Raises MissingExtraError without the
    [tune] extra.
    """
    assert all(fold.part == "validation" for fold in folds), (
        "settings are never chosen on a test part"
    )
    search = _Search(_key(folds, settings), _storage(folder), trials, seconds, seed, progress)
    chosen: dict[str, dict[str, Any]] = {}
    ndcg: dict[str, float] = {}
    for name in (name for name in _fusible(settings) if name in SPACE):
        current = msgspec.to_builtins(getattr(settings.retrieve, name))
        chosen[name] = current
        if not search.has_time(share=_SHARE_OF_RETRIEVERS):
            continue

        def value(given: Mapping[str, Any], name: str = name) -> float:
            return float(
                np.mean([_ndcg(fold, _retriever(settings, name, given)) for fold in folds])
            )

        best, ndcg[name] = search.best(
            name, SPACE[name], [{key: current[key] for key in SPACE[name]}], value
        )
        chosen[name] = current | best
    passports = tuple(fold.passport for fold in folds)
    if not search.has_time(2 * search.round_of_retrievers):  # all are fitted again, and asked
        return Tuned({"fit": {"choose": False}, "retrieve": chosen}, ndcg, passports)
    tuned = with_changes(_no_words(settings), {"retrieve": chosen})
    parts = [
        {name: build.retrievers(tuned)[name].fit(fold.train) for name in _fusible(settings)}
        for fold in folds
    ]
    weights, reached = _weights(folds, settings, parts, search)
    # what was searched for is not chosen again by the fit
    changes: dict[str, Any] = {
        "fit": {"choose": False},
        "retrieve": chosen,
        "fuse": {"weights": weights},
    }
    if not search.has_time(2 * search.round_of_retrievers):
        return Tuned(changes, ndcg | reached, passports)
    diversity, whole = _diversity(folds, with_changes(_no_words(settings), changes), parts)
    return Tuned(
        changes | {"rerank": {"diversity": diversity}},
        ndcg | reached | {"pipeline": whole},
        passports,
    )


def _key(folds: Sequence[Fold], settings: Settings) -> str:
    """Return what tells one search from another: the data and its cuts, and the settings that it
    begins with."""
    about = [
        [fold.passport.key for fold in folds],
        msgspec.to_builtins(settings.retrieve),
        settings.fuse.weights,
    ]
    return hashlib.sha256(msgspec.json.encode(about)).hexdigest()[:16]


def _ndcg(fold: Fold, retriever: Retriever) -> float:
    return float(metrics.ndcg(lists(fold, retriever.fit(fold.train), _K), fold.relevant, _K).mean())


def _fusible(settings: Settings) -> list[str]:
    """Return the retrievers that need no words, which no protocol has."""
    return [name for name in build.retrievers(_no_words(settings)) if name not in ("bm25", "seed")]


def _no_words(settings: Settings) -> Settings:
    return with_changes(settings, {"retrieve": {"encoder": "none"}})


def _retriever(settings: Settings, name: str, given: Mapping[str, Any]) -> Retriever:
    return build.retrievers(with_changes(_no_words(settings), {"retrieve": {name: dict(given)}}))[
        name
    ]


def _weights(
    folds: Sequence[Fold],
    settings: Settings,
    parts: Sequence[Mapping[str, Retriever]],
    search: "_Search",
) -> tuple[dict[str, Any], dict[str, float]]:
    """Choose five weights for each retriever; lengths of history that no user can be cut to keep
    the ones given.

    What EASE adds up is told as the reason for an item, so it has its part in every ranking from a
    history.
    """
    given = {
        name: np.broadcast_to(settings.fuse.weights.get(name, 0.0), len(BIN_NAMES))
        for name in parts[0]
    }
    chosen = {name: list(map(float, weights)) for name, weights in given.items()}
    reached: dict[str, float] = {}
    for length, weighing in weighings(folds, parts):
        if not search.has_time():
            break
        least = {name: _LEAST if name == _EXPLAINS else 0.0 for name in weighing.names}
        own = {
            name: max(min(chosen[name][length], _WEIGHTS_UP_TO), least[name])
            for name in weighing.names
        }
        starts = [own] if any(own.values()) else []
        starts += [
            {name: max(float(name == alone), least[name]) for name in least} for alone in least
        ]
        space: dict[str, Bounds] = {
            name: (least[name], _WEIGHTS_UP_TO, _WEIGHT_STEP) for name in least
        }
        title = f"weights {BIN_NAMES[length]}"
        best, _ = search.best(title, space, starts, weighing.ndcg, effort=_EFFORT_FOR_WEIGHTS)
        best = _pruned(best, weighing)
        reached[f"fused {BIN_NAMES[length]}"] = weighing.ndcg(best)
        for name in chosen:
            chosen[name][length] = best.get(name, 0.0)
    words = {name: weight for name, weight in settings.fuse.weights.items() if name not in parts[0]}
    return {name: weights for name, weights in chosen.items() if any(weights)} | words, reached


def _pruned(weights: Mapping[str, float], weighing: Weighing) -> dict[str, float]:
    """Return the fewest retrievers that are not seen to be worse: leave out one after the other,
    the least missed first.

    What is left may lose no more NDCG to the given weights than the standard error of that loss
    over people, or next to nothing: a retriever whose gain may be noise does not rank.
    """
    kept = {name: weight for name, weight in weights.items() if weight}
    whole = weighing.by_person(kept)
    while len(kept) > 1:
        fewer = [
            {other: kept[other] for other in kept if other != name}
            for name in sorted(kept)
            if name != _EXPLAINS
        ]
        losses = [whole - weighing.by_person(remaining) for remaining in fewer]
        least = min(range(len(fewer)), key=lambda index: float(losses[index].mean()))
        lost = losses[least]
        if lost.mean() > max(lost.std(ddof=1) / np.sqrt(len(lost)), _NOT_WORTH):
            break
        kept = fewer[least]
    return kept


def _diversity(
    folds: Sequence[Fold], settings: Settings, parts: Sequence[Mapping[str, Retriever]]
) -> tuple[float, float]:
    """Return the diversity of these settings where it is not seen to cost anything, else 0; and the
    NDCG@10 of the pipeline.

    It may lose no more than the standard error of that loss over people.
    """
    plain = _of_pipeline(folds, with_changes(settings, {"rerank": {"diversity": 0.0}}), parts)
    varied = _of_pipeline(folds, settings, parts) if settings.rerank.diversity else plain
    lost = plain - varied
    if lost.any() and not lost.mean() <= lost.std(ddof=1) / np.sqrt(len(lost)):
        return 0.0, float(plain.mean())
    return settings.rerank.diversity, float(varied.mean())


def _of_pipeline(
    folds: Sequence[Fold], settings: Settings, parts: Sequence[Mapping[str, Retriever]]
) -> NDArray[np.float64]:
    """Return the NDCG@10 of each person by the ranker that these settings and fitted retrievers
    would serve."""
    values = []
    for fold, fitted in zip(folds, parts, strict=True):
        others = {
            name: retriever
            for name, retriever in build.retrievers(settings).items()
            if name not in fitted
        }
        every = {**fitted, **{name: other.fit(fold.train) for name, other in others.items()}}
        served = Served(build.ranker(Fitted(fold.train, every, None, settings)))
        values.append(metrics.ndcg(lists(fold, served, _K), fold.relevant, _K))
    return by_person([fold.users for fold in folds], values)


class _Search:
    """One Optuna study for each thing that is tuned, in one storage and under one limit of time."""

    def __init__(
        self,
        key: str,
        storage: "optuna.storages.BaseStorage | None",
        trials: int,
        seconds: float | None,
        seed: int,
        progress: Progress | None,
    ) -> None:
        self._key = key
        self._storage, self._trials, self._seed, self._progress = storage, trials, seed, progress
        self._seconds = seconds
        self._begin = time.monotonic(), time.process_time()
        self.round_of_retrievers = 0.0  # seconds of one trial of each
        # things still to be tuned, which share the time that is left
        self._left = len(SPACE) + len(BIN_NAMES)

    def best(
        self,
        title: str,
        space: Mapping[str, Bounds],
        starts: list[dict[str, float]],
        value: Callable[[Mapping[str, Any]], float],
        effort: int = 1,
    ) -> tuple[dict[str, Any], float]:
        """Return the best point found and its value, after `effort` times the trials; among equals
        the one tried first."""
        import optuna

        trials = max(effort * self._trials, len(starts))

        study = optuna.create_study(
            study_name=f"{self._key} {title}",
            storage=self._storage,
            direction="maximize",
            load_if_exists=True,
            sampler=optuna.samplers.TPESampler(seed=self._seed, multivariate=False),
        )
        for start in starts:
            study.enqueue_trial(start, skip_if_exists=True)

        def objective(trial: "optuna.Trial") -> float:
            if self._progress:
                self._progress(title, trial.number, trials)
            return value({name: _suggested(trial, name, bounds) for name, bounds in space.items()})

        begun, longest, until = self._spent(), 0.0, self._until(of_retriever=effort == 1)

        def stop_in_time(study: "optuna.Study", trial: "optuna.trial.FrozenTrial") -> None:
            nonlocal begun, longest
            ended = self._spent()
            longest, begun = max(longest, ended - begun), ended
            if ended + longest > until:
                study.stop()

        done = len([trial for trial in study.trials if trial.state.is_finished()])
        study.optimize(objective, n_trials=max(trials - done, 0), callbacks=[stop_in_time])
        self._left -= 1
        if effort == 1:
            self.round_of_retrievers += longest
        complete = [trial for trial in study.trials if trial.value is not None]
        top = max(finished.value or 0.0 for finished in complete)
        first = next(finished for finished in complete if (finished.value or 0.0) >= top - _TIE)
        return {name: round(param, 6) for name, param in first.params.items()}, float(
            first.value or 0.0
        )

    def has_time(self, more: float = 0.0, share: float = 1.0) -> bool:
        """Return whether so many more seconds end within this share of the limit."""
        return self._seconds is None or self._spent() + more < share * self._seconds

    def _until(self, *, of_retriever: bool) -> float:
        """Return when, in seconds spent, the search that begins now must end."""
        if self._seconds is None:
            return math.inf
        limit = self._seconds * (_SHARE_OF_RETRIEVERS if of_retriever else 1.0)
        left = self._left - (len(BIN_NAMES) if of_retriever else 0)
        spent = self._spent()
        return spent + max(limit - spent, 0.0) / max(left, 1)

    def _spent(self) -> float:
        wall, process = self._begin
        return max(time.monotonic() - wall, time.process_time() - process)


def _suggested(trial: "optuna.Trial", name: str, bounds: Bounds) -> float:
    low, high, step = bounds
    if not step:
        return trial.suggest_int(name, int(low), int(high), log=True)
    if all(isinstance(bound, int) for bound in bounds):
        return trial.suggest_int(name, int(low), int(high), step=int(step))
    return round(trial.suggest_float(name, low, high, step=step), 6)


def _storage(folder: Path | None) -> "optuna.storages.BaseStorage | None":
    try:
        import optuna
        import tomli_w  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("tuning needs Optuna: pip install 'recsys-rag[tune]'") from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    if folder is None:
        return None
    from optuna.storages.journal import JournalFileBackend

    folder.mkdir(parents=True, exist_ok=True)
    return optuna.storages.JournalStorage(JournalFileBackend(str(folder / "study.log")))
