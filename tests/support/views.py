"""Views for tests that need no pixels."""

from __future__ import annotations

from domain.geometry import ImageSize, PixelSpacing, SpacingSource
from domain.laterality import Laterality
from domain.orientation import PatientOrientation
from domain.study import ImageKind, ImageRef, PresentationIntent, View
from domain.view_position import ViewPosition

ORIENTATIONS = {"RCC": "PL", "LCC": "AR", "RMLO": "PF", "LMLO": "AF"}


def a_view(slot: str, mm: float | None = 0.1, rows: int = 4000, columns: int = 3000) -> View:
    """An unmodified FFDM view stored as it is hung, square pixels of mm, or unknown spacing."""
    spacing = PixelSpacing.unknown()
    if mm is not None:
        spacing = PixelSpacing(mm, mm, SpacingSource.IMAGER_OVER_ERMF)
    return View(
        ref=ImageRef(f"/study/{slot}.dcm"),
        size=ImageSize(rows, columns),
        frames=1,
        kind=ImageKind.FFDM,
        intent=PresentationIntent.FOR_PRESENTATION,
        laterality=Laterality.parse(slot[0]),
        position=ViewPosition.parse(slot[1:]),
        modifiers=frozenset(),
        spacing=spacing,
        orientation=PatientOrientation.parse(*ORIENTATIONS[slot]),
    )
