"""What `recsys-rag evaluate-text` measures, on MovieLens 100K, as a dated result with its
machine."""

import argparse

from record import record

from recsys_rag import Dataset, Recommender, __version__
from recsys_rag.lab.evaluate.text.study import run
from recsys_rag.settings import Settings, with_changes

if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--users", type=int, default=200)
    options.add_argument("--lm", default="smollm2")
    options.add_argument("--writers", nargs="+", default=["tuned"])
    asked = options.parse_args()
    settings = with_changes(Settings(), {"generate": {"model": asked.lm}})
    recommender = Recommender(settings).fit(Dataset.movielens("100k"))
    study = run(
        recommender.flow,
        recommender.models.writing,
        settings,
        writers=asked.writers,
        users=asked.users,
        version=__version__,
    )
    record("-".join(["texts", *asked.writers]), study.as_mapping(), study.passport.protocol)
