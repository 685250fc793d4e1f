"""Twenty texts of each writer, verbatim, as docs/examples/text.md shows them. Chooses none: the
first lists of a seeded draw."""

import argparse
import random
from datetime import UTC, datetime
from pathlib import Path

from recsys_rag import Dataset, Recommender, __version__
from recsys_rag.lab.evaluate.text.answers import Asks
from recsys_rag.settings import Settings, with_changes

_PAGE = Path(__file__).parents[1] / "docs" / "examples" / "text.md"
_TOLD = {
    "tuned": (
        "Tuned: {model} with the adapter of the package writes freely, each sentence "
        "verified before it is shown"
    ),
    "template": "Template writer: by rule, at once, no model",
    "clauses": "Clauses: {model} chooses among true clauses",
    "free": (
        "Free, after verification: what {model} wrote freely and the verifier supports; the "
        "template where nothing is left"
    ),
    "raw": (
        "Free, **before** verification: what {model} says, true or not. Never shown by the program"
    ),
}


def section(title: str, asks: Asks, user_ids: list[str]) -> str:
    """Return the texts of one writer as a section of the page."""
    lines = [f"## {title}", ""]
    for user_id in user_ids:
        lines += [f"User {user_id}", ""]
        for item in asks.answer(user_id).items:
            by = " *(template)*" if item.written_by == "template" != asks.writer else ""
            lines.append(
                f"{item.rank}. **{item.candidate.name}**: {item.explanation or '(nothing)'}{by}"
            )
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lm", default="smollm2")
    options.add_argument("--writers", nargs="+", choices=list(_TOLD), default=list(_TOLD))
    options.add_argument("--lists", type=int, default=4, help="of five texts each")
    options.add_argument("--seed", type=int, default=11)
    options.add_argument("--out", type=Path, default=_PAGE)
    asked = options.parse_args()
    settings = with_changes(Settings(), {"generate": {"model": asked.lm}})
    recommender = Recommender.cached(
        "ml-100k", settings, open_dataset=lambda: Dataset.movielens("100k")
    )
    users = random.Random(asked.seed).sample(recommender.dataset.users.ids, asked.lists)
    parts = [
        "# Texts of each writer",
        "",
        f"Made on {datetime.now(UTC):%Y-%m-%d} by `make examples`, version {__version__}, model "
        f"{asked.lm}, on MovieLens 100K:",
        f"the first {asked.lists} of a draw of users (seed {asked.seed}), five texts each. "
        "Nothing was chosen or changed. The",
        "numbers cite evidence that the program shows below each text.",
        "",
    ]
    for writer in asked.writers:
        of = settings.generate
        model = recommender.models.writing(writer)
        asks = Asks(
            recommender.flow, writer, model, of.temperature, tuned_temperature=of.tuned_temperature
        )
        parts.append(section(_TOLD[writer].format(model=asked.lm), asks, users))
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")
    print(f"wrote {asked.out}")
