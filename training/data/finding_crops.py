"""Cuts around findings with their truths, kept in memory: what a classifier learns from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from domain.finding import FindingKind
from domain.mask import RleMask
from inference.systems.classify_crops import Cuttable, cuts, longest_mm, planes
from inference.systems.classify_features import FEATURES, features
from training.data.outlines import OUTLINED, OutlineStore
from training.data.sample import CALCIFIED, SOFT, DataSet, Sample, SampleInfo, TrueFinding

JUDGED = SOFT | {FindingKind.CALCIFICATION_GROUP}
"""Kinds that a classifier judges."""
WIDER = 4 / 3
"""How much more than a network's square is kept, for training to move about in."""
COARSEST_MM = 0.15
"""Calcifications are only learnt from images whose pixels are at most this large."""
_LOST = 0.4
"""How often a detector misses the smallest specks."""
_THICKER = 0.5

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class FindingCrop:
    """One finding on one image. shown: uint8 (2 + n, wide, wide), as ``cuts`` gives them,
    ``WIDER``, with n outlines: the true one first, then those that a reader will have.

    features: float32 (n, ``FEATURES``), of each outline. size_mm: longer side of its box. patient:
    as ``SampleInfo`` has it. lesion: the same for the views of one lesion, unique among patients.
    """

    shown: Bytes
    features: Floats
    size_mm: float
    truth: TrueFinding
    patient: str
    lesion: str


@dataclass(frozen=True)
class Jitter:
    """How far training moves a cut. zoom: largest factor, up and down. shift: of the square's
    side, either way. gain, gamma: largest factors of brightness and its exponent. size: largest
    factor on the size that is told, as boxes of detectors err. true, bare: how often it is shown
    with its true outline, and with none.
    """

    zoom: float = 1.12
    shift: float = 0.04
    gain: float = 1.15
    gamma: float = 1.1
    size: float = 1.15
    true: float = 0.2
    bare: float = 0.1


def crops_of(
    data: DataSet,
    side: int,
    outlines: OutlineStore,
    kinds: frozenset[FindingKind] = JUDGED,
) -> list[FindingCrop]:
    """All findings of these kinds with a known outcome, in the set's order. side: of a network."""
    found: list[FindingCrop] = []
    for info in data.infos():
        if any(one.malignant is not None for one in info.of(kinds)):
            found += _crops(data.open(info), side, outlines, kinds)
    return found


def _crops(
    sample: Sample, side: int, outlines: OutlineStore, kinds: frozenset[FindingKind]
) -> Iterator[FindingCrop]:
    seen = Cuttable.of(sample.pixels, sample.grey, sample.spacing)
    drawn = outlines.of(sample)
    for place, one in enumerate(sample.info.findings):
        coarse = one.kind in CALCIFIED and max(seen.mm) > COARSEST_MM
        if one.kind not in kinds or one.malignant is None or coarse:
            continue
        masks = masks_of(one, drawn.get(place, ()), outlines.draws)
        wide = round(side * WIDER)
        shown = cuts(seen, one.box, one.kind, wide, masks, wider=WIDER)
        measured = np.stack([features(seen, one.kind, mask) for mask in masks])
        size = longest_mm(one.box, seen.mm)
        lesion = lesion_of(sample.info, one)
        yield FindingCrop(shown, measured, size, one, sample.info.patient, lesion)


def masks_of(
    finding: TrueFinding, drawn: Sequence[RleMask | None], draws: int
) -> tuple[RleMask | None, ...]:
    """The true mask, then what a reader will have: outlines drawn by a contour package, for a
    group specks that are found as well or not, for other kinds nothing.
    """
    if finding.kind in OUTLINED:
        return (finding.mask, *drawn)
    if finding.kind in CALCIFIED and finding.mask is not None:
        random = np.random.default_rng(finding.mask.area)
        return (finding.mask, *(as_detected(finding.mask, random) for _ in range(draws)))
    return (None,) * (1 + draws)


def as_detected(mask: RleMask, random: np.random.Generator) -> RleMask:
    """Specks as a detector might give them: some of the small ones lost, all thicker or not."""
    box = mask.box
    if box is None:
        return mask
    left, top = round(box.left + 0.5) - 2, round(box.top + 0.5) - 2
    inside = mask.window(left, top, round(box.width) + 4, round(box.height) + 4)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA]
    lost = random.random(count) < _LOST * np.exp(-areas / max(1.0, float(np.median(areas[1:]))))
    kept = np.where(lost[labels], 0, inside).astype(np.uint8)
    if random.random() < _THICKER:
        kept = np.asarray(cv2.dilate(kept, np.ones((3, 3), np.uint8)), np.uint8)
    return RleMask.of(kept, mask.size, left, top) if kept.any() else mask


def lesion_of(info: SampleInfo, finding: TrueFinding) -> str:
    """What the views of one lesion have in common."""
    side = info.laterality
    said = (side and side.value, finding.kind.value, finding.size_mm, finding.subtlety)
    return f"{info.patient} {said}"


def plain_planes(crop: FindingCrop, side: int, outline: int = 1) -> Floats:
    """float32 (5, side, side): the crop as it is read, not moved, with one of its outlines."""
    margin = (crop.shown.shape[1] - side) // 2
    inner = crop.shown[[0, 1, 2 + outline], margin : margin + side, margin : margin + side]
    return planes(inner, crop.size_mm, crop.truth.kind)


def drawn_outline(crop: FindingCrop, jitter: Jitter, random: np.random.Generator) -> int | None:
    """Which outline is shown this time: a true one, none, or one of the others."""
    chance = random.random()
    if chance < jitter.bare:
        return None
    outlines = len(crop.features)
    if chance < jitter.bare + jitter.true or outlines == 1:
        return 0
    return int(random.integers(1, outlines))


def moved_planes(
    crop: FindingCrop,
    side: int,
    jitter: Jitter,
    random: np.random.Generator,
    outline: int | None = 1,
) -> Floats:
    """float32 (5, side, side): one draw of the crop, turned, mirrored, shifted and brightened.

    outline: which of its outlines is shown; none for ``None``.
    """
    wide = crop.shown.shape[1]
    zoom = jitter.zoom ** random.uniform(-1, 1)
    x, y = random.uniform(-1, 1, 2) * jitter.shift * side
    start = (wide - 1) / 2 - zoom * (side - 1) / 2
    matrix = np.array([[zoom, 0.0, start + x], [0.0, zoom, start + y]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    shown = crop.shown[[0, 1, 2 + (outline or 0)]]
    moved = np.stack([cv2.warpAffine(one, matrix, (side, side), flags=flags) for one in shown])
    if outline is None:
        moved[2] = 0
    turned = np.rot90(moved, int(random.integers(4)), (1, 2))
    if random.random() < 0.5:
        turned = turned[:, :, ::-1]
    size = crop.size_mm * jitter.size ** random.uniform(-1, 1)
    whole = planes(np.ascontiguousarray(turned), size, crop.truth.kind)
    gain, gamma = jitter.gain ** random.uniform(-1, 1), jitter.gamma ** random.uniform(-1, 1)
    whole[:2] = np.clip(np.float32(gain) * (whole[:2] - 0.5) + 0.5, 0, 1) ** np.float32(gamma)
    return whole


def features_of(crop: FindingCrop, outline: int | None = 1) -> Floats:
    """float32 (``FEATURES``,) of one of its outlines; all 0 for ``None``."""
    return np.zeros(FEATURES, np.float32) if outline is None else crop.features[outline]


def by_lesion(crops: Sequence[FindingCrop]) -> list[list[int]]:
    """Places of the crops of each lesion, in order of the first."""
    places: dict[str, list[int]] = {}
    for place, one in enumerate(crops):
        places.setdefault(one.lesion, []).append(place)
    return list(places.values())
