from __future__ import annotations

from annotations.agreement.comparing import Comparison, compare
from annotations.agreement.spread import (
    assessment_grid,
    dice_counts,
    differences,
    disagreement,
)
from annotations.document.opinion import BreastOpinion
from domain.laterality import Laterality
from domain.lexicon import Assessment
from tests.annotations.agreement.test_deciding import document, mass

A = Assessment
NAMES = ("anna", "berta")


def left(grade: Assessment) -> BreastOpinion:
    return BreastOpinion(Laterality.LEFT, grade)


def breasts(first: Assessment, second: Assessment) -> Comparison:
    return compare(document(left=left(first)), document(left=left(second)), names=NAMES)


def test_the_grid_counts_breasts_that_both_assessed_by_concern() -> None:
    told = [
        breasts(A.BENIGN, A.BENIGN),
        breasts(A.BENIGN, A.LOW_SUSPICION),
        breasts(A.INCOMPLETE, A.BENIGN),
        compare(document(left=left(A.BENIGN)), document()),
    ]
    grid = assessment_grid(told)
    assert grid.names == ("2", "0", "4A")
    assert grid.counts == ((1, 0, 1), (1, 0, 0), (0, 0, 0))
    assert grid.total == 3


def test_dice_falls_into_ten_steps_and_a_full_overlap_into_the_last() -> None:
    same = compare(document(mass(0)), document(mass(0)))
    half = compare(document(mass(0)), document(mass(10)))
    counts = dice_counts([same, half])
    assert counts == (0, 0, 0, 0, 0, 1, 0, 0, 0, 1)


def test_cases_that_are_discordant_come_before_those_that_differ_in_outlines() -> None:
    alike = compare(document(mass(0)), document(mass(0)))
    outlines = compare(document(mass(0)), document(mass(8)))
    alone = compare(document(mass(0)), document())
    steps = breasts(A.NEGATIVE, A.PROBABLY_BENIGN)
    apart = breasts(A.BENIGN, A.HIGHLY_SUGGESTIVE)
    ordered = sorted((alike, alone, apart, outlines, steps), key=disagreement, reverse=True)
    assert ordered == [apart, alone, steps, outlines, alike]


def test_differences_are_told_once_and_with_the_readers_names() -> None:
    assert differences(breasts(A.BENIGN, A.BENIGN)) == ()
    assert differences(breasts(A.BENIGN, A.PROBABLY_BENIGN)) == ("left breast: BI-RADS 2 and 3",)
    apart = compare(
        document(left=left(A.BENIGN), recall=False),
        document(mass(0, assessment=A.HIGHLY_SUGGESTIVE), left=left(A.HIGHLY_SUGGESTIVE)),
        names=NAMES,
    )
    assert differences(apart) == (
        "berta recalls, anna does not",
        "left breast: BI-RADS 2 against 5",
        "only berta marks a suspicious mass",
        "1 finding of one reader alone",
    )
