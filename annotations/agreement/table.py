"""Agreement of two readers over many studies, as a table and as CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from annotations.agreement.comparing import Assessments, Comparison
from annotations.agreement.kappa import Weights, kappa
from domain.finding import FindingKind
from domain.laterality import Laterality

CATEGORIES = ("1", "2", "3", "0", "4", "4A", "4B", "4C", "5", "6")
"""Assessments for kappa in order of concern: 0 asks for more after screening, so it stands
between 3 and 4."""


@dataclass(frozen=True)
class Line:
    """One figure. about: what it is of. n: how many cases or findings. value: NaN for none."""

    measure: str
    about: str
    n: int
    value: float


def agreement(comparisons: Sequence[Comparison]) -> tuple[Line, ...]:
    """All figures over the studies that two readers both read.

    Recall and assessments: share of equal answers, and Cohen's kappa. Findings by kind: how many
    both marked, and positive agreement 2 both / (first + second), the Dice of detections. Of
    those both marked: mean Dice and mean IoU.
    """
    recall = [tuple("yes" if one else "no" for one in told.recall) for told in comparisons]
    pairs = [(first, second) for first, second in recall]
    return (
        Line("same answer", "recall", len(pairs), _equal(pairs)),
        Line("kappa", "recall", len(pairs), kappa(pairs, ("no", "yes"))),
        *_assessment_lines(comparisons),
        *_finding_lines(comparisons),
        Line(
            "share",
            "discordant studies",
            len(comparisons),
            _mean(float(one.discordant) for one in comparisons),
        ),
    )


def to_csv(lines: Iterable[Line]) -> str:
    """The table as CSV with a head; a figure that can't be had is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("measure", "about", "n", "value"))
    for line in lines:
        value = "" if math.isnan(line.value) else f"{line.value:.4f}"
        writer.writerow((line.measure, line.about, line.n, value))
    return out.getvalue()


def _assessment_lines(comparisons: Sequence[Comparison]) -> list[Line]:
    lines = []
    for about, sides in (
        ("assessment of the study", (None,)),
        ("assessment of a breast", (Laterality.RIGHT, Laterality.LEFT)),
    ):
        told = [said for one in comparisons for said in one.assessments if said.laterality in sides]
        pairs = [pair for said in told if (pair := _both(said)) is not None]
        lines.append(Line("same answer", about, len(pairs), _equal(pairs)))
        for weights in (Weights.NONE, Weights.LINEAR):
            name = "kappa" if weights is Weights.NONE else f"kappa, {weights.value} weights"
            lines.append(Line(name, about, len(pairs), kappa(pairs, CATEGORIES, weights)))
    return lines


def _both(said: Assessments) -> tuple[str, str] | None:
    if said.first is None or said.second is None:
        return None
    return said.first.value, said.second.value


def _finding_lines(comparisons: Sequence[Comparison]) -> list[Line]:
    lines = []
    for kind in FindingKind:
        if kind.is_region:
            continue
        pairs = [
            pair for one in comparisons for pair in one.matched.pairs if pair.first.kind is kind
        ]
        alone = [
            finding
            for one in comparisons
            for finding in (*one.matched.only_first, *one.matched.only_second)
            if finding.kind is kind
        ]
        if not pairs and not alone:
            continue
        drawn = [pair.overlap for pair in pairs if pair.overlap.dice > 0]
        both = 2 * len(pairs)
        lines += [
            Line(
                "positive agreement",
                kind.value,
                len(pairs) + len(alone),
                both / (both + len(alone)),
            ),
            Line("mean Dice", kind.value, len(drawn), _mean(one.dice for one in drawn)),
            Line("mean IoU", kind.value, len(drawn), _mean(one.iou for one in drawn)),
        ]
    return lines


def _equal(pairs: Sequence[tuple[str, str]]) -> float:
    return _mean(float(first == second) for first, second in pairs)


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return fmean(known) if known else math.nan
