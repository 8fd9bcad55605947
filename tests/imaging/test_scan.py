"""A scan finds the studies among anything, says what is wrong with the rest, and can be stopped."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from pydicom import uid
from pydicom.dataset import Dataset

from domain.errors import ArchiveError, CancelledError, UnreadableFileError
from domain.study import ImageRef, Study
from imaging.loader import load_image
from imaging.scanning import scan as scan_module
from imaging.scanning.header_index import HeaderIndex
from imaging.scanning.scan import ScanProgress, ScanResult, scan
from imaging.scanning.scan_pool import Records
from imaging.scanning.sources import Source, source_of
from tests.support.dicom_factory import mammogram, save
from tests.support.dicomdir_file import write_dicomdir
from tests.support.real_data import CESM_DM, REAL_DATA, needs_real_data

VIEWS = [("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO")]
NAMES = ["LCC", "LMLO", "RCC", "RMLO"]
MONITOR = np.zeros((8, 8), np.uint8)


def study(folder: Path, uid_: str = "1.2.3", patient_id: str = "P1") -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    return [
        save(
            mammogram(side, view, study_uid=uid_, patient_id=patient_id),
            folder / f"{side}{view}.dcm",
        )
        for side, view in VIEWS
    ]


def names(found: Study) -> list[str]:
    return sorted(view.name for view in found.views)


def only(result: ScanResult) -> Study:
    (found,) = result.studies
    return found


def unread(sources: Sequence[Source]) -> Iterator[Records]:
    """Stands for a reader that has nothing to do."""
    if sources:
        pytest.fail(f"{len(sources)} files were read again")
    return iter(())


def foreign(folder: Path) -> int:
    """Put files of other sorts into a folder; gives their number."""
    folder.mkdir(parents=True, exist_ok=True)
    other = mammogram(Modality="CT", BodyPartExamined="HEAD", SOPClassUID=uid.CTImageStorage)
    del other.ViewCodeSequence, other.ViewPosition
    report = Dataset()
    report.file_meta = other.file_meta
    report.SOPClassUID, report.SOPInstanceUID, report.Modality = uid.BasicTextSRStorage, "1", "SR"
    save(other, folder / "ct.dcm")
    save(report, folder / "sr.dcm")
    for number, content in enumerate((b"text", b"", bytes(500), b"\x08\0\x05\0CS" + b"x" * 50)):
        (folder / f"f{number}").write_bytes(content)
    cv2.imwrite(str(folder / "screenshot.png"), MONITOR)
    (folder / "notes.json").write_text("{}")
    (folder / "old.zip").write_bytes(b"PK\x03\x04")
    (folder / "DICOMDIR").write_bytes(write_dicomdir(folder, ["NOT", "THERE"]).read_bytes())
    return 10


def test_a_study_is_found_among_foreign_files_at_any_depth(tmp_path: Path) -> None:
    study(tmp_path / "a" / "b" / "c")
    count = foreign(tmp_path / "a") + foreign(tmp_path / "d")
    result = scan(tmp_path)
    assert names(only(result)) == NAMES
    assert (result.foreign, result.problems) == (count, ())
    told = " ".join(map(str, result.flags))
    assert "2 zip files were not opened" in told
    assert "2 pictures were left out" in told


def test_what_a_scan_finds_opens(tmp_path: Path) -> None:
    study(tmp_path)
    for view in only(scan(tmp_path)).views:
        assert load_image(view.ref).raster.size == view.size


def test_one_file_alone_is_a_study_of_one_view(tmp_path: Path) -> None:
    path = study(tmp_path)[0]
    assert names(only(scan(path))) == ["RCC"]


def test_one_foreign_file_says_what_it_is(tmp_path: Path) -> None:
    foreign(tmp_path)
    (tmp_path / "fake.png").write_bytes(b"text")
    for name, said in (
        ("ct.dcm", "Modality (0008,0060) is CT"),
        ("sr.dcm", "is no image"),
        ("f0", "is no DICOM file"),
        ("f1", "is empty"),
        ("fake.png", "is no PNG"),
        ("screenshot.png", ""),
    ):
        result = scan(tmp_path / name)
        if said:
            assert (result.studies, len(result.problems)) == ((), 1)
            assert said in result.problems[0].reason
        else:
            assert names(only(result)) == ["??"]


def test_a_dicomdir_leads_to_its_images_and_misses_what_is_gone(tmp_path: Path) -> None:
    study(tmp_path / "IMAGES")
    ids = [["IMAGES", f"{side}{view}.dcm"] for side, view in VIEWS]
    result = scan(write_dicomdir(tmp_path, *ids, ["IMAGES", "GONE"]))
    assert names(only(result)) == NAMES
    assert "GONE" in result.problems[0].reason


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_is_read_in_place(method: int, tmp_path: Path) -> None:
    files = study(tmp_path / "exam")
    bare = save(mammogram("L", "ML", study_uid="1.2.3"), tmp_path / "bare")
    cv2.imwrite(str(tmp_path / "P9_R_CC.png"), MONITOR)
    path = tmp_path / "exam.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        for file in files:
            archive.write(file, f"deep/{file.name}")
        archive.writestr("bare", bare.read_bytes()[132:])
        archive.writestr("deep/readme.txt", "hello")
        archive.write(tmp_path / "P9_R_CC.png", "pictures/P9_R_CC.png")
        archive.writestr("pictures/fourview.csv", "file,patient\nP9_R_CC.png,17\n")
        archive.writestr("../evil.dcm", files[0].read_bytes())
    before = sorted(tmp_path.rglob("*"))
    result = scan(path)
    pictures, exam = sorted(result.studies, key=lambda one: len(one.views))
    assert names(exam) == sorted([*NAMES, "LML"])
    assert names(pictures) == ["RCC"]
    assert pictures.patient.patient_id == "17"
    assert [problem.where for problem in result.problems] == [f"{path}!../evil.dcm"]
    assert result.foreign == 2
    for view in (*exam.views, *pictures.views):
        assert load_image(view.ref).raster.size == view.size
    assert sorted(tmp_path.rglob("*")) == before


def test_a_truncated_image_in_a_zip_is_a_problem(tmp_path: Path) -> None:
    files = study(tmp_path / "exam")
    path = tmp_path / "exam.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("cut", files[0].read_bytes()[:-100])
        archive.writestr("good", files[1].read_bytes())
    found = only(scan(path))
    assert (names(found), len(found.problems)) == (["LCC"], 1)
    assert "Pixel Data (7FE0,0010)" in found.problems[0].reason


def test_a_zip_that_is_none_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(ArchiveError, match="damaged"):
        scan(path)


BAD: dict[str, tuple[Dataset, str]] = {
    "rows": (mammogram(Rows=None), "Rows (0028,0010)"),
    "columns": (mammogram(Columns=0), "Columns"),
    "absurd": (mammogram(Rows=65535, Columns=65535), "(0028,0010)"),
    "bits": (mammogram(BitsStored=17), "Bits Stored (0028,0101)"),
    "frames": (mammogram(NumberOfFrames=2), "Pixel Data (7FE0,0010)"),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_file_is_listed_by_its_tag_and_the_rest_of_the_study_opens(
    fault: str, tmp_path: Path
) -> None:
    study(tmp_path)
    ds, tag = BAD[fault]
    ds.StudyInstanceUID = "1.2.3"
    bad = save(ds, tmp_path / "bad.dcm")
    found = only(scan(tmp_path))
    assert names(found) == NAMES
    (problem,) = found.problems
    assert problem.where == str(bad)
    assert tag in problem.reason
    assert "Test" not in problem.reason


def test_of_data_sets_without_preamble_the_faulty_are_problems_and_garbage_is_foreign(
    tmp_path: Path,
) -> None:
    bare = save(mammogram(Rows=None, study_uid="1.2.3"), tmp_path / "bare")
    bare.write_bytes(bare.read_bytes()[132:])
    (tmp_path / "garbage").write_bytes(b"\x08\0\x05\0CS\x02\0xx" + b"\x28\0\x10\0US\x02\0\1\0")
    result = scan(tmp_path)
    assert "Rows (0028,0010)" in only(result).problems[0].reason
    assert result.foreign == 1


def test_an_unknown_transfer_syntax_is_listed_by_its_tag(tmp_path: Path) -> None:
    path = study(tmp_path)[0]
    path.write_bytes(path.read_bytes().replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.9\0"))
    found = only(scan(tmp_path))
    assert len(found.views) == 3
    assert "Transfer Syntax UID (0002,0010)" in found.problems[0].reason


def test_a_file_that_may_not_be_read_is_listed_and_the_rest_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = study(tmp_path)[0]
    real = os.open

    def refuse(path: str, *rest: int) -> int:
        if path == str(locked):
            raise PermissionError(13, "Permission denied")
        return real(path, *rest)

    monkeypatch.setattr(os, "open", refuse)
    index = HeaderIndex(tmp_path.parent / "cache")
    result = scan(tmp_path, index=index)
    assert len(only(result).views) == 3
    assert result.problems[0].where == str(locked)
    assert "Permission denied" in result.problems[0].reason
    monkeypatch.undo()
    assert len(only(scan(tmp_path, index=index)).views) == 4, "a refusal must not be remembered"


def test_two_patients_in_one_folder_are_never_mixed(tmp_path: Path) -> None:
    study(tmp_path / "x", "1.2.3", "P1")
    study(tmp_path / "y", "1.2.3", "P2")
    result = scan(tmp_path)
    assert [names(one) for one in result.studies] == [NAMES, NAMES]
    assert {one.patient.patient_id for one in result.studies} == {"P1", "P2"}
    assert all("2 PATIENTS" in str(one.flags) for one in result.studies)


def test_pictures_beside_dicom_come_in_by_their_names_only(tmp_path: Path) -> None:
    study(tmp_path)
    for name in ("P7_L_CC.png", "P7_R_CC.png", "P8_L_CC.png", "thumb_L.png", "icon.jpg"):
        cv2.imwrite(str(tmp_path / name), MONITOR)
    (tmp_path / "masks").mkdir()
    cv2.imwrite(str(tmp_path / "masks" / "P7_L_CC.png"), MONITOR)
    result = scan(tmp_path)
    pictures = {one.description: names(one) for one in result.studies if one.uid != "1.2.3"}
    assert pictures == {"P7": ["LCC", "RCC"], "P8": ["LCC"]}
    assert result.foreign == 3
    for one in result.studies:
        assert ("grouped by file name" in str(one.flags)) is (one.uid != "1.2.3")


def test_a_sidecar_groups_pictures_and_its_faults_are_problems(tmp_path: Path) -> None:
    for name in ("1.png", "2.png", "3.png", "4.png"):
        cv2.imwrite(str(tmp_path / name), MONITOR)
    (tmp_path / "fourview.csv").write_text(
        "file,patient,study,laterality,view,date\n"
        "1.png,A,x,R,CC,2026-01-02\n"
        "2.png,A,x,L,CC,2026-01-02\n"
        "3.png,B,x,L,CC,\n"
        "4.png,B,x,L,CCC,\n"
    )
    result = scan(tmp_path)
    assert {one.patient.patient_id: names(one) for one in result.studies} == {
        "A": ["LCC", "RCC"],
        "B": ["LCC"],
    }
    (problem,) = result.problems
    assert problem.where == str(tmp_path / "fourview.csv")
    assert "row 5, column view" in problem.reason
    assert len({one.uid for one in result.studies}) == 2


def test_progress_counts_the_files_found_and_then_those_done(tmp_path: Path) -> None:
    study(tmp_path)
    foreign(tmp_path / "x")
    seen: list[ScanProgress] = []
    scan(tmp_path, progress=seen.append)
    listing = [one for one in seen if one.total is None]
    reading = [one for one in seen if one.total is not None]
    assert listing[-1].done == 14
    assert [one.done for one in reading] == sorted(one.done for one in reading)
    assert reading[-1] == ScanProgress(10, 10)


def test_a_scan_stops_when_told_and_keeps_what_it_has_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        study(tmp_path / "data" / str(number), f"1.2.{number}")
    index = HeaderIndex(tmp_path / "cache")
    done: list[int] = []

    def progress(one: ScanProgress) -> None:
        done.append(one.done if one.total else 0)

    with pytest.raises(CancelledError):
        scan(
            tmp_path / "data",
            progress=progress,
            cancelled=lambda: max(done, default=0) >= 30,
            index=index,
        )
    assert 30 <= max(done) < 80
    opened: list[object] = []
    monkeypatch.setattr(
        scan_module, "read_records", lambda sources, *_: opened.extend(sources) or iter(())
    )
    scan(tmp_path / "data", index=index)
    assert len(opened) == 80 - max(done)


def test_a_second_scan_opens_nothing_and_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study(tmp_path / "data")
    (tmp_path / "data" / "bad.dcm").write_bytes((tmp_path / "data/RCC.dcm").read_bytes()[:-9])
    for path in (tmp_path / "data" / "more", tmp_path / "data"):
        foreign(path)
    index = HeaderIndex(tmp_path / "cache")
    first = scan(tmp_path / "data", index=index)
    assert first == scan(tmp_path / "data")
    monkeypatch.setattr(scan_module, "read_records", lambda sources, *_: unread(sources))
    assert scan(tmp_path / "data", index=index) == first
    assert len(only(first).views) == 4
    assert not any("cache" in str(path) for path in (tmp_path / "data").rglob("*"))


def test_a_changed_file_is_read_again_and_a_deleted_one_is_gone(tmp_path: Path) -> None:
    index = HeaderIndex(tmp_path / "cache")
    files = study(tmp_path / "data")
    scan(tmp_path / "data", index=index)
    save(mammogram("L", "ML", study_uid="1.2.3", SeriesDescription="new"), files[0])
    gone = source_of(str(files[1]))
    files[1].unlink()
    assert names(only(scan(tmp_path / "data", index=index))) == ["LML", "LMLO", "RMLO"]
    with index.opened() as session:
        assert session.known(gone.folder, [gone]) == {}, "what is gone must not be kept"


def test_a_zip_is_remembered_too_until_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = study(tmp_path / "exam")
    path, index = tmp_path / "z.zip", HeaderIndex(tmp_path / "cache")
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(files[0], "a")
    first = scan(path, index=index)
    with monkeypatch.context() as patch:
        patch.setattr(scan_module, "read_members", lambda _, found, __: unread(found))
        assert scan(path, index=index) == first
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(files[1], "a")
    assert names(only(scan(path, index=index))) == ["LCC"]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps names in Unicode")
def test_a_name_that_is_no_unicode_opens_and_can_be_shown(tmp_path: Path) -> None:
    good = study(tmp_path / "x")[0].rename(tmp_path / os.fsdecode(b"\xff\xfe.dcm"))
    (tmp_path / os.fsdecode(b"\xfd.dcm")).write_bytes(good.read_bytes()[:-9])
    index = HeaderIndex(tmp_path / "x" / "cache")
    for _ in range(2):
        found = only(scan(tmp_path, index=index))
        assert len(found.views) == 4
        (problem,) = found.problems
        problem.where.encode()
        for view in found.views:
            load_image(view.ref)


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    for path in (tmp_path / "none", Path("a\0b")):
        with pytest.raises(UnreadableFileError):
            scan(path)


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert scan(tmp_path) == ScanResult((), (), 0)


@pytest.mark.skipif(os.name == "nt", reason="needs rights to make pipes")
def test_pipes_are_refused_or_counted_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert scan(tmp_path).foreign == 1
    with pytest.raises(UnreadableFileError, match="no plain file"):
        scan(tmp_path / "pipe")


def test_scanning_changes_nothing_beside_the_data(tmp_path: Path) -> None:
    study(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    scan(tmp_path, index=HeaderIndex())
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


@needs_real_data
def test_the_real_files_are_told_apart() -> None:
    result = scan(REAL_DATA / "dicom")
    assert sorted(names(one) for one in result.studies) == [[], ["LCC"], ["RMLO"]]
    (faulty,) = [one for one in result.studies if not one.views]
    assert "Pixel Data (7FE0,0010)" in faulty.problems[0].reason
    assert "hologic" in faulty.problems[0].where


@needs_real_data
def test_a_public_set_of_pictures_becomes_studies_by_patient_and_masks_stay_out() -> None:
    result = scan(CESM_DM)
    assert sum(len(one.views) for one in result.studies) == 326
    assert len(result.studies) == 178
    assert result.foreign == 326 + 1
    assert isinstance(result.studies[0].views[0].ref, ImageRef)
