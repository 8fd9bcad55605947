"""CBIS-DDSM: four CSV files and a folder of DICOM files for each image and each abnormality.

Lee et al., Scientific Data 2017, sdata.2017.177. What is odd about it as it is downloaded:

- the CSV's paths name folders and files otherwise than the download does, except for the first
  folder; so any DICOM file below that one counts;
- a mask and the cut-out of its lesion lie in one folder, and the CSV often takes one for the other;
  the mask is the one of its image's size;
- some masks are of another size than their image: resized where the two have one shape;
- a mammogram with masses and calcifications is there twice; it becomes one image with both;
- a patient may be in the makers' train for masses and in test for calcifications: counts as test.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from domain.errors import BadInputError
from domain.finding import FindingKind
from domain.geometry import ImageSize
from domain.laterality import Laterality
from domain.study import ImageRef
from domain.view_position import ViewPosition
from training.data.sample import SampleInfo, TrueFinding
from training.data.sets.images import (
    ImageFacts,
    as_mask,
    fits_image,
    read_bits,
    read_facts,
    ref_of,
)
from training.data.sets.listing import Entry, Layout, Listing, Notes
from training.data.sets.tables import Row, read_table
from training.data.sets.words import (
    assessment_of,
    composition_of,
    ddsm_descriptors,
    ddsm_kind,
    malignant_of,
    subtlety_of,
)

_TABLE = re.compile(r"(mass|calc)_case_description_(train|test)_set\.csv", re.IGNORECASE)
_FOLDER = re.compile(r"(mass|calc)-(training|test)_", re.IGNORECASE)
_NEEDED = (
    "patient_id",
    "left_or_right_breast",
    "image_view",
    "image_file_path",
    "roi_mask_file_path",
)
_SIDES = {"LEFT": Laterality.LEFT, "RIGHT": Laterality.RIGHT}
_DEPTH = 3


@dataclass(frozen=True)
class _Abnormality:
    """A line of one of the tables. table: its file's name."""

    row: Row
    table: str
    calcified: bool
    test: bool

    @property
    def where(self) -> str:
        return f"{self.table} line {self.row.number}"

    @property
    def key(self) -> tuple[str, str, str]:
        names = ("patient_id", "left_or_right_breast", "image_view")
        patient, side, view = (self.row.text(name) for name in names)
        return patient, side.upper(), view.upper()


class _UnusableError(Exception):
    """The image can't be used; what and why was noted."""


def _fits(folder: Path) -> bool:
    return bool(_tables(folder))


def _tables(folder: Path) -> list[Path]:
    places = (folder, folder / "csv")
    found = (path for place in places if place.is_dir() for path in sorted(place.iterdir()))
    return [path for path in found if _TABLE.fullmatch(path.name)]


def _read(folder: Path) -> Listing:
    notes = Notes(folder)
    images: dict[tuple[str, str, str], list[_Abnormality]] = defaultdict(list)
    for path in _tables(folder):
        calcified, test = path.name.lower().startswith("calc"), "_test_" in path.name.lower()
        for row in read_table(path, *_NEEDED):
            one = _Abnormality(row, path.name, calcified, test)
            images[one.key].append(one)
    tests = _test_patients(images, notes)
    folders = _folders(folder)
    with ThreadPoolExecutor() as pool:
        jobs = [
            pool.submit(_image, found, folders, Notes(folder), test=key[0] in tests)
            for key, found in sorted(images.items())
        ]
        done = [job.result() for job in jobs]
    entries = tuple(entry for entry, _ in done if entry is not None)
    return Listing(entries, (*notes.oddities, *(odd for _, own in done for odd in own.oddities)))


def _test_patients(
    images: Mapping[tuple[str, str, str], Sequence[_Abnormality]], notes: Notes
) -> frozenset[str]:
    splits: dict[str, set[bool]] = defaultdict(set)
    for (patient, _, _), found in images.items():
        splits[patient] |= {one.test for one in found}
    for patient, both in sorted(splits.items()):
        if len(both) > 1:
            notes.odd("patient in train and test", patient, "all images count as test")
    return frozenset(patient for patient, found in splits.items() if True in found)


def _folders(folder: Path) -> Mapping[str, Path]:
    """The folders of images and abnormalities, wherever below the set's they begin."""
    found: dict[str, Path] = {}
    for place, inside, _ in os.walk(folder):
        here = Path(place)
        found.update({name: here / name for name in inside if _FOLDER.match(name)})
        deep = len(here.relative_to(folder).parts) >= _DEPTH
        inside[:] = [] if deep else sorted(name for name in inside if not _FOLDER.match(name))
    return found


def _image(
    found: Sequence[_Abnormality], folders: Mapping[str, Path], notes: Notes, *, test: bool
) -> tuple[Entry | None, Notes]:
    try:
        return _usable(found, folders, notes, test=test), notes
    except _UnusableError:
        return None, notes
    except BadInputError as error:
        notes.odd("file that can't be read", found[0].where, f"{error}; the image is left out")
        return None, notes


def _usable(
    found: Sequence[_Abnormality], folders: Mapping[str, Path], notes: Notes, *, test: bool
) -> Entry:
    patient, side, view = found[0].key
    if side not in _SIDES or ViewPosition.parse(view) is None:
        notes.odd("unknown side or view", found[0].where, "the image is left out")
        raise _UnusableError
    ref, size = _mammogram(found, folders, notes)
    findings = tuple(one for each in found for one in _finding(each, size, folders, notes))
    densities = (composition_of(one.row.text("breast_density")) for one in found)
    info = SampleInfo(
        name=f"{patient}_{side}_{view}",
        patient=f"cbis-{patient}",
        laterality=_SIDES[side],
        position=ViewPosition.parse(view),
        composition=next(filter(None, densities), ""),
        split="test" if test else "train",
        findings=findings,
    )
    return Entry(info, ref, size)


def _mammogram(
    found: Sequence[_Abnormality], folders: Mapping[str, Path], notes: Notes
) -> tuple[ImageRef, ImageSize]:
    for one in found:
        files = _files(one.row.text("image_file_path"), folders)
        facts = [(path, read_facts(ref_of(path))) for path in files]
        if facts:
            path, largest = max(facts, key=lambda each: each[1].size.rows * each[1].size.columns)
            return ref_of(path), largest.size
    notes.odd("missing image", found[0].where, "left out")
    raise _UnusableError


def _files(told: str, folders: Mapping[str, Path]) -> list[Path]:
    """DICOM files that a path of the CSV may mean, the one that it names alone where it exists."""
    parts = [part for part in re.split(r"[/\\]", told.strip()) if part]
    place = folders.get(parts[0]) if parts else None
    if place is None:
        return []
    exact = place.joinpath(*parts[1:])
    # Image and mask have folders of their own; mask and cut-out share one.
    if exact.is_file() and not re.search(r"_\d+$", parts[0]):
        return [exact]
    return sorted(path for path in place.rglob("*") if path.suffix.lower() == ".dcm")


def _finding(
    one: _Abnormality, size: ImageSize, folders: Mapping[str, Path], notes: Notes
) -> Iterator[TrueFinding]:
    path = _mask_file(one, size, folders, notes)
    bits = read_bits(ref_of(path))
    mask = as_mask(bits, size, str(path))
    if mask.box is None:
        notes.odd("empty mask", one.where, "the image is left out")
        raise _UnusableError
    row = one.row
    shape, margins = row.text("mass_shape"), row.text("mass_margins")
    yield TrueFinding(
        _kind(one, shape),
        mask.box,
        mask,
        malignant=malignant_of(row.text("pathology")),
        assessment=assessment_of(row.text("assessment")),
        descriptors=ddsm_descriptors(
            (shape, margins, row.text("calc_type"), row.text("calc_distribution"))
        ),
        subtlety=subtlety_of(row.text("subtlety")),
    )


def _kind(one: _Abnormality, shape: str) -> FindingKind:
    told = one.row.text("abnormality_type").lower()
    return ddsm_kind(shape, calcified="calc" in told if told else one.calcified)


def _mask_file(
    one: _Abnormality, size: ImageSize, folders: Mapping[str, Path], notes: Notes
) -> Path:
    """The mask among the files of an abnormality, told apart from the cut-out by its size."""
    told = (one.row.text("roi_mask_file_path"), one.row.text("cropped_image_file_path"))
    files = (path for each in told for path in _files(each, folders))
    facts = {path: read_facts(ref_of(path)) for path in files}
    same = [path for path, each in facts.items() if each.size == size]
    if same:
        return min(same, key=lambda path: facts[path].bits)
    alike = [path for path, each in facts.items() if _may_be_mask(each, size)]
    if alike:
        best = max(alike, key=lambda path: facts[path].size.rows)
        notes.odd("mask of another size", one.where, _sizes(facts[best], size) + ", resized")
        return best
    if any(each.bits == 8 for each in facts.values()):
        largest = max(facts.values(), key=lambda each: each.size.rows * each.size.columns)
        detail = _sizes(largest, size) + ", of another shape: the image is left out"
        notes.odd("mask of another size", one.where, detail)
    else:
        notes.odd("missing mask", one.where, "the image is left out")
    raise _UnusableError


def _may_be_mask(facts: ImageFacts, size: ImageSize) -> bool:
    return facts.bits == 8 and fits_image(facts.size, size)


def _sizes(mask: ImageFacts, size: ImageSize) -> str:
    return f"{mask.size.rows}x{mask.size.columns} for {size.rows}x{size.columns}"


LAYOUT = Layout(
    key="cbis-ddsm",
    title="CBIS-DDSM (The Cancer Imaging Archive, DOI 10.7937/K9/TCIA.2016.7O02S9CY; CC BY 3.0)",
    hint="mass_case_description_train_set.csv and the like, folders such as Mass-Training_P_00001_"
    "LEFT_CC",
    fits=_fits,
    read=_read,
)
