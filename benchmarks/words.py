"""Words alone, no ratings: is each written query understood, and has every item of its list all
that was asked for."""

import argparse
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any

from record import record

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from recsys_rag import Dataset, Recommender
from recsys_rag.errors import QueryError
from recsys_rag.settings import Settings, with_changes
from recsys_rag.testing.datasets import made_up_movies
from word_queries import METADATA, TABLES, Written, list_problems, misunderstood, n_fitting, written

_K = 10
_NO_CONSTRAINT = {"text", "not_understood"}
_PROTOCOL = (
    "queries of tests/words/*.toml, asked of the default pipeline by a person without ratings, "
    "top 10, no text written; "
    "understood = every field of the understanding, the remaining text and what was not "
    "understood included, equals the table's; "
    "fits = every item shown has all that the table asks for by the catalog's own columns, and as "
    "many are shown as there are, "
    "up to 10; catalogs: MovieLens 100K (titles), the same with directors and actors (people), "
    "the invented film club (club); "
    "`first` was written before the parser was looked at with it, all others after that (`blind` "
    "and `blind2` by people who had "
    "not seen the parser, `blind3` to `blind5` by the second of them, each after the correction "
    "by the one before); each was "
    "scored before the parser was corrected by it, and then used to correct it; constraints = "
    "understood but for the text that "
    "remains and what was not understood"
)


def judged(recommender: Recommender, query: Written) -> dict[str, Any]:
    """Return what was wrong with the understanding and the list of one query, and how long the list
    took."""
    dataset, ranker = recommender.dataset, recommender.flow.ranker
    started = time.perf_counter()
    try:
        shown = [
            one.item_id
            for one in recommender.recommend(query=query.words, k=_K, explain=False).items
        ]
    except QueryError:  # nothing in the catalog fits
        shown = []
    return {
        "words": query.words,
        "table": query.table,
        "seconds": time.perf_counter() - started,
        "n_fitting": n_fitting(query, dataset),
        "misunderstood": misunderstood(
            query, ranker.understander.understand(query.words), dataset.catalog
        ),
        "problems": list_problems(query, shown, _K, dataset),
    }


def share(said: Iterable[bool]) -> dict[str, Any]:
    """Return how many of how many, and the share."""
    values = list(said)
    return {
        "n": sum(values),
        "of": len(values),
        "share": round(sum(values) / len(values), 4) if values else None,
    }


def summary(found: list[dict[str, Any]]) -> dict[str, Any]:
    full = [one for one in found if one["n_fitting"] >= _K]
    return {
        "understood": share(not one["misunderstood"] for one in found),
        "constraints_understood": share(
            set(one["misunderstood"]) <= _NO_CONSTRAINT for one in found
        ),
        "lists_that_fit_where_the_catalog_has_10": share(not one["problems"] for one in full),
        "lists_that_fit_and_hold_all_there_are": share(not one["problems"] for one in found),
    }


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--metadata", type=Path, default=METADATA, help="directors and actors of MovieLens 100K"
    )
    options.add_argument("--tables", nargs="+", choices=TABLES, default=TABLES)
    options.add_argument("--name", default="words", help="of the file with the result")
    asked = options.parse_args()
    datasets = {"club": made_up_movies, "titles": lambda: Dataset.movielens("100k")}
    if asked.metadata.exists():
        datasets["people"] = lambda: Dataset.movielens("100k", metadata=str(asked.metadata))
    settings = with_changes(Settings(), {"generate": {"model": "template"}})
    found: list[dict[str, Any]] = []
    for on, dataset in datasets.items():
        recommender = Recommender(settings).fit(dataset())
        found += [
            judged(recommender, query)
            for table in asked.tables
            for query in written(table)
            if query.on == on
        ]
    figures = {
        **summary(found),
        "catalogs": list(datasets),
        "by_table": {
            table: summary([one for one in found if one["table"] == table])
            for table in asked.tables
        },
        "median_ms_a_list": round(1000 * median(one["seconds"] for one in found), 1),
        "wrong": [
            {
                "words": one["words"],
                "misunderstood": repr(one["misunderstood"]),
                "problems": one["problems"],
            }
            for one in found
            if one["misunderstood"] or one["problems"]
        ],
    }
    record(asked.name, figures, _PROTOCOL)
