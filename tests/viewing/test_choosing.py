from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.geometry import ImageSize
from domain.laterality import Laterality
from domain.study import ImageKind, ImageRef, View
from domain.view_position import ViewModifier, ViewPosition
from imaging.slots import assign_slots
from tests.support.views import a_view
from viewing.hanging.choosing import choose_step, usable_steps
from viewing.hanging.labels import corner_lines, interval_text
from viewing.hanging.plan import PanePlan, PaneRect, plan_hanging
from viewing.hanging.protocol import PaneSelector, Protocol, SizeMode, Step

SCREEN = ImageSize(1600, 2560)


def four(*names: str, displaced: bool = False) -> Step:
    layout = tuple(tuple(PaneSelector(name, displaced=displaced) for name in names) for _ in "1")
    return Step("four", "Four", SizeMode.SAME, layout)


EXTRAS = Step("extras", "Extras", SizeMode.FIT, ())
PRIORS = Step(
    "prior", "Prior", SizeMode.SAME, ((PaneSelector("RCC"),), (PaneSelector("RCC", exam=1),))
)
SCREENING = Protocol("p", "P", (four("RCC", "LCC", "RMLO", "LMLO"), PRIORS, EXTRAS))


def taken(slot: str, *modifiers: ViewModifier, kind: ImageKind = ImageKind.FFDM) -> View:
    view = a_view(slot)
    name = "-".join([slot, *(modifier.value for modifier in modifiers), kind.name])
    ref = ImageRef(f"/study/{name}.dcm")
    return replace(view, ref=ref, modifiers=frozenset(modifiers), kind=kind)


def titles(step: Step, *views: View) -> list[str | None]:
    chosen = choose_step(SCREENING, step, [assign_slots(views)], SCREEN)
    return [request.view.name if request.view else None for row in chosen.rows for request in row]


def test_a_missing_view_leaves_its_pane_empty() -> None:
    step = SCREENING.steps[0]
    assert titles(step, taken("LCC"), taken("RMLO")) == [None, "LCC", "RMLO", None]


def test_a_stereotactic_frame_never_hangs_in_a_slot_but_among_the_extras() -> None:
    stereo = taken("LCC", kind=ImageKind.STEREOTACTIC)
    assert titles(SCREENING.steps[0], stereo) == [None] * 4
    assert titles(EXTRAS, stereo) == ["LCC"]


def test_the_second_image_of_a_slot_is_offered_and_not_shown_beside_it() -> None:
    views = [taken("RCC"), taken("RCC", ViewModifier.ROLLED_LATERAL)]
    chosen = choose_step(SCREENING, SCREENING.steps[0], [assign_slots(views)], SCREEN)
    request = chosen.rows[0][0]
    assert request.view == views[0]
    assert request.others == (views[1],)


def test_implant_displaced_images_hang_apart_from_the_full_set() -> None:
    views = [taken("RCC"), taken("RCC", ViewModifier.IMPLANT_DISPLACED)]
    assert titles(four("RCC", displaced=True), *views) == ["RCC ID"]
    assert titles(four("RCC"), *views) == ["RCC"]
    with_panes = Protocol("p", "P", (four("RCC", displaced=True), EXTRAS))
    chosen = choose_step(with_panes, EXTRAS, [assign_slots(views)], SCREEN)
    assert chosen.rows == ()


def test_implant_displaced_images_are_extras_where_the_protocol_has_no_panes_for_them() -> None:
    assert titles(EXTRAS, taken("RCC", ViewModifier.IMPLANT_DISPLACED)) == ["RCC ID"]


def test_steps_with_nothing_to_show_are_passed_over() -> None:
    current, prior = assign_slots([taken("RCC")]), assign_slots([taken("RCC")])
    assert [one.step.id for one in usable_steps(SCREENING, [current], SCREEN)] == ["four"]
    with_prior = usable_steps(SCREENING, [current, prior], SCREEN)
    assert [one.step.id for one in with_prior] == ["four", "prior"]
    assert usable_steps(SCREENING, [assign_slots([])], SCREEN) == ()


@given(st.integers(1, 40), st.integers(100, 5000), st.integers(100, 5000))
def test_every_extra_image_gets_one_pane(count: int, height: int, width: int) -> None:
    views = [
        replace(taken("RCC", ViewModifier.SPOT), ref=ImageRef(f"/study/{number}.dcm"))
        for number in range(count)
    ]
    screen = ImageSize(height, width)
    rows = choose_step(SCREENING, EXTRAS, [assign_slots(views)], screen).rows
    shown = [request.view for row in rows for request in row if request.view]
    assert sorted(shown, key=str) == sorted(views, key=str)
    assert len({len(row) for row in rows}) == 1


def test_the_corner_says_laterality_and_view_first_and_no_patient() -> None:
    pane = PanePlan("LMLO", PaneRect(0, 0, 10, 10), taken("LMLO"))
    assert corner_lines(pane)[0] == "LMLO"
    assert "Size in mm unknown" in corner_lines(pane)


def test_an_empty_pane_says_which_view_is_missing() -> None:
    assert corner_lines(PanePlan("RCC", PaneRect(0, 0, 10, 10))) == ("No RCC",)


def test_an_image_that_is_not_ffdm_is_labelled_as_what_it_is() -> None:
    synthetic = taken("LCC", kind=ImageKind.SYNTHETIC)
    pane = PanePlan("LCC", PaneRect(0, 0, 10, 10), synthetic)
    assert "Synthetic 2D" in corner_lines(pane)


@pytest.mark.parametrize(
    ("older", "said"),
    [
        (date(2025, 3, 14), "1 y 2 mo before"),
        (date(2025, 3, 15), "1 y 1 mo before"),
        (date(2024, 5, 14), "2 y before"),
        (date(2025, 11, 14), "6 mo before"),
        (date(2026, 4, 15), "29 d before"),
        (date(2026, 5, 14), "same day"),
        (date(2027, 1, 1), ""),
    ],
)
def test_the_interval_to_a_prior_is_told_in_whole_months(older: date, said: str) -> None:
    assert interval_text(older, date(2026, 5, 14)) == said


def test_the_headline_of_a_prior_tells_the_interval() -> None:
    exams = [assign_slots([taken("RCC")])] * 2
    days = [date(2026, 5, 14), date(2025, 3, 14)]
    chosen = choose_step(SCREENING, PRIORS, exams, SCREEN, days=days)
    plan = plan_hanging(chosen.rows, SCREEN, SizeMode.SAME, {})
    assert [corner_lines(pane)[0] for pane in plan.panes] == ["RCC", "RCC  prior, 1 y 2 mo before"]


def test_a_step_of_priors_alone_is_shown_where_there_are_any() -> None:
    only = Step("old", "Old", SizeMode.SAME, ((PaneSelector("RCC", exam=1),),))
    protocol, exam = Protocol("p", "P", (only,)), assign_slots([taken("RCC")])
    assert usable_steps(protocol, [exam], SCREEN) == ()
    assert len(usable_steps(protocol, [exam, exam], SCREEN)) == 1


def test_the_factory_makes_what_its_name_says() -> None:
    view = a_view("LMLO")
    assert (view.laterality, view.position) == (Laterality.LEFT, ViewPosition.MLO)


def years(*exams: int) -> Step:
    panes = tuple(PaneSelector("RCC", exam=exam) for exam in exams)
    return Step("-".join(map(str, exams)), "Years", SizeMode.SAME, (panes,))


@pytest.mark.parametrize(
    ("priors", "shown"), [(0, ["0"]), (1, ["0", "1-0"]), (2, ["0", "1-0", "2-1-0"])]
)
def test_a_step_for_two_priors_is_left_out_where_it_would_show_what_another_does(
    priors: int, shown: list[str]
) -> None:
    protocol = Protocol("p", "P", (years(0), years(1, 0), years(2, 1, 0)))
    exams = [
        assign_slots([replace(taken("RCC"), ref=ImageRef(f"/{exam}.dcm"))])
        for exam in range(priors + 1)
    ]
    assert [one.step.id for one in usable_steps(protocol, exams, SCREEN)] == shown


def test_a_step_for_two_priors_stays_with_one_where_no_other_shows_it() -> None:
    protocol = Protocol("p", "P", (years(2, 1, 0),))
    exams = [assign_slots([replace(taken("RCC"), ref=ImageRef(f"/{at}.dcm"))]) for at in "ab"]
    assert len(usable_steps(protocol, exams, SCREEN)) == 1


def test_each_prior_beside_the_current_exam_tells_its_own_interval() -> None:
    days = [date(2026, 5, 14), date(2025, 3, 14), date(2023, 5, 14)]
    exams = [assign_slots([taken("RCC")])] * 3
    chosen = choose_step(SCREENING, years(2, 1, 0), exams, SCREEN, days=days)
    told = [request.interval for row in chosen.rows for request in row]
    assert told == ["3 y before", "1 y 2 mo before", ""]
