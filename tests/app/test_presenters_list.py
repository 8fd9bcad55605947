"""The list of studies: paths scanned in jobs, found studies joined, problems told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.exams import current_exams
from app.jobs.jobs import Jobs
from app.presenters.merging import merged
from app.presenters.study_list import MOST_RECENT, ListPresenter, ListState
from domain.errors import UnreadableFileError
from domain.study import FileProblem, Patient, Study
from imaging.scanning.scan import ScanProgress, ScanResult
from tests.support.small_studies import VIEWS, write_patient
from tests.support.views import a_view
from tests.support.window_thread import WindowThread

ANN, EVE = Patient("1", name="Ann"), Patient("2", name="Eve")


@pytest.fixture
def window() -> WindowThread:
    return WindowThread()


@pytest.fixture
def jobs(window: WindowThread) -> Iterator[Jobs]:
    made = Jobs(window.post)
    yield made
    assert made.close()


def found(*studies: Study, **more: object) -> ScanResult:
    return replace(ScanResult(studies, (), 0), **more)


def a_study(uid: str, patient: Patient, *slots: str) -> Study:
    views = [a_view(slot) for slot in slots or ("RCC",)]
    named = [
        replace(v, ref=replace(v.ref, path=f"/{patient.patient_id}/{uid}/{v.name}")) for v in views
    ]
    return Study(uid, patient, tuple(named))


class Scans:
    """Answers by path; a path in ``held`` waits until it is let go or cancelled."""

    def __init__(self, answers: dict[str, ScanResult | Exception]) -> None:
        self._answers = answers
        self.gate = threading.Event()
        self.held: set[str] = set()

    def __call__(self, path, *, progress, cancelled):
        progress(ScanProgress(3, 10))
        while path.name in self.held and not cancelled() and not self.gate.wait(0.005):
            pass
        answer = self._answers[path.name]
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_a_real_folder_is_scanned_and_listed(jobs, window, tmp_path: Path) -> None:
    write_patient(tmp_path, 4)
    (tmp_path / "notes.txt").write_text("no image")
    presenter = ListPresenter(jobs)
    presenter.open([tmp_path])
    assert presenter.state.busy
    window.run_until(lambda: not presenter.state.busy)
    assert [study.patient.patient_id for study in presenter.state.studies] == ["P4"]
    assert presenter.state.foreign == 1
    assert presenter.state.recent == (tmp_path,)


def test_files_dropped_one_by_one_become_one_study(jobs, window, tmp_path: Path) -> None:
    folder = write_patient(tmp_path, 4)
    presenter = ListPresenter(jobs)
    presenter.open(sorted(folder.glob("*.dcm")))
    window.run_until(lambda: not presenter.state.busy)
    (study,) = presenter.state.studies
    assert len(study.views) == len(VIEWS)


def test_studies_of_the_first_path_appear_while_the_second_is_scanned(jobs, window) -> None:
    scans = Scans({"a": found(a_study("1", ANN)), "b": found(a_study("2", EVE))})
    scans.held = {"b"}
    presenter = ListPresenter(jobs, scanned_by=scans)
    presenter.open([Path("/x/a"), Path("/x/b")])
    window.run_until(lambda: presenter.state.studies)
    assert presenter.state.busy
    window.run_until(lambda: presenter.state.progress)
    assert presenter.state.progress == ScanProgress(3, 10)
    scans.gate.set()
    window.run_until(lambda: not presenter.state.busy)
    assert [study.uid for study in presenter.state.studies] == ["1", "2"]
    assert presenter.state.progress is None


def test_another_path_takes_the_place_of_the_one_being_scanned(jobs, window) -> None:
    scans = Scans({"a": found(a_study("1", ANN)), "b": found(a_study("2", EVE))})
    scans.held = {"a"}
    presenter = ListPresenter(jobs, scanned_by=scans)
    presenter.open([Path("/x/a")])
    presenter.open([Path("/x/b")])
    window.run_until(lambda: not presenter.state.busy)
    window.run_posted()
    assert [study.uid for study in presenter.state.studies] == ["2"]


def test_cancelling_keeps_what_was_found(jobs, window) -> None:
    scans = Scans({"a": found(a_study("1", ANN)), "b": found(a_study("2", EVE))})
    scans.held = {"b"}
    presenter = ListPresenter(jobs, scanned_by=scans)
    presenter.open([Path("/x/a"), Path("/x/b")])
    window.run_until(lambda: presenter.state.studies)
    presenter.cancel()
    assert not presenter.state.busy
    assert [study.uid for study in presenter.state.studies] == ["1"]


def test_a_path_that_fails_is_a_problem_and_costs_no_other(jobs, window) -> None:
    refused = UnreadableFileError("can't be read", where="/x/a", remedy="Ask for the right")
    scans = Scans({"a": refused, "b": found(a_study("2", EVE))})
    presenter = ListPresenter(jobs, scanned_by=scans)
    presenter.open([Path("/x/a"), Path("/x/b")])
    window.run_until(lambda: not presenter.state.busy)
    assert presenter.state.problems == (FileProblem("/x/a", "can't be read. Ask for the right"),)
    assert [study.uid for study in presenter.state.studies] == ["2"]


def test_an_empty_list_says_why(jobs, window) -> None:
    presenter = ListPresenter(jobs, scanned_by=Scans({"a": found(foreign=7)}))
    assert presenter.state.nothing_found == ""
    presenter.open([Path("/x/a")])
    window.run_until(lambda: not presenter.state.busy)
    assert "7 other files" in presenter.state.nothing_found


def test_recent_paths_are_listed_once_newest_first_and_not_for_ever(jobs, window) -> None:
    recent = [Path(f"/x/{number}") for number in range(MOST_RECENT)]
    presenter = ListPresenter(jobs, recent, Scans({"3": found(), "new": found()}))
    presenter.open([Path("/x/3")])
    presenter.open([Path("/x/new")])
    assert presenter.state.recent[:3] == (Path("/x/new"), Path("/x/3"), Path("/x/0"))
    assert len(presenter.state.recent) == MOST_RECENT


def test_parts_of_one_exam_are_joined_and_patients_never_are() -> None:
    first, rest = a_study("1", ANN, "RCC"), a_study("1", ANN, "LCC")
    other = a_study("1", EVE, "RCC")
    joined = merged((first,), (rest, other))
    assert [(s.patient, [v.name for v in s.views]) for s in joined] == [
        (ANN, ["RCC", "LCC"]),
        (EVE, ["RCC"]),
    ]


def test_a_study_that_is_listed_already_is_not_listed_twice() -> None:
    study = a_study("1", ANN)
    assert merged((study,), (study,)) == (study,)


def test_a_second_file_of_one_image_is_left_out_and_told() -> None:
    study = a_study("1", ANN)
    view = replace(study.views[0], ref=replace(study.views[0].ref, sop_instance_uid="9"))
    copy = replace(view, ref=replace(view.ref, path="/elsewhere"))
    (joined,) = merged((replace(study, views=(view,)),), (replace(study, views=(copy,)),))
    assert joined.views == (view,)
    assert "two places" in str(joined.flags[0])


def test_cases_are_the_newest_exam_of_each_patient() -> None:
    def of(patient: Patient, uid: str, year: int) -> Study:
        day = date(year, 1, 1)
        return replace(a_study(uid, patient), studied=day)

    old, new, other = of(ANN, "1", 2020), of(ANN, "2", 2024), of(EVE, "3", 2019)
    nobody = [replace(a_study(uid, Patient()), studied=date(2020, 1, 1)) for uid in "45"]
    assert current_exams([old, other, new, *nobody]) == (other, new, *nobody)
    assert ListState(studies=(old, new)).cases == (new,)
