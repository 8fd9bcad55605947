"""PNG masks: a black and white picture a place of a finding, ``masks.csv`` says what each is."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from annotations.exchange.aspects import losses, standing, told
from annotations.exchange.format import Aspect, Loss, Pictures, bad, size_known
from annotations.exchange.neutral import Exchange, ExchangeImage
from annotations.exchange.plain.cells import read_table, write_table
from annotations.exchange.plain.images_table import (
    COLUMNS,
    by_file_name,
    image_of,
    image_record,
    studies_of,
)
from annotations.exchange.plain.picture_files import read_png, write_pictures, write_png
from annotations.exchange.plain.record import Gathering, finding_of, record_of
from annotations.shapes.outlines import mask_of
from domain.finding import Finding, Geometry
from domain.geometry import ImageSize
from domain.mask import RleMask

INDEX, IMAGES, FOLDER = "masks.csv", "images.csv", "masks"
_CARRIED = frozenset({Aspect.ID, Aspect.MASK, Aspect.KIND, Aspect.READER, Aspect.PROVENANCE})
_CARRIES = _CARRIED | {Aspect.SEVERAL, Aspect.SLICES, Aspect.SILENT}
_MADE = ("reader", "package_id", "version", "threshold", "presentation")
_COLUMNS = (
    "file",
    "image_uid",
    "study_uid",
    "reading_by",
    "id",
    "kind",
    "frame",
    "last_frame",
    *_MADE,
)


class PngMasks:
    """``png``: masks, and outlines as the pixels inside them; boxes and points are left out."""

    name = "png"
    needs_study = False

    def write(
        self, exchange: Exchange, folder: Path, pictures: Pictures | None = None
    ) -> tuple[Loss, ...]:
        """Write ``masks/``, ``masks.csv`` and ``images.csv``, and pictures where given."""
        rows: list[dict[str, Any]] = []
        left_out = 0
        (folder / FOLDER).mkdir()
        for reading, finding in exchange.marks():
            if not standing(reading, finding):
                continue
            for geometry in finding.geometries:
                uid = geometry.sop_instance_uid
                image = size_known(exchange.image.get(uid), uid)
                mask = filled(geometry, image.size)
                if mask is None:
                    left_out += 1
                    continue
                name = f"{FOLDER}/{len(rows) + 1:05d}_{image.stem}.png"
                write_png(folder / name, mask.pixels() * np.uint8(255))
                rows.append(
                    {
                        "file": name,
                        "image_uid": uid,
                        "study_uid": reading.document.study_uid,
                        "reading_by": reading.reader,
                        "id": str(finding.id),
                        "kind": finding.kind.value,
                        "frame": geometry.frame,
                        "last_frame": geometry.last_frame,
                        **record_of(finding)["provenance"],
                    }
                )
        write_table(folder / INDEX, _COLUMNS, rows)
        write_table(folder / IMAGES, COLUMNS, (image_record(one) for one in exchange.images))
        write_pictures(exchange, folder, pictures)
        return (*losses(exchange, _CARRIES, standing), *told([(Aspect.UNDRAWN, left_out)]))

    def read(self, path: Path, known: Exchange) -> Exchange:
        """Read such a folder. Raises ExchangeError."""
        listed: dict[str, ExchangeImage] = {}
        if (path / IMAGES).is_file():
            for number, row in enumerate(read_table(path / IMAGES), 2):
                image = image_of(row, str(path / IMAGES), f"line {number}")
                listed[image.uid] = image
        gathering = Gathering(str(path / INDEX))
        for number, row in enumerate(read_table(path / INDEX), 2):
            entry = f"line {number}"
            uid = row.get("image_uid", "")
            found = by_file_name(known, uid) or listed.get(uid)
            if found is None:
                raise bad(f"{entry}: the image {uid!r} is not known", path / INDEX)
            listed[found.uid] = found
            file = inside(path, row.get("file", ""), entry)
            mask = RleMask.of(read_png(file, found), found.size)
            try:
                first, last = int(row.get("frame") or 0), int(row.get("last_frame") or 0)
                geometry = Geometry(found.uid, first, last, mask=mask)
            except ValueError as error:
                raise bad(f"{entry}: {error}", path / INDEX) from error
            who = (row.get("study_uid") or found.study_uid, row.get("reading_by", ""))
            make = partial(_finding, row, str(path / INDEX), entry)
            gathering.add(who, row.get("id", ""), geometry, make)
        images = tuple(listed.values())
        return Exchange(studies_of(images, known), images, gathering.readings())


def filled(geometry: Geometry, size: ImageSize) -> RleMask | None:
    """The mask of a place, or that of its outline; ``None`` where there is neither."""
    if geometry.mask is not None:
        return geometry.mask
    return mask_of(geometry.contour.points, size) if geometry.contour is not None else None


def inside(folder: Path, name: str, entry: str) -> Path:
    """A file that a table names. Raises ExchangeError where it lies outside the folder."""
    file = folder / name
    if not name or not file.resolve().is_relative_to(folder.resolve()):
        raise bad(f"{entry}: the file {name!r} lies outside the folder", folder)
    return file


def _finding(row: dict[str, str], where: str, entry: str, places: list[Geometry]) -> Finding:
    model = any(row.get(name) for name in _MADE[1:])
    made: dict[str, Any] = {name: row.get(name, "") for name in (_MADE[1:] if model else _MADE[:1])}
    record = {"id": row.get("id", ""), "kind": row.get("kind", ""), "provenance": made}
    return finding_of(record, places, where, entry)
