"""Looks through what other programs wrote, and takes it into the archive: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Sequence

from annotations.exchange.format import ExchangeError
from annotations.exchange.neutral import Exchange, ExchangeReading, study_of
from annotations.exchange.recognising import recognised, studies_named, to_read
from annotations.exchange.taking_in import LookedThrough, look_through
from app.presenters.exchanging.exporting import format_named
from app.presenters.exchanging.images import found_studies, scanned
from app.presenters.exchanging.orders import Coming, ImportOrder, Tell, tell_nobody
from archive.archive import Archive
from archive.audit import Deed
from archive.errors import KeptError
from archive.upkeep.taking_in import Arrived, Fate, foreseen, take_in
from archive.upkeep.taking_out import locations
from archive.worklist.indexing import indexed
from archive.worklist.study import IndexedStudy
from domain.errors import BadInputError
from domain.study import Study

READING, CHECKING = "Reading", "Checking"


def known_images(studies: Sequence[Study]) -> Exchange:
    """The images of scanned studies, which marks may lie on."""
    pairs = [study_of(one) for one in studies]
    return Exchange(
        tuple(study for study, _ in pairs), tuple(one for _, many in pairs for one in many)
    )


def looked_at(
    order: ImportOrder,
    archive: Archive | None = None,
    opened: Sequence[Study] = (),
    tell: Tell = tell_nobody,
) -> Coming:
    """Read and check everything; nothing is kept. opened: studies that were scanned already.

    Images that are neither open nor in the named folder are looked for where the archive saw
    them. Raises BadInputError where nothing can be read of it, CancelledError.
    """
    tell(READING, 0, None)
    name = order.form or recognised(order.path)
    studies = _at_hand(order, opened, tell)
    studies += _beyond(studies_named(order.path, name), studies, archive, tell)
    looked = _looked(order, name, studies)
    uids = frozenset(one.document.study_uid for one in looked.exchange.readings)
    beyond = _beyond(uids, studies, archive, tell)
    if beyond:
        studies += beyond
        looked = _looked(order, name, studies)
    tell(CHECKING, 0, None)
    problems = tuple(map(sentence, looked.problems))
    fates: tuple[Fate, ...] = ()
    if archive is not None and not problems:
        try:
            fates = foreseen(archive, looked.exchange.readings)
        except KeptError as error:
            problems = (str(error),)
    of_these = tuple(one for one in studies if one.uid in uids)
    return Coming(name, looked.exchange, fates, problems, of_these)


def taken(archive: Archive, coming: Coming, by: str) -> Arrived:
    """Keep what was looked through. Raises KeptError; then nothing was kept."""
    scanned_ones = {one.uid: indexed(one) for one in coming.studies}
    told = tuple(
        scanned_ones.get(one.uid) or IndexedStudy(one.uid, "", one.patient.name, one.studied)
        for one in coming.exchange.studies
    )
    return take_in(archive, coming.readings, by, coming.form, told)


def note_import(archive: Archive, by: str, form: str, readings: Sequence[ExchangeReading]) -> None:
    """Write into the audit who kept how many as files. Raises KeptError."""
    findings = sum(len(one.document.findings) for one in readings)
    archive.audit.add(by, Deed.IMPORTED, format=form, readings=len(readings), findings=findings)


def _at_hand(order: ImportOrder, opened: Sequence[Study], tell: Tell) -> tuple[Study, ...]:
    if order.images is None:
        return tuple(opened)
    found = scanned(order.images, tell)
    if not found:
        raise BadInputError("holds no mammogram that can be read", where=str(order.images))
    named = {one.uid for one in found}
    return (*found, *(one for one in opened if one.uid not in named))


def _looked(order: ImportOrder, name: str, studies: Sequence[Study]) -> LookedThrough:
    return look_through(
        format_named(name),
        to_read(order.path, name),
        known_images(studies),
        order.reader or order.own,
        rename=bool(order.reader),
        strict=order.images is not None,
    )


def _beyond(
    uids: frozenset[str], studies: Sequence[Study], archive: Archive | None, tell: Tell
) -> tuple[Study, ...]:
    """Studies that aren't at hand, but that the archive knows where to find."""
    missing = uids - {one.uid for one in studies}
    if archive is None or not missing:
        return ()
    return found_studies(missing, (), locations(archive, missing), tell)


def sentence(error: ExchangeError) -> str:
    """What is wrong and what to do, without the file, which is known."""
    return f"{error.what}. {error.remedy}" if error.remedy else error.what
