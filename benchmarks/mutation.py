"""True texts with one fact corrupted: how many does the verifier refuse? MovieLens 100K, and
invented films for people."""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from record import record

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import corruptions
from grounding import KINDS as FACT_KINDS
from grounding import Bench
from recsys_rag import Dataset
from recsys_rag.generate._clauses import ClauseWriter
from recsys_rag.generate._template import TemplateWriter
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import Context
from recsys_rag.verify.claims import claims_of
from recsys_rag.verify.strict import StrictVerifier

KINDS = ("title", "number", "year", "genre", "person", "negation", "swap")


def texts(bench: Bench, n: int, rng: random.Random) -> list[tuple[str, Context]]:
    """Return n texts, half of each writer, for the top five of random users, some of whom say what
    they want."""
    queries = list(bench.queries())
    found: list[tuple[str, Context]] = []
    for place, resolved in enumerate(rng.sample(queries, len(queries))):
        writers = [TemplateWriter(FACT_KINDS), ClauseWriter(ScriptedLanguageModel(), FACT_KINDS)]
        for rank, context in enumerate(bench.contexts(resolved), 1):
            found += [
                (" ".join(one.write(context, rank=rank, seed=place)), context) for one in writers
            ]
        if len(found) >= n:
            return found[:n]
    raise ValueError(f"{bench.dataset.name} gives {len(found)} texts, not {n}; ask for fewer")


def corrupted(
    text: str, context: Context, dataset: Dataset, rng: random.Random
) -> Iterator[tuple[str, str]]:
    """Yield the text with one fact corrupted, once for each kind of corruption that it can
    suffer."""
    for kind in KINDS:
        if kind == "person" and "director" not in dataset.catalog.metadata:
            continue
        if ways := [
            one for one in getattr(corruptions, kind)(text, context, dataset, rng) if one != text
        ]:
            yield kind, rng.choice(ways)


def judged(dataset: Dataset, n: int, rng: random.Random) -> dict[str, object]:
    """Return how many of n true texts are read, and how many of their corruptions are caught, by
    kind; misses verbatim."""
    verifier = StrictVerifier(dataset.catalog, FACT_KINDS)

    def is_supported(text: str, context: Context) -> bool:
        verdicts = verifier.verify(claims_of(text), context)
        return bool(verdicts) and all(one.supported for one in verdicts)

    tried, caught, misses = Counter[str](), Counter[str](), []
    true = texts(Bench.of(dataset, min_ratings=20, predicts=False), n, rng)
    refused = [text for text, context in true if not is_supported(text, context)]
    for text, context in true:
        for kind, wrong in corrupted(text, context, dataset, rng):
            tried[kind] += 1
            if is_supported(wrong, context):
                misses.append({"kind": kind, "text": wrong, "was": text})
            else:
                caught[kind] += 1
    return {
        "true_texts": len(true),
        "true_texts_refused": refused,
        "corrupted": dict(sorted(tried.items())),
        "caught": dict(sorted(caught.items())),
        "caught_share": round(caught.total() / tried.total(), 5),
        "misses": misses,
    }


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--texts", type=int, default=1000)
    options.add_argument("--seed", type=int, default=2026)
    asked = options.parse_args()
    rng = random.Random(asked.seed)
    found = {
        one.name: judged(one, min(asked.texts, limit), rng)
        for one, limit in ((Dataset.movielens("100k"), asked.texts), (made_up_movies(), 400))
    }
    protocol = (
        "texts of the template writer and of clauses drawn evenly, for the top 5 of random users, "
        "a quarter each with words, a "
        "profile, a film named; every text corrupted once in each way that it can suffer; caught "
        "= not every sentence supported"
    )
    record("mutation", found, protocol)
