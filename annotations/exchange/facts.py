"""What each format is, in a line for who chooses one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class FormatFacts:
    """A format for people.

    name: as ``--format`` takes it. what: what is written, and for whom. loses: what it can't
    carry. pictures: whether images can be written beside the findings. folder: whether reading
    it needs the folder, not one file of it.
    """

    name: str
    title: str
    what: str
    loses: str
    pictures: bool = False
    folder: bool = False


_LEFT_OUT = "Boxes and points are left out."
_ALL = (
    FormatFacts(
        "json",
        "Fourview JSON",
        "One file with everything, for another Fourview or for your own programs; its schema is "
        "published.",
        "Nothing is lost.",
    ),
    FormatFacts(
        "coco",
        "COCO",
        "One JSON file for training and for annotation programs; masks as run lengths, outlines "
        "as polygons, all else in attributes.",
        "Not carried: opinions, first reads, stamps of images.",
        pictures=True,
    ),
    FormatFacts(
        "coco-polygon",
        "COCO, polygons",
        "As COCO, with masks as polygons too, for programs that read no run lengths.",
        "Not carried: opinions, first reads, stamps of images.",
        pictures=True,
    ),
    FormatFacts(
        "yolo",
        "YOLO, boxes",
        "A text file of boxes an image, and data.yaml, for training detectors.",
        "Carried are kind and box alone; rejected and replaced findings are left out.",
        pictures=True,
        folder=True,
    ),
    FormatFacts(
        "yolo-polygon",
        "YOLO, outlines",
        "A text file of outlines an image, and data.yaml, for training segmentation.",
        "Carried are kind and outline alone; rejected and replaced findings are left out.",
        pictures=True,
        folder=True,
    ),
    FormatFacts(
        "nnunet",
        "nnU-Net",
        "A data set's folder with a label picture an image, for training nnU-Net.",
        "Carried are kind and pixels alone; findings of one kind that touch become one.",
        pictures=True,
        folder=True,
    ),
    FormatFacts(
        "csv",
        "Tables (CSV)",
        "Findings, readings and images as tables, for spreadsheets and statistics; numbers are "
        "exact.",
        "Not carried: first reads, stamps of images.",
    ),
    FormatFacts(
        "png",
        "PNG masks",
        "A black and white picture a finding, and a table that says what each is.",
        f"Carried are id, kind, who marked it, and pixels. {_LEFT_OUT}",
        pictures=True,
        folder=True,
    ),
    FormatFacts(
        "seg",
        "DICOM SEG",
        "A DICOM segmentation an image, for PACS and research workstations. Needs the images.",
        f"Carried are kind, who marked it, and pixels. {_LEFT_OUT}",
    ),
    FormatFacts(
        "tid1500",
        "DICOM SR, measurements (TID 1500)",
        "A measurement report a reading, with segmentations for masks, for research programs. "
        "Needs the images.",
        "Not carried: locations in words, pathology, links, notes, opinions.",
    ),
    FormatFacts(
        "cad-sr",
        "DICOM SR, mammography CAD",
        "A Mammography CAD report a reading, which mammography workstations show. Needs the "
        "images.",
        "Masks become their largest outline. Not carried: notes, links, words without a code.",
    ),
    FormatFacts(
        "gsps",
        "DICOM presentation state",
        "Outlines and kinds that plain DICOM viewers draw over the image. Needs the images.",
        "Carried are shape, kind and assessment alone; marks on stacks are left out.",
    ),
)
FACTS: Mapping[str, FormatFacts] = MappingProxyType({one.name: one for one in _ALL})
"""By the name that ``--format`` takes, in the order in which they are offered."""
