"""What is measured of a finding tells smooth from jagged and one speck from many."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.finding import FindingKind
from domain.geometry import ImageSize
from domain.mask import RleMask
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import WindowVoi
from inference.systems.classify_crops import Cuttable
from inference.systems.classify_features import FEATURES, NAMES, features

GREY = GreyDescription(bits_stored=12, vois=(WindowVoi(2048.0, 4096.0),))
MASS, GROUP = FindingKind.MASS, FindingKind.CALCIFICATION_GROUP
ROWS, COLUMNS = np.mgrid[:200, :180].astype(np.float64)
Bools = npt.NDArray[np.bool_]


def told(inside: Bools, kind: FindingKind = MASS, mm: float = 0.3) -> dict[str, float]:
    pixels = np.where(inside, 3000, 1200).astype(np.uint16)
    image = Cuttable(pixels, GREY, (mm, mm))
    found = features(image, kind, RleMask.of(inside, ImageSize(*pixels.shape)))
    return dict(zip(NAMES, found.tolist(), strict=True))


def a_star(depth: float, points: int = 9) -> Bools:
    angle = np.arctan2(ROWS - 100, COLUMNS - 90)
    radius = 30 * (1 + depth * np.cos(points * angle))
    return np.hypot(ROWS - 100, COLUMNS - 90) < radius


def test_a_disc_is_round_and_a_star_is_not() -> None:
    disc, star = told(a_star(0.0)), told(a_star(0.35))
    assert disc["circularity"] == pytest.approx(1.1, abs=0.1)
    assert disc["solidity"] > 0.97
    assert disc["elongation"] == pytest.approx(1, abs=0.03)
    assert star["circularity"] > 1.5 * disc["circularity"]
    assert star["solidity"] < 0.9
    assert star["opened-coarse"] < disc["opened-coarse"]
    assert star["tangential-near"] > disc["tangential-near"] + 0.1


def test_a_bright_lesion_stands_out_of_what_surrounds_it() -> None:
    found = told(a_star(0.0))
    assert found["contrast-near"] > 1
    assert found["edge-slope"] > 0.5
    assert found["inside-spread"] == pytest.approx(0, abs=1e-6)


def test_an_outline_measures_alike_at_any_pixel_size() -> None:
    coarse = a_star(0.3)
    fine = np.kron(coarse, np.ones((2, 2), bool))
    one, other = told(coarse), told(fine, mm=0.15)
    for name in ("circularity", "solidity", "elongation", "log-area", "contrast-near"):
        assert one[name] == pytest.approx(other[name], rel=0.1)


def test_specks_are_counted_and_spread() -> None:
    few, many = np.zeros((200, 180), bool), np.zeros((200, 180), bool)
    few[50:90:10, 50:70:10] = True
    many[50:90:5, 50:70:5] = True
    one, other = told(few, GROUP, 0.1), told(many, GROUP, 0.1)
    assert one["specks"] == pytest.approx(np.log(8) + 1, abs=1e-4)
    assert other["specks"] > one["specks"]
    assert other["speck-density"] > one["speck-density"]
    assert one["circularity"] == 0


def test_without_an_outline_nothing_is_known() -> None:
    image = Cuttable(np.full((50, 50), 1500, np.uint16), GREY, (0.3, 0.3))
    assert not features(image, MASS, None).any()
    assert not features(image, MASS, RleMask(ImageSize(50, 50))).any()


@settings(max_examples=40)
@given(
    st.integers(0, 199),
    st.integers(0, 179),
    st.integers(1, 200),
    st.integers(1, 180),
    st.sampled_from([MASS, GROUP]),
)
def test_any_mask_gives_numbers(
    top: int, left: int, rows: int, columns: int, kind: FindingKind
) -> None:
    inside = np.zeros((200, 180), bool)
    inside[top : top + rows, left : left + columns] = True
    found = told(inside, kind)
    assert len(found) == FEATURES
    assert all(np.isfinite(one) and abs(one) <= 20 for one in found.values())
