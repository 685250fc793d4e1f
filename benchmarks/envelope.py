"""Whether our pipeline is anywhere below the best single retriever: by length of history, and for
people cut to few ratings.

`python benchmarks/envelope.py` measures `seed`, `rb`, `loo` and `time` on the test part, by
settings of `retrieval.py`. In each place the pipeline is compared, person by person, with the
retriever of ours that is best *in that place and on that very part*: a comparison that favors the
retriever, as nobody could have known it. "below" says that the whole 95 % interval of the
difference is below 0. Where what is held out came after the history (`loo`, `time`, `llamarec`),
people with few ratings have their last ones, asked right after them; the first ones are measured,
too: there the person is asked after a gap.
"""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from record import record
from retrieval import tuned

from recsys_rag import Dataset
from recsys_rag.lab.evaluate import metrics
from recsys_rag.lab.evaluate.division_protocols import PROTOCOLS
from recsys_rag.lab.evaluate.fold import Fold
from recsys_rag.lab.evaluate.measure import CUTS, lists
from recsys_rag.lab.evaluate.methods import FUSED, SEED, Ranking, ours
from recsys_rag.lab.evaluate.results_table import users_by_bin
from recsys_rag.lab.evaluate.significance import difference

_K = 10
_PEOPLE = 20  # fewer are not compared


def places(fold: Fold, fitted: Mapping[str, Ranking]) -> dict[str, Any]:
    """Return the comparison for each length of history, and for each number of ratings left, from
    either end of time."""
    whole = {name: _ndcg(fold, one, None) for name, one in fitted.items()}
    bins = users_by_bin(fold.history_lengths)
    found: dict[str, Any] = {
        "everybody": compared(whole),
        "by_ratings_known": {
            name: compared({method: values[which] for method, values in whole.items()})
            for name, which in bins.items()
        },
    }
    ends: tuple[Literal["first", "last"], ...] = (
        ("last", "first") if fold.passport.shortened == "last" else ("first",)
    )
    for end in ends:
        cut = replace(fold, passport=replace(fold.passport, shortened=end))
        found[f"from_the_{end}_ratings"] = {
            str(left): compared({name: _ndcg(cut, one, left) for name, one in fitted.items()})
            for left in CUTS
        }
        _told(f"{fold.protocol}: the {end} ratings")
    return found


def compared(ndcg: Mapping[str, NDArray[np.float64]]) -> dict[str, Any]:
    """Return the pipeline beside the retriever with the highest mean among the same people."""
    people = len(ndcg[FUSED])
    if people < _PEOPLE:
        return {"people": people, "compared": f"not, as there are fewer than {_PEOPLE}"}
    best = max(
        (name for name in ndcg if name != FUSED), key=lambda name: (float(ndcg[name].mean()), name)
    )
    found = difference(ndcg[FUSED], ndcg[best])
    return {
        "people": people,
        "pipeline": round(float(ndcg[FUSED].mean()), 4),
        "best_single": best,
        "its_ndcg_at_10": round(float(ndcg[best].mean()), 4),
        "difference": round(found.mean, 4),
        "interval": [round(found.low, 4), round(found.high, 4)],
        "below": found.high < 0,
    }


def _ndcg(fold: Fold, method: Ranking, left: int | None) -> NDArray[np.float64]:
    return metrics.ndcg(lists(fold, method, _K, left), fold.relevant, _K)


def below(found: Mapping[str, Any], where: str = "") -> list[str]:
    """Return the names of all places in which the pipeline is below for sure."""
    if "below" in found:
        return [where] if found["below"] else []
    inner = ((key, one) for key, one in found.items() if isinstance(one, dict))
    return [
        place for key, one in inner for place in below(one, f"{where}, {key}" if where else key)
    ]


def _told(what: str) -> None:
    print(what, file=sys.stderr)


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--protocol",
        action="append",
        choices=("seed", "rb", "loo", "time", "llamarec"),
        help="default: the first four",
    )
    parser.add_argument(
        "--latest-small", metavar="DIR", help="MovieLens latest-small, for llamarec"
    )
    parser.add_argument("--part", choices=("test", "validation"), default="test")
    asked = parser.parse_args()
    found: dict[str, Any] = {}
    for name in asked.protocol or ("seed", "rb", "loo", "time"):
        small = name == "llamarec"
        dataset = (
            Dataset.movielens("latest-small", path=asked.latest_small)
            if small
            else Dataset.movielens("100k")
        )
        by = PROTOCOLS[name]
        fold = by.test(dataset) if asked.part == "test" else by.validation(dataset)
        fitted = {one.name: one.fitted(fold.train) for one in ours(tuned(name)) if one.name != SEED}
        passport = asdict(fold.passport) | {"key": fold.passport.key}
        found[name] = {"passport": passport, **places(fold, fitted)}
    found["below_the_best_single_retriever"] = below(found)
    name = "envelope" if asked.part == "test" else "envelope-validation"
    name += "-llamarec" if asked.protocol == ["llamarec"] else ""
    record(
        name,
        found,
        f"{asked.part} part; nDCG@10, paired differences with 95 % intervals; passports with the "
        "figures",
    )


if __name__ == "__main__":
    _main()
