"""The queue agrees with a plain sort, whatever is put, taken out and moved up."""

from __future__ import annotations

import time
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from inference.worker.queue import JobQueue, Priority


@dataclass(eq=False)
class One:
    number: int
    priority: Priority


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["put", "take", "remove", "move"]),
            st.integers(0, 9),
            st.sampled_from(Priority),
        ),
        max_size=60,
    )
)
def test_the_most_wanted_comes_first_and_of_those_the_oldest(
    steps: list[tuple[str, int, Priority]],
) -> None:
    queue: JobQueue[One] = JobQueue()
    ones = [One(number, Priority.LIST) for number in range(10)]
    waiting: set[int] = set()
    for step, number, priority in steps:
        one = ones[number]
        if step == "put" and number not in waiting:
            one.priority = priority
            queue.put(one)
            waiting.add(number)
        elif step == "move" and queue.holds(one):
            one.priority = priority
            queue.put(one)
        elif step == "remove":
            assert queue.remove(one) is (number in waiting)
            waiting.discard(number)
        elif step == "take" and (first := queue.first()) is not None:
            queue.remove(first)
            waiting.remove(first.number)
        expected = sorted(waiting, key=lambda at: (ones[at].priority, at))
        assert [one.number for one in queue] == expected
        first = queue.first()
        assert (first.number if first else None) == (expected[0] if expected else None)
        assert len(queue) == len(waiting)


def test_ten_thousand_jobs_come_and_go_in_a_second() -> None:
    queue: JobQueue[One] = JobQueue()
    began = time.monotonic()
    for number in range(10_000):
        queue.put(One(number, Priority(number % 3)))
    taken = []
    while (one := queue.first()) is not None:
        queue.remove(one)
        taken.append((one.priority, one.number))
    assert taken == sorted(taken)
    assert time.monotonic() - began < 1
