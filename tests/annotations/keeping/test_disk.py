"""Files are put in place whole, set aside for good, and the reason of a refusal is said."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from annotations.keeping.disk import file_id, keep_aside, make_folder, reason, replace_file


def test_a_file_set_aside_outlives_the_one_that_takes_its_place(tmp_path: Path) -> None:
    path, aside = tmp_path / "a", tmp_path / "a.aside"
    path.write_bytes(b"old")
    keep_aside(path, aside)
    replace_file(path, b"new")
    assert (path.read_bytes(), aside.read_bytes()) == (b"new", b"old")


def test_a_disk_without_hard_links_gets_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links")

    monkeypatch.setattr(os, "link", refuse)
    path, aside = tmp_path / "a", tmp_path / "a.aside"
    path.write_bytes(b"old")
    keep_aside(path, aside)
    path.write_bytes(b"new")
    assert aside.read_bytes() == b"old"
    assert sorted(tmp_path.iterdir()) == [path, aside]


def test_what_was_set_aside_before_is_not_written_over(tmp_path: Path) -> None:
    path, aside = tmp_path / "a", tmp_path / "a.aside"
    path.write_bytes(b"new")
    aside.write_bytes(b"old")
    keep_aside(path, aside)
    assert aside.read_bytes() == b"old"


def test_files_are_told_apart_by_more_than_their_name(tmp_path: Path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    assert file_id(path) is None
    path.write_bytes(b"1")
    other.write_bytes(b"1")
    before = file_id(path)
    other.replace(path)
    assert before != file_id(path)
    assert file_id(path / "below a file") is None


def test_folders_are_made_with_all_above_them(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b" / "c")
    make_folder(tmp_path / "a" / "b" / "c")
    assert (tmp_path / "a" / "b" / "c").is_dir()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "the folder can only be read"),
        (errno.EACCES, "the folder can't be written to"),
        (errno.ELOOP, os.strerror(errno.ELOOP).lower()),
    ],
)
def test_refusals_are_said_in_words_without_file_names(number: int, words: str) -> None:
    assert reason(OSError(number, os.strerror(number), "/home/ann/x")) == words
