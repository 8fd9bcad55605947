"""The journal on disk: lines are added and synced; whatever fails, all can be written anew."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from annotations.document.document import Document
from annotations.keeping.disk import (
    FileId,
    file_id,
    keep_aside,
    make_folder,
    replace_file,
    sync_folder,
    write_all,
)
from annotations.keeping.folders import ReadingPlace
from annotations.keeping.journal import Line, header_line
from annotations.keeping.reading_file import save_document

_APPEND = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True)
class Saved:
    """What the document file holds. document: ``None`` where there is no file yet."""

    sequence: int = 0
    document: Document | None = None


class JournalFile:
    """A journal with the document file that it goes on from. For one thread at a time.

    The lines since the document was saved are held in memory as well, so that a disk that lost
    the files, or does not say what it wrote, gets them again.
    """

    def __init__(
        self,
        place: ReadingPlace,
        owner: tuple[str, str],
        saved: Saved,
        lines: Sequence[Line] = (),
        known: FileId | None = None,
    ) -> None:
        """Nothing is written yet.

        owner: study UID and reader. lines: those on disk that come after what was saved. known:
        the file that they were read from.
        """
        self._place = place
        self._owner = owner
        self._saved = saved
        self._lines = [line for line in lines if line.n > saved.sequence]
        self._known = known
        self._opened: int | None = None
        self._size = 0

    def append(self, lines: Sequence[Line]) -> None:
        """Add lines; they and all before them are on disk when this returns. Raises OSError.

        After an error the lines count as not added; those before are still held.
        """
        wanted = [*self._lines, *lines]
        if self._opened is None:
            self._rebuild(wanted)
        else:
            self._extend(self._opened, b"".join(line.data for line in lines))
            if not self._looks_in_place():
                self._rebuild(wanted)
        self._lines = wanted

    def save(self, document: Document, sequence: int) -> None:
        """Write the document file; lines up to ``sequence`` are then no longer needed.

        Raises KeepingError; then the journal goes on as before.
        """
        if not self._lines and self._saved.sequence == sequence and self._document_there():
            return
        reader = self._owner[1]
        save_document(self._place.document, document, reader=reader, sequence=sequence)
        self._saved = Saved(sequence, document)
        self._lines = [line for line in self._lines if line.n > sequence]

    def rotate(self) -> None:
        """Begin a new journal from what was saved. Raises OSError; then the old one goes on."""
        self._rebuild(self._lines)

    def remove(self) -> None:
        """Take the journal away, once the document file holds everything. Raises OSError."""
        self.release()
        if self._known is not None and file_id(self._place.journal) == self._known:
            self._place.journal.unlink()
            sync_folder(self._place.folder)

    def release(self) -> None:
        """Close the file; it stays on disk."""
        if self._opened is not None:
            opened, self._opened = self._opened, None
            with suppress(OSError):
                os.close(opened)

    def _extend(self, opened: int, data: bytes) -> None:
        try:
            write_all(opened, data)
        except OSError:
            try:
                os.ftruncate(opened, self._size)  # half a line must not stay
            except OSError:
                self.release()
            raise
        try:
            os.fsync(opened)
        except OSError:
            self.release()  # what a failed sync left behind is anybody's guess: write all anew
            raise
        self._size += len(data)

    def _looks_in_place(self) -> bool:
        try:
            return self._in_place()
        except OSError:
            self.release()  # else the lines that are there already would be added once more
            raise

    def _in_place(self) -> bool:
        return self._known == file_id(self._place.journal) and self._document_there()

    def _document_there(self) -> bool:
        return self._saved.document is None or self._place.document.exists()

    def _rebuild(self, lines: Sequence[Line]) -> None:
        self.release()
        path = self._place.journal
        make_folder(self._place.folder)
        if not self._document_there() and self._saved.document is not None:
            reader = self._owner[1]
            save_document(
                self._place.document,
                self._saved.document,
                reader=reader,
                sequence=self._saved.sequence,
            )
        found = file_id(path)
        if found is not None and found != self._known:  # somebody else's: never written over
            keep_aside(path, path.with_name(f"{path.name}.found-{found[1]}"))
        wanted = [line for line in lines if line.n > self._saved.sequence]
        data = header_line(*self._owner, self._saved.sequence)
        data += b"".join(line.data for line in wanted)
        replace_file(path, data)
        self._known = file_id(path)
        self._opened = os.open(path, _APPEND)
        self._size = len(data)
