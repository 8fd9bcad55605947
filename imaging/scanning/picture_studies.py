"""Groups plain pictures into studies by what sidecars, or else file names, say."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from domain.errors import CancelledError, ForeignFileError, FourviewError
from domain.study import FileProblem, Flag, ImageRef, Patient, Study, View
from imaging.picture.picture_names import read_name, shows_outlines
from imaging.picture.picture_sidecars import Opener, read_sidecars, split_ref
from imaging.picture.pictures import picture_view
from imaging.picture.sidecar import SidecarEntry
from imaging.scanning.verdict import reason_of
from imaging.source.opening import open_ref


@dataclass(frozen=True)
class PictureStudies:
    """What became of the pictures. left_out: how many nothing tells to be mammograms."""

    studies: tuple[Study, ...]
    problems: tuple[FileProblem, ...]
    left_out: int


@dataclass(frozen=True, order=True)
class _Exam:
    """Which exam a picture is of. named: by its sidecar, otherwise only by its file name."""

    folder: str
    patient: str
    study: str
    named: bool


_Taken = tuple[View, date | None]


def group_pictures(
    pictures: Iterable[ImageRef],
    sidecars: Iterable[ImageRef],
    cancelled: Callable[[], bool],
    *,
    opener: Opener = open_ref,
    asked_for: bool = False,
) -> PictureStudies:
    """Take in the pictures that a sidecar describes or whose name says both side and view.

    Among thousands of files most pictures are icons and screenshots. sidecars: all CSV and JSON
    files. opener: as ``open_ref``. asked_for: the user named this very file, so that it is taken
    in whatever it is called. Raises CancelledError.
    """
    taking = _Taking(opener, asked_for)
    beside = _by_folder(sidecars)
    for folder, names in sorted(_by_folder(pictures).items()):
        found = read_sidecars(names, beside.get(folder, {}), opener)
        taking.problems += [
            FileProblem(error.where or folder, reason_of(error)) for error in found.errors
        ]
        for name, ref in sorted(names.items()):
            if cancelled():
                raise CancelledError("the scan was stopped")
            taking.take(ref, folder, name, found.entries.get(name))
    studies = tuple(_study(exam, taking.exams[exam]) for exam in sorted(taking.exams))
    return PictureStudies(studies, tuple(taking.problems), taking.left_out)


class _Taking:
    def __init__(self, opener: Opener, asked_for: bool) -> None:
        self._opener = opener
        self._asked_for = asked_for
        self.exams: dict[_Exam, list[_Taken]] = defaultdict(list)
        self.problems: list[FileProblem] = []
        self.left_out = 0

    def take(self, ref: ImageRef, folder: str, name: str, entry: SidecarEntry | None) -> None:
        if entry is None and not self._asked_for and not _tells_enough(folder, name):
            self.left_out += 1
            return
        try:
            view = picture_view(ref, entry, self._opener)
        except FourviewError as error:
            if isinstance(error, ForeignFileError) and not self._asked_for:
                self.left_out += 1
            else:
                self.problems.append(FileProblem(ref.where, reason_of(error)))
        else:
            day = entry.studied if entry else None
            self.exams[_exam(folder, name, entry)].append((view, day))


def _by_folder(refs: Iterable[ImageRef]) -> dict[str, dict[str, ImageRef]]:
    folders: dict[str, dict[str, ImageRef]] = defaultdict(dict)
    for ref in refs:
        folder, name = split_ref(ref)
        folders[folder][name] = ref
    return folders


def _tells_enough(folder: str, name: str) -> bool:
    return read_name(name).complete and not shows_outlines(folder, name)


def _exam(folder: str, name: str, entry: SidecarEntry | None) -> _Exam:
    if entry is None or not (entry.patient or entry.study):
        return _Exam(folder, "", read_name(name).rest, named=False)
    day = entry.studied.isoformat() if entry.studied else ""
    return _Exam(folder, entry.patient, entry.study or day, named=True)


def _study(exam: _Exam, taken: list[_Taken]) -> Study:
    made_up = "\0".join((exam.folder, exam.patient, exam.study, str(exam.named)))
    days = [day for _, day in taken if day is not None]
    return Study(
        uid=f"pictures-{hashlib.sha256(made_up.encode(errors='replace')).hexdigest()[:16]}",
        patient=Patient(patient_id=exam.patient),
        views=tuple(view for view, _ in taken),
        studied=min(days, default=None),
        description=exam.study,
        flags=tuple(_flags(exam, len(set(days)))),
    )


def _flags(exam: _Exam, days: int) -> Iterator[Flag]:
    if not exam.named:
        yield Flag("Patient unknown: pictures grouped by file name", "file name")
    elif not exam.patient:
        yield Flag("Nothing says who the patient is", "sidecar file")
    if days > 1:
        yield Flag(f"The sidecar gives {days} different dates", "sidecar file")
