"""Phantoms as samples: drawn by worker processes, kept by generator version, content and seed."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import cv2

from domain.errors import BadInputError
from domain.geometry import ImageSize, PixelSpacing, SpacingSource
from domain.mask import RleMask
from phantom.detector.units import UNITS
from phantom.recipe import GENERATOR_VERSION, Content, StudyRecipe
from phantom.studies.generate import generate_study
from phantom.studies.image import SyntheticImage
from phantom.truth.record import mask_of
from phantom.truth.truth import LesionTruth
from training.data.kept import KeptGrey, KeptSample, read_kept, read_told, write_kept
from training.data.sample import Sample, SampleInfo, TrueFinding

MASS_MATRIX = ImageSize(rows=1024, columns=832)
"""The matrix that phantoms for masses are drawn at."""
FULL_MATRIX = ImageSize(rows=4096, columns=3328)
"""The matrix that phantoms for calcifications are drawn at."""


@dataclass(frozen=True)
class PhantomSet:
    """Studies with consecutive seeds, on units in turn. folder: where they are kept.

    studies that are not there yet are left out of ``infos``: training may begin while they come.
    """

    folder: Path
    first_seed: int
    studies: int
    content: Content = Content.MIXED
    size: ImageSize = MASS_MATRIX

    @property
    def name(self) -> str:
        """What it is, for people."""
        first, last = self.seeds[0], self.seeds[-1]
        return (
            f"{self.studies} synthetic four-view studies ({self.content.value}), seeds {first} to "
            f"{last}, generator version {GENERATOR_VERSION}, {self.size.rows}x{self.size.columns}"
        )

    @property
    def seeds(self) -> range:
        """All seeds."""
        return range(self.first_seed, self.first_seed + self.studies)

    def path(self, seed: int) -> Path:
        """Where one study's samples lie: another generator, content or size has its own folder."""
        what = f"{self.content.value}-{self.size.rows}x{self.size.columns}"
        return self.folder / f"phantom-v{GENERATOR_VERSION}-{what}" / f"{seed}.npz"

    def recipe(self, seed: int) -> StudyRecipe:
        """What is asked of the phantom for one seed: any unit, any composition."""
        unit = tuple(UNITS)[seed % len(UNITS)]
        return StudyRecipe(seed, content=self.content, unit=unit, size=self.size)

    def missing(self) -> list[int]:
        """Seeds whose studies are not there yet."""
        return [seed for seed in self.seeds if not self.path(seed).exists()]

    def infos(self) -> Sequence[SampleInfo]:
        """Of all studies that are there by now, by seed."""
        ready = [self.path(seed) for seed in self.seeds if self.path(seed).exists()]
        return [one for path in ready for one in _infos(path)]

    def open(self, info: SampleInfo) -> Sample:
        """Read one image."""
        seed, _, number = info.name.partition("-")
        if not (seed.isdecimal() and number.isdecimal() and int(seed) in self.seeds):
            raise BadInputError(f"no image {info.name!r} is in this set", where=self.name)
        return read_kept(self.path(int(seed)), int(number))


@functools.lru_cache(maxsize=8192)
def _infos(path: Path) -> tuple[SampleInfo, ...]:
    return tuple(one.info for one in read_told(path))


def drawn_sample(image: SyntheticImage, seed: int, number: int) -> Sample:
    """One synthetic image as it is kept."""
    told = _told(image, seed, number)
    return Sample(told.info, image.pixels, told.grey.description(), told.spacing)


def draw_missing(studies: PhantomSet, processes: int) -> Iterator[str]:
    """Draw and keep the studies that are not there yet; tells how far it is."""
    missing = studies.missing()
    start = time.perf_counter()
    # A process forked from one in which torch has run threads may wait for ever.
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        futures = [pool.submit(_draw_one, studies, seed) for seed in missing]
        for done, future in enumerate(as_completed(futures), start=1):
            future.result()
            left = (time.perf_counter() - start) / done * (len(missing) - done) / 60
            yield f"{done} of {len(missing)} studies drawn, {left:.1f} min left"


def _draw_one(studies: PhantomSet, seed: int) -> None:
    cv2.setNumThreads(1)  # the processes themselves fill the cores
    images = list(generate_study(studies.recipe(seed)))
    told = tuple(_told(image, seed, number) for number, image in enumerate(images))
    write_kept(studies.path(seed), told, [image.pixels for image in images])


def _told(image: SyntheticImage, seed: int, number: int) -> KeptSample:
    unit, first = image.unit, image.unit.windows[0]
    padding = None if unit.padding is None else (unit.padding, unit.padding)
    grey = KeptGrey(unit.bits, padding, first.centre, first.width, first.explanation)
    info = SampleInfo(
        name=f"{seed}-{number}",
        patient=f"phantom-{seed}",
        laterality=image.exposure.laterality,
        position=image.exposure.position,
        composition=image.density.value,
        findings=tuple(_finding(one, image.truth.size) for one in image.truth.lesions),
    )
    side = image.pixel_mm
    return KeptSample(info, grey, PixelSpacing(side, side, SpacingSource.IMAGER_OVER_ERMF))


def _finding(truth: LesionTruth, size: ImageSize) -> TrueFinding:
    lesion = truth.lesion
    mask: RleMask = mask_of(truth.patch, size)
    return TrueFinding(
        lesion.kind,
        truth.box,
        mask,
        lesion.size_mm,
        lesion.malignant,
        lesion.probability,
        lesion.assessment,
        lesion.descriptors,
        lesion.subtlety,
    )
