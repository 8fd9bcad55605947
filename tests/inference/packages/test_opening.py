from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.errors import PackageError
from inference.packages.package import open_package
from inference.packages.schema import PUBLISHED, manifest_schema
from tests.support.small_networks import (
    bright_cells,
    custom_operator,
    external_data,
    manifest_for,
    write_package,
    zip_package,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_package(tmp_path / "package")


def refused(path: Path, *, unpacked: Path | None = None) -> str:
    with pytest.raises(PackageError) as caught:
        open_package(path, unpacked)
    return str(caught.value)


def change_manifest(folder: Path, **changed: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changed))


def test_a_package_as_it_should_be_opens_and_reads_its_network(folder: Path) -> None:
    package = open_package(folder)
    assert package.name == "bright-cells 1.0"
    assert package.read() == (folder / "network.onnx").read_bytes()


@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_any_flipped_bit_of_a_network_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, place: int, bit: int
) -> None:
    folder = write_package(tmp_path_factory.mktemp("flipped"))
    path = folder / "network.onnx"
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= 1 << bit
    path.write_bytes(content)
    said = refused(folder)
    assert "network.onnx" in said
    assert "SHA-256" in said


def test_a_network_that_changes_after_opening_is_noticed_on_reading(folder: Path) -> None:
    package = open_package(folder)
    (folder / "network.onnx").write_bytes(bright_cells(opset=16).SerializeToString())
    with pytest.raises(PackageError, match="has changed"):
        package.read()


def test_the_digest_follows_the_manifest(folder: Path) -> None:
    before = open_package(folder).digest
    change_manifest(folder, default_threshold=0.25)
    assert open_package(folder).digest != before


@pytest.mark.parametrize(
    "name",
    [
        "../network.onnx",
        "a/network.onnx",
        "/etc/passwd",
        "..",
        "C:network.onnx",
        "nul.onnx",
        "a\\b.onnx",
        "network.onnx.",
        "n\0.onnx",
        "",
    ],
)
def test_a_file_name_that_climbs_out_is_refused(folder: Path, name: str) -> None:
    change_manifest(folder, files={"network.onnx": "0" * 64, name: "0" * 64})
    said = refused(folder)
    assert "manifest.json" in said
    assert "no plain file name" in said


def test_a_link_in_place_of_a_network_is_refused(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.onnx"
    (folder / "network.onnx").rename(elsewhere)
    (folder / "network.onnx").symlink_to(elsewhere)
    assert "no plain file" in refused(folder)


def test_a_pipe_in_place_of_a_network_does_not_make_it_wait(folder: Path) -> None:
    (folder / "network.onnx").unlink()
    os.mkfifo(folder / "network.onnx")
    assert "no plain file" in refused(folder)


def test_external_data_and_custom_operators_are_refused_by_name(tmp_path: Path) -> None:
    outside = refused(write_package(tmp_path / "outside", external_data()))
    assert "network.onnx" in outside
    assert "external data" in outside
    assert "com.example::Sharpen" in refused(write_package(tmp_path / "own", custom_operator()))


@pytest.mark.parametrize("opset", [12, 24])
def test_an_opset_that_is_too_old_or_too_new_is_refused(tmp_path: Path, opset: int) -> None:
    said = refused(write_package(tmp_path / "package", bright_cells(opset=opset)))
    assert f"of opset {opset}" in said


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"id": "Not An Id"}, "id"),
        ({"version": "new"}, "version"),
        ({"stage": "guess"}, "stage"),
        ({"surprise": 1}, "surprise"),
        ({"default_threshold": 1.5}, "default_threshold"),
        ({"intended_use": ""}, "intended_use"),
        ({"training": None}, "training"),
        ({"stage": "reader"}, "members"),
        ({"files": {"weights.bin": "0" * 64}}, ".onnx"),
        ({"version_of_format": 2}, "format 2"),
        ({"format": "other"}, "no manifest"),
    ],
)
def test_a_manifest_that_breaks_the_schema_is_refused_and_the_place_named(
    folder: Path, changed: dict[str, object], named: str
) -> None:
    change_manifest(folder, **changed)
    said = refused(folder)
    assert "manifest.json" in said
    assert named in said


def test_an_interval_that_does_not_hold_its_sensitivity_is_refused(folder: Path) -> None:
    point = manifest_for(b"")["operating_points"][0] | {"low": 0.65}
    change_manifest(folder, operating_points=[point])
    assert "interval" in refused(folder)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"a": NaN', b'"text"']
)
def test_a_manifest_that_is_no_json_object_is_refused(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)
    assert "manifest.json" in refused(folder)


def test_a_missing_file_and_a_missing_folder_are_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "network.onnx").unlink()
    assert "network.onnx" in refused(folder)
    assert "no model package" in refused(tmp_path / "nothing")


@pytest.mark.parametrize("prefix", ["", "bright-cells/"])
def test_a_zip_opens_as_the_same_package(folder: Path, tmp_path: Path, prefix: str) -> None:
    path = zip_package(folder, tmp_path / "package.zip", prefix)
    package = open_package(path, tmp_path / "room")
    assert package.digest == open_package(folder).digest
    assert package.read() == (folder / "network.onnx").read_bytes()
    assert package.folder.parent == tmp_path / "room"


def test_what_was_unpacked_and_damaged_since_is_unpacked_anew(folder: Path, tmp_path: Path) -> None:
    path, room = zip_package(folder, tmp_path / "package.zip"), tmp_path / "room"
    unpacked = open_package(path, room).folder
    (unpacked / "network.onnx").write_bytes(b"damaged")
    assert open_package(path, room).read() == (folder / "network.onnx").read_bytes()


@pytest.mark.parametrize("name", ["../evil.txt", "/evil.txt", "a/../../evil.txt", "C:\\evil.txt"])
def test_a_zip_whose_names_climb_out_is_refused_and_writes_nothing(
    folder: Path, tmp_path: Path, name: str
) -> None:
    path = zip_package(folder, tmp_path / "package.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "evil")
    refused(path, unpacked=tmp_path / "room")
    assert list((tmp_path / "room").iterdir()) == []
    assert not list(tmp_path.rglob("evil.txt"))


def test_a_zip_with_no_manifest_or_several_or_cut_short_is_refused(
    folder: Path, tmp_path: Path
) -> None:
    room = tmp_path / "room"
    with zipfile.ZipFile(tmp_path / "none.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    assert "0 files manifest.json" in refused(tmp_path / "none.zip", unpacked=room)
    path = zip_package(folder, tmp_path / "two.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("other/manifest.json", "{}")
    assert "2 files manifest.json" in refused(path, unpacked=room)
    whole = zip_package(folder, tmp_path / "cut.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    refused(tmp_path / "cut.zip", unpacked=room)
    assert list(room.iterdir()) == []


def test_no_room_to_unpack_is_said(folder: Path, tmp_path: Path) -> None:
    path = zip_package(folder, tmp_path / "package.zip")
    (tmp_path / "file").write_text("in the way")
    assert "can't be unpacked" in refused(path, unpacked=tmp_path / "file" / "room")


def test_the_published_schema_is_the_one_that_manifests_follow() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == manifest_schema() + "\n"
