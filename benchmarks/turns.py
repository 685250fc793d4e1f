"""Are critiques obeyed? People who say random things to random lists; each item of each list is
held against the catalog's own columns, by rules that know nothing of the reader."""

import argparse
import json
import time
from collections import Counter
from typing import Any

import numpy as np

from recsys_rag import Recommender
from recsys_rag.conversation import Conversation
from recsys_rag.errors import QueryError
from recsys_rag.types import Query

_OPENINGS = ("a drama", "a comedy", "something tense", "a thriller", "movies from the 90s", "")
_K = 5
_FEATURES = {  # what is said: what the catalog must say of each film then
    "a twist ending": "twist ending",
    "happy endings": "happy ending",
    "a car chase": "car chase",
    "gunfights": "gunfights",
    "explosions": "explosions",
    "songs": "songs",
    "robots": "robots",
    "vampires": "vampires",
    "talking animals": "talking animals",
    "a child in the lead": "child lead",
    "an antihero": "antihero",
    "a wedding": "wedding",
}


def simulated(recommender: Recommender, n_turns: int) -> dict[str, Any]:
    """Return how many turns were obeyed, refused and broken, by what was said."""
    rng, catalog = np.random.default_rng(0), recommender.dataset.catalog
    counts: Counter[str] = Counter()
    seconds = []
    while counts["turns"] < n_turns:
        conversation, shown, rules = Conversation(), (), []
        for place in range(7):
            said, rule = (
                _critique(rng, shown, catalog, {words for words, _ in rules})
                if place
                else _opening(rng)
            )
            started = time.perf_counter()
            after = recommender.converse(conversation, said)
            if after.critiques == conversation.critiques and place:
                counts["refused with a reply" if after.reply else "unread"] += 1
                continue
            try:
                listed = [
                    one.item_index
                    for one in recommender.flow.ranker.candidates(
                        recommender.flow.ranker.continued(
                            recommender.flow.ranker.resolve(Query(k=_K)), after
                        ),
                        _K,
                    )
                ]
            except QueryError:
                counts["nothing left, said so"] += 1
                continue
            seconds.append(time.perf_counter() - started)
            conversation, shown = after.shown(listed), tuple(listed)
            rules.append((said, rule))
            counts["turns"] += 1
            broken = {words for words, fits in rules for item in listed if not fits(item)}
            counts["obeyed"] += not broken
            for words in broken:
                counts[f"broken: {words}"] += 1
    return {**counts, "median_ms": round(1000 * float(np.median(seconds)), 1)}


def _opening(rng: np.random.Generator) -> tuple[str, Any]:
    return str(rng.choice(_OPENINGS[:-1])), lambda item: True


def _critique(
    rng: np.random.Generator, shown: tuple[int, ...], catalog: Any, said: set[str]
) -> tuple[str, Any]:
    """Return what is said, and what every later item must then be."""
    number = int(rng.integers(1, len(shown) + 1))
    one = shown[number - 1]
    kind = int(rng.integers(10))
    if kind < 3:
        column, word = (("violence", "violent"), ("sadness", "sad"), ("scares", "scary"))[kind]
        values, level = catalog.attributes[column], catalog.attributes[column][one]
        return f"less {word} than {number}", lambda item: level != level or values[item] < level
    if kind == 3:
        return f"newer than {number}", lambda item: catalog.years[item] > catalog.years[one]
    if kind == 4:
        minutes = catalog.runtimes[one]
        return (
            f"shorter than {number}",
            lambda item: not minutes or 0 < catalog.runtimes[item] < minutes,
        )
    if kind == 5:
        return f"not {number}", lambda item: item != one
    if kind == 6:
        return f"seen {number}, loved {number}", lambda item: item != one
    features = catalog.attributes["features"]
    words = str(rng.choice(list(_FEATURES)))
    feature = _FEATURES[words]
    wanted, refused = f"with {words}", f"no {words.removeprefix('a ').removeprefix('an ')}"
    if kind > 7 and not said & {wanted, refused}:  # nobody takes back what was just asked for
        if kind == 8:
            return refused, lambda item: feature not in features[item]
        return wanted, lambda item: feature in features[item]
    genre = str(rng.choice(["Horror", "Musical", "War"]))
    return f"no {genre.lower()}", lambda item: genre not in catalog.genres[item]


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--model", required=True, help="a folder that `recsys-rag fit` left")
    options.add_argument("--turns", type=int, default=10_000)
    asked = options.parse_args()
    figures = simulated(Recommender.load(asked.model, lm="template"), asked.turns)
    print(json.dumps(figures, indent=2))
