from __future__ import annotations

from uuid import UUID

import numpy as np

from domain.finding import (
    Contour,
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ModelProvenance,
    ReaderProvenance,
    RejectionReason,
)
from domain.geometry import Box, ImagePoint, ImageSize
from domain.mask import RleMask
from domain.turn import Turn
from viewing.hanging.overlay import MODEL_COLOUR, READER_COLOUR, draw_findings
from viewing.hanging.placement import Placement

UID = "1.2.3"
PLACEMENT = Placement(ImageSize(100, 100), Turn(flip_columns=True), 2, 2, 0, 0)
MODEL = ModelProvenance("demo", "1", 0.5, "default")


def a_finding(geometry: Geometry, by_model: bool = False, rejected: bool = False) -> Finding:
    return Finding(
        UUID(int=1),
        FindingKind.MASS,
        (geometry,),
        MODEL if by_model else ReaderProvenance("reader"),
        status=FindingStatus.REJECTED if rejected else FindingStatus.PROPOSED,
        rejection=RejectionReason.NODE if rejected else None,
    )


def drawn(finding: Finding, uid: str = UID) -> np.ndarray:
    canvas = np.full((200, 200, 3), 90, np.uint8)
    draw_findings(canvas, PLACEMENT, (finding,), uid)
    return canvas


def coloured(canvas: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    return np.argwhere((np.abs(canvas.astype(int) - colour) < 40).all(axis=2))


def tinted(canvas: np.ndarray) -> int:
    return int((np.ptp(canvas.astype(int), axis=2) > 25).sum())


def test_a_box_is_drawn_where_the_turned_image_has_it() -> None:
    box = Geometry(UID, box=Box(9.5, 19.5, 29.5, 39.5))
    ys, xs = coloured(drawn(a_finding(box)), READER_COLOUR).T
    assert abs(xs.min() - 140) <= 1
    assert abs(xs.max() - 180) <= 1
    assert abs(ys.min() - 40) <= 1
    assert abs(ys.max() - 80) <= 1


def test_a_models_marks_are_cyan_and_a_readers_amber() -> None:
    box = Geometry(UID, box=Box(10, 10, 50, 50))
    assert len(coloured(drawn(a_finding(box, by_model=True)), MODEL_COLOUR)) > 50
    assert len(coloured(drawn(a_finding(box, by_model=True)), READER_COLOUR)) == 0


def test_a_rejected_mark_is_faint_and_dashed() -> None:
    box = Geometry(UID, box=Box(10, 10, 50, 50))
    rejected, whole = drawn(a_finding(box, rejected=True)), drawn(a_finding(box))
    assert len(coloured(rejected, READER_COLOUR)) == 0
    assert 0 < tinted(rejected) < 0.8 * tinted(whole)


def test_marks_of_another_image_are_not_drawn() -> None:
    box = Geometry(UID, box=Box(10, 10, 50, 50))
    assert (drawn(a_finding(box), uid="9.9") == 90).all()


def test_nothing_is_filled_over_tissue() -> None:
    square = tuple(ImagePoint(x, y) for x, y in ((10, 10), (60, 10), (60, 60), (10, 60)))
    canvas = drawn(a_finding(Geometry(UID, contour=Contour(square))))
    inside = PLACEMENT.to_pane(ImagePoint(35, 35))
    assert (canvas[round(inside.y), round(inside.x)] == 90).all()


def test_points_and_masks_are_drawn() -> None:
    mask = RleMask(ImageSize(100, 100), 30, ((30, 40),))
    for geometry in (Geometry(UID, point=ImagePoint(50, 50)), Geometry(UID, mask=mask)):
        assert len(coloured(drawn(a_finding(geometry)), READER_COLOUR)) > 5
