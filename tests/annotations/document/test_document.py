"""What a document answers, and what an opinion and a stamp are."""

from __future__ import annotations

from uuid import UUID

import numpy as np
import pytest

from annotations.document.document import Document, ImageStamp
from annotations.document.opinion import NO_OPINION, BreastOpinion, Opinion
from annotations.document.stamps import stamp_of
from domain.finding import Finding, FindingKind, Geometry, ReaderProvenance
from domain.geometry import ImagePoint, ImageSize
from domain.laterality import Laterality


def finding(number: int, parent: int | None = None) -> Finding:
    return Finding(
        UUID(int=number),
        FindingKind.MASS,
        (Geometry("1.2", point=ImagePoint(1, 2)),),
        ReaderProvenance("ann"),
        parent_id=None if parent is None else UUID(int=parent),
    )


def test_findings_are_found_by_id_and_place() -> None:
    document = Document("1", (finding(1), finding(2)))
    assert document.by_id[UUID(int=2)] is document.findings[1]
    assert document.place_of(UUID(int=2)) == 1
    with pytest.raises(KeyError):
        document.place_of(UUID(int=3))


def test_findings_that_a_later_one_replaces_are_not_live() -> None:
    document = Document("1", (finding(1), finding(2, parent=1), finding(3, parent=2), finding(4)))
    assert [one.id.int for one in document.live] == [3, 4]


def test_the_stamp_of_an_image_without_marks_is_none() -> None:
    stamp = ImageStamp("a", ImageSize(4, 4), "x")
    document = Document("1", stamps=(stamp,))
    assert document.stamp("a") is stamp
    assert document.stamp("b") is None


def test_asking_a_document_makes_it_no_other() -> None:
    one, other = Document("1", (finding(1),)), Document("1", (finding(1),))
    assert one.live
    assert one.by_id
    assert one == other
    assert hash(one) == hash(other)


def test_opinions_of_breasts_are_not_exchanged() -> None:
    with pytest.raises(ValueError, match="right breast"):
        Opinion(right=BreastOpinion(Laterality.LEFT))
    assert Opinion() == NO_OPINION


def test_stamps_tell_images_apart_by_pixels_type_and_size() -> None:
    pixels = np.random.default_rng(1).integers(0, 4096, (1200, 900)).astype(np.uint16)
    stamp = stamp_of("a", pixels)
    assert stamp.size == ImageSize(1200, 900)
    assert stamp == stamp_of("a", pixels.copy(order="F"))
    assert stamp != stamp_of("a", pixels[::-1])
    assert stamp.digest != stamp_of("a", pixels.astype(np.int16)).digest
