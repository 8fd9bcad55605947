"""What can go wrong with the archive; a message never holds a patient's name or identifier."""

from __future__ import annotations

from domain.errors import BadInputError, FourviewError


class KeptError(BadInputError):
    """Something of the archive can't be read or written; what was kept before is whole."""


class UnusableArchiveError(KeptError):
    """The database can't be opened, read or written: locked, read-only, full, gone."""


class DamagedArchiveError(KeptError):
    """What the database holds is not what was written; restore a backup."""


class NewerArchiveError(KeptError):
    """A newer Fourview made the archive; it was left as it is."""


class MigrationError(KeptError):
    """The archive could not be brought to this version; it is as it was before."""


class UnknownEntryError(KeptError):
    """The archive holds no such study, revision or package of data."""


class ClaimedError(FourviewError):
    """Another reader has the case."""


class ReadingStateError(KeptError):
    """The reading's state does not allow it: a submitted reading is read-only."""


class HiddenError(KeptError):
    """Blind double reading: another reader's reading stays closed for now."""
