"""What SQL over the rows, the third judge of docs/text-evaluation.md, says of shown template texts
about MovieLens 100K, and of what could have been told beside some of them.

    python benchmarks/sql_judge.py --users 200
"""

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import closing
from typing import Any

import numpy as np
from record import record

from recsys_rag import Dataset, Query, Recommender
from recsys_rag.lab.evaluate.text.sql_judge import SqlJudge
from recsys_rag.lab.evaluate.text.text_metrics import sentences
from recsys_rag.settings import from_mapping
from recsys_rag.types import Evidence, Recommendation

_WORDS = ("dark comedy", "crime from the 90s", "a war film", "something like Fargo", "drama")
_SHOWN = 20  # differences


class Tally:
    """Verdicts over many lists."""

    def __init__(self, recommender: Recommender, judge: SqlJudge) -> None:
        self._flow, self._judge = recommender.flow, judge
        self._facts = {
            "shown": defaultdict(Counter),
            "all that could be told": defaultdict(Counter),
        }
        self._sentences, self._n_texts, self._wrong = Counter[str](), 0, list[str]()

    def add(self, answer: Recommendation, *, beside: bool) -> None:
        """Judge a list's texts; `beside`: and what else could have been told."""
        resolved = self._flow.ranker.resolve(answer.query)
        self._judge.asks(resolved, [item.item_id for item in answer.items])
        listed = np.array([item.candidate.item_index for item in answer.items], np.int64)
        self._count("shown", (one for item in answer.items for one in item.evidence))
        for source in self._flow.evidence_sources if beside else ():
            self._count("all that could be told", source.evidence(resolved, listed))
        for item in answer.items:
            self._n_texts += bool(item.explanation)
            for sentence in sentences(item.explanation):
                wrong, is_judged = self._judge.sentence(sentence, item)
                outcome = "agrees" if is_judged else "in part not judged"
                self._sentences["differs" if wrong else outcome] += 1
                self._wrong += [f"{sentence}: {one}" for one in wrong]

    def _count(self, name: str, pieces: Iterable[Evidence]) -> None:
        for one in pieces:
            verdict = self._judge.fact(one)
            self._facts[name][one.kind][verdict.outcome] += 1
            self._wrong += [f"{one.statement}: {differs}" for differs in verdict.differs]

    def figures(self) -> dict[str, Any]:
        found: dict[str, Any] = {"texts": self._n_texts, "sentences": dict(self._sentences)}
        for name, kinds in self._facts.items():
            total = sum(kinds.values(), Counter[str]())
            judged = total["agrees"] + total["differs"]
            found[f"facts, {name}"] = {
                "n": total.total(),
                "judged": judged,
                "share of the judged that agrees": total["agrees"] / judged if judged else None,
                "by kind": {kind: dict(of) for kind, of in sorted(kinds.items())},
            }
        return {**found, "differences": self._wrong[:_SHOWN]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--asking", type=int, default=40, help="of them, also with words")
    parser.add_argument("--seed", type=int, default=2026, help="of the draw of people")
    args = parser.parse_args()
    dataset = Dataset.movielens("100k")
    settings = from_mapping({"generate": {"model": "template"}})
    recommender = Recommender.cached("ml-100k", settings, open_dataset=lambda: dataset)
    users = random.Random(args.seed).sample(dataset.users.ids, args.users)
    with closing(SqlJudge(recommender.dataset)) as judge:
        plain, asking = Tally(recommender, judge), Tally(recommender, judge)
        for place, user_id in enumerate(users):
            answer = recommender.recommend(Query(user_id=user_id, k=5))
            plain.add(answer, beside=place < args.asking)
            if place < args.asking:
                previous = tuple(item.item_id for item in answer.items)
                words = _WORDS[place % len(_WORDS)]
                query = Query(user_id=user_id, k=5, words=words, previous=previous)
                asking.add(recommender.recommend(query), beside=True)
    protocol = (
        "random users, five texts each by the template writer, fitted to all ratings; then some of "
        "them again, with words and the list before; counted again by SQL"
    )
    found = {"no words asked": plain.figures(), "with words, after a list": asking.figures()}
    record("sql_judge", found, protocol)


if __name__ == "__main__":
    main()
