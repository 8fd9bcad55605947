"""The groups that recall is told by: what a lesion and its image are like."""

from __future__ import annotations

from collections.abc import Sequence

from training.data.sample import TrueFinding
from training.evaluation.reading import ReadImage

_SIZES_MM = (5.0, 10.0, 20.0, 35.0)
_SUBTLETIES = (0.25, 0.5, 0.75)


def group_names(image: ReadImage, finding: TrueFinding) -> tuple[str, ...]:
    """One name of each division that something is known of."""
    info = image.info
    names = [
        f"kind: {finding.kind.value}",
        f"size: {_bracket(_size(image, finding), _SIZES_MM)} mm",
    ]
    if info.composition:
        names.append(f"composition: {info.composition}")
    if info.position is not None:
        names.append(f"view: {info.position.family.name}")
    if finding.subtlety is not None:
        names.append(f"subtlety: {_bracket(finding.subtlety, _SUBTLETIES)}")
    if finding.malignant is not None:
        names.append(f"pathology: {'malignant' if finding.malignant else 'not malignant'}")
    return tuple(names)


def _size(image: ReadImage, finding: TrueFinding) -> float:
    """Longest extent in mm; of the box where nothing else tells it."""
    if finding.size_mm is not None:
        return finding.size_mm
    return max(finding.box.width, finding.box.height) * image.pixel_mm


def _bracket(value: float, bounds: Sequence[float]) -> str:
    low = 0.0
    for high in bounds:
        if value < high:
            return f"{low:g} to {high:g}"
        low = high
    return f"{low:g} and more"


def group_order(name: str) -> tuple[str, float, str]:
    """A sort key: by division, then by the lower bound of a bracket, then by name."""
    division, _, rest = name.partition(": ")
    first = rest.split(" ", maxsplit=1)[0]
    number = float(first) if first.replace(".", "", 1).isdecimal() else 0.0
    return division, number, rest
