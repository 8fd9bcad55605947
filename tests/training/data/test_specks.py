"""The cheap look finds dots in noise, and little else."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from training.data.specks import SpeckRule, peaks_of, speck_contrast, specks


def noisy(seed: int = 1, spread: float = 0.02) -> np.ndarray:
    random = np.random.default_rng(seed)
    return (0.4 + spread * random.standard_normal((240, 300))).astype(np.float32)


def test_a_dot_that_stands_out_is_found_and_noise_alone_hardly_gives_any() -> None:
    picture = noisy()
    bare = specks(picture, 0.1, SpeckRule(least=6))
    picture[120:123, 150:153] += 0.2
    found = specks(picture, 0.1, SpeckRule(least=6))
    assert found[119:124, 149:154].any()
    assert bare.sum() <= 2


@pytest.mark.parametrize("gain", [0.3, 2.0])
def test_contrast_is_told_in_the_pictures_own_noise(gain: float) -> None:
    picture = noisy()
    picture[120:123, 150:153] += 0.2
    one = speck_contrast(picture, 0.1, SpeckRule())[121, 151]
    other = speck_contrast(picture * np.float32(gain), 0.1, SpeckRule())[121, 151]
    assert other == pytest.approx(one, rel=0.02)


def test_what_is_wider_than_a_speck_is_none() -> None:
    picture = noisy()
    cv2.circle(picture, (150, 120), 25, 0.8, cv2.FILLED)
    assert not specks(picture, 0.1, SpeckRule(least=6))[110:130, 140:160].any()


def test_black_around_the_breast_holds_no_speck() -> None:
    picture = noisy()
    picture[:, 150:] = 0
    assert not specks(picture, 0.1, SpeckRule(least=2))[:, 150:].any()


def test_of_neighbours_only_the_highest_is_a_peak() -> None:
    contrast = np.zeros((5, 5), np.float32)
    contrast[2, 1:4] = (5, 7, 6)
    assert np.argwhere(peaks_of(contrast, 4)).tolist() == [[2, 2]]
