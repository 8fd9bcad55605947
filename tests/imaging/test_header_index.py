"""The index remembers what it was given, forgets what has changed, and never fails a scan."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.study import ImageRef
from imaging.scanning import header_index
from imaging.scanning.header_index import HeaderIndex, cache_folder
from imaging.scanning.sources import Source, Stamp

RECORD = b'{"kind":"foreign","reason":"x"}'


def source(name: str = "a", folder: str = "/f", stamp: Stamp = Stamp(1, 2, 3)) -> Source:  # noqa: B008
    return Source(ImageRef(f"{folder}/{name}"), folder, name, stamp)


def keep(index: HeaderIndex, *sources: Source, record: bytes = RECORD) -> None:
    with index.opened() as session:
        session.keep([(one, record) for one in sources])


def known(index: HeaderIndex, *sources: Source) -> dict[Source, bytes]:
    with index.opened() as session:
        return session.known(sources[0].folder, sources)


@pytest.fixture
def index(tmp_path: Path) -> HeaderIndex:
    return HeaderIndex(tmp_path / "cache")


def test_an_unchanged_file_is_known_again(index: HeaderIndex) -> None:
    keep(index, source("a"), source("b"))
    assert known(index, source("a"), source("c")) == {source("a"): RECORD}


@pytest.mark.parametrize("stamp", [Stamp(9, 2, 3), Stamp(1, 9, 3), Stamp(1, 2, 9)])
def test_a_file_of_another_size_time_or_identity_is_not(index: HeaderIndex, stamp: Stamp) -> None:
    keep(index, source())
    assert known(index, source(stamp=stamp)) == {}


def test_files_of_one_name_in_two_folders_are_told_apart(index: HeaderIndex) -> None:
    keep(index, source(folder="/f"))
    assert known(index, source(folder="/g")) == {}


def test_a_new_record_replaces_the_old_one(index: HeaderIndex) -> None:
    keep(index, source(), record=b"old")
    keep(index, source(), record=b"new")
    assert known(index, source()) == {source(): b"new"}


def test_files_that_are_gone_are_forgotten(index: HeaderIndex) -> None:
    keep(index, source("a"), source("b"))
    with index.opened() as session:
        session.keep_only("/f", [source("a")])
    assert known(index, source("a"), source("b")) == {source("a"): RECORD}


@settings(max_examples=25)
@given(
    names=st.lists(st.binary(min_size=1, max_size=8), min_size=1, max_size=5, unique=True),
    identity=st.integers(0, 2**64 - 1),
    changed=st.integers(-(2**63), 2**63 - 1),
    record=st.binary(max_size=50),
)
def test_any_name_stamp_and_record_come_back(
    names: list[bytes],
    identity: int,
    changed: int,
    record: bytes,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    index = HeaderIndex(tmp_path_factory.mktemp("any"))
    stamp = Stamp(1, changed, identity)
    sources = [source(os.fsdecode(name), stamp=stamp) for name in names]
    keep(index, *sources, record=record)
    assert known(index, *sources) == dict.fromkeys(sources, record)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the user's folders by other means")
def test_nobody_else_may_read_it(index: HeaderIndex) -> None:
    old = os.umask(0)
    try:
        keep(index, source())
    finally:
        os.umask(old)
    assert stat.S_IMODE(index.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(index.path.parent.stat().st_mode) == 0o700


def test_it_lies_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FOURVIEW_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    assert tmp_path in HeaderIndex().path.parents
    monkeypatch.delenv("FOURVIEW_CACHE")
    assert "fourview" in str(HeaderIndex().path)


def damaged(path: Path, how: str) -> None:
    content = path.read_bytes()
    if how == "no database":
        path.write_bytes(b"no database at all" * 500)
    elif how == "truncated":
        path.write_bytes(content[: len(content) // 2])
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "other tables":
        path.unlink()
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE files (x)")
            database.execute(f"PRAGMA user_version = {header_index._version()}")
        database.close()
    else:
        path.write_bytes(content[:100] + bytes(len(content) - 100))


@pytest.mark.parametrize(
    "how", ["no database", "truncated", "empty", "other tables", "zeros after its header"]
)
def test_a_damaged_index_is_silently_begun_anew(index: HeaderIndex, how: str) -> None:
    keep(index, *(source(str(number)) for number in range(200)))
    damaged(index.path, how)
    assert known(index, source("0")) == {}
    keep(index, source("0"))  # may meet the damage only now
    keep(index, source("0"))
    assert known(index, source("0")) == {source("0"): RECORD}


def test_a_record_with_a_flipped_bit_is_not_believed(index: HeaderIndex) -> None:
    keep(index, source(), record=b'{"laterality":"R"}')
    content = index.path.read_bytes()
    index.path.write_bytes(content.replace(b'"laterality":"R"', b'"laterality":"L"'))
    assert known(index, source()) == {}


def test_another_version_of_the_program_reads_everything_again(
    index: HeaderIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(index, source())
    monkeypatch.setattr(header_index, "_version", lambda: 7)
    assert known(index, source()) == {}
    keep(index, source())
    assert known(index, source()) == {source(): RECORD}


def test_folders_not_seen_for_long_are_forgotten(
    index: HeaderIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(index, source(folder="/old"))
    today = header_index._today()
    monkeypatch.setattr(header_index, "_today", lambda: today + 89)
    keep(index, source(folder="/new"))
    monkeypatch.setattr(header_index, "_today", lambda: today + 91)
    assert known(index, source(folder="/old")) == {}
    assert known(index, source(folder="/new")) != {}


def test_an_index_grown_too_large_is_begun_anew(
    index: HeaderIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(index, source())
    monkeypatch.setattr(header_index, "_MOST_BYTES", 1000)
    assert known(index, source()) == {}


def test_a_folder_that_can_not_be_made_costs_only_the_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    index = HeaderIndex(tmp_path / "file" / "below")
    keep(index, source())
    assert known(index, source()) == {}


def test_an_index_that_another_process_holds_is_gone_without(
    index: HeaderIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(index, source())
    monkeypatch.setattr(header_index, "_WAIT_SECONDS", 0.01)
    other = sqlite3.connect(index.path)
    other.execute("BEGIN EXCLUSIVE")
    keep(index, source("b"))
    other.rollback()
    other.close()
    assert known(index, source("a"), source("b")) == {source("a"): RECORD}


def test_forgetting_deletes_the_file(index: HeaderIndex) -> None:
    keep(index, source())
    index.forget()
    assert not index.path.exists()
    index.forget()


def write_many(folder: Path, letter: str) -> None:
    index = HeaderIndex(folder)
    for number in range(20):
        keep(index, source(f"{letter}{number}"))


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=write_many, args=(tmp_path, letter)) for letter in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    sources = [source(f"{letter}{number}") for letter in "ab" for number in range(20)]
    assert len(known(HeaderIndex(tmp_path), *sources)) == 40
