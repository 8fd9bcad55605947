"""How rows of actions are written down: groups, conditions, and one function for many rows."""

from __future__ import annotations

from widgets.action_row import ActionRow, Condition


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: ARG001, N802 - Qt's tool looks for it
    """Mark a text for Qt's translation without needing Qt here."""
    return text


T = QT_TRANSLATE_NOOP

FILE = QT_TRANSLATE_NOOP("Action", "File")
WORKLIST = QT_TRANSLATE_NOOP("Action", "Worklist")
CASE = QT_TRANSLATE_NOOP("Action", "Case")
LAYOUT = QT_TRANSLATE_NOOP("Action", "Layout")
LOOK = QT_TRANSLATE_NOOP("Action", "Look")
SLICES = QT_TRANSLATE_NOOP("Action", "Slices")
MEASURE = QT_TRANSLATE_NOOP("Action", "Measure")
ANNOTATE = QT_TRANSLATE_NOOP("Action", "Annotate")
AI = QT_TRANSLATE_NOOP("Action", "AI")
HELP = QT_TRANSLATE_NOOP("Action", "Help")

GROUPS = (FILE, WORKLIST, CASE, LAYOUT, LOOK, SLICES, MEASURE, ANNOTATE, AI, HELP)
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
CHOSEN = frozenset({Condition.CHOSEN})
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


def rows(
    group: str,
    needs: frozenset[Condition],
    *written: tuple[str, str, str, str],
    choice: str = "",
    rail: str = "",
    checkable: bool = False,
    held: bool = False,
) -> tuple[ActionRow, ...]:
    """written: id, title, keys apart by blanks, icon."""
    return tuple(
        ActionRow(
            action_id, title, group, tuple(keys.split()), icon, needs, choice, checkable, held, rail
        )
        for action_id, title, keys, icon in written
    )
