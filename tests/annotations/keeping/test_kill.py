"""What was called kept is there after the process was killed; a hundred times by hand, see kill."""

from __future__ import annotations

import os

import pytest

from tests.annotations.keeping.kill import kill_once


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize(("seed", "seconds"), [(1, 0.0), (2, 0.15), (3, 0.4)])
def test_nothing_that_was_called_kept_is_lost_by_a_kill(seed: int, seconds: float) -> None:
    tally = kill_once(seed, seconds)
    assert tally.problem == ""
    assert tally.kept > 0
    assert tally.found == tally.kept
