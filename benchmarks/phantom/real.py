"""The real mammograms that phantoms are held against, where this computer has them.

They are found through FOURVIEW_TEST_DATA, by default ../shared/data beside the project: one GE
Senographe image (fo-dicom's test data, MS-PL) and the training part of cesm-dm (CDD-CESM, The
Cancer Imaging Archive, DOI 10.7937/29kw-ae92). No picture made from them belongs in the project.
"""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from benchmarks.phantom.record import local_contrast
from domain.geometry import Box
from domain.study import ImageRef
from domain.view_position import HangFamily
from imaging.grey.presentation import default_voi
from imaging.loader import load_image
from phantom.recipe import Composition
from phantom.space.stamp import Patch
from training.baselines.shown import ShownView, look

_ROOT = Path(__file__).resolve().parents[2]
_GE = Path("dicom", "ge-senographe-rmlo-jpegll.dcm")

CESM_PIXEL_MM = 0.45
"""The set tells no spacing; breasts come out 15 cm large with this."""

_LARGEST_SHARE, _SMALLEST_AREA = 0.4, 60
"""Outlines of whole breasts and of a few pixels are left out, as the set's notes say."""


@dataclass(frozen=True)
class CesmImage:
    """One image of cesm-dm. outlines: boxes of lesions in pixels; doubtful: not to be judged."""

    path: Path
    patient: int
    family: HangFamily
    density: Composition
    outlines: tuple[Box, ...]
    doubtful: tuple[Box, ...]

    def view(self) -> ShownView:
        """The picture as shown."""
        grey = cv2.imread(str(self.path), cv2.IMREAD_GRAYSCALE)
        if grey is None:
            raise FileNotFoundError(self.path)
        name = f"real, {self.density.value}, {self.family.value}"
        return look(np.asarray(grey, np.float32) / 255, CESM_PIXEL_MM, self.family, name)


def lesion_contrasts(image: CesmImage, view: ShownView) -> list[tuple[float, float]]:
    """Contrast of each outlined lesion, and the same in spreads of what lies around it."""
    path = image.path.parent.parent / "masks" / image.path.with_suffix(".png").name
    mask = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if mask is None:
        raise FileNotFoundError(path)
    found = []
    for box in image.outlines:
        top, left = max(0, int(box.top)), max(0, int(box.left))
        own = np.asarray(mask[top : int(box.bottom) + 1, left : int(box.right) + 1] > 0)
        contrast, spread = local_contrast(view, Patch(top, left, own))
        found.append((contrast, contrast / max(spread, 1e-3)))
    return found


def data_folder() -> Path:
    """Where real images are looked for."""
    return Path(os.environ.get("FOURVIEW_TEST_DATA", _ROOT.parent / "shared" / "data"))


def ge_view(rows: int) -> ShownView | None:
    """The GE image as its first window shows it, reduced to so many rows; ``None`` without it."""
    path = data_folder() / _GE
    if not path.exists():
        return None
    image = load_image(ImageRef(str(path)))
    shown = default_voi(image.grey).brightness(image.raster.pixels.astype(np.float64))
    factor = rows / shown.shape[0]
    picture = shown.astype(np.float32)
    if factor < 1:
        size = (round(shown.shape[1] * factor), rows)
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)
    pixel_mm = GE_PIXEL_MM * shown.shape[0] / picture.shape[0]
    return look(picture, pixel_mm, HangFamily.MLO, "real, GE")


GE_PIXEL_MM = 0.0940909
"""The GE image's Imager Pixel Spacing; its magnification factor is 1."""


def cesm_images() -> list[CesmImage]:
    """The training part of cesm-dm in the order of its table; empty where it is absent."""
    folder = data_folder() / "cesm-dm"
    table = folder / "boxes.csv"
    if not table.exists():
        return []
    rows: dict[str, list[dict[str, str]]] = {}
    with table.open(newline="") as lines:
        for row in csv.DictReader(lines):
            if row["split"] == "train" and row["density"].strip() in "ABCD":
                rows.setdefault(row["image"], []).append(row)
    return [_cesm_image(folder / "images" / name, own) for name, own in rows.items()]


def _cesm_image(path: Path, rows: list[dict[str, str]]) -> CesmImage:
    boxes = [Box(*(float(row[key]) for key in ("x0", "y0", "x1", "y1"))) for row in rows]
    doubtful = [
        box for box in boxes if box.area > _LARGEST_SHARE * 512**2 or box.area < _SMALLEST_AREA
    ]
    return CesmImage(
        path,
        int(rows[0]["patient"].lstrip("P")),
        HangFamily[rows[0]["view"]],
        Composition(rows[0]["density"].strip().lower()),
        tuple(box for box in boxes if box not in doubtful),
        tuple(doubtful),
    )


def spread_sample(images: list[CesmImage], count: int) -> list[CesmImage]:
    """So many images, evenly over densities and views as they occur; always the same ones."""
    ordered = sorted(images, key=lambda one: (one.density.value, one.family.value, one.path.name))
    if len(ordered) <= count:
        return ordered
    return [ordered[int((number + 0.5) * len(ordered) / count)] for number in range(count)]
