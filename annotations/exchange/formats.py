"""All formats by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from annotations.exchange.dicom.cad_format import CadReport
from annotations.exchange.dicom.gsps import PresentationStates
from annotations.exchange.dicom.measurement_format import MeasurementReports
from annotations.exchange.dicom.segmentation import Segmentations
from annotations.exchange.format import ExchangeFormat
from annotations.exchange.lossless import LosslessJson
from annotations.exchange.plain.coco import Coco
from annotations.exchange.plain.masks import PngMasks
from annotations.exchange.plain.nnunet import NnUnet
from annotations.exchange.plain.table import Table
from annotations.exchange.plain.yolo import Yolo

_ALL: tuple[ExchangeFormat, ...] = (
    LosslessJson(),
    Coco(polygons=False),
    Coco(polygons=True),
    Yolo(polygons=False),
    Yolo(polygons=True),
    NnUnet(),
    Table(),
    PngMasks(),
    Segmentations(),
    MeasurementReports(),
    CadReport(),
    PresentationStates(),
)
FORMATS: Mapping[str, ExchangeFormat] = MappingProxyType({one.name: one for one in _ALL})
"""By the name that ``--format`` takes."""
