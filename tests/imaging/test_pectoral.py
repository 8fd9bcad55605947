"""The pectoral edge, against drawn triangles."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from domain.geometry import ImagePoint
from domain.side import Side
from domain.turn import ALL_TURNS, Turn
from imaging.anatomy.breast import find_breast
from imaging.anatomy.pectoral import PectoralEdge, find_pectoral
from tests.support.breast_pictures import BreastPicture, cc_breast, mlo_breast
from tests.support.decoded import decoded
from tests.support.real_data import GE_RMLO, needs_real_data


def found(picture: BreastPicture) -> PectoralEdge | None:
    region = find_breast(picture.pixels)
    return find_pectoral(picture.pixels, region, picture.chest_wall, picture.head)


def away(point: ImagePoint, edge: tuple[ImagePoint, ImagePoint]) -> float:
    """Distance of a point from the straight line through the edge's ends."""
    (a, b) = edge
    across = (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)
    return abs(across) / float(np.hypot(b.x - a.x, b.y - a.y))


@pytest.mark.parametrize("turn", ALL_TURNS, ids=str)
def test_the_edge_is_found_however_the_picture_lies(turn: Turn):
    picture = mlo_breast().turned(turn)
    edge = found(picture)
    assert edge is not None
    assert picture.pectoral is not None
    assert edge.confidence > 0.7
    assert max(away(point, picture.pectoral) for point in edge.points) < 5
    assert max(away(point, picture.pectoral) for point in edge.line) < 5


@pytest.mark.parametrize(
    ("top", "foot"), [(0.12, 0.3), (0.2, 0.75), (0.35, 0.4), (0.38, 0.85), (0.25, 1.0)]
)
@pytest.mark.parametrize("seed", [0, 1])
def test_large_and_small_muscles_are_found(top: float, foot: float, seed: int):
    picture = mlo_breast(seed=seed, noise=25, pectoral_top=top, pectoral_foot=foot)
    edge = found(picture)
    assert edge is not None
    assert picture.pectoral is not None
    assert np.median([away(point, picture.pectoral) for point in edge.points]) < 5


@pytest.mark.parametrize(("rows", "columns"), [(224, 160), (560, 400), (1540, 1100)])
def test_the_edge_scales_with_the_picture(rows: int, columns: int):
    picture = mlo_breast(rows, columns)
    edge = found(picture)
    assert edge is not None
    assert picture.pectoral is not None
    assert max(away(point, picture.pectoral) for point in edge.points) < 0.012 * rows


def test_the_points_run_from_the_head_side_to_the_chest_wall():
    edge = found(mlo_breast())
    assert edge is not None
    rows = [point.y for point in edge.points]
    assert rows == sorted(rows)
    assert edge.points[0].y == pytest.approx(-0.5)
    assert edge.points[-1].x == pytest.approx(-0.5)


def test_the_mask_covers_the_muscle_and_no_more():
    picture = mlo_breast()
    edge = found(picture)
    assert edge is not None
    assert picture.pectoral is not None
    top, foot = picture.pectoral
    x, y = np.meshgrid(np.arange(400), np.arange(560))
    true = (x / (top.x + 0.5) + y / (foot.y + 0.5)) < 1
    mask = edge.mask()
    assert mask.shape == picture.pixels.shape
    assert np.logical_and(mask, true).sum() / np.logical_or(mask, true).sum() > 0.95


def test_a_bent_edge_is_followed():
    picture = mlo_breast(muscle=0)
    x, y = np.meshgrid(np.arange(400), np.arange(560))

    def bent(row: float) -> float:
        return 125 * (1 - row / 330) + 55 * np.sin(np.pi * row / 330) ** 2 * 0.4

    inside = (x < bent(y)) & (y < 330) & picture.breast
    edge = found(picture.with_pixels((picture.pixels + 700 * inside).astype(np.uint16)))
    assert edge is not None
    off = [abs(point.x - bent(point.y)) for point in edge.points if 20 < point.y < 280]
    straight = [abs(125 * (1 - row / 330) - bent(row)) for row in range(20, 280)]
    assert max(straight) > 15
    assert max(off) < 6
    assert np.mean(off) < 3


def test_no_muscle_is_seen_where_there_is_none():
    plain = cc_breast()
    edge = found(plain)
    assert edge is None or edge.confidence < 0.5


@pytest.mark.parametrize("seed", range(4))
def test_skin_and_gland_are_trusted_less_than_a_muscle(seed: int):
    muscle = found(mlo_breast(seed=seed))
    none = found(mlo_breast(seed=seed, muscle=0))
    assert muscle is not None
    assert muscle.confidence > 0.9
    assert none is None or none.confidence < 0.65


def test_without_a_breast_there_is_no_edge():
    pixels = np.full((300, 200), 9, np.uint16)
    assert find_pectoral(pixels, find_breast(pixels), Side.LEFT, Side.TOP) is None


def test_head_and_chest_wall_on_one_axis_are_refused():
    picture = mlo_breast()
    region = find_breast(picture.pixels)
    with pytest.raises(ValueError, match="head"):
        find_pectoral(picture.pixels, region, Side.LEFT, Side.RIGHT)


@settings(max_examples=60, deadline=None)
@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=16)), st.booleans())
def test_arbitrary_pictures_never_raise(pixels: np.ndarray, enlarged: bool):
    if enlarged:
        pixels = cv2.resize(pixels, (90, 80), interpolation=cv2.INTER_CUBIC)
    region = find_breast(pixels)
    edge = find_pectoral(pixels, region, Side.BOTTOM, Side.LEFT)
    assert edge is None or 0 <= edge.confidence <= 1


@needs_real_data
def test_the_muscle_of_a_real_mlo_is_found():
    pixels = decoded(GE_RMLO)
    edge = find_pectoral(pixels, find_breast(pixels), Side.RIGHT, Side.TOP)
    assert edge is not None
    assert edge.confidence > 0.8
    # Read off the picture by eye.
    seen = (ImagePoint(2068, 0), ImagePoint(2390, 1150))
    assert max(away(point, seen) for point in edge.points) < 60
