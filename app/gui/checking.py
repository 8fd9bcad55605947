"""Which actions make sense now, and which are on."""

from __future__ import annotations

from app.gui import facts, finding_facts, reading_state
from app.gui.services import Services
from app.presenters.shown import Shown
from widgets.action_row import Condition
from widgets.actions import ActionSet


def check_actions(services: Services, actions: ActionSet, shown: Shown) -> None:
    """Enable what can be done with what is shown, and show as on what is."""
    worklist = services.worklist
    listed = bool(services.studies.state.cases) or bool(worklist.state.lines)
    measured = bool(services.measuring.measured)
    met = facts.conditions(shown, listed=listed, measured=measured)
    met |= finding_facts.conditions(services.annotating)
    met |= reading_state.conditions(services.annotating.readings, services.archive)
    if worklist.chosen:
        met |= {Condition.CHOSEN}
    if services.second_reading.reader is not None:
        met |= {Condition.MODEL}
    actions.enable(met)
    state, pane = shown.state, facts.active_pane(shown.state)
    if state is None or pane is None:
        return
    for action_id, on in (
        ("look.linked", state.linked),
        ("look.text", state.text),
        ("layout.alone", state.alone is not None),
        ("grey.invert", pane.grey.invert),
        ("grey.local_contrast", pane.grey.aids.local_contrast),
        ("grey.sharpening", pane.grey.aids.sharpening),
        (f"size.{state.size_mode.value}", True),
    ):
        actions.check(action_id, on)
