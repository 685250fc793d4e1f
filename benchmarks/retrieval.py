"""How well our retrievers, our pipeline and the peers rank held-out films, protocol by protocol.

`python benchmarks/retrieval.py` measures all on the test part; `--part validation` looks at no test
row; `--against` says which libraries are measured beside (Surprise, which ranks by predicting every
rating, takes most of the time). The pipeline has the settings that `recsys-rag tune` chose on the
validation part of the protocol: those shipped for `seed`, `settings/<protocol>.toml` for the
others. Uses `recsys_rag.lab.evaluate`, and adds nothing to it.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from record import record

from recsys_rag import Dataset
from recsys_rag.lab.evaluate.division_protocols import PROTOCOLS
from recsys_rag.lab.evaluate.harness import run
from recsys_rag.lab.evaluate.methods import FUSED, Method, ours
from recsys_rag.lab.evaluate.peers.peer_methods import LIBRARIES, installed, peers
from recsys_rag.lab.evaluate.results_table import Row, Table
from recsys_rag.settings import Settings, load, with_changes

_SHIPPED, _WITHOUT_ORDER = "fused (shipped)", "fused without order"


def tuned(protocol: str) -> Settings:
    """Return what was chosen on the validation part of the protocol."""
    place = Path(__file__).parent / "settings" / f"{protocol}.toml"
    return load(place, {}) if place.exists() else Settings()


def of_ours(protocol: str) -> Sequence[Method]:
    """Return our methods, and the pipeline as shipped and without the order of ratings where it was
    tuned to the protocol."""
    settings = tuned(protocol)
    methods = list(ours(settings))
    if settings == Settings():
        return methods
    orderless = {"retrieve": {"ease": {"order_weight": 0.0, "memory": 0.0}}}
    for name, other in (
        (_SHIPPED, Settings()),
        (_WITHOUT_ORDER, with_changes(settings, orderless)),
    ):
        fused = next(one for one in ours(other) if one.name == FUSED)
        methods.append(Method(name, fused.settings, fused.fitted))
    return methods


def everything(
    protocol: str, part: str, dataset: Dataset, libraries: Sequence[str]
) -> dict[str, Any]:
    """Return the figures of all that is ours and of the peers of these libraries that are
    installed."""
    by = PROTOCOLS[protocol]
    fold = by.test(dataset) if part == "test" else by.validation(dataset)
    methods = [
        *of_ours(protocol),
        *(one for name in installed(libraries) for one in peers(name, protocol)),
    ]
    table = run(fold, methods, baseline="plain-ease", progress=_told)
    return {
        "passport": asdict(table.passport) | {"key": table.passport.key},
        "figures": _figures(table),
    }


def _figures(table: Table) -> dict[str, Any]:
    return {row.method: _of_row(row, table) for row in table.rows}


def _of_row(row: Row, table: Table) -> dict[str, Any]:
    ndcg, against = row.figures["ndcg"], row.difference
    return {
        "ndcg_at_10": round(ndcg.mean, 4),
        "ndcg_at_10_interval": [round(ndcg.low, 4), round(ndcg.high, 4)],
        "recall_at_10": round(row.figures["recall"].mean, 4),
        "coverage": round(row.figures["coverage"].mean, 4),
        "novelty": round(row.figures["novelty"].mean, 3),
        "minus_plain_ease": None if against is None else round(against.mean, 4),
        "difference_interval": None
        if against is None
        else [round(against.low, 4), round(against.high, 4)],
        "p_holm": None if against is None else round(against.adjusted, 4),
        "by_ratings_known": {name: round(of.mean, 4) for name, of in row.bins.items()},
        f"from_{table.passport.shortened}_ratings": {
            str(cut): [round(of.mean, 4), round(of.low, 4), round(of.high, 4)]
            for cut, of in row.curve.items()
        },
        "seconds": {stage: round(seconds, 3) for stage, seconds in row.seconds.items()},
    }


def _told(method: str, done: int, total: int) -> None:
    if done in (0, total):
        print(f"{method}: {done:,} of {total:,} lists", file=sys.stderr)


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
    parser.add_argument(
        "--against", nargs="*", choices=LIBRARIES, default=LIBRARIES, help="default: all installed"
    )
    asked = parser.parse_args()
    dataset = (
        Dataset.movielens("100k")
        if asked.protocol != ["llamarec"]
        else Dataset.movielens("latest-small", path=asked.latest_small)
    )
    protocols = asked.protocol or ("seed", "rb", "loo", "time")
    found = {one: everything(one, asked.part, dataset, asked.against) for one in protocols}
    name = "retrieval" if asked.part == "test" else "retrieval-validation"
    name += "-llamarec" if asked.protocol == ["llamarec"] else ""
    record(
        name,
        found,
        f"{asked.part} part; passports with the figures; differences are paired, against "
        "plain-ease",
    )


if __name__ == "__main__":
    _main()
