"""What follows the boxes: calcifications, contours and judgements, by small systems of the test."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from domain.errors import BadInputError, CancelledError
from domain.finding import FindingKind
from domain.lexicon import Assessment
from domain.study import ImageKind
from inference.backends.choice import choose_provider
from inference.backends.pool import SessionPool
from inference.errors import NetworkError, PackageError
from inference.packages.manifest import Stage
from inference.packages.package import open_package
from inference.pipeline.inputs import StudyInput, ViewInput
from inference.pipeline.reader import ReaderPackages
from inference.pipeline.results import (
    ChangeKind,
    Progress,
    ScoreKind,
    StudyResult,
    ViewResult,
    ViewStatus,
)
from inference.pipeline.study import analyse_study
from inference.systems import known
from inference.systems.system import RawMark, Runner, SeenView
from tests.support.fake_stages import (
    DOTS,
    FAKES,
    Calcifier,
    Classifier,
    Contourer,
    use_fakes,
)
from tests.support.small_networks import write_package
from tests.support.view_inputs import PIXEL_MM, view_input

LESION = (40.0, 0.0, 4.0)
FOUR = ("RCC", "LCC", "RMLO", "LMLO")
COARSE = {"preparing": {"pixel_mm": 1.0, "margin_mm": 3.0}, "multiple": 32}


@pytest.fixture(autouse=True)
def systems(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fakes(monkeypatch)


@pytest.fixture(scope="module")
def pool() -> SessionPool:
    return SessionPool(choose_provider("cpu"))


@pytest.fixture
def reader(tmp_path: Path) -> ReaderPackages:
    return reading_of(tmp_path, *FAKES)


def reading_of(folder: Path, *stages: str, **changed: object) -> ReaderPackages:
    """Bright cells as masses, then the fakes of some stages. changed: of all their manifests."""
    detect = write_package(
        folder / "detect", inputs=COARSE, settings={"lowest-score": 0.2}, default_threshold=0.4
    )
    told = [
        write_package(folder / one, id=one, stage=one, system="fake", kinds=None, **changed)
        for one in stages
    ]
    return ReaderPackages(tuple(map(open_package, (detect, *told))))


def told(
    views: Sequence[ViewInput], reader: ReaderPackages, pool: SessionPool, *priors: ViewInput
) -> tuple[list[ViewResult], StudyResult]:
    study = StudyInput("study", tuple(views), priors)
    *some, whole = analyse_study(study, reader, pool.runner())
    assert isinstance(whole, StudyResult)
    return [one for one in some if isinstance(one, ViewResult)], whole


def test_boxes_of_all_views_come_before_the_first_contour(
    tmp_path: Path, reader: ReaderPackages, pool: SessionPool
) -> None:
    views = [view_input(tmp_path, name, (LESION,)) for name in FOUR]
    steps: list[Progress] = []
    study = StudyInput("s", tuple(views))
    results = analyse_study(study, reader, pool.runner(), steps.append)
    firsts = [next(results) for _ in FOUR]
    assert Contourer.runs == Calcifier.runs == Classifier.runs == []
    later = (Stage.CALCIFY, Stage.CONTOUR, Stage.CLASSIFY)
    for view, one in zip(views, firsts, strict=True):
        assert isinstance(one, ViewResult)
        assert (one.uid, one.done, one.awaited) == (view.uid, (Stage.DETECT,), later)
        assert one.proposals
        assert all(mark.finding.geometries[0].contour is None for mark in one.proposals)
    *seconds, whole = results
    assert isinstance(whole, StudyResult)
    for first, second in zip(firsts, seconds, strict=True):
        assert isinstance(first, ViewResult)
        assert isinstance(second, ViewResult)
        assert second.complete
        assert second.done == (Stage.DETECT, *later)
        there = {one.finding.id: one for one in second.proposals}
        for one in first.proposals:
            assert there[one.finding.id].score == one.score
            assert there[one.finding.id].finding.geometries[0].box == one.finding.geometries[0].box
    assert [one.uid for one in whole.views] == [one.uid for one in views]
    shares = [one.share for one in steps]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_marks_near_their_threshold_get_contours_and_calcifications_their_masks(
    tmp_path: Path, reader: ReaderPackages, pool: SessionPool
) -> None:
    _, whole = told([view_input(tmp_path, "LCC", (LESION,))], reader, pool)
    masses = [one for one in whole.views[0].proposals if one.finding.kind is FindingKind.MASS]
    assert any(one.share < 0.8 for one in masses)
    assert any(one.share >= 1 for one in masses)
    for one in masses:
        assert (one.finding.geometries[0].contour is not None) is (one.share >= 0.8)
        assert one.finding.geometries[0].mask is None
    groups = [one for one in whole.views[0].proposals if one not in masses]
    assert [one.score for one in groups] == [0.8, 0.1]
    mask = groups[0].finding.geometries[0].mask
    assert mask is not None
    assert mask.area == 20
    assert groups[0].finding.provenance != masses[0].finding.provenance


@pytest.mark.parametrize(("share", "drawn"), [(0.9, True), (0.7, False)])
def test_a_mark_a_little_below_the_threshold_has_its_contour_ready(
    tmp_path: Path, reader: ReaderPackages, pool: SessionPool, share: float, drawn: bool
) -> None:
    view = view_input(tmp_path, "LCC", (LESION,))
    best = told([view], reader, pool)[1].views[0].proposals[0].score
    stricter = replace(reader, thresholds={"bright-cells": min(1.0, best / share)})
    found = told([view], stricter, pool)[1].views[0].proposals[0]
    assert not found.reaches()
    assert (found.finding.geometries[0].contour is not None) is drawn
    assert (found.finding.malignancy is not None) is drawn


def test_a_mark_that_is_not_shown_does_not_raise_the_score(
    tmp_path: Path, reader: ReaderPackages, pool: SessionPool
) -> None:
    strict = replace(reader, thresholds={"calcify": 0.9})
    _, whole = told([view_input(tmp_path, "LCC", (LESION,))], strict, pool)
    hidden = [one for one in whole.views[0].proposals if not one.reaches()]
    assert max(one.finding.malignancy or 0 for one in hidden) == 0.9
    assert whole.case_score is not None
    assert whole.case_score < 0.9


def test_scores_are_malignancies_only_where_all_views_were_judged(
    tmp_path: Path, reader: ReaderPackages, pool: SessionPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_on_the_second() -> None:
        if len(Classifier.runs) == 2:
            raise NetworkError("gave NaN", where="network.onnx")

    monkeypatch.setattr(Classifier, "deed", staticmethod(fail_on_the_second))
    views = [view_input(tmp_path, name, (LESION,)) for name in ("LCC", "LMLO")]
    _, whole = told(views, reader, pool)
    assert [one.lost for one in whole.views] == [(), (Stage.CLASSIFY,)]
    assert whole.score_is is ScoreKind.DETECTION
    assert whole.notes[-1] == "Findings were not judged in LMLO"


def test_a_classifier_s_answers_are_the_findings_and_the_scores_of_breast_and_case(
    tmp_path: Path, reader: ReaderPackages, pool: SessionPool
) -> None:
    views = [view_input(tmp_path, name, (LESION,) if name == "LCC" else ()) for name in FOUR]
    _, whole = told(views, reader, pool)
    assert whole.score_is is ScoreKind.MALIGNANCY
    assert whole.case_score == 0.9, "the calcifications'"
    assert whole.composition == {"a": 0.0, "b": 0.25, "c": 0.75, "d": 0.0}
    group = whole.views[1].proposals[-2].finding
    assert (group.malignancy, group.assessment) == (0.9, Assessment.HIGHLY_SUGGESTIVE)
    faint = whole.views[1].proposals[-1].finding
    assert (faint.malignancy, faint.assessment) == (None, None)


def test_without_a_classifier_scores_are_those_of_the_detection(
    tmp_path: Path, pool: SessionPool
) -> None:
    reader = reading_of(tmp_path, "contour")
    _, whole = told([view_input(tmp_path, "LCC", (LESION,))], reader, pool)
    assert whole.score_is is ScoreKind.DETECTION
    assert whole.case_score == max(one.score for one in whole.views[0].proposals)
    assert whole.composition == {}


def test_what_is_one_thing_in_both_views_has_one_assessment_the_higher(
    tmp_path: Path, reader: ReaderPackages, pool: SessionPool
) -> None:
    views = [view_input(tmp_path, name, (LESION,)) for name in ("LCC", "LMLO")]
    pixels = np.array(views[1].pixels.open())
    pixels[300, 100] = 4095  # which the classifier looks at
    views[1] = view_input(tmp_path, "LMLO", pixels=pixels)
    streamed, whole = told(views, reader, pool)
    alone = {one.finding.id: one.finding for view in streamed[2:] for one in view.proposals}
    now = {one.finding.id: one.finding for view in whole.views for one in view.proposals}
    masses = [pair for pair in whole.counterparts if now[pair.one].kind is FindingKind.MASS]
    assert masses
    for pair in masses:
        assert alone[pair.one].assessment is Assessment.LOW_SUSPICION
        for end in (pair.one, pair.other):
            assert now[end].assessment is Assessment.HIGHLY_SUGGESTIVE
            assert now[end].malignancy == alone[pair.other].malignancy


def test_calcifications_correspond_to_calcifications_alone(
    tmp_path: Path, reader: ReaderPackages, pool: SessionPool
) -> None:
    spot = ((302 - DOTS.centre.x) * PIXEL_MM, (DOTS.centre.y - 300) * PIXEL_MM, 4.0)
    views = [view_input(tmp_path, name, (spot,)) for name in ("LCC", "LMLO")]
    _, whole = told(views, reader, pool)
    kinds = {one.finding.id: one.finding.kind for view in whole.views for one in view.proposals}
    assert whole.counterparts
    assert all(kinds[pair.one] is kinds[pair.other] for pair in whole.counterparts)
    paired = [end for pair in whole.counterparts for end in (pair.one, pair.other)]
    assert len(set(paired)) == len(paired)
    assert {kinds[pair.one] for pair in whole.counterparts} == {
        FindingKind.MASS,
        FindingKind.CALCIFICATION_GROUP,
    }


@pytest.mark.parametrize("lost", list(FAKES))
def test_a_later_stage_that_fails_is_told_and_the_rest_stands(
    tmp_path: Path,
    reader: ReaderPackages,
    pool: SessionPool,
    monkeypatch: pytest.MonkeyPatch,
    lost: str,
) -> None:
    def fail() -> None:
        raise NetworkError("gave NaN", where="network.onnx")

    monkeypatch.setattr(FAKES[lost], "deed", staticmethod(fail))
    _, whole = told([view_input(tmp_path, "LCC", (LESION,))], reader, pool)
    (view,) = whole.views
    assert view.status is ViewStatus.FLAGGED
    assert view.lost == (Stage(lost),)
    assert Stage(lost) not in view.done
    assert len(view.done) == 3
    assert any("gave NaN" in reason for reason in view.reasons)
    assert any(note.endswith("in LCC") for note in whole.notes)
    assert not whole.complete, "it may go well another time"
    assert any(one.finding.kind is FindingKind.MASS for one in view.proposals)
    assert whole.score_is is (ScoreKind.DETECTION if lost == "classify" else ScoreKind.MALIGNANCY)


def test_a_package_that_was_not_made_for_a_view_is_left_out_and_said(
    tmp_path: Path, pool: SessionPool
) -> None:
    films = {"kinds": ["film scan"]}
    detect = write_package(tmp_path / "d", inputs=COARSE, domain=films)
    contour = write_package(tmp_path / "c", id="contour", stage="contour", system="fake")
    reader = ReaderPackages((open_package(detect), open_package(contour)))
    film = view_input(tmp_path, "LCC", (LESION,), kind=ImageKind.FILM)
    _, whole = told([film], reader, pool)
    (view,) = whole.views
    assert view.lost == (Stage.CONTOUR,)
    assert any(one.startswith("Contours were not drawn: Is a film scan") for one in view.reasons)
    assert Contourer.runs == []


def test_a_reading_of_calcifications_alone_marks_them_and_fails_where_they_fail(
    tmp_path: Path, pool: SessionPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_package(tmp_path / "p", id="calc", stage="calcify", system="fake")
    reader = ReaderPackages((open_package(folder),))
    view = view_input(tmp_path, "LCC")
    streamed, whole = told([view], reader, pool)
    assert [one.complete for one in streamed] == [False, True]
    assert [one.score for one in whole.views[0].proposals] == [0.8, 0.1]

    def fail() -> None:
        raise PackageError("is no calcifier")

    monkeypatch.setattr(Calcifier, "deed", staticmethod(fail))
    _, whole = told([view], reader, pool)
    assert whole.views[0].status is ViewStatus.FAILED
    assert whole.case_score is None


@pytest.mark.parametrize("stage", list(FAKES))
def test_a_stop_in_any_stage_ends_the_study(
    tmp_path: Path,
    reader: ReaderPackages,
    pool: SessionPool,
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
) -> None:
    def stop() -> None:
        raise CancelledError("the analysis was stopped")

    monkeypatch.setattr(FAKES[stage], "deed", staticmethod(stop))
    study = StudyInput("s", (view_input(tmp_path, "LCC", (LESION,)),))
    results = analyse_study(study, reader, pool.runner())
    assert isinstance(next(results), ViewResult)
    with pytest.raises(CancelledError):
        next(results)


def test_only_complete_results_are_taken_as_known(
    tmp_path: Path, reader: ReaderPackages, pool: SessionPool
) -> None:
    views = tuple(view_input(tmp_path, name, (LESION,)) for name in ("LCC", "LMLO"))
    study = StudyInput("s", views)
    *some, whole = analyse_study(study, reader, pool.runner())
    results = [one for one in some if isinstance(one, ViewResult)]
    by_digest = {one.digest: one for one in results[2:]}
    by_digest[views[0].digest] = results[0]
    Calcifier.runs.clear()
    *again, same = analyse_study(study, reader, pool.runner(), known=by_digest)
    assert same == whole
    assert len(Calcifier.runs) == 1
    assert len(again) == 3


def test_a_prior_is_looked_at_for_calcifications_and_not_described(
    tmp_path: Path, reader: ReaderPackages, pool: SessionPool
) -> None:
    now = view_input(tmp_path, "LCC", (LESION,))
    before = view_input(tmp_path, "LCC", (LESION,), uid="prior")
    streamed, whole = told([now], reader, pool, before)
    assert [one.uid for one in streamed] == [now.uid] * 2
    assert Calcifier.runs == ["calcify"] * 2
    assert Classifier.runs == ["classify"]
    group = next(
        one.finding
        for one in whole.views[0].proposals
        if one.finding.kind is FindingKind.CALCIFICATION_GROUP
    )
    (change,) = [one for one in whole.changes if one.finding == group.id]
    assert change.kind is ChangeKind.STABLE


def test_results_of_all_stages_come_back_from_json_and_damaged_masks_do_not(
    tmp_path: Path, reader: ReaderPackages, pool: SessionPool
) -> None:
    views = [view_input(tmp_path, name, (LESION,)) for name in ("LCC", "LMLO")]
    streamed, whole = told(views, reader, pool)
    assert StudyResult.from_json(json.loads(json.dumps(whole.to_json()))) == whole
    for one in streamed:
        assert ViewResult.from_json(json.loads(json.dumps(one.to_json()))) == one
    damaged = json.loads(json.dumps(whole.to_json()))
    marks = damaged["views"][0]["proposals"]
    mask = next(mask for one in marks if (mask := one["finding"]["geometries"][0]["mask"]))
    mask["rows"][1] = [201, 203, 202, 204]
    with pytest.raises(BadInputError, match="damaged"):
        StudyResult.from_json(damaged)


def test_ids_are_the_same_each_time_and_of_one_package_each(
    tmp_path: Path, reader: ReaderPackages, pool: SessionPool
) -> None:
    view = view_input(tmp_path, "LCC", (LESION,))
    first, again = (told([view], reader, pool)[1] for _ in range(2))
    assert first == again
    ids = [one.finding.id for one in first.views[0].proposals]
    assert len(set(ids)) == len(ids)
    alone = told([view], replace(reader, packages=reader.packages[:1]), pool)[1]
    assert [one.finding.id for one in alone.views[0].proposals] == ids[:-2]


class LookingAhead(Calcifier):
    """A calcifier that says on which thread each view was made ready."""

    threads: ClassVar[list[tuple[int, bool]]] = []
    trouble: ClassVar[Exception | None] = None

    def look_ahead(self, image: SeenView) -> int:
        def make() -> int:
            ahead = threading.current_thread() is not threading.main_thread()
            self.threads.append((id(image), ahead))
            if ahead and self.trouble is not None:
                raise self.trouble
            return 1

        return image.once("ready", make)

    def calcify(self, image: SeenView, run: Runner) -> tuple[RawMark, ...]:
        assert self.look_ahead(image) == 1
        return super().calcify(image, run)


@pytest.mark.parametrize(
    "trouble", [None, NetworkError("can't be made ready"), MemoryError(), CancelledError("stop")]
)
def test_pictures_for_calcifications_are_made_ahead_once_and_what_fails_there_is_made_again(
    tmp_path: Path,
    reader: ReaderPackages,
    pool: SessionPool,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Exception | None,
) -> None:
    views = [view_input(tmp_path, name, (LESION,)) for name in FOUR]
    before = told(views, reader, pool)
    monkeypatch.setitem(known.CALCIFIERS, "fake", LookingAhead)
    monkeypatch.setattr(LookingAhead, "trouble", trouble)
    monkeypatch.setattr(LookingAhead, "threads", [])
    assert told(views, reader, pool) == before
    ahead = [there for _, there in LookingAhead.threads]
    assert ahead == ([True] * 4 if trouble is None else [True, False] * 4)
