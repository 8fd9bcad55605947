"""Phantoms as samples: made by worker processes, kept by generator version and seed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np

from domain.geometry import ImageSize, PixelSpacing, SpacingSource
from imaging.grey.grey_header import GreyDescription
from imaging.grey.voi import WindowVoi
from inference.preparing.prepare import PreparingSpec, prepare
from phantom.detector.units import UNITS
from phantom.recipe import GENERATOR_VERSION, StudyRecipe
from phantom.studies.generate import generate_study
from phantom.studies.image import SyntheticImage
from training.data.sample import Sample, TrueFinding, write_samples

NETWORK_SIZE = ImageSize(rows=1024, columns=832)
"""The matrix that phantoms for masses are drawn at."""


@dataclass(frozen=True)
class PhantomSet:
    """Studies with consecutive seeds, on units in turn. folder: where they are kept."""

    folder: Path
    first_seed: int
    studies: int
    spec: PreparingSpec
    size: ImageSize = NETWORK_SIZE

    @property
    def seeds(self) -> range:
        """All seeds."""
        return range(self.first_seed, self.first_seed + self.studies)

    def path(self, seed: int) -> Path:
        """Where one study's samples lie: another generator, spec or size has another folder."""
        asked = f"{self.spec} {self.size}".encode()
        digest = hashlib.sha256(asked).hexdigest()[:8]
        return self.folder / f"phantom-v{GENERATOR_VERSION}-{digest}" / f"{seed}.npz"

    def recipe(self, seed: int) -> StudyRecipe:
        """What is asked of the phantom for one seed: lesions as they come, any unit."""
        return StudyRecipe(seed, unit=tuple(UNITS)[seed % len(UNITS)], size=self.size)

    def ready(self) -> list[Path]:
        """Studies that are there by now, by seed."""
        return [path for path in map(self.path, self.seeds) if path.exists()]


def grey_of(image: SyntheticImage) -> GreyDescription:
    """How the image's stored values become grey, as its header will tell it once written."""
    unit = image.unit
    padding = None if unit.padding is None else (unit.padding, unit.padding)
    first = unit.windows[0]
    vois = (WindowVoi(first.centre, first.width, explanation=first.explanation),)
    return GreyDescription(bits_stored=unit.bits, padding=padding, vois=vois)


def sample_of(image: SyntheticImage, seed: int, spec: PreparingSpec) -> Sample:
    """Prepare one synthetic image."""
    spacing = PixelSpacing(image.pixel_mm, image.pixel_mm, SpacingSource.IMAGER_OVER_ERMF)
    ready = prepare(image.pixels, grey_of(image), spacing, spec)
    findings = tuple(
        TrueFinding(one.lesion.kind, one.box, one.lesion.size_mm, one.lesion.malignant)
        for one in image.truth.lesions
    )
    exposure = image.exposure
    view = f"{exposure.laterality.value}{exposure.position.value}"
    pixels = np.rint(ready.pixels * 255).astype(np.uint8)
    patient = f"phantom-{seed}"
    group = image.density.value
    return Sample(pixels, ready.frame, patient, view, group, image.pixel_mm, findings)


def make(studies: PhantomSet, processes: int) -> Iterator[str]:
    """Draw and keep the studies that are not there yet; tells how far it is."""
    missing = [seed for seed in studies.seeds if not studies.path(seed).exists()]
    start = time.perf_counter()
    # A process forked from one in which torch has run threads may wait for ever.
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        futures = [pool.submit(_make_one, studies, seed) for seed in missing]
        for done, future in enumerate(as_completed(futures), start=1):
            future.result()
            left = (time.perf_counter() - start) / done * (len(missing) - done) / 60
            yield f"{done} of {len(missing)} studies made, {left:.1f} min left"


def study_samples(studies: PhantomSet, seed: int) -> list[Sample]:
    """Draw one study."""
    images = generate_study(studies.recipe(seed))
    return [sample_of(image, seed, studies.spec) for image in images]


def _make_one(studies: PhantomSet, seed: int) -> None:
    cv2.setNumThreads(1)  # the processes themselves fill the cores
    write_samples(studies.path(seed), study_samples(studies, seed))


def seeds_apart(sets: Sequence[PhantomSet]) -> bool:
    """Whether no seed, and so no patient, is in two sets."""
    seeds = [seed for one in sets for seed in one.seeds]
    return len(seeds) == len(set(seeds))
