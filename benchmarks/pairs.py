"""Blind pairs for readers: two texts about one film from the same facts, in an order drawn by lot,
and the key apart, of the lists that brief.py asks for.

    python benchmarks/pairs.py clauses template --pairs 60 --out pairs.json

In the place of a writer stands a file of JSON, item by item {"text"}, of whoever wrote from the
facts that `--facts facts.json` puts out.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from brief import queries

from recsys_rag import Dataset, Recommender
from recsys_rag.settings import from_mapping
from recsys_rag.types import RecommendedItem

_CITED = re.compile(r" ?\[[0-9]+\]")


def items_by(writer: str, dataset: Dataset, n: int, seed: int) -> list[dict[str, Any]]:
    """Return n items with their facts and what this writer says of them."""
    settings = from_mapping({"generate": {"writer": writer}})
    recommender = Recommender.cached("ml-100k", settings, open_dataset=lambda: dataset)
    found = list(_items(recommender, dataset, n, seed))
    recommender.close()
    return found


def _items(
    recommender: Recommender, dataset: Dataset, n: int, seed: int
) -> Iterator[dict[str, Any]]:
    n_left = n
    for query in queries(dataset, random.Random(seed)):
        if not n_left:
            return
        answer = recommender.recommend(query)
        liked = (f"{rating:g} for {title}" for title, rating in answer.liked[:5])
        asked = " ".join([query.words, query.profile, *liked]).strip()
        for item in answer.items[:n_left]:
            n_left -= 1
            yield {"asked": asked, **_told(item)}


def _told(item: RecommendedItem) -> dict[str, Any]:
    facts = sorted(evidence.statement for evidence in item.evidence)
    text = _CITED.sub("", item.explanation)
    return {"film": item.candidate.name, "facts": facts, "text": text}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("writers", nargs="+", help="one or two: template, clauses ... or a file")
    parser.add_argument("--pairs", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="the pairs; the key lies beside it")
    parser.add_argument("--facts", type=Path, help="what the first writer had, and wrote")
    args = parser.parse_args()
    dataset = Dataset.movielens("100k")
    told = [
        json.loads(Path(writer).read_text(encoding="utf-8"))
        if writer.endswith(".json")
        else items_by(writer, dataset, args.pairs, args.seed)
        for writer in args.writers
    ]
    if args.facts:
        args.facts.write_text(json.dumps(told[0], indent=1, ensure_ascii=False))
    if args.out:
        pairs, key = blind(*told, args.writers, random.Random(args.seed))
        args.out.write_text(json.dumps(pairs, indent=1, ensure_ascii=False))
        args.out.with_suffix(".key.json").write_text(json.dumps(key))


def blind(
    first: list[dict[str, Any]],
    second: list[dict[str, Any]],
    writers: list[str],
    rng: random.Random,
) -> tuple[list[dict[str, Any]], dict[int, dict[str, str]]]:
    """Return the pairs that differ, A and B by lot, and whose they are."""
    pairs, key = [], {}
    for place, (one, other) in enumerate(zip(first, second, strict=True)):
        if one["text"] == other["text"]:
            continue
        order = rng.sample((0, 1), 2)
        texts = [(one, other)[which]["text"] for which in order]
        about = {name: one[name] for name in ("asked", "film", "facts")}
        pairs.append({"id": place, **about, "A": texts[0], "B": texts[1]})
        key[place] = dict(zip("AB", (writers[which] for which in order), strict=True))
    return pairs, key


if __name__ == "__main__":
    main()
