"""Does answering back lead to the film in mind? Simulated people with a held-out film, who say true
differences, random ones, or nothing."""

import argparse
from typing import Any

import numpy as np
from record import record

from recsys_rag import Dataset, Recommender
from recsys_rag.lab.evaluate.simulated import STRATEGIES, Outcome, converse, held_out
from recsys_rag.settings import from_mapping

_PROTOCOL = (
    "ML-100K, 943 people; the last film that each rated 4 or more is held out and in mind; "
    "lists of ten from the person's other ratings, no text, no encoder; what was shown does "
    "not come again; none = the next ten, true = one true difference between list and film a "
    "turn (genre, mood, theme, feature, year, length, violence, scares, sadness; drawn among "
    "those that hold against most of the list), random = such a difference of a film drawn at "
    "random; where nothing is left, the last word is taken back; success@n: it came within n "
    "turns after "
    "the first list; intervals by 1,000 bootstraps of people"
)


def figures(outcome: Outcome) -> dict[str, Any]:
    """Return success after 0 to 3 turns by strategy, and ratios after 3 with 95 % intervals."""
    rng, n_people = np.random.default_rng(0), len(outcome.found_at["none"])
    draws = rng.integers(n_people, size=(1_000, n_people))
    told: dict[str, Any] = {"people": n_people}
    for name in STRATEGIES:
        told[name] = {f"success@{n}": float(outcome.success(name, n).mean()) for n in range(4)}
    best = outcome.success("true", 3)
    for other in ("none", "random"):
        base = outcome.success(other, 3)
        difference = best[draws].mean(axis=1) - base[draws].mean(axis=1)
        told[f"true over {other}"] = {
            "ratio": float(best.mean() / max(base.mean(), 1 / n_people)),
            "difference": float(best.mean() - base.mean()),
            "interval": [float(one) for one in np.quantile(difference, (0.025, 0.975))],
        }
    return told


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=943)
    asked = options.parse_args()
    kept, people = held_out(Dataset.movielens("100k"))
    settings = from_mapping(
        {
            "retrieve": {"encoder": "none"},
            "generate": {"model": "template"},
            "fit": {"choose": False},
        }
    )
    outcome = converse(Recommender(settings).fit(kept), people[: asked.people])
    record("people", figures(outcome), protocol=_PROTOCOL)
