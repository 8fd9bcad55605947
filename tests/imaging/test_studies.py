"""Images of one study come together, those of two patients never."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from domain.errors import CancelledError
from domain.study import ImageRef, Patient, Study
from imaging.scanning.studies import Judged, group_studies, patient_key
from imaging.scanning.verdict import Faulty, Found, judge_file
from tests.support.dicom_factory import mammogram, save

UID = "1.2.3"


def judged(folder: Path, name: str, ds: Dataset) -> Judged:
    path = save(ds, folder / name)
    verdict = judge_file(str(path))
    assert isinstance(verdict, Found)
    ref = replace(verdict.view.ref, path=str(path))
    return Judged(ref, str(folder), replace(verdict, view=replace(verdict.view, ref=ref)))


def grouped(*files: Judged) -> tuple[Study, ...]:
    studies, loose = group_studies(files, lambda: False)
    assert loose == ()
    return studies


def messages(study: Study) -> str:
    return " ".join(map(str, study.flags))


def test_images_of_one_patient_and_study_uid_are_one_study(tmp_path: Path) -> None:
    files = [
        judged(tmp_path, side + view, mammogram(side, view, study_uid=UID))
        for side in "RL"
        for view in ("CC", "MLO")
    ]
    (study,) = grouped(*files)
    assert sorted(view.name for view in study.views) == ["LCC", "LMLO", "RCC", "RMLO"]
    assert (study.uid, study.studied, study.flags) == (UID, date(2026, 1, 2), ())


@pytest.mark.parametrize(
    "other",
    [
        {"PatientID": "P2"},
        {"PatientName": "Other^Patient"},
        {"PatientBirthDate": "19610101"},
        {"IssuerOfPatientID": "Elsewhere"},
        {"PatientID": None},
    ],
    ids=lambda other: next(iter(other)),
)
def test_two_patients_with_one_study_uid_are_kept_apart_and_it_is_said_loudly(
    other: dict[str, str | None], tmp_path: Path
) -> None:
    first = judged(tmp_path, "a", mammogram("R", study_uid=UID))
    second = judged(tmp_path, "b", mammogram("L", study_uid=UID, **other))
    studies = grouped(first, second)
    assert sorted(len(study.views) for study in studies) == [1, 1]
    for study in studies:
        assert "2 PATIENTS share this Study Instance UID" in messages(study)
        assert "Study Instance UID (0020,000D)" in messages(study)


def test_two_study_uids_of_one_patient_stay_two_studies(tmp_path: Path) -> None:
    first = judged(tmp_path, "a", mammogram(study_uid="1.2.3"))
    second = judged(tmp_path, "b", mammogram(study_uid="1.2.4"))
    assert [study.uid for study in grouped(first, second)] == ["1.2.3", "1.2.4"]


@pytest.mark.parametrize(
    "name", ["TEST^PATIENT", "Test^Patient^^^", "Test^Patient ", "test^patient"]
)
def test_a_name_spelled_otherwise_is_the_same_patient(name: str, tmp_path: Path) -> None:
    first = judged(tmp_path, "a", mammogram("R", study_uid=UID))
    second = judged(tmp_path, "b", mammogram("L", study_uid=UID, PatientName=name))
    assert len(grouped(first, second)) == 1


def test_names_that_differ_in_one_letter_are_two_patients() -> None:
    assert patient_key(Patient(name="A^B")) != patient_key(Patient(name="A^C"))
    assert patient_key(Patient(name="AB^C")) != patient_key(Patient(name="A^BC"))
    assert patient_key(Patient(name="A^B=X")) != patient_key(Patient(name="A^B=Y"))


def test_without_a_study_uid_patient_date_and_folder_decide(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    files = [
        judged(here, "a", mammogram("R", StudyInstanceUID="")),
        judged(here, "b", mammogram("L", StudyInstanceUID=None)),
        judged(here, "c", mammogram("L", StudyInstanceUID="", StudyDate="20250101")),
        judged(there, "a", mammogram("R", StudyInstanceUID="")),
    ]
    studies = grouped(*files)
    assert [len(study.views) for study in studies] in ([1, 2, 1], [1, 1, 2])
    assert all("No Study Instance UID" in messages(study) for study in studies)
    assert len({study.uid for study in studies}) == 3
    assert all("P1" not in study.uid for study in studies)


def test_a_patient_that_nothing_names_is_flagged(tmp_path: Path) -> None:
    nobody = dict.fromkeys(("PatientID", "PatientName", "PatientBirthDate"))
    (study,) = grouped(judged(tmp_path, "a", mammogram(**nobody)))
    assert "Nothing says who the patient is [Patient ID (0010,0020)]" in messages(study)


def test_a_faulty_file_is_listed_in_its_study(tmp_path: Path) -> None:
    good = judged(tmp_path, "a", mammogram("R", study_uid=UID))
    path = save(mammogram("L", study_uid=UID), tmp_path / "b")
    path.write_bytes(path.read_bytes()[:-100])
    verdict = judge_file(str(path))
    assert isinstance(verdict, Faulty)
    (study,) = grouped(good, Judged(ImageRef(str(path)), str(tmp_path), verdict))
    assert len(study.views) == 1
    (problem,) = study.problems
    assert problem.where == str(path)
    assert "Pixel Data (7FE0,0010)" in problem.reason
    assert str(path) not in problem.reason


def test_a_faulty_file_of_no_study_is_loose() -> None:
    files = [Judged(ImageRef("f"), "", Faulty("broken"))]
    assert group_studies(files, lambda: False)[1][0].reason == "broken"


def test_the_same_file_twice_counts_once_and_the_copy_is_mentioned(tmp_path: Path) -> None:
    ds = mammogram(study_uid=UID)
    (study,) = grouped(*(judged(tmp_path, name, ds) for name in "cab"))
    (view,) = study.views
    assert view.ref.path == str(tmp_path / "a")
    assert [str(flag) for flag in view.flags] == [
        "2 identical copies left out [SOP Instance UID (0008,0018)]"
    ]


def test_one_sop_uid_with_other_pixels_keeps_both_and_flags_them(tmp_path: Path) -> None:
    first = mammogram(study_uid=UID)
    second = mammogram(pixels=np.zeros((96, 64), np.uint16), study_uid=UID)
    second.SOPInstanceUID = first.SOPInstanceUID
    (study,) = grouped(judged(tmp_path, "a", first), judged(tmp_path, "b", second))
    assert len(study.views) == 2
    for view in study.views:
        assert "other pixels [SOP Instance UID (0008,0018)]" in str(view.flags[-1])


def test_one_sop_uid_and_pixels_but_another_side_keeps_both(tmp_path: Path) -> None:
    first = mammogram("R", study_uid=UID)
    second = mammogram("L", study_uid=UID)
    second.SOPInstanceUID = first.SOPInstanceUID
    (study,) = grouped(judged(tmp_path, "a", first), judged(tmp_path, "b", second))
    assert sorted(view.name for view in study.views) == ["LMLO", "RMLO"]
    assert all("another header" in str(view.flags[-1]) for view in study.views)


def test_one_sop_uid_in_two_studies_is_flagged_in_both(tmp_path: Path) -> None:
    first = mammogram(study_uid="1.2.3")
    second = mammogram(study_uid="1.2.4")
    second.SOPInstanceUID = first.SOPInstanceUID
    studies = grouped(judged(tmp_path, "a", first), judged(tmp_path, "b", second))
    assert all("another study" in str(study.views[0].flags[-1]) for study in studies)


def test_pixels_are_read_only_where_a_uid_occurs_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "imaging.scanning.duplicates.pixel_digest", lambda *_: pytest.fail("pixels read")
    )
    grouped(judged(tmp_path, "a", mammogram("R")), judged(tmp_path, "b", mammogram("L")))


def test_comparing_pixels_can_be_stopped(tmp_path: Path) -> None:
    ds = mammogram()
    files = [judged(tmp_path, name, ds) for name in "ab"]
    with pytest.raises(CancelledError):
        group_studies(files, lambda: True)


def test_the_order_of_the_files_changes_nothing(tmp_path: Path) -> None:
    twin = mammogram("R", "CC", study_uid=UID)
    other = mammogram("R", "CC", pixels=np.ones((96, 64), np.uint16), study_uid=UID)
    other.SOPInstanceUID = twin.SOPInstanceUID
    files = [
        judged(tmp_path, "a", twin),
        judged(tmp_path, "b", other),
        judged(tmp_path, "c", twin),
        judged(tmp_path, "d", mammogram("L", study_uid=UID, patient_id="P2")),
    ]
    results = {grouped(*order) for order in permutations(files)}
    assert len(results) == 1


def test_images_of_several_dates_are_flagged(tmp_path: Path) -> None:
    first = judged(tmp_path, "a", mammogram("R", study_uid=UID))
    second = judged(tmp_path, "b", mammogram("L", study_uid=UID, StudyDate="20250101"))
    (study,) = grouped(first, second)
    assert study.studied == date(2025, 1, 1)
    assert "2 different study dates" in messages(study)
