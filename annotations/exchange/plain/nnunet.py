"""nnU-Net's layout (version 2): one label picture an image, a number a kind.

``Dataset001_Fourview/`` with ``imagesTr/CASE_0000.png``, ``labelsTr/CASE.png`` and
``dataset.json``; ``cases.csv`` says which image a case is. Ignored and uncertain regions get
nnU-Net's ``ignore`` label, which must be the highest number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from annotations.exchange.aspects import losses, standing, told
from annotations.exchange.format import Aspect, Loss, Pictures, bad
from annotations.exchange.neutral import Exchange, ExchangeImage
from annotations.exchange.plain.cells import read_table, write_table
from annotations.exchange.plain.images_table import (
    COLUMNS,
    by_file_name,
    image_of,
    image_record,
    studies_of,
)
from annotations.exchange.plain.masks import filled
from annotations.exchange.plain.picture_files import read_png, write_png
from annotations.exchange.plain.record import Gathering, foreign_finding, kind_of
from domain.finding import Finding, FindingKind, Geometry
from domain.mask import RleMask

DATASET = "Dataset001_Fourview"
CASES, DATA = "cases.csv", "dataset.json"
PROGRAM = "imported nnU-Net"
IGNORE = "ignore"
_PATIENT = tuple(kind for kind in FindingKind if not kind.is_region)
_LABELS = {kind: number for number, kind in enumerate(_PATIENT, 1)} | {
    FindingKind.UNCERTAIN_REGION: len(_PATIENT) + 1,
    FindingKind.IGNORED_REGION: len(_PATIENT) + 1,
}
_CARRIES = frozenset({Aspect.MASK, Aspect.SILENT})


class NnUnet:
    """``nnunet``: what is drawn as label pictures; findings of one kind that touch become one."""

    name = "nnunet"
    needs_study = False

    def write(
        self, exchange: Exchange, folder: Path, pictures: Pictures | None = None
    ) -> tuple[Loss, ...]:
        """Write the data set's folder; without pictures ``imagesTr`` stays empty, which is told."""
        data = folder / DATASET
        for name in ("imagesTr", "labelsTr"):
            (data / name).mkdir(parents=True)
        covered: dict[str, list[tuple[FindingKind, RleMask]]] = {}
        counts = {Aspect.UNDRAWN: 0, Aspect.OVERLAP: 0, Aspect.KIND: 0, Aspect.INSTANCES: 0}
        for reading, finding in exchange.marks():
            for geometry in finding.geometries if standing(reading, finding) else ():
                image = exchange.image.get(geometry.sop_instance_uid)
                mask = filled(geometry, image.size) if image else None
                if mask is None:
                    counts[Aspect.UNDRAWN] += 1
                else:
                    covered.setdefault(geometry.sop_instance_uid, []).append((finding.kind, mask))
                    counts[Aspect.INSTANCES] += 1
                counts[Aspect.KIND] += finding.kind is FindingKind.UNCERTAIN_REGION
        for image in exchange.images:
            label, shared = _label(image, covered.get(image.uid, []))
            counts[Aspect.OVERLAP] += shared
            write_png(data / "labelsTr" / f"{image.stem}.png", label)
            if pictures is not None:
                write_png(data / "imagesTr" / f"{image.stem}_0000.png", pictures(image))
        _write_heads(exchange, data)
        missing = [(Aspect.IMAGES, 0 if pictures else len(exchange.images))]
        return (*losses(exchange, _CARRIES, standing), *told([*counts.items(), *missing]))

    def read(self, path: Path, known: Exchange) -> Exchange:
        """Read a data set's folder. Raises ExchangeError."""
        data = path / DATASET if (path / DATASET).is_dir() else path
        kinds = _kinds(data / DATA)
        listed = _cases(data / CASES)
        gathering = Gathering(str(data))
        files = sorted((data / "labelsTr").glob("*.png"))
        if not files:
            raise bad("holds no labelsTr/*.png", data)
        images: dict[str, ExchangeImage] = {}
        for file in files:
            image = by_file_name(known, file.stem) or listed.get(file.stem)
            if image is None:
                raise bad(
                    f"no image is known by the name {file.stem}",
                    file,
                    "Give the images with --images",
                )
            images[image.uid] = image
            _read_label(file, image, kinds, gathering)
        found = tuple(images.values())
        return Exchange(studies_of(found, known), found, gathering.readings())


def _label(
    image: ExchangeImage, drawn: list[tuple[FindingKind, RleMask]]
) -> tuple[npt.NDArray[np.uint8], int]:
    """The label picture, and how many findings lie over others. Regions lie below all else."""
    label = np.zeros(image.size.shape, np.uint8)
    shared = 0
    for kind, mask in sorted(drawn, key=lambda one: not one[0].is_region):
        inside = mask.pixels() > 0
        shared += bool(label[inside].any())
        label[inside] = _LABELS[kind]
    return label, shared


def _write_heads(exchange: Exchange, data: Path) -> None:
    labels: dict[str, int] = {"background": 0}
    labels |= {kind.value: number for kind, number in _LABELS.items() if not kind.is_region}
    head = {
        "name": "Fourview",
        "description": "Research use only, not a medical device",
        "channel_names": {"0": "mammogram"},
        "labels": labels | {IGNORE: len(_PATIENT) + 1},
        "numTraining": len(exchange.images),
        "file_ending": ".png",
    }
    (data / DATA).write_text(json.dumps(head, indent=1) + "\n", encoding="utf-8")
    write_table(data / CASES, COLUMNS, (image_record(one) for one in exchange.images))


def _kinds(file: Path) -> Mapping[int, FindingKind]:
    try:
        labels: Any = json.loads(file.read_bytes())["labels"]
        numbered = {str(name): int(number) for name, number in labels.items()}
    except OSError as error:
        raise bad(f"can't be read ({error.strerror})", file) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise bad("is no dataset.json of nnU-Net: labels are missing", file) from error
    kinds: dict[int, FindingKind] = {}
    for name, number in numbered.items():
        kind = kind_of(name)
        if kind is None and name != "background":
            raise bad(f"the label {name!r} is not known here", file)
        if kind is not None:
            kinds[number] = kind
    return kinds


def _cases(file: Path) -> dict[str, ExchangeImage]:
    if not file.is_file():
        return {}
    images = (
        image_of(row, str(file), f"line {number}") for number, row in enumerate(read_table(file), 2)
    )
    return {one.stem: one for one in images}


def _read_label(
    file: Path, image: ExchangeImage, kinds: Mapping[int, FindingKind], gathering: Gathering
) -> None:
    label = read_png(file, image)
    for number in np.unique(label[label > 0]).tolist():
        kind = kinds.get(number)
        if kind is None:
            raise bad(f"the pixel value {number} is no label of the data set", file)
        count, parts = cv2.connectedComponents((label == number).astype(np.uint8))
        for part in range(1, count):
            geometry = Geometry(image.uid, mask=RleMask.of(parts == part, image.size))
            name = f"{image.uid} {number} {part}"
            gathering.add((image.study_uid, ""), name, geometry, partial(_made, kind, name))


def _made(kind: FindingKind, name: str, places: list[Geometry]) -> Finding:
    return foreign_finding(kind, places[0], PROGRAM, name)
