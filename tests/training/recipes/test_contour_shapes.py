"""Circularity and solidity of masks, and how far one set of outlines follows another."""

from __future__ import annotations

import math

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the train extra")

from training.recipes.contours.shapes import NOTHING, Shape, followed, shape_of


def star(points: int, depth: float) -> np.ndarray:
    rows, columns = np.indices((201, 201))
    angle = np.arctan2(rows - 100, columns - 100)
    return np.hypot(rows - 100, columns - 100) < 70 * (1 + depth * np.cos(points * angle))


def test_a_disc_is_round_and_whole_and_a_star_is_neither() -> None:
    disc, starred = shape_of(star(7, 0.0)), shape_of(star(7, 0.3))
    assert disc.circularity == pytest.approx(1.1, abs=0.1)
    assert disc.solidity > 0.97
    assert starred.circularity > 1.5 * disc.circularity
    assert starred.solidity < 0.9


def test_of_several_parts_the_largest_counts_and_of_none_nothing() -> None:
    disc = star(7, 0.0)
    with_speck = disc.copy()
    with_speck[:3, :3] = True
    assert shape_of(with_speck) == shape_of(disc)
    assert shape_of(np.zeros((9, 9), bool)) == NOTHING


def test_outlines_follow_when_what_is_ragged_stays_ragged() -> None:
    true = [shape_of(star(7, depth)) for depth in (0.0, 0.1, 0.2, 0.3)]
    same = followed(true, true)
    assert same.circularity == pytest.approx(1)
    assert same.solidity == pytest.approx(1)
    turned = followed(true[::-1], true)
    assert turned.solidity < 0
    assert math.isnan(followed([Shape(1, 1)] * 4, true).circularity)
