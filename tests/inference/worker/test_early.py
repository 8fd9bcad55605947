"""The worker looks at a study's first view while the window still makes the rest ready."""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from domain.errors import BadInputError, CancelledError
from inference.pipeline.inputs import ViewInput
from inference.pipeline.reader import ReaderPackages
from inference.results.store import ResultStore
from inference.worker import pixels
from inference.worker.jobs import Handed, Known, make_ready
from inference.worker.pixels import PixelFolder, PixelsError
from inference.worker.queue import Priority
from tests.inference.worker.bench import Bench, image_of, job_of, pixels_of

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[PixelFolder]:
    with closing(PixelFolder(tmp_path / "cache")) as made:
        yield made


def files(room: PixelFolder) -> list[str]:
    return sorted(one.name for one in room.path.glob("*.pixels"))


def test_the_first_view_is_told_of_with_its_pixels_in_their_file(
    room: PixelFolder, reader: ReaderPackages
) -> None:
    told: list[tuple[ViewInput, np.ndarray]] = []

    def early(view: ViewInput) -> None:
        told.append((view, np.array(view.pixels.open())))

    ready = make_ready(job_of("plain", reader), room, None, early=early)
    assert isinstance(ready, Handed)
    ((view, seen),) = told
    assert np.array_equal(seen, pixels_of("plain", 0))
    first = ready.study.views[0]
    assert (first.uid, first.pixels.path) == (view.uid, view.pixels.path)
    assert first.pixels.digest == pixels.digest_of(pixels_of("plain", 0))
    assert files(room) == sorted(Path(one.path).name for one in ready.files)


def test_the_study_is_the_same_whether_its_first_view_was_told_of_or_not(
    room: PixelFolder, reader: ReaderPackages
) -> None:
    job = job_of("plain", reader)
    one = make_ready(job, room, None)
    other = make_ready(job, room, None, early=lambda _: None)
    assert isinstance(one, Handed)
    assert isinstance(other, Handed)
    assert (one.key, one.study.digest) == (other.key, other.study.digest)


def test_no_file_stays_of_a_study_that_fails_is_stopped_or_was_read_before(
    bench: Bench, room: PixelFolder, reader: ReaderPackages, tmp_path: Path
) -> None:
    def failing(uid: str, number: int):
        if number:
            raise MemoryError
        return image_of(uid, number)

    told: list[ViewInput] = []
    with pytest.raises(MemoryError):
        make_ready(job_of("plain", reader, failing), room, None, early=told.append)
    assert len(told) == 1
    assert files(room) == []

    with pytest.raises(CancelledError):
        make_ready(job_of("plain", reader), room, None, lambda: len(told) > 1, told.append)
    assert len(told) == 2
    assert files(room) == []

    store = ResultStore(tmp_path / "results")
    ready = make_ready(job_of("plain", reader), room, None)
    assert isinstance(ready, Handed)
    ticket = bench.submit("plain")
    bench.until_over(ticket)
    (result,) = bench.ears.of(ticket, "done")
    store.put(ready.key, result.to_json())  # without a hint, as of an older version
    for file in ready.files:
        room.remove(file)
    known = make_ready(job_of("plain", reader), room, store, early=told.append)
    assert isinstance(known, Known)
    assert files(room) == []


def test_nothing_is_told_early_of_a_study_that_was_likely_read_before(
    room: PixelFolder, reader: ReaderPackages, tmp_path: Path
) -> None:
    store, told = ResultStore(tmp_path / "results"), []
    ready = make_ready(job_of("plain", reader), room, store, early=told.append)
    assert isinstance(ready, Handed)
    assert len(told) == 1
    store.put("0" * 64, {}, ready.hint)
    # The images' uids are the same in all studies of the bench: likely is not certain.
    other = make_ready(job_of("other", reader), room, store, early=told.append)
    assert isinstance(other, Handed)
    assert len(told) == 1
    assert other.hint == ready.hint
    assert other.key != ready.key


def test_a_first_view_that_cannot_be_opened_is_not_told_of(
    room: PixelFolder, reader: ReaderPackages
) -> None:
    def broken(uid: str, number: int):
        if number == 0:
            raise BadInputError("can't be opened")
        return image_of(uid, number)

    told: list[ViewInput] = []
    ready = make_ready(job_of("plain", reader, broken), room, None, early=told.append)
    assert isinstance(ready, Handed)
    assert told == []
    assert len(ready.study.views) == len(ready.files) == 3


def test_a_full_disk_is_told_of_once_the_study_is_known_to_be_unread(
    room: PixelFolder, reader: ReaderPackages, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int, _data: memoryview) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(pixels.os, "write", full)
    told: list[ViewInput] = []
    with pytest.raises(PixelsError, match="no room left"):
        make_ready(job_of("plain", reader), room, None, early=told.append)
    assert told == []
    assert files(room) == []


@linux
def test_the_worker_hears_of_the_first_view_before_the_study(bench: Bench) -> None:
    ticket = bench.submit("plain")
    bench.until_over(ticket)
    assert bench.log.index("expect 1.2.0") < bench.log.index("begin plain")
    assert bench.finished_well(ticket)


@linux
def test_an_early_look_that_fails_costs_nothing(bench: Bench) -> None:
    (bench.folder / "expect-fails").touch()
    ticket = bench.submit("plain")
    bench.until_over(ticket)
    assert bench.ears.kinds(ticket) == ["marked"] * 4 + ["done"]
    assert bench.finished_well(ticket)


@linux
@pytest.mark.parametrize("urgent", [False, True], ids=["cancelled", "made way for another"])
def test_what_was_begun_early_is_stopped_with_its_study(bench: Bench, urgent: bool) -> None:
    (bench.folder / "expect-endless").touch()
    held = threading.Event()

    def late(uid: str, number: int):
        if number:
            assert held.wait(30)
        return image_of(uid, number)

    job = job_of("late", bench.reader, late)
    ticket = bench.supervisor.submit(job, Priority.LIST)
    bench.until(lambda: "expect endless" in bench.log)
    pid = bench.supervisor.pid
    (bench.folder / "expect-endless").unlink()
    if not urgent:
        bench.supervisor.cancel(ticket)
    following = bench.submit("plain")
    bench.until_over(following)
    assert bench.finished_well(following)
    assert "expect stopped" in bench.log
    held.set()
    if urgent:
        bench.until_over(ticket)
        assert bench.finished_well(ticket)
    assert bench.supervisor.pid == pid
    bench.until(lambda: bench.pixel_files == [])
