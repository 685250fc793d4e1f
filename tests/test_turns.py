"""Turns are fair, deadlines begin when they are made, and whoever waits can be sent away."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from recsys_rag._turns import Cancellation, Deadline, Turns
from recsys_rag.errors import Cancelled
from waiting import PATIENCE, join, wait_until


@contextmanager
def holding(turns: Turns, **how: bool) -> Iterator[Callable[[], None]]:
    """Hold a turn in another thread until the block ends, or what is yielded is called."""
    has, done = threading.Event(), threading.Event()

    def hold() -> None:
        with turns.turn(**how):
            has.set()
            done.wait(PATIENCE)

    thread = threading.Thread(target=hold)
    thread.start()
    assert has.wait(PATIENCE)
    try:
        yield done.set
    finally:
        done.set()
        thread.join(PATIENCE)


def in_order(turns: Turns, n: int, served: list[int], **how: bool) -> list[threading.Thread]:
    """Have n threads ask one after the other, each when the one before it waits."""

    def ask(number: int) -> None:
        with turns.turn(**how):
            served.append(number)

    threads = []
    for number in range(n):
        n_waiting = len(turns._waiting)
        threads.append(threading.Thread(target=ask, args=(number,)))
        threads[-1].start()
        wait_until(lambda n_before=n_waiting: len(turns._waiting) > n_before)  # type: ignore[misc]
    return threads


def test_who_comes_first_is_served_first() -> None:
    turns, served = Turns(), list[int]()
    with holding(turns):
        threads = in_order(turns, 8, served)
        assert served == []
    join(threads)
    assert served == list(range(8))


@pytest.mark.parametrize("n_places", [1, 2, 3])
def test_as_many_hold_a_turn_at_once_as_there_are_places(n_places: int) -> None:
    turns, now, most, lock = Turns(n_places), [0], [0], threading.Lock()
    all_there = threading.Barrier(n_places)

    def ask() -> None:
        with turns.turn():
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            all_there.wait(PATIENCE)  # which only as many can pass as hold a turn together
            with lock:
                now[0] -= 1

    threads = [threading.Thread(target=ask) for _ in range(4 * n_places)]
    for thread in threads:
        thread.start()
    join(threads)
    assert (now, most) == ([0], [n_places])


def test_one_who_wants_to_be_alone_waits_for_all_and_keeps_the_later_ones_waiting() -> None:
    turns, served = Turns(2), list[int]()
    with holding(turns):
        alone = in_order(turns, 1, served, alone=True)
        later = in_order(turns, 1, served)  # a place is free, but another one was first
        assert served == []
    join(alone + later)
    with holding(turns, alone=True):
        threads = in_order(turns, 2, served)
        assert served == [0, 0]
    join(threads)


def test_a_turn_ends_with_an_error_too() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.turn():
        _ = 1 / 0
    with turns.turn():
        pass


def test_one_who_is_cancelled_while_waiting_gets_no_turn_and_holds_nobody_up() -> None:
    turns, served, cancellation, raised = Turns(), list[int](), Cancellation(), list[str]()

    def ask() -> None:
        try:
            with turns.turn(cancellation):
                served.append(-1)
        except Cancelled as error:
            raised.append(str(error))

    with holding(turns):
        thread = threading.Thread(target=ask)
        thread.start()
        wait_until(lambda: bool(turns._waiting))
        others = in_order(turns, 2, served)
        cancellation.cancel()
        join([thread])  # at once, not when its turn would have come
        assert (served, raised) == ([], ["nobody waits for this answer any more"])
    join(others)
    assert served == [0, 1]


def test_one_who_was_cancelled_before_gets_no_turn_though_places_are_free() -> None:
    turns, cancellation = Turns(), Cancellation()
    cancellation.cancel()
    with pytest.raises(Cancelled, match="nobody waits"), turns.turn(cancellation):
        pass
    with turns.turn():
        pass


def test_a_cancellation_calls_what_waits_once_and_what_comes_later_at_once() -> None:
    cancellation, called = Cancellation(), list[str]()
    with cancellation.calling(lambda: called.append("gone")):
        pass
    with cancellation.calling(lambda: called.append("there")):
        assert (called, cancellation.is_cancelled) == ([], False)
        cancellation.check()
        cancellation.cancel()
        cancellation.cancel()
        assert (called, cancellation.is_cancelled) == (["there"], True)
    with cancellation.calling(lambda: called.append("late")):
        assert called == ["there", "late"]
    cancellation.cancel()
    assert called == ["there", "late"]


def test_a_deadline_begins_when_it_is_made_and_never_has_less_than_nothing_left() -> None:
    deadline = Deadline(0.02)
    assert deadline.seconds == 0.02
    assert 0 < Deadline(100.0).seconds_left <= 100.0
    wait_until(lambda: deadline.seconds_left == 0)
    assert Deadline(-1.0).seconds_left == 0
