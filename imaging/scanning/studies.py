"""Groups images into studies: by Study Instance UID and by patient, so that two never mix."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from domain.study import FileProblem, Flag, ImageRef, Patient, Study, View
from imaging.attributes.tags import label_of
from imaging.scanning.duplicates import settle_duplicates
from imaging.scanning.verdict import Faulty, Found, Origin

Key = tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """A file that is, or should be, an image. folder: where it lies."""

    ref: ImageRef
    folder: str
    verdict: Found | Faulty


@dataclass
class _Group:
    origins: list[Origin] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)


def group_studies(
    files: Iterable[Judged], cancelled: Callable[[], bool]
) -> tuple[tuple[Study, ...], tuple[FileProblem, ...]]:
    """The studies in a settled order, and the faulty files that tell no study.

    Images are of one study where Study Instance UID and patient both agree; without a UID where
    patient, date and folder do. Raises CancelledError.
    """
    groups: dict[Key, _Group] = defaultdict(_Group)
    loose: list[FileProblem] = []
    for file in sorted(files, key=lambda file: file.ref.where):
        _sort_in(file, groups, loose)
    keys = sorted(groups)
    ordered = [_ordered(groups[key].views) for key in keys]
    shared = _patients_by_uid(keys)
    studies = [
        _study(key, groups[key], views, shared[key[0]])
        for key, views in zip(keys, settle_duplicates(ordered, cancelled), strict=True)
    ]
    return tuple(sorted(studies, key=lambda study: study.studied or date.min)), tuple(loose)


def _sort_in(file: Judged, groups: dict[Key, _Group], loose: list[FileProblem]) -> None:
    origin = file.verdict.origin
    if isinstance(file.verdict, Faulty):
        problem = FileProblem(file.ref.where, file.verdict.reason)
        if origin is None or not origin.study.uid:
            loose.append(problem)
            return
        group = groups[_key(origin, file.folder)]
        group.problems.append(problem)
    else:
        group = groups[_key(file.verdict.origin, file.folder)]
        group.views.append(file.verdict.view)
    if origin is not None:
        group.origins.append(origin)


def _key(origin: Origin, folder: str) -> Key:
    patient = patient_key(origin.patient)
    if origin.study.uid:
        return (origin.study.uid, *patient)
    day = origin.study.studied.isoformat() if origin.study.studied else ""
    made_up = hashlib.sha256("\0".join((*patient, day, folder)).encode(errors="replace"))
    return (f"without-uid-{made_up.hexdigest()[:16]}", *patient)


@lru_cache(maxsize=1024)
def patient_key(patient: Patient) -> Key:
    """What tells two patients apart; spellings of a name that PS3.5 6.2.1 holds equal are."""
    identifier, issuer, name, born = patient.key
    parts = re.sub(r"[\s^]+(?=$|=)", "", re.sub(r"\s+", " ", name)).upper()
    return (identifier, issuer, parts, born)


def _patients_by_uid(keys: Iterable[Key]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for key in keys:
        counts[key[0]] += 1
    return counts


def _ordered(views: Sequence[View]) -> list[View]:
    def moment(view: View) -> tuple[str, int, str]:
        taken = view.acquired.isoformat() if view.acquired else ""
        return (taken, view.instance_number or 0, view.ref.where)

    return sorted(views, key=moment)


def _study(key: Key, group: _Group, views: list[View], patients: int) -> Study:
    days = sorted({origin.study.studied for origin in group.origins if origin.study.studied})
    return Study(
        uid=key[0],
        patient=group.origins[0].patient,
        views=tuple(views),
        studied=days[0] if days else None,
        description=_first(origin.study.description for origin in group.origins),
        accession=_first(origin.study.accession for origin in group.origins),
        flags=tuple(_flags(key, group, patients, len(days))),
        problems=tuple(group.problems),
    )


def _first(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")


def _flags(key: Key, group: _Group, patients: int, days: int) -> Iterable[Flag]:
    uid_label = label_of("StudyInstanceUID")
    if patients > 1:
        yield Flag(f"{patients} PATIENTS share this Study Instance UID; kept apart", uid_label)
    if not group.origins[0].study.uid:
        yield Flag("No Study Instance UID: grouped by patient, date and folder", uid_label)
    if not any(key[1:]):
        yield Flag("Nothing says who the patient is", label_of("PatientID"))
    if days > 1:
        yield Flag(f"The images give {days} different study dates", label_of("StudyDate"))
