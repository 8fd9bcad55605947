"""Writes readings in another format; whatever fails, the target is as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from annotations.document.document import Document
from annotations.errors import AnnotationError
from annotations.exchange.anonymous.anonymising import Anonymiser
from annotations.exchange.anonymous.pseudonyms import Pseudonyms, own_key
from annotations.exchange.aspects import told
from annotations.exchange.format import Aspect, ExchangeFormat, Loss
from annotations.exchange.formats import FORMATS
from annotations.exchange.gathering import gathered, kept_readings, with_classes
from annotations.exchange.neutral import Exchange, ExchangeReading
from annotations.exchange.pictures import shown_pictures
from annotations.exchange.writing_out import whole_folder, write_out
from app.presenters.exchanging.images import found_studies
from app.presenters.exchanging.orders import Exported, ExportOrder, Tell, tell_nobody
from archive.archive import Archive
from archive.audit import Deed
from archive.upkeep.taking_out import Wanted, locations, taken_out
from domain.errors import BadInputError
from domain.study import Study

Note = Callable[[Exported], None]

READING, WRITING = "Reading what is kept", "Writing"


def format_named(name: str) -> ExchangeFormat:
    """Raises BadInputError where there is none."""
    found = FORMATS.get(name)
    if found is None:
        raise BadInputError(
            f"no format is called {name!r}", remedy=f"There are: {', '.join(FORMATS)}"
        )
    return found


def export_archived(
    archive: Archive,
    order: ExportOrder,
    opened: Sequence[Study] = (),
    live: ExchangeReading | None = None,
    tell: Tell = tell_nobody,
) -> Exported:
    """Write what the archive keeps, and note it in the audit; what can't be noted does not leave.

    opened: studies that were scanned already. live: the reading that is open, as it is now.
    Readings that are closed to the viewer, or whose images are nowhere, are told among the
    losses. Raises BadInputError, CancelledError.
    """
    wanted = Wanted(order.studies, order.reader, order.submitted)
    taken = taken_out(archive, wanted, order.viewer, partial(tell, READING))
    readings = with_live(taken.readings, live, order)
    _check_some(readings, taken.losses)

    def find(uids: frozenset[str]) -> tuple[Study, ...]:
        return found_studies(uids, opened, locations(archive, uids), tell)

    note = partial(note_export, archive, order)
    return _export(readings, taken.losses, order, opened, find, tell=tell, note=note)


def export_files(
    folder: Path,
    order: ExportOrder,
    opened: Sequence[Study] = (),
    live: ExchangeReading | None = None,
    tell: Tell = tell_nobody,
) -> Exported:
    """Write readings that are kept as files, such as while the archive can't be used."""
    kept = tuple(
        one
        for one in (kept_readings(folder) if folder.is_dir() else ())
        if (order.studies is None or one.document.study_uid in order.studies)
        and order.reader in ("", one.reader)
    )
    readings = with_live(kept, live, order)
    _check_some(readings, ())

    def find(uids: frozenset[str]) -> tuple[Study, ...]:
        return found_studies(uids, opened, {}, tell)

    return _export(readings, (), order, opened, find, tell=tell)


def with_live(
    readings: Sequence[ExchangeReading], live: ExchangeReading | None, order: ExportOrder
) -> tuple[ExchangeReading, ...]:
    """The same with the open reading as it is now, where it was asked for."""
    if live is None or order.submitted or order.reader not in ("", live.reader):
        return tuple(readings)
    uid = live.document.study_uid
    if order.studies is not None and uid not in order.studies:
        return tuple(readings)
    others = [one for one in readings if (one.document.study_uid, one.reader) != (uid, live.reader)]
    said = live.document != Document(uid) or len(others) < len(readings)
    return (*others, live) if said else tuple(others)


def written(
    readings: Sequence[ExchangeReading],
    studies: Sequence[Study],
    order: ExportOrder,
    lost: Sequence[Loss] = (),
    *,
    tell: Tell = tell_nobody,
    note: Note | None = None,
) -> Exported:
    """Write readings of scanned studies. lost: what was left out before. note: called when all
    is written, before it takes its place. Raises ExchangeError, CancelledError, and what ``note``
    does; then the target is as it was.
    """
    form = format_named(order.form)
    exchange = gathered(readings, studies)
    if form.needs_study:
        exchange = with_classes(exchange)
    gone = tuple(lost)
    anonymous = order.key_folder is not None
    if order.key_folder is not None:
        exchange, more = Anonymiser(Pseudonyms(own_key(order.key_folder))).anonymised(exchange)
        gone += more
    pictures = shown_pictures(clean=anonymous) if order.with_images else None
    watched = replace(exchange, watch=partial(tell, WRITING))
    findings = sum(len(one.document.findings) for one in exchange.readings)
    uids = tuple(sorted({one.document.study_uid for one in readings}))
    counts = (len(exchange.readings), findings, len(exchange.images))
    with whole_folder(order.target) as folder:
        losses = write_out(form, watched, folder, pictures=pictures, lost=gone)
        done = Exported(order.target, *counts, losses, uids)
        if note is not None:
            note(done)
    return done


def note_export(archive: Archive, order: ExportOrder, done: Exported) -> None:
    """Write into the audit who exported which studies in which format. Raises KeptError."""
    detail: dict[str, Any] = {"format": order.form, **done.detail}
    if order.key_folder is not None:
        detail["anonymised"] = True
    archive.audit.add(order.by, Deed.EXPORTED, **detail)


def _export(
    readings: tuple[ExchangeReading, ...],
    lost: tuple[Loss, ...],
    order: ExportOrder,
    opened: Sequence[Study],
    find: Callable[[frozenset[str]], tuple[Study, ...]],
    *,
    tell: Tell,
    note: Note | None = None,
) -> Exported:
    """With the images looked for where the format can't do without."""
    uids = frozenset(one.document.study_uid for one in readings)
    studies = tuple(one for one in opened if one.uid in uids)
    needs = format_named(order.form).needs_study or order.with_images
    exchange = gathered(readings, studies)
    if needs or not all(_is_sized(one, exchange) for one in readings):
        studies = find(uids)
        exchange = gathered(readings, studies)
        there = {one.uid for one in studies}
        kept = tuple(
            one
            for one in readings
            if (one.document.study_uid in there if needs else _is_sized(one, exchange))
        )
        lost = (*lost, *told([(Aspect.ABSENT, len(readings) - len(kept))]))
        if not kept:
            raise AnnotationError(
                "the images of these readings were not found",
                remedy="Open the folder that they lie in, then export again",
            )
        readings = kept
    return written(readings, studies, order, lost, tell=tell, note=note)


def _is_sized(reading: ExchangeReading, exchange: Exchange) -> bool:
    """Whether the size of each image that was marked is known."""
    places = (place for one in reading.document.findings for place in one.geometries)
    return all(place.sop_instance_uid in exchange.image for place in places)


def _check_some(readings: Sequence[ExchangeReading], losses: Sequence[Loss]) -> None:
    if not readings:
        why = f" ({'; '.join(map(str, losses))})" if losses else ""
        raise AnnotationError(
            f"there are no such readings{why}", remedy="Choose others; nothing was exported"
        )
