"""Pictures of the comparison with real mammograms: histogram, spectrum, energy by octave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.phantom.likeness import BINS, Portrait
from benchmarks.phantom.texture import FIT_CYCLES_MM

Sets = Mapping[str, tuple[Sequence[Portrait], Sequence[Portrait]]]
"""Title of each comparison, with the real portraits and the phantoms'."""

_REAL, _PHANTOM = "#1b6ca8", "#d1682c"

Floats = npt.NDArray[np.float64]


def draw_all(folder: Path, sets: Sets) -> list[Path]:
    """Write histogram.png, spectrum.png and bands.png into the folder, made if missing."""
    folder.mkdir(parents=True, exist_ok=True)
    mpl.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
    drawings = {"histogram": _histograms, "spectrum": _spectra, "bands": _bands}
    paths = []
    for name, draw in drawings.items():
        figure = Figure(figsize=(4.6 * len(sets), 3.4), dpi=110, layout="constrained")
        axes = figure.subplots(1, len(sets), squeeze=False)[0]
        for axis, (title, (real, phantoms)) in zip(axes, sets.items(), strict=True):
            draw(axis, real, phantoms)
            axis.set_title(title)
            axis.legend(frameon=False)
        paths.append(folder / f"{name}.png")
        figure.savefig(paths[-1])
    return paths


def _histograms(axis: Axes, real: Sequence[Portrait], phantoms: Sequence[Portrait]) -> None:
    middles = (np.arange(BINS) + 0.5) / BINS
    for portraits, colour, label in _both(real, phantoms):
        _band(axis, middles, np.array([p.histogram * BINS for p in portraits]), colour, label)
    axis.set_xlabel("brightness as shown, inside the breast")
    axis.set_ylabel("density")
    axis.set_ylim(0, None)


def _spectra(axis: Axes, real: Sequence[Portrait], phantoms: Sequence[Portrait]) -> None:
    for portraits, colour, label in _both(real, phantoms):
        spectra = [p.spectrum for p in portraits if p.spectrum is not None]
        if not spectra:
            continue
        grid = np.geomspace(0.08, min(s.cycles_mm[-1] for s in spectra), 40)
        lines = [np.interp(np.log(grid), np.log(s.cycles_mm), np.log10(s.power)) for s in spectra]
        # Contrast is told elsewhere; here slopes are compared, so levels are put together.
        anchor = int(np.argmin(np.abs(grid - FIT_CYCLES_MM[0])))
        levelled = np.array([line - line[anchor] for line in lines])
        beta = float(np.mean([s.beta for s in spectra]))
        _band(axis, grid, 10**levelled, colour, f"{label}, beta {beta:.2f}")
    for edge in FIT_CYCLES_MM:
        axis.axvline(edge, color="0.7", linewidth=0.8, linestyle=":")
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_xlabel("cycles/mm")
    axis.set_ylabel(f"power, 1 at {FIT_CYCLES_MM[0]:g} cycles/mm")


def _bands(axis: Axes, real: Sequence[Portrait], phantoms: Sequence[Portrait]) -> None:
    for portraits, colour, label in _both(real, phantoms):
        count = min(len(p.octaves) for p in portraits)
        sigmas = np.array([one.sigma_mm for one in portraits[0].octaves[:count]])
        energies = np.array([[one.energy for one in p.octaves[:count]] for p in portraits])
        _band(axis, sigmas, energies, colour, label)
    axis.set_xscale("log", base=2)
    axis.set_yscale("log", base=2)
    axis.xaxis.set_major_formatter("{x:g}")
    axis.yaxis.set_major_formatter("{x:.3f}")
    axis.set_xlabel("finer sigma of the octave, mm")
    axis.set_ylabel("spread of brightness in the octave")


def _both(
    real: Sequence[Portrait], phantoms: Sequence[Portrait]
) -> tuple[tuple[Sequence[Portrait], str, str], ...]:
    return (real, _REAL, f"real ({len(real)})"), (phantoms, _PHANTOM, f"phantom ({len(phantoms)})")


def _band(axis: Axes, x: Floats, values: Floats, colour: str, label: str) -> None:
    """The median, and between the 10th and 90th percentile where there are several."""
    axis.plot(x, np.median(values, axis=0), color=colour, label=label, linewidth=1.6)
    if len(values) > 1:
        low, high = np.percentile(values, (10, 90), axis=0)
        axis.fill_between(x, low, high, color=colour, alpha=0.18, linewidth=0)
