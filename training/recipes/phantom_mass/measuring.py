"""The exported network on the test phantoms, beside the blob filters on the same ones."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from domain.errors import BadInputError
from training.baselines.kept import read_blobs
from training.data.phantoms import PhantomSet
from training.data.sample import Sample, read_samples
from training.metrics.marks import marks_of
from training.metrics.report import Comparison, Marked, compare, thresholds
from training.recipes.phantom_mass.settings import SUPPRESSION, MassRecipe

MODEL, EVALUATION = "model.onnx", "evaluation.json"


def measure(recipe: MassRecipe, model: Path) -> Comparison:
    """Thresholds from the validation studies, everything else on the test studies."""
    chosen = thresholds(list(network_marks(model, _samples(recipe.valid))))
    samples = _samples(recipe.test)
    found = list(network_marks(model, samples))
    variants: dict[str, list[Marked]] = {}
    blobs = [image for seed in recipe.test.seeds for image in read_blobs(recipe.test, seed)]
    for sample, image in zip(samples, blobs, strict=True):
        for name, marks in image.items():
            variants.setdefault(name, []).append(Marked(sample, marks))
    return compare(found, variants, chosen)


def network_marks(model: Path, samples: Iterable[Sample]) -> Iterable[Marked]:
    """Marks by onnxruntime on each sample."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    for sample in samples:
        rows, columns = sample.pixels.shape
        pixels = sample.pixels.astype(np.float32) / np.float32(255)
        image = np.pad(pixels, ((0, -rows % 32), (0, -columns % 32)))[None, None]
        boxes, scores = session.run(["boxes", "scores"], {"image": image})
        marks = marks_of(np.asarray(boxes)[0], np.asarray(scores)[0], sample.frame, SUPPRESSION)
        yield Marked(sample, tuple(marks))


def write_evaluation(recipe: MassRecipe, found: Comparison, step: str) -> None:
    """Keep the figures in the run folder."""
    told: dict[str, Any] = {"step": step, "measured": f"{datetime.now(UTC):%Y-%m-%d}"}
    text = json.dumps(told | found.plain(), indent=1)
    (recipe.run_folder / EVALUATION).write_text(text + "\n", encoding="utf-8")


def _samples(studies: PhantomSet) -> list[Sample]:
    ready = studies.ready()
    if len(ready) < studies.studies:
        raise BadInputError(
            f"{studies.studies - len(ready)} of {studies.studies} studies are missing",
            where=str(studies.folder),
            remedy="Make them first: the recipe's data command",
        )
    return [one for path in ready for one in read_samples(path)]
