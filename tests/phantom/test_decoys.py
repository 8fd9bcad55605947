"""Decoys: how they look, that they stay in the picture, and where a breast has them."""

from collections import Counter
from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.laterality import Laterality
from domain.view_position import HangFamily
from phantom.decoys.decoy import Decoy, DecoyKind
from phantom.decoys.foreign import draw_line_artefacts, paint_clip, paint_letters
from phantom.decoys.nodes import paint_lymph_node, paint_node
from phantom.decoys.paint import ONE_EXPOSURE, appears_in, paint_decoy
from phantom.decoys.plan import plan_decoys
from phantom.decoys.scar import paint_scar
from phantom.decoys.skin_marks import paint_mole, paint_skin_fold
from phantom.decoys.summation import paint_summation
from phantom.space.grid import Grid
from phantom.space.points import BreastPoint, ViewPoint
from phantom.space.projection import Projection

CC = Projection(HangFamily.CC, 0, 1.2, 1.15, 50, 90)
MLO = Projection(HangFamily.MLO, 50, 1.2, 1.15, 55, 95)
PAINTERS = {
    DecoyKind.LYMPH_NODE: (paint_lymph_node, (4, 18)),
    DecoyKind.MOLE: (paint_mole, (3, 10)),
    DecoyKind.SKIN_FOLD: (paint_skin_fold, (20, 70)),
    DecoyKind.SCAR: (paint_scar, (8, 25)),
    DecoyKind.SUMMATION: (paint_summation, (6, 15)),
    DecoyKind.CLIP: (paint_clip, (2, 3)),
}
MATERIALS = ("tissue", "calcium", "metal", "skin")
kinds = st.sampled_from(sorted(PAINTERS, key=lambda kind: kind.value))
seeds = st.integers(0, 2**31 - 1)


def grid_of(width_mm, height_mm, pixel_mm):
    rows, columns = round(height_mm / pixel_mm), round(width_mm / pixel_mm)
    # The same field whatever the pixels: u from 0, v around 0, at the pixels' outer edges.
    return Grid(rows, columns, pixel_mm, pixel_mm / 2, (pixel_mm - height_mm) / 2)


def decoy_of(kind, seed, share=0.5, laterality=Laterality.LEFT):
    low, high = PAINTERS[kind][1] if kind in PAINTERS else (12, 12)
    size = low + share * (high - low)
    return Decoy(kind, laterality, BreastPoint(30, 0, 0), size, seed)


def paint(kind, seed, at, projection, grid, share=0.5):
    return PAINTERS[kind][0](decoy_of(kind, seed, share), at, projection, grid)


def whole(painted, material, grid):
    """The material over the whole grid, so that pictures can be compared."""
    picture = np.zeros(grid.shape, np.float32)
    stamp = getattr(painted, material)
    if stamp is not None:
        rows, columns = stamp.mm.shape
        picture[stamp.top : stamp.top + rows, stamp.left : stamp.left + columns] = stamp.mm
    return picture


def layers(painted, grid):
    return {material: whole(painted, material, grid) for material in MATERIALS}


def volume_and_centre(mm, grid):
    weight = np.abs(mm).astype(np.float64)
    total = weight.sum()
    centre = (weight * grid.u()).sum() / total, (weight * grid.v()).sum() / total
    return mm.sum(dtype=np.float64) * grid.pixel_mm**2, total * grid.pixel_mm**2, np.array(centre)


@settings(max_examples=40, deadline=None)
@given(kinds, seeds, st.floats(0, 1), st.floats(-60, 150), st.floats(-120, 120))
def test_a_decoy_is_the_same_twice_and_lies_within_the_grid(kind, seed, share, u, v):
    grid = grid_of(90, 120, 0.45)
    first = paint(kind, seed, ViewPoint(u, v), MLO, grid, share)
    second = paint(kind, seed, ViewPoint(u, v), MLO, grid, share)
    for material in MATERIALS:
        stamp = getattr(first, material)
        if stamp is None:
            assert getattr(second, material) is None
            continue
        rows, columns = stamp.mm.shape
        assert min(stamp.top, stamp.left) >= 0
        assert stamp.top + rows <= grid.rows
        assert stamp.left + columns <= grid.columns
        assert stamp.mm.dtype == np.float32
        assert np.isfinite(stamp.mm).all()
        np.testing.assert_array_equal(stamp.mm, getattr(second, material).mm)
    assert first.pulls == second.pulls


@pytest.mark.parametrize("kind", PAINTERS)
def test_a_decoy_far_outside_adds_nothing(kind):
    grid = grid_of(60, 60, 0.3)
    painted = paint(kind, 4, ViewPoint(400, -500), CC, grid, 1.0)
    assert not any(mm.any() for mm in layers(painted, grid).values())


@settings(max_examples=25, deadline=None)
@given(kinds, seeds, st.floats(0, 1))
def test_a_decoy_ends_before_its_rectangle_does(kind, seed, share):
    grid = grid_of(220, 220, 0.3)
    for projection in (CC, MLO):
        painted = paint(kind, seed, ViewPoint(110, 0), projection, grid, share)
        for material in MATERIALS:
            stamp = getattr(painted, material)
            if stamp is not None:
                inner = stamp.mm[1:-1, 1:-1]
                assert np.count_nonzero(stamp.mm) == np.count_nonzero(inner)


@settings(max_examples=25, deadline=None)
@given(kinds, seeds, st.integers(0, 60), st.integers(0, 60))
def test_the_edge_of_a_picture_cuts_a_decoy_and_does_not_move_it(kind, seed, top, left):
    grid = grid_of(100, 100, 0.4)
    part = grid.part(top, left, 150, 140)
    place = ViewPoint(30, -20)
    large = layers(paint(kind, seed, place, CC, grid), grid)
    small = layers(paint(kind, seed, place, CC, part), part)
    for material in MATERIALS:
        cut = large[material][top : top + 150, left : left + 140]
        np.testing.assert_allclose(small[material], cut, atol=2e-3)


@pytest.mark.parametrize("kind", PAINTERS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_decoy_has_the_same_volume_and_centre_at_any_pixel_size(kind, seed):
    place = ViewPoint(65.3, 1.7)
    fine, coarse = grid_of(126, 126, 0.07), grid_of(126, 126, 0.45)
    one = layers(paint(kind, seed, place, CC, fine), fine)
    other = layers(paint(kind, seed, place, CC, coarse), coarse)
    for material in MATERIALS:
        assert one[material].any() == other[material].any()
        if one[material].any():
            net, gross, centre = volume_and_centre(one[material], fine)
            net_other, gross_other, centre_other = volume_and_centre(other[material], coarse)
            assert net_other == pytest.approx(net, rel=0.02, abs=0.02 * gross)
            # Bright and dark beside each other cancel within a large pixel.
            assert gross_other == pytest.approx(gross, rel=0.08)
            np.testing.assert_allclose(centre_other, centre, atol=0.15)


def hollow(mm):
    """Share of the bright part's convex hull that is not bright itself."""
    bright = (mm > 0.6 * mm.max()).astype(np.uint8)
    hull = np.zeros_like(bright)
    cv2.fillConvexPoly(hull, cv2.convexHull(cv2.findNonZero(bright)), 1)
    return 1 - bright.sum() / hull.sum()


@pytest.mark.parametrize("size_mm", [5, 9, 14, 25])
def test_a_node_has_a_lucent_hilum_in_every_view(size_mm):
    grid = grid_of(40, 40, 0.1)
    for seed in range(6):
        for projection in (CC, MLO):
            painted = paint_node(size_mm, seed, ViewPoint(20, 0), projection, grid)
            assert hollow(whole(painted, "tissue", grid)) > 0.15


def test_a_large_node_is_mostly_fat():
    grid = grid_of(40, 40, 0.1)

    def mean_share(size_mm):
        volumes = [
            whole(paint_node(size_mm, seed, ViewPoint(20, 0), CC, grid), "tissue", grid).sum()
            for seed in range(12)
        ]
        return np.mean(volumes) / size_mm**3

    assert mean_share(25) < 0.7 * mean_share(8)


def test_a_node_is_as_long_as_asked_and_sharp():
    grid = grid_of(40, 40, 0.05)
    for seed in range(6):
        mm = whole(paint_node(10, seed, ViewPoint(20, 0), CC, grid), "tissue", grid)
        points = cv2.findNonZero((np.abs(mm) > 0.02).astype(np.uint8))
        (_, _), (width, height), _ = cv2.minAreaRect(points)
        assert 5 < max(width, height) * 0.05 < 11.5
        # Within 0.4 mm of its outline a circumscribed node has reached a fifth of its thickness.
        away = cv2.distanceTransform((np.abs(mm) > 0.02).astype(np.uint8), cv2.DIST_L2, 5) * 0.05
        assert np.percentile(mm[(away > 0.3) & (away < 0.5)], 75) > 0.2 * mm.max()


def test_a_clip_is_metal_of_its_size_and_nothing_else():
    grid = grid_of(20, 20, 0.05)
    for seed in range(12):
        decoy = decoy_of(DecoyKind.CLIP, seed)
        painted = paint_clip(decoy, ViewPoint(10, 0), MLO, grid)
        assert painted.metal is not None
        assert (painted.tissue, painted.calcium, painted.skin, painted.pulls) == (None,) * 3 + ((),)
        points = cv2.findNonZero((whole(painted, "metal", grid) > 0.03).astype(np.uint8))
        (_, _), sides, _ = cv2.minAreaRect(points)
        assert 0.25 < max(sides) * 0.05 < 3.2
        assert 0.15 < painted.metal.mm.max() <= 0.81


def test_a_mole_is_even_with_a_sharp_edge_and_a_dark_rim():
    grid = grid_of(20, 20, 0.05)
    for seed in range(6):
        painted = paint(DecoyKind.MOLE, seed, ViewPoint(10, 0), CC, grid)
        mm = whole(painted, "skin", grid)
        inside = (mm > 0.5).astype(np.uint8)
        away = cv2.distanceTransform(inside, cv2.DIST_L2, 5) * 0.05
        assert mm[away > 0.2].std() < 0.25 * mm[away > 0.2].mean()
        assert mm[away > 0.2].min() > 0.4 * mm.max()
        beside = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 5) * 0.05
        assert mm[(beside > 0.1) & (beside < 0.6)].min() < -0.3
        assert not mm[beside > 1.2].any()


def test_a_skin_fold_is_long_with_air_beside_it():
    grid = grid_of(100, 100, 0.2)
    for seed in range(6):
        painted = paint(DecoyKind.SKIN_FOLD, seed, ViewPoint(50, 0), MLO, grid, share=0.6)
        assert painted.tissue is None
        mm = whole(painted, "skin", grid)
        points = cv2.findNonZero((mm > 0.3 * mm.max()).astype(np.uint8))
        (_, _), sides, _ = cv2.minAreaRect(points)
        assert 20 < max(sides) * 0.2 < 55
        assert mm.max() > 2
        assert mm.min() < -0.3 * mm.max()


def test_a_scar_pulls_and_now_and_then_carries_a_wire():
    grid = grid_of(100, 100, 0.4)
    painted = [paint(DecoyKind.SCAR, seed, ViewPoint(50, 0), CC, grid) for seed in range(40)]
    assert 3 <= sum(one.metal is not None for one in painted) <= 18
    for one in painted:
        (pull,) = one.pulls
        assert (pull.u, pull.v) == (50, 0)
        assert 0 < pull.strength <= 0.3
        mm = whole(one, "tissue", grid)
        centre = mm[grid.rows // 2 - 1 : grid.rows // 2 + 2, grid.columns // 2 - 1 :][:, :3]
        assert centre.mean() < 0.6 * mm.max()


def test_a_summation_shadow_has_no_rim():
    grid = grid_of(60, 60, 0.1)
    node = whole(paint_node(10, 3, ViewPoint(30, 0), CC, grid), "tissue", grid)

    def steepest(mm):
        down, across = np.gradient(mm / mm.max(), 0.1)
        return np.percentile(np.hypot(down, across)[mm > 0.05 * mm.max()], 99)

    for seed in range(6):
        painted = paint(DecoyKind.SUMMATION, seed, ViewPoint(30, 0), CC, grid)
        assert steepest(whole(painted, "tissue", grid)) < 0.5 * steepest(node)


@pytest.mark.parametrize("kind", sorted(DecoyKind, key=lambda kind: kind.value))
def test_what_one_exposure_makes_is_seen_in_one_family_and_all_else_in_both(kind):
    seen = Counter()
    for seed in range(40):
        decoy = decoy_of(kind, seed)
        families = [family for family in HangFamily if appears_in(decoy, family)]
        assert len(families) == (1 if kind in ONE_EXPOSURE else len(HangFamily))
        seen.update(families)
    assert min(seen[family] for family in HangFamily) >= 10


@pytest.mark.parametrize("kind", sorted(DecoyKind, key=lambda kind: kind.value))
def test_every_kind_is_painted_where_it_appears(kind):
    grid = grid_of(100, 120, 0.45)
    for projection in (CC, MLO):
        decoy = decoy_of(kind, 7)
        painted = paint_decoy(decoy, ViewPoint(40, 0), projection, grid)
        drawn = any(mm.any() for mm in layers(painted, grid).values())
        shown = appears_in(decoy, projection.family) and kind is not DecoyKind.LINE_ARTEFACT
        assert drawn == shown


def test_letters_read_right_after_the_picture_is_mirrored():
    grid = grid_of(80, 40, 0.2)
    plain = whole(paint_letters("R CC\nFG", 40, 0, 10, grid), "metal", grid)
    turned = whole(paint_letters("R CC\nFG", 40, 0, 10, grid, mirrored=True), "metal", grid)
    np.testing.assert_allclose(turned[:, ::-1], plain, atol=1e-3)
    assert np.abs(turned - plain).max() > 1


def test_letters_are_as_high_as_asked_and_even_at_any_pixel_size():
    fine, coarse = grid_of(80, 40, 0.07), grid_of(80, 40, 0.45)
    mm = whole(paint_letters("ML", 40.3, 1.1, 12, fine), "metal", fine)
    rows = np.flatnonzero((mm > 0.7).any(axis=1))
    assert (rows[-1] - rows[0] + 1) * 0.07 == pytest.approx(12, abs=0.2)
    net, _, centre = volume_and_centre(mm, fine)
    other = whole(paint_letters("ML", 40.3, 1.1, 12, coarse), "metal", coarse)
    net_other, _, centre_other = volume_and_centre(other, coarse)
    assert net_other == pytest.approx(net, rel=0.01)
    np.testing.assert_allclose(centre_other, centre, atol=0.05)


@pytest.mark.parametrize("projection", [CC, MLO])
def test_the_letters_of_a_view_lie_whole_in_the_corner_by_the_axilla(projection):
    grid = grid_of(190, 230, 0.23)
    for seed in range(10):
        decoy = decoy_of(DecoyKind.LETTERS, seed, laterality=Laterality.RIGHT)
        mm = whole(paint_decoy(decoy, ViewPoint(0, 0), projection, grid), "metal", grid)
        rows, columns = np.nonzero(mm)
        assert rows.max() < 0.25 * grid.rows
        assert columns.min() > 0.6 * grid.columns
        assert rows.min() > 0
        assert columns.max() < grid.columns - 1


@settings(max_examples=40, deadline=None)
@given(seeds, st.sampled_from([0.07, 0.1, 0.23, 0.45]))
def test_line_artefacts_change_a_few_per_cent_and_keep_air_black(seed, pixel_mm):
    grid = Grid(160, 120, pixel_mm, 0, 0)
    picture = np.full(grid.shape, 0.5, np.float32)
    picture[:, 90:] = 0
    kept = picture.copy()
    drawn = draw_line_artefacts(picture, grid, seed)
    np.testing.assert_array_equal(picture, kept)
    np.testing.assert_array_equal(drawn, draw_line_artefacts(picture, grid, seed))
    assert drawn.dtype == np.float32
    assert not drawn[:, 90:].any()
    assert np.abs(drawn / 0.5 - 1)[:, :90].max() < 0.35


def test_line_artefacts_are_thin_and_fainter_where_pixels_are_coarse():
    fine, coarse = Grid(400, 300, 0.1, 0, 0), Grid(400, 300, 0.4, 0, 0)
    picture = np.full(fine.shape, 0.5, np.float32)
    thin, fainter = 0, 0
    for seed in range(20):
        change = np.abs(draw_line_artefacts(picture, fine, seed) - 0.5)
        other = np.abs(draw_line_artefacts(picture, coarse, seed) - 0.5)
        assert change.max() > 0.004
        thin += bool((change > 0).mean() < 0.05)
        fainter += bool(other.max() < change.max())
    assert thin >= 14
    assert fainter == 20


@dataclass(frozen=True)
class HalfEllipsoid:
    depth_mm: float
    half_width_mm: float

    def contains(self, point):
        return point.depth >= 0 and self._out(point) <= 1

    def gland(self, point):
        return max(0.0, 1 - 2 * self._out(point)) if point.depth > 0.3 * self.depth_mm else 0.0

    def _out(self, point):
        aside = (point.lateral**2 + point.head**2) / self.half_width_mm**2
        return point.depth**2 / self.depth_mm**2 + aside


bodies = st.builds(HalfEllipsoid, st.floats(40, 140), st.floats(40, 110))


@settings(max_examples=60, deadline=None)
@given(seeds, st.sampled_from([Laterality.LEFT, Laterality.RIGHT]), bodies)
def test_planned_decoys_lie_in_the_breast(seed, laterality, body):
    planned = plan_decoys(seed, laterality, body)
    assert planned == plan_decoys(seed, laterality, body)
    other = plan_decoys(seed, laterality.opposite, body)
    assert {decoy.seed for decoy in planned}.isdisjoint(decoy.seed for decoy in other)
    assert [decoy.kind for decoy in planned].count(DecoyKind.LETTERS) == 1
    for decoy in planned:
        assert body.contains(decoy.at)
        assert decoy.laterality is laterality
        assert decoy.size_mm > 0
        if decoy.kind is DecoyKind.LYMPH_NODE:
            assert decoy.at.lateral > 0
            assert decoy.at.head > 0
            assert decoy.at.depth < body.depth_mm / 2


def test_a_breast_in_which_hardly_any_place_lies_still_holds_its_decoys():
    @dataclass(frozen=True)
    class Thin(HalfEllipsoid):
        def contains(self, point):
            return super().contains(point) and abs(point.head) + abs(point.lateral) < 4

    body = Thin(80, 70)
    for seed in range(40):
        assert all(body.contains(d.at) for d in plan_decoys(seed, Laterality.LEFT, body))


def test_decoys_are_as_common_as_meant_and_clips_seek_gland():
    body, counts, gland = HalfEllipsoid(90, 75), Counter(), []
    for seed in range(800):
        planned = plan_decoys(seed, Laterality.LEFT, body)
        counts.update({decoy.kind for decoy in planned})
        gland += [body.gland(decoy.at) for decoy in planned if decoy.kind is DecoyKind.CLIP]
    # Vessels, nodes, folds, moles, scars, shadows, lines, letters, clips.
    meant = (0.12, 0.25, 0.10, 0.15, 0.05, 0.40, 0.04, 1.0, 0.06)
    for kind, share in zip(DecoyKind, meant, strict=True):
        assert counts[kind] / 800 == pytest.approx(share, abs=0.05)
    assert np.mean(gland) > 0.15
