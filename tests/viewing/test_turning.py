"""Golden tests: landmarks end where a reader expects them, or the image is flagged."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.geometry import ImageSize, PixelSpacing
from domain.laterality import Laterality
from domain.orientation import PatientOrientation
from domain.side import Side
from domain.study import ImageKind, ImageRef, PresentationIntent, View
from domain.turn import ALL_TURNS, Turn
from domain.view_position import HangFamily, ViewPosition
from tests.support.landmarks import hung_picture, stored_ways
from viewing.hanging.evidence import PixelEvidence
from viewing.hanging.turning import decide_turn

SPELLINGS = {"F": ("F", "FL", "FR", "FA"), "H": ("H", "HR", "HL"), "A": ("A", "AF"), "P": ("P",)}


def a_view(laterality: str, position: ViewPosition | None, row: str = "", column: str = "") -> View:
    return View(
        ref=ImageRef("/study/image.dcm"),
        size=ImageSize(48, 40),
        frames=1,
        kind=ImageKind.FFDM,
        intent=PresentationIntent.FOR_PRESENTATION,
        laterality=Laterality.parse(laterality),
        position=position,
        modifiers=frozenset(),
        spacing=PixelSpacing.unknown(),
        orientation=PatientOrientation.parse(row, column),
    )


def spelled(letter: str) -> tuple[str, ...]:
    return SPELLINGS.get(letter, (letter,))


@pytest.mark.parametrize("laterality", ["R", "L"])
@pytest.mark.parametrize("position", list(ViewPosition))
def test_every_stored_turn_and_spelling_hangs_as_a_reader_expects(
    laterality: str, position: ViewPosition
) -> None:
    wanted = hung_picture(laterality)
    for stored in stored_ways(laterality, position.family.value):
        for row, column in product(spelled(stored.row), spelled(stored.column)):
            hung = decide_turn(a_view(laterality, position, row, column))
            assert np.array_equal(hung.turn.apply(stored.pixels), wanted), (row, column)
            assert hung.flags == ()
            assert hung.reasons


@pytest.mark.parametrize("laterality", ["R", "L"])
def test_an_oblique_view_may_name_its_lower_edge_by_the_medial_side(laterality: str) -> None:
    for stored in stored_ways(laterality, "CC"):
        hung = decide_turn(a_view(laterality, ViewPosition.MLO, stored.row, stored.column))
        assert np.array_equal(hung.turn.apply(stored.pixels), hung_picture(laterality))
        assert hung.flags == ()


@pytest.mark.parametrize(
    ("position", "family"),
    [(ViewPosition.CC, "MLO"), (ViewPosition.FB, "MLO"), (ViewPosition.ML, "CC")],
)
def test_an_orientation_that_does_not_fit_the_view_is_flagged(
    position: ViewPosition, family: str
) -> None:
    for stored in stored_ways("R", family):
        hung = decide_turn(a_view("R", position, stored.row, stored.column))
        assert "does not fit" in str(hung.flags[0])


@pytest.mark.parametrize(("laterality", "wall"), [("R", Side.RIGHT), ("L", Side.LEFT)])
@pytest.mark.parametrize("found", list(Side))
def test_without_orientation_the_chest_wall_is_turned_to_its_side_and_the_doubt_is_said(
    laterality: str, wall: Side, found: Side
) -> None:
    evidence = PixelEvidence(chest_wall=found, wall_confidence=0.9)
    hung = decide_turn(a_view(laterality, ViewPosition.MLO), evidence)
    assert found.after(hung.turn) is wall
    assert "turned by the pixels" in str(hung.flags[0])


def test_without_orientation_and_evidence_the_image_stays_as_stored_and_is_flagged() -> None:
    hung = decide_turn(a_view("R", ViewPosition.CC), PixelEvidence(Side.LEFT, wall_confidence=0.2))
    assert hung.turn == Turn()
    assert "shown as stored" in str(hung.flags[0])


@pytest.mark.parametrize("laterality", ["", "B"])
def test_an_image_of_no_single_breast_stays_as_stored_and_is_flagged(laterality: str) -> None:
    hung = decide_turn(a_view(laterality, ViewPosition.CC, "A", "R"))
    assert hung.turn == Turn()
    assert hung.flags


def test_an_orientation_without_the_chest_wall_axis_is_flagged() -> None:
    view = replace(a_view("R", ViewPosition.MLO), orientation=PatientOrientation.parse("L", "F"))
    hung = decide_turn(view)
    assert "does not tell" in str(hung.flags[0])


@given(turn=st.sampled_from(ALL_TURNS), laterality=st.sampled_from(["R", "L"]))
def test_pixels_that_contradict_the_tags_are_heard(turn: Turn, laterality: str) -> None:
    stored = stored_ways(laterality, "MLO")[ALL_TURNS.index(turn)]
    view = a_view(laterality, ViewPosition.MLO, stored.row, stored.column)
    shown_wall = Side.RIGHT if laterality == "R" else Side.LEFT
    by_tags = decide_turn(view).turn
    true_wall = next(side for side in Side if side.after(by_tags) is shown_wall)
    for side in Side:
        flags = decide_turn(view, PixelEvidence(side, wall_confidence=0.95)).flags
        assert bool(flags) == (side is not true_wall)
        assert not decide_turn(view, PixelEvidence(side, wall_confidence=0.5)).flags


@given(turn=st.sampled_from(ALL_TURNS), side=st.sampled_from(list(Side)))
def test_an_edge_turns_as_its_pixels_do(turn: Turn, side: Side) -> None:
    pixels = np.zeros((5, 7), int)
    place = {Side.LEFT: (2, 0), Side.RIGHT: (2, 6), Side.TOP: (0, 3), Side.BOTTOM: (4, 3)}
    pixels[place[side]] = 1
    row, column = np.argwhere(turn.apply(pixels))[0]
    rows, columns = turn.apply(pixels).shape
    edges = {
        Side.LEFT: column == 0,
        Side.RIGHT: column == columns - 1,
        Side.TOP: row == 0,
        Side.BOTTOM: row == rows - 1,
    }
    assert edges[side.after(turn)]


def test_every_view_has_a_family() -> None:
    assert ViewPosition.XCCL.family is HangFamily.CC
    assert {ViewPosition.ML.family, ViewPosition.SIO.family} == {HangFamily.MLO}


def test_a_muscle_at_the_bottom_contradicts_tags_that_put_the_head_up() -> None:
    view = a_view("R", ViewPosition.MLO, "P", "F")
    assert not decide_turn(view, PixelEvidence(head=Side.TOP)).flags
    flags = decide_turn(view, PixelEvidence(head=Side.BOTTOM)).flags
    assert "pectoral muscle" in str(flags[0])


@pytest.mark.parametrize("head", [Side.TOP, Side.BOTTOM])
def test_without_orientation_the_muscle_tells_where_up_is(head: Side) -> None:
    evidence = PixelEvidence(Side.LEFT, 0.9, head=head)
    hung = decide_turn(a_view("R", ViewPosition.MLO), evidence)
    assert head.after(hung.turn) is Side.TOP
    assert Side.LEFT.after(hung.turn) is Side.RIGHT


def test_what_a_meaningless_tag_says_of_up_and_down_is_not_obeyed() -> None:
    hung = decide_turn(a_view("L", ViewPosition.CC, "A", "H"))
    assert hung.turn == Turn()
    assert "as stored" in str(hung.flags[0])


def test_a_specimen_is_shown_as_stored() -> None:
    view = replace(a_view("L", ViewPosition.CC, "P", "R"), kind=ImageKind.SPECIMEN)
    assert decide_turn(view).turn == Turn()
