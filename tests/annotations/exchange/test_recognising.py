"""The format of a file or folder is found out without being told."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotations.exchange.facts import FACTS
from annotations.exchange.format import ExchangeError
from annotations.exchange.formats import FORMATS
from annotations.exchange.recognising import recognised, studies_named, to_read
from annotations.exchange.writing_out import write_out
from tests.annotations.exchange.exchanges import STUDY, small_exchange

READ_AS = {"coco-polygon": "coco", "yolo": "yolo", "yolo-polygon": "yolo-polygon"}
FILES = {
    "json": "fourview.json",
    "coco": "annotations.json",
    "yolo": "data.yaml",
    "yolo-polygon": "data.yaml",
    "nnunet": "Dataset001_Fourview/dataset.json",
    "csv": "findings.csv",
    "png": "masks.csv",
    "seg": "seg_0001.dcm",
    "cad-sr": "cad_0001.dcm",
    "gsps": "gsps_0001.dcm",
    "tid1500": "report_0001.dcm",
}


def test_every_format_is_described_once_in_the_order_of_formats() -> None:
    assert sorted(FACTS) == sorted(FORMATS)
    assert all(one.what and one.loses for one in FACTS.values())


@pytest.mark.parametrize("form", FORMATS)
def test_a_folder_that_was_exported_is_known_again(tmp_path: Path, form: str) -> None:
    write_out(FORMATS[form], small_exchange(), tmp_path)
    assert recognised(tmp_path) == READ_AS.get(form, form)


@pytest.mark.parametrize("form", FILES)
def test_so_is_the_one_file_that_somebody_points_at(tmp_path: Path, form: str) -> None:
    write_out(FORMATS[form], small_exchange(), tmp_path)
    file = tmp_path / FILES[form]
    name = recognised(file)
    assert name == form
    if name in {"json", "coco", "csv", "png", "yolo", "yolo-polygon", "nnunet"}:
        found = FORMATS[name].read(to_read(file, name), small_exchange())
        assert found.readings


@pytest.mark.parametrize("form", ["seg", "cad-sr", "gsps", "tid1500"])
def test_objects_tell_which_study_they_are_of(tmp_path: Path, form: str) -> None:
    write_out(FORMATS[form], small_exchange(), tmp_path)
    assert studies_named(tmp_path, form) == {STUDY}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b"{}"),
        ("a.json", b"no json"),
        ("a.json", b"[1, 2]"),
        ("a.txt", b"words"),
        ("a.dcm", b"\0" * 128 + b"DICM" + b"\xff" * 40),
    ],
)
def test_what_is_none_of_them_is_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(ExchangeError, match="none of the formats that are known"):
        recognised(file)
    with pytest.raises(ExchangeError, match="none of the formats that are known"):
        recognised(tmp_path)
