"""What was called kept is there after the process was killed; a hundred times by hand, see kill."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.annotations.keeping.desk import Desk
from tests.annotations.keeping.kill import child_at_work, kill_once


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize(("seed", "seconds"), [(1, 0.0), (2, 0.15), (3, 0.4)])
def test_nothing_that_was_called_kept_is_lost_by_a_kill(seed: int, seconds: float) -> None:
    tally = kill_once(seed, seconds)
    assert tally.problem == ""
    assert tally.kept > 0
    assert tally.found == tally.kept


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_while_another_process_edits_the_reading_is_only_looked_at(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    with child_at_work(tmp_path, 5):
        beside = desk.open()
        assert "open in another window" in beside.read_only
        assert beside.lost == ""
        beside.close()
    after = desk.open()
    assert after.read_only == ""
    after.close()
