"""Findings refuse what can't be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain.finding import (
    Contour,
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    Location,
    ReaderProvenance,
    RejectionReason,
)
from domain.geometry import Box, ImagePoint
from domain.laterality import Laterality

GEOMETRY = Geometry("1.2.3", box=Box(0, 0, 2, 2))
FINDING = Finding(UUID(int=1), FindingKind.MASS, (GEOMETRY,), ReaderProvenance("reader"))


def test_a_contour_needs_three_points() -> None:
    with pytest.raises(ValueError, match="three points"):
        Contour((ImagePoint(0, 0), ImagePoint(1, 1)))


def test_a_geometry_has_some_shape() -> None:
    with pytest.raises(ValueError, match="box, a contour"):
        Geometry("1.2.3")


@pytest.mark.parametrize("frames", [(-1, 0), (2, 1)])
def test_a_range_of_frames_ends_after_it_starts(frames: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="frames"):
        Geometry("1.2.3", *frames, point=ImagePoint(0, 0))


@pytest.mark.parametrize("hour", [0, 13])
def test_a_clock_face_has_twelve_hours(hour: int) -> None:
    with pytest.raises(ValueError, match="1 to 12"):
        Location(Laterality.LEFT, clock_face=hour)


@pytest.mark.parametrize(
    "changes",
    [
        {"geometries": ()},
        {"malignancy": 1.1},
        {"malignancy": -0.1},
        {"status": FindingStatus.REJECTED},
        {"rejection": RejectionReason.VESSEL},
    ],
)
def test_an_impossible_finding_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        replace(FINDING, **changes)


def test_a_rejected_finding_says_why() -> None:
    rejected = replace(FINDING, status=FindingStatus.REJECTED, rejection=RejectionReason.NODE)
    assert rejected.rejection is RejectionReason.NODE
