"""Many ask one recommender at once, with texts by the embedded model: models loaded, texts,
failures, time against one after another; how soon decoding stops when a stream is closed in
mid-text."""

import argparse
import statistics
import threading
import time

from record import record

from recsys_rag import Dataset, Recommender
from recsys_rag import _build as build
from recsys_rag._models import LanguageModels
from recsys_rag._turns import Cancellation
from recsys_rag.errors import Cancelled
from recsys_rag.generate._backends.llama_cpp import LlamaCpp
from recsys_rag.protocols import LanguageModel
from recsys_rag.settings import Settings
from recsys_rag.types import Finished, Prompt, Query, Recommendation, Written

ENDLESS = Prompt("", "", raw="1 2 3 4 5 6")
PROTOCOL = (
    "MovieLens 100K, default settings, SmolLM2 with the shipped adapter; each asker wants a list "
    "of k with texts. At once: a thread an asker, all begin together. One after another: the same "
    "questions in one thread, the model warm. Closing: a text is decoded for 5 to 44 tokens, then "
    "cancelled from another thread; until the worker process has said that it stopped."
)


def answered(recommender: Recommender, user: str, k: int, firsts: list[float]) -> Recommendation:
    """Return the whole answer; note after how many seconds the first text was final."""
    begun = time.perf_counter()
    is_first = True
    for event in recommender.stream(Query(user, k=k)):
        if isinstance(event, Written) and is_first:
            firsts.append(time.perf_counter() - begun)
            is_first = False
        if isinstance(event, Finished):
            return event.recommendation
    raise AssertionError("a stream ends with Finished")


def at_once(recommender: Recommender, users: list[str], k: int) -> dict[str, object]:
    """Have all ask at the same moment."""
    answers, firsts, start = list[Recommendation](), list[float](), threading.Barrier(len(users))

    def ask(user: str) -> None:
        start.wait()
        answers.append(answered(recommender, user, k, firsts))

    threads = [threading.Thread(target=ask, args=(user,)) for user in users]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return figures(answers, firsts, time.perf_counter() - begun)


def one_after_another(recommender: Recommender, users: list[str], k: int) -> dict[str, object]:
    """Answer the same questions in one thread."""
    firsts = list[float]()
    begun = time.perf_counter()
    answers = [answered(recommender, user, k, firsts) for user in users]
    return figures(answers, firsts, time.perf_counter() - begun)


def figures(
    answers: list[Recommendation], firsts: list[float], seconds: float
) -> dict[str, object]:
    """Count who wrote, and what was told. A fallback is a text that broke off or came too late."""
    items = [item for answer in answers for item in answer.items]
    notes = [note for answer in answers for note in answer.notes]
    failed = [note for note in notes if "deadline" in note or "fail" in note or "were over" in note]
    by_template = sum(item.written_by == "template" for item in items)
    return {
        "seconds": round(seconds, 2),
        "texts": len(items),
        "by_model": len(items) - by_template,
        "by_template_since_refused": by_template - len(failed),
        "fallbacks_for_time_or_failure": len(failed),
        "failures_told": failed,
        "median_seconds_to_the_first_text": round(statistics.median(firsts), 2),
        "median_seconds_in_own_turns": round(
            statistics.median(answer.seconds["write"] for answer in answers), 2
        ),
        "median_seconds_waited": round(
            statistics.median(answer.seconds["wait"] for answer in answers), 2
        ),
        "texts_themselves": sorted(item.explanation for item in items),
    }


def milliseconds_to_stop(model: LlamaCpp, n_pieces: int) -> float:
    """Cancel a text after so many pieces; return how long the engine went on."""
    cancellation, has_begun = Cancellation(), threading.Event()

    def write() -> None:
        try:
            for n, _ in enumerate(model.until(cancellation).generate(ENDLESS, max_tokens=900), 1):
                if n == n_pieces:
                    has_begun.set()
        except Cancelled:
            pass

    thread = threading.Thread(target=write)
    thread.start()
    has_begun.wait()
    begun = time.perf_counter()
    cancellation.cancel()
    while model._engine.is_busy:
        time.sleep(0.0005)
    stopped = time.perf_counter() - begun
    thread.join()
    return stopped * 1000


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--askers", type=int, default=12)
    parser.add_argument("-k", type=int, default=3)
    parser.add_argument("--stops", type=int, default=40)
    asked = parser.parse_args()
    settings, made = Settings(), list[str]()

    def load(name: str, adapter: str) -> LanguageModel | None:
        made.append(name)
        return build.language_model(name, threads=settings.generate.threads, adapter=adapter)

    models = LanguageModels(settings, load)
    recommender = Recommender(settings, models=models).fit(Dataset.movielens("100k"))
    users = list(recommender.dataset.users.ids[: asked.askers])
    cold = at_once(recommender, users, asked.k)  # whoever is first loads the model
    one = one_after_another(recommender, users, asked.k)
    warm = at_once(recommender, users, asked.k)
    is_same = one.pop("texts_themselves") == warm.pop("texts_themselves")
    cold.pop("texts_themselves")
    model = models.writing()
    assert isinstance(model, LlamaCpp)
    stops = [milliseconds_to_stop(model, 5 + n % 40) for n in range(asked.stops)]
    record(
        "askers",
        {
            "askers": asked.askers,
            "k": asked.k,
            "language_models_made": len(made),
            "at_once_cold": cold,
            "one_after_another": one,
            "at_once": warm,
            "same_texts_at_once_and_one_after_another": is_same,
            "milliseconds_until_decoding_stops": {
                "n": len(stops),
                "median": round(statistics.median(stops), 1),
                "longest": round(max(stops), 1),
            },
        },
        PROTOCOL,
    )
    models.close()


if __name__ == "__main__":
    main()
