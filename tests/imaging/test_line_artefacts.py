"""Detector lines are found and mended; everything else is left alone."""

from __future__ import annotations

import csv
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from imaging.anatomy.line_artefacts import (
    LineArtefacts,
    find_line_artefacts,
    profile,
    remove_line_artefacts,
)
from tests.support.breast_pictures import cc_breast
from tests.support.decoded import decoded
from tests.support.real_data import CESM_DM, GE_RMLO, SIEMENS_STEREO, needs_real_data


def dotted(pixels: np.ndarray, columns: dict[int, float], seed: int = 0) -> np.ndarray:
    """Black and white dots on a share of each column's pixels."""
    random = np.random.default_rng(seed)
    marked = pixels.copy()
    for column, share in columns.items():
        rows = random.random(len(pixels)) < share
        marked[rows, column] = random.choice([0, 4000], rows.sum())
    return marked


def written_out(pixels: np.ndarray) -> np.ndarray:
    """Equation 5 of the paper, pixel by pixel."""
    u = np.pad(pixels.astype(float), 1, mode="reflect")
    rows, columns = pixels.shape
    heights = np.zeros(columns)
    for x in range(columns):
        for y in range(rows):
            around = np.delete(u[y : y + 3, x : x + 3].ravel(), 4)
            heights[x] += np.abs(u[y + 1, x + 1] - around).min()
    return heights


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([np.uint8, np.uint16]).flatmap(
        lambda kind: hnp.arrays(kind, st.tuples(st.integers(2, 70), st.integers(2, 8)))
    )
)
def test_the_profile_is_equation_5(pixels: np.ndarray):
    assert profile(pixels) == pytest.approx(written_out(pixels))


@pytest.mark.parametrize(("left", "right"), [(0, 40), (25, 0), (7, 1), (1, 60), (99, 0), (0, 0)])
def test_the_profile_is_the_same_where_the_picture_ends_in_constant_air(left: int, right: int):
    pixels = np.random.default_rng(left).integers(0, 4096, (150, 100), dtype=np.uint16)
    pixels[:, :left] = 300
    pixels[:, 100 - right :] = 7
    pixels[70:140, 40:] = pixels[70, 0]
    np.testing.assert_allclose(profile(pixels), written_out(pixels))


def test_dotted_columns_are_found_and_no_others():
    clean = cc_breast(900, 700, noise=15).pixels
    lines = find_line_artefacts(dotted(clean, {60: 0.5, 200: 0.1, 201: 0.3, 333: 0.2, 699: 0.3}))
    assert lines.columns == (60, 200, 201, 333, 699)
    assert lines.rows == ()
    assert 0 < lines.confidence <= 1


@pytest.mark.parametrize("noise", [0, 3, 40, 150])
def test_a_clean_breast_has_no_lines(noise: float):
    picture = cc_breast(900, 700, noise=noise)
    assert find_line_artefacts(picture.pixels, horizontal=True) == LineArtefacts()


def test_rows_are_sought_only_on_request():
    marked = np.ascontiguousarray(dotted(cc_breast(700, 700).pixels.T, {100: 0.3}).T)
    assert find_line_artefacts(marked).rows == ()
    assert find_line_artefacts(marked, horizontal=True).rows == (100,)


def test_the_negative_has_the_same_lines():
    marked = dotted(cc_breast().pixels, {50: 0.3, 120: 0.2})
    assert find_line_artefacts(4095 - marked) == find_line_artefacts(marked)


def test_a_few_calcifications_in_one_column_are_no_line():
    pixels = cc_breast(900, 700, noise=0).pixels
    pixels[100:800:100, 200] = 4000
    assert find_line_artefacts(pixels).columns == ()


def test_the_edge_of_a_letterbox_is_no_line():
    pixels = np.pad(cc_breast(900, 700).pixels, ((0, 0), (100, 80)))
    # Sharpening overshoots where the picture ends, by turns more and less.
    pixels[:, 100] += np.random.default_rng(0).integers(0, 1500, 900).astype(np.uint16)
    assert find_line_artefacts(pixels) == LineArtefacts()


def test_dots_in_a_short_part_of_a_column_are_no_line():
    pixels = cc_breast(900, 700).pixels
    pixels[400:520] = dotted(pixels[400:520], {200: 0.5})
    assert find_line_artefacts(pixels) == LineArtefacts()


def test_texture_everywhere_is_no_line():
    checks = np.indices((200, 200)).sum(axis=0) % 2 * 500
    random = np.random.default_rng(0)
    checks[:, ::3] += random.integers(0, 3000, (200, 67))
    assert find_line_artefacts(checks.astype(np.uint16)).columns == ()


def test_mending_replaces_the_lines_by_the_median_of_8_neighbours_and_nothing_else():
    clean = cc_breast(500, 400).pixels
    lines = LineArtefacts(columns=(0, 70, 71, 399), rows=(10,))
    marked = dotted(clean, {70: 0.3})
    mended = remove_line_artefacts(marked, lines)
    touched = np.zeros(clean.shape, bool)
    touched[:, [0, 70, 71, 399]] = True
    touched[10] = True
    assert (mended[~touched] == marked[~touched]).all()
    around = np.delete(marked[299:302, 69:72].ravel(), 4)
    assert mended[300, 70] == round(float(np.median(around)))
    assert mended.dtype == marked.dtype


def test_mended_dots_are_as_quiet_as_the_tissue_beside_them():
    clean = cc_breast(900, 700, noise=10).pixels
    marked = dotted(clean, {150: 0.2})
    mended = remove_line_artefacts(marked, find_line_artefacts(marked))
    before = np.abs(marked.astype(int) - clean)[:, 150]
    after = np.abs(mended.astype(int) - clean)[:, 150]
    assert before.max() > 500
    assert after.max() < 150
    assert find_line_artefacts(mended) == LineArtefacts()


def test_the_original_is_not_changed():
    marked = dotted(cc_breast().pixels, {50: 0.3})
    before = marked.copy()
    remove_line_artefacts(marked, LineArtefacts(columns=(50,)))
    assert (marked == before).all()


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([np.uint8, np.int16, np.float32, np.int32]).flatmap(
        lambda kind: hnp.arrays(kind, hnp.array_shapes(min_dims=2, max_dims=2, max_side=40))
    )
)
def test_arbitrary_small_pictures_never_raise(pixels: np.ndarray):
    lines = find_line_artefacts(pixels, horizontal=True)
    every = replace(lines, columns=tuple(range(pixels.shape[1])))
    assert remove_line_artefacts(pixels, every).shape == pixels.shape


@needs_real_data
@pytest.mark.parametrize("path", [GE_RMLO, SIEMENS_STEREO], ids=lambda path: path.stem)
def test_a_real_detector_without_faults_has_no_lines(path):
    assert find_line_artefacts(decoded(path), horizontal=True) == LineArtefacts()


@needs_real_data
def test_dots_drawn_into_a_real_image_are_found():
    marked = dotted(decoded(GE_RMLO), {1500: 0.03, 1800: 0.1, 2300: 0.3})
    assert find_line_artefacts(marked).columns == (1500, 1800, 2300)


@needs_real_data
def test_hardly_any_cesm_training_image_shows_a_line():
    with (CESM_DM / "boxes.csv").open(newline="") as file:
        names = sorted({row["image"] for row in csv.DictReader(file) if row["split"] == "train"})
    marked = [
        name
        for name in names
        if find_line_artefacts(cv2.imread(str(CESM_DM / "images" / name), 0)).columns
    ]
    assert len(marked) <= 1
