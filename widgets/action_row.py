"""What one action of the program is: a row of data, from which menus and keys are made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Condition(Enum):
    """What must be so before an action can do anything."""

    STUDY_LISTED = "a study is in the list"
    CHOSEN = "a line of the worklist is chosen"
    STUDY_OPEN = "a study is open"
    IMAGE = "the active pane shows an image"
    SPACING = "the active image has a known spacing"
    STACK = "the active pane shows a tomosynthesis stack"
    PRIOR = "the patient has a prior"
    FINDING = "a finding is selected"
    FINDINGS = "there are findings"
    MEASURED = "something was measured"
    MODEL = "a model package is installed"
    CAN_UNDO = "there is something to undo"
    CAN_REDO = "there is something to redo"
    SUBMITTABLE = "the reading can be submitted"
    CORRECTABLE = "the reading is submitted"
    REVIEWABLE = "another reader's submitted reading is looked at"
    GILDABLE = "a reviewed or adjudicated reading is looked at"
    CONFLICT = "two computers changed the reading"
    LOOKING = "a revision is looked at"
    ARCHIVED = "the archive knows the case"
    IN_HAND = "the case is in the reader's hand"
    FREE = "the case is not in the reader's hand"
    DISCUSSED = "the case is to be discussed"


@dataclass(frozen=True)
class ActionRow:
    """One action.

    id: such as ``size.fit``, as kept in the settings. title, group: in English, to be translated.
    shortcuts: keys in Qt's portable writing; the first is shown. needs: all must hold before it
    is enabled. choice: actions of one choice exclude each other (the tools, say). checkable: it
    can be on or off. held: acts only while its key is down. icon: a drawing's name, may be empty.
    rail: the group of the tool rail that it stands in, empty for none.
    """

    id: str
    title: str
    group: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    needs: frozenset[Condition] = frozenset()
    choice: str = ""
    checkable: bool = False
    held: bool = False
    rail: str = ""
