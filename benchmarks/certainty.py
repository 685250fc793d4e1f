"""How often ratings are liked that are called a safe guess, a fair guess or a long shot, and by how
much predictions miss for the error that they state: a tenth of MovieLens 100K held out at random.

    python benchmarks/certainty.py 1      # another draw than that on which the bounds were set, 0
"""

import math
import sys

import numpy as np
from record import record
from scipy.special import ndtr

from recsys_rag import Dataset
from recsys_rag.facts.predicted import PredictedFact
from recsys_rag.retrieve.rating import RatingPredictor


def main(seed: int) -> None:
    """Fit on nine tenths, predict the others from them, and record."""
    dataset = Dataset.movielens("100k")
    assert dataset.scale
    held_out = np.random.default_rng(seed).random(dataset.n_ratings) < 0.1
    train, test = dataset.replace_rows(~held_out), dataset.replace_rows(held_out)
    model = RatingPredictor().fit(train)
    misses, classes = list[float](), dict[str, list[bool]]()
    for user in range(test.n_users):
        row = slice(*test.interactions.indptr[user:][:2])
        items, ratings = test.interactions.indices[row], test.interactions.data[row]
        predicted, errors = model.predict_with_errors(train.interactions[[user]], items)
        misses += ((ratings - predicted[0]) / errors[0]).tolist()
        short = predicted[0] - (dataset.scale.liked - dataset.scale.step / 2)
        for chance, rating in zip(ndtr(short / errors[0]), ratings, strict=True):
            fact = PredictedFact(0.0, 5.0, 1.0, round(100 * float(chance)))
            is_liked = bool(rating >= dataset.scale.liked)
            classes.setdefault(fact.certainty or "between", []).append(is_liked)
    figures = {"miss_per_error": round(float(np.sqrt(np.square(misses).mean())), 3)}
    for name, liked in sorted(classes.items()):
        share, n = float(np.mean(liked)), len(liked)
        figures |= {f"{name}, n": n, f"{name}, liked": round(share, 3)}
        figures[f"{name}, half of 95 %"] = round(1.96 * math.sqrt(share * (1 - share) / n), 3)
    record(
        f"certainty-seed-{seed}",
        figures,
        "10 % of all ratings held out at random, predicted from the person's others; liked: 4 or 5",
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
