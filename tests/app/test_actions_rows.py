from __future__ import annotations

from collections import Counter

from app.action_rows import DEFAULT_TOOL, GROUPS
from app.actions import ACTIONS

BY_ID = {row.id: row for row in ACTIONS}


def test_no_id_occurs_twice() -> None:
    assert len(BY_ID) == len(ACTIONS)


def test_no_key_belongs_to_two_actions() -> None:
    keys = Counter(key for row in ACTIONS for key in row.shortcuts)
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_row_has_a_group_of_the_menus() -> None:
    assert {row.group for row in ACTIONS} == set(GROUPS)


def test_the_default_tool_is_a_tool() -> None:
    assert BY_ID[DEFAULT_TOOL].choice == "tool"


def test_the_keys_are_those_of_the_design() -> None:
    promised = {
        "step.next": "PgDown", "step.previous": "PgUp", "case.next": "N", "case.previous": "P",
        "size.fit": "F", "size.same": "S", "size.true": "T", "size.actual": "A",
        "grey.invert": "I", "look.magnifier": "M", "look.text": "H", "look.overlays": "O",
        "finding.next": "Tab", "finding.previous": "Shift+Tab", "tool.box": "B",
        "tool.contour": "C", "tool.livewire": "L", "tool.dots": "D", "tool.edit": "E",
        "tool.ruler": "R", "finding.accept": "Return", "finding.reject": "Backspace",
        "edit.undo": "Ctrl+Z", "edit.redo": "Ctrl+Shift+Z", "help.palette": "Ctrl+K",
        "help.keys": "?", "case.back": "Esc",
        **{f"layout.{number}": str(number) for number in range(1, 10)},
    }  # fmt: skip
    assert {action_id: BY_ID[action_id].shortcuts[0] for action_id in promised} == promised
