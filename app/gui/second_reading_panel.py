"""The AI reading in the window: strip, banner, corner lines, what its actions do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.presenters.second_reading.standing import AiState, CaseStanding, ViewStanding
from app.presenters.second_reading.strictness import Layer, nearest_point
from app.presenters.shown import Shown
from domain.finding import Finding, FindingStatus, ModelProvenance, RejectionReason
from widgets.ai_strip.state import AiStripState, ViewChip
from widgets.banner import CadState

if TYPE_CHECKING:
    from app.gui.main_window import MainWindow

_STEP = 0.05


class SecondReadingPanel(QObject):
    """Shows how far the AI reading is and how strict; hands on what is wanted of it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._ai = window.services.second_reading
        self._step = (0, 0)
        self._ai.changed.connect(self.refresh)
        window.services.reading.changed.connect(self._stepped)
        self._ai.told.connect(window.tell)
        strip = window.side_panel.ai_strip
        strip.threshold_moved.connect(self._ai.be_strict)
        strip.threshold_set.connect(self._ai.be_strict)
        strip.run_asked.connect(self._ai.run)
        strip.cancel_asked.connect(self._ai.cancel)
        strip.reveal_asked.connect(self._ai.reveal)
        strip.accept_all_asked.connect(self.accept_all)
        strip.reject_all_asked.connect(self.reject_all)
        strip.layer_toggled.connect(self.toggle)

    def _stepped(self, shown: Shown) -> None:
        """A step for the marks asks for the reader's opinion, once, where they wait for it."""
        step = (shown.number, shown.state.step) if shown.state is not None else (0, 0)
        if step == self._step:
            return
        self._step = step
        chosen = shown.steps[step[1] : step[1] + 1] if shown.state is not None else ()
        if any(one.step.marks for one in chosen) and not self._ai.revealed:
            self._ai.reveal()

    def refresh(self) -> None:
        """Show it as it is now."""
        self._window.services.reading.offer_marks(self._ai.reader is not None)
        self._window.side_panel.ai_strip.show_state(self._state())
        self._window.show_cad()

    @property
    def cad(self) -> CadState:
        """For the banner; before the marks may be shown it tells nothing of what was found."""
        standing = self._ai.standing
        if standing.state.busy:
            return CadState.RUNNING
        if standing.state is AiState.DONE:
            if not self._ai.revealed:
                return CadState.WAITING
            shown = any(self._ai.shows(one) for one in standing.findings)
            return CadState.FOUND if shown else CadState.NOTHING_FOUND
        return {
            AiState.FAILED: CadState.FAILED,
            AiState.NOT_APPLICABLE: CadState.NOT_APPLICABLE,
        }.get(standing.state, CadState.NOT_RUN)

    def accept_all(self) -> None:
        """Take all shown proposals over."""
        for finding in self._proposals():
            self._window.findings.intents.accept(finding.id)

    def reject_all(self, reason: RejectionReason = RejectionReason.OTHER) -> None:
        """Throw all shown proposals out."""
        for finding in self._proposals():
            self._window.findings.intents.reject(finding.id, reason)

    def stricter(self, steps: int) -> None:
        """Move the operating point."""
        self._ai.be_strict(self._ai.strictness.threshold + steps * _STEP)

    def toggle(self, layer: str) -> None:
        """Show or hide a layer of the model's marks."""
        self._ai.toggle(self._ai.strictness.toggled(Layer(layer)))

    def reveal_if_marked(self) -> bool:
        """Record the opinion; True where there are marks to be looked at before going on."""
        if self._ai.reader is None or self._ai.revealed or not self._ai.reveal():
            return False
        return any(self._ai.shows(one) for one in self._ai.standing.findings)

    def _proposals(self) -> tuple[Finding, ...]:
        return tuple(
            one
            for one in self._window.services.annotating.findings
            if one.status is FindingStatus.PROPOSED and isinstance(one.provenance, ModelProvenance)
        )

    def _state(self) -> AiStripState:
        ai, standing = self._ai, self._ai.standing
        locked = ai.reader is not None and not ai.revealed
        open_marks = len(self._proposals()) + len(ai.streamed)
        all_marks = sum(self._is_open(one) for one in standing.findings)
        reading = self._window.services.annotating.reading
        return AiStripState(
            status=_status(standing, lacking=ai.lacking, locked=locked),
            failed=standing.state is AiState.FAILED,
            busy=standing.share if standing.state.busy else None,
            locked=locked,
            can_run=ai.reader is not None and standing.state in (AiState.NOT_RUN, AiState.FAILED),
            can_judge=reading is not None and not reading.read_only,
            threshold=ai.strictness.threshold,
            expectation=self._expectation(),
            shown=open_marks if ai.revealed else 0,
            hidden=max(0, all_marks - open_marks) if ai.revealed else 0,
            views=tuple(_chip(view) for view in standing.views.values()),
            layers=frozenset(layer.value for layer in Layer if layer not in ai.strictness.hidden),
            package=self._package(),
            lacking=ai.lacking,
            keys={
                name: self._window.actions_of.key_of(f"ai.{name}")
                for name in ("run", "reveal", "accept_all", "reject_all", *(x.value for x in Layer))
            },
        )

    def _is_open(self, mark: Finding) -> bool:
        """Whether the reader has not judged a mark yet."""
        document = self._window.services.annotating.document
        now = document.by_id.get(mark.id, mark)
        replaced = any(one.parent_id == mark.id for one in document.live)
        return now.status is FindingStatus.PROPOSED and not replaced

    def _expectation(self) -> str:
        reader = self._ai.reader
        if reader is None:
            return ""
        points = [point for one in reader.packages for point in one.manifest.operating_points]
        point = nearest_point(points, self._ai.strictness.threshold)
        if point is None:
            return "How much it finds at this setting was not measured"
        return (
            f"Expect {100 * point.sensitivity:.0f} of 100 lesions at "
            f"{point.false_positives_per_image:.2g} false marks an image, "
            f"measured on {point.measured_on}"
        )

    def _package(self) -> str:
        reader = self._ai.reader
        if reader is None:
            return ""
        named = ", ".join(f"{one.manifest.title} {one.manifest.version}" for one in reader.packages)
        return f"{named}. Research use only"


def _status(standing: CaseStanding, *, lacking: bool, locked: bool) -> str:
    if lacking:
        return "No model package is installed"
    if standing.state.busy:
        done = sum(view.state is AiState.DONE for view in standing.views.values())
        return f"AI: running, {done} of {len(standing.views)} views"
    if locked and standing.state is AiState.DONE:
        return "AI: done, its marks wait for your opinion"
    if standing.state is AiState.FAILED:
        return f"AI: failed. {standing.message}" if standing.message else "AI: failed"
    return f"AI: {standing.state.value}"


def _chip(view: ViewStanding) -> ViewChip:
    return ViewChip(view.name, view.state.value, view.why)
