"""A model's composition is shown as the model's until the reader says one."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt

from annotations.document.opinion import Opinion
from widgets.opinion_form.asked import About, Question
from widgets.opinion_form.form import OpinionForm
from widgets.opinion_form.state import OpinionFormState

STATE = OpinionFormState("1.2", offered_composition="c", composition_share="(71 %)")
COMPOSITION = Question(About.COMPOSITION)


def test_a_composition_is_offered_and_taken_by_a_press(qtbot) -> None:
    form = OpinionForm()
    qtbot.addWidget(form)
    form.resize(360, 700)
    form.show_report(STATE)
    form.show()
    axis = form.axis(COMPOSITION)
    assert axis.chosen == ()
    assert axis.chip("c").offered
    assert axis.accessibleDescription() == "model: c (71 %)"
    with qtbot.waitSignal(form.said) as heard:
        qtbot.mouseClick(axis.chip("c"), Qt.MouseButton.LeftButton)
    assert heard.args[1].composition == "c"


def test_what_the_reader_said_hides_the_offer(qtbot) -> None:
    form = OpinionForm()
    qtbot.addWidget(form)
    form.show_report(replace(STATE, opinion=Opinion(composition="b")))
    axis = form.axis(COMPOSITION)
    assert axis.chosen == ("b",)
    assert not axis.chip("c").offered
