"""Content items of structured reports (PS3.3 C.17.3), written and walked through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from pydicom.dataset import Dataset
from pydicom.valuerep import format_number_as_ds

from annotations.exchange.dicom.codes import Code, code_item, read_code
from annotations.exchange.neutral import ExchangeImage

CONTAINS, INFERRED, PROPERTIES = "CONTAINS", "INFERRED FROM", "HAS PROPERTIES"
MODIFIES, CONTEXT, SELECTED = "HAS CONCEPT MOD", "HAS OBS CONTEXT", "SELECTED FROM"
ACQUIRED = "HAS ACQ CONTEXT"
PERCENT = Code("%", "UCUM", "Percent")


def item(kind: str, relation: str, name: Code | None = None, *children: Dataset) -> Dataset:
    """A content item of a value type, with what it contains."""
    ds = Dataset()
    if relation:
        ds.RelationshipType = relation
    ds.ValueType = kind
    if name is not None:
        ds.ConceptNameCodeSequence = [code_item(name)]
    if children:
        ds.ContentSequence = list(children)
    return ds


def container(relation: str, name: Code, *children: Dataset) -> Dataset:
    """CONTAINER, its content separate."""
    ds = item("CONTAINER", relation, name, *children)
    ds.ContinuityOfContent = "SEPARATE"
    return ds


def coded(relation: str, name: Code, value: Code, *children: Dataset) -> Dataset:
    """CODE."""
    ds = item("CODE", relation, name, *children)
    ds.ConceptCodeSequence = [code_item(value)]
    return ds


def text(relation: str, name: Code, value: str) -> Dataset:
    """TEXT; empty text is told as a dash, as the standard allows no empty one."""
    ds = item("TEXT", relation, name)
    ds.TextValue = value or "-"
    return ds


def uidref(relation: str, name: Code, value: str) -> Dataset:
    """UIDREF."""
    ds = item("UIDREF", relation, name)
    ds.UID = value
    return ds


def number(relation: str, name: Code, value: float, units: Code) -> Dataset:
    """NUM."""
    ds = item("NUM", relation, name)
    measured = Dataset()
    measured.MeasurementUnitsCodeSequence = [code_item(units)]
    measured.NumericValue = format_number_as_ds(float(value))
    ds.MeasuredValueSequence = [measured]
    return ds


def image(relation: str, one: ExchangeImage, class_uid: str, frames: Sequence[int] = ()) -> Dataset:
    """IMAGE; frames: from 0, of a multi-frame image."""
    ds = item("IMAGE", relation)
    reference = Dataset()
    reference.ReferencedSOPClassUID = class_uid
    reference.ReferencedSOPInstanceUID = one.uid
    if one.frames > 1 and frames:
        reference.ReferencedFrameNumber = [frame + 1 for frame in frames]
    ds.ReferencedSOPSequence = [reference]
    return ds


def reference(relation: str, *place: int) -> Dataset:
    """An item by reference: the places of items from the root, from 1 (C.17.3.2.5)."""
    ds = Dataset()
    ds.RelationshipType = relation
    ds.ReferencedContentItemIdentifier = list(place)
    return ds


def coordinates(
    relation: str, name: Code, kind: str, points: Sequence[tuple[float, float]], image_item: Dataset
) -> Dataset:
    """SCOORD on an image; points as columns and rows from the image's outer corner."""
    ds = item("SCOORD", relation, name, image_item)
    ds.GraphicType = kind
    ds.GraphicData = np.asarray(points, np.float32).ravel().tolist()
    return ds


class Node(NamedTuple):
    """A content item with its place in the tree."""

    ds: Dataset
    place: tuple[int, ...]

    @property
    def name(self) -> Code:
        """What it is about; empty where it does not say."""
        return _first(self.ds, "ConceptNameCodeSequence")

    @property
    def code(self) -> Code:
        """Of a CODE item, its value."""
        return _first(self.ds, "ConceptCodeSequence")

    @property
    def kind(self) -> str:
        """The value type, upper case."""
        return str(self.ds.get("ValueType") or "").upper()

    @property
    def children(self) -> tuple[Node, ...]:
        """What it holds, in order."""
        found = self.ds.get("ContentSequence") or ()
        return tuple(Node(one, (*self.place, number)) for number, one in enumerate(found, 1))

    def walk(self) -> Iterator[Node]:
        """Itself and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def child(self, *values: str) -> Node | None:
        """The first child whose name has one of some code values."""
        return next((one for one in self.children if one.name.value in values), None)

    def text(self, *values: str) -> str:
        """Text or UID of that child, empty where there is none."""
        found = self.child(*values)
        if found is None:
            return ""
        return str(found.ds.get("TextValue") or found.ds.get("UID") or "")

    def number(self, *values: str) -> float | None:
        """The number of that child."""
        found = self.child(*values)
        measured = found.ds.get("MeasuredValueSequence") if found is not None else None
        if not measured or measured[0].get("NumericValue") is None:
            return None
        return float(measured[0].NumericValue)


def root_of(ds: Dataset) -> Node:
    """The root content item of a report."""
    return Node(ds, (1,))


def _first(ds: Dataset, keyword: str) -> Code:
    found = ds.get(keyword)
    return read_code(found[0]) if found else Code("", "", "")
