"""Reading cases one after another: never one patient's image under another's name."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.jobs.jobs import Jobs
from app.presenters import loading
from app.presenters.reading import ReadingPresenter
from app.presenters.shown import Shown
from app.protocols import find_protocol
from domain.errors import UnreadableFileError
from domain.geometry import ImagePoint, ImageSize
from domain.study import Study
from imaging import loader
from imaging.loader import load_image
from imaging.scanning.scan import scan
from tests.support.dicom_factory import TOMOSYNTHESIS, mammogram, save
from tests.support.small_studies import patient_in, write_patient, write_patients
from tests.support.window_thread import WindowThread
from viewing import first_look
from viewing.state.model import ScreenModel
from viewing.state.resolve import resolve

SCREEN = ImageSize(rows=600, columns=800)
PATIENTS = 6


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, ...]:
    return write_patients(tmp_path_factory.mktemp("patients"), PATIENTS)


class Desk:
    """A presenter with all that it needs, and all that it ever showed."""

    def __init__(self, studies: tuple[Study, ...], **more: object) -> None:
        self.window = WindowThread()
        self.jobs = Jobs(self.window.post)
        self.model = ScreenModel()
        self.presenter = ReadingPresenter(self.jobs, self.model, find_protocol("screening"), **more)
        self.presenter.set_screen(SCREEN)
        self.presenter.set_list(studies, studies)
        self.all_shown: list[Shown] = []
        self.presenter.changed.connect(self._keep)

    @property
    def shown(self) -> Shown:
        return self.presenter.shown

    def _keep(self, shown: Shown) -> None:
        assert_one_patient(shown)
        self.all_shown.append(shown)

    def run_until_open(self) -> None:
        self.window.run_until(lambda: not self.shown.loading and self.shown.exams)

    def run_until_idle(self) -> None:
        self.window.run_until(lambda: not self.jobs.statuses)


@pytest.fixture
def desk(studies: tuple[Study, ...]) -> Iterator[Desk]:
    made = Desk(studies)
    yield made
    assert made.jobs.close()


def assert_one_patient(shown: Shown) -> None:
    """Every pixel in every pane is of the patient whose name stands in the banner."""
    if shown.exams is None:
        assert not shown.images
        return
    name = shown.exams.current.patient.patient_id
    for ref, image in shown.images.items():
        assert patient_in(image.image.raster.pixels) == name
        assert image.view.ref == ref
    if shown.state is not None:
        own = {view.ref for view in shown.exams.current.views}
        own |= {view.ref for prior in shown.exams.priors for view in prior.views}
        hung = {pane.plan.view.ref for pane in shown.state.panes if pane.plan.view}
        assert hung <= own
        views = resolve(shown.state, shown.images, failures=shown.failures)
        for view in views:
            if view.image is not None:
                assert patient_in(view.image.image.raster.pixels) == name


def test_a_study_hangs_four_on_one(desk: Desk, studies: tuple[Study, ...]) -> None:
    desk.presenter.open_study(studies[0])
    assert desk.shown.exams is not None
    assert desk.shown.exams.current is studies[0]
    assert not desk.shown.images
    assert desk.shown.loading
    desk.run_until_open()
    assert len(desk.shown.images) == 4
    state = desk.shown.state
    assert [pane.plan.title for pane in state.panes] == ["RCC", "LCC", "RMLO", "LMLO"]
    assert (desk.shown.place, desk.shown.count) == (0, PATIENTS)


def test_no_image_moves_once_it_is_shown(desk: Desk, studies: tuple[Study, ...]) -> None:
    desk.presenter.open_study(studies[0])
    desk.run_until_idle()
    lain = {
        tuple(pane.placement for pane in shown.state.panes)
        for shown in desk.all_shown
        if shown.images
    }
    assert len(lain) == 1


def test_the_steps_are_gone_through_and_end(desk: Desk, studies: tuple[Study, ...]) -> None:
    desk.presenter.open_study(studies[0])
    desk.run_until_idle()
    titles = [desk.shown.state.steps[desk.shown.state.step]]
    while desk.presenter.next_step():
        assert not desk.shown.loading  # everything of the study was opened meanwhile
        titles.append(desk.shown.state.steps[desk.shown.state.step])
    assert titles == [one.step.title for one in desk.shown.steps]
    assert len(titles) == 9
    assert desk.presenter.previous_step()
    assert desk.shown.state.step == 7


def test_what_was_opened_ahead_is_there_at_once(desk: Desk, studies: tuple[Study, ...]) -> None:
    desk.presenter.open_study(studies[0])
    desk.run_until_idle()
    assert desk.presenter.next_case()
    assert desk.shown.exams.current is studies[1]
    assert len(desk.shown.images) == 4  # no call was posted in between
    assert desk.presenter.next_case()
    assert len(desk.shown.images) == 4


def test_memory_does_not_grow_with_the_cases_read(desk: Desk, studies: tuple[Study, ...]) -> None:
    desk.presenter.open_study(studies[0])
    held = []
    for _ in range(PATIENTS - 1):
        desk.run_until_idle()
        held.append(desk.presenter.nbytes)
        desk.presenter.next_case()
    assert max(held) <= held[1]


def test_the_list_has_two_ends(desk: Desk, studies: tuple[Study, ...]) -> None:
    assert desk.presenter.next_case()
    assert not desk.presenter.previous_case()
    desk.presenter.open_study(studies[-1])
    assert not desk.presenter.next_case()
    assert desk.shown.exams.current is studies[-1]


@pytest.mark.parametrize("seed", range(4))
def test_twenty_fast_presses_never_mix_two_patients(
    studies: tuple[Study, ...], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)

    def slow(ref, frame=0):
        time.sleep(chance.random() * 0.03)
        return load_image(ref, frame)

    monkeypatch.setattr(loader, "load_image", slow)
    monkeypatch.setattr(loading, "PATIENCE", 0.02)
    desk = Desk(studies)
    desk.presenter.open_study(studies[0])
    for _ in range(20):
        press = chance.choice(["next_case", "next_case", "previous_case", "next_step"])
        getattr(desk.presenter, press)()
        assert_one_patient(desk.shown)
        until = time.monotonic() + chance.choice([0, 0.005, 0.06])
        desk.window.run_posted()
        while time.monotonic() < until:
            desk.window.run_posted()
    last = desk.shown.exams.current
    desk.run_until_idle()
    assert desk.shown.exams.current is last
    assert len(desk.shown.images) == len(desk.shown.state.panes)
    assert desk.jobs.close()


def test_resizing_and_closing_during_a_load_do_no_harm(
    desk: Desk, studies: tuple[Study, ...]
) -> None:
    desk.presenter.open_study(studies[0])
    for rows in (500, 700, 900):
        desk.presenter.set_screen(ImageSize(rows=rows, columns=900))
    desk.run_until_open()
    assert max(p.plan.rect.top + p.plan.rect.height for p in desk.shown.state.panes) == 900
    desk.presenter.next_case()
    desk.presenter.close_case()
    desk.run_until_idle()
    assert desk.shown.exams is None
    assert desk.presenter.nbytes == 0
    assert desk.model.state.panes == ()


def test_a_zoomed_image_stays_zoomed_when_the_window_is_resized(
    desk: Desk, studies: tuple[Study, ...]
) -> None:
    desk.presenter.open_study(studies[0])
    desk.run_until_idle()
    hung = desk.shown.state.panes[0].placement.y_scale
    desk.model.zoom_at(0, ImagePoint(200, 100), 3)
    for columns in (810, 820):
        desk.presenter.set_screen(replace(SCREEN, columns=columns))
    assert desk.shown.state.panes[0].placement.y_scale > 2.5 * hung


def test_a_file_that_is_gone_fails_alone_and_says_so(tmp_path: Path) -> None:
    write_patients(tmp_path, 1)
    study = scan(tmp_path, workers=1).studies[0]
    gone = next(view for view in study.views if view.name == "LCC")
    Path(gone.ref.path).unlink()
    desk = Desk((study,))
    desk.presenter.open_study(study)
    desk.run_until_open()
    assert len(desk.shown.images) == 3
    assert isinstance(desk.shown.failures[gone.ref], UnreadableFileError)
    pane = next(pane for pane in desk.shown.state.panes if pane.plan.title == "LCC")
    assert gone.ref.path in desk.shown.message_of(pane)
    assert desk.jobs.close()


def test_images_that_are_there_are_shown_while_one_hangs(
    studies: tuple[Study, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def hanging(ref, frame=0):
        time.sleep(1.5 if "LCC" in ref.path else 0)
        return load_image(ref, frame)

    monkeypatch.setattr(loader, "load_image", hanging)
    monkeypatch.setattr(loading, "PATIENCE", 0.1)
    desk = Desk(studies)
    desk.presenter.open_study(studies[0])
    desk.window.run_until(lambda: len(desk.shown.images) == 3)
    assert desk.shown.late
    waiting = desk.shown.state.panes[1]
    assert "slowly" in desk.shown.message_of(waiting)
    desk.model.zoom_at(0, ImagePoint(200, 100), 2)
    zoomed = desk.shown.state.panes[0].placement
    desk.run_until_open()
    assert len(desk.shown.images) == 4
    assert desk.shown.state.panes[0].placement == zoomed
    assert desk.jobs.close()


def test_an_image_that_cannot_be_measured_fails_alone(
    studies: tuple[Study, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = first_look.look_at

    def odd(view, frame, image):
        if view.name == "RCC":
            raise ZeroDivisionError
        return measured(view, frame, image)

    monkeypatch.setattr(first_look, "look_at", odd)
    desk = Desk(studies)
    desk.presenter.open_study(studies[0])
    desk.run_until_open()
    assert len(desk.shown.images) == 3
    assert "ZeroDivisionError" in str(*desk.shown.failures.values())
    assert desk.jobs.close()


def test_grey_set_on_one_step_holds_on_the_next_and_not_in_the_next_case(
    desk: Desk, studies: tuple[Study, ...]
) -> None:
    desk.presenter.open_study(studies[0])
    desk.run_until_idle()
    desk.model.invert(0)
    desk.presenter.next_step()
    assert desk.shown.state.panes[0].grey.invert
    desk.presenter.next_case()
    assert not desk.shown.state.panes[0].grey.invert


def test_a_window_chosen_by_name_holds_for_the_device_in_later_cases(tmp_path: Path) -> None:
    for number in range(2):
        for side in "RL":
            ds = mammogram(
                side,
                "CC",
                np.add.outer(np.arange(96) * 20, np.arange(64) * 30).astype(np.uint16),
                patient_id=f"P{number}",
                study_uid=f"1.2.3.{number}",
                WindowCenter=["2000", "1000"],
                WindowWidth=["3000", "500"],
                WindowCenterWidthExplanation=["NORMAL", "HARDER"],
            )
            save(ds, tmp_path / f"{number}{side}.dcm")
    studies = scan(tmp_path, workers=1).studies
    window = WindowThread()
    jobs, model = Jobs(window.post), ScreenModel()
    presenter = ReadingPresenter(jobs, model, find_protocol("screening"))
    presenter.set_list(studies, studies)
    presenter.open_study(studies[0])
    window.run_until(lambda: not jobs.statuses)
    presenter.choose_window(0, "HARDER")
    assert [pane.grey.voi.name for pane in presenter.shown.state.panes if pane.plan.view] == [
        "HARDER",
        "HARDER",
    ]
    presenter.next_case()
    assert presenter.shown.images
    assert [pane.grey.voi.name for pane in presenter.shown.state.panes if pane.plan.view] == [
        "HARDER",
        "HARDER",
    ]
    assert jobs.close()


def test_text_stays_hidden_from_case_to_case(desk: Desk, studies: tuple[Study, ...]) -> None:
    desk.presenter.open_study(studies[0])
    desk.model.set_text(False)
    desk.presenter.next_case()
    assert not desk.shown.state.text


def test_priors_come_from_the_list_and_are_compared_in_steps_of_their_own(tmp_path: Path) -> None:
    write_patient(tmp_path / "new", 3, 2026)
    write_patient(tmp_path / "old", 3, 2022)
    studies = scan(tmp_path, workers=1).studies
    new = max(studies, key=lambda study: study.studied)
    desk = Desk((new,))
    desk.presenter.set_list((new,), studies)
    desk.presenter.open_study(new)
    desk.run_until_idle()
    assert len(desk.shown.exams.priors) == 1
    desk.presenter.go_to_step([one.step.id for one in desk.shown.steps].index("prior-cc"))
    assert [pane.plan.prior for pane in desk.shown.state.panes] == [False, False, True, True]
    assert len(desk.shown.images) == 4
    assert desk.jobs.close()


def test_a_slot_with_two_images_is_cycled(tmp_path: Path) -> None:
    write_patient(tmp_path, 3)
    repeated = write_patient(tmp_path / "again", 3, views=[("R", "CC")])
    study = scan(tmp_path, workers=1).studies[0]
    desk = Desk((study,))
    desk.presenter.open_study(study)
    desk.run_until_open()
    first = desk.shown.state.panes[0].plan.view.ref
    desk.presenter.cycle(0)
    desk.run_until_open()
    second = desk.shown.state.panes[0].plan.view.ref
    assert {str(Path(ref.path).parent) for ref in (first, second)} == {
        str(tmp_path),
        str(repeated),
    }
    assert "chosen by the reader" in str(desk.shown.state.panes[0].plan.reasons[0])
    desk.presenter.cycle(0)
    assert desk.shown.state.panes[0].plan.view.ref == first
    assert desk.jobs.close()


def test_a_stack_is_scrolled_and_its_neighbours_are_opened_ahead(tmp_path: Path) -> None:
    frames = np.stack([np.full((96, 64), 100 * number, np.uint16) for number in range(20)])
    save(mammogram("R", "CC", frames, SOPClassUID=TOMOSYNTHESIS), tmp_path / "stack.dcm")
    study = scan(tmp_path, workers=1).studies[0]
    window = WindowThread()
    jobs, model = Jobs(window.post), ScreenModel()
    presenter = ReadingPresenter(jobs, model, find_protocol("screening"))
    presenter.open_study(study)
    window.run_until(lambda: not jobs.statuses)
    middle = presenter.shown.state.panes[0].frame
    assert middle == 10
    model.scroll_frames(0, 1)
    assert presenter.shown.image_of(model.state.panes[0]).frame == 11
    for _ in range(3):
        model.scroll_frames(0, 1)
        image = presenter.shown.image_of(model.state.panes[0])
        assert image.frame == model.state.panes[0].frame
        assert image.image.raster.pixels[0, 0] == 100 * image.frame
    assert jobs.close()


def test_a_tight_budget_costs_speed_and_no_image(studies: tuple[Study, ...]) -> None:
    desk = Desk(studies, budget=1)
    desk.presenter.open_study(studies[0])
    desk.run_until_idle()
    assert len(desk.shown.images) == 4
    desk.presenter.next_step()
    desk.run_until_open()
    assert len(desk.shown.images) == 2
    desk.presenter.next_case()
    desk.run_until_open()
    assert len(desk.shown.images) == 4
    assert desk.jobs.close()


def test_the_step_for_the_ai_s_marks_is_there_where_something_reads(
    desk: Desk, studies: tuple[Study, ...]
) -> None:
    desk.presenter.open_study(studies[0])
    desk.run_until_open()
    desk.presenter.next_step()
    here = desk.shown.steps[desk.shown.state.step].step.id
    assert "with-ai" not in [chosen.step.id for chosen in desk.shown.steps]
    desk.presenter.offer_marks(True)
    assert desk.shown.steps[-1].step.id == "with-ai"
    assert desk.shown.steps[desk.shown.state.step].step.id == here
    desk.presenter.offer_marks(False)
    assert "with-ai" not in [chosen.step.id for chosen in desk.shown.steps]
