"""Three ways to have a small model write, on the same held-out contexts: base free, base by
clauses, tuned free.

Judged by the strict verifier on what the model said, before anything is dropped, repaired or
replaced. The contexts are of people and items that training kept apart, and of a made-up catalog of
a domain that it never saw.
"""

import argparse
import json
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median
from typing import Any

from record import record

from recsys_rag import _build as build
from recsys_rag._cli.options import Source as Opened
from recsys_rag._cli.sources import dataset_of
from recsys_rag.errors import GenerationError
from recsys_rag.generate._clauses import ClauseWriter
from recsys_rag.generate._free import FreeWriter
from recsys_rag.generate._nouns import names_of
from recsys_rag.lab.finetune.domains import UNSEEN, made_up_domain
from recsys_rag.lab.finetune.pairs import Situation, Situations, Source
from recsys_rag.lab.finetune.writer import fitted
from recsys_rag.lab.tuned.tuned_writer import TunedWriter
from recsys_rag.protocols import LanguageModel, Writer
from recsys_rag.types import Grammar, Prompt

EXAMPLES = Path(__file__).resolve().parents[1] / "docs" / "examples"
SHOWN, WORST = 50, 12


class Listening:
    """A language model that notes what it said and how long it took; pieces of free text are
    tokens."""

    honors_grammar = True

    def __init__(self, model: LanguageModel) -> None:
        self._model, self.model_id = model, model.model_id
        self.said, self.n_pieces = "", 0

    def generate(
        self, prompt: Prompt, *, grammar: Grammar | None = None, **options: Any
    ) -> Iterator[str]:
        self.said, self.n_pieces = "", 0
        for piece in self._model.generate(prompt, grammar=grammar, **options):
            self.said += piece
            self.n_pieces += 1
            yield piece

    def close(self) -> None:
        self._model.close()


@dataclass
class Written:
    """One text, as it came and as it was judged."""

    situation: Situation
    text: str
    objections: Sequence[str]
    recall: float
    seconds: float
    n_tokens: int


@dataclass
class Row:
    """All texts of one way to write on one catalog."""

    name: str
    catalog: str
    texts: list[Written] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        cut = [
            (one, text)
            for text in self.texts
            for one in re.split(r"(?<=\]\.)\s+", text.text)
            if one
        ]
        sentences, skeletons = [one for one, _ in cut], [skeleton(one, text) for one, text in cut]
        words = [
            re.findall(r"[\w']+", " ".join(s for s in [skeleton(t.text, t)])) for t in self.texts
        ]
        return {
            "texts": len(self.texts),
            "accepted_whole": interval([not one.objections for one in self.texts]),
            "claim_recall": round(mean(one.recall for one in self.texts), 4),
            "unique_sentence_ratio": round(len(set(sentences)) / max(1, len(sentences)), 3),
            "unique_sentence_ratio_names_and_numbers_masked": round(
                len(set(skeletons)) / max(1, len(skeletons)), 3
            ),
            "distinct_1": round(distinct(words, 1), 3),
            "distinct_2": round(distinct(words, 2), 3),
            "distinct_3": round(distinct(words, 3), 3),
            "seconds_a_text_median": round(median(one.seconds for one in self.texts), 2),
            "pieces_a_second": round(
                sum(one.n_tokens for one in self.texts) / sum(one.seconds for one in self.texts), 1
            ),
            "reasons": Counter(
                re.sub(r"[\"'].*?[\"']|\d+", "_", one.objections[0])[:60]
                for one in self.texts
                if one.objections
            ).most_common(6),
        }


def interval(values: Sequence[bool]) -> list[float]:
    """Return the share of values that hold, with the 95 % interval of Wilson: [share, low,
    high]."""
    n, share, z = len(values), mean(values), 1.96
    middle, reach = (
        share + z * z / (2 * n),
        z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)),
    )
    return [
        round(one, 4)
        for one in (share, (middle - reach) / (1 + z * z / n), (middle + reach) / (1 + z * z / n))
    ]


def skeleton(sentence: str, of: Written) -> str:
    """Return a sentence without its names and numbers: what is left is how it is said."""
    candidate = of.situation.context.candidate
    names = [candidate.name, candidate.title, *names_of(of.situation.context.evidence)]
    for name in sorted(filter(None, names), key=len, reverse=True):
        sentence = sentence.replace(name, "T")
    return re.sub(r"\d+(?:\.\d+)?", "0", re.sub(r" \[\d+\]", "", sentence))


def distinct(texts: Sequence[Sequence[str]], n: int) -> float:
    """Return the share of n-grams of words that are different ones."""
    grams = [tuple(one[place : place + n]) for one in texts for place in range(len(one) - n + 1)]
    return len(set(grams)) / max(1, len(grams))


def wrote(
    model: Listening, writer: Writer, situation: Situation, seed: int, timeout: float
) -> Written:
    """Have one text written and judged. The tuned model's own words are judged; of the others, what
    their writer made."""
    started = time.perf_counter()
    try:
        text = " ".join(writer.write(situation.context, rank=1, seed=seed, timeout_seconds=timeout))
    except GenerationError as error:
        text, problem = "", [f"wrote nothing: {error}"]
    else:
        problem = []
    seconds = time.perf_counter() - started
    if isinstance(writer, TunedWriter):
        text = " ".join(model.said.split())
    objections = situation.objections(text) if text else problem or ["wrote nothing"]
    return Written(
        situation,
        text,
        objections,
        situation.recall(text) if text else 0.0,
        seconds,
        model.n_pieces,
    )


def examples_of(row: Row, told: str) -> str:
    """Return a page of texts as they came, the worst first."""
    worst = sorted(row.texts, key=lambda one: (-len(one.objections), one.recall))[:WORST]
    rest = [one for one in row.texts if one not in worst][: SHOWN - len(worst)]
    lines = [f"# {row.name}, {row.catalog}: texts as the model wrote them", "", told, ""]
    for one in (*worst, *rest):
        lines += [
            "```text",
            one.situation.prompt.removesuffix("\nText:"),
            "```",
            "",
            one.text or "(nothing)",
            "",
        ]
        lines += [f"- refused: {reason}" for reason in one.objections] + [""] * bool(one.objections)
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--adapter", type=Path, help="what `finetune writer` left; rows of the base model need none"
    )
    options.add_argument("--base", default="smollm2")
    options.add_argument("--texts", type=int, default=300)
    options.add_argument("--seed", type=int, default=2026)
    options.add_argument("--temperature", type=float, default=0.7)
    options.add_argument(
        "--metadata", type=Path, help="people and plots; figures only, no examples are written"
    )
    options.add_argument("--rows", default="free,clauses,tuned")
    options.add_argument("--catalogs", default=f"ml-100k,{UNSEEN}")
    options.add_argument("--examples", action="store_true", help="write the pages of docs/examples")
    options.add_argument("--threads", type=int, default=1)
    asked = options.parse_args()
    kinds: dict[str, Callable[..., Writer]] = {
        "free": FreeWriter,
        "clauses": ClauseWriter,
        "tuned": TunedWriter,
    }
    flows = {
        name: fitted(
            made_up_domain(name)
            if name == UNSEEN
            else dataset_of(Opened(data=name, metadata=asked.metadata))
        ).flow
        for name in asked.catalogs.split(",")
    }
    figures: dict[str, Any] = {}
    for kind in asked.rows.split(","):
        assert asked.adapter or not kind.startswith("tuned"), f"{kind} needs --adapter"
        adapter = str(asked.adapter) if kind.startswith("tuned") else "none"
        loaded = build.language_model(asked.base, adapter=adapter, threads=asked.threads)
        assert loaded is not None
        model = Listening(loaded)
        for name, flow in flows.items():
            # of the unseen domain, no part was trained on
            part = "train" if name == UNSEEN else "test"
            row = Row(kind if kind.startswith("tuned") else f"base {kind}", name)
            for place, one in enumerate(
                Situations([Source(name, flow, 1.0)], part, asked.seed).draw(asked.texts)
            ):
                writer = kinds[kind](model, temperature=asked.temperature)
                row.texts.append(wrote(model, writer, one, asked.seed + place, timeout=300.0))
            figures[f"{row.name}, {name}"] = row.figures()
            print(row.name, name, json.dumps(row.figures(), ensure_ascii=False), flush=True)
            if asked.examples and not asked.metadata:
                EXAMPLES.mkdir(exist_ok=True)
                told = (
                    f"{SHOWN} of {len(row.texts)} texts, the {WORST} with most refused claims "
                    "first, then in order; nothing was "
                    f"dropped or repaired. Made by `benchmarks/writers.py --seed {asked.seed}`."
                )
                page = EXAMPLES / f"{row.name.replace(' ', '-')}-{name}.md"
                page.write_text(examples_of(row, told), encoding="utf-8")
        model.close()
    if asked.adapter:
        manifest = json.loads((asked.adapter / "manifest.json").read_text())["about"]
        figures["perplexity of held-out true texts, from the card"] = {
            key: round(manifest[key], 3)
            for key in ("perplexity_before", "perplexity_after", "fresh_before", "fresh_after")
        }
    part_of_all = [
        getattr(asked, one).replace(",", "-")
        for one in ("rows", "catalogs")
        if getattr(asked, one) != options.get_default(one)
    ]
    record(
        "-".join(["writers", *part_of_all]),
        figures,
        f"{asked.texts} contexts a catalog, the same for each row (seed {asked.seed}), temperature "
        f"{asked.temperature}, {asked.threads} thread(s); MovieLens: users and items that training "
        "kept apart; books: a made-up catalog never trained on; accepted whole = [share, low, "
        "high], 95 % interval, where the strict verifier supports every claim of the text as the "
        "model wrote it (free: as its writer cut and cited it); recall = share of the facts told "
        "in supported claims; metadata " + ("given" if asked.metadata else "not given"),
    )
