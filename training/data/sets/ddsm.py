"""DDSM: cases of four digitised films, with outlines as chain codes.

Its own LJPEG can't be read here; convert the films to 16-bit PNG or TIFF (or DICOM) beside them,
named as before with the new ending: ``A_0001_1.LEFT_CC.png``. A film that was made smaller takes
its outlines along. CBIS-DDSM has many of the same patients under other names: never train on one
and test on the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from domain.errors import BadInputError
from domain.geometry import ImageSize, PixelSpacing, SpacingSource
from domain.laterality import Laterality
from domain.mask import RleMask
from domain.view_position import ViewPosition
from training.data.sample import SampleInfo, TrueFinding
from training.data.sets.ddsm_files import Abnormality, Case, Scan, read_case, read_overlay
from training.data.sets.images import filled_outline, read_facts, ref_of
from training.data.sets.listing import Entry, Layout, Listing, Notes
from training.data.sets.words import (
    assessment_of,
    composition_of,
    ddsm_descriptors,
    ddsm_kind,
    malignant_of,
    subtlety_of,
)

_SUFFIXES = (".png", ".tif", ".tiff", ".dcm")
_SAME_SHAPE = 0.03
_LEFT_OUT = "the image is left out"


def _fits(folder: Path) -> bool:
    return any(islice(folder.rglob("*.ics"), 1))


def _read(folder: Path) -> Listing:
    notes = Notes(folder)
    entries: list[Entry] = []
    for path in sorted(folder.rglob("*.ics")):
        try:
            case = read_case(path)
        except BadInputError as error:
            notes.odd("file that can't be read", path, f"{error.what}; the case is left out")
            continue
        for scan in case.scans:
            try:
                entry = _entry(path.parent, case, scan, notes)
            except BadInputError as error:
                entry = None
                where = Path(error.where) if error.where else path
                notes.odd("file that can't be read", where, f"{error.what}; {_LEFT_OUT}")
            entries += [entry] if entry is not None else []
    return Listing(tuple(entries), tuple(notes.oddities))


def _entry(place: Path, case: Case, scan: Scan, notes: Notes) -> Entry | None:
    stem = f"{case.name}.{scan.view}"
    path = _film(place, stem)
    if path is None:
        packed = any(place.glob(f"{stem}.LJPEG"))
        what = "image as LJPEG alone" if packed else "missing image"
        detail = "convert it to 16-bit PNG beside; left out" if packed else "left out"
        notes.odd(what, notes.below(place / stem), detail)
        return None
    size = read_facts(ref_of(path)).size
    if abs(size.rows / size.columns * scan.columns / scan.rows - 1) > _SAME_SHAPE:
        told = f"{size.rows}x{size.columns}, its case says {scan.rows}x{scan.columns}"
        notes.odd("image of another shape", path, f"{told}; {_LEFT_OUT}")
        return None
    findings = _findings(place / f"{stem}.OVERLAY", scan, size, notes)
    if findings is None:
        return None
    side, _, view = scan.view.partition("_")
    info = SampleInfo(
        name=stem,
        patient=f"ddsm-{case.name}",
        laterality=Laterality.parse(side[0]),
        position=ViewPosition.parse(view),
        composition=composition_of(case.density),
        findings=findings,
    )
    return Entry(info, ref_of(path), size, _spacing(scan, size))


def _film(place: Path, stem: str) -> Path | None:
    names = (f"{stem}{middle}{end}" for middle in ("", ".LJPEG") for end in _SUFFIXES)
    return next((place / name for name in names if (place / name).is_file()), None)


def _spacing(scan: Scan, size: ImageSize) -> PixelSpacing:
    if not scan.microns:
        return PixelSpacing.unknown()
    row, column = scan.rows / size.rows, scan.columns / size.columns
    side = scan.microns / 1000
    return PixelSpacing(side * row, side * column, SpacingSource.SCANNED_FILM)


def _findings(
    path: Path, scan: Scan, size: ImageSize, notes: Notes
) -> tuple[TrueFinding, ...] | None:
    """Of one film; ``None``, noted, where some of them have no place."""
    if not path.is_file():
        if scan.overlay:
            notes.odd("missing overlay", path, _LEFT_OUT)
            return None
        return ()
    found: list[TrueFinding] = []
    for one in read_overlay(path):
        mask = _mask(one, scan, size)
        if mask is None or mask.box is None:
            notes.odd("finding without an outline", f"{notes.below(path)} {one.number}", _LEFT_OUT)
            return None
        found += _lesions(one, mask, _spacing(scan, size))
    return tuple(found)


def _mask(one: Abnormality, scan: Scan, size: ImageSize) -> RleMask | None:
    if one.outline is None:
        return None
    scale = np.array((size.columns / scan.columns, size.rows / scan.rows))
    try:
        return filled_outline((one.outline + 0.5) * scale - 0.5, size)
    except ValueError:
        return None


def _lesions(one: Abnormality, mask: RleMask, spacing: PixelSpacing) -> Iterator[TrueFinding]:
    box = mask.box
    if box is None:
        return
    row_mm, column_mm = spacing.row_mm, spacing.column_mm
    known = row_mm is not None and column_mm is not None
    for lesion in one.lesions or ("",):
        words = lesion.split()
        told = dict(zip(words[1::2], words[2::2], strict=False))
        yield TrueFinding(
            ddsm_kind(told.get("SHAPE", ""), calcified=lesion.startswith("CALC")),
            box,
            mask,
            size_mm=max(box.height * (row_mm or 0), box.width * (column_mm or 0))
            if known
            else None,
            malignant=malignant_of(one.told.get("PATHOLOGY", "")),
            assessment=assessment_of(one.told.get("ASSESSMENT", "")),
            descriptors=ddsm_descriptors(told.values()),
            subtlety=subtlety_of(one.told.get("SUBTLETY", "")),
        )


LAYOUT = Layout(
    key="ddsm",
    title="DDSM (University of South Florida, Heath et al. 2000; for research)",
    hint="cases with .ics and .OVERLAY files, films converted to 16-bit PNG or TIFF",
    fits=_fits,
    read=_read,
)
