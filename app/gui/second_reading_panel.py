"""The AI reading in the window: strip, banner, corner lines, what its actions do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.presenters.second_reading.standing import AiState, CaseStanding, ViewStanding
from app.presenters.second_reading.strictness import Layer, nearest_point
from app.presenters.shown import Shown
from domain.finding import (
    Finding,
    FindingKind,
    FindingStatus,
    ModelProvenance,
    RejectionReason,
)
from widgets.ai_strip.state import AiStripState, ViewChip
from widgets.banner import CadState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.gui.main_window import MainWindow
    from inference.packages.manifest import OperatingPoint

_STEP = 0.05
_PLURAL = {
    FindingKind.MASS: "masses",
    FindingKind.CALCIFICATION: "calcifications",
    FindingKind.CALCIFICATION_GROUP: "calcifications",
}
_LOOK = "The AI marked something: look at it, then press again to go on"
_LOCKED = "The marks of the AI reading wait for your own opinion"


class SecondReadingPanel(QObject):
    """Shows how far the AI reading is and how strict; hands on what is wanted of it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._ai = window.services.second_reading
        self._step = (0, 0)
        self._ai.changed.connect(self.refresh)
        window.services.annotating.changed.connect(self._show_strip)
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
        self._show_strip()
        self._window.show_cad()

    def _show_strip(self) -> None:
        self._window.side_panel.ai_strip.show_state(self._state())

    @property
    def cad(self) -> CadState:
        """For the banner; before the marks may be shown it tells nothing of what was found."""
        standing = self._ai.standing
        if self._ai.trouble:
            return CadState.FAILED
        if standing.state.busy:
            return CadState.RUNNING
        if standing.state is AiState.DONE:
            if not self._ai.revealed:
                return CadState.WAITING
            if any(self._ai.shows(one) for one in standing.findings):
                return CadState.FOUND
            return CadState.NOTHING_SHOWN if standing.findings else CadState.NOTHING_FOUND
        return {
            AiState.FAILED: CadState.FAILED,
            AiState.NOT_APPLICABLE: CadState.NOT_APPLICABLE,
        }.get(standing.state, CadState.NOT_RUN)

    def accept_all(self) -> None:
        """Take all shown proposals over."""
        self._window.findings.intents.accept_all([one.id for one in self._proposals()])

    def reject_all(self, reason: RejectionReason = RejectionReason.OTHER) -> None:
        """Throw all shown proposals out."""
        ids = [one.id for one in self._proposals()]
        self._window.findings.intents.reject_all(ids, reason)

    def stricter(self, steps: int) -> None:
        """Move the operating point."""
        if self._locked:
            self._window.tell(_LOCKED, False)
            return
        self._ai.be_strict(round(self._ai.strictness.threshold + steps * _STEP, 4))

    def toggle(self, layer: str) -> None:
        """Show or hide a layer of the model's marks."""
        if self._locked:
            self._window.tell(_LOCKED, False)
            return
        self._ai.toggle(self._ai.strictness.toggled(Layer(layer)))

    def before_going_on(self, *, again: bool) -> str:
        """Record the opinion; what is to be looked at before going on, empty for nothing.

        again: the reader said the same before, and knows.
        """
        if self._ai.reader is None:
            return ""
        fresh = not self._ai.revealed and self._ai.reveal()
        if again and not fresh:
            return ""
        if self._ai.standing.state.busy:
            return "The AI is still reading: wait for its marks, or press again to go on"
        return _LOOK if self._proposals() else ""

    @property
    def _locked(self) -> bool:
        """Whether nothing may be seen of the marks yet."""
        return self._ai.reader is not None and not self._ai.revealed

    def _proposals(self) -> tuple[Finding, ...]:
        return tuple(
            one
            for one in self._window.services.annotating.findings
            if one.status is FindingStatus.PROPOSED and isinstance(one.provenance, ModelProvenance)
        )

    def _state(self) -> AiStripState:
        ai, standing, locked = self._ai, self._ai.standing, self._locked
        open_marks = len(self._proposals()) + len(ai.streamed)
        all_marks = sum(self._is_open(one) for one in standing.findings)
        reading = self._window.services.annotating.reading
        return AiStripState(
            status=_status(standing, lacking=ai.lacking, locked=locked, trouble=ai.trouble),
            failed=standing.state is AiState.FAILED or bool(ai.trouble),
            busy=standing.share if standing.state.busy else None,
            locked=locked,
            can_run=ai.reader is not None and standing.state in (AiState.NOT_RUN, AiState.FAILED),
            can_judge=reading is not None and not reading.read_only,
            threshold=ai.strictness.threshold,
            expectation=self._expectation(whole=False),
            measured_on=self._expectation(whole=True),
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

    def _expectation(self, *, whole: bool) -> str:
        """A line for each package that looks for findings. whole: with all that was measured on."""
        reader, strictness = self._ai.reader, self._ai.strictness
        finders = reader.finders if reader is not None else ()
        lines = []
        for package in finders:
            manifest = package.manifest
            own = strictness.moved_of(package, reader) if reader is not None else 0.0
            point = nearest_point(manifest.operating_points, own)
            what = _found_by(manifest.kinds) if len(finders) > 1 else "lesions"
            lines.append(_expected(point, own, what, whole=whole))
        return "\n".join(lines)

    def _package(self) -> str:
        reader = self._ai.reader
        if reader is None:
            return ""
        named = ", ".join(f"{one.manifest.title} {one.manifest.version}" for one in reader.packages)
        return f"Research use only. {named}"


def _expected(point: OperatingPoint | None, at: float, what: str, *, whole: bool) -> str:
    """at: the threshold; between two measured points, or past the last, no more can be promised."""
    if point is None:
        return f"How many {what} it finds at this setting was not measured"
    off = round(at - point.threshold, 3)
    share, up_to = ("", "") if not off else ("at most ", "up to ") if off > 0 else ("at least ", "")
    marks = f"{point.false_positives_per_image:.2g} false marks"
    measured_on = point.measured_on if whole else point.measured_on.partition(",")[0]
    return (
        f"Expect {share}{100 * point.sensitivity:.0f} of 100 {what} at {up_to}"
        f"{'1 false mark' if marks == '1 false marks' else marks} an image, "
        f"measured on {measured_on}"
    )


def _found_by(kinds: Sequence[FindingKind]) -> str:
    """What a package's first kind is in the plural."""
    return _PLURAL.get(kinds[0], "lesions") if kinds else "lesions"


def _status(standing: CaseStanding, *, lacking: bool, locked: bool, trouble: str) -> str:
    if trouble:
        return f"AI: {trouble}"
    if lacking:
        return "No model package is installed"
    if standing.state.busy:
        return f"AI: running, {_progress(standing)}"
    if locked and standing.state is AiState.DONE:
        return "AI: done, its marks wait for your opinion"
    if standing.state is AiState.FAILED:
        return f"AI: failed. {standing.message}" if standing.message else "AI: failed"
    return f"AI: {standing.state.value}"


def _progress(standing: CaseStanding) -> str:
    """How many views are done; before the first is, how many have their boxes."""
    views = standing.views.values()
    done = sum(view.state is AiState.DONE for view in views)
    boxes = sum(bool(view.done) for view in views)
    if boxes and not done:
        return f"boxes of {boxes} of {len(views)} views"
    return f"{done} of {len(views)} views"


def _chip(view: ViewStanding) -> ViewChip:
    return ViewChip(view.name, view.state.value, view.why, view.done, view.awaited, view.lost)
