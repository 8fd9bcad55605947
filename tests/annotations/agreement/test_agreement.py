from __future__ import annotations

import csv
import io
import math
from dataclasses import replace
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.agreement.comparing import compare, recalls
from annotations.agreement.kappa import Weights, kappa
from annotations.agreement.matching import match, stated
from annotations.agreement.overlap import overlap
from annotations.agreement.table import agreement, to_csv
from annotations.document.document import Document
from annotations.document.opinion import BreastOpinion, Opinion
from domain.finding import (
    Contour,
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ModelProvenance,
    ReaderProvenance,
    RejectionReason,
)
from domain.geometry import Box, ImagePoint, ImageSize
from domain.laterality import Laterality
from domain.lexicon import Assessment
from domain.mask import RleMask

SIZE = ImageSize(60, 50)


def finding(geometry: Geometry, kind: FindingKind = FindingKind.MASS, **more: object) -> Finding:
    given = {"status": FindingStatus.ACCEPTED, **more}
    return Finding(uuid4(), kind, (geometry,), ReaderProvenance("anna"), **given)  # type: ignore[arg-type]


def boxed(left: float, top: float, right: float, bottom: float, uid: str = "1") -> Geometry:
    return Geometry(uid, box=Box(left, top, right, bottom))


def masked(left: int, top: int, columns: int, rows: int) -> Geometry:
    return Geometry("1", mask=RleMask.of(np.ones((rows, columns), np.uint8), SIZE, left, top))


def outlined(left: float, top: float, right: float, bottom: float) -> Geometry:
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Geometry("1", contour=Contour(tuple(ImagePoint(x, y) for x, y in corners)))


def test_cohens_own_kind_of_example_gives_its_kappa() -> None:
    # 45 yes/yes, 15 yes/no, 25 no/yes, 15 no/no: observed 0.60, by chance 0.54 (worked by hand).
    pairs = [("y", "y")] * 45 + [("y", "n")] * 15 + [("n", "y")] * 25 + [("n", "n")] * 15
    assert kappa(pairs, ("y", "n")) == pytest.approx(0.06 / 0.46)


def test_weighted_kappa_forgives_neighbours() -> None:
    # Three categories, 1/3 each for both readers; 2 of 6 disagree by one step (worked by hand):
    # linear: observed 2/6, chance 8/9; quadratic: observed 2/6, chance 12/9.
    pairs = [("1", "1"), ("1", "2"), ("2", "1"), ("2", "2"), ("3", "3"), ("3", "3")]
    order = ("1", "2", "3")
    assert kappa(pairs, order) == pytest.approx(0.5)
    assert kappa(pairs, order, Weights.LINEAR) == pytest.approx(1 - (2 / 6) / (8 / 9))
    assert kappa(pairs, order, Weights.QUADRATIC) == pytest.approx(1 - (2 / 6) / (12 / 9))


def test_kappa_has_no_meaning_without_cases_or_with_one_category() -> None:
    assert math.isnan(kappa([], ("a",)))
    assert math.isnan(kappa([("a", "a")], ("a", "b")))
    with pytest.raises(ValueError, match="no such category"):
        kappa([("c", "a")], ("a",))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=30))
def test_kappa_is_at_most_one_and_the_same_from_either_side(pairs: list[tuple[str, str]]) -> None:
    for weights in Weights:
        value = kappa(pairs, "abc", weights)
        turned = kappa([(second, first) for first, second in pairs], "abc", weights)
        assert math.isnan(value) or value <= 1
        assert value == pytest.approx(turned, nan_ok=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (boxed(9.5, 9.5, 29.5, 29.5), boxed(19.5, 9.5, 39.5, 29.5)),
        (masked(10, 10, 20, 20), masked(20, 10, 20, 20)),
        (masked(10, 10, 20, 20), boxed(19.5, 9.5, 39.5, 29.5)),
        (outlined(9.5, 9.5, 29.5, 29.5), masked(20, 10, 20, 20)),
        (outlined(9.5, 9.5, 29.5, 29.5), outlined(19.5, 9.5, 39.5, 29.5)),
    ],
)
def test_half_covered_squares_overlap_by_a_third_whatever_they_are_drawn_as(
    one: Geometry, other: Geometry
) -> None:
    found = overlap(finding(one), finding(other))
    assert (found.iou, found.dice) == (pytest.approx(1 / 3), pytest.approx(1 / 2))


def test_a_large_outline_is_compared_at_fewer_points_to_the_same_figure() -> None:
    one, other = outlined(0, 0, 4000, 4000), outlined(2000, 0, 6000, 4000)
    assert overlap(finding(one), finding(other)).iou == pytest.approx(1 / 3, abs=0.002)


def test_marks_on_different_images_do_not_overlap() -> None:
    here, there = finding(boxed(0, 0, 9, 9)), finding(boxed(0, 0, 9, 9, uid="2"))
    assert overlap(here, there).iou == 0
    assert match([here], [there]).pairs == ()


def test_each_finding_pairs_once_with_its_best() -> None:
    one = finding(boxed(0, 0, 10, 10))
    close, closer = finding(boxed(3, 0, 13, 10)), finding(boxed(1, 0, 11, 10))
    matched = match([one], [close, closer])
    assert [pair.second for pair in matched.pairs] == [closer]
    assert matched.only_second == (close,)


def test_kinds_must_fit_but_a_group_is_its_calcifications() -> None:
    group = finding(boxed(0, 0, 10, 10), FindingKind.CALCIFICATION_GROUP)
    dot = finding(boxed(0, 0, 10, 10), FindingKind.CALCIFICATION)
    assert len(match([group], [dot]).pairs) == 1
    assert match([group], [finding(boxed(0, 0, 10, 10))]).pairs == ()


def test_a_bare_point_pairs_with_what_it_points_at() -> None:
    point = finding(Geometry("1", point=ImagePoint(5, 5)))
    for other, pairs in ((boxed(0, 0, 10, 10), 1), (boxed(20, 20, 30, 30), 0)):
        assert len(match([point], [finding(other)]).pairs) == pairs


def test_what_a_reader_states_leaves_out_regions_rejected_and_unjudged_marks() -> None:
    place = boxed(0, 0, 5, 5)
    own = finding(place)
    unjudged = Finding(
        uuid4(), FindingKind.MASS, (place,), ModelProvenance("m", "1", 0.5, "default")
    )
    rejected = finding(place, status=FindingStatus.REJECTED, rejection=RejectionReason.NODE)
    region = finding(place, FindingKind.IGNORED_REGION)
    assert stated(Document("1", (own, unjudged, rejected, region))) == (own,)


def reading(
    *findings: Finding, left: Assessment | None = None, recall: bool | None = None
) -> Document:
    opinion = Opinion(left=BreastOpinion(Laterality.LEFT, left), recall=recall)
    return Document("1", findings, opinion)


def test_a_recall_follows_from_the_assessments_where_it_is_not_said() -> None:
    assert recalls(reading(left=Assessment.INCOMPLETE))
    assert not recalls(reading(left=Assessment.BENIGN))
    assert not recalls(reading(left=Assessment.INCOMPLETE, recall=False))


def test_a_suspicious_finding_of_one_alone_is_discordant() -> None:
    mark = finding(boxed(0, 0, 9, 9), assessment=Assessment.HIGH_SUSPICION)
    benign = finding(boxed(0, 0, 9, 9), assessment=Assessment.BENIGN)
    assert compare(reading(mark), reading()).discordant
    assert not compare(reading(benign), reading()).discordant
    assert not compare(reading(mark), reading(benign)).discordant


def test_benign_and_negative_are_no_discordance_and_suspicious_and_benign_are() -> None:
    def said(one: Assessment, other: Assessment) -> bool:
        return compare(reading(left=one), reading(left=other)).discordant

    assert not said(Assessment.BENIGN, Assessment.NEGATIVE)
    assert said(Assessment.BENIGN, Assessment.LOW_SUSPICION)


def test_the_table_tells_agreement_by_kind_and_as_csv() -> None:
    same, shifted = boxed(0, 0, 10, 10), boxed(5, 0, 15, 10)
    comparisons = [
        compare(reading(finding(same), recall=True), reading(finding(shifted), recall=True)),
        compare(reading(finding(same), recall=True), reading(recall=False)),
    ]
    lines = {(line.measure, line.about): line for line in agreement(comparisons)}
    assert lines["positive agreement", "mass"].value == pytest.approx(2 / 3)
    assert lines["positive agreement", "mass"].n == 2
    assert lines["mean Dice", "mass"].value == pytest.approx(0.5)
    assert lines["mean IoU", "mass"].value == pytest.approx(1 / 3)
    assert lines["same answer", "recall"].value == 0.5
    rows = list(csv.DictReader(io.StringIO(to_csv(agreement(comparisons)))))
    assert {row["measure"] for row in rows} >= {"kappa", "mean Dice", "share"}
    assert next(row for row in rows if row["about"] == "assessment of the study")["value"] == ""


def test_a_view_on_which_marks_lie_apart_counts_against_the_overlap() -> None:
    here = outlined(0, 0, 10, 10)
    away, beyond = (
        Geometry("2", contour=outlined(left, 0, left + 10, 10).contour) for left in (0, 30)
    )
    one, other = finding(here), finding(here)
    first = replace(one, geometries=(here, away))
    second = replace(other, geometries=(here, beyond))
    assert overlap(one, other).iou == 1
    assert overlap(first, second).iou == pytest.approx(1 / 3)
    assert overlap(replace(one, geometries=(away,)), replace(other, geometries=(beyond,))).dice == 0
