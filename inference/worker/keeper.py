"""Decides, on a thread of its own, which study the worker reads, and what becomes of each.

All state here belongs to that thread; others only put events into its queue. It never waits for
the worker, for a disk or for the window.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from functools import partial

from domain.errors import FourviewError
from inference.pipeline.inputs import ViewInput
from inference.pipeline.results import StudyResult
from inference.results.store import ResultStore
from inference.worker import messages as msg
from inference.worker.attempt import Attempt, State, Ticket
from inference.worker.child import Entry
from inference.worker.hearing import progress_of, study_of, view_of
from inference.worker.jobs import Handed, Known, make_ready, with_notes
from inference.worker.pixels import PixelFolder
from inference.worker.process import Setup
from inference.worker.queue import JobQueue, Priority
from inference.worker.telling import Teller
from inference.worker.warden import Death, Event, Patience, Warden

_log = logging.getLogger(__name__)

_TICK = 0.1
_IDLE_TICK = 2.0
_SLEPT_S = 3.0
"""Between two looks: the machine was asleep, and the worker with it."""
_TRIES = 2
"""A job that ended the worker so often is not tried again."""


class Keeper:
    """The supervisor's thread. Only ``start``, ``post``, ``pid`` and ``close`` are for others."""

    def __init__(
        self,
        folder: PixelFolder,
        store: ResultStore | None,
        teller: Teller,
        *,
        entry: Entry,
        setup: Setup,
        patience: Patience,
    ) -> None:
        """No thread and no process yet. folder: closed in the end."""
        self._folder, self._store, self._tell = folder, store, teller
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._waiting: JobQueue[Ticket] = JobQueue()
        self._current: Attempt | None = None
        self._paused: list[Attempt] = []
        self._warden = Warden(
            entry, setup, patience, post=self.post, heard=self._hear, died=self._died
        )
        self._thread = threading.Thread(target=self._run, name="AI keeper", daemon=True)

    @property
    def pid(self) -> int | None:
        """The worker's process number, None where there is none."""
        return self._warden.pid

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def post(self, event: Event) -> None:
        """Have something done on the keeper's thread."""
        self._events.put(event)

    def close(self, seconds: float) -> None:
        """End thread and process; the latter is killed where it does not go."""
        self._events.put(None)
        self._thread.join(seconds)

    # What the window asks.

    def submit(self, ticket: Ticket) -> None:
        """Let a job wait for its turn."""
        if not ticket.over:
            self._waiting.put(ticket)
            self._dispatch()

    def prefer(self, ticket: Ticket, priority: Priority) -> None:
        """Change a ticket's priority and look anew who is first."""
        ticket.priority = priority
        if self._waiting.holds(ticket):
            self._waiting.put(ticket)
        self._dispatch()

    def cancel(self, ticket: Ticket) -> None:
        """Stop a job wherever it is."""
        self._waiting.remove(ticket)
        for laid in [one for one in self._paused if one.ticket is ticket]:
            self._paused.remove(laid)
            self._warden.say(msg.Cancel(laid.name))
            self._drop_files(laid)
        now = self._current
        if now is not None and now.ticket is ticket:
            if now.state is State.PREPARING:
                self._drop(now)
            elif now.state is not State.CANCELLING:
                now.state = State.CANCELLING
                self._warden.step()
                self._warden.say(msg.Cancel(now.name))
        self._dispatch()

    def throttle(self, *, on: bool) -> None:
        """Have networks wait while the reader's hand moves."""
        self._warden.throttle(on=on)

    def warm(self, order: msg.Warm) -> None:
        """Have a process ready, with its sessions built."""
        self._warden.warm(order)

    # The thread.

    def _run(self) -> None:
        looked = time.monotonic()
        while True:
            try:
                tick = _TICK if self._warden.has_process else _IDLE_TICK
                event = self._events.get(timeout=tick)
                if event is None:
                    break
                self._guarded(event)
            except queue.Empty:
                pass
            if time.monotonic() - looked > _SLEPT_S:
                self._warden.slept()
            looked = time.monotonic()
            self._guarded(self._look)
        if self._current is not None:
            self._current.unwanted = True
        self._warden.close()
        self._folder.close()

    @staticmethod
    def _guarded(event: Event) -> None:
        try:
            event()
        except Exception:  # noqa: BLE001 - a defect here must not silence the AI for good
            _log.exception("the AI's keeper met a defect")

    def _look(self) -> None:
        state = self._current.state if self._current is not None else None
        self._warden.look(
            reading=state in (State.RUNNING, State.PAUSING), stopping=state is State.CANCELLING
        )

    # What is next.

    def _dispatch(self) -> None:
        first, now = self._waiting.first(), self._current
        if now is not None and first is not None and first.priority < now.ticket.priority:
            self._make_way(now)
        if self._current is not None:
            return
        laid = min(self._paused, key=lambda one: _rank(one.ticket), default=None)
        if laid is not None and (first is None or _rank(laid.ticket) < _rank(first)):
            self._paused.remove(laid)
            self._current, laid.state = laid, State.RUNNING
            self._warden.step()
            self._warden.say(msg.Resume(laid.name))
        elif (first := self._waiting.first()) is not None:
            self._begin(first)

    def _make_way(self, now: Attempt) -> None:
        if now.state is State.PREPARING:
            self._drop(now)
            self._waiting.put(now.ticket)
        elif now.state is State.RUNNING:
            now.state = State.PAUSING
            self._warden.say(msg.Pause(now.name))

    def _drop(self, now: Attempt) -> None:
        """Leave what is being made ready, and what the worker began with."""
        now.unwanted, self._current = True, None
        self._forget_early(now)

    def _forget_early(self, attempt: Attempt) -> None:
        if attempt.expected:
            self._warden.say(msg.Cancel(attempt.name))

    def _begin(self, ticket: Ticket) -> None:
        self._waiting.remove(ticket)
        attempt = self._current = Attempt(ticket)
        if self._process_there():  # it comes up while the pixels are made ready
            work = partial(self._make_ready, attempt)
            threading.Thread(target=work, name="AI hand over", daemon=True).start()

    def _make_ready(self, attempt: Attempt) -> None:
        """On a thread of its own: the one part that waits for disks."""
        outcome: Handed | Known | str
        try:
            outcome = make_ready(
                attempt.ticket.job,
                self._folder,
                self._store,
                lambda: attempt.unwanted,
                lambda view: self.post(partial(self._expect, attempt, view)),
            )
        except FourviewError as error:
            outcome = str(error)
        except MemoryError:
            outcome = "There is not enough memory to hand the study to the AI"
        except Exception as error:  # noqa: BLE001 - a defect in one job must not end the rest
            kind = type(error).__name__
            _log.error("a study could not be handed to the AI (%s)", kind)
            outcome = f"The study could not be handed to the AI by a defect of the program ({kind})"
        self.post(partial(self._made_ready, attempt, outcome))

    def _expect(self, attempt: Attempt, view: ViewInput) -> None:
        """Let the worker begin with the first view while the rest is made ready."""
        if attempt is self._current and attempt.state is State.PREPARING:
            attempt.expected = True
            what = attempt.ticket.job.packages
            self._warden.say(msg.Expect(attempt.name, view.to_json(), what))

    def _made_ready(self, attempt: Attempt, outcome: Handed | Known | str) -> None:
        attempt.handed = outcome if isinstance(outcome, Handed) else None
        if attempt is not self._current:
            self._drop_files(attempt)
        elif isinstance(outcome, Handed):
            if self._process_there():
                attempt.state = State.RUNNING
                self._warden.step()
                study = {"study": outcome.study.to_json(), **attempt.ticket.job.packages}
                self._warden.say(msg.Start(attempt.name, study))
        elif isinstance(outcome, Known):
            self._forget_early(attempt)
            self._leave(attempt)
            self._tell.known(attempt.ticket, outcome.result)
            self._dispatch()
        else:
            self._forget_early(attempt)
            self._fail(attempt, outcome)

    def _process_there(self) -> bool:
        """Have a process; where there can't be one all that waits has failed."""
        trouble = self._warden.begin()
        if trouble:
            self._fail_all(trouble)
        return not trouble

    # What the worker says.

    def _hear(self, word: msg.Word) -> None:
        attempt = self._current
        if isinstance(word, msg.Ready | msg.Beat) or attempt is None:
            return
        if word.attempt != attempt.name or attempt.handed is None:
            return
        try:
            self._hear_of(attempt, attempt.handed, word)
        except FourviewError as error:  # it is not to be believed any further
            _log.error("the AI's worker is ended: %s", error)
            self._warden.kill("gave what does not belong to this study")

    def _hear_of(self, attempt: Attempt, handed: Handed, word: msg.Word) -> None:
        if isinstance(word, msg.Reported):
            self._tell.progressed(attempt.ticket, progress_of(word))
        elif isinstance(word, msg.Marked):
            self._tell.marked(attempt.ticket, view_of(word, handed.study))
        elif isinstance(word, msg.Finished):
            self._finish(attempt, handed, study_of(word, handed.study))
        elif isinstance(word, msg.Failed):
            self._fail(attempt, word.message)
        elif isinstance(word, msg.Stopped):
            self._fail(attempt, "The AI's reading was stopped")
        elif isinstance(word, msg.Paused) and attempt.state is not State.CANCELLING:
            attempt.state, self._current = State.PAUSED, None
            self._paused.append(attempt)
            self._dispatch()

    def _finish(self, attempt: Attempt, handed: Handed, result: StudyResult) -> None:
        if self._store is not None and result.complete:  # what failed may go well another time
            keep = partial(_keep, self._store, handed, result)
            threading.Thread(target=keep, name="AI result", daemon=True).start()
        self._leave(attempt)
        self._tell.done(attempt.ticket, with_notes(result, handed.unread))
        self._dispatch()

    def _fail(self, attempt: Attempt, message: str) -> None:
        self._leave(attempt)
        self._tell.failed(attempt.ticket, message)
        self._dispatch()

    def _leave(self, attempt: Attempt) -> None:
        self._current = None
        self._drop_files(attempt)

    def _drop_files(self, attempt: Attempt) -> None:
        handed, attempt.handed = attempt.handed, None
        for file in handed.files if handed is not None else ():
            self._folder.remove(file)

    # The worker's death.

    def _died(self, death: Death) -> None:
        idle = not self._lose(death)
        if not death.started and self._warden.start_failed():
            self._fail_all(death.reason)
        elif idle and self._current is None and not len(self._waiting):
            self._warden.after_idle_death()
        elif self._process_there():
            self._dispatch()

    def _lose(self, death: Death) -> bool:
        """What the process held waits again, or has failed. Whether it held anything."""
        lost = list(self._paused)
        self._paused.clear()
        now = self._current
        if now is not None and now.state is not State.PREPARING:
            self._current = None
            lost.append(now)
        for attempt in lost:
            self._drop_files(attempt)
            if not attempt.ticket.over:
                attempt.ticket.deaths += death.started and attempt is now
                self._try_again(attempt.ticket, death.reason)
        return bool(lost)

    def _try_again(self, ticket: Ticket, reason: str) -> None:
        if ticket.deaths >= _TRIES:
            said = f"The AI {reason} at this study for the second time, and leaves it out"
            self._tell.failed(ticket, said)
        else:
            said = f"The AI {reason} and was started again. It reads this study anew"
            self._tell.restarted(ticket, said)
            self._waiting.put(ticket)

    def _fail_all(self, reason: str) -> None:
        said = f"The AI can't be started (it {reason}). Run 'fourview doctor'; reading goes on"
        now, self._current = self._current, None
        if now is not None:
            now.unwanted = True
            self._drop_files(now)
            self._tell.failed(now.ticket, said)
        for ticket in self._waiting:
            self._waiting.remove(ticket)
            self._tell.failed(ticket, said)


def _rank(ticket: Ticket) -> tuple[int, int]:
    return ticket.priority, ticket.number


def _keep(store: ResultStore, handed: Handed, result: StudyResult) -> None:
    try:
        store.put(handed.key, result.to_json(), handed.hint)
    except ValueError:
        _log.warning("a result was not kept: it is no JSON")
