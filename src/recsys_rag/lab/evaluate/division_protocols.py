"""The protocols by name: how each cuts the data for its test part, and for its validation part
within what is left."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import Dataset
from recsys_rag.data.splits import (
    leave_last_out,
    per_user_split,
    published_fold,
    random_split,
    ties_by_item,
    time_split,
)
from recsys_rag.errors import EvaluationError
from recsys_rag.lab.evaluate.fold import Fold, relevant_of
from recsys_rag.lab.evaluate.passport import Passport
from recsys_rag.lab.k_core import core

Part: TypeAlias = Literal["test", "validation"]


@dataclass(frozen=True, slots=True)
class Cut:
    """What a protocol gives for one part, as `Fold` has it."""

    train: Dataset
    history: Dataset
    known: Dataset
    test: Dataset
    # when all users are asked; None = each after the last rating that is known
    moment: int | None = None


@dataclass(frozen=True, slots=True)
class EvaluationProtocol:
    """One protocol. `test` looks at what was held out; `validation` cuts likewise within the rest
    and never at it."""

    name: str
    about: str
    cut: Callable[[Dataset, Part], Cut]
    split: str
    seed: int | None = None
    k_core: int = 0
    task: str = "ranking"
    fitted_on: str = ""  # where it is not as in validation
    needs_history: bool = False
    # which ratings stand for a person who has no more
    shortened: Literal["first", "last"] = "first"
    # what else is a validation part of this kind
    recuts: tuple[tuple[str, Callable[[Dataset, Part], Cut]], ...] = ()

    def test(self, dataset: Dataset, relevant_from: float | None = None) -> Fold:
        """Return the test fold. Raises DataError, EvaluationError where this data cannot be cut
        so."""
        return self._fold(dataset, "test", relevant_from)

    def validation(self, dataset: Dataset, relevant_from: float | None = None) -> Fold:
        """Return the validation fold, in which no row of the test fold's held-out part occurs.
        Errors as `test`."""
        return self._fold(dataset, "validation", relevant_from)

    def validations(self, dataset: Dataset, relevant_from: float | None = None) -> tuple[Fold, ...]:
        """Return the validation folds to choose settings on, so that no single cut is fitted:
        `validation` and its `recuts`."""
        others = (replace(self, cut=cut, split=f"{self.split} ({how})") for how, cut in self.recuts)
        return tuple(reading.validation(dataset, relevant_from) for reading in (self, *others))

    def _fold(self, dataset: Dataset, part: Part, relevant_from: float | None) -> Fold:
        if relevant_from is not None and dataset.scale is None:
            raise EvaluationError(
                f"{dataset.name} has no ratings, so none is {relevant_from:g} or more; leave "
                "that out"
            )
        cut = self.cut(core(dataset, self.k_core) if self.k_core else dataset, part)
        users, skipped = self._evaluated(cut, relevant_from)
        passport = self._passport(dataset, part, relevant_from, len(users), skipped)
        return Fold(
            self.name,
            part,
            cut.train,
            cut.history,
            cut.known,
            cut.test,
            _asked_at(cut),
            relevant_from,
            users,
            passport,
        )

    def _evaluated(
        self, cut: Cut, relevant_from: float | None
    ) -> tuple[NDArray[np.int64], tuple[tuple[str, int], ...]]:
        """Return the rows of the users that can be evaluated, and how many cannot, and why. Raises
        EvaluationError."""
        held_out = np.diff(relevant_of(cut.test, relevant_from).indptr) > 0
        with_history = np.diff(cut.history.interactions.indptr) > 0
        ready = held_out & with_history if self.needs_history else held_out
        if not ready.any():
            raise EvaluationError(
                f"protocol {self.name!r} leaves no user to evaluate in {cut.test.name}; use more "
                "data or another protocol"
            )
        why = (
            ("nothing relevant was held out", int((~held_out).sum())),
            ("no rating before the split", int((held_out & ~ready).sum())),
        )
        return np.flatnonzero(ready), tuple((reason, n) for reason, n in why if n)

    def _passport(
        self,
        dataset: Dataset,
        part: Part,
        relevant_from: float | None,
        users: int,
        skipped: tuple[tuple[str, int], ...],
    ) -> Passport:
        ranks = self.task == "ranking"
        held_out = (
            "any held-out item"
            if relevant_from is None
            else f"held-out items rated {relevant_from:g} or more"
        )
        return Passport(
            dataset.name,
            dataset.content_hash,
            self.task,
            self.name,
            part,
            "no rating threshold",
            self.k_core,
            self.split
            if part == "test"
            else f"{self.split}; cut likewise within what is not the test",
            self.seed,
            (part == "test" and self.fitted_on) or _FITTED_ON,
            "known items are left out, but for methods that show them by design"
            if ranks
            else "nothing is left out",
            "full catalog" if ranks else "the held-out ratings themselves",
            held_out if ranks else "every held-out rating",
            "settings are chosen on validation parts of train only",
            "mean over users" if ranks else "over ratings",
            users,
            skipped,
            self.shortened,
        )


_FITTED_ON = "train; train is the history"  # validation parts of all protocols, too
_RECBOLE = "train only; train is the history, validation items are not shown"
_WITH_VALIDATION = "train only; train and validation are the history"
_REFITTED = "train and validation, which are the history"


def _asked_at(cut: Cut) -> NDArray[np.int64] | None:
    """Return when each user is asked: at the moment of the split, or after the last rating of the
    user's history.

    A user of whom nothing is known is asked at the last known rating of all.
    """
    known = cut.history
    if known.timestamps is None:
        return None
    if cut.moment is not None:
        return np.full(known.n_users, cut.moment, np.int64)
    asked_at = np.full(known.n_users, known.timestamps.max(initial=0), np.int64)
    some = np.diff(known.interactions.indptr) > 0
    asked_at[some] = np.maximum.reduceat(known.timestamps, known.interactions.indptr[:-1][some])
    return asked_at


# --- the cuts: each takes what is left without the test part, where validation is asked for -------


def _random(validation_seed: int = 42) -> Callable[[Dataset, Part], Cut]:
    def cut(dataset: Dataset, part: Part) -> Cut:
        train, test = random_split(dataset, 0.2, seed=42)
        if part == "validation":
            train, test = random_split(train, 0.2, seed=validation_seed)
        return Cut(train, train, train, test)

    return cut


def _recbole(dataset: Dataset, part: Part) -> Cut:
    train, validation, test = per_user_split(dataset, seed=2020)
    if part == "validation":
        return Cut(train, train, train, validation)
    return Cut(train, train, _joined(dataset, train, validation), test)


def _recbole_again(seed: int) -> Callable[[Dataset, Part], Cut]:
    """Return RecBole's cut with another validation part: a tenth of each user's train and
    validation ratings."""

    def cut(dataset: Dataset, part: Part) -> Cut:
        whole = _recbole(dataset, "test")
        if part == "test":
            return whole
        train, others, validation = per_user_split(whole.known, seed)
        train = _joined(dataset, train, others)
        return Cut(train, train, train, validation)

    return cut


def _joined(dataset: Dataset, *parts: Dataset) -> Dataset:
    """Return the rows of the dataset that are in one of the parts."""
    return dataset.replace_rows(
        np.isin(dataset.rows, np.concatenate([part.rows for part in parts]))
    )


def _leave_last_out(earlier: int = 1) -> Callable[[Dataset, Part], Cut]:
    """Return the cut whose validation part is the rating `earlier` places before the last; later
    ones are not looked at."""

    def cut(dataset: Dataset, part: Part) -> Cut:
        train, test = leave_last_out(dataset)
        for _ in range(earlier if part == "validation" else 0):
            train, test = leave_last_out(train)
        return Cut(train, train, train, test)

    return cut


def _llamarec(earlier: int = 1) -> Callable[[Dataset, Part], Cut]:
    """Return the cut of LlamaRec; `earlier` as in `_leave_last_out`."""

    def cut(dataset: Dataset, part: Part) -> Cut:
        by_item = ties_by_item(dataset)
        if part == "validation":
            return _leave_last_out(earlier)(by_item, part)
        known, test = leave_last_out(by_item)
        return Cut(leave_last_out(known)[0], known, known, test)

    return cut


def _time(share: float = 0.8) -> Callable[[Dataset, Part], Cut]:
    """Return the cut whose validation part begins after this share of what was rated before the
    test."""

    def cut(dataset: Dataset, part: Part) -> Cut:
        train, test, moment = time_split(dataset, 0.8)
        if part == "validation":
            train, test, moment = time_split(train, share)
        return Cut(train, train, train, test, moment)

    return cut


def _earlier(
    dataset: Callable[[int], Callable[[Dataset, Part], Cut]],
) -> tuple[tuple[str, Callable[[Dataset, Part], Cut]], ...]:
    """Return the leave-last-out cuts that validate on still earlier ratings."""
    return tuple(
        (f"validation {places} places before the last", dataset(places)) for places in (2, 3)
    )


def _published(fold: int) -> Callable[[Dataset, Part], Cut]:
    """Return the cut of fold u1 .. u5; its validation part is the next of the five blocks."""

    def cut(dataset: Dataset, part: Part) -> Cut:
        train, test = published_fold(dataset, fold)
        if part == "validation":
            validation = published_fold(dataset, fold % 5 + 1)[1]
            train, test = train.replace_rows(~np.isin(train.rows, validation.rows)), validation
        return Cut(train, train, train, test)

    return cut


PROTOCOLS: dict[str, EvaluationProtocol] = {
    protocol.name: protocol
    for protocol in (
        EvaluationProtocol(
            "seed",
            "a random fifth of all ratings",
            _random(),
            "random 80/20 of all ratings, as scikit-learn's train_test_split",
            seed=42,
            recuts=tuple((f"validation cut by seed {seed}", _random(seed)) for seed in (43, 44)),
        ),
        EvaluationProtocol(
            "rb",
            "a random tenth of each user's ratings, as RecBole chooses it",
            _recbole,
            "random 80/10/10 of each user's ratings, by RecBole's splitter",
            seed=2020,
            fitted_on=_RECBOLE,
            recuts=tuple(
                (f"validation cut by seed {seed}", _recbole_again(seed))
                for seed in range(2021, 2026)
            ),
        ),
        EvaluationProtocol(
            "loo",
            "each user's last rating",
            _leave_last_out(),
            "the last rating of each user in time, ties by file order; validation is the last "
            "but one",
            k_core=5,
            fitted_on=_REFITTED,
            shortened="last",
            recuts=_earlier(_leave_last_out),
        ),
        EvaluationProtocol(
            "time",
            "what came after one moment",
            _time(),
            "all ratings after the moment by which 80 % were made",
            needs_history=True,
            shortened="last",
            recuts=tuple(
                (f"validation after {share:.0%}".replace("%", " %"), _time(share))
                for share in (0.7, 0.9)
            ),
        ),
        EvaluationProtocol(
            "llamarec",
            "each user's last rating, as in the LlamaRec paper (for ml-latest-small)",
            _llamarec(),
            "the last rating of each user in time, ties by item id; validation is the last but one",
            k_core=5,
            fitted_on=_WITH_VALIDATION,
            shortened="last",
            recuts=_earlier(_llamarec),
        ),
        *(
            EvaluationProtocol(
                f"u{fold}",
                f"rating prediction on the published fold u{fold} of MovieLens 100K",
                _published(fold),
                f"rows {20_000 * (fold - 1) + 1:,} to {20_000 * fold:,} of u.data",
                task="rating prediction",
            )
            for fold in range(1, 6)
        ),
    )
}


def protocol(name: str) -> EvaluationProtocol:
    """Return the protocol of this name. Raises EvaluationError naming those that there are."""
    if name not in PROTOCOLS:
        raise EvaluationError(f"no protocol {name!r}; there are {', '.join(PROTOCOLS)}")
    return PROTOCOLS[name]
