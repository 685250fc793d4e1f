"""Exports matched with MovieLens latest-small: how many of the titles are found, how many rightly,
and how long 10,000 rows take.

    python benchmarks/exports.py FOLDER_OF_ML_LATEST_SMALL

The sets are those of tests/imports/gold.py: titles with the usual troubles, by rule from a seed.
"""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from record import record

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from imports import gold
from imports.test_gold import outcomes
from recsys_rag import imports, movielens
from recsys_rag.data.catalog import Catalog
from recsys_rag.imports import Entry, Export
from recsys_rag.imports._imported import matched_with
from recsys_rag.imports._matching import Matcher

PROTOCOL = (
    "Ten sets of 400 titles a format, of MovieLens latest-small; a quarter of the films is not in "
    "the catalog. Troubles: accents, articles, dashes, subtitles, numbers, and/&, slips, capitals, "
    "misread letters, other titles, a year off, remakes, series of the same name, films that are "
    "not there. IMDb and Trakt match by ids (Trakt: every second has one), the others by title. "
    "Netflix has no years: without the titles that nobody could tell (remakes, absent, parts, "
    "slips). Precision: right of matched; recall: right of those that are there; asked: ambiguous "
    "with the right item among those named. Time: processor seconds from bytes to history, the "
    "index of the catalog included."
)
WRITERS = (gold.letterboxd, gold.imdb, gold.tmdb, gold.trakt, gold.plain, gold.netflix)
UNTELLABLE = ("subtitle gone", "a slip", "a remake", "not in it", "year one off")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    catalog = movielens("latest-small", parser.parse_args().folder).catalog
    figures: dict[str, Any] = {write.__name__: quality(catalog, write) for write in WRITERS}
    figures["seconds_for_10000_rows"] = {
        "letterboxd": seconds(catalog, gold.letterboxd),
        "imdb": seconds(catalog, gold.imdb),
    }
    record("exports", figures, PROTOCOL)


def quality(catalog: Catalog, write: Any) -> dict[str, float]:
    counts: Counter[str] = Counter()
    for seed in range(1, 11):
        made, there = gold.cases(catalog, 400, seed)
        if write not in (gold.imdb, gold.trakt):
            there = gold.without_ids(there)
        if write in (gold.letterboxd, gold.plain):
            made = [case for case in made if case.medium == "movie"]
        if write is gold.netflix:
            made = [case for case in made if case.trouble not in UNTELLABLE]
        counts += outcomes(made, there, write)
    right, wrong, asked, missed = (counts[name] for name in ("right", "wrong", "asked", "missed"))
    return {
        "right": right,
        "wrong": wrong,
        "asked": asked,
        "missed": missed,
        "precision": round(right / (right + wrong), 4),
        "recall": round(right / (right + asked + missed), 4),
    }


def seconds(catalog: Catalog, write: Any) -> float:
    """Return the processor time for 10,000 rows of different titles, nothing kept from before."""
    cases = [
        gold.Case(catalog.titles[item], catalog.year(item), None, "", imdb)
        for item in range(len(catalog))
        for imdb in catalog.people(item, "imdb_id")
    ]
    cases = (cases + [gold.Case(f"Absent {n}", 1990, None, "", "") for n in range(10_000)])[:10_000]
    there = gold.part_of(catalog, list(range(len(catalog))))
    name, content = write(cases)
    began = time.process_time()
    export: Export = imports.read_bytes(name, content)
    brought = matched_with(export, Matcher(there), None)
    n_items = len(brought.history) + len(brought.ambiguous)
    taken = time.process_time() - began
    assert n_items > 9_000, n_items
    assert isinstance(export.entries[0], Entry)
    return round(taken, 2)


if __name__ == "__main__":
    main()
