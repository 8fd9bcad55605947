"""A package that says how it was measured: the evaluation goes into its manifest."""

from __future__ import annotations

import json
import os
from pathlib import Path

from domain.errors import BadInputError
from inference.packages.manifest import Manifest, OperatingPoint, Stage
from inference.packages.package import MANIFEST, ModelPackage
from training.evaluation.run import Evaluation

USUAL_RATES = {Stage.DETECT: 0.5, Stage.CALCIFY: 0.25}
"""False marks an image that a package's default threshold is chosen for."""


def stated(evaluation: Evaluation) -> Manifest:
    """The package's manifest with operating points, default threshold and evaluation.

    What the evaluation does not tell stays as it is.
    """
    manifest = evaluation.package.manifest
    told = manifest.model_dump(mode="json")
    if evaluation.statement is not None:
        told["evaluation"] = evaluation.statement.model_dump(mode="json")
    if evaluation.points:
        usual = _usual(evaluation.points, USUAL_RATES[manifest.stage])
        told["operating_points"] = [one.model_dump(mode="json") for one in evaluation.points]
        told["default_threshold"] = usual.threshold
    return Manifest.model_validate(told)


def write_stated(evaluation: Evaluation) -> Path:
    """Write that manifest in the package's folder, in the old one's place; its digest changes.

    Raises BadInputError where the system refuses.
    """
    package: ModelPackage = evaluation.package
    path = package.folder / MANIFEST
    text = json.dumps(stated(evaluation).model_dump(mode="json"), indent=1)
    partial = path.with_suffix(f".partial{os.getpid()}")
    try:
        partial.write_text(text + "\n", encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise BadInputError(
            f"the manifest can't be written ({error.strerror})", where=str(path)
        ) from error
    return path


def _usual(points: tuple[OperatingPoint, ...], rate: float) -> OperatingPoint:
    return min(points, key=lambda one: abs(one.false_positives_per_image - rate))
