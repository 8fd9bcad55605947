"""All actions of the window, as rows: menus, tool rail, palette and shortcut sheet come from here.

A row says nothing of what it does; the window gives a handler for each id.
"""

from __future__ import annotations

from app.action_rows import (
    ALWAYS,
    CASE,
    FILE,
    HELP,
    IMAGE,
    LAYOUT,
    LISTED,
    LOOK,
    MEASURE,
    MEASURED,
    PRIOR,
    SLICES,
    SPACED,
    STACK,
    STUDY,
    T,
    rows,
)
from app.annotating_actions import AI_ACTIONS, ANNOTATING_ACTIONS
from app.reading_actions import READING_ACTIONS
from app.worklist_actions import WORKLIST_ACTIONS
from widgets.action_row import ActionRow

_FILE = (
    *rows(
        FILE,
        ALWAYS,
        ("file.open", T("Action", "Open folder"), "Ctrl+O", "open"),
        ("file.open_file", T("Action", "Open file"), "Ctrl+Shift+O", ""),
    ),
    *rows(
        FILE,
        STUDY,
        ("file.export_picture", T("Action", "Save screen as picture"), "Ctrl+Shift+S", "export"),
    ),
    *rows(
        FILE,
        ALWAYS,
        ("file.export_readings", T("Action", "Export readings"), "Ctrl+Shift+E", ""),
        ("file.import", T("Action", "Import findings"), "", ""),
        ("file.archive", T("Action", "Archive"), "", ""),
    ),
    *rows(
        FILE,
        ALWAYS,
        ("file.mask_names", T("Action", "Mask names"), "Ctrl+Shift+M", "mask-names"),
        checkable=True,
    ),
    *rows(
        FILE,
        ALWAYS,
        ("file.agreement", T("Action", "Agreement of readers"), "", ""),
        ("file.double_reading", T("Action", "Double reading"), "", ""),
        ("file.settings", T("Action", "Settings"), "Ctrl+,", "settings"),
        ("file.quit", T("Action", "Quit"), "Ctrl+Q", ""),
    ),
)

_CASE = (
    *rows(
        CASE,
        STUDY,
        ("step.next", T("Action", "Next step"), "PgDown", "next-step"),
        ("step.previous", T("Action", "Previous step"), "PgUp", "previous-step"),
    ),
    *rows(
        CASE,
        LISTED,
        ("case.next", T("Action", "Next case"), "N", "next-case"),
        ("case.previous", T("Action", "Previous case"), "P", "previous-case"),
    ),
    *rows(
        CASE,
        PRIOR,
        ("case.prior", T("Action", "Prior in place"), "Q", "prior"),
        checkable=True,
    ),
    *rows(CASE, STUDY, ("case.compare", T("Action", "Compare readings"), "Ctrl+B", "")),
    *rows(CASE, ALWAYS, ("case.back", T("Action", "One step out"), "Esc", "escape")),
)

_LAYOUT = (
    *rows(
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
    *rows(
        LAYOUT,
        STUDY,
        ("layout.alone", T("Action", "Pane alone"), "Z", "alone"),
        checkable=True,
    ),
    *rows(
        LAYOUT,
        ALWAYS,
        ("layout.second_window", T("Action", "Second window for the other half"), "F11", ""),
        ("layout.side_panel", T("Action", "Side panel"), "F4", "panel"),
        checkable=True,
    ),
)

_LOOK = (
    *rows(
        LOOK,
        IMAGE,
        ("tool.pan", T("Action", "Pan"), "U", "pan"),
        ("tool.window", T("Action", "Window and level"), "W", "window"),
        choice="tool",
        rail="look",
    ),
    *rows(
        LOOK,
        IMAGE,
        ("look.magnifier", T("Action", "Magnifier"), "M", "magnifier"),
        ("grey.invert", T("Action", "Invert"), "I", "invert"),
        checkable=True,
        rail="look",
    ),
    *rows(
        LOOK,
        STUDY,
        ("look.linked", T("Action", "Link panes"), "K", "link"),
        checkable=True,
        rail="look",
    ),
    *rows(
        LOOK,
        IMAGE,
        ("size.fit", T("Action", "Fit"), "F", "fit"),
        ("size.same", T("Action", "Same size"), "S", "same-size"),
        choice="size",
        rail="size",
    ),
    *rows(
        LOOK,
        SPACED,
        ("size.true", T("Action", "True size"), "T", "true-size"),
        choice="size",
        rail="size",
    ),
    *rows(
        LOOK,
        IMAGE,
        ("size.actual", T("Action", "One to one"), "A", "actual-size"),
        choice="size",
        rail="size",
    ),
    *rows(
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
    *rows(
        LOOK,
        IMAGE,
        ("grey.local_contrast", T("Action", "Local contrast"), "G", "local-contrast"),
        ("grey.sharpening", T("Action", "Sharpening"), "J", "sharpening"),
        checkable=True,
    ),
    *rows(LOOK, STUDY, ("look.text", T("Action", "Corner text"), "H", "text"), checkable=True),
    *rows(LOOK, STUDY, ("look.overlays", T("Action", "Hide overlays"), "O", ""), held=True),
    *rows(
        LOOK, IMAGE, ("look.arc", T("Action", "Arc of equal distance"), "Shift+A", ""), held=True
    ),
)

_SLICES = (
    *rows(
        SLICES,
        STACK,
        ("slice.next", T("Action", "Next slice"), "Down", "slice-next"),
        ("slice.previous", T("Action", "Previous slice"), "Up", "slice-previous"),
        ("slice.thicker", T("Action", "Thicker slab"), "]", "slices"),
        ("slice.thinner", T("Action", "Thinner slab"), "[", "slices"),
    ),
    *rows(
        SLICES,
        STACK,
        ("slice.maximum", T("Action", "Slab by maximum"), "X", ""),
        ("slice.cine", T("Action", "Cine"), "Y", "cine"),
        checkable=True,
    ),
)

_MEASURE = (
    *rows(
        MEASURE,
        IMAGE,
        ("tool.ruler", T("Action", "Ruler"), "R", "ruler"),
        ("tool.angle", T("Action", "Angle"), "Shift+R", "angle"),
        ("tool.ellipse", T("Action", "Ellipse statistics"), "Shift+E", "ellipse"),
        ("tool.nipple", T("Action", "Distance from nipple"), "Shift+N", "nipple-distance"),
        choice="tool",
        rail="measure",
    ),
    *rows(
        MEASURE,
        MEASURED,
        ("measure.clear", T("Action", "Remove measurements"), "Shift+Del", "close"),
    ),
)

_HELP = rows(
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
    *WORKLIST_ACTIONS,
    *_CASE,
    *READING_ACTIONS,
    *_LAYOUT,
    *_LOOK,
    *_SLICES,
    *_MEASURE,
    *ANNOTATING_ACTIONS,
    *AI_ACTIONS,
    *_HELP,
)
