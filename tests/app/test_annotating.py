"""Annotating the demo study as its reader does, from the first line to the next morning."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from annotations.keeping.progress import Keeping
from domain.finding import FindingKind
from domain.geometry import Box, ImageSize
from domain.lexicon import Assessment
from tests.support.annotator import CTRL, SHIFT, Annotator, Lesion, rim

Key = Qt.Key
Start = Callable[[], Annotator]


def annotate_all(hand: Annotator, lesions: dict[tuple[str, int], Lesion]) -> None:
    """What issue 5 asks to be done in the window."""
    mass = lesions["LCC", 2]
    hand.wire("LCC", mass.anchors(6))
    hand.key(Key.Key_U, SHIFT)
    left, middle = (mass.box.left, mass.middle[1]), mass.middle
    hand.drag("LCC", middle, ((left[0] + middle[0]) / 2, left[1]), (left[0] - 4, left[1]))
    dots = lesions["LCC", 3]
    hand.key(Key.Key_Escape)
    hand.key(Key.Key_D, SHIFT)
    hand.drag("LCC", *rim(dots.around(8)))
    hand.key(Key.Key_Return)
    spiculated, oblique = lesions["RCC", 1], lesions["RMLO", 1]
    hand.wire("RCC", spiculated.anchors(8))
    hand.box("RMLO", oblique.box)


def test_the_whole_path_of_an_annotator_is_undone_redone_and_found_again_the_next_day(
    qtbot: QtBot, start: Start, lesions: dict[tuple[str, int], Lesion]
) -> None:
    hand = start()
    empty = hand.annotating.document
    annotate_all(hand, lesions)
    kinds = [one.kind for one in hand.findings]
    assert kinds == [
        FindingKind.MASS,
        FindingKind.CALCIFICATION_GROUP,
        FindingKind.MASS,
        FindingKind.MASS,
    ]
    # Linked: the box in the MLO view is selected, and the CC view shows the arc.
    hand.key(Key.Key_J, CTRL)
    assert hand.window.services.following.arcs
    hand.select("RCC", lesions["RCC", 1].anchors(8)[0])
    craniocaudal, oblique = hand.findings[2:]
    assert craniocaudal.counterpart_id == oblique.id
    assert oblique.counterpart_id == craniocaudal.id
    assert not hand.window.services.following.arcs
    # Described by keys alone.
    hand.key(Key.Key_Slash)
    hand.type("ish4c")
    hand.key(Key.Key_Escape)
    assert {one.assessment for one in hand.findings[2:]} == {Assessment.HIGH_SUSPICION}
    # The report.
    hand.key(Key.Key_F3)
    hand.type("b")
    hand.key(Key.Key_Escape)
    assert hand.annotating.document.opinion.composition == "b"
    assert "4C" in hand.window.findings.report_text()
    # All of it back and forth.
    full = hand.annotating.document
    steps = hand.undo_all()
    assert steps >= 10
    assert hand.findings == ()
    assert hand.annotating.document.opinion == empty.opinion
    assert hand.redo_all() == steps
    assert hand.annotating.document == full
    # The next day.
    qtbot.waitUntil(lambda: hand.annotating.reading.keeping is Keeping.KEPT, timeout=5_000)
    assert "Kept" in hand.said
    again = start()
    assert again.annotating.document == full
    assert "Restored" not in again.said
    (mark,) = again.findings[0].geometries
    assert mark.contour is not None
    assert lesions["LCC", 2].dice(mark.contour.points, ImageSize(1024, 800)) > 0.7


def test_the_report_is_up_to_date_whenever_its_tab_comes_to_the_front(start: Start) -> None:
    hand = start()
    form = hand.window.side_panel.opinion_form
    hand.box("RCC", Box(420, 300, 560, 460))
    assert "Mass" not in form.preview.toPlainText()
    hand.key(Key.Key_F3)
    assert "Mass" in form.preview.toPlainText()
    hand.key(Key.Key_Escape)
    hand.key(Key.Key_Z, CTRL)
    assert "Mass" not in form.preview.toPlainText()
