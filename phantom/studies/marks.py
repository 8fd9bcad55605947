"""What lies on the finished picture beside the breast: lead letters and the detector's lines."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from domain.laterality import Laterality
from phantom.decoys.decoy import Decoy, DecoyKind
from phantom.decoys.foreign import draw_line_artefacts, paint_letters
from phantom.decoys.paint import appears_in
from phantom.detector.exposure import METAL_PER_MM
from phantom.recipe import Exposure
from phantom.space.grid import Field, Grid
from phantom.space.stamp import Painted
from phantom.space.streams import stream

_LETTERS_BRIGHTNESS = 1.0


@dataclass(frozen=True)
class Marked:
    """The picture with its marks, and the letters that were put there.

    brightness: float32 (rows, columns), air 0. letters: with their patch.
    """

    brightness: Field = field(repr=False)
    letters: tuple[tuple[Decoy, Painted], ...]


def draw_marks(
    brightness: Field, grid: Grid, exposure: Exposure, decoys: tuple[Decoy, ...]
) -> Marked:
    """Draw letters beside the breast, and lines through everything, of one breast's decoys."""
    letters = []
    for decoy in decoys:
        if decoy.kind is DecoyKind.LETTERS:
            painted = _letters(decoy, grid, exposure)
            letters.append((decoy, painted))
            _lay_over(brightness, painted)
    for decoy in decoys:
        if decoy.kind is DecoyKind.LINE_ARTEFACT and appears_in(decoy, exposure.position.family):
            brightness = draw_line_artefacts(brightness, grid, decoy.seed)
    return Marked(brightness, tuple(letters))


def _letters(decoy: Decoy, grid: Grid, exposure: Exposure) -> Painted:
    random = stream(decoy.seed, "letters")
    initials = "".join("ABCDEFGHJKLMNPRSTW"[number] for number in random.integers(18, size=2))
    right = grid.u0 + grid.columns * grid.pixel_mm
    return paint_letters(
        f"{exposure.laterality.value} {exposure.position.value}\n{initials}",
        right - decoy.size_mm * 2.2 - float(random.uniform(2, 8)),
        grid.v0 + decoy.size_mm * 1.2 + float(random.uniform(2, 10)),
        decoy.size_mm,
        grid,
        mirrored=exposure.laterality is Laterality.RIGHT,
    )


def _lay_over(brightness: Field, painted: Painted) -> None:
    stamp = painted.metal
    if stamp is None:
        return
    rows, columns = stamp.mm.shape
    under = brightness[stamp.top : stamp.top + rows, stamp.left : stamp.left + columns]
    absorbed = 1 - np.exp(-METAL_PER_MM * stamp.mm)
    np.maximum(under, _LETTERS_BRIGHTNESS * absorbed, out=under)
