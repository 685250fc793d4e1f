"""How well ratings are predicted on the five published folds, beside biases and myFM where that is
installed."""

import importlib.util
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from record import record
from scipy import sparse

from recsys_rag import Dataset
from recsys_rag.data.dataset import histories_of
from recsys_rag.data.splits import published_fold
from recsys_rag.retrieve.rating import RatingPredictor

_PROTOCOL = (
    "u1 to u5: the five published folds of MovieLens 100K, each of 20,000 consecutive rows of "
    "u.data as test; every test rating is predicted from the train ratings of its user only, "
    "without its time and without age, gender, occupation and zip code (but `myFM, with side "
    "information` uses those four); implicit sets are of train; predictions are clipped to 1..5; "
    "RMSE and MAE over ratings, the mean of the folds unweighted; 95 % interval from 2,000 "
    "bootstrap resamples of users, paired for differences. Settings and features were chosen on "
    "the second and fourth 20,000 rows, learning from the others of the train part of u1: the "
    "test part of u1 was not looked at, those of u2 and u4 were what was chosen on. "
    "`predicted_as_visitors`: users kept out of the fit altogether (a tenth, seed 0) show n of "
    "their ratings and are predicted on what is left after 60 (settings were chosen with some of "
    "these ratings in sight). An error is the one that is stated with a prediction, for this "
    "person and this item; `within` is the share of test ratings that lie no further off."
)
_SHOWN = (0, 1, 2, 5, 10, 20, 50)
_RESAMPLES = 2000
Array = NDArray[np.float64]


# --- predictors: (train, users, items) -> predicted ratings of the pairs --------------------------


def damped_biases(train: Dataset, users: NDArray[np.int64], items: NDArray[np.int64]) -> Array:
    """Mean, user and item bias, by ten sweeps of damped means (25 ratings for items, 10 for users;
    Koren 2010)."""
    ratings = train.interactions.tocoo()
    mean = ratings.data.mean()
    of_user, of_item = np.zeros(train.n_users), np.zeros(train.n_items)
    for _ in range(10):
        left = np.bincount(ratings.col, ratings.data - mean - of_user[ratings.row], train.n_items)
        of_item = left / (np.bincount(ratings.col, minlength=train.n_items) + 25)
        left = np.bincount(ratings.row, ratings.data - mean - of_item[ratings.col], train.n_users)
        of_user = left / (np.bincount(ratings.row, minlength=train.n_users) + 10)
    return np.asarray(mean + of_user[users] + of_item[items])


def by_myfm(
    train: Dataset, users: NDArray[np.int64], items: NDArray[np.int64], *, side: bool
) -> Array:
    """myFM's regression of rank 10: ids and implicit sets, 320 iterations; with side information
    512."""
    import myfm

    rated = sparse.csr_matrix(
        (np.ones(train.n_ratings), train.interactions.nonzero()), train.interactions.shape
    )
    of_user = [sparse.eye(train.n_users), normalized(rated)]
    of_item = [sparse.eye(train.n_items), normalized(rated.T.tocsr())]
    if side:
        fields = {name: list(values) for name, values in train.user_fields.items()}
        fields |= {
            "age": [str(int(age) // 10) for age in fields["age"]],
            "zip": [code[:1] for code in fields["zip"]],
        }
        of_user += [
            sparse.csr_matrix(indicator(fields[name]))
            for name in ("age", "gender", "occupation", "zip")
        ]
        of_item += [
            genres_of(train),
            sparse.csr_matrix(indicator([str(year) for year in train.catalog.years])),
        ]
    tables = [sparse.hstack(one).tocsr() for one in (of_user, of_item)]
    pairs = train.interactions.tocoo()
    model = myfm.MyFMRegressor(rank=10, random_seed=42)
    n_iterations = 512 if side else 320
    model.fit(
        None,
        pairs.data.astype(np.float64),
        X_rel=[
            myfm.RelationBlock(*one) for one in zip((pairs.row, pairs.col), tables, strict=True)
        ],
        n_iter=n_iterations,
        n_kept_samples=n_iterations,
        group_shapes=[one.shape[1] for one in of_user + of_item],
    )
    relations = [myfm.RelationBlock(*one) for one in zip((users, items), tables, strict=True)]
    return np.asarray(model.predict(None, relations))


def normalized(rated: sparse.csr_matrix) -> sparse.csr_matrix:
    counts = np.maximum(np.asarray(rated.sum(axis=1)).ravel(), 1)
    return sparse.csr_matrix(sparse.diags(1 / np.sqrt(counts)) @ rated)


def indicator(values: list[str]) -> NDArray[np.float64]:
    names = sorted(set(values))
    return np.array([[value == name for name in names] for value in values], np.float64)


def genres_of(train: Dataset) -> sparse.csr_matrix:
    return sparse.csr_matrix(
        [[name in one for name in train.catalog.genre_names] for one in train.catalog.genres],
        dtype=np.float64,
    )


def predicted_pairs(
    predictor: RatingPredictor, train: Dataset, users: NDArray[np.int64], items: NDArray[np.int64]
) -> tuple[Array, Array]:
    """Return the predictions and errors of pairs sorted by user."""
    parts = [
        predictor.predict_with_errors(train.interactions[[user]], items[users == user])
        for user in np.unique(users)
    ]
    predicted, errors = (
        np.concatenate([part[place][0] for part in parts]).astype(np.float64) for place in (0, 1)
    )
    return predicted, errors


# --- figures --------------------------------------------------------------------------------------


def rmse_and_mae(
    squares: Array, absolutes: Array, counts: Array, times: Array
) -> tuple[Array, Array]:
    """Return RMSE and MAE of each fold, given per-user sums (n_folds, n_users), users counted
    `times` (..., n_users)."""
    n = times @ counts.T
    return np.sqrt(times @ squares.T / n), times @ absolutes.T / n


class Errors:
    """The errors of one method on all folds, summed by user."""

    def __init__(self, n_users: int) -> None:
        self.n_users = n_users
        self.sums: list[tuple[Array, Array, Array]] = []

    def add(self, users: NDArray[np.int64], errors: Array) -> None:
        def by_user(values: Array) -> Array:
            return np.bincount(users, values, self.n_users)

        self.sums.append((by_user(errors**2), by_user(abs(errors)), by_user(np.ones(len(users)))))

    def resampled(self, times: Array) -> tuple[Array, Array]:
        squares, absolutes, counts = (np.array(one) for one in zip(*self.sums, strict=True))
        return rmse_and_mae(squares, absolutes, counts, times)


def interval(values: Array) -> list[float]:
    return [round(float(one), 4) for one in np.percentile(values, [2.5, 97.5])]


def figures_of(errors: Errors, times: Array, base: tuple[Array, Array]) -> dict[str, object]:
    """Return RMSE and MAE of u1 and the mean of the folds, with intervals, and the difference to
    our own."""
    once, many = errors.resampled(np.ones((1, errors.n_users))), errors.resampled(times)
    ours_once, ours_many = base
    return {
        "u1_rmse": round(float(once[0][0, 0]), 4),
        "u1_rmse_interval": interval(many[0][:, 0]),
        "u1_mae": round(float(once[1][0, 0]), 4),
        "u1_mae_interval": interval(many[1][:, 0]),
        "mean_rmse": round(float(once[0].mean()), 4),
        "mean_rmse_interval": interval(many[0].mean(axis=1)),
        "mean_mae": round(float(once[1].mean()), 4),
        "mean_mae_interval": interval(many[1].mean(axis=1)),
        "rmse_of_folds": [round(float(one), 4) for one in once[0][0]],
        "u1_rmse_ours_minus_this": round(float(ours_once[0, 0] - once[0][0, 0]), 4),
        "u1_difference_interval": interval(ours_many[:, 0] - many[0][:, 0]),
        "mean_rmse_ours_minus_this": round(float((ours_once - once[0]).mean()), 4),
        "mean_difference_interval": interval((ours_many - many[0]).mean(axis=1)),
    }


def milliseconds(predictor: RatingPredictor, train: Dataset, n_items: int) -> list[float]:
    """Return the median and the 99th percentile of predicting `n_items` for one history, over all
    users."""
    items = np.argsort(-train.popularity, kind="stable")[:n_items]
    taken = []
    for user in range(train.n_users):
        history = train.interactions[[user]]
        started = time.perf_counter()
        predictor.predict(history, items)
        taken.append(1000 * (time.perf_counter() - started))
    return [round(float(one), 3) for one in np.percentile(taken, [50, 99])]


def as_visitors(dataset: Dataset) -> dict[str, dict[str, float]]:
    """Return the RMSE for users that were not learned from, by the number of ratings that they
    show."""
    rng = np.random.default_rng(0)
    visitors = np.sort(rng.choice(dataset.n_users, dataset.n_users // 10, replace=False))
    rows = np.repeat(np.arange(dataset.n_users), np.diff(dataset.interactions.indptr))
    rest = dataset.replace_rows(~np.isin(rows, visitors))
    predictor = RatingPredictor().fit(rest)
    histories = [dataset.interactions[[user]] for user in visitors]
    orders = [rng.permutation(one.nnz) for one in histories]
    found = {}
    for n in _SHOWN:
        errors, stated = [], []
        for history, order in zip(histories, orders, strict=True):
            shown, asked = np.sort(order[:n]), order[60:]
            if len(asked):
                known = histories_of(
                    dataset.n_items,
                    [(history.indices[shown].astype(np.int64), history.data[shown])],
                )
                predicted, its_errors = predictor.predict_with_errors(
                    known, history.indices[asked].astype(np.int64)
                )
                errors.append(predicted[0] - history.data[asked])
                stated.append(its_errors[0])
        off, said = np.concatenate(errors).astype(np.float64), np.concatenate(stated)
        found[str(n)] = {
            "rmse": round(float(np.sqrt((off**2).mean())), 4),
            "mean_error_stated": round(float(said.mean()), 3),
            "within": round(float((abs(off) < said).mean()), 3),
        }
    return found


if __name__ == "__main__":
    dataset = Dataset.movielens("100k")
    peers: dict[str, Callable[[Dataset, NDArray[np.int64], NDArray[np.int64]], Array]] = {
        "biases": damped_biases
    }
    if importlib.util.find_spec("myfm"):
        peers["myFM, ids and implicit sets"] = lambda *asked: by_myfm(*asked, side=False)
        peers["myFM, with side information"] = lambda *asked: by_myfm(*asked, side=True)
    ours = {"rating (default)": {}, "rating, sweeps 600, draws 100": {"sweeps": 600, "draws": 100}}
    errors = {name: Errors(dataset.n_users) for name in [*ours, *peers]}
    seconds: dict[str, list[float]] = {name: [] for name in errors}
    shown: list[tuple[Array, Array]] = []
    latency: list[float] = []
    for fold in range(1, 6):
        train, test = published_fold(dataset, fold)
        pairs = test.interactions.tocoo()
        users, items = pairs.row.astype(np.int64), pairs.col.astype(np.int64)
        for name, settings in ours.items():
            started = time.process_time()
            predictor = RatingPredictor(**settings).fit(train)
            seconds[name].append(time.process_time() - started)
            predicted, its_errors = predicted_pairs(predictor, train, users, items)
            errors[name].add(users, predicted - pairs.data)
            if not settings:
                shown.append((predicted - pairs.data, its_errors))
                latency = latency or milliseconds(predictor, train, 10)
        for name, peer in peers.items():
            started = time.process_time()
            predicted = np.clip(peer(train, users, items), 1, 5)
            seconds[name].append(time.process_time() - started)
            errors[name].add(users, predicted - pairs.data)
    rng = np.random.default_rng(0)
    times = rng.multinomial(
        dataset.n_users, np.full(dataset.n_users, 1 / dataset.n_users), _RESAMPLES
    ).astype(np.float64)
    first = errors["rating (default)"]
    base = first.resampled(np.ones((1, dataset.n_users)))[0], first.resampled(times)[0]
    off, stated = (np.concatenate(one) for one in zip(*shown, strict=True))
    record(
        "rating",
        {
            "error": {
                "within_one_own_error": round(float((abs(off) < stated).mean()), 4),
                "within_two_own_errors": round(float((abs(off) < 2 * stated).mean()), 4),
                "mean_square_of_own_errors": round(float(((off / stated) ** 2).mean()), 4),
                "rmse_where_own_error_is_in_the_lowest_and_highest_fifth": [
                    round(float(np.sqrt((off[chosen] ** 2).mean())), 3)
                    for chosen in (
                        stated < np.quantile(stated, 0.2),
                        stated > np.quantile(stated, 0.8),
                    )
                ],
            },
            "predict_10_items_ms_p50_p99": latency,
            "predicted_as_visitors": as_visitors(dataset),
            **{
                name: {
                    "fit_cpu_seconds_mean": round(float(np.mean(seconds[name])), 1),
                    **figures_of(one, times, base),
                }
                for name, one in errors.items()
            },
        },
        _PROTOCOL,
    )
