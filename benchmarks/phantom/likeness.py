"""How far phantoms are from real mammograms in grey values and texture, so far as numbers tell.

Against the GE image in mm, at the same matrix; against cesm-dm, whose spacing is unknown, with
every breast taken for equally large and every picture reduced to the set's 512 pixels. Each real
image of cesm-dm meets a phantom of its density and view.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from benchmarks.phantom.phantoms import NETWORK_SIZE
from benchmarks.phantom.real import CesmImage
from benchmarks.phantom.texture import Octave, Spectrum, directions, octaves, spectrum
from domain.geometry import ImageSize
from domain.laterality import Laterality
from domain.view_position import HangFamily, ViewPosition
from phantom.recipe import Composition, Exposure, StudyRecipe
from phantom.studies.generate import generate_study
from training.baselines.shown import ShownView, brightness, look, shown_phantom

FIRST_SEED = 800_000
BINS = 64
NOMINAL_MM = 150.0
"""Square root of the area that every breast is taken to have where millimetres are unknown."""

CESM_SIDE = 512

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Portrait:
    """One image in numbers.

    histogram: share of the tissue's pixels in each of ``BINS`` bins of brightness 0 to 1;
    stretched: the same after the 1st and 99th percentile were put to 0 and 1.
    """

    name: str
    histogram: Floats = field(repr=False)
    stretched: Floats = field(repr=False)
    spectrum: Spectrum | None
    octaves: tuple[Octave, ...]
    coherence: float
    radial: float


def portrait(view: ShownView) -> Portrait:
    """Measure one view; the muscle is left out."""
    values = view.picture[view.tissue].astype(np.float64)
    low, high = np.percentile(values, (1, 99)) if values.size else (0.0, 1.0)
    stretched = (values - low) / max(float(high - low), 1e-6)
    coherence, radial = directions(view)
    return Portrait(
        view.name,
        _histogram(values),
        _histogram(stretched),
        spectrum(view),
        octaves(view),
        coherence,
        radial,
    )


def _histogram(values: Floats) -> Floats:
    counts = np.histogram(np.clip(values, 0, 1), BINS, (0, 1))[0]
    return np.asarray(counts / max(counts.sum(), 1), np.float64)


def wasserstein(one: Floats, other: Floats) -> float:
    """Earth mover's distance of two histograms of brightness 0 to 1, in brightness."""
    return float(np.abs(np.cumsum(one - other)).sum() / len(one))


def nominal(view: ShownView) -> ShownView:
    """The view with the pixel size that makes its breast ``NOMINAL_MM`` large."""
    return replace(view, pixel_mm=NOMINAL_MM / max(float(np.sqrt(view.inside.sum())), 1.0))


def ge_partners(count: int, size: ImageSize | None) -> Iterator[ShownView]:
    """Phantoms for the GE image: right MLO of the same make, densities in turn."""
    for number in range(count):
        density = tuple(Composition)[number % 4]
        exposure = Exposure(Laterality.RIGHT, ViewPosition.MLO)
        recipe = StudyRecipe(
            FIRST_SEED + number, density=density, exposures=(exposure,), unit="ge", size=size
        )
        yield from map(shown_phantom, generate_study(recipe))


def cesm_partners(images: Sequence[CesmImage]) -> Iterator[ShownView]:
    """A phantom for each real image, of its density and view, on the set's own grid."""
    for number, real in enumerate(images):
        position = ViewPosition.CC if real.family is HangFamily.CC else ViewPosition.MLO
        side = (Laterality.RIGHT, Laterality.LEFT)[number % 2]
        recipe = StudyRecipe(
            FIRST_SEED + 1000 + number,
            density=real.density,
            exposures=(Exposure(side, position),),
            size=NETWORK_SIZE,
        )
        for image in generate_study(recipe):
            picture = brightness(image)
            factor = CESM_SIDE / max(picture.shape)
            shape = (round(picture.shape[1] * factor), round(picture.shape[0] * factor))
            small = cv2.resize(picture, shape, interpolation=cv2.INTER_AREA)
            name = f"{real.density.value}, {real.family.value}"
            yield nominal(look(small, image.pixel_mm / factor, real.family, name))


@dataclass(frozen=True)
class Gap:
    """One number, real against phantom: mean and spread over images of each. apart: the distance.

    For energies it is |log2| of their ratio, for brightness the earth mover's distance of the mean
    histograms, for all else the difference of means.
    """

    name: str
    real: tuple[float, float]
    phantom: tuple[float, float]
    apart: float


def gaps(real: Sequence[Portrait], phantoms: Sequence[Portrait]) -> list[Gap]:
    """All numbers of two sets of images."""
    found = [
        _histogram_gap("brightness", *([p.histogram for p in own] for own in (real, phantoms))),
        _histogram_gap(
            "stretched brightness", *([p.stretched for p in own] for own in (real, phantoms))
        ),
        _gap("beta of f**-beta", _betas(real), _betas(phantoms)),
        _gap("coherence", [p.coherence for p in real], [p.coherence for p in phantoms]),
        _gap("lines to the nipple", [p.radial for p in real], [p.radial for p in phantoms]),
    ]
    for sigma in sorted({one.sigma_mm for p in real for one in p.octaves}):
        ours, theirs = _octaves(phantoms, sigma), _octaves(real, sigma)
        energy = _gap(
            f"energy at {sigma:g} mm", [o.energy for o in theirs], [o.energy for o in ours]
        )
        ratio = abs(float(np.log2(energy.phantom[0] / energy.real[0])))
        found.append(replace(energy, apart=ratio))
        for word in ("skewness", "kurtosis"):
            values = ([float(getattr(o, word)) for o in own] for own in (theirs, ours))
            found.append(_gap(f"{word} at {sigma:g} mm", *values))
    return found


def _octaves(portraits: Sequence[Portrait], sigma: float) -> list[Octave]:
    return [one for p in portraits for one in p.octaves if one.sigma_mm == sigma]


def _betas(portraits: Sequence[Portrait]) -> list[float]:
    return [p.spectrum.beta for p in portraits if p.spectrum is not None]


def _gap(name: str, real: Sequence[float], phantom: Sequence[float]) -> Gap:
    ours, theirs = _mean_and_spread(phantom), _mean_and_spread(real)
    return Gap(name, theirs, ours, abs(ours[0] - theirs[0]))


def _mean_and_spread(values: Sequence[float]) -> tuple[float, float]:
    known = np.array([value for value in values if np.isfinite(value)])
    if not known.size:
        return float("nan"), float("nan")
    return float(known.mean()), float(known.std())


def _histogram_gap(name: str, real: Sequence[Floats], phantoms: Sequence[Floats]) -> Gap:
    middles = (np.arange(BINS) + 0.5) / BINS
    gap = _gap(name, *([float(one @ middles) for one in own] for own in (real, phantoms)))
    apart = wasserstein(np.mean(real, axis=0), np.mean(phantoms, axis=0))
    return replace(gap, apart=apart)


def gap_table(title: str, found: Sequence[Gap]) -> str:
    """Markdown: every number of both sets and how far they are apart."""
    lines = [title, "", "| measure | real | phantom | apart |", "|---|---|---|---|"]
    for gap in found:
        real, ours = (f"{mean:.3g} +- {spread:.2g}" for mean, spread in (gap.real, gap.phantom))
        lines.append(f"| {gap.name} | {real} | {ours} | {gap.apart:.3f} |")
    return "\n".join(lines)
