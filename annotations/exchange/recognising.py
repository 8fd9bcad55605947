"""Finds out which format a file or folder is in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from pydantic_core import from_json
from pydicom import dcmread
from pydicom.errors import InvalidDicomError

from annotations.exchange.dicom.cad_format import CLASS as CAD
from annotations.exchange.dicom.gsps import CLASS as GSPS
from annotations.exchange.dicom.measurement_format import CLASS as MEASUREMENTS
from annotations.exchange.dicom.segmentation import CLASS as SEG
from annotations.exchange.facts import FACTS
from annotations.exchange.format import bad
from annotations.exchange.formats import FORMATS
from annotations.exchange.lossless import FILE as JSON_FILE
from annotations.exchange.lossless import FORMAT
from annotations.exchange.plain.coco import FILE as COCO_FILE
from annotations.exchange.plain.masks import INDEX as MASKS
from annotations.exchange.plain.nnunet import DATA, DATASET
from annotations.exchange.plain.table import FINDINGS
from annotations.exchange.plain.yolo import DATA as YOLO_DATA

_REPORTS = (MEASUREMENTS, "1.2.840.10008.5.1.4.1.1.88.34", "1.2.840.10008.5.1.4.1.1.88.22")
_OF_CLASS = ((_REPORTS, "tid1500"), ((CAD,), "cad-sr"), ((SEG,), "seg"), ((GSPS,), "gsps"))
"""A report first: the segmentations beside it are part of it."""
_BY_NAME = (
    (JSON_FILE, "json"),
    (COCO_FILE, "coco"),
    (MASKS, "png"),
    (FINDINGS, "csv"),
    (f"{DATASET}/{DATA}", "nnunet"),
    (DATA, "nnunet"),
    (YOLO_DATA, "yolo"),
)
_MOST = 2000
"""Files of a folder that are looked at."""


def recognised(path: Path) -> str:
    """The format's name. Raises ExchangeError where it is none of ours."""
    try:
        name = _of_folder(path) if path.is_dir() else _of_file(path)
    except OSError as error:
        raise bad(f"can't be read ({error.strerror})", path) from error
    if not name:
        raise bad(
            "is in none of the formats that are known",
            path,
            f"There are: {', '.join(FORMATS)}; choose one (--format)",
        )
    return name


def to_read(path: Path, name: str) -> Path:
    """What the format reads where one file of its folder was named."""
    return path.parent if FACTS[name].folder and path.is_file() else path


def studies_named(path: Path, name: str) -> frozenset[str]:
    """The Study Instance UIDs of DICOM objects, whose images are needed to read them."""
    if name not in {one for _, one in _OF_CLASS}:
        return frozenset()
    files = islice(_files(path), _MOST) if path.is_dir() else (path,)
    return frozenset(uid for file in files if (uid := _tag_of(file, "StudyInstanceUID")))


def _of_folder(folder: Path) -> str:
    for inside, name in _BY_NAME:
        if (folder / inside).is_file():
            return _polygons(folder) if name == "yolo" else name
    return _of_objects(islice(_files(folder), _MOST))


def _of_file(file: Path) -> str:
    ending = file.suffix.lower()
    if ending == ".json":
        return "nnunet" if file.name == DATA else _of_json(file)
    if ending == ".csv":
        return "png" if file.name == MASKS else "csv"
    if file.name == YOLO_DATA:
        return _polygons(file.parent)
    return _of_objects(iter((file,)))


def _of_json(file: Path) -> str:
    try:
        found = from_json(file.read_bytes())
    except ValueError:
        return ""
    if not isinstance(found, dict):
        return ""
    if found.get("format") == FORMAT:
        return "json"
    return "coco" if {"images", "annotations", "categories"} <= found.keys() else ""


def _polygons(folder: Path) -> str:
    """By the first label: a box is a class and four numbers."""
    for file in _files(folder / "labels"):
        words = file.read_text(encoding="utf-8", errors="replace").partition("\n")[0].split()
        if words:
            return "yolo" if len(words) == 5 else "yolo-polygon"
    return "yolo"


def _of_objects(files: Iterator[Path]) -> str:
    classes = {_tag_of(file, "SOPClassUID") for file in files}
    return next((name for known, name in _OF_CLASS if classes.intersection(known)), "")


def _tag_of(file: Path, tag: str) -> str:
    try:
        head = dcmread(file, stop_before_pixels=True, specific_tags=[tag])
    except (InvalidDicomError, EOFError, ValueError, NotImplementedError, OSError):
        return ""
    return str(head.get(tag, ""))


def _files(folder: Path) -> Iterator[Path]:
    return (one for one in sorted(folder.rglob("*")) if one.is_file())
