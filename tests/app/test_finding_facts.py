"""What the list says of findings."""

from __future__ import annotations

from uuid import UUID

import numpy as np

from app.gui.finding_facts import where_of
from domain.finding import Finding, FindingKind, Geometry, ReaderProvenance
from domain.geometry import ImageSize
from domain.mask import RleMask
from tests.support.views import a_view

SIZE = ImageSize(60, 80)


def test_a_group_says_how_many_dots_it_has() -> None:
    pixels = np.zeros(SIZE.shape, np.uint8)
    pixels[5:8, 5:8] = pixels[40:43, 50:52] = 1
    mark = Geometry("1.2", mask=RleMask.of(pixels, SIZE))
    kind = FindingKind.CALCIFICATION_GROUP
    group = Finding(UUID(int=1), kind, (mark,), ReaderProvenance("reader"))
    view = a_view("LCC")
    assert f"{view.name}, 2 dots" in where_of(group, {"1.2": view})


def test_an_image_that_is_not_known_is_left_out() -> None:
    mark = Geometry("9.9", mask=RleMask(SIZE))
    finding = Finding(UUID(int=1), FindingKind.MASS, (mark,), ReaderProvenance("reader"))
    assert where_of(finding, {}) == ""
