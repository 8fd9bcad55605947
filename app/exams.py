"""Picks the exam to show and its priors out of what a scan found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.errors import BadInputError
from domain.study import Patient, Study, study_names


@dataclass(frozen=True)
class Exams:
    """One patient's exam to be shown, and the older ones, newest first."""

    current: Study
    priors: tuple[Study, ...] = ()


def choose_exams(studies: Sequence[Study], wanted: str | None, where: str) -> Exams:
    """The wanted study by its name (see ``study_names``), else the newest; older ones are priors.

    Raises BadInputError where no study has that name, or where several patients are there (or
    may be: some say too little of themselves) and none was chosen: showing the wrong patient is
    worse than asking.
    """
    shown = [study for study in studies if study.views]
    names = study_names(shown)
    if wanted is not None:
        matching = [study for study, name in zip(shown, names, strict=True) if name == wanted]
        if not matching:
            listed = _listed(shown, names)
            raise BadInputError(
                f"holds no study {wanted}", where=where, remedy=f"There are: {listed}"
            )
        return Exams(matching[0], _older(matching[0], shown))
    current = max(shown, key=_age)
    if not all(study is current or _same_patient(study, current) for study in shown):
        raise BadInputError(
            f"holds {len(shown)} studies of several patients, or of patients that can't be told"
            " apart",
            where=where,
            remedy=f"Choose one with --study: {_listed(shown, names)}",
        )
    return Exams(current, _older(current, shown))


def exams_of(study: Study, studies: Iterable[Study]) -> Exams:
    """A study with its priors out of what was found."""
    return Exams(study, _older(study, [other for other in studies if other.views]))


def current_exams(studies: Sequence[Study]) -> tuple[Study, ...]:
    """The newest exam of each patient, in the order given; each is a case to be read.

    Who can't be told apart from others counts as a patient of their own.
    """
    newest: dict[object, Study] = {}
    for study in studies:
        if not study.views:
            continue
        key = study.patient.key if _is_somebody(study.patient) else id(study)
        known = newest.get(key)
        if known is None or _age(study) > _age(known):
            newest[key] = study
    chosen = {id(study) for study in newest.values()}
    return tuple(study for study in studies if id(study) in chosen)


def _listed(studies: Sequence[Study], names: Sequence[str]) -> str:
    return ", ".join(
        f"{name} ({study.studied or 'undated'})" for study, name in zip(studies, names, strict=True)
    )


def _older(current: Study, studies: Sequence[Study]) -> tuple[Study, ...]:
    older = [
        study
        for study in studies
        if study is not current and _same_patient(study, current) and _age(study) <= _age(current)
    ]
    return tuple(sorted(older, key=_age, reverse=True))


def _same_patient(one: Study, other: Study) -> bool:
    return one.patient.key == other.patient.key and _is_somebody(one.patient)


def _is_somebody(patient: Patient) -> bool:
    """Whether the header says enough to tell a patient from others: anonymised ones often don't."""
    return bool(patient.patient_id or (patient.name and patient.birth_date))


def _age(study: Study) -> tuple[date, str]:
    return (study.studied or date.min, study.uid)
