"""Where readings lie on disk."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

import platformdirs

DATA_VARIABLE = "FOURVIEW_DATA"
"""Environment variable that says where Fourview keeps what readers make."""


def readings_folder() -> Path:
    """The folder of all readings; ``FOURVIEW_DATA`` puts it elsewhere. It need not exist yet."""
    chosen = os.environ.get(DATA_VARIABLE)
    base = Path(chosen) if chosen else platformdirs.user_data_path("fourview")
    return base / "readings"


@dataclass(frozen=True)
class ReadingPlace:
    """The files of one reader's reading of one study."""

    folder: Path
    name: str

    @property
    def document(self) -> Path:
        """The document file."""
        return self.folder / f"{self.name}.json"

    @property
    def journal(self) -> Path:
        """The journal: what happened since the document file was saved."""
        return self.folder / f"{self.name}.journal"

    @property
    def begun_from(self) -> Path:
        """Which revision of the archive's the document was begun from."""
        return self.folder / f"{self.name}.begun"

    @property
    def undecided(self) -> Path:
        """What an arbiter has chosen so far, between two other readings."""
        return self.folder / f"{self.name}.undecided"

    @property
    def times(self) -> Path:
        """A folder of times that the archive has not got yet, a file each."""
        return self.folder / f"{self.name}.times"

    @property
    def lock(self) -> Path:
        """Held by the process that may write."""
        return self.folder / f"{self.name}.lock"


def reading_place(folder: Path, study_uid: str, reader: str) -> ReadingPlace:
    """Where a reading lies under the folder of readings; the study's UID is not to be read there.

    Readers whose names look alike in file names are told apart by a hash.
    """
    study = hashlib.sha256(study_uid.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    slug = re.sub(r"[^a-z0-9]+", "-", reader.lower()).strip("-")[:24] or "reader"
    own = hashlib.sha256(reader.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return ReadingPlace(folder / study, f"{slug}-{own}")
