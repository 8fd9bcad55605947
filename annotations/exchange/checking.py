"""Checks what was read, all of it, before anything is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from annotations.document.document import Document
from annotations.exchange.format import ExchangeError, bad
from annotations.exchange.neutral import Exchange, ExchangeImage, ExchangeReading
from annotations.shapes.contours import bounds_of
from domain.finding import Finding, Geometry
from domain.geometry import Box
from domain.lexicon import LEXICONS, DescriptorAxis

EDGE = 0.51
"""How far a position may lie beyond the middle of the outermost pixel, in pixels."""
_ROOM = 1.0


def check(exchange: Exchange, where: str, known: Exchange | None = None) -> None:
    """Raise ExchangeError for the first thing that can't be, naming the file and the thing.

    known: the images that marks may lie on; ``None`` where those of the file are believed.
    """
    for problem in problems(exchange, where, known):
        raise problem


def problems(
    exchange: Exchange, where: str, known: Exchange | None = None
) -> Iterator[ExchangeError]:
    """Everything that can't be, one error a thing; see ``check``."""
    for one in _checks(exchange, where, (known or exchange).image):
        try:
            one()
        except ExchangeError as error:
            yield error


def _checks(
    exchange: Exchange, where: str, images: Mapping[str, ExchangeImage]
) -> Iterator[Callable[[], None]]:
    for reading in exchange.readings:
        yield partial(_check_opinion, reading, where)
        for finding in reading.document.findings:
            entry = f"finding {finding.id}"
            yield partial(_check_words, finding, where, entry)
            for geometry in finding.geometries:
                of = reading.document.study_uid
                yield partial(_check_image, geometry, images, of, where=where, entry=entry)
        yield partial(_check_links, reading, where)


def _check_image(
    geometry: Geometry,
    images: Mapping[str, ExchangeImage],
    study_uid: str,
    *,
    where: str,
    entry: str,
) -> None:
    image = images.get(geometry.sop_instance_uid)
    if image is None:
        raise bad(
            f"{entry}: the image {geometry.sop_instance_uid!r} is not known",
            where,
            "Give the folder of these findings' images with --images",
        )
    _check_place(geometry, image, where, entry)
    if study_uid and image.study_uid not in (study_uid, ""):
        raise bad(f"{entry}: its image belongs to another study", where)


def settled(exchange: Exchange, where: str) -> Exchange:
    """The same with every reading under its images' study. Raises ExchangeError.

    A format that knows no studies gives readings of images of several; they are parted here.
    """
    readings: dict[tuple[str, str], list[Finding]] = {}
    whole: list[ExchangeReading] = []
    for reading in exchange.readings:
        if reading.document.study_uid:
            whole.append(reading)
            continue
        for finding in reading.document.findings:
            uid = finding.geometries[0].sop_instance_uid
            image = exchange.image.get(uid)
            if image is None or not image.study_uid:
                raise bad(
                    f"finding {finding.id}: nothing says which study the image {uid!r} is of",
                    where,
                    "Give the images with --images",
                )
            readings.setdefault((image.study_uid, reading.reader), []).append(finding)
    parted = [
        ExchangeReading(reader, Document(study, tuple(found)))
        for (study, reader), found in readings.items()
    ]
    return Exchange(exchange.studies, exchange.images, (*whole, *parted))


def _check_words(finding: Finding, where: str, entry: str) -> None:
    lexicon = LEXICONS[finding.descriptors.edition]
    for axis, code in finding.descriptors.terms:
        try:
            lexicon.term(axis, code)
        except ValueError as error:
            raise bad(
                f"{entry}: {error}",
                where,
                "It may be of another edition of the atlas, or misspelt",
            ) from error


def _check_opinion(reading: ExchangeReading, where: str) -> None:
    opinion = reading.document.opinion
    if opinion.composition:
        try:
            LEXICONS[opinion.edition].term(DescriptorAxis.COMPOSITION, opinion.composition)
        except ValueError as error:
            raise bad(str(error), where) from error


def _check_place(geometry: Geometry, image: ExchangeImage, where: str, entry: str) -> None:
    if geometry.mask is not None and geometry.mask.size != image.size:
        mine, its = geometry.mask.size, image.size
        raise bad(
            f"{entry}: its mask is {mine.columns}x{mine.rows}, the image {image.uid} "
            f"{its.columns}x{its.rows}",
            where,
        )
    if geometry.last_frame >= image.frames:
        raise bad(
            f"{entry}: it lies on frame {geometry.last_frame}, the image {image.uid} has "
            f"{image.frames}",
            where,
        )
    for name, box in _extents(geometry):
        if not _lies_in(box, image):
            raise bad(
                f"{entry}: its {name} reaches outside the image {image.uid} "
                f"({image.size.columns}x{image.size.rows})",
                where,
            )


def _extents(geometry: Geometry) -> Iterator[tuple[str, Box]]:
    if geometry.box is not None:
        yield "box", geometry.box
    if geometry.point is not None:
        at = geometry.point
        yield "point", Box(at.x, at.y, at.x, at.y)
    around = bounds_of(geometry) if geometry.contour is not None else None
    if around is not None:
        yield "outline", around


def _lies_in(box: Box, image: ExchangeImage) -> bool:
    low = -EDGE - _ROOM
    right, bottom = image.size.columns - 1 - low, image.size.rows - 1 - low
    return low <= box.left and low <= box.top and box.right <= right and box.bottom <= bottom


def _check_links(reading: ExchangeReading, where: str) -> None:
    ids = [one.id for one in reading.document.findings]
    if len(set(ids)) < len(ids):
        raise ExchangeError("two findings have one id", where=where)
