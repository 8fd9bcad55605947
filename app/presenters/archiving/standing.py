"""How the open reading stands in the archive, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from annotations.keeping.begun_from import NOTHING, BegunFrom
from annotations.keeping.time_kept import TimeKept
from archive.revisions.revision import ReadingState, Revision


@dataclass(frozen=True)
class Stretch:
    """A time that a case was in front of its reader."""

    study_uid: str
    reader: str
    began: datetime
    seconds: float

    @property
    def kept(self) -> TimeKept:
        """As it lies on the disk until the archive has it."""
        return TimeKept(
            study_uid=self.study_uid, reader=self.reader, began=self.began, seconds=self.seconds
        )


@dataclass(frozen=True)
class ReadingStanding:
    """What is known of a reader's reading of a study, beside its document.

    asked: whether the archive has answered; until then only what lies beside the working copy is
    known. heads: the newest revisions, several where two computers changed the reading. others:
    the newest revision of each other reader's reading, as far as it may be seen. refused: why the
    case is not the reader's to read. arbitrates: the reader has it in hand to decide between
    others' readings. discuss: what is to be discussed, ``None`` where nothing is.
    """

    begun: BegunFrom = NOTHING
    asked: bool = False
    heads: tuple[Revision, ...] = ()
    others: tuple[Revision, ...] = ()
    in_hand: bool = False
    refused: str = ""
    arbitrates: bool = False
    discuss: str | None = None

    @property
    def state(self) -> ReadingState:
        """Of the revision that the working copy was begun from."""
        try:
            return ReadingState(self.begun.state)
        except ValueError:  # a newer Fourview's
            return ReadingState.SUBMITTED

    @property
    def conflict(self) -> bool:
        """Whether two computers changed the reading."""
        return len(self.heads) > 1

    @property
    def read_by_others(self) -> bool:
        """Whether all others' readings that may be seen are in: nobody is still at it."""
        return bool(self.others) and all(one.state.read_only for one in self.others)

    @property
    def settled(self) -> bool:
        """Submitted or further, and no correction is under way."""
        return self.state.read_only and not self.begun.why

    @property
    def correcting(self) -> bool:
        """A submitted reading is being corrected."""
        return self.state.read_only and bool(self.begun.why)


def newest(revisions: tuple[Revision, ...]) -> tuple[Revision, ...]:
    """Those that none of the same reader's was made from."""
    replaced = {(one.reader, parent) for one in revisions for parent in one.parents}
    return tuple(one for one in revisions if (one.reader, one.uid) not in replaced)


def state_line(revision: Revision) -> str:
    """Such as ``submitted by anna, 2026-11-21 21:40``, in the time of this place."""
    return f"{revision.state.value} by {revision.made_by}, {moment(revision.made)}"


def moment(when: datetime) -> str:
    """Day and minute here."""
    return f"{when.astimezone():%Y-%m-%d %H:%M}"
