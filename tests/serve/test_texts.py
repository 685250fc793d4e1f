"""Who computes when many lists begin at once, and what is open before anybody asks."""

import threading
from pathlib import Path

from recsys_rag._serve.database import Database
from recsys_rag._serve.texts import _Line
from serving import until


def test_who_was_told_least_comes_first_and_then_who_came_first() -> None:
    line, order = _Line(), list[str]()

    def compute(name: str, n_told: int) -> None:
        line.enter(n_told=n_told)
        order.append(name)
        line.leave()

    line.enter(n_told=0)
    waiting = []
    for place, (name, n_told) in enumerate([("second", 1), ("third", 2), ("new", 0), ("late", 0)]):
        waiting.append(threading.Thread(target=compute, args=(name, n_told)))
        waiting[-1].start()
        until(lambda n=place + 1: len(line._waiting) == n)  # type: ignore[misc]
    line.leave()
    for one in waiting:
        one.join()
    assert order == ["new", "late", "second", "third"]
    compute("alone", 5)  # nobody waits: at once
    assert order[-1] == "alone"


def test_what_is_open_does_not_grow_with_what_is_asked(tmp_path: Path) -> None:
    database = Database(str(tmp_path / "service.db"))
    database.migrate()
    database.fill()
    n_open = _n_open(tmp_path)
    assert n_open > 10

    def ask(number: int) -> None:
        for _ in range(20):
            with database.reading() as connection:
                connection.exec_driver_sql("SELECT 1")

    askers = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert _n_open(tmp_path) == n_open
    database.close()
    assert _n_open(tmp_path) == 0


def _n_open(folder: Path) -> int:
    found = 0
    for one in Path("/proc/self/fd").iterdir():
        try:
            found += str(one.readlink()).startswith(str(folder))
        except FileNotFoundError:  # that of the look itself
            continue
    return found
