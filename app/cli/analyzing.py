"""From a path to findings on disk: scan, choose packages, read each study, write what was found."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path

from app.cli.analysis_formats import write_formats
from app.cli.analysis_overlay import overlay_png
from app.cli.analysis_readers import StudyReader
from app.cli.findings_json import FindingsFile, findings_file, read_findings_file, to_bytes
from app.exams import exams_of
from app.writing import replace_file
from domain.errors import BadInputError, CancelledError, FourviewError
from domain.study import ImageRef, Study, View, study_names
from imaging.loader import LoadedImage, load_image
from imaging.slots import assign_slots
from inference.packages.manifest import Stage
from inference.packages.package import ModelPackage, open_package
from inference.packages.registry import Registry
from inference.pipeline.inputs import PIPELINE
from inference.pipeline.operating import thresholds_at
from inference.pipeline.reader import ReaderPackages
from inference.pipeline.results import Progress, StudyResult
from inference.worker.jobs import JobView, StudyJob
from viewing.hanging.plan import first_frame

FINDINGS = "findings.json"


class StudyOutcome(Enum):
    """What came of a study; values are the words that are printed."""

    DONE = "done"
    KEPT = "done before"
    PARTLY = "done in part"
    FAILED = "failed"


@dataclass(frozen=True)
class AnalyzedStudy:
    """study: name, as ``study_names`` gives it. folder: name of its folder in the output folder,
    empty where it failed. reason: why it failed, or which views did.
    """

    study: str
    outcome: StudyOutcome
    folder: str = ""
    findings: int = 0
    case_score: float | None = None
    reason: str = ""


def choose_packages(wanted: str | None, threshold: float | None) -> ReaderPackages:
    """The packages of a reading. wanted: id, ``id@version``, or a package's folder; ``None``: what
    is active. threshold: of the leading one; the others that look for findings move along, as with
    the window's slider. ``None`` for their own. Raises BadInputError.
    """
    registry = Registry()
    packages = registry.reading() if wanted is None else _wanted(registry, wanted)
    if not packages:
        there = any(one.package is not None for one in registry.packages())
        raise BadInputError(
            "no model package is active" if there else "there is no model package to read with",
            remedy="Choose one: fourview models activate ID"
            if there
            else "Add one: fourview models add PATH",
        )
    reader = ReaderPackages(packages)
    if threshold is None:
        return reader
    return ReaderPackages(packages, thresholds_at(reader, threshold))


def _wanted(registry: Registry, wanted: str) -> tuple[ModelPackage, ...]:
    if Path(wanted).is_dir():
        package = open_package(Path(wanted))
    else:
        identity, _, version = wanted.partition("@")
        package = registry.find(identity, version)
    return registry.members(package) if package.manifest.stage is Stage.READER else (package,)


def check_out(path: Path, out: Path) -> None:
    """Make the output folder. Raises BadInputError where its pictures would be taken for input."""
    inside, here = path.resolve(), out.resolve()
    if inside.is_dir() and (here == inside or inside in here.parents):
        raise BadInputError(
            "lies in the folder to be analysed, whose pictures are read as mammograms",
            where=str(out),
            remedy="Give --out a folder elsewhere",
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInputError(
            f"can't be made ({error.strerror})", where=str(out), remedy="Give another folder"
        ) from error


def analyze_studies(
    studies: Sequence[Study],
    packages: ReaderPackages,
    reader: StudyReader,
    out: Path,
    report: Callable[[str, Progress], None] = lambda _study, _progress: None,
    *,
    also: Sequence[str] = (),
) -> Iterator[AnalyzedStudy]:
    """Read each study that has views and write its folder; one that fails stops no other.

    A study whose findings are there already, of the same files, packages and thresholds, is not
    read again. report: called with a study's name. also: exchange formats to write beside.
    Raises BadInputError where ``out`` can't be written, CancelledError where stopped.
    """
    shown = [study for study in studies if study.views]
    names = study_names(shown)
    for name, study in zip(names, shown, strict=True):
        older = exams_of(study, shown).priors[:1]
        key = _key(study, older, packages)
        folder = out / _folder_name(name)
        kept = _kept(folder, key)
        if kept is not None:
            why = write_formats(folder, study, kept, also, fresh=False)
            yield _told(name, folder, kept, StudyOutcome.KEPT, why)
            continue
        try:
            job = _Job(study, older, packages)
            result = reader.read(job.made(name), partial(report, name))
        except CancelledError:
            raise
        except FourviewError as error:
            yield AnalyzedStudy(name, StudyOutcome.FAILED, reason=str(error))
            continue
        written = _write(folder, key, result, job)
        why = write_formats(folder, study, written, also, fresh=True)
        outcome = StudyOutcome.DONE if written.complete else StudyOutcome.PARTLY
        yield _told(name, folder, written, outcome, why)


class _Job:
    """One study's images, each opened once for reading it and for drawing upon it."""

    def __init__(self, study: Study, priors: Sequence[Study], packages: ReaderPackages) -> None:
        self._study, self._priors, self._packages = study, priors, packages
        self.views: dict[str, View] = {view.ref.uid: view for view in study.views}
        self._images: dict[ImageRef, LoadedImage] = {}

    def made(self, name: str) -> StudyJob:
        priors = [view for study in self._priors for view in in_order(study)]
        views = tuple(self._view(view) for view in in_order(self._study))
        return StudyJob(name, views, self._packages, tuple(self._view(view) for view in priors))

    def image(self, view: View) -> LoadedImage:
        if view.ref not in self._images:
            self._images[view.ref] = load_image(view.ref, first_frame(view))
        return self._images[view.ref]

    def _view(self, view: View) -> JobView:
        return JobView(view, first_frame(view), partial(self.image, view))


def in_order(study: Study) -> tuple[View, ...]:
    """A study's views: those of the four slots, ranked, then all others."""
    found = assign_slots(study.views)
    slots = (ranked for slot in found.slots.values() for ranked in slot)
    return tuple(one.view for one in (*slots, *found.extras))


def _write(folder: Path, key: str, result: StudyResult, job: _Job) -> FindingsFile:
    """Overlays, then the findings: whoever finds these finds the pictures too."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise BadInputError(f"can't be made ({error.strerror})", where=str(folder)) from error
    overlays: dict[str, str] = {}
    for number, one in enumerate(result.views, start=1):
        view = job.views[one.uid]
        if not one.status.is_read:
            continue
        overlays[one.uid] = f"{number:02}-{re.sub('[^A-Z]', '', one.name) or 'view'}.png"
        picture = overlay_png(view, job.image(view), one)
        replace_file(folder / overlays[one.uid], picture)
    made = findings_file(key, result, job.views, overlays)
    replace_file(folder / FINDINGS, to_bytes(made))
    return made


def _kept(folder: Path, key: str) -> FindingsFile | None:
    """What an earlier run wrote, where it is whole and of the same key."""
    try:
        found = read_findings_file(folder / FINDINGS)
    except BadInputError:
        return None
    there = all((folder / one.overlay).is_file() for one in found.views if one.overlay)
    return found if found.key == key and found.complete and there else None


def _told(
    name: str, folder: Path, file: FindingsFile, outcome: StudyOutcome, why: Sequence[str]
) -> AnalyzedStudy:
    """why: formats that could not be written."""
    lost = [reason for one in file.views if one.score is None for reason in one.reasons]
    return AnalyzedStudy(
        name,
        StudyOutcome.PARTLY if why else outcome,
        folder.name,
        len(file.findings),
        file.case_score,
        "; ".join((*lost, *why)),
    )


def _folder_name(name: str) -> str:
    """A study's UID where it is one; else a digest, as any name of a folder may stand there."""
    plain = name.replace("#", "-")
    if re.fullmatch(r"[0-9][0-9.]{0,63}(-[0-9]+)?", plain) and not plain.endswith("."):
        return plain
    return f"study-{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _key(study: Study, older: Sequence[Study], packages: ReaderPackages) -> str:
    """Of the files as they are now, the packages and their thresholds."""
    views = [*in_order(study), *(view for one in older for view in in_order(one))]
    used = [[one.digest, one.threshold] for one in packages.uses]
    told = json.dumps([PIPELINE, [_file(view.ref) for view in views], used])
    return hashlib.sha256(told.encode()).hexdigest()


def _file(ref: ImageRef) -> list[object]:
    try:
        found = Path(ref.path).stat()
        state = [found.st_size, found.st_mtime_ns]
    except OSError:  # reading tells what is wrong with it
        state = []
    return [ref.uid, ref.member, *state]
