"""The live wire follows edges between anchor and pointer, at any zoom, and is quick about it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.finding import FindingKind
from domain.geometry import ImagePoint, ImageSize
from domain.laterality import Laterality
from domain.lexicon import DescriptorAxis
from domain.view_position import ViewPosition
from imaging.edges.live_wire import LiveWire
from phantom.recipe import Content, Exposure, StudyRecipe
from phantom.studies.generate import generate_study

Pixels = npt.NDArray[np.uint16]


def disc(size: int, radius: float, *, noise: float = 30.0, dark: bool = False) -> Pixels:
    y, x = np.mgrid[:size, :size]
    away = np.hypot(x - size / 2, y - size / 2)
    step = 300 / (1 + np.exp((away - radius) / 2))
    grain = np.random.default_rng(0).normal(size=(size, size)) * noise
    return np.asarray(1000 + (-step if dark else step) + grain, np.uint16)


def around(size: int, radius: float, degrees: float) -> ImagePoint:
    angle = np.radians(degrees)
    return ImagePoint(size / 2 + radius * np.cos(angle), size / 2 + radius * np.sin(angle))


def off_circle(path: Sequence[ImagePoint], size: int, radius: float) -> npt.NDArray[np.float64]:
    return np.array([abs(np.hypot(p.x - size / 2, p.y - size / 2) - radius) for p in path])


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("screen", [0.4, 1.0, 2.0, 3.3])
def test_the_wire_bends_along_a_round_edge_where_the_chord_would_cut_it(
    screen: float, dark: bool
) -> None:
    wire = LiveWire(disc(400, 100, dark=dark), bright=True)
    wire.begin(around(400, 100, 10), screen)
    path = wire.path_to(around(400, 100, 100))
    assert off_circle(path, 400, 100).max() < 5  # the chord is off by 29
    assert np.median(off_circle(path, 400, 100)) < 2


def test_a_pointer_a_little_off_the_edge_brings_the_wire_back_to_it() -> None:
    wire = LiveWire(disc(400, 100), bright=True)
    wire.begin(around(400, 106, 0), 1.0)
    path = wire.path_to(around(400, 94, 80))
    middle = path[len(path) // 4 : 3 * len(path) // 4]
    assert off_circle(middle, 400, 100).max() < 2.5


def test_without_any_edge_the_wire_is_nearly_straight() -> None:
    wire = LiveWire(np.full((300, 300), 7, np.uint16), bright=True)
    wire.begin(ImagePoint(50, 60), 1.0)
    path = wire.path_to(ImagePoint(250, 60))
    assert max(abs(point.y - 60) for point in path) < 2


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.integers(1, 300), st.integers(1, 300)),
    st.floats(0.1, 20),
    *(st.floats(-50, 350) for _ in range(4)),
)
def test_the_wire_starts_at_the_anchor_ends_at_the_pointer_and_has_no_gap(
    shape: tuple[int, int], screen: float, x: float, y: float, u: float, v: float
) -> None:
    wire = LiveWire(np.arange(shape[0] * shape[1], dtype=np.uint16).reshape(shape), bright=True)
    wire.begin(ImagePoint(x, y), screen)
    path = wire.path_to(ImagePoint(u, v))
    assert path[0] == ImagePoint(x, y)
    assert path[-1] == ImagePoint(u, v)
    assert all(np.isfinite((point.x, point.y)).all() for point in path)
    inside = [0 <= end < side - 1 for end, side in ((x, shape[1]), (u, shape[1]))]
    inside += [0 <= end < side - 1 for end, side in ((y, shape[0]), (v, shape[0]))]
    if all(inside):
        steps = [np.hypot(b.x - a.x, b.y - a.y) for a, b in pairwise(path)]
        coarsest = max(1.0, screen) * 32  # far pointers are looked for in a coarser part
        assert max(steps, default=0.0) < 4 * coarsest


def test_the_same_pointer_gives_the_same_path_wherever_it_was_before() -> None:
    pixels = disc(900, 300)
    there, far = around(900, 300, 40), around(900, 300, 170)
    wire = LiveWire(pixels, bright=True)
    wire.begin(around(900, 300, 0), 1.0)
    first = wire.path_to(there)
    wire.path_to(far)
    assert wire.path_to(there) == first


def test_a_new_anchor_is_where_the_next_path_begins() -> None:
    wire = LiveWire(disc(400, 100), bright=True)
    wire.begin(around(400, 100, 0), 1.0)
    wire.path_to(around(400, 100, 90))
    wire.begin(around(400, 100, 90), 1.0)
    assert wire.path_to(around(400, 100, 180))[0] == around(400, 100, 90)


def test_a_pointer_on_the_anchor_gives_the_anchor_alone() -> None:
    wire = LiveWire(disc(400, 100), bright=True)
    wire.begin(ImagePoint(5, 6), 1.0)
    assert wire.path_to(ImagePoint(5, 6)) == (ImagePoint(5, 6),)


def test_a_wire_without_an_anchor_says_so() -> None:
    with pytest.raises(ValueError, match="anchor"):
        LiveWire(disc(400, 100), bright=True).path_to(ImagePoint(0, 0))


def test_a_move_over_a_large_image_costs_little_whatever_the_zoom() -> None:
    """Generous, as the machine may be busy; a full-size image takes about 5 ms."""
    pixels = np.tile(disc(512, 200), (8, 6))
    for screen in (1.0, 4.0, 8.0):
        wire = LiveWire(pixels, bright=True)
        wire.begin(ImagePoint(1500, 2000), screen)
        started = time.process_time()
        wire.path_to(ImagePoint(1500 + 60 * screen, 2000 + 30 * screen))
        assert time.process_time() - started < 0.1


def test_eight_anchors_half_a_millimetre_off_outline_a_circumscribed_mass() -> None:
    """By its truth: Dice of the outline, which a polygon of the same anchors doesn't reach."""
    right_cc = (Exposure(Laterality.RIGHT, ViewPosition.CC),)
    recipe = StudyRecipe(
        seed=102, content=Content.DEMO, size=ImageSize(1531, 1197), exposures=right_cc
    )
    (image,) = generate_study(recipe)
    mass = next(
        lesion
        for lesion in image.truth.lesions
        if lesion.lesion.kind is FindingKind.MASS
        and lesion.lesion.term(DescriptorAxis.MASS_MARGIN) == "circumscribed"
    )
    outline = np.array([(point.x, point.y) for point in mass.contour.points])
    truth = _filled(outline, image.truth.size)
    wire = LiveWire(image.pixels, bright=True)
    wired, straight = [], []
    for seed in range(6):
        anchors = _jittered(outline, 8, 0.5 / image.pixel_mm, seed)
        wired.append(_dice(_filled(_wired(wire, anchors), image.truth.size), truth))
        straight.append(_dice(_filled(anchors, image.truth.size), truth))
    assert np.median(wired) >= 0.95
    assert np.median(wired) > np.median(straight) + 0.01


def _jittered(
    outline: npt.NDArray[np.float64], count: int, off: float, seed: int
) -> npt.NDArray[np.float64]:
    random = np.random.default_rng(seed)
    closed = np.vstack([outline, outline[:1]])
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    at = (np.arange(count) + random.uniform()) / count * along[-1]
    places = np.stack([np.interp(at, along, closed[:, axis]) for axis in (0, 1)], axis=1)
    return np.asarray(places + random.normal(size=places.shape) * off / np.sqrt(2))


def _wired(wire: LiveWire, anchors: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    points: list[tuple[float, float]] = []
    for start, end in zip(anchors, np.roll(anchors, -1, axis=0), strict=True):
        wire.begin(ImagePoint(*start), 1.0)
        points += [(point.x, point.y) for point in wire.path_to(ImagePoint(*end))[:-1]]
    return np.array(points)


def _filled(points: npt.NDArray[np.float64], size: ImageSize) -> npt.NDArray[np.uint8]:
    mask = np.zeros(size.shape, np.uint8)
    cv2.fillPoly(mask, [np.rint(points * 16).astype(np.int32)], 1, shift=4)
    return mask


def _dice(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> float:
    return float(2 * np.sum(one & other) / (one.sum() + other.sum()))
