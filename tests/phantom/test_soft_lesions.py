"""Masses, asymmetries, distortions and oedema: form, margin, size and place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.finding import Descriptors, FindingKind
from domain.laterality import Laterality
from domain.lexicon import Assessment, DescriptorAxis
from domain.view_position import HangFamily
from phantom.lesions.lesion import Lesion
from phantom.lesions.soft import paint_soft
from phantom.space.grid import Field, Grid, Mask
from phantom.space.points import BreastPoint, ViewPoint
from phantom.space.projection import Projection
from phantom.space.stamp import Painted

CC = Projection(HangFamily.CC, 0, 1.2, 1.1, 55, 90)
MLO = Projection(HangFamily.MLO, 50, 1.2, 1.1, 55, 90)
MIDDLE = ViewPoint(60.0, 0.0, 25.0)
SHAPES = ("oval", "round", "irregular")
MARGINS = ("circumscribed", "obscured", "microlobulated", "indistinct", "spiculated")
SOFT_KINDS = (
    FindingKind.MASS,
    FindingKind.ASYMMETRY,
    FindingKind.ARCHITECTURAL_DISTORTION,
    FindingKind.OTHER,
)
KINDS = st.sampled_from(SOFT_KINDS)
SEEDS = st.integers(0, 2**31 - 1)


def lesion(
    kind: FindingKind = FindingKind.MASS,
    size: float = 14.0,
    seed: int = 1,
    shape: str = "oval",
    margin: str = "indistinct",
    density: str = "equal",
    **changed,
) -> Lesion:
    terms = (
        (DescriptorAxis.MASS_SHAPE, shape),
        (DescriptorAxis.MASS_MARGIN, margin),
        (DescriptorAxis.MASS_DENSITY, density),
    )
    plain = Lesion(
        number=1,
        kind=kind,
        laterality=Laterality.LEFT,
        at=BreastPoint(50, 0, 0),
        size_mm=size,
        descriptors=Descriptors(terms=terms if kind is FindingKind.MASS else ()),
        assessment=Assessment.SUSPICIOUS,
        probability=0.5,
        malignant=True,
        subtlety=0.0,
        seed=seed,
    )
    return replace(plain, **changed)


def grid(pixel_mm: float = 0.3, side_mm: float = 120.0) -> Grid:
    count = round(side_mm / pixel_mm)
    first = (pixel_mm - side_mm) / 2
    return Grid(count, count, pixel_mm, MIDDLE.u + first, MIDDLE.v + first)


def whole(painted: Painted, on: Grid) -> tuple[Field, Mask]:
    assert painted.tissue is not None
    assert painted.patch is not None
    tissue, inside = np.zeros(on.shape, np.float32), np.zeros(on.shape, bool)
    for target, part, values in (
        (tissue, painted.tissue, painted.tissue.mm),
        (inside, painted.patch, painted.patch.pixels),
    ):
        rows, columns = values.shape
        target[part.top : part.top + rows, part.left : part.left + columns] = values
    return tissue, inside


def drawn(of: Lesion, on: Grid | None = None, view: Projection = CC) -> tuple[Field, Mask]:
    on = on or grid()
    return whole(paint_soft(of, MIDDLE, view, on), on)


def extent_mm(inside: Mask, pixel_mm: float) -> float:
    rows, columns = np.nonzero(inside)
    ways = np.linspace(0, np.pi, 60, endpoint=False)
    along = np.outer(columns, np.cos(ways)) + np.outer(rows, np.sin(ways))
    return float((np.ptp(along, axis=0) + 1).max() * pixel_mm)


def edge_steepness(of: Lesion, pixel_mm: float = 0.15) -> float:
    """Mean drop across a millimetre at the outline, as a share of what is inside."""
    tissue, inside = drawn(of, grid(pixel_mm, 45.0))
    slope = np.hypot(*np.gradient(tissue, pixel_mm))
    rim = inside ^ np.roll(inside, 1, 0) | inside ^ np.roll(inside, 1, 1)
    return float(slope[rim].mean() / tissue[inside].mean())


@settings(max_examples=15, deadline=None)
@given(KINDS, SEEDS, st.floats(8, 40), st.sampled_from(MARGINS), st.booleans())
def test_a_lesion_is_the_same_thing_whatever_the_pixels(kind, seed, size, margin, diffuse):
    of = lesion(kind, size, seed, "irregular", margin, diffuse=diffuse)
    seen = []
    for pixel in (0.2, 0.45):
        on = grid(pixel)
        tissue, inside = drawn(of, on)
        v, u = np.nonzero(inside)
        place = on.u0 + pixel * u.mean(), on.v0 + pixel * v.mean()
        seen.append((inside.sum() * pixel**2, *place, float(tissue.sum()) * pixel**2))
    fine, coarse = seen
    assert coarse[0] == pytest.approx(fine[0], rel=0.03, abs=1.2)
    assert coarse[1:3] == pytest.approx(fine[1:3], abs=0.15)
    assert coarse[3] == pytest.approx(fine[3], rel=0.02, abs=0.5)


@settings(max_examples=15, deadline=None)
@given(KINDS, SEEDS, st.floats(8, 40), st.sampled_from(SHAPES), st.sampled_from(MARGINS))
def test_the_patch_is_as_long_as_the_lesion_is_said_to_be(kind, seed, size, shape, margin):
    of = lesion(kind, size, seed, shape, margin)
    for view in (CC, MLO):
        _, inside = drawn(of, view=view)
        assert extent_mm(inside, 0.3) == pytest.approx(
            size, rel=0.15 if kind is FindingKind.MASS else 0.26
        )


@settings(max_examples=25, deadline=None)
@given(KINDS, SEEDS, st.floats(-40, 100), st.floats(-70, 70), st.booleans())
def test_a_stamp_lies_within_the_grid_even_for_a_lesion_beyond_it(kind, seed, u, v, diffuse):
    on = Grid(90, 70, 0.8, 0.4, -36.0)
    of = lesion(kind, 20.0, seed, "irregular", "spiculated", diffuse=diffuse)
    painted = paint_soft(of, ViewPoint(u, v, 20), CC, on)
    tissue, patch = painted.tissue, painted.patch
    assert tissue is not None
    assert patch is not None
    for part, values in ((tissue, tissue.mm), (patch, patch.pixels)):
        assert min(part.top, part.left) >= 0
        assert part.top + values.shape[0] <= on.rows
        assert part.left + values.shape[1] <= on.columns
        assert values.size > 0
    assert np.isfinite(tissue.mm).all()
    assert tissue.mm.dtype == np.float32
    if u < -30 or abs(v) > 66:
        assert not patch.pixels.any()
        assert np.abs(tissue.mm).max() < 0.3


def test_a_lesion_cut_by_the_grid_is_the_part_of_the_whole_that_lies_on_it():
    of = lesion(size=20, shape="irregular", margin="spiculated")
    on = grid()
    tissue, inside = drawn(of, on)
    half = on.part(0, 0, on.rows, round(on.column_of(MIDDLE.u)))
    cut_tissue, cut_inside = drawn(of, half)
    np.testing.assert_allclose(cut_tissue, tissue[:, : half.columns], atol=2e-3)
    assert (cut_inside != inside[:, : half.columns]).mean() < 1e-4


@pytest.mark.parametrize("kind", SOFT_KINDS)
def test_every_kind_has_tissue_and_truth_and_is_drawn_the_same_again(kind):
    of = lesion(kind, 18.0, 7)
    first, inside = drawn(of)
    again, inside_again = drawn(of)
    other, _ = drawn(replace(of, seed=8))
    assert inside.sum() * 0.3**2 > 30
    assert first[inside].mean() > 0.2
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(inside, inside_again)
    assert np.abs(first - other).max() > 0.5


@pytest.mark.parametrize("kind", SOFT_KINDS)
def test_two_families_show_related_forms_but_not_the_same_picture(kind):
    ratios = []
    for seed in range(6):
        of = lesion(kind, 18.0, seed, "irregular")
        (cc, inside_cc), (mlo, inside_mlo) = drawn(of), drawn(of, view=MLO)
        assert np.abs(cc - mlo).max() > 0.3
        ratios.append(inside_cc.sum() / inside_mlo.sum())
    assert min(ratios) > 0.6
    assert max(ratios) < 1.6


@pytest.mark.parametrize("shape", SHAPES)
def test_a_circumscribed_margin_is_steeper_than_an_indistinct_one(shape):
    for seed in range(4):
        crisp = edge_steepness(lesion(seed=seed, shape=shape, margin="circumscribed"))
        blurred = edge_steepness(lesion(seed=seed, shape=shape, margin="indistinct"))
        assert crisp > 1.5 * blurred


def test_an_obscured_margin_is_lost_on_part_of_its_rim_only():
    of = lesion(size=18, seed=3, shape="round", margin="obscured")
    tissue, inside = drawn(of, grid(0.15, 45.0))
    slope = np.hypot(*np.gradient(tissue, 0.15)) / tissue[inside].mean()
    rim = slope[inside ^ np.roll(inside, 1, 0) | inside ^ np.roll(inside, 1, 1)]
    assert 0.15 < (rim < 0.35 * np.percentile(rim, 90)).mean() < 0.75


def test_lobules_lengthen_the_outline():
    for seed in range(4):
        lengths = []
        for margin in ("circumscribed", "microlobulated"):
            _, inside = drawn(lesion(size=16, seed=seed, margin=margin), grid(0.15, 45.0))
            steps = sum(int((inside ^ np.roll(inside, 1, axis)).sum()) for axis in (0, 1))
            lengths.append(steps / np.sqrt(inside.sum()))
        assert lengths[1] > 1.05 * lengths[0]


@pytest.mark.parametrize("kind", SOFT_KINDS)
def test_a_subtle_lesion_is_fainter(kind):
    amounts = []
    for subtlety in (0.0, 0.5, 1.0):
        tissue, inside = drawn(lesion(kind, 18.0, 4, subtlety=subtlety))
        amounts.append(tissue[inside].mean())
    assert amounts[0] > 1.4 * amounts[1] > 1.9 * amounts[2] > 0


def test_density_scales_a_mass_and_fat_makes_it_lucent():
    means = {}
    for density in ("high", "equal", "low", "fat-containing"):
        tissue, inside = drawn(lesion(size=20, margin="circumscribed", density=density))
        means[density] = tissue[inside].mean()
        assert (tissue[inside].min() < -1) == (density == "fat-containing")
    assert means["high"] > 1.2 * means["equal"] > 1.2 * means["low"] > 0
    assert means["fat-containing"] < means["low"]


@settings(max_examples=12, deadline=None)
@given(SEEDS, st.floats(4, 40), st.sampled_from(SHAPES), st.sampled_from(MARGINS))
def test_no_mass_is_thicker_than_a_compressed_breast_can_hold(seed, size, shape, margin):
    tissue, _ = drawn(lesion(size=size, seed=seed, shape=shape, margin=margin, density="high"))
    assert 0.2 < tissue.max() < 50


def radial_energy(of: Lesion) -> float:
    """Variation of the thickness around a circle well outside the patch, in mm."""
    tissue, _ = drawn(of, grid(0.15, 60.0))
    on = grid(0.15, 60.0)
    angle = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    rows = (on.row_of(MIDDLE.v) + 0.75 * of.size_mm / 0.15 * np.sin(angle)).astype(int)
    columns = (on.column_of(MIDDLE.u) + 0.75 * of.size_mm / 0.15 * np.cos(angle)).astype(int)
    return float(tissue[rows % on.rows, columns % on.columns].std())


def test_spicules_radiate_beyond_the_outline_and_pull_at_the_tissue():
    for seed in range(4):
        spiculated = lesion(seed=seed, shape="irregular", margin="spiculated")
        smooth = lesion(seed=seed, shape="irregular", margin="circumscribed")
        assert radial_energy(spiculated) > 0.05 + 3 * radial_energy(smooth)
        pulls = paint_soft(spiculated, MIDDLE, CC, grid()).pulls
        assert len(pulls) == 1
        assert 0.05 < pulls[0].strength < 0.4
        assert pulls[0].radius_mm > spiculated.size_mm / 2
        assert not paint_soft(smooth, MIDDLE, CC, grid()).pulls


def test_a_distortion_has_lines_beyond_its_patch_but_no_mass_within():
    for seed in range(4):
        of = lesion(FindingKind.ARCHITECTURAL_DISTORTION, 20.0, seed)
        painted = paint_soft(of, MIDDLE, CC, grid())
        tissue, inside = whole(painted, grid())
        assert 0.15 <= painted.pulls[0].strength <= 0.35
        assert np.abs(tissue[~inside]).max() > 0.3
        assert tissue[inside].mean() < 1.5


def test_thickened_trabeculae_show_as_lines_in_the_haze():
    of = lesion(FindingKind.OTHER, 40.0, 5)
    net = ((DescriptorAxis.ASSOCIATED_FEATURE, "trabecular-thickening"),)
    plain, inside = drawn(of)
    netted, _ = drawn(replace(of, descriptors=Descriptors(terms=net)))
    difference = (netted - plain)[inside]
    assert difference.std() > 0.3
    assert np.percentile(difference, 10) < 0.1


def test_a_diffuse_mass_has_no_rim():
    rimmed = lesion(size=20, margin="indistinct")
    assert edge_steepness(replace(rimmed, diffuse=True)) < 0.75 * edge_steepness(rimmed)


def test_calcifications_are_not_drawn_as_soft_tissue():
    with pytest.raises(ValueError, match="no soft-tissue lesion"):
        paint_soft(lesion(FindingKind.CALCIFICATION_GROUP), MIDDLE, CC, grid())
