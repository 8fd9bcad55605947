"""Makes the worklist's lines of studies that were scanned and of rows of the archive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from archive.worklist.study import WorklistRow
from domain.study import Patient, Study
from widgets.naming import patient_name, patient_number
from widgets.worklist.line import Column, FilterChoice, StudyLine
from widgets.worklist.words import in_slot_order, marks_of, reader_of, views_in_words

_STATES = {
    state: place
    for place, state in enumerate(
        ("", "new", "draft", "submitted", "arbitration", "reviewed", "adjudicated", "gold")
    )
}


@dataclass(frozen=True)
class OpenedLine:
    """The line of a scanned study, and the words by which it is found."""

    line: StudyLine
    words: str = field(repr=False)


def opened_lines(
    studies: Sequence[Study], names: Sequence[str], *, masked: bool
) -> tuple[OpenedLine, ...]:
    """Lines of scanned studies; names as ``study_names`` gives them."""
    return tuple(
        _opened(study, name, masked=masked) for study, name in zip(studies, names, strict=True)
    )


def line_of_row(row: WorklistRow, study: Study | None = None) -> StudyLine:
    """A line of the archive; what is scanned of its study says more of patient and views."""
    return StudyLine(
        key=row.uid,
        patient=study.patient if study is not None else Patient(name=row.patient),
        studied=row.studied,
        views=views_in_words(study) if study is not None else in_slot_order(row.views),
        problems=study.problems if study is not None else (),
        state=row.state.value,
        reader=row.reader,
        holders=row.holders,
        put_aside=row.put_aside,
        assigned=row.assigned,
        findings=row.findings,
        priority=row.priority,
        discuss=row.discuss,
        conflict=row.conflict,
    )


def with_facts(line: StudyLine, row: WorklistRow | None) -> StudyLine:
    """The line with what the archive says of its study."""
    if row is None:
        return line
    return replace(
        line,
        state=row.state.value,
        reader=row.reader,
        holders=row.holders,
        put_aside=row.put_aside,
        assigned=row.assigned,
        findings=row.findings,
        priority=row.priority,
        discuss=row.discuss,
        conflict=row.conflict,
    )


def chosen_lines(
    opened: Iterable[OpenedLine],
    facts: Mapping[str, WorklistRow],
    text: str,
    choice: FilterChoice,
) -> list[StudyLine]:
    """Those that hold all words of a text and that the filters let through."""
    words = text.casefold().split()
    found = []
    for one in opened:
        if all(word in one.words for word in words):
            line = with_facts(one.line, facts.get(one.line.key))
            if _passes(line, choice):
                found.append(line)
    return found


def sorted_lines(
    lines: Iterable[StudyLine], column: Column, *, descending: bool
) -> tuple[StudyLine, ...]:
    """By a column's value; equal ones stay in their order."""
    return tuple(sorted(lines, key=lambda line: _sort_key(line, column), reverse=descending))


def _opened(study: Study, name: str, *, masked: bool) -> OpenedLine:
    line = StudyLine(
        key=name,
        patient=study.patient,
        studied=study.studied,
        views=views_in_words(study),
        view_count=len(study.views),
        problems=study.problems,
    )
    shown = (
        patient_name(study.patient, masked),
        patient_number(study.patient, masked) if study.patient.patient_id else "",
        study.studied.isoformat() if study.studied else "",
        line.views,
    )
    return OpenedLine(line, " ".join(shown).casefold())


def _passes(line: StudyLine, choice: FilterChoice) -> bool:
    day = line.studied or date.min
    return (
        (not choice.states or line.state in choice.states)
        and (choice.since is None or day >= choice.since)
        and (choice.until is None or day <= choice.until)
        and line.findings >= choice.least_findings
        and (line.discuss or not choice.discuss)
        and (line.conflict or not choice.conflict)
    )


def _sort_key(line: StudyLine, column: Column) -> Any:  # noqa: PLR0911 - one answer a column
    match column:
        case Column.PATIENT:
            return line.patient.name.casefold(), line.patient.patient_id
        case Column.NUMBER:
            return line.patient.patient_id
        case Column.DATE:
            return line.studied or date.min
        case Column.VIEWS:
            return line.view_count
        case Column.STATE:
            return _STATES.get(line.state, 0), len(line.problems)
        case Column.READER:
            return reader_of(line).casefold()
        case Column.FINDINGS:
            return line.findings
        case Column.PRIORITY:
            return line.priority
    return marks_of(line)
