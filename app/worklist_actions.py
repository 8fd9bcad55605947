"""Rows of the actions of the worklist: its page, its sources, and the line that is chosen."""

from __future__ import annotations

from app.action_rows import ALWAYS, CHOSEN, WORKLIST, T, rows

WORKLIST_ACTIONS = (
    *rows(
        WORKLIST,
        ALWAYS,
        ("file.worklist", T("Action", "Show worklist"), "Ctrl+L", "worklist"),
        ("worklist.find", T("Action", "Find a study"), "Ctrl+F", ""),
    ),
    *rows(
        WORKLIST,
        CHOSEN,
        ("worklist.claim", T("Action", "Take study in hand"), "", ""),
        ("worklist.suspend", T("Action", "Put study aside"), "", ""),
        ("worklist.release", T("Action", "Give study back"), "", ""),
        ("worklist.assign", T("Action", "Assign study"), "", ""),
        ("worklist.raise", T("Action", "Priority up"), "Alt+Up", ""),
        ("worklist.lower", T("Action", "Priority down"), "Alt+Down", ""),
        ("worklist.discuss", T("Action", "Discuss study, or settle"), "", ""),
    ),
    *rows(
        WORKLIST,
        ALWAYS,
        ("worklist.add_folder", T("Action", "Add folder to the worklist"), "", ""),
        ("worklist.sources", T("Action", "Sources of the worklist"), "", ""),
    ),
)
