"""Texts by a writer, the template where none is named, held to the brief: how many break it, and
how. Of users of MovieLens 100K with their lists of five, half of them with a wish or a taste in
words, and of visitors who name two films.

    python benchmarks/brief.py --texts 1000
"""

import argparse
import random
from collections import Counter
from collections.abc import Iterator

from recsys_rag import Dataset, Query, Recommender
from recsys_rag.lab.evaluate.text.brief import repeated, violations
from recsys_rag.settings import Settings
from recsys_rag.settings import from_mapping as settings_of
from recsys_rag.types import Context, Recommendation, Style
from recsys_rag.verify.names import Spellings, undated

_WORDS = ("dark comedy", "crime from the 90s", "a war film", "something like Fargo", "drama")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=1000)
    parser.add_argument("--show", type=int, default=3, help="texts shown of each violation")
    parser.add_argument("--seed", type=int, default=0, help="of the draw of people")
    parser.add_argument("--writer", default="template")
    parser.add_argument("--tone", default="plain", choices=["plain", "warm"])
    parser.add_argument("--length", default="normal", choices=["short", "normal"])
    args = parser.parse_args()
    dataset = Dataset.movielens("100k")
    settings: Settings = settings_of(
        {"generate": {"writer": args.writer, "tone": args.tone, "length": args.length}}
    )
    recommender = Recommender.cached("ml-100k", settings, open_dataset=lambda: dataset)
    style = Style(args.tone, args.length)
    spellings = Spellings(dataset.catalog)
    rng, found = random.Random(args.seed), Counter[str]()
    shown: dict[str, list[str]] = {}
    n_texts = n_of_item = n_lists = n_alike = 0
    for query in queries(dataset, rng):
        if n_texts >= args.texts:
            break
        answer = recommender.recommend(query)
        n_lists += 1
        n_alike += sum(1 for _ in repeated(_texts(answer, style, spellings)))
        for text, context in _texts(answer, style, spellings):
            n_texts += 1
            n_of_item += any(one.fact.part == "what" for one in context.evidence)
            for broken in violations(text, context):
                kind = " ".join(word for word in broken.split() if not word.isdigit())[:40]
                found[kind] += 1
                shown.setdefault(kind, []).append(f"{broken}: {text}")
    print(f"{n_texts} texts in {n_lists} lists; {n_of_item} say something of the item itself")
    print(f"{sum(found.values())} violations; {n_alike} skeletons twice in a list")
    for kind, n_times in found.most_common():
        print(f"{n_times:5} {kind}")
        for text in shown[kind][: args.show]:
            print(f"      {text}")


def queries(dataset: Dataset, rng: random.Random) -> Iterator[Query]:
    users = list(dataset.users.ids)
    rng.shuffle(users)
    popular = dataset.popularity.argsort()[::-1][:200].tolist()
    for place, user_id in enumerate(users):
        words = rng.choice(_WORDS)
        yield (
            Query(user_id=user_id, k=5),
            Query(user_id=user_id, profile=words, k=5),
            Query(user_id=user_id, words=words, k=5),
            Query(likes=tuple(map(dataset.items.id, rng.sample(popular, 2))), k=5),
            Query(words=words, k=5),
        )[place % 5]


def _texts(answer: Recommendation, style: Style, spellings: Spellings) -> list[tuple[str, Context]]:
    return [
        (
            item.explanation,
            Context(
                item.candidate,
                item.evidence,
                style=style,
                undated=undated([item.candidate], item.evidence, spellings),
            ),
        )
        for item in answer.items
        if item.explanation
    ]


if __name__ == "__main__":
    main()
