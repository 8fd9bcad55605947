"""Actions of annotating, of the report and of the AI reading."""

from __future__ import annotations

from app.action_rows import (
    AI,
    ALWAYS,
    ANNOTATE,
    CAN_REDO,
    CAN_UNDO,
    CASE,
    FINDING,
    FINDINGS,
    IMAGE,
    MODEL,
    STUDY,
    T,
    rows,
)

_DRAW = rows(
    ANNOTATE,
    IMAGE,
    ("tool.box", T("Action", "Box"), "B", "box"),
    ("tool.contour", T("Action", "Contour"), "C", "contour"),
    ("tool.livewire", T("Action", "Live-wire"), "L", "livewire"),
    ("tool.ai_contour", T("Action", "Contour by the AI"), "Shift+L", "ai-contour"),
    ("tool.outline_ellipse", T("Action", "Ellipse outline"), "Shift+C", "outline-ellipse"),
    ("tool.point", T("Action", "Point"), "Shift+P", "point"),
    ("tool.dots", T("Action", "Calcification dots"), "D", "dots"),
    ("tool.all_dots", T("Action", "All dots in a region"), "Shift+D", "all-dots"),
    ("tool.brush", T("Action", "Brush"), "Shift+B", "brush"),
    ("tool.eraser", T("Action", "Eraser"), "Shift+K", "eraser"),
    ("tool.threshold_brush", T("Action", "Threshold brush"), "Shift+T", "threshold-brush"),
    choice="tool",
    rail="annotate",
)

_EDIT = (
    *rows(
        ANNOTATE,
        FINDINGS,
        ("tool.edit", T("Action", "Edit finding"), "E", "edit"),
        ("tool.push", T("Action", "Push the edge"), "Shift+U", "push"),
        ("tool.redraw", T("Action", "Redraw a part"), "Shift+W", "redraw"),
        choice="tool",
        rail="annotate",
    ),
    *rows(
        ANNOTATE,
        IMAGE,
        ("brush.larger", T("Action", "Larger brush"), "Ctrl+]", ""),
        ("brush.smaller", T("Action", "Smaller brush"), "Ctrl+[", ""),
    ),
    *rows(
        ANNOTATE,
        IMAGE,
        ("kind.auto", T("Action", "Draw what the tool suggests"), "Ctrl+0", ""),
        ("kind.mass", T("Action", "Draw masses"), "Ctrl+1", ""),
        ("kind.calcification", T("Action", "Draw single calcifications"), "Ctrl+2", ""),
        ("kind.calcification_group", T("Action", "Draw calcification groups"), "Ctrl+3", ""),
        ("kind.asymmetry", T("Action", "Draw asymmetries"), "Ctrl+4", ""),
        ("kind.architectural_distortion", T("Action", "Draw distortions"), "Ctrl+5", ""),
        ("kind.other", T("Action", "Draw other findings"), "Ctrl+6", ""),
        ("kind.uncertain_region", T("Action", "Draw uncertain regions"), "Ctrl+7", ""),
        ("kind.ignored_region", T("Action", "Draw ignored regions"), "Ctrl+8", ""),
        choice="kind",
    ),
)

_FINDING = (
    *rows(
        ANNOTATE,
        FINDINGS,
        ("finding.next", T("Action", "Next finding"), "Tab", "next-finding"),
        ("finding.previous", T("Action", "Previous finding"), "Shift+Tab", "previous-finding"),
    ),
    *rows(
        ANNOTATE,
        FINDING,
        ("finding.describe", T("Action", "Describe finding"), "/", "describe"),
        ("finding.accept", T("Action", "Accept finding"), "Return Enter", "accept"),
        ("finding.take", T("Action", "Take the model's words"), "Shift+Return", ""),
        ("finding.reject", T("Action", "Reject finding"), "Backspace", "reject"),
        ("finding.link", T("Action", "Link with the other view"), "Ctrl+J", "link"),
        ("finding.unlink", T("Action", "Take the link away"), "Ctrl+Shift+J", ""),
        ("finding.duplicate", T("Action", "Duplicate finding"), "Ctrl+D", ""),
        ("finding.mirror", T("Action", "Copy to the other breast"), "Ctrl+M", ""),
        ("finding.smooth", T("Action", "Smooth the outline"), "Ctrl+E", ""),
        ("finding.group", T("Action", "Make selected dots a group"), "Ctrl+G", ""),
        ("finding.remove", T("Action", "Remove finding"), "Del", "close"),
    ),
    *rows(
        ANNOTATE,
        FINDINGS,
        ("finding.fits", T("Action", "Findings fit this image"), "", ""),
    ),
    *rows(
        ANNOTATE, FINDINGS, ("look.fill", T("Action", "Fill outlines"), "Shift+M", ""), held=True
    ),
    *rows(
        ANNOTATE,
        STUDY,
        ("report.guideline", T("Action", "Label guideline"), "F2", ""),
        checkable=True,
    ),
)

_REPORT = (
    *rows(ANNOTATE, CAN_UNDO, ("edit.undo", T("Action", "Undo"), "Ctrl+Z", "undo")),
    *rows(ANNOTATE, CAN_REDO, ("edit.redo", T("Action", "Redo"), "Ctrl+Shift+Z Ctrl+Y", "redo")),
    *rows(
        CASE,
        STUDY,
        ("case.normal_next", T("Action", "Normal, next case"), "End", ""),
        ("report.open", T("Action", "Report"), "F3", ""),
        ("report.copy", T("Action", "Copy report"), "Ctrl+Shift+C", ""),
        ("report.pdf", T("Action", "Save report as PDF"), "Ctrl+P", ""),
    ),
)

_ANNOTATE = (*_DRAW, *_EDIT, *_FINDING, *_REPORT)

_AI = (
    *rows(AI, MODEL, ("ai.run", T("Action", "Run AI reading"), "Ctrl+R", "run-ai"), rail="ai"),
    *rows(
        AI,
        STUDY,
        ("ai.reveal", T("Action", "Record opinion, show AI"), "Ctrl+Return", ""),
        ("ai.boxes", T("Action", "Boxes of the AI"), "F5", ""),
        ("ai.contours", T("Action", "Contours of the AI"), "F6", ""),
        ("ai.masks", T("Action", "Masks of the AI"), "F7", ""),
        ("ai.scores", T("Action", "Scores of the AI"), "F8", ""),
        ("ai.stricter", T("Action", "Fewer marks"), "Ctrl+Up", ""),
        ("ai.looser", T("Action", "More marks"), "Ctrl+Down", ""),
        ("ai.accept_all", T("Action", "Accept all marks shown"), "", ""),
        ("ai.reject_all", T("Action", "Reject all marks shown"), "", ""),
    ),
    *rows(AI, ALWAYS, ("ai.models", T("Action", "Model packages"), "", "")),
)

ANNOTATING_ACTIONS = _ANNOTATE
AI_ACTIONS = _AI
