"""Puts into the archive what was opened, as soon as the archive is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.presenters.archiving.door import ArchiveDoor
from app.presenters.study_list import ListPresenter, ListState
from archive.worklist.study import IndexedStudy
from domain.study import Study

if TYPE_CHECKING:  # the first paint needs no database
    from archive.archive import Archive

_LANE = "putting in"


class PuttingIn:
    """Listens to the list of opened studies. Where the archive can't be used, nothing is lost:
    the studies stay listed, and are put in when it can.
    """

    def __init__(self, door: ArchiveDoor, studies: ListPresenter) -> None:
        self._door = door
        self._list = studies
        self._done: dict[int, Study] = {}
        studies.changed.connect(self._look)
        door.opened.connect(self._again)

    def _again(self) -> None:
        self._done.clear()
        self._look(self._list.state)

    def _look(self, state: ListState) -> None:
        if self._door.archive is None:
            return
        fresh = [one for one in state.studies if id(one) not in self._done and one.uid]
        if not fresh:
            return
        self._done = {id(study): study for study in state.studies}
        asked, by = self._list.asked, self._door.reader
        # One UID of two patients: the archive could not tell them apart.
        known = {study.uid: study for study in reversed(state.studies) if study.views}
        fresh = [study for study in fresh if known.get(study.uid) is study]
        self._door.ask(
            "Putting studies into the worklist",
            lambda archive: put_in(archive, fresh, asked, by),
            done=lambda count: self._door.changed.emit() if count else None,
            lane=_LANE,
        )


def put_in(archive: Archive, studies: Sequence[Study], asked: frozenset[str], by: str) -> int:
    """Put studies in; how many. asked: the paths that were opened."""
    from archive.worklist.indexing import indexed  # noqa: PLC0415 - after the first paint

    whole: list[IndexedStudy] = []
    parts: list[IndexedStudy] = []
    for study in studies:
        files = {view.ref.path for view in study.views if view.ref.member is None}
        (parts if files and files <= asked else whole).append(indexed(study))
    count = archive.sources.index(whole, by) if whole else 0
    return count + (archive.sources.index(parts, by, partly=True) if parts else 0)
