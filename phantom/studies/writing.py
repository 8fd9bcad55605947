"""Writes a synthetic study as DICOM files, with its truth beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from imaging.writing.writer import write_mammogram
from phantom.recipe import Composition, Exposure, StudyRecipe
from phantom.studies import generate
from phantom.studies.headers import (
    Exam,
    asked_for,
    exam_of,
    header_of,
    inverted,
    narrowed,
    view_name,
)
from phantom.studies.image import SyntheticImage
from phantom.studies.options import MOST_BITS, DemoOptions, exams, stack_exposures
from phantom.studies.placing import FINDINGS, TRUTH, placed
from phantom.studies.tomosynthesis_writing import slice_distance, stack_recipe, write_stack
from phantom.truth.findings import findings_json, findings_of
from phantom.truth.record import WrittenImage, truth_json

PRIOR_FOLDER = "prior"

Progress = Callable[[int, int], None]
"""Told how many files are done, and of how many."""


@dataclass(frozen=True)
class WrittenStudy:
    """What was written. recipe: of the current exam. images: of all exams, in order of writing."""

    folder: Path
    recipe: StudyRecipe
    images: tuple[WrittenImage, ...] = field(repr=False)

    @property
    def truth(self) -> Path:
        """Where the truth lies, see ``phantom.truth.record``."""
        return self.folder / TRUTH

    @property
    def findings(self) -> Path:
        """Where the truth lies as a list of findings."""
        return self.folder / FINDINGS

    @property
    def density(self) -> Composition:
        """Composition of the breasts."""
        return self.images[0].density


@dataclass(frozen=True)
class _File:
    """A file to be written: which exposure, in which syntax, under which name."""

    exposure: Exposure
    name: str
    number: int
    syntax: str

    @property
    def bits(self) -> int:
        """The most bits that the syntax holds."""
        return MOST_BITS.get(self.syntax, 16)


@dataclass(frozen=True)
class _Job:
    """One exam with the files it is to give."""

    recipe: StudyRecipe
    exam: Exam
    flat: tuple[_File, ...]
    stacks: tuple[_File, ...]
    inverted: bool


def write_study(
    folder: Path, recipe: StudyRecipe, options: DemoOptions, *, progress: Progress | None = None
) -> WrittenStudy:
    """Write a study into a folder, made if missing; the same arguments give the same files.

    The current exam lies in the folder itself, a prior in PRIOR_FOLDER. The study appears when
    all of it is done; an older synthetic study in the folder is replaced, and files of other
    origin are never touched.

    Raises BadInputError where a file of other origin has a name that is needed, the folder can't
    be written, or nothing is left to be written; MissingDependencyError without a codec.
    """
    jobs = [_job(one, options, asked_for(recipe, options)) for one in exams(recipe, options)]
    files = [file.name for job in jobs for file in (*job.flat, *job.stacks)]
    images: list[WrittenImage] = []
    with placed(folder, [*files, FINDINGS, TRUTH]) as scratch:
        for job in jobs:
            for image in _write_exam(scratch, job):
                images.append(image)
                if progress is not None:
                    progress(len(images), len(files))
        (scratch / FINDINGS).write_bytes(findings_json(findings_of(images)))
        (scratch / TRUTH).write_text(truth_json(jobs[0].recipe, images), encoding="utf-8")
    return WrittenStudy(folder, jobs[0].recipe, tuple(images))


def _job(recipe: StudyRecipe, options: DemoOptions, asked: str) -> _Job:
    place = f"{PRIOR_FOLDER}/" if recipe.exam else ""
    syntaxes, shots = options.syntaxes, recipe.exposures
    flat = []
    for index in range(max(len(shots), len(syntaxes))):
        shot, turn = shots[index % len(shots)], index // len(shots)
        name = view_name(shot) + (f"-{turn + 1}" if turn else "")
        syntax = syntaxes[index % len(syntaxes)]
        flat.append(_File(shot, f"{place}{name}.dcm", index + 1, syntax))
    stacks = [
        _File(shot, f"{place}{view_name(shot)}-tomo.dcm", index, syntaxes[0])
        for index, shot in enumerate(stack_exposures(recipe, options), start=1)
    ]
    exam = exam_of(recipe, asked)
    return _Job(recipe, exam, tuple(flat), tuple(stacks), options.monochrome1)


def _write_exam(folder: Path, job: _Job) -> Iterator[WrittenImage]:
    for image in generate.generate_study(job.recipe):
        for file in job.flat:
            if file.exposure == image.exposure:
                yield _write_flat(folder, job, file, image)
    for file in job.stacks:
        yield _write_stack(folder, job, file)


def _write_flat(folder: Path, job: _Job, file: _File, image: SyntheticImage) -> WrittenImage:
    header = header_of(image, job.exam, file.number, implant=job.recipe.implant)
    pixels, header = narrowed(image.pixels, header, image.unit, file.bits)
    if job.inverted:
        pixels, header = inverted(pixels, header)
    write_mammogram(folder / file.name, pixels, header, file.syntax)
    return _written(job, file, image, header.ids.sop_uid)


def _write_stack(folder: Path, job: _Job, file: _File) -> WrittenImage:
    image, slices = generate.generate_stack(stack_recipe(job.recipe), file.exposure)
    sop_uid = write_stack(
        folder / file.name,
        image,
        slices,
        job.exam,
        file.number,
        implant=job.recipe.implant,
        syntax=file.syntax,
        bits=file.bits,
    )
    distance = slice_distance(image, slices)
    return _written(job, file, image, sop_uid, frames=len(slices), slice_mm=distance)


def _written(
    job: _Job,
    file: _File,
    image: SyntheticImage,
    sop_uid: str,
    *,
    frames: int = 1,
    slice_mm: float = 0.0,
) -> WrittenImage:
    return WrittenImage(
        file=file.name,
        sop_uid=sop_uid,
        study_uid=job.exam.study_uid,
        exam=job.exam.exam,
        exposure=image.exposure,
        unit=image.unit.key,
        density=image.density,
        pixel_mm=image.pixel_mm,
        spacing_mm=image.spacing_mm,
        thickness_mm=image.thickness_mm,
        truth=image.truth,
        frames=frames,
        slice_mm=slice_mm,
    )
