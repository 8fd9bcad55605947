"""A plain folder: DICOM files or pictures, and a CSV with a line for each box.

The CSV is the only one in the folder, or is called ``boxes.csv``. Columns, by any of their names:

================= =============================================================================
image, file       path below the folder or below its ``images``
x0 y0 x1 y1       or xmin ymin xmax ymax: first column and row of the box, and those one past it;
                  all empty: the image has no finding
kind, class       mass, calcification group, asymmetry ... ; a mass where there is no such column
patient           without it each image counts as a patient of its own
side, view, split, density, birads, malignant, spacing_mm: where known
================= =============================================================================

Only images that the CSV names are taken: of the others nobody says whether they are normal. A
class that is not known becomes an ignored region.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from domain.errors import BadInputError
from domain.finding import FindingKind
from domain.geometry import Box, ImageSize, PixelSpacing, SpacingSource
from domain.laterality import Laterality
from domain.view_position import ViewPosition
from imaging.picture.picture_format import PICTURE_SUFFIXES
from imaging.picture.picture_names import read_name
from training.data.sample import SampleInfo, TrueFinding
from training.data.sets.images import read_facts, ref_of
from training.data.sets.listing import Entry, Layout, Listing, Notes
from training.data.sets.tables import Row, columns_of, read_table
from training.data.sets.words import (
    assessment_of,
    composition_of,
    kind_of,
    malignant_of,
    split_of,
)

_IMAGE = ("image", "file", "filename", "image_path", "path")
_EDGES = (("x0", "xmin", "left"), ("y0", "ymin", "top"), ("x1", "xmax", "right"))
_LAST = ("y1", "ymax", "bottom")
_KIND = ("kind", "class", "label", "category")
_SUFFIXES = PICTURE_SUFFIXES | {".dcm", ".dicom"}


def _fits(folder: Path) -> bool:
    return _table(folder) is not None


def _table(folder: Path) -> Path | None:
    tables = [path for path in sorted(folder.glob("*.csv")) if _is_table(path)]
    named = [path for path in tables if path.name.lower() == "boxes.csv"]
    return named[0] if named else (tables[0] if len(tables) == 1 else None)


def _is_table(path: Path) -> bool:
    columns = columns_of(path)
    return all(columns & set(names) for names in (_IMAGE, *_EDGES, _LAST))


def _read(folder: Path) -> Listing:
    table = _table(folder)
    if table is None:
        raise BadInputError("has no CSV of boxes", where=str(folder))
    notes = Notes(folder)
    images: dict[str, list[Row]] = defaultdict(list)
    rows = read_table(table, "|".join(_IMAGE))
    for row in rows:
        images[row.text(*_IMAGE)].append(row)
    if rows and not any(name in rows[0].cells for name in ("patient", "patient_id")):
        notes.odd("no column patient", table, "each image counts as a patient of its own")
    entries = [_tried(folder, name, lines, notes) for name, lines in sorted(images.items())]
    found = [one for one in entries if one is not None]
    _unnamed(folder, found, notes)
    return Listing(tuple(found), tuple(notes.oddities))


def _tried(folder: Path, name: str, rows: Sequence[Row], notes: Notes) -> Entry | None:
    where = f"line {rows[0].number}"
    places = [folder / name, folder / "images" / name]
    path = next((one for one in places if name and one.is_file()), None)
    if path is None:
        notes.odd("missing image", name or where, "left out")
        return None
    try:
        return _entry(folder, path, rows, notes)
    except BadInputError as error:
        notes.odd("file that can't be read", path, f"{error.what}; left out")
    except ValueError as error:
        notes.odd("line that can't be used", where, f"{error}; the image is left out")
    return None


def _entry(folder: Path, path: Path, rows: Sequence[Row], notes: Notes) -> Entry:
    first, name = rows[0], read_name(path.name)
    size = read_facts(ref_of(path)).size
    patient = first.text("patient", "patient_id") or notes.below(path)
    side = Laterality.parse(first.text("side", "laterality")[:1])
    info = SampleInfo(
        name=notes.below(path),
        patient=f"{folder.resolve().name}-{patient}",
        laterality=side or name.laterality,
        position=ViewPosition.parse(first.text("view", "view_position")) or name.position,
        composition=composition_of(first.text("density", "composition")),
        split=split_of(first.text("split")),
        findings=tuple(
            one for row in rows for one in [_finding(row, size, notes)] if one is not None
        ),
    )
    return Entry(info, ref_of(path), size, _spacing(first))


def _spacing(row: Row) -> PixelSpacing | None:
    side = row.number_in("spacing_mm")
    return PixelSpacing(side, side, SpacingSource.SIDECAR) if side is not None else None


def _finding(row: Row, size: ImageSize, notes: Notes) -> TrueFinding | None:
    where = f"line {row.number}"
    edges = [row.number_in(*names) for names in (*_EDGES, _LAST)]
    if all(one is None for one in edges):
        return None
    if None in edges:
        raise ValueError("a box has four edges")
    left, top, right, bottom = (float(one or 0) - 0.5 for one in edges)
    if left > right or top > bottom:
        raise ValueError("a box's edges are in the wrong order")
    box = notes.inside(Box(left, top, right, bottom), size, where)
    if box is None:
        return None
    told = row.text(*_KIND)
    kind = kind_of(told) if told else FindingKind.MASS
    if kind is None:
        notes.odd("unknown class", where, f"{told!r}, an ignored region")
    return TrueFinding(
        kind or FindingKind.IGNORED_REGION,
        box,
        malignant=malignant_of(row.text("malignant", "pathology")),
        assessment=assessment_of(row.text("birads", "bi_rads", "assessment")),
    )


def _unnamed(folder: Path, found: Sequence[Entry], notes: Notes) -> None:
    """Note pictures that the CSV does not name, masks aside."""
    named = {entry.ref.path for entry in found}
    for place in (folder, folder / "images"):
        for path in sorted(place.iterdir()) if place.is_dir() else ():
            if path.suffix.lower() in _SUFFIXES and str(path.absolute()) not in named:
                notes.odd("image that the table does not name", path, "left out")


LAYOUT = Layout(
    key="folder",
    title="a folder of images with a table of boxes (its terms are not known here)",
    hint="a CSV with image, x0, y0, x1, y1, and the images beside",
    fits=_fits,
    read=_read,
)
