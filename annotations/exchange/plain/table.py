"""CSV: ``findings.csv`` a line a place of a finding, ``readings.csv`` what was said of studies.

A contour is ``x y;x y;...``, a mask its run lengths along the rows, background first, as
``rows columns:length length ...``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from annotations.document.document import Document
from annotations.exchange.aspects import losses
from annotations.exchange.format import Aspect, Loss, Pictures, bad
from annotations.exchange.neutral import Exchange, ExchangeImage, ExchangeReading
from annotations.exchange.plain.cells import read_table, write_table
from annotations.exchange.plain.images_table import (
    COLUMNS,
    by_file_name,
    image_of,
    image_record,
    studies_of,
)
from annotations.exchange.plain.opinion_cells import OPINION_COLUMNS, opinion_cells, opinion_of
from annotations.exchange.plain.record import (
    Gathering,
    finding_of,
    foreign_finding,
    kind_of,
    record_of,
)
from domain.finding import Contour, Finding, FindingKind, Geometry
from domain.geometry import Box, ImagePoint, ImageSize
from domain.mask import RleMask

FINDINGS, READINGS, IMAGES = "findings.csv", "readings.csv", "images.csv"
PROGRAM = "imported table"
_SHAPES = ("left", "top", "right", "bottom", "point_x", "point_y", "contour", "mask")
_PLAIN = (
    "id",
    "kind",
    "status",
    "assessment",
    "malignancy",
    "rejection",
    "parent_id",
    "counterpart_id",
    "note",
)
_NESTED = {
    "provenance": ("reader", "package_id", "version", "threshold", "presentation"),
    "location": ("laterality", "quadrant", "clock_face", "depth", "nipple_distance_mm"),
    "pathology": ("outcome", "diagnosis", "proved"),
}
_NUMBERS = {"malignancy", "threshold", "clock_face", "nipple_distance_mm"}
_KEEPS_EMPTY = {"reader", "package_id", "version", "presentation"}
COLUMNS_OF_FINDINGS = (
    "study_uid",
    "image_uid",
    "reading_by",
    "frame",
    "last_frame",
    *_SHAPES,
    *_PLAIN,
    *(f"{part}_{name}" for part, names in _NESTED.items() for name in names),
    "edition",
    "descriptors",
)
_LOST = frozenset({Aspect.FIRST_READ, Aspect.STAMPS})


class Table:
    """``csv``: everything but first reads and stamps."""

    name = "csv"
    needs_study = False

    def write(
        self, exchange: Exchange, folder: Path, pictures: Pictures | None = None
    ) -> tuple[Loss, ...]:
        """Write ``findings.csv``, ``readings.csv`` and ``images.csv``."""
        del pictures
        rows = (
            _row(reading, finding, geometry)
            for reading, finding in exchange.marks()
            for geometry in finding.geometries
        )
        write_table(folder / FINDINGS, COLUMNS_OF_FINDINGS, rows)
        said = (
            {"study_uid": one.document.study_uid, "reading_by": one.reader}
            | opinion_cells(one.document.opinion)
            for one in exchange.readings
        )
        write_table(folder / READINGS, ("study_uid", "reading_by", *OPINION_COLUMNS), said)
        write_table(folder / IMAGES, COLUMNS, (image_record(one) for one in exchange.images))
        return losses(exchange, frozenset(Aspect) - _LOST)

    def read(self, path: Path, known: Exchange) -> Exchange:
        """Read a folder, or a table of findings alone. Raises ExchangeError."""
        folder = path if path.is_dir() else path.parent
        file = path / FINDINGS if path.is_dir() else path
        images = {one.uid: one for one in _listed(folder / IMAGES)}
        gathering = Gathering(str(file))
        for number, row in enumerate(read_table(file), 2):
            entry = f"line {number}"
            image = _image(row, images, known, str(file), entry)
            images[image.uid] = image
            try:
                geometry = _geometry(row, image)
            except ValueError as error:
                raise bad(f"{entry}: {error}", file) from error
            _gather(gathering, row, image, geometry, where=str(file), entry=entry)
        readings = gathering.readings()
        if (folder / READINGS).is_file() and path.is_dir():
            readings = _with_opinions(readings, folder / READINGS)
        listed = tuple(images.values())
        return Exchange(studies_of(listed, known), listed, readings)


def _row(reading: ExchangeReading, finding: Finding, geometry: Geometry) -> dict[str, Any]:
    record = record_of(finding)
    row: dict[str, Any] = {
        "study_uid": reading.document.study_uid,
        "image_uid": geometry.sop_instance_uid,
        "reading_by": reading.reader,
        "frame": geometry.frame,
        "last_frame": geometry.last_frame,
        **{name: record.get(name, "") for name in _PLAIN},
        "status": finding.status.value,
        "edition": finding.descriptors.edition.value,
        "descriptors": ";".join(f"{axis.value}={code}" for axis, code in finding.descriptors.terms),
    }
    for part, names in _NESTED.items():
        told = record.get(part) or {}
        row |= {f"{part}_{name}": told.get(name, "") for name in names}
    return row | _shape_cells(geometry)


def _shape_cells(geometry: Geometry) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    if geometry.box is not None:
        box = geometry.box
        cells |= {"left": box.left, "top": box.top, "right": box.right, "bottom": box.bottom}
    if geometry.point is not None:
        cells |= {"point_x": geometry.point.x, "point_y": geometry.point.y}
    if geometry.contour is not None:
        cells["contour"] = ";".join(f"{one.x!r} {one.y!r}" for one in geometry.contour.points)
    if geometry.mask is not None:
        mask = geometry.mask
        lengths = " ".join(map(str, mask.counts))
        cells["mask"] = f"{mask.size.rows} {mask.size.columns}:{lengths}"
    return cells


def _geometry(row: Mapping[str, str], image: ExchangeImage) -> Geometry:
    corners = [row.get(one, "") for one in ("left", "top", "right", "bottom")]
    point = [row.get(one, "") for one in ("point_x", "point_y")]
    return Geometry(
        image.uid,
        int(row.get("frame") or 0),
        int(row.get("last_frame") or row.get("frame") or 0),
        Box(*map(float, corners)) if any(corners) else None,
        _contour(row["contour"]) if row.get("contour") else None,
        _mask(row["mask"], image.size) if row.get("mask") else None,
        ImagePoint(*map(float, point)) if any(point) else None,
    )


def _contour(text: str) -> Contour:
    pairs = [pair.split() for pair in text.split(";")]
    return Contour(tuple(ImagePoint(float(x), float(y)) for x, y in pairs))


def _mask(text: str, size: ImageSize) -> RleMask:
    head, _, lengths = text.partition(":")
    stated = ImageSize(*map(int, head.split()))
    if stated != size:
        raise ValueError(
            f"the mask is {stated.columns}x{stated.rows}, its image {size.columns}x{size.rows}"
        )
    return RleMask.from_counts(size, tuple(map(int, lengths.split())))


def _gather(
    gathering: Gathering,
    row: Mapping[str, str],
    image: ExchangeImage,
    geometry: Geometry,
    *,
    where: str,
    entry: str,
) -> None:
    who = (row.get("study_uid") or image.study_uid, row.get("reading_by", ""))
    if row.get("id"):
        make = partial(_ours, row, where, entry)
        gathering.add(who, row["id"], geometry, make)
        return
    kind = kind_of(row.get("kind", ""))
    if kind is None:
        raise bad(f"{entry}: the kind {row.get('kind')!r} is not known here", where)
    name = f"{image.uid} {entry}"
    gathering.add(who, name, geometry, partial(_theirs, kind, name))


def _theirs(kind: FindingKind, name: str, places: Sequence[Geometry]) -> Finding:
    return foreign_finding(kind, places[0], PROGRAM, name)


def _ours(row: Mapping[str, str], where: str, entry: str, places: Sequence[Geometry]) -> Finding:
    record: dict[str, Any] = {name: row[name] for name in _PLAIN if row.get(name)}
    for part, names in _NESTED.items():
        cells = {name: row.get(f"{part}_{name}", "") for name in names}
        model = part == "provenance" and any(cells[name] for name in names[1:])
        told = {
            name: cell
            for name, cell in cells.items()
            if cell or (model and name != "reader" and name in _KEEPS_EMPTY)
        }
        if part == "provenance" and not model:
            told = {"reader": cells["reader"]}
        if told:
            record[part] = told
    record["descriptors"] = {
        "edition": row.get("edition") or "5",
        "terms": [tuple(one.split("=", 1)) for one in row.get("descriptors", "").split(";") if one],
    }
    return finding_of(_numbered(record), places, where, entry)


def _numbered(record: dict[str, Any]) -> dict[str, Any]:
    for name, value in record.items():
        if isinstance(value, dict):
            record[name] = _numbered(value)
        elif name in _NUMBERS:
            record[name] = float(value)
    return record


def _image(
    row: Mapping[str, str],
    images: Mapping[str, ExchangeImage],
    known: Exchange,
    where: str,
    entry: str,
) -> ExchangeImage:
    uid = row.get("image_uid", "")
    image = by_file_name(known, uid) or images.get(uid)
    if image is None:
        raise bad(
            f"{entry}: the image {uid!r} is not known", where, "Give the images with --images"
        )
    return image


def _listed(file: Path) -> list[ExchangeImage]:
    if not file.is_file():
        return []
    return [
        image_of(row, str(file), f"line {number}") for number, row in enumerate(read_table(file), 2)
    ]


def _with_opinions(
    readings: tuple[ExchangeReading, ...], file: Path
) -> tuple[ExchangeReading, ...]:
    found = {(one.document.study_uid, one.reader): one.document.findings for one in readings}
    made = []
    for number, row in enumerate(read_table(file), 2):
        who = (row.get("study_uid", ""), row.get("reading_by", ""))
        try:
            opinion = opinion_of(row)
        except ValueError as error:
            raise bad(f"line {number}: {error}", file) from error
        findings = found.pop(who, ())
        made.append(ExchangeReading(who[1], Document(who[0], findings, opinion)))
    left = (ExchangeReading(who[1], Document(who[0], some)) for who, some in found.items())
    return (*made, *left)
