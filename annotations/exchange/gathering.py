"""Gathers what is to leave: kept readings, and the images that they lie on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from pydicom import dcmread
from pydicom.errors import InvalidDicomError

from annotations.document.document import Document
from annotations.errors import ReadingFileError
from annotations.exchange.format import ExchangeError
from annotations.exchange.neutral import (
    Exchange,
    ExchangeImage,
    ExchangeReading,
    ExchangeStudy,
    study_of,
)
from annotations.keeping.folders import ReadingPlace
from annotations.keeping.opening import open_reading
from annotations.keeping.reading_file import load_document
from domain.study import ImageRef, Study
from imaging.source.opening import open_ref


def kept_readings(folder: Path) -> tuple[ExchangeReading, ...]:
    """All readings under a folder of readings, with what their journals hold.

    Raises ExchangeError where there is none, or one is damaged or open in a window with a journal
    that could not be read.
    """
    files = sorted(folder.rglob("*.json")) if folder.is_dir() else []
    found = []
    for file in files:
        try:
            saved = load_document(file)
        except ReadingFileError as error:
            raise ExchangeError(error.what, where=str(file), remedy=error.remedy) from error
        place = ReadingPlace(file.parent, file.stem)
        document = saved.document
        if place.journal.exists():
            document = _with_journal(place, document, saved.reader)
        found.append(ExchangeReading(saved.reader, document))
    if not found:
        raise ExchangeError(
            "holds no readings", where=str(folder), remedy="Give the folder that readings lie in"
        )
    return tuple(found)


def gathered(readings: Sequence[ExchangeReading], studies: Iterable[Study]) -> Exchange:
    """Readings with those scanned studies that they are of; else what their stamps tell."""
    wanted = {one.document.study_uid for one in readings}
    known: list[ExchangeStudy] = []
    images: dict[str, ExchangeImage] = {}
    for study in studies:
        if study.uid in wanted:
            one, its = study_of(study)
            known.append(one)
            images |= {image.uid: image for image in its}
    there = {one.uid for one in known}
    for reading in readings:
        uid = reading.document.study_uid
        if uid not in there:
            there.add(uid)
            known.append(ExchangeStudy(uid))
        for image in _told_by(reading.document):
            images.setdefault(image.uid, image)
    return Exchange(tuple(known), tuple(images.values()), tuple(readings))


def with_classes(exchange: Exchange) -> Exchange:
    """The same, each DICOM image with its SOP class from its header."""
    images = tuple(replace(one, class_uid=_class_of(one.ref)) for one in exchange.images)
    return Exchange(exchange.studies, images, exchange.readings)


def _with_journal(place: ReadingPlace, document: Document, reader: str) -> Document:
    opened = open_reading(place, document.study_uid, reader)
    if opened.lock is not None:
        opened.lock.release()
    return opened.history.document


def _told_by(document: Document) -> Iterable[ExchangeImage]:
    sizes = {one.uid: one.size for one in document.stamps}
    last = dict.fromkeys(sizes, 0)
    for finding in document.findings:
        for place in finding.geometries:
            if place.mask is not None:
                sizes.setdefault(place.sop_instance_uid, place.mask.size)
            before = last.get(place.sop_instance_uid, 0)
            last[place.sop_instance_uid] = max(before, place.last_frame)
    for uid, size in sizes.items():
        yield ExchangeImage(uid, document.study_uid, size, frames=last[uid] + 1)


def _class_of(ref: ImageRef | None) -> str:
    if ref is None or not ref.sop_instance_uid:
        return ""
    try:
        with open_ref(ref) as stream:
            head = dcmread(stream, stop_before_pixels=True, specific_tags=["SOPClassUID"])
    except (InvalidDicomError, OSError):
        return ""
    return str(head.get("SOPClassUID", ""))
