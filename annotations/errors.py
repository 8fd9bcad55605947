"""What can go wrong with a reading that is kept."""

from __future__ import annotations

from domain.errors import BadInputError, FourviewError


class AnnotationError(BadInputError):
    """A reading can't be changed, kept or opened."""


class CommandError(AnnotationError):
    """A command does not fit the document; nothing was changed."""


class KeepingError(AnnotationError):
    """A reading could not be written; what was kept before is whole, and this is still shown."""


class ReadingFileError(AnnotationError):
    """A kept reading can't be opened; its files stay as they are."""


class ReadingBusyError(FourviewError):
    """Another window has the reading open; it can be looked at but not changed here."""
