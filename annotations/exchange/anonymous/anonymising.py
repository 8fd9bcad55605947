"""The neutral set without anything that tells who the patient or the reader is.

After the Basic Application Level Confidentiality Profile (PS3.15 table E.1-1) with the option
Retain Longitudinal Temporal Information with Modified Dates: every UID is replaced, names and
numbers become keyed hashes, birth date and sex go, dates move, and free text goes, as nobody can
tell what stands in it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from uuid import UUID

from annotations.document.document import Document
from annotations.document.first_read import FirstRead
from annotations.document.opinion import ClinicalNotes, Opinion
from annotations.exchange.anonymous.pseudonyms import Pseudonyms
from annotations.exchange.aspects import told
from annotations.exchange.format import Aspect, Loss
from annotations.exchange.neutral import (
    Exchange,
    ExchangeImage,
    ExchangeReading,
    ExchangeStudy,
)
from domain.finding import Finding, Geometry, ReaderProvenance
from domain.study import Patient

_QUADRANTS = frozenset(
    {"upper outer", "upper inner", "lower outer", "lower inner", "upper", "lower", "outer", "inner"}
) | {"central", "retroareolar", "axillary tail"}
_DEPTHS = frozenset({"anterior", "middle", "posterior"})


class Anonymiser:
    """Anonymises one neutral set; the losses tell what free text and stamps went."""

    def __init__(self, pseudonyms: Pseudonyms) -> None:
        """pseudonyms: of the key that is kept."""
        self._names = pseudonyms
        self._gone: Counter[Aspect] = Counter()

    def anonymised(self, exchange: Exchange) -> tuple[Exchange, tuple[Loss, ...]]:
        """The set under other names, and what was taken out of it."""
        self._gone = Counter()
        patients = {one.uid: patient_key(one) for one in exchange.studies}
        made = Exchange(
            tuple(self._study(one) for one in exchange.studies),
            tuple(self.image(one) for one in exchange.images),
            tuple(
                self._reading(one, patients.get(one.document.study_uid, one.document.study_uid))
                for one in exchange.readings
            ),
        )
        return made, told(self._gone.items())

    def image(self, one: ExchangeImage) -> ExchangeImage:
        """An image under other UIDs; where its bytes lie stays, for whoever writes its pixels."""
        return replace(
            one,
            uid=self._names.uid(one.uid),
            study_uid=self._names.uid(one.study_uid),
            series_uid=self._names.uid(one.series_uid),
        )

    def _study(self, one: ExchangeStudy) -> ExchangeStudy:
        key = patient_key(one)
        name = self._names.word("patient", key)
        return ExchangeStudy(
            self._names.uid(one.uid),
            Patient(patient_id=name, name=f"{name}^"),
            self._names.day(key, one.studied),
            self._names.word("accession", one.accession),
        )

    def _reading(self, one: ExchangeReading, patient: str) -> ExchangeReading:
        document = one.document
        first = document.first_read
        if first is not None:
            first = FirstRead(
                self._opinion(first.opinion),
                tuple(self._finding(finding, patient) for finding in first.findings),
                self._names.moment(patient, first.recorded),
            )
        self._gone[Aspect.STAMPS] += bool(document.stamps)
        return ExchangeReading(
            self._reader(one.reader),
            Document(
                self._names.uid(document.study_uid),
                tuple(self._finding(finding, patient) for finding in document.findings),
                self._opinion(document.opinion),
                (),
                first,
            ),
        )

    def _reader(self, name: str) -> str:
        return f"reader-{self._names.word('reader', name)[:8]}" if name else ""

    def _opinion(self, one: Opinion) -> Opinion:
        self._gone[Aspect.TEXT] += bool(one.note) or one.clinical != ClinicalNotes()
        known = one.composition if one.composition in ("", "a", "b", "c", "d") else ""
        return replace(one, clinical=ClinicalNotes(), note="", composition=known)

    def _finding(self, one: Finding, patient: str) -> Finding:
        made, place, proved = one.provenance, one.location, one.pathology
        if place is not None:
            place = replace(
                place,
                quadrant=place.quadrant if place.quadrant in _QUADRANTS else "",
                depth=place.depth if place.depth in _DEPTHS else "",
            )
        if proved is not None:
            day = self._names.day(patient, proved.proved)
            self._gone[Aspect.TEXT] += bool(proved.diagnosis)
            proved = replace(proved, diagnosis="", proved=day)
        self._gone[Aspect.TEXT] += bool(one.note) or place != one.location
        if isinstance(made, ReaderProvenance):
            made = ReaderProvenance(self._reader(made.reader))
        return replace(
            one,
            id=self._names.uuid("finding", str(one.id)),
            parent_id=self._linked(one.parent_id),
            counterpart_id=self._linked(one.counterpart_id),
            geometries=tuple(self._place(place) for place in one.geometries),
            provenance=made,
            location=place,
            pathology=proved,
            note="",
        )

    def _linked(self, one: UUID | None) -> UUID | None:
        return None if one is None else self._names.uuid("finding", str(one))

    def _place(self, one: Geometry) -> Geometry:
        return replace(one, sop_instance_uid=self._names.uid(one.sop_instance_uid))


def patient_key(study: ExchangeStudy) -> str:
    """What a patient's dates move by: all that tells patients apart, else the study."""
    told_of = "\0".join(study.patient.key)
    return told_of if told_of.strip("\0") else study.uid
