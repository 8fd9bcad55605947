"""Which file stands for which image: what COCO and the tables beside files tell of an image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from annotations.exchange.format import bad
from annotations.exchange.neutral import Exchange, ExchangeImage, ExchangeStudy
from domain.geometry import ImageSize, PixelSpacing, SpacingSource
from domain.laterality import Laterality
from domain.view_position import ViewPosition

COLUMNS = (
    "image_uid",
    "study_uid",
    "series_uid",
    "rows",
    "columns",
    "frames",
    "row_mm",
    "column_mm",
    "spacing_source",
    "laterality",
    "view",
)


def image_record(image: ExchangeImage) -> dict[str, Any]:
    """An image as flat values; what is unknown is empty."""
    return {
        "image_uid": image.uid,
        "study_uid": image.study_uid,
        "series_uid": image.series_uid,
        "rows": image.size.rows,
        "columns": image.size.columns,
        "frames": image.frames,
        "row_mm": "" if image.spacing.row_mm is None else image.spacing.row_mm,
        "column_mm": "" if image.spacing.column_mm is None else image.spacing.column_mm,
        "spacing_source": image.spacing.source.value,
        "laterality": image.laterality.value if image.laterality else "",
        "view": image.position.value if image.position else "",
    }


def image_of(record: Mapping[str, Any], where: str, entry: str) -> ExchangeImage:
    """An image from such values; spacing and view may be missing. Raises ExchangeError."""
    try:
        row, column = record.get("row_mm") or None, record.get("column_mm") or None
        spacing = PixelSpacing.unknown()
        if row is not None and column is not None:
            source = SpacingSource(record.get("spacing_source") or SpacingSource.SIDECAR.value)
            spacing = PixelSpacing(float(row), float(column), source)
        return ExchangeImage(
            str(record["image_uid"]),
            str(record.get("study_uid") or ""),
            ImageSize(int(record["rows"]), int(record["columns"])),
            str(record.get("series_uid") or ""),
            frames=int(record.get("frames") or 1),
            spacing=spacing,
            laterality=Laterality.parse(str(record.get("laterality") or "")),
            position=ViewPosition.parse(str(record.get("view") or "")),
        )
    except (KeyError, TypeError, ValueError) as error:
        told = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
        raise bad(f"{entry}: {told}", where) from error


def by_file_name(known: Exchange, name: str) -> ExchangeImage | None:
    """The known image that a file name or uid stands for."""
    path = PurePosixPath(name.replace("\\", "/"))
    for image in known.images:
        if image.uid in (name, path.name, path.stem) or image.stem in (path.name, path.stem):
            return image
        if image.ref is not None and PurePosixPath(
            (image.ref.member or image.ref.path).replace("\\", "/")
        ).name in (path.name, path.stem):
            return image
    return None


def studies_of(images: Sequence[ExchangeImage], known: Exchange) -> tuple[ExchangeStudy, ...]:
    """The studies of images, as far as they are known."""
    uids = dict.fromkeys(one.study_uid for one in images if one.study_uid)
    return tuple(known.study.get(uid, ExchangeStudy(uid)) for uid in uids)
