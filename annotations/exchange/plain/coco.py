"""COCO: one JSON file of images, categories and annotations (cocodataset.org, "Data format").

COCO's positions run from the image's outer corner, ours from the first pixel's centre: half a pixel
lies between them. What COCO has no field for stands in an annotation's ``attributes``, where
annotation programs look for it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from annotations.exchange.aspects import losses, told
from annotations.exchange.format import (
    Aspect,
    ExchangeError,
    Loss,
    Pictures,
    bad,
    size_known,
)
from annotations.exchange.neutral import Exchange, ExchangeImage
from annotations.exchange.plain.coco_reading import read_annotations
from annotations.exchange.plain.coco_runs import counts_of, letters_of
from annotations.exchange.plain.images_table import by_file_name, image_of, image_record, studies_of
from annotations.exchange.plain.picture_files import write_pictures
from annotations.exchange.plain.record import record_of
from annotations.shapes.contours import bounds_of
from annotations.shapes.outlines import outline_of
from domain.finding import FindingKind, Geometry
from domain.geometry import Box
from domain.mask import RleMask

FILE = "annotations.json"
NOTICE = "Research use only, not a medical device"
HALF = 0.5
_LOST = frozenset({Aspect.OPINION, Aspect.FIRST_READ, Aspect.STAMPS, Aspect.SILENT})
_CATEGORIES = {kind: number for number, kind in enumerate(FindingKind, 1)}


class Coco:
    """``coco`` writes masks as run lengths, ``coco-polygon`` as outlines."""

    needs_study = False

    def __init__(self, *, polygons: bool) -> None:
        """polygons: whether masks are written as outlines, which lose no pixel of ours."""
        self.name = "coco-polygon" if polygons else "coco"
        self._polygons = polygons

    def write(
        self, exchange: Exchange, folder: Path, pictures: Pictures | None = None
    ) -> tuple[Loss, ...]:
        """Write ``annotations.json``, and pictures where they are given."""
        numbers = {one.uid: number for number, one in enumerate(exchange.images, 1)}
        annotations: list[dict[str, Any]] = []
        rounded = 0
        for reading, finding in exchange.marks():
            said = {"reader": reading.reader, "finding": record_of(finding)}
            for geometry in finding.geometries:
                image = size_known(
                    exchange.image.get(geometry.sop_instance_uid), geometry.sop_instance_uid
                )
                rounded += not _is_exact(geometry)
                one = self._annotation(geometry, image, said)
                one |= {
                    "id": len(annotations) + 1,
                    "image_id": numbers[image.uid],
                    "category_id": _CATEGORIES[finding.kind],
                }
                annotations.append(one)
        names = write_pictures(exchange, folder, pictures)
        file = {
            "info": {"description": f"Fourview. {NOTICE}", "version": "1"},
            "licenses": [],
            "images": [_image(one, numbers, names) for one in exchange.images],
            "annotations": annotations,
            "categories": [
                {"id": number, "name": kind.value, "supercategory": "finding"}
                for kind, number in _CATEGORIES.items()
            ],
        }
        (folder / FILE).write_text(json.dumps(file), encoding="utf-8")
        lost = losses(exchange, frozenset(Aspect) - _LOST)
        return (*lost, *told([(Aspect.DIGITS, rounded)]))

    def read(self, path: Path, known: Exchange) -> Exchange:
        """Read a COCO file of any program. Raises ExchangeError."""
        file = path / FILE if path.is_dir() else path
        found = _parsed(file)
        images = _images(found, str(file), known)
        readings = read_annotations(found, images, str(file))
        listed = tuple(images.values())
        return Exchange(studies_of(listed, known), listed, readings)

    def _annotation(
        self, geometry: Geometry, image: ExchangeImage, said: Mapping[str, Any]
    ) -> dict[str, Any]:
        around = geometry.box or bounds_of(geometry) or Box(-HALF, -HALF, -HALF, -HALF)
        attributes: dict[str, Any] = {**said, "box": geometry.box is not None}
        if geometry.last_frame:
            attributes["frames"] = [geometry.frame, geometry.last_frame]
        if geometry.point is not None:
            attributes["point"] = [geometry.point.x + HALF, geometry.point.y + HALF]
        segmentation: Any = []
        area = around.area
        outline = _numbers(geometry.contour.points) if geometry.contour else None
        if geometry.mask is not None:
            _check_size(geometry.mask, image)
            area = geometry.mask.area
            segmentation = self._of_mask(geometry.mask)
            attributes["segmentation"] = "mask"
            if outline is not None:
                attributes["outline"] = outline
        elif outline is not None:
            segmentation = [outline]
            attributes["segmentation"] = "outline"
        return {
            "bbox": [around.left + HALF, around.top + HALF, around.width, around.height],
            "area": area,
            "iscrowd": 0,
            "segmentation": segmentation,
            "attributes": attributes,
        }

    def _of_mask(self, mask: RleMask) -> Any:
        if self._polygons:
            return [_numbers(loop) for loop in outline_of(mask)]
        return {"size": list(mask.size.shape), "counts": letters_of(counts_of(mask))}


def _is_exact(geometry: Geometry) -> bool:
    """Whether every position is the same to its last bit after half a pixel there and back."""
    box, point = geometry.box, geometry.point
    points = [*(geometry.contour.points if geometry.contour else ()), *((point,) if point else ())]
    moved = all((one.x + HALF) - HALF == one.x and (one.y + HALF) - HALF == one.y for one in points)
    if box is None:
        return moved
    left, top = (box.left + HALF) - HALF, (box.top + HALF) - HALF
    back = (left, top, left + box.width, top + box.height)
    return moved and back == (box.left, box.top, box.right, box.bottom)


def _numbers(points: Any) -> list[float]:
    return [one for point in points for one in (point.x + HALF, point.y + HALF)]


def _check_size(mask: RleMask, image: ExchangeImage) -> None:
    if mask.size != image.size:
        raise ExchangeError(f"a mask on image {image.uid} is of another size than the image")


def _image(
    image: ExchangeImage, numbers: Mapping[str, int], names: Mapping[str, str]
) -> dict[str, Any]:
    record = image_record(image)
    return {
        "id": numbers[image.uid],
        "file_name": names.get(image.uid, image.uid),
        "width": record.pop("columns"),
        "height": record.pop("rows"),
        **{key: value for key, value in record.items() if value != ""},
    }


def _parsed(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_bytes())
    except OSError as error:
        raise bad(f"can't be read ({error.strerror})", file) from error
    except ValueError as error:
        raise bad(f"is no JSON ({error})", file) from error
    lists = ("images", "annotations", "categories")
    if not isinstance(found, dict) or not all(isinstance(found.get(one), list) for one in lists):
        raise bad("is no COCO file: images, annotations and categories are missing", file)
    return found


def _images(found: Mapping[str, Any], where: str, known: Exchange) -> dict[Any, ExchangeImage]:
    images: dict[Any, ExchangeImage] = {}
    for index, one in enumerate(found["images"]):
        entry = f"images.{index}"
        if not isinstance(one, dict) or not isinstance(one.get("id"), int | str):
            raise bad(f"{entry}: is no image with an id", where)
        if one["id"] in images:
            raise bad(f"{entry}: the id {one['id']} is used twice", where)
        name = str(one.get("image_uid") or one.get("file_name") or one["id"])
        record = {**one, "rows": one.get("height"), "columns": one.get("width"), "image_uid": name}
        stated = image_of(record, where, entry)
        known_as = by_file_name(known, name) or by_file_name(known, str(one.get("file_name")))
        if known_as is not None and known_as.size != stated.size:
            raise bad(
                f"{entry}: {name} is {stated.size.columns}x{stated.size.rows}, the image that is "
                f"known is {known_as.size.columns}x{known_as.size.rows}",
                where,
            )
        images[one["id"]] = known_as or stated
    return images
