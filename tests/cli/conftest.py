"""A film club as a person would have it: two CSV files, settings without what must be downloaded,
and a saved recommender."""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.running import run
from recsys_rag.testing.datasets import made_up_movies

SETTINGS = """\
[retrieve]
encoder = "none"
[fuse.weights]
popularity = 0.05
ease = 1.0
bm25 = 0.5
[generate]
model = "template"
"""


@dataclass(frozen=True)
class Club:
    """The files of the film club."""

    ratings: Path
    items: Path
    settings: Path
    model: Path

    def reading(self) -> tuple[str, ...]:
        return (
            "--ratings",
            str(self.ratings),
            "--items",
            str(self.items),
            "--settings",
            str(self.settings),
        )


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """Keep every test away from the cache and the settings of whoever runs it."""
    for name in [name for name in os.environ if name.startswith("RECSYS_RAG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RECSYS_RAG_HOME", str(tmp_path / "cache"))


@pytest.fixture(scope="session")
def club(tmp_path_factory) -> Club:
    folder = tmp_path_factory.mktemp("club")
    made = Club(
        folder / "ratings.csv", folder / "items.csv", folder / "settings.toml", folder / "model"
    )
    movies = made_up_movies()
    rows = movies.interactions.tocoo()
    with made.ratings.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["user", "item", "rating", "timestamp"])
        for user, item, rating, time in zip(
            *rows.coords, rows.data, movies.timestamps, strict=True
        ):
            writer.writerow([movies.users.id(user), movies.items.id(item), f"{rating:g}", time])
    with made.items.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["item", "title", "year", "genres"])
        catalog = movies.catalog
        for index in range(len(catalog)):
            writer.writerow(
                [
                    catalog.items.id(index),
                    catalog.titles[index],
                    catalog.year(index),
                    "|".join(catalog.genres[index]),
                ]
            )
    made.settings.write_text(SETTINGS, encoding="utf-8")
    done = run("fit", *made.reading(), "--out", made.model)
    assert done.exit_code == 0, done.output
    return made
