"""Full disks, vanished folders, damaged and foreign files: said clearly, and nothing lost."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.commands.applying import apply
from annotations.document.document import Document
from annotations.errors import KeepingError, ReadingFileError
from annotations.keeping import disk, journal_file, writer
from annotations.keeping.journal import header_line, read_journal
from annotations.keeping.kept_reading import KeptReading
from annotations.keeping.progress import Keeping
from annotations.keeping.reading_file import load_document, save_document
from tests.annotations.keeping.desk import READER, STUDY, Desk, adding, crash, noting


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "RETRY_S", 0.02)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "readings")


def kept(desk: Desk, reading: KeptReading) -> None:
    desk.until(lambda: reading.keeping is Keeping.KEPT)


def failed(desk: Desk, reading: KeptReading) -> None:
    desk.until(lambda: reading.keeping is Keeping.FAILED)


def left(desk: Desk, *changes: int) -> bytes:
    """Leave a journal as after a kill; its bytes."""
    reading = desk.open()
    for number in changes:
        reading.do(adding(number))
    kept(desk, reading)
    crash(reading)
    return desk.place.journal.read_bytes()


def numbers(document: Document) -> list[int]:
    return [finding.id.int for finding in document.findings]


class Trouble:
    """Stands before one of the operating system's calls and refuses while it is told to."""

    def __init__(self, real: Callable[..., int]) -> None:
        self.real = real
        self.error: int | None = None
        self.half = False

    def __call__(self, opened: int, *rest: bytes) -> int:
        if self.error is None or threading.current_thread().name != "journal":
            return self.real(opened, *rest)
        if self.half and rest and len(rest[0]) > 1:
            self.half = False
            return self.real(opened, rest[0][: len(rest[0]) // 2])
        raise OSError(self.error, os.strerror(self.error))


@pytest.mark.parametrize("call", ["write", "fsync"])
@pytest.mark.parametrize("half", [False, True])
def test_a_full_disk_is_said_and_changes_wait_in_order(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, call: str, half: bool
) -> None:
    trouble = Trouble(getattr(os, call))
    monkeypatch.setattr(os, call, trouble)
    reading = desk.open()
    reading.do(adding(1))
    kept(desk, reading)
    trouble.error, trouble.half = 28, half
    for number in (2, 3):
        reading.do(adding(number))
        failed(desk, reading)
        assert reading.problem == "the disk is full"
    reading.undo()
    with pytest.raises(KeepingError, match="disk is full"):
        reading.close()
    assert numbers(reading.document) == [1, 2]
    assert numbers(desk.open().document)[:1] == [1]
    trouble.error = None
    kept(desk, reading)
    assert reading.problem == ""
    crash(reading)
    found = desk.open()
    assert (numbers(found.document), found.recovered, found.lost) == ([1, 2], 4, "")
    found.close()


def test_giving_up_what_can_t_be_written_keeps_what_was_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = Trouble(os.write)
    monkeypatch.setattr(os, "write", trouble)
    reading = desk.open()
    reading.do(adding(1))
    kept(desk, reading)
    trouble.error = 28
    reading.do(adding(2))
    failed(desk, reading)
    reading.abandon()
    trouble.error = None
    found = desk.open()
    assert (numbers(found.document), found.read_only, found.lost) == ([1], "", "")
    found.close()


def mounted(folder: Path, size: str) -> Path:
    """A small disk of its own; ``umount`` is the caller's."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if (
        not shutil.which("mount")
        or subprocess.run(mount, check=False, capture_output=True).returncode
    ):
        pytest.skip("this user may not mount a small disk")
    return folder


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = mounted(tmp_path / "disk", "64k")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as stream:
        while True:
            stream.write(b"x" * 4096)


def test_a_disk_that_is_really_full_loses_nothing(small_disk: Path) -> None:
    desk = Desk(small_disk / "readings")
    reading = desk.open()
    reading.do(adding(1))
    kept(desk, reading)
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="space"):
        fill(filler)
    number = 1
    while reading.keeping is not Keeping.FAILED:
        number += 1
        reading.do(adding(number))
        desk.until(lambda: reading.keeping is not Keeping.KEEPING)
    assert reading.problem == "the disk is full"
    on_disk = read_journal(desk.place.journal, STUDY, READER)
    assert (on_disk.damaged, len(on_disk.entries)) == (0, number - 1)
    filler.unlink()
    kept(desk, reading)
    crash(reading)
    found = desk.open()
    assert numbers(found.document) == list(range(1, number + 1))
    found.close()
    assert numbers(load_document(desk.place.document).document) == list(range(1, number + 1))


def test_a_document_that_can_t_be_saved_at_the_end_stays_in_the_journal(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = desk.open()
    reading.do(adding(1))
    reading.close()
    before = desk.place.document.read_bytes()
    reading = desk.open()
    reading.do(adding(2))
    kept(desk, reading)
    trouble = Trouble(os.write)
    monkeypatch.setattr(os, "write", trouble)
    trouble.error = 28
    reading.close()
    assert desk.place.document.read_bytes() == before
    found = desk.open()
    assert (numbers(found.document), found.recovered) == ([1, 2], 1)
    found.close()


def test_a_folder_that_vanishes_is_made_again_with_everything_in_it(desk: Desk) -> None:
    reading = desk.open()
    reading.do(adding(1))
    reading.close()
    reading = desk.open()
    reading.do(adding(2))
    kept(desk, reading)
    shutil.rmtree(desk.folder)
    reading.do(adding(3))
    desk.until(lambda: reading.keeping is not Keeping.KEEPING)
    kept(desk, reading)
    crash(reading)
    found = desk.open()
    assert numbers(found.document) == [1, 2, 3]
    found.close()


def test_a_folder_that_can_t_come_back_is_said_to_be_gone(desk: Desk) -> None:
    reading = desk.open()
    reading.do(adding(1))
    kept(desk, reading)
    shutil.rmtree(desk.folder)
    desk.folder.write_text("in the way")
    reading.do(adding(2))
    failed(desk, reading)
    assert reading.problem in ("a file lies where the folder should be", "file exists")
    desk.folder.unlink()
    kept(desk, reading)
    reading.close()
    assert numbers(load_document(desk.place.document).document) == [1, 2]


def test_a_line_that_was_written_but_could_not_be_looked_at_is_not_written_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = desk.open()
    reading.do(adding(1))
    kept(desk, reading)

    def refuse(_: Path) -> None:
        raise OSError(errno.EIO, "I/O error")

    real = journal_file.file_id
    monkeypatch.setattr(journal_file, "file_id", refuse)
    reading.do(adding(2))
    failed(desk, reading)
    assert reading.problem == "the disk reports a fault"
    monkeypatch.setattr(journal_file, "file_id", real)
    reading.do(adding(3))
    kept(desk, reading)
    crash(reading)
    found = desk.open()
    assert (numbers(found.document), found.lost) == ([1, 2, 3], "")
    found.close()


def test_a_journal_that_somebody_put_in_our_place_is_not_written_over(desk: Desk) -> None:
    reading = desk.open()
    reading.do(adding(1))
    kept(desk, reading)
    other = desk.place.journal.with_name("other")
    other.write_bytes(b"somebody's")
    other.replace(desk.place.journal)
    reading.do(adding(2))
    kept(desk, reading)
    aside = [path for path in desk.place.folder.iterdir() if ".found-" in path.name]
    assert [path.read_bytes() for path in aside] == [b"somebody's"]
    crash(reading)
    found = desk.open()
    assert numbers(found.document) == [1, 2]
    found.close()


def test_where_no_folder_can_be_made_the_reading_is_only_looked_at(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    reading = Desk(tmp_path / "file" / "readings").open()
    assert "can't be used" in reading.read_only
    with pytest.raises(KeepingError, match="can't be used"):
        reading.do(adding(1))
    reading.close()


@pytest.fixture
def read_only_disk(tmp_path: Path) -> Iterator[Callable[[], Path]]:
    folder = mounted(tmp_path / "disk", "1m")

    def lock_up() -> Path:
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        return folder

    yield lock_up
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_reading_on_a_disk_that_can_only_be_read_is_shown_with_the_reason(
    tmp_path: Path, read_only_disk: Callable[[], Path]
) -> None:
    desk = Desk(tmp_path / "disk" / "readings")
    left(desk, 1, 2)
    read_only_disk()
    reading = desk.open()
    assert "can only be read" in reading.read_only
    assert numbers(reading.document) == [1, 2]
    with pytest.raises(KeepingError):
        reading.do(adding(3))
    reading.close()


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_journal_cut_anywhere_gives_what_was_before_the_cut(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    desk = Desk(tmp_path_factory.mktemp("cut"))
    whole = left(desk, 1, 2, 3, 4)
    cut = data.draw(st.integers(0, len(whole) - 1))
    desk.place.journal.write_bytes(whole[:cut])
    lines = whole[:cut].count(b"\n")
    found = desk.open()
    # A last line that lacks only its end is whole all the same.
    expected = max(0, lines - 1) + (whole[cut : cut + 1] == b"\n" and lines > 0)
    assert numbers(found.document) == list(range(1, expected + 1))
    torn = cut not in {
        at + shift for at, byte in enumerate(whole) if byte == 10 for shift in (0, 1)
    }
    assert bool(found.lost) == torn
    if torn:
        aside = next(path for path in desk.place.folder.iterdir() if "damaged" in path.name)
        assert aside.name in found.lost
        assert aside.read_bytes() == whole[:cut]
    found.do(adding(9))
    kept(desk, found)
    crash(found)
    again = desk.open()
    assert numbers(again.document) == [*range(1, expected + 1), 9]
    assert again.lost == ""
    again.close()


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_byte_changed_anywhere_is_noticed_and_what_came_before_is_whole(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    desk = Desk(tmp_path_factory.mktemp("flip"))
    whole = left(desk, 1, 2, 3)
    at = data.draw(st.integers(0, len(whole) - 1))
    flipped = bytes([whole[at] ^ data.draw(st.integers(1, 255))])
    damaged = whole[:at] + flipped + whole[at + 1 :]
    desk.place.journal.write_bytes(damaged)
    before = whole[:at].count(b"\n")
    found = desk.open()
    assert found.read_only == ""
    there = numbers(found.document)
    assert there == list(range(1, len(there) + 1))
    assert len(there) >= before - 1
    assert found.lost or there == [1, 2, 3]
    found.close()


def test_how_much_of_a_damaged_journal_could_not_be_read_is_said(desk: Desk) -> None:
    lines = left(desk, 1, 2, 3, 4).splitlines(keepends=True)
    lines[2] = lines[2].replace(b"mass", b"moss")
    desk.place.journal.write_bytes(b"".join(lines))
    found = desk.open()
    assert numbers(found.document) == [1]
    assert found.lost.startswith("3 edits at the end of an interrupted session")
    found.close()
    assert any("damaged" in path.name for path in desk.place.folder.iterdir())


def test_a_journal_whose_header_is_damaged_is_set_aside(desk: Desk) -> None:
    whole = left(desk, 1, 2)
    desk.place.journal.write_bytes(b"x" + whole)
    found = desk.open()
    assert found.lost.startswith("2 edits")
    found.do(adding(5))
    found.close()
    aside = [path for path in desk.place.folder.iterdir() if "damaged" in path.name]
    assert [path.read_bytes() for path in aside] == [b"x" + whole]
    assert numbers(load_document(desk.place.document).document) == [5]


@pytest.mark.parametrize("order", [(0, 2, 1), (0, 1, 1, 2), (1, 2), (0, 2)])
def test_lines_out_of_order_are_not_carried_out(desk: Desk, order: tuple[int, ...]) -> None:
    lines = left(desk, 1, 2).splitlines(keepends=True)
    desk.place.journal.write_bytes(b"".join(lines[at] for at in order))
    found = desk.open()
    assert numbers(found.document) == ([1] if order[:2] == (0, 1) else [])
    assert found.lost
    found.close()


def newer_journal() -> bytes:
    written = b'{"format":"fourview-journal","version":2,"chapters":[]}'
    return b"%08x %b\nsomething else\n" % (zlib.crc32(written), written)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("journal", newer_journal(), "newer Fourview"),
        ("journal", header_line("9.9", READER, 0), "another study or reader"),
        ("journal", header_line(STUDY, "Ben", 0), "another study or reader"),
        ("journal", header_line(STUDY, READER, 7), "missing or older"),
        ("document", b'{"format":"fourview-reading","version":2}', "newer Fourview"),
        ("document", b'{"format":"fourview-reading"', "damaged"),
        ("document", b"{}", "no reading"),
    ],
)
def test_files_that_can_t_be_used_stay_as_they_are(
    desk: Desk, name: str, content: bytes, said: str
) -> None:
    path: Path = getattr(desk.place, name)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    reading = desk.open()
    assert said in reading.read_only
    with pytest.raises(KeepingError):
        reading.do(noting("x"))
    reading.close()
    assert path.read_bytes() == content
    assert {one.suffix for one in path.parent.iterdir()} <= {path.suffix, ".lock"}


def test_a_document_of_another_study_is_not_taken_for_ours(desk: Desk) -> None:
    other = apply(Document("9.9"), adding(1)).document
    save_document(desk.place.document, other, reader=READER, sequence=1)
    reading = desk.open()
    assert "another study" in reading.read_only
    assert reading.document == Document(STUDY)
    reading.close()
    with pytest.raises(ReadingFileError):
        read_journal(desk.place.folder, STUDY, READER)


def test_a_lost_journal_is_not_lost_when_the_document_can_be_shown(desk: Desk) -> None:
    reading = desk.open()
    reading.do(adding(1))
    reading.close()
    desk.place.journal.write_bytes(newer_journal())
    found = desk.open()
    assert "newer" in found.read_only
    assert numbers(found.document) == [1]
    found.close()


def test_closing_on_a_disk_that_does_not_answer_ends_and_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = desk.open()
    reading.do(adding(1))
    kept(desk, reading)
    answer = threading.Event()
    real = os.fsync

    def wait(opened: int) -> None:
        answer.wait()
        real(opened)

    monkeypatch.setattr(disk.os, "fsync", wait)
    reading.do(adding(2))
    with pytest.raises(KeepingError, match="does not answer"):
        reading.close(wait_s=0.1)
    answer.set()
    reading.do(adding(3))
    reading.undo()
    kept(desk, reading)
    reading.close()
    assert numbers(load_document(desk.place.document).document) == [1, 2]


def test_a_farewell_that_took_too_long_does_not_leave_the_window_saying_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = desk.open()
    reading.do(adding(1))
    kept(desk, reading)
    answer = threading.Event()
    real = Path.replace

    def slow(path: Path, target: Path) -> Path:
        answer.wait()
        return real(path, target)

    monkeypatch.setattr(Path, "replace", slow)
    with pytest.raises(KeepingError):
        reading.close(wait_s=0.1)
    assert reading.keeping is Keeping.FAILED
    answer.set()
    kept(desk, reading)
    reading.close()
    assert numbers(load_document(desk.place.document).document) == [1]


def test_going_on_after_a_farewell_that_took_too_long_loses_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = desk.open()
    reading.do(adding(1))
    reading.do(adding(2))
    kept(desk, reading)
    answer = threading.Event()
    real = Path.replace

    def slow(path: Path, target: Path) -> Path:
        answer.wait()
        return real(path, target)

    monkeypatch.setattr(Path, "replace", slow)
    with pytest.raises(KeepingError):
        reading.close(wait_s=0.1)  # the document is being saved, and will be
    reading.undo()
    answer.set()
    kept(desk, reading)
    reading.undo()
    kept(desk, reading)
    crash(reading)
    found = desk.open()
    assert (numbers(found.document), found.lost) == ([], "")
    found.close()
