"""A folder of an export is there as a whole, or the place is as it was."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from annotations.exchange.format import Aspect, ExchangeError, Loss
from annotations.exchange.formats import FORMATS
from annotations.exchange.writing_out import LOSSES, whole_folder, write_out
from domain.errors import CancelledError
from tests.annotations.exchange.exchanges import small_exchange


def fill(target: Path, error: Exception) -> None:
    with whole_folder(target) as folder:
        (folder / "one").write_text("1")
        raise error


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_what_was_lost_lies_beside_the_findings(tmp_path: Path) -> None:
    before = (Loss(Aspect.TEXT, 2),)
    losses = write_out(FORMATS["coco"], small_exchange(), tmp_path, lost=before)
    told = json.loads((tmp_path / LOSSES).read_text())
    assert told[0] == {"what": Aspect.TEXT.value, "count": 2, "why": ""}
    assert [one["count"] for one in told] == [one.count for one in losses]


def test_a_new_folder_appears_with_all_in_it_for_its_owner_alone(tmp_path: Path) -> None:
    target = tmp_path / "above" / "out"
    with whole_folder(target) as folder:
        (folder / "one").write_text("1")
        assert not target.exists()
    assert names(target) == ["one"]
    assert names(target.parent) == ["out"]
    if os.name != "nt":
        assert target.stat().st_mode & 0o077 == 0


def test_an_empty_folder_is_filled_in_its_place(tmp_path: Path) -> None:
    before = tmp_path.stat().st_ino
    with whole_folder(tmp_path) as folder:
        (folder / "one").write_text("1")
        (folder / "more").mkdir()
        (folder / "more" / "two").write_text("2")
    assert names(tmp_path) == ["more", "one"]
    assert tmp_path.stat().st_ino == before


def test_what_is_in_the_way_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("keep")
    with pytest.raises(ExchangeError, match="is not empty"), whole_folder(tmp_path):
        raise AssertionError("nothing may be written")
    assert names(tmp_path) == ["mine"]


@pytest.mark.parametrize("there", [False, True])
def test_a_failure_leaves_nothing_behind(tmp_path: Path, there: bool) -> None:
    target = tmp_path / "out"
    if there:
        target.mkdir()
    with pytest.raises(ExchangeError, match="the disk is full"):
        fill(target, OSError(28, "No space left on device"))
    assert names(tmp_path) == (["out"] if there else [])
    assert not there or names(target) == []


@pytest.mark.parametrize("form", [one for one in FORMATS if one != "json"])
def test_every_format_can_be_stopped_between_two_readings(tmp_path: Path, form: str) -> None:
    told: list[tuple[int, int]] = []

    def watch(done: int, of: int) -> None:
        told.append((done, of))
        if done == 1:
            raise CancelledError("enough")

    watched = replace(small_exchange(), watch=watch)
    target = tmp_path / "out"
    with pytest.raises(CancelledError), whole_folder(target) as folder:
        write_out(FORMATS[form], watched, folder)
    assert told[:2] == [(0, 3), (1, 3)]
    assert not names(tmp_path)
