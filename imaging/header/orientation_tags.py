"""Anatomical directions of the stored image, checked against the view they are said to show."""

from __future__ import annotations

from pydicom.dataset import Dataset

from domain.laterality import Laterality
from domain.orientation import Direction, PatientOrientation
from domain.study import Flag
from domain.view_position import HangFamily, ViewPosition
from imaging.attributes import functional_groups
from imaging.attributes.conclusion import Concluded, because, doubt
from imaging.attributes.tags import label_of, texts

KEYWORDS = ("PatientOrientation", *functional_groups.KEYWORDS)
_TAG = "PatientOrientation"
_DEPTH = (Direction.ANTERIOR, Direction.POSTERIOR)
_WIDTH = (Direction.LEFT, Direction.RIGHT)
_HEIGHT = (Direction.HEAD, Direction.FOOT)
# Which way an oblique image leans, seen from its slanting edge: the beam of an MLO enters above
# and medially, so that down the image is foot and medial, GE's P\FL of a right MLO. SIO and ISO
# lean the other way.
_MEDIAL_BELOW = frozenset({ViewPosition.MLO, ViewPosition.LMO})
_LATERAL_BELOW = frozenset({ViewPosition.SIO, ViewPosition.ISO})
_DOWN_LEFT = ({"F", "L"}, {"H", "R"})
_DOWN_RIGHT = ({"F", "R"}, {"H", "L"})


def read_orientation(
    ds: Dataset, laterality: Laterality | None, position: ViewPosition | None
) -> Concluded[PatientOrientation | None]:
    """Patient Orientation (0020,0020), and flags where it can't belong to that side and view."""
    values = _values(ds)
    if not values:
        return Concluded(None, (), (doubt("Patient Orientation is missing", _TAG),))
    raw = "\\".join(values)
    found = PatientOrientation.parse(*values) if len(values) == 2 else None
    if found is None:
        flag = doubt(f"{label_of(_TAG)} is {raw!r}, which names no two directions", _TAG)
        return Concluded(None, (), (flag,))
    reason = because(f"rows run to {found.row.name}, columns to {found.column.name}", _TAG, raw)
    flags = (*_wrong_axes(found, position), *_wrong_side(values, laterality, position))
    return Concluded(found, (reason,), flags)


def _values(ds: Dataset) -> tuple[str, ...]:
    for holder in (ds, *functional_groups.group_items(ds, "PatientOrientationInFrameSequence")):
        values = texts(holder, _TAG)
        if values:
            return values
    return ()


def _wrong_axes(found: PatientOrientation, position: ViewPosition | None) -> tuple[Flag, ...]:
    directions = (found.row, found.column)
    if not any(direction in _DEPTH for direction in directions):
        return (doubt(f"{found} shows no breast from chest wall to nipple", _TAG),)
    if position is None:
        return ()
    across = next(direction for direction in directions if direction not in _DEPTH)
    expected = _WIDTH if position.family is HangFamily.CC else _HEIGHT
    if across in expected:
        return ()
    return (doubt(f"{found} can't be the orientation of {position.value}", _TAG),)


def _wrong_side(
    values: tuple[str, ...], laterality: Laterality | None, position: ViewPosition | None
) -> tuple[Flag, ...]:
    leaning = _leaning_side(values, position)
    if leaning is None or laterality is not leaning.opposite:
        return ()
    name = leaning.name.lower()
    return (doubt("\\".join(values) + f" leans as the {name} breast does", _TAG),)


def _leaning_side(values: tuple[str, ...], position: ViewPosition | None) -> Laterality | None:
    for value in values:
        letters = set(value.strip().upper())
        if letters not in (*_DOWN_LEFT, *_DOWN_RIGHT):
            continue
        right = letters in _DOWN_LEFT
        if position in _MEDIAL_BELOW:
            return Laterality.RIGHT if right else Laterality.LEFT
        if position in _LATERAL_BELOW:
            return Laterality.LEFT if right else Laterality.RIGHT
    return None
