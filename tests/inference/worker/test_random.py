"""Hurried hands and random kills: each study ends with its own marks or a reason."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
import time

import pytest

from inference.worker.attempt import Ticket
from inference.worker.queue import Priority
from tests.inference.worker.bench import Bench, gone_within, totals_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills by signal, looks at /proc")

DEEDS = ("plain", "plain", "slow", "raise-middle", "short", "kill-ending", "exit-opening")


def act(bench: Bench, draw: random.Random, tickets: list[Ticket], cancelled: set[Ticket]) -> None:
    choice = draw.random()
    if choice < 0.45:
        uid = f"{len(tickets)}:{draw.choice(DEEDS)}"
        tickets.append(bench.submit(uid, draw.choice(list(Priority))))
    elif choice < 0.6 and tickets:
        ticket = draw.choice(tickets)
        if not ticket.over:
            cancelled.add(ticket)
        bench.supervisor.cancel(ticket)
    elif choice < 0.75 and tickets:
        bench.supervisor.prefer(draw.choice(tickets), draw.choice(list(Priority)))
    elif choice < 0.8:
        bench.supervisor.throttle(draw.random() < 0.5)
    elif choice < 0.86 and (pid := bench.supervisor.pid) is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    else:
        time.sleep(draw.uniform(0, 0.4))
    bench.window.run_posted()


def check_marks(bench: Bench, ticket: Ticket) -> None:
    """All marks are of this study's own pixels, also those told before a kill."""
    totals = totals_of(ticket.uid)
    for view in bench.ears.of(ticket, "marked"):
        assert view.reasons == (totals[int(view.uid.rpartition(".")[2])],)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_hands_and_kills_do_every_study_ends_with_its_own_marks_or_a_reason(
    bench: Bench, seed: int
) -> None:
    draw = random.Random(seed)
    tickets: list[Ticket] = []
    cancelled: set[Ticket] = set()
    for _ in range(60):
        act(bench, draw, tickets, cancelled)
    bench.supervisor.throttle(False)
    bench.until_over(*tickets, seconds=240)
    for ticket in tickets:
        kinds = bench.ears.kinds(ticket)
        ends = [kind for kind in kinds if kind in ("done", "failed")]
        check_marks(bench, ticket)
        if ticket in cancelled:
            assert ends == []
        else:
            assert len(ends) == 1
            assert kinds[-1] == ends[0]
        if ends == ["done"]:
            assert ticket.uid.split(":")[1] in ("plain", "slow")
            assert bench.finished_well(ticket)
    bench.until(lambda: bench.supervisor._keeper._current is None)
    assert bench.pixel_files == []
    pid = bench.supervisor.pid
    bench.supervisor.close()
    assert pid is None or gone_within(pid, 2)
