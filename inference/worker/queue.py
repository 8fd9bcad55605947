"""Which study is next: the open one first, then the order in which they came."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from enum import IntEnum
from typing import Generic, Protocol, TypeVar


class Priority(IntEnum):
    """Who waits for a study's marks; the smaller goes first."""

    OPEN = 0
    NEXT = 1
    LIST = 2


class Queued(Protocol):
    """What can wait. number: counts up as they come, and is no other's."""

    @property
    def number(self) -> int:
        """See above."""
        ...

    @property
    def priority(self) -> Priority:
        """As it is now."""
        ...


One = TypeVar("One", bound=Queued)


class JobQueue(Generic[One]):
    """Waiting jobs; every call takes a time that hardly grows with their number. One thread's."""

    def __init__(self) -> None:
        """Nobody waits."""
        self._waiting: dict[int, One] = {}
        self._heap: list[tuple[Priority, int]] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[One]:
        return iter(sorted(self._waiting.values(), key=lambda one: (one.priority, one.number)))

    def put(self, one: One) -> None:
        """Let it wait, or wait with the priority that it has got meanwhile."""
        self._waiting[one.number] = one
        heapq.heappush(self._heap, (one.priority, one.number))

    def remove(self, one: One) -> bool:
        """Whether it did wait; it no longer does."""
        return self._waiting.pop(one.number, None) is not None

    def holds(self, one: One) -> bool:
        """Whether it waits."""
        return one.number in self._waiting

    def first(self) -> One | None:
        """Who is next; stays in the queue."""
        while self._heap:
            priority, number = self._heap[0]
            one = self._waiting.get(number)
            if one is not None and one.priority is priority:
                return one
            heapq.heappop(self._heap)
        return None
