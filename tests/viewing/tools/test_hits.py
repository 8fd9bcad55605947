"""What lies under the pointer."""

from __future__ import annotations

import gc
import math
import time
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.finding import Contour, Finding, FindingKind, FindingStatus, Geometry, ReaderProvenance
from domain.geometry import Box, ImagePoint, ImageSize
from domain.mask import RleMask
from viewing.tools import hits as hit_module
from viewing.tools.hits import Part, bounds_of, corners_of, hit, hits

SIZE = ImageSize(1000, 1000)


def found(*geometries: Geometry) -> Finding:
    reader = ReaderProvenance("reader")
    return Finding(uuid4(), FindingKind.MASS, geometries, reader, FindingStatus.ACCEPTED)


def boxed(left: float, top: float, right: float, bottom: float, uid: str = "a") -> Finding:
    return found(Geometry(uid, box=Box(left, top, right, bottom)))


def ring(x: float, y: float, radius: float, count: int = 24) -> Contour:
    turns = [2 * math.pi * step / count for step in range(count)]
    return Contour(
        tuple(ImagePoint(x + radius * math.cos(one), y + radius * math.sin(one)) for one in turns)
    )


def outlined(x: float, y: float, radius: float) -> Finding:
    return found(Geometry("a", contour=ring(x, y, radius)))


def dot(x: int, y: int, side: int = 3) -> Finding:
    return found(Geometry("a", mask=RleMask.of(np.ones((side, side)), SIZE, x, y)))


def test_nothing_lies_where_no_finding_is() -> None:
    assert hit((), "a", 0, ImagePoint(1, 1), 8) is None
    assert hit((boxed(100, 100, 200, 200),), "a", 0, ImagePoint(300, 150), 8) is None


def test_only_the_image_and_the_frames_that_a_finding_lies_on_count() -> None:
    stack = found(Geometry("a", 3, 5, box=Box(100, 100, 200, 200)))
    inside = ImagePoint(150, 150)
    assert [hit((stack,), "a", frame, inside, 8) is not None for frame in (2, 3, 5, 6)] == [
        False,
        True,
        True,
        False,
    ]
    assert hit((stack,), "b", 4, inside, 8) is None


def test_the_second_geometry_of_a_finding_is_told_by_its_index() -> None:
    both = found(Geometry("b", box=Box(0, 0, 9, 9)), Geometry("a", box=Box(100, 100, 200, 200)))
    touched = hit((both,), "a", 0, ImagePoint(150, 150), 8)
    assert touched is not None
    assert (touched.finding, touched.geometry, touched.part) == (both.id, 1, Part.INSIDE)


@pytest.mark.parametrize(
    ("x", "y", "part", "index", "nearest"),
    [
        (104, 98, Part.CORNER, 0, (100, 100)),
        (203, 103, Part.CORNER, 1, (200, 100)),
        (198, 204, Part.CORNER, 2, (200, 200)),
        (97, 197, Part.CORNER, 3, (100, 200)),
        (150, 95, Part.SIDE, 0, (150, 100)),
        (206, 150, Part.SIDE, 1, (200, 150)),
        (150, 196, Part.SIDE, 2, (150, 200)),
        (103, 150, Part.SIDE, 3, (100, 150)),
        (150, 150, Part.INSIDE, 0, (150, 150)),
    ],
)
def test_corners_sides_and_inside_of_a_box(
    x: float, y: float, part: Part, index: int, nearest: tuple[float, float]
) -> None:
    touched = hit((boxed(100, 100, 200, 200),), "a", 0, ImagePoint(x, y), 8)
    assert touched is not None
    assert (touched.part, touched.index) == (part, index)
    assert (touched.at.x, touched.at.y) == nearest


def test_vertices_edges_and_inside_of_a_contour() -> None:
    points = ((100, 100), (200, 100), (200, 200), (100, 200))
    square = found(Geometry("a", contour=Contour(tuple(ImagePoint(x, y) for x, y in points))))
    vertex = hit((square,), "a", 0, ImagePoint(203, 198), 8)
    edge = hit((square,), "a", 0, ImagePoint(96, 140), 8)
    inside = hit((square,), "a", 0, ImagePoint(150, 140), 8)
    assert vertex is not None
    assert (vertex.part, vertex.index, vertex.at) == (Part.VERTEX, 2, ImagePoint(200, 200))
    assert edge is not None
    assert (edge.part, edge.index, edge.at) == (Part.EDGE, 3, ImagePoint(100, 140))
    assert edge.distance == 4
    assert inside is not None
    assert inside.part is Part.INSIDE


def test_a_point_is_hit_within_reach() -> None:
    marked = found(Geometry("a", point=ImagePoint(50, 50)))
    assert hit((marked,), "a", 0, ImagePoint(56, 50), 8).part is Part.POINT  # type: ignore[union-attr]
    assert hit((marked,), "a", 0, ImagePoint(59, 50), 8) is None


def test_a_mask_is_hit_on_its_pixels_and_within_reach_of_them() -> None:
    speck = dot(500, 400)
    for x, far in ((501, False), (508, False), (512, True)):
        touched = hit((speck,), "a", 0, ImagePoint(x, 401), 8)
        assert (touched is None) is far
    assert hit((speck,), "a", 0, ImagePoint(509, 409), 8) is None


def test_a_hole_of_a_mask_is_not_inside() -> None:
    pixels = np.ones((60, 60))
    pixels[10:50, 10:50] = 0
    hollow = found(Geometry("a", mask=RleMask.of(pixels, SIZE, 100, 100)))
    assert hit((hollow,), "a", 0, ImagePoint(130, 130), 8) is None
    assert hit((hollow,), "a", 0, ImagePoint(105, 130), 8) is not None


def test_the_smallest_of_nested_shapes_is_hit_whatever_their_order() -> None:
    large, small = boxed(0, 0, 900, 900), boxed(400, 400, 600, 600)
    for order in ((large, small), (small, large)):
        touched = hits(order, "a", 0, ImagePoint(500, 500), 8)
        assert [one.finding for one in touched] == [small.id, large.id]


def test_an_edge_within_reach_goes_before_the_inside_of_another() -> None:
    large, small = boxed(0, 0, 900, 900), outlined(500, 500, 100)
    touched = hit((large, small), "a", 0, ImagePoint(606, 500), 8)
    assert touched is not None
    assert touched.finding == small.id


def test_a_dot_within_a_mass_is_hit_though_the_pointer_is_a_little_beside_it() -> None:
    mass, speck = outlined(500, 500, 200), dot(500, 500)
    touched = hit((mass, speck), "a", 0, ImagePoint(506, 501), 8)
    assert touched is not None
    assert touched.finding == speck.id


def test_the_nearest_edge_is_hit_and_what_comes_first_goes_before_it() -> None:
    one, other = boxed(100, 100, 200, 200), boxed(205, 100, 400, 400)
    at = ImagePoint(201, 150)
    nearest = hit((one, other), "a", 0, at, 8)
    preferred = hit((one, other), "a", 0, at, 8, first={other.id})
    assert nearest is not None
    assert nearest.finding == one.id
    assert preferred is not None
    assert (preferred.finding, preferred.part) == (other.id, Part.SIDE)


def test_the_middle_of_a_small_box_takes_hold_of_the_whole() -> None:
    touched = hit((boxed(100, 100, 112, 112),), "a", 0, ImagePoint(106, 106), 8)
    assert touched is not None
    assert touched.part is Part.INSIDE


def test_an_empty_mask_lies_nowhere() -> None:
    empty = found(Geometry("a", mask=RleMask(SIZE)))
    assert hit((empty,), "a", 0, ImagePoint(0, 0), 1e6) is None


@given(
    st.floats(-20, 320), st.floats(-20, 320), st.floats(0.5, 12), st.sampled_from(["box", "ring"])
)
def test_what_is_hit_on_an_outline_is_within_reach_and_lies_on_it(
    x: float, y: float, reach: float, shape: str
) -> None:
    at = ImagePoint(x, y)
    one = boxed(50, 80, 250, 180) if shape == "box" else outlined(150, 150, 90)
    touched = hit((one,), "a", 0, at, reach)
    geometry = one.geometries[0]
    points = geometry.contour.points if geometry.contour else corners_of(Box(50, 80, 250, 180))
    apart = min(
        math.hypot(a.x + (b.x - a.x) * t / 400 - x, a.y + (b.y - a.y) * t / 400 - y)
        for a, b in zip(points, (*points[1:], points[0]), strict=True)
        for t in range(401)
    )
    if apart < reach - 0.5:
        assert touched is not None
        assert touched.part is not Part.INSIDE
    if touched is not None and touched.part is not Part.INSIDE:
        assert touched.distance == pytest.approx(apart, abs=0.5)
        assert math.hypot(touched.at.x - x, touched.at.y - y) <= reach + 1e-6
    if touched is None:
        assert apart > reach - 1e-6


def test_among_5000_findings_a_hit_comes_before_the_next_frame_of_the_screen() -> None:
    rng = np.random.default_rng(4)
    places = rng.uniform(50, 950, (5000, 2)).tolist()
    many = tuple(outlined(x, y, 12) for x, y in places)
    hit(many, "a", 0, ImagePoint(500, 500), 8)
    took = []
    for x in range(300, 320):
        began = time.process_time()
        hit(many, "a", 0, ImagePoint(x, 500), 8)
        took.append(time.process_time() - began)
    assert sorted(took)[10] < 0.05


def test_what_is_remembered_of_a_geometry_goes_with_it() -> None:
    known = hit_module._KNOWN_BOUNDS
    gc.collect()
    before = len(known)
    geometry = Geometry("a", box=Box(0, 0, 9, 9))
    assert bounds_of(geometry) is bounds_of(geometry)
    assert len(known) == before + 1
    del geometry
    gc.collect()
    assert len(known) == before
