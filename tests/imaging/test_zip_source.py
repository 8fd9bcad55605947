"""Zip files are read in place; what is unsafe, damaged or absurd is refused by name."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import ArchiveError, FourviewError, UnreadableFileError
from domain.study import ImageRef
from imaging.frame.frames import FrameReader
from imaging.source import zip_source
from imaging.source.opening import open_ref
from imaging.source.zip_source import Archive, Members
from tests.support.dicom_factory import mammogram, save

STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED


def zipped(path: Path, members: dict[str, bytes], method: int = DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def members_of(path: Path) -> Members:
    with Archive(str(path)) as archive:
        return archive.members()


@pytest.mark.parametrize("method", [STORED, DEFLATED])
def test_a_member_opens_where_it_lies(method: int, tmp_path: Path) -> None:
    ds = mammogram()
    content = save(ds, tmp_path / "a").read_bytes()
    path = zipped(tmp_path / "z.zip", {"deep/IM1": content}, method)
    with open_ref(ImageRef(str(path), "deep/IM1")) as stream:
        assert stream.read() == content
        stream.seek(-4, io.SEEK_END)
        assert stream.read() == content[-4:]
    with FrameReader.open(ImageRef(str(path), "deep/IM1")) as frames:
        assert frames.read().pixels.tobytes() == ds.PixelData
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a", "z.zip"]


@settings(max_examples=40)
@given(
    content=st.binary(min_size=1, max_size=5000),
    method=st.sampled_from([STORED, DEFLATED]),
    moves=st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 3000)), max_size=6),
)
def test_the_start_of_a_member_reads_like_the_whole(
    content: bytes,
    method: int,
    moves: list[tuple[int, int]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = zipped(tmp_path_factory.mktemp("z") / "z.zip", {"m": content}, method)
    with Archive(str(path)) as archive, archive.head("m") as head:
        assert head.seek(0, io.SEEK_END) == len(content)
        for position, length in moves:
            head.seek(position)
            assert head.read(length) == content[position : position + length]


UNSAFE = [
    "../evil",
    "a/../../evil",
    "..\\evil",
    "/etc/evil",
    "\\evil",
    "C:\\evil",
    "c:evil",
]


@pytest.mark.parametrize("name", UNSAFE)
def test_names_that_lead_out_are_refused_and_the_rest_opens(name: str, tmp_path: Path) -> None:
    path = zipped(tmp_path / "z.zip", {name: b"x", "good": b"y"})
    found = members_of(path)
    assert [member.name for member in found.usable] == ["good"]
    (problem,) = found.problems
    assert problem.where == f"{path}!{name}"
    assert "its name" in problem.reason
    with pytest.raises(ArchiveError):
        open_ref(ImageRef(str(path), name))


def test_links_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "z.zip"
    link = zipfile.ZipInfo("link")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "symbolic link" in members_of(path).problems[0].reason


def test_encrypted_members_are_refused_with_what_to_do(tmp_path: Path) -> None:
    path = zipped(tmp_path / "z.zip", {"a": b"x"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert "encrypted" in members_of(path).problems[0].reason


def test_other_ways_of_packing_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "z.zip", {"a": b"x" * 99}, zipfile.ZIP_BZIP2)
    assert "deflate" in members_of(path).problems[0].reason


def test_of_two_members_with_one_name_one_is_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "z.zip", {"abcd": b"x", "abce": b"y"})
    path.write_bytes(path.read_bytes().replace(b"abce", b"abcd"))
    found = members_of(path)
    assert len(found.usable) == 1
    assert "same name" in found.problems[0].reason


def with_size(path: Path, size: int) -> Path:
    """Announce another unpacked size in the central directory."""
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, size)
    path.write_bytes(content)
    return path


def test_a_bomb_of_one_member_is_refused_without_unpacking_it(tmp_path: Path) -> None:
    path = tmp_path / "z.zip"
    with zipfile.ZipFile(path, "w", DEFLATED) as archive, archive.open("bomb", "w") as bomb:
        for _ in range(80):
            bomb.write(bytes(1 << 20))
    tracemalloc.start()
    try:
        with pytest.raises(ArchiveError, match="zip bomb"):
            members_of(path)
        with pytest.raises(ArchiveError, match="zip bomb"):
            open_ref(ImageRef(str(path), "bomb"))
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_a_bomb_beside_good_members_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zip_source, "_RATIO", 50)
    monkeypatch.setattr(zip_source, "_RATIO_FROM", 1000)
    noise = bytes(range(256)) * 4
    path = tmp_path / "z.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("good", noise)
        archive.writestr("bomb", bytes(20_000), DEFLATED)
    found = members_of(path)
    assert [member.name for member in found.usable] == ["good"]
    assert "zip bomb" in found.problems[0].reason


def test_too_many_files_and_too_many_bytes_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zipped(tmp_path / "z.zip", {str(number): b"x" for number in range(9)})
    monkeypatch.setattr(zip_source, "MOST_ENTRIES", 8)
    with pytest.raises(ArchiveError, match="9 files"):
        members_of(path)
    monkeypatch.undo()
    monkeypatch.setattr(zip_source, "MOST_BYTES", 8)
    with pytest.raises(ArchiveError, match="9 bytes"):
        members_of(path)
    monkeypatch.undo()
    monkeypatch.setattr(zip_source, "_MOST_DIRECTORY_BYTES", 100)
    with pytest.raises(ArchiveError, match="table of contents"):
        members_of(path)


def test_a_member_never_unpacks_to_more_than_it_announces(tmp_path: Path) -> None:
    path = with_size(zipped(tmp_path / "z.zip", {"a": b"x" * 9999}), 100)
    with pytest.raises(ArchiveError, match="damaged"):
        open_ref(ImageRef(str(path), "a"))
    with Archive(str(path)) as archive:
        head = archive.head("a")
        with pytest.raises(ArchiveError, match="damaged"):
            head.read(9999)
        head.close()


def test_a_damaged_member_says_so(tmp_path: Path) -> None:
    path = zipped(tmp_path / "z.zip", {"a": bytes(range(256)) * 9}, STORED)
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match="damaged"):
        open_ref(ImageRef(str(path), "a"))


def test_a_large_member_is_seekable_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_source, "_IN_MEMORY", 10)
    path = zipped(tmp_path / "z.zip", {"a": b"0123456789abcdef"})
    with open_ref(ImageRef(str(path), "a")) as stream:
        stream.seek(10)
        assert stream.read() == b"abcdef"


def test_a_member_that_is_not_there_and_a_zip_that_is_not_there_are_told_apart(
    tmp_path: Path,
) -> None:
    path = zipped(tmp_path / "z.zip", {"a": b"x"})
    with pytest.raises(ArchiveError):
        open_ref(ImageRef(str(path), "b"))
    with pytest.raises(UnreadableFileError):
        open_ref(ImageRef(str(tmp_path / "none.zip"), "b"))


@settings(max_examples=150)
@given(data=st.data())
def test_a_damaged_archive_never_raises_anything_else(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("z")
    content = bytearray(zipped(folder / "z.zip", {"a/b": b"x" * 300, "c": b"y"}).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    path = folder / "damaged.zip"
    path.write_bytes(content[cut:] if data.draw(st.booleans()) else content)
    try:
        for member in members_of(path).usable:
            open_ref(ImageRef(str(path), member.name)).close()
    except FourviewError:
        pass
