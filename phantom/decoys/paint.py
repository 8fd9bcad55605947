"""Draws any decoy on a view."""

from __future__ import annotations

from collections.abc import Callable

from domain.laterality import Laterality
from domain.view_position import HangFamily
from phantom.decoys.decoy import Decoy, DecoyKind
from phantom.decoys.foreign import paint_clip, paint_letters
from phantom.decoys.nodes import paint_lymph_node
from phantom.decoys.scar import paint_scar
from phantom.decoys.skin_marks import paint_mole, paint_skin_fold
from phantom.decoys.summation import paint_summation
from phantom.decoys.vessel import paint_vessel_calcification
from phantom.space.grid import Grid
from phantom.space.points import ViewPoint
from phantom.space.projection import Projection
from phantom.space.stamp import Painted
from phantom.space.streams import stream

ONE_EXPOSURE = frozenset({DecoyKind.SKIN_FOLD, DecoyKind.SUMMATION, DecoyKind.LINE_ARTEFACT})
"""What is not in the patient, but comes about in one exposure."""


def appears_in(decoy: Decoy, family: HangFamily) -> bool:
    """Whether a breast's decoy is seen in views of a family.

    What comes about in one exposure is in one of the two families; the decoy's seed tells which.
    """
    if decoy.kind not in ONE_EXPOSURE:
        return True
    chance = stream(decoy.seed, "family").uniform()
    return family is (HangFamily.CC if chance < 0.5 else HangFamily.MLO)


def paint_decoy(decoy: Decoy, at: ViewPoint, projection: Projection, grid: Grid) -> Painted:
    """What a decoy adds to a view; empty where it does not appear in it.

    at: its place in the view, in mm; letters ignore it and lie in the corner by the axilla. Line
    artefacts add nothing: ``draw_line_artefacts`` draws them on the finished picture.
    """
    if not appears_in(decoy, projection.family):
        return Painted()
    return _PAINTERS[decoy.kind](decoy, at, projection, grid)


def _paint_letters(decoy: Decoy, at: ViewPoint, projection: Projection, grid: Grid) -> Painted:  # noqa: ARG001
    rng = stream(decoy.seed, "letters")
    side = "R" if decoy.laterality is Laterality.RIGHT else "L"
    text = f"{side} {projection.family.value}"
    initials = "".join("ABCDEFGHJKLMNPRSTW"[number] for number in rng.integers(18, size=2))
    right = grid.u0 + grid.columns * grid.pixel_mm
    return paint_letters(
        f"{text}\n{initials}",
        right - decoy.size_mm * 0.48 * len(text) - float(rng.uniform(2, 8)),
        grid.v0 + decoy.size_mm * 1.2 + float(rng.uniform(2, 10)),
        decoy.size_mm,
        grid,
        mirrored=decoy.laterality is Laterality.RIGHT,
    )


def _paint_nothing(decoy: Decoy, at: ViewPoint, projection: Projection, grid: Grid) -> Painted:  # noqa: ARG001
    return Painted()


_PAINTERS: dict[DecoyKind, Callable[[Decoy, ViewPoint, Projection, Grid], Painted]] = {
    DecoyKind.VESSEL_CALCIFICATION: paint_vessel_calcification,
    DecoyKind.LYMPH_NODE: paint_lymph_node,
    DecoyKind.SKIN_FOLD: paint_skin_fold,
    DecoyKind.MOLE: paint_mole,
    DecoyKind.SCAR: paint_scar,
    DecoyKind.SUMMATION: paint_summation,
    DecoyKind.LINE_ARTEFACT: _paint_nothing,
    DecoyKind.LETTERS: _paint_letters,
    DecoyKind.CLIP: paint_clip,
}
