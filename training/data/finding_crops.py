"""Cuts around findings with their truths, kept in memory: what a classifier learns from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from domain.finding import FindingKind
from inference.systems.classify_crops import Cuttable, cuts, longest_mm, planes
from training.data.sample import CALCIFIED, SOFT, DataSet, Sample, SampleInfo, TrueFinding

JUDGED = SOFT | {FindingKind.CALCIFICATION_GROUP}
"""Kinds that a classifier judges."""
WIDER = 4 / 3
"""How much more than a network's square is kept, for training to move about in."""
COARSEST_MM = 0.15
"""Calcifications are only learnt from images whose pixels are at most this large."""

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class FindingCrop:
    """One finding on one image. shown: uint8 (2, wide, wide), as ``cuts`` gives them, ``WIDER``.

    size_mm: longer side of its box. patient: as ``SampleInfo`` has it. lesion: the same for the
    views of one lesion, unique among patients.
    """

    shown: Bytes
    size_mm: float
    truth: TrueFinding
    patient: str
    lesion: str


@dataclass(frozen=True)
class Jitter:
    """How far training moves a cut. zoom: largest factor, up and down. shift: of the square's
    side, either way. gain, gamma: largest factors of brightness and its exponent. size: largest
    factor on the size that is told, as boxes of detectors err.
    """

    zoom: float = 1.12
    shift: float = 0.04
    gain: float = 1.15
    gamma: float = 1.1
    size: float = 1.15


def crops_of(data: DataSet, side: int, kinds: frozenset[FindingKind] = JUDGED) -> list[FindingCrop]:
    """All findings of these kinds with a known outcome, in the set's order. side: of a network."""
    found: list[FindingCrop] = []
    for info in data.infos():
        if any(one.malignant is not None for one in info.of(kinds)):
            found += _crops(data.open(info), side, kinds)
    return found


def _crops(sample: Sample, side: int, kinds: frozenset[FindingKind]) -> Iterator[FindingCrop]:
    seen = Cuttable.of(sample.pixels, sample.grey, sample.spacing)
    for one in sample.info.of(kinds):
        coarse = one.kind in CALCIFIED and max(seen.mm) > COARSEST_MM
        if one.malignant is None or coarse:
            continue
        wide = round(side * WIDER)
        shown = cuts(seen, one.box, one.kind, wide, WIDER)
        size = longest_mm(one.box, seen.mm)
        yield FindingCrop(shown, size, one, sample.info.patient, lesion_of(sample.info, one))


def lesion_of(info: SampleInfo, finding: TrueFinding) -> str:
    """What the views of one lesion have in common."""
    side = info.laterality
    said = (side and side.value, finding.kind.value, finding.size_mm, finding.subtlety)
    return f"{info.patient} {said}"


def plain_planes(crop: FindingCrop, side: int) -> Floats:
    """float32 (4, side, side): the crop as it is read, not moved."""
    margin = (crop.shown.shape[1] - side) // 2
    inner = crop.shown[:, margin : margin + side, margin : margin + side]
    return planes(inner, crop.size_mm, crop.truth.kind)


def moved_planes(
    crop: FindingCrop, side: int, jitter: Jitter, random: np.random.Generator
) -> Floats:
    """float32 (4, side, side): one draw of the crop, turned, mirrored, shifted and brightened."""
    wide = crop.shown.shape[1]
    zoom = jitter.zoom ** random.uniform(-1, 1)
    x, y = random.uniform(-1, 1, 2) * jitter.shift * side
    start = (wide - 1) / 2 - zoom * (side - 1) / 2
    matrix = np.array([[zoom, 0.0, start + x], [0.0, zoom, start + y]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = np.stack([cv2.warpAffine(one, matrix, (side, side), flags=flags) for one in crop.shown])
    turned = np.rot90(moved, int(random.integers(4)), (1, 2))
    if random.random() < 0.5:
        turned = turned[:, :, ::-1]
    size = crop.size_mm * jitter.size ** random.uniform(-1, 1)
    whole = planes(np.ascontiguousarray(turned), size, crop.truth.kind)
    gain, gamma = jitter.gain ** random.uniform(-1, 1), jitter.gamma ** random.uniform(-1, 1)
    whole[:2] = np.clip(np.float32(gain) * (whole[:2] - 0.5) + 0.5, 0, 1) ** np.float32(gamma)
    return whole


def by_lesion(crops: Sequence[FindingCrop]) -> list[list[int]]:
    """Places of the crops of each lesion, in order of the first."""
    places: dict[str, list[int]] = {}
    for place, one in enumerate(crops):
        places.setdefault(one.lesion, []).append(place)
    return list(places.values())
