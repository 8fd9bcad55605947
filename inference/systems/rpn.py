"""One network gives boxes with scores: pyramid detectors with a region proposal head.

Read alike whether the network ends with the proposals (Ren et al., "Faster R-CNN", section 3.1,
with one class) or with the second stage. Trained by ``training.recipes.deeplima_mass``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.finding import FindingKind
from domain.geometry import Box
from inference.boxes.suppression import SuppressionRule, keep_best
from inference.errors import NetworkError, PackageError
from inference.packages.manifest import InputSpec, Stage
from inference.packages.package import ModelPackage
from inference.preparing.prepare import PreparedImage, prepare
from inference.systems.system import RawMark, Runner, SeenView, Tensors

BOXES, SCORES = "boxes", "scores"
"""Outputs: float32 (1, k, 4), left top right bottom in input pixels with centres at integers, and
float32 (1, k), 0 to 1."""

Floats = npt.NDArray[np.floating[Any]]


class RpnSystem:
    """Stage ``detect``. Settings: ``box-overlap``, ``most-marks``, ``lowest-score``, as the fields
    of ``SuppressionRule``, whose defaults hold. Marks are of the first of the manifest's kinds.
    """

    def __init__(self, package: ModelPackage) -> None:
        """Raises PackageError where inputs, outputs, kinds or settings are not what it needs."""
        self._package = package
        manifest = package.manifest
        where = str(package.folder)
        if manifest.stage is not Stage.DETECT or manifest.inputs is None:
            raise PackageError("this system only detects", where=where)
        missing = {BOXES, SCORES} - set(manifest.outputs)
        if missing:
            named = ", ".join(sorted(missing))
            raise PackageError(f"its manifest names no output {named}", where=where)
        if not manifest.kinds or manifest.inputs.channels != 1:
            raise PackageError("this system takes grey images and marks a kind", where=where)
        self._inputs: InputSpec = manifest.inputs
        self._kind: FindingKind = manifest.kinds[0]
        self._rule = _rule(manifest.settings, where)

    def detect(self, image: SeenView, run: Runner) -> tuple[RawMark, ...]:
        """As ``DetectSystem.detect``."""
        spec = self._inputs.preparing.spec()
        ready = prepare(
            image.pixels, image.grey, image.spacing, spec, region=image.region, once=image.once
        )
        feeds = {self._inputs.name: ready.tensor(self._inputs.multiple)}
        boxes, scores = self._checked(run.run(self._package, feeds))
        return self._marks(ready, boxes, scores)

    def try_out(self, run: Runner) -> None:
        """Run on black at two sizes; NetworkError where the outputs are not what they should be."""
        step = self._inputs.multiple * max(1, 64 // self._inputs.multiple)
        for rows, columns in ((2 * step, step), (3 * step, 2 * step)):
            black = np.zeros((1, self._inputs.channels, rows, columns), np.float32)
            self._checked(run.run(self._package, {self._inputs.name: black}))

    def _checked(self, outputs: Tensors) -> tuple[Floats, Floats]:
        """Boxes (k, 4) and scores (k,), of the right shape and range."""
        where = str(self._package.network())
        absent = {BOXES, SCORES} - set(outputs)
        if absent:
            raise NetworkError(f"gives no {', '.join(sorted(absent))}", where=where)
        boxes, scores = outputs[BOXES], outputs[SCORES]
        fits = boxes.ndim == 3 and boxes.shape == (1, boxes.shape[1], 4)
        if not fits or scores.shape != boxes.shape[:2]:
            raise NetworkError(
                f"gave boxes of shape {boxes.shape} and scores of {scores.shape}, "
                "not (1, k, 4) and (1, k)",
                where=where,
            )
        if boxes.dtype.kind != "f" or scores.dtype.kind != "f":
            raise NetworkError(
                f"gave boxes as {boxes.dtype} and scores as {scores.dtype}", where=where
            )
        if not (np.isfinite(boxes).all() and np.isfinite(scores).all()):
            raise NetworkError("gave numbers that are none (NaN or infinity)", where=where)
        if scores.size and not (scores.min() >= 0 and scores.max() <= 1):
            raise NetworkError("gave scores outside 0 to 1", where=where)
        return boxes[0], scores[0]

    def _marks(self, ready: PreparedImage, boxes: Floats, scores: Floats) -> tuple[RawMark, ...]:
        rows, columns = ready.pixels.shape
        middle = (boxes[:, :2] + boxes[:, 2:]) / 2
        inside = (middle[:, 0] < columns) & (middle[:, 1] < rows)  # not in what was padded
        solid = inside & (boxes[:, 2:] > boxes[:, :2]).all(1)
        boxes, scores = boxes[solid].astype(np.float64), scores[solid].astype(np.float64)
        return tuple(
            RawMark(_within(ready, boxes[at].tolist()), float(scores[at]), self._kind)
            for at in keep_best(boxes, scores, self._rule).tolist()
        )


def _within(ready: PreparedImage, edges: list[float]) -> Box:
    """A prepared box in stored-image pixels, cut to the image."""
    left, top, right, bottom = edges
    box = ready.to_stored((left, top, right, bottom))
    size = ready.frame.stored
    return Box(
        min(max(box.left, -0.5), size.columns - 0.5),
        min(max(box.top, -0.5), size.rows - 0.5),
        min(max(box.right, -0.5), size.columns - 0.5),
        min(max(box.bottom, -0.5), size.rows - 0.5),
    )


def _rule(settings: Mapping[str, float], where: str) -> SuppressionRule:
    usual = SuppressionRule()
    overlap = settings.get("box-overlap", usual.iou)
    most = settings.get("most-marks", usual.most)
    least = settings.get("lowest-score", usual.least_score)
    if not (0 <= overlap <= 1 and 1 <= most <= 1000 and 0 <= least <= 1):
        raise PackageError("its settings are out of range", where=where)
    return SuppressionRule(overlap, int(most), least)
