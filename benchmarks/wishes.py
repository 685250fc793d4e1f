"""Do lists follow what was said? In how many lists of wishes one same film stands; how many of ten
for "like X" share facts with X, or are near it by ratings freed from popularity."""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from record import record

from recsys_rag import Dataset, Recommender
from recsys_rag.errors import QueryError

_WISHES = Path(__file__).parent / "wishes.txt"
_FACTS = ("director", "actors", "moods", "themes", "keywords", "place")
_PEOPLE = ("director", "actors")
_FEWEST = 5  # ratings of a film X
_NEAREST, _K = 50, 10
_PROTOCOL = (
    "the default pipeline, a person without ratings, top 10, no text; wishes of "
    "benchmarks/wishes.txt; like X: 300 films drawn with seed 0 among those with facts and 5 "
    "ratings or more; an item fits that shares two facts with X (director, actor, mood, theme, "
    "keyword, place; as far as the catalog has them), or is among the 50 items whose count of "
    "common raters is most above chance: (seen - expected) / sqrt(expected + 3)"
)


def wishes() -> Iterator[tuple[str, str]]:
    """Yield (kind, wish)."""
    kind = ""
    for line in _WISHES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            yield kind, line


def places_by_popularity(dataset: Dataset) -> NDArray[np.int64]:
    """Return the 1-based place of each item by number of ratings, (n_items,)."""
    places = np.empty(dataset.n_items, np.int64)
    places[np.argsort(-dataset.popularity, kind="stable")] = np.arange(1, dataset.n_items + 1)
    return places


def by_wish(recommender: Recommender) -> dict[str, Any]:
    """Return in how many lists of ten the most shown items stand, and how many are shown."""
    shown: Counter[str] = Counter()
    places, of_items = places_by_popularity(recommender.dataset), []
    n_empty = n_wishes = 0
    for _, wish in wishes():
        n_wishes += 1
        try:
            answer = recommender.recommend(query=wish, k=_K, explain=False)
        except QueryError:  # nothing fits
            n_empty += 1
            continue
        shown.update(item.candidate.name for item in answer.items)
        of_items += [places[item.candidate.item_index] for item in answer.items]
    return {
        "wishes": n_wishes,
        "empty": n_empty,
        "most_shown": {name: round(n / n_wishes, 4) for name, n in shown.most_common(5)},
        "items_shown": len(shown),
        "median_place_by_popularity": float(np.median(of_items)),
    }


def facts_of(dataset: Dataset) -> list[frozenset[tuple[str, str]]]:
    """Return the facts of each item beyond its genre; a person is one, whatever the part."""
    catalog = dataset.catalog
    return [
        frozenset(
            ("person" if column in _PEOPLE else column, value)
            for column in _FACTS
            for value in catalog.texts(item, column)
        )
        for item in range(dataset.n_items)
    ]


def by_example(recommender: Recommender, n_examples: int = 300) -> dict[str, Any]:
    """Return how well the lists of "like X" fit X, and how popular what they show is."""
    dataset = recommender.dataset
    facts, counts = facts_of(dataset), dataset.popularity
    rated = (dataset.interactions != 0).astype(np.float32)
    able = [item for item in range(dataset.n_items) if facts[item] and counts[item] >= _FEWEST]
    drawn = np.random.default_rng(0).choice(able, min(n_examples, len(able)), replace=False)
    together = (rated.T.tocsr()[drawn] @ rated).toarray()
    expected = np.outer(counts[drawn], counts) / rated.shape[0]
    beyond_chance = (together - expected) / np.sqrt(expected + 3.0)
    beyond_chance[np.arange(len(drawn)), drawn] = -np.inf
    nearest = np.argsort(-beyond_chance, axis=1)[:, :_NEAREST]
    places = places_by_popularity(dataset)
    shared, near, popular, shown, agree = [], [], [], set(), 0
    for item, near_items in zip(drawn.tolist(), nearest, strict=True):
        listed = [one.item_index for one in recommender.similar(dataset.items.id(item), _K)]
        fan = recommender.recommend(history={dataset.items.id(item): 5.0}, k=_K, explain=False)
        agree += [one.candidate.item_index for one in fan.items] == listed
        shown.update(listed)
        popular += [int(places[other]) for other in listed]
        shared += [len(facts[item] & facts[other]) >= 2 for other in listed]
        near += [other in near_items for other in listed]
    either = np.array(shared) | np.array(near)
    return {
        "examples": len(drawn),
        "fit": round(float(either.mean()), 4),
        "share_two_facts": round(float(np.mean(shared)), 4),
        "near_by_ratings": round(float(np.mean(near)), 4),
        "median_place_by_popularity": float(np.median(popular)),
        "of_ten_among_the_20_most_rated": round(10 * float(np.mean(np.array(popular) <= 20)), 2),
        "items_shown": len(shown),
        "similar_equals_likes": round(agree / len(drawn), 4),
    }


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--model", required=True, help="a folder that `recsys-rag fit` left")
    options.add_argument("--name", default="", help="of the file with the result; none by default")
    asked = options.parse_args()
    recommender = Recommender.load(asked.model, lm="template")
    figures = {
        "data": recommender.dataset.name,
        "wishes": by_wish(recommender),
        "like": by_example(recommender),
    }
    if asked.name:
        record(asked.name, figures, _PROTOCOL)
    else:
        print(json.dumps(figures, indent=2, ensure_ascii=False))
