"""The strip of the AI reading: what it says in each state, what it hides, what is asked of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QProgressBar

from domain.finding import RejectionReason
from widgets.ai_strip.state import LAYERS, AiStripState, ViewChip
from widgets.ai_strip.strip import AiStrip
from widgets.side_panel import SidePanel
from widgets.theme import THEME, apply_theme

LEFT = Qt.MouseButton.LeftButton
EXPECTED = "Expect 71 of 100 lesions at 0.5 false marks an image, measured on 240 synthetic images"
VIEWS = (
    ViewChip("RCC", "done"),
    ViewChip("LCC", "done", "unknown vendor"),
    ViewChip("RMLO", "running"),
    ViewChip("LMLO", "not applicable", "spot view"),
)
SHOWN = AiStripState(
    status="AI: done", views=VIEWS, shown=3, hidden=5, expectation=EXPECTED, package="Masses 1.0"
)


@pytest.fixture
def strip(qtbot, qapp):
    sheet, style = qapp.styleSheet(), qapp.style().objectName()
    palette, font = qapp.palette(), qapp.font()
    apply_theme(qapp)
    strip = AiStrip()
    qtbot.addWidget(strip)
    strip.setFixedWidth(319)
    strip.show_state(SHOWN)
    strip.show()
    yield strip
    strip.hide()
    qapp.setStyleSheet(sheet)
    qapp.setStyle(style)
    qapp.setPalette(palette)
    qapp.setFont(font)


def _drag(strip, *shares):
    """Press at the first share of the slider's width, move over the others, let go at the last."""
    slider = strip.slider
    places = [QPointF(share * slider.width(), slider.height() / 2) for share in shares]
    kinds = [QEvent.Type.MouseButtonPress, *[QEvent.Type.MouseMove] * (len(places) - 1)]
    kinds.append(QEvent.Type.MouseButtonRelease)
    for kind, at in zip(kinds, [*places, places[-1]], strict=True):
        down = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else LEFT
        event = QMouseEvent(kind, at, slider.mapToGlobal(at), LEFT, down, Qt.KeyboardModifier(0))
        QApplication.sendEvent(slider, event)


def _heard(signal):
    heard = []
    signal.connect(heard.append)
    return heard


def test_everything_that_a_reader_decides_by_can_be_read(strip):
    assert "AI: done" in strip.said
    assert EXPECTED in strip.said
    assert "3 shown, 5 below" in strip.said
    assert "Masses 1.0" in strip.said


def test_a_drag_of_the_slider_is_told_live_and_once_at_its_end(strip):
    moved, settled = _heard(strip.threshold_moved), _heard(strip.threshold_set)
    _drag(strip, 0.5, 0.6, 0.7, 0.8)
    assert len(moved) >= 3
    assert moved == sorted(moved)
    assert settled == [moved[-1]]
    assert settled[0] == pytest.approx(0.8, abs=0.05)
    assert f"| {100 * settled[0]:.0f} |" in strip.said


def test_a_press_beside_the_handle_takes_it_there(strip):
    settled = _heard(strip.threshold_set)
    _drag(strip, 0.2)
    assert settled == [pytest.approx(0.2, abs=0.05)]


def test_what_is_told_back_does_not_pull_at_the_slider_in_the_readers_hand(strip):
    strip.threshold_moved.connect(
        lambda threshold: strip.show_state(replace(SHOWN, threshold=0.1, shown=int(threshold * 9)))
    )
    _drag(strip, 0.5, 0.7, 0.9)
    assert strip.slider.threshold == pytest.approx(0.9, abs=0.05)


def test_a_threshold_that_is_shown_is_told_to_nobody(qtbot, strip):
    with qtbot.assertNotEmitted(strip.threshold_moved), qtbot.assertNotEmitted(strip.threshold_set):
        strip.show_state(replace(SHOWN, threshold=0.25))
    assert strip.slider.threshold == 0.25


def test_the_wheel_moves_it_and_settles_it(strip):
    moved, settled = _heard(strip.threshold_moved), _heard(strip.threshold_set)
    at = QPointF(strip.slider.rect().center())
    event = QWheelEvent(
        at,
        strip.slider.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(strip.slider, event)
    assert moved == settled
    assert len(settled) == 1


def test_a_narrow_range_of_scores_is_used_whole(strip):
    strip.show_state(replace(SHOWN, least=0.9, most=1.0, threshold=0.953))
    assert strip.slider.threshold == pytest.approx(0.953, abs=1e-3)
    assert "| 95.3 |" in strip.said
    settled = _heard(strip.threshold_set)
    _drag(strip, 0.0)
    assert settled == [0.9]


@pytest.mark.parametrize(
    ("button", "signal", "state"),
    [
        ("run", "run_asked", replace(SHOWN, can_run=True)),
        ("cancel", "cancel_asked", replace(SHOWN, busy=0.4)),
        ("reveal", "reveal_asked", replace(SHOWN, locked=True)),
        ("accept_all", "accept_all_asked", SHOWN),
    ],
)
def test_a_button_asks_and_is_there_only_where_it_makes_sense(qtbot, strip, button, signal, state):
    strip.show_state(state)
    with qtbot.waitSignal(getattr(strip, signal)):
        qtbot.mouseClick(getattr(strip, button), LEFT)
    gone = replace(SHOWN, locked=button == "accept_all")
    strip.show_state(gone)
    assert not getattr(strip, button).isVisible()


def test_all_are_rejected_for_a_reason(qtbot, strip):
    words = [action.text() for action in strip.reject_all.menu().actions()]
    assert len(words) == len(RejectionReason)
    with qtbot.waitSignal(strip.reject_all_asked) as heard:
        strip.reject_all.menu().actions()[words.index("Skin fold")].trigger()
    assert heard.args == [RejectionReason.SKIN_FOLD]


@pytest.mark.parametrize("state", [replace(SHOWN, shown=0), replace(SHOWN, can_judge=False)])
def test_what_is_not_there_or_not_to_be_changed_cannot_be_judged(qtbot, strip, state):
    strip.show_state(state)
    with qtbot.assertNotEmitted(strip.accept_all_asked):
        qtbot.mouseClick(strip.accept_all, LEFT)
    assert not strip.reject_all.isEnabled()


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_is_switched_by_its_chip_which_shows_what_it_is_told(qtbot, strip, layer):
    with qtbot.waitSignal(strip.layer_toggled) as heard:
        qtbot.mouseClick(strip.layers[layer], LEFT)
    assert heard.args == [layer]
    assert strip.layers[layer].isChecked()
    strip.show_state(replace(SHOWN, layers=SHOWN.layers - {layer}))
    checked = {name for name, chip in strip.layers.items() if chip.isChecked()}
    assert checked == set(LAYERS) - {layer}


LOCKED = replace(SHOWN, locked=True, status="AI: done, its marks wait for your opinion")


def test_marks_that_wait_leak_nothing(strip):
    pictures, texts = [], []
    for state in (
        replace(LOCKED, shown=0, hidden=0, expectation=""),
        replace(LOCKED, shown=7, hidden=41, threshold=0.9, layers=frozenset({"boxes"})),
    ):
        strip.show_state(state)
        pictures.append(strip.grab().toImage())
        labels = [one.text() + one.toolTip() for one in strip.findChildren(QLabel)]
        buttons = [
            (one.text(), one.toolTip(), one.accessibleName(), one.isEnabled(), one.isChecked())
            for one in strip.findChildren(QAbstractButton)
        ]
        texts.append((labels, buttons, strip.slider.value()))
    assert pictures[0] == pictures[1]
    assert texts[0] == texts[1]
    assert "41" not in "".join(texts[1][0])


def test_while_marks_wait_the_one_way_on_is_said_with_its_key(strip):
    strip.show_state(replace(LOCKED, keys={"reveal": "End"}))
    assert "recorded your own opinion" in strip.said
    assert "Record opinion, show marks  (End)" in strip.said
    assert not strip.slider.isVisible()
    room = strip.reveal.fontMetrics().horizontalAdvance(strip.reveal.text())
    assert room < strip.reveal.width() - 12


def test_without_a_package_one_line_says_what_to_do(strip):
    strip.show_state(AiStripState(lacking=True, status="No model package is installed"))
    assert strip.isVisible()
    assert strip.said == "No AI model: fourview models add FOLDER"
    QApplication.processEvents()
    assert strip.sizeHint().height() < 34
    hint = next(one for one in strip.findChildren(QLabel) if one.isVisible())
    assert hint.fontMetrics().horizontalAdvance(hint.text()) <= 319 - 24


def test_with_nothing_to_say_it_takes_no_room(strip):
    strip.show_state(AiStripState())
    assert not strip.isVisible()
    strip.show_state(SHOWN)
    assert strip.isVisible()


def test_it_keeps_its_height_from_the_first_view_to_the_last(strip):
    heights = set()
    for done in range(5):
        busy = None if done == 4 else done / 4
        status = f"AI: running, {done} of 4 views" if done < 4 else "AI: done"
        strip.show_state(replace(SHOWN, status=status, busy=busy, shown=done, hidden=3 * done))
        QApplication.processEvents()
        heights.add(strip.sizeHint().height())
    assert len(heights) == 1


def test_how_far_it_is_shows_in_the_colour_of_ai(strip):
    strip.show_state(replace(SHOWN, busy=0.5))
    bar = strip.findChild(QProgressBar)
    image = bar.grab().toImage()
    row = [image.pixelColor(x, image.height() // 2).name() for x in range(image.width())]
    assert row.count(THEME.ai) == pytest.approx(len(row) / 2, abs=4)


def test_an_error_is_said_whole_and_can_be_copied(strip):
    words = (
        "AI: failed. The worker stopped twice on this study. Run fourview doctor, then try again"
    )
    strip.show_state(replace(SHOWN, status=words, failed=True, can_run=True, shown=0, hidden=0))
    label = next(one for one in strip.findChildren(QLabel) if one.text() == words)
    QApplication.processEvents()
    assert label.height() >= label.heightForWidth(label.width())
    assert label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    image = label.grab().toImage()
    reds = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    assert QColor(THEME.error) in reds
    strip.show_state(SHOWN)
    assert "failed" not in strip.said


def test_each_view_tells_how_far_it_is_and_why(strip):
    tips = [mark.toolTip() for mark in strip.views.marks]
    assert tips == [
        "RCC: done",
        "LCC: done\nunknown vendor",
        "RMLO: running",
        "LMLO: not applicable\nspot view",
    ]
    dots = [mark.grab().toImage().pixelColor(10, 10).name() for mark in strip.views.marks]
    assert (dots[0], dots[1]) == (THEME.ai, THEME.ai)
    assert THEME.ai not in dots[2:]


def test_each_part_of_a_view_s_reading_has_its_line_and_its_word(strip):
    parts = ViewChip("RCC", "running", "", ("boxes", "calcifications"), ("contours",), ("scores",))
    strip.show_state(replace(SHOWN, views=(parts,)))
    (mark,) = strip.views.marks
    assert mark.toolTip() == (
        "RCC: running\nboxes, calcifications; to come: contours; missing: scores"
    )
    image = mark.grab().toImage()
    row = [image.pixelColor(x, image.height() - 3).name() for x in range(image.width())]
    quarter = len(row) // 4
    middles = [row[at * quarter + quarter // 2] for at in range(4)]
    assert middles == [THEME.ai, THEME.ai, THEME.line, THEME.error]


def test_many_views_stay_two_rows_and_none_is_forgotten(strip):
    many = tuple(ViewChip(f"view {number}", "done") for number in range(13))
    strip.show_state(replace(SHOWN, views=many))
    assert len(strip.views.marks) == 7
    rest = next(one for one in strip.findChildren(QLabel) if one.text() == "+6")
    assert "view 12: done" in rest.toolTip()
    strip.show_state(SHOWN)
    assert len(strip.views.marks) == 4
    assert not rest.isVisible()


def test_the_panel_has_the_strip_over_the_list(qtbot):
    panel = SidePanel()
    qtbot.addWidget(panel)
    panel.resize(panel.width(), 650)
    panel.ai_strip.show_state(SHOWN)
    panel.show()
    top = panel.ai_strip.mapTo(panel, QPoint(0, panel.ai_strip.height())).y()
    assert panel.ai_strip.isVisible()
    assert panel.ai_strip.width() <= 320
    assert top < 300
    assert panel.finding_form.height() > 150
