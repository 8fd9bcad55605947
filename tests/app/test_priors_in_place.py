"""Priors in the place of current images, and steps that go through quadrants."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.jobs.jobs import Jobs
from app.presenters.breasts import Breasts
from app.presenters.reading import ReadingPresenter
from app.presenters.shown import Shown
from app.protocols import find_protocol
from domain.geometry import ImagePoint, ImageSize
from domain.study import ImageRef, Study
from imaging.scanning.scan import scan
from tests.support.small_studies import write_patient
from tests.support.window_thread import WindowThread
from viewing import second_look
from viewing.opened import OpenedImage
from viewing.second_look import SecondLook
from viewing.state.lying import millimetres
from viewing.state.model import ScreenModel
from viewing.state.resolve import resolve
from viewing.state.screen import PaneState

YEARS = (2026, 2024, 2021)


@pytest.fixture(scope="module")
def exams(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, ...]:
    folder = tmp_path_factory.mktemp("exams")
    for year in YEARS:
        write_patient(folder / str(year), 3, year)
    return scan(folder, workers=1).studies


class Desk:
    def __init__(self, exams: tuple[Study, ...], screen: ImageSize) -> None:
        self.window = WindowThread()
        self.jobs, self.model = Jobs(self.window.post), ScreenModel()
        self.presenter = ReadingPresenter(self.jobs, self.model, find_protocol("screening"))
        self.presenter.set_screen(screen)
        newest = max(exams, key=lambda study: study.studied)
        self.presenter.set_list((newest,), exams)
        self.presenter.open_study(newest)
        self.settle()

    @property
    def shown(self) -> Shown:
        return self.presenter.shown

    @property
    def panes(self) -> tuple[PaneState, ...]:
        return self.model.state.panes

    @property
    def headlines(self) -> list[str]:
        return [view.headline for view in resolve(self.model.state, self.shown.images)]

    def settle(self) -> None:
        self.window.run_until(lambda: not self.jobs.statuses)

    def turn(self) -> bool:
        turned = self.presenter.turn_exam()
        self.settle()
        return turned

    def go_to(self, step_id: str) -> None:
        ids = [chosen.step.id for chosen in self.shown.steps]
        self.presenter.go_to_step(ids.index(step_id))
        self.settle()


@pytest.fixture
def desk(exams: tuple[Study, ...]) -> Iterator[Desk]:
    made = Desk(exams, ImageSize(600, 800))
    yield made
    assert made.jobs.close()


def test_repeated_presses_go_through_the_years_and_back_to_the_current_exam(desk: Desk) -> None:
    desk.go_to("cc-pair")
    seen = []
    for _ in range(3):
        assert desk.turn()
        seen.append(desk.headlines)
    assert seen == [
        ["RCC  prior, 2 y before", "LCC  prior, 2 y before"],
        ["RCC  prior, 5 y before", "LCC  prior, 5 y before"],
        ["RCC", "LCC"],
    ]
    assert not desk.shown.prior_in_place


def test_a_prior_lies_where_the_current_image_lay_at_the_same_scale(desk: Desk) -> None:
    desk.go_to("cc-pair")
    desk.model.zoom_at(0, ImagePoint(300, 250), 1.7)
    desk.model.pan_by(0, -20, 35)
    before = [(pane.placement, millimetres(pane)) for pane in desk.panes]
    desk.turn()
    assert desk.shown.prior_in_place
    assert len(desk.shown.images) == 2
    for pane, (placement, mm) in zip(desk.panes, before, strict=True):
        assert pane.plan.prior
        assert millimetres(pane) == pytest.approx(mm)
        assert pane.placement.left == pytest.approx(placement.left, abs=0.01)
        assert pane.placement.top == pytest.approx(placement.top, abs=0.01)
    desk.turn()
    desk.turn()
    assert [pane.placement.left for pane in desk.panes] == pytest.approx(
        [placement.left for placement, _ in before]
    )


def test_what_is_zoomed_on_the_prior_stays_zoomed_on_the_current_image(desk: Desk) -> None:
    desk.go_to("cc-pair")
    desk.turn()
    desk.model.zoom_at(0, ImagePoint(200, 200), 2.0)
    mm = millimetres(desk.panes[0])
    desk.turn()
    desk.turn()
    assert not desk.panes[0].plan.prior
    assert millimetres(desk.panes[0]) == pytest.approx(mm)


def test_two_priors_hang_beside_the_current_exam_each_with_its_interval(desk: Desk) -> None:
    desk.go_to("years-cc")
    assert desk.headlines == [
        "RCC  prior, 5 y before",
        "RCC  prior, 2 y before",
        "RCC",
        "LCC",
        "LCC  prior, 2 y before",
        "LCC  prior, 5 y before",
    ]
    assert len({round(millimetres(pane), 6) for pane in desk.panes}) == 1
    desk.model.set_active(2)
    before = desk.panes
    assert desk.turn()
    assert desk.headlines[1:5] == [
        "RCC  prior, 2 y before",
        "RCC  prior, 2 y before",
        "LCC  prior, 2 y before",
        "LCC  prior, 2 y before",
    ]
    desk.turn()
    desk.turn()
    assert [pane.placement for pane in desk.panes] == [pane.placement for pane in before]


def test_a_prior_lies_with_its_nipple_where_that_of_the_current_image_lay(desk: Desk) -> None:
    desk.go_to("cc-pair")
    refs = {pane.plan.view.ref for pane in desk.panes}
    low, high = ImagePoint(20, 95), ImagePoint(20, 70)
    older = dict.fromkeys(desk.shown.priors, high)
    desk.presenter.nipples = lambda: {**older, **dict.fromkeys(refs, low)}
    desk.presenter.open_study(desk.shown.exams.current)
    desk.settle()
    desk.go_to("cc-pair")
    rows = [pane.placement.to_pane(low).y for pane in desk.panes]
    assert desk.turn()
    now = [pane.placement.to_pane(high).y for pane in desk.panes]
    assert now == pytest.approx(rows, abs=1)


def test_priors_are_looked_at_before_they_are_asked_for(
    exams: tuple[Study, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[ImageRef] = []

    def look(opened: OpenedImage) -> SecondLook:
        seen.append(opened.view.ref)
        return SecondLook(opened, (), None)

    monkeypatch.setattr(second_look, "look_again", look)
    desk = Desk(exams, ImageSize(600, 800))
    looking = Breasts(desk.jobs, desk.presenter.hear)
    desk.presenter.changed.connect(looking.show)
    looking.show(desk.shown)
    desk.settle()
    assert desk.jobs.close()
    assert len(desk.shown.priors) == 8
    assert seen[:4] == [pane.plan.view.ref for pane in desk.panes]
    assert set(seen[4:]) == set(desk.shown.priors)
    assert len(seen) == 12


def test_inversion_and_window_go_along(desk: Desk) -> None:
    desk.model.invert(0)
    desk.turn()
    assert all(pane.grey.invert for pane in desk.panes)
    assert all(pane.plan.prior for pane in desk.panes)


def test_without_linking_only_the_active_pane_turns(desk: Desk) -> None:
    desk.model.set_linked(False)
    desk.model.set_active(2)
    desk.turn()
    assert [pane.plan.prior for pane in desk.panes] == [False, False, True, False]


def test_the_prior_of_a_pane_alone_fills_the_screen_too(desk: Desk) -> None:
    desk.model.toggle_alone(1)
    desk.turn()
    assert desk.model.state.alone == 1
    assert [pane.plan.prior for pane in desk.panes] == [False, True, False, False]
    desk.model.toggle_alone(1)
    scales = {round(millimetres(pane), 6) for pane in desk.panes}
    assert len(scales) == 1


def test_a_prior_pane_goes_through_the_older_years_only(desk: Desk) -> None:
    desk.go_to("prior-cc")
    desk.model.set_active(2)
    desk.turn()
    assert desk.headlines[2:] == ["RCC  prior, 5 y before", "LCC  prior, 5 y before"]
    assert desk.headlines[:2] == ["RCC", "LCC"]
    desk.turn()
    assert desk.headlines[2:] == ["RCC  prior, 2 y before", "LCC  prior, 2 y before"]


def test_the_next_step_begins_with_the_current_exam(desk: Desk) -> None:
    desk.turn()
    desk.presenter.next_step()
    assert not any(pane.plan.prior for pane in desk.panes)
    desk.presenter.previous_step()
    assert not any(pane.plan.prior for pane in desk.panes)


def test_nothing_happens_without_an_older_exam(exams: tuple[Study, ...]) -> None:
    oldest = min(exams, key=lambda study: study.studied)
    alone = Desk((oldest,), ImageSize(600, 800))
    before = alone.model.state
    assert not alone.turn()
    assert alone.model.state is before
    assert alone.jobs.close()


def test_a_view_that_only_the_prior_has_is_shown_at_the_scale_of_the_others(
    tmp_path: Path,
) -> None:
    write_patient(tmp_path / "new", 3, 2026, views=(("R", "CC"),))
    write_patient(tmp_path / "old", 3, 2025)
    desk = Desk(scan(tmp_path, workers=1).studies, ImageSize(600, 800))
    desk.model.zoom_at(0, ImagePoint(100, 100), 1.5)
    mm = millimetres(desk.panes[0])
    desk.turn()
    assert [pane.placement is not None for pane in desk.panes] == [True] * 4
    assert [millimetres(pane) for pane in desk.panes] == pytest.approx([mm] * 4)
    assert desk.jobs.close()


def quadrants(desk: Desk, *, forwards: bool = True) -> list[tuple[str, float, float]]:
    """Step and place of the one image, press by press, as long as steps are by quadrants."""
    go = desk.presenter.next_step if forwards else desk.presenter.previous_step
    seen = []
    while desk.shown.steps[desk.model.state.step].step.quadrants:
        placement = desk.panes[0].placement
        assert (placement.x_scale, placement.y_scale) == (1, 1)
        step = desk.shown.steps[desk.model.state.step].step.id
        seen.append((step, placement.left, placement.top))
        if not go():
            break
    return seen


def test_the_key_goes_through_all_quadrants_before_the_next_view(exams: tuple[Study, ...]) -> None:
    desk = Desk(exams, ImageSize(70, 50))
    desk.go_to("quadrants-rcc")
    seen = quadrants(desk)
    steps = [step for step, _, _ in seen]
    assert list(dict.fromkeys(steps)) == [
        "quadrants-rcc", "quadrants-lcc", "quadrants-rmlo", "quadrants-lmlo",
    ]  # fmt: skip
    assert all(steps.count(step) >= 4 for step in steps)
    assert len(set(seen)) == len(seen)
    right = [place for step, *place in seen if step == "quadrants-rcc"]
    assert right[0][1] > right[-1][1], "reading order goes down"
    assert quadrants(desk, forwards=False) == seen[::-1]


def test_who_zooms_in_within_a_quadrant_passes_none_over(exams: tuple[Study, ...]) -> None:
    desk = Desk(exams, ImageSize(70, 50))
    desk.go_to("quadrants-lcc")
    desk.presenter.next_step()
    second = desk.panes[0].placement
    desk.model.zoom_at(0, ImagePoint(25, 35), 1.3)
    desk.presenter.next_step()
    back = desk.panes[0].placement
    assert (back.left, back.top) == pytest.approx((second.left, second.top))
    assert desk.shown.steps[desk.model.state.step].step.id == "quadrants-lcc"
    assert desk.jobs.close()
