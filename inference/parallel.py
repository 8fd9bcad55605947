"""A call for each of a few things, some at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

HANDS = 2
"""For what the window's side does: more would take the cores from the window."""

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


def in_parallel(
    call: Callable[[Item], Outcome], items: Sequence[Item], hands: int = HANDS
) -> tuple[Outcome, ...]:
    """Outcomes in the order of the items. Raises the first error, once nothing runs any more.

    hands: threads at most, the caller's own among them.

    Unlike a pool of ``concurrent.futures`` its threads are daemons: one that hangs on a dead
    network drive does not keep the program from ending.
    """
    outcomes: dict[int, Outcome] = {}
    errors: list[BaseException] = []
    numbers = iter(range(len(items)))
    taking = threading.Lock()

    def work() -> None:
        while not errors:
            with taking:
                number = next(numbers, None)
            if number is None:
                return
            try:
                outcomes[number] = call(items[number])
            except BaseException as error:  # noqa: BLE001 - it is raised again below
                errors.append(error)

    helpers = [
        threading.Thread(target=work, name="side by side", daemon=True)
        for _ in range(min(hands, len(items)) - 1)
    ]
    for helper in helpers:
        helper.start()
    work()
    for helper in helpers:
        helper.join()
    if errors:
        raise errors[0]
    return tuple(outcomes[number] for number in range(len(items)))
