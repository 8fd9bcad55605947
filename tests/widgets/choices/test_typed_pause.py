"""What is typed is said in the pauses too, so that it is soon kept."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from widgets.choices import typed
from widgets.choices.typed import TypedText


def test_a_pause_says_what_was_typed_and_leaves_the_cursor_where_it_is(
    qtbot: QtBot,
) -> None:
    note = TypedText("Note", lines=3, soon=True)
    qtbot.addWidget(note)
    note.said.connect(note.show_text)
    note.show_text(1, "")
    note.show()
    note.setFocus()
    with qtbot.waitSignal(note.said, timeout=typed.PAUSE_MS + 3000) as heard:
        qtbot.keyClicks(note.field, "felt ")
    assert heard.args == [1, "felt"]
    qtbot.keyClicks(note.field, "by her")
    assert note.text == "felt by her"


def test_half_a_date_is_not_said_in_a_pause(qtbot: QtBot) -> None:
    proved = TypedText("YYYY-MM-DD")
    qtbot.addWidget(proved)
    proved.show_text(1, "")
    qtbot.keyClicks(proved.field, "2026-")
    with qtbot.assertNotEmitted(proved.said, wait=typed.PAUSE_MS + 200):
        pass
