from __future__ import annotations

from uuid import uuid4

import pytest

from domain.finding import Finding, FindingKind, Geometry, ModelProvenance
from domain.geometry import Box, ImagePoint
from domain.laterality import Laterality
from inference.pipeline.priors import changes
from inference.pipeline.results import (
    NO_LIKENESS,
    ChangeKind,
    Likeness,
    Proposal,
    ViewResult,
    ViewStatus,
)
from inference.pipeline.scores import breast_scores, case_score

MASS = FindingKind.MASS


def proposal(
    behind: float, size: float = 10.0, score: float = 0.8, kind: FindingKind = MASS
) -> Proposal:
    place = Geometry("1.2", box=Box(behind, 0, behind + 1, 1))
    finding = Finding(uuid4(), kind, (place,), ModelProvenance("p", "1", 0.5, "window"))
    return Proposal(finding, score, Likeness(behind, 0.0, size, 1.0))


def view(*found: Proposal, status: ViewStatus = ViewStatus.READ) -> ViewResult:
    return ViewResult("1.2", "digest", "LCC", status, (), found, ImagePoint(0, 0))


@pytest.mark.parametrize(
    ("size", "kind"),
    [(10.0, ChangeKind.STABLE), (13.0, ChangeKind.GROWN), (7.5, ChangeKind.SHRUNK)],
)
def test_a_finding_that_was_there_is_compared_by_size(size: float, kind: ChangeKind) -> None:
    now, before = proposal(40, size), proposal(43)
    (found,) = changes(view(now), view(before))
    assert (found.finding, found.kind) == (now.finding.id, kind)
    assert found.size_ratio == size / 10
    assert found.prior_box == before.finding.geometries[0].box


def test_a_finding_far_from_all_older_ones_or_of_another_kind_is_new() -> None:
    other = proposal(41, kind=FindingKind.CALCIFICATION_GROUP)
    (found,) = changes(view(proposal(40)), view(proposal(70), other))
    assert found.kind is ChangeKind.NEW


def test_an_older_mark_stands_for_one_finding_alone_the_nearest() -> None:
    near, far = proposal(41), proposal(46)
    found = {one.finding: one.kind for one in changes(view(far, near), view(proposal(40)))}
    assert found[near.finding.id] is ChangeKind.STABLE
    assert found[far.finding.id] is ChangeKind.NEW


def test_a_fainter_mark_of_the_prior_counts_and_a_faint_one_of_now_does_not() -> None:
    (found,) = changes(view(proposal(40), proposal(80, score=0.4)), view(proposal(40, score=0.3)))
    assert found.kind is ChangeKind.STABLE
    assert changes(view(proposal(40)), view(proposal(40, score=0.2)))[0].kind is ChangeKind.NEW


def test_nothing_is_said_where_a_view_was_not_read_or_a_place_is_unknown() -> None:
    refused = view(status=ViewStatus.REFUSED)
    assert changes(view(proposal(40)), refused) == ()
    assert changes(refused, view()) == ()
    unplaced = Proposal(proposal(40).finding, 0.9, NO_LIKENESS)
    assert changes(view(unplaced), view()) == ()


def test_each_score_is_the_highest_finding_and_none_where_nothing_was_read() -> None:
    views = [
        view(proposal(40, score=0.3), proposal(50, score=0.7)),
        view(),
        view(proposal(1), status=ViewStatus.REFUSED),
    ]
    left, right = Laterality.LEFT, Laterality.RIGHT
    scores = {one.laterality: one.score for one in breast_scores(views, [left, left, right])}
    assert scores == {left: 0.7, right: None}
    assert case_score(views) == 0.7
    assert case_score(views[1:]) == 0.0
    assert case_score([]) is None
