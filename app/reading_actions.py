"""Actions on the reading as a whole: its state, its revisions, who has the case in hand."""

from __future__ import annotations

from app.action_rows import CASE, STUDY, T, rows
from widgets.action_row import Condition

_ARCHIVED = frozenset({Condition.STUDY_OPEN, Condition.ARCHIVED})

READING_ACTIONS = (
    *rows(
        CASE,
        frozenset({Condition.SUBMITTABLE}),
        ("reading.submit", T("Action", "Submit reading"), "F9", ""),
    ),
    *rows(
        CASE,
        frozenset({Condition.CORRECTABLE}),
        ("reading.correct", T("Action", "Correct reading"), "", ""),
    ),
    *rows(
        CASE,
        frozenset({Condition.REVIEWABLE}),
        ("reading.review", T("Action", "Agree with this reading"), "", ""),
    ),
    *rows(
        CASE,
        frozenset({Condition.GILDABLE}),
        ("reading.gold", T("Action", "Make this reading gold"), "", ""),
    ),
    *rows(
        CASE,
        frozenset({Condition.CONFLICT}),
        ("reading.merge", T("Action", "Merge both revisions"), "", ""),
    ),
    *rows(CASE, STUDY, ("reading.history", T("Action", "History of readings"), "Ctrl+H", "")),
    *rows(
        CASE,
        frozenset({Condition.LOOKING}),
        ("reading.own", T("Action", "Back to my reading"), "", ""),
    ),
    *rows(
        CASE,
        frozenset({Condition.ARCHIVED, Condition.FREE}),
        ("claim.take", T("Action", "Take case in hand"), "", ""),
    ),
    *rows(
        CASE,
        frozenset({Condition.IN_HAND}),
        ("claim.suspend", T("Action", "Put case aside"), "", ""),
        ("claim.release", T("Action", "Give case back"), "", ""),
    ),
    *rows(CASE, _ARCHIVED, ("discuss.raise", T("Action", "Flag for discussion"), "", "")),
    *rows(
        CASE,
        frozenset({Condition.DISCUSSED}),
        ("discuss.settle", T("Action", "Was discussed"), "", ""),
    ),
)
