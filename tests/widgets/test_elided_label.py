from __future__ import annotations

from widgets.elided_label import ElidedLabel


def test_a_text_that_is_cut_can_be_read_in_the_tip(qtbot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText("a rather long text that has no room")
    label.resize(60, 20)
    label.show()
    label.grab()
    assert label.toolTip() == label.text()
    label.resize(600, 20)
    label.grab()
    assert label.toolTip() == ""
