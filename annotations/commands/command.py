"""The commands, as frozen data; ``annotations.commands.applying`` carries them out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from annotations.document.document import ImageStamp
from annotations.document.first_read import FirstRead
from annotations.document.opinion import Opinion
from domain.finding import Finding
from domain.mask import RleMask, Row


@dataclass(frozen=True)
class AddFindings:
    """Add findings; places: where in the list each comes to lie, ascending; none for the end."""

    findings: tuple[Finding, ...]
    places: tuple[int, ...] = ()
    title: str = "add finding"


@dataclass(frozen=True)
class RemoveFindings:
    """Take findings out, as if they had not been drawn."""

    ids: tuple[UUID, ...]
    title: str = "remove finding"


@dataclass(frozen=True)
class ReplaceFindings:
    """Put findings in the place of those with the same ids."""

    findings: tuple[Finding, ...]
    title: str = "change finding"


@dataclass(frozen=True)
class PaintMask:
    """A brush stroke: add the patch to a finding's mask, or erase it.

    geometry: index of the finding's geometry; without a mask it begins with an empty one.
    """

    finding: UUID
    geometry: int
    patch: RleMask
    erase: bool = False
    title: str = "paint"


@dataclass(frozen=True)
class RestoreRows:
    """What undoes a stroke: some rows of a mask as they were. top: row of the first."""

    finding: UUID
    geometry: int
    top: int
    rows: tuple[Row, ...]
    title: str = "paint"


@dataclass(frozen=True)
class SetOpinion:
    """Another opinion of the study."""

    opinion: Opinion
    title: str = "change report"


@dataclass(frozen=True)
class StampImages:
    """Say which pixels images had; a stamp replaces the one of the same image."""

    stamps: tuple[ImageStamp, ...]
    title: str = "mark image"


@dataclass(frozen=True)
class RestoreStamps:
    """What undoes stamping."""

    stamps: tuple[ImageStamp, ...]
    title: str = "mark image"


@dataclass(frozen=True)
class AddProposals:
    """Add a model's findings at the end.

    Those whose ids are there already stay as they are; a proposal that nobody has judged gets what
    it lacked, such as an outline (``annotations.commands.completing``).
    """

    findings: tuple[Finding, ...]
    title: str = "marks of the AI reading"


@dataclass(frozen=True)
class SetFirstRead:
    """Record what the reader thought before any mark of a model was shown."""

    first_read: FirstRead | None
    title: str = "record first opinion"


@dataclass(frozen=True)
class Together:
    """Several commands as one step, carried out in order."""

    commands: tuple[Command, ...]
    title: str


Command = (
    AddFindings
    | RemoveFindings
    | ReplaceFindings
    | PaintMask
    | RestoreRows
    | SetOpinion
    | StampImages
    | RestoreStamps
    | AddProposals
    | SetFirstRead
    | Together
)


def stays(command: Command) -> bool:
    """Whether undo passes it by: what a model found, and what was recorded before it was shown.

    Several commands as one stay where any of them does.
    """
    if isinstance(command, Together):
        return any(map(stays, command.commands))
    return isinstance(command, AddProposals | SetFirstRead)


class Initiator(Enum):
    """What brought a change about."""

    READER = "reader"
    MODEL = "model"
    UNDO = "undo"
    REDO = "redo"
    RECOVERY = "recovery"


class ChangeKind(Enum):
    """What a change touched."""

    FINDINGS = "findings"
    OPINION = "opinion"
    STAMPS = "stamps"
    FIRST_READ = "first read"


@dataclass(frozen=True)
class Change:
    """What a command did. ids: of findings added, removed or changed."""

    ids: frozenset[UUID]
    kinds: frozenset[ChangeKind]
    initiator: Initiator = Initiator.READER
