"""When the AI reading runs and when its marks are shown, without a screen or a worker."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import create_autospec
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.commands.command import AddFindings, ReplaceFindings, SetOpinion
from app.exams import Exams
from app.jobs.jobs import Jobs
from app.presenters.annotating.annotating import AnnotatingPresenter
from app.presenters.second_reading.on_screen import shown_packages
from app.presenters.second_reading.presenter import SecondReading
from app.presenters.second_reading.standing import AiState
from app.presenters.second_reading.strictness import Strictness
from app.presenters.shown import NOTHING, Shown
from app.settings.declaration import AiMode, AiSettings
from archive.revisions.revision import OnScreen
from domain.finding import (
    Contour,
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ModelProvenance,
)
from domain.geometry import Box, ImagePoint
from domain.lexicon import Assessment
from domain.study import ImageRef, Patient, Study, View
from inference.packages.manifest import Stage as PackageStage
from inference.pipeline.operating import Scale
from inference.pipeline.reader import ReaderPackages
from inference.pipeline.results import (
    Progress,
    Proposal,
    Stage,
    StudyResult,
    ViewResult,
    ViewStatus,
)
from inference.worker.attempt import Ticket
from inference.worker.jobs import StudyJob
from inference.worker.queue import Priority
from inference.worker.supervisor import Supervisor
from tests.support.views import a_view

UID = "1.2.3"


@dataclass
class Desk:
    """An annotator's and a second reader's presenters with a worker that does nothing itself."""

    annotating: AnnotatingPresenter
    reading: SecondReading
    calls: list
    settings: AiSettings = field(default_factory=AiSettings)
    said: list[str] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)

    def show(self, number: int, uid: str = "s1", views: tuple[View, ...] = ()) -> None:
        shown = Shown(number=number, exams=Exams(Study(uid, Patient(), views)))
        self.annotating.show(shown)
        self.reading.show(shown)
        self.wait(lambda: self.annotating.reading is not None)

    def wait(self, until) -> None:
        last = time.monotonic() + 10
        while time.monotonic() < last:
            while self.calls:
                self.calls.pop(0)()
            if until():
                return
            time.sleep(0.005)
        raise AssertionError("nothing came of it")

    def say(self, overall: Assessment) -> None:
        opinion = self.annotating.document.opinion
        self.annotating.do(SetOpinion(type(opinion)(overall=overall)))

    @property
    def marks(self) -> list[int]:
        """Numbers of the model's marks that are on the screen."""
        findings = (*self.annotating.findings, *self.reading.streamed)
        return [one.id.int for one in findings if isinstance(one.provenance, ModelProvenance)]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    calls: list = []
    jobs = Jobs(calls.append)
    annotating = AnnotatingPresenter(jobs, calls.append, lambda: tmp_path, lambda: "reader")
    made = Desk(annotating, None, calls)  # type: ignore[arg-type]
    worker = create_autospec(Supervisor, instance=True)

    def submit(job: StudyJob, priority: Priority = Priority.OPEN) -> Ticket:
        made.tickets.append(Ticket(job, priority))
        return made.tickets[-1]

    worker.submit.side_effect = submit
    behind = (Exams(Study("s2", Patient(), ())), Exams(Study("s3", Patient(), ())))
    made.reading = SecondReading(annotating, lambda: made.settings, lambda: behind)
    made.reading.told.connect(lambda words, _error: made.said.append(words))
    packages = create_autospec(ReaderPackages, instance=True)
    packages.packages, packages.threshold.return_value = (object(),), 0.5
    packages.finders = ()
    made.worker = worker  # type: ignore[attr-defined]
    made.reading.ready(worker, packages)
    yield made
    annotating.close()
    jobs.close()


def proposal(number: int, score: float, threshold: float = 0.5) -> Proposal:
    mark = Geometry(UID, box=Box(0, 0, 9, 9))
    source = ModelProvenance("package", "1", threshold, "default")
    finding = Finding(UUID(int=number), FindingKind.MASS, (mark,), source)
    return Proposal(finding, score)


def view(*proposals: Proposal, status: ViewStatus = ViewStatus.READ, why: str = "") -> ViewResult:
    return ViewResult(UID, "d", "RCC", status, (why,) if why else (), proposals)


def result(*views: ViewResult, uid: str = "s1", score: float | None = 0.9) -> StudyResult:
    return StudyResult(uid, "d", views, (), score)


def test_a_case_is_read_when_it_is_opened(desk: Desk) -> None:
    desk.show(1)
    (ticket,) = desk.tickets
    assert (ticket.uid, ticket.priority) == ("s1", Priority.OPEN)
    assert desk.reading.standing.state.busy


def test_nothing_runs_by_itself_where_the_reader_does_not_want_it(desk: Desk) -> None:
    desk.settings = AiSettings(by_itself=False)
    desk.show(1)
    assert desk.tickets == []
    desk.reading.run()
    assert len(desk.tickets) == 1


def test_marks_wait_for_the_reader_s_opinion(desk: Desk) -> None:
    desk.show(1)
    desk.reading.marked(desk.tickets[0], view(proposal(1, 0.9)))
    desk.reading.done(desk.tickets[0], result(view(proposal(1, 0.9))))
    assert desk.marks == []
    assert not desk.reading.reveal()
    assert "overall assessment" in desk.said[-1]
    desk.say(Assessment.NEGATIVE)
    assert desk.reading.reveal()
    assert desk.marks == [1]
    first = desk.annotating.document.first_read
    assert first is not None
    assert first.opinion.overall is Assessment.NEGATIVE
    assert first.findings == ()


def test_marks_that_come_after_the_opinion_are_shown_as_they_come(desk: Desk) -> None:
    desk.show(1)
    desk.say(Assessment.NEGATIVE)
    desk.reading.reveal()
    desk.reading.marked(desk.tickets[0], view(proposal(1, 0.9)))
    assert desk.marks == [1]
    assert desk.annotating.document.findings == ()
    desk.reading.done(desk.tickets[0], result(view(proposal(1, 0.9))))
    assert desk.marks == [1]
    assert len(desk.annotating.document.findings) == 1


def test_concurrent_marks_come_at_once(desk: Desk) -> None:
    desk.settings = AiSettings(mode=AiMode.CONCURRENT)
    desk.show(1)
    desk.reading.marked(desk.tickets[0], view(proposal(1, 0.9)))
    assert desk.marks == [1]


def test_the_first_opinion_is_recorded_once(desk: Desk) -> None:
    desk.show(1)
    desk.say(Assessment.NEGATIVE)
    desk.reading.reveal()
    first = desk.annotating.document.first_read
    desk.say(Assessment.LOW_SUSPICION)
    desk.reading.reveal()
    assert desk.annotating.document.first_read == first


def test_undo_takes_back_neither_marks_nor_the_first_opinion(desk: Desk) -> None:
    desk.show(1)
    desk.say(Assessment.NEGATIVE)
    desk.reading.reveal()
    desk.reading.done(desk.tickets[0], result(view(proposal(1, 0.9))))
    desk.annotating.undo()
    desk.annotating.undo()
    assert desk.marks == [1]
    assert desk.annotating.document.first_read is not None
    assert desk.annotating.document.opinion.overall is None


def test_the_operating_point_hides_weak_marks_but_none_that_was_judged(desk: Desk) -> None:
    desk.settings = AiSettings(mode=AiMode.CONCURRENT)
    desk.show(1)
    desk.reading.done(desk.tickets[0], result(view(proposal(1, 0.9), proposal(2, 0.4))))
    assert desk.marks == [1]
    desk.reading.be_strict(0.3)
    assert desk.marks == [1, 2]
    desk.reading.be_strict(1.0)
    assert desk.marks == []


def test_boxes_are_shown_first_and_what_comes_later_takes_their_place(desk: Desk) -> None:
    desk.settings = AiSettings(mode=AiMode.CONCURRENT)
    desk.show(1)
    boxes = replace(
        view(proposal(1, 0.9)), done=(PackageStage.DETECT,), awaited=(PackageStage.CONTOUR,)
    )
    desk.reading.marked(desk.tickets[0], boxes)
    standing = desk.reading.standing.views[UID]
    assert standing.state is AiState.RUNNING
    assert (standing.done, standing.awaited) == (("boxes",), ("contours",))
    assert desk.marks == [1]
    whole = outlined(boxes)
    desk.reading.marked(desk.tickets[0], whole)
    assert desk.reading.standing.views[UID].state is AiState.DONE
    assert desk.marks == [1]
    assert desk.reading.streamed[0].geometries[0].contour is not None
    desk.reading.done(desk.tickets[0], result(whole))
    assert desk.marks == [1]
    (kept,) = desk.annotating.document.findings
    assert kept.geometries[0].contour is not None


def outlined(boxes: ViewResult) -> ViewResult:
    """The same view once its contours were drawn."""
    (one,) = boxes.proposals
    corners = (ImagePoint(0, 0), ImagePoint(9, 0), ImagePoint(9, 9))
    place = replace(one.finding.geometries[0], contour=Contour(corners))
    drawn = replace(one, finding=replace(one.finding, geometries=(place,)))
    done = (*boxes.done, *boxes.awaited)
    return replace(boxes, proposals=(drawn,), done=done, awaited=())


def test_what_could_not_be_made_of_a_view_is_said_of_it(desk: Desk) -> None:
    desk.show(1)
    lost = replace(
        view(proposal(1, 0.9), status=ViewStatus.FLAGGED, why="Contours were not drawn: NaN"),
        done=(PackageStage.DETECT,),
        lost=(PackageStage.CONTOUR,),
    )
    desk.reading.done(desk.tickets[0], result(lost))
    standing = desk.reading.standing.views[UID]
    assert (standing.state, standing.lost) == (AiState.DONE, ("contours",))
    assert "NaN" in standing.why


def described(one: Proposal) -> Proposal:
    places = tuple(ImagePoint(x, y) for x, y in ((1, 1), (8, 1), (8, 8)))
    mark = replace(one.finding.geometries[0], contour=Contour(places))
    said = replace(one.finding, geometries=(mark,), assessment=Assessment.SUSPICIOUS)
    return replace(one, finding=replace(said, malignancy=0.4))


def test_marks_of_the_document_get_the_outline_of_a_package_that_came_later(desk: Desk) -> None:
    desk.settings = AiSettings(mode=AiMode.CONCURRENT)
    desk.show(1)
    plain = [proposal(number, 0.9) for number in (1, 2, 3)]
    desk.reading.done(desk.tickets[-1], result(view(*plain)))
    judged = replace(plain[1].finding, status=FindingStatus.ACCEPTED)
    child = replace(plain[2].finding, id=UUID(int=9), parent_id=UUID(int=3), kind=FindingKind.OTHER)
    desk.annotating.do(ReplaceFindings((judged,)))
    desk.annotating.do(AddFindings((child,)))

    desk.reading.ready(desk.worker, desk.reading.reader)  # type: ignore[attr-defined]
    desk.reading.done(desk.tickets[-1], result(view(*map(described, plain))))
    by_id = desk.annotating.document.by_id
    assert by_id[UUID(int=1)] == described(plain[0]).finding
    assert by_id[UUID(int=2)] == judged, "what a reader has judged stays as it is"
    assert by_id[UUID(int=3)] == plain[2].finding, "so does what was made another mark"

    desk.reading.ready(desk.worker, desk.reading.reader)  # type: ignore[attr-defined]
    desk.reading.done(desk.tickets[-1], result(view(*plain)))
    now = desk.annotating.document.by_id[UUID(int=1)]
    assert now == described(plain[0]).finding, "an outline does not go with its package"


def test_packages_that_were_measured_follow_the_slider_to_as_many_more_false_marks() -> None:
    lead = Scale(0.5, ((0.5, 1.0), (0.3, 2.0)))
    calc = Scale(0.8, ((0.8, 0.25), (0.4, 0.5), (0.2, 1.0)))
    at = Strictness(0.3, usual=0.5, lead="masses", scales={"masses": lead, "calc": calc})
    assert at.moved(0.8, "calc") == pytest.approx(0.4), "twice as many of both"
    assert at.moved(0.5, "masses") == 0.3
    assert at.moved(0.7, "calc") == pytest.approx(0.42), "of another version: by the same share"
    assert replace(at, threshold=0.4).moved(0.8, "calc") == pytest.approx(0.6)
    assert replace(at, threshold=0.0).moved(0.8, "calc") == 0
    assert replace(at, threshold=1.0).moved(0.8, "calc") == 1


def test_packages_with_other_thresholds_follow_the_slider_by_the_same_share(desk: Desk) -> None:
    desk.settings = AiSettings(mode=AiMode.CONCURRENT)
    desk.show(1)
    calc = proposal(3, 0.75, 0.8), proposal(4, 0.95, 0.8)
    desk.reading.done(desk.tickets[0], result(view(proposal(1, 0.9), proposal(2, 0.4), *calc)))
    assert sorted(desk.marks) == [1, 4], "each from its own threshold on"
    desk.reading.be_strict(0.375)
    assert sorted(desk.marks) == [1, 2, 3, 4], "three quarters of both: 0.375 and 0.6"
    desk.reading.be_strict(0.85)
    assert sorted(desk.marks) == [1, 4], "0.85 and 0.94"
    desk.reading.be_strict(0.9)
    assert sorted(desk.marks) == [1], "0.9 and 0.96"


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_every_package_s_threshold_moves_with_the_slider_and_stays_in_its_range(
    usual: float, own: float, low: float, high: float
) -> None:
    low, high = sorted((low, high))
    at = [Strictness(threshold, usual=usual).moved(own) for threshold in (low, high)]
    assert 0 <= at[0] <= at[1] <= 1
    assert Strictness(usual, usual=usual).moved(own) == own
    assert Strictness(low, usual=usual).moved(usual) == pytest.approx(low)


def test_another_study_s_marks_are_never_shown(desk: Desk) -> None:
    desk.settings = AiSettings(mode=AiMode.CONCURRENT)
    desk.show(1, "s1")
    desk.show(2, "s9")
    desk.reading.marked(desk.tickets[0], view(proposal(1, 0.9)))
    desk.reading.done(desk.tickets[0], result(view(proposal(1, 0.9))))
    assert desk.marks == []
    assert desk.annotating.document.findings == ()
    desk.show(3, "s1")
    assert desk.marks == [1]


def views_of(*names: str) -> tuple[View, ...]:
    return tuple(a_view(one) for one in names)


def test_a_study_that_has_other_images_by_now_is_read_anew(desk: Desk) -> None:
    desk.settings = AiSettings(mode=AiMode.CONCURRENT)
    desk.show(1, "s1", views_of("RCC", "LCC"))
    desk.reading.done(desk.tickets[0], result(view(proposal(1, 0.9))))
    desk.show(2, "s1", views_of("RCC", "LCC"))
    assert desk.reading.standing.state is AiState.DONE
    behind = len(desk.tickets)
    desk.show(3, "s1", views_of("RCC", "LCC", "RMLO"))
    assert desk.reading.standing.state is AiState.WAITING
    assert [one.name for one in desk.reading.standing.views.values()] == ["RCC", "LCC", "RMLO"]
    (again,) = desk.tickets[behind:]
    assert [one.view.name for one in again.job.views] == ["RCC", "LCC", "RMLO"]


def test_reading_of_images_that_are_gone_is_stopped(desk: Desk) -> None:
    desk.show(1, "s1", views_of("RCC"))
    desk.show(2, "s1", views_of("LCC"))
    desk.worker.cancel.assert_called_once_with(desk.tickets[0])  # type: ignore[attr-defined]
    assert [one.uid for one in desk.tickets] == ["s1", "s1"]


def test_all_that_was_not_read_is_said_at_once_and_taken_back_with_the_case(desk: Desk) -> None:
    desk.show(1, "s1")
    unread = replace(result(view()), notes=("No RCC was read", "No LMLO was read"))
    desk.reading.done(desk.tickets[0], unread)
    assert desk.said[-1] == "No RCC was read. No LMLO was read"
    desk.show(2, "s9")
    assert desk.said[-1] == ""


def test_a_mark_below_the_threshold_is_not_selected_any_more(desk: Desk) -> None:
    desk.settings = AiSettings(mode=AiMode.CONCURRENT)
    desk.show(1)
    desk.reading.done(desk.tickets[0], result(view(proposal(1, 0.6), proposal(2, 0.9))))
    desk.annotating.select((UUID(int=1),))
    desk.reading.be_strict(0.8)
    assert desk.marks == [2]
    assert desk.annotating.selected == ()
    assert desk.annotating.leading is None
    desk.reading.be_strict(0.5)
    assert desk.annotating.selected == (UUID(int=1),)


def test_a_case_that_is_left_is_read_on_behind_the_one_that_is_open(desk: Desk) -> None:
    desk.show(1, "s1")
    desk.show(2, "s9")
    desk.worker.prefer.assert_called_with(desk.tickets[0], Priority.LIST)  # type: ignore[attr-defined]
    desk.show(3, "s1")
    desk.worker.prefer.assert_called_with(desk.tickets[0], Priority.OPEN)  # type: ignore[attr-defined]
    assert [one.uid for one in desk.tickets] == ["s1", "s9"]


def test_the_rest_of_the_list_is_read_once_the_open_case_is_done(desk: Desk) -> None:
    desk.show(1)
    desk.reading.done(desk.tickets[0], result(view()))
    assert [(one.uid, one.priority) for one in desk.tickets[1:]] == [("s2", Priority.LIST)]
    desk.reading.done(desk.tickets[1], result(uid="s2"))
    assert [one.uid for one in desk.tickets] == ["s1", "s2", "s3"]


def test_what_came_before_the_worker_died_counts_no_longer(desk: Desk) -> None:
    desk.settings = AiSettings(mode=AiMode.CONCURRENT)
    desk.show(1)
    desk.reading.marked(desk.tickets[0], view(proposal(1, 0.9)))
    desk.reading.failed(desk.tickets[0], "The worker was restarted", restarted=True)
    assert desk.marks == []
    assert desk.reading.standing.state is AiState.RUNNING
    desk.reading.failed(desk.tickets[0], "It died again", restarted=False)
    assert desk.reading.standing.state is AiState.FAILED
    assert desk.said[-2:] == ["The worker was restarted", "It died again"]


def test_a_refused_view_says_why_and_a_study_of_such_views_is_not_applicable(desk: Desk) -> None:
    desk.show(1)
    refused = view(status=ViewStatus.REFUSED, why="a spot view")
    desk.reading.progressed(desk.tickets[0], Progress(UID, Stage.DETECTING, 0.5))
    desk.reading.done(desk.tickets[0], result(refused, score=None))
    assert desk.reading.standing.state is AiState.NOT_APPLICABLE
    assert desk.reading.standing.views[UID].why == "a spot view"


def test_marks_that_were_judged_stay_so_when_the_case_is_opened_again(desk: Desk) -> None:
    from annotations.intents.judging import accept  # noqa: PLC0415

    desk.settings = AiSettings(mode=AiMode.CONCURRENT)
    desk.show(1)
    desk.reading.done(desk.tickets[0], result(view(proposal(1, 0.9))))
    desk.annotating.do(accept(desk.annotating.document, UUID(int=1), "reader"))
    desk.annotating.show(NOTHING)
    desk.reading.show(NOTHING)
    desk.show(2)
    desk.wait(lambda: bool(desk.annotating.document.findings))
    (finding,) = desk.annotating.document.live
    assert finding.status is FindingStatus.ACCEPTED


def test_a_case_is_read_once_its_images_are_open(desk: Desk) -> None:
    exams = Exams(Study("s1", Patient(), ()))
    still = Shown(number=1, exams=exams, loading=frozenset({ImageRef("/a")}))
    desk.annotating.show(still)
    desk.reading.show(still)
    assert desk.tickets == []
    desk.show(1)
    assert [one.uid for one in desk.tickets] == ["s1"]
    desk.show(1)
    assert len(desk.tickets) == 1


def test_a_drive_that_hangs_does_not_keep_the_reading_closed(desk: Desk) -> None:
    exams = Exams(Study("s1", Patient(), ()))
    late = Shown(number=1, exams=exams, loading=frozenset({ImageRef("/a")}), late=True)
    desk.annotating.show(late)
    desk.wait(lambda: desk.annotating.reading is not None)


def test_which_packages_and_scores_were_on_the_screen_is_known_once_marks_are_shown(
    desk: Desk,
) -> None:
    package = SimpleNamespace(manifest=SimpleNamespace(id="masses", version="2.0"))
    assert desk.reading.reader is not None
    desk.reading.reader.packages = (package,)  # type: ignore[assignment, misc]
    desk.show(1)
    desk.reading.done(desk.tickets[0], result(view(proposal(1, 0.9))))
    assert shown_packages(desk.reading) == ()
    desk.say(Assessment.NEGATIVE)
    desk.reading.reveal()
    desk.reading.be_strict(0.75)
    assert shown_packages(desk.reading) == (OnScreen("masses", "2.0", 0.75),)
