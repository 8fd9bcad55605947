from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from domain.errors import BadInputError, CancelledError
from domain.finding import ModelProvenance
from domain.laterality import Laterality
from domain.study import ImageKind
from inference.backends.choice import choose_provider
from inference.backends.pool import PoolRunner, SessionPool
from inference.backends.stop import StopFlag
from inference.packages.package import ModelPackage, open_package
from inference.pipeline.inputs import StudyInput, ViewInput
from inference.pipeline.looking import look_at, look_early, look_key
from inference.pipeline.reader import ReaderPackages
from inference.pipeline.results import (
    ChangeKind,
    Progress,
    Stage,
    StudyResult,
    ViewResult,
    ViewStatus,
)
from inference.pipeline.study import analyse_study
from inference.systems.system import Tensors
from tests.support.small_networks import nan_scores, write_package
from tests.support.view_inputs import PIXEL_MM, view_input

LESION, OTHER = (40.0, 0.0, 4.0), (70.0, 30.0, 4.0)
FOUR = ("RCC", "LCC", "RMLO", "LMLO")
COARSE = {"preparing": {"pixel_mm": 1.0, "margin_mm": 3.0}, "multiple": 32}
"""Cells of 8 mm: a lesion of this size is one mark or some."""

STEPS = 4
"""Of looking at a view before its networks: opened, reduced, breast found, nipple found."""


@pytest.fixture(scope="module")
def pool() -> SessionPool:
    return SessionPool(choose_provider("cpu"))


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> ModelPackage:
    folder = tmp_path_factory.mktemp("package")
    settings = {"lowest-score": 0.3}
    return open_package(
        write_package(folder, inputs=COARSE, settings=settings, default_threshold=0.4)
    )


@dataclass
class Counting:
    """The pool's runner, counting."""

    inner: PoolRunner
    runs: list[str] = field(default_factory=list)
    during: Callable[[], object] = lambda: None

    def run(
        self, package: ModelPackage, feeds: Tensors, network: str = "", *, each: bool = False
    ) -> Tensors:
        self.runs.append(package.name)
        self.during()
        return self.inner.run(package, feeds, network, each=each)


def read(
    views: Sequence[ViewInput],
    package: ModelPackage,
    pool: SessionPool,
    priors: Sequence[ViewInput] = (),
) -> StudyResult:
    study = StudyInput("study", tuple(views), tuple(priors))
    *_, last = analyse_study(study, ReaderPackages((package,)), pool.runner())
    assert isinstance(last, StudyResult)
    return last


def shown(view: ViewResult) -> list[float]:
    return [one.score for one in view.proposals if one.reaches()]


def test_a_lesion_in_both_views_is_marked_where_it_lies_and_linked(
    tmp_path: Path, package: ModelPackage, pool: SessionPool
) -> None:
    views = [view_input(tmp_path, name, (LESION,) if name[0] == "L" else ()) for name in FOUR]
    found = read(views, package, pool)
    right, left = found.breasts
    assert right.laterality is Laterality.RIGHT
    assert right.score is not None
    assert right.score < 0.4 < (left.score or 0)
    assert found.case_score == left.score
    cc, mlo = found.views[1], found.views[3]
    best = cc.proposals[0].finding
    box = best.geometries[0].box
    assert box is not None
    at = 302 - 40 / PIXEL_MM
    assert box.left - 12 / PIXEL_MM < at < box.right + 12 / PIXEL_MM
    assert found.counterparts
    by_id = {one.finding.id: one.finding for one in (*cc.proposals, *mlo.proposals)}
    for pair in found.counterparts:
        assert by_id[pair.one].counterpart_id == pair.other
        assert by_id[pair.other].counterpart_id == pair.one
    assert found.notes == ()


def test_provenance_says_package_threshold_and_presentation(
    tmp_path: Path, package: ModelPackage, pool: SessionPool
) -> None:
    found = read([view_input(tmp_path, "LCC", (LESION,))], package, pool)
    made = found.views[0].proposals[0].finding.provenance
    assert isinstance(made, ModelProvenance)
    assert made.package_id == "bright-cells"
    assert (made.version, made.threshold) == ("1.0", 0.4)
    assert "2000/4000" in made.presentation


def test_the_same_study_gives_the_same_ids_and_another_image_others(
    tmp_path: Path, package: ModelPackage, pool: SessionPool
) -> None:
    view = view_input(tmp_path, "LCC", (LESION,))
    first, again = (read([view], package, pool) for _ in range(2))
    assert first == again
    other = read([replace(view, uid="another")], package, pool)
    ids = [{one.finding.id for one in each.views[0].proposals} for each in (first, other)]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_views_come_as_they_are_ready_and_the_study_last(
    tmp_path: Path, package: ModelPackage, pool: SessionPool
) -> None:
    views = [view_input(tmp_path, name) for name in FOUR]
    steps: list[Progress] = []
    runner = Counting(pool.runner())
    results = analyse_study(
        StudyInput("s", tuple(views)), ReaderPackages((package,)), runner, steps.append
    )
    first = next(results)
    assert isinstance(first, ViewResult)
    assert first.uid == views[0].uid
    assert len(runner.runs) == 1, "nothing is begun before it is asked for"
    kinds = [type(one) for one in results]
    assert kinds == [ViewResult] * 3 + [StudyResult]
    shares = [one.share for one in steps]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert Stage.DETECTING in {one.stage for one in steps}


def test_missing_views_reduce_the_work_and_are_told(
    tmp_path: Path, package: ModelPackage, pool: SessionPool
) -> None:
    found = read([view_input(tmp_path, "LCC", (LESION,))], package, pool)
    assert shown(found.views[0])
    assert found.breasts[0].score is None
    assert found.notes == ("No RCC was read", "No RMLO was read", "No LMLO was read")


def test_a_refused_view_costs_no_run_and_is_no_clean_view(
    tmp_path: Path, package: ModelPackage, pool: SessionPool
) -> None:
    film = view_input(tmp_path, "LCC", (LESION,), kind=ImageKind.FILM)
    runner = Counting(pool.runner())
    study = StudyInput("s", (film,))
    *_, whole = analyse_study(study, ReaderPackages((package,)), runner)
    assert isinstance(whole, StudyResult)
    assert runner.runs == []
    assert whole.views[0].status is ViewStatus.REFUSED
    assert whole.case_score is None
    assert "No LCC was read" in whole.notes


def test_a_view_that_fails_says_why_and_the_rest_goes_on(
    tmp_path: Path, package: ModelPackage, pool: SessionPool
) -> None:
    views = [view_input(tmp_path, name, (LESION,)) for name in ("LCC", "LMLO")]
    Path(views[0].pixels.path).write_bytes(b"cut short")
    views[1] = view_input(tmp_path, "LMLO", (OTHER,))
    found = read(views, package, pool)
    assert [one.status for one in found.views] == [ViewStatus.FAILED, ViewStatus.READ]
    assert "pixels" in found.views[0].reasons[0]
    assert not found.complete
    assert shown(found.views[1])


def test_a_network_that_answers_nan_fails_its_views_and_marks_nothing(
    tmp_path: Path, pool: SessionPool
) -> None:
    broken = open_package(write_package(tmp_path / "nan", nan_scores(), id="broken"))
    found = read([view_input(tmp_path, "LCC", (LESION,))], broken, pool)
    assert found.views[0].status is ViewStatus.FAILED
    assert found.views[0].proposals == ()
    assert found.case_score is None


def test_a_stopped_study_gives_no_study_result(
    tmp_path: Path, package: ModelPackage, pool: SessionPool
) -> None:
    stop = StopFlag()
    views = tuple(view_input(tmp_path, name, (LESION,)) for name in ("LCC", "LMLO"))
    results = analyse_study(StudyInput("s", views), ReaderPackages((package,)), pool.runner(stop))
    assert isinstance(next(results), ViewResult)
    stop.stop()
    with pytest.raises(CancelledError):
        next(results)


def test_what_is_known_is_not_computed_again_and_gives_the_same_study(
    tmp_path: Path, package: ModelPackage, pool: SessionPool
) -> None:
    views = tuple(view_input(tmp_path, name, (LESION,)) for name in ("LCC", "LMLO"))
    study, reader = StudyInput("s", views), ReaderPackages((package,))
    *fresh, whole = analyse_study(study, reader, pool.runner())
    known = {one.digest: one for one in fresh if isinstance(one, ViewResult)}
    runner = Counting(pool.runner())
    *_, again = analyse_study(study, reader, runner, known=known)
    assert runner.runs == []
    assert again == whole


def test_a_finding_of_the_prior_is_unchanged_and_one_it_lacks_is_new(
    tmp_path: Path, package: ModelPackage, pool: SessionPool
) -> None:
    now = view_input(tmp_path, "LCC", (LESION, OTHER))
    before = view_input(tmp_path, "LCC", (LESION,), uid="prior")
    found = read([now], package, pool, [before, view_input(tmp_path, "RCC", uid="unpaired")])
    place = {one.finding.id: one.likeness for one in found.views[0].proposals}
    assert found.changes
    for change in found.changes:
        new = (place[change.finding].down_mm or 0) > 15
        assert (change.kind is ChangeKind.NEW) is new
        assert (change.prior_box is None) is new
        assert change.prior_uid == "prior"
    assert {one.kind for one in found.changes} == {ChangeKind.NEW, ChangeKind.STABLE}


def test_without_a_prior_of_the_same_view_nothing_is_called_new(
    tmp_path: Path, package: ModelPackage, pool: SessionPool
) -> None:
    now = view_input(tmp_path, "LCC", (LESION,))
    refused = view_input(tmp_path, "LCC", uid="film", kind=ImageKind.FILM)
    for prior in (view_input(tmp_path, "LMLO", uid="p"), refused):
        assert read([now], package, pool, [prior]).changes == ()


def test_results_come_back_from_json_as_they_were(
    tmp_path: Path, package: ModelPackage, pool: SessionPool
) -> None:
    views = [view_input(tmp_path, name, (LESION,)) for name in ("LCC", "LMLO")]
    found = read(views, package, pool, [view_input(tmp_path, "LCC", uid="prior")])
    assert StudyResult.from_json(json.loads(json.dumps(found.to_json()))) == found
    view = found.views[0]
    assert ViewResult.from_json(json.loads(json.dumps(view.to_json()))) == view
    for damaged in (None, {}, view.to_json() | {"status": "fine"}):
        with pytest.raises(BadInputError):
            ViewResult.from_json(damaged)


def test_a_reading_without_a_detecting_package_is_refused() -> None:
    with pytest.raises(BadInputError, match="finds lesions"):
        ReaderPackages(())


def test_a_threshold_of_the_reader_shows_more_or_fewer_and_stands_in_the_provenance(
    tmp_path: Path, package: ModelPackage, pool: SessionPool
) -> None:
    study = StudyInput("s", (view_input(tmp_path, "LCC", (LESION,)),))
    counts = []
    for threshold in (0.3, 0.9):
        reader = ReaderPackages((package,), {"bright-cells": threshold})
        *_, found = analyse_study(study, reader, pool.runner())
        assert isinstance(found, StudyResult)
        counts.append(len(shown(found.views[0])))
        assert found.packages[0].threshold == threshold
    assert counts[0] > counts[1]


def test_from_the_second_view_on_the_next_is_looked_at_while_networks_run(
    tmp_path: Path, package: ModelPackage, pool: SessionPool
) -> None:
    main, elsewhere = threading.current_thread(), threading.Event()
    here: list[bool] = []

    def check() -> None:
        here.append(threading.current_thread() is main)
        if here.count(False) == STEPS:
            elsewhere.set()

    seen: list[bool] = []
    runner = Counting(
        pool.runner(), during=lambda: seen.append(elsewhere.wait(0.1 + 9 * len(seen)))
    )
    views = tuple(view_input(tmp_path, name, (LESION,)) for name in FOUR)
    results = analyse_study(StudyInput("s", views), ReaderPackages((package,)), runner, check=check)
    next(results)
    assert here == [True] * STEPS, "the first view's marks are waited for"
    next(results)
    assert seen == [False, True]
    assert (here.count(True), here.count(False)) == (2 * STEPS, STEPS)
    next(results)
    assert here.count(True) == 2 * STEPS, "the third view was looked at already"
    results.close()


@pytest.mark.parametrize("after", range(5))
def test_between_any_two_steps_a_study_can_be_stopped(
    tmp_path: Path, package: ModelPackage, pool: SessionPool, after: int
) -> None:
    calls: list[int] = []

    def check() -> None:
        calls.append(0)
        if len(calls) > after:
            raise CancelledError("the analysis was stopped")

    views = tuple(view_input(tmp_path, name, (LESION,)) for name in ("LCC", "LMLO"))
    runner = Counting(pool.runner())
    results = analyse_study(StudyInput("s", views), ReaderPackages((package,)), runner, check=check)
    with pytest.raises(CancelledError):
        list(results)
    assert len(runner.runs) == (after >= STEPS)


def test_a_view_that_can_not_be_opened_ahead_fails_alone_and_in_its_turn(
    tmp_path: Path, package: ModelPackage, pool: SessionPool
) -> None:
    views = [view_input(tmp_path, name, (LESION, OTHER)) for name in ("LCC", "RCC", "LMLO")]
    Path(views[1].pixels.path).unlink()
    found = read(views, package, pool)
    statuses = [one.status for one in found.views]
    assert statuses == [ViewStatus.READ, ViewStatus.FAILED, ViewStatus.READ]
    alone = [read([view], package, pool).views[0] for view in views]
    assert [one.nipple for one in found.views] == [one.nipple for one in alone]
    assert [len(one.proposals) for one in found.views] == [len(one.proposals) for one in alone]


def test_a_view_that_was_looked_at_before_is_not_looked_at_again_and_reads_the_same(
    tmp_path: Path, package: ModelPackage, pool: SessionPool
) -> None:
    views = tuple(view_input(tmp_path, name, (LESION,)) for name in ("LCC", "LMLO"))
    study, reader = StudyInput("s", views), ReaderPackages((package,))
    looks = {look_key(views[0]): look_at(views[0], lambda: None)}
    checks: list[int] = []
    results = analyse_study(
        study, reader, pool.runner(), check=lambda: checks.append(0), looked=looks
    )
    first = next(results)
    assert checks == []
    rest = list(results)
    assert len(checks) == STEPS
    assert [first, *rest] == list(analyse_study(study, reader, pool.runner()))


def test_a_view_that_was_detected_on_before_is_not_again_and_reads_the_same(
    tmp_path: Path, package: ModelPackage, pool: SessionPool
) -> None:
    views = tuple(view_input(tmp_path, name, (LESION,)) for name in ("LCC", "LMLO"))
    study, reader = StudyInput("s", views), ReaderPackages((package,))
    unnamed = replace(views[0], pixels=replace(views[0].pixels, digest=""))
    look = look_early(unnamed, reader, pool.runner(), lambda: None)
    runner = Counting(pool.runner())
    found = list(analyse_study(study, reader, runner, looked={look_key(unnamed): look}))
    assert len(runner.runs) == 1
    assert found == list(analyse_study(study, reader, pool.runner()))
    assert found[0].proposals


def test_an_early_look_is_of_no_use_to_another_image_or_header(
    tmp_path: Path, package: ModelPackage, pool: SessionPool
) -> None:
    view = view_input(tmp_path, "LCC", (LESION,))
    other = view_input(tmp_path, "LCC", (LESION, OTHER))
    header = replace(view, grey=replace(view.grey, bits_stored=view.grey.bits_stored + 1))
    reader = ReaderPackages((package,))
    look = {look_key(view): look_early(view, reader, pool.runner(), lambda: None)}
    for one in (other, header):
        runner, study = Counting(pool.runner()), StudyInput("s", (one,))
        found = list(analyse_study(study, reader, runner, looked=look))
        assert len(runner.runs) == 1
        assert found == list(analyse_study(study, reader, pool.runner()))


def test_an_early_look_leaves_refused_views_alone_and_failures_to_their_turn(
    tmp_path: Path, package: ModelPackage, pool: SessionPool
) -> None:
    view, runner = view_input(tmp_path, "LCC", (LESION,)), Counting(pool.runner())
    refused = replace(view, kind=ImageKind.STEREOTACTIC)
    assert not look_early(refused, ReaderPackages((package,)), runner, lambda: None).marks
    assert runner.runs == []
    bad = ReaderPackages((open_package(write_package(tmp_path / "nan", nan_scores())),))
    look = look_early(view, bad, pool.runner(), lambda: None)
    assert not look.marks
    *_, found = analyse_study(
        StudyInput("s", (view,)), bad, pool.runner(), looked={look_key(view): look}
    )
    assert isinstance(found, StudyResult)
    assert found.views[0].status is ViewStatus.FAILED
