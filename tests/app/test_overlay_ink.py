"""Findings and previews as what a pane draws over its image."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest

from app.gui.finding_facts import dots_in
from app.gui.overlay_ink import live_overlays, overlays_of
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
from domain.study import ImageRef
from viewing.hanging.placement import PaneRect
from viewing.state.resolve import PaneView
from viewing.tools.tool import NOTHING_SHOWN, BrushRing, Drawn, Painted, Preview
from widgets.pane.overlays import (
    Cross,
    Disc,
    Handle,
    Ink,
    Label,
    Line,
    Note,
    Patch,
    Rectangle,
)

SIZE = ImageSize(400, 300)
BOX = Box(20, 30, 60, 90)
POINTS = (ImagePoint(1, 2), ImagePoint(30, 4), ImagePoint(20, 50))


def _finding(number, **shape):
    geometry = Geometry("image", **(shape or {"box": BOX}))
    by = ReaderProvenance("reader")
    return Finding(UUID(int=number), FindingKind.MASS, (geometry,), by, FindingStatus.ACCEPTED)


def _view(*findings):
    return PaneView(PaneRect(0, 0, 100, 100), ref=ImageRef("image"), findings=findings)


def _mask():
    return RleMask.of(np.ones((4, 6), np.uint8), SIZE, 100, 50)


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ({"box": BOX}, Rectangle),
        ({"contour": Contour(POINTS)}, Line),
        ({"point": ImagePoint(5, 6)}, Cross),
        ({"mask": _mask()}, Patch),
        ({"mask": _mask(), "box": BOX}, Patch),
        ({"contour": Contour(POINTS), "box": BOX}, Line),
        ({"mask": RleMask(SIZE), "box": BOX}, Rectangle),
    ],
)
def test_a_finding_is_drawn_by_the_most_exact_shape_it_has(shape, kind):
    (drawn,) = overlays_of(_view(_finding(1, **shape)), ())
    assert isinstance(drawn, kind)


def test_a_mask_lies_where_its_pixels_lie():
    (drawn,) = overlays_of(_view(_finding(1, mask=_mask())), ())
    assert (drawn.left, drawn.top, drawn.pixels.shape) == (100, 50, (4, 6))
    assert drawn.pixels.all()
    assert not drawn.filled
    (filled,) = overlays_of(_view(_finding(1, mask=_mask())), (), filled=True)
    assert filled.filled


def test_the_same_findings_give_the_same_objects():
    findings = tuple(_finding(number) for number in range(1, 6))
    first = overlays_of(_view(*findings), (), numbers={UUID(int=2): 2})
    chosen = frozenset({UUID(int=3)})
    after = overlays_of(_view(*findings), (), selected=chosen, numbers={UUID(int=2): 2})
    assert [a is b for a, b in zip(first, after, strict=True)].count(False) == 1
    back = overlays_of(_view(*findings), (), numbers={UUID(int=2): 2})
    assert back == first


def test_a_finding_that_changed_is_drawn_as_it_is_now():
    before, after = _finding(1), _finding(1, box=Box(0, 0, 5, 5))
    overlays_of(_view(before), ())
    assert overlays_of(_view(after), ()) == (Rectangle(Box(0, 0, 5, 5)),)


def test_many_documents_later_little_is_kept():
    import app.gui.overlay_ink as ink  # noqa: PLC0415

    for number in range(200):
        overlays_of(_view(_finding(number)), ())
    kept = ink._SEEN.of("image")._known
    assert len(kept) < 20


def test_ink_tells_who_marked_it_and_what_became_of_it():
    model = replace(
        _finding(1),
        provenance=ModelProvenance("m", "1", 0.5, "default"),
        status=FindingStatus.REJECTED,
        rejection=RejectionReason.VESSEL,
    )
    region = replace(_finding(2), kind=FindingKind.IGNORED_REGION)
    drawn = overlays_of(_view(model, region), (), selected=frozenset({UUID(int=2)}))
    assert (drawn[0].stroke.ink, drawn[0].stroke.rejected) == (Ink.MODEL, True)
    assert (drawn[1].stroke.ink, drawn[1].stroke.dashed) == (Ink.READER, True)
    assert [one.stroke.selected for one in drawn] == [False, True]


def test_what_a_preview_stands_for_is_hidden():
    findings = (_finding(1), _finding(2, point=ImagePoint(5, 6)))
    (drawn,) = overlays_of(_view(*findings), (), hidden=frozenset({UUID(int=1)}))
    assert isinstance(drawn, Cross)


def test_a_number_stands_beside_a_finding_and_tells_that_it_is_linked():
    linked = replace(_finding(1), counterpart_id=UUID(int=9))
    numbers = {UUID(int=1): 7}
    _, label, second = overlays_of(_view(linked, _finding(2)), (), numbers=numbers)
    assert label == Label(BOX, "7", linked=True)
    assert isinstance(second, Rectangle)


def test_marks_of_other_images_are_not_drawn():
    other = replace(_finding(1), geometries=(Geometry("another", box=BOX),))
    assert overlays_of(_view(other), ()) == ()


def test_no_preview_draws_nothing():
    assert live_overlays(NOTHING_SHOWN) == ()


def test_a_preview_is_drawn_whole():
    preview = Preview(
        lines=(Drawn(POINTS, closed=True), Drawn(POINTS, quiet=True)),
        boxes=(BOX,),
        handles=(POINTS[0],),
        dots=(POINTS[1],),
        ring=BrushRing(POINTS[2], 12.0),
        painted=Painted(np.ones((3, 4), np.uint8), 7, 8),
        masks=(_mask(),),
        note="14 mm",
        note_at=POINTS[0],
    )
    drawn = live_overlays(preview)
    kinds = [Patch, Patch, Line, Line, Rectangle, Cross, Handle, Disc, Note]
    assert [type(one) for one in drawn] == kinds
    assert (drawn[0].left, drawn[0].top, drawn[0].filled) == (7, 8, True)
    assert drawn[2].closed
    assert drawn[2].stroke.ink is Ink.READER
    assert drawn[3].stroke.ink is Ink.QUIET
    assert drawn[7].radius == 12.0


def test_words_without_a_place_are_left_out():
    assert live_overlays(Preview(note="14 mm")) == ()


def test_handles_of_a_shape_that_is_small_on_the_screen_are_small() -> None:
    preview = Preview(handles=(ImagePoint(0, 0), ImagePoint(100, 0)))
    assert [one.small for one in live_overlays(preview, 1.0)] == [False, False]
    assert [one.small for one in live_overlays(preview, 0.2)] == [True, True]


def test_a_group_of_dots_is_drawn_with_how_far_it_extends() -> None:
    pixels = np.zeros(SIZE.shape, np.uint8)
    for row, column in ((20, 20), (20, 60), (70, 40)):
        pixels[row : row + 3, column : column + 3] = 1
    mask = RleMask.of(pixels, SIZE)
    group = replace(_finding(1, mask=mask), kind=FindingKind.CALCIFICATION_GROUP)
    (hull,) = [one for one in overlays_of(_view(group), ()) if isinstance(one, Line)]
    assert hull.closed
    assert hull.stroke.dashed
    xs = [point.x for point in hull.points]
    assert (min(xs), max(xs)) == (19.5, 62.5)
    assert dots_in(mask) == 3
