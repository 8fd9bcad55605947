"""All actions of the window, as rows: menus, tool rail, palette and shortcut sheet come from here.

A row says nothing of what it does; the window gives a handler for each id.
"""

from __future__ import annotations

from widgets.action_row import ActionRow, Condition


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: ARG001, N802 - Qt's tool looks for it
    """Mark a text for Qt's translation without needing Qt here."""
    return text


T = QT_TRANSLATE_NOOP

FILE = QT_TRANSLATE_NOOP("Action", "File")
CASE = QT_TRANSLATE_NOOP("Action", "Case")
LAYOUT = QT_TRANSLATE_NOOP("Action", "Layout")
LOOK = QT_TRANSLATE_NOOP("Action", "Look")
SLICES = QT_TRANSLATE_NOOP("Action", "Slices")
MEASURE = QT_TRANSLATE_NOOP("Action", "Measure")
ANNOTATE = QT_TRANSLATE_NOOP("Action", "Annotate")
AI = QT_TRANSLATE_NOOP("Action", "AI")
HELP = QT_TRANSLATE_NOOP("Action", "Help")

GROUPS = (FILE, CASE, LAYOUT, LOOK, SLICES, MEASURE, ANNOTATE, AI, HELP)
"""In the order of the menus."""

DEFAULT_TOOL = "tool.pan"

GESTURES = (
    (QT_TRANSLATE_NOOP("Action", "Zoom at the cursor"), QT_TRANSLATE_NOOP("Action", "wheel")),
    (QT_TRANSLATE_NOOP("Action", "Slices of a stack"), QT_TRANSLATE_NOOP("Action", "wheel")),
    (QT_TRANSLATE_NOOP("Action", "Zoom in a stack"), QT_TRANSLATE_NOOP("Action", "Ctrl+wheel")),
    (QT_TRANSLATE_NOOP("Action", "The tool"), QT_TRANSLATE_NOOP("Action", "left drag")),
    (QT_TRANSLATE_NOOP("Action", "Window and level"), QT_TRANSLATE_NOOP("Action", "right drag")),
    (QT_TRANSLATE_NOOP("Action", "Pan"), QT_TRANSLATE_NOOP("Action", "middle drag, Space+left")),
    (QT_TRANSLATE_NOOP("Action", "Pane alone"), QT_TRANSLATE_NOOP("Action", "double click")),
)
"""What the mouse does, for the shortcut sheet."""

STUDY = frozenset({Condition.STUDY_OPEN})
LISTED = frozenset({Condition.STUDY_LISTED})
PRIOR = frozenset({Condition.STUDY_OPEN, Condition.PRIOR})
IMAGE = frozenset({Condition.IMAGE})
SPACED = frozenset({Condition.IMAGE, Condition.SPACING})
STACK = frozenset({Condition.STACK})
MEASURED = frozenset({Condition.MEASURED})
FINDING = frozenset({Condition.FINDING})
FINDINGS = frozenset({Condition.FINDINGS})
MODEL = frozenset({Condition.STUDY_OPEN, Condition.MODEL})
CAN_UNDO = frozenset({Condition.CAN_UNDO})
CAN_REDO = frozenset({Condition.CAN_REDO})
ALWAYS: frozenset[Condition] = frozenset()


def _rows(
    group: str,
    needs: frozenset[Condition],
    *rows: tuple[str, str, str, str],
    choice: str = "",
    rail: str = "",
    checkable: bool = False,
    held: bool = False,
) -> tuple[ActionRow, ...]:
    """rows: id, title, keys apart by blanks, icon."""
    return tuple(
        ActionRow(
            action_id, title, group, tuple(keys.split()), icon, needs, choice, checkable, held, rail
        )
        for action_id, title, keys, icon in rows
    )


_FILE = (
    *_rows(
        FILE,
        ALWAYS,
        ("file.open", T("Action", "Open folder"), "Ctrl+O", "open"),
        ("file.open_file", T("Action", "Open file"), "Ctrl+Shift+O", ""),
        ("file.worklist", T("Action", "Study list"), "Ctrl+L", "worklist"),
    ),
    *_rows(
        FILE,
        STUDY,
        ("file.export_picture", T("Action", "Save screen as picture"), "Ctrl+Shift+S", "export"),
    ),
    *_rows(
        FILE,
        ALWAYS,
        ("file.mask_names", T("Action", "Mask names"), "Ctrl+Shift+M", "mask-names"),
        checkable=True,
    ),
    *_rows(
        FILE,
        ALWAYS,
        ("file.settings", T("Action", "Settings"), "Ctrl+,", "settings"),
        ("file.quit", T("Action", "Quit"), "Ctrl+Q", ""),
    ),
)

_CASE = (
    *_rows(
        CASE,
        STUDY,
        ("step.next", T("Action", "Next step"), "PgDown", "next-step"),
        ("step.previous", T("Action", "Previous step"), "PgUp", "previous-step"),
    ),
    *_rows(
        CASE,
        LISTED,
        ("case.next", T("Action", "Next case"), "N", "next-case"),
        ("case.previous", T("Action", "Previous case"), "P", "previous-case"),
    ),
    *_rows(
        CASE,
        PRIOR,
        ("case.prior", T("Action", "Prior in place"), "Q", "prior"),
        checkable=True,
    ),
    *_rows(CASE, ALWAYS, ("case.back", T("Action", "One step out"), "Esc", "escape")),
)

_LAYOUT = (
    *_rows(
        LAYOUT,
        STUDY,
        ("layout.1", T("Action", "Layout 1"), "1", ""),
        ("layout.2", T("Action", "Layout 2"), "2", ""),
        ("layout.3", T("Action", "Layout 3"), "3", ""),
        ("layout.4", T("Action", "Layout 4"), "4", ""),
        ("layout.5", T("Action", "Layout 5"), "5", ""),
        ("layout.6", T("Action", "Layout 6"), "6", ""),
        ("layout.7", T("Action", "Layout 7"), "7", ""),
        ("layout.8", T("Action", "Layout 8"), "8", ""),
        ("layout.9", T("Action", "Layout 9"), "9", ""),
        ("layout.save", T("Action", "Save layout as protocol"), "", "save-layout"),
    ),
    *_rows(
        LAYOUT,
        STUDY,
        ("layout.alone", T("Action", "Pane alone"), "Z", "alone"),
        checkable=True,
    ),
    *_rows(
        LAYOUT,
        ALWAYS,
        ("layout.second_window", T("Action", "Second window for the other half"), "F11", ""),
        ("layout.side_panel", T("Action", "Side panel"), "F4", "panel"),
        checkable=True,
    ),
)

_LOOK = (
    *_rows(
        LOOK,
        IMAGE,
        ("tool.pan", T("Action", "Pan"), "U", "pan"),
        ("tool.window", T("Action", "Window and level"), "W", "window"),
        choice="tool",
        rail="look",
    ),
    *_rows(
        LOOK,
        IMAGE,
        ("look.magnifier", T("Action", "Magnifier"), "M", "magnifier"),
        ("grey.invert", T("Action", "Invert"), "I", "invert"),
        checkable=True,
        rail="look",
    ),
    *_rows(
        LOOK,
        STUDY,
        ("look.linked", T("Action", "Link panes"), "K", "link"),
        checkable=True,
        rail="look",
    ),
    *_rows(
        LOOK,
        IMAGE,
        ("size.fit", T("Action", "Fit"), "F", "fit"),
        ("size.same", T("Action", "Same size"), "S", "same-size"),
        choice="size",
        rail="size",
    ),
    *_rows(
        LOOK,
        SPACED,
        ("size.true", T("Action", "True size"), "T", "true-size"),
        choice="size",
        rail="size",
    ),
    *_rows(
        LOOK,
        IMAGE,
        ("size.actual", T("Action", "One to one"), "A", "actual-size"),
        choice="size",
        rail="size",
    ),
    *_rows(
        LOOK,
        IMAGE,
        ("zoom.in", T("Action", "Zoom in"), "+ =", "zoom-in"),
        ("zoom.out", T("Action", "Zoom out"), "-", "zoom-out"),
        ("roam.next", T("Action", "Next quadrant"), ".", "quadrants"),
        ("roam.previous", T("Action", "Previous quadrant"), ",", "quadrants"),
        ("look.reset", T("Action", "Reset view"), "Home", ""),
        ("grey.next", T("Action", "Next window or preset"), "V", "next-window"),
        ("grey.reset", T("Action", "First window of the image"), "Shift+V", "window"),
    ),
    *_rows(
        LOOK,
        IMAGE,
        ("grey.local_contrast", T("Action", "Local contrast"), "G", "local-contrast"),
        ("grey.sharpening", T("Action", "Sharpening"), "J", "sharpening"),
        checkable=True,
    ),
    *_rows(LOOK, STUDY, ("look.text", T("Action", "Corner text"), "H", "text"), checkable=True),
    *_rows(LOOK, STUDY, ("look.overlays", T("Action", "Hide overlays"), "O", ""), held=True),
    *_rows(
        LOOK, IMAGE, ("look.arc", T("Action", "Arc of equal distance"), "Shift+A", ""), held=True
    ),
)

_SLICES = (
    *_rows(
        SLICES,
        STACK,
        ("slice.next", T("Action", "Next slice"), "Down", "slice-next"),
        ("slice.previous", T("Action", "Previous slice"), "Up", "slice-previous"),
        ("slice.thicker", T("Action", "Thicker slab"), "]", "slices"),
        ("slice.thinner", T("Action", "Thinner slab"), "[", "slices"),
    ),
    *_rows(
        SLICES,
        STACK,
        ("slice.maximum", T("Action", "Slab by maximum"), "X", ""),
        ("slice.cine", T("Action", "Cine"), "Y", "cine"),
        checkable=True,
    ),
)

_MEASURE = (
    *_rows(
        MEASURE,
        IMAGE,
        ("tool.ruler", T("Action", "Ruler"), "R", "ruler"),
        ("tool.angle", T("Action", "Angle"), "Shift+R", "angle"),
        ("tool.ellipse", T("Action", "Ellipse statistics"), "Shift+E", "ellipse"),
        ("tool.nipple", T("Action", "Distance from nipple"), "Shift+N", "nipple-distance"),
        choice="tool",
        rail="measure",
    ),
    *_rows(
        MEASURE,
        MEASURED,
        ("measure.clear", T("Action", "Remove measurements"), "Shift+Del", "close"),
    ),
)

_DRAW = _rows(
    ANNOTATE,
    IMAGE,
    ("tool.box", T("Action", "Box"), "B", "box"),
    ("tool.contour", T("Action", "Contour"), "C", "contour"),
    ("tool.livewire", T("Action", "Live-wire"), "L", "livewire"),
    ("tool.outline_ellipse", T("Action", "Ellipse outline"), "Shift+C", "ellipse"),
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
    *_rows(
        ANNOTATE,
        FINDINGS,
        ("tool.edit", T("Action", "Edit finding"), "E", "edit"),
        ("tool.push", T("Action", "Push the edge"), "Shift+U", "push"),
        ("tool.redraw", T("Action", "Redraw a part"), "Shift+W", "redraw"),
        choice="tool",
        rail="annotate",
    ),
    *_rows(
        ANNOTATE,
        IMAGE,
        ("brush.larger", T("Action", "Larger brush"), "Ctrl+]", ""),
        ("brush.smaller", T("Action", "Smaller brush"), "Ctrl+[", ""),
    ),
    *_rows(
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
    *_rows(
        ANNOTATE,
        FINDINGS,
        ("finding.next", T("Action", "Next finding"), "Tab", "next-finding"),
        ("finding.previous", T("Action", "Previous finding"), "Shift+Tab", "previous-finding"),
    ),
    *_rows(
        ANNOTATE,
        FINDING,
        ("finding.describe", T("Action", "Describe finding"), "/", "describe"),
        ("finding.accept", T("Action", "Accept finding"), "Return Enter", "accept"),
        ("finding.reject", T("Action", "Reject finding"), "Backspace", "reject"),
        ("finding.link", T("Action", "Link with the other view"), "Ctrl+J", "link"),
        ("finding.unlink", T("Action", "Take the link away"), "Ctrl+Shift+J", ""),
        ("finding.duplicate", T("Action", "Duplicate finding"), "Ctrl+D", ""),
        ("finding.mirror", T("Action", "Copy to the other breast"), "Ctrl+M", ""),
        ("finding.smooth", T("Action", "Smooth the outline"), "Ctrl+E", ""),
        ("finding.group", T("Action", "Make selected dots a group"), "Ctrl+G", ""),
        ("finding.remove", T("Action", "Remove finding"), "Del", "close"),
    ),
    *_rows(
        ANNOTATE,
        FINDINGS,
        ("finding.fits", T("Action", "Findings fit this image"), "", ""),
    ),
    *_rows(
        ANNOTATE, FINDINGS, ("look.fill", T("Action", "Fill outlines"), "Shift+M", ""), held=True
    ),
    *_rows(
        ANNOTATE,
        STUDY,
        ("report.guideline", T("Action", "Label guideline"), "F2", ""),
        checkable=True,
    ),
)

_REPORT = (
    *_rows(ANNOTATE, CAN_UNDO, ("edit.undo", T("Action", "Undo"), "Ctrl+Z", "undo")),
    *_rows(ANNOTATE, CAN_REDO, ("edit.redo", T("Action", "Redo"), "Ctrl+Shift+Z Ctrl+Y", "redo")),
    *_rows(
        CASE,
        STUDY,
        ("case.normal_next", T("Action", "Normal, next case"), "End", ""),
        ("report.open", T("Action", "Report"), "F3", ""),
        ("report.copy", T("Action", "Copy report"), "Ctrl+Shift+C", ""),
        ("report.pdf", T("Action", "Save report as PDF"), "Ctrl+P", ""),
    ),
)

_ANNOTATE = (*_DRAW, *_EDIT, *_FINDING, *_REPORT)

_AI = _rows(AI, MODEL, ("ai.run", T("Action", "Run AI reading"), "Ctrl+R", "run-ai"), rail="ai")

_HELP = _rows(
    HELP,
    ALWAYS,
    ("help.palette", T("Action", "Find an action"), "Ctrl+K", "search"),
    ("help.keys", T("Action", "Keys"), "?", "keys"),
    ("help.why", T("Action", "Why this image hung here"), "F1", "why"),
    ("help.calibrate", T("Action", "Calibrate the screen"), "", "true-size"),
    ("help.test_pattern", T("Action", "Display test patterns"), "", "test-pattern"),
    ("help.about", T("Action", "About Fourview"), "", ""),
)

ACTIONS: tuple[ActionRow, ...] = (
    *_FILE,
    *_CASE,
    *_LAYOUT,
    *_LOOK,
    *_SLICES,
    *_MEASURE,
    *_ANNOTATE,
    *_AI,
    *_HELP,
)
