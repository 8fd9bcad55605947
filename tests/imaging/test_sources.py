"""Listing finds every file once, waits for nothing, and survives what folders hold in the wild."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import CancelledError, UnreadableFileError
from imaging.scanning.sources import Listing, list_file, list_folder
from imaging.source.plain_file import open_plain

needs_links = pytest.mark.skipif(os.name == "nt", reason="needs rights to make links and pipes")


def listed(folder: Path) -> Listing:
    return list_folder(str(folder), lambda: False, lambda _: None)


def names(listing: Listing) -> list[str]:
    return [source.name for source in listing.sources]


def fill(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_files_at_any_depth_are_found_in_a_settled_order(tmp_path: Path) -> None:
    for name in ("b/2", "b/1", "a/deep/er/3", "0"):
        fill(tmp_path / name)
    assert names(listed(tmp_path)) == ["0", "3", "1", "2"]


def test_files_are_sorted_by_what_their_names_say(tmp_path: Path) -> None:
    kinds = ("IM1", "x.dcm", "p.PNG", "p.jpg", "t.tiff", "fourview.csv", "p.json", "old.zip")
    for name in kinds:
        fill(tmp_path / name)
    fill(tmp_path / "empty.dcm", b"")
    fill(tmp_path / "._IM1")
    fill(tmp_path / "__MACOSX" / "IM9")
    listing = listed(tmp_path)
    assert names(listing) == ["IM1", "x.dcm"]
    assert [source.name for source in listing.pictures] == ["p.PNG", "p.jpg", "t.tiff"]
    assert [source.name for source in listing.sidecars] == ["fourview.csv", "p.json"]
    assert (listing.nested, listing.foreign, listing.problems) == (1, 2, [])


@needs_links
def test_links_in_a_circle_are_followed_once(tmp_path: Path) -> None:
    fill(tmp_path / "a" / "1")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "b").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "self").symlink_to("self")
    listing = listed(tmp_path)
    assert names(listing) == ["1"]
    assert [problem.where for problem in listing.problems] == [str(tmp_path / "a" / "self")]


@needs_links
def test_a_link_to_nowhere_is_a_problem_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    fill(tmp_path / "here")
    listing = listed(tmp_path)
    assert names(listing) == ["here"]
    assert "can't be read" in listing.problems[0].reason


def test_a_folder_that_may_not_be_listed_is_a_problem_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path / "locked" / "1")
    fill(tmp_path / "open" / "2")
    real = os.scandir

    def refuse(folder: str) -> Iterator[os.DirEntry[str]]:
        if folder.endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    listing = listed(tmp_path)
    assert names(listing) == ["2"]
    assert listing.problems[0].where == str(tmp_path / "locked")
    assert "Permission denied" in listing.problems[0].reason


@needs_links
def test_pipes_and_sockets_are_counted_and_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        listing = listed(tmp_path)
    assert (names(listing), listing.foreign) == ([], 2)


@needs_links
def test_opening_a_pipe_or_a_device_refuses_instead_of_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(UnreadableFileError) as caught:
            open_plain(str(path))
        assert str(path) in str(caught.value)


def test_names_that_the_system_can_not_have_are_unreadable() -> None:
    with pytest.raises(UnreadableFileError):
        open_plain("a\0b")


def test_listing_stops_when_told_to(tmp_path: Path) -> None:
    with pytest.raises(CancelledError):
        list_folder(str(tmp_path), lambda: True, lambda _: None)


def test_files_are_counted_while_they_are_listed(tmp_path: Path) -> None:
    for name in ("1", "a/2", "b/3.png", "b/4.txt"):
        fill(tmp_path / name)
    counts: list[int] = []
    list_folder(str(tmp_path), lambda: False, counts.append)
    assert counts == [1, 2, 4]


def test_a_picture_comes_with_the_sidecars_beside_it(tmp_path: Path) -> None:
    picture = fill(tmp_path / "p.png")
    for name in ("p.json", "fourview.csv", "q.json"):
        fill(tmp_path / name)
    listing = list_file(str(picture))
    assert [source.name for source in listing.sidecars] == ["p.json", "fourview.csv"]


def test_an_empty_file_says_that_it_is_empty(tmp_path: Path) -> None:
    listing = list_file(str(fill(tmp_path / "e.dcm", b"")))
    assert listing.problems[0].reason == "is empty"
