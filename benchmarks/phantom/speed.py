"""Making phantoms, against the textbook way to make such texture: power-law noise by FFT.

The reference fills as many pixels with f**-3 noise (Burgess 2001) and nothing else: no breast, no
lesion, no detector. It says how fast this machine is.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from benchmarks.phantom.phantoms import NETWORK_SIZE
from benchmarks.row import Row, paired_medians
from domain.geometry import ImageSize
from phantom.detector.units import UNITS
from phantom.recipe import FOUR_VIEWS, StudyRecipe
from phantom.studies.generate import generate_study

STUDY_SECONDS, VIEW_SECONDS = 30.0, 0.7
"""What four full-size views and one view at 1024x832 may take on two cores."""

_FULL_UNIT = "hologic"
_REFERENCE = "numpy FFT f**-3 noise, as many pixels"
_SEED = 11


def rows() -> list[Row]:
    """Four full-size views, and one at the size that detectors are trained at."""
    return [_study_row(), _view_row()]


def _study_row() -> Row:
    size = UNITS[_FULL_UNIT].size
    recipe = StudyRecipe(_SEED, unit=_FULL_UNIT)
    ours, reference = paired_medians(
        lambda: _consume(generate_study(recipe)),
        lambda: _consume(power_law_noise(size, 3.0, seed) for seed in range(4)),
        rounds=1,
    )
    verdict = _verdict(ours, STUDY_SECONDS)
    name = f"phantom, four views {size.rows}x{size.columns} ({verdict})"
    return Row(name, ours, reference, _REFERENCE, "s")


def _view_row() -> Row:
    recipe = StudyRecipe(_SEED, exposures=FOUR_VIEWS[2:3], size=NETWORK_SIZE)
    ours, reference = paired_medians(
        lambda: _consume(generate_study(recipe)),
        lambda: power_law_noise(NETWORK_SIZE, 3.0, 0),
        rounds=5,
    )
    verdict = _verdict(ours, VIEW_SECONDS)
    name = f"phantom, one MLO {NETWORK_SIZE.rows}x{NETWORK_SIZE.columns} ({verdict})"
    return Row(name, ours, reference, _REFERENCE, "s")


def _verdict(seconds: float, most: float) -> str:
    return f"wanted: at most {most:g} s, {'met' if seconds <= most else 'MISSED'}"


def _consume(images: Iterable[object]) -> None:
    """Make all, keep none: a study's four images at once are not what is measured."""
    for _ in images:
        pass


def power_law_noise(size: ImageSize, beta: float, seed: int) -> npt.NDArray[np.float64]:
    """Gaussian noise whose power falls as f**-beta: float64 (rows, columns), mean 0, spread 1."""
    white = np.random.default_rng(seed).standard_normal(size.shape)
    down, across = np.fft.fftfreq(size.rows), np.fft.rfftfreq(size.columns)
    radius = np.hypot(down[:, None], across[None, :])
    radius[0, 0] = np.inf
    noise = np.fft.irfft2(np.fft.rfft2(white) * radius ** (-beta / 2), size.shape)
    return np.asarray(noise / noise.std())
