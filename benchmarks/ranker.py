"""What a language model that reranks the best 20 does to our pipeline: without it and with it, for
known people and for others.

`python benchmarks/ranker.py --protocol loo` on MovieLens 100K; `--protocol llamarec --latest-small
DIR` as in the LlamaRec paper. `--lm` names the model, `--adapter` the folder that `recsys-rag
finetune ranker` made by the same protocol: without it the figures are zero-shot, with it those of
the tuned model. The strength is chosen on the validation part, per group of people, and the test
part is looked at once; `--part validation` chooses and measures on different people of it, and
opens no test row.
"""

import argparse
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from record import record

from recsys_rag import Dataset, build
from recsys_rag.generate.backends.adapter import read as read_adapter
from recsys_rag.lab.evaluate import metrics
from recsys_rag.lab.evaluate.fold import Fold
from recsys_rag.lab.evaluate.gate import PATIENCE, STRENGTHS, Trial, trial_of
from recsys_rag.lab.evaluate.gate_people import AS_THEY_ARE, People
from recsys_rag.lab.evaluate.protocols import PROTOCOLS
from recsys_rag.lab.evaluate.significance import difference, estimate
from recsys_rag.protocols import LanguageModel
from recsys_rag.rerank.language_model import Form, opinion_of
from recsys_rag.settings import Settings, load

_K = 10
_POOL = 20
_GROUPS = {"as they are": AS_THEY_ARE, "3 ratings told": 3, "no rating told": 0}
_KNOWN = 20  # people with more ratings are known well
_METRICS = {"ndcg": metrics.ndcg, "recall": metrics.recall, "mrr": metrics.mrr}


def groups(fold: Fold, users: int, seed: int) -> dict[str, People]:
    """Return the same people three times: as they are, and with 3 ratings and none told."""
    everybody = np.random.default_rng(seed).permutation(len(fold.users))[:users].astype(np.int64)
    return {
        name: People(name, everybody, np.full(len(everybody), cut)) for name, cut in _GROUPS.items()
    }


def figures_of(
    fold: Fold, people: People, listed: Mapping[str, NDArray[np.int64]], pool: NDArray[np.int64]
) -> dict[str, Any]:
    """Return the figures of finished lists, by method, with differences to the first; and what no
    reranker could exceed."""
    relevant = fold.relevant[people.places]
    values = {
        name: {metric: of(lists, relevant, _K) for metric, of in _METRICS.items()}
        for name, lists in listed.items()
    }
    first = next(iter(values))
    told: dict[str, Any] = {
        "people": len(people),
        "share_with_a_hit_among_20": _rounded((metrics.recall(pool, relevant, _POOL) > 0).mean()),
    }
    for name, of in values.items():
        told[name] = {metric: _interval(estimate(each)) for metric, each in of.items()}
        if name != first:
            told[name]["ndcg_difference"] = _interval(difference(of["ndcg"], values[first]["ndcg"]))
    return told


def _interval(found: Any) -> list[float]:
    return [_rounded(found.mean), _rounded(found.low), _rounded(found.high)]


def _rounded(value: Any) -> float:
    return round(float(value), 4)


def measured(choosing: Trial, choosers: People, trial: Trial, people: People) -> dict[str, Any]:
    """Return what the model does for these people, at the strength that is best for the choosers."""
    strength = max(STRENGTHS, key=lambda one: (choosing.ndcg(choosers, one).mean(), -one))
    listed = {
        "retrievers": trial.lists(people, 0.0, _K),
        "fused": trial.lists(people, strength, _K),
        "model alone": trial.lists(people, 1.0, _K),
    }
    pool = trial.lists(people, 0.0, _POOL)
    told = {"strength": strength, "all": figures_of(trial.fold, people, listed, pool)}
    lengths = trial.fold.history_lengths[people.places]
    for name, which in (("known well", lengths > _KNOWN), ("known little", lengths <= _KNOWN)):
        if 0 < which.sum() < len(which) and (people.cuts == AS_THEY_ARE).all():
            part = {method: lists[which] for method, lists in listed.items()}
            told[name] = figures_of(trial.fold, people[which], part, pool[which])
    return told


def run(
    dataset: Dataset, settings: Settings, model: LanguageModel, asked: argparse.Namespace
) -> tuple[dict[str, Any], str]:
    """Return the figures of all groups, and the passport of the fold."""
    by, form = PROTOCOLS[asked.protocol], asked.form
    validation = by.validation(dataset)
    fold = by.test(dataset) if asked.part == "test" else validation

    def trial(one: Fold) -> Trial:
        return trial_of(
            one,
            settings,
            opinion_of(one.train, lambda: model, form, seed=asked.seed, timeout_seconds=PATIENCE),
        )

    choosing = trial(validation)
    judging = choosing if fold is validation else trial(fold)
    found: dict[str, Any] = {}
    people = groups(fold, asked.users + (asked.choosers if fold is validation else 0), asked.seed)
    choosers = groups(validation, asked.choosers, asked.seed)
    for name in _GROUPS:
        others = (
            people[name][~np.isin(people[name].places, choosers[name].places)]
            if fold is validation
            else people[name]
        )
        begun = time.perf_counter()
        found[name] = measured(choosing, choosers[name], judging, others.first(asked.users))
        found[name]["seconds"] = round(time.perf_counter() - begun)
        print(name, found[name], flush=True)
    return found, fold.passport.key


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--protocol", choices=("loo", "llamarec", "seed"), default="loo")
    parser.add_argument(
        "--latest-small", metavar="DIR", help="MovieLens latest-small, for llamarec"
    )
    parser.add_argument("--part", choices=("test", "validation"), default="test")
    parser.add_argument(
        "--lm", default="smollm2", help="the language model; default: the embedded one"
    )
    parser.add_argument(
        "--adapter", default="none", metavar="DIR", help="what finetune ranker made of it"
    )
    parser.add_argument("--form", choices=("labels", "titles"), default="labels")
    parser.add_argument(
        "--users", type=int, default=10**6, help="people who are measured; default: all"
    )
    parser.add_argument(
        "--choosers",
        type=int,
        default=150,
        help="people of the validation part who choose the strength",
    )
    parser.add_argument(
        "--threads",
        type=int,
        default=0,
        help="of the embedded model; 0 = one per processor, at most 4",
    )
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    asked = parsed()
    file = Path(__file__).parent / "settings" / f"{asked.protocol}.toml"
    settings = load(file) if file.exists() else Settings()
    if asked.protocol == "llamarec":
        dataset = Dataset.movielens("latest-small", path=asked.latest_small)
    else:
        dataset = Dataset.movielens("100k")
    if asked.adapter != "none":
        learned_by = read_adapter(Path(asked.adapter)).protocol
        assert learned_by == asked.protocol, (
            f"{asked.adapter} was trained by {learned_by}: it has seen what is asked for"
        )
    model = build.language_model(
        asked.lm, threads=asked.threads, adapter=asked.adapter, adapter_kind="ranker"
    )
    assert model is not None, f"{asked.lm} is no language model"
    form: Form = asked.form
    found, passport = run(dataset, settings, model, asked)
    tuned = "zero-shot" if asked.adapter == "none" else "tuned"
    about = (
        f"{asked.protocol} protocol on {dataset.name}, {asked.part} part; the best 20 of the pipeline reordered by {asked.lm} "
        f"({tuned}, by {form}); strength chosen on {asked.choosers} people of the validation part; [mean, low, high], 95 % "
        "intervals by 2,000 resamples of people, differences paired, to the retrievers alone; 'model alone' is strength 1"
    )
    name = f"ranker-{asked.protocol}-{tuned}-{form}" + (
        "" if asked.part == "test" else "-validation"
    )
    record(
        name,
        {"passport": passport, "model": asked.lm, "weights": build.weights_hash(model), **found},
        about,
    )
