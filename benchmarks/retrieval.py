"""How well our retrievers, our pipeline and the peers rank held-out films, protocol by protocol; and that the harness is right.

`python benchmarks/retrieval.py` measures all on the test part; `--peers` only the peers whose figures are known, beside these
figures; `--part validation` looks at no test row. The pipeline has the settings that `recsys-rag tune` chose on the validation
part of the protocol: those shipped for `seed`, `settings/<protocol>.toml` for the others. Uses `recsys_rag.evaluate`, and adds
nothing to it.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from record import record

from recsys_rag import Dataset
from recsys_rag.evaluate.harness import run
from recsys_rag.evaluate.methods import FUSED, SEED, Method, ours
from recsys_rag.evaluate.peers.known import LIBRARIES, installed, peers
from recsys_rag.evaluate.protocols import PROTOCOLS
from recsys_rag.evaluate.table import Row, Table
from recsys_rag.settings import Settings, load, with_changes

# nDCG@10, Recall@10 as measured by another harness, which agrees with RecBole's own metrics to four digits
KNOWN = {
    "seed": {
        "plain-ease": (0.4404, 0.2368),
        "implicit-als": (0.4178, 0.2297),
        "plain-item-knn": (0.4045, 0.2160),
        "plain-popularity": (0.2208, 0.1143),
        SEED: (0.0414, 0.0266),
    },
    "rb": {
        "plain-ease": (0.3302, 0.2772),
        "implicit-als": (0.3280, 0.2749),
        "plain-item-knn": (0.3037, 0.2603),
        "plain-popularity": (0.1418, 0.1278),
        SEED: (0.0110, 0.0113),
    },
    "loo": {
        "plain-ease": (0.0740, 0.1474),
        "implicit-als": (0.0767, 0.1485),
        "plain-item-knn": (0.0645, 0.1220),
        "plain-popularity": (0.0452, 0.0870),
        SEED: (0.0116, 0.0255),
    },
}
_TOLERANCE = 0.003
_SHIPPED, _WITHOUT_ORDER = "fused (shipped)", "fused without order"


def known_peers(protocol: str, dataset: Dataset) -> dict[str, Any]:
    """Return our figures of the peers beside the known ones, and whether they agree."""
    names = KNOWN[protocol]
    methods = [one for library in ("plain", "implicit") for one in peers(library, protocol) if one.name in names]
    methods += [one for one in ours(Settings()) if one.name == SEED]
    table = run(PROTOCOLS[protocol].test(dataset), methods, cuts=())
    compared = {}
    for name, (ndcg, recall) in names.items():
        figures = table.row(name).figures
        found = (round(figures["ndcg"].mean, 4), round(figures["recall"].mean, 4))
        compared[name] = {
            "ndcg_at_10": found[0],
            "known_ndcg_at_10": ndcg,
            "recall_at_10": found[1],
            "known_recall_at_10": recall,
            "agrees": max(abs(found[0] - ndcg), abs(found[1] - recall)) <= _TOLERANCE + 1e-9,
        }
    return {"passport": asdict(table.passport) | {"key": table.passport.key}, "figures": compared}


def tuned(protocol: str) -> Settings:
    """Return what was chosen on the validation part of the protocol."""
    place = Path(__file__).parent / "settings" / f"{protocol}.toml"
    return load(place, {}) if place.exists() else Settings()


def of_ours(protocol: str) -> Sequence[Method]:
    """Return our methods, and the pipeline as shipped and without the order of ratings where it was tuned to the protocol."""
    settings = tuned(protocol)
    methods = list(ours(settings))
    if settings == Settings():
        return methods
    orderless = {"retrieve": {"ease": {"order_weight": 0.0, "memory": 0.0}}}
    for name, other in ((_SHIPPED, Settings()), (_WITHOUT_ORDER, with_changes(settings, orderless))):
        fused = next(one for one in ours(other) if one.name == FUSED)
        methods.append(Method(name, fused.settings, fused.fitted))
    return methods


def everything(protocol: str, part: str, dataset: Dataset) -> dict[str, Any]:
    """Return the figures of all that is ours and of all peers that are installed."""
    by = PROTOCOLS[protocol]
    fold = by.test(dataset) if part == "test" else by.validation(dataset)
    methods = [*of_ours(protocol), *(one for name in installed(LIBRARIES) for one in peers(name, protocol))]
    table = run(fold, methods, baseline="plain-ease", progress=_told)
    return {"passport": asdict(table.passport) | {"key": table.passport.key}, "figures": _figures(table)}


def _figures(table: Table) -> dict[str, Any]:
    return {row.method: _of_row(row) for row in table.rows}


def _of_row(row: Row) -> dict[str, Any]:
    ndcg, against = row.figures["ndcg"], row.difference
    return {
        "ndcg_at_10": round(ndcg.mean, 4),
        "ndcg_at_10_interval": [round(ndcg.low, 4), round(ndcg.high, 4)],
        "recall_at_10": round(row.figures["recall"].mean, 4),
        "coverage": round(row.figures["coverage"].mean, 4),
        "novelty": round(row.figures["novelty"].mean, 3),
        "minus_plain_ease": None if against is None else round(against.mean, 4),
        "difference_interval": None if against is None else [round(against.low, 4), round(against.high, 4)],
        "p_holm": None if against is None else round(against.adjusted, 4),
        "by_ratings_known": {name: round(of.mean, 4) for name, of in row.bins.items()},
        "from_first_ratings": {
            str(cut): [round(of.mean, 4), round(of.low, 4), round(of.high, 4)] for cut, of in row.curve.items()
        },
        "seconds": {stage: round(seconds, 3) for stage, seconds in row.seconds.items()},
    }


def _told(method: str, done: int, total: int) -> None:
    if done in (0, total):
        print(f"{method}: {done:,} of {total:,} lists", file=sys.stderr)


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--protocol", action="append", choices=("seed", "rb", "loo", "time", "llamarec"), help="default: the first four"
    )
    parser.add_argument("--latest-small", metavar="DIR", help="MovieLens latest-small, for llamarec")
    parser.add_argument("--part", choices=("test", "validation"), default="test")
    parser.add_argument("--peers", action="store_true", help="only the peers whose figures are known")
    asked = parser.parse_args()
    dataset = (
        Dataset.movielens("100k")
        if asked.protocol != ["llamarec"]
        else Dataset.movielens("latest-small", path=asked.latest_small)
    )
    if asked.peers:
        found = {one: known_peers(one, dataset) for one in asked.protocol or KNOWN if one in KNOWN}
        record("peers", found, "figures of peers beside those known from another harness; passports with the figures")
    else:
        found = {one: everything(one, asked.part, dataset) for one in asked.protocol or ("seed", "rb", "loo", "time")}
        name = "retrieval" if asked.part == "test" else "retrieval-validation"
        name += "-llamarec" if asked.protocol == ["llamarec"] else ""
        record(
            name, found, f"{asked.part} part; passports with the figures; differences are paired, against plain-ease"
        )


if __name__ == "__main__":
    _main()
