"""A breast without lesions: its outline, its gland, its muscle, and what both breasts share."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.laterality import Laterality
from domain.view_position import HangFamily
from phantom.anatomy.breast import Breast, draw_breast, draw_density
from phantom.anatomy.implant import Implant, draw_implant
from phantom.anatomy.outline import Outline
from phantom.anatomy.positioning import Pose, Position, lay_breast
from phantom.anatomy.tissue import (
    Bed,
    Tissue,
    compressed_thickness,
    draw_tissue,
    limited,
    places,
    under_skin,
)
from phantom.recipe import Composition
from phantom.space.grid import Grid
from phantom.space.points import BreastPoint
from phantom.space.stamp import Pull
from phantom.space.streams import stream
from phantom.studies.view import PLANE

CC = Pose(HangFamily.CC, 0.0, (0.5, 0.5))
MLO = Pose(HangFamily.MLO, 50.0, (0.6, 0.6))
PIXEL_MM = 1.2
seeds = st.integers(0, 2**31 - 1)
some_seeds = pytest.mark.parametrize("seed", range(12))


@cache
def breast_of(seed: int, side: Laterality, density: Composition = Composition.B) -> Breast:
    return draw_breast(seed, side, density)


def laid(pose: Pose, seed: int, breast: Breast | None = None) -> Position:
    breast = breast or breast_of(1, Laterality.LEFT)
    return lay_breast(breast, pose, stream(seed, "position"), PLANE)


def bed_of(pose: Pose, seed: int, breast: Breast | None = None) -> Bed:
    breast = breast or breast_of(1, Laterality.LEFT)
    position = laid(pose, seed, breast)
    held = int((position.outline.u.max() + 4) / PIXEL_MM)
    grid = Grid(230, held, PIXEL_MM, PIXEL_MM / 2, -138.0)
    return Bed(breast, position, grid, position.outline.depth(PLANE), pose.family.value)


@cache
def tissue_of(
    family: HangFamily, seed: int, density: Composition = Composition.B
) -> tuple[Bed, Tissue]:
    pose = CC if family is HangFamily.CC else MLO
    bed = bed_of(pose, seed, breast_of(seed, Laterality.LEFT, density))
    return bed, draw_tissue(bed)


# The outline


@some_seeds
def test_in_a_cc_the_nipple_is_the_farthest_point_from_the_chest_wall(seed: int) -> None:
    position = laid(CC, seed)
    outline = position.outline
    farthest = int(outline.u.argmax())
    assert outline.u[farthest] - position.nipple_u < 1.0  # skin is uneven by tenths of a mm
    assert abs(outline.v[farthest]) < 20.0
    assert position.nipple_u == outline.skin_u(0.0)


@some_seeds
def test_in_a_cc_the_skin_falls_back_on_both_sides_of_the_nipple(seed: int) -> None:
    outline = laid(CC, seed).outline
    for sign in (1, -1):
        way = np.argsort(np.abs(outline.v))
        side = way[(sign * outline.v[way] >= 0) & (outline.u[way] > 0)]
        rising = outline.u[side] - np.minimum.accumulate(outline.u[side])
        assert rising.max() < 1.5
        assert outline.u[way[sign * outline.v[way] > 0][-1]] < 0  # beyond the breast is no skin


@some_seeds
def test_an_mlo_goes_on_into_the_axilla_and_has_at_most_a_fold_below(seed: int) -> None:
    outline = laid(MLO, seed).outline
    assert outline.skin_u(-150.0) > 15
    assert outline.skin_u(170.0) < 40 < outline.skin_u(0.0)


def test_depth_is_the_distance_to_the_skin_inside_and_negative_outside() -> None:
    v = np.arange(-300.0, 300.0, 0.5)
    straight = Outline(v, np.full_like(v, 60.0))
    u = np.array([[1.0, 20.0, 50.0, 59.0, 61.0, 65.0]], np.float32)
    depth = straight.depth(PLANE).at(u, np.zeros_like(u))
    # The picture's edge at the chest wall is no skin.
    assert depth[0, 1:] == pytest.approx([40.0, 10.0, 1.0, -1.0, -5.0], abs=0.5)
    assert depth[0, 0] > 25


@pytest.mark.parametrize("family", HangFamily)
@pytest.mark.parametrize("seed", range(3))
def test_breast_reaches_from_the_chest_wall_to_the_skin_without_a_gap(
    family: HangFamily, seed: int
) -> None:
    bed, tissue = tissue_of(family, seed)
    inside = tissue.thickness > 0
    assert np.all(np.diff(inside.astype(int), axis=1) <= 0)
    reach = PIXEL_MM * inside.sum(axis=1)
    skin = np.array([bed.position.outline.skin_u(float(v)) for v in bed.grid.v()[:, 0]])
    assert np.abs(reach - np.clip(skin, 0, None)).mean() < 1.5 * PIXEL_MM


# What lies within


@pytest.mark.parametrize("family", HangFamily)
@pytest.mark.parametrize("seed", range(3))
def test_no_tissue_lies_outside_the_skin(family: HangFamily, seed: int) -> None:
    _, tissue = tissue_of(family, seed)
    outside = tissue.depth <= 0
    assert outside.any()
    for layer in (tissue.thickness, tissue.gland, tissue.muscle, tissue.skin, tissue.implant):
        assert np.isfinite(layer).all()
        assert layer.min() >= 0
        assert not layer[outside].any()


@pytest.mark.parametrize("family", HangFamily)
@pytest.mark.parametrize("seed", range(3))
def test_gland_takes_up_a_part_of_the_thickness_and_never_all(
    family: HangFamily, seed: int
) -> None:
    bed, tissue = tissue_of(family, seed)
    inside = tissue.thickness > 0
    assert tissue.thickness.max() <= bed.position.projection.thickness_mm + 1e-3
    assert np.all(tissue.gland[inside] < tissue.thickness[inside])
    assert 0.005 < tissue.gland.sum() / tissue.thickness.sum() < 0.9


def test_denser_breasts_have_more_gland() -> None:
    shares = []
    for density in Composition:
        tissues = [tissue_of(HangFamily.CC, seed, density)[1] for seed in range(3)]
        shares.append(np.mean([one.gland.sum() / one.thickness.sum() for one in tissues]))
    assert all(fatty < dense for fatty, dense in pairwise(shares))
    assert shares[-1] > 2 * shares[0]


def test_gland_lies_inside_the_breast_and_can_be_asked_for_at_a_place() -> None:
    breast = breast_of(2, Laterality.RIGHT, Composition.D)
    assert breast.contains(BreastPoint(breast.depth_mm / 2, 0, 0))
    assert not breast.contains(BreastPoint(-1, 0, 0))
    assert not breast.contains(BreastPoint(breast.depth_mm / 2, breast.half_width_mm, 0))
    random = stream(1, "places")
    found = []
    for _ in range(300):
        depth, lateral, head = random.uniform((-10, -120, -120), (130, 120, 120))
        at = BreastPoint(float(depth), float(lateral), float(head))
        within = BreastPoint(0.93 * at.depth, 0.93 * at.lateral, 0.93 * at.head)
        found.append((breast.contains(within), breast.gland(at)))
    assert all(0 <= share <= 1 for _, share in found)
    assert max(share for inside, share in found if inside) > 0.5
    assert max(share for inside, share in found if not inside) < 0.05


def test_both_breasts_are_alike_and_neither_is_the_others_mirror_image() -> None:
    own, strange = [], []
    for seed in range(5):
        right, left = (breast_of(seed, side) for side in Laterality if side.name != "BOTH")
        assert 0.85 < right.depth_mm / left.depth_mm < 1.18
        assert (right.habit, right.skin_mm) == (left.habit, left.skin_mm)
        assert right.seed != left.seed
        # The breast's frame counts from the midline outwards, so a mirror image would be equal.
        other = breast_of(seed + 5, Laterality.LEFT)
        shares = [one.volume.share.ravel() for one in (right, left, other)]
        own.append(np.corrcoef(shares[0], shares[1])[0, 1])
        strange.append(np.corrcoef(shares[0], shares[2])[0, 1])
    assert max(own) < 0.98
    assert min(own) > 0.5
    assert np.mean(own) > np.mean(strange) + 0.05


def test_compositions_come_in_the_shares_seen_in_screening() -> None:
    drawn = [draw_density(seed) for seed in range(800)]
    for density, share in zip(Composition, (0.1, 0.4, 0.4, 0.1), strict=True):
        assert drawn.count(density) / 800 == pytest.approx(share, abs=0.05)


def test_tissue_is_drawn_in_towards_a_pull_and_stays_where_it_was_far_away() -> None:
    bed = bed_of(CC, 4)
    pull = Pull(40.0, 5.0, radius_mm=16.0, strength=0.3)
    _, still = places(bed, ())
    depth, pulled = places(bed, (pull,))
    away = np.hypot(still.u - pull.u, still.v - pull.v)
    source = np.hypot(pulled.u - pull.u, pulled.v - pull.v)
    assert np.all(source >= away - 1e-3)
    near, far = (away > 4) & (away < 10), away > 60
    assert (source[near] / away[near]).min() > 1.05
    assert np.abs(source[far] - away[far]).max() < 0.1
    assert np.array_equal(depth, places(bed, ())[0])  # the skin stays


@given(plates=st.floats(20, 90), depth=st.floats(-20, 120))
def test_the_breast_is_round_at_its_edge_and_flat_between_the_plates(
    plates: float, depth: float
) -> None:
    at = np.array([depth, depth + 1], np.float32)
    thickness = compressed_thickness(at, plates)
    assert 0 <= thickness[0] <= thickness[1] <= plates * 1.0001
    assert thickness[0] > 0 or at[0] < 0.01
    assert thickness[0] == 0 or at[0] > 0
    if depth >= plates / 2:
        assert thickness[0] == pytest.approx(plates, rel=1e-5)


@given(st.floats(0, 50), st.floats(0, 50))
def test_shares_stay_below_one_and_in_order(one: float, other: float) -> None:
    low, high = limited(np.array([min(one, other), max(one, other)], np.float32))
    assert 0 <= low <= high < 1


def test_gland_sets_in_below_the_skin() -> None:
    depth = np.linspace(-5, 40, 200, dtype=np.float32)
    begun = under_skin(depth)
    assert np.all(np.diff(begun) >= 0)
    assert begun[depth <= 0].max() == 0
    assert begun[-1] == 1


# Muscle and implant


@pytest.mark.parametrize("seed", range(4))
def test_an_mlo_shows_the_muscle_behind_its_edge_and_not_before_it(seed: int) -> None:
    bed, tissue = tissue_of(HangFamily.MLO, seed)
    muscle = bed.position.muscle
    assert muscle is not None
    _, site = places(bed, ())
    edge = np.array([muscle.edge_u(float(v)) for v in bed.grid.v()[:, 0]])[:, None]
    inside = (site.u < edge - 8) & (tissue.depth > 8)
    outside = (site.u > edge + 8) & (tissue.depth > 0)
    assert inside.any()
    assert tissue.muscle[inside].min() > 1.0
    assert tissue.muscle[outside].max() < 0.5
    assert muscle.edge_u(muscle.foot_v + 1) == 0


def test_a_cc_shows_at_most_a_strip_of_muscle() -> None:
    shown = [laid(CC, seed).muscle for seed in range(60)]
    strips = [muscle for muscle in shown if muscle is not None]
    assert 0 < len(strips) < 30
    assert all(laid(MLO, seed).muscle is not None for seed in range(10))
    assert max(muscle.top_u for muscle in strips) < 15


def test_an_implant_lies_behind_the_gland_and_farther_back_when_displaced() -> None:
    assert laid(CC, 3).implant is None
    full = laid(replace(CC, implant=True), 3).implant
    pushed = laid(replace(CC, implant=True, displaced=True), 3).implant
    assert full is not None
    assert pushed is not None
    assert pushed.u < 0 < full.u
    thickness = np.full((40, 40), 50.0, np.float32)
    grid = Grid(40, 40, 2.0, 1.0, -40.0)
    u, v = (np.ascontiguousarray(one) for one in np.broadcast_arrays(grid.u(), grid.v()))
    volumes = [float(draw_implant(one, u, v, thickness).sum()) for one in (full, pushed, None)]
    assert volumes[0] > 2 * volumes[1]
    assert volumes[2] == 0


@given(u=st.floats(-40, 40), v=st.floats(-20, 20), reach=st.floats(20, 60), half=st.floats(20, 80))
@settings(max_examples=30, deadline=None)
def test_an_implant_is_an_ellipsoid_within_the_breast(
    u: float, v: float, reach: float, half: float
) -> None:
    grid = Grid(60, 50, 4.0, 2.0, -120.0)
    right, down = (np.ascontiguousarray(one) for one in np.broadcast_arrays(grid.u(), grid.v()))
    thickness = np.full(grid.shape, 45.0, np.float32)
    drawn = draw_implant(Implant(u, v, reach, half), right, down, thickness)
    assert drawn.min() >= 0
    assert np.all(drawn < thickness)
    beyond = ((right - u) / reach) ** 2 + ((down - v) / half) ** 2 > 1.001
    assert not drawn[beyond].any()


# Laying it down


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_the_same_numbers_lay_a_breast_the_same_way(seed: int) -> None:
    one, other = laid(MLO, seed), laid(MLO, seed)
    assert np.array_equal(one.outline.u, other.outline.u)
    assert (one.projection, one.muscle, one.nipple_row) == (
        other.projection,
        other.muscle,
        other.nipple_row,
    )


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_a_compressed_breast_is_thinner_and_longer(seed: int) -> None:
    breast = breast_of(1, Laterality.LEFT)
    projection = laid(CC, seed, breast).projection
    assert projection.thickness_mm < projection.uncompressed_mm
    assert projection.stretch_u >= 1
    assert projection.spread >= 1
    squeezed = laid(replace(CC, squeeze=0.7), seed, breast).projection
    assert squeezed.thickness_mm == pytest.approx(0.7 * projection.thickness_mm)
