"""Stacks behind the window: slices opened ahead within the budget, slabs that say what they are."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.jobs.jobs import Jobs
from app.presenters import slices
from app.presenters.reading import ReadingPresenter
from app.presenters.study_images import _SLICE_THREADS
from app.protocols import find_protocol
from domain.errors import PixelDataError
from domain.study import ImageRef, Study
from imaging.loader import LoadedImage, load_image
from imaging.scanning.scan import scan
from tests.support.dicom_factory import TOMOSYNTHESIS, mammogram, save
from tests.support.window_thread import WindowThread
from viewing.opened import OpenedImage
from viewing.slabs import SlabKind
from viewing.state.model import ScreenModel
from viewing.state.resolve import resolve

FRAMES = 20
MIDDLE = FRAMES // 2
SLICE_BYTES = 96 * 64 * 2 * 4 // 3


@pytest.fixture
def study(tmp_path: Path) -> Study:
    frames = np.stack([np.full((96, 64), 100 * number, np.uint16) for number in range(FRAMES)])
    save(mammogram("R", "CC", frames, SOPClassUID=TOMOSYNTHESIS), tmp_path / "stack.dcm")
    return scan(tmp_path, workers=1).studies[0]


class Desk:
    """A presenter that reads one stack."""

    def __init__(self, study: Study, **more: object) -> None:
        self.window = WindowThread()
        self.jobs, self.model = Jobs(self.window.post), ScreenModel()
        self.presenter = ReadingPresenter(self.jobs, self.model, find_protocol("screening"), **more)
        self.presenter.open_study(study)

    @property
    def image(self) -> OpenedImage:
        shown = self.presenter.shown
        image = shown.image_of(shown.state.panes[0])
        assert image is not None
        return image

    @property
    def opened(self) -> list[int]:
        view = self.model.state.panes[0].plan.view
        there = self.presenter.stacks.opened_of(view)
        return [frame for frame, opened in enumerate(there) if opened]

    def settle(self) -> None:
        self.window.run_until(lambda: not self.jobs.statuses)

    def texts(self) -> tuple[str, ...]:
        shown = self.presenter.shown
        return resolve(shown.state, shown.images)[0].more


@pytest.fixture
def desk(study: Study) -> Iterator[Desk]:
    made = Desk(study)
    made.settle()
    yield made
    assert made.jobs.close()


def test_all_slices_of_a_stack_on_the_screen_are_opened_ahead(desk: Desk) -> None:
    assert desk.opened == list(range(FRAMES))
    for frame in (0, FRAMES - 1, 7):
        desk.model.set_frame(0, frame)
        assert desk.image.frame == frame  # at once: no call was posted in between
        assert desk.image.image.raster.pixels[0, 0] == 100 * frame


def test_slices_beyond_the_budget_follow_the_one_that_is_looked_at(study: Study) -> None:
    desk = Desk(study, budget=8 * SLICE_BYTES)
    desk.settle()
    assert set(range(MIDDLE - 2, MIDDLE + 3)) <= set(desk.opened)
    assert desk.presenter.nbytes <= 9 * SLICE_BYTES
    desk.model.set_frame(0, 0)
    desk.settle()
    assert desk.image.frame == 0
    assert {0, 1, 2, 3, 4} <= set(desk.opened)
    assert desk.presenter.nbytes <= 9 * SLICE_BYTES
    assert desk.jobs.close()


def test_the_slice_gone_to_is_opened_next_and_the_last_one_stays_until_then(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[int] = []
    go = threading.Semaphore(0)

    def slow(ref: ImageRef, frame: int = 0) -> LoadedImage:
        go.acquire(timeout=5)
        order.append(frame)
        return load_image(ref, frame)

    monkeypatch.setattr(slices, "load_image", slow)
    desk = Desk(study)
    desk.window.run_until(lambda: desk.presenter.shown.images)
    desk.model.set_frame(0, 0)
    assert desk.image.frame == MIDDLE
    assert any(f"Slice {MIDDLE + 1} of" in line for line in desk.texts())
    go.release(100)
    desk.settle()
    assert desk.image.frame == 0
    assert 0 in order[: _SLICE_THREADS + 1]
    assert sorted(order) == [frame for frame in range(FRAMES) if frame != MIDDLE]
    assert desk.jobs.close()


def test_slices_are_opened_several_at_once(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    both = threading.Barrier(2)

    def met(ref: ImageRef, frame: int = 0) -> LoadedImage:
        if frame in (MIDDLE - 1, MIDDLE + 1):
            both.wait(timeout=10)  # broken, and so an error, unless two are here together
        return load_image(ref, frame)

    monkeypatch.setattr(slices, "load_image", met)
    desk = Desk(study)
    desk.settle()
    assert desk.opened == list(range(FRAMES))
    assert not desk.presenter.shown.failures
    assert desk.jobs.close()


def test_a_damaged_slice_says_so_and_costs_no_other(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(ref: ImageRef, frame: int = 0) -> LoadedImage:
        if frame == 3:
            raise PixelDataError("is damaged", where="stack.dcm")
        return load_image(ref, frame)

    monkeypatch.setattr(slices, "load_image", damaged)
    desk = Desk(study)
    desk.settle()
    desk.model.set_frame(0, 3)
    assert "is damaged" in str(*desk.presenter.shown.failures.values())
    assert not desk.presenter.shown.images
    desk.model.set_frame(0, 4)
    assert desk.image.frame == 4
    desk.model.thicken_slab(0, 1)
    desk.settle()
    assert desk.image.slab.slices == 2
    assert desk.jobs.close()


@pytest.mark.parametrize(
    ("kind", "value"), [(SlabKind.MEAN, 100 * MIDDLE), (SlabKind.MAXIMUM, 100 * (MIDDLE + 2))]
)
def test_a_slab_merges_the_slices_around_and_says_how_many(
    desk: Desk, kind: SlabKind, value: int
) -> None:
    desk.model.set_slab_kind(0, kind)
    desk.model.thicken_slab(0, 2)
    assert not desk.image.slab.merges  # until it is merged, the single slice, which says so
    desk.settle()
    assert (desk.image.frame, desk.image.image.raster.pixels[0, 0]) == (MIDDLE, value)
    assert desk.texts()[0] == f"Slab 5 slices, {kind.value}"
    desk.model.thicken_slab(0, -2)
    assert desk.image.image.raster.pixels[0, 0] == 100 * MIDDLE
    assert not desk.texts()[0].startswith("Slab")


def test_at_the_end_of_a_stack_a_slab_is_as_thick_as_it_says(desk: Desk) -> None:
    desk.model.thicken_slab(0, 2)
    desk.model.set_frame(0, 0)
    desk.settle()
    assert desk.image.image.raster.pixels[0, 0] == 100
    assert desk.texts()[0] == "Slab 3 slices, mean"


def test_scrolling_a_slab_fast_ends_at_the_slab_asked_for_last(desk: Desk) -> None:
    desk.model.thicken_slab(0, 1)
    for _ in range(5):
        desk.model.scroll_frames(0, 1)
        desk.window.run_posted()
        time.sleep(0.001)
    desk.settle()
    assert desk.image.frame == MIDDLE + 5
    assert desk.image.image.raster.pixels[0, 0] == 100 * (MIDDLE + 5)


def test_leaving_the_step_stops_the_opening_of_slices(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []

    def slow(ref: ImageRef, frame: int = 0) -> LoadedImage:
        begun.append(frame)
        time.sleep(0.02)
        return load_image(ref, frame)

    monkeypatch.setattr(slices, "load_image", slow)
    desk = Desk(study)
    desk.window.run_until(lambda: begun)
    desk.presenter.close_case()
    desk.settle()
    assert len(begun) < FRAMES - 1
    assert desk.presenter.nbytes == 0
    assert desk.jobs.close()
