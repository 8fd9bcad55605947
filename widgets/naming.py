"""How a patient and dates are written on the screen; with names masked for demonstrations."""

from __future__ import annotations

import hashlib
from datetime import date

from PySide6.QtCore import QCoreApplication

from domain.study import Patient

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def patient_name(patient: Patient, masked: bool = False) -> str:
    """Name as ``DOE, Jane`` (PS3.5 6.2.1.1: family^given^middle^prefix^suffix).

    masked: a made-up word instead, the same for the same patient, so that two still differ.
    """
    if masked:
        digest = hashlib.blake2b("\x1f".join(patient.key).encode(), digest_size=4).digest()
        word = "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest)
        return _say("Patient {word}").format(word=word)
    alphabetic = patient.name.partition("=")[0]
    family, *given = (part.strip() for part in alphabetic.split("^")[:3])
    first = " ".join(part for part in given if part)
    whole = ", ".join(part for part in (family, first) if part)
    return whole or _say("Name not stated")


def patient_number(patient: Patient, masked: bool = False) -> str:
    """The patient's identifier; dots where names are masked."""
    if not patient.patient_id:
        return _say("no ID")
    return "•••••" if masked else patient.patient_id


def birth_and_age(patient: Patient, at: date | None, masked: bool = False) -> str:
    """Birth date and age at the study, such as ``1961-04-12, 58 y``; the age alone if masked."""
    if patient.birth_date is None:
        return _say("birth date not stated")
    years = age(patient, at)
    aged = _say("{years} y").format(years=years) if years is not None else ""
    born = "" if masked else patient.birth_date.isoformat()
    return ", ".join(part for part in (born, aged) if part)


def age(patient: Patient, at: date | None) -> int | None:
    """Whole years at a date; ``None`` where a date is missing or the order is impossible."""
    born = patient.birth_date
    if born is None or at is None or at < born:
        return None
    return at.year - born.year - ((at.month, at.day) < (born.month, born.day))


def _say(text: str) -> str:
    return QCoreApplication.translate("Naming", text)
