"""Four hundred titles a format, with the troubles that titles have: how many are found, and how
many of those rightly."""

from collections import Counter
from pathlib import Path

import pytest

from imports import gold
from recsys_rag import imports
from recsys_rag.data.dataset import Dataset
from recsys_rag.imports._imported import matched_with
from recsys_rag.imports._matching import Matcher

_LATEST = Path(__file__).parents[2] / "../shared/data/ml-latest-small"
N_CASES = 400


@pytest.fixture(scope="module")
def latest() -> Dataset:
    if not _LATEST.exists():
        pytest.skip("MovieLens latest-small is not beside the project; it makes the gold set")
    return Dataset.movielens("latest-small", path=str(_LATEST))


def outcomes(case_list, catalog, write) -> Counter[str]:
    """Count right, wrong, asked (the right item is among those offered) and missed."""
    export = imports.read_bytes(*write(case_list))
    matched = matched_with(export, Matcher(catalog), None)
    of_row = {int(match.entry.where.rpartition(":")[2]): match for match in matched.matches}
    first = 1 if write is gold.trakt else 2
    counts: Counter[str] = Counter()
    for row, case in enumerate(case_list, first):
        match = of_row.get(row)
        got = match.item_id if match else None
        if got is not None:
            counts["right" if got == case.item_id else "wrong"] += 1
            if got != case.item_id:
                counts[f"wrong {case} {match.how} {got}"] += 1
        elif case.item_id is not None:
            asked = match is not None and case.item_id in match.candidates
            counts["asked" if asked else "missed"] += 1
            if not asked:
                counts[f"missed {case}"] += 1
    return counts


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    "write",
    [gold.letterboxd, gold.imdb, gold.tmdb, gold.trakt, gold.plain],
    ids=lambda f: f.__name__,
)
def test_titles_are_found_and_rightly(latest, write, seed):
    made, catalog = gold.cases(latest.catalog, N_CASES, seed)
    assert len(made) == N_CASES
    assert len({case.trouble for case in made}) == len(gold.WRITTEN) + 6
    if write not in (gold.imdb, gold.trakt):
        catalog = gold.without_ids(catalog)
    if write in (gold.letterboxd, gold.plain):  # they do not say what a series is
        made = [case for case in made if case.medium == "movie"]
    counts = outcomes(made, catalog, write)
    there = counts["right"] + counts["asked"] + counts["missed"]
    assert counts["right"] >= 0.995 * (counts["right"] + counts["wrong"]), counts
    assert counts["right"] >= 0.97 * there, counts


def test_without_years_what_is_not_certain_is_asked(latest):
    made, catalog = gold.cases(latest.catalog, N_CASES, 1)
    # without a year, a part or a slip is not believed, and a remake cannot be told
    made = [
        case
        for case in made
        if case.trouble not in ("subtitle gone", "a slip", "a remake", "not in it", "year one off")
    ]
    counts = outcomes(made, gold.without_ids(catalog), gold.netflix)
    there = counts["right"] + counts["asked"] + counts["missed"]
    assert counts["right"] >= 0.995 * (counts["right"] + counts["wrong"]), counts
    assert counts["right"] + counts["asked"] >= 0.97 * there, counts
