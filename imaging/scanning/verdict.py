"""What a scan finds out about one file: an image, a faulty image, or nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import BinaryIO, Literal

from domain.errors import ArchiveError, ForeignFileError, FourviewError, UnreadableFileError
from domain.study import ImageRef, Patient, View
from imaging.header.header import StudyFacts, read_patient, read_study_facts, read_view
from imaging.scanning.header_reader import read_header
from imaging.scanning.pixel_span import check_pixel_span
from imaging.source.bare_dicom import has_front_added
from imaging.source.opening import open_ref

_NOWHERE = ImageRef("")


@dataclass(frozen=True)
class Origin:
    """Whose image it is, and of which exam."""

    patient: Patient
    study: StudyFacts


@dataclass(frozen=True)
class Found:
    """An image that opens. The view's reference names no file: who asked knows which it was."""

    view: View
    origin: Origin
    kind: Literal["image"] = "image"


@dataclass(frozen=True)
class Faulty:
    """An image that doesn't open. reason: for the user. origin: as far as the header tells.

    lasting: whether that lies in the file's bytes, not in the system's refusal to give them.
    """

    reason: str
    origin: Origin | None = None
    lasting: bool = True
    kind: Literal["faulty"] = "faulty"


@dataclass(frozen=True)
class Foreign:
    """No mammogram. reason: what it is instead."""

    reason: str
    kind: Literal["foreign"] = "foreign"


Verdict = Found | Faulty | Foreign


def judge_file(path: str) -> Verdict:
    """Read the header of a plain file; never raises."""
    try:
        with open_ref(ImageRef(path)) as stream:
            return judge(stream)
    except FourviewError as error:
        return Faulty(reason_of(error), lasting=False)


def judge(stream: BinaryIO, *, compressed: bool = True) -> Verdict:
    """Read the header from an open stream; never raises.

    compressed: whether to look for each fragment of compressed pixels, as check_pixel_span has it.
    """
    try:
        return _judge(stream, compressed=compressed)
    except ForeignFileError as error:
        return Foreign(reason_of(error))
    except (ArchiveError, UnreadableFileError) as error:
        return Faulty(reason_of(error), lasting=isinstance(error, ArchiveError))
    except OSError as error:
        return Faulty(f"can't be read ({error.strerror})", lasting=False)
    except FourviewError as error:
        return _faulty(error, stream, None)
    except Exception as error:  # noqa: BLE001 - one file's surprise must not cost all the others
        return Faulty(f"the header can't be read ({type(error).__name__})")


def _judge(stream: BinaryIO, *, compressed: bool) -> Verdict:
    header = read_header(stream, _NOWHERE.where)
    origin = Origin(read_patient(header.dataset), read_study_facts(header.dataset))
    try:
        view = read_view(header.dataset, _NOWHERE)
        flags = check_pixel_span(header, _NOWHERE.where, compressed=compressed)
    except ForeignFileError:
        raise
    except FourviewError as error:
        return _faulty(error, stream, origin)
    if flags:
        view = replace(view, flags=tuple(dict.fromkeys(view.flags + flags)))
    return Found(view, origin)


def reason_of(error: FourviewError) -> str:
    """The message without the file, which stands beside it."""
    return str(type(error)(error.what, tag=error.tag, remedy=error.remedy))


def _faulty(error: FourviewError, stream: BinaryIO, origin: Origin | None) -> Verdict:
    if has_front_added(stream) and not (origin and origin.study.uid):
        # Taken for DICOM by its first bytes alone: it is something else rather than damaged.
        return Foreign(reason_of(error))
    return Faulty(reason_of(error), origin)
