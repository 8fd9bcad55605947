"""Millimetres per pixel in the plane of the breast, and who says so.

Imager Pixel Spacing is measured at the detector (PS3.3 C.8.11.4); the breast lies nearer to the
tube, so that it is divided by the Estimated Radiographic Magnification Factor (ERMF). Pixel
Spacing equals one of the two, or was calibrated (PS3.3 10.7.1.1); a third length in it is
flagged and never overrides: whoever calibrated may have meant another plane. It counts where
nothing else is given. The value order is row spacing, column spacing (10.7.1.3).
"""

from __future__ import annotations

from collections.abc import Iterable

from pydicom.dataset import Dataset

from domain.geometry import PixelSpacing, SpacingSource
from domain.study import Flag, Reason
from imaging.attributes import functional_groups
from imaging.attributes.conclusion import Concluded, because, doubt
from imaging.attributes.tags import label_of, number, numbers, text, texts

KEYWORDS = (
    "ImagerPixelSpacing",
    "EstimatedRadiographicMagnificationFactor",
    "PixelSpacing",
    "PixelSpacingCalibrationType",
    "NominalScannedPixelSpacing",
    *functional_groups.KEYWORDS,
)
_FACTOR = "EstimatedRadiographicMagnificationFactor"
# Contact mammography has 1.0 to 1.1, magnification stands up to 2; beyond these it is a slip.
_POSSIBLE_FACTORS = (0.5, 5.0)
# Detector pixels are 0.05 to 0.1 mm wide; pictures scaled down for research reach 0.5 mm.
_PLAUSIBLE_MM = (0.01, 1.0)
_POSSIBLE_MM = (1e-4, 1e2)
_SAME = 0.01  # relative: headers round to two or three digits
_IN_GROUPS = {
    "ImagerPixelSpacing": "FramePixelDataPropertiesSequence",
    _FACTOR: "XRayGeometrySequence",
    "PixelSpacing": "PixelMeasuresSequence",
}
_CALIBRATED = frozenset({"FIDUCIAL", "GEOMETRY"})  # PS3.3 10.7.1.2

Pair = tuple[float, float]


def read_spacing(ds: Dataset, *, reconstructed: bool = False) -> Concluded[PixelSpacing]:
    """Read the spacing; unknown, with a flag, where the header gives no usable length.

    reconstructed: slices of tomosynthesis; they have a pixel grid of their own in the breast,
    so that Pixel Spacing counts first.
    """
    flags: list[Flag] = []
    imager = _pair(ds, "ImagerPixelSpacing", flags)
    plain = _pair(ds, "PixelSpacing", flags)
    film = _pair(ds, "NominalScannedPixelSpacing", flags)
    if imager is not None and not (reconstructed and plain):
        found = _at_detector(ds, imager, plain, flags)
    elif plain is not None:
        found = _as_written(ds, plain, flags, reconstructed=reconstructed)
    elif film is not None:
        flags.append(doubt("Lengths are those on the film", "NominalScannedPixelSpacing"))
        found = PixelSpacing(*film, SpacingSource.SCANNED_FILM)
    else:
        flags.append(doubt("Pixel spacing is unknown: no millimetres", "ImagerPixelSpacing"))
        return Concluded(PixelSpacing.unknown(), (), tuple(flags))
    return Concluded(found, (_reason(ds, found),), tuple(flags))


def _holders(ds: Dataset, keyword: str) -> Iterable[Dataset]:
    yield ds
    sequence = _IN_GROUPS.get(keyword)
    if sequence is not None:
        yield from functional_groups.group_items(ds, sequence)


def _pair(ds: Dataset, keyword: str, flags: list[Flag]) -> Pair | None:
    for holder in _holders(ds, keyword):
        written = texts(holder, keyword)
        if not written:
            continue
        values = numbers(holder, keyword)
        if len(values) == 2 and _POSSIBLE_MM[0] < min(values) <= max(values) < _POSSIBLE_MM[1]:
            _doubt_size(values, keyword, flags)
            return (values[0], values[1])
        raw = "\\".join(written)
        flags.append(
            doubt(f"{label_of(keyword)} is {raw!r}, not the two lengths of a pixel", keyword)
        )
    return None


def _doubt_size(values: tuple[float, ...], keyword: str, flags: list[Flag]) -> None:
    if min(values) < _PLAUSIBLE_MM[0] or max(values) > _PLAUSIBLE_MM[1]:
        flags.append(doubt(f"A pixel of {values[0]:g} x {values[1]:g} mm is unlikely", keyword))


def _factor(ds: Dataset, flags: list[Flag]) -> float | None:
    for holder in _holders(ds, _FACTOR):
        raw = text(holder, _FACTOR)
        if not raw:
            continue
        factor = number(holder, _FACTOR)
        if factor is not None and _POSSIBLE_FACTORS[0] <= factor <= _POSSIBLE_FACTORS[1]:
            return factor
        flags.append(
            doubt(f"Magnification {raw!r} is impossible: lengths at the detector", _FACTOR)
        )
    return None


def _at_detector(ds: Dataset, imager: Pair, plain: Pair | None, flags: list[Flag]) -> PixelSpacing:
    factor = _factor(ds, flags)
    if factor is None:
        found = PixelSpacing(*imager, SpacingSource.IMAGER)
    else:
        row_mm, column_mm = imager[0] / factor, imager[1] / factor
        found = PixelSpacing(row_mm, column_mm, SpacingSource.IMAGER_OVER_ERMF)
    if plain is not None and not _same(plain, imager) and not _same(plain, _lengths(found)):
        calibration = text(ds, "PixelSpacingCalibrationType") or "no calibration"
        flags.append(
            doubt(
                f"Pixel Spacing gives {plain[0]:g} x {plain[1]:g} mm ({calibration}), which is "
                f"neither the detector's nor the breast's; {found.source.value} is used",
                "PixelSpacing",
            )
        )
    return found


def _as_written(
    ds: Dataset, plain: Pair, flags: list[Flag], *, reconstructed: bool
) -> PixelSpacing:
    if text(ds, "PixelSpacingCalibrationType").upper() in _CALIBRATED:
        return PixelSpacing(*plain, SpacingSource.CALIBRATED)
    if not reconstructed:
        flags.append(doubt("Pixel Spacing may be at the detector or in the breast", "PixelSpacing"))
    return PixelSpacing(*plain, SpacingSource.PIXEL_SPACING)


def _reason(ds: Dataset, found: PixelSpacing) -> Reason:
    keyword = {
        SpacingSource.IMAGER_OVER_ERMF: "ImagerPixelSpacing",
        SpacingSource.IMAGER: "ImagerPixelSpacing",
        SpacingSource.SCANNED_FILM: "NominalScannedPixelSpacing",
    }.get(found.source, "PixelSpacing")
    written = next((raw for holder in _holders(ds, keyword) if (raw := texts(holder, keyword))), ())
    row_mm, column_mm = _lengths(found)
    length = f"{row_mm:.5g} x {column_mm:.5g} mm a pixel ({found.source.value})"
    return because(length, keyword, "\\".join(written))


def _same(one: Pair, other: Pair) -> bool:
    return all(abs(a - b) <= _SAME * b for a, b in zip(one, other, strict=True))


def _lengths(spacing: PixelSpacing) -> Pair:
    return (spacing.row_mm or 0.0, spacing.column_mm or 0.0)
