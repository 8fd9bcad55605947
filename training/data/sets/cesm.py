"""CDD-CESM's low-energy mammograms, cut to 512x512, with boxes and masks of their outlines.

Khaled et al., Scientific Data 2022, s41597-022-01238-0: ``boxes.csv``, ``images/``, ``masks/``.
``findings`` tells of the image, not of the box, so that these rules are made here:

- an outline counts as a mass where the image's findings speak of masses, nodules or lesions, and
  as an asymmetry everywhere else;
- no truth: boxes of more than 40 % of the frame (whole breasts) and outlines below 60 pixels;
- another finding, never a mass: thickened skin, which is a strip along the breast's edge, and
  strips a few pixels thin inside it (vessels). Both are told by length and thickness alone.

Nearly every image has an outline: figures for normal images can't be had from this set. Nothing is
told of pathology; BI-RADS is the image's, and is left out where several are told.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from domain.errors import BadInputError
from domain.finding import FindingKind
from domain.geometry import Box, ImageSize
from domain.laterality import Laterality
from domain.mask import RleMask
from domain.view_position import ViewPosition
from imaging.picture.pictures import read_picture
from training.data.sample import SampleInfo, TrueFinding
from training.data.sets.images import Bits, read_bits, ref_of
from training.data.sets.listing import Entry, Layout, Listing, Notes
from training.data.sets.tables import Row, columns_of, read_table
from training.data.sets.words import assessment_of, composition_of, split_of

LARGEST_SHARE = 0.4
"""Of the frame; boxes that are larger are no truths."""
LEAST_PIXELS = 60
"""Of an outline; smaller ones are no truths."""
_COLUMNS = ("image", "patient", "side", "view", "split", "x0", "y0", "x1", "y1", "area")
_TOLD = ("birads", "density", "findings")
_MASS = re.compile(r"mass|nodul|lesion", re.IGNORECASE)
_LIT = 12
"""Grey from which a pixel of these pictures is breast."""
_SKIN_DEPTH = 20.0
"""Pixels from the breast's edge within which nine tenths of a thickened skin's lie."""
_SKIN_LONG, _VESSEL_LONG = 5.0, 10.0
"""Lengths of strips in thicknesses."""
_VESSEL_THICK = 16.0


def _fits(folder: Path) -> bool:
    return set(_COLUMNS + _TOLD) <= columns_of(folder / "boxes.csv")


def _read(folder: Path) -> Listing:
    notes = Notes(folder)
    images: dict[str, list[Row]] = defaultdict(list)
    for row in read_table(folder / "boxes.csv", *_COLUMNS, *_TOLD):
        images[row.text("image")].append(row)
    entries = []
    for name, rows in sorted(images.items()):
        try:
            entries.append(_entry(folder, name, rows, notes))
        except BadInputError as error:
            what = "missing image" if not (folder / "images" / name).exists() else "odd image"
            notes.odd(what, f"images/{name}", f"{error.what}; left out")
    return Listing(tuple(entries), tuple(notes.oddities))


@dataclass(frozen=True, eq=False)
class _Picture:
    """parts: number of each pixel's outline, 0 outside; areas: in pixels, by that number."""

    grey: Bits
    parts: npt.NDArray[np.int32]
    areas: npt.NDArray[np.int64]

    @property
    def size(self) -> ImageSize:
        return ImageSize(*self.grey.shape)

    @cached_property
    def depth(self) -> npt.NDArray[np.float32]:
        """Of each pixel below the breast's edge, in pixels."""
        lit = np.asarray(cv2.GaussianBlur(self.grey, (0, 0), 2) > _LIT, np.uint8)
        away = cv2.distanceTransform(np.pad(lit, 1), cv2.DIST_L2, 5)
        return np.asarray(away[1:-1, 1:-1], np.float32)


def _entry(folder: Path, name: str, rows: Sequence[Row], notes: Notes) -> Entry:
    ref = ref_of(folder / "images" / name)
    grey = read_picture(ref).pixels.astype(np.uint8)
    picture = _picture(grey, _bits(folder, name, grey.shape, notes))
    first = rows[0]
    info = SampleInfo(
        name=name,
        patient=f"cesm-{first.text('patient')}",
        laterality=Laterality.parse(first.text("side")),
        position=ViewPosition.parse(first.text("view")),
        composition=composition_of(first.text("density")),
        split=_split(first),
        findings=tuple(_findings(rows, picture, notes)),
    )
    return Entry(info, ref, picture.size)


def _split(row: Row) -> str:
    try:
        return split_of(row.text("split"))
    except ValueError as error:
        raise BadInputError(f"boxes.csv line {row.number}: {error}") from error


def _bits(folder: Path, name: str, shape: tuple[int, ...], notes: Notes) -> Bits:
    path = (folder / "masks" / name).with_suffix(".png")
    if path.is_file():
        bits = read_bits(ref_of(path))
        if bits.shape == shape:
            return bits
        notes.odd("mask of another size", path, f"{bits.shape} for {shape}; boxes alone are taken")
    else:
        notes.odd("missing mask", path, "boxes alone are taken")
    return np.zeros(shape, np.uint8)


def _picture(grey: Bits, bits: Bits) -> _Picture:
    parts = cv2.connectedComponents(bits, connectivity=4, ltype=cv2.CV_32S)[1]
    numbers: npt.NDArray[Any] = np.asarray(parts)
    areas = np.bincount(numbers.ravel()).astype(np.int64)
    return _Picture(grey, numbers, areas)


def _findings(rows: Sequence[Row], picture: _Picture, notes: Notes) -> Iterator[TrueFinding]:
    for row in rows:
        where = f"boxes.csv line {row.number}"
        try:
            told = [row.number_in(one) for one in ("x0", "y0", "x1", "y1", "area")]
            x0, y0, x1, y1, area = (float(one) for one in told if one is not None)
            box = Box(x0 - 0.5, y0 - 0.5, x1 - 0.5, y1 - 0.5)
        except ValueError:
            notes.odd("box that can't be used", where, "left out")
            continue
        cut = notes.inside(box, picture.size, where)
        if cut is None:
            continue
        whole = picture.size.rows * picture.size.columns
        if cut.area > LARGEST_SHARE * whole:
            notes.odd("box above 40 % of the frame", where, "left out, as the set's rule is")
        elif area < LEAST_PIXELS:
            notes.odd("outline below 60 pixels", where, "left out, as the set's rule is")
        else:
            yield _finding(row, cut, area, picture)


def _finding(row: Row, box: Box, area: float, picture: _Picture) -> TrueFinding:
    left, top = round(box.left + 0.5), round(box.top + 0.5)
    right, bottom = round(box.right + 0.5), round(box.bottom + 0.5)
    inside = _inside(picture.parts[top:bottom, left:right], area, picture)
    mask = RleMask.of(inside, picture.size, left, top) if inside.any() else None
    kind = FindingKind.MASS if _MASS.search(row.text("findings")) else FindingKind.ASYMMETRY
    if mask is not None and _is_strip(inside, picture, left, top):
        kind = FindingKind.OTHER
    return TrueFinding(kind, box, mask, assessment=assessment_of(row.text("birads")))


def _inside(parts: npt.NDArray[np.int32], area: float, picture: _Picture) -> npt.NDArray[np.bool_]:
    """The pixels of a box's outline: of those that lie in the box the one of nearest area."""
    numbers = np.unique(parts)
    numbers = numbers[numbers > 0]
    if not numbers.size:
        return np.zeros(parts.shape, np.bool_)
    best = numbers[np.argmin(np.abs(picture.areas[numbers] - area))]
    return np.asarray(parts == best)


def _is_strip(inside: npt.NDArray[np.bool_], picture: _Picture, left: int, top: int) -> bool:
    """Whether an outline is skin or a vessel by its length and thickness.

    inside: (rows, columns) of its box, whose first pixel is the image's (top, left).
    """
    away = cv2.distanceTransform(np.pad(inside.astype(np.uint8), 1), cv2.DIST_L2, 5)
    thick = 2 * float(away.max())
    long = float(inside.sum()) / thick**2
    if long < _SKIN_LONG:
        return False
    rows, columns = inside.shape
    depth = picture.depth[top : top + rows, left : left + columns]
    at_skin = float(np.percentile(depth[inside], 90)) <= _SKIN_DEPTH
    return at_skin or (long >= _VESSEL_LONG and thick <= _VESSEL_THICK)


LAYOUT = Layout(
    key="cdd-cesm-dm",
    title="CDD-CESM low-energy images (The Cancer Imaging Archive, DOI 10.7937/29kw-ae92; TCIA "
    "data usage policy, with attribution)",
    hint="boxes.csv with findings and birads, images, masks",
    fits=_fits,
    read=_read,
)
