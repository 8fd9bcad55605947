"""Random neutral sets for Hypothesis, and what of them must come back from a format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from hypothesis import strategies as st

from annotations.document.document import Document, ImageStamp
from annotations.document.first_read import FirstRead
from annotations.exchange.format import Aspect, Loss
from annotations.exchange.neutral import (
    Exchange,
    ExchangeImage,
    ExchangeReading,
    ExchangeStudy,
)
from domain.finding import (
    Contour,
    Descriptors,
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ModelProvenance,
    ReaderProvenance,
)
from domain.geometry import Box, ImagePoint, ImageSize, PixelSpacing, SpacingSource
from domain.laterality import Laterality
from domain.lexicon import DescriptorAxis
from domain.mask import RleMask
from domain.study import Patient
from domain.view_position import ViewPosition
from tests.annotations.documents import findings as any_findings
from tests.annotations.documents import ids, opinions, words

STUDY = "1.2.826.0.1.7"
SPACING = PixelSpacing(0.1, 0.1, SpacingSource.IMAGER_OVER_ERMF)
MAMMOGRAM = "1.2.840.10008.5.1.4.1.1.1.2"
IMAGES = tuple(
    ExchangeImage(
        f"{STUDY}.1.{number}",
        STUDY,
        size,
        f"{STUDY}.1",
        MAMMOGRAM,
        spacing=SPACING,
        laterality=side,
        position=view,
    )
    for number, (size, side, view) in enumerate(
        (
            (ImageSize(12, 9), Laterality.RIGHT, ViewPosition.CC),
            (ImageSize(20, 16), Laterality.LEFT, ViewPosition.MLO),
        ),
        1,
    )
)
PATIENT = Patient("PAT-4711", "", "Example^Erika", date(1960, 3, 4), "F")
STUDIES = (ExchangeStudy(STUDY, PATIENT, date(2026, 1, 2), "ACC-815"),)
TERMS = (
    (DescriptorAxis.MASS_SHAPE, "oval"),
    (DescriptorAxis.MASS_MARGIN, "spiculated"),
    (DescriptorAxis.CALCIFICATION_DISTRIBUTION, "grouped"),
)


def box_in(size: ImageSize) -> st.SearchStrategy[Box]:
    """Boxes inside an image, at least a pixel wide."""
    return st.tuples(
        st.floats(-0.5, size.columns - 2), st.floats(-0.5, size.rows - 2), st.floats(0.2, 1)
    ).map(lambda one: Box(one[0], one[1], one[0] + 1, one[1] + one[2]))


@st.composite
def outlines(draw: st.DrawFn, size: ImageSize) -> Contour:
    """Outlines around a middle, so that they hold pixels and don't cross themselves."""
    x, y = draw(st.floats(3, size.columns - 4)), draw(st.floats(3, size.rows - 4))
    radii = draw(st.lists(st.floats(1.2, 2.9), min_size=3, max_size=7))
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    return Contour(
        tuple(
            ImagePoint(float(x + r * np.cos(a)), float(y + r * np.sin(a)))
            for r, a in zip(radii, angles, strict=True)
        )
    )


def masks(size: ImageSize) -> st.SearchStrategy[RleMask]:
    """Masks with at least a pixel."""
    whole = size.rows * 8
    return st.integers(1, 2**whole - 1).map(
        lambda bits: RleMask.of(
            np.unpackbits(np.frombuffer(bits.to_bytes(size.rows, "big"), np.uint8)).reshape(-1, 8),
            size,
        )
    )


@st.composite
def places(draw: st.DrawFn, shapes: str = "any") -> Geometry:
    """A place on one of the images. shapes: "any", "one" alone, or "mask"."""
    image = draw(st.sampled_from(IMAGES))
    there = {"mask"}
    if shapes == "one":
        there = {draw(st.sampled_from(["box", "contour", "mask", "point"]))}
    elif shapes == "any":
        names = st.sampled_from(["box", "contour", "mask", "point"])
        there = set(draw(st.lists(names, min_size=1, max_size=4)))
    point = st.builds(
        ImagePoint, st.floats(0, image.size.columns - 1), st.floats(0, image.size.rows - 1)
    )
    return Geometry(
        image.uid,
        box=draw(box_in(image.size)) if "box" in there else None,
        contour=draw(outlines(image.size)) if "contour" in there else None,
        mask=draw(masks(image.size)) if "mask" in there else None,
        point=draw(point) if "point" in there else None,
    )


@st.composite
def findings(draw: st.DrawFn, shapes: str = "any", text: Any = words) -> Finding:
    """Findings that say anything at all, on the two images."""
    one = draw(any_findings())
    terms = draw(st.lists(st.sampled_from(TERMS), max_size=3, unique=True))
    made = st.builds(ReaderProvenance, text.filter(bool)) | st.builds(
        ModelProvenance, text.filter(bool), text, st.floats(0, 1), text
    )
    spots = st.lists(places(shapes), min_size=1, max_size=2, unique_by=_where)
    return replace(
        one,
        geometries=tuple(draw(spots)),
        descriptors=Descriptors(terms=tuple(terms)),
        provenance=draw(made),
        note=draw(text),
        parent_id=None,
    )


def _where(place: Geometry) -> str:
    return place.sop_instance_uid


@st.composite
def exchanges(draw: st.DrawFn, shapes: str = "any", text: Any = words) -> Exchange:
    """One study with up to two readings of up to three findings."""
    readers = draw(st.lists(text, max_size=2, unique=True))
    readings = []
    for reader in readers:
        some = draw(st.lists(findings(shapes, text), max_size=3, unique_by=lambda one: one.id))
        if some and draw(st.booleans()):
            some.append(replace(some[0], id=draw(ids.filter(_new(some))), parent_id=some[0].id))
        first = FirstRead(draw(opinions), (), datetime(2026, 1, 2, 3, tzinfo=UTC))
        document = Document(
            STUDY,
            tuple(some),
            draw(opinions),
            tuple(ImageStamp(one.uid, one.size, "ab") for one in IMAGES if draw(st.booleans())),
            draw(st.none() | st.just(first)),
        )
        readings.append(ExchangeReading(reader, document))
    return Exchange(STUDIES, IMAGES, tuple(readings))


def small_exchange(readings: int = 3) -> Exchange:
    """A study that some readers marked with a mass of four pixels each."""
    image = IMAGES[0]
    mask = RleMask.of(np.ones((2, 2), np.uint8), image.size, 2, 2)
    made = []
    for number in range(readings):
        reader = f"reader {number}"
        place = Geometry(image.uid, mask=mask)
        by = ReaderProvenance(reader)
        finding = Finding(UUID(int=number + 1), FindingKind.MASS, (place,), by)
        made.append(ExchangeReading(reader, Document(STUDY, (finding,))))
    return Exchange(STUDIES, IMAGES, tuple(made))


def _new(some: list[Finding]) -> Callable[[Any], bool]:
    there = {one.id for one in some}
    return lambda fresh: fresh not in there


Turned = Callable[[Geometry], Iterator[Geometry] | list[Geometry]]


def as_it_is(place: Geometry) -> list[Geometry]:
    """The place with all its shapes."""
    return [place]


def told_of(
    exchange: Exchange,
    losses: tuple[Loss, ...],
    turned: Turned = as_it_is,
    kinds: Callable[[FindingKind], FindingKind] = lambda kind: kind,
    digits: int = 6,
) -> list[tuple[Any, ...]]:
    """All that must come back, in an order that does not depend on the file's.

    turned: what a place becomes in the format. What the losses name is left out.
    """
    lost = {loss.aspect for loss in losses}
    rows = []
    for reading in exchange.readings:
        document = reading.document
        live = {one.id for one in document.live}
        for finding in document.findings:
            if Aspect.REPLACED in lost and finding.id not in live:
                continue
            if Aspect.REJECTED in lost and finding.status is FindingStatus.REJECTED:
                continue
            rows += [
                (
                    document.study_uid,
                    None if Aspect.READER in lost else reading.reader,
                    kinds(finding.kind).value,
                    *_said(finding, lost),
                    *_shapes(place, digits),
                )
                for given in finding.geometries
                for place in turned(given)
            ]
    return sorted(rows, key=repr)


def opinions_of(exchange: Exchange) -> dict[tuple[str, str], Any]:
    """Opinions by study and reader."""
    return {(one.document.study_uid, one.reader): one.document.opinion for one in exchange.readings}


def _said(finding: Finding, lost: set[Aspect]) -> Iterator[Any]:
    said = {
        Aspect.ID: finding.id,
        Aspect.PROVENANCE: finding.provenance,
        Aspect.STATUS: finding.status.value,
        Aspect.DESCRIPTORS: finding.descriptors,
        Aspect.LOCATION: finding.location,
        Aspect.ASSESSMENT: finding.assessment,
        Aspect.MALIGNANCY: finding.malignancy and round(finding.malignancy, 9),
        Aspect.PATHOLOGY: finding.pathology,
        Aspect.REJECTION: finding.rejection,
        Aspect.PARENT: finding.parent_id,
        Aspect.COUNTERPART: finding.counterpart_id,
        Aspect.NOTE: finding.note,
    }
    for aspect, value in said.items():
        partly = aspect is Aspect.DESCRIPTORS and Aspect.UNCODED in lost
        yield None if aspect in lost or partly else value


def _shapes(place: Geometry, digits: int) -> Iterator[Any]:
    yield place.sop_instance_uid
    yield place.frame
    yield place.last_frame
    box = place.box
    yield box and _rounded((box.left, box.top, box.right, box.bottom), digits)
    yield place.contour and tuple(_rounded((p.x, p.y), digits) for p in place.contour.points)
    yield place.mask
    yield place.point and _rounded((place.point.x, place.point.y), digits)


def _rounded(numbers: tuple[float, ...], digits: int) -> tuple[float, ...]:
    return tuple(round(one, digits) + 0.0 for one in numbers)
