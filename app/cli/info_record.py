"""What ``fourview info`` says, as plain data: the same for people and for programs."""

from __future__ import annotations

from typing import Any

from domain.study import Study, View
from imaging.scanning.scan import ScanResult
from imaging.slots import SlotAssignment, assign_slots


def scan_record(result: ScanResult, *, with_patient: bool = False) -> dict[str, Any]:
    """The whole result. with_patient: names and identifiers are left out unless asked for."""
    return {
        "studies": [study_record(study, with_patient=with_patient) for study in result.studies],
        "problems": [{"file": one.where, "reason": one.reason} for one in result.problems],
        "foreign_files": result.foreign,
        "flags": [str(flag) for flag in result.flags],
    }


def study_record(study: Study, *, with_patient: bool) -> dict[str, Any]:
    """One study with its views in slot order."""
    slots = assign_slots(study.views)
    record: dict[str, Any] = {
        "uid": study.uid,
        "date": study.studied.isoformat() if study.studied else None,
        "description": study.description,
        "flags": [str(flag) for flag in study.flags],
        "views": _view_records(slots),
        "problems": [{"file": one.where, "reason": one.reason} for one in study.problems],
    }
    if with_patient:
        patient = study.patient
        record["patient"] = {
            "name": patient.name,
            "id": patient.patient_id,
            "birth_date": patient.birth_date.isoformat() if patient.birth_date else None,
        }
    return record


def _view_records(slots: SlotAssignment) -> list[dict[str, Any]]:
    filled = [
        _view_record(ranked.view, slot.value, ranked.rank, ranked.reason)
        for slot, views in slots.slots.items()
        for ranked in views
    ]
    extras = [_view_record(one.view, None, None, one.reason) for one in slots.extras]
    return filled + extras


def _view_record(view: View, slot: str | None, rank: int | None, reason: str) -> dict[str, Any]:
    spacing = view.spacing
    return {
        "file": view.ref.where,
        "view": view.name,
        "laterality": view.laterality.value if view.laterality else None,
        "position": view.position.value if view.position else None,
        "modifiers": sorted(modifier.value for modifier in view.modifiers),
        "slot": slot,
        "rank": rank,
        "slot_reason": reason,
        "kind": view.kind.value,
        "intent": view.intent.value,
        "rows": view.size.rows,
        "columns": view.size.columns,
        "frames": view.frames,
        "bits_stored": view.bits_stored,
        "spacing_mm": None if spacing.row_mm is None else [spacing.row_mm, spacing.column_mm],
        "spacing_source": spacing.source.value,
        "patient_orientation": str(view.orientation) if view.orientation else None,
        "transfer_syntax": view.transfer_syntax,
        "vendor": view.vendor,
        "model": view.model,
        "acquired": view.acquired.isoformat() if view.acquired else None,
        "implant": view.implant,
        "windows": list(view.windows),
        "reasons": [str(reason) for reason in view.reasons],
        "flags": [str(flag) for flag in view.flags],
    }
