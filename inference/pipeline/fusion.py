"""One mark for one thing: doubles of tiles are suppressed, boxes of several looks are averaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from domain.geometry import Box
from inference.boxes.suppression import SuppressionRule, iou_matrix, keep_best
from inference.systems.system import RawMark

SAME_PLACE = 0.5
"""Overlap (IoU) from which boxes of one kind, seen at two scales or by two packages, are one."""

MOST = 300
"""Marks of one view that are kept at most."""


@dataclass(frozen=True)
class Sourced:
    """A mark with the number of the look it comes from: a package, a scale or a tile grid."""

    mark: RawMark
    source: int


def suppress(marks: Sequence[RawMark], iou: float = SAME_PLACE) -> tuple[RawMark, ...]:
    """The surest of marks of one kind at one place, by falling score; for overlapping tiles."""
    kept: list[RawMark] = []
    rule = SuppressionRule(iou, MOST, 0.0)
    for kind in dict.fromkeys(one.kind for one in marks):
        group = sorted((one for one in marks if one.kind is kind), key=_rank)
        boxes = np.array([_edges(one.box) for one in group], float)
        scores = np.array([one.score for one in group], float)
        kept += [group[at] for at in keep_best(boxes, scores, rule)]
    return tuple(sorted(kept, key=_rank)[:MOST])


def fuse(looks: Sequence[Sequence[RawMark]], iou: float = SAME_PLACE) -> tuple[Sourced, ...]:
    """Weighted box fusion over several looks at one view, by falling score.

    Boxes of one kind that overlap join the surest one's cluster, one of each look at most; edges
    are means weighted with the score. The score is the mean over all looks, a look without a mark
    counting 0: what one of two looks found alone is half as sure. Contour, mask and source are the
    surest member's. One look comes out as ``suppress`` would leave it.
    """
    if len(looks) == 1:
        return tuple(Sourced(mark, 0) for mark in suppress(looks[0], iou))
    pool = [
        Sourced(mark, number) for number, look in enumerate(looks) for mark in suppress(look, iou)
    ]
    pool.sort(key=lambda one: (*_rank(one.mark), one.source))
    clusters: list[list[Sourced]] = []
    for one in pool:
        home = _home(clusters, one, iou)
        if home is None:
            clusters.append([one])
        else:
            home.append(one)
    fused = [_fused(cluster, len(looks)) for cluster in clusters]
    return tuple(sorted(fused, key=lambda one: _rank(one.mark))[:MOST])


def _home(clusters: list[list[Sourced]], one: Sourced, iou: float) -> list[Sourced] | None:
    best, found = iou, None
    for cluster in clusters:
        first = cluster[0]
        if first.mark.kind is not one.mark.kind or any(two.source == one.source for two in cluster):
            continue
        overlap = box_iou(first.mark.box, one.mark.box)
        if overlap > best:
            best, found = overlap, cluster
    return found


def _fused(cluster: Sequence[Sourced], looks: int) -> Sourced:
    weights = np.array([one.mark.score for one in cluster])
    boxes = np.array([_edges(one.mark.box) for one in cluster])
    total = float(weights.sum())
    edges = boxes[0] if total == 0 else (boxes * weights[:, None]).sum(axis=0) / total
    surest = cluster[0]
    mark = replace(surest.mark, box=Box(*map(float, edges)), score=min(1.0, total / looks))
    return Sourced(mark, surest.source)


def box_iou(one: Box, other: Box) -> float:
    """Intersection over union of two boxes, 0 to 1."""
    found = iou_matrix(np.array([_edges(one)], float), np.array([_edges(other)], float))
    return float(found[0, 0])


def _edges(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.right, box.bottom


def _rank(mark: RawMark) -> tuple[float, float, float, float, float, str]:
    """By falling score; equal ones by place, so that the order never hangs on how they came."""
    return (-mark.score, *_edges(mark.box), mark.kind.value)
