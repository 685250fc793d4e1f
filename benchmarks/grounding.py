"""Texts for random users of MovieLens 100K, judged by the tests' independent check: are they true, how long do they take."""

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import median

from record import record

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from independent_check import problems
from recsys_rag import Dataset, Recommender
from recsys_rag.settings import Settings, with_changes
from recsys_rag.types import Finished, Ranked, Written


def skeleton(text: str, names: list[str]) -> str:
    """Return a text without its titles and numbers: what is left is how it is said."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "T")
    return "".join("0" if one.isdigit() else one for one in text)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--users", type=int, default=200)
    options.add_argument("--seed", type=int, default=2026)
    options.add_argument("--lm", default="smollm2")
    asked = options.parse_args()
    dataset = Dataset.movielens("100k")
    settings = with_changes(Settings(), {"generate": {"model": asked.lm}})
    recommender = Recommender(settings).fit(dataset)
    parts = recommender._fitted
    found: list[str] = []
    seconds: list[float] = []
    first: list[float] = []
    writers: Counter[str] = Counter()
    skeletons: Counter[str] = Counter()
    n_checked = n_dropped = 0
    started = time.perf_counter()
    for user in random.Random(asked.seed).sample(dataset.users.ids, asked.users):
        clock = begun = time.perf_counter()
        for event in recommender.stream(user, k=5):
            if isinstance(event, Ranked):
                clock = time.perf_counter()
            elif isinstance(event, Written):
                seconds.append(time.perf_counter() - clock)
                clock = time.perf_counter()
                if event.item.rank == 1:
                    first.append(clock - begun)
                writers[event.item.written_by] += 1
                names = [
                    event.item.candidate.name,
                    *(str(t) for e in event.item.evidence for t in e.facts.get("titles", ())),
                ]
                skeletons[skeleton(event.item.explanation, names)] += 1
            elif isinstance(event, Finished):
                answer = event.recommendation
        found += problems(
            dataset,
            answer,
            neighbors_of=parts["user_knn"].neighbors,
            contributions_of=parts["ease"].contributions,
            predictions_of=recommender._predictor.predict_with_errors,
        )
        n_checked, n_dropped = n_checked + answer.n_checked, n_dropped + answer.n_dropped
    n_texts = sum(writers.values())
    figures = {
        "texts": n_texts,
        "problems": len(found),
        "titles_outside_candidates_and_history": sum("names" in one for one in found),
        "empty": skeletons[""],
        "claims_checked": n_checked,
        "claims_dropped": n_dropped,
        "template_share": round(writers["template"] / n_texts, 4),
        "unique_skeletons": round(len(skeletons) / n_texts, 3),
        "seconds_a_text_median": round(median(seconds), 3),
        "seconds_to_first_text_median": round(median(first), 3),
        "seconds_in_all": round(time.perf_counter() - started, 1),
        "examples_of_problems": found[:5],
    }
    record(
        "grounding",
        figures,
        f"{asked.users} random users of MovieLens 100K (seed {asked.seed}), k = 5, all ratings fitted, written by {asked.lm}; "
        "problems are what tests/independent_check.py finds, which shares the title matcher with the product and nothing else",
    )
