"""INbreast: DICOM files, outlines as property lists (OsiriX), and a table of views and categories.

Moreira et al., Academic Radiology 19 (2012) 236-248. The table comes as INbreast.csv (``;``) or as
a workbook; BI-RADS categories are the image's, and are told of each of its findings. The patient
stands in the file name alone. Spiculated regions surround masses that are outlined as well, so
that they are ignored regions here; the pectoral muscle's outline is no finding.
"""

from __future__ import annotations

import plistlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

import numpy as np

from domain.errors import BadInputError
from domain.finding import FindingKind
from domain.geometry import ImageSize
from domain.laterality import Laterality
from domain.view_position import ViewPosition
from training.data.sample import SampleInfo, TrueFinding
from training.data.sets.images import ImageFacts, filled_outline, read_facts, ref_of
from training.data.sets.listing import Entry, Layout, Listing, Notes
from training.data.sets.tables import Row, read_table
from training.data.sets.words import assessment_of, composition_of, kind_of

_NAME = re.compile(r"(\d+)_([0-9a-fA-F]+)_MG_([LR])_([A-Za-z]+)_ANON")
_PAIR = re.compile(r"\(\s*([-+0-9.eE]+)\s*,\s*([-+0-9.eE]+)")
_MUSCLE = "pectoral"
_SPICULATED = "spiculatedregion"


@dataclass(frozen=True)
class _Outline:
    """One ROI of a property list: what it is called, its points as (points, 2) of x and y."""

    name: str
    points: np.ndarray[Any, np.dtype[np.float64]]


def _root(folder: Path) -> Path | None:
    """The folder that holds AllDICOMs: this one, or one in it as the download unpacks."""
    inside = sorted(path for path in folder.iterdir() if path.is_dir())
    return next((place for place in (folder, *inside) if _below(place, "alldicoms")), None)


def _below(place: Path, name: str) -> Path | None:
    try:
        return next((one for one in sorted(place.iterdir()) if one.name.lower() == name), None)
    except OSError:
        return None


def _fits(folder: Path) -> bool:
    return _root(folder) is not None


def _read(folder: Path) -> Listing:
    root = _root(folder)
    images = _below(root, "alldicoms") if root else None
    if root is None or images is None:
        raise BadInputError("holds no folder AllDICOMs", where=str(folder))
    notes = Notes(folder)
    table = _table(root, notes)
    outlines = _below(root, "allxml")
    if outlines is None:
        notes.odd("missing outlines", "AllXML", "no image has findings")
    entries, met = [], set()
    for path in sorted(images.glob("*.dcm")):
        named = _NAME.match(path.stem)
        if named is None:
            notes.odd("file name that tells no patient", path, "left out")
            continue
        met.add(named.group(1))
        try:
            entries.append(_entry(path, named, table.get(named.group(1)), outlines, notes))
        except BadInputError as error:
            notes.odd("file that can't be read", path, f"{error.what}; left out")
    for name in sorted(set(table) - met):
        notes.odd("missing image", name, "the table names it")
    return Listing(tuple(entries), tuple(notes.oddities))


def _table(root: Path, notes: Notes) -> Mapping[str, Row]:
    """Rows by the number that file names begin with."""
    tables = sorted(path for path in root.iterdir() if path.stem.lower() == "inbreast")
    can = [path for path in tables if path.suffix.lower() in {".csv", ".xlsx"}]
    if not can and any(path.suffix.lower() == ".xls" for path in tables):
        raise BadInputError(
            "an XLS workbook can't be read",
            where=str(root / "INbreast.xls"),
            remedy="Open it in a spreadsheet program and save it beside as INbreast.csv",
        )
    if not can:
        notes.odd("missing table", "INbreast.csv", "no composition and no BI-RADS is known")
        return {}
    return {row.text("file_name"): row for row in read_table(can[0], "file_name", "acr", "bi_rads")}


def _entry(
    path: Path, named: re.Match[str], row: Row | None, outlines: Path | None, notes: Notes
) -> Entry:
    facts = read_facts(ref_of(path))
    if row is None:
        notes.odd("image without a line in the table", path)
    told = row or Row(0, {})
    listed = outlines / f"{named.group(1)}.xml" if outlines else None
    category = assessment_of(told.text("bi_rads"))
    findings = (
        tuple(_findings(listed, facts, category, notes))
        if listed is not None and listed.is_file()
        else ()
    )
    if not findings and any(told.text(one) for one in ("mass", "micros", "distortion")):
        notes.odd("finding without an outline", path, "the table names one")
    # File names say ML for MLO; the table says it right.
    view = told.text("view") or {"ML": "MLO"}.get(named.group(4).upper(), named.group(4))
    info = SampleInfo(
        name=path.stem,
        patient=f"inbreast-{named.group(2)}",
        laterality=Laterality.parse(told.text("laterality") or named.group(3)),
        position=ViewPosition.parse(view),
        composition=composition_of(told.text("acr")),
        findings=findings,
    )
    return Entry(info, ref_of(path), facts.size)


def _findings(path: Path, facts: ImageFacts, category: Any, notes: Notes) -> Iterator[TrueFinding]:
    for number, outline in enumerate(_outlines(path), start=1):
        where = f"{notes.below(path)} ROI {number}"
        word = re.sub(r"[^a-z]", "", outline.name.lower())
        if _MUSCLE in word:
            continue
        if not len(outline.points):
            notes.odd("outline without points", where, "left out")
            continue
        kind = kind_of(outline.name)
        if word in {_SPICULATED, f"e{_SPICULATED}"}:
            kind = FindingKind.IGNORED_REGION
        elif kind is None:
            notes.odd("unknown class", where, f"{outline.name!r}, an ignored region")
        finding = _finding(kind or FindingKind.IGNORED_REGION, outline, facts, category)
        if finding is None:
            notes.odd("box outside the image", where, "left out")
        else:
            yield finding


def _finding(
    kind: FindingKind, outline: _Outline, facts: ImageFacts, category: Any
) -> TrueFinding | None:
    size: ImageSize = facts.size
    try:
        mask = filled_outline(outline.points, size)
    except ValueError:
        return None
    box, row_mm, column_mm = mask.box, facts.spacing.row_mm, facts.spacing.column_mm
    if box is None:
        return None
    known = row_mm is not None and column_mm is not None
    longest = max(box.height * (row_mm or 0), box.width * (column_mm or 0)) if known else None
    return TrueFinding(kind, box, mask, size_mm=longest, assessment=category)


def _outlines(path: Path) -> Iterator[_Outline]:
    """All ROIs of a property list. Raises BadInputError where it is none."""
    try:
        found = plistlib.loads(path.read_bytes(), fmt=plistlib.FMT_XML)
        for image in found["Images"]:
            for one in image["ROIs"]:
                pairs = [_PAIR.match(str(text)) for text in one.get("Point_px", ())]
                points = [(float(pair[1]), float(pair[2])) for pair in pairs if pair]
                yield _Outline(str(one.get("Name", "")), np.array(points).reshape(-1, 2))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ExpatError) as error:
        raise BadInputError(
            f"the outlines in {path.name} can't be read ({type(error).__name__})", where=str(path)
        ) from error


LAYOUT = Layout(
    key="inbreast",
    title="INbreast (Moreira et al. 2012; for research, by permission of its makers)",
    hint="folders AllDICOMs and AllXML, INbreast.csv or .xlsx",
    fits=_fits,
    read=_read,
)
