"""A writer in free prose on real contexts of MovieLens 100K: what comes of its texts.

    python benchmarks/free.py openai:MODEL@URL --texts 50 --seed 1
    python benchmarks/free.py texts.json

In the place of a model stands a file with the texts of any writer: a server on this machine replays
the text that the file has for a prompt. What it has none for is added with an empty text, to be
written from the prompt alone; as long as there is any, only the first sight is measured, and
nothing is recorded. Repairs are prompts as well. Two texts of each list are written.
"""

import argparse
import hashlib
import http.server
import json
import random
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from brief import queries
from record import record

from recsys_rag import Dataset, Recommender
from recsys_rag import _build as build
from recsys_rag._explaining import Explainer
from recsys_rag._flow import Flow
from recsys_rag.generate._free import FreeWriter
from recsys_rag.lab.evaluate.text.brief import violations
from recsys_rag.settings import from_mapping
from recsys_rag.types import Context, Finished, Ranked, RecommendedItem, Verdict

_NOTHING = "There is no text yet"


class Texts:
    """The texts of a file, by prompt: the facts, and which instructions and examples stood before
    them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        held = (
            json.loads(path.read_text("utf-8")) if path.exists() else {"prompts": {}, "texts": []}
        )
        self._prompts: dict[str, Any] = held["prompts"]
        self._texts = {one["facts"]: one for one in held["texts"]}
        self._given: dict[str, int] = {}

    def of(self, messages: Sequence[dict[str, str]]) -> str:
        """Return the text for a chat, and note it where there is none."""
        facts, before = messages[-1]["content"], list(messages[:-1])
        prompt = hashlib.sha256(json.dumps(before).encode()).hexdigest()[:8]
        held = self._texts.get(facts)
        if held is None and _NOTHING not in facts and before:
            self._prompts[prompt] = before
            held = self._texts[facts] = {"facts": facts, "prompt": prompt, "text": ""}
        text = held["text"] if held else ""
        self._given[facts] = bool(held) and held["prompt"] != prompt
        return text or f"{_NOTHING}."

    @property
    def n_missing(self) -> int:
        return sum(not one["text"] for one in self._texts.values())

    @property
    def n_of_another_prompt(self) -> int:
        """How many of those that were given were written with other instructions in view."""
        return sum(self._given.values())

    def save(self) -> None:
        held = {"prompts": self._prompts, "texts": list(self._texts.values())}
        self._path.write_text(json.dumps(held, indent=1, ensure_ascii=False) + "\n", "utf-8")


def served(texts: Texts) -> str:
    """Return the address of a running server that streams the texts, a word at a time."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            words = texts.of(asked["messages"]).split(" ")
            deltas = [
                {"content": f" {word}" if place else word} for place, word in enumerate(words)
            ]
            answers = [json.dumps({"choices": [{"delta": delta}]}) for delta in deltas]
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for answer in [*answers, "[DONE]"]:
                self.wfile.write(f"data: {answer}\n\n".encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/v1"


@dataclass
class Noting:
    """A free writer that notes what it was to write of, and its sentences before any repair."""

    writer: FreeWriter
    contexts: list[Context] = field(default_factory=list)
    first: list[list[str]] = field(default_factory=list)
    name = "free"

    def write(self, context: Context, **options: Any) -> Iterator[str]:
        self.contexts.append(context)
        self.first.append([])
        for sentence in self.writer.write(context, **options):
            self.first[-1].append(sentence)
            yield sentence

    def repair(self, context: Context, refused: Sequence[Verdict], **options: Any) -> Iterator[str]:
        yield from self.writer.repair(context, refused, **options)


@dataclass
class Said:
    """What was written already, as a writer."""

    sentences: Sequence[str]
    name = "free"

    def write(self, context: Context, **options: Any) -> Iterator[str]:
        yield from self.sentences


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help="as for --lm, or a file of texts that ends in .json")
    parser.add_argument("--texts", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1, help="of the draw of people")
    parser.add_argument("--refused", type=Path, help="where to write the refused sentences")
    args = parser.parse_args()
    texts = Texts(Path(args.model)) if args.model.endswith(".json") else None
    name = f"openai:texts@{served(texts)}" if texts else args.model
    model = build.language_model(name)
    dataset = Dataset.movielens("100k")
    settings = from_mapping({"generate": {"writer": "free", "model": "template"}})
    recommender = Recommender.cached("ml-100k", settings, open_dataset=lambda: dataset)
    flow = build.flow(recommender.fitted, lambda: model)
    counts: Counter[str] = Counter()
    refused: list[dict[str, Any]] = []
    for query in queries(dataset, random.Random(args.seed)):
        if counts["texts"] >= args.texts:
            break
        noting: list[Noting] = []

        def writer(of: Any, noting: list[Noting] = noting) -> Noting:
            noting.append(Noting(flow.writer(of)))  # type: ignore[arg-type]
            return noting[-1]

        events = list(replace(flow, writer=writer).stream(replace(query, k=2)))
        plain = next(event for event in events if isinstance(event, Ranked)).recommendation.items
        last = events[-1]
        assert isinstance(last, Finished)
        for before, after, context, first in zip(
            plain, last.recommendation.items, noting[0].contexts, noting[0].first, strict=True
        ):
            refused += _counted(counts, flow, before, after, context, first)
    if model:
        model.close()
    if args.refused:
        args.refused.write_text(json.dumps(refused, indent=1, ensure_ascii=False) + "\n", "utf-8")
    figures: dict[str, Any] = dict(counts)
    if texts:
        texts.save()
        figures["written for another prompt"] = texts.n_of_another_prompt
        if texts.n_missing:
            first = {name: n for name, n in figures.items() if "of these" not in name}
            print(f"{texts.n_missing} texts are to be written; at first sight {first}")
            return
    record(
        f"free-{Path(args.model).stem if texts else args.model.split('@')[0].replace(':', '-')}",
        figures,
        "two texts a list of people of MovieLens 100K as in brief.py, from the prompt alone; "
        "sentences are judged as the writer first wrote them, texts as they are shown",
    )


def _counted(
    counts: Counter[str],
    flow: Flow,
    before: RecommendedItem,
    after: RecommendedItem,
    context: Context,
    first: Sequence[str],
) -> list[dict[str, Any]]:
    """Count one text; return the sentences that were refused at first, with facts and reason."""
    judged = Explainer(flow.verifier, 0).by_template(before, context, Said(first)).item
    is_models = after.written_by == "free"
    n_told, n_told_before = len(after.evidence), len(before.evidence)
    counts["texts"] += 1
    counts["sentences"] += len(first)
    counts["sentences accepted at first"] += len(first) - len(judged.rejected)
    counts["texts accepted whole at first"] += bool(first) and not judged.rejected
    counts["texts repaired"] += after.repaired
    counts["texts shown of the model"] += is_models
    counts["of these with fewer facts than the template"] += is_models and n_told < n_told_before
    counts["of these with as many facts"] += is_models and n_told == n_told_before
    counts["of these with more facts"] += is_models and n_told > n_told_before
    counts["of these with more words than the template"] += is_models and len(
        after.explanation.split()
    ) > len(before.explanation.split())
    shown = replace(context, evidence=after.evidence)
    counts["of these that break the brief"] += is_models and bool(
        list(violations(after.explanation, shown))
    )
    return [
        {
            "sentence": one.claim.text,
            "film": context.candidate.name,
            "facts": [piece.statement for piece in context.evidence],
            "why": one.reason,
        }
        for one in judged.rejected
    ]


if __name__ == "__main__":
    main()
