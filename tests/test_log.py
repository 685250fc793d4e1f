"""What the logger `recsys_rag` hears of, and that nobody else does."""

import logging
import subprocess
import sys

from recsys_rag.recommender import Recommender
from recsys_rag.settings import Settings, with_changes
from recsys_rag.testing.datasets import made_up_movies

SETTINGS = with_changes(
    Settings(), {"retrieve": {"encoder": "none"}, "generate": {"model": "template"}}
)


def test_fitting_saving_loading_and_what_is_passed_over_are_heard_of(tmp_path, caplog):
    caplog.set_level(logging.INFO, "recsys_rag")
    movies = made_up_movies()
    Recommender(SETTINGS).fit(movies).save(tmp_path / "model")
    Recommender.load(tmp_path / "model").rank(histories=[{movies.items.id(0): 5, "none": 1}])
    records = [one for one in caplog.records if not one.getMessage().startswith("chosen: ")]
    assert len(records) < len(caplog.records)  # what the data said of the settings is heard too
    heard = [record.getMessage() for record in records]
    assert heard[0].startswith(f"fitting {movies.name}: {movies.n_ratings} ratings of ")
    assert heard[1].startswith(f"fitted {movies.name} in ")
    assert heard[2:] == [
        f"saved {movies.name} in {tmp_path / 'model'}",
        f"loaded {tmp_path / 'model'}",
        "not in the catalog and passed over: none",
    ]
    assert [record.levelname for record in records] == ["INFO"] * 4 + ["WARNING"]


def test_without_a_handler_nothing_is_printed():
    code = "from recsys_rag.log import logger; logger.warning('unheard')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
