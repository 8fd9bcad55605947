"""Sources of the worklist: added, looked through again, half-copied, unreachable, removed."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.presenters.worklist.sources import Look, SourcesPresenter
from archive.worklist.query import WorklistQuery
from domain.errors import CancelledError
from imaging.scanning.scan import scan
from tests.support.small_studies import write_patient
from tests.support.worklist_desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "data" / "archive.sqlite").begin()
    made.settle()
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(2):
        write_patient(tmp_path / "images" / str(number), number)
    return tmp_path / "images"


def listed(desk: Desk) -> list[str]:
    return sorted(row.patient for row in desk.archive.worklist(WorklistQuery()).rows)


def looks(desk: Desk) -> list[Look]:
    """What looking through sources comes to from now on."""
    found: list[Look] = []
    desk.sources.looked.connect(lambda _location, look: found.append(look))
    return found


def test_a_folder_is_added_and_its_studies_stay_listed(desk: Desk, folder: Path) -> None:
    desk.sources.add(folder)
    desk.settle()
    assert listed(desk) == ["Nobody^0", "Nobody^1"]
    assert desk.told == ["2 studies are in the worklist"]
    (line,) = desk.sources.lines
    assert (line.location, line.watched, line.busy) == (str(folder), True, False)
    assert line.seen is not None


def test_a_zip_is_a_source_as_well(desk: Desk, folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        for path in sorted(folder.rglob("*.dcm")):
            packed.write(path, path.relative_to(folder))
    desk.sources.add(tmp_path / "all.zip")
    desk.settle()
    rows = desk.archive.worklist(WorklistQuery()).rows
    assert {row.location for row in rows} == {str(tmp_path / "all.zip")}


def test_what_is_new_in_a_watched_source_is_found_and_nothing_else_is_written(
    desk: Desk, folder: Path
) -> None:
    desk.sources.add(folder)
    desk.settle()
    found = looks(desk)
    lines = len(desk.archive.audit.entries())
    desk.sources.look()
    desk.settle()
    assert [look.count for look in found] == [0]
    assert len(desk.archive.audit.entries()) == lines
    write_patient(folder / "2", 2)
    desk.sources.look()
    desk.settle()
    assert [look.uids for look in found[1:]] == [("1.2.3.2.2026",)]
    assert listed(desk) == ["Nobody^0", "Nobody^1", "Nobody^2"]


def test_a_source_that_is_not_watched_is_left_alone(desk: Desk, folder: Path) -> None:
    desk.sources.add(folder)
    desk.settle()
    desk.sources.watch(str(folder), False)
    desk.settle()
    found = looks(desk)
    desk.sources.look()
    desk.settle()
    assert found == []
    assert [line.watched for line in desk.sources.lines] == [False]


def test_a_study_that_is_still_being_copied_waits_until_it_is_still(
    desk: Desk, folder: Path
) -> None:
    desk.sources.add(folder)
    desk.settle()
    write_patient(folder / "2", 2)
    growing = folder / "3"
    write_patient(growing, 3, views=(("R", "CC"),))
    half = next(growing.glob("*.dcm"))
    whole = half.read_bytes()
    half.write_bytes(whole[: len(whole) // 2])
    stop = threading.Event()

    def copy() -> None:
        while not stop.wait(0.03):
            with half.open("ab") as file:
                file.write(b"\0")

    found = looks(desk)
    thread = threading.Thread(target=copy)
    thread.start()
    try:
        desk.sources.look()
        desk.settle()
    finally:
        stop.set()
        thread.join()
    assert found[-1].copying
    assert listed(desk) == ["Nobody^0", "Nobody^1", "Nobody^2"]
    half.write_bytes(whole)
    desk.sources.look()
    desk.settle()
    assert not found[-1].copying
    assert listed(desk) == ["Nobody^0", "Nobody^1", "Nobody^2", "Nobody^3"]


def test_a_drive_that_is_gone_is_told_beside_its_source_and_costs_no_study(
    desk: Desk, folder: Path
) -> None:
    desk.sources.add(folder)
    desk.settle()
    folder.rename(folder.with_name("unplugged"))
    desk.sources.look()
    desk.settle()
    (line,) = desk.sources.lines
    assert str(folder) in line.problem
    assert listed(desk) == ["Nobody^0", "Nobody^1"]
    assert len(desk.told) == 1  # nobody is nagged
    folder.with_name("unplugged").rename(folder)
    desk.sources.look()
    desk.settle()
    assert desk.sources.lines[0].problem == ""


def test_a_drive_that_hangs_keeps_no_other_source_waiting(
    desk: Desk, folder: Path, tmp_path: Path
) -> None:
    gate, begun = threading.Event(), threading.Event()

    def hanging(path, *, progress, cancelled):
        if path.name == "share":
            begun.set()
            gate.wait()
            if cancelled():
                raise CancelledError("the scan was stopped")
        return scan(path, progress=progress, cancelled=cancelled, workers=1)

    sources = SourcesPresenter(desk.jobs, desk.door, hanging, still_s=0.0)
    (tmp_path / "share").mkdir()
    sources.add(tmp_path / "share")
    assert begun.wait(10)
    sources.add(folder)
    desk.window.run_until(lambda: any(line.seen for line in sources.lines))
    assert listed(desk) == ["Nobody^0", "Nobody^1"]
    adding = [one for one in desk.jobs.statuses if not one.quiet]
    desk.jobs.cancel_job(adding[0].number)  # the reader gives it up
    gate.set()
    assert [line.location for line in sources.lines] == [str(folder)]


def test_a_folder_that_cannot_be_read_is_told_and_not_kept(desk: Desk, tmp_path: Path) -> None:
    desk.sources.add(tmp_path / "nowhere")
    desk.settle()
    assert str(tmp_path / "nowhere") in desk.told[-1]
    assert desk.sources.lines == ()
    assert desk.archive.sources.all() == ()


def test_a_removed_source_takes_the_studies_that_nobody_touched(desk: Desk, folder: Path) -> None:
    desk.sources.add(folder)
    desk.settle()
    desk.archive.claims.claim("1.2.3.1.2026", "anna")
    desk.sources.remove(str(folder))
    desk.settle()
    assert desk.sources.lines == ()
    assert listed(desk) == ["Nobody^1"]
    assert len(list(folder.rglob("*.dcm"))) == 8
