"""Picks the exam to show and its priors out of what a scan found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.errors import BadInputError
from domain.study import Study


@dataclass(frozen=True)
class Exams:
    """One patient's exam to be shown, and the older ones, newest first."""

    current: Study
    priors: tuple[Study, ...] = ()


def choose_exams(studies: Sequence[Study], wanted: str | None, where: str) -> Exams:
    """The wanted study by its UID, else the newest; the patient's older studies are priors.

    Raises BadInputError where no study has that UID, or where several patients are there and
    none was chosen: showing the wrong patient is worse than asking.
    """
    shown = [study for study in studies if study.views]
    if wanted is not None:
        current = next((study for study in shown if study.uid == wanted), None)
        if current is None:
            raise BadInputError(
                f"holds no study {wanted}", where=where, remedy=f"There are: {_listed(shown)}"
            )
        return Exams(current, _older(current, shown))
    if len({study.patient.key for study in shown}) > 1:
        raise BadInputError(
            f"holds {len(shown)} studies of several patients",
            where=where,
            remedy=f"Choose one with --study: {_listed(shown)}",
        )
    current = max(shown, key=_age)
    return Exams(current, _older(current, shown))


def _listed(studies: Sequence[Study]) -> str:
    return ", ".join(f"{study.uid} ({study.studied or 'undated'})" for study in studies)


def _older(current: Study, studies: Sequence[Study]) -> tuple[Study, ...]:
    same_patient = [
        study
        for study in studies
        if study is not current
        and study.patient.key == current.patient.key
        and any(study.patient.key)
        and _age(study) <= _age(current)
    ]
    return tuple(sorted(same_patient, key=_age, reverse=True))


def _age(study: Study) -> tuple[date, str]:
    return (study.studied or date.min, study.uid)
