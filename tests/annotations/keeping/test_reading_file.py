"""The document file: exact, whole, for its owner, and refused where it is not understood."""

from __future__ import annotations

import gc
import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.commands.applying import apply
from annotations.document.document import Document
from annotations.document.opinion import Opinion
from annotations.errors import KeepingError, ReadingFileError
from annotations.keeping import disk
from annotations.keeping.folders import reading_place, readings_folder
from annotations.keeping.reading_file import load_document, reading_schema, save_document
from annotations.keeping.schema import PUBLISHED
from domain.mask import RleMask
from tests.annotations.documents import SIZE, commands
from tests.annotations.keeping.desk import STUDY, adding

GOOD = apply(Document(STUDY), adding(1, RleMask(SIZE, 2, ((1, 3),)))).document


def saved(path: Path, document: Document = GOOD) -> Path:
    save_document(path, document, reader="Ann", sequence=3)
    return path


@given(data=st.data())
def test_documents_come_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    document = Document(STUDY)
    for _ in range(data.draw(st.integers(0, 4))):
        document = apply(document, data.draw(commands(document))).document
    path = saved(tmp_path_factory.getbasetemp() / "one.json", document)
    read = load_document(path)
    assert (read.document, read.reader, read.sequence) == (document, "Ann", 3)


def test_the_published_schema_is_the_one_that_the_program_follows() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == reading_schema() + "\n"


def test_the_schema_names_what_the_file_holds(tmp_path: Path) -> None:
    schema = json.loads(reading_schema())
    file = json.loads(saved(tmp_path / "a.json").read_bytes())
    assert set(file) == set(schema["properties"]) == set(schema["required"])
    finding = file["document"]["findings"][0]
    assert set(finding) == set(schema["$defs"]["Finding"]["properties"])
    assert schema["$defs"]["Finding"]["additionalProperties"] is False


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    path = saved(tmp_path / "readings" / "study" / "a.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("step", ["write_all", "fsync", "replace"])
def test_whatever_fails_the_file_from_before_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = saved(tmp_path / "a.json")
    before = path.read_bytes()

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    target = {"write_all": disk, "fsync": os, "replace": Path}[step]
    monkeypatch.setattr(target, step, refuse)
    with pytest.raises(KeepingError, match="the disk is full"):
        save_document(path, replace(GOOD, findings=()), reader="Ann", sequence=4)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_document_that_would_not_come_back_never_replaces_a_good_one(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.json")
    before = path.read_bytes()
    for note in ("\ud800", 7):
        bad = replace(GOOD, opinion=Opinion(note=note))  # type: ignore[arg-type]
        with pytest.raises(KeepingError, match="would not give the same"):
            saved(path, bad)
    with pytest.raises(KeepingError):
        saved(path, replace(GOOD, findings=GOOD.findings * 2))
    assert path.read_bytes() == before


def test_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"format": "fourview-reading", "version": 2, "pages": []}')
    before = path.read_bytes()
    with pytest.raises(ReadingFileError, match="newer Fourview"):
        load_document(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"format": "other"}', '{"format": "fourview-reading", "version": 1}'],
)
def test_what_is_no_reading_is_refused_with_its_path(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(ReadingFileError, match=r"a\.json"):
        load_document(path)


def test_masks_and_ids_that_can_t_be_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.json")
    good = path.read_text()
    path.write_text(good.replace("[[1,3]]", "[[1,3,2,5]]"))
    assert path.read_text() != good
    with pytest.raises(ReadingFileError, match="damaged"):
        load_document(path)
    file = json.loads(good)
    file["document"]["findings"] *= 2
    path.write_text(json.dumps(file))
    with pytest.raises(ReadingFileError, match="damaged"):
        load_document(path)


@given(st.data())
def test_a_file_cut_anywhere_is_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = saved(tmp_path_factory.getbasetemp() / "cut.json")
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(ReadingFileError):
        load_document(path)


def test_the_garbage_collector_is_on_again_after_reading(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.json")
    load_document(path)
    assert gc.isenabled()
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(ReadingFileError):
        load_document(path)
    assert gc.isenabled()


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_document(tmp_path / "none.json")


def test_readings_lie_under_names_that_tell_no_study(tmp_path: Path) -> None:
    place = reading_place(tmp_path, "1.2.840.99", "Dr. Ann / O'Hara")
    assert place.folder.parent == tmp_path
    assert "840" not in place.folder.name
    assert len(place.folder.name) == 24
    assert place.document.name.startswith("dr-ann-o-hara-")
    others = {reading_place(tmp_path, "1", name).name for name in ("Ann", "ann", "ann.", "Ünn", "")}
    assert len(others) == 5


def test_the_data_folder_can_be_put_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path))
    assert readings_folder() == tmp_path / "readings"
    monkeypatch.delenv("FOURVIEW_DATA")
    assert readings_folder().name == "readings"
    assert "fourview" in str(readings_folder())
