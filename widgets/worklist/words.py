"""How the worklist writes states, views, readers and times."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QCoreApplication

from domain.study import ImageKind, Study
from imaging.slots import FourViewSlot
from widgets.worklist.line import StudyLine


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: ARG001, N802 - Qt's tool looks for it
    """Mark a text for Qt's translation."""
    return text


T = QT_TRANSLATE_NOOP

STATES = {
    "new": T("Worklist", "New"),
    "draft": T("Worklist", "Draft"),
    "submitted": T("Worklist", "Submitted"),
    "arbitration": T("Worklist", "Arbitration"),
    "reviewed": T("Worklist", "Reviewed"),
    "adjudicated": T("Worklist", "Adjudicated"),
    "gold": T("Worklist", "Gold"),
}
"""Titles of a study's states, in their order."""


def say(text: str) -> str:
    """A text of the worklist in the reader's language."""
    return QCoreApplication.translate("Worklist", text)


def state_title(state: str) -> str:
    """Such as ``Draft``; empty where nothing is known."""
    return say(STATES[state]) if state in STATES else state


def views_in_words(study: Study) -> str:
    """Such as ``RCC LCC RMLO LMLO +2``: the four slots that are there, then how many more."""
    names = [view.name for view in study.views if view.kind.fills_slots]
    slots = [slot.value for slot in FourViewSlot if slot.value in names]
    more = len(study.views) - len(slots)
    stacks = sum(view.kind is ImageKind.TOMOSYNTHESIS for view in study.views)
    rest = [f"+{more}"] if more else []
    return " ".join([*slots, *rest, *([f"({stacks} DBT)"] if stacks else [])])


@lru_cache(1024)
def in_slot_order(views: str) -> str:
    """Names of views with blanks between, the four slots first."""
    names = views.split()
    slots = [slot.value for slot in FourViewSlot if slot.value in names]
    return " ".join([*slots, *(name for name in names if name not in slots)])


def reader_of(line: StudyLine) -> str:
    """Who read the study, who has it in hand, or who is to read it."""
    said = []
    for one in line.holders:
        words = say("{reader}, put aside") if one in line.put_aside else say("{reader}, in hand")
        said.append(words.format(reader=one))
    read_by = [one for one in line.reader.split(", ") if one and one not in line.holders]
    said += read_by
    if not said:
        said = [say("for {reader}").format(reader=one) for one in line.assigned]
    return "; ".join(said)


def marks_of(line: StudyLine) -> str:
    """What a reader must know of a study before it is opened."""
    marks = (say("discuss") if line.discuss else "", say("conflict") if line.conflict else "")
    return ", ".join(filter(None, marks))


def trouble_of(line: StudyLine) -> str:
    """How many files of the study can't be read; empty for none."""
    count = len(line.problems)
    if not count:
        return ""
    many = say("{count} files unreadable").format(count=count)
    return say("1 file unreadable") if count == 1 else many


def duration(seconds: float) -> str:
    """Hours and minutes, such as ``0:52 h``."""
    minutes = int(seconds // 60)
    return f"{minutes // 60}:{minutes % 60:02d} h"
