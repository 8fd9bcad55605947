"""The AI reading of cases: asked for when a case opens, shown when the reader may see it.

A model's marks wait outside the document until the reader has recorded an opinion (second reader,
the default) or come at once (concurrent). Then those go into the document that the threshold
lets through, and stay there, as proposals; others follow when the reader asks for more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from psygnal import Signal

from annotations.commands.command import AddProposals, Initiator, SetFirstRead
from app.exams import Exams
from app.presenters.annotating.annotating import AnnotatingPresenter
from app.presenters.second_reading.coming_in import first_read_of, fresh_marks
from app.presenters.second_reading.standing import (
    NOT_RUN,
    AiState,
    CaseStanding,
    begun,
    broken,
    ended,
    is_of,
    with_progress,
    with_view,
)
from app.presenters.second_reading.strictness import Strictness
from app.presenters.shown import NOTHING, Shown
from app.settings.declaration import AiMode, AiSettings
from domain.finding import Finding
from inference.worker.queue import Priority

if TYPE_CHECKING:  # the first paint needs none of this
    from app.presenters.second_reading.working import Worker
    from inference.pipeline.reader import ReaderPackages
    from inference.pipeline.results import Progress, StudyResult, ViewResult
    from inference.worker.attempt import Ticket

_SAY_FIRST = (
    "Say an overall assessment first: in the report (F3), by assessing findings, or End for normal"
)
_NO_PACKAGE = "No model package is installed: fourview models list"
_READ = "The AI has read this case"
_STILL = "The AI reading is still under way; its marks come when it is done"


class SecondReading:
    """All methods are called on the window's thread; it is the worker's listener.

    changed: standing, strictness or what may be shown. told: something to say, and whether it is
    an error.
    """

    changed = Signal()
    told = Signal(str, bool)

    def __init__(
        self,
        annotating: AnnotatingPresenter,
        settings: Callable[[], AiSettings],
        behind: Callable[[], Iterable[Exams]] = tuple,
    ) -> None:
        """settings: as they are now. behind: cases that come after the one that is shown."""
        self._behind = behind
        self._annotating = annotating
        self._settings = settings
        self._worker: Worker | None = None
        self._reader: ReaderPackages | None = None
        self._shown: Shown = NOTHING
        self._ticket: Ticket | None = None
        self._tickets: dict[str, Ticket] = {}
        self._standings: dict[str, CaseStanding] = {}
        self._scores: dict[UUID, float] = {}
        self._strictness = Strictness()
        self._looked = self._closed = self._awaited = self._unasked = self._noted = False
        self._trouble = ""
        annotating.shows = self.shows
        annotating.readings.changed.connect(self._opened)

    # What there is.

    @property
    def reader(self) -> ReaderPackages | None:
        """The packages that read; ``None`` where none is installed, or none is open yet."""
        return self._reader

    @property
    def standing(self) -> CaseStanding:
        """Of the case that is shown."""
        exams = self._shown.exams
        return self._standings.get(exams.current.uid, NOT_RUN) if exams is not None else NOT_RUN

    @property
    def standings(self) -> Mapping[str, CaseStanding]:
        """Of all cases that were asked for since the program began, by the study's uid."""
        return self._standings

    @property
    def scores(self) -> Mapping[UUID, float]:
        """Scores of proposals, 0 to 1."""
        return self._scores

    @property
    def strictness(self) -> Strictness:
        """Which of the model's marks are shown."""
        return self._strictness

    @property
    def revealed(self) -> bool:
        """Whether a model's marks may be shown on this case."""
        if self._annotating.reading is None:
            return False
        recorded = self._annotating.document.first_read is not None
        return recorded or self._settings().mode is AiMode.CONCURRENT

    @property
    def streamed(self) -> tuple[Finding, ...]:
        """Marks that have come and are not in the document yet; none before they may be shown."""
        reading, standing = self._annotating.reading, self.standing
        if reading is None or not self.revealed:
            return ()
        if standing.state is AiState.DONE and not reading.read_only:
            return ()
        there = reading.document.by_id
        return tuple(one for one in standing.findings if one.id not in there and self.shows(one))

    def shows(self, finding: Finding) -> bool:
        """Whether a finding is shown at this strictness."""
        return self._strictness.shows(finding, self._scores)

    # What is asked of it.

    def ready(self, worker: Worker, reader: ReaderPackages | None) -> None:
        """Worker and packages are there; the case that is open is read from now on."""
        if self._closed:
            worker.close()
            return
        self._trouble = ""
        self._worker, self._reader, self._looked = worker, reader, True
        self._standings.clear()  # of other packages
        self._tickets.clear()
        if reader is not None:
            self._strictness = self._strictness.of(reader)
            worker.warm(reader)
        self._ask_by_itself()
        self.changed.emit()

    def lack(self, why: str = "") -> None:
        """Nothing is read: no package is installed, or why the installed ones can't be used."""
        self._looked, self._trouble = True, why
        if why:
            self.told.emit(why, True)
        self.changed.emit()

    @property
    def lacking(self) -> bool:
        """Whether it is known that no package is installed."""
        return self._looked and self._reader is None and not self._trouble

    @property
    def read_by(self) -> tuple[str, ...]:
        """Packages, with their versions, that have read the case that is shown; none before."""
        if self._reader is None or self.standing.state is not AiState.DONE:
            return ()
        manifests = (one.manifest for one in self._reader.packages)
        return tuple(f"{one.id} {one.version}" for one in manifests)

    @property
    def trouble(self) -> str:
        """Why packages that are installed can't be used; empty where they can."""
        return self._trouble

    @property
    def closed(self) -> bool:
        """Whether the window is gone, or about to go."""
        return self._closed

    def show(self, shown: Shown) -> None:
        """Another case, step or image. A case is read once its images are open: they are shared."""
        another = shown.number != self._shown.number
        self._shown = shown
        if another:
            self._awaited, self._unasked = False, True
            self._leave()
            self._forget_others()
            if self._noted:  # of the case before
                self.told.emit("", False)
            self._noted = False
            self.changed.emit()
        if self._unasked:
            self._ask_by_itself()

    def run(self) -> None:
        """Read the case that is shown, now."""
        exams = self._shown.exams
        if exams is None or self._worker is None or self._reader is None:
            self.told.emit(self._trouble or _NO_PACKAGE, True)
            return
        uid = exams.current.uid
        if self.standing.state is AiState.DONE:
            self.told.emit(_READ, False)
            return
        waiting = self._tickets.get(uid)
        if waiting is not None and not waiting.over:
            self._ticket = waiting
            self._worker.prefer(waiting, Priority.OPEN)
            return
        self._standings[uid] = begun(exams.current)
        self._ticket = self._submit(exams, Priority.OPEN)
        self.changed.emit()

    def cancel(self) -> None:
        """Stop reading the case that is shown."""
        if self._ticket is not None and self._worker is not None and self.standing.state.busy:
            self._worker.cancel(self._ticket)
            self._standings.pop(self._ticket.job.uid, None)
            self._ticket = None
            self.changed.emit()

    def reveal(self) -> bool:
        """Record the reader's opinion and show the marks; False where it is still to be said."""
        annotating = self._annotating
        if annotating.reading is None or annotating.document.first_read is not None:
            return self.revealed
        if annotating.reading.read_only:
            self.told.emit(annotating.reading.read_only, True)
            return False
        first = first_read_of(annotating.document)
        if first is None:
            self.told.emit(_SAY_FIRST, False)
            return False
        if not annotating.do(SetFirstRead(first)):
            return False
        self._awaited = self.standing.state.busy
        self.told.emit(_STILL if self._awaited else "", False)
        self._add()
        self.changed.emit()
        return True

    def be_strict(self, threshold: float) -> None:
        """Show marks from another score on."""
        threshold = min(max(threshold, 0.0), 1.0)
        self._set(replace(self._strictness, threshold=threshold))

    def toggle(self, strictness: Strictness) -> None:
        """Show or hide a layer of the model's marks."""
        self._set(strictness)

    def throttle(self, on: bool) -> None:
        """The reader drags, or no longer: networks wait."""
        busy = any(one.state.busy for one in self._standings.values())
        if self._worker is not None and (busy or not on):
            self._worker.throttle(on)

    def let_go(self) -> Worker | None:
        """The worker, for the caller to end; another follows, as with other packages.

        Nothing counts that was read so far, and nothing more is told of what is under way.
        """
        worker, self._worker, self._ticket = self._worker, None, None
        for ticket in self._tickets.values():
            if worker is not None:
                worker.cancel(ticket)
        self._standings.clear()
        self._tickets.clear()
        self.changed.emit()
        return worker

    def close(self) -> None:
        """End the worker for good."""
        self._closed = True
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()

    # What the worker tells.

    def progressed(self, ticket: Ticket, progress: Progress) -> None:
        """How far a study is."""
        self._update(ticket, lambda one: with_progress(one, progress))

    def marked(self, ticket: Ticket, result: ViewResult) -> None:
        """One view's marks, boxes first; they replace what came of that view before."""
        self._scores |= {one.finding.id: one.score for one in result.proposals}
        self._update(ticket, lambda one: with_view(one, result))

    def done(self, ticket: Ticket, result: StudyResult) -> None:
        """The whole study is read."""
        proposals = [one for view in result.views for one in view.proposals]
        self._scores |= {one.finding.id: one.score for one in proposals}
        self._standings[ticket.job.uid] = ended(result)
        if self._is_shown(ticket):
            if self._awaited:  # what was said of waiting is out of date
                self.told.emit(_READ, False)
            if result.notes:
                self.told.emit(". ".join(result.notes), False)
                self._noted = True
            self._add()
        self._go_on()
        self.changed.emit()

    def failed(self, ticket: Ticket, message: str, *, restarted: bool) -> None:
        """What came so far counts no longer."""
        standing = self._standings.get(ticket.job.uid, NOT_RUN)
        self._standings[ticket.job.uid] = broken(standing, message, restarted=restarted)
        if self._is_shown(ticket):
            self.told.emit(message, True)
        if not restarted:
            self._go_on()
        self.changed.emit()

    # How it comes about.

    def _ask_by_itself(self) -> None:
        shown = self._shown
        if shown.exams is None or (shown.loading and not shown.late):
            return
        self._unasked = False
        ready = self._worker is not None and self._reader is not None
        if ready and self._settings().by_itself and self.standing.state is not AiState.DONE:
            self.run()

    def _submit(self, exams: Exams, priority: Priority) -> Ticket | None:
        from app.presenters.second_reading.asking import job_of  # noqa: PLC0415 - see above

        if self._worker is None or self._reader is None:
            return None
        opened = {ref.uid: image for ref, image in self._shown.images.items()}
        ticket = self._worker.submit(job_of(exams, opened, self._reader), priority)
        self._tickets[exams.current.uid] = ticket
        return ticket

    def _go_on(self) -> None:
        """Nothing is under way: the next case of the list that was not read yet."""
        if not self._settings().by_itself or any(
            one.state.busy for one in self._standings.values()
        ):
            return
        for exams in self._behind():
            if exams.current.uid not in self._standings:
                self._standings[exams.current.uid] = begun(exams.current)
                self._submit(exams, Priority.LIST)
                return

    def _forget_others(self) -> None:
        """What was read of this study counts no longer where it has other images by now."""
        exams = self._shown.exams
        ticket = self._tickets.get(exams.current.uid) if exams is not None else None
        if exams is None or ticket is None or is_of(ticket.job, exams.current):
            return
        del self._tickets[ticket.job.uid]
        self._standings.pop(ticket.job.uid, None)
        if self._worker is not None and not ticket.over:
            self._worker.cancel(ticket)

    def _leave(self) -> None:
        """A case that is left is read on behind the one that is open: it may be opened again."""
        if self._ticket is not None and self._worker is not None and not self._ticket.over:
            self._worker.prefer(self._ticket, Priority.LIST)
        self._ticket = None

    def _opened(self) -> None:
        """The reader's document is at hand, or gone: marks that waited may go in."""
        self._add()
        self.changed.emit()

    def _add(self) -> None:
        standing = self.standing
        reading = self._annotating.reading
        if reading is None or reading.read_only:
            return
        if not self.revealed or standing.state is not AiState.DONE:
            return
        document = self._annotating.document
        fresh = fresh_marks(document, standing.findings, self.shows, self._scores)
        if fresh:
            self._annotating.do(AddProposals(fresh), Initiator.MODEL)

    def _update(self, ticket: Ticket, change: Callable[[CaseStanding], CaseStanding]) -> None:
        uid = ticket.job.uid
        if uid in self._standings:
            self._standings[uid] = change(self._standings[uid])
            if self._is_shown(ticket):
                self.changed.emit()

    def _is_shown(self, ticket: Ticket) -> bool:
        exams = self._shown.exams
        return exams is not None and exams.current.uid == ticket.job.uid

    def _set(self, strictness: Strictness) -> None:
        if strictness != self._strictness:
            self._strictness = strictness
            self._add()  # what comes into sight now
            self._annotating.changed.emit()
            self.changed.emit()
