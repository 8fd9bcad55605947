"""The error tree: every failure that a user can meet.

A message says what failed, which file or tag, and what to do. It never holds
a patient's name or identifier.
"""

from __future__ import annotations


class FourviewError(Exception):
    """Root of the tree.

    what: the failure as a sentence part. where: file, zip member or folder. tag: the DICOM
    attribute, as "Rows (0028,0010)". remedy: what the user can do.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        tag: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.what = what
        self.where = where
        self.tag = tag
        self.remedy = remedy
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        if self.tag and self.tag not in head:
            head = f"{head} [{self.tag}]"
        return f"{head}. {self.remedy}" if self.remedy else head

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword arguments would be lost on the way back from a worker process.
        return (_rebuild, (type(self), self.what, self.where, self.tag, self.remedy))


def _rebuild(
    kind: type[FourviewError], what: str, where: str | None, tag: str | None, remedy: str | None
) -> FourviewError:
    return kind(what, where=where, tag=tag, remedy=remedy)


class BadInputError(FourviewError):
    """What the user gave can't be used; the command line exits with 2."""


class UnreadableFileError(BadInputError):
    """The operating system refused the file, or it vanished."""


class ForeignFileError(BadInputError):
    """The file is no image of ours: not DICOM, not a picture, or an object without pixels."""


class HeaderError(BadInputError):
    """A DICOM attribute is missing, malformed or impossible."""


class PixelDataError(BadInputError):
    """Pixel data are cut short, too long, or can't be decoded."""


class UnsupportedSyntaxError(PixelDataError):
    """No decoder is installed or known for the transfer syntax."""


class ArchiveError(BadInputError):
    """A zip file is damaged, unsafe or larger unpacked than is sane."""


class ProtocolError(BadInputError):
    """A hanging protocol file can't be used."""


class SidecarError(BadInputError):
    """The CSV or JSON beside plain pictures can't be used."""


class MissingDependencyError(FourviewError):
    """A library that the task needs is not installed; the remedy names the command."""


class CancelledError(FourviewError):
    """The user stopped the task; nothing was changed."""
