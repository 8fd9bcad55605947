"""How an analysis waits for the reader's hand, and hears that it is to stop."""

from __future__ import annotations

import threading
import time

import pytest

from domain.errors import CancelledError
from inference.backends.stop import StopFlag
from inference.worker.hand import PATIENCE, STEP_PATIENCE, Hand, Pace


def hand_of(pace: Pace, stop: StopFlag) -> Hand:
    return Hand(stop, pace, lambda _told: None)


def test_while_the_hand_moves_a_step_waits_a_little_and_a_network_longer() -> None:
    pace = Pace()
    hand = hand_of(pace, StopFlag())
    pace.throttle(on=True)
    began = time.monotonic()
    hand.check()
    step = time.monotonic() - began
    hand.breathe()
    network = time.monotonic() - began - step
    assert step >= STEP_PATIENCE
    assert network >= PATIENCE
    assert STEP_PATIENCE < PATIENCE / 2


def test_a_step_goes_on_at_once_when_the_hand_rests() -> None:
    pace = Pace()
    hand = hand_of(pace, StopFlag())
    pace.throttle(on=True)
    waiting = threading.Thread(target=hand.breathe)
    waiting.start()
    pace.throttle(on=False)
    waiting.join(PATIENCE / 2)
    assert not waiting.is_alive()


@pytest.mark.parametrize("dragging", [False, True])
def test_a_step_of_a_cancelled_study_is_not_begun(dragging: bool) -> None:
    pace, stop = Pace(), StopFlag()
    pace.throttle(on=dragging)
    stop.stop()
    with pytest.raises(CancelledError):
        hand_of(pace, stop).check()


def test_steps_on_other_threads_do_not_count_as_the_worker_getting_on() -> None:
    pace = Pace()
    hand_of(pace, StopFlag()).check()
    assert pace.steps == 0
