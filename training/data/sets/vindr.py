"""VinDr-Mammo: images/STUDY/IMAGE.dicom, a table of boxes and one of breasts.

Nguyen et al., Scientific Data 2023, s41597-023-02100-7. A study stands for a patient: the set tells
no more. Boxes are in pixels from the image's outer corner. Suspicious calcifications are groups.
Skin, nipple and lymph nodes are other findings.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from domain.finding import Descriptors, FindingKind
from domain.geometry import Box, ImageSize
from domain.laterality import Laterality
from domain.lexicon import DescriptorAxis
from domain.view_position import ViewPosition
from training.data.sample import SampleInfo, TrueFinding
from training.data.sets.images import ref_of
from training.data.sets.listing import Entry, Layout, Listing, Notes
from training.data.sets.tables import Row, read_table
from training.data.sets.words import assessment_of, composition_of, kind_of, split_of

_FINDINGS = "finding_annotations.csv"
_BREASTS = "breast-level_annotations.csv"
_SUFFIXES = (".dicom", ".dcm", ".png")
_SIGNS = {
    "suspicious lymph node": (DescriptorAxis.ASSOCIATED_FEATURE, "axillary-adenopathy"),
    "skin thickening": (DescriptorAxis.ASSOCIATED_FEATURE, "skin-thickening"),
    "skin retraction": (DescriptorAxis.ASSOCIATED_FEATURE, "skin-retraction"),
    "nipple retraction": (DescriptorAxis.ASSOCIATED_FEATURE, "nipple-retraction"),
}
_TERMS = {
    **_SIGNS,
    "focal asymmetry": (DescriptorAxis.ASYMMETRY, "focal"),
    "global asymmetry": (DescriptorAxis.ASYMMETRY, "global"),
    "asymmetry": (DescriptorAxis.ASYMMETRY, "asymmetry"),
}


def _fits(folder: Path) -> bool:
    return (folder / _FINDINGS).is_file()


def _read(folder: Path) -> Listing:
    notes = Notes(folder)
    images: dict[tuple[str, str], list[Row]] = defaultdict(list)
    needed = ("study_id", "image_id", "laterality", "view_position", "height", "width")
    boxes = ("finding_categories", "xmin", "ymin", "xmax", "ymax", "split")
    for row in read_table(folder / _FINDINGS, *needed, *boxes):
        images[row.text("study_id"), row.text("image_id")].append(row)
    if (folder / _BREASTS).is_file():
        for row in read_table(folder / _BREASTS, *needed):
            images.setdefault((row.text("study_id"), row.text("image_id")), [row])
    else:
        notes.odd("missing table", _BREASTS, f"only images of {_FINDINGS} are taken")
    entries = [_entry(folder, key, rows, notes) for key, rows in sorted(images.items())]
    return Listing(tuple(one for one in entries if one is not None), tuple(notes.oddities))


def _entry(folder: Path, key: tuple[str, str], rows: Sequence[Row], notes: Notes) -> Entry | None:
    study, image = key
    place = folder / "images" / study
    path = next(
        (one for one in (place / f"{image}{end}" for end in _SUFFIXES) if one.exists()), None
    )
    if path is None:
        notes.odd("missing image", notes.below(place / f"{image}{_SUFFIXES[0]}"), "left out")
        return None
    first = rows[0]
    try:
        sides = first.number_in("height"), first.number_in("width")
        size = ImageSize(int(sides[0] or 0), int(sides[1] or 0))
        split = split_of(first.text("split"))
    except ValueError as error:
        notes.odd("line that can't be used", f"line {first.number}", f"{error}; image left out")
        return None
    info = SampleInfo(
        name=f"{study}/{image}",
        patient=f"vindr-{study}",
        laterality=Laterality.parse(first.text("laterality")),
        position=ViewPosition.parse(first.text("view_position")),
        composition=composition_of(first.text("breast_density")),
        split=split,
        findings=tuple(one for row in rows for one in _findings(row, size, notes)),
    )
    return Entry(info, ref_of(path), size)


def _findings(row: Row, size: ImageSize, notes: Notes) -> Iterator[TrueFinding]:
    where = f"{_FINDINGS} line {row.number}"
    names = [name.strip().lower() for name in _categories(row.text("finding_categories"))]
    names = [name for name in names if name != "no finding"]
    if not names:
        return
    try:
        edges = [row.number_in(one) for one in ("xmin", "ymin", "xmax", "ymax")]
        left, top, right, bottom = (0.0 if one is None else one - 0.5 for one in edges)
        told = None if None in edges else Box(left, top, right, bottom)
    except ValueError:
        told = None
    if told is None:
        notes.odd("finding without a box", where, "left out")
        return
    box = notes.inside(told, size, where)
    if box is None:
        return
    kinds = {_kind(name, where, notes) for name in names}
    terms = tuple(dict(_TERMS[name] for name in names if name in _TERMS).items())
    category = assessment_of(row.text("finding_birads"))
    for kind in sorted(kinds, key=lambda one: one.value):
        yield TrueFinding(kind, box, assessment=category, descriptors=Descriptors(terms=terms))


def _categories(cell: str) -> list[str]:
    """The words of a cell such as ``['Mass', 'Suspicious Calcification']``."""
    try:
        found = ast.literal_eval(cell) if cell.startswith("[") else [cell]
        return [str(one) for one in found if str(one)]
    except (ValueError, SyntaxError):
        return [cell]


def _kind(name: str, where: str, notes: Notes) -> FindingKind:
    if name in _SIGNS:
        return FindingKind.OTHER
    kind = kind_of(name)
    if kind is None:
        notes.odd("unknown class", where, f"{name!r}, an ignored region")
    return kind or FindingKind.IGNORED_REGION


LAYOUT = Layout(
    key="vindr-mammo",
    title="VinDr-Mammo 1.0.0 (PhysioNet, DOI 10.13026/br2v-7517; restricted health data licence)",
    hint="finding_annotations.csv and images/STUDY/IMAGE.dicom",
    fits=_fits,
    read=_read,
)
