"""Whether any answer of a language model's server ends a command or loses a list: lists are asked
for through a real local server that answers in every way known, and in many that are wrong.

Of the answers that are not damaged each must be read to the letter; of all others the list must
come, with the template's text and a note. Each answer is made from its number: repeat one by
--first N --n 1.
"""

import argparse
import http.server
import logging
import random
import socketserver
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from record import record

from recsys_rag import Recommender
from recsys_rag import _build as build
from recsys_rag.errors import GenerationError
from recsys_rag.generate._backends.openai import OpenAIServer
from recsys_rag.settings import Settings, with_changes
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.types import Finished, Prompt, Query

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from generate.backends import odd_answers

SECONDS = 5.0


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """Answers by the number that the model is called."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        logging.debug("a client hung up")  # as it may, having read enough


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        number = odd_answers.number_asked_for(asked)
        self.wfile.write(odd_answers.answer(random.Random(number)).raw)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


def main() -> None:
    """Ask for the lists, and for the texts themselves; write what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/v1"
    settings = with_changes(
        Settings(),
        {
            "retrieve": {"encoder": "none"},
            "fuse": {"weights": {"popularity": 1.0, "user_knn": 1.0}},
            "generate": {"writer": "free", "timeout_seconds": SECONDS, "model": "template"},
        },
    )
    movies = made_up_movies()
    fitted = Recommender(settings).fit(movies)
    counts: Counter[str] = Counter()
    started, slowest = time.perf_counter(), 0.0
    for number in range(asked.first, asked.first + asked.n):
        begun = time.perf_counter()
        model = OpenAIServer(str(number), url)
        meant = odd_answers.answer(random.Random(number)).text
        outcome = text_read(model, meant)
        counts[outcome] += 1
        if outcome not in ("read", "refused", "read though damaged"):
            print(number, outcome, file=sys.stderr)
        try:
            flow = build.flow(fitted.fitted, lambda model=model: model)
            user_id = str(movies.users.ids[number % len(movies.users.ids)])
            *_, last = flow.stream(Query(user_id, k=1))
            assert isinstance(last, Finished)
            item = last.recommendation.items[0]
            counts["lists"] += bool(item.explanation)
            counts["texts by the model"] += item.written_by != "template"
            if item.written_by == "template" and not last.recommendation.notes:
                counts["lists that do not say why"] += 1
        except Exception as error:
            counts["exceptions"] += 1
            print(number, repr(error), file=sys.stderr)
        model.close()
        slowest = max(slowest, time.perf_counter() - begun)
    figures = {
        "answers": asked.n,
        "exceptions": 0,
        "lists_lost": asked.n - counts["lists"],
        **dict(sorted(counts.items())),
        "slowest_seconds": round(slowest, 2),
        "seconds": round(time.perf_counter() - started, 1),
    }
    record("server_fuzz", figures, f"answers numbered from {asked.first}; tests/generate/backends")


def text_read(model: OpenAIServer, meant: str | None) -> str:
    """Say what came of asking for the text alone."""
    try:
        text = "".join(model.generate(Prompt("", "Write."), timeout_seconds=SECONDS))
    except GenerationError:
        return "refused" if meant is None else "refused though whole"
    except Exception as error:
        return f"exception {type(error).__name__}"
    if meant is None:
        return "read though damaged"
    return "read" if text == meant else "misread"


if __name__ == "__main__":
    main()
