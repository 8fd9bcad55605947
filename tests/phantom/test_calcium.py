"""Calcifications: the same in every view and at every pixel size, and like their names."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.finding import Descriptors, FindingKind
from domain.laterality import Laterality
from domain.lexicon import FIFTH_EDITION, FOURTH_EDITION, Assessment, DescriptorAxis
from domain.view_position import HangFamily
from phantom.decoys.decoy import Decoy, DecoyKind
from phantom.decoys.vessel import paint_vessel_calcification
from phantom.lesions.calcium import dots_of, paint_calcifications
from phantom.lesions.calcium_dots import DotShape
from phantom.lesions.calcium_drawing import beam_axes, sheet_of
from phantom.lesions.lesion import Lesion
from phantom.space.grid import Grid
from phantom.space.points import BreastPoint, ViewPoint
from phantom.space.projection import Projection
from phantom.space.stamp import Painted

CC = Projection(HangFamily.CC, 0, 1.15, 1.1, 50, 85)
MLO = Projection(HangFamily.MLO, 50, 1.15, 1.1, 55, 90)
MORPHOLOGY = DescriptorAxis.CALCIFICATION_MORPHOLOGY
DISTRIBUTION = DescriptorAxis.CALCIFICATION_DISTRIBUTION
MORPHOLOGIES = [term.code for term in FIFTH_EDITION.terms[MORPHOLOGY]]
DISTRIBUTIONS = [term.code for term in FIFTH_EDITION.terms[DISTRIBUTION]]
SCATTERED = [code for code in MORPHOLOGIES if code != "vascular"]
AT = ViewPoint(40.0, 0.0, 25.0)
seeds = st.integers(0, 2**31 - 1)


def grid_of(pixel_mm, width_mm=80.0, height_mm=80.0):
    rows, columns = round(height_mm / pixel_mm), round(width_mm / pixel_mm)
    return Grid(rows, columns, pixel_mm, pixel_mm / 2, (pixel_mm - height_mm) / 2)


def group(morphology="fine-pleomorphic", distribution="grouped", **changes):
    terms = ((MORPHOLOGY, morphology), (DISTRIBUTION, distribution))
    lesion = Lesion(
        number=1,
        kind=FindingKind.CALCIFICATION_GROUP,
        laterality=Laterality.LEFT,
        at=BreastPoint(50, 15, 10),
        size_mm=16.0,
        descriptors=Descriptors(terms=terms),
        assessment=Assessment.SUSPICIOUS,
        probability=0.3,
        malignant=False,
        subtlety=0.0,
        seed=5,
    )
    return replace(lesion, **changes)


def single(morphology, size_mm, **changes):
    kind = FindingKind.CALCIFICATION
    return group(morphology, kind=kind, size_mm=size_mm, **changes)


def whole(painted: Painted, grid: Grid):
    picture = np.zeros(grid.shape, np.float64)
    if painted.calcium is not None:
        top, left, mm = painted.calcium.top, painted.calcium.left, painted.calcium.mm
        picture[top : top + mm.shape[0], left : left + mm.shape[1]] = mm
    return picture


def moments(picture, grid):
    """Volume in cubic mm and centroid in mm."""
    total = picture.sum()
    u, v = (picture * grid.u()).sum() / total, (picture * grid.v()).sum() / total
    return total * grid.pixel_mm**2, u, v


def silhouette(lesion, projection=CC):
    """Length and width in mm of a single calcification's outline."""
    (dot,) = dots_of(lesion)
    sheet = sheet_of(dot.bodies(), beam_axes(projection.angle), dot.step_mm)
    points = np.argwhere(sheet.mm > 0).astype(np.float32)
    sides = np.array(cv2.minAreaRect(points)[1]) * sheet.step_mm
    return sides.max(), sides.min()


@pytest.mark.parametrize("projection", [CC, MLO], ids=["cc", "mlo"])
@pytest.mark.parametrize("morphology", MORPHOLOGIES)
def test_a_group_is_the_same_at_every_pixel_size(morphology, projection):
    fine, coarse = grid_of(0.07), grid_of(0.45)
    lesion = group(morphology)
    first = moments(whole(paint_calcifications(lesion, AT, projection, fine), fine), fine)
    other = moments(whole(paint_calcifications(lesion, AT, projection, coarse), coarse), coarse)
    assert other[0] == pytest.approx(first[0], rel=0.01)
    assert other[1:] == pytest.approx(first[1:], abs=0.03)


def test_a_ball_has_a_balls_volume_and_height():
    lesion = single("round", 0.9)
    (dot,) = dots_of(lesion)
    grid = grid_of(0.05, 4, 4)
    picture = whole(paint_calcifications(lesion, ViewPoint(2, 0), CC, grid), grid)
    ball = np.pi / 6 * 0.9**3 * dot.density
    assert 0.7 * ball < moments(picture, grid)[0] <= 1.01 * ball
    assert 0.8 * 0.9 * dot.density < picture.max() <= 0.9 * dot.density


@given(seeds, st.sampled_from(SCATTERED), st.sampled_from(DISTRIBUTIONS), st.floats(4, 60))
@settings(max_examples=60, deadline=None)
def test_the_dots_lie_inside_the_groups_extent(seed, morphology, distribution, size_mm):
    for dot in dots_of(group(morphology, distribution, size_mm=size_mm, seed=seed)):
        far = np.linalg.norm([dot.offset.depth, dot.offset.lateral, dot.offset.head])
        assert far + dot.size_mm / 2 <= size_mm / 2 + 1e-6
        assert 0 < dot.density <= 1


@given(seeds, st.sampled_from(SCATTERED), st.sampled_from(DISTRIBUTIONS), st.floats(6, 40))
@settings(max_examples=40, deadline=None)
def test_a_group_is_about_as_large_as_it_says(seed, morphology, distribution, size_mm):
    dots = dots_of(group(morphology, distribution, size_mm=size_mm, seed=seed))
    places = np.array([[d.offset.depth, d.offset.lateral, d.offset.head] for d in dots])
    sizes = np.array([d.size_mm for d in dots])
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    extent = (apart + (sizes[:, None] + sizes[None]) / 2).max()
    assert 0.5 * size_mm < extent <= 1.01 * size_mm


@given(seeds, st.sampled_from(["fine-pleomorphic", "amorphous", "round", "coarse-heterogeneous"]))
@settings(max_examples=40, deadline=None)
def test_a_group_has_five_to_forty_calcifications(seed, morphology):
    assert 5 <= len(dots_of(group(morphology, size_mm=12, seed=seed))) <= 40
    assert 5 <= len(dots_of(group(morphology, size_mm=12, seed=seed, subtlety=1.0))) <= 40


@pytest.mark.parametrize("projection", [CC, MLO], ids=["cc", "mlo"])
def test_every_dot_is_where_the_view_moves_its_offset(projection):
    lesion, grid = group("round", size_mm=20), grid_of(0.07)
    picture = whole(paint_calcifications(lesion, AT, projection, grid), grid)
    for dot in dots_of(lesion):
        by = projection.shift(dot.offset)
        row, column = round(grid.row_of(AT.v + by.v)), round(grid.column_of(AT.u + by.u))
        assert picture[row, column] > 0.4 * dot.size_mm * dot.density


def test_cc_and_mlo_show_the_same_calcifications_at_the_same_depths():
    lesion, grid = group("round", size_mm=20), grid_of(0.07)
    in_cc, in_mlo = (
        whole(paint_calcifications(lesion, AT, view, grid), grid) for view in (CC, MLO)
    )
    depth_cc, depth_mlo = (picture.sum(axis=0) for picture in (in_cc, in_mlo))
    assert depth_mlo.sum() == pytest.approx(depth_cc.sum(), rel=0.01)
    apart = np.abs(np.cumsum(depth_cc) - np.cumsum(depth_mlo)).sum() / depth_cc.sum()
    assert apart * grid.pixel_mm < 0.05
    assert np.abs(in_cc - in_mlo).sum() > 0.5 * in_cc.sum()


@given(
    seeds,
    st.sampled_from(MORPHOLOGIES),
    st.floats(-30, 60),
    st.floats(-45, 45),
    st.sampled_from([0.2, 0.45]),
)
@settings(max_examples=20, deadline=None)
def test_stamps_lie_within_the_grid(seed, morphology, u, v, pixel_mm):
    grid = grid_of(pixel_mm, 30, 40)
    painted = paint_calcifications(group(morphology, seed=seed), ViewPoint(u, v), MLO, grid)
    decoy = Decoy(DecoyKind.VESSEL_CALCIFICATION, Laterality.LEFT, BreastPoint(40, 0, 0), 40, seed)
    vessel = paint_vessel_calcification(decoy, ViewPoint(u, v), MLO, grid)
    for stamp in (painted.calcium, vessel.tissue, vessel.calcium):
        if stamp is not None:
            assert stamp.mm.dtype == np.float32
            assert stamp.mm.min() >= 0
            assert stamp.top >= 0
            assert stamp.left >= 0
            assert stamp.top + stamp.mm.shape[0] <= grid.rows
            assert stamp.left + stamp.mm.shape[1] <= grid.columns
    if painted.patch is not None:
        assert painted.patch.pixels.any()
        assert painted.patch.pixels.shape == painted.calcium.mm.shape
        assert not (painted.patch.pixels & (painted.calcium.mm <= 0)).any()


def test_a_group_cut_by_the_edge_is_the_cut_of_the_whole():
    lesion, large = group("coarse-heterogeneous"), grid_of(0.2)
    small = large.part(100, 150, 90, 70)
    full = whole(paint_calcifications(lesion, AT, CC, large), large)[100:190, 150:220]
    cut = whole(paint_calcifications(lesion, AT, CC, small), small)
    assert cut.sum() > 0
    assert np.allclose(cut, full, atol=1e-5)


def test_a_group_outside_the_view_adds_nothing():
    painted = paint_calcifications(group(), ViewPoint(300, 0), CC, grid_of(0.2))
    assert painted == Painted()


def test_what_is_painted_depends_on_the_seed_alone():
    grid = grid_of(0.2)
    one, same, other = (
        whole(paint_calcifications(group(seed=seed), AT, CC, grid), grid) for seed in (1, 1, 2)
    )
    assert dots_of(group(seed=1)) == dots_of(group(seed=1))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@given(seeds, st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
@settings(max_examples=40, deadline=None)
def test_the_smallest_dot_keeps_a_truth_pixel_on_a_coarse_grid(seed, du, dv):
    grid = grid_of(0.45)
    at = ViewPoint(40 + 0.45 * du, 0.45 * dv)
    patch = paint_calcifications(single("fine-pleomorphic", 0.15, seed=seed), at, CC, grid).patch
    rows, columns = np.nonzero(patch.pixels)
    assert 1 <= len(rows) <= 2
    apart = np.hypot(
        patch.left + columns - grid.column_of(at.u), patch.top + rows - grid.row_of(at.v)
    )
    assert apart.max() < 1.0


@pytest.mark.parametrize("pixel_mm", [0.07, 0.28, 0.45])
def test_every_dot_of_a_group_has_truth_pixels(pixel_mm):
    lesion, grid = group("amorphous", size_mm=20, seed=3), grid_of(pixel_mm)
    patch = paint_calcifications(lesion, AT, CC, grid).patch
    mask = np.zeros(grid.shape, bool)
    rows, columns = patch.pixels.shape
    mask[patch.top : patch.top + rows, patch.left : patch.left + columns] = patch.pixels
    for dot in dots_of(lesion):
        by = CC.shift(dot.offset)
        row, column = round(grid.row_of(AT.v + by.v)), round(grid.column_of(AT.u + by.u))
        assert mask[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2].any()


def test_the_truth_of_a_large_one_has_its_size():
    grid = grid_of(0.1)
    patch = paint_calcifications(single("rim", 8.0), AT, CC, grid).patch
    rows, columns = np.nonzero(patch.pixels)
    assert 6.0 < np.ptp(rows) * 0.1 <= 8.2
    assert 6.0 < np.ptp(columns) * 0.1 <= 8.2
    assert patch.pixels.sum() * 0.01 > 0.6 * np.pi / 4 * 64


def test_subtle_groups_are_fainter_and_thinner_sown():
    plain, subtle = group(seed=9), group(seed=9, subtlety=1.0)
    most, few = dots_of(plain), dots_of(subtle)
    assert len(few) < len(most)
    for before, after in zip(most, few, strict=False):
        assert after.density == pytest.approx(0.25 * before.density)
        assert after.size_mm == before.size_mm
        assert after.seed == before.seed


def sizes_of(morphology):
    own = DotShape(morphology)
    return [
        dot.size_mm
        for seed in range(6)
        for dot in dots_of(group(morphology, size_mm=30, seed=seed))
        if dot.shape is own
    ]


def test_the_sizes_of_the_forms_are_those_of_the_atlas():
    bounds = {
        "skin": (0.5, 1.1),
        "coarse": (2, 6),
        "large-rod-like": (3, 10),
        "round": (0.3, 1.0),
        "amorphous": (0.1, 0.3),
        "coarse-heterogeneous": (0.5, 1.0),
        "fine-pleomorphic": (0.15, 0.5),
        "fine-linear": (0.5, 4.0),
    }
    for morphology, (low, high) in bounds.items():
        sizes = sizes_of(morphology)
        assert low <= min(sizes), morphology
        assert max(sizes) <= high, morphology
        assert max(sizes) > 1.2 * min(sizes), morphology


@pytest.mark.parametrize(
    ("morphology", "size_mm", "longest", "shortest"),
    [
        ("round", 0.8, 1.35, 1.0),
        ("rim", 8.0, 1.5, 1.0),
        ("fine-pleomorphic", 0.4, 3.0, 1.0),
        ("coarse-heterogeneous", 0.8, 2.5, 1.0),
        ("large-rod-like", 8.0, 12.0, 4.0),
        ("fine-linear", 3.0, 20.0, 1.5),
    ],
)
def test_forms_are_as_long_as_their_names_say(morphology, size_mm, longest, shortest):
    ratios = []
    for seed in range(8):
        length, width = silhouette(single(morphology, size_mm, seed=seed))
        assert length <= 1.25 * size_mm
        ratios.append(length / width)
    assert shortest <= np.median(ratios)
    assert max(ratios) <= longest


def test_rims_and_skin_calcifications_have_lucent_centres():
    for morphology, size_mm in (("rim", 8.0), ("skin", 0.9)):
        middles, edges = [], []
        for seed in range(5):
            (dot,) = dots_of(single(morphology, size_mm, seed=seed))
            sheet = sheet_of(dot.bodies(), beam_axes(0), dot.step_mm)
            row, column = (round(-start / sheet.step_mm) for start in (sheet.v0, sheet.u0))
            middles.append(sheet.mm[row, column])
            edges.append(sheet.mm.max())
        assert np.mean(middles) < 0.75 * np.mean(edges), morphology


def test_milk_of_calcium_is_round_from_above_and_a_level_from_the_side():
    lesion, grid = single("milk-of-calcium", 1.5), grid_of(0.05, 6, 6)
    shapes = []
    for projection in (CC, MLO):
        picture = whole(paint_calcifications(lesion, ViewPoint(3, 0), projection, grid), grid)
        rows, columns = np.nonzero(picture > 0.02)
        shapes.append(np.ptp(columns) / np.ptp(rows))
    assert shapes[0] == pytest.approx(1, abs=0.3)
    assert shapes[1] > 1.7


def test_linear_and_segmental_groups_point_at_the_nipple():
    lesion = group("fine-pleomorphic", "linear", size_mm=20, at=BreastPoint(30, 0, 0))
    depths, sides = zip(
        *((d.offset.depth, abs(d.offset.lateral) + abs(d.offset.head)) for d in dots_of(lesion)),
        strict=True,
    )
    assert np.ptp(depths) > 15
    assert max(sides) < 6
    wedge = dots_of(
        group("round", "segmental", size_mm=28, at=BreastPoint(30, 0, 0), subtlety=0, seed=2)
    )
    front = [abs(d.offset.lateral) for d in wedge if d.offset.depth > 4]
    back = [abs(d.offset.lateral) for d in wedge if d.offset.depth < -4]
    assert np.mean(front) < np.mean(back)


def test_terms_of_the_fourth_edition_are_drawn_too():
    for term in FOURTH_EDITION.terms[MORPHOLOGY]:
        assert dots_of(group(term.code))


def artery(seed, size_mm=60.0):
    at = BreastPoint(50, 10, 0)
    return Decoy(DecoyKind.VESSEL_CALCIFICATION, Laterality.LEFT, at, size_mm, seed)


@given(seeds)
@settings(max_examples=10, deadline=None)
def test_an_artery_is_a_long_thin_tube_without_truth(seed):
    grid = grid_of(0.2, 100, 100)
    painted = paint_vessel_calcification(artery(seed), ViewPoint(50, 0), CC, grid)
    assert painted.patch is None
    assert 0.5 < painted.tissue.mm.max() < 6.5
    rows, columns = painted.tissue.mm.shape
    assert 25 < np.hypot(rows, columns) * grid.pixel_mm < 80
    assert (painted.tissue.mm > 0).sum() * grid.pixel_mm**2 < 60 * 4


def test_the_calcified_walls_lie_on_the_artery_and_at_its_edges():
    grid = grid_of(0.07)
    for seed in range(3):
        painted = paint_vessel_calcification(artery(seed, 50.0), AT, CC, grid)
        tube = np.zeros(grid.shape, np.uint8)
        rows, columns = painted.tissue.mm.shape
        place = (
            slice(painted.tissue.top, painted.tissue.top + rows),
            slice(painted.tissue.left, painted.tissue.left + columns),
        )
        tube[place] = painted.tissue.mm > 0
        near = cv2.dilate(tube, np.ones((13, 13), np.uint8)) > 0
        walls = whole(painted, grid)
        assert walls[near].sum() > 0.97 * walls.sum()


def test_an_artery_keeps_its_calcium_at_every_pixel_size():
    fine, coarse = grid_of(0.07, 100, 100), grid_of(0.45, 100, 100)
    at = ViewPoint(50, 0)
    first, other = (
        moments(whole(paint_vessel_calcification(artery(4), at, MLO, grid), grid), grid)
        for grid in (fine, coarse)
    )
    assert other == pytest.approx(first, rel=0.01, abs=0.03)
